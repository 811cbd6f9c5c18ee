extension Analyzer {
  /// A query that is a statement, or a step of a command.
  func lowerStatement(_ query: Query) throws(SQLError) -> LoweredQuery {
    guard step.commonTables != nil else { return try lower(query, parent: nil) }
    let outer = try lowerWith(nil)
    var lowered = try lower(query, parent: outer.scope)
    lowered.query.commonTables = outer.tables + lowered.query.commonTables
    lowered.query.isRecursive = outer.isRecursive || lowered.query.isRecursive
    return lowered
  }

  /// A query with its WITH, ORDER BY and LIMIT.
  func lower(_ query: Query, parent: Scope?) throws(SQLError) -> LoweredQuery {
    let scope = Scope(parent: parent)
    var commonTables: [SQLiteCommonTable] = []
    var isRecursive = false
    if let with = query.with {
      isRecursive = with.isRecursive
      commonTables = try lowerTables(of: with, scope)
    }
    if query.isLocking { try checkLocking(query) }
    var lowered: LoweredQuery
    if case .select(let select) = query.body {
      lowered = try lower(select, orderBy: query.orderBy, outer: scope)
    } else {
      lowered = try lower(query.body, outer: scope)
      if !query.orderBy.isEmpty { try order(&lowered, by: query.orderBy, isCompound: query.body.isSetOperation, scope) }
    }
    if query.limitWithTies { try limitWithTies(&lowered, query, scope) } else { try limit(&lowered, query, scope) }
    lowered.query.commonTables = commonTables + lowered.query.commonTables
    lowered.query.isRecursive = isRecursive || lowered.query.isRecursive
    return lowered
  }

  private func limit(_ lowered: inout LoweredQuery, _ query: Query, _ scope: Scope) throws(SQLError) {
    // A body that has its own limit keeps it in a subquery.
    if (query.limit != nil || query.offset != nil) && (lowered.query.limit != nil || lowered.query.offset != nil) {
      lowered.query = SQLiteQuery(body: .nested(lowered.query, columnCount: lowered.columns.count))
    }
    lowered.query.limit = try limitValue(query.limit, "LIMIT", scope) ?? lowered.query.limit
    lowered.query.offset = try limitValue(query.offset, "OFFSET", scope) ?? lowered.query.offset
  }

  /// The value of LIMIT or OFFSET; nil when there is none or it is null.
  func limitValue(_ expression: Expression?, _ name: String, _ scope: Scope) throws(SQLError) -> SQLiteExpression? {
    guard let expression else { return nil }
    let value = try lower(expression, .limit, scope)
    if case .null? = value.constant { return nil }
    let count = try context.cast(value, to: .int8, in: .assignment)
    if case .integer(let number)? = count.constant, number < 0 {
      throw SQLError(
        SQLState(rawValue: name == "LIMIT" ? "2201W" : "2201X"), "\(name) must not be negative", at: expression.range)
    }
    return count.sql.isLiteral ? count.sql : .call("pg_limit", count.sql, .text(name))
  }

  // MARK: Common tables

  /// The tables of WITH, in order; their names join the scope.
  func lowerTables(of with: WithClause, _ scope: Scope) throws(SQLError) -> [SQLiteCommonTable] {
    var tables: [SQLiteCommonTable] = []
    for (index, table) in with.tables.enumerated() {
      laterTables.append(with.isRecursive ? [] : Set(with.tables[index...].map(\.name.name)))
      defer { laterTables.removeLast() }
      let lowered = try lower(table, isRecursive: with.isRecursive, scope, &tables)
      tables.append(lowered)
    }
    return tables
  }

  private func lower(
    _ table: CommonTable, isRecursive: Bool, _ scope: Scope, _ earlier: inout [SQLiteCommonTable]
  ) throws(SQLError) -> SQLiteCommonTable {
    let name = table.name.name
    if scope.commonTables[name] != nil {
      throw SQLError(
        .duplicateAlias, "WITH query name \"\(name)\" specified more than once", at: table.name.range)
    }
    guard case .query(let query) = table.statement.kind else {
      throw SQLError(
        .featureNotSupported, "WITH clause containing a data-modifying statement must be at the top level",
        at: table.name.range)
    }
    let storageName = uniqueAlias(name)
    if isRecursive, case .setOperation(.union, let isAll, let first, let second) = query.body, second.mentions(name) {
      if let with = query.with {
        // Common tables of the recursive query itself stand before it: their names are unique in SQLite.
        let inner = Scope(parent: scope)
        for table in with.tables {
          let lowered = try lower(table, isRecursive: with.isRecursive, inner, &earlier)
          earlier.append(lowered)
        }
        let common = try lowerRecursive(
          table, first: first, second: second, isAll: isAll, storageName: storageName, query, inner)
        scope.commonTables[name] = inner.commonTables[name]
        return common
      }
      return try lowerRecursive(
        table, first: first, second: second, isAll: isAll, storageName: storageName, query, scope)
    }
    if isRecursive, query.body.mentions(name) {
      throw SQLError(
        .invalidRecursion,
        "recursive query \"\(name)\" does not have the form non-recursive-term UNION [ALL] recursive-term",
        at: table.name.range)
    }
    let lowered = try lower(query, parent: scope)
    let binding = try binding(table, lowered, storageName: storageName)
    scope.commonTables[name] = binding
    return SQLiteCommonTable(
      name: storageName, columns: binding.storageColumns, isMaterialized: table.isMaterialized, query: lowered.query)
  }

  private func lowerRecursive(
    _ table: CommonTable, first: QueryBody, second: QueryBody, isAll: Bool, storageName: String, _ query: Query,
    _ scope: Scope
  ) throws(SQLError) -> SQLiteCommonTable {
    try checkRecursion(table.name, query, first, second)
    var start = try lower(first, outer: scope)
    // The scales of later rows are not known, so decimals are texts, each with its own.
    var startColumns = start.columns
    for index in startColumns.indices where startColumns[index].type.isNumeric { startColumns[index].fixedPoint = nil }
    startColumns = startColumns.map(\.known)
    start = try converted(start, to: startColumns, at: table.statement.range)
    // Repeated rows are found under the collations of the first term's columns.
    if !isAll { start = collated(start) }
    let binding = try binding(table, start, storageName: storageName)
    scope.commonTables[table.name.name] = binding
    scope.commonTables[table.name.name]?.isRecursiveReference = true
    defer { scope.commonTables[table.name.name]?.isRecursiveReference = false }
    var step = try lower(second, outer: scope)
    guard step.columns.count == start.columns.count else {
      throw SQLError(
        .syntaxError, "each UNION query must have the same number of columns", at: second.outputRange(0))
    }
    for (index, (wanted, given)) in zip(start.columns, step.columns).enumerated()
    where wanted.type.unmodified != given.type.unmodified || wanted.fixedPoint != given.fixedPoint {
      guard let overall = CastRules.commonType([wanted.type, given.type]) else {
        throw SQLError(
          .datatypeMismatch,
          "UNION types \(wanted.type.displayName) and \(given.type.displayName) cannot be matched",
          at: second.outputRange(index))
      }
      guard CastRules.context(from: given.type, to: wanted.type) == .implicit, overall.base == wanted.type.base else {
        throw SQLError(
          .datatypeMismatch,
          "recursive query \"\(table.name.name)\" column \(index + 1) has type \(wanted.type.displayName) in "
            + "non-recursive term but type \(overall.displayName) overall",
          hint: "Cast the output of the non-recursive term to the correct type.", at: first.outputRange(index))
      }
    }
    step = try converted(step, to: start.columns, at: table.statement.range)
    let body = SQLiteBody.compound(isAll ? "union all" : "union", start.operand, step.operand)
    return SQLiteCommonTable(
      name: storageName, columns: binding.storageColumns, isMaterialized: nil, query: SQLiteQuery(body: body))
  }

  private func binding(_ table: CommonTable, _ lowered: LoweredQuery, storageName: String) throws(SQLError)
    -> CommonTableBinding
  {
    var columns = lowered.columns
    guard table.columns.count <= columns.count else {
      throw SQLError(
        .invalidColumnReference,
        "WITH query \"\(table.name.name)\" has \(columns.count) columns available but "
          + "\(table.columns.count) columns specified", at: table.name.range)
    }
    for (index, column) in table.columns.enumerated() { columns[index].name = column.name }
    for index in columns.indices where columns[index].type.isUnknown { columns[index].type = .text }
    return CommonTableBinding(
      storageName: storageName, columns: columns, storageColumns: uniqueNames(columns.map(\.name)))
  }

  // MARK: VALUES and set operations

  func lower(_ body: QueryBody, outer: Scope) throws(SQLError) -> LoweredQuery {
    switch body {
    case .select(let select): return try lower(select, orderBy: [], outer: outer)
    case .values(let rows): return try lower(values: rows, outer: outer)
    case .nested(let query): return try lower(query, parent: outer)
    case .setOperation(let operation, let isAll, let left, let right):
      return try lower(operation, isAll: isAll, left, right, outer: outer)
    }
  }

  private func lower(values rows: [[Expression]], outer: Scope) throws(SQLError) -> LoweredQuery {
    let width = rows.first?.count ?? 0
    var typed: [[TypedExpression]] = []
    for row in rows {
      guard row.count == width else {
        throw SQLError(
          .syntaxError, "VALUES lists must all be the same length", at: row.first?.range ?? rows[0][0].range)
      }
      typed.append(try row.map { expression throws(SQLError) in try lower(expression, .values, outer) })
    }
    var columns: [ResultColumn] = []
    for column in 0..<width {
      let unified = try unify(typed.map { $0[column] }, "VALUES")
      for (row, value) in unified.values.enumerated() { typed[row][column] = value }
      columns.append(
        ResultColumn(name: "column\(column + 1)", type: unified.type, fixedPoint: unified.fixedPoint))
    }
    // SQLite would name a column after the one that stands in its first row.
    for index in typed[0].indices {
      if case .column = typed[0][index].sql { typed[0][index].sql = .prefix("+", typed[0][index].sql) }
    }
    return LoweredQuery(
      query: SQLiteQuery(body: .values(typed.map { $0.map(\.sql) })), columns: columns,
      storageColumns: columns.map(\.name))
  }

  private func lower(
    _ operation: SetOperator, isAll: Bool, _ left: QueryBody, _ right: QueryBody, outer: Scope
  ) throws(SQLError) -> LoweredQuery {
    var first = try lower(left, outer: outer)
    var second = try lower(right, outer: outer)
    let name = operation.rawValue.uppercased()
    guard first.columns.count == second.columns.count else {
      throw SQLError(
        .syntaxError, "each \(name) query must have the same number of columns", at: right.outputRange(0))
    }
    var columns = first.columns
    for index in columns.indices {
      let a = first.columns[index], b = second.columns[index]
      guard let type = CastRules.commonType([a.type, b.type]) else {
        throw SQLError(
          .datatypeMismatch,
          "\(name) types \(a.type.displayName) and \(b.type.displayName) cannot be matched",
          at: right.outputRange(index))
      }
      columns[index].type = type
      columns[index].isNullable = a.isNullable || b.isNullable
      columns[index].fixedPoint = type.isNumeric ? equalFixedPoint([a.asExpression, b.asExpression]) : nil
    }
    first = try converted(first, to: columns, at: left.range)
    second = try converted(second, to: columns, at: right.range)
    if isAll && operation != .union {
      first.columns = columns
      return countingCompound(operation, first, second)
    }
    // A compound SELECT compares under the collations of its left operand's columns.
    if !isAll {
      for column in columns { try column.type.requireEquality(at: left.range) }
      first = collated(first)
    }
    let keyword = operation == .union && isAll ? "union all" : operation.rawValue
    let body = SQLiteBody.compound(keyword, first.operand, second.operand)
    return LoweredQuery(query: SQLiteQuery(body: body), columns: columns, storageColumns: first.storageColumns)
  }

  /// The query with its columns cast to other types; unchanged when they have them already.
  func converted(_ lowered: LoweredQuery, to columns: [ResultColumn], at range: SourceRange) throws(SQLError)
    -> LoweredQuery
  {
    let isSame = zip(lowered.columns, columns).allSatisfy {
      $0.type.unmodified == $1.type.unmodified && $0.fixedPoint == $1.fixedPoint
    }
    if isSame { return lowered }
    return try projected(lowered, at: range) { (value, index) throws(SQLError) in
      var cast = try self.context.cast(value, to: columns[index].type.unmodified, in: .implicit)
      if columns[index].type.isNumeric { cast = try self.represented(cast, as: columns[index].fixedPoint) }
      return cast
    }
  }

  private func collated(_ lowered: LoweredQuery) -> LoweredQuery {
    guard lowered.columns.contains(where: { $0.fixedPoint == nil && $0.type.collation != nil }) else { return lowered }
    var result = lowered
    let alias = uniqueAlias("operand")
    let items = zip(lowered.columns, lowered.storageColumns).map { column, storage in
      SQLiteItem(expression: column.use(alias, storage).comparable, alias: storage)
    }
    result.query = SQLiteQuery(body: .select(SQLiteSelect(items: items, from: .subquery(lowered.named, alias: alias))))
    return result
  }

  private func projected(
    _ lowered: LoweredQuery, at range: SourceRange,
    _ transform: (TypedExpression, Int) throws(SQLError) -> TypedExpression
  ) throws(SQLError) -> LoweredQuery {
    // Literals are cast where they stand, so that `select 1 union select null` needs no subquery.
    if case .select(var select) = lowered.query.body, lowered.query.orderBy.isEmpty, lowered.query.limit == nil,
      !select.isDistinct, select.items.count == lowered.columns.count,
      zip(select.items, lowered.columns).allSatisfy({ $0.expression.isLiteral || !$1.type.isUnknown })
    {
      var result = lowered
      for index in select.items.indices {
        var value = lowered.columns[index].asExpression
        value.sql = select.items[index].expression
        value.range = range
        if case .text(let text) = value.sql, value.type.isUnknown { value.constant = .string(text) }
        if case .null = value.sql { value.constant = .null }
        let cast = try transform(value, index)
        select.items[index].expression = cast.sql
        result.columns[index].type = cast.type
        result.columns[index].fixedPoint = cast.fixedPoint
      }
      result.query.body = .select(select)
      return result
    }
    var result = lowered
    let alias = uniqueAlias("operand")
    var items: [SQLiteItem] = []
    for (index, (column, storage)) in zip(lowered.columns, lowered.storageColumns).enumerated() {
      var value = column.use(alias, storage)
      value.range = range
      let cast = try transform(value, index)
      items.append(SQLiteItem(expression: cast.sql, alias: storage))
      result.columns[index].type = cast.type
      result.columns[index].fixedPoint = cast.fixedPoint
    }
    result.query = SQLiteQuery(body: .select(SQLiteSelect(items: items, from: .subquery(lowered.named, alias: alias))))
    return result
  }

  /// ORDER BY over a set operation or VALUES: output columns only.
  private func order(_ lowered: inout LoweredQuery, by items: [OrderItem], isCompound: Bool, _ scope: Scope)
    throws(SQLError)
  {
    if !isCompound { return try orderValues(&lowered, by: items, outer: scope) }
    var terms: [SQLiteOrderTerm] = []
    for item in items {
      let index: Int
      switch item.expression.kind {
      case .integer(let digits):
        index = try ordinal(digits, lowered.columns.count, item.expression.range, clause: "ORDER BY")
      case .column(let name) where name.parts.count == 1:
        guard let found = lowered.columns.firstIndex(where: { $0.name == name.name }) else {
          throw SQLError(
            .undefinedColumn, "column \"\(name.name)\" does not exist", at: item.expression.range)
        }
        index = found
      default:
        throw SQLError(
          .featureNotSupported, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
          detail: "Only result column names can be used, not expressions or functions.",
          hint: "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
          at: item.expression.range)
      }
      let column = lowered.columns[index]
      terms.append(try orderTerm(.integer(Int64(index + 1)), column.asExpression, item))
    }
    // A compound takes ORDER BY only over its own columns, and VALUES takes none: both become a subquery.
    lowered.query = SQLiteQuery(body: .nested(lowered.query, columnCount: lowered.columns.count))
    lowered.query.orderBy = terms
  }

  /// ORDER BY over VALUES or a query in parentheses: expressions over its columns.
  private func orderValues(_ lowered: inout LoweredQuery, by items: [OrderItem], outer: Scope) throws(SQLError) {
    let alias = uniqueAlias("values")
    let scope = Scope(parent: outer)
    let values = zip(lowered.columns, lowered.storageColumns).map { $0.known.use(alias, $1) }
    scope.relations = [
      ScopeRelation(
        name: "*VALUES*", table: alias,
        columns: zip(lowered.columns, values).map { ScopeColumn(name: $0.name, expression: $1) })
    ]
    var terms: [SQLiteOrderTerm] = []
    for item in items {
      if case .integer(let digits) = item.expression.kind {
        let index = try ordinal(digits, lowered.columns.count, item.expression.range, clause: "ORDER BY")
        terms.append(try orderTerm(.integer(Int64(index + 1)), values[index], item))
        continue
      }
      let value = try lower(item.expression, .orderBy, scope)
      terms.append(try orderTerm(value.sql, value, item))
    }
    let selected = zip(values, lowered.storageColumns).map { SQLiteItem(expression: $0.sql, alias: $1) }
    lowered.query = SQLiteQuery(
      body: .select(SQLiteSelect(items: selected, from: .subquery(lowered.named, alias: alias))), orderBy: terms)
  }

  /// A position in the select list, counted from 1, as an index.
  func ordinal(_ digits: String, _ count: Int, _ range: SourceRange, clause: String) throws(SQLError) -> Int {
    guard let number = Int(digits), (1...Swift.max(count, 1)).contains(number), count > 0 else {
      throw SQLError(
        .invalidColumnReference, "\(clause) position \(digits) is not in select list", at: range)
    }
    return number - 1
  }

  /// One ORDER BY term with PostgreSQL's null ordering made explicit where SQLite's differs.
  func orderTerm(_ sql: SQLiteExpression, _ value: TypedExpression, _ item: OrderItem) throws(SQLError)
    -> SQLiteOrderTerm
  {
    try value.type.requireOrder(at: item.expression.range)
    let nullsFirst = item.nullsFirst ?? item.isDescending
    let isDefault = nullsFirst != item.isDescending
    var expression = sql
    if let collation = value.orderCollation { expression = .collate(sql, collation) }
    return SQLiteOrderTerm(
      expression: expression, isDescending: item.isDescending,
      nullsFirst: value.isNullable && !isDefault ? nullsFirst : nil)
  }
}

extension ResultColumn {
  /// The column as an expression over nothing in particular, to ask about its type.
  var asExpression: TypedExpression {
    var value = TypedExpression(
      .null, type, fixedPoint: fixedPoint, isNullable: isNullable, at: SourceRange(start: 0, end: 0))
    value.fields = fields
    return value
  }

  /// The column as a reference to one of a FROM item.
  func use(_ table: String, _ column: String) -> TypedExpression {
    var value = asExpression
    value.sql = .column(ColumnUse(table: table, column: column))
    return value
  }
}

extension LoweredQuery {
  /// The query as an operand of a compound SELECT, which may carry no clauses of its own.
  var operand: SQLiteBody {
    guard query.commonTables.isEmpty, query.orderBy.isEmpty, query.limit == nil, query.offset == nil else {
      return .nested(query, columnCount: columns.count)
    }
    if case .values = query.body { return .nested(query, columnCount: columns.count) }
    return query.body
  }

  /// The query with SQLite's names for its columns, for use in FROM.
  var named: SQLiteQuery { query }
}

extension QueryBody {
  var isSetOperation: Bool {
    if case .setOperation = self { return true }
    return false
  }

  var range: SourceRange {
    switch self {
    case .select(let select): select.range
    case .values(let rows): rows.first?.first?.range ?? SourceRange(start: 0, end: 0)
    case .setOperation(_, _, let left, let right): left.range.union(right.range)
    case .nested(let query): query.range
    }
  }

  /// Whether a FROM of this body names the relation, as a recursive term names itself.
  func mentions(_ name: String) -> Bool {
    switch self {
    case .select(let select): select.from.contains { $0.mentions(name) }
    case .values: false
    case .setOperation(_, _, let left, let right): left.mentions(name) || right.mentions(name)
    case .nested(let query): query.body.mentions(name)
    }
  }
}

extension TableExpression {
  func mentions(_ name: String) -> Bool {
    switch self {
    case .relation(let relation, _, _): relation.parts.count == 1 && relation.name == name
    case .subquery(let query, _, _, _): query.body.mentions(name)
    case .functions: false
    case .join(_, let left, let right, _, _): left.mentions(name) || right.mentions(name)
    case .aliased(let table, _): table.mentions(name)
    }
  }
}
