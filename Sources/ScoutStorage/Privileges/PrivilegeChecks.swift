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
      if privilege == "select",
        relation.columns.contains(where: {
          privileges.allows(role, privilege, .table, relation.qualifiedName, column: $0.name)
        })
      {
        return
      }
      let kind = relation.kind == .table ? "table" : relation.kind.rawValue
      throw SQLError(.insufficientPrivilege, "permission denied for \(kind) \(relation.name)", at: name.range)
    }
    func read(_ query: Query?) throws {
      guard let query else { return }
      for name in Compiler.dependencies(of: query) { try require(name, "select") }
      for table in query.with?.tables ?? [] { try check(table.statement) }
    }
    /// What a statement reads beside its target, as a query.
    func readParts(_ expressions: [Expression?], from: [TableExpression] = [], with: WithClause?) throws {
      let select = Select(
        items: expressions.compactMap { $0.map { SelectItem(expression: $0) } }, from: from, range: statement.range)
      try read(Query(with: with, body: .select(select), range: statement.range))
    }
    func check(_ statement: Statement) throws {
      switch statement.kind {
      case .query(let query): try read(query)
      case .insert(let insert):
        let relation = catalog.relation(schema: insert.table.schema, name: insert.table.name)
        let columns = insert.columns.isEmpty ? relation?.columns.map(\.name) ?? [] : insert.columns.map(\.name)
        try require(insert.table, "insert", columns: columns)
        if case .query(let source) = insert.source { try read(source) }
        if case .update(let assignments, let condition)? = insert.onConflict?.action {
          try require(insert.table, "update", columns: assignments.flatMap { $0.columns.map(\.name) })
          try require(insert.table, "select")
          try readParts(assignments.map(\.value) + [condition], with: nil)
        }
        if !insert.returning.isEmpty { try require(insert.table, "select") }
        try readParts(insert.returning.map(\.expression), with: insert.with)
      case .update(let update):
        try require(update.table, "update", columns: update.assignments.flatMap { $0.columns.map(\.name) })
        if update.condition != nil || !update.returning.isEmpty { try require(update.table, "select") }
        try readParts(
          update.assignments.map(\.value) + [update.condition] + update.returning.map(\.expression), from: update.from,
          with: update.with)
      case .delete(let delete):
        try require(delete.table, "delete")
        if delete.condition != nil || !delete.returning.isEmpty { try require(delete.table, "select") }
        try readParts([delete.condition] + delete.returning.map(\.expression), from: delete.using, with: delete.with)
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
