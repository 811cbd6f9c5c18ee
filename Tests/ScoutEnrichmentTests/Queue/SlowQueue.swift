import ScoutEnrichment
import ScoutStorage

/// What the scheduler must do, written so that it is easy to see that it does: a list, searched from end to end.
struct SlowQueue {
  struct Job {
    var record: JobRecord
    var sequence: Int
    /// What keeps others out, with the states that it may keep them out in.
    var remembersEnd: Bool
  }

  /// A bucket that is filled drop by drop; a token is `interval` drops.
  struct Bucket {
    var level: Int64
    var updatedAt: Int64
    let interval: Int64
    let burst: Int64

    mutating func take(at now: Int64) -> Bool {
      level = min(interval * burst, level + now - updatedAt)
      updatedAt = now
      guard level >= interval else { return false }
      level -= interval
      return true
    }

    func canTake(at now: Int64) -> Bool {
      var copy = self
      return copy.take(at: now)
    }
  }

  let configuration: SchedulerConfiguration
  var jobs: [Job] = []
  var sequence = 0
  var buckets: [String: Bucket] = [:]

  init(_ configuration: SchedulerConfiguration) { self.configuration = configuration }

  var active: Int { jobs.count { !$0.record.state.isFinal } }
  func index(_ id: JobID) -> Int? { jobs.firstIndex { $0.record.id == id } }

  mutating func enqueue(_ specification: JobSpecification, id: JobID, now: Timestamp) -> QueueRefusal? {
    if active >= configuration.capacity { return .full(capacity: configuration.capacity) }
    if let unique = specification.uniqueness, let other = obstacle(unique, now, nil) { return .duplicate(of: other) }
    sequence += 1
    jobs.append(
      Job(
        record: JobRecord(
          id: id, kind: specification.kind, payload: specification.payload, priority: specification.priority,
          createdAt: now, scheduledFor: specification.scheduledFor ?? now, state: .queued, attempts: 0,
          maximumAttempts: specification.maximumAttempts, deadline: specification.deadline, lane: specification.lane,
          uniqueKey: specification.uniqueness?.key, uniqueWindow: nil),
        sequence: sequence,
        remembersEnd: specification.uniqueness.map { $0.states.contains { $0.isFinal } } ?? false))
    return nil
  }

  private func obstacle(_ unique: Uniqueness, _ now: Timestamp, _ except: JobID?) -> JobID? {
    jobs.first { job in
      job.record.uniqueKey == unique.key && job.record.id != except && unique.states.contains(job.record.state)
        && (!job.record.state.isFinal || job.remembersEnd)
        && (unique.window.map { job.record.createdAt.microseconds > now.microseconds - $0 } ?? true)
    }?.record.id
  }

  mutating func claim(now: Timestamp) -> JobID? {
    guard jobs.count(where: { $0.record.state == .running }) < configuration.concurrency else { return nil }
    let candidates = jobs.indices.filter { index in
      let record = jobs[index].record
      guard record.state == .queued, record.scheduledFor <= now, record.deadline.map({ $0 > now }) ?? true,
        configuration.handledKinds?.contains(record.kind) ?? true
      else { return false }
      let sameKind = jobs.count { $0.record.state == .running && $0.record.kind == record.kind }
      if sameKind >= configuration.kindConcurrency[record.kind] ?? .max { return false }
      if let lane = record.lane, let bucket = bucket(lane, now) { return bucket.canTake(at: now.microseconds) }
      return true
    }
    let best = candidates.min { a, b in
      let (a, b) = (jobs[a], jobs[b])
      return (a.record.priority, a.record.scheduledFor.microseconds, a.sequence)
        < (b.record.priority, b.record.scheduledFor.microseconds, b.sequence)
    }
    guard let best else { return nil }
    if let lane = jobs[best].record.lane, var bucket = bucket(lane, now) {
      _ = bucket.take(at: now.microseconds)
      buckets[lane] = bucket
    }
    jobs[best].record.state = .running
    jobs[best].record.attempts += 1
    jobs[best].record.leaseEnd = now.after(configuration.lease)
    return jobs[best].record.id
  }

  private func bucket(_ lane: String, _ now: Timestamp) -> Bucket? {
    if let known = buckets[lane] { return known }
    guard let limit = configuration.laneLimits[lane] ?? configuration.defaultLaneLimit else { return nil }
    let interval = Int64((1_000_000 / limit.perSecond).rounded())
    return Bucket(
      level: interval * Int64(limit.burst), updatedAt: now.microseconds, interval: interval, burst: Int64(limit.burst))
  }

  /// The job if the attempt is the current one.
  func held(_ id: JobID, _ attempt: Int) -> Int? {
    guard let index = index(id), jobs[index].record.state == .running, jobs[index].record.attempts == attempt else {
      return nil
    }
    return index
  }

  mutating func end(_ index: Int, _ state: JobState, error: String?) {
    jobs[index].record.state = state
    jobs[index].record.leaseEnd = nil
    if let error { jobs[index].record.lastError = error }
  }

  /// After a failed attempt.
  ///
  /// - Parameter due: The time that the scheduler drew.
  mutating func retry(_ index: Int, error: String, due: Timestamp) {
    end(index, .queued, error: error)
    jobs[index].record.scheduledFor = due
  }

  mutating func requeue(_ id: JobID, attempts: Int, now: Timestamp) -> QueueRefusal? {
    guard let index = index(id) else { return .unknownJob(id) }
    let record = jobs[index].record
    switch record.state {
    case .success: return .unknownJob(id)
    case .running: return .wrongState(id, .running)
    case .queued:
      if record.scheduledFor > now { jobs[index].record.scheduledFor = now }
    case .failed, .dead, .cancelled:
      if active >= configuration.capacity { return .full(capacity: configuration.capacity) }
      if let key = record.uniqueKey, let other = obstacle(Uniqueness(key: key), now, id) {
        return .duplicate(of: other)
      }
      jobs[index].record.state = .queued
      jobs[index].record.scheduledFor = now
      jobs[index].record.maximumAttempts = record.attempts + attempts
      if let deadline = record.deadline, deadline <= now { jobs[index].record.deadline = nil }
    }
    return nil
  }

  /// The process ends and another reads what was written: the successful jobs are history, the rest come back by id.
  mutating func crash() {
    jobs.removeAll { $0.record.state == .success }
    jobs.sort { $0.record.id < $1.record.id }
    for index in jobs.indices {
      jobs[index].sequence = index
    }
    sequence = jobs.count
    buckets = [:]
  }

  /// What the scheduler should know, by id.
  var records: [JobRecord] {
    jobs.map(\.record).filter { $0.state != .success }.sorted { $0.id < $1.id }
  }
}

extension Timestamp {
  func after(_ duration: Duration) -> Timestamp {
    Timestamp(
      microseconds: microseconds + duration.components.seconds * 1_000_000
        + duration.components.attoseconds / 1_000_000_000_000)
  }
}
