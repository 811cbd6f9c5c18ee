import Foundation
import PostgresDialect
import ScoutStorage
import Synchronization
import Testing

@testable import ScoutEnrichment

@Suite struct WorkerTests {
  let file = JobFile()

  /// Does what the payload's `do` says.
  private struct Obedient: JobHandler {
    func run(_ job: ClaimedJob) async throws -> JobOutcome {
      struct Broken: Error {}
      if job.payload.contains("fail") { return .failure("no answer", after: .zero) }
      if job.payload.contains("reject") { return .rejection("never") }
      if job.payload.contains("throw") { throw Broken() }
      if job.payload.contains("snooze"), job.attempt == 1 { return .snooze(for: .seconds(1)) }
      if job.payload.contains("store") {
        return .success { try $0.execute("insert into scout.no_such_table values (1)") }
      }
      return .success { try $0.execute("insert into scout.audit_log (action) values ('done')") }
    }
  }

  private func worker(
    _ queue: JobQueue, _ extent: Worker.Extent = .drain, handler: any JobHandler = Obedient(), concurrency: Int = 3
  ) -> Worker {
    let clock = file.clock
    return Worker(
      queue: queue, handlers: [.brandSKUScrape: handler],
      configuration: Worker.Configuration(
        concurrency: concurrency, extent: extent,
        sleep: { duration in
          // Time passes only while everybody waits.
          try Task.checkCancellation()
          clock.advance(seconds: max(1, duration.components.seconds))
          await Task.yield()
        }))
  }

  private func run(_ payloads: [String], attempts: Int = 3) async throws -> Worker.Report {
    let queue = try file.queue()
    for payload in payloads {
      _ = try await queue.enqueue(JobSpecification(payload: "{\"do\": \"\(payload)\"}", maximumAttempts: attempts))
    }
    return try await worker(queue).run()
  }

  private var states: [String] {
    get throws {
      try file.rows(
        "select task_payload->>'do', status, attempts, last_error from deep_research.sku_jobs order by 1")
    }
  }

  @Test func `each outcome leads to its state`() async throws {
    let report = try await run(["work", "fail", "reject", "throw", "snooze", "store"])
    let states = try states
    #expect(states[0] == "fail|dead|3|no answer")
    #expect(states[1] == "reject|failed|1|never")
    #expect(states[2] == "snooze|success|2|∅")
    #expect(states[3].hasPrefix("store|dead|3|relation \"scout.no_such_table\""))
    #expect(states[4].hasPrefix("throw|dead|3|Broken()"))
    #expect(states[5] == "work|success|1|∅")
    #expect(report.succeeded == 2)
    #expect(report.snoozed == 1)
    #expect(try file.rows("select count(*) from scout.audit_log") == ["2"])
  }

  @Test func `once is one job, and none when there is none`() async throws {
    let queue = try file.queue()
    #expect(try await worker(queue, .once).run() == Worker.Report())
    for _ in 0..<2 { _ = try await queue.enqueue(JobSpecification(payload: "{}")) }
    #expect(try await worker(queue, .once).run().succeeded == 1)
    #expect(
      try file.rows("select status, count(*) from deep_research.sku_jobs group by 1 order by 1") == [
        "queued|1", "success|1",
      ])
  }

  /// Waits until it is cancelled or released.
  private final class Slow: JobHandler {
    let started = AsyncStream<Void>.makeStream()
    let release = AsyncStream<Void>.makeStream()

    func run(_ job: ClaimedJob) async throws -> JobOutcome {
      started.continuation.yield()
      for await _ in release.stream { break }
      return Task.isCancelled ? .failure("cancelled", after: .zero) : .success(write: nil)
    }
  }

  @Test func `stopping lets what runs finish and starts nothing more`() async throws {
    let queue = try file.queue()
    for _ in 0..<2 { _ = try await queue.enqueue(JobSpecification(payload: "{}")) }
    let slow = Slow()
    let worker = Worker(
      queue: queue, handlers: [.brandSKUScrape: slow], configuration: Worker.Configuration(concurrency: 1))
    let run = Task { try await worker.run() }
    for await _ in slow.started.stream { break }
    await worker.stop()
    await worker.stop()
    slow.release.continuation.yield()
    #expect(try await run.value.succeeded == 1)
    #expect(
      try file.rows("select status, count(*) from deep_research.sku_jobs group by 1 order by 1") == [
        "queued|1", "success|1",
      ])
  }

  @Test func `a cancelled job is taken from its worker, whose result is not stored`() async throws {
    let queue = try file.queue()
    let id = try await queue.enqueue(JobSpecification(payload: "{}"))
    let slow = Slow()
    let worker = Worker(
      queue: queue, handlers: [.brandSKUScrape: slow], configuration: Worker.Configuration(extent: .once))
    let run = Task { try await worker.run() }
    for await _ in slow.started.stream { break }
    try await queue.cancel(id)
    slow.release.continuation.yield()
    #expect(try await run.value.lost == 1)
    #expect(try file.rows("select status from deep_research.sku_jobs") == ["cancelled"])
  }

  @Test func `an attempt that runs beyond its job's deadline is ended`() async throws {
    let queue = try file.queue()
    let deadline = Timestamp(microseconds: file.clock.now.microseconds + 60_000_000)
    _ = try await queue.enqueue(JobSpecification(payload: "{}", deadline: deadline))
    let report = try await worker(queue, .once, handler: Slow()).run()
    #expect(report.givenUp == 1)
    #expect(
      try file.rows("select status, attempts, last_error from deep_research.sku_jobs")
        == ["failed|1|the deadline passed before the job had ended"])
  }

  @Test func `the catalogue fills the summary`() async throws {
    _ = try file.rows("insert into masterdata.brands (brand_name) values ('Alaska')")
    let catalogue = OfflineCatalogue(
      text: """
        brand,product_name,pack_size,upc,unit_price
        ALASKA,"Alaska Evaporada, 370ml",370ml,4800016644931,45.00
        Alaska,Alaska Krem-Top 5g 50s,5g x50,,90
        Oishi,Oishi Pillows 38g,38g,,10
        ,no brand,,,1
        """, isJSONLines: false, file: "shop.csv")
    #expect(catalogue.count == 3)
    #expect(catalogue.problems == ["shop.csv:5: needs a brand and a product_name"])
    let queue = try file.queue()
    for brand in ["alaska", "Nobody"] {
      _ = try await queue.enqueue(JobSpecification(payload: "{\"brand\": \"\(brand)\"}"))
    }
    let report = try await worker(queue, handler: BrandScrape(source: catalogue)).run()
    #expect(report.succeeded == 1)
    #expect(report.givenUp == 1)
    #expect(
      try file.rows(
        "select brand, sku_name, upc, size, pack, price_min, price_max, currency from deep_research.sku_summary order by 2"
      )
        == [
          "Alaska|Alaska Evaporada, 370ml|4800016644931|370ml|∅|45.00|45.00|PHP",
          "Alaska|Alaska Krem-Top 5g 50s|∅|5g|50s|90|90|PHP",
        ])
    #expect(
      try file.rows("select last_error from deep_research.sku_jobs where status = 'failed'")
        == ["the source (catalogue) has no SKU of Nobody"])
  }

  @Test func `a catalogue of JSON Lines`() async throws {
    let lines = """
      {"brand": "JTI", "product_name": "Winston Red 20s", "price_min": 150, "price_max": "165.50", "currency": "PHP"}
      not JSON
      """
    let catalogue = OfflineCatalogue(text: lines, isJSONLines: true, file: "a.jsonl")
    let answer = try await catalogue.products(for: SKURequest(brand: "jti"))
    #expect(answer.products.first?.priceMax?.description == "165.50")
    #expect(answer.warnings == ["a.jsonl:2: needs a brand and a product_name"])
  }

  @Test func `a folder of saved pages; a hostile page fails its job with the reason`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scout-pages-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/shop", withIntermediateDirectories: true)
    let page = """
      <script type="application/ld+json">{"@type":"Product","name":"Alaska Crema 250ml","brand":"Alaska",
      "offers":{"price":64,"priceCurrency":"PHP"}}</script>
      """
    try Data(page.utf8).write(to: URL(fileURLWithPath: folder + "/shop/crema.html"))
    try Data(count: 5000).write(to: URL(fileURLWithPath: folder + "/bomb.html"))
    let source = SavedPages(folder: folder, extractor: PageExtractor(maximumBytes: 4000))
    let answer = try await source.products(for: SKURequest(brand: "alaska"))
    #expect(answer.products.map(\.name) == ["Alaska Crema 250ml"])
    #expect(answer.warnings.count == 1)
    let named = try await source.products(for: SKURequest(brand: "x", pages: ["shop/crema.html"]))
    #expect(named.products.count == 1)
    await #expect(throws: SourceError.permanent("\(folder)/bomb.html has 5000 bytes; at most 4000 are read")) {
      try await source.products(for: SKURequest(brand: "Alaska", pages: ["bomb.html"]))
    }
    for path in ["../../etc/passwd", "/etc/passwd"] {
      await #expect(throws: SourceError.self) {
        try await source.products(for: SKURequest(brand: "Alaska", pages: [path]))
      }
    }
  }
}
