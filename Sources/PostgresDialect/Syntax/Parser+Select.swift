/// SELECT: its list, GROUP BY and WINDOW.
extension Parser {
  func select() throws(ParseFailure) -> Select {
    let start = advance().start
    var select = Select(items: [], range: range(from: start))
    if accept(.distinct) {
      select.distinct = .distinct
      if accept(.on) {
        try open()
        select.distinct = .on(try expressions())
        try close()
      }
      select.items = try selectItems()
    } else {
      _ = accept(.all)
      if !endsEmptySelect { select.items = try selectItems() }
    }
    if at(.into) {
      advance()
      throw unsupported("SELECT INTO", from: start)
    }
    select.from = try fromClause()
    select.condition = try whereClause()
    if accept(.group) {
      try expect(.by)
      select.isGroupByDistinct = accept(.distinct)
      if !select.isGroupByDistinct { _ = accept(.all) }
      repeat { select.groupBy.append(try groupingElement()) } while accept(.comma)
    }
    if accept(.having) { select.having = try expression() }
    if accept(.window) {
      repeat {
        let name = try columnName()
        try expect(.as)
        guard at(.leftParenthesis) else { throw unexpected() }
        select.windows.append(NamedWindow(name: name, specification: try windowSpecification()))
      } while accept(.comma)
    }
    select.range = range(from: start)
    return select
  }

  /// SELECT needs no columns: what may stand behind the list comes at once.
  private var endsEmptySelect: Bool {
    switch token.kind {
    case .endOfText, .semicolon, .rightParenthesis: return true
    case .word:
      switch token.keyword {
      case .from, .into, .where, .group, .having, .window, .union, .intersect, .except, .order, .limit, .offset,
        .fetch, .for, .with, .on, .returning:
        return true
      default: return false
      }
    default: return false
    }
  }

  /// The list of SELECT and of RETURNING.
  func selectItems() throws(ParseFailure) -> [SelectItem] {
    var items = [try selectItem()]
    while accept(.comma) { items.append(try selectItem()) }
    return items
  }

  private func selectItem() throws(ParseFailure) -> SelectItem {
    if at(.star) { return SelectItem(expression: Expression(.star(nil), at: advance().range)) }
    let outer = labelNesting
    labelNesting = nesting + 1
    let expression = try self.expression()
    labelNesting = outer
    if accept(.as) { return SelectItem(expression: expression, alias: try label()) }
    return SelectItem(expression: expression, alias: token.isBareLabel ? try takeName() : nil)
  }

  func fromClause() throws(ParseFailure) -> [TableExpression] {
    guard accept(.from) else { return [] }
    return try tableExpressions()
  }

  func tableExpressions() throws(ParseFailure) -> [TableExpression] {
    var tables = [try tableExpression()]
    while accept(.comma) { tables.append(try tableExpression()) }
    return tables
  }

  func whereClause() throws(ParseFailure) -> Expression? {
    accept(.where) ? try expression() : nil
  }

  /// RETURNING of INSERT, UPDATE and DELETE.
  func returning() throws(ParseFailure) -> [SelectItem] {
    accept(.returning) ? try selectItems() : []
  }
}

// MARK: - GROUP BY

extension Parser {
  private func groupingElement() throws(ParseFailure) -> GroupingElement {
    let hasParenthesis = peek().kind == .leftParenthesis
    switch token.keyword {
    case .rollup where hasParenthesis:
      advance()
      return .rollup(try groupedColumns())
    case .cube where hasParenthesis:
      advance()
      return .cube(try groupedColumns())
    case .grouping where peek().keyword == .sets:
      skip(2)
      try enter()
      try open()
      var sets = [try groupingElement()]
      while accept(.comma) { sets.append(try groupingElement()) }
      try close()
      leave()
      return .sets(sets)
    default: break
    }
    if at(.leftParenthesis), peek().kind == .rightParenthesis {
      skip(2)
      return .empty
    }
    return Parser.element(from: try expression())
  }

  private func groupedColumns() throws(ParseFailure) -> [GroupingElement] {
    try open()
    let columns = try expressions()
    try close()
    return columns.map(Parser.element)
  }

  /// A row without the word ROW is a group of columns.
  private static func element(from expression: Expression) -> GroupingElement {
    if case .row(let columns, isExplicit: false) = expression.kind { return .group(columns) }
    return .expression(expression)
  }
}
