/// What a column holds in a table that is made again.
public enum RefilledValue: Sendable {
  /// The column's default, for each row anew.
  case defaultValue
  /// USING of ALTER COLUMN TYPE, or for nil the old value, cast as in an assignment.
  case converted(Expression?)
}

/// What ALTER TABLE asks the compiler.
extension Compiler {
  /// A table with one column more, with the sequence that numbers it.
  ///
  /// The column's constraints are not added: see ``constraint(_:on:sql:)``.
  public func column(_ column: ColumnDefinition, addedTo relation: Relation, sql: String) throws(SQLError)
    -> TableDefinition
  {
    try analyzed { analyzer throws(SQLError) in
      var definition = TableDefinition(relation: relation)
      try analyzer.addColumn(column, to: &definition, sql)
      let isKey = column.constraints.contains { if case .primaryKey = $0.kind { true } else { false } }
      if isKey, relation.primaryKey.isEmpty {
        // An identity that becomes the whole key is SQLite's rowid.
        definition.relation.primaryKey = [column.name.name]
        analyzer.settleIdentities(&definition)
        definition.relation.primaryKey = []
      } else {
        analyzer.settleIdentities(&definition)
      }
      return definition
    }
  }

  /// A table with one constraint more; the table itself when an equal one is there already.
  public func constraint(_ constraint: TableConstraint, on relation: Relation, sql: String) throws(SQLError) -> Relation
  {
    try analyzed { analyzer throws(SQLError) in
      var result = relation
      try analyzer.addConstraint(constraint, to: &result, sql)
      return result
    }
  }

  /// A column with another default; nil for none.
  ///
  /// - Throws: 42804 for a default of another type, 0A000 for one that names a column.
  public func column(_ column: RelationColumn, withDefault value: Expression?, sql: String) throws(SQLError)
    -> RelationColumn
  {
    try analyzed { analyzer throws(SQLError) in
      var result = column
      result.defaultExpression = nil
      if let value {
        try analyzer.checkDefault(value, column)
        if value.kind != .null { result.defaultExpression = sql.text(value.range) }
      }
      return result
    }
  }

  /// The type that a column gets.
  ///
  /// - Throws: 42804 when its default does not become one of the new type by assignment.
  public func column(_ column: RelationColumn, withType name: TypeName) throws(SQLError) -> RelationColumn {
    try analyzed { analyzer throws(SQLError) in
      var result = column
      if name.name.parts.count == 1, name.name.name.contains("serial") {
        throw SQLError(.undefinedObject, "type \"\(name.name.name)\" does not exist", at: name.range)
      }
      result.type = try analyzer.type(name)
      let context = CastRules.context(from: column.type, to: result.type) ?? .explicit
      if column.defaultExpression != nil, !column.isIdentity, context > .assignment {
        throw SQLError(
          .datatypeMismatch,
          "default for column \"\(column.name)\" cannot be cast automatically to type \(result.type.displayName)",
          at: name.range)
      }
      return result
    }
  }

  /// The rows of a table on their way into the one that takes its place.
  ///
  /// - Parameters:
  ///   - aside: The SQLite table that has the rows now.
  ///   - values: What columns hold that do not keep their value.
  public func compileRefill(
    of old: Relation, storedAs aside: String, as new: Relation, values: [String: RefilledValue]
  ) throws(SQLError) -> CompiledStatement? {
    try analyzed { analyzer throws(SQLError) in
      guard let sql = try analyzer.lowerRefill(of: old, storedAs: aside, as: new, values) else { return nil }
      return CompiledStatement(kind: .insert, sql: sql, columns: [], parameters: analyzer.context.parameters.sources)
    }
  }

  /// The SQLite query for a row that a CHECK of the relation refuses.
  public func violationSQL(of constraint: RelationConstraint, on relation: Relation) throws(SQLError) -> String {
    try analyzed { analyzer throws(SQLError) in
      let condition = try analyzer.loweredCheck(
        Parser.parseExpression(constraint.expression ?? "true"), relation)
      var printer = SQLitePrinter()
      printer.write(
        SQLiteQuery(
          body: .select(
            SQLiteSelect(
              items: [SQLiteItem(expression: .integer(1), alias: nil)],
              from: .relation(relation.storageName, alias: relation.name), condition: .prefix("not", condition)))))
      return printer.text + " limit 1"
    }
  }
}

extension Analyzer {
  /// Nil when there is no column to fill.
  fileprivate func lowerRefill(
    of old: Relation, storedAs aside: String, as new: Relation, _ values: [String: RefilledValue]
  ) throws(SQLError) -> String? {
    let scope = ownScope(old)
    var items: [SQLiteItem] = []
    var names: [String] = []
    for column in new.columns where column.generatedExpression == nil {
      let sql: SQLiteExpression
      switch values[column.name] {
      case nil: sql = .column(ColumnUse(table: old.name, column: column.name))
      case .defaultValue: sql = try defaultValue(of: column)
      case .converted(let expression): sql = try converted(expression, to: column, scope)
      }
      items.append(SQLiteItem(expression: sql, alias: nil))
      names.append(column.name)
    }
    guard !names.isEmpty else { return nil }
    var printer = SQLitePrinter()
    printer.write("insert into ")
    printer.writeName(new.storageName)
    printer.write(" (")
    printer.writeList(names) { $0.writeName($1) }
    printer.write(") ")
    printer.write(
      SQLiteQuery(body: .select(SQLiteSelect(items: items, from: .relation(aside, alias: old.name), condition: nil))))
    printer.write(" order by ")
    printer.writeName(old.name)
    printer.write("._rowid_")
    return printer.text
  }

  private func converted(_ expression: Expression?, to column: RelationColumn, _ scope: Scope) throws(SQLError)
    -> SQLiteExpression
  {
    let nowhere = SourceRange(start: 0, end: 0)
    let source = expression ?? Expression(.column(QualifiedName([Identifier(column.name, at: nowhere)])), at: nowhere)
    let value = try lower(source, .assignment, scope)
    let context = value.type.isUnknown ? .implicit : CastRules.context(from: value.type, to: column.type) ?? .explicit
    guard context <= .assignment else {
      let name = SQLType.quotedIdentifier(column.name)
      throw SQLError(
        .datatypeMismatch,
        (expression == nil ? "" : "result of USING clause for ")
          + "column \"\(column.name)\" cannot be cast automatically to type \(column.type.displayName)",
        hint: expression == nil
          ? "You might need to specify \"USING \(name)::\(column.type.declaration)\"."
          : "You might need to add an explicit cast.")
    }
    return try stored(self.context.cast(value, to: column.type, in: .assignment), column)
  }
}
