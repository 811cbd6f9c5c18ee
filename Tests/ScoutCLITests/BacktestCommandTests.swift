import Foundation
import Testing

/// `monitors backtest` through the built program: JSON, labels, thresholds and the picture.
@Suite struct BacktestCommandTests {
  private func shop() throws -> Shop {
    let shop = try Shop()
    var lines = ""
    // A sale a day of 2 pieces, on the ninth day of 8.
    for day in 1...12 {
      let date = "2025-08-\(day < 10 ? "0" : "")\(day)"
      lines += saleLine("T\(day)", quantity: day == 9 ? 8 : 2).replacing("2025-08-01", with: date) + "\n"
    }
    #expect(try shop.scout("ingest", "-", input: Array(lines.utf8)).status == 0)
    #expect(try shop.scout("refresh").status == 0)
    let monitor = """
      name: many
      description: Many pieces.
      severity: warn
      threshold: 2
      windowed:
        source: scout.gold_store_daily
        time: date
        by: [store_id]
        measures: {units: {sum: units}}
        window: {tumbling: 1d}
        baseline: {trailing: 5d, at_least: 3}
        when: [units ratio >= threshold]
      event:
        title: "{store_id} <sells> many"
        description: "{units}"
      """
    try Data(monitor.utf8).write(to: URL(fileURLWithPath: shop.folder["many.yaml"]))
    let added = try shop.scout("monitors", "add", "many.yaml")
    #expect(added.status == 0, "\(added.error)")
    return shop
  }

  @Test func `the incidents come as JSON, and as a picture that is the same each time`() throws {
    let shop = try shop()
    func run(_ picture: String) throws -> String {
      let outcome = try shop.scout(
        "monitors", "backtest", "many", "--from", "2025-08-01", "--to", "2025-08-13", "--every", "1h", "--picture",
        picture, "--format", "json")
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output
    }
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(try run("a.svg").utf8)) as? [String: Any])
    let rows = try #require(json["rows"] as? [[Any]])
    #expect(rows.count == 1)
    #expect((rows.first?[3] as? [String: String]) == ["store_id": "S1"], "\(rows)")
    #expect((rows.first?[0] as? String)?.hasPrefix("2025-08-10 00:00:00") == true, "\(rows)")
    _ = try run("b.svg")
    _ = try run("c.html")
    let first = try String(contentsOfFile: shop.folder["a.svg"], encoding: .utf8)
    #expect(try String(contentsOfFile: shop.folder["b.svg"], encoding: .utf8) == first)
    #expect(first.hasPrefix("<svg ") && first.contains(">S1</text>") && first.contains("08-10"))
    #expect(first.components(separatedBy: "#c0392b").count == 2)
    #expect(try String(contentsOfFile: shop.folder["c.html"], encoding: .utf8).contains(first))
    let refused = try shop.scout(
      "monitors", "backtest", "many", "--from", "2025-08-01", "--to", "2025-08-02", "--picture", "a.png")
    #expect(refused.status == 2)
  }

  @Test func `thresholds and labels give a row each`() throws {
    let shop = try shop()
    let labels = "start,end,store_id\n2025-08-09 00:00:00+08,2025-08-11 00:00:00+08,S1\n"
    try Data(labels.utf8).write(to: URL(fileURLWithPath: shop.folder["labels.csv"]))
    let outcome = try shop.scout(
      "monitors", "backtest", "many", "--from", "2025-08-01", "--to", "2025-08-13", "--every", "1h", "--sweep",
      "threshold=2,5", "--labels", "labels.csv", "--picture", "p.svg", "--format", "csv")
    #expect(outcome.status == 0, "\(outcome.error)")
    let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
    #expect(
      lines == [
        "threshold,ticks,incidents,incidents_per_day,precision,recall,delay_minutes",
        "2,289,1,0.083,1.0,1.0,1440.0", "5,289,0,0.0,,0.0,",
      ], "\(lines)")
    let picture = try String(contentsOfFile: shop.folder["p.svg"], encoding: .utf8)
    #expect(picture.contains(">2: S1</text>") && picture.contains(">5: S1</text>"))
    #expect(picture.components(separatedBy: "#cfe3f7").count == 3)
  }
}
