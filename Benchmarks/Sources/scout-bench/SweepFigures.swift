import Scout
import ScoutGenerator

/// What happens after ingest: refresh, sweep, and the compiler behind both.
struct SweepFigures {
  var transactions: Int
  var runs: Int
  var workspace: Workspace

  func measure() async throws -> [Figure] {
    let input = try workspace.generate(transactions, .jsonLines)
    let scout = try IngestFigures.create(workspace.freshDatabase("sweep.db"))
    _ = try await scout.ingest(.path(input), options: Scout.IngestOptions(source: "bench"))

    let refreshes = try (0..<runs).map { _ in try timed { try scout.refresh(isFull: true) }.seconds * 1000 }
    let gold = try scout.query(
      """
      select (select count(*) from scout.gold_sales_15min), (select sum(net_amount) from scout.gold_sales_15min),
        (select count(*) from scout.gold_sales_daily), (select count(*) from scout.gold_brand_share_daily),
        (select sum(share) from scout.gold_brand_share_daily)
      """)
    var reports: Set<String> = []
    _ = try scout.tick()
    let ticks = try (0..<max(runs, 10)).map { _ in
      let (seconds, report) = try timed { try scout.tick() }
      reports.insert(report.json)
      return seconds * 1000
    }
    guard reports.count == 1, let report = reports.first else {
      throw BenchmarkFailure("sweeps with nothing new differ: \(reports.sorted())")
    }
    return [
      Figure(
        "full refresh of gold, \(transactions) transactions", unit: "ms", refreshes,
        digest: digest(of: "\(gold.texts)")),
      Figure(
        "sweep with nothing new, \(transactions) transactions", unit: "ms", ticks, digest: digest(of: report)),
    ] + (try compilation(scout))
  }

  /// Text to SQLite's SQL for the monitors that ship, nothing cached but the catalog.
  private func compilation(_ scout: Scout) throws -> [Figure] {
    try scout.database.read { connection in
      let compiler = try connection.compiler(parameters: MonitorDefinition.parameterTypes)
      let queries = try Definitions.builtIn().monitorFiles.map { file in
        try MonitorDefinition.read(file.text, file: file.path, compiler: compiler).sql
      }
      var texts: Set<String> = []
      let samples = try (0..<max(runs, 50)).map { _ in
        let (seconds, compiled) = try timed { try queries.map { try compiler.compileQuery($0).sql } }
        texts.insert(compiled.joined(separator: ";"))
        return seconds * 1000 / Double(queries.count)
      }
      guard texts.count == 1, let text = texts.first else { throw BenchmarkFailure("the compiler is not repeatable") }
      return [Figure("compilation of a monitor's query", unit: "ms", samples, digest: digest(of: text))]
    }
  }
}
