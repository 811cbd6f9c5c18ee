import PostgresDialect

/// ALTER TABLE: what changes constraints.
extension DefinitionExecutor {
  /// Adds a constraint that the rows which are there must satisfy, unless it is NOT VALID.
  func addConstraint(_ written: TableConstraint, to relation: Relation) throws {
    var new = try connection.compiler().constraint(written, on: relation, sql: sql)
    guard let constraint = new.constraints.last, new.constraints.count > relation.constraints.count else { return }
    switch constraint.kind {
    case .check:
      if !written.isNotValid { try checkRows(constraint, relation) }
      try rewriteDefinition(new)
    case .foreignKey:
      if !written.isNotValid { try checkReferences(constraint, relation) }
      try rewriteDefinition(new)
    case .unique:
      try makeUniqueIndex(constraint, on: new)
    case .primaryKey:
      try checkNoDuplicates(constraint, relation)
      try checkNoNulls(constraint.columns, relation)
      // The number of a serial column stays with its sequence.
      if let key = new.rowKey, let sequence = try catalog.sequence(numbering: key.name, of: relation),
        sequence.owner?.isRowKey == false, let place = new.columns.firstIndex(of: key)
      {
        new.columns[place].defaultExpression = "nextval(" + SQLitePrinter.literal(sequence.writtenName) + ")"
      }
      try rebuild(relation, as: new)
    }
    try replaceRecord(of: relation, by: new)
  }

  private func checkNoDuplicates(_ constraint: RelationConstraint, _ relation: Relation) throws {
    let list = constraint.columns.map(SQLitePrinter.quoted).joined(separator: ", ")
    let given = constraint.columns.map { SQLitePrinter.quoted($0) + " is not null" }.joined(separator: " and ")
    let table = SQLitePrinter.quoted(relation.storageName)
    if try connection.value("select 1 from \(table) where \(given) group by \(list) having count(*) > 1 limit 1")
      != .null
    {
      throw try duplicate(constraint.columns, constraint.name, relation)
    }
  }

  /// - Throws: 23514.
  private func checkRows(_ constraint: RelationConstraint, _ relation: Relation) throws {
    let query = try connection.compiler().violationSQL(of: constraint, on: relation)
    guard try connection.value(query) != .null else { return }
    throw SQLError(
      .checkViolation,
      "check constraint \"\(constraint.name)\" of relation \"\(relation.name)\" is violated by some row",
      at: statement.range)
  }

  /// - Throws: 23503 with the key that is missing.
  private func checkReferences(_ constraint: RelationConstraint, _ relation: Relation) throws {
    guard let reference = constraint.reference else { return }
    let child = constraint.columns.map { "c." + SQLitePrinter.quoted($0) }
    let parent = reference.columns.map { "p." + SQLitePrinter.quoted($0) }
    let given = child.map { $0 + " is not null" }.joined(separator: " and ")
    let same = zip(parent, child).map { "\($0) = \($1)" }.joined(separator: " and ")
    let row = try connection.rows(
      """
      select \(child.joined(separator: ", ")) from \(SQLitePrinter.quoted(relation.storageName)) as c
      where \(given) and not exists (
        select 1 from \(SQLitePrinter.quoted(Relation.storageName(schema: reference.schema, name: reference.relation)))
        as p where \(same)) limit 1
      """
    ).first
    guard let row else { return }
    let key = relation.keyText(constraint.columns, row, zone: connection.timeZone)
    throw SQLError(
      .foreignKeyViolation,
      "insert or update on table \"\(relation.name)\" violates foreign key constraint \"\(constraint.name)\"",
      detail: "Key \(key) is not present in table \"\(reference.relation)\".", at: statement.range)
  }

  func validateConstraint(_ name: Identifier, of relation: Relation) throws {
    guard let constraint = relation.constraint(named: name.name) else { throw missingConstraint(name, relation) }
    switch constraint.kind {
    case .check: try checkRows(constraint, relation)
    case .foreignKey: try checkReferences(constraint, relation)
    default:
      throw SQLError(
        .wrongObjectType,
        "constraint \"\(name.name)\" of relation \"\(relation.name)\" is not a foreign key or check constraint",
        at: name.range)
    }
  }

  private func missingConstraint(_ name: Identifier, _ relation: Relation) -> SQLError {
    SQLError(
      .undefinedObject, "constraint \"\(name.name)\" of relation \"\(relation.name)\" does not exist", at: name.range)
  }

  func dropConstraint(_ name: Identifier, ifExists: Bool, cascade: Bool, of relation: Relation) throws {
    guard relation.constraint(named: name.name) != nil else {
      let error = missingConstraint(name, relation)
      if ifExists { return notice(error.message + ", skipping") }
      throw error
    }
    try remove([.constraint(name.name, of: relation)], cascade: cascade)
  }

  func renameConstraint(_ name: Identifier, to newName: Identifier, of relation: Relation) throws {
    guard let place = relation.constraints.firstIndex(where: { $0.name == name.name }) else {
      throw SQLError(
        .undefinedObject, "constraint \"\(name.name)\" for table \"\(relation.name)\" does not exist", at: name.range)
    }
    try checkLedger(.relation(relation), verb: "alter")
    let old = relation.constraints[place]
    if old.isUniqueKey {
      try checkFree(newName, in: relation.schema)
    } else if relation.constraint(named: newName.name) != nil {
      throw SQLError(
        .duplicateObject, "constraint \"\(newName.name)\" for relation \"\(relation.name)\" already exists",
        at: newName.range)
    }
    var new = relation
    new.constraints[place].name = newName.name
    if old.kind == .unique {
      let index = Relation.storageName(schema: relation.schema, name: old.name)
      guard
        try connection.value("select 1 from sqlite_schema where type = 'index' and name = ?1", [.text(index)]) != .null
      else {
        try rebuild(relation, as: new)
        return try replaceRecord(of: relation, by: new)
      }
      try connection.run("drop index " + SQLitePrinter.quoted(index))
      try makeUniqueIndex(new.constraints[place], on: new)
    } else {
      try rewriteDefinition(new)
    }
    try replaceRecord(of: relation, by: new)
  }
}
