/// Finds what a query names, without a catalog.
enum SyntaxWalker {
  /// The relations in FROM, in order, also those of subqueries; names of common tables are left out.
  static func relations(in query: Query, commonTables: Set<String>, _ names: inout [QualifiedName]) {
    var visible = commonTables
    for table in query.with?.tables ?? [] {
      if query.with?.isRecursive == true { visible.insert(table.name.name) }
      relations(in: table.statement, commonTables: visible, &names)
      visible.insert(table.name.name)
    }
    relations(in: query.body, visible, &names)
    for item in query.orderBy { relations(in: item.expression, visible, &names) }
  }

  /// The relations that a statement reads, its target left out.
  static func relations(in statement: Statement, commonTables: Set<String>, _ names: inout [QualifiedName]) {
    if case .query(let query) = statement.kind { return relations(in: query, commonTables: commonTables, &names) }
    var visible = commonTables
    let with = statement.with
    for table in with?.tables ?? [] {
      if with?.isRecursive == true { visible.insert(table.name.name) }
      relations(in: table.statement, commonTables: visible, &names)
      visible.insert(table.name.name)
    }
    func read(_ expressions: [Expression?]) {
      for case .some(let expression) in expressions { relations(in: expression, visible, &names) }
    }
    switch statement.kind {
    case .insert(let insert):
      if case .query(let query) = insert.source { relations(in: query, commonTables: visible, &names) }
      if case .update(let assignments, let condition)? = insert.onConflict?.action {
        read(assignments.map(\.value) + [condition])
      }
      read(insert.returning.map(\.expression))
    case .update(let update):
      for table in update.from { relations(in: table, visible, &names) }
      read(update.assignments.map(\.value) + [update.condition] + update.returning.map(\.expression))
    case .delete(let delete):
      for table in delete.using { relations(in: table, visible, &names) }
      read([delete.condition] + delete.returning.map(\.expression))
    case .merge(let merge):
      relations(in: merge.source, visible, &names)
      read([merge.on])
      for branch in merge.branches {
        read([branch.condition])
        switch branch.action {
        case .update(let assignments): read(assignments.map(\.value))
        case .insert(_, _, let values): read(values ?? [])
        case .delete, .nothing: break
        }
      }
    default: break
    }
  }

  private static func relations(in body: QueryBody, _ visible: Set<String>, _ names: inout [QualifiedName]) {
    switch body {
    case .select(let select):
      for table in select.from { relations(in: table, visible, &names) }
      for item in select.items { relations(in: item.expression, visible, &names) }
      for expression in [select.condition, select.having].compactMap({ $0 }) {
        relations(in: expression, visible, &names)
      }
    case .values(let rows):
      for row in rows { for value in row { relations(in: value, visible, &names) } }
    case .setOperation(_, _, let left, let right):
      relations(in: left, visible, &names)
      relations(in: right, visible, &names)
    case .nested(let query):
      relations(in: query, commonTables: visible, &names)
    }
  }

  private static func relations(in table: TableExpression, _ visible: Set<String>, _ names: inout [QualifiedName]) {
    switch table {
    case .relation(let name, _, _):
      if name.parts.count > 1 || !visible.contains(name.name) { names.append(name) }
    case .subquery(let query, _, _, _): relations(in: query, commonTables: visible, &names)
    case .functions(let calls, _, _, _, _):
      for call in calls { for argument in call.arguments { relations(in: argument.value, visible, &names) } }
    case .join(_, let left, let right, let condition, _):
      relations(in: left, visible, &names)
      relations(in: right, visible, &names)
      if case .on(let expression) = condition { relations(in: expression, visible, &names) }
    case .aliased(let inner, _): relations(in: inner, visible, &names)
    }
  }

  private static func relations(in expression: Expression, _ visible: Set<String>, _ names: inout [QualifiedName]) {
    switch expression.kind {
    case .subquery(let query), .exists(let query), .arraySubquery(let query):
      relations(in: query, commonTables: visible, &names)
    case .inSubquery(let operand, let query, _):
      relations(in: operand, visible, &names)
      relations(in: query, commonTables: visible, &names)
    case .quantified(let operand, _, _, let right):
      relations(in: operand, visible, &names)
      switch right {
      case .query(let query): relations(in: query, commonTables: visible, &names)
      case .array(let array): relations(in: array, visible, &names)
      }
    default:
      for part in expression.parts { relations(in: part, visible, &names) }
    }
  }
}

extension Expression {
  /// The expressions directly inside, subqueries aside.
  package var parts: [Expression] {
    switch kind {
    case .null, .boolean, .integer, .decimal, .string, .bitString, .typedLiteral, .parameter, .column, .star,
      .currentValue, .subquery, .exists, .arraySubquery, .defaultValue:
      return []
    case .unary(_, let operand), .not(let operand), .test(let operand, _, _), .inSubquery(let operand, _, _),
      .cast(let operand, _), .collate(let operand, _), .extract(_, let operand), .field(let operand, _),
      .fieldStar(let operand), .quantified(let operand, _, _, _):
      return [operand]
    case .binary(_, let left, let right), .isDistinct(let left, let right, _), .atTimeZone(let left, let right):
      return [left, right]
    case .and(let operands), .or(let operands), .array(let operands), .row(let operands, _):
      return operands
    case .between(let operand, let low, let high, _, _): return [operand, low, high]
    case .inList(let operand, let elements, _): return [operand] + elements
    case .like(_, let operand, let pattern, let escape, _): return [operand, pattern] + (escape.map { [$0] } ?? [])
    case .caseWhen(let operand, let branches, let otherwise):
      return (operand.map { [$0] } ?? []) + branches.flatMap { [$0.condition, $0.result] }
        + (otherwise.map { [$0] } ?? [])
    case .call(let call):
      return call.arguments.map(\.value) + call.orderBy.map(\.expression) + call.withinGroup.map(\.expression)
        + (call.filter.map { [$0] } ?? [])
    case .subscript_(let operand, let subscripts):
      return [operand]
        + subscripts.flatMap { subscript_ -> [Expression] in
          switch subscript_ {
          case .index(let index): [index]
          case .slice(let low, let high): [low, high].compactMap { $0 }
          }
        }
    }
  }
}
