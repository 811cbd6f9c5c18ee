import PostgresDialect

/// Changes of tables that SQLite has no statement for.
///
/// Constraints and NOT NULL are only text to SQLite: the text is replaced in `sqlite_schema`, which is quick and leaves
/// the rows where they are. What changes the stored rows makes the table again.
/// Source: <https://sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes>
extension DefinitionExecutor {
  /// Replaces the definition of a table by one that stores rows in the same way.
  func rewriteDefinition(_ relation: Relation) throws {
    // A file from before constraints had a catalog has its unique keys inside the table.
    let hasInnerKeys =
      try connection.value(
        "select 1 from pragma_index_list(?1) where origin = 'u'", [.text(relation.storageName)]) != .null
    if hasInnerKeys { return try rebuild(relation, as: relation) }
    let text = try connection.compiler().tableSQL(relation)[0]
    try replaceSchemaText([(relation.storageName, text)])
  }

  func replaceSchemaText(_ texts: [(table: String, sql: String)]) throws {
    try connection.run("pragma writable_schema = on")
    for (table, text) in texts {
      try connection.run(
        "update sqlite_schema set sql = ?2 where type = 'table' and name = ?1", [.text(table), .text(text)])
    }
    // Other connections, which may be other processes', read the schema again too.
    let version = try connection.value("pragma schema_version").integer ?? 0
    try connection.run("pragma schema_version = \(version + 1)")
    // Reads the schema again, and switches the permission off.
    try connection.run("pragma writable_schema = reset")
  }

  /// Takes the foreign keys to a table that goes out of SQLite's text; the catalog is not touched.
  func rewriteSchema(of child: Relation, without target: String) throws {
    var child = child
    child.constraints.removeAll { $0.reference?.qualifiedName == target }
    try rewriteDefinition(child)
  }

  /// Makes the table again with other columns or keys and moves the rows over.
  ///
  /// - Parameter values: What the new table's columns hold that do not keep their value.
  /// - Throws: 23502, 23505 or 23514 when the rows do not fit the new table.
  func rebuild(_ old: Relation, as new: Relation, values: [String: RefilledValue] = [:]) throws {
    let table = old.storageName
    let aside = table + ":old"
    let compiler = try connection.compiler()
    let triggers = try connection.rows(
      "select sql from sqlite_schema where type = 'trigger' and tbl_name = ?1 order by rowid", [.text(table)])
    let children = try catalog.relations.values.filter { other in
      other.qualifiedName != old.qualifiedName
        && other.constraints.contains { $0.reference?.qualifiedName == old.qualifiedName }
    }
    for name in try connection.rows(
      "select name from sqlite_schema where type = 'trigger' and tbl_name = ?1", [.text(table)])
    {
      try connection.run("drop trigger " + SQLitePrinter.quoted(name[0].text ?? ""))
    }
    // The other tables' foreign keys follow the table under its new name, so that dropping it would empty them …
    try connection.run(
      "alter table \(SQLitePrinter.quoted(table)) rename to \(SQLitePrinter.quoted(aside))")
    let statements = try compiler.tableSQL(new)
    try connection.run(statements[0])
    if let refill = try compiler.compileRefill(of: old, storedAs: aside, as: new, values: values) {
      try namingRows(of: new) { _ = try connection.execute(refill) }
    }
    // … hence they are pointed to the new one before.
    try replaceSchemaText(
      try children.map { child in (child.storageName, try compiler.tableSQL(child)[0]) })
    if new.rowKey != nil {
      let last = try connection.value("select seq from sqlite_sequence where name = ?1", [.text(aside)])
      if last != .null {
        try connection.run("delete from sqlite_sequence where name = ?1", [.text(table)])
        try connection.run("insert into sqlite_sequence (name, seq) values (?1, ?2)", [.text(table), last])
      }
    }
    try connection.run("drop table " + SQLitePrinter.quoted(aside))
    for constraint in new.constraints where constraint.kind == .unique { try makeUniqueIndex(constraint, on: new) }
    for index in new.indexes { try makeIndex(index, on: new) }
    // The engine's own triggers name all columns.
    let isSameRow = old.columns.map(\.name) == new.columns.map(\.name)
    for trigger in triggers {
      let text = trigger[0].text ?? ""
      if isSameRow || !text.contains("engine trigger ") { try connection.run(text) }
    }
  }

  /// Runs what writes rows that were there before, and says of a violated constraint that some row violates it.
  func namingRows(of relation: Relation, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SQLError {
      let name = error.message.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
      switch error.state {
      case .notNullViolation:
        throw SQLError(
          .notNullViolation, "column \"\(name)\" of relation \"\(relation.name)\" contains null values",
          at: statement.range)
      case .checkViolation where error.message.hasPrefix("new row for relation"):
        let check = error.message.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
        throw SQLError(
          .checkViolation, "check constraint \"\(check)\" of relation \"\(relation.name)\" is violated by some row",
          at: statement.range)
      default: throw error
      }
    }
  }

  /// Makes the unique index behind a UNIQUE constraint.
  ///
  /// - Throws: 23505 with the key that is there twice.
  func makeUniqueIndex(_ constraint: RelationConstraint, on relation: Relation) throws {
    let sql = try connection.compiler().uniqueIndexSQL(constraint, on: relation)
    do {
      try connection.run(sql)
    } catch let error as SQLError where error.state == .uniqueViolation {
      throw try duplicate(constraint.columns, constraint.name, relation)
    }
  }

  /// Makes an index.
  ///
  /// - Throws: 23505 with the key that is there twice.
  func makeIndex(_ index: RelationIndex, on relation: Relation) throws {
    do {
      try connection.run(try connection.compiler().indexSQL(index, on: relation))
    } catch let error as SQLError where error.state == .uniqueViolation {
      guard let columns = index.columns, index.condition == nil else {
        throw SQLError(
          .uniqueViolation, "could not create unique index \"\(index.name)\"", at: statement.range)
      }
      throw try duplicate(columns, index.name, relation)
    }
  }

  /// `Key (a)=(1) is duplicated.`
  func duplicate(_ columns: [String], _ index: String, _ relation: Relation) throws -> SQLError {
    let list = columns.map(SQLitePrinter.quoted).joined(separator: ", ")
    let table = SQLitePrinter.quoted(relation.storageName)
    let given = columns.map { SQLitePrinter.quoted($0) + " is not null" }.joined(separator: " and ")
    let row = try connection.rows(
      "select \(list) from \(table) where \(given) group by \(list) having count(*) > 1 limit 1"
    ).first
    return SQLError(
      .uniqueViolation, "could not create unique index \"\(index)\"",
      detail: row.map { "Key \(relation.keyText(columns, $0, zone: connection.timeZone)) is duplicated." },
      at: statement.range)
  }

  /// Removes a constraint from a table that stays.
  func removeConstraint(_ name: String, of relation: Relation, droppedTables: [CatalogObject] = []) throws {
    guard var current = try catalog.relations[relation.qualifiedName],
      let constraint = current.constraint(named: name)
    else { return }
    let old = current
    current.constraints.removeAll { $0.name == name }
    if constraint.kind == .primaryKey {
      current.primaryKey = []
      try detachRowKey(of: old, in: &current)
      try rebuild(old, as: current)
    } else if constraint.kind == .unique {
      let index = Relation.storageName(schema: relation.schema, name: name)
      if try connection.value("select 1 from sqlite_schema where type = 'index' and name = ?1", [.text(index)]) != .null
      {
        try connection.run("drop index " + SQLitePrinter.quoted(index))
      } else {
        try rebuild(old, as: current)
      }
    } else {
      try rewriteDefinition(current)
    }
    try replaceRecord(of: old, by: current)
  }

  /// Numbers a column by its sequence that was SQLite's rowid and will not be it any more.
  func detachRowKey(of old: Relation, in new: inout Relation) throws {
    guard let key = old.rowKey, let place = new.columns.firstIndex(where: { $0.name == key.name }),
      var sequence = try catalog.sequence(numbering: key.name, of: old)
    else { return }
    let value = try connection.storedValue(sequence)
    try connection.forgetSequence(sequence)
    sequence.owner?.isRowKey = false
    try connection.recordSequence(sequence)
    if let value { try connection.store(sequence, value.last, isCalled: value.isCalled) }
    connection.database.invalidateCatalog()
    if new.columns[place].isIdentity {
      new.columns[place].defaultExpression = "nextval(" + SQLitePrinter.literal(sequence.writtenName) + ")"
    }
  }

  /// Records a changed relation in the place of the old one.
  func replaceRecord(of old: Relation, by new: Relation) throws {
    let origin = try connection.value(
      "select origin from \"engine.relations\" where schema = ?1 and name = ?2", [.text(old.schema), .text(old.name)])
    try connection.forgetRelation(old)
    try connection.recordRelation(new, origin: origin.text ?? "sql")
    connection.database.invalidateCatalog()
  }
}
