import ArgumentParser
import Scout
import ScoutGenerator
import ScoutReport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Build a live system from the sample data and tell what it found.",
    discussion: """
      Makes <folder>/scout.db anew. The sample data is read from ./sample-data where that exists; elsewhere the program
      generates the same bytes.

      EXAMPLES
        scout demo
        scout demo /tmp/show
      """)

  @Argument(help: "The folder of the demonstration.")
  var folder = "./scout-demo"

  func run() async throws {
    let start = systemStopwatch()
    let style = Console.style
    let path = "\(folder)/scout.db"
    makeFolder()
    try checkReplaceable(path)
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    let sample = try sampleData()

    // The data's own time: the evening of its last day.
    let zone = try TimeZoneRules(identifier: "Asia/Manila")
    let end = Timestamp(microseconds: Int64(GeneratorConfiguration.sample.end) * 1_000_000)
    let configuration = Scout.Configuration(clock: .fixed(end))
    let scout = try Scout.create(
      at: path, timeZone: "Asia/Manila", secret: Self.secret, configuration: configuration)

    Console.line(style("Scout: retail analytics that watches itself, in one SQLite file", .bold))
    Console.line()
    let report = try await scout.ingest(.path(sample.transactions), options: Scout.IngestOptions(source: "sample"))
    Console.line(style("1. What came in", .bold) + "  \(sample.label)")
    Console.line(
      "   \(humanCount(report.rowsRead)) lines: \(humanCount(report.accepted)) accepted, "
        + "\(humanCount(report.duplicates)) delivered twice, \(humanCount(report.rejected)) unreadable and kept in quarantine"
    )
    Console.line()

    _ = try scout.refresh()
    Console.line(style("2. What each layer holds", .bold))
    try scout.status().layerTable(zone).show(as: .table)
    Console.line()

    let planted = try Scout.plantedIncidents(truth: InputText.read(path: sample.truth), path: sample.truth)
    let moments = sweepMoments(until: end)
    let found = try Scout.sweep(path, at: moments, configuration: configuration)
    Console.line(
      style("3. What the monitors found", .bold) + "  \(moments.count) sweeps over the last two weeks of the data")
    var matched: Set<PlantedIncident> = []
    for incident in found {
      let truth = planted.first(where: incident.matches)
      if let truth { matched.insert(truth) }
      let verdict = truth == nil ? style("not planted", .yellow) : style("planted", .green)
      Console.line("   \(incident.foundAt.text(in: zone).prefix(16))  \(incident.title)  (\(verdict))")
    }
    Console.line("   \(matched.count) of \(planted.count) planted incidents found")
    for missed in planted where !matched.contains(missed) {
      Console.line("   missed: \(missed.monitor) \(missed.description)")
    }
    Console.line()

    Console.line(style("4. What the feed says", .bold))
    for item in try scout.feed(limit: 5) {
      Console.line("   \(item.createdAt.text(in: zone).prefix(16))  [\(item.severity)] \(item.title)")
    }
    Console.line()
    Console.line(style("5. What to type next", .bold))
    for command in suggestions(path) { Console.line("   \(command)") }
    Console.line()
    Console.line("demo complete in \(humanDuration(systemStopwatch() - start))")
  }

  /// Keys the customer hashes of demonstrations, and marks a database as one.
  private static let secret = "scout demo"

  /// The folder with those above it; what fails shows when the first file is written.
  private func makeFolder() {
    var path = folder.hasPrefix("/") ? "/" : ""
    for part in folder.split(separator: "/") {
      path += part + "/"
      mkdir(path, 0o755)
    }
  }

  /// Only an earlier demonstration is replaced: somebody's own database may have the same name.
  private func checkReplaceable(_ path: String) throws {
    do {
      let secret = try Scout.open(path).database.read { connection in
        try connection.value("select value from \"engine.settings\" where name = 'customer_secret'")
      }
      guard secret.text == Self.secret else { throw ScoutError.exists(path) }
    } catch ScoutError.missing, ScoutError.unfinished {
      return
    }
  }

  private struct Sample {
    var transactions: String
    var truth: String
    var label: String
  }

  private func sampleData() throws -> Sample {
    let shipped = "sample-data/transactions.jsonl.gz"
    if access(shipped, R_OK) == 0 {
      return Sample(transactions: shipped, truth: "sample-data/truth.json", label: shipped)
    }
    let transactions = "\(folder)/transactions.jsonl"
    let truth = "\(folder)/truth.json"
    _ = try GeneratedFile.write(.sample, to: transactions, truth: truth)
    return Sample(transactions: transactions, truth: truth, label: "\(transactions), generated")
  }

  /// Noon, evening and closing time of the last two weeks, by the stores' clocks.
  private func sweepMoments(until end: Timestamp) -> [Timestamp] {
    (0..<14).reversed().flatMap { day in
      [(12, 0), (18, 0), (21, 30)].map { hour, minute in
        end.adding(minutes: -(day + 1) * 24 * 60 + hour * 60 + minute)
      }
    }
  }

  private func suggestions(_ path: String) -> [String] {
    let program = CommandLine.arguments.first ?? "scout"
    return [
      "\(program) status --db \(path)",
      "\(program) feed list --db \(path)",
      "\(program) monitors list --db \(path)",
      "\(program) sql --db \(path) \"select brand, sum(net_amount) as sales from scout.gold_sales_daily group by brand order by sales desc limit 5\"",
      "\(program) sql --db \(path) \"select line_no, reason from scout.bronze_rejects limit 5\"",
    ]
  }
}
