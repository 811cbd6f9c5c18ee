import Scout
import ScoutTestSupport
import Testing

/// Who changed what, by whichever path.
@Suite struct AuditTests {
  private func entries(_ scout: Scout, _ objectType: String? = nil) throws -> [AuditEntry] {
    var query = AuditQuery()
    query.objectType = objectType
    return try scout.auditLog(query).reversed()
  }

  @Test func `a new database has changed nothing yet`() throws {
    #expect(try entries(Scout.make()).isEmpty)
  }

  @Test func `an update keeps the old and the new row, the time and the role`() throws {
    let scout = try Scout.make()
    try scout.run(
      """
      update scout.platinum_monitors set threshold = 2.5 where name = 'demand_spike_brand';
      insert into masterdata.brands (brand_name, company) values ('New', 'Co');
      update masterdata.brands set company = 'Other' where brand_name = 'New';
      delete from masterdata.brands where brand_name = 'New';
      insert into scout.gold_contracts (table_name, column_name, check_type) values ('scout.agent_feed', 'title', 'not_null')
      """
    ) { _ in }
    let all = try entries(scout)
    #expect(
      all.map { "\($0.action) \($0.objectType)" }.sorted() == [
        "DELETE brands", "INSERT brands", "INSERT gold_contracts", "UPDATE brands", "UPDATE platinum_monitors",
      ])
    #expect(all.allSatisfy { $0.time == sampleEnd && $0.role == "owner" })
    let monitor = try #require(all.first { $0.objectType == "platinum_monitors" })
    #expect(monitor.objectID == "1" || monitor.objectID?.isEmpty == false)
    #expect(monitor.changes?.hasPrefix("threshold: ") == true && monitor.changes?.hasSuffix(" → 2.5") == true)
    #expect(monitor.newValues?.contains("\"threshold\": 2.5") == true)
    let deleted = try #require(all.first { $0.action == "DELETE" })
    #expect(deleted.oldValues?.contains("\"company\": \"Other\"") == true && deleted.newValues == nil)
  }

  @Test func `a sweep's bookkeeping is no change of a monitor`() throws {
    let scout = try Scout.make()
    _ = try scout.tick()
    try scout.run("update scout.platinum_monitors set last_run_at = now(), consecutive_failures = 2") { _ in }
    #expect(try entries(scout, "platinum_monitors").isEmpty)
  }

  @Test func `rights are entered, and a grant that changes nothing is not`() throws {
    let scout = try Scout.make()
    try scout.run(
      """
      create role clerk; grant select on scout.agent_feed to clerk; grant select on scout.agent_feed to clerk;
      create role staff; grant staff to clerk; revoke select on scout.agent_feed from clerk
      """
    ) { _ in }
    #expect(
      try entries(scout).map { "\($0.action) \($0.objectType) \($0.objectID ?? "")" }.sorted() == [
        "DELETE grants clerk", "INSERT grants clerk", "INSERT role_members clerk", "INSERT roles clerk",
        "INSERT roles staff",
      ])
  }

  @Test func `the library and a role's SQL are caught alike`() throws {
    let scout = try Scout.make()
    let agent = try scout.makeSession()
    try agent.run("set role scout_agent")
    try agent.run(
      "insert into scout.platinum_agent_action_ledger (agent, decision, action_type) values ('A', 'secret', 'restock')")
    let entry = try #require(try entries(scout).first)
    #expect(
      entry.role == "scout_agent" && entry.action == "INSERT" && entry.objectType == "platinum_agent_action_ledger")
    #expect(entry.newValues?.contains("restock") == true)
    #expect(entry.newValues?.contains("secret") == false, "what the ledger can forget is not copied")
    #expect(try entries(scout).count == 1)
  }

  @Test func `a change that is rolled back was none`() throws {
    let scout = try Scout.make()
    let session = try scout.makeSession()
    try session.run("begin; update masterdata.brands set company = 'x'")
    try session.run("rollback")
    #expect(try entries(scout).isEmpty)
  }

  @Test(arguments: [
    "update scout.audit_log set role = 'nobody'", "delete from scout.audit_log", "truncate scout.audit_log",
    "drop table scout.audit_log", "drop schema scout cascade",
  ])
  func `nothing removes an entry`(sql: String) throws {
    let scout = try Scout.make()
    try scout.run("update masterdata.brands set company = 'x'") { _ in }
    let before = try entries(scout)
    let error = #expect(throws: SQLError.self) { try scout.run(sql) { _ in } }
    #expect(error?.state == .insufficientPrivilege)
    #expect(try entries(scout) == before && !before.isEmpty)
  }

  @Test func `another SQLite tool removes none either`() throws {
    let folder = try TemporaryFolder()
    let scout = try Scout.make(at: folder["a.db"])
    try scout.run("update masterdata.brands set company = 'x'") { _ in }
    for sql in [
      "delete from \"scout.audit_log\"", "update \"scout.audit_log\" set role = 'x'",
      "insert or replace into \"scout.audit_log\" (id) select id from \"scout.audit_log\"",
      "update \"masterdata.brands\" set company = 'y'",
    ] {
      #expect(throws: (any Error).self) { try makeSQLiteFile(at: folder["a.db"], sql) }
    }
  }

  @Test func `the runbook's audit trigger takes a table over, so that nothing is entered twice`() throws {
    let scout = try Scout.make()
    try scout.run(
      """
      CREATE OR REPLACE FUNCTION scout.audit_trigger()
      RETURNS trigger AS $$
      BEGIN
        INSERT INTO scout.audit_log (user_id, action, object_type, object_id, old_values, new_values)
        VALUES (
          auth.uid(),
          TG_OP,
          TG_TABLE_NAME,
          COALESCE(NEW.id::text, OLD.id::text),
          to_jsonb(OLD),
          to_jsonb(NEW)
        );
        RETURN NEW;
      END;
      $$ LANGUAGE plpgsql;
      CREATE TRIGGER audit_agent_actions
      AFTER INSERT OR UPDATE OR DELETE ON scout.platinum_agent_action_ledger
      FOR EACH ROW EXECUTE FUNCTION scout.audit_trigger();
      insert into scout.platinum_agent_action_ledger (agent, decision, action_type) values ('A', 'b', 'restock');
      """
    ) { _ in }
    let all = try entries(scout)
    #expect(all.map(\.action) == ["INSERT"])
    #expect(all.first?.role == "owner" && all.first?.newValues?.contains("\"decision\": \"b\"") == true)
    try scout.run("drop trigger audit_agent_actions on scout.platinum_agent_action_ledger") { _ in }
    try scout.run("update scout.platinum_agent_action_ledger set approval_status = 'manual'") { _ in }
    #expect(try entries(scout).count == 2)
  }

  @Test func `a bare database leaves its tables alone`() throws {
    let scout = try Scout.createBare(at: nil)
    try scout.run(
      """
      insert into masterdata.brands (brand_name) values ('A'); create role scout_analyst;
      insert into scout.audit_log (action) values ('x'); delete from scout.audit_log
      """
    ) { _ in }
    #expect(try scout.auditLog().isEmpty)
  }

  @Test func `pages of the log hold every entry once`() throws {
    let scout = try Scout.make()
    try scout.run("insert into masterdata.brands (brand_name) select 'b' || n from generate_series(1, 25) n") { _ in }
    var seen: Set<String> = []
    var query = AuditQuery()
    query.limit = 10
    for expected in [10, 10, 5] {
      let page = try scout.auditLog(query)
      #expect(page.count == expected)
      seen.formUnion(page.map(\.id))
      query.before = page.last.map { FeedCursor(createdAt: $0.time, id: $0.id) }
    }
    #expect(seen.count == 25)
  }
}
