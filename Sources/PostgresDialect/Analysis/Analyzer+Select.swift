extension Analyzer {
  /// A SELECT with the ORDER BY of its query, which may name input columns and output columns.
  func lower(_ select: Select, orderBy: [OrderItem], outer: Scope) throws(SQLError) -> LoweredQuery {
    let scope = Scope(parent: outer)
    var from: SQLiteTable?
    for item in select.from { from = joined(from, try lower(item, scope)) }
    try addWindows(select.windows, scope)
    let condition = try select.condition.map { expression throws(SQLError) in
      try self.condition(expression, .whereCondition, scope, name: "WHERE")
    }
    // A grouping set without a key has null in its place.
    if select.hasGroupingSets {
      for relation in scope.relations.indices {
        for column in scope.relations[relation].columns.indices {
          scope.relations[relation].columns[column].expression.isNullable = true
        }
      }
    }

    let outputs = try lowerItems(select.items, scope)
    let groups = try lowerGroups(select, outputs, scope)
    var plan = SelectPlan(
      core: SQLiteSelect(items: [], from: from, condition: condition), outputs: outputs.map(\.value.sql), terms: [],
      distinctOn: [], expansions: [])
    if groups.sets == nil { plan.core.groupBy = groups.keys.map { $0.comparable.asGroupKey } }
    if let having = select.having {
      plan.core.having = try self.condition(having, .having, scope, name: "HAVING")
    }
    let isDistinct = select.distinct == .distinct
    if isDistinct { for output in outputs { try output.value.type.requireEquality(at: output.value.range) } }
    let sort = try lowerSort(orderBy, outputs, isDistinct: isDistinct, scope)
    plan.terms = sort.map(\.term)
    if case .on(let expressions) = select.distinct {
      plan.distinctOn = try lowerDistinctOn(expressions, outputs, sort, scope)
    }
    plan.expansions = scope.expansions

    if scope.hasAggregates, scope.relations.contains(where: \.isRecursiveReference) {
      throw SQLError(
        .invalidRecursion, "aggregate functions are not allowed in a recursive query's recursive term",
        at: select.range)
    }
    let isGrouped = scope.hasAggregates || groups.isGrouped || select.having != nil
    if isGrouped { try checkGrouping(plan, groups, scope) }
    if scope.hasAggregates || groups.sets != nil { try group(&plan, groups, select.range) }
    if isGrouped && !scope.hasAggregates && !groups.isGrouped, let having = plan.core.having {
      // HAVING alone makes one group of everything, which SQLite does only where it sees an aggregate.
      let count = SQLiteExpression.call(SQLiteCall(name: "count", arguments: [], isStar: true, isAggregate: true))
      let everything = SQLiteSelect(
        items: [SQLiteItem(expression: count, alias: "count")], from: plan.core.from, condition: condition)
      plan.core.from = .subquery(SQLiteQuery(body: .select(everything)), alias: uniqueAlias("everything"))
      (plan.core.condition, plan.core.having) = (having, nil)
    }
    if !groups.isGrouped, let having = plan.core.having, having.containsAggregate {
      // SQLite takes HAVING without GROUP BY only where the select list has an aggregate.
      plan.core.having = nil
      plan.outputs.append(having)
      plan.wrap(alias: uniqueAlias("everything"))
      plan.core.condition = plan.outputs.popLast()
    }
    let frames =
      scope.hasWindowFunctions
      ? plan.expandRanges(alias: uniqueAlias("framed"), other: uniqueAlias("frame")) : nil
    if !plan.expansions.isEmpty {
      let expanded = Set(plan.expansions.map(\.alias))
      // A set-returning function in GROUP BY makes its rows before the grouping, any other after the windows.
      let isGroupKey = groups.keys.contains { $0.sql.uses(expanded) }
      if !isGroupKey && (isGrouped || scope.hasWindowFunctions) { plan.wrap(alias: uniqueAlias("computed")) }
      if isGroupKey && groups.sets != nil {
        throw SQLError(
          .featureNotSupported, "set-returning functions in grouping sets are not supported", at: select.range)
      }
      plan.expandSets()
    }
    var lowered = finished(plan, select, outputs, isWindowed: scope.hasWindowFunctions)
    lowered.query.commonTables = frames.map { [$0] } ?? []
    lowered.hasOuterAggregates = scope.hasOuterAggregates
    lowered.isAggregate =
      isGrouped && !groups.isGrouped && scope.expansions.isEmpty
    return lowered
  }

  private func addWindows(_ windows: [NamedWindow], _ scope: Scope) throws(SQLError) {
    for window in windows {
      if scope.windows[window.name.name] != nil {
        throw SQLError(
          .windowingError, "window \"\(window.name.name)\" is already defined", at: window.name.range)
      }
      scope.windows[window.name.name] = try extended(window.specification, scope)
    }
  }

  private func checkGrouping(_ plan: SelectPlan, _ groups: Groups, _ scope: Scope) throws(SQLError) {
    let checker = GroupingCheck(
      analyzer: self, scope: scope, groups: groups.keys.map(\.sql), allowsDependency: groups.sets == nil)
    for output in plan.outputs { try checker.check(output) }
    if let having = plan.core.having { try checker.check(having) }
    for term in plan.terms { try checker.check(term.expression) }
    for expression in plan.distinctOn { try checker.check(expression) }
    // What a set-returning function in GROUP BY works on is not grouped yet.
    for expansion in plan.expansions where !groups.keys.contains(where: { $0.sql.uses([expansion.alias]) }) {
      for call in expansion.calls { try checker.check(call.rows) }
    }
    for argument in scope.directArguments { try checker.check(argument) }
  }

  /// The plan as SQLite's SELECT, with DISTINCT ON as a numbering of each group's rows.
  private func finished(_ plan: SelectPlan, _ select: Select, _ outputs: [Output], isWindowed: Bool) -> LoweredQuery {
    var plan = plan
    let isDistinct = select.distinct == .distinct
    let storageNames = uniqueNames(outputs.map(\.name))
    if !plan.distinctOn.isEmpty {
      // A window function takes no other as its key.
      if isWindowed { plan.wrap(alias: uniqueAlias("computed")) }
      let number = SQLiteCall(
        name: "row_number", arguments: [],
        window: SQLiteWindow(
          partitionBy: plan.distinctOn,
          orderBy: plan.terms.map { term in
            guard case .integer(let position) = term.expression.bare else { return term }
            var term = term
            term.expression = term.expression.replacingBare(plan.outputs[Int(position) - 1])
            return term
          }))
      let alias = uniqueAlias("numbered")
      plan.distinctOn = []
      plan.outputs.append(.call(number))
      plan.wrap(alias: alias)
      plan.core.condition = plan.outputs.popLast().map { .infix("=", $0, .integer(1)) }
    }
    var lowered = plan.core
    for (index, output) in outputs.enumerated() {
      var value = output.value
      value.sql = plan.outputs[index]
      lowered.items.append(
        SQLiteItem(expression: isDistinct ? value.comparable : value.sql, alias: storageNames[index]))
    }
    if lowered.items.isEmpty {
      // PostgreSQL allows a SELECT of no columns, as in EXISTS (SELECT FROM …); SQLite needs one.
      lowered.items.append(SQLiteItem(expression: .integer(1), alias: "none"))
    }
    lowered.isDistinct = isDistinct
    let columns = zip(outputs, select.hasGroupingSets ? outputs.map { _ in true } : outputs.map(\.value.isNullable))
      .map { output, isNullable in
        var column = output.column
        column.isNullable = isNullable
        return column
      }
    return LoweredQuery(
      query: SQLiteQuery(body: .select(lowered), orderBy: plan.terms), columns: columns, storageColumns: storageNames)
  }

  // MARK: ORDER BY and DISTINCT ON

  struct Sort {
    /// The expression, or the output that it names.
    var value: TypedExpression
    var term: SQLiteOrderTerm
  }

  private func lowerSort(_ items: [OrderItem], _ outputs: [Output], isDistinct: Bool, _ scope: Scope)
    throws(SQLError) -> [Sort]
  {
    var sort: [Sort] = []
    for item in items {
      if let index = try outputIndex(item.expression, outputs, clause: "ORDER BY") {
        // SQLite sorts by a result column's position, so that it is computed once.
        let value = outputs[index].value
        sort.append(Sort(value: value, term: try orderTerm(.integer(Int64(index + 1)), value, item)))
        continue
      }
      let value = try lower(item.expression, .orderBy, scope)
      if value.sql.isConstant { continue }
      if let index = outputs.firstIndex(where: { $0.value.sql == value.sql }) {
        sort.append(Sort(value: value, term: try orderTerm(.integer(Int64(index + 1)), value, item)))
        continue
      }
      if isDistinct {
        throw SQLError(
          .invalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
          at: item.expression.range)
      }
      sort.append(Sort(value: value, term: try orderTerm(value.sql, value, item)))
    }
    return sort
  }

  /// The expressions of DISTINCT ON, which must be those with which ORDER BY begins, in any order.
  private func lowerDistinctOn(_ expressions: [Expression], _ outputs: [Output], _ sort: [Sort], _ scope: Scope)
    throws(SQLError) -> [SQLiteExpression]
  {
    var values: [TypedExpression] = []
    for expression in expressions {
      let index = try outputIndex(expression, outputs, clause: "DISTINCT ON")
      let value: TypedExpression
      if let index { value = outputs[index].value } else { value = try lower(expression, .distinctOn, scope) }
      if !values.contains(where: { $0.sql == value.sql }) { values.append(value) }
    }
    var isInside = true
    for item in sort {
      let isMember = values.contains { $0.sql == item.value.sql }
      if isMember && !isInside {
        throw SQLError(
          .invalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
          at: item.value.range)
      }
      isInside = isMember
    }
    let isMissing = values.contains { value in !sort.contains { $0.value.sql == value.sql } }
    if isMissing, sort.contains(where: { item in !values.contains { $0.sql == item.value.sql } }) {
      throw SQLError(
        .invalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
        at: expressions.first?.range)
    }
    return values.map(\.comparable)
  }

  struct Output {
    var name: String
    var value: TypedExpression

    var column: ResultColumn {
      var column = ResultColumn(
        name: name, type: value.type, fixedPoint: value.fixedPoint, isNullable: value.isNullable)
      column.fields = value.fields
      return column
    }
  }

  // MARK: Select list

  /// The outputs of a select list or RETURNING, stars expanded.
  func lowerItems(_ items: [SelectItem], _ scope: Scope, clause: Clause = .select) throws(SQLError) -> [Output] {
    var outputs: [Output] = []
    for item in items {
      if case .star(let qualifier) = item.expression.kind {
        outputs += try starColumns(qualifier, item.expression.range, scope)
        continue
      }
      if case .fieldStar(let operand) = item.expression.kind {
        let value = try lower(operand, clause, scope)
        for field in try compositeFields(value, item.expression.range) {
          outputs.append(Output(name: field.name, value: field.value))
        }
        continue
      }
      let value = try lower(item.expression, clause, scope)
      outputs.append(Output(name: item.alias?.name ?? outputName(item.expression), value: value))
    }
    return outputs
  }

  private func starColumns(_ qualifier: QualifiedName?, _ range: SourceRange, _ scope: Scope) throws(SQLError)
    -> [Output]
  {
    guard let qualifier else {
      guard !scope.relations.isEmpty else {
        throw SQLError(.syntaxError, "SELECT * with no tables specified is not valid", at: range)
      }
      let merged = scope.merged.map { Output(name: $0.name, value: $0.expression) }
      noteStar(range, scope.merged.map { SQLType.quotedIdentifier($0.name) }, scope.relations)
      return merged
        + scope.relations.flatMap { relation in
          relation.columns.filter { !$0.isMerged }.map {
            Output(name: $0.name, value: $0.expression.placed(at: range))
          }
        }
    }
    let relation = try relation(named: qualifier, scope, range)
    var whole = relation
    for index in whole.columns.indices { whole.columns[index].isMerged = false }
    noteStar(range, [], [whole])
    return relation.columns.map { Output(name: $0.name, value: $0.expression.placed(at: range)) }
  }

  /// Keeps what a star stands for, unless it stands in the text of a view.
  private func noteStar(_ range: SourceRange, _ merged: [String], _ relations: [ScopeRelation]) {
    guard openViews.isEmpty else { return }
    for relation in relations { for column in relation.columns { noteUse(column.origin, of: nil) } }
    var names = merged
    for relation in relations {
      let qualifier = SQLType.quotedIdentifier(relation.name)
      names += relation.columns.filter { !$0.isMerged }.map { qualifier + "." + SQLType.quotedIdentifier($0.name) }
    }
    // Columns that cannot be told apart by name stay a star.
    if Set(names).count == names.count { starExpansions[range] = names.joined(separator: ", ") }
  }

  func relation(named name: QualifiedName, _ scope: Scope, _ range: SourceRange) throws(SQLError) -> ScopeRelation {
    var level: Scope? = scope
    while let current = level {
      let matches = current.relations.filter {
        $0.name == name.name && (name.schema == nil || $0.schema == name.schema)
      }
      if let match = matches.first { return match }
      if current.unreachable.contains(name.name) {
        throw SQLError(
          .undefinedTable, "invalid reference to FROM-clause entry for table \"\(name.name)\"",
          hint:
            "There is an entry for table \"\(name.name)\", but it cannot be referenced from this part of the query.",
          at: range)
      }
      level = current.parent
    }
    if let record = recordVariable(name) { return record }
    throw missingRelation(name, scope, range)
  }

  /// The select-list position that an ORDER BY or GROUP BY term names by number or by output name.
  private func outputIndex(_ expression: Expression, _ outputs: [Output], clause: String) throws(SQLError) -> Int? {
    switch expression.kind {
    case .integer(let digits):
      return try ordinal(digits, outputs.count, expression.range, clause: clause)
    case .null, .string, .decimal, .boolean:
      throw SQLError(.syntaxError, "non-integer constant in \(clause)", at: expression.range)
    case .column(let name) where name.parts.count == 1:
      let matches = outputs.indices.filter { outputs[$0].name == name.name }
      guard let first = matches.first else { return nil }
      if matches.contains(where: { outputs[$0].value.sql != outputs[first].value.sql }) {
        throw SQLError(.ambiguousColumn, "\(clause) \"\(name.name)\" is ambiguous", at: expression.range)
      }
      return first
    default:
      return nil
    }
  }

  // MARK: GROUP BY

  /// One GROUP BY term: a position, an input column, an output name, or an expression; in PostgreSQL's order.
  ///
  /// - Returns: The term, and the output that it names or equals.
  func lowerGroup(_ expression: Expression, _ outputs: [Output], _ scope: Scope) throws(SQLError)
    -> (value: TypedExpression, output: Int?)
  {
    var output: Int?
    switch expression.kind {
    case .integer(let digits):
      output = try ordinal(digits, outputs.count, expression.range, clause: "GROUP BY")
    case .null, .string, .decimal, .boolean:
      throw SQLError(.syntaxError, "non-integer constant in GROUP BY", at: expression.range)
    case .column(let name) where name.parts.count == 1:
      if try findColumn(name, scope, levels: .current) == nil { output = outputs.firstIndex { $0.name == name.name } }
    default:
      break
    }
    let value: TypedExpression
    if let output { value = outputs[output].value } else { value = try lower(expression, .groupBy, scope) }
    try value.type.requireEquality(at: expression.range)
    if value.sql.containsAggregate {
      throw SQLError(
        .groupingError, "aggregate functions are not allowed in GROUP BY", at: expression.range)
    }
    return (value, output ?? outputs.firstIndex { $0.value.sql == value.sql })
  }

  // MARK: Names of outputs

  /// The name that PostgreSQL gives an output without an alias.
  func outputName(_ expression: Expression) -> String {
    derivedName(expression)?.name ?? "?column?"
  }

  private enum NameStrength { case weak, strong }

  private func derivedName(_ expression: Expression) -> (name: String, strength: NameStrength)? {
    switch expression.kind {
    case .column(let name), .star(let name?): return (name.name, .strong)
    case .field(_, let name): return (name.name, .strong)
    case .call(let call): return (call.name.name, .strong)
    case .currentValue(let name, _): return (name, .strong)
    case .extract: return ("extract", .strong)
    case .atTimeZone: return ("timezone", .strong)
    case .exists: return ("exists", .strong)
    case .array, .arraySubquery: return ("array", .strong)
    case .row: return ("row", .strong)
    case .typedLiteral(let type, _): return (type.name.name, .weak)
    case .collate(let operand, _): return derivedName(operand)
    case .subscript_(let operand, _): return derivedName(operand)
    case .cast(let operand, let type):
      if let inner = derivedName(operand), inner.strength == .strong { return inner }
      return (type.name.name, .weak)
    case .caseWhen(_, _, let otherwise):
      if let otherwise, let inner = derivedName(otherwise), inner.strength == .strong { return inner }
      return ("case", .weak)
    case .subquery(let query):
      guard case .select(let select) = query.body, select.items.count == 1 else { return nil }
      if let alias = select.items[0].alias { return (alias.name, .strong) }
      return derivedName(select.items[0].expression)
    default:
      return nil
    }
  }
}

extension SQLiteExpression {
  /// The expression without its outermost collation.
  var bare: SQLiteExpression { if case .collate(let operand, _) = self { operand } else { self } }

  /// Another expression under this one's outermost collation.
  func replacingBare(_ operand: SQLiteExpression) -> SQLiteExpression {
    if case .collate(_, let name) = self { .collate(operand, name) } else { operand }
  }

  /// The expression as a GROUP BY key: SQLite would read a constant that folds to an integer as a position.
  var asGroupKey: SQLiteExpression { isConstant ? .cast(self, "blob") : self }

  /// Whether the value is the same in every row.
  var isConstant: Bool {
    var isConstant = true
    walk { part in
      switch part {
      case .column, .scalar, .exists, .inQuery: isConstant = false
      case .call(let call) where call.isAggregate || call.window != nil || call.isVolatile: isConstant = false
      default: break
      }
      return isConstant
    }
    return isConstant
  }

  /// Calls `visit` for every part, outermost first, not into subqueries; stops below parts where it returns false.
  public func walk(_ visit: (SQLiteExpression) -> Bool) {
    guard visit(self) else { return }
    switch self {
    case .null, .integer, .real, .text, .parameter, .column, .scalar, .exists: break
    case .call(let call):
      call.arguments.forEach { $0.walk(visit) }
      call.filter?.walk(visit)
      call.window?.partitionBy.forEach { $0.walk(visit) }
      call.window?.orderBy.forEach { $0.expression.walk(visit) }
    case .prefix(_, let operand), .postfix(let operand, _), .collate(let operand, _), .cast(let operand, _),
      .inQuery(let operand, _, _):
      operand.walk(visit)
    case .infix(_, let left, let right):
      left.walk(visit)
      right.walk(visit)
    case .chain(_, let operands), .row(let operands): operands.forEach { $0.walk(visit) }
    case .between(let operand, let low, let high, _): [operand, low, high].forEach { $0.walk(visit) }
    case .caseWhen(let branches, let otherwise):
      for branch in branches {
        branch.condition.walk(visit)
        branch.result.walk(visit)
      }
      otherwise?.walk(visit)
    case .inList(let operand, let elements, _):
      operand.walk(visit)
      elements.forEach { $0.walk(visit) }
    }
  }

  var containsAggregate: Bool {
    var found = false
    walk { part in
      if case .call(let call) = part, call.isAggregate, call.window == nil { found = true }
      return !found
    }
    return found
  }
}

/// Checks that every column of the level stands under an aggregate or depends on the GROUP BY.
struct GroupingCheck {
  let analyzer: Analyzer
  let scope: Scope
  let groups: [SQLiteExpression]
  /// Whether a primary key among the groups stands for its table's other columns.
  let allowsDependency: Bool

  func check(_ expression: SQLiteExpression) throws(SQLError) {
    let tables = scope.tables
    var fault: ColumnUse?
    expression.walk { part in
      if fault != nil || groups.contains(part) { return false }
      switch part {
      case .call(let call) where call.isAggregate && call.window == nil:
        return false
      case .column(let use) where tables.contains(use.table):
        if !dependsOnGroups(use) { fault = use }
        return false
      case .scalar(let query), .exists(let query), .inQuery(_, let query, _):
        fault = outerColumn(of: query, tables)
        if case .inQuery = part { return fault == nil }
        return false
      default:
        return true
      }
    }
    guard let fault else { return }
    let relation = scope.relations.first { $0.table == fault.table }
    let column = relation?.columns.first { $0.expression.sql == .column(fault) }
    throw SQLError(
      .groupingError,
      "column \"\(relation?.name ?? fault.table).\(column?.name ?? fault.column)\" must appear in the GROUP BY clause "
        + "or be used in an aggregate function", at: fault.range)
  }

  /// A primary key in GROUP BY fixes the other columns of its table.
  private func dependsOnGroups(_ use: ColumnUse) -> Bool {
    guard allowsDependency, let relation = scope.relations.first(where: { $0.table == use.table }),
      let key = relation.relation?.primaryKey, !key.isEmpty
    else { return false }
    return key.allSatisfy { groups.contains(.column(ColumnUse(table: use.table, column: $0))) }
  }

  /// Whether an aggregate in a subquery uses columns of this level alone and so is one of this level.
  private func belongs(_ aggregate: SQLiteExpression, to tables: Set<String>) -> Bool {
    var isOwn = false
    var isForeign = false
    aggregate.walk { part in
      if case .column(let use) = part { if tables.contains(use.table) { isOwn = true } else { isForeign = true } }
      return true
    }
    return isOwn && !isForeign
  }

  /// A column of this level that a correlated subquery uses without its being grouped.
  private func outerColumn(of query: SQLiteQuery, _ tables: Set<String>) -> ColumnUse? {
    var fault: ColumnUse?
    query.forEachExpression { expression in
      expression.walk { part in
        if fault != nil || groups.contains(part) { return false }
        switch part {
        case .call(let call) where call.isAggregate && call.window == nil && belongs(part, to: tables): return false
        case .column(let use) where tables.contains(use.table) && !dependsOnGroups(use): fault = use
        case .scalar(let inner), .exists(let inner), .inQuery(_, let inner, _):
          fault = fault ?? outerColumn(of: inner, tables)
        default: break
        }
        return true
      }
    }
    return fault
  }
}

extension SQLiteQuery {
  /// Every expression of the query, also of the queries in its FROM.
  func forEachExpression(_ visit: (SQLiteExpression) -> Void) {
    commonTables.forEach { $0.query.forEachExpression(visit) }
    body.forEachExpression(visit)
    orderBy.forEach { visit($0.expression) }
    limit.map(visit)
    offset.map(visit)
  }
}

extension SQLiteBody {
  func forEachExpression(_ visit: (SQLiteExpression) -> Void) {
    switch self {
    case .select(let select):
      select.items.forEach { visit($0.expression) }
      select.from?.forEachExpression(visit)
      select.condition.map(visit)
      select.groupBy.forEach(visit)
      select.having.map(visit)
    case .values(let rows): rows.forEach { $0.forEach(visit) }
    case .compound(_, let left, let right):
      left.forEachExpression(visit)
      right.forEachExpression(visit)
    case .nested(let query, _): query.forEachExpression(visit)
    }
  }
}

extension SQLiteTable {
  func forEachExpression(_ visit: (SQLiteExpression) -> Void) {
    switch self {
    case .relation: break
    case .subquery(let query, _): query.forEachExpression(visit)
    case .function(_, let arguments, _): arguments.forEach(visit)
    case .join(_, let left, let right, let condition):
      left.forEachExpression(visit)
      right.forEachExpression(visit)
      condition.map(visit)
    }
  }
}
