extension Analyzer {
  struct Groups {
    var keys: [TypedExpression] = []
    var isGrouped = false
    /// The grouping sets as positions in `keys`; nil for a plain GROUP BY.
    var sets: [[Int]]?

    /// The outputs that the keys name or equal, parallel to `keys`.
    var outputs: [Int?] = []

    /// The position of the key, which is added when it is new.
    ///
    /// - Throws: 0A000 for the same expression as two outputs' keys in grouping sets: each would be null by its own.
    mutating func index(of key: (value: TypedExpression, output: Int?), inSets: Bool) throws(SQLError) -> Int {
      if let index = keys.firstIndex(where: { $0.sql == key.value.sql }) {
        if inSets, outputs[index] != key.output {
          throw SQLError(
            .featureNotSupported, "two equal outputs as keys of grouping sets are not supported", at: key.value.range)
        }
        return index
      }
      keys.append(key.value)
      outputs.append(key.output)
      return keys.count - 1
    }
  }

  /// The keys of GROUP BY and its grouping sets.
  /// Source: <https://www.postgresql.org/docs/15/queries-table-expressions.html#QUERIES-GROUPING-SETS>
  func lowerGroups(_ select: Select, _ outputs: [Output], _ scope: Scope) throws(SQLError) -> Groups {
    var groups = Groups()
    groups.isGrouped = !select.groupBy.isEmpty
    var sets: [[Int]] = [[]]
    for element in select.groupBy {
      let factor = try groupingSets(element, &groups, outputs, scope, select.hasGroupingSets)
      sets = sets.flatMap { first in factor.map { first + $0 } }
      guard sets.count <= 4096 else {
        throw SQLError(
          .statementTooComplex, "too many grouping sets present (maximum 4096)", at: select.range)
      }
    }
    guard select.hasGroupingSets else { return groups }
    if select.isGroupByDistinct {
      var seen: Set<Set<Int>> = []
      sets = sets.filter { seen.insert(Set($0)).inserted }
    }
    groups.sets = sets
    return groups
  }

  private func groupingSets(
    _ element: GroupingElement, _ groups: inout Groups, _ outputs: [Output], _ scope: Scope, _ inSets: Bool
  ) throws(SQLError) -> [[Int]] {
    switch element {
    case .expression(let expression):
      if case .row(let elements, let isExplicit) = expression.kind, !isExplicit {
        return try groupingSets(.group(elements), &groups, outputs, scope, inSets)
      }
      return [[try groups.index(of: lowerGroup(expression, outputs, scope), inSets: inSets)]]
    case .group(let expressions):
      var set: [Int] = []
      for expression in expressions {
        set.append(try groups.index(of: lowerGroup(expression, outputs, scope), inSets: inSets))
      }
      return [set]
    case .empty:
      return [[]]
    case .sets(let elements):
      var sets: [[Int]] = []
      for element in elements { sets += try groupingSets(element, &groups, outputs, scope, inSets) }
      return sets
    case .rollup(let elements):
      var prefix: [Int] = []
      var sets: [[Int]] = [[]]
      for element in elements {
        prefix += try groupingSets(element, &groups, outputs, scope, inSets)[0]
        sets.insert(prefix, at: 0)
      }
      return sets
    case .cube(let elements):
      guard elements.count <= 12 else {
        throw SQLError(SQLState(rawValue: "54011"), "CUBE is limited to 12 elements")
      }
      var parts: [[Int]] = []
      for element in elements { parts.append(try groupingSets(element, &groups, outputs, scope, inSets)[0]) }
      return (0..<(1 << parts.count)).map { mask in
        // The first set has every part, the last has none.
        parts.indices.filter { mask & (1 << (parts.count - 1 - $0)) == 0 }.flatMap { parts[$0] }
      }
    }
  }

  /// `grouping(a, b)`: a bit for each argument, set where the row's grouping set lacks it.
  func lowerGrouping(_ call: FunctionCall, _ clause: Clause, _ scope: Scope, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    guard clause.allowsAggregates else {
      throw SQLError(.groupingError, "grouping operations are not allowed in \(clause.name)", at: range)
    }
    guard call.arguments.count < 32 else {
      throw SQLError(
        SQLState(rawValue: "54023"), "GROUPING must have fewer than 32 arguments", at: range)
    }
    scope.hasAggregates = true
    let arguments = try call.arguments.map { argument throws(SQLError) in
      try lower(argument.value, .aggregateArguments, scope).sql
    }
    return TypedExpression(
      .call(SQLiteCall(name: SQLiteCall.grouping, arguments: arguments, isAggregate: true)), .int4, isNullable: false,
      at: range)
  }

  /// The bits of a `grouping` call in one grouping set.
  private func mask(_ call: SQLiteCall, _ set: [Int], _ groups: Groups, _ range: SourceRange) throws(SQLError)
    -> SQLiteExpression
  {
    var mask: Int64 = 0
    for argument in call.arguments {
      guard let key = groups.keys.firstIndex(where: { $0.sql == argument }) else {
        throw SQLError(
          .groupingError, "arguments to GROUPING must be grouping expressions of the associated query level",
          at: argument.columnRange ?? range)
      }
      mask = mask << 1 | (set.contains(key) ? 0 : 1)
    }
    return .integer(mask)
  }

  /// Puts the grouping sets one below the other and lets the later stages work on their rows.
  ///
  /// Keys that a set lacks are null there. HAVING becomes a condition on the rows.
  func group(_ plan: inout SelectPlan, _ groups: Groups, _ range: SourceRange) throws(SQLError) {
    guard let sets = groups.sets else {
      // Without sets every key is in the only one.
      try replaceGrouping(&plan, groups, range)
      return
    }
    let alias = uniqueAlias("grouped")
    func column(_ name: String) -> SQLiteExpression { .column(ColumnUse(table: alias, column: name)) }
    var aggregates: [SQLiteCall] = []
    let having = plan.core.having
    // Aggregates first, and not those of subqueries: what stands inside them stays as it is.
    func replaceAggregate(_ expression: SQLiteExpression) -> SQLiteExpression? {
      switch expression {
      case .scalar, .exists: return expression
      case .inQuery(let operand, let query, let negated):
        return .inQuery(operand.rewritten(replaceAggregate), query, negated: negated)
      case .call(let call) where call.isAggregate && call.window == nil:
        let index = aggregates.firstIndex(of: call) ?? aggregates.count
        if index == aggregates.count { aggregates.append(call) }
        return column("a\(index + 1)")
      default: return nil
      }
    }
    func replaceKey(_ expression: SQLiteExpression) -> SQLiteExpression? {
      if expression.isLiteral { return nil }
      return groups.keys.firstIndex { $0.sql == expression }.map { column("k\($0 + 1)") }
    }
    // A literal is a key only as the output that GROUP BY names: elsewhere it stands for itself.
    for (key, value) in groups.keys.enumerated() where value.sql.isLiteral {
      if let index = groups.outputs[key] { plan.outputs[index] = column("k\(key + 1)") }
    }
    plan.rewrite(replaceAggregate)
    plan.rewrite(replaceKey)
    let condition = having?.rewritten(replaceAggregate).rewritten(replaceKey)
    var body: SQLiteBody?
    for set in sets {
      var select = plan.core
      select.having = nil
      select.groupBy = set.map { groups.keys[$0].comparable.asGroupKey }
      select.items = groups.keys.enumerated().map { index, key in
        SQLiteItem(expression: set.contains(index) ? key.sql : .null, alias: "k\(index + 1)")
      }
      for (index, call) in aggregates.enumerated() {
        let value =
          call.name == SQLiteCall.grouping ? try mask(call, set, groups, range) : SQLiteExpression.call(call)
        select.items.append(SQLiteItem(expression: value, alias: "a\(index + 1)"))
      }
      // The empty set is one row even of nothing, which SQLite makes only where it sees an aggregate.
      let count = SQLiteCall(name: "count", arguments: [], isStar: true, isAggregate: true)
      select.items.append(SQLiteItem(expression: .call(count), alias: "rows"))
      body = body.map { .compound("union all", $0, .select(select)) } ?? .select(select)
    }
    guard let body else { return }
    plan.core = SQLiteSelect(items: [], from: .subquery(SQLiteQuery(body: body), alias: alias), condition: condition)
  }

  private func replaceGrouping(_ plan: inout SelectPlan, _ groups: Groups, _ range: SourceRange) throws(SQLError) {
    var calls: [SQLiteCall: SQLiteExpression] = [:]
    func collect(_ expression: SQLiteExpression) throws(SQLError) {
      var found: [SQLiteCall] = []
      expression.walk { part in
        if case .call(let call) = part, call.name == SQLiteCall.grouping { found.append(call) }
        return true
      }
      for call in found { calls[call] = try mask(call, Array(groups.keys.indices), groups, range) }
    }
    for output in plan.outputs { try collect(output) }
    for term in plan.terms { try collect(term.expression) }
    if let having = plan.core.having { try collect(having) }
    guard !calls.isEmpty else { return }
    func replace(_ part: SQLiteExpression) -> SQLiteExpression? {
      if case .call(let call) = part { calls[call] } else { nil }
    }
    plan.rewrite(replace)
    plan.core.having = plan.core.having?.rewritten(replace)
  }
}

extension Select {
  /// Whether GROUP BY has more than a list of expressions.
  var hasGroupingSets: Bool {
    groupBy.contains { element in
      switch element {
      case .expression, .group: false
      case .empty, .rollup, .cube, .sets: true
      }
    }
  }
}

extension SQLiteCall {
  /// The name of `grouping` calls until the grouping sets are known; SQLite has no such function.
  static let grouping = "grouping"
}
