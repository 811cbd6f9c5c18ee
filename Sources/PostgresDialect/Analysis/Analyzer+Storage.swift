/// The SQLite text of tables and indexes; it follows from the catalog alone, so that a table can be made again.
extension Analyzer {
  /// A STRICT table whose columns hold the storage classes of their PostgreSQL types.
  ///
  /// Unique constraints are indexes of their own, which can come and go without the table.
  func tableSQL(_ relation: Relation) throws(SQLError) -> String {
    var printer = SQLitePrinter()
    printer.write("create table ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    let rowKey = relation.rowKey
    var parts: [SQLitePrinter] = []
    for column in relation.columns {
      var part = SQLitePrinter()
      part.writeName(column.name)
      // A key that is not generated must not be SQLite's rowid, which would fill in nulls: INT never is.
      let isPlainKey = relation.primaryKey == [column.name] && column != rowKey
      part.write(isPlainKey && column.type.storageClass == "INTEGER" ? " INT" : " \(column.type.storageClass)")
      // Only "INTEGER PRIMARY KEY" is SQLite's rowid, which numbers the rows by itself.
      if column == rowKey { part.write(" primary key autoincrement") }
      if column.isNotNull { part.write(" not null") }
      if column.type == .boolean {
        part.write(" check (")
        part.writeName(column.name)
        part.write(" in (0, 1))")
      }
      if let text = column.generatedExpression {
        let value = try generatedValue(text, column, relation)
        part.write(" generated always as (")
        part.qualifiesColumns = false
        part.write(value)
        part.write(") stored")
      }
      parts.append(part)
    }
    for constraint in relation.constraints where constraint.kind != .unique {
      if constraint.kind == .primaryKey, rowKey != nil { continue }
      var part = SQLitePrinter()
      part.write("constraint ")
      part.writeName(relation.storageName(of: constraint))
      part.write(" ")
      try write(constraint, relation, &part)
      parts.append(part)
    }
    printer.write(parts.map(\.text).joined(separator: ", "))
    printer.write(") strict")
    return printer.text
  }

  /// The unique indexes behind UNIQUE constraints.
  func uniqueIndexSQL(_ constraint: RelationConstraint, _ relation: Relation) -> String {
    var printer = SQLitePrinter()
    printer.write("create unique index ")
    printer.writeName(Relation.storageName(schema: relation.schema, name: constraint.name))
    printer.write(" on ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    printer.writeList(constraint.columns) { $0.writeName($1) }
    printer.write(")")
    return printer.text
  }

  private func generatedValue(_ text: String, _ column: RelationColumn, _ relation: Relation) throws(SQLError)
    -> SQLiteExpression
  {
    let expression = try Parser.parseExpression(text)
    var plain = relation
    plain.columns = relation.columns.filter { $0.generatedExpression == nil }
    let value = try lower(expression, .generated, ownScope(plain))
    guard context.parameters.sources.isEmpty, !value.sql.isVolatile else {
      throw SQLError(.invalidObjectDefinition, "generation expression is not immutable")
    }
    guard value.type.isUnknown || (CastRules.context(from: value.type, to: column.type) ?? .explicit) <= .assignment
    else {
      throw SQLError(
        .datatypeMismatch,
        "column \"\(column.name)\" is of type \(column.type.displayName) but generation expression is of type "
          + value.type.displayName, hint: "You will need to rewrite or cast the expression.")
    }
    return try stored(context.cast(value, to: column.type, in: .assignment), column)
  }

  private func write(_ constraint: RelationConstraint, _ relation: Relation, _ printer: inout SQLitePrinter)
    throws(SQLError)
  {
    switch constraint.kind {
    case .primaryKey, .unique:
      printer.write(constraint.kind.rawValue + " (")
      printer.writeList(constraint.columns) { $0.writeName($1) }
      printer.write(")")
    case .check:
      let sql = try loweredCheck(Parser.parseExpression(constraint.expression ?? "true"), relation)
      printer.write("check (")
      printer.qualifiesColumns = false
      printer.write(sql)
      printer.write(")")
    case .foreignKey:
      guard let reference = constraint.reference else { return }
      printer.write("foreign key (")
      printer.writeList(constraint.columns) { $0.writeName($1) }
      printer.write(") references ")
      printer.writeName(Relation.storageName(schema: reference.schema, name: reference.relation))
      printer.write(" (")
      printer.writeList(reference.columns) { $0.writeName($1) }
      printer.write(")")
      if let onDelete = reference.onDelete { printer.write(" on delete \(onDelete)") }
      if let onUpdate = reference.onUpdate { printer.write(" on update \(onUpdate)") }
      if constraint.isInitiallyDeferred { printer.write(" deferrable initially deferred") }
    }
  }

  // MARK: Indexes

  func define(_ create: CreateIndex, sql source: String, range: SourceRange) throws(SQLError) -> (
    Relation, RelationIndex
  ) {
    let relation = try resolveRelation(create.table)
    guard relation.kind != .view else {
      throw SQLError(
        .wrongObjectType, "cannot create index on relation \"\(relation.name)\"",
        detail: "This operation is not supported for views.", at: create.table.range)
    }
    if let method = create.method, !["btree", "hash", "gin", "gist", "brin", "spgist"].contains(method) {
      throw SQLError(.undefinedObject, "access method \"\(method)\" does not exist", at: range)
    }
    var index = RelationIndex(schema: relation.schema, name: "", isUnique: create.isUnique, keys: [])
    for key in create.keys {
      if case .column(let name) = key.expression.kind,
        !relation.columns.contains(where: { $0.name == name.name })
      {
        throw SQLError(
          .undefinedColumn, "column \"\(name.name)\" does not exist",
          hint: nearest(name.name, in: relation.columns.map(\.name)).map {
            "Perhaps you meant the column \"\($0)\"."
          }, at: name.range)
      }
      let column: String? = if case .column(let name) = key.expression.kind { name.name } else { nil }
      index.keys.append(
        RelationIndex.Key(
          expression: column.map(SQLType.quotedIdentifier) ?? source.text(key.expression.range), column: column,
          isDescending: key.isDescending, nullsFirst: key.nullsFirst))
    }
    index.condition = create.condition.map { source.text($0.range) }
    index.name = create.name?.name ?? indexName(relation, create.keys.map { keyName($0.expression) }, relation)
    _ = try indexSQL(index, relation, keyRanges: create.keys.map(\.expression.range), create.condition?.range)
    return (relation, index)
  }

  /// - Throws: 42P17 for functions whose result depends on more than their arguments.
  func indexSQL(
    _ index: RelationIndex, _ relation: Relation, keyRanges: [SourceRange] = [], _ conditionRange: SourceRange? = nil
  ) throws(SQLError) -> String {
    let scope = ownScope(relation)
    var printer = SQLitePrinter()
    printer.write(index.isUnique ? "create unique index " : "create index ")
    printer.writeName(index.storageName)
    printer.write(" on ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    printer.qualifiesColumns = false
    var terms: [SQLiteOrderTerm] = []
    for (place, key) in index.keys.enumerated() {
      let range = place < keyRanges.count ? keyRanges[place] : nil
      let value = try relocated(range) { () throws(SQLError) in
        try self.lower(Parser.parseExpression(key.expression), .indexKey, scope)
      }
      guard context.parameters.sources.isEmpty, !value.sql.isVolatile else {
        throw SQLError(
          .invalidObjectDefinition, "functions in index expression must be marked IMMUTABLE", at: range)
      }
      if index.isUnique, value.fixedPoint == nil, value.type.collation != nil {
        try refuseInexactKey(
          RelationColumn(name: "", type: value.type), range ?? SourceRange(start: 0, end: 0))
      }
      terms.append(SQLiteOrderTerm(expression: value.sql, isDescending: key.isDescending))
    }
    printer.writeList(terms) { $0.write($1) }
    printer.write(")")
    if let text = index.condition {
      let sql = try relocated(conditionRange) { () throws(SQLError) in
        try self.condition(Parser.parseExpression(text), .indexPredicate, scope, name: "WHERE")
      }
      guard context.parameters.sources.isEmpty, !sql.isVolatile else {
        throw SQLError(
          .invalidObjectDefinition, "functions in index predicate must be marked IMMUTABLE", at: conditionRange)
      }
      printer.write(" where ")
      printer.write(sql)
    }
    return printer.text
  }

  /// An error about a stored expression, moved to where the statement has it.
  private func relocated<Value>(_ range: SourceRange?, _ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
    do throws(SQLError) {
      return try body()
    } catch {
      var error = error
      error.range = range.map { outer in
        error.range.map { SourceRange(start: outer.start + $0.start, end: outer.start + $0.end) } ?? outer
      }
      throw error
    }
  }

  private func keyName(_ expression: Expression) -> String {
    switch expression.kind {
    case .column(let name): name.name
    case .call(let call): call.name.name
    default: "expr"
    }
  }

  func indexName(_ relation: Relation, _ keys: [String], _ table: Relation) -> String {
    Relation.objectName(relation.name, keys.joined(separator: "_"), "idx") { name in
      table.indexes.contains { $0.name == name } || catalog.hasRelationName(schema: relation.schema, name: name)
    }
  }
}

extension SQLiteExpression {
  /// Whether a call in it may give another value for the same arguments.
  var isVolatile: Bool {
    var found = false
    walk { part in
      if case .call(let call) = part, call.isVolatile { found = true }
      return !found
    }
    return found
  }
}

extension SQLType {
  /// An identifier as SQL has to write it: in quotes where it needs them.
  public static func quotedIdentifier(_ name: String) -> String {
    let bytes = Array(name.utf8)
    let isPlain =
      !bytes.isEmpty
      && bytes.enumerated().allSatisfy { index, byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
          || index > 0 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      } && Keyword.isPlainName(name)
    return isPlain ? name : SQLitePrinter.quoted(name)
  }
}
