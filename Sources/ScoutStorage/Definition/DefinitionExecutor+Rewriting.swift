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

  private func replaceSchemaText(_ texts: [(table: String, sql: String)]) throws {
    try connection.run("pragma writable_schema = on")
    for (table, text) in texts {
      try connection.run(
        "update sqlite_schema set sql = ?2 where type = 'table' and name = ?1", [.text(table), .text(text)])
    }
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
  /// - Parameter values: What the new table's columns hold, as SQLite SQL over the old one; a column that is left out
  ///   keeps its value.
  func rebuild(_ old: Relation, as new: Relation, values: [String: String] = [:]) throws {
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
    let columns = new.columns.filter { $0.generatedExpression == nil }
    if !columns.isEmpty {
      let names = columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
      let sources = columns.map { values[$0.name] ?? SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
      try connection.run(
        """
        insert into \(SQLitePrinter.quoted(table)) (\(names)) select \(sources)
        from \(SQLitePrinter.quoted(aside)) as \(SQLitePrinter.quoted(old.name)) order by _rowid_
        """)
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
    for sql in statements.dropFirst() { try connection.run(sql) }
    for index in new.indexes { try connection.run(try compiler.indexSQL(index, on: new)) }
    for trigger in triggers { try connection.run(trigger[0].text ?? "") }
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

  /// Records a changed relation in the place of the old one.
  func replaceRecord(of old: Relation, by new: Relation) throws {
    let origin = try connection.value(
      "select origin from \"engine.relations\" where schema = ?1 and name = ?2", [.text(old.schema), .text(old.name)])
    try connection.forgetRelation(old)
    try connection.recordRelation(new, origin: origin.text ?? "sql")
    connection.database.invalidateCatalog()
  }
}
