import Foundation
import ScoutEnrichment
import ScoutStorage
import Testing

/// Random interleavings of everything that can happen to a queue, compared step by step with ``SlowQueue``.
@Suite struct SchedulerModelTests {
  /// `make prove` runs a hundred thousand.
  static let schedules = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 1_500 : 100_000

  @Test(arguments: 0..<4) func `random schedules do what the slow queue does`(_ quarter: Int) throws {
    for seed in stride(from: UInt64(quarter), to: UInt64(Self.schedules), by: 4) {
      var run = ScheduleRun(seed: seed)
      if let difference = run.run(steps: 60) {
        Issue.record("seed \(seed): \(difference)\n\(run.log.joined(separator: "\n"))")
        return
      }
    }
  }
}

/// One schedule.
private struct ScheduleRun {
  var random: QueueRandom
  var configuration: SchedulerConfiguration
  var fast: Scheduler
  var slow: SlowQueue
  var now = Timestamp(microseconds: 0)
  /// Every token ever given out: the stale ones are tried again and again.
  var tokens: [JobToken] = []
  var ids: [JobID] = []
  var attempts: [JobID: Int] = [:]
  var succeeded: Set<JobID> = []
  var log: [String] = []

  init(seed: UInt64) {
    var random = QueueRandom(seed: seed)
    var configuration = SchedulerConfiguration(
      capacity: Int.random(in: 3...20, using: &random), concurrency: Int.random(in: 1...6, using: &random),
      lease: .microseconds(Int64.random(in: 1...40, using: &random)),
      backoff: Backoff(base: .microseconds(3), maximum: .microseconds(20)))
    if Bool.random(using: &random) { configuration.kindConcurrency = [JobKind(rawValue: "a"): 1] }
    if Bool.random(using: &random) { configuration.handledKinds = [JobKind(rawValue: "a"), JobKind(rawValue: "b")] }
    if Bool.random(using: &random) {
      configuration.laneLimits = ["x": RateLimit(perSecond: 100_000, burst: Int.random(in: 1...3, using: &random))]
    }
    if Bool.random(using: &random) { configuration.defaultLaneLimit = RateLimit(perSecond: 200_000, burst: 2) }
    self.configuration = configuration
    fast = Scheduler(configuration: configuration, seed: seed)
    slow = SlowQueue(configuration)
    self.random = random
  }

  mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  /// - Returns: The first difference.
  mutating func run(steps: Int) -> String? {
    for _ in 0..<steps {
      if let difference = step() ?? compare() { return difference }
    }
    return nil
  }

  mutating func step() -> String? {
    switch pick(24) {
    case 0..<5: return enqueue()
    case 5..<11: return claim()
    case 11..<14: return complete()
    case 14..<16: return fail()
    case 16: return snoozeOrHeartbeat()
    case 17: return reject()
    case 18: return rescue()
    case 19: return overdue()
    case 20: return cancel()
    case 21: return requeue()
    case 22:
      now = Timestamp(microseconds: now.microseconds + Int64(pick(25)))
      log.append("time \(now.microseconds)")
      return nil
    default: return pick(4) == 0 ? crash() : nil
    }
  }

  func refusal(_ body: () throws -> Void) -> QueueRefusal? {
    do { try body() } catch { return error as? QueueRefusal }
    return nil
  }

  mutating func enqueue() -> String? {
    var specification = JobSpecification(
      kind: JobKind(rawValue: ["a", "b", "c"][pick(3)]), payload: "{}", priority: pick(3),
      maximumAttempts: 1 + pick(3))
    if pick(3) == 0 { specification.scheduledFor = Timestamp(microseconds: now.microseconds + Int64(pick(20))) }
    if pick(4) == 0 { specification.deadline = Timestamp(microseconds: now.microseconds + Int64(pick(40))) }
    if pick(2) == 0 { specification.lane = ["x", "y"][pick(2)] }
    switch pick(5) {
    case 0: specification.uniqueness = Uniqueness(key: "k\(pick(2))")
    case 1:
      specification.uniqueness = Uniqueness(
        key: "k\(pick(2))", states: [.queued, .running, .success, .dead], window: .microseconds(Int64(1 + pick(50))))
    default: break
    }
    let id = JobID(high: random.next(), low: random.next())
    let (expected, time) = (slow.enqueue(specification, id: id, now: now), now)
    let got = refusal { try fast.enqueue(specification, id: id, at: time) }
    log.append("enqueue \(id) \(specification) -> \(got.map { "\($0)" } ?? "ok")")
    if got == nil { ids.append(id) }
    // Which of several is named as the duplicate is not promised.
    if case .duplicate = expected, case .duplicate = got { return nil }
    return got == expected ? nil : "enqueue: \(String(describing: got)) for \(String(describing: expected))"
  }

  mutating func claim() -> String? {
    let expected = slow.claim(now: now)
    let got = fast.claim(at: now)
    log.append("claim -> \(got.map { "\($0.token)" } ?? "nothing")")
    if let got {
      guard got.attempt > attempts[got.id] ?? 0 else { return "attempts are not growing: \(got)" }
      guard !succeeded.contains(got.id) else { return "a successful job runs again: \(got)" }
      attempts[got.id] = got.attempt
      tokens.append(got.token)
    }
    return got?.id == expected ? nil : "claim: \(String(describing: got?.id)) for \(String(describing: expected))"
  }

  mutating func token() -> JobToken? { tokens.isEmpty ? nil : tokens[max(0, tokens.count - 1 - pick(6))] }

  mutating func complete() -> String? {
    guard let token = token() else { return nil }
    let index = slow.held(token.job, token.attempt)
    if let index { slow.end(index, .success, error: nil) }
    let time = now
    let got = refusal { try fast.complete(token, at: time) }
    log.append("complete \(token) -> \(got.map { "\($0)" } ?? "ok")")
    if got == nil, !succeeded.insert(token.job).inserted { return "completed twice: \(token)" }
    return (got == nil) == (index != nil) ? nil : "complete: \(String(describing: got))"
  }

  /// What an attempt's failure leads to, checked against the slow queue and adopted by it.
  mutating func settle(_ index: Int, _ disposition: Scheduler.Disposition, _ error: String) -> String? {
    let record = slow.jobs[index].record
    switch disposition {
    case .retry(let due):
      let ceiling: Int64 = min(20, 3 << Int64(record.attempts - 1))
      guard record.attempts < record.maximumAttempts, due >= now, due.microseconds <= now.microseconds + ceiling,
        record.deadline.map({ due < $0 }) ?? true
      else { return "a wrong retry at \(due.microseconds): \(record)" }
      slow.retry(index, error: error, due: due)
    case .dead:
      guard record.attempts >= record.maximumAttempts else { return "dead with attempts left: \(record)" }
      slow.end(index, .dead, error: error)
    case .failed:
      guard record.attempts < record.maximumAttempts, record.deadline != nil else { return "failed: \(record)" }
      slow.end(index, .failed, error: error + " (the deadline comes before the next attempt)")
    case .success, .cancelled: return "\(disposition)"
    }
    return nil
  }

  mutating func fail() -> String? {
    guard let token = token() else { return nil }
    let index = slow.held(token.job, token.attempt)
    let got = try? fast.fail(token, error: "no", at: now)
    log.append("fail \(token) -> \(got.map { "\($0)" } ?? "refused")")
    guard let index, let got else { return (got == nil) == (index == nil) ? nil : "fail: \(String(describing: got))" }
    return settle(index, got, "no")
  }

  mutating func reject() -> String? {
    guard let token = token() else { return nil }
    let index = slow.held(token.job, token.attempt)
    if let index { slow.end(index, .failed, error: "never") }
    let time = now
    let got = refusal { try fast.reject(token, error: "never", at: time) }
    log.append("reject \(token)")
    return (got == nil) == (index != nil) ? nil : "reject: \(String(describing: got))"
  }

  mutating func snoozeOrHeartbeat() -> String? {
    guard let token = token() else { return nil }
    let index = slow.held(token.job, token.attempt)
    let time = now
    if pick(2) == 0 {
      let until = Timestamp(microseconds: now.microseconds + Int64(pick(20)))
      if let index {
        slow.end(index, .queued, error: nil)
        slow.jobs[index].record.maximumAttempts += 1
        slow.jobs[index].record.scheduledFor = until
      }
      let got = refusal { try fast.snooze(token, until: until, at: time) }
      log.append("snooze \(token) until \(until.microseconds)")
      return (got == nil) == (index != nil) ? nil : "snooze: \(String(describing: got))"
    }
    if let index { slow.jobs[index].record.leaseEnd = now.after(configuration.lease) }
    let got = refusal { try fast.heartbeat(token, at: time) }
    log.append("heartbeat \(token)")
    return (got == nil) == (index != nil) ? nil : "heartbeat: \(String(describing: got))"
  }

  mutating func rescue() -> String? {
    let expected = slow.jobs.indices.filter { index in
      slow.jobs[index].record.state == .running && slow.jobs[index].record.leaseEnd.map { $0 <= now } ?? false
    }
    let got = fast.rescueExpired(at: now)
    log.append("rescue -> \(got)")
    guard Set(got.map(\.token.job)) == Set(expected.map { slow.jobs[$0].record.id }) else { return "rescue: \(got)" }
    for (token, disposition) in got {
      guard let index = slow.held(token.job, token.attempt) else { return "rescued what was not running" }
      if let difference = settle(index, disposition, "the worker gave no sign of life") { return difference }
    }
    return nil
  }

  mutating func overdue() -> String? {
    let expected = slow.jobs.indices.filter { index in
      slow.jobs[index].record.state == .queued && slow.jobs[index].record.deadline.map { $0 <= now } ?? false
    }
    for index in expected { slow.end(index, .failed, error: "the deadline passed before the job could start") }
    let got = fast.failOverdue(at: now)
    log.append("overdue -> \(got)")
    return Set(got) == Set(expected.map { slow.jobs[$0].record.id }) ? nil : "overdue: \(got)"
  }

  mutating func cancel() -> String? {
    guard !ids.isEmpty else { return nil }
    let id = ids[pick(ids.count)]
    let index = slow.index(id).flatMap { slow.jobs[$0].record.state.isFinal ? nil : $0 }
    if let index { slow.end(index, .cancelled, error: "cancelled") }
    let time = now
    let got = refusal { try fast.cancel(id, at: time) }
    log.append("cancel \(id)")
    return (got == nil) == (index != nil) ? nil : "cancel: \(String(describing: got))"
  }

  mutating func requeue() -> String? {
    guard !ids.isEmpty else { return nil }
    let id = ids[pick(ids.count)]
    let (expected, time) = (slow.requeue(id, attempts: 2, now: now), now)
    let got = refusal { try fast.requeue(id, attempts: 2, at: time) }
    log.append("requeue \(id) -> \(got.map { "\($0)" } ?? "ok")")
    if case .duplicate = expected, case .duplicate = got { return nil }
    return got == expected ? nil : "requeue: \(String(describing: got)) for \(String(describing: expected))"
  }

  /// The process dies; another one reads the records and takes over what was running.
  mutating func crash() -> String? {
    let records = fast.records
    var next = Scheduler(configuration: configuration, seed: random.next())
    for record in records { next.insert(record, at: now) }
    slow.crash()
    fast = next
    log.append("crash")
    if let difference = compare() { return difference }
    for record in records where record.state == .running {
      guard let disposition = try? fast.abandon(record.id, at: now), let index = slow.index(record.id) else {
        return "a running job was lost in the crash: \(record)"
      }
      if let difference = settle(index, disposition, "the worker's process ended") { return difference }
    }
    return nil
  }

  /// Nothing lost, nothing else: the two know the same jobs in the same states.
  func compare() -> String? {
    let got = fast.records.map { record in
      var record = record
      record.uniqueWindow = nil
      return record
    }
    let expected = slow.records
    guard got == expected else {
      let different = zip(got, expected).first { $0 != $1 }
      return "records differ: \(different.map { "\($0)\nfor\n\($1)" } ?? "\(got.count) for \(expected.count)")"
    }
    return fast.running == expected.count { $0.state == .running } && fast.count == slow.active
      ? nil : "counts: \(fast.running) running of \(fast.count)"
  }
}
