import ScoutStorage
import Testing

@testable import ScoutEnrichment

@Suite struct SchedulerTests {
  private let start = Timestamp(microseconds: 1_000_000)
  private func id(_ number: UInt64) -> JobID { JobID(high: 0, low: number) }
  private func later(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: 1_000_000 + seconds * 1_000_000) }

  private func claim(_ queue: inout Scheduler, at now: Timestamp) throws -> ClaimedJob {
    let job = queue.claim(at: now)
    return try #require(job)
  }

  @Test func `0 goes first, and within a priority the first to come`() throws {
    var queue = Scheduler()
    for (number, priority) in [100, 0, 100, 50, 0].enumerated() {
      try queue.enqueue(JobSpecification(payload: "{}", priority: priority), id: id(UInt64(number)), at: start)
    }
    var order: [UInt64] = []
    while let job = queue.claim(at: start) { order.append(job.id.low) }
    #expect(order == [1, 4, 3, 0, 2])
  }

  @Test func `a rescued job's first worker cannot overwrite its successor`() throws {
    var queue = Scheduler(configuration: SchedulerConfiguration(lease: .seconds(10), backoff: Backoff(base: .zero)))
    try queue.enqueue(JobSpecification(payload: "{}"), id: id(1), at: start)
    let first = try claim(&queue, at: start)
    #expect(queue.rescueExpired(at: later(9)).isEmpty)
    #expect(queue.rescueExpired(at: later(10)).map(\.disposition) == [.retry(at: later(10))])
    let second = try claim(&queue, at: later(10))
    #expect(second.attempt == 2)
    #expect(throws: QueueRefusal.leaseLost(id(1))) { try queue.complete(first.token, at: later(11)) }
    #expect(throws: QueueRefusal.leaseLost(id(1))) { try queue.heartbeat(first.token, at: later(11)) }
    try queue.complete(second.token, at: later(11))
    #expect(throws: QueueRefusal.leaseLost(id(1))) { try queue.complete(second.token, at: later(11)) }
    #expect(queue.count == 0)
  }

  @Test func `a heartbeat keeps the lease`() throws {
    var queue = Scheduler(configuration: SchedulerConfiguration(lease: .seconds(10)))
    try queue.enqueue(JobSpecification(payload: "{}"), id: id(1), at: start)
    let job = try claim(&queue, at: start)
    let end = try queue.heartbeat(job.token, at: later(8))
    #expect(end == later(18))
    #expect(queue.rescueExpired(at: later(12)).isEmpty)
    #expect(queue.rescueExpired(at: later(18)).count == 1)
  }

  @Test func `a job that fails every time is dead after its last attempt, and can be requeued`() throws {
    var queue = Scheduler(configuration: SchedulerConfiguration(backoff: Backoff(base: .zero)))
    try queue.enqueue(JobSpecification(payload: "{}", maximumAttempts: 3), id: id(1), at: start)
    var dispositions: [Scheduler.Disposition] = []
    while let job = queue.claim(at: start) { dispositions.append(try queue.fail(job.token, error: "x", at: start)) }
    #expect(dispositions == [.retry(at: start), .retry(at: start), .dead])
    #expect(queue.record(id(1))?.state == .dead)
    try queue.requeue(id(1), attempts: 1, at: start)
    #expect(queue.claim(at: start)?.attempt == 4)
  }

  @Test func `a snooze costs no attempt`() throws {
    var queue = Scheduler(configuration: SchedulerConfiguration(backoff: Backoff(base: .zero)))
    try queue.enqueue(JobSpecification(payload: "{}", maximumAttempts: 1), id: id(1), at: start)
    let job = try claim(&queue, at: start)
    try queue.snooze(job.token, until: later(60), at: start)
    #expect(queue.claim(at: later(59)) == nil)
    let again = try claim(&queue, at: later(60))
    let disposition = try queue.fail(again.token, error: "x", at: later(60))
    #expect(disposition == .dead)
  }

  @Test func `a lane gets its rate, and others do not wait for it`() throws {
    var queue = Scheduler(
      configuration: SchedulerConfiguration(laneLimits: ["slow": RateLimit(perSecond: 0.1, burst: 2)]))
    for number in 0..<4 as Range<UInt64> {
      try queue.enqueue(JobSpecification(payload: "{}", priority: 0, lane: "slow"), id: id(number), at: start)
    }
    try queue.enqueue(JobSpecification(payload: "{}", lane: "fast"), id: id(9), at: start)
    var order: [UInt64] = []
    while let job = queue.claim(at: start) { order.append(job.id.low) }
    #expect(order == [0, 1, 9])
    #expect(queue.claim(at: later(9)) == nil)
    #expect(queue.nextEvent(at: later(9)) == later(10))
    #expect(queue.claim(at: later(10))?.id == id(2))
  }

  @Test func `a kind that nobody can run stays queued and is reported`() throws {
    var queue = Scheduler(configuration: SchedulerConfiguration(handledKinds: [.brandSKUScrape]))
    let other = JobKind(rawValue: "translate")
    try queue.enqueue(JobSpecification(kind: other, payload: "{}", priority: 0), id: id(1), at: start)
    try queue.enqueue(JobSpecification(payload: "{}"), id: id(2), at: start)
    #expect(queue.claim(at: start)?.id == id(2))
    #expect(queue.claim(at: start) == nil)
    #expect(queue.telemetry(at: start).unhandledKinds == [other: 1])
    queue.handle(nil)
    #expect(queue.claim(at: start)?.id == id(1))
  }

  @Test func `a full queue and a closed one refuse`() throws {
    var queue = Scheduler(configuration: SchedulerConfiguration(capacity: 1))
    try queue.enqueue(JobSpecification(payload: "{}"), id: id(1), at: start)
    #expect(throws: QueueRefusal.full(capacity: 1)) {
      try queue.enqueue(JobSpecification(payload: "{}"), id: id(2), at: start)
    }
    queue.close()
    #expect(throws: QueueRefusal.closed) { try queue.enqueue(JobSpecification(payload: "{}"), id: id(3), at: start) }
    #expect(queue.claim(at: start) == nil)
  }

  @Test func `a unique key keeps others out in its states and its window`() throws {
    var queue = Scheduler()
    let unique = Uniqueness(key: "Alaska", states: [.queued, .running, .success], window: .seconds(60))
    try queue.enqueue(JobSpecification(payload: "{}", uniqueness: unique), id: id(1), at: start)
    try queue.complete(try claim(&queue, at: start).token, at: start)
    #expect(throws: QueueRefusal.duplicate(of: id(1))) {
      try queue.enqueue(JobSpecification(payload: "{}", uniqueness: unique), id: id(2), at: later(59))
    }
    try queue.enqueue(JobSpecification(payload: "{}", uniqueness: unique), id: id(3), at: later(60))
  }

  @Test func `waits grow with the attempts, up to the maximum`() {
    let backoff = Backoff(base: .seconds(2), maximum: .seconds(10))
    #expect([1, 2, 3, 4, 100].map { backoff.ceiling(attempt: $0) / 1_000_000 } == [2, 4, 8, 10, 10])
    var random = QueueRandom(seed: 1)
    let waits = (0..<200).map { _ in backoff.wait(attempt: 2, using: &random) }
    #expect(waits.allSatisfy { (0...4_000_000).contains($0) })
    #expect(waits.contains { $0 < 1_000_000 } && waits.contains { $0 > 3_000_000 })
  }

  @Test func `every move that is drawn is possible, and success is the end`() {
    #expect(JobState.success.successors.isEmpty)
    #expect(JobState.allCases.filter { $0.successors.contains(.success) } == [.running])
    #expect(JobState.allCases.filter { $0.successors.contains(.running) } == [.queued])
  }

  /// The table of identifiers, beside a dictionary: identifiers without a random bit, removed and added again.
  @Test func `every job is found, and none that is gone`() throws {
    var random = QueueRandom(seed: 3)
    for shift in [UInt64(0), 32, 60] {
      var queue = Scheduler()
      var known: Set<JobID> = []
      for _ in 0..<4000 {
        let number = UInt64.random(in: 0..<600, using: &random)
        let id =
          Bool.random(using: &random) ? JobID(high: number << shift, low: 0) : JobID(high: 0, low: number << shift)
        if known.remove(id) != nil {
          queue.forget(id)
        } else {
          try queue.enqueue(JobSpecification(payload: "{}"), id: id, at: start)
          known.insert(id)
        }
      }
      #expect(queue.records.map(\.id) == known.sorted())
      #expect(known.allSatisfy { queue.record($0) != nil })
      #expect(queue.record(JobID(high: 1, low: 1)) == nil)
    }
  }

  @Test func `many claims leave nothing behind`() throws {
    var queue = Scheduler()
    for number in 0..<20_000 as Range<UInt64> {
      try queue.enqueue(JobSpecification(payload: "{}"), id: id(number), at: start)
      try queue.complete(try claim(&queue, at: start).token, at: start)
    }
    #expect(queue.leases.count <= 1025 && queue.offers.count <= 1 && queue.jobs.count == 1)
  }

  @Test func `an identifier is read and written as PostgreSQL does`() {
    let text = "0f8fad5b-d9cb-469f-a165-70867728950e"
    #expect(JobID(text)?.description == text)
    #expect(JobID("0F8FAD5BD9CB469FA16570867728950E")?.description == text)
    #expect(JobID("0f8fad5b") == nil && JobID("") == nil && JobID(text + "0") == nil)
  }
}
