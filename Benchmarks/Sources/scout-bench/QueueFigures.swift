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
    var durable: [Double] = []
    for run in 0..<runs { durable.append(try await enqueueDurably(run)) }
    return [
      Figure(
        "queue in memory: enqueue, claim, complete of \(jobs) jobs", unit: "jobs/s", cycles.map(\.rate),
        digest: digest(of: "\(cycles.map(\.done))")
      ).aiming(above: 500_000),
      Figure("claim with \(jobs) jobs queued, 99th percentile", unit: "µs", [waits.percentile99]).aiming(at: 100),
      Figure("memory per queued job", unit: "bytes", [waits.bytes]).aiming(at: 500),
      Figure("durable enqueue, four producers, \(durableJobs) jobs", unit: "jobs/s", durable).aiming(above: 50_000),
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

  /// Four producers, each enqueueing batches and waiting until each is on the disk.
  private func enqueueDurably(_ run: Int) async throws -> Double {
    let queue = try scout("queue.db").jobQueue()
    let count = durableJobs / 4
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let batch = Array(repeating: JobSpecification(payload: Self.payload), count: 1000)
          var sent = 0
          while sent < count {
            _ = try await queue.enqueue(Array(batch.prefix(count - sent)))
            sent += min(1000, count - sent)
          }
        }
      }
      try await group.waitForAll()
    }
    return Double(count * 4) / ((ContinuousClock.now - start) / .seconds(1))
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

/// Products out of pages.
struct ExtractionFigures {
  var runs: Int

  func measure() throws -> [Figure] {
    let page = Self.page
    let extractor = PageExtractor()
    var found: Set<String> = []
    let rates = try (0..<runs).map { _ in
      let count = 20
      let (seconds, _) = try timed {
        for _ in 0..<count { found.insert("\(try extractor.products(in: page).map { ($0.name, $0.priceMin) })") }
      }
      return Double(page.count * count) / 1_000_000 / seconds
    }
    guard found.count == 1, let text = found.first else { throw BenchmarkFailure("extraction is not repeatable") }
    return [
      Figure("extraction, a page of \(page.count / 1000) kB", unit: "MB/s", rates, digest: digest(of: text))
        .aiming(above: 100)
    ]
  }

  /// A shop's page as shops make them: navigation, scripts, styles, a product in the middle, recommendations.
  private static var page: [UInt8] {
    var html = "<!doctype html><html><head><meta charset=utf-8><title>Alaska Evaporada 370ml | Shop</title>"
    html += "<style>" + String(repeating: ".a-row{margin:0 auto;padding:4px 8px}\n", count: 800) + "</style>"
    html += #"<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","#
    html += #""name":"Alaska Evaporada 370ml","brand":{"@type":"Brand","name":"Alaska"},"gtin13":"4800016644931","#
    html += #""offers":{"@type":"Offer","price":"45.00","priceCurrency":"PHP"}}</script></head><body>"#
    for index in 0..<1500 {
      html += #"<li class="nav-item nav-level-2"><a href="/category/\#(index)?ref=nav" title="Category \#(index)">"#
      html += "Category &amp; aisle \(index)</a></li>\n"
    }
    html += "<script>" + String(repeating: "window.dataLayer.push({event:'view',n:1<2});\n", count: 4000) + "</script>"
    html += "<h1>Alaska Evaporada 370ml</h1><span class=price>₱45.00</span>"
    for index in 0..<1000 {
      html += #"<div class="card product-card"><img src="/img/\#(index).jpg" alt="Product \#(index)">"#
      html += #"<p class="title">Product \#(index)</p><span class="card-price">₱\#(index).00</span></div>"#
      html += "<p>Some words about the product, as shops write them, and a few more of them.</p>\n"
    }
    return Array((html + "</body></html>").utf8)
  }
}
