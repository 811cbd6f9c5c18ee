extension Analyzer {
  /// INTERSECT ALL and EXCEPT ALL: equal rows of each side are numbered, so that the plain operations count them.
  func countingCompound(_ operation: SetOperator, _ first: LoweredQuery, _ second: LoweredQuery) -> LoweredQuery {
    let number = uniqueNames(first.storageColumns + ["number"]).last ?? "number"
    func numbered(_ lowered: LoweredQuery) -> SQLiteBody {
      let alias = uniqueAlias("operand")
      let values = zip(lowered.columns, lowered.storageColumns).map { $0.use(alias, $1).comparable }
      var items = zip(values, first.storageColumns).map { SQLiteItem(expression: $0, alias: $1) }
      let window = SQLiteWindow(partitionBy: values, orderBy: [])
      items.append(
        SQLiteItem(
          expression: .call(SQLiteCall(name: "row_number", arguments: [], window: window)), alias: number))
      return .select(SQLiteSelect(items: items, from: .subquery(lowered.named, alias: alias)))
    }
    let alias = uniqueAlias("counted")
    let compound = SQLiteBody.compound(operation.rawValue, numbered(first), numbered(second))
    let items = first.storageColumns.map {
      SQLiteItem(expression: .column(ColumnUse(table: alias, column: $0)), alias: $0)
    }
    var result = first
    result.query = SQLiteQuery(
      body: .select(SQLiteSelect(items: items, from: .subquery(SQLiteQuery(body: compound), alias: alias))))
    return result
  }

  /// FETCH FIRST … WITH TIES: the rows whose rank lies within the limit, after those that OFFSET skips.
  func limitWithTies(_ lowered: inout LoweredQuery, _ query: Query, _ scope: Scope) throws(SQLError) {
    guard !query.orderBy.isEmpty else {
      throw SQLError(.syntaxError, "WITH TIES cannot be specified without ORDER BY clause", at: query.range)
    }
    guard let limit = try limitValue(query.limit, "LIMIT", scope) else {
      lowered.query.offset = try limitValue(query.offset, "OFFSET", scope)
      return
    }
    let offset = try limitValue(query.offset, "OFFSET", scope)
    let terms = lowered.query.orderBy
    lowered.query.orderBy = []
    // Sort keys that are no outputs become columns, so that the numbering can use them.
    var names = lowered.storageColumns
    var keys: [String] = []
    if case .select(var select) = lowered.query.body {
      for term in terms {
        if case .integer(let position) = term.expression.bare {
          keys.append(lowered.storageColumns[Int(position) - 1])
          continue
        }
        names = uniqueNames(names + ["key"])
        keys.append(names[names.count - 1])
        select.items.append(SQLiteItem(expression: term.expression.bare, alias: keys[keys.count - 1]))
      }
      lowered.query.body = .select(select)
    } else {
      for term in terms {
        if case .integer(let position) = term.expression.bare {
          keys.append(lowered.storageColumns[Int(position) - 1])
        }
      }
    }
    let inner = uniqueAlias("sorted")
    let order = zip(terms, keys).map { term, key in
      var term = term
      term.expression = term.expression.replacingBare(.column(ColumnUse(table: inner, column: key)))
      return term
    }
    let added = Array(uniqueNames(names + ["number", "rank"]).suffix(2))
    var items = names.map { SQLiteItem(expression: .column(ColumnUse(table: inner, column: $0)), alias: $0) }
    for (function, name) in zip(["row_number", "rank"], added) {
      let call = SQLiteCall(name: function, arguments: [], window: SQLiteWindow(partitionBy: [], orderBy: order))
      items.append(SQLiteItem(expression: .call(call), alias: name))
    }
    let numbered = SQLiteSelect(items: items, from: .subquery(lowered.query, alias: inner))
    let outer = uniqueAlias("ranked")
    func column(_ name: String) -> SQLiteExpression { .column(ColumnUse(table: outer, column: name)) }
    var condition = SQLiteExpression.infix("<=", column(added[1]), limit)
    if let offset {
      condition = .chain(
        "and",
        [
          .infix(">", column(added[0]), offset),
          .infix("<=", column(added[1]), .infix("+", limit, offset)),
        ])
    }
    let select = SQLiteSelect(
      items: lowered.storageColumns.map { SQLiteItem(expression: column($0), alias: $0) },
      from: .subquery(SQLiteQuery(body: .select(numbered)), alias: outer), condition: condition)
    lowered.query = SQLiteQuery(
      body: .select(select),
      orderBy: [SQLiteOrderTerm(expression: column(added[0]), isDescending: false)])
  }

  /// FOR UPDATE and its kin have no effect where one writer holds the file, but need rows that could be locked.
  func checkLocking(_ query: Query) throws(SQLError) {
    let clause: String? =
      switch query.body {
      case .setOperation: "UNION/INTERSECT/EXCEPT"
      case .values, .nested: nil
      case .select(let select):
        select.distinct != .all
          ? "DISTINCT clause"
          : !select.groupBy.isEmpty ? "GROUP BY clause" : select.having != nil ? "HAVING clause" : nil
      }
    guard let clause else { return }
    throw SQLError(.featureNotSupported, "FOR UPDATE is not allowed with \(clause)", at: query.range)
  }

  // MARK: Recursive queries

  /// Refuses what PostgreSQL refuses in a recursive term, in its words, and what SQLite cannot do.
  /// Source: `checkWellFormedRecursion` of PostgreSQL's parse_cte.c.
  func checkRecursion(_ name: Identifier, _ query: Query, _ first: QueryBody, _ second: QueryBody) throws(SQLError) {
    func refuse(_ message: String) -> SQLError { SQLError(.invalidRecursion, message, at: name.range) }
    for (clause, place) in [
      ("ORDER BY", query.orderBy.first?.expression.range), ("OFFSET", query.offset?.range),
      ("LIMIT", query.limit?.range), ("FOR UPDATE/SHARE", query.isLocking ? query.range : nil),
    ] {
      guard let place else { continue }
      throw SQLError(.featureNotSupported, "\(clause) in a recursive query is not implemented", at: place)
    }
    if first.mentions(name.name) {
      throw refuse("recursive reference to query \"\(name.name)\" must not appear within its non-recursive term")
    }
    var uses = RecursiveUses(name: name.name)
    uses.visit(second)
    if uses.isInSetOperation {
      throw refuse("recursive reference to query \"\(name.name)\" must not appear within EXCEPT")
    }
    if uses.isInSublink {
      throw refuse("recursive reference to query \"\(name.name)\" must not appear within a subquery")
    }
    if uses.isInOuterJoin {
      throw refuse("recursive reference to query \"\(name.name)\" must not appear within an outer join")
    }
    if uses.count > 1 {
      throw refuse("recursive reference to query \"\(name.name)\" must not appear more than once")
    }
    if uses.isDerived {
      throw SQLError(
        .featureNotSupported, "a recursive reference inside a subquery in FROM is not supported",
        hint: "Write the subquery's conditions into the recursive term itself.", at: name.range)
    }
  }
}

/// Where a recursive term names its own query.
private struct RecursiveUses {
  let name: String
  var count = 0
  var isInOuterJoin = false
  var isInSublink = false
  var isInSetOperation = false
  /// Whether it stands in a subquery of FROM, which PostgreSQL allows and SQLite does not.
  var isDerived = false

  init(name: String) { self.name = name }

  mutating func visit(_ body: QueryBody, isDerived: Bool = false) {
    switch body {
    case .select(let select):
      for table in select.from { visit(table, isNullable: false, isDerived: isDerived) }
      var expressions = select.items.map(\.expression)
      expressions += [select.condition, select.having].compactMap { $0 }
      for expression in expressions { visit(expression) }
    case .values(let rows): rows.forEach { row in row.forEach { visit($0) } }
    case .setOperation(let operation, _, let left, let right):
      if operation == .except, right.mentions(name) { isInSetOperation = true }
      visit(left, isDerived: true)
      visit(right, isDerived: true)
    case .nested(let query): visit(query.body, isDerived: isDerived)
    }
  }

  private mutating func visit(_ table: TableExpression, isNullable: Bool, isDerived: Bool) {
    switch table {
    case .relation(let relation, _, _):
      guard relation.parts.count == 1, relation.name == name else { return }
      count += 1
      if isNullable { isInOuterJoin = true }
      if isDerived { self.isDerived = true }
    case .subquery(let query, _, _, _):
      if query.with?.tables.contains(where: { $0.name.name == name }) == true { return }
      let before = count
      visit(query.body, isDerived: true)
      if isNullable, count > before { isInOuterJoin = true }
    case .functions: break
    case .join(let kind, let left, let right, _, _):
      visit(left, isNullable: isNullable || kind == .right || kind == .full, isDerived: isDerived)
      visit(right, isNullable: isNullable || kind == .left || kind == .full, isDerived: isDerived)
    case .aliased(let inner, _): visit(inner, isNullable: isNullable, isDerived: isDerived)
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .subquery(let query), .exists(let query), .arraySubquery(let query), .inSubquery(_, let query, _),
      .quantified(_, _, _, .query(let query)):
      var names: [QualifiedName] = []
      SyntaxWalker.relations(in: query, commonTables: [], &names)
      if names.contains(where: { $0.parts.count == 1 && $0.name == name }) { isInSublink = true }
    default: break
    }
    for part in expression.parts { visit(part) }
  }
}
