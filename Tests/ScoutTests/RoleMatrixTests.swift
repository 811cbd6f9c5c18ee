import Scout
import ScoutTestSupport
import Testing

/// What each role may do with each relation, tried out.
@Suite struct RoleMatrixTests {
  private static let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"]

  /// What the predefined analyst may not read of the schema scout.
  private static let hiddenFromAnalyst: Set<String> = [
    "bronze_transactions", "bronze_rejects", "ledger_payloads", "rpc_cache", "audit_log",
  ]

  /// The runbook's grants to the agent.
  private static let grantedToAgent: [String: Set<String>] = [
    "scout.platinum_agent_action_ledger": ["SELECT", "INSERT", "UPDATE"], "scout.agent_feed": ["SELECT", "INSERT"],
  ]

  /// Relations to whose rows nobody has these rights.
  private static let appendOnly: [String: Set<String>] = [
    "scout.ledger_entries": ["INSERT", "UPDATE", "DELETE"], "scout.ledger_payloads": ["INSERT", "UPDATE", "DELETE"],
    "scout.audit_log": ["UPDATE", "DELETE"],
  ]

  private static func expected(_ role: String, _ relation: String, _ verb: String) -> Bool {
    let parts = relation.split(separator: ".").map(String.init)
    switch role {
    case "owner": return appendOnly[relation]?.contains(verb) != true
    case "scout_analyst": return verb == "SELECT" && parts[0] == "scout" && !hiddenFromAnalyst.contains(parts[1])
    case "scout_agent": return grantedToAgent[relation]?.contains(verb) == true
    default: return false
    }
  }

  /// A statement that needs the verb's right and no other one.
  private static func statement(_ verb: String, _ relation: Relation) -> String {
    let name = relation.qualifiedName
    let column = relation.columns[0].name
    return switch verb {
    case "SELECT": relation.name == "data_quality_issues" ? "select id from \(name)" : "select * from \(name) limit 1"
    case "INSERT": "insert into \(name) (\"\(column)\") values (null)"
    case "UPDATE": "update \(name) set \"\(column)\" = null"
    default: "delete from \(name)"
    }
  }

  @Test(arguments: ["owner", "scout_analyst", "scout_agent", "nobody"])
  func `a role reads and writes what it was granted, relation by relation`(role: String) throws {
    let scout = try Scout.make()
    try scout.run("create role nobody") { _ in }
    let relations = try scout.lines("select schema || '.' || name from \"engine.relations\" order by 1")
      .compactMap { try scout.database.relation($0) }
    #expect(relations.count > 40)
    let session = try scout.makeSession()
    try session.run("set role \(role)")
    for relation in relations {
      for verb in Self.verbs {
        let sql = Self.statement(verb, relation)
        try session.run("begin")
        var refusal: String?
        do { try session.run(sql) } catch let error as SQLError {
          // Past the rights a statement may still fail: a null where none may be, a view, a derived table.
          if error.state == .insufficientPrivilege { refusal = error.message }
        }
        try session.run("rollback")
        #expect(
          (refusal == nil) == Self.expected(role, relation.qualifiedName, verb), "\(role): \(sql): \(refusal ?? "done")"
        )
      }
    }
  }

  @Test(arguments: [
    ("select field_value from scout.data_quality_issues", false),
    ("select * from scout.data_quality_issues", false),
    ("select q from scout.data_quality_issues q", false),
    ("select count(*) from scout.data_quality_issues where field_value like '09%'", false),
    ("select issue_type, count(*) from scout.data_quality_issues group by 1", true),
    ("select count(*) from scout.data_quality_issues", true),
    ("select scout.run_monitors()", false),
    ("select scout.verify_gold_contracts()", false),
    ("select scout.push_feed('info', 'x', 'y')", false),
    ("select * from scout.rpc_agent_feed_list()", true),
    ("create table scout.mine (id int)", false),
    ("select * from masterdata.brands", false),
    ("refresh materialized view scout.gold_sales_daily", false),
  ])
  func `an analyst gets figures and no raw values, and sets nothing off`(sql: String, isAllowed: Bool) throws {
    let scout = try Scout.make()
    let session = try scout.makeSession()
    try session.run("set role scout_analyst")
    do {
      try session.run(sql)
      #expect(isAllowed)
    } catch let error as SQLError {
      #expect(error.state == .insufficientPrivilege && !isAllowed, "\(error)")
    }
  }

  @Test func `production's script takes the predefined roles over once`() throws {
    let scout = try Scout.make()
    let script = """
      CREATE ROLE scout_analyst;
      GRANT USAGE ON SCHEMA scout TO scout_analyst;
      GRANT SELECT ON ALL TABLES IN SCHEMA scout TO scout_analyst;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA scout TO scout_analyst;
      CREATE ROLE scout_agent;
      GRANT USAGE ON SCHEMA scout, deep_research TO scout_agent;
      GRANT SELECT, INSERT, UPDATE ON scout.platinum_agent_action_ledger TO scout_agent;
      GRANT SELECT, INSERT ON scout.agent_feed TO scout_agent;
      """
    var notices: [String] = []
    try scout.run(script) { notices += $0.notices.map(\.message) }
    #expect(notices.contains("no privileges were granted for \"bronze_transactions\""), "\(notices)")
    for role in ["scout_analyst", "scout_agent"] {
      let error = #expect(throws: SQLError.self) { try scout.run("create role \(role)") { _ in } }
      #expect(error?.state == .duplicateObject && error?.message == "role \"\(role)\" already exists")
    }
    let analyst = try scout.makeSession()
    try analyst.run("set role scout_analyst; select * from scout.gold_sales_daily; select * from scout.rpc_cache")
    #expect(throws: SQLError.self) { try analyst.run("select * from scout.bronze_transactions") }
    try scout.run("grant select on scout.bronze_transactions to scout_analyst") { _ in }
    try analyst.run("select * from scout.bronze_transactions")
  }

  @Test func `a right that is taken away is gone in every session at once`() throws {
    let folder = try TemporaryFolder()
    let scout = try Scout.make(at: folder["a.db"])
    let other = try Scout.open(folder["a.db"], configuration: scout.configuration)
    let analyst = try scout.makeSession()
    try analyst.run("set role scout_analyst; select count(*) from scout.agent_feed")
    try other.run("revoke select on scout.agent_feed from scout_analyst") { _ in }
    let error = #expect(throws: SQLError.self) { try analyst.run("select count(*) from scout.agent_feed") }
    #expect(error?.message == "permission denied for table agent_feed")
  }

  @Test func `a table that is dropped takes its rights with it`() throws {
    let scout = try Scout.make()
    try scout.run(
      """
      create table scout.t (id int); grant select on scout.t to scout_agent; drop table scout.t;
      create table scout.t (id int)
      """
    ) { _ in }
    #expect(try scout.query("select has_table_privilege('scout_agent', 'scout.t', 'select')").texts == [["f"]])
  }

  @Test func `an agent proposes and reports through SQL`() throws {
    let scout = try Scout.make()
    let agent = try scout.makeSession()
    try agent.run("set role scout_agent")
    try agent.run(
      """
      insert into scout.platinum_agent_action_ledger (agent, decision, action_type) values ('A', 'buy', 'restock');
      update scout.platinum_agent_action_ledger set approval_status = 'manual' where agent = 'A';
      insert into scout.agent_feed (severity, source, title) values ('info', 'agent', 'done')
      """)
    #expect(
      try scout.lines("select actor, kind from \"scout.ledger_entries\" order by sequence")
        == ["scout_agent|proposed", "scout_agent|approved"])
  }
}
