import PostgresDialect

/// New names for relations, columns and schemas: everything stored that says the old name says the new one afterwards.
///
/// PostgreSQL's catalogs refer by number; here defaults, conditions, views and triggers are texts, so they are changed.
extension DefinitionExecutor {
  // MARK: Columns

  func renameColumn(_ name: Identifier, to newName: Identifier, of relation: Relation) throws {
    guard let place = relation.columns.firstIndex(where: { $0.name == name.name }) else {
      throw SQLError(.undefinedColumn, "column \"\(name.name)\" does not exist", at: name.range)
    }
    if relation.columns.contains(where: { $0.name == newName.name }) {
      throw SQLError(
        .duplicateColumn, "column \"\(newName.name)\" of relation \"\(relation.name)\" already exists",
        at: newName.range)
    }
    let (old, new) = (name.name, newName.name)
    let views = try viewsAfterRenaming(old, to: new, of: relation)
    let catalog = try catalog
    func renamed(_ columns: [String]) -> [String] { columns.map { $0 == old ? new : $0 } }
    var changed = relation
    changed.columns[place].name = new
    changed.primaryKey = renamed(relation.primaryKey)
    for index in changed.columns.indices {
      if let text = changed.columns[index].generatedExpression {
        changed.columns[index].generatedExpression = try RenamedText.expression(text, column: old, to: new)
      }
    }
    for index in changed.constraints.indices {
      changed.constraints[index].columns = renamed(changed.constraints[index].columns)
      if let text = changed.constraints[index].expression {
        changed.constraints[index].expression = try RenamedText.expression(text, column: old, to: new)
      }
    }
    for index in changed.indexes.indices {
      for key in changed.indexes[index].keys.indices {
        let text = changed.indexes[index].keys[key].expression
        changed.indexes[index].keys[key].expression = try RenamedText.expression(text, column: old, to: new)
        if changed.indexes[index].keys[key].column == old { changed.indexes[index].keys[key].column = new }
      }
      if let text = changed.indexes[index].condition {
        changed.indexes[index].condition = try RenamedText.expression(text, column: old, to: new)
      }
    }
    if relation.kind != .view {
      try connection.run(
        """
        alter table \(SQLitePrinter.quoted(relation.storageName)) rename column \(SQLitePrinter.quoted(old))
        to \(SQLitePrinter.quoted(new))
        """)
    }
    try replaceRecord(of: relation, by: changed)
    for other in catalog.relations.values.sorted(by: { $0.qualifiedName < $1.qualifiedName }) {
      try renameReferences(in: other.qualifiedName) { reference in
        if reference.qualifiedName == relation.qualifiedName { reference.columns = renamed(reference.columns) }
      }
    }
    for view in views { try replaceDefinition(of: view.relation, by: view.definition) }
    let key: [SQLValue] = [.text(relation.schema), .text(relation.name), .text(old), .text(new)]
    try connection.run(
      "update \"engine.sequences\" set owner_column = ?4 where schema = ?1 and owner_relation = ?2 and owner_column = ?3",
      key)
    for table in ["comments", "grants"] {
      try connection.run(
        "update \"engine.\(table)\" set part = ?3 where kind = ?4 and object = ?1 and part = ?2",
        [
          .text(relation.qualifiedName), .text(old), .text(new),
          .text(table == "grants" ? "table" : relation.kind.rawValue),
        ])
    }
    try changeTriggers(of: relation, to: changed) { try RenamedText.trigger($0, column: old, to: new) }
  }

  /// The queries of the views that use a column, under its new name.
  private func viewsAfterRenaming(_ column: String, to name: String, of relation: Relation) throws
    -> [(relation: Relation, definition: String)]
  {
    try views(using: column, of: relation).map { view in
      let origin = ColumnOrigin(relation: relation.qualifiedName, column: column)
      guard
        let definition = try RenamedText.query(
          view.definition ?? "", try uses(of: view), column: origin, to: name)
      else {
        throw SQLError(
          .featureNotSupported,
          "renaming a column that \(CatalogObject.relation(view).description) uses by USING, NATURAL or * is not supported",
          hint: "Drop the view, rename the column and create the view again.", at: statement.range)
      }
      return (view, definition)
    }
  }

  /// Changes the foreign keys of a relation in the catalog; SQLite's own follow by themselves.
  private func renameReferences(
    in name: String, _ change: (inout RelationConstraint.Reference) -> Void
  ) throws {
    guard let old = try catalog.relations[name] else { return }
    var new = old
    for index in new.constraints.indices {
      guard var reference = new.constraints[index].reference else { continue }
      change(&reference)
      new.constraints[index].reference = reference
    }
    if new != old { try replaceRecord(of: old, by: new) }
  }

  /// - Throws: 0A000 when the new text gives other columns.
  private func replaceDefinition(of view: Relation, by definition: String) throws {
    guard let old = try catalog.relations[view.qualifiedName] else { return }
    var new = old
    new.definition = definition
    try replaceRecord(of: old, by: new)
    do {
      _ = try connection.compiler().compileQuery(definition)
    } catch let error as SQLError {
      throw SQLError(
        .featureNotSupported, "\(CatalogObject.relation(view).description) cannot follow the new name",
        detail: error.message, hint: "Drop the view first and create it again.", at: statement.range)
    }
  }

  private func changeTriggers(of old: Relation, to new: Relation, _ change: (String) throws -> String) throws {
    guard let triggers = try catalog.triggers[old.qualifiedName] else { return }
    for trigger in triggers {
      try connection.run(
        "update \"engine.triggers\" set schema = ?2, relation = ?3, source = ?4 where id = ?1",
        [.integer(trigger.id), .text(new.schema), .text(new.name), .text(try change(trigger.source))])
    }
    connection.database.invalidateCatalog()
    if old.qualifiedName != new.qualifiedName { try connection.installTriggers(old.qualifiedName) }
    try connection.installTriggers(new.qualifiedName)
  }

  // MARK: Relations

  func rename(_ relation: Relation, to name: Identifier) throws {
    try checkFree(name, in: relation.schema)
    var new = relation
    new.name = name.name
    try replaceName(of: relation, by: new)
  }

  /// SET SCHEMA: the relation moves with its indexes and the sequences that it owns.
  func move(_ relation: Relation, to schema: Identifier) throws {
    guard try catalog.hasSchema(schema.name) else { throw missingSchema(schema) }
    guard !["pg_catalog", "information_schema"].contains(schema.name) else {
      throw SQLError(.insufficientPrivilege, "permission denied for schema \(schema.name)", at: schema.range)
    }
    guard schema.name != relation.schema else { return }
    try checkFree(Identifier(relation.name, at: schema.range), in: schema.name, mentioningSchema: true)
    let parts = relation.indexes.map(\.name) + relation.constraints.filter(\.isUniqueKey).map(\.name)
    for part in parts { try checkFree(Identifier(part, at: schema.range), in: schema.name, mentioningSchema: true) }
    var new = relation
    new.schema = schema.name
    for index in new.indexes.indices { new.indexes[index].schema = schema.name }
    try replaceName(of: relation, by: new)
  }

  /// Gives a relation another name, another schema, or both.
  func replaceName(of old: Relation, by wanted: Relation) throws {
    var new = wanted
    for index in new.constraints.indices {
      if let text = new.constraints[index].expression {
        new.constraints[index].expression = try RenamedText.unqualified(text)
      }
      if new.constraints[index].reference?.qualifiedName == old.qualifiedName {
        new.constraints[index].reference?.schema = new.schema
        new.constraints[index].reference?.relation = new.name
      }
    }
    for index in new.columns.indices {
      if let text = new.columns[index].generatedExpression {
        new.columns[index].generatedExpression = try RenamedText.unqualified(text)
      }
    }
    for index in new.indexes.indices {
      for key in new.indexes[index].keys.indices {
        new.indexes[index].keys[key].expression = try RenamedText.unqualified(new.indexes[index].keys[key].expression)
      }
      new.indexes[index].condition = try new.indexes[index].condition.map { try RenamedText.unqualified($0) }
    }
    let catalog = try catalog
    let views = try dependentViews(of: old).map { view in
      (
        view,
        try RenamedText.query(view.definition ?? "", try uses(of: view), relation: old, to: new) { name in
          catalog.relation(schema: name.schema, name: name.name)?.qualifiedName == old.qualifiedName
        }
      )
    }
    if old.kind != .view {
      try connection.run(
        "alter table \(SQLitePrinter.quoted(old.storageName)) rename to \(SQLitePrinter.quoted(new.storageName))")
      try replaceIndexes(of: old, by: new)
    }
    try replaceRecord(of: old, by: new)
    for other in catalog.relations.values.sorted(by: { $0.qualifiedName < $1.qualifiedName }) {
      try renameReferences(in: other.qualifiedName) { reference in
        guard reference.qualifiedName == old.qualifiedName else { return }
        reference.schema = new.schema
        reference.relation = new.name
      }
    }
    // Inside the table the constraints are named after it.
    if old.kind == .table { try rewriteDefinition(new) }
    for (view, definition) in views { try replaceDefinition(of: view, by: definition) }
    for sequence in catalog.sequences.values
    where sequence.schema == old.schema && sequence.owner?.relation == old.name {
      var moved = sequence
      moved.schema = new.schema
      moved.owner?.relation = new.name
      try replace(sequence, by: moved)
    }
    try moveComments(old.kind.rawValue, old.qualifiedName, to: new.qualifiedName)
    try moveGrants("table", old.qualifiedName, to: new.qualifiedName)
    try changeTriggers(of: old, to: new) { try RenamedText.trigger($0, table: new) }
  }

  /// An index has the name of its schema in SQLite.
  private func replaceIndexes(of old: Relation, by new: Relation) throws {
    guard old.schema != new.schema else { return }
    for index in old.indexes { try connection.run("drop index " + SQLitePrinter.quoted(index.storageName)) }
    for index in new.indexes { try connection.run(try connection.compiler().indexSQL(index, on: new)) }
    for constraint in new.constraints where constraint.kind == .unique {
      let index = Relation.storageName(schema: old.schema, name: constraint.name)
      try connection.run("drop index if exists " + SQLitePrinter.quoted(index))
      try makeUniqueIndex(constraint, on: new)
    }
  }

  func moveComments(_ kind: String, _ old: String, to new: String) throws {
    try connection.run(
      "update \"engine.comments\" set object = ?3 where kind = ?1 and object = ?2",
      [.text(kind), .text(old), .text(new)])
  }

  private func moveGrants(_ kind: String, _ old: String, to new: String) throws {
    try connection.run(
      "update \"engine.grants\" set object = ?3 where kind = ?1 and object = ?2",
      [.text(kind), .text(old), .text(new)])
  }

  // MARK: Sequences

  /// Records a sequence under another name, with its value, and changes the defaults that take from it.
  func replace(_ old: SequenceDefinition, by new: SequenceDefinition) throws {
    let users = try catalog.relations.values.filter { relation in
      try relation.columns.contains { column in
        guard let text = column.defaultExpression, text.contains("nextval") else { return false }
        return Self.sequenceName(in: text, try catalog)?.qualifiedName == old.qualifiedName
      }
    }.map(\.qualifiedName).sorted()
    var places: [(relation: String, column: String)] = []
    for name in users {
      for column in try catalog.relations[name]?.columns ?? [] {
        guard let text = column.defaultExpression, text.contains("nextval"),
          Self.sequenceName(in: text, try catalog)?.qualifiedName == old.qualifiedName
        else { continue }
        places.append((name, column.name))
      }
    }
    let value = new.owner?.isRowKey == true ? nil : try connection.storedValue(old)
    try connection.forgetSequence(old)
    try connection.recordSequence(new)
    if let value { try connection.store(new, value.last, isCalled: value.isCalled) }
    connection.session.renameSequence(old.qualifiedName, to: new.qualifiedName)
    connection.database.invalidateCatalog()
    for place in places {
      guard let relation = try catalog.relations[place.relation] else { continue }
      try connection.run(
        "update \"engine.columns\" set default_expression = ?4 where schema = ?1 and relation = ?2 and name = ?3",
        [
          .text(relation.schema), .text(relation.name), .text(place.column),
          .text("nextval(" + SQLitePrinter.literal(new.writtenName) + ")"),
        ])
    }
    connection.database.invalidateCatalog()
    try moveComments("sequence", old.qualifiedName, to: new.qualifiedName)
    try moveGrants("sequence", old.qualifiedName, to: new.qualifiedName)
  }

  // MARK: Schemas

  func renameSchema(_ name: Identifier, to newName: Identifier) throws -> QueryResult {
    guard try catalog.schemas.contains(name.name) else { throw missingSchema(name) }
    if try catalog.hasSchema(newName.name) {
      throw SQLError(.duplicateSchema, "schema \"\(newName.name)\" already exists", at: newName.range)
    }
    try checkSchemaName(newName)
    let origins = try connection.value(
      "select 1 from \"engine.relations\" where schema = ?1 and origin <> 'sql' limit 1", [.text(name.name)])
    guard !["public", "pg_catalog", "information_schema", "scout", "deep_research"].contains(name.name),
      origins == .null
    else {
      throw SQLError(
        .featureNotSupported, "renaming the schema \"\(name.name)\" is not supported",
        hint: "The engine's own relations are in it.", at: name.range)
    }
    try connection.run("insert into \"engine.schemas\" (name) values (?1)", [.text(newName.name)])
    connection.database.invalidateCatalog()
    for relation in try catalog.relations.values.filter({ $0.schema == name.name })
      .sorted(by: { $0.qualifiedName < $1.qualifiedName })
    {
      guard let current = try catalog.relations[relation.qualifiedName] else { continue }
      try move(current, to: newName)
    }
    for sequence in try catalog.sequences.values where sequence.schema == name.name {
      var moved = sequence
      moved.schema = newName.name
      try replace(sequence, by: moved)
    }
    let key: [SQLValue] = [.text(name.name), .text(newName.name)]
    try connection.run("update \"engine.routines\" set schema = ?2 where schema = ?1", key)
    try connection.run("update \"engine.triggers\" set function_schema = ?2 where function_schema = ?1", key)
    try connection.run("update \"engine.types\" set schema = ?2 where schema = ?1", key)
    try connection.run("delete from \"engine.schemas\" where name = ?1", [key[0]])
    connection.database.invalidateCatalog()
    try moveComments("schema", name.name, to: newName.name)
    try moveGrants("schema", name.name, to: newName.name)
    return done("ALTER SCHEMA")
  }
}
