import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

/// Time is an argument: the same input at the same time gives the same database.
@Suite struct DeterminismTests {
  /// A shop that has ingested a few days with an incident, and swept twice.
  private func busyShop() throws -> Shop {
    let shop = try Shop()
    let generated = try ScoutProgram.run(
      ["generate", "--output", "day.jsonl", "--quiet", "--days", "35", "--stores", "4"], in: shop.folder.path)
    #expect(generated.status == 0)
    #expect(try shop.scout("ingest", "day.jsonl").status == 0)
    for time in ["2025-08-20T18:00:00+08:00", "2025-08-23T18:00:00+08:00", testNow] {
      let outcome = try ScoutProgram.run(["tick", "--now", time], in: shop.folder.path)
      #expect(outcome.status == 0, "\(outcome)")
    }
    return shop
  }

  @Test func `two runs at the same time give the same database, identifiers included`() throws {
    let first = try busyShop()
    let second = try busyShop()
    let content = try first.content(leavingOut: [])
    #expect(firstDifference(content, try second.content(leavingOut: [])) == nil)
    #expect(content["scout.silver_transactions"]?.isEmpty == false)
    #expect(content["scout.sweep_runs"]?.count == 3)

    // Another sweep at the same moment, with nothing new: no event, no feed item.
    let before = try first.content()
    let again = try first.scout("tick")
    #expect(
      again.output.hasPrefix(
        "{\"ok\": true, \"results\": {\"monitor_events_created\": 0, \"monitors_failed\": 0, "
          + "\"contract_violations_found\": 0, \"contracts_failed\": 0, \"isko_queued_before\": 5, \"isko_enqueued\": 0"
      ))
    let after = try first.content()
    for table in [
      "scout.agent_feed", "scout.platinum_monitor_events", "scout.platinum_monitor_incidents", "scout.refresh_runs",
      "scout.gold_sales_daily",
    ] {
      #expect(before[table] == after[table], "\(table)")
    }
    #expect(after["scout.sweep_runs"]?.count == 4)
  }

  @Test func `runs at the same time have identifiers of their own`() throws {
    let shop = try Shop()
    for number in 1...4 {
      try shop.folder.write(saleLine("T\(number)"), as: "\(number).jsonl")
      #expect(try shop.scout("ingest", "\(number).jsonl").status == 0)
      #expect(try shop.scout("sql", "insert into masterdata.brands (brand_name) values ('X\(number)')").status == 0)
      #expect(try shop.scout("tick").status == 0)
    }
    #expect(try shop.rows("select count(distinct batch_id) from scout.ingest_batches") == ["4"])
    #expect(try shop.rows("select count(distinct id) from masterdata.brands where brand_name like 'X_'") == ["4"])
    #expect(try shop.rows("select count(*) from scout.sweep_runs") == ["4"])
  }

  @Test func `without --now the clock is the machine's and identifiers are random`() throws {
    let ids = try (0..<2).map { _ in
      let folder = try TemporaryFolder()
      #expect(try ScoutProgram.run(["init"], in: folder.path).status == 0)
      let scout = try Scout.open(folder["scout.db"])
      let secret = try scout.lines("select value from \"engine.settings\" where name = 'customer_secret'")
      #expect(secret.first.map { $0.count >= 32 } == true)
      return try secret + scout.lines("select id from \"masterdata.brands\" order by brand_name")
    }
    #expect(Set(ids[0]).isDisjoint(with: ids[1]))
  }
}
