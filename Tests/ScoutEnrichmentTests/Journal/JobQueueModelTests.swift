import Foundation
import ScoutStorage
import Testing

@testable import ScoutEnrichment

/// Random schedules over one file: several processes that claim, end, renew, rescue, cancel, requeue and die.
///
/// ``SchedulerModelTests`` knows what each step must do; here it is what must hold whatever happens in which order, as
/// triggers in the file saw it.
@Suite struct JobQueueModelTests {
  /// More with SCOUT_PROVE=1.
  static let schedules = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 40 : 1500

  @Test func `no job is lost, none ends twice, and only one worker at a time may write`() async throws {
    let file = JobFile()
    let databases = [try file.database(), try file.database()]
    try databases[0].write { connection in
      try connection.run("create table \"test.moves\" (job text, before text, after text, earlier int, later int)")
      try connection.run("create table \"test.results\" (job text, attempt int)")
      try connection.run(
        """
        create trigger "test.moves" after update of status, attempts on "deep_research.sku_jobs" begin
          insert into "test.moves" values (new.id, old.status, new.status, old.attempts, new.attempts);
        end
        """)
    }
    for seed in 0..<UInt64(Self.schedules) {
      try databases[0].write { connection in
        for table in ["deep_research.sku_jobs", "test.moves", "test.results"] {
          try connection.run("delete from \"\(table)\"")
        }
      }
      var schedule = Schedule(seed: seed, databases: databases, clock: file.clock)
      do {
        for _ in 0..<50 { try await schedule.step() }
        try await schedule.finish()
        try schedule.check()
      } catch {
        Issue.record("seed \(seed): \(error)\n\(schedule.log.joined(separator: "\n"))")
        return
      }
    }
  }
}

private struct Schedule {
  struct Broken: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  var random: QueueRandom
  let databases: [Database]
  let clock: TestClock
  let configuration: SchedulerConfiguration
  /// The processes that live.
  var queues: [JobQueue] = []
  /// Every claim that was ever acknowledged, with its process, which may be dead or slow by now.
  var claims: [(queue: JobQueue, job: ClaimedJob)] = []
  var tokens: Set<String> = []
  var accepted: Set<JobID> = []
  var completed: Set<JobID> = []
  var log: [String] = []

  init(seed: UInt64, databases: [Database], clock: TestClock) {
    var random = QueueRandom(seed: seed)
    self.databases = databases
    self.clock = clock
    configuration = SchedulerConfiguration(
      capacity: Int.random(in: 4...30, using: &random), concurrency: Int.random(in: 1...4, using: &random),
      lease: .seconds(Int64.random(in: 2...30, using: &random)),
      backoff: Backoff(base: .seconds(1), maximum: .seconds(8)))
    self.random = random
    for _ in 0..<3 { queues.append(newQueue()) }
  }

  mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  mutating func newQueue() -> JobQueue {
    JobQueue(
      database: databases[pick(databases.count)],
      configuration: JobQueue.Configuration(
        scheduler: configuration, worker: WorkerIdentity("process \(random.next())"), window: 3 + pick(30),
        seed: random.next()))
  }

  /// Runs what may be refused.
  ///
  /// - Returns: Whether it was done.
  mutating func attempt(_ name: String, _ body: () async throws -> Void) async throws -> Bool {
    do {
      try await body()
      log.append("\(name): done")
      return true
    } catch let refusal as QueueRefusal {
      log.append("\(name): \(refusal)")
      return false
    }
  }

  mutating func step() async throws {
    let queue = queues[pick(queues.count)]
    switch pick(20) {
    case 0..<4: try await enqueue(queue)
    case 4..<9: try await claim(queue)
    case 9..<12: try await complete()
    case 12..<15: try await end()
    case 15: log.append("rescue: \(try await queue.rescue())")
    case 16: try await decide(queue)
    case 17: clock.advance(seconds: Int64(pick(12)))
    case 18:
      // A process dies, and another starts.
      queues[pick(queues.count)] = newQueue()
      log.append("crash")
    default: try await together(queue)
    }
  }

  mutating func enqueue(_ queue: JobQueue) async throws {
    var specification = JobSpecification(payload: "{}", priority: pick(3), maximumAttempts: 1 + pick(3))
    if pick(4) == 0 { specification.uniqueness = Uniqueness(key: "k\(pick(2))", states: [.queued, .running, .dead]) }
    if pick(5) == 0 {
      specification.deadline = Timestamp(microseconds: clock.now.microseconds + Int64(pick(40)) * 1_000_000)
    }
    if pick(4) == 0 {
      specification.scheduledFor = Timestamp(microseconds: clock.now.microseconds + Int64(pick(10)) * 1_000_000)
    }
    var id: JobID?
    _ = try await attempt("enqueue") { id = try await queue.enqueue(specification) }
    if let id { accepted.insert(id) }
  }

  mutating func claim(_ queue: JobQueue) async throws {
    guard let job = try await queue.claim() else { return }
    try note(job, of: queue)
  }

  mutating func note(_ job: ClaimedJob, of queue: JobQueue) throws {
    log.append("claim \(job.id) attempt \(job.attempt)")
    guard tokens.insert("\(job.id) \(job.attempt)").inserted else { throw Broken("claimed twice: \(job.token)") }
    claims.append((queue, job))
  }

  /// A recent claim, which may have been taken from its worker long ago.
  mutating func someClaim() -> (queue: JobQueue, job: ClaimedJob)? {
    claims.isEmpty ? nil : claims[max(0, claims.count - 1 - pick(6))]
  }

  mutating func complete() async throws {
    guard let (queue, job) = someClaim() else { return }
    let isDone = try await attempt("complete \(job.id) attempt \(job.attempt)") {
      try await queue.complete(job.token) { connection in
        try connection.run(
          "insert into \"test.results\" values (?1, ?2)", [.text(job.id.description), .integer(Int64(job.attempt))])
      }
    }
    if isDone, !completed.insert(job.id).inserted { throw Broken("completed twice: \(job.id)") }
  }

  mutating func end() async throws {
    guard let (queue, job) = someClaim() else { return }
    let kind = pick(4)
    let until = Timestamp(microseconds: clock.now.microseconds + Int64(pick(10)) * 1_000_000)
    let name = ["fail", "reject", "snooze", "heartbeat"][kind]
    let isDone = try await attempt("\(name) \(job.id) attempt \(job.attempt)") {
      switch kind {
      case 0: try await queue.fail(job.token, error: "no")
      case 1: try await queue.reject(job.token, error: "never")
      case 2: try await queue.snooze(job.token, until: until)
      default: try await queue.heartbeat(job.token)
      }
    }
    // What was accepted came from the attempt that is the current one.
    if isDone, try await queue.job(job.id)?.record.attempts != job.attempt {
      throw Broken("accepted from a worker that had lost the job: \(name) \(job.token)")
    }
  }

  /// What a person does.
  mutating func decide(_ queue: JobQueue) async throws {
    guard let id = accepted.sorted().randomElement(using: &random) else { return }
    if pick(2) == 0 {
      _ = try await attempt("cancel \(id)") { try await queue.cancel(id) }
    } else {
      _ = try await attempt("requeue \(id)") { try await queue.requeue(id, attempts: 2) }
    }
  }

  /// Two processes claim, and a worker says that it has done its job, all at once.
  mutating func together(_ queue: JobQueue) async throws {
    let other = queues[pick(queues.count)]
    let claim = someClaim()
    async let first = queue.claim()
    async let second = other.claim()
    async let done: Bool = {
      guard let claim else { return false }
      do {
        try await claim.queue.complete(claim.job.token) { connection in
          try connection.run(
            "insert into \"test.results\" values (?1, ?2)",
            [.text(claim.job.id.description), .integer(Int64(claim.job.attempt))])
        }
        return true
      } catch is QueueRefusal {
        return false
      }
    }()
    let (a, b, isDone) = try await (first, second, done)
    if let a { try note(a, of: queue) }
    if let b { try note(b, of: other) }
    if isDone, let claim {
      log.append("complete \(claim.job.id) attempt \(claim.job.attempt), meanwhile")
      guard completed.insert(claim.job.id).inserted else { throw Broken("completed twice: \(claim.job.id)") }
    }
  }

  /// Everything that is open is done by a last process.
  mutating func finish() async throws {
    let last = newQueue()
    for _ in 0..<100 {
      clock.advance(seconds: 40)
      _ = try await last.rescue()
      while let job = try await last.claim() {
        try note(job, of: last)
        try await last.complete(job.token) { connection in
          try connection.run(
            "insert into \"test.results\" values (?1, ?2)",
            [.text(job.id.description), .integer(Int64(job.attempt))])
        }
        guard completed.insert(job.id).inserted else { throw Broken("completed twice: \(job.id)") }
      }
      let open = try databases[0].read { try JournalReading.activeCount($0) }
      if open == 0 { return }
    }
    throw Broken("jobs stay open")
  }

  func check() throws {
    let (jobs, moves, results) = try databases[0].read { connection in
      (
        try JournalReading.jobs(connection, where: "order by j.rowid"),
        try connection.rows("select job, before, after, earlier, later from \"test.moves\" order by rowid"),
        try connection.rows("select job, count(*), max(attempt) from \"test.results\" group by 1")
      )
    }
    guard Set(jobs.map(\.record.id)) == accepted else { throw Broken("jobs were lost or made up") }
    let succeeded = Set(jobs.filter { $0.record.state == .success }.map(\.record.id))
    guard succeeded == completed else { throw Broken("what was acknowledged as done is not what is done") }
    guard results.allSatisfy({ $0[1].integer == 1 }),
      Set(results.compactMap { $0[0].text.flatMap(JobID.init) }) == completed
    else { throw Broken("results are not there exactly once: \(results)") }
    let attempts = Dictionary(uniqueKeysWithValues: jobs.map { ($0.record.id.description, $0.record.attempts) })
    for row in results where attempts[row[0].text ?? ""] != row[2].integer.map(Int.init) {
      throw Broken("results of a worker that had lost the job: \(row)")
    }
    for job in jobs where job.record.state == .dead {
      guard job.record.attempts >= job.record.maximumAttempts else { throw Broken("dead too early: \(job)") }
    }
    for move in moves {
      guard let before = move[1].text.flatMap(JobState.init), let after = move[2].text.flatMap(JobState.init),
        let earlier = move[3].integer, let later = move[4].integer,
        before == after || before.successors.contains(after),
        later == (after == .running && before == .queued ? earlier + 1 : earlier)
      else { throw Broken("a wrong move: \(move)") }
    }
  }
}
