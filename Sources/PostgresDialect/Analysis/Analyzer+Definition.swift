/// A table to be created, with the sequences that number its columns.
public struct TableDefinition: Hashable, Sendable {
  public var relation: Relation
  public var sequences: [SequenceDefinition]

  public init(relation: Relation, sequences: [SequenceDefinition] = []) {
    self.relation = relation
    self.sequences = sequences
  }
}

extension Analyzer {
  /// The table that CREATE TABLE describes, its constraints named as PostgreSQL names them.
  func define(_ create: CreateTable, sql source: String, range: SourceRange) throws(SQLError) -> TableDefinition {
    let schema = try creationSchema(create.name)
    if create.isTemporary {
      throw SQLError(.featureNotSupported, "CREATE TABLE TEMPORARY is not supported yet", at: range)
    }
    var definition = TableDefinition(
      relation: Relation(schema: schema, name: create.name.name, columns: []), sequences: [])
    if let like = create.like { try copy(resolveRelation(like), create.likeOptions, to: &definition) }
    var constraints: [TableConstraint] = []
    for column in create.columns {
      try addColumn(column, to: &definition, source)
      constraints += column.constraints
    }
    constraints += create.constraints
    try addConstraints(constraints, to: &definition.relation, source)
    settleIdentities(&definition)
    return definition
  }

  /// The schema in which a new object goes.
  ///
  /// - Throws: 3F000.
  func creationSchema(_ name: QualifiedName) throws(SQLError) -> String {
    let schema = name.schema ?? catalog.creationSchema
    guard catalog.hasSchema(schema) else {
      throw SQLError(.invalidSchemaName, "schema \"\(schema)\" does not exist", at: name.range)
    }
    return schema
  }

  // MARK: Columns

  func addColumn(_ column: ColumnDefinition, to definition: inout TableDefinition, _ source: String) throws(SQLError) {
    if definition.relation.columns.contains(where: { $0.name == column.name.name }) {
      throw SQLError(
        .duplicateColumn, "column \"\(column.name.name)\" specified more than once", at: column.name.range)
    }
    var result = RelationColumn(name: column.name.name, type: try type(column.type), isNotNull: column.isNotNull)
    let relation = definition.relation
    func number(_ options: SequenceOptions) throws(SQLError) {
      let name = Relation.objectName(relation.name, column.name.name, "seq") { candidate in
        catalog.hasRelationName(schema: relation.schema, name: candidate)
      }
      var sequence = try SequenceDefinition(
        schema: relation.schema, name: name, options: options, columnType: result.type, at: column.name.range)
      sequence.owner = SequenceDefinition.Owner(
        relation: relation.name, column: column.name.name, isRowKey: false)
      definition.sequences.append(sequence)
      result.isNotNull = true
    }
    switch column.generated {
    case .identityAlways(let options):
      result.isIdentity = true
      result.isIdentityAlways = true
      try number(options)
    case .identityByDefault(let options):
      result.isIdentity = true
      try number(options)
    case .stored(let expression):
      result.generatedExpression = source.text(expression.range)
    case nil:
      break
    }
    if column.type.name.parts.count == 1, column.type.name.name.contains("serial") {
      result.isIdentity = true
      result.isSerial = true
      try number(SequenceOptions())
    }
    if let value = column.defaultValue {
      if column.generated != nil || result.isIdentity {
        throw SQLError(
          .syntaxError,
          "both default and \(result.isIdentity ? "identity" : "generation expression") specified for column "
            + "\"\(result.name)\" of table \"\(relation.name)\"", at: column.name.range)
      }
      try checkDefault(value, result)
      if value.kind != .null { result.defaultExpression = source.text(value.range) }
    }
    definition.relation.columns.append(result)
  }

  /// - Throws: 42804 when the default has another type than the column.
  func checkDefault(_ value: Expression, _ column: RelationColumn) throws(SQLError) {
    if let name = columnNames(value).first {
      throw SQLError(.featureNotSupported, "cannot use column reference in DEFAULT expression", at: name.range)
    }
    // A default may depend on the time, what else is analysed with it may not.
    let parameters = context.parameters
    defer { context.parameters = parameters }
    let lowered = try lower(value, .defaultValue, Scope(parent: nil))
    guard
      lowered.type.isUnknown
        || (CastRules.context(from: lowered.type, to: column.type) ?? .explicit) <= .assignment
    else {
      throw SQLError(
        .datatypeMismatch,
        "column \"\(column.name)\" is of type \(column.type.displayName) but default expression is of type "
          + lowered.type.displayName, hint: "You will need to rewrite or cast the expression.", at: value.range)
    }
    _ = try context.cast(lowered, to: column.type, in: .assignment)
  }

  /// An identity that is the whole primary key is SQLite's rowid; any other takes its numbers from its sequence.
  func settleIdentities(_ definition: inout TableDefinition) {
    for index in definition.relation.columns.indices where definition.relation.columns[index].isIdentity {
      let column = definition.relation.columns[index]
      guard let place = definition.sequences.firstIndex(where: { $0.owner?.column == column.name }) else { continue }
      let sequence = definition.sequences[place]
      if definition.relation.primaryKey == [column.name], sequence.increment == 1, !sequence.cycles,
        sequence.minimum == 1
      {
        definition.sequences[place].owner?.isRowKey = true
      } else {
        definition.relation.columns[index].defaultExpression =
          "nextval(" + SQLitePrinter.literal(sequence.writtenName) + ")"
      }
    }
  }

  private func copy(_ original: Relation, _ options: [String], to definition: inout TableDefinition) throws(SQLError) {
    func includes(_ what: String) -> Bool {
      var result = false
      for option in options where option.hasSuffix(" " + what) || option.hasSuffix(" all") {
        result = option.hasPrefix("including")
      }
      return result
    }
    let relation = definition.relation
    for column in original.columns {
      var copy = RelationColumn(name: column.name, type: column.type, isNotNull: column.isNotNull)
      if includes("defaults"), !column.isIdentity { copy.defaultExpression = column.defaultExpression }
      if includes("generated") { copy.generatedExpression = column.generatedExpression }
      if includes("identity"), column.isIdentity {
        copy.isIdentity = true
        copy.isIdentityAlways = column.isIdentityAlways
        let name = Relation.objectName(relation.name, column.name, "seq") {
          catalog.hasRelationName(schema: relation.schema, name: $0)
        }
        var sequence = SequenceDefinition(
          schema: relation.schema, name: name, type: column.type,
          maximum: column.type.integerBounds?.upperBound ?? .max)
        sequence.owner = SequenceDefinition.Owner(relation: relation.name, column: column.name, isRowKey: false)
        definition.sequences.append(sequence)
      }
      definition.relation.columns.append(copy)
    }
    for constraint in original.constraints {
      switch constraint.kind {
      case .check where includes("constraints"): definition.relation.constraints.append(constraint)
      case .primaryKey where includes("indexes"), .unique where includes("indexes"):
        var copy = constraint
        copy.name = constraintName(
          constraint.kind, constraint.columns, definition.relation)
        definition.relation.constraints.append(copy)
        if copy.kind == .primaryKey { definition.relation.primaryKey = copy.columns }
      default: break
      }
    }
    if includes("indexes") {
      for index in original.indexes {
        var copy = index
        copy.schema = relation.schema
        copy.name = indexName(relation, index.keys.map { $0.column ?? "expr" }, definition.relation)
        definition.relation.indexes.append(copy)
      }
    }
  }

  // MARK: Constraints

  func addConstraints(_ constraints: [TableConstraint], to relation: inout Relation, _ source: String)
    throws(SQLError)
  {
    // Foreign keys may point to the table's own key, so keys come first.
    let keysFirst = constraints.filter { $0.isKey } + constraints.filter { !$0.isKey }
    for constraint in keysFirst { try addConstraint(constraint, to: &relation, source) }
  }

  func addConstraint(_ constraint: TableConstraint, to relation: inout Relation, _ source: String) throws(SQLError) {
    var result = RelationConstraint(
      name: "", kind: .check, columns: [], isDeferrable: constraint.isDeferrable,
      isInitiallyDeferred: constraint.isInitiallyDeferred)
    switch constraint.kind {
    case .primaryKey(let names):
      guard relation.primaryKey.isEmpty else {
        throw SQLError(
          .invalidTableDefinition, "multiple primary keys for table \"\(relation.name)\" are not allowed",
          at: constraint.range)
      }
      result.kind = .primaryKey
      result.columns = try keyColumns(names, relation)
      relation.primaryKey = result.columns
      for name in names { relation.columns[try columnIndex(name, relation)].isNotNull = true }
    case .unique(let names):
      result.kind = .unique
      result.columns = try keyColumns(names, relation)
    case .check(let condition):
      result.expression = source.text(condition.range)
      _ = try loweredCheck(condition, relation)
      result.columns = mentionedColumns(condition, relation)
    case .foreignKey(let names, let target, let targetNames, let onDelete, let onUpdate):
      result.kind = .foreignKey
      result.columns = try names.map { name throws(SQLError) in
        guard relation.columns.contains(where: { $0.name == name.name }) else {
          throw SQLError(
            .undefinedColumn, "column \"\(name.name)\" referenced in foreign key constraint does not exist",
            at: name.range)
        }
        return name.name
      }
      result.reference = try reference(target, targetNames, result.columns, relation, constraint)
      result.reference?.onDelete = onDelete
      result.reference?.onUpdate = onUpdate
    }
    if result.isUniqueKey, result.isDeferrable {
      throw SQLError(
        .featureNotSupported, "DEFERRABLE unique and primary key constraints are not supported",
        hint: "SQLite checks keys row by row. Leave DEFERRABLE out.", at: constraint.range)
    }
    if let name = constraint.name {
      if relation.constraint(named: name.name) != nil {
        throw SQLError(
          .duplicateObject,
          "constraint \"\(name.name)\" for relation \"\(relation.name)\" already exists", at: name.range)
      }
      if result.isUniqueKey, catalog.hasRelationName(schema: relation.schema, name: name.name) {
        throw SQLError(.duplicateTable, "relation \"\(name.name)\" already exists", at: name.range)
      }
      result.name = name.name
    } else {
      result.name = constraintName(result.kind, result.columns, relation)
    }
    if case .foreignKey = result.kind, let reference = result.reference {
      try checkTypes(result, reference, relation, at: constraint.range)
    }
    // An unnamed repetition of a key is the same constraint.
    if constraint.name == nil, result.kind == .unique,
      relation.constraints.contains(where: { $0.isUniqueKey && $0.columns == result.columns })
    {
      return
    }
    relation.constraints.append(result)
  }

  private func constraintName(_ kind: RelationConstraint.Kind, _ columns: [String], _ relation: Relation) -> String {
    let part: String
    let label: String
    switch kind {
    case .primaryKey: (part, label) = ("", "pkey")
    case .unique: (part, label) = (columns.joined(separator: "_"), "key")
    case .check: (part, label) = (columns.count == 1 ? columns[0] : "", "check")
    case .foreignKey: (part, label) = (columns.joined(separator: "_"), "fkey")
    }
    let isIndex = kind == .primaryKey || kind == .unique
    return Relation.objectName(relation.name, part, label) { name in
      relation.constraint(named: name) != nil
        || isIndex && catalog.hasRelationName(schema: relation.schema, name: name)
    }
  }

  private func keyColumns(_ names: [Identifier], _ relation: Relation) throws(SQLError) -> [String] {
    var columns: [String] = []
    for name in names {
      let column = relation.columns[try columnIndex(name, relation)]
      if columns.contains(column.name) {
        throw SQLError(
          .duplicateColumn, "column \"\(name.name)\" appears twice in unique constraint", at: name.range)
      }
      try refuseInexactKey(column, name.range)
      columns.append(column.name)
    }
    return columns
  }

  private func columnIndex(_ name: Identifier, _ relation: Relation) throws(SQLError) -> Int {
    guard let index = relation.columns.firstIndex(where: { $0.name == name.name }) else {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" named in key does not exist", at: name.range)
    }
    return index
  }

  private func reference(
    _ target: QualifiedName, _ names: [Identifier], _ columns: [String], _ relation: Relation,
    _ constraint: TableConstraint
  ) throws(SQLError) -> RelationConstraint.Reference {
    let isSelf = (target.schema ?? "public") == relation.schema && target.name == relation.name
    let other = isSelf ? relation : try resolveRelation(target)
    guard other.kind == .table else {
      throw SQLError(.wrongObjectType, "referenced relation \"\(other.name)\" is not a table", at: target.range)
    }
    var keys = names.map(\.name)
    if names.isEmpty {
      guard !other.primaryKey.isEmpty else {
        throw SQLError(
          .undefinedObject, "there is no primary key for referenced table \"\(other.name)\"", at: target.range)
      }
      keys = other.primaryKey
    }
    for name in names where !other.columns.contains(where: { $0.name == name.name }) {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" referenced in foreign key constraint does not exist",
        at: name.range)
    }
    guard keys.count == columns.count else {
      throw SQLError(
        SQLState(rawValue: "42830"), "number of referencing and referenced columns for foreign key disagree",
        at: constraint.range)
    }
    guard other.uniqueKeys.contains(where: { Set($0) == Set(keys) && $0.count == keys.count }) else {
      throw SQLError(
        SQLState(rawValue: "42830"),
        "there is no unique constraint matching given keys for referenced table \"\(other.name)\"",
        at: constraint.range)
    }
    return RelationConstraint.Reference(schema: other.schema, relation: other.name, columns: keys)
  }

  private func checkTypes(
    _ constraint: RelationConstraint, _ reference: RelationConstraint.Reference, _ relation: Relation,
    at range: SourceRange
  ) throws(SQLError) {
    let other =
      reference.schema == relation.schema && reference.relation == relation.name
      ? relation : catalog.relation(schema: reference.schema, name: reference.relation)
    for (name, key) in zip(constraint.columns, reference.columns) {
      guard let a = relation.columns.first(where: { $0.name == name })?.type,
        let b = other?.columns.first(where: { $0.name == key })?.type
      else { continue }
      if a.unmodified != b.unmodified, !(a.category == b.category && a.storageClass == b.storageClass) {
        throw SQLError(
          .datatypeMismatch, "foreign key constraint \"\(constraint.name)\" cannot be implemented",
          detail: "Key columns \"\(name)\" and \"\(key)\" are of incompatible types: \(a.displayName) and "
            + "\(b.displayName).", at: range)
      }
    }
  }

  /// The columns that an expression over one table names, in the table's order.
  func mentionedColumns(_ expression: Expression, _ relation: Relation) -> [String] {
    let names = Set(columnNames(expression).map(\.name))
    return relation.columns.map(\.name).filter(names.contains)
  }

  private func columnNames(_ expression: Expression) -> [QualifiedName] {
    var names: [QualifiedName] = []
    func walk(_ expression: Expression) {
      if case .column(let name) = expression.kind { names.append(name) }
      for part in expression.parts { walk(part) }
    }
    walk(expression)
    return names
  }

  /// Texts of decimals and intervals are unique by their bytes in SQLite, but 2.5 and 2.50 are one value.
  func refuseInexactKey(_ column: RelationColumn, _ range: SourceRange) throws(SQLError) {
    guard column.type.collation != nil, column.type.fixedPoint == nil,
      column.type.base == .numeric || column.type.base == .interval
    else { return }
    throw SQLError(
      .featureNotSupported, "a unique key over type \(column.type.declaration) is not supported",
      hint: column.type.isNumeric ? "Give the type up to 18 digits, as in numeric(12,2)." : nil, at: range)
  }

  /// A scope in which an expression sees the columns of one table, for CHECK, indexes and generated columns.
  func ownScope(_ relation: Relation) -> Scope {
    let scope = Scope(parent: nil)
    scope.relations = [
      ScopeRelation(
        name: relation.name, schema: relation.schema, table: relation.name,
        columns: scopeColumns(relation, relation.name))
    ]
    return scope
  }

  func loweredCheck(_ condition: Expression, _ relation: Relation) throws(SQLError) -> SQLiteExpression {
    let sql = try self.condition(condition, .check, ownScope(relation), name: "CHECK")
    if !context.parameters.sources.isEmpty {
      throw SQLError(
        .featureNotSupported, "a check constraint that depends on the time is not supported", at: condition.range)
    }
    return sql
  }
}

extension TableConstraint {
  fileprivate var isKey: Bool {
    switch kind {
    case .primaryKey, .unique: true
    default: false
    }
  }
}

extension Relation {
  /// The column lists that are unique, by constraint or by a unique index over columns without a predicate.
  public var uniqueKeys: [[String]] {
    constraints.filter(\.isUniqueKey).map(\.columns)
      + indexes.filter { $0.isUnique && $0.condition == nil }.compactMap(\.columns)
  }
}

extension String {
  /// The part of a SQL text that a range names.
  package func text(_ range: SourceRange) -> String {
    let bytes = utf8
    let start = bytes.index(bytes.startIndex, offsetBy: Swift.min(range.start, bytes.count))
    let end = bytes.index(bytes.startIndex, offsetBy: Swift.min(range.end, bytes.count))
    return String(self[start..<end])
  }
}
