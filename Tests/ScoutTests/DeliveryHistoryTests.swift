import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

/// Whatever the order, the split and the repetition of deliveries: silver is the last state, and gold follows from it.
@Suite struct DeliveryHistoryTests {
  @Test(arguments: seeds) func `silver and gold equal a slow recount`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let generated = try GeneratedSet(GeneratedSet.small(seed: seed))
    let folder = try TemporaryFolder()
    let scout = try Scout.make()
    var twin = HistoryTwin(try GeneratedSet.catalogue())
    var malformed = 0
    for (number, chunk) in deliveries(of: generated.lines, using: &random).enumerated() {
      let bytes = chunk.reduce(into: [UInt8]()) { $0 += $1.bytes + [0x0A] }
      let isZipped = Bool.random(using: &random)
      let path = try folder.write(isZipped ? gzip(bytes) : bytes, as: "part-\(number).jsonl" + (isZipped ? ".gz" : ""))
      // A delivery without a readable record says nothing else than its rejects.
      let report = try await scout.ingest(
        .path(path),
        options: Scout.IngestOptions(source: "history", batchSize: .random(in: 1...60, using: &random)))
      for line in chunk where line.kind != .malformed { try twin.deliver(line.bytes) }
      let bad = chunk.count { $0.kind == .malformed }
      if report.outcome == .complete {
        #expect(report.rowsRead == chunk.count && report.rejected == bad)
        malformed += bad
      }
      // Refreshing in between must leave nothing behind that a later correction or void makes wrong.
      if Int.random(in: 0..<3, using: &random) == 0 { _ = try scout.refresh() }
    }
    _ = try scout.refresh()
    #expect(malformed > 0)
    try expect(scout, equals: twin, "seed \(seed)")
    #expect(try scout.number("select count(*) from \"scout.bronze_transactions\"") == Int64(twin.accepted))
    #expect(
      try scout.number("select sum(rows_duplicate) + sum(rows_accepted) from \"scout.ingest_batches\"")
        <= Int64(twin.accepted + twin.duplicates))

    let before = try scout.dump()
    let again = try scout.refresh()
    #expect(again.models.allSatisfy { !$0.isRefreshed && $0.reason == "nothing has changed" })
    let leavingOutRuns: Set = ["engine.settings"]
    #expect(
      firstDifference(
        before.filter { !leavingOutRuns.contains($0.key) }, try scout.dump(leavingOut: leavingOutRuns)) == nil)
    _ = try scout.refresh(isFull: true)
    try expect(scout, equals: twin, "seed \(seed), computed anew")
  }

  /// More of them with SCOUT_PROVE=1.
  static let seeds: [UInt64] = Array(1...(ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 6 : 60))

  /// The lines in chunks, the chunks shuffled, some of them and some lines delivered more than once.
  private func deliveries(of lines: [GeneratedLine], using random: inout SeededGenerator) -> [[GeneratedLine]] {
    var chunks: [[GeneratedLine]] = []
    var rest = lines[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(.random(in: 1...90, using: &random))
      rest = rest.dropFirst(chunk.count)
      chunks.append(Array(chunk))
    }
    chunks.shuffle(using: &random)
    for _ in 0..<3 {
      guard let old = chunks.randomElement(using: &random), let line = lines.randomElement(using: &random) else {
        break
      }
      chunks.insert(old + [line], at: .random(in: 0...chunks.count, using: &random))
    }
    // The very same file again.
    if let old = chunks.randomElement(using: &random) { chunks.append(old) }
    return chunks
  }

  private func expect(_ scout: Scout, equals twin: HistoryTwin, _ comment: Comment) throws {
    #expect(try scout.lines(HistoryTwin.silverTransactionsSQL).sorted() == twin.silverTransactions, comment)
    #expect(try scout.lines(HistoryTwin.silverLineItemsSQL).sorted() == twin.silverLineItems, comment)
    #expect(try scout.lines(HistoryTwin.goldQuarterHoursSQL).sorted() == twin.goldQuarterHours, comment)
    #expect(try scout.lines(HistoryTwin.goldDailySQL).sorted() == twin.goldDaily, comment)
    let shares = try scout.lines(HistoryTwin.goldSharesSQL).map { row in
      var parts = row.split(separator: "|").map(String.init)
      if let share = parts.last.flatMap(Double.init) { parts[parts.count - 1] = HistoryTwin.digits(share) }
      return parts.joined(separator: "|")
    }
    #expect(shares.sorted() == twin.goldShares, comment)
  }

  // MARK: Single rules

  private func silver(after deliveries: [[String]]) async throws -> [String] {
    let folder = try TemporaryFolder()
    let scout = try Scout.make()
    for (number, lines) in deliveries.enumerated() {
      let path = try folder.write(lines.joined(separator: "\n") + "\n", as: "\(number).jsonl")
      _ = try await scout.ingest(.path(path))
    }
    return try scout.lines(
      "select transaction_id, units, net_amount from \"scout.silver_transactions\" order by transaction_id")
  }

  private func sale(_ id: String, quantity: Int) -> String {
    #"{"transaction_id":"\#(id)","store_id":"S","ts":"2025-08-01T09:00:00+08:00","items":[{"sku":"A","brand":"B","#
      + #""category":"C","qty":\#(quantity),"unit_price":2.50}]}"#
  }

  private func void(_ id: String) -> String { #"{"transaction_id":"\#(id)","status":"void"}"# }

  @Test func `the version that came last wins, and an old one delivered again changes nothing`() async throws {
    let (first, second) = (sale("T", quantity: 1), sale("T", quantity: 2))
    #expect(try await silver(after: [[first], [second]]) == ["T|2|500"])
    #expect(try await silver(after: [[second], [first]]) == ["T|1|250"])
    #expect(try await silver(after: [[first], [second], [first]]) == ["T|2|500"])
    #expect(try await silver(after: [[first, second, first]]) == ["T|2|500"])
  }

  @Test func `a void removes a transaction, before and after a refresh`() async throws {
    #expect(try await silver(after: [[sale("T", quantity: 1), sale("U", quantity: 3)], [void("T")]]) == ["U|3|750"])
    // The sale that was withdrawn is delivered once more: nothing new.
    #expect(try await silver(after: [[sale("T", quantity: 1)], [void("T")], [sale("T", quantity: 1)]]) == [])
    // A new version after the void is a new word on it.
    #expect(try await silver(after: [[sale("T", quantity: 1)], [void("T")], [sale("T", quantity: 5)]]) == ["T|5|1250"])
    #expect(try await silver(after: [[void("T")], [sale("T", quantity: 1)]]) == ["T|1|250"])
  }

  @Test func `a void takes the transaction out of gold`() async throws {
    let folder = try TemporaryFolder()
    let scout = try Scout.make()
    _ = try await scout.ingest(.path(folder.write(sale("T", quantity: 1) + "\n", as: "a.jsonl")))
    _ = try scout.refresh()
    #expect(try scout.number("select count(*) from \"scout.gold_sales_daily\"") == 1)
    _ = try await scout.ingest(.path(folder.write(void("T") + "\n", as: "b.jsonl")))
    _ = try scout.refresh()
    for model in ["gold_sales_15min", "gold_sales_daily", "gold_brand_share_daily"] {
      #expect(try scout.number("select count(*) from \"scout.\(model)\"") == 0)
    }
  }
}
