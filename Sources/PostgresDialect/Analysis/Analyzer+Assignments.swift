/// What stands behind SET, after analysis.
struct LoweredAssignment {
  enum Value {
    case expression(SQLiteExpression)
    /// One value for each column, from a row of a query, whose columns are named `0`, `1` ….
    case row(SQLiteQuery)
  }

  var columns: [String]
  var value: Value
  /// Whether it sets elements of one column, of which later assignments may set more.
  var isElement = false

  /// The columns with a value each; a row's query is there as often as it has columns.
  var values: [(column: String, value: SQLiteExpression)] {
    switch value {
    case .expression(let expression): return [(columns[0], expression)]
    case .row(let query):
      return columns.enumerated().map { index, column in
        let use = SQLiteExpression.column(ColumnUse(table: "assigned", column: "\(index)"))
        let select = SQLiteSelect(
          items: [SQLiteItem(expression: use, alias: nil)], from: .subquery(query, alias: "assigned"))
        return (column, .scalar(SQLiteQuery(body: .select(select))))
      }
    }
  }
}

/// SET in UPDATE, ON CONFLICT and MERGE.
///
/// Source: <https://www.postgresql.org/docs/15/sql-update.html>
extension Analyzer {
  func lower(_ assignments: [Assignment], _ relation: Relation, _ scope: Scope) throws(SQLError)
    -> [LoweredAssignment]
  {
    var lowered: [LoweredAssignment] = []
    for assignment in assignments {
      let columns = try assignment.columns.map { name throws(SQLError) in try column(name, of: relation) }
      if !assignment.subscripts.isEmpty {
        try assign(elementBy: assignment, of: columns[0], &lowered, scope)
        continue
      }
      for (index, (column, name)) in zip(columns, assignment.columns).enumerated()
      where columns[..<index].contains(column) || lowered.contains(where: { $0.columns.contains(column.name) }) {
        throw SQLError(.syntaxError, "multiple assignments to same column \"\(column.name)\"", at: name.range)
      }
      if assignment.isRow {
        lowered += try row(assignment, columns, scope)
      } else {
        lowered += try single(columns[0], assignment.value, assignment.columns[0].range, scope)
      }
    }
    return lowered
  }

  private func single(_ column: RelationColumn, _ value: Expression, _ range: SourceRange, _ scope: Scope)
    throws(SQLError) -> [LoweredAssignment]
  {
    let isDefault = if case .defaultValue = value.kind { true } else { false }
    if column.generatedExpression != nil {
      guard isDefault else { throw .givenValue(for: column, inUpdate: true, at: range) }
      return []
    }
    if column.isIdentityAlways, !isDefault { throw .givenValue(for: column, inUpdate: true, at: range) }
    if isDefault, column.isIdentity, column.defaultExpression == nil {
      throw SQLError(
        .featureNotSupported, "updating the identity column \"\(column.name)\" to DEFAULT is not supported", at: range)
    }
    return [LoweredAssignment(columns: [column.name], value: .expression(try assigned(value, to: column, scope)))]
  }

  /// `(a, b) = (x, y)`, `(a, b) = row(x, y)`, `(a, b) = (select …)`.
  private func row(_ assignment: Assignment, _ columns: [RelationColumn], _ scope: Scope) throws(SQLError)
    -> [LoweredAssignment]
  {
    let range = assignment.value.range
    let mismatch = SQLError(.syntaxError, "number of columns does not match number of values", at: range)
    switch assignment.value.kind {
    case .row(let elements, _):
      guard elements.count == columns.count else { throw mismatch }
      var lowered: [LoweredAssignment] = []
      for (index, value) in elements.enumerated() {
        lowered += try single(columns[index], value, assignment.columns[index].range, scope)
      }
      return lowered
    case .subquery(let query):
      let values = try lower(query, parent: scope)
      guard values.columns.count == columns.count else { throw mismatch }
      for (column, name) in zip(columns, assignment.columns)
      where column.generatedExpression != nil || column.isIdentityAlways {
        throw .givenValue(for: column, inUpdate: true, at: name.range)
      }
      var single = try onlyRow(of: values)
      single.columns = single.columns.map(\.known)
      let converted = try converted(single, toTargets: columns, at: range)
      return [LoweredAssignment(columns: columns.map(\.name), value: .row(converted.query))]
    default:
      throw SQLError(
        .featureNotSupported,
        "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression", at: range)
    }
  }

  /// The query with an error, 21000, where it has a second row; SQLite would take the first.
  private func onlyRow(of lowered: LoweredQuery) throws(SQLError) -> LoweredQuery {
    if lowered.isAggregate { return lowered }
    if case .integer(1)? = lowered.query.limit { return lowered }
    if case .select(let select) = lowered.query.body, select.from == nil { return lowered }
    var result = lowered
    let table = uniqueAlias("row")
    // One aggregate of all values: each of them counts its rows.
    let items = lowered.storageColumns.map { name in
      SQLiteItem(
        expression: .call(
          SQLiteCall(name: "pg_single", arguments: [.column(ColumnUse(table: table, column: name))])), alias: name)
    }
    result.query = SQLiteQuery(
      body: .select(SQLiteSelect(items: items, from: .subquery(lowered.query, alias: table))))
    return result
  }

  func write(_ assignments: [LoweredAssignment], _ printer: inout SQLitePrinter) {
    printer.writeList(assignments) { printer, assignment in
      switch assignment.value {
      case .expression(let expression):
        printer.writeName(assignment.columns[0])
        printer.write(" = ")
        printer.write(expression)
      case .row(let query):
        printer.write("(")
        printer.writeList(assignment.columns) { $0.writeName($1) }
        printer.write(") = (")
        printer.write(query)
        printer.write(")")
      }
    }
  }

  // MARK: Elements

  /// `a[1] = x`, `a[1:2] = x`, `j['key'] = x`; what assignments before made of the column is where this one starts.
  private func assign(
    elementBy assignment: Assignment, of column: RelationColumn, _ lowered: inout [LoweredAssignment], _ scope: Scope
  ) throws(SQLError) {
    let range = assignment.columns[0].range
    let earlier = lowered.firstIndex { $0.columns.contains(column.name) }
    var current = try resolveColumn(targetColumn(assignment.columns[0], scope), scope)
    if let earlier {
      guard case .expression(let expression) = lowered[earlier].value, lowered[earlier].isElement else {
        throw SQLError(.syntaxError, "multiple assignments to same column \"\(column.name)\"", at: range)
      }
      current.sql = expression
    }
    let value = try element(assignment, of: column, current, scope)
    if let earlier {
      lowered[earlier].value = .expression(value)
    } else {
      lowered.append(LoweredAssignment(columns: [column.name], value: .expression(value), isElement: true))
    }
  }

  /// The target's column, also where FROM or `excluded` has one of the same name.
  private func targetColumn(_ name: Identifier, _ scope: Scope) -> QualifiedName {
    guard let target = scope.relations.first else { return QualifiedName([name]) }
    return QualifiedName([Identifier(target.name, at: name.range), name])
  }

  /// Source: <https://www.postgresql.org/docs/15/datatype-json.html#JSONB-SUBSCRIPTING>,
  /// <https://www.postgresql.org/docs/15/arrays.html#ARRAYS-MODIFYING>
  private func element(
    _ assignment: Assignment, of column: RelationColumn, _ current: TypedExpression, _ scope: Scope
  ) throws(SQLError) -> SQLiteExpression {
    let range = assignment.columns[0].range
    guard column.type == .jsonb || column.type.isArray else {
      throw SQLError(
        .datatypeMismatch,
        "cannot subscript type \(column.type.displayName) because it does not support subscripting", at: range)
    }
    let isSlice = assignment.subscripts.contains { if case .slice = $0 { true } else { false } }
    let target = !column.type.isArray || isSlice ? column.type : column.type.element
    let value = try lower(assignment.value, .assignment, scope)
    guard value.type.isUnknown || (CastRules.context(from: value.type, to: target) ?? .explicit) <= .assignment else {
      throw SQLError(
        .datatypeMismatch,
        "subscripted assignment to \"\(column.name)\" requires type \(target.displayName) but expression is of type "
          + value.type.displayName, hint: "You will need to rewrite or cast the expression.", at: value.range)
    }
    let new = try context.cast(value, to: target, in: .assignment)
    if !column.type.isArray {
      let path = try jsonbPath(assignment.subscripts, .assignment, scope, range)
      return .call("pg_jsonb_assign", current.sql, path, new.sql)
    }
    let bounds = try arrayBounds(assignment.subscripts, isSlice: isSlice, .assignment, scope)
    if isSlice { return .call("pg_array_assign_slice", [current.sql, new.sql] + bounds) }
    return .call(
      "pg_array_assign", [current.sql, column.type.elementKind, context.elementSQL(new)] + bounds)
  }
}
