/// A statement that writes, after analysis.
///
/// Usually the text of one statement of SQLite's; with ``rows`` instead, a query for what is to be written.
struct LoweredWrite {
  var kind: CompiledStatement.Kind
  var relation: Relation
  var sql = ""
  var columns: [ResultColumn] = []
  /// Whether the rows that are written must be remembered: see ``Analyzer/onceOnly(_:_:_:_:)``.
  var tracksRows = false
  /// See ``CompiledStatement/numberedRelation``.
  var numberedRelation: String?
  /// See ``CompiledWrite/CollectedRows``.
  var rows: LoweredQuery?
  var actions: [CompiledWrite.CollectedRows.Action] = []
  /// RETURNING, where it is a query of its own.
  var returning: LoweredQuery?
  var reads: Set<String> = []
  /// What is read while rows are written, by RETURNING and ON CONFLICT.
  var returningReads: Set<String> = []

  init(_ kind: CompiledStatement.Kind, _ relation: Relation) {
    self.kind = kind
    self.relation = relation
  }

  /// Whether SQLite can run it as one statement.
  var isOneStatement: Bool {
    rows == nil && returning == nil && !returningReads.contains(relation.storageName)
  }

  var description: StepDescription {
    StepDescription(
      columns: returning?.columns.map(\.known) ?? columns, reads: reads, returningReads: returningReads)
  }
}

/// The common tables in front of a statement, and the scope in which their names are known.
struct LoweredWith {
  var scope: Scope
  var tables: [SQLiteCommonTable] = []
  var isRecursive = false
}

/// What INSERT, UPDATE and DELETE share.
extension Analyzer {
  func writable(_ name: QualifiedName, _ verb: String) throws(SQLError) -> Relation {
    let relation = try resolveRelation(name)
    if relation.isSystem {
      throw SQLError(
        .insufficientPrivilege, "permission denied: \"\(relation.name)\" is a system catalog", at: name.range)
    }
    switch relation.kind {
    case .table: return relation
    case .materializedView:
      throw SQLError(
        .wrongObjectType, "cannot change materialized view \"\(relation.name)\"",
        hint: relation.definition == nil ? "A refresh computes its rows." : nil, at: name.range)
    case .view:
      throw SQLError(
        .featureNotSupported, "cannot \(verb) view \"\(relation.name)\"", at: name.range)
    }
  }

  func column(_ name: Identifier, of relation: Relation) throws(SQLError) -> RelationColumn {
    guard let column = relation.columns.first(where: { $0.name == name.name }) else {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" of relation \"\(relation.name)\" does not exist",
        hint: nearest(name.name, in: relation.columns.map(\.name)).map {
          "Perhaps you meant the column \"\($0)\"."
        }, at: name.range)
    }
    return column
  }

  /// INSERT, UPDATE, DELETE and MERGE; nil for another statement.
  func lowerWrite(_ statement: Statement) throws(SQLError) -> LoweredWrite? {
    var lowered: LoweredWrite
    switch statement.kind {
    case .insert(let insert):
      lowered = try lower(insert, range: statement.range)
      if insert.numbersRows(of: lowered.relation) { lowered.numberedRelation = lowered.relation.qualifiedName }
    case .update(let update): lowered = try lower(update)
    case .delete(let delete): lowered = try lower(delete)
    case .merge(let merge): lowered = try lower(merge, range: statement.range)
    default: return nil
    }
    lowered.reads.formUnion(readTables)
    if lowered.kind != .insert { lowered.reads.insert(lowered.relation.storageName) }
    return lowered
  }

  /// WITH, and the common tables around the statement.
  func lowerWith(_ with: WithClause?) throws(SQLError) -> LoweredWith {
    let outer = Scope(parent: nil)
    var lowered = LoweredWith(scope: outer)
    if let around = step.commonTables {
      lowered.isRecursive = around.isRecursive
      lowered.tables = try lowerTables(of: around, outer)
    }
    if let with {
      lowered.scope = Scope(parent: outer)
      lowered.isRecursive = lowered.isRecursive || with.isRecursive
      lowered.tables += try lowerTables(of: with, lowered.scope)
    }
    return lowered
  }

  // MARK: Values

  /// A value on its way into a column.
  func assigned(_ expression: Expression, to column: RelationColumn, _ scope: Scope) throws(SQLError)
    -> SQLiteExpression
  {
    if case .defaultValue = expression.kind { return try defaultValue(of: column) }
    // SQLite would number the row instead.
    if case .null = expression.kind, column.isIdentity {
      throw SQLError(
        .notNullViolation, "null value in column \"\(column.name)\" violates not-null constraint", at: expression.range)
    }
    return try assigned(try lower(expression, .assignment, scope), to: column)
  }

  func assigned(_ value: TypedExpression, to column: RelationColumn) throws(SQLError) -> SQLiteExpression {
    guard value.type.isUnknown || (CastRules.context(from: value.type, to: column.type) ?? .explicit) <= .assignment
    else {
      throw SQLError(
        .datatypeMismatch,
        "column \"\(column.name)\" is of type \(column.type.displayName) but expression is of type "
          + value.type.displayName, hint: "You will need to rewrite or cast the expression.", at: value.range)
    }
    return try stored(context.cast(value, to: column.type, in: .assignment), column)
  }

  /// The value in the form in which the column holds it: a decimal as a scaled integer or as text.
  func stored(_ value: TypedExpression, _ column: RelationColumn) throws(SQLError) -> SQLiteExpression {
    guard column.type.isNumeric else { return value.sql }
    return try represented(value, as: column.type.fixedPoint).sql
  }

  func defaultValue(of column: RelationColumn) throws(SQLError) -> SQLiteExpression {
    guard let text = column.defaultExpression else { return .null }
    let expression = try Parser.parseExpression(text)
    let value = try withoutVariables { () throws(SQLError) in
      try lower(expression, .defaultValue, Scope(parent: nil))
    }
    return try stored(context.cast(value, to: column.type, in: .assignment), column)
  }

  /// The query with its columns as the targets hold them, named `0`, `1` ….
  func converted(_ lowered: LoweredQuery, toTargets targets: [RelationColumn], at range: SourceRange)
    throws(SQLError) -> LoweredQuery
  {
    var result = lowered
    let alias = uniqueAlias("source")
    var items: [SQLiteItem] = []
    var names: [String] = []
    for (index, column) in targets.enumerated() {
      var value = lowered.columns[index].use(alias, lowered.storageColumns[index])
      value.range = range
      // A literal in a select list is text by now, but as a value for a column it still counts as untyped.
      if value.type.isUnknown { value.type = .text }
      let context: CastContext = lowered.columns[index].type.isUnknown ? .explicit : .assignment
      if context == .assignment { _ = try assigned(value, to: column) }
      items.append(
        SQLiteItem(
          expression: try stored(self.context.cast(value, to: column.type, in: context), column), alias: "\(index)"))
      names.append("\(index)")
    }
    result.query = SQLiteQuery(body: .select(SQLiteSelect(items: items, from: .subquery(lowered.named, alias: alias))))
    result.storageColumns = names
    return result
  }

  // MARK: Targets and results

  func targetScope(_ relation: Relation, alias: String, table: String, parent: Scope? = nil) -> Scope {
    let scope = Scope(parent: parent)
    scope.relations = [
      ScopeRelation(
        name: alias, schema: alias == relation.name ? relation.schema : nil, table: table,
        columns: scopeColumns(relation, table), relation: relation)
    ]
    return scope
  }
}

extension SQLError {
  /// A value for a column that computes its own.
  ///
  /// Source: <https://www.postgresql.org/docs/15/sql-insert.html>, OVERRIDING.
  static func givenValue(for column: RelationColumn, inUpdate: Bool = false, at range: SourceRange) -> SQLError {
    let isGenerated = column.generatedExpression != nil
    return SQLError(
      SQLState(rawValue: "428C9"),
      inUpdate
        ? "column \"\(column.name)\" can only be updated to DEFAULT"
        : "cannot insert a non-DEFAULT value into column \"\(column.name)\"",
      detail: isGenerated
        ? "Column \"\(column.name)\" is a generated column."
        : "Column \"\(column.name)\" is an identity column defined as GENERATED ALWAYS.",
      hint: isGenerated || inUpdate ? nil : "Use OVERRIDING SYSTEM VALUE to override.", at: range)
  }
}
