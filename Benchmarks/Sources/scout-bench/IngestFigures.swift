import Foundation
import Scout
import ScoutGenerator

/// Ingest beside the bare insertion of the rows that it makes.
struct IngestFigures {
  var transactions: Int
  var runs: Int
  var workspace: Workspace

  func measure(_ format: GeneratedFormat) async throws -> [Figure] {
    let label = format == .csv ? "CSV" : "JSON Lines"
    let input = try workspace.generate(transactions, format)
    let megabytes = workspace.size(input) / 1e6
    var rates: [Double] = []
    var floors: [Double] = []
    var digests: Set<String> = []
    var rows = 0
    var fileBytes = 0.0
    let floor = try BareInsert(reading: input)
    for _ in 0..<runs {
      // Alternating, so that a slower machine slows both.
      do {
        let path = workspace.freshDatabase()
        let scout = try Self.create(path)
        let start = ContinuousClock.now
        let report = try await scout.ingest(.path(input), options: Scout.IngestOptions(source: "bench"))
        rates.append(Double(report.accepted + report.duplicates) / ((ContinuousClock.now - start) / .seconds(1)))
        rows = report.accepted + report.duplicates
        digests.insert(try Self.digest(scout))
        fileBytes = workspace.size(path)
      }
      do {
        let path = workspace.freshDatabase()
        let scout = try Self.create(path)
        let time = try timed { try floor.run(path) }.seconds
        floors.append(Double(rows) / time)
        digests.insert(try Self.digest(scout))
      }
    }
    guard digests.count == 1, let digest = digests.first else {
      throw BenchmarkFailure("\(label): ingest and the bare insertion disagree about the rows: \(digests.sorted())")
    }
    let size = "\(transactions) \(label)"
    let bare = Figure("bare insert of the same rows, \(size)", unit: "tx/s", floors, digest: digest)
    let perRow = megabytes / Double(rows)
    let bytes = Figure("input bytes per transaction, \(size)", unit: "B", [perRow * 1e6])
    return [
      bare,
      Figure("ingest, \(size)", unit: "tx/s", rates, digest: digest).compared(with: bare),
      Figure("ingest by volume, \(size)", unit: "MB/s", rates.map { $0 * perRow }, digest: digest),
      bytes,
      Figure("database bytes per transaction, \(size)", unit: "B", [fileBytes / Double(rows)]).compared(with: bytes),
    ]
  }

  static func create(_ path: String) throws -> Scout {
    try Scout.create(
      at: path, secret: "bench",
      configuration: Scout.Configuration(clock: .fixed(Workspace.endOfData)))
  }

  /// The content of bronze and silver that does not depend on who wrote it.
  private static func digest(_ scout: Scout) throws -> String {
    let result = try scout.query(
      """
      select (select count(*) from scout.bronze_transactions), (select sum(length(payload::text)) from scout.bronze_transactions),
        (select count(*) from scout.silver_transactions), (select sum(net_amount) from scout.silver_transactions),
        (select count(distinct customer_hash) from scout.silver_transactions),
        (select count(*) from scout.silver_line_items), (select sum(units) from scout.silver_line_items),
        (select sum(net_amount) from scout.silver_line_items), (select count(distinct sku) from scout.silver_line_items)
      """)
    return scout_bench.digest(of: "\(result.texts)")
  }
}
