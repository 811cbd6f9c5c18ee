import Foundation
import Scout
import Testing

/// The system at a glance.
@Suite struct StatusTests {
  @Test func `what stands in the tables is counted, with the runbook's dashboard query as the witness`() throws {
    let clock = try ActionTests.clock()
    let scout = try ActionTests.scout(clock)
    _ = try scout.tick()
    _ = try scout.query(
      """
      insert into deep_research.sku_jobs (task_type, task_payload, status) values ('brand_sku_scrape', '{}', 'dead');
      insert into scout.platinum_monitor_events (monitor_id, occurred_at, severity, payload)
      select id, now() - minutes * interval '1 minute', 'warn', '[]'
      from scout.platinum_monitors, unnest(array[5, 59, 61]) as minutes where name = 'store_outage';
      insert into scout.contract_violations (detected_at, table_name, check_type, row_count)
      values (now(), 'scout.gold_sales_daily', 'not_null', 2), (now() - interval '2 hours', 'scout.gold', 'unique', 1)
      """)
    _ = try scout.changeActions {
      try $0.propose(Proposal(agent: ActionTests.agent, decision: "Look", actionType: "notify"))
    }
    let status = try scout.status()
    let dashboard = try scout.query(
      """
      select (select count(*) from scout.agent_feed where status = 'new'),
        (select count(*) from deep_research.sku_jobs where status = 'queued'),
        (select count(*) from scout.platinum_monitor_events where occurred_at > now() - interval '1 hour'),
        (select count(*) from scout.contract_violations where detected_at > now() - interval '1 hour')
      """
    ).texts[0]
    #expect(
      dashboard
        == [status.unreadFeed, status.queuedJobs, status.recentEvents, status.recentViolations].map { String($0) })
    #expect(status.queuedJobs == 5 && status.deadJobs == 1 && status.recentEvents == 2)
    #expect(status.ledger.entries > 0 && status.ledger.root?.count == 64 && status.ledger.brokenSeals == 0)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(try status.json().utf8)) as? [String: Any])
    #expect(json["queued_jobs"] as? Int == 5)
    #expect((json["layers"] as? [[String: Any]])?.count == status.layers.count)
    #expect((json["ledger"] as? [String: Any])?["root"] as? String == status.ledger.root)
  }

  @Test func `a ledger whose protection was taken away is told`() throws {
    let scout = try ActionTests.scout(try ActionTests.clock())
    try scout.database.write { connection in
      try connection.run("drop trigger \"scout.ledger_entries.no_update\"")
    }
    #expect(try scout.status().ledger.brokenSeals == 1)
  }
}
