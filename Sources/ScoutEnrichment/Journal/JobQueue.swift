import PostgresDialect
import ScoutStorage

/// The durable queue: a ``Scheduler`` over `deep_research.sku_jobs`.
///
/// An enqueue, a claim or an outcome is acknowledged when it is on the disk; what arrives while a batch is on its way
/// goes into the next (group commit). Several processes may work on one file: each schedules from its own memory, and
/// the UPDATE of a claim decides who has the job.
///
/// The guarantee is at least once: a job whose process dies is given out again. Results that are written by
/// ``complete(_:writing:)`` are in the same transaction as the outcome, so they are there exactly once.
public actor JobQueue {
  public struct Configuration: Sendable {
    public var scheduler: SchedulerConfiguration
    public var worker: WorkerIdentity
    /// The lane of a job that was enqueued without one.
    public var lane: @Sendable (JobKind, String) -> String?
    /// The most jobs that are read into memory at once; the rest follow when these are done.
    public var window: Int
    /// How long other processes' changes may stay unseen.
    public var pollInterval: Duration
    /// The most entries of one transaction.
    public var batchSize: Int
    /// Of the jitter.
    public var seed: UInt64

    public init(
      scheduler: SchedulerConfiguration = SchedulerConfiguration(), worker: WorkerIdentity = .current,
      lane: @escaping @Sendable (JobKind, String) -> String? = { _, _ in nil }, window: Int = 20_000,
      pollInterval: Duration = .seconds(1), batchSize: Int = 4096, seed: UInt64 = 0
    ) {
      self.scheduler = scheduler
      self.worker = worker
      self.lane = lane
      self.window = window
      self.pollInterval = pollInterval
      self.batchSize = batchSize
      self.seed = seed
    }
  }

  let database: Database
  let configuration: Configuration
  var scheduler: Scheduler
  private let journal: Journal
  private var pending: [(entry: JournalEntry, acknowledge: CheckedContinuation<JournalEntry.Outcome, any Error>)] = []
  private var isFlushing = false
  /// The jobs that wait or run in the file, as of the last look and what happened here since.
  private var activeInFile = 0
  private var lastCount = Timestamp(microseconds: .min)
  /// The last row that was read.
  private var lastRow: Int64 = 0
  private var lastPoll = Timestamp(microseconds: .min)
  private var lastFullLook = Timestamp(microseconds: .min)

  public init(database: Database, configuration: Configuration = Configuration()) {
    self.database = database
    self.configuration = configuration
    journal = Journal(database)
    scheduler = Scheduler(configuration: configuration.scheduler, seed: configuration.seed)
  }

  var now: Timestamp { database.configuration.clock.now() }

  /// A UUID of version 7: its first 48 bits are the time, so that new jobs stand together in the file's index.
  /// Source: <https://www.rfc-editor.org/rfc/rfc9562#section-5.7>
  private func newID() -> JobID {
    let random = database.configuration.identifiers.next()
    let milliseconds = UInt64(bitPattern: max(0, now.microseconds) / 1000)
    return JobID(
      high: milliseconds << 16 | 0x7000 | random.0 & 0x0FFF, low: random.1 & 0x3FFF_FFFF_FFFF_FFFF | 1 << 63)
  }

  // MARK: Reading back

  /// Reads the waiting jobs, and takes those of dead processes back: their attempt counts.
  ///
  /// - Returns: The jobs that were taken back.
  @discardableResult
  public func start() async throws -> [JobID] {
    let rescued = try await rescue()
    try load(all: true)
    return rescued
  }

  /// Reads jobs that this process does not know: those that came after the last look, or all.
  private func load(all: Bool) throws {
    let window = configuration.window
    let now = now
    let kinds = scheduler.configuration.handledKinds.map { kinds in
      "[" + kinds.map { JSONEscape.quoted($0.rawValue) }.sorted().joined(separator: ",") + "]"
    }
    let (jobs, active, last) = try database.read { connection in
      let last = try connection.value("select max(rowid) from \"deep_research.sku_jobs\"").integer ?? 0
      if !all, last == lastRow { return ([StoredJob](), nil as Int64?, last) }
      // Those that nobody here can run stay in the file, and those for later stand behind those that are due.
      let jobs = try JournalReading.jobs(
        connection,
        where: """
          where j.status = 'queued' and j.rowid > ?1
            and (?3 is null or j.task_type in (select value from json_each(?3)))
          order by j.scheduled_for > ?4, j.priority, j.scheduled_for, j.rowid limit ?2
          """, [.integer(all ? 0 : lastRow), .number(window), SQLValue(kinds), .time(now)])
      return (jobs, try JournalReading.activeCount(connection), last)
    }
    lastPoll = now
    if all { lastFullLook = now }
    lastRow = last
    if let active {
      activeInFile = Int(active)
      lastCount = now
    }
    for job in jobs { take(job.record) }
  }

  /// How many more jobs the queue may hold, over all processes.
  private func room() throws -> Int {
    if isOld(lastCount) {
      lastCount = now
      activeInFile = Int(try database.read { try JournalReading.activeCount($0) })
    }
    return max(0, configuration.scheduler.capacity - activeInFile)
  }

  private func take(_ record: JobRecord) {
    guard scheduler.record(record.id)?.state.isFinal ?? true else { return }
    var record = record
    // Keys are checked in the file, where all processes' jobs are.
    record.uniqueKey = nil
    record.lane = record.lane ?? configuration.lane(record.kind, record.payload)
    scheduler.insert(record, at: now)
  }

  // MARK: Jobs coming in

  /// Enqueues a job.
  ///
  /// - Returns: Its identifier, once the job is on the disk.
  /// - Throws: ``QueueRefusal``, or ``SQLError`` when the file cannot be written.
  public func enqueue(_ specification: JobSpecification) async throws -> JobID {
    guard !scheduler.isClosed else { throw QueueRefusal.closed }
    guard try room() > 0 else { throw QueueRefusal.full(capacity: configuration.scheduler.capacity) }
    let record = try specification.record(id: newID(), at: now).withNormalizedPayload()
    activeInFile += 1
    do {
      try await write(.insert(record, specification.uniqueness))
    } catch {
      activeInFile -= 1
      throw error
    }
    take(record)
    return record.id
  }

  /// Enqueues jobs in one go; each is accepted or refused by itself.
  public func enqueue(_ specifications: [JobSpecification]) async throws -> [Result<JobID, QueueRefusal>] {
    guard !scheduler.isClosed else { throw QueueRefusal.closed }
    let capacity = configuration.scheduler.capacity
    var results: [Result<JobID, QueueRefusal>] = []
    results.reserveCapacity(specifications.count)
    var start = 0
    while start < specifications.count {
      let chunk = specifications[start..<min(start + configuration.batchSize, specifications.count)]
      start += chunk.count
      let now = now
      let room = try room()
      let records = try chunk.prefix(room).map {
        (try $0.record(id: newID(), at: now).withNormalizedPayload(), $0.uniqueness)
      }
      // Their room is taken before the disk is waited for, or several producers would fill it together.
      activeInFile += records.count
      var accepted = 0
      defer { activeInFile -= records.count - accepted }
      let outcomes = try await journal.commit(records.map { .insert($0.0, $0.1) })
      for ((record, _), outcome) in zip(records, outcomes) {
        switch outcome {
        case .done, .claimed:
          accepted += 1
          take(record)
          results.append(.success(record.id))
        case .refused(let refusal): results.append(.failure(refusal))
        case .failed(let reason): throw SQLError(.internalError, reason)
        }
      }
      results += chunk.dropFirst(room).map { _ in .failure(.full(capacity: capacity)) }
    }
    return results
  }

  /// Enqueues a job inside the caller's transaction: it exists if and only if that is committed.
  ///
  /// Workers see it at their next look into the file.
  public static func enqueue(_ specification: JobSpecification, on connection: Connection) throws -> JobID {
    guard let id = JobID(connection.identifiers.uuid()) else {
      throw SQLError(.internalError, "the identifier is no UUID")
    }
    let record = try specification.record(id: id, at: connection.now).withNormalizedPayload()
    let entry = JournalEntry.insert(record, specification.uniqueness)
    switch try JournalStatements(connection).write(entry) {
    case .done, .claimed: return id
    case .refused(let refusal): throw refusal
    case .failed(let reason): throw SQLError(.internalError, reason)
    }
  }

  // MARK: Group commit

  /// Returns when the entry is on the disk.
  @discardableResult
  private func write(_ entry: JournalEntry) async throws -> JournalEntry.Outcome {
    let outcome = try await withCheckedThrowingContinuation { continuation in
      pending.append((entry, continuation))
      if !isFlushing {
        isFlushing = true
        Task { await flush() }
      }
    }
    switch outcome {
    case .done, .claimed: return outcome
    case .refused(let refusal): throw refusal
    case .failed(let reason): throw SQLError(.internalError, reason)
    }
  }

  private func flush() async {
    while !pending.isEmpty {
      let batch = Array(pending.prefix(configuration.batchSize))
      pending.removeFirst(batch.count)
      do {
        let outcomes = try await journal.commit(batch.map(\.entry))
        for (item, outcome) in zip(batch, outcomes) { item.acknowledge.resume(returning: outcome) }
      } catch {
        for item in batch { item.acknowledge.resume(throwing: error) }
      }
    }
    isFlushing = false
  }

  // MARK: Work

  private func isOld(_ look: Timestamp) -> Bool {
    look > now || now.advanced(byMicroseconds: -configuration.pollInterval.microseconds) >= look
  }

  /// The next job, once its claim is on the disk; nil when none may start now.
  public func claim() async throws -> ClaimedJob? {
    if isOld(lastPoll) { try load(all: false) }
    try await failOverdue()
    var hasReadAll = false
    while !scheduler.isClosed {
      guard let job = scheduler.claim(at: now) else {
        // Jobs beyond the window, and jobs that others gave back, are seen by reading everything.
        guard !hasReadAll, scheduler.running < configuration.scheduler.concurrency,
          scheduler.count == scheduler.running || isOld(lastFullLook)
        else { return nil }
        hasReadAll = true
        try load(all: true)
        continue
      }
      do {
        let outcome = try await write(
          .claim(
            job.id, attempt: job.attempt, leaseEnd: job.leaseEnd, worker: configuration.worker.description, at: now))
        if case .claimed(let maximum) = outcome { scheduler.allow(job.token, attempts: maximum) }
        return job
      } catch QueueRefusal.leaseLost {
        // Somebody else has it, or it was changed by hand.
        scheduler.forget(job.id)
      } catch {
        scheduler.forget(job.id)
        throw error
      }
    }
    return nil
  }

  /// The attempt succeeded.
  ///
  /// - Parameter results: Stores what the job found, in the same transaction; an error there fails the attempt.
  /// - Throws: ``QueueRefusal`` `leaseLost`: nothing was stored.
  public func complete(_ token: JobToken, writing results: (@Sendable (Connection) throws -> Void)? = nil) async throws
  {
    let now = now
    let entry = JournalEntry.end(token.job, attempt: token.attempt, .success, at: now, write: results)
    do {
      try await write(entry)
    } catch let refusal as QueueRefusal {
      scheduler.forget(token.job)
      throw refusal
    }
    try? scheduler.complete(token, at: now)
    activeInFile -= 1
  }

  /// The attempt failed; another may succeed.
  @discardableResult
  public func fail(_ token: JobToken, error: String, after wait: Duration = .zero) async throws
    -> Scheduler.Disposition
  {
    let now = now
    let disposition = try scheduler.fail(token, error: error, after: wait, at: now)
    try await store(token, disposition, error, at: now)
    return disposition
  }

  /// The attempt failed and no other can succeed.
  public func reject(_ token: JobToken, error: String) async throws {
    let now = now
    try scheduler.reject(token, error: error, at: now)
    try await store(token, .failed, error, at: now)
  }

  private func store(_ token: JobToken, _ disposition: Scheduler.Disposition, _ error: String, at now: Timestamp)
    async throws
  {
    let ending: JournalEntry.Ending =
      switch disposition {
      case .retry(let due): .retry(at: due, error: error)
      case .dead: .final(.dead, error: error)
      case .success: .success
      case .failed, .cancelled: .final(.failed, error: error)
      }
    do {
      try await write(.end(token.job, attempt: token.attempt, ending, at: now, write: nil))
    } catch {
      scheduler.forget(token.job)
      throw error
    }
    // What has ended is in the file; memory is for what is to be done.
    if scheduler.record(token.job)?.state.isFinal ?? false {
      scheduler.forget(token.job)
      activeInFile -= 1
    }
  }

  /// Not now; the attempt does not count.
  public func snooze(_ token: JobToken, until time: Timestamp) async throws {
    let now = now
    try scheduler.snooze(token, until: time, at: now)
    do {
      try await write(.end(token.job, attempt: token.attempt, .snooze(until: time), at: now, write: nil))
    } catch {
      scheduler.forget(token.job)
      throw error
    }
  }

  /// The worker is alive.
  public func heartbeat(_ token: JobToken) async throws {
    let end = try scheduler.heartbeat(token, at: now)
    do {
      try await write(.heartbeat(token.job, attempt: token.attempt, leaseEnd: end))
    } catch let refusal as QueueRefusal {
      scheduler.forget(token.job)
      throw refusal
    }
  }

  /// No job of the lane starts before that time, in this process.
  public func pause(lane: String, until time: Timestamp) { scheduler.pause(lane: lane, until: time) }

  // MARK: Rescue

  /// Takes jobs back whose lease has ended or whose process is gone, whichever process they belong to.
  ///
  /// - Parameter startedBefore: Also those that were started before this time, whatever their lease says.
  /// - Returns: The jobs that were taken back; the dead ones among them too.
  @discardableResult
  public func rescue(startedBefore limit: Timestamp? = nil) async throws -> [JobID] {
    let now = now
    let running = try database.read { connection in
      try JournalReading.jobs(connection, where: "where j.status = 'running' order by j.rowid")
    }
    var rescued: [JobID] = []
    for job in running {
      let started = job.startedAt ?? job.record.createdAt
      let leaseEnd =
        job.record.leaseEnd ?? started.advanced(byMicroseconds: configuration.scheduler.lease.microseconds)
      let isGone = job.worker.map { WorkerIdentity($0).isGone } ?? false
      let error: String
      if let limit, started < limit {
        error = "reset: it ran for too long"
      } else if isGone {
        error = "the worker's process ended"
      } else if leaseEnd <= now {
        error = "the worker gave no sign of life"
      } else {
        continue
      }
      if try await takeBack(job.record, error: error, at: now) { rescued.append(job.record.id) }
    }
    // Of kinds that nobody here runs, and beyond the window, only the file knows.
    let overdue = try database.read { connection in
      try JournalReading.jobs(
        connection, where: "where c.deadline <= ?1 and j.status = 'queued' order by j.rowid", [.time(now)])
    }
    for job in overdue where scheduler.record(job.record.id) == nil { try await storeOverdue(job.record.id, at: now) }
    try await failOverdue()
    return rescued
  }

  /// Fails the waiting jobs whose deadline has passed.
  private func failOverdue() async throws {
    let now = now
    for id in scheduler.failOverdue(at: now) {
      scheduler.forget(id)
      try await storeOverdue(id, at: now)
    }
  }

  private func storeOverdue(_ id: JobID, at now: Timestamp) async throws {
    do {
      try await write(.overdue(id, at: now))
      activeInFile -= 1
    } catch is QueueRefusal {
      // Another process came first.
    }
  }

  private func takeBack(_ record: JobRecord, error: String, at now: Timestamp) async throws -> Bool {
    // The scheduler decides what becomes of it, as if it had been running here.
    scheduler.forget(record.id)
    take(record)
    guard let disposition = try? scheduler.abandon(record.id, at: now) else { return false }
    do {
      try await store(
        JobToken(job: record.id, attempt: record.attempts, slot: 0), disposition, error, at: now)
      return true
    } catch QueueRefusal.leaseLost {
      // Its worker, or another rescuer, came first.
      return false
    }
  }

  // MARK: What a person does

  /// Withdraws a job that waits or runs.
  public func cancel(_ id: JobID, reason: String = "cancelled") async throws {
    try await write(.cancel(id, reason: reason, at: now))
    scheduler.forget(id)
    activeInFile -= 1
  }

  /// Lets a failed, dead or cancelled job start anew; one that waits becomes due now.
  public func requeue(_ id: JobID, attempts: Int = 5) async throws {
    try await write(.requeue(id, attempts: attempts, at: now))
    scheduler.forget(id)
    if let job = try job(id) { take(job.record) }
    activeInFile += 1
  }

  // MARK: Asking

  /// The job as the file has it.
  public func job(_ id: JobID) throws -> StoredJob? {
    try database.read { try JournalReading.jobs($0, where: "where j.id = ?1", [.id(id)]).first }
  }

  public func telemetry() -> QueueTelemetry { scheduler.telemetry(at: now) }

  /// When something may be to do, as far as this process knows.
  public func nextEvent() -> Timestamp? { scheduler.nextEvent(at: now) }

  /// Whether a job is due, or has been tried and is to be tried again.
  public func hasOpenWork() -> Bool { scheduler.hasOpenWork(at: now) }

  public func handle(_ kinds: Set<JobKind>?) { scheduler.handle(kinds) }

  /// No jobs come in or start any more; outcomes are still written.
  public func close() { scheduler.close() }
}

extension JobRecord {
  /// With the payload as a `jsonb` column holds it.
  ///
  /// - Throws: ``SQLError`` 22P02 when it is no JSON.
  func withNormalizedPayload() throws -> JobRecord {
    var copy = self
    do {
      copy.payload = try JSONText.normalized(payload)
    } catch {
      throw SQLError(.invalidTextRepresentation, "the payload is no JSON: \(error)")
    }
    return copy
  }
}
