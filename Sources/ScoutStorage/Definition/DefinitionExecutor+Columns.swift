import PostgresDialect

/// ALTER TABLE: what changes columns.
extension DefinitionExecutor {
  /// The rows that are there get the default: a volatile one for each row anew.
  func addColumn(_ column: ColumnDefinition, ifNotExists: Bool, to relation: Relation) throws {
    if relation.columns.contains(where: { $0.name == column.name.name }) {
      let message = "column \"\(column.name.name)\" of relation \"\(relation.name)\" already exists"
      guard ifNotExists else { throw SQLError(.duplicateColumn, message, at: column.name.range) }
      return notice(message + ", skipping", .duplicateColumn)
    }
    let compiler = try connection.compiler()
    let definition = try compiler.column(column, addedTo: relation, sql: sql)
    var new = definition.relation
    var later: [TableConstraint] = []
    for constraint in column.constraints {
      if case .primaryKey = constraint.kind {
        new = try compiler.constraint(constraint, on: new, sql: sql)
      } else {
        later.append(constraint)
      }
    }
    for sequence in definition.sequences { try connection.recordSequence(sequence) }
    connection.database.invalidateCatalog()
    try change(relation, to: new, values: [column.name.name: .defaultValue])
    for constraint in later {
      guard let current = try catalog.relations[relation.qualifiedName] else { return }
      try addConstraint(constraint, to: current)
    }
  }

  /// Makes the table again under its new definition.
  func change(_ old: Relation, to new: Relation, values: [String: RefilledValue] = [:]) throws {
    try rebuild(old, as: new, values: values)
    try replaceRecord(of: old, by: new)
    if try catalog.triggers[new.qualifiedName] != nil { try connection.installTriggers(new.qualifiedName) }
  }

  // MARK: Dropping

  func dropColumn(_ name: Identifier, ifExists: Bool, cascade: Bool, of relation: Relation) throws {
    guard relation.columns.contains(where: { $0.name == name.name }) else {
      if ifExists {
        return notice("column \"\(name.name)\" of relation \"\(relation.name)\" does not exist, skipping")
      }
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" of relation \"\(relation.name)\" does not exist", at: name.range)
    }
    try remove([.column(name.name, of: relation)], cascade: cascade)
  }

  /// Removes a column with the constraints, indexes and sequences of its own table that need it.
  func removeColumn(_ name: String, of relation: Relation) throws {
    guard let old = try catalog.relations[relation.qualifiedName],
      old.columns.contains(where: { $0.name == name })
    else { return }
    guard old.columns.count > 1 else {
      throw SQLError(
        .featureNotSupported, "a table without columns is not supported", hint: "Drop the table.", at: statement.range)
    }
    let compiler = try connection.compiler()
    var new = old
    new.columns.removeAll { $0.name == name }
    new.constraints.removeAll { $0.columns.contains(name) || $0.reference.isSelf(old) && $0.references(name) }
    if new.primaryKey.contains(name) { new.primaryKey = [] }
    new.indexes = try old.indexes.filter { index in
      let texts = index.keys.map(\.expression) + (index.condition.map { [$0] } ?? [])
      return try !texts.contains { try compiler.mentionedColumns($0, old).contains(name) }
    }
    for index in old.indexes where !new.indexes.contains(index) { try forgetComments("index", index.qualifiedName) }
    let sequences = try catalog.sequences.values.filter {
      $0.schema == old.schema && $0.owner?.relation == old.name && $0.owner?.column == name
    }
    try change(old, to: new)
    for sequence in sequences { try connection.forgetSequence(sequence) }
    let key: [SQLValue] = [.text(old.qualifiedName), .text(name)]
    try connection.run("delete from \"engine.comments\" where kind = 'table' and object = ?1 and part = ?2", key)
    try connection.run("delete from \"engine.grants\" where kind = 'table' and object = ?1 and part = ?2", key)
  }

  // MARK: Types

  func setType(of name: Identifier, _ type: TypeName, using: Expression?, _ relation: Relation) throws {
    let column = try column(name, of: relation)
    let changed = try connection.compiler().column(column, withType: type)
    for view in try views(using: column.name, of: relation) {
      throw SQLError(
        .featureNotSupported, "cannot alter type of a column used by a view or rule",
        detail: "rule _RETURN on \(CatalogObject.relation(view).description) depends on column \"\(column.name)\"",
        at: name.range)
    }
    if let generated = try generatedColumns(from: column.name, of: relation).first {
      throw SQLError(
        .featureNotSupported, "cannot alter type of a column used by a generated column",
        detail: "Column \"\(column.name)\" is used by generated column \"\(generated)\".", at: name.range)
    }
    if column.generatedExpression != nil, using != nil {
      throw SQLError(
        .invalidTableDefinition, "cannot specify USING when altering type of generated column",
        detail: "Column \"\(column.name)\" is a generated column.", at: name.range)
    }
    var new = relation
    guard let place = new.columns.firstIndex(where: { $0.name == column.name }) else { return }
    new.columns[place].type = changed.type
    if relation.rowKey?.name == column.name, !changed.type.isInteger {
      try detachRowKey(of: relation, in: &new)
    }
    try change(relation, to: new, values: [column.name: .converted(using)])
  }

  /// The views that use a column, by name.
  func views(using column: String, of relation: Relation) throws -> [Relation] {
    let origin = ColumnOrigin(relation: relation.qualifiedName, column: column)
    return try dependentViews(of: relation).filter { view in try uses(of: view).contains { $0.origin == origin } }
  }

  /// The views and materialized views that read a relation, by name.
  func dependentViews(of relation: Relation) throws -> [Relation] {
    let catalog = try catalog
    return try catalog.relations.values.filter { try reads($0, catalog).contains(relation.qualifiedName) }
      .sorted { $0.qualifiedName < $1.qualifiedName }
  }

  /// The columns that a view uses; of one that cannot be compiled any more none are known.
  func uses(of view: Relation) throws -> Set<ColumnUseInText> {
    guard let definition = view.definition else { return [] }
    return (try? connection.compiler().columnUses(ofQuery: definition)) ?? []
  }

  /// The generated columns of a table that are computed from one of its columns.
  func generatedColumns(from column: String, of relation: Relation) throws -> [String] {
    let compiler = try connection.compiler()
    return try relation.columns.filter { other in
      guard other.name != column, let text = other.generatedExpression else { return false }
      return try compiler.mentionedColumns(text, relation).contains(column)
    }.map(\.name)
  }

  // MARK: Defaults, nulls and identities

  func setDefault(of name: Identifier, to value: Expression?, _ relation: Relation) throws {
    let column = try column(name, of: relation)
    if column.isIdentity, !column.isSerial {
      throw SQLError(
        .syntaxError, "column \"\(column.name)\" of relation \"\(relation.name)\" is an identity column",
        hint: value == nil ? "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead." : nil, at: name.range)
    }
    if column.generatedExpression != nil {
      throw SQLError(
        .syntaxError, "column \"\(column.name)\" of relation \"\(relation.name)\" is a generated column",
        hint: value == nil ? "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead." : nil, at: name.range)
    }
    var new = relation
    guard let place = new.columns.firstIndex(where: { $0.name == column.name }) else { return }
    let isRowKey = relation.rowKey?.name == column.name
    if isRowKey { try detachRowKey(of: relation, in: &new) }
    new.columns[place].isIdentity = false
    new.columns[place].isSerial = false
    new.columns[place] = try connection.compiler().column(new.columns[place], withDefault: value, sql: sql)
    if isRowKey { try change(relation, to: new) } else { try replaceRecord(of: relation, by: new) }
  }

  func setNotNull(_ name: Identifier, _ isNotNull: Bool, _ relation: Relation) throws {
    let column = try column(name, of: relation)
    guard column.isNotNull != isNotNull else { return }
    if !isNotNull {
      if relation.primaryKey.contains(column.name) {
        throw SQLError(.invalidTableDefinition, "column \"\(column.name)\" is in a primary key", at: name.range)
      }
      if column.isIdentity, !column.isSerial {
        throw SQLError(
          .syntaxError, "column \"\(column.name)\" of relation \"\(relation.name)\" is an identity column",
          at: name.range)
      }
    } else {
      try checkNoNulls([column.name], relation)
    }
    var new = relation
    guard let place = new.columns.firstIndex(where: { $0.name == column.name }) else { return }
    new.columns[place].isNotNull = isNotNull
    try rewriteDefinition(new)
    try replaceRecord(of: relation, by: new)
  }

  /// - Throws: 23502.
  func checkNoNulls(_ columns: [String], _ relation: Relation) throws {
    for column in columns {
      let table = SQLitePrinter.quoted(relation.storageName)
      guard
        try connection.value("select 1 from \(table) where \(SQLitePrinter.quoted(column)) is null limit 1") != .null
      else { continue }
      throw SQLError(
        .notNullViolation, "column \"\(column)\" of relation \"\(relation.name)\" contains null values",
        at: statement.range)
    }
  }

  func addIdentity(to name: Identifier, _ generated: ColumnDefinition.Generated, _ relation: Relation) throws {
    let column = try column(name, of: relation)
    let described = "column \"\(column.name)\" of relation \"\(relation.name)\""
    let options: SequenceOptions
    let isAlways: Bool
    switch generated {
    case .identityAlways(let given): (options, isAlways) = (given, true)
    case .identityByDefault(let given): (options, isAlways) = (given, false)
    case .stored:
      throw SQLError(.syntaxError, "a column cannot become a generated column", at: name.range)
    }
    guard column.isNotNull else {
      throw SQLError(
        .objectNotInPrerequisiteState, "\(described) must be declared NOT NULL before identity can be added",
        at: name.range)
    }
    guard !column.isIdentity || column.isSerial else {
      throw SQLError(.objectNotInPrerequisiteState, "\(described) is already an identity column", at: name.range)
    }
    guard column.defaultExpression == nil, !column.isSerial else {
      throw SQLError(.objectNotInPrerequisiteState, "\(described) already has a default value", at: name.range)
    }
    var sequence = try connection.compiler().sequence(ofColumn: column, of: relation, options, at: name.range)
    sequence.owner = SequenceDefinition.Owner(relation: relation.name, column: column.name, isRowKey: false)
    try connection.recordSequence(sequence)
    var new = relation
    guard let place = new.columns.firstIndex(where: { $0.name == column.name }) else { return }
    new.columns[place].isIdentity = true
    new.columns[place].isIdentityAlways = isAlways
    new.columns[place].defaultExpression = "nextval(" + SQLitePrinter.literal(sequence.writtenName) + ")"
    try replaceRecord(of: relation, by: new)
  }

  func dropIdentity(of name: Identifier, ifExists: Bool, _ relation: Relation) throws {
    let column = try column(name, of: relation)
    guard column.isIdentity, !column.isSerial else {
      let message = "column \"\(column.name)\" of relation \"\(relation.name)\" is not an identity column"
      if ifExists { return notice(message + ", skipping") }
      throw SQLError(.objectNotInPrerequisiteState, message, at: name.range)
    }
    var new = relation
    guard let place = new.columns.firstIndex(where: { $0.name == column.name }) else { return }
    let isRowKey = relation.rowKey?.name == column.name
    new.columns[place].isIdentity = false
    new.columns[place].isIdentityAlways = false
    new.columns[place].defaultExpression = nil
    let sequence = try catalog.sequence(numbering: column.name, of: relation)
    if isRowKey { try change(relation, to: new) } else { try replaceRecord(of: relation, by: new) }
    if let sequence { try connection.forgetSequence(sequence) }
  }

  /// The column keeps the values that were computed.
  func dropExpression(of name: Identifier, ifExists: Bool, _ relation: Relation) throws {
    let column = try column(name, of: relation)
    guard column.generatedExpression != nil else {
      let message = "column \"\(column.name)\" of relation \"\(relation.name)\" is not a stored generated column"
      if ifExists { return notice(message + ", skipping") }
      throw SQLError(.objectNotInPrerequisiteState, message, at: name.range)
    }
    var new = relation
    guard let place = new.columns.firstIndex(where: { $0.name == column.name }) else { return }
    new.columns[place].generatedExpression = nil
    try change(relation, to: new)
  }
}

extension RelationConstraint.Reference? {
  fileprivate func isSelf(_ relation: Relation) -> Bool { self?.qualifiedName == relation.qualifiedName }
}

extension RelationConstraint {
  fileprivate func references(_ column: String) -> Bool { reference?.columns.contains(column) ?? false }
}

extension StorageCatalog {
  /// The sequence that belongs to a column.
  func sequence(numbering column: String, of relation: Relation) -> SequenceDefinition? {
    sequences.values.first {
      $0.schema == relation.schema && $0.owner?.relation == relation.name && $0.owner?.column == column
    }
  }
}
