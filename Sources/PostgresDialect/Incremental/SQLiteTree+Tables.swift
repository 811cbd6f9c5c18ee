extension SQLiteQuery {
  /// The query with stored relations replaced, also inside subqueries; where `replacement` gives nil they stay.
  ///
  /// - Parameter replacement: Takes the stored name and the alias, which is unique in the whole query.
  func replacingRelations(_ replacement: (String, String) -> SQLiteTable?) -> SQLiteQuery {
    replacingRelations(hiding: [], replacement)
  }

  fileprivate func replacingRelations(hiding outer: Set<String>, _ replacement: (String, String) -> SQLiteTable?)
    -> SQLiteQuery
  {
    var result = self
    let hidden = outer.union(commonTables.map(\.name))
    for index in commonTables.indices {
      result.commonTables[index].query = commonTables[index].query.replacingRelations(hiding: hidden, replacement)
    }
    func expression(_ part: SQLiteExpression) -> SQLiteExpression {
      part.replacingRelations(hiding: hidden, replacement)
    }
    result.body = body.replacingRelations(hiding: hidden, replacement)
    result.orderBy = orderBy.map { term in
      SQLiteOrderTerm(
        expression: expression(term.expression), isDescending: term.isDescending, nullsFirst: term.nullsFirst)
    }
    result.limit = limit.map(expression)
    result.offset = offset.map(expression)
    return result
  }
}

extension SQLiteExpression {
  fileprivate func replacingRelations(hiding hidden: Set<String>, _ replacement: (String, String) -> SQLiteTable?)
    -> SQLiteExpression
  {
    rewritten { part in
      switch part {
      case .scalar(let query): .scalar(query.replacingRelations(hiding: hidden, replacement))
      case .exists(let query): .exists(query.replacingRelations(hiding: hidden, replacement))
      case .inQuery(let operand, let query, let negated):
        .inQuery(
          operand.replacingRelations(hiding: hidden, replacement),
          query.replacingRelations(hiding: hidden, replacement), negated: negated)
      default: nil
      }
    }
  }
}

extension SQLiteBody {
  fileprivate func replacingRelations(hiding hidden: Set<String>, _ replacement: (String, String) -> SQLiteTable?)
    -> SQLiteBody
  {
    switch self {
    case .select(let select):
      var result = select
      func expression(_ part: SQLiteExpression) -> SQLiteExpression {
        part.replacingRelations(hiding: hidden, replacement)
      }
      result.items = select.items.map { SQLiteItem(expression: expression($0.expression), alias: $0.alias) }
      result.from = select.from?.replacingRelations(hiding: hidden, replacement)
      result.condition = select.condition.map(expression)
      result.groupBy = select.groupBy.map(expression)
      result.having = select.having.map(expression)
      return .select(result)
    case .values(let rows):
      return .values(rows.map { row in row.map { $0.replacingRelations(hiding: hidden, replacement) } })
    case .compound(let name, let left, let right):
      return .compound(
        name, left.replacingRelations(hiding: hidden, replacement),
        right.replacingRelations(hiding: hidden, replacement))
    case .nested(let query, let columnCount):
      return .nested(query.replacingRelations(hiding: hidden, replacement), columnCount: columnCount)
    }
  }
}

extension SQLiteTable {
  fileprivate func replacingRelations(hiding hidden: Set<String>, _ replacement: (String, String) -> SQLiteTable?)
    -> SQLiteTable
  {
    switch self {
    case .relation(let name, let alias): hidden.contains(name) ? self : replacement(name, alias) ?? self
    case .subquery(let query, let alias): .subquery(query.replacingRelations(hiding: hidden, replacement), alias: alias)
    case .function(let name, let arguments, let alias):
      .function(name, arguments.map { $0.replacingRelations(hiding: hidden, replacement) }, alias: alias)
    case .join(let kind, let left, let right, let condition):
      .join(
        kind, left.replacingRelations(hiding: hidden, replacement),
        right.replacingRelations(hiding: hidden, replacement),
        on: condition?.replacingRelations(hiding: hidden, replacement))
    }
  }
}
