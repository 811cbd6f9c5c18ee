import Scout
import ScoutTestSupport
import Testing

/// The functions that a bare database has, as production does.
@Suite struct DomainFunctionTests {
  private func bare() throws -> Scout {
    try Scout.createBare(at: nil, secret: "test", configuration: Scout.Configuration(clock: .fixed(sampleEnd)))
  }

  @Test func `one broken monitor does not stop the others`() throws {
    let scout = try bare()
    try scout.run(
      """
      insert into scout.platinum_monitors (name, sql) values
        ('finds', 'select 1 as a, ''x'' as b'), ('broken', 'select nothing'), ('silent', 'select 1 where false')
      """
    ) { _ in }
    #expect(try scout.query("select scout.run_monitors()").texts == [["1"]])
    #expect(
      try scout.query("select payload, severity from scout.platinum_monitor_events").texts.map { $0[0] }
        == [#"[{"a": 1, "b": "x"}]"#])
    let states = try scout.query(
      "select name, consecutive_failures, last_error is not null, last_run_at = now() from scout.platinum_monitors order by name"
    )
    #expect(
      states.texts == [["broken", "1", "t", "t"], ["finds", "0", "f", "t"], ["silent", "0", "f", "t"]])
  }

  @Test func `the feed takes items by position and gives them by name`() throws {
    let scout = try bare()
    #expect(try scout.query("select scout.push_feed('warn', 'isko', 'Low') is not null").texts == [["t"]])
    let listed = try scout.query(
      "select severity, title, payload from scout.rpc_agent_feed_list(p_limit => 5, p_status => 'new')")
    #expect(listed.texts == [["warn", "Low", "{}"]])
  }

  @Test func `a new product finds its brand, whatever the case`() throws {
    let scout = try bare()
    try scout.run(
      """
      insert into masterdata.brands (brand_name) values ('Alaska');
      insert into deep_research.sku_summary (brand, sku_name) values ('ALASKA', 'Evap')
      """
    ) { _ in }
    let matched = try scout.query(
      "select b.brand_name from deep_research.sku_summary s join masterdata.brands b on b.id = s.brand_id")
    #expect(matched.texts == [["Alaska"]])
  }

  @Test func `retention moves, deletes and archives`() throws {
    let scout = try bare()
    try scout.run(
      """
      insert into scout.agent_feed (created_at, severity, source, title, status) values
        (now() - interval '100 days', 'info', 's', 'old', 'new'),
        (now() - interval '40 days', 'info', 's', 'read', 'read'),
        (now() - interval '1 day', 'info', 's', 'young', 'read');
      select scout.enforce_retention_policy()
      """
    ) { _ in }
    #expect(try scout.query("select title from scout_archive.agent_feed_archive").texts == [["old"]])
    #expect(
      try scout.query("select title, status from scout.agent_feed order by title").texts
        == [["read", "archived"], ["young", "read"]])
  }
}
