import PostgresDialect

/// The relation `scout.audit_log`: one row per change of a sensitive table, by whichever path it came.
///
/// SQLite's own triggers on the tables report each row to ``enter(_:_:old:new:)``, so SQL, the commands and the library
/// are caught alike. Another SQLite tool lacks the function behind the triggers and cannot write these tables at all.
///
/// A table on which somebody made an audit trigger in SQL, as the runbook does, is left to that trigger: a change is
/// entered once.
public struct AuditLog {
  /// A table whose changes are entered.
  struct Table: Sendable {
    var relation: String
    /// What the engine keeps for itself: a change of these alone is no news.
    var bookkeeping: Set<String> = []
    /// Values that are not copied, because their table can forget them and the log cannot.
    var withheld: Set<String> = []
  }

  static let relation = "scout.audit_log"

  static let tables = [
    Table(
      relation: "scout.platinum_agent_action_ledger",
      withheld: ["user_id", "hypothesis", "decision", "action_payload", "success_criteria"]),
    Table(
      relation: "scout.platinum_monitors", bookkeeping: ["last_run_at", "consecutive_failures", "last_error", "state"]),
    Table(relation: "scout.platinum_monitor_silences"),
    Table(relation: "scout.gold_contracts"),
    Table(relation: "masterdata.brands"),
  ]

  /// The engine's tables behind roles and grants, as the log names them, with what identifies a row.
  private static let rights: [(table: String, object: String, identity: String, columns: [String])] = [
    ("engine.roles", "roles", "name", ["name", "options"]),
    ("engine.role_members", "role_members", "member", ["role", "member", "is_admin"]),
    (
      "engine.grants", "grants", "grantee",
      ["kind", "object", "part", "grantee", "privilege", "grantor", "is_grantable"]
    ),
  ]

  private let connection: Connection

  public init(_ connection: Connection) { self.connection = connection }

  // MARK: Triggers

  /// From now on changes are entered, and nobody takes an entry away; part of ``Connection/manageAccess()``.
  func install() throws {
    connection.database.invalidateCatalog()
    for table in Self.tables { try connection.installTriggers(table.relation) }
    for (table, object, identity, columns) in Self.rights {
      func json(_ row: String) -> String {
        "json_object(" + columns.map { "'\($0)', \(row).\($0)" }.joined(separator: ", ") + ")"
      }
      let same = columns.map { "old.\($0) is new.\($0)" }.joined(separator: " and ")
      for (event, row, arguments, condition) in [
        ("insert", "new", "null, \(json("new"))", ""),
        ("update", "new", "\(json("old")), \(json("new"))", "when not (\(same))"),
        ("delete", "old", "\(json("old")), null", ""),
      ] {
        try connection.run(
          """
          create trigger if not exists "\(table).audit_\(event)" after \(event) on "\(table)" \(condition) begin
            select pg_audit('\(event.uppercased())', '\(object)', \(row).\(identity), \(arguments));
          end
          """)
      }
    }
    for event in ["update", "delete"] {
      try connection.run(
        """
        create trigger if not exists "\(Self.relation).no_\(event)" before \(event) on "\(Self.relation)" begin
          select raise(abort, 'the audit log is append-only');
        end
        """)
    }
    // `insert or replace` deletes without firing delete triggers.
    try connection.run(
      """
      create trigger if not exists "\(Self.relation).no_replace" before insert on "\(Self.relation)"
      when exists (select 1 from "\(Self.relation)" where id = new.id) begin
        select raise(abort, 'the audit log is append-only');
      end
      """)
  }

  /// The body of SQLite's triggers on a table that is audited; nil for all others.
  static func report(_ qualifiedName: String, _ operation: TriggerOperation, cells: String) -> String? {
    guard tables.contains(where: { $0.relation == qualifiedName }) else { return nil }
    return "select pg_audit_row(\(SQLitePrinter.literal(qualifiedName)), '\(operation.rawValue)'\(cells))"
  }

  // MARK: Entering

  /// Enters a row that a statement wrote, unless only bookkeeping changed.
  func enter(_ qualifiedName: String, _ operation: TriggerOperation, old: [SQLValue]?, new: [SQLValue]?) throws {
    let catalog = try connection.database.catalog(connection)
    guard let table = Self.tables.first(where: { $0.relation == qualifiedName }),
      let relation = catalog.relations[qualifiedName], !hasOwnTrigger(relation, operation, catalog)
    else { return }
    let columns = relation.columns
    if let old, let new,
      columns.indices.allSatisfy({ old[$0] == new[$0] || table.bookkeeping.contains(columns[$0].name) })
    {
      return
    }
    let shown = columns.indices.filter { !table.withheld.contains(columns[$0].name) }
    let json = RowJSON(
      columns: columns.map { ResultColumn(name: $0.name, type: $0.type, fixedPoint: $0.type.fixedPoint) }, zone: .utc)
    let identity = relation.primaryKey.compactMap { key in columns.firstIndex { $0.name == key } }
      .compactMap { (new ?? old)?[$0].auditText }.joined(separator: ",")
    try insert(
      operation.rawValue, relation.name, identity, old: try old.map { try json.object($0, shown) },
      new: try new.map { try json.object($0, shown) })
  }

  /// Adds one entry at the transaction's time under the session's role.
  func insert(_ action: String, _ objectType: String, _ objectID: String?, old: String?, new: String?) throws {
    try connection.run(
      """
      insert into "scout.audit_log" (id, ts, action, object_type, object_id, old_values, new_values, role)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(action), .text(objectType),
        SQLValue(objectID), SQLValue(old), SQLValue(new), .text(connection.role),
      ])
  }

  /// Whether a trigger made in SQL enters the table's changes itself.
  private func hasOwnTrigger(_ relation: Relation, _ operation: TriggerOperation, _ catalog: StorageCatalog) -> Bool {
    catalog.triggers(relation.qualifiedName, .after, operation, isRow: true).contains { trigger in
      catalog.routines(schema: trigger.functionSchema, name: trigger.definition.function.name).contains {
        $0.body.lowercased().contains("insert into scout.audit_log")
      }
    }
  }
}

extension SQLValue {
  /// The key of a row as a text.
  fileprivate var auditText: String? { text ?? integer.map(String.init) }
}

extension FunctionRegistrar {
  /// What the triggers of audited tables call.
  func registerAudit() {
    // Relation, operation, then the old and the new row.
    scalar("pg_audit_row", -1, isStrict: false, isPure: false) { call throws(SQLError) in
      guard let operation = TriggerOperation(rawValue: call.text(1)) else { return call.resultNull() }
      let (old, new) = rows(call, operation, from: 2)
      try onConnection(call) { try AuditLog($0).enter(call.text(0), operation, old: old, new: new) }
      call.resultNull()
    }
    // Operation, kind of object, its name, the old and the new values as JSON.
    scalar("pg_audit", 5, isStrict: false, isPure: false) { call throws(SQLError) in
      try onConnection(call) { connection in
        try AuditLog(connection).insert(
          call.text(0), call.text(1), call.value(2).text, old: try call.value(3).text.map { try normalizedJSON($0) },
          new: try call.value(4).text.map { try normalizedJSON($0) })
      }
      call.resultNull()
    }
  }
}
