import Foundation
import PostgresDialect
import ScoutStorage
import Synchronization
import Testing

@testable import ScoutEnrichment

/// A clock that tests move.
final class TestClock: Sendable {
  private let time = Mutex<Int64>(1_756_684_800_000_000)

  var clock: EngineClock { EngineClock { [self] in Timestamp(microseconds: time.withLock { $0 }) } }
  var now: Timestamp { clock.now() }
  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
}

/// A database file for one test.
final class JobFile: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("scout-jobs-\(UUID().uuidString).db").path
  let clock = TestClock()

  deinit {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  func database() throws -> Database {
    try Database(path: path, configuration: Database.Configuration(clock: clock.clock))
  }

  func queue(
    _ scheduler: SchedulerConfiguration = SchedulerConfiguration(backoff: Backoff(base: .zero)),
    worker: WorkerIdentity = .current
  ) throws -> JobQueue {
    JobQueue(
      database: try database(), configuration: JobQueue.Configuration(scheduler: scheduler, worker: worker))
  }

  func rows(_ sql: String) throws -> [String] {
    try database().write { connection in
      try connection.execute(sql).texts.map { row in row.map { $0 ?? "∅" }.joined(separator: "|") }
    }
  }
}

@Suite struct JobQueueTests {
  let file = JobFile()

  private func claim(_ queue: JobQueue) async throws -> ClaimedJob {
    let job = try await queue.claim()
    return try #require(job)
  }

  @Test func `what was acknowledged is there for the next process, in its order`() async throws {
    let first = try file.queue()
    for (payload, priority) in [(#"{"brand":"Oishi"}"#, 100), (#"{"brand": "Alaska"}"#, 0)] {
      _ = try await first.enqueue(JobSpecification(payload: payload, priority: priority))
    }
    let second = try file.queue()
    try await second.start()
    let job = try await claim(second)
    #expect(job.payload == #"{"brand": "Alaska"}"#)
    try await second.complete(job.token)
    #expect(
      try file.rows("select status, attempts, task_payload->>'brand' from deep_research.sku_jobs order by priority")
        == ["success|1|Alaska", "queued|0|Oishi"])
  }

  @Test func `a job enqueued by SQL is worked like any other`() async throws {
    _ = try file.rows(#"insert into deep_research.sku_jobs (task_payload) values ('{"brand": "JTI"}') returning id"#)
    let queue = try file.queue()
    let job = try await claim(queue)
    #expect(job.payload == #"{"brand": "JTI"}"#)
    #expect(job.kind == .brandSKUScrape)
  }

  @Test func `of several processes one gets the job, and a rescued job's first worker writes nothing`() async throws {
    let first = try file.queue(SchedulerConfiguration(lease: .seconds(60), backoff: Backoff(base: .zero)))
    let second = try file.queue(SchedulerConfiguration(lease: .seconds(60), backoff: Backoff(base: .zero)))
    let id = try await first.enqueue(JobSpecification(payload: "{}"))
    let held = try await claim(first)
    #expect(try await second.claim() == nil)

    file.clock.advance(seconds: 61)
    #expect(try await second.rescue() == [id])
    let rescued = try await claim(second)
    #expect(rescued.attempt == 2)
    await #expect(throws: QueueRefusal.leaseLost(id)) { try await first.heartbeat(held.token) }
    await #expect(throws: QueueRefusal.leaseLost(id)) {
      try await first.complete(held.token) { connection in
        try connection.execute("insert into scout.audit_log (action) values ('stale')")
      }
    }
    try await second.complete(rescued.token) { connection in
      try connection.execute("insert into scout.audit_log (action) values ('done')")
    }
    #expect(try file.rows("select action from scout.audit_log") == ["done"])
    #expect(try file.rows("select status, attempts from deep_research.sku_jobs") == ["success|2"])
  }

  @Test func `a heartbeat keeps others from rescuing`() async throws {
    let queue = try file.queue(SchedulerConfiguration(lease: .seconds(60)))
    _ = try await queue.enqueue(JobSpecification(payload: "{}"))
    let job = try await claim(queue)
    file.clock.advance(seconds: 50)
    try await queue.heartbeat(job.token)
    file.clock.advance(seconds: 50)
    #expect(try await file.queue().rescue().isEmpty)
    try await queue.complete(job.token)
  }

  @Test func `the jobs of a process that is gone return at the start, their attempt counted`() async throws {
    // No process has this number: Linux gives none above 4194304.
    let namespace = WorkerIdentity.current.description.split(separator: ":").last ?? ""
    let queue = try file.queue(worker: WorkerIdentity("4194305:1:\(namespace)"))
    let id = try await queue.enqueue(JobSpecification(payload: "{}"))
    _ = try await claim(queue)
    let next = try file.queue()
    #expect(try await next.start() == [id])
    #expect(try await claim(next).attempt == 2)
  }

  @Test func `a job enqueued in a transaction exists only when that is committed`() async throws {
    struct Undo: Error {}
    let database = try file.database()
    #expect(throws: Undo.self) {
      try database.write { connection in
        _ = try JobQueue.enqueue(JobSpecification(payload: "{}"), on: connection)
        throw Undo()
      }
    }
    let queue = try file.queue()
    #expect(try await queue.claim() == nil)
    let id = try database.write { try JobQueue.enqueue(JobSpecification(payload: "{}"), on: $0) }
    file.clock.advance(seconds: 2)
    #expect(try await claim(queue).id == id)
  }

  @Test func `a unique key counts over all processes, and in its states only`() async throws {
    let first = try file.queue()
    let second = try file.queue()
    let unique = JobSpecification(payload: "{}", uniqueness: Uniqueness(key: "alaska"))
    let id = try await first.enqueue(unique)
    await #expect(throws: QueueRefusal.duplicate(of: id)) { try await second.enqueue(unique) }
    let job = try await claim(first)
    try await first.complete(job.token)
    let next = try await second.enqueue(unique)
    var daily = unique
    daily.uniqueness = Uniqueness(key: "alaska", states: [.queued, .running, .success], window: .seconds(3600))
    let other = try await claim(second)
    #expect(other.id == next)
    try await second.complete(other.token)
    await #expect(throws: QueueRefusal.self) { try await first.enqueue(daily) }
    file.clock.advance(seconds: 3601)
    _ = try await first.enqueue(daily)
  }

  @Test func `attempts used up make a dead letter, which a person requeues`() async throws {
    let queue = try file.queue()
    let id = try await queue.enqueue(JobSpecification(payload: "{}", maximumAttempts: 2))
    var dispositions: [Scheduler.Disposition] = []
    while let job = try await queue.claim() {
      dispositions.append(try await queue.fail(job.token, error: "no such host"))
    }
    #expect(dispositions == [.retry(at: file.clock.now), .dead])
    #expect(
      try file.rows("select status, attempts, last_error from deep_research.sku_jobs") == ["dead|2|no such host"])
    try await queue.requeue(id, attempts: 1)
    let job = try await claim(queue)
    #expect(job.attempt == 3)
    #expect(try await queue.fail(job.token, error: "again") == .dead)
  }

  @Test func `snooze costs no attempt, and cancel takes the job from its worker`() async throws {
    let queue = try file.queue()
    let id = try await queue.enqueue(JobSpecification(payload: "{}", maximumAttempts: 1))
    let job = try await claim(queue)
    try await queue.snooze(job.token, until: file.clock.now.adding(minutes: 5))
    #expect(try await queue.claim() == nil)
    file.clock.advance(seconds: 300)
    let again = try await claim(queue)
    #expect(try await queue.job(id)?.record.maximumAttempts == 2)
    try await queue.cancel(id, reason: "not needed")
    await #expect(throws: QueueRefusal.leaseLost(id)) { try await queue.complete(again.token) }
    #expect(try file.rows("select status, last_error from deep_research.sku_jobs") == ["cancelled|not needed"])
    await #expect(throws: QueueRefusal.wrongState(id, .cancelled)) { try await queue.cancel(id) }
  }

  @Test func `results that cannot be stored fail their own attempt only`() async throws {
    let queue = try file.queue()
    _ = try await queue.enqueue(JobSpecification(payload: "{}"))
    _ = try await queue.enqueue(JobSpecification(payload: "{}"))
    let bad = try await claim(queue)
    let good = try await claim(queue)
    let refused = Task {
      try await queue.complete(bad.token) { connection in
        try connection.execute("insert into scout.audit_log (action) values ('lost')")
        try connection.execute("insert into scout.no_such_table values (1)")
      }
    }
    try await queue.complete(good.token) { connection in
      try connection.execute("insert into scout.audit_log (action) values ('kept')")
    }
    await #expect(throws: SQLError.self) { try await refused.value }
    try await queue.fail(bad.token, error: "could not be stored")
    #expect(try file.rows("select action from scout.audit_log") == ["kept"])
  }

  @Test func `a full queue refuses, and has room again when a job is done`() async throws {
    let queue = try file.queue(SchedulerConfiguration(capacity: 2))
    let results = try await queue.enqueue(Array(repeating: JobSpecification(payload: "{}"), count: 3))
    #expect(results.filter { if case .success = $0 { true } else { false } }.count == 2)
    await #expect(throws: QueueRefusal.full(capacity: 2)) { try await queue.enqueue(JobSpecification(payload: "{}")) }
    let job = try await claim(queue)
    try await queue.complete(job.token)
    _ = try await queue.enqueue(JobSpecification(payload: "{}"))
  }

  @Test func `attempts that a person gives count in the process that has the job in its memory`() async throws {
    let queue = try file.queue()
    let other = try file.queue()
    let id = try await queue.enqueue(JobSpecification(payload: "{}", maximumAttempts: 1))
    // One that waits becomes due and keeps its attempts; one that was withdrawn starts anew.
    try await other.requeue(id, attempts: 9)
    #expect(try await other.job(id)?.record.maximumAttempts == 1)
    try await other.cancel(id)
    try await other.requeue(id, attempts: 2)
    let first = try await claim(queue)
    #expect(try await queue.fail(first.token, error: "no") == .retry(at: file.clock.now))
    let second = try await claim(queue)
    #expect(try await queue.fail(second.token, error: "no") == .dead)
  }

  @Test func `the bound is the file's, whichever process fills it`() async throws {
    for _ in 0..<2 { _ = try await file.queue().enqueue(JobSpecification(payload: "{}")) }
    let other = try file.queue(SchedulerConfiguration(capacity: 2))
    await #expect(throws: QueueRefusal.full(capacity: 2)) { try await other.enqueue(JobSpecification(payload: "{}")) }
    #expect(
      try await other.enqueue([JobSpecification(payload: "{}")]) == [.failure(QueueRefusal.full(capacity: 2))])
    #expect(try file.rows("select count(*) from deep_research.sku_jobs") == ["2"])
  }

  @Test func `a waiting job fails when its deadline passes, also one that nobody here can run`() async throws {
    let queue = try file.queue(SchedulerConfiguration(handledKinds: [.brandSKUScrape]))
    let soon = Timestamp(microseconds: file.clock.now.microseconds + 60_000_000)
    let id = try await queue.enqueue(JobSpecification(payload: "{}", deadline: soon))
    _ = try await queue.enqueue(
      JobSpecification(kind: JobKind(rawValue: "translate"), payload: "{}", priority: 1, deadline: soon))
    file.clock.advance(seconds: 61)
    #expect(try await queue.claim() == nil)
    #expect(try await queue.job(id)?.record.lastError == "the deadline passed before the job could start")
    // Another process, which has not read the job of the other kind.
    _ = try await file.queue(SchedulerConfiguration(handledKinds: [.brandSKUScrape])).start()
    #expect(try file.rows("select distinct status from deep_research.sku_jobs") == ["failed"])
  }

  @Test func `a job of a kind that nobody runs stays queued and keeps nobody out`() async throws {
    let queue = try file.queue(SchedulerConfiguration(handledKinds: [.brandSKUScrape]))
    _ = try await queue.enqueue(JobSpecification(kind: JobKind(rawValue: "translate"), payload: "{}", priority: 0))
    let id = try await queue.enqueue(JobSpecification(payload: "{}"))
    #expect(try await claim(queue).id == id)
    #expect(try await queue.claim() == nil)
    #expect(await queue.telemetry().unhandledKinds == [JobKind(rawValue: "translate"): 1])
  }

  @Test func `concurrent producers and workers: every job is done exactly once`() async throws {
    let file = file
    let producers = try file.queue()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for producer in 0..<4 {
        group.addTask {
          for number in 0..<100 {
            _ = try await producers.enqueue(JobSpecification(payload: #"{"n": \#(producer * 100 + number)}"#))
          }
        }
      }
      try await group.waitForAll()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        let queue = try file.queue()
        group.addTask {
          while let job = try await queue.claim() {
            try await queue.complete(job.token) { connection in
              try connection.run(
                "insert into \"scout.audit_log\" (id, action) values (?1, ?2)",
                [.text(connection.identifiers.uuid()), .text(job.payload)])
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try file.rows("select count(*), count(distinct action) from scout.audit_log") == ["400|400"])
    #expect(
      try file.rows("select status, attempts, count(*) from deep_research.sku_jobs group by 1, 2")
        == ["success|1|400"])
  }
}
