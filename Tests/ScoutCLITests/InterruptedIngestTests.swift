import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

/// What was acknowledged survives kill -9 at any instant, and several processes do not disturb each other.
@Suite struct InterruptedIngestTests {
  /// More of them with SCOUT_PROVE=1.
  private static let kills = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 24 : 400

  private func data(_ format: GeneratedFormat = .jsonLines) throws -> [UInt8] {
    try GeneratedSet(GeneratedSet.small(seed: 11, days: 12, stores: 6), format: format).bytes
  }

  private let batches =
    "select rows_read, rows_accepted, rows_duplicate, rows_rejected, status from \"scout.ingest_batches\""

  /// What must not depend on interruptions: everything but identifiers and times of runs.
  private func result(_ shop: Shop) throws -> [String: [String]] {
    var content = try shop.content(leavingOut: [
      "engine.settings", "scout.bronze_transactions.batch_id", "scout.bronze_rejects.batch_id",
      "scout.ingest_batches", "scout.bronze_rejects.id",
    ]).filter { $0.key.hasPrefix("scout.") && !$0.key.hasPrefix("scout.refresh_runs") }
    content["batches"] = try Scout.open(shop.database).lines(batches)
    return content
  }

  @Test(arguments: ["day.jsonl", "day.csv", "day.jsonl.gz"])
  func `killed again and again, an ingest ends as if it had never been disturbed`(name: String) throws {
    let bytes = try data(name.hasSuffix(".csv") ? .csv : .jsonLines)
    let file = name.hasSuffix(".gz") ? gzip(bytes) : bytes
    let arguments = ["ingest", name, "--batch-size", "20", "--now", testNow]
    let undisturbed = try Shop()
    try undisturbed.folder.write(file, as: name)
    let start = ContinuousClock.now
    #expect(try ScoutProgram.run(arguments, in: undisturbed.folder.path).status == 0)
    let whole = Int((start.duration(to: .now) / .microseconds(1)).rounded())
    let expected = try result(undisturbed)

    let seed: UInt64 = 5
    var random = SeededGenerator(seed: seed)
    var killed = 0
    var mostInOneFile = 0
    while killed < Self.kills / 3 {
      let shop = try Shop()
      try shop.folder.write(file, as: name)
      var acknowledged: Int64 = 0
      var inThisFile = 0
      while true {
        let run = try ScoutProgram.start(arguments, in: shop.folder.path)
        if run.kill(after: .random(in: 0...(whole * 2 / 3), using: &random)) {
          killed += 1
          inThisFile += 1
          // Now and then somebody looks at the file before the program does.
          if Bool.random(using: &random) {
            let scout = try Scout.open(shop.database, configuration: .init(isReadOnly: true))
            #expect(try scout.lines("pragma integrity_check") == ["ok"])
            let stored = try scout.number("select count(*) from \"scout.bronze_transactions\"")
            #expect(stored >= acknowledged, "seed \(seed)")
            #expect(try scout.number("select coalesce(sum(rows_accepted), 0) from \"scout.ingest_batches\"") == stored)
            acknowledged = stored
          }
        } else {
          let outcome = try run.wait()
          #expect(outcome.status == 0, "\(outcome)")
          break
        }
      }
      mostInOneFile = max(mostInOneFile, inThisFile)
      #expect(try shop.integrity() == ["ok"])
      #expect(firstDifference(expected, try result(shop)) == nil, "seed \(seed), \(inThisFile) kills")
    }
    #expect(mostInOneFile > 0)
  }

  @Test func `an interrupted ingest goes on where it stopped and says so`() throws {
    let shop = try Shop()
    try shop.folder.write(data(), as: "day.jsonl")
    let arguments = ["ingest", "day.jsonl", "--batch-size", "5", "--now", testNow, "--format", "csv"]
    let run = try ScoutProgram.start(arguments, in: shop.folder.path)
    // Wait for the first batch, whenever it comes.
    let watcher = try Scout.open(shop.database)
    while try watcher.number("select count(*) from \"scout.bronze_transactions\"") == 0, !run.hasEnded {}
    #expect(run.kill(after: 0))
    let line = try watcher.number("select position_line from \"scout.ingest_batches\"")
    let again = try ScoutProgram.run(arguments, in: shop.folder.path)
    #expect(again.error.contains("day.jsonl: continued after line"))
    let total = Int64(try data().split(separator: 10).count)
    #expect(line > 0 && line < total)
    #expect(again.output.contains("day.jsonl,complete,\(total - line),"), "\(again.output)")
  }

  @Test func `two processes that ingest one file together count it once`() throws {
    let alone = try Shop()
    let file = try data()
    try alone.folder.write(file, as: "day.jsonl")
    #expect(try alone.scout("ingest", "day.jsonl", "--batch-size", "10").status == 0)
    let expected = try result(alone)
    for (first, second) in [("10", "10"), ("7", "30")] {
      let shop = try Shop()
      try shop.folder.write(file, as: "day.jsonl")
      let runs = try [first, second].map {
        try ScoutProgram.start(
          ["ingest", "day.jsonl", "--now", testNow, "--batch-size", $0], in: shop.folder.path)
      }
      for run in runs {
        let outcome = try run.wait()
        #expect(outcome.status == 0, "\(outcome)")
      }
      #expect(try shop.integrity() == ["ok"])
      #expect(firstDifference(expected, try result(shop)) == nil, "batches of \(first) and \(second)")
    }
  }

  @Test func `a reader is not held up by an ingest`() throws {
    let shop = try Shop()
    try shop.folder.write(saleLine("T1"), as: "a.jsonl")
    #expect(try shop.scout("ingest", "a.jsonl").status == 0)
    // The strongest case: a writer inside a transaction that does not end while the reader runs.
    try Scout.open(shop.database).database.write { connection in
      try connection.run("delete from \"scout.silver_transactions\"")
      for now in [["--now", testNow], []] {
        let outcome = try ScoutProgram.run(
          ["sql", "select count(*) from scout.silver_transactions", "--format", "csv"] + now, in: shop.folder.path)
        #expect(outcome.output == "count\r\n1\r\n", "\(outcome)")
      }
      #expect(try ScoutProgram.run(["status"], in: shop.folder.path).status == 0)
      #expect(try ScoutProgram.run(["feed", "list", "--now", testNow], in: shop.folder.path).status == 0)
    }
  }
}
