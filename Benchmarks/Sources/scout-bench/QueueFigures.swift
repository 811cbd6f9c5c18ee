import Foundation
import Scout

/// The job queue: in memory, durable, and under a million waiting jobs.
struct QueueFigures {
  var jobs: Int
  var runs: Int
  var workspace: Workspace

  private static let start = Timestamp(microseconds: 1_756_684_800_000_000)
  private static let payload = #"{"brand": "Alaska", "region": "PH"}"#

  func measure() async throws -> [Figure] {
    let cycles = try (0..<runs).map { _ in try cycle() }
    let waits = try latency()
    var batches: [Double] = []
    var singles: [Double] = []
    for _ in 0..<runs {
      batches.append(try await enqueueDurably(producers: 4, batch: 1000))
      singles.append(try await enqueueDurably(producers: 1024, batch: 1))
    }
    return [
      Figure(
        "queue in memory: enqueue, claim, complete of \(jobs) jobs", unit: "jobs/s", cycles.map(\.rate),
        digest: digest(of: "\(cycles.map(\.done))")
      ).aiming(above: 500_000),
      Figure("claim with \(jobs) jobs queued, 99th percentile", unit: "µs", [waits.percentile99]).aiming(at: 100),
      Figure("memory per queued job", unit: "bytes", [waits.bytes]).aiming(at: 500),
      Figure("durable enqueue in batches of 1000, 4 producers, \(durableJobs) jobs", unit: "jobs/s", batches)
        .aiming(above: 50_000),
      Figure("durable enqueue one by one, 1024 producers, \(durableJobs) jobs", unit: "jobs/s", singles)
        .aiming(above: 50_000),
      Figure("durable claim and complete, \(durableJobs / 4) jobs", unit: "jobs/s", [try await workDurably()]),
    ]
  }

  private func id(_ number: Int) -> JobID { JobID(high: UInt64(number), low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15) }

  private func cycle() throws -> (rate: Double, done: Int) {
    var queue = Scheduler(configuration: SchedulerConfiguration(capacity: jobs + 1))
    let specification = JobSpecification(payload: Self.payload)
    var done = 0
    let (seconds, _) = try timed {
      for number in 0..<jobs { try queue.enqueue(specification, id: id(number), at: Self.start) }
      while let job = queue.claim(at: Self.start) {
        try queue.complete(job.token, at: Self.start)
        done += 1
      }
    }
    guard done == jobs else { throw BenchmarkFailure("\(done) of \(jobs) jobs were done") }
    return (Double(jobs) / seconds, done)
  }

  /// A full queue: each claim is measured by itself, and another job takes the place of the claimed one.
  private func latency() throws -> (percentile99: Double, bytes: Double) {
    let before = Self.residentBytes
    var queue = Scheduler(configuration: SchedulerConfiguration(capacity: jobs + 2))
    for number in 0..<jobs {
      let specification = JobSpecification(
        payload: "{\"brand\": \"Alaska\", \"region\": \"PH\", \"n\": \(number)}", priority: number % 10)
      try queue.enqueue(specification, id: id(number), at: Self.start)
    }
    let bytes = Double(max(0, Self.residentBytes - before)) / Double(jobs)
    var samples: [Double] = []
    let clock = ContinuousClock()
    for number in 0..<min(jobs, 100_000) {
      let begin = clock.now
      guard let job = queue.claim(at: Self.start) else { throw BenchmarkFailure("the queue is empty") }
      samples.append((clock.now - begin) / .microseconds(1))
      try queue.complete(job.token, at: Self.start)
      try queue.enqueue(JobSpecification(payload: Self.payload), id: id(jobs + number), at: Self.start)
    }
    samples.sort()
    return (samples[samples.count * 99 / 100], bytes)
  }

  private static var residentBytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * 4096
  }

  // MARK: Durable

  private var durableJobs: Int { max(20_000, jobs / 5) }

  private func scout(_ name: String) throws -> Scout {
    try Scout.create(at: workspace.freshDatabase(name), secret: "bench")
  }

  /// Producers that enqueue jobs, each waiting until its own are on the disk before it enqueues the next.
  private func enqueueDurably(producers: Int, batch: Int) async throws -> Double {
    let queue = try scout("queue.db").jobQueue()
    let count = durableJobs / producers
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<producers {
        group.addTask {
          let specification = JobSpecification(payload: Self.payload)
          let specifications = Array(repeating: specification, count: batch)
          var sent = 0
          while sent < count {
            if batch == 1 {
              _ = try await queue.enqueue(specification)
            } else {
              _ = try await queue.enqueue(Array(specifications.prefix(count - sent)))
            }
            sent += batch
          }
        }
      }
      try await group.waitForAll()
    }
    return Double(count * producers) / ((ContinuousClock.now - start) / .seconds(1))
  }

  /// Sixty-four workers, each waiting until its claim and its outcome are on the disk.
  private func workDurably() async throws -> Double {
    let queue = try scout("queue.db").jobQueue()
    let count = durableJobs / 4
    _ = try await queue.enqueue(Array(repeating: JobSpecification(payload: Self.payload), count: count))
    let start = ContinuousClock.now
    let done = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<64 {
        group.addTask {
          var done = 0
          while let job = try await queue.claim() {
            try await queue.complete(job.token)
            done += 1
          }
          return done
        }
      }
      return try await group.reduce(0, +)
    }
    guard done == count else { throw BenchmarkFailure("\(done) of \(count) jobs were done") }
    return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
  }
}
