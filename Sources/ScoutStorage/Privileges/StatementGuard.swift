import GRDBSQLite
import PostgresDialect

/// What SQLite itself refuses while it prepares a statement that came as PostgreSQL SQL.
///
/// The second line of defence behind ``Connection/checkPrivileges(_:)``: it sees the tables that the translated text
/// really touches, whatever a check before has overlooked. The ledger's tables are never written by a statement; a role
/// reads and writes only what it was granted, directly or under a view. What a trigger or a function
/// does on a statement's behalf is prepared by itself.
///
/// An authorizer makes SQLite prepare all other statements of the connection again, so queries of the owner, which
/// nothing is refused to, do without one.
final class StatementGuard {
  /// Tables whose rows only the engine writes.
  static let sealed: Set<String> = ["scout.ledger_entries", "scout.ledger_payloads"]

  /// - Throws: 42501 for a definition, such as a trigger or a unique index, that would stand in the way of the engine's rows.
  static func checkDefinition(on table: String, at range: SourceRange) throws {
    guard sealed.contains(table) else { return }
    var error = sealedError(table)
    error.range = range
    throw error
  }

  static func sealedError(_ table: String) -> SQLError {
    SQLError(
      .insufficientPrivilege, "\(table) is append-only: only the engine adds to it",
      hint: "Actions are changed with scout actions, or through scout.platinum_agent_action_ledger.")
  }

  private let mayRead: (_ table: String, _ column: String) -> Bool
  private let mayWrite: (_ table: String, _ privilege: String) -> Bool
  private let isAudited: Bool
  private(set) var refusal: SQLError?

  /// - Parameters:
  ///   - catalog: What the role is measured against.
  ///   - links: Pairs of tables with a foreign key between them: a check of it, or its action, has the owner's rights.
  init(role: String, catalog: StorageCatalog, links: [(String, String)]) {
    let privileges = catalog.privileges
    isAudited = privileges.isManaged
    guard !privileges.isSuperuser(role) else {
      mayRead = { _, _ in true }
      mayWrite = { _, _ in true }
      return
    }
    var underViews: Set<String> = []
    for relation in catalog.relations.values where relation.kind == .view {
      guard privileges.allows(role, "select", .table, relation.qualifiedName) else { continue }
      underViews.formUnion(catalog.tables(under: relation))
    }
    func holds(_ privilege: String, _ table: String) -> Bool {
      guard let relation = catalog.relations[table] else { return true }
      return privileges.allows(role, privilege, .table, table)
        || relation.columns.contains { privileges.allows(role, privilege, .table, table, column: $0.name) }
    }
    func writes(_ table: String) -> Bool { ["insert", "update", "delete"].contains { holds($0, table) } }
    var linked: Set<String> = []
    for (child, parent) in links {
      if writes(child) { linked.insert(parent) }
      if writes(parent) { linked.insert(child) }
    }
    mayRead = { table, column in
      if underViews.contains(table) || linked.contains(table) { return true }
      guard let relation = catalog.relations[table] else { return true }
      if privileges.allows(role, "select", .table, table) { return true }
      let readable = relation.columns.filter { privileges.allows(role, "select", .table, table, column: $0.name) }
      // Who writes a table reads its columns on the way.
      guard !readable.isEmpty else { return writes(table) }
      // No column at all, as in count(*), and the row's number need one that may be read.
      return readable.contains { $0.name == column } || !relation.columns.contains { $0.name == column }
    }
    mayWrite = { table, privilege in linked.contains(table) || holds(privilege, table) }
  }

  /// Prepares with SQLite asking here for each table.
  func prepare(_ sql: String, _ connection: Connection) throws -> PreparedStatement {
    let callback:
      @convention(c) (
        UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafePointer<CChar>?
      ) -> Int32 = { context, action, table, column, _, via in
        guard let context, let table, via == nil else { return SQLITE_OK }
        let statementGuard = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
        return statementGuard.permits(action, table, column) ? SQLITE_OK : SQLITE_DENY
      }
    sqlite3_set_authorizer(connection.handle, callback, Unmanaged.passUnretained(self).toOpaque())
    defer { sqlite3_set_authorizer(connection.handle, nil, nil) }
    do {
      return try connection.prepare(sql)
    } catch {
      throw refusal ?? error
    }
  }

  private func permits(_ action: Int32, _ name: UnsafePointer<CChar>, _ column: UnsafePointer<CChar>?) -> Bool {
    let privilege: String
    switch action {
    case SQLITE_READ: privilege = "select"
    case SQLITE_INSERT: privilege = "insert"
    case SQLITE_UPDATE: privilege = "update"
    case SQLITE_DELETE: privilege = "delete"
    default: return true
    }
    let table = String(cString: name)
    if privilege == "select" {
      if mayRead(table, column.map { String(cString: $0) } ?? "") { return true }
    } else if Self.sealed.contains(table) {
      refusal = Self.sealedError(table)
      return false
    } else if isAudited, table == AuditLog.relation, privilege != "insert" {
      refusal = SQLError(.insufficientPrivilege, "\(table) is append-only: nobody changes or deletes its entries")
      return false
    } else if mayWrite(table, privilege) {
      return true
    }
    let relation = table.split(separator: ".", maxSplits: 1).last.map(String.init) ?? table
    refusal = SQLError(.insufficientPrivilege, "permission denied for table \(relation)")
    return false
  }
}

extension Connection {
  /// Prepares the text of a statement that came as PostgreSQL SQL.
  func prepareGuarded(_ compiled: CompiledStatement) throws -> PreparedStatement {
    let isOwner = session.role == Privileges.owner
    if compiled.kind == .query && isOwner { return try prepare(compiled.sql) }
    let links = isOwner || compiled.kind == .query ? [] : try foreignKeyLinks()
    return try StatementGuard(role: session.role, catalog: database.catalog(self), links: links)
      .prepare(compiled.sql, self)
  }

  private func foreignKeyLinks() throws -> [(String, String)] {
    try rows(
      """
      select t.name, k."table" from sqlite_schema t, pragma_foreign_key_list(t.name) k
      where t.type = 'table' and t.name not like 'engine.%'
      """
    ).map { ($0[0].text ?? "", $0[1].text ?? "") }
  }
}

extension StorageCatalog {
  /// The tables whose rows a view shows, over any number of views.
  fileprivate func tables(under view: Relation) -> Set<String> {
    var tables: Set<String> = []
    var seen: Set<String> = [view.qualifiedName]
    var open = [view]
    while let relation = open.popLast() {
      guard relation.kind == .view, let text = relation.definition,
        case .query(let query)? = try? Parser.parseStatement(text).kind
      else {
        tables.insert(relation.qualifiedName)
        continue
      }
      for name in Compiler.dependencies(of: query) {
        guard let next = self.relation(schema: name.schema, name: name.name) else { continue }
        if seen.insert(next.qualifiedName).inserted { open.append(next) }
      }
    }
    return tables
  }
}
