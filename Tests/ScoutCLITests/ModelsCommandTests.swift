import Foundation
import ScoutTestSupport
import Testing

/// `scout models` through the built program.
@Suite struct ModelsCommandTests {
  @Test func `models are listed, shown, drawn and followed`() throws {
    let shop = try Shop()
    #expect(try shop.scout("ingest", "-", input: Array((saleLine("T1") + "\n").utf8)).status == 0)
    #expect(try shop.scout("refresh").status == 0)
    let list = try shop.scout("models", "list", "--format", "csv")
    #expect(
      list.status == 0
        && list.output.contains("scout.gold_sales_daily,model,gold,\"date, store_id, brand, promo_flag\""))
    let show = try shop.scout("models", "show", "gold_sales_daily")
    #expect(show.status == 0 && show.output.contains("reads        scout.silver_line_items\n"))
    let json = try shop.scout("models", "show", "gold_sales_daily", "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["rows"] as? Int == 1)
    #expect((object?["last_run"] as? [String: Any])?["started_at"] as? String == "2025-08-31 16:00:00+00")
    let dot = try shop.scout("models", "graph", "gold_brand_share_daily", "--format", "dot")
    #expect(dot.output.contains("  \"scout.rollup_brand_daily\" -> \"scout.gold_brand_share_daily\";\n"))
    #expect(!dot.output.contains("gold_sales_15min"))
    #expect(try shop.scout("models", "graph", "--format", "mermaid").output.hasPrefix("flowchart LR\n"))
    let lineage = try shop.scout("models", "lineage", "scout.gold_sales_daily.net_amount")
    #expect(
      lineage.output.hasPrefix(
        """
        scout.gold_sales_daily.net_amount
        └─ scout.silver_line_items.net_amount (aggregation)
           ├─ scout.bronze_transactions.payload $.items[*].qty (transformation)
           ├─ scout.bronze_transactions.payload $.items[*].unit_price (transformation)
           └─ scout.bronze_transactions.payload $.items[*].discount (transformation)
        which rows there are depends on

        """), "\(lineage)")
    let runs = try shop.scout("models", "runs", "gold_sales_daily", "--format", "csv")
    #expect(
      runs.output.contains(
        "\n1,incremental,scout.gold_sales_daily,whole,2025-09-01 00:00:00+08,2025-09-01 00:00:00+08,1,1,1,0.0,first time"
      ),
      "\(runs)")
  }

  @Test func `why leads to the file`() throws {
    let shop = try Shop()
    let two = saleLine("T1").replacing(
      "\"items\":[", with: "\"items\":[{\"sku\":\"Z\",\"brand\":\"B\",\"category\":\"C\",\"qty\":1,\"unit_price\":1},")
    #expect(try shop.scout("ingest", "-", "--source", "till", input: Array((two + "\n").utf8)).status == 0)
    #expect(try shop.scout("refresh").status == 0)
    let why = try shop.scout("why", "gold_sales_daily", "2025-08-01", "brand=B")
    #expect(why.status == 0, "\(why)")
    #expect(why.output.contains("scout.silver_line_items: 2 rows\n") && why.output.contains("│ till"))
    #expect(why.output.contains("scout.bronze_transactions: 1 row\n") && !why.output.contains("no record in bronze"))
    let json = try shop.scout("why", "gold_sales_daily", "2025-08-01", "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect((object?["steps"] as? [Any])?.count == 3)
    #expect(try shop.scout("why", "gold_sales_daily", "1999-01-01").status == 1)
    let bad = try shop.scout("why", "gold_sales_daily", "soon")
    #expect(bad.status == 1 && bad.error.contains("invalid input syntax for type date: \"soon\""), "\(bad)")
  }

  @Test func `what is not there is named with what is`() throws {
    let shop = try Shop()
    for arguments in [
      ["show", "gold_sales"], ["lineage", "gold_sales"], ["graph", "gold_sales"], ["runs", "gold_sales"],
    ] {
      let outcome = try ScoutProgram.run(["models"] + arguments, in: shop.folder.path)
      #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
      #expect(
        outcome.error.contains("there is no model \"gold_sales\"; known are ")
          && outcome.error.contains("gold_sales_daily"))
    }
    let column = try shop.scout("models", "lineage", "gold_sales_daily.pieces")
    #expect(column.status == 2 && column.error.contains("scout.gold_sales_daily has no column \"pieces\""))
    #expect(try shop.scout("models", "runs", "--limit", "0").status == 2)
  }
}
