import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

/// The law of the pipeline: after any history, an incremental refresh leaves what a whole one would.
@Suite struct IncrementalRefreshTests {
  /// Histories per seed; many more with SCOUT_PROVE=1.
  static let historiesPerDatabase = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 20 : 5000

  @Test(arguments: [UInt64](1...4)) func `incremental equals full`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let scout = try Scout.make()
    let refresh = scout.refresher(try scout.models())
    _ = try scout.refresh()
    for number in 0..<Self.historiesPerDatabase {
      var history = SmallHistory(number: number)
      for step in 0..<Int.random(in: 1...4, using: &random) {
        if Int.random(in: 0..<6, using: &random) == 0 {
          _ = try scout.query(history.statement(using: &random))
        } else {
          let lines = history.delivery(using: &random)
          _ = try await scout.ingest(.text(lines.joined(separator: "\n") + "\n", name: "\(number)-\(step)"))
        }
        if Bool.random(using: &random) { _ = try scout.refresh() }
      }
      let report = try scout.refresh()
      #expect(report.models.allSatisfy { $0.method != .held })
      let deviations = try refresh.deviations()
      #expect(deviations.isEmpty, "seed \(seed), history \(number): \(deviations)")
      if !deviations.isEmpty { return }
      if number % 10 == 9 {
        let before = try scout.derivedContent()
        _ = try scout.refresh(isFull: true)
        #expect(firstDifference(before, try scout.derivedContent()) == nil, "seed \(seed), history \(number)")
        // Large enough to have pairs and trends, small enough to stay fast.
        if number % 20 == 19 { _ = try scout.query("delete from scout.silver_line_items where store_id <> 'S1'") }
      }
    }
  }

  @Test func `the order of arrival does not matter`() async throws {
    var random = SeededGenerator(seed: 11)
    for number in 0..<6 {
      var history = SmallHistory(number: number)
      // One version per transaction: of two, the one that came last wins, and that is an order.
      var lines = (0..<40).map { history.sale("T\($0)", using: &random) }
      var results: [[String: [String]]] = []
      for _ in 0..<3 {
        lines.shuffle(using: &random)
        let scout = try Scout.make()
        _ = try scout.refresh()
        var rest = lines[...]
        while !rest.isEmpty {
          let part = rest.prefix(.random(in: 1...15, using: &random))
          rest = rest.dropFirst(part.count)
          _ = try await scout.ingest(.text(part.joined(separator: "\n") + "\n", name: "\(rest.count)"))
          _ = try scout.refresh()
        }
        results.append(try scout.derivedContent())
      }
      for result in results.dropFirst() { #expect(firstDifference(results[0], result) == nil, "history \(number)") }
    }
  }

  @Test func `a small change touches few rows, and nothing where nothing differs`() async throws {
    let scout = try Scout.make()
    var random = SeededGenerator(seed: 3)
    var history = SmallHistory(number: 0)
    let lines = (0..<300).map { history.sale("T\($0)", using: &random) }
    _ = try await scout.ingest(.text(lines.joined(separator: "\n") + "\n", name: "a"))
    _ = try scout.refresh()
    _ = try await scout.ingest(.text(history.sale("new", using: &random) + "\n", name: "b"))
    let report = try scout.refresh()
    // The whole number of transactions is part of every row of the pairs.
    for model in report.models where model.isRefreshed && model.relation != "scout.gold_basket_pairs" {
      #expect(model.method == .differences || model.method == .groups, "\(model)")
    }
    let daily = try #require(report.models.first { $0.relation == "scout.gold_sales_daily" })
    #expect(daily.method == .differences && daily.rowsRead <= 4 && daily.rows <= 8)

    // What is changed and changed back is no change.
    _ = try scout.query("update scout.silver_line_items set units = units + 5 where store_id = 'S1'")
    _ = try scout.query("update scout.silver_line_items set units = units - 5 where store_id = 'S1'")
    #expect(try scout.refresh().models.allSatisfy { $0.method == .none })
  }

  @Test func `a dry run says what it would do and does nothing`() async throws {
    let scout = try Scout.make()
    var random = SeededGenerator(seed: 4)
    var history = SmallHistory(number: 0)
    _ = try scout.refresh()
    let lines = (0..<20).map { history.sale("T\($0)", using: &random) }
    _ = try await scout.ingest(.text(lines.joined(separator: "\n") + "\n", name: "a"))
    let before = try scout.dump(leavingOut: ["engine.settings"])
    let dry = try scout.refresh(RefreshOptions(isDryRun: true))
    #expect(firstDifference(before, try scout.dump(leavingOut: ["engine.settings"])) == nil)
    let done = try scout.refresh()
    #expect(dry.models.map(\.rows) == done.models.map(\.rows) && done.models.contains { $0.rows > 0 })
  }

  @Test func `what was not selected is made up for by the next refresh`() async throws {
    let scout = try Scout.make()
    var random = SeededGenerator(seed: 5)
    var history = SmallHistory(number: 0)
    _ = try scout.refresh()
    let lines = (0..<30).map { history.sale("T\($0)", using: &random) }
    _ = try await scout.ingest(.text(lines.joined(separator: "\n") + "\n", name: "a"))
    let partial = try scout.refresh(RefreshOptions(selection: ["scout.gold_sales_daily"]))
    #expect(partial.models.filter(\.isRefreshed).map(\.relation) == ["scout.gold_sales_daily"])
    _ = try scout.refresh()
    #expect(try scout.refresher(try scout.models()).deviations().isEmpty)
  }

  @Test func `a model that fails its check keeps its previous version and holds back what reads it`() async throws {
    let scout = try Scout.make()
    var random = SeededGenerator(seed: 6)
    var history = SmallHistory(number: 0)
    _ = try scout.refresh()
    let lines = (0..<30).map { history.sale("T\($0)", using: &random) }
    _ = try await scout.ingest(.text(lines.joined(separator: "\n") + "\n", name: "a"))
    var refresh = scout.refresher(try scout.models())
    refresh.gate = { model, _ in model.name == "gold_brand_share_daily" ? "a check failed" : nil }
    let report = try refresh.run()
    let held = report.models.filter { $0.method == .held }.map(\.relation).sorted()
    #expect(
      held == [
        "scout.gold_brand_share_daily", "scout.platinum_brand_momentum", "scout.platinum_features_sales_7d",
      ])
    #expect(try scout.number("select count(*) from \"scout.gold_brand_share_daily\"") == 0)
    #expect(try scout.number("select count(*) from \"scout.gold_sales_daily\"") > 0)
    _ = try scout.refresh()
    #expect(try scout.refresher(try scout.models()).deviations().isEmpty)
  }
}

/// Deliveries over few stores, products and days, so that everything collides.
struct SmallHistory {
  private var known: [String] = []
  private var sent: [String] = []
  private let prefix: String

  init(number: Int) { prefix = "H\(number)-" }

  mutating func delivery(using random: inout SeededGenerator) -> [String] {
    (0..<Int.random(in: 1...6, using: &random)).map { _ in
      switch Int.random(in: 0..<10, using: &random) {
      case 0: sent.randomElement(using: &random) ?? sale(fresh(), using: &random)
      case 1: void(known.randomElement(using: &random) ?? "none")
      case 2, 3: sale(known.randomElement(using: &random) ?? fresh(), using: &random)
      default: sale(fresh(), using: &random)
      }
    }
  }

  /// A writing statement of SQL, as a person may send it.
  func statement(using random: inout SeededGenerator) -> String {
    let store = "S\(Int.random(in: 1...3, using: &random))"
    return [
      "update scout.silver_transactions set duration_seconds = 7, region = null where store_id = '\(store)'",
      "update scout.silver_line_items set units = units + 1 where brand = 'B1' and store_id = '\(store)'",
      "delete from scout.silver_line_items where line_no = 2 and store_id = '\(store)'",
      "update scout.silver_line_items set business_date = business_date + 1 where store_id = '\(store)' and sku = 'K2'",
      "update scout.silver_line_items set ts = ts - interval '1 hour', product_name = null where sku = 'K1'",
      "update scout.silver_line_items set category = 'C2' where sku = 'K3' and store_id = '\(store)'",
      """
      merge into scout.silver_line_items l using scout.silver_transactions t on t.transaction_id = l.transaction_id
      when matched and l.line_no = 3 then delete
      when matched and t.store_id = '\(store)' and l.sku = 'K1' then update set units = l.units + 1
      """,
      """
      with gone as (delete from scout.silver_line_items where sku = 'K2' and store_id = '\(store)' returning *)
      insert into scout.silver_line_items select * from gone where line_no = 1
      on conflict (transaction_id, line_no) do nothing
      """,
      """
      with gone as (delete from scout.silver_line_items where line_no > 1 and store_id = '\(store)' returning *),
      later as (update scout.silver_transactions set region = 'R9' where store_id = '\(store)' returning transaction_id)
      select count(*) from gone join later using (transaction_id)
      """,
    ].randomElement(using: &random) ?? ""
  }

  private mutating func fresh() -> String { "\(prefix)\(known.count)" }

  private func void(_ id: String) -> String { #"{"transaction_id":"\#(id)","status":"void"}"# }

  mutating func sale(_ id: String, using random: inout SeededGenerator) -> String {
    if !known.contains(id) { known.append(id) }
    func pick(_ values: String...) -> String { values.randomElement(using: &random) ?? "null" }
    let items = (0..<Int.random(in: 1...3, using: &random)).map { _ -> String in
      let product = Int.random(in: 1...4, using: &random)
      let requested = pick("", "", #","requested_sku":"K1""#, #","requested_sku":"K4""#)
      return #"{"sku":"K\#(product)","product_name":\#(pick("\"P\(product)\"", "\"Q\(product)\"", "null")),"#
        + #""brand":"B\#(product % 3)","category":"C\#(product % 2)","qty":\#(Int.random(in: 1...3, using: &random)),"#
        + #""unit_price":\#(pick("2.50", "10.00", "7.25")),"promo":\#(pick("true", "false"))\#(requested)}"#
    }
    let day = Int.random(in: 1...28, using: &random)
    let hour = Int.random(in: 10...20, using: &random)
    let line =
      #"{"transaction_id":"\#(id)","store_id":"S\#(Int.random(in: 1...3, using: &random))","#
      + #""region":\#(pick("\"R1\"", "\"R2\"", "null")),"#
      + #""ts":"2025-08-\#(day < 10 ? "0" : "")\#(day)T\#(hour):\#(pick("05", "20", "44")):00+08:00","#
      + #""payment_method":\#(pick("\"cash\"", "\"gcash\"", "null")),"duration_seconds":\#(pick("30", "90", "null")),"#
      + #""suggestion_accepted":\#(pick("true", "false", "null")),"gender":\#(pick("\"female\"", "null")),"#
      + #""items":[\#(items.joined(separator: ","))]}"#
    sent.append(line)
    return line
  }
}
