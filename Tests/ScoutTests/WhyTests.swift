import Foundation
import Scout
import ScoutTestSupport
import Testing

/// `scout why`: from a value down to the records that were received.
@Suite struct WhyTests {
  private func sale(_ id: String, _ day: String, store: String = "S1", brand: String = "B") -> String {
    #"{"transaction_id":"\#(id)","store_id":"\#(store)","ts":"2025-08-\#(day)T09:00:00+08:00","items":[{"sku":"A","#
      + #""brand":"\#(brand)","category":"C","qty":1,"unit_price":2.50}]}"# + "\n"
  }

  private func make() async throws -> Scout {
    let scout = try Scout.make()
    let old = sale("old", "01").replacing("2025-08", with: "2025-06")
    _ = try await scout.ingest(.text(old, name: "day-0"))
    for day in 1...9 {
      _ = try await scout.ingest(
        .text(sale("B\(day)", "0\(day)") + sale("D\(day)", "0\(day)", store: "S2", brand: "D"), name: "day-\(day)"))
    }
    _ = try scout.refresh()
    return scout
  }

  private func ids(_ report: WhyReport) -> [String] {
    report.steps.last { $0.relation == "scout.bronze_transactions" }?.rows.map { $0[0] ?? "" } ?? []
  }

  @Test func `a gold row leads to its records and the files they came in`() async throws {
    let scout = try await make()
    let report = try scout.why("gold_sales_daily", key: [(nil, "2025-08-03"), (nil, "S1"), (nil, "B"), (nil, "false")])
    #expect(
      report.steps.map(\.relation) == [
        "scout.gold_sales_daily", "scout.silver_line_items", "scout.bronze_transactions",
      ])
    #expect(report.steps.map(\.count) == [1, 1, 1])
    #expect(report.steps[2].rows == [["B3", "6", "day-3", nil, "2025-08-31 16:00:00+00"]], "\(report.steps[2].rows)")
    #expect(report.notes.isEmpty)
    // A part of the key asks about several rows; nothing stays in the database.
    let day = try scout.why("scout.gold_sales_daily", key: [("date", "2025-08-03")])
    #expect(ids(day) == ["B3", "D3"])
    #expect(try scout.refresh().models.allSatisfy { !$0.isRefreshed })
  }

  @Test func `a platinum row leads through the days that its window reaches`() async throws {
    let scout = try await make()
    let report = try scout.why("platinum_brand_momentum", key: [(nil, "2025-08-09"), (nil, "C"), (nil, "B")])
    // Seven days up to the ninth, the day a week before, and the rivals in the category's rank.
    #expect(Set(ids(report)).isSuperset(of: (2...9).map { "B\($0)" }), "\(ids(report))")
    #expect(!ids(report).contains("old"))
    #expect(
      report.steps.map(\.relation).prefix(4) == [
        "scout.platinum_brand_momentum", "scout.platinum_features_sales_7d", "scout.gold_brand_share_daily",
        "scout.rollup_brand_daily",
      ])
  }

  @Test func `what rests on everything says so, and what is not there is named`() async throws {
    let scout = try await make()
    let pairs = try scout.why("gold_basket_pairs", key: [])
    #expect(pairs.steps.contains { $0.relation == "scout.rollup_store_daily" && $0.isWhole && $0.rows.isEmpty })
    #expect(try scout.why("gold_sales_daily", key: [(nil, "1999-01-01")]).steps.map(\.count).first == 0)
    #expect(throws: ScoutError.self) { try scout.why("nowhere", key: []) }
    #expect(throws: ScoutError.self) { try scout.why("gold_sales_daily", key: [("day", "2025-08-03")]) }
    #expect(throws: SQLError.self) { try scout.why("gold_sales_daily", key: [("date", "soon")]) }
    let limited = try scout.why("gold_sales_daily", key: [], limit: 2)
    #expect(limited.steps[0].rows.count == 2 && limited.steps[0].count == 19)
  }
}
