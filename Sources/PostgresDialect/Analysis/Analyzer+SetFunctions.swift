extension Analyzer {
  /// A function of FROM as rows.
  private struct LoweredSet {
    var columns: [ResultColumn]
    var rows: SQLiteExpression
    /// Whether the rows are plain values and no records.
    var isScalar: Bool
  }

  /// One or more functions in FROM, beside each other: `f(x)`, `rows from (f(x), g(y)) with ordinality`.
  ///
  /// Their arguments may use columns of FROM items before them.
  /// Source: <https://www.postgresql.org/docs/15/queries-table-expressions.html#QUERIES-TABLEFUNCTIONS>
  func lowerFunctions(
    _ calls: [FunctionCall], _ alias: TableAlias?, _ withOrdinality: Bool, _ range: SourceRange, _ scope: Scope
  ) throws(SQLError) -> SQLiteTable {
    var calls = calls
    // Several arrays are unnested beside each other.
    if calls.count == 1, calls[0].name.name == "unnest", calls[0].arguments.count > 1 {
      calls = calls[0].arguments.map { FunctionCall(name: calls[0].name, arguments: [$0]) }
    }
    let visibleName = alias?.name.name ?? calls[0].name.name
    let table = uniqueAlias(visibleName)
    var parts: [SetExpansion.Call] = []
    var columns: [ScopeColumn] = []
    var isScalar = calls.count == 1 && !withOrdinality
    var alias = alias
    for call in calls {
      var set = try lowerSet(call, alias, scope, range)
      if let types = alias?.columnTypes, !types.isEmpty { alias?.columns = [] }
      // Only one function alone takes its column's name from the alias.
      let name = calls.count == 1 ? visibleName : call.name.name
      for index in set.columns.indices where set.columns[index].name.isEmpty { set.columns[index].name = name }
      if calls.count > 1 { for index in set.columns.indices { set.columns[index].isNullable = true } }
      isScalar = isScalar && set.isScalar
      parts.append(SetExpansion.Call(rows: set.rows, width: set.columns.count))
      for column in set.columns {
        columns.append(
          ScopeColumn(name: column.name, expression: column.use(table, "c\(columns.count + 1)")))
      }
    }
    guard columns.count <= SQLiteTable.maximumRowWidth else {
      throw SQLError(
        .programLimitExceeded, "functions in FROM can return at most \(SQLiteTable.maximumRowWidth) columns", at: range)
    }
    if withOrdinality {
      let ordinality = ResultColumn(name: "ordinality", type: .int8, isNullable: false)
      columns.append(ScopeColumn(name: ordinality.name, expression: ordinality.use(table, "ordinality")))
    }
    try add(
      ScopeRelation(name: visibleName, schema: nil, table: table, columns: columns, isScalarFunction: isScalar), alias,
      range, scope)
    return .rows(parts, alias: table)
  }

  private func lowerSet(_ call: FunctionCall, _ alias: TableAlias?, _ scope: Scope, _ range: SourceRange)
    throws(SQLError) -> LoweredSet
  {
    let definitions = try self.definitions(alias)
    let call = try normalized(call, .from, scope)
    guard candidates(call.name).contains(where: { $0.kind == .set }) else {
      let value = try lowerScalar(call, scope, range)
      if !definitions.isEmpty {
        throw SQLError(
          .syntaxError, "a column definition list is only allowed for functions returning \"record\"", at: range)
      }
      if let fields = context.fields(of: value) {
        let columns = value.fields ?? []
        return LoweredSet(columns: columns, rows: .call("pg_one_row", fields.map(\.value.sql)), isScalar: false)
      }
      let column = ResultColumn(
        name: "", type: value.type.isUnknown ? .text : value.type, fixedPoint: value.fixedPoint,
        isNullable: value.isNullable)
      return LoweredSet(columns: [column], rows: .call("pg_one_row", value.sql), isScalar: true)
    }
    let arguments = try call.arguments.map { argument throws(SQLError) in
      try lower(argument.value, .from, scope)
    }
    let (function, cast) = try resolve(call, arguments, call.name.range)
    return try rows(of: function, cast, definitions, call.name.range)
  }

  /// A function of one value, or `current_date` and its kin, which are written without parentheses.
  private func lowerScalar(_ call: FunctionCall, _ scope: Scope, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    let keywords: Set<String> = [
      "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user",
      "session_user", "user", "current_role", "current_catalog", "current_schema",
    ]
    guard call.arguments.isEmpty, candidates(call.name).isEmpty, keywords.contains(call.name.name) else {
      return try lower(call, .from, scope, range)
    }
    return try lower(Expression(.currentValue(call.name.name, precision: nil), at: range), .from, scope)
  }

  private func rows(
    of function: FunctionDefinition, _ arguments: [TypedExpression], _ definitions: [ResultColumn], _ range: SourceRange
  ) throws(SQLError) -> LoweredSet {
    context.range = range
    switch function.lower {
    case .rowSet(let lowering):
      guard definitions.isEmpty else {
        throw SQLError(
          .syntaxError, "a column definition list is only allowed for functions returning \"record\"", at: range)
      }
      let rows = try located(range) { () throws(SQLError) in try lowering(&self.context, arguments) }
      let columns = function.columns.map { column in
        var column = column
        column.type = actual(column.type, function, arguments)
        return column
      }
      return LoweredSet(columns: columns, rows: rows, isScalar: columns.count == 1)
    case .recordSet(let lowering):
      // The rows of a record that is given as an argument have its fields.
      let definitions = definitions.isEmpty ? arguments.lazy.compactMap(\.fields).first ?? [] : definitions
      guard !definitions.isEmpty else {
        throw SQLError(
          .syntaxError, "a column definition list is required for functions returning \"record\"", at: range)
      }
      let rows = try located(range) { () throws(SQLError) in try lowering(&self.context, arguments, definitions) }
      return LoweredSet(columns: definitions, rows: rows, isScalar: false)
    case .call, .custom:
      throw SQLError(.internalError, "the function \(function.name) has no rows", at: range)
    }
  }

  /// The columns of `as t(a int, b text)`.
  private func definitions(_ alias: TableAlias?) throws(SQLError) -> [ResultColumn] {
    guard let alias, !alias.columnTypes.isEmpty else { return [] }
    var columns: [ResultColumn] = []
    for (name, type) in zip(alias.columns, alias.columnTypes) {
      let type = try SQLType(type)
      columns.append(ResultColumn(name: name.name, type: type, fixedPoint: type.fixedPoint))
    }
    return columns
  }

  /// A polymorphic type as the arguments decide it.
  private func actual(_ type: SQLType, _ function: FunctionDefinition, _ arguments: [TypedExpression]) -> SQLType {
    guard type.base == .anyelement || type.base == .anyarray else { return type }
    for (wanted, given) in zip(function.arguments, arguments) {
      if wanted.base == .anyelement {
        return type.base == .anyelement
          ? given.type.unmodified : SQLType(given.type.base, isArray: true)
      }
      if wanted.base == .anyarray {
        return type.base == .anyelement ? given.type.element.unmodified : given.type.unmodified
      }
    }
    return .text
  }

  // MARK: In the select list

  /// A set-returning function in the select list: its rows are joined after the row that calls it.
  func lowerSetCall(
    _ function: FunctionDefinition, _ arguments: [TypedExpression], _ clause: Clause, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    guard clause.allowsSetFunctions else {
      let message =
        switch clause {
        case .from: "set-returning functions must appear at top level of FROM"
        case .aggregateArguments: "aggregate function calls cannot contain set-returning function calls"
        case .windowDefinition: "window function calls cannot contain set-returning function calls"
        default: "set-returning functions are not allowed in \(clause.name)"
        }
      throw SQLError(.featureNotSupported, message, at: range)
    }
    let set = try rows(of: function, arguments, [], range)
    // A function over another's rows is expanded after it.
    let level = scope.expansions.lastIndex { set.rows.uses([$0.alias]) }.map { $0 + 1 } ?? 0
    if level == scope.expansions.count { scope.expansions.append(SetExpansion(alias: uniqueAlias("set"))) }
    let width = scope.expansions[level].calls.reduce(0) { $0 + $1.width }
    guard width + set.columns.count <= SQLiteTable.maximumRowWidth else {
      throw SQLError(.programLimitExceeded, "too many set-returning functions", at: range)
    }
    scope.expansions[level].calls.append(SetExpansion.Call(rows: set.rows, width: set.columns.count))
    let alias = scope.expansions[level].alias
    // A function with fewer rows than another beside it is padded with nulls.
    let fields = set.columns.enumerated().map { index, column in
      var value = column.use(alias, "c\(width + index + 1)")
      value.isNullable = true
      value.range = range
      return CompositeField(name: column.name, value: value)
    }
    if fields.count == 1 { return fields[0].value }
    var record = context.composite(fields, at: range)
    // Beside a longer function the record itself is null and not its fields.
    guard let present = set.columns.firstIndex(where: { !$0.isNullable }) else { return record }
    let isThere = SQLiteExpression.postfix(fields[present].value.sql, "is not null")
    record.sql = .caseWhen([SQLiteBranch(condition: isThere, result: record.sql)], otherwise: nil)
    record.isNullable = true
    record.parts = nil
    return record
  }

  /// PostgreSQL computes all of CASE and COALESCE's operands for a set, and so refuses sets there.
  func refuseSets(_ values: [TypedExpression], in construct: String, _ scope: Scope) throws(SQLError) {
    guard !scope.expansions.isEmpty else { return }
    let expanded = Set(scope.expansions.map(\.alias))
    for value in values where value.sql.uses(expanded) {
      throw SQLError(
        .featureNotSupported, "set-returning functions are not allowed in \(construct)",
        hint: "You might be able to move the set-returning function into a LATERAL FROM item.", at: value.range)
    }
  }

  // MARK: LATERAL

  /// A subquery over columns of FROM items before it: its rows for each of theirs are collected and joined.
  func lowerLateral(
    _ lowered: LoweredQuery, _ alias: TableAlias?, _ table: String, _ range: SourceRange, _ scope: Scope
  ) throws(SQLError) -> SQLiteTable {
    guard lowered.columns.count <= SQLiteTable.maximumRowWidth else {
      throw SQLError(
        .programLimitExceeded, "a LATERAL subquery can have at most \(SQLiteTable.maximumRowWidth) columns", at: range)
    }
    let inner = uniqueAlias("collected")
    var values: [SQLiteExpression] = lowered.storageColumns.map { .column(ColumnUse(table: inner, column: $0)) }
    if values.isEmpty { values = [.integer(1)] }
    let collected = SQLiteSelect(
      items: [SQLiteItem(expression: FunctionLibrary.aggregateCall("pg_collect_rows", values), alias: "rows")],
      from: .subquery(lowered.named, alias: inner))
    let columns = lowered.columns.enumerated().map { index, column in
      ScopeColumn(name: column.name, expression: column.known.use(table, "c\(index + 1)"))
    }
    try add(
      ScopeRelation(name: alias?.name.name ?? table, schema: nil, table: table, columns: columns), alias, range, scope)
    let rows = SQLiteExpression.scalar(SQLiteQuery(body: .select(collected)))
    return .rows([SetExpansion.Call(rows: rows, width: values.count)], alias: table)
  }
}
