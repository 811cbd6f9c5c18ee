/// What stands in FROM: tables, subqueries, functions and joins.
///
/// Source: <https://www.postgresql.org/docs/15/queries-table-expressions.html>
extension Parser {
  /// A table with the joins that follow it; they lean to the left.
  func tableExpression() throws(ParseFailure) -> TableExpression {
    try enter()
    let outerTallest = tallest
    tallest = 0
    let start = self.start
    let first = try tablePrimary()
    let whole = try joins(first, from: start)
    tallest = max(outerTallest, tallest)
    leave()
    return whole
  }

  private func joins(_ first: TableExpression, from start: Int) throws(ParseFailure) -> TableExpression {
    var left = first
    var height = tallest + 1
    while startsJoin {
      tallest = 0
      left = try join(left, from: start)
      height = max(height, tallest) + 1
      try checkHeight(height)
    }
    tallest = height
    return left
  }

  private var startsJoin: Bool {
    switch token.keyword {
    case .join, .inner, .left, .right, .full, .cross, .natural: true
    default: false
    }
  }

  private func join(_ left: TableExpression, from start: Int) throws(ParseFailure) -> TableExpression {
    if accept(.cross) {
      try expect(.join)
      let right = try tablePrimary()
      return .join(.cross, left, right, .none, range: range(from: start))
    }
    let isNatural = accept(.natural)
    let kind = try joinKind()
    try expect(.join)
    try enter()
    let rightStart = self.start
    var right = try tablePrimary()
    if isNatural {
      leave()
      return .join(kind, left, right, .natural, range: range(from: start))
    }
    // Joins that come before this one's condition belong to its right side: `a join b join c on … on …`.
    if startsJoin { right = try joins(right, from: rightStart) }
    let condition = try joinCondition()
    leave()
    return .join(kind, left, right, condition, range: range(from: start))
  }

  private func joinKind() throws(ParseFailure) -> JoinKind {
    let kind: JoinKind
    switch token.keyword {
    case .left: kind = .left
    case .right: kind = .right
    case .full: kind = .full
    default:
      _ = accept(.inner)
      return .inner
    }
    advance()
    _ = accept(.outer)
    return kind
  }

  private func joinCondition() throws(ParseFailure) -> JoinCondition {
    if accept(.on) { return .on(try expression()) }
    try expect(.using)
    let columns = try columnList()
    let alias = accept(.as) ? try columnName() : nil
    return .using(columns, alias: alias)
  }
}

// MARK: - One table

extension Parser {
  private func tablePrimary() throws(ParseFailure) -> TableExpression {
    let start = self.start
    let isLateral = accept(.lateral)
    if at(.leftParenthesis) {
      if isLateral { return try subquery(try parenthesisedQuery(), isLateral: true, from: start) }
      return try table(from: try parenthesisedTable(), start)
    }
    if let functions = try tableFunctions() { return try function(functions, isLateral: isLateral, from: start) }
    guard !isLateral else {
      _ = try anyName()
      throw unexpected()
    }
    let relation = try relationExpression()
    guard case .relation(let name, _, let isOnly) = relation else { return relation }
    let alias = try tableAlias()
    if at(.tablesample) {
      advance()
      throw unsupported("TABLESAMPLE", from: previous.start)
    }
    return .relation(name, alias: alias, isOnly: isOnly)
  }

  /// `t`, `t *`, `only t`, `only (t)`.
  func relationExpression() throws(ParseFailure) -> TableExpression {
    guard accept(.only) else {
      let name = try qualifiedName()
      _ = accept(.star)
      return .relation(name, alias: nil, isOnly: false)
    }
    guard at(.leftParenthesis) else { return .relation(try qualifiedName(), alias: nil, isOnly: true) }
    try open()
    let name = try qualifiedName()
    try close()
    return .relation(name, alias: nil, isOnly: true)
  }

  private indirect enum Content {
    case query(Query)
    case table(TableExpression)
  }

  /// A query or a join in parentheses: as with expressions, only what follows each part tells.
  private func parenthesisedTable() throws(ParseFailure) -> Content {
    try open()
    if startsQuery {
      let query = try self.query()
      try close()
      return .query(query)
    }
    try enter()
    let outerTallest = tallest
    tallest = 0
    let start = self.start
    let content: Content
    if at(.leftParenthesis) {
      let inner = try parenthesisedTable()
      if case .query(let query) = inner, at(.rightParenthesis) || continuesQuery {
        content = .query(try self.query(from: query, start))
      } else {
        // Only a join can follow here, so that anything else is the fault, and not the missing alias.
        if case .query = inner, !startsJoin, !at(.as), !token.isColumnName { throw unexpected() }
        let first = try table(from: inner, start)
        content = .table(try joins(first, from: start))
      }
    } else {
      let first = try tablePrimary()
      content = .table(try joins(first, from: start))
    }
    if case .table(let table) = content {
      // Parentheses around a single table are not allowed.
      guard case .join = table else { throw unexpected() }
    }
    tallest = max(outerTallest, tallest)
    leave()
    try close()
    return content
  }

  private func table(from content: Content, _ start: Int) throws(ParseFailure) -> TableExpression {
    switch content {
    case .query(let query): return try subquery(query, isLateral: false, from: start)
    case .table(let table):
      guard let alias = try tableAlias() else { return table }
      return .aliased(table, alias)
    }
  }

  private func subquery(
    _ query: Query, isLateral: Bool, from start: Int
  ) throws(ParseFailure) -> TableExpression {
    let queryRange = range(from: start)
    guard let alias = try tableAlias() else {
      let isValues = if case .values = query.body { true } else { false }
      throw ParseFailure(
        .syntaxError, "\(isValues ? "VALUES" : "subquery") in FROM must have an alias",
        hint: "For example, FROM (\(isValues ? "VALUES" : "SELECT") ...) [AS] foo.", at: queryRange)
    }
    return .subquery(query, alias: alias, isLateral: isLateral, range: range(from: start))
  }
}

// MARK: - Functions and aliases

extension Parser {
  /// The functions that stand here; nil when it is a plain table.
  private func tableFunctions() throws(ParseFailure) -> [FunctionCall]? {
    if at(.rows, .from) {
      skip(2)
      try open()
      var functions: [FunctionCall] = []
      repeat {
        guard let function = try tableFunction() else {
          _ = try anyName()
          throw unexpected()
        }
        functions.append(function)
        if at(.as) { throw unsupported("A column definition list in ROWS FROM", from: start) }
      } while accept(.comma)
      try close()
      return functions
    }
    return try tableFunction().map { [$0] }
  }

  /// A call that may stand in FROM; nil, with nothing consumed, when there is none.
  func tableFunction() throws(ParseFailure) -> FunctionCall? {
    let first = position
    switch token.wordClass {
    case .reserved: return try valueFunction()
    case .columnName where peek().kind == .leftParenthesis:
      guard let form = try specialForm() else { break }
      if let call = Parser.call(from: form) { return call }
      move(to: first)
      throw unexpected()
    case .typeOrFunction:
      if at(.current_schema), peek().kind != .leftParenthesis { return try valueFunction() }
      if at(.collation, .for), case .call(let call) = try collationFor().kind { return call }
      if peek().kind != .leftParenthesis {
        advance()
        throw unexpected()
      }
    case .notWord: return nil
    default: break
    }
    guard startsCall else { return nil }
    let name = try routineName()
    return try application(of: name)
  }

  /// Whether a name with its qualifiers and then a parenthesis stand here.
  private var startsCall: Bool {
    var distance = 1
    if token.isColumnName {
      while peek(distance).kind == .dot, peek(distance + 1).isLabel { distance += 2 }
    }
    return peek(distance).kind == .leftParenthesis && (token.isFunctionName || distance > 1)
  }

  private static func call(from form: Expression) -> FunctionCall? {
    switch form.kind {
    case .call(let call): return call
    case .extract(let field, let source):
      let field = Expression(.string(field), at: form.range)
      return FunctionCall(
        name: QualifiedName([Identifier("extract", at: form.range)]),
        arguments: [FunctionArgument(value: field), FunctionArgument(value: source)])
    default: return nil
    }
  }

  /// `current_date` and its kin as tables of one row.
  private func valueFunction() throws(ParseFailure) -> FunctionCall? {
    let value: Expression
    switch token.keyword {
    case .current_date, .current_role, .current_user, .session_user, .user, .current_catalog, .current_schema:
      value = currentValue()
    case .current_time, .current_timestamp, .localtime, .localtimestamp: value = try currentTime()
    case .cast:
      advance()
      throw unsupported("CAST in FROM", from: previous.start)
    default: return nil
    }
    guard case .currentValue(let name, let precision) = value.kind else { return nil }
    let arguments = precision.map {
      [FunctionArgument(value: Expression(.integer(String($0)), at: value.range))]
    }
    return FunctionCall(name: QualifiedName([Identifier(name, at: value.range)]), arguments: arguments ?? [])
  }

  private func function(
    _ functions: [FunctionCall], isLateral: Bool, from start: Int
  ) throws(ParseFailure) -> TableExpression {
    let withOrdinality = accept(.with, .ordinality)
    var alias: TableAlias?
    if at(.as), peek().kind == .leftParenthesis {
      // Without a name, the function's own is the table's.
      let word = advance()
      let name = functions.first?.name.name ?? ""
      alias = try columnDefinitions(TableAlias(name: Identifier(name, at: word.range)))
    } else if let named = try tableAlias(allowsTypes: true) {
      alias = named
    }
    return .functions(
      functions, alias: alias, withOrdinality: withOrdinality, isLateral: isLateral, range: range(from: start))
  }

  /// `as t (a, b)` or the same without AS; functions may also have `t (a int, b text)`.
  func tableAlias(allowsTypes: Bool = false) throws(ParseFailure) -> TableAlias? {
    guard accept(.as) || token.isColumnName else { return nil }
    var alias = TableAlias(name: try columnName())
    guard at(.leftParenthesis) else { return alias }
    let behindFirst = peek(2).kind
    if allowsTypes, peek().isColumnName, behindFirst != .comma, behindFirst != .rightParenthesis {
      return try columnDefinitions(alias)
    }
    alias.columns = try columnList()
    return alias
  }

  private func columnDefinitions(_ alias: TableAlias) throws(ParseFailure) -> TableAlias {
    var alias = alias
    try open()
    repeat {
      alias.columns.append(try columnName())
      alias.columnTypes.append(try typeName())
      if at(.collate) { throw unsupported("COLLATE in a column definition list", from: start) }
    } while accept(.comma)
    try close()
    return alias
  }
}
