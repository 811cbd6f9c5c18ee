import ScoutStorage

/// A job queue in memory: a value, without input, output, clock or threads of its own.
///
/// Jobs are given out by priority (0 first), then by due time, then in the order of their arrival. Every operation is
/// O(log *n*), apart from those that say otherwise. Successful jobs are forgotten at once; failed, dead and cancelled
/// ones are kept until they are requeued or ``forget(_:)`` is called.
///
/// Jobs of the same kind and lane form a *group* with a heap of its own. A group that may not go on (no worker for its
/// kind, no token in its lane, its kind's concurrency used up) is set aside as a whole, so that a million jobs of one
/// slow host cost nothing to those behind them.
public struct Scheduler: Sendable {
  struct Job: Sendable {
    var id: JobID
    var sequence: UInt64
    var createdAt: Int64
    var due: Int64
    var deadline: Int64
    var leaseEnd: Int64
    var uniqueWindow: Int64
    var payload: String
    var uniqueKey: String?
    var lastError: String?
    var priority: Int32
    var attempts: Int32
    var maximumAttempts: Int32
    var group: Int32
    /// Grows with every move, so that entries of the heaps from before it are recognised.
    var generation: UInt32
    var state: JobState
    var isUsed: Bool
  }

  /// A job waiting in a heap, by the order in which it is given out.
  struct ReadyEntry: Comparable, Sendable {
    var priority: Int32
    var generation: UInt32
    var due: Int64
    var sequence: UInt64
    var slot: Int

    static func < (a: ReadyEntry, b: ReadyEntry) -> Bool {
      if a.priority != b.priority { return a.priority < b.priority }
      if a.due != b.due { return a.due < b.due }
      return a.sequence < b.sequence
    }
  }

  /// Something that happens to a job, or a group, at a time.
  struct TimedEntry: Comparable, Sendable {
    var time: Int64
    var sequence: UInt64
    var slot: Int32
    var generation: UInt32

    static func < (a: TimedEntry, b: TimedEntry) -> Bool {
      a.time != b.time ? a.time < b.time : a.sequence < b.sequence
    }
  }

  struct Group: Sendable {
    var kind: Int
    var lane: Int?
    var ready = ReadyQueue<ReadyEntry>()
    /// The entry under which it stands in the offers; nil when it is empty or set aside.
    var offer: ReadyEntry?
    var isSetAside = false
  }

  struct Offer: Comparable, Sendable {
    var entry: ReadyEntry
    var group: Int

    static func < (a: Offer, b: Offer) -> Bool { a.entry < b.entry }
    static func == (a: Offer, b: Offer) -> Bool { a.entry == b.entry && a.group == b.group }
  }

  struct Kind: Sendable {
    var name: JobKind
    var running = 0
    /// Groups that wait for one of its jobs to end, or for somebody who can run it.
    var waitingGroups: [Int] = []
  }

  struct Lane: Sendable {
    var name: String
    var bucket: TokenBucket?
  }

  /// A job with a unique key.
  struct UniqueHolder: Hashable, Sendable {
    var id: JobID
    var state: JobState
    var createdAt: Int64
    var window: Int64
  }

  public internal(set) var configuration: SchedulerConfiguration
  var random: QueueRandom
  var jobs: [Job] = []
  var freeSlots: [Int] = []
  var slots = SlotTable()
  var nextSequence: UInt64 = 0
  var groups: [Group] = []
  var groupOfKindAndLane: [Int: Int] = [:]
  var kinds: [Kind] = []
  var kindIndex: [JobKind: Int] = [:]
  var lanes: [Lane] = []
  var laneIndex: [String: Int] = [:]
  var later = PriorityHeap<TimedEntry>()
  var leases = PriorityHeap<TimedEntry>()
  var deadlines = PriorityHeap<TimedEntry>()
  /// Groups that wait for a token; `slot` is the group.
  var wakeups = PriorityHeap<TimedEntry>()
  var offers = PriorityHeap<Offer>()
  var uniques: [String: [UniqueHolder]] = [:]
  var uniquesPruneCount = 1024
  /// The jobs that wait or run.
  var activeCount = 0
  var runningCount = 0
  var isClosed = false
  var counters = QueueCounters()

  /// - Parameter seed: Of the jitter.
  public init(configuration: SchedulerConfiguration = SchedulerConfiguration(), seed: UInt64 = 0) {
    self.configuration = configuration
    random = QueueRandom(seed: seed)
  }

  // MARK: Jobs coming in

  /// Adds a job.
  ///
  /// - Throws: ``QueueRefusal``: `closed`, `full`, or `duplicate`; nothing has changed then.
  public mutating func enqueue(_ specification: JobSpecification, id: JobID, at now: Timestamp) throws(QueueRefusal) {
    guard !isClosed else { throw .closed }
    guard activeCount < configuration.capacity else { throw .full(capacity: configuration.capacity) }
    guard slots.find(id, in: jobs) == nil else { throw .duplicate(of: id) }
    if let holder = specification.uniqueness.flatMap({ obstacle($0, at: now) }) { throw .duplicate(of: holder) }
    if uniques.count >= uniquesPruneCount { pruneUniques(at: now) }
    add(specification.record(id: id, at: now), at: now)
    counters.enqueued += 1
  }

  /// Takes in a job as a journal has it. A job that is known already is replaced.
  ///
  /// A running job gets its lease back; ``rescueExpired(at:)`` or ``abandon(_:at:)`` moves it on.
  public mutating func insert(_ record: JobRecord, at now: Timestamp) {
    if slots.find(record.id, in: jobs) != nil { forget(record.id) }
    add(record, at: now)
  }

  /// Takes in a job that is not known.
  private mutating func add(_ record: JobRecord, at now: Timestamp) {
    guard record.state != .success else {
      if let key = record.uniqueKey, let window = record.uniqueWindow {
        uniques[key, default: []].append(
          UniqueHolder(id: record.id, state: .success, createdAt: record.createdAt.microseconds, window: window))
      }
      return
    }
    nextSequence += 1
    let job = Job(
      id: record.id, sequence: nextSequence, createdAt: record.createdAt.microseconds,
      due: record.scheduledFor.microseconds, deadline: record.deadline?.microseconds ?? .max,
      leaseEnd: record.leaseEnd?.microseconds ?? 0, uniqueWindow: record.uniqueWindow ?? 0, payload: record.payload,
      uniqueKey: record.uniqueKey, lastError: record.lastError,
      priority: Int32(clamping: record.priority), attempts: Int32(clamping: record.attempts),
      maximumAttempts: Int32(clamping: max(record.maximumAttempts, 1)),
      group: Int32(clamping: group(record.kind, record.lane)), generation: 0, state: record.state, isUsed: true)
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      let generation = jobs[slot].generation
      jobs[slot] = job
      jobs[slot].generation = generation &+ 1
    } else {
      slot = jobs.count
      jobs.append(job)
    }
    slots.insert(record.id, at: slot)
    if let key = record.uniqueKey, !record.state.isFinal || record.uniqueWindow != nil {
      uniques[key, default: []].append(
        UniqueHolder(
          id: record.id, state: record.state, createdAt: record.createdAt.microseconds,
          window: record.uniqueWindow ?? 0))
    }
    if !record.state.isFinal {
      activeCount += 1
      watchDeadline(slot)
    }
    switch record.state {
    case .queued: wait(slot, at: now)
    case .running:
      runningCount += 1
      kinds[groups[Int(job.group)].kind].running += 1
      watchLease(slot)
    case .success, .failed, .dead, .cancelled: break
    }
  }

  /// The job that keeps another with this key out.
  func obstacle(_ uniqueness: Uniqueness, at now: Timestamp, except id: JobID? = nil) -> JobID? {
    uniques[uniqueness.key]?.first { holder in
      holder.id != id && uniqueness.states.contains(holder.state)
        && (uniqueness.window.map { holder.createdAt > now.advanced(byMicroseconds: -$0).microseconds } ?? true)
    }?.id
  }

  /// Forgets ended jobs that are in nobody's way any more.
  private mutating func pruneUniques(at now: Timestamp) {
    for key in Array(uniques.keys) {
      uniques[key]?.removeAll { holder in
        holder.state == .success
          && Timestamp(microseconds: holder.createdAt).advanced(byMicroseconds: holder.window) < now
      }
      if uniques[key]?.isEmpty == true { uniques.removeValue(forKey: key) }
    }
    uniquesPruneCount = max(1024, 2 * uniques.count)
  }

  private mutating func group(_ kind: JobKind, _ lane: String?) -> Int {
    let kindNumber: Int
    if let known = kindIndex[kind] {
      kindNumber = known
    } else {
      kindNumber = kinds.count
      kinds.append(Kind(name: kind))
      kindIndex[kind] = kindNumber
    }
    let laneNumber = lane.map { self.laneNumber($0) }
    let key = kindNumber << 32 | (laneNumber.map { $0 + 1 } ?? 0)
    if let known = groupOfKindAndLane[key] { return known }
    groups.append(Group(kind: kindNumber, lane: laneNumber))
    groupOfKindAndLane[key] = groups.count - 1
    return groups.count - 1
  }

  mutating func laneNumber(_ name: String) -> Int {
    if let known = laneIndex[name] { return known }
    let limit = configuration.laneLimits[name] ?? configuration.defaultLaneLimit
    lanes.append(Lane(name: name, bucket: limit.map(TokenBucket.init)))
    laneIndex[name] = lanes.count - 1
    return lanes.count - 1
  }

  func timed(_ time: Int64, _ slot: Int) -> TimedEntry {
    TimedEntry(
      time: time, sequence: jobs[slot].sequence, slot: Int32(truncatingIfNeeded: slot),
      generation: jobs[slot].generation)
  }

  // The heaps of times keep entries that no longer count; when these outnumber the rest, they go.

  mutating func watchLease(_ slot: Int) {
    leases.insert(timed(jobs[slot].leaseEnd, slot))
    guard leases.count > 2 * runningCount + 1024 else { return }
    leases.compact { [jobs] in Scheduler.isCurrent($0, [.running], jobs) }
  }

  mutating func watchDeadline(_ slot: Int) {
    guard jobs[slot].deadline != .max else { return }
    deadlines.insert(timed(jobs[slot].deadline, slot))
    guard deadlines.count > 2 * activeCount + 1024 else { return }
    deadlines.compact { [jobs] in Scheduler.isCurrent($0, [.queued, .running], jobs) }
  }

  mutating func watchDueTime(_ slot: Int) {
    later.insert(timed(jobs[slot].due, slot))
    guard later.count > 2 * activeCount + 1024 else { return }
    later.compact { [jobs] in Scheduler.isCurrent($0, [.queued], jobs) }
  }

  // MARK: Asking

  /// What is known of a job; nil for an unknown one, and for one that succeeded.
  public func record(_ id: JobID) -> JobRecord? { slots.find(id, in: jobs).map(record(slot:)) }

  /// Every job that is known, by id. O(*n* log *n*).
  public var records: [JobRecord] {
    jobs.indices.filter { jobs[$0].isUsed }.sorted { jobs[$0].id < jobs[$1].id }.map(record(slot:))
  }

  func record(slot: Int) -> JobRecord {
    let job = jobs[slot]
    let group = groups[Int(job.group)]
    return JobRecord(
      id: job.id, kind: kinds[group.kind].name, payload: job.payload, priority: Int(job.priority),
      createdAt: Timestamp(microseconds: job.createdAt), scheduledFor: Timestamp(microseconds: job.due),
      state: job.state, attempts: Int(job.attempts), maximumAttempts: Int(job.maximumAttempts),
      deadline: job.deadline == .max ? nil : Timestamp(microseconds: job.deadline),
      lane: group.lane.map { lanes[$0].name }, uniqueKey: job.uniqueKey,
      uniqueWindow: job.uniqueKey == nil || job.uniqueWindow == 0 ? nil : job.uniqueWindow,
      leaseEnd: job.state == .running ? Timestamp(microseconds: job.leaseEnd) : nil, lastError: job.lastError)
  }

  /// The jobs that wait or run.
  public var count: Int { activeCount }
  public var running: Int { runningCount }

  /// No jobs come in or start any more; those that run may end.
  public mutating func close() { isClosed = true }
}

extension JobSpecification {
  /// The job as it is when it has just been enqueued.
  func record(id: JobID, at now: Timestamp) -> JobRecord {
    // A final state in the way of others must be remembered for as long as the window says.
    let remembersEnd = uniqueness.map { !$0.states.isDisjoint(with: JobState.allCases.filter(\.isFinal)) } ?? false
    return JobRecord(
      id: id, kind: kind, payload: payload, priority: priority, createdAt: now, scheduledFor: scheduledFor ?? now,
      state: .queued, attempts: 0, maximumAttempts: maximumAttempts, deadline: deadline, lane: lane,
      uniqueKey: uniqueness?.key, uniqueWindow: remembersEnd ? uniqueness?.window ?? .max : nil)
  }
}
