import Foundation
import Testing

/// Monitors that cannot work, beside one that does, through the built program.
@Suite struct MonitorFaultTests {
  private struct Fault {
    var name: String
    var sql: String
    var definition: String?
    /// How the error that is kept begins.
    var error: String
  }

  private static let faults = [
    Fault(
      name: "missing_table", sql: "select brand from scout.gold_sales_hourly",
      error: "42P01: relation \"scout.gold_sales_hourly\" does not exist"),
    Fault(
      name: "missing_column", sql: "select brnd from scout.gold_sales_15min",
      error: "42703: column \"brnd\" does not exist"),
    Fault(
      name: "endless",
      sql: "with recursive t(n) as (values (1::numeric) union all select n + 1 from t) select max(n) from t",
      error: "57014: canceling statement due to statement timeout"),
    Fault(name: "million", sql: "select n from generate_series(1, 1000000) as n", error: "54000: "),
    Fault(
      name: "template", sql: "select ''x'' as name, 1 as value",
      definition: #"{"title": "{nmae} is wrong"}"#,
      error: "42703: the title names {nmae}"),
    Fault(
      name: "windowed_without", sql: "", definition: #"{"windowed": {"source": "scout.nowhere"}}"#, error: ""),
  ]

  @Test func `each keeps its own error with the reason, and the others are swept`() throws {
    let shop = try Shop()
    for fault in Self.faults {
      let kind = fault.sql.isEmpty ? "windowed" : "sql"
      let definition = fault.definition.map { "'\($0)'" } ?? "null"
      let added = try shop.scout(
        "sql",
        "insert into scout.platinum_monitors (name, sql, kind, definition) values ('\(fault.name)', '\(fault.sql)', '\(kind)', \(definition))"
      )
      #expect(added.status == 0, "\(added.error)")
    }
    let last = try shop.scout(
      "sql", "insert into scout.platinum_monitors (name, sql) values ('works', 'select ''x'' as name')")
    #expect(last.status == 0, "\(last.error)")
    let sweep = try shop.scout("monitors", "run", "--format", "csv")
    #expect(sweep.status == 1)
    let states = try shop.rows(
      "select name || '|' || consecutive_failures || '|' || coalesce(last_error, '-') from scout.platinum_monitors order by 1"
    )
    for fault in Self.faults {
      let line = try #require(states.first { $0.contains("\(fault.name)|") })
      #expect(line.replacing("\"\"", with: "\"").contains("\(fault.name)|1|\(fault.error)"), "\(line)")
    }
    #expect(states.count { $0.contains("|0|-") } == 12, "the shipped ones and the last: \(states)")
    // Nothing of the broken ones is in the inbox.
    #expect(try shop.rows("select title from scout.agent_feed where source = 'monitor'").count == 1)
    #expect(try shop.rows("select count(*) from scout.platinum_monitor_events") == ["1"])
  }

  @Test func `a clock that goes back is the error of the monitors that it concerns`() throws {
    let shop = try Shop()
    func sweep(_ now: String) throws -> Int32? {
      try ScoutProgram.run(["monitors", "run", "--now", now], in: shop.folder.path).status
    }
    #expect(try sweep("2025-09-10T12:00:00+08:00") == 0)
    #expect(try sweep("2025-09-08T12:00:00+08:00") == 1)
    let failed = try shop.rows(
      "select kind || '|' || min(last_error) from scout.platinum_monitors where last_error is not null group by kind")
    #expect(failed.count == 1 && failed[0].contains("windowed|55000: the clock went back"), "\(failed)")
    #expect(try sweep("2025-09-11T12:00:00+08:00") == 0)
    #expect(try shop.rows("select count(*) from scout.platinum_monitors where last_error is not null") == ["0"])
  }
}
