/// Queries: WITH, set operations, and what stands behind them (ORDER BY, LIMIT, FOR UPDATE).
///
/// Source: <https://www.postgresql.org/docs/15/sql-select.html>
extension Parser {
  /// Whether a query without parentheses starts here; VALUES may also name a column.
  var startsQuery: Bool {
    switch token.keyword {
    case .select, .with, .table: true
    case .values: peek().kind == .leftParenthesis
    default: false
    }
  }

  /// Whether what follows makes a query in parentheses the start of a larger one.
  var continuesQuery: Bool {
    switch token.keyword {
    case .union, .intersect, .except, .order, .limit, .offset, .fetch, .for: true
    default: false
    }
  }

  func query() throws(ParseFailure) -> Query {
    let start = self.start
    let with = at(.with) ? try withClause() : nil
    return try query(with: with, from: start)
  }

  /// The query behind a WITH that was read already.
  func query(with: WithClause?, from start: Int) throws(ParseFailure) -> Query {
    try enter()
    let outerTallest = tallest
    tallest = 0
    let first = try setOperand()
    let body = try setOperations(first, above: 0)
    let query = try finished(body, with: with, from: start)
    tallest = max(outerTallest, tallest)
    leave()
    return query
  }

  /// The query whose first operand, in parentheses, was read already.
  func query(from first: Query, _ start: Int) throws(ParseFailure) -> Query {
    let body = try setOperations(Parser.operand(from: first), above: 0)
    return try finished(body, with: nil, from: start)
  }

  /// A query that must stand in parentheses.
  func parenthesisedQuery() throws(ParseFailure) -> Query {
    guard at(.leftParenthesis) else { throw unexpected() }
    try open()
    let query = try self.query()
    try close()
    return query
  }

  /// Parentheses around a query without clauses of its own say nothing.
  private static func operand(from query: Query) -> QueryBody {
    let isPlain =
      query.with == nil && query.orderBy.isEmpty && query.limit == nil && query.offset == nil && !query.isLocking
    return isPlain ? query.body : .nested(query)
  }

  private func setOperand() throws(ParseFailure) -> QueryBody {
    switch token.keyword {
    case .select: return .select(try select())
    case .values: return .values(try values())
    case .table: return .select(try tableCommand())
    default: return Parser.operand(from: try parenthesisedQuery())
    }
  }

  /// INTERSECT binds tighter than UNION and EXCEPT; all lean to the left.
  private func setOperations(_ first: QueryBody, above minimum: Int) throws(ParseFailure) -> QueryBody {
    var left = first
    var height = tallest + 1
    while let (symbol, precedence) = setOperator(), precedence > minimum {
      advance()
      let isAll = accept(.all)
      if !isAll { _ = accept(.distinct) }
      tallest = 0
      let operand = try setOperand()
      let right = try setOperations(operand, above: precedence)
      left = .setOperation(symbol, isAll: isAll, left, right)
      height = max(height, tallest) + 1
      try checkHeight(height)
    }
    tallest = height
    return left
  }

  private func setOperator() -> (SetOperator, Int)? {
    switch token.keyword {
    case .union: (.union, 1)
    case .except: (.except, 1)
    case .intersect: (.intersect, 2)
    default: nil
    }
  }

  private func values() throws(ParseFailure) -> [[Expression]] {
    try expect(.values)
    var rows: [[Expression]] = []
    repeat {
      try open()
      rows.append(try expressions())
      try close()
    } while accept(.comma)
    return rows
  }

  /// `table t` is `select * from t`.
  private func tableCommand() throws(ParseFailure) -> Select {
    let word = advance()
    let relation = try relationExpression()
    let star = Expression(.star(nil), at: word.range)
    return Select(items: [SelectItem(expression: star)], from: [relation], range: range(from: word.start))
  }
}

// MARK: - WITH

extension Parser {
  func withClause() throws(ParseFailure) -> WithClause {
    try expect(.with)
    // `recursive` may also name the first table.
    let isRecursive = at(.recursive) && peek().isColumnName && accept(.recursive)
    var tables = [try commonTable()]
    while accept(.comma) { tables.append(try commonTable()) }
    return WithClause(isRecursive: isRecursive, tables: tables)
  }

  private func commonTable() throws(ParseFailure) -> CommonTable {
    try enter()
    let name = try columnName()
    let columns = try optionalColumnList()
    try expect(.as)
    var isMaterialized: Bool?
    if accept(.materialized) {
      isMaterialized = true
    } else if accept(.not) {
      try expect(.materialized)
      isMaterialized = false
    }
    try open()
    let statement = try preparableStatement()
    try close()
    leave()
    if at(.search) || at(.cycle) {
      let word = advance()
      throw unsupported(lexer.text(word.range).uppercased(), from: word.start)
    }
    return CommonTable(name: name, columns: columns, isMaterialized: isMaterialized, statement: statement)
  }
}

// MARK: - Behind the body

extension Parser {
  /// The query of `body` with the clauses that follow; a lone query in parentheses takes them as its own.
  private func finished(
    _ body: QueryBody, with: WithClause?, from start: Int
  ) throws(ParseFailure) -> Query {
    var query = Query(body: body, range: range(from: start))
    if case .nested(let inner) = body { query = inner }
    if let with {
      guard query.with == nil else { throw repeated("WITH", SourceRange(start: start, end: start + 4)) }
      query.with = with
    }
    if at(.order) {
      let items = try orderBy()
      guard query.orderBy.isEmpty else { throw repeated("ORDER BY", items[0].expression.range) }
      query.orderBy = items
    }
    if at(.for) {
      try locking(of: &query)
      try limits(of: &query)
    } else {
      try limits(of: &query)
      if at(.for) { try locking(of: &query) }
    }
    query.range = range(from: start)
    return query
  }

  private func repeated(_ clause: String, _ range: SourceRange) -> ParseFailure {
    ParseFailure(.syntaxError, "multiple \(clause) clauses not allowed", at: range)
  }

  /// ORDER BY with its list.
  func orderBy() throws(ParseFailure) -> [OrderItem] {
    try expect(.order, .by)
    var items = [try orderItem()]
    while accept(.comma) { items.append(try orderItem()) }
    return items
  }

  private func orderItem() throws(ParseFailure) -> OrderItem {
    var item = OrderItem(expression: try expression())
    if accept(.desc) {
      item.isDescending = true
    } else if at(.using) {
      advance()
      guard isOperator(token) || at(.operator) else { throw unexpected() }
      let symbol = try takeOperator()
      guard symbol.symbol == "<" || symbol.symbol == ">" else {
        throw ParseFailure(.featureNotSupported, "ORDER BY USING \(symbol.symbol) is not supported", at: symbol.range)
      }
      item.isDescending = symbol.symbol == ">"
    } else {
      _ = accept(.asc)
    }
    item.nullsFirst = nullsOrder()
    return item
  }

  func nullsOrder() -> Bool? {
    if accept(.nulls, .first) { return true }
    return accept(.nulls, .last) ? false : nil
  }

  /// LIMIT or FETCH, and OFFSET, in either order.
  private func limits(of query: inout Query) throws(ParseFailure) {
    var hasLimit = false
    var hasOffset = false
    while true {
      if !hasLimit, at(.limit) || at(.fetch) {
        hasLimit = true
        let isRepeated = query.limit != nil
        try limit(of: &query)
        if isRepeated, let limit = query.limit { throw repeated("LIMIT", limit.range) }
      } else if !hasOffset, at(.offset) {
        hasOffset = true
        advance()
        let offset = try rowCount()
        guard query.offset == nil else { throw repeated("OFFSET", offset.range) }
        query.offset = offset
      } else {
        break
      }
    }
    guard !query.limitWithTies || !query.orderBy.isEmpty else {
      throw ParseFailure(.syntaxError, "WITH TIES cannot be specified without ORDER BY clause")
    }
  }

  private func limit(of query: inout Query) throws(ParseFailure) {
    let clause = start
    if accept(.limit) {
      if accept(.all) { return }
      query.limit = try expression()
      guard at(.comma) else { return }
      advance()
      _ = try rowCount()
      throw ParseFailure(
        .syntaxError, "LIMIT #,# syntax is not supported", hint: "Use separate LIMIT and OFFSET clauses.",
        at: range(from: clause))
    }
    try expect(.fetch)
    guard accept(.first) || accept(.next) else { throw unexpected() }
    if at(.row) || at(.rows) {
      query.limit = Expression(.integer("1"), at: range(from: clause))
    } else {
      let isSigned = at(.plus) || at(.minus)
      if isSigned, peek().kind != .integerNumber, peek().kind != .decimalNumber { throw unexpected(peek()) }
      query.limit = try fetchCount()
    }
    guard accept(.row) || accept(.rows) else { throw unexpected() }
    if accept(.only) { return }
    try expect(.with, .ties)
    query.limitWithTies = true
  }

  /// OFFSET's number, with ROWS behind it or without.
  private func rowCount() throws(ParseFailure) -> Expression {
    let start = self.start
    let outerTallest = tallest
    tallest = 0
    let count = try fetchCount()
    if accept(.row) || accept(.rows) {
      tallest = outerTallest
      return count
    }
    let whole = try continued(count, from: start, above: .lowest, false)
    tallest = max(outerTallest, tallest)
    return whole
  }

  /// FETCH's number: an operand, or a number with a sign.
  private func fetchCount() throws(ParseFailure) -> Expression {
    guard at(.plus) || at(.minus), peek().kind == .integerNumber || peek().kind == .decimalNumber else {
      return try operand(false)
    }
    let start = self.start
    let sign = try takeOperator()
    let number = try operand(false)
    return Expression(.unary(sign, number), at: range(from: start))
  }

  /// `for update of t nowait` and its kin, several of them; `for read only` locks nothing.
  private func locking(of query: inout Query) throws(ParseFailure) {
    if accept(.for, .read) {
      try expect(.only)
      return
    }
    while accept(.for) {
      query.isLocking = true
      if accept(.no) {
        try expect(.key, .update)
      } else if accept(.key) {
        try expect(.share)
      } else if !accept(.update) {
        try expect(.share)
      }
      if accept(.of) {
        repeat { _ = try qualifiedName() } while accept(.comma)
      }
      if accept(.skip) {
        try expect(.locked)
      } else {
        _ = accept(.nowait)
      }
    }
  }
}
