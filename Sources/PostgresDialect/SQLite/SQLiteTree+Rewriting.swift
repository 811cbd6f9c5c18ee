extension SQLiteExpression {
  /// The expression with parts replaced, outermost first, also inside subqueries: where `transform` returns nil the
  /// part is kept and its own parts are offered.
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteExpression {
    if let replacement = transform(self) { return replacement }
    func each(_ parts: [SQLiteExpression]) -> [SQLiteExpression] { parts.map { $0.rewritten(transform) } }
    switch self {
    case .null, .integer, .real, .text, .parameter, .column: return self
    case .call(var call):
      call.arguments = each(call.arguments)
      call.filter = call.filter?.rewritten(transform)
      call.window = call.window?.rewritten(transform)
      return .call(call)
    case .prefix(let symbol, let operand): return .prefix(symbol, operand.rewritten(transform))
    case .postfix(let operand, let symbol): return .postfix(operand.rewritten(transform), symbol)
    case .collate(let operand, let name): return .collate(operand.rewritten(transform), name)
    case .cast(let operand, let type): return .cast(operand.rewritten(transform), type)
    case .infix(let symbol, let left, let right):
      return .infix(symbol, left.rewritten(transform), right.rewritten(transform))
    case .chain(let symbol, let operands): return .chain(symbol, each(operands))
    case .row(let elements): return .row(each(elements))
    case .between(let operand, let low, let high, let negated):
      return .between(
        operand.rewritten(transform), low.rewritten(transform), high.rewritten(transform), negated: negated)
    case .caseWhen(let branches, let otherwise):
      return .caseWhen(
        branches.map {
          SQLiteBranch(condition: $0.condition.rewritten(transform), result: $0.result.rewritten(transform))
        }, otherwise: otherwise?.rewritten(transform))
    case .inList(let operand, let elements, let negated):
      return .inList(operand.rewritten(transform), each(elements), negated: negated)
    case .inQuery(let operand, let query, let negated):
      return .inQuery(operand.rewritten(transform), query.rewritten(transform), negated: negated)
    case .scalar(let query): return .scalar(query.rewritten(transform))
    case .exists(let query): return .exists(query.rewritten(transform))
    }
  }

  /// Whether the expression, or a subquery in it, uses a column of one of the tables.
  func uses(_ tables: Set<String>) -> Bool {
    var found = false
    walk { part in
      switch part {
      case .column(let use) where tables.contains(use.table): found = true
      case .scalar(let query), .exists(let query), .inQuery(_, let query, _):
        if query.uses(tables) { found = true }
      default: break
      }
      return !found
    }
    return found
  }
}

extension SQLiteWindow {
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteWindow {
    var result = SQLiteWindow(
      partitionBy: partitionBy.map { $0.rewritten(transform) },
      orderBy: orderBy.map { $0.rewritten(transform) }, frame: frame)
    result.range = range.map {
      SQLiteFrameRange(key: $0.key.rewritten(transform), condition: $0.condition?.rewritten(transform))
    }
    return result
  }
}

extension SQLiteOrderTerm {
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteOrderTerm {
    SQLiteOrderTerm(
      expression: expression.rewritten(transform), isDescending: isDescending, nullsFirst: nullsFirst)
  }
}

extension SQLiteQuery {
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteQuery {
    var result = self
    for index in commonTables.indices {
      result.commonTables[index].query = commonTables[index].query.rewritten(transform)
    }
    result.body = body.rewritten(transform)
    result.orderBy = orderBy.map { $0.rewritten(transform) }
    result.limit = limit?.rewritten(transform)
    result.offset = offset?.rewritten(transform)
    return result
  }
}

extension SQLiteBody {
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteBody {
    switch self {
    case .select(let select): .select(select.rewritten(transform))
    case .values(let rows): .values(rows.map { row in row.map { $0.rewritten(transform) } })
    case .compound(let name, let left, let right):
      .compound(name, left.rewritten(transform), right.rewritten(transform))
    case .nested(let query, let columnCount): .nested(query.rewritten(transform), columnCount: columnCount)
    }
  }
}

extension SQLiteSelect {
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteSelect {
    var result = self
    result.items = items.map { SQLiteItem(expression: $0.expression.rewritten(transform), alias: $0.alias) }
    result.from = from?.rewritten(transform)
    result.condition = condition?.rewritten(transform)
    result.groupBy = groupBy.map { $0.rewritten(transform) }
    result.having = having?.rewritten(transform)
    return result
  }
}

extension SQLiteTable {
  func rewritten(_ transform: (SQLiteExpression) -> SQLiteExpression?) -> SQLiteTable {
    switch self {
    case .relation: self
    case .subquery(let query, let alias): .subquery(query.rewritten(transform), alias: alias)
    case .function(let name, let arguments, let alias):
      .function(name, arguments.map { $0.rewritten(transform) }, alias: alias)
    case .join(let kind, let left, let right, let condition):
      .join(kind, left.rewritten(transform), right.rewritten(transform), on: condition?.rewritten(transform))
    }
  }
}
