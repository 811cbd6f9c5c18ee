import PostgresDialect

extension Connection {
  /// Whether the session's role may run a statement, before it is compiled. A view gives its rows by its owner's rights.
  ///
  /// - Throws: 42501 for the first thing that it may not do.
  func checkPrivileges(_ statement: Statement) throws {
    let role = session.role
    guard role != Privileges.owner else { return }
    let catalog = try database.catalog(self)
    let privileges = catalog.privileges
    guard privileges.exists(role) else {
      throw SQLError(.undefinedObject, "role \"\(role)\" does not exist")
    }
    if privileges.isSuperuser(role) { return }
    func require(_ name: QualifiedName, _ privilege: String, columns: [String] = []) throws {
      guard let relation = catalog.relation(schema: name.schema, name: name.name) else { return }
      guard privileges.allows(role, "usage", .schema, relation.schema) else {
        throw SQLError(.insufficientPrivilege, "permission denied for schema \(relation.schema)", at: name.range)
      }
      if privileges.allows(role, privilege, .table, relation.qualifiedName) { return }
      if !columns.isEmpty,
        columns.allSatisfy({ privileges.allows(role, privilege, .table, relation.qualifiedName, column: $0) })
      {
        return
      }
      // Rights to single columns are looked at when SQLite asks for each column that the statement reads.
      if privilege == "select", columns.isEmpty,
        relation.columns.contains(where: {
          privileges.allows(role, privilege, .table, relation.qualifiedName, column: $0.name)
        })
      {
        return
      }
      let kind = relation.kind == .table ? "table" : relation.kind.rawValue
      throw SQLError(.insufficientPrivilege, "permission denied for \(kind) \(relation.name)", at: name.range)
    }
    /// What INSERT, UPDATE, DELETE and MERGE need on their targets, common tables first.
    func write(_ statement: Statement) throws {
      for table in statement.with?.tables ?? [] { try write(table.statement) }
      guard let target = statement.target else { return }
      for (privilege, columns) in statement.neededPrivileges(
        catalog.relation(schema: target.schema, name: target.name)?.columns.map(\.name) ?? [])
      {
        try require(target, privilege, columns: columns)
      }
    }
    func check(_ statement: Statement) throws {
      switch statement.kind {
      case .query, .insert, .update, .delete, .merge:
        try write(statement)
        for name in Compiler.dependencies(of: statement) { try require(name, "select") }
      case .truncate(let names, _, _):
        for name in names { try require(name, "truncate") }
      case .explain(let inner, _): try check(inner)
      case .set, .show, .transaction, .doBlock, .call, .grant, .createRole: break
      default:
        throw SQLError(
          .insufficientPrivilege, "permission denied: \(statement.commandName) needs the rights of the owner",
          at: statement.range)
      }
    }
    try check(statement)
  }

  /// Whether the session's role may call a function.
  func checkExecute(_ routine: Routine) throws {
    try checkExecute(schema: routine.schema, name: routine.name, routine.privilegeName)
  }

  /// Whether the session's role may call a function of the application's, and may itself do what the function does.
  func checkExecute(_ function: ApplicationFunction) throws {
    try checkExecute(schema: function.schema, name: function.name, function.privilegeName)
    let role = session.role
    guard role != Privileges.owner else { return }
    let privileges = try database.catalog(self).privileges
    for (privilege, relation) in function.needs
    where !privileges.allows(role, privilege.rawValue, .table, relation) {
      let name = relation.split(separator: ".").last ?? ""
      throw SQLError(.insufficientPrivilege, "permission denied for table \(name)")
    }
  }

  private func checkExecute(schema: String, name: String, _ privilegeName: String) throws {
    let role = session.role
    guard role != Privileges.owner else { return }
    let privileges = try database.catalog(self).privileges
    guard privileges.allows(role, "usage", .schema, schema) else {
      throw SQLError(.insufficientPrivilege, "permission denied for schema \(schema)")
    }
    guard privileges.allows(role, "execute", .function, privilegeName) else {
      throw SQLError(.insufficientPrivilege, "permission denied for function \(name)")
    }
  }
}

// MARK: - Functions that ask

extension FunctionRegistrar {
  /// `has_table_privilege` and its kin; the role may be left out.
  func registerPrivileges() {
    func asking(
      _ name: String, _ arity: Int,
      _ answer: @escaping (Connection, _ role: String, _ values: [String]) throws -> Bool
    ) {
      for count in [arity, arity + 1] {
        scalar("pg_\(name)", count, isPure: false) { call throws(SQLError) in
          let values = (0..<call.count).map(call.text)
          let isAllowed = try onConnection(call) { connection in
            let role = count > arity ? values[0] : call.session.role
            guard try connection.database.catalog(connection).privileges.exists(role) else {
              throw SQLError(.undefinedObject, "role \"\(role)\" does not exist")
            }
            return try answer(connection, role, Array(values.suffix(arity)))
          }
          call.result(isAllowed)
        }
      }
    }
    asking("has_table_privilege", 2) { connection, role, values in
      let relation = try connection.askedRelation(values[0])
      return try connection.holds(role, values[1], .table, relation.qualifiedName)
    }
    asking("has_column_privilege", 3) { connection, role, values in
      let relation = try connection.askedRelation(values[0])
      guard relation.columns.contains(where: { $0.name == values[1] }) else {
        throw SQLError(
          .undefinedColumn, "column \"\(values[1])\" of relation \"\(values[0])\" does not exist")
      }
      return try connection.holds(role, values[2], .table, relation.qualifiedName, column: values[1])
    }
    asking("has_schema_privilege", 2) { connection, role, values in
      guard try connection.database.catalog(connection).hasSchema(values[0]) else {
        throw SQLError(.invalidSchemaName, "schema \"\(values[0])\" does not exist")
      }
      return try connection.holds(role, values[1], .schema, values[0])
    }
    asking("has_sequence_privilege", 2) { connection, role, values in
      let name = values[0].contains(".") ? values[0] : "public." + values[0]
      return try connection.holds(role, values[1], .sequence, name)
    }
    asking("has_function_privilege", 2) { connection, role, values in
      let text = values[0]
      guard case .drop(let drop) = try Parser.parseStatement("drop function \(text)").kind,
        let name = drop.names.first,
        let function = try connection.grantedFunction(name, drop.signatures.first ?? nil)
      else { throw SQLError(.undefinedFunction, "function \"\(text)\" does not exist") }
      return try connection.holds(role, values[1], .function, function)
    }
    asking("has_role", 2) { connection, role, values in
      let privileges = try connection.database.catalog(connection).privileges
      guard privileges.exists(values[0]) else {
        throw SQLError(.undefinedObject, "role \"\(values[0])\" does not exist")
      }
      switch values[1].lowercased() {
      case "member": return privileges.isMember(role, of: values[0])
      case "usage":
        return privileges.isSuperuser(role) || privileges.effectiveRoles(role).contains(values[0])
      default:
        throw SQLError(.invalidParameterValue, "unrecognized privilege type: \"\(values[1])\"")
      }
    }
  }
}

extension Statement {
  /// What a writing statement needs on its target, and on which of its columns; an empty list means all.
  ///
  /// - Parameter all: The target's columns.
  ///   SQLite asks for no column that RETURNING has, so it is looked at here.
  fileprivate func neededPrivileges(_ all: [String]) -> [(privilege: String, columns: [String])] {
    func set(_ assignments: [Assignment]) -> [String] { assignments.flatMap { $0.columns.map(\.name) } }
    func inserted(_ columns: [Identifier]) -> [String] { columns.isEmpty ? all : columns.map(\.name) }
    var needed: [(privilege: String, columns: [String])] = []
    var reads = false
    var returned: [SelectItem] = []
    var names: Set<String?> = [nil, target?.name]
    switch kind {
    case .insert(let insert):
      needed.append(("insert", inserted(insert.columns)))
      if case .update(let assignments, _)? = insert.onConflict?.action {
        needed.append(("update", set(assignments)))
        reads = true
      }
      returned = insert.returning
      if let alias = insert.alias { names = [nil, alias.name] }
    case .update(let update):
      needed.append(("update", set(update.assignments)))
      reads = update.condition != nil
      returned = update.returning
      if let alias = update.alias { names = [nil, alias.name] }
      // What SET computes from columns, it reads.
      if update.from.isEmpty { reads = reads || update.assignments.contains { $0.value.usesColumns } }
    case .delete(let delete):
      needed.append(("delete", []))
      reads = delete.condition != nil
      returned = delete.returning
      if let alias = delete.alias { names = [nil, alias.name] }
    case .merge(let merge):
      reads = merge.on.usesColumns
      for branch in merge.branches {
        reads = reads || branch.condition?.usesColumns == true
        switch branch.action {
        case .insert(let columns, _, _): needed.append(("insert", inserted(columns)))
        case .update(let assignments):
          needed.append(("update", set(assignments)))
          reads = reads || assignments.contains { $0.value.usesColumns }
        case .delete: needed.append(("delete", []))
        case .nothing: break
        }
      }
    default: break
    }
    if reads { needed.append(("select", [])) }
    let columns = returned.flatMap { $0.expression.columns(of: names, all) }
    if !columns.isEmpty { needed.append(("select", columns)) }
    return needed
  }
}

extension Expression {
  /// The columns of a table that the expression has, outside of subqueries.
  ///
  /// - Parameter names: The table's names here; nil for a column without one.
  fileprivate func columns(of names: Set<String?>, _ all: [String]) -> [String] {
    switch kind {
    case .star(let table): names.contains(table?.name) ? all : []
    case .column(let name):
      // A table's name alone is its whole row.
      if name.parts.count == 1, names.contains(name.name), !all.contains(name.name) {
        all
      } else {
        all.contains(name.name) && names.contains(name.parts.dropLast().last?.name) ? [name.name] : []
      }
    default: parts.flatMap { $0.columns(of: names, all) }
    }
  }

  fileprivate var usesColumns: Bool {
    if case .column = kind { return true }
    return parts.contains { $0.usesColumns }
  }
}

extension Connection {
  fileprivate func askedRelation(_ text: String) throws -> Relation {
    guard case .column(let name) = try Parser.parseExpression(text).kind,
      let relation = try database.catalog(self).relation(schema: name.schema, name: name.name)
    else { throw SQLError(.undefinedTable, "relation \"\(text)\" does not exist") }
    return relation
  }

  /// Whether a role has one of the privileges in a list such as `select, update with grant option`.
  fileprivate func holds(
    _ role: String, _ list: String, _ kind: Privileges.Kind, _ object: String, column: String? = nil
  ) throws -> Bool {
    let privileges = try database.catalog(self).privileges
    let option = " with grant option"
    var holds = false
    for item in list.lowercased().split(separator: ",") {
      var name = String(item.drop { $0 == " " })
      while name.hasSuffix(" ") { name.removeLast() }
      let isOption = name.hasSuffix(option)
      if isOption { name.removeLast(option.count) }
      guard Privileges.all(kind).contains(name) else {
        throw SQLError(.invalidParameterValue, "unrecognized privilege type: \"\(item)\"")
      }
      if privileges.allows(role, name, kind, object, column: column, withGrantOption: isOption) { holds = true }
    }
    return holds
  }
}
