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
