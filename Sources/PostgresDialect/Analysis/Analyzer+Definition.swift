/// A table to be created: what SQLite executes and what the catalog keeps.
public struct TableDefinition: Hashable, Sendable {
  public var relation: Relation
  public var sql: String
  public var ifNotExists: Bool
}

/// An index to be created.
public struct IndexDefinition: Hashable, Sendable {
  public var schema: String
  public var name: String
  public var relation: Relation
  public var sql: String
  public var ifNotExists: Bool
}

extension Analyzer {
  /// A STRICT table whose columns hold the storage classes of their PostgreSQL types.
  func define(_ create: CreateTable, sql source: String, range: SourceRange) throws(SQLError) -> TableDefinition {
    let schema = create.name.schema ?? "public"
    guard catalog.hasSchema(schema) else {
      throw SQLError(.invalidSchemaName, "schema \"\(schema)\" does not exist", at: create.name.range)
    }
    if create.isTemporary || create.like != nil {
      throw SQLError(
        .featureNotSupported, "CREATE TABLE \(create.isTemporary ? "TEMPORARY" : "LIKE") is not supported yet",
        at: range)
    }
    var relation = Relation(schema: schema, name: create.name.name, columns: [])
    var constraints = create.constraints
    for column in create.columns {
      if relation.columns.contains(where: { $0.name == column.name.name }) {
        throw SQLError(
          .duplicateColumn, "column \"\(column.name.name)\" specified more than once", at: column.name.range)
      }
      constraints += column.constraints
      relation.columns.append(try define(column, source))
    }
    for constraint in constraints {
      guard case .primaryKey(let names) = constraint.kind else { continue }
      guard relation.primaryKey.isEmpty else {
        throw SQLError(
          .invalidTableDefinition, "multiple primary keys for table \"\(relation.name)\" are not allowed",
          at: constraint.range)
      }
      relation.primaryKey = names.map(\.name)
      for name in names {
        let index = try columnIndex(name, relation)
        relation.columns[index].isNotNull = true
      }
    }
    return TableDefinition(
      relation: relation, sql: try tableSQL(relation, constraints), ifNotExists: create.ifNotExists)
  }

  private func columnIndex(_ name: Identifier, _ relation: Relation) throws(SQLError) -> Int {
    guard let index = relation.columns.firstIndex(where: { $0.name == name.name }) else {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" named in key does not exist", at: name.range)
    }
    return index
  }

  private func define(_ column: ColumnDefinition, _ source: String) throws(SQLError) -> RelationColumn {
    var result = RelationColumn(name: column.name.name, type: try SQLType(column.type), isNotNull: column.isNotNull)
    if result.type.base == .bpchar {
      throw SQLError(
        .featureNotSupported, "type character is not supported", hint: "Use varchar or text.", at: column.name.range)
    }
    switch column.generated {
    case .identityAlways:
      result.isIdentity = true
      result.isIdentityAlways = true
      result.isNotNull = true
    case .identityByDefault:
      result.isIdentity = true
      result.isNotNull = true
    case .stored(let expression):
      throw SQLError(.featureNotSupported, "generated columns are not supported yet", at: expression.range)
    case nil:
      break
    }
    if ["serial", "bigserial"].contains(column.type.name.name) {
      result.isIdentity = true
      result.isNotNull = true
    }
    if let value = column.defaultValue {
      let scope = Scope(parent: nil)
      _ = try context.cast(lower(value, .defaultValue, scope), to: result.type, in: .assignment)
      result.defaultExpression = source.text(value.range)
    }
    return result
  }

  private func tableSQL(_ relation: Relation, _ constraints: [TableConstraint]) throws(SQLError) -> String {
    var printer = SQLitePrinter()
    printer.write("create table ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    let rowKey = relation.columns.first { relation.primaryKey == [$0.name] && $0.isIdentity }
    printer.writeList(relation.columns) { printer, column in
      printer.writeName(column.name)
      // A key that is not generated must not be SQLite's rowid, which would fill in nulls: INT never is.
      let isPlainKey = relation.primaryKey == [column.name] && column != rowKey
      printer.write(isPlainKey && column.type.storageClass == "INTEGER" ? " INT" : " \(column.type.storageClass)")
      // Only "INTEGER PRIMARY KEY" is SQLite's rowid, which numbers the rows by itself.
      if column == rowKey { printer.write(" primary key autoincrement") }
      if column.isNotNull { printer.write(" not null") }
      if column.type == .boolean {
        printer.write(" check (")
        printer.writeName(column.name)
        printer.write(" in (0, 1))")
      }
    }
    for constraint in constraints {
      if case .primaryKey = constraint.kind, rowKey != nil { continue }
      printer.write(", ")
      if let name = constraint.name {
        printer.write("constraint ")
        printer.writeName(name.name)
        printer.write(" ")
      }
      try write(constraint, relation, &printer)
    }
    printer.write(") strict")
    return printer.text
  }

  private func write(_ constraint: TableConstraint, _ relation: Relation, _ printer: inout SQLitePrinter)
    throws(SQLError)
  {
    func names(_ identifiers: [Identifier]) throws(SQLError) -> [String] {
      try identifiers.map { name throws(SQLError) in relation.columns[try columnIndex(name, relation)].name }
    }
    switch constraint.kind {
    case .primaryKey(let keys), .unique(let keys):
      for key in keys { try refuseInexactKey(relation.columns[try columnIndex(key, relation)], key.range) }
    default: break
    }
    switch constraint.kind {
    case .primaryKey(let keys):
      printer.write("primary key (")
      printer.writeList(try names(keys)) { $0.writeName($1) }
      printer.write(")")
    case .unique(let keys):
      printer.write("unique (")
      printer.writeList(try names(keys)) { $0.writeName($1) }
      printer.write(")")
    case .check(let expression):
      let scope = Scope(parent: nil)
      scope.relations = [
        ScopeRelation(name: relation.name, table: relation.name, columns: scopeColumns(relation, relation.name))
      ]
      let sql = try condition(expression, .check, scope, name: "CHECK")
      printer.write("check (")
      printer.qualifiesColumns = false
      printer.write(sql)
      printer.qualifiesColumns = true
      printer.write(")")
    case .foreignKey(let keys, let target, let targetKeys, let onDelete, let onUpdate):
      let other =
        target.schema == relation.schema && target.name == relation.name
        ? relation : try resolveRelation(target)
      printer.write("foreign key (")
      printer.writeList(try names(keys)) { $0.writeName($1) }
      printer.write(") references ")
      printer.writeName(other.storageName)
      printer.write(" (")
      printer.writeList(targetKeys.isEmpty ? other.primaryKey : targetKeys.map(\.name)) { $0.writeName($1) }
      printer.write(")")
      if let onDelete { printer.write(" on delete \(onDelete)") }
      if let onUpdate { printer.write(" on update \(onUpdate)") }
    }
  }

  /// Texts of decimals and intervals are unique by their bytes in SQLite, but 2.5 and 2.50 are one value.
  private func refuseInexactKey(_ column: RelationColumn, _ range: SourceRange) throws(SQLError) {
    guard column.type.collation != nil, column.type.fixedPoint == nil else { return }
    throw SQLError(
      .featureNotSupported, "a unique key over type \(column.type.declaration) is not supported",
      hint: column.type.isNumeric ? "Give the type up to 18 digits, as in numeric(12,2)." : nil, at: range)
  }

  func define(_ create: CreateIndex, range: SourceRange) throws(SQLError) -> IndexDefinition {
    let relation = try resolveRelation(create.table)
    guard relation.kind != .view else {
      throw SQLError(.wrongObjectType, "cannot create index on relation \"\(relation.name)\"", at: create.table.range)
    }
    let scope = Scope(parent: nil)
    scope.relations = [
      ScopeRelation(name: relation.name, table: relation.name, columns: scopeColumns(relation, relation.name))
    ]
    var printer = SQLitePrinter()
    let keyNames = create.keys.map { outputName($0.expression) }
    let name = create.name?.name ?? ([relation.name] + keyNames + ["idx"]).joined(separator: "_")
    printer.write(create.isUnique ? "create unique index " : "create index ")
    printer.writeName(Relation.storageName(schema: relation.schema, name: name))
    printer.write(" on ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    printer.qualifiesColumns = false
    var terms: [SQLiteOrderTerm] = []
    for key in create.keys {
      let value = try lower(key.expression, .indexKey, scope)
      if !context.parameters.sources.isEmpty {
        throw SQLError(
          .invalidObjectDefinition, "functions in index expression must be marked IMMUTABLE", at: key.expression.range)
      }
      if create.isUnique, value.fixedPoint == nil, value.type.collation != nil {
        try refuseInexactKey(RelationColumn(name: "", type: value.type), key.expression.range)
      }
      terms.append(SQLiteOrderTerm(expression: value.sql, isDescending: key.isDescending))
    }
    printer.writeList(terms) { $0.write($1) }
    printer.write(")")
    if let condition = create.condition {
      let sql = try self.condition(condition, .indexKey, scope, name: "WHERE")
      if !context.parameters.sources.isEmpty {
        throw SQLError(
          .invalidObjectDefinition, "functions in index predicate must be marked IMMUTABLE", at: condition.range)
      }
      printer.write(" where ")
      printer.write(sql)
    }
    return IndexDefinition(
      schema: relation.schema, name: name, relation: relation, sql: printer.text, ifNotExists: create.ifNotExists)
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
