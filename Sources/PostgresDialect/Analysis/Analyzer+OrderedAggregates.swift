extension Analyzer {
  /// How the rows of an aggregate are sorted, and whether repeated ones count once.
  struct AggregateOrder {
    struct Key {
      var value: TypedExpression
      var isDescending = false
      var nullsFirst = false
    }

    var keys: [Key]
    var isDistinct: Bool

    /// Puts the order on a call: the function's name, and its arguments between the description and the keys.
    func applied(to call: SQLiteCall) -> SQLiteCall {
      var result = call
      var description = "\(call.arguments.count) \(isDistinct ? "distinct" : "all")"
      for key in keys {
        description += " " + (key.isDescending ? "d" : "a") + (key.nullsFirst ? "f" : "l")
        description += key.value.orderCollation ?? ""
      }
      result.name = (call.name == "group_concat" ? "pg_string_agg" : call.name) + "_ordered"
      result.arguments = [.text(description)] + call.arguments + keys.map(\.value.sql)
      result.isDistinct = false
      return result
    }

    /// Whether the aggregate gives the same for its rows in any order.
    static func isIrrelevant(to name: String) -> Bool {
      ["count", "sum", "min", "max"].contains(name) || name.hasSuffix("_numeric") || name.hasSuffix("_fixed")
    }
  }

  static let orderedSetAggregates: Set<String> = ["percentile_cont", "percentile_disc", "mode"]
  static let hypotheticalSetAggregates: Set<String> = ["rank", "dense_rank", "percent_rank", "cume_dist"]

  /// The order of an aggregate's rows; nil when there is none to keep.
  ///
  /// - Parameters:
  ///   - written: The arguments as they stand in the statement, before casts.
  ///   - arguments: The arguments of the overload; WITHIN GROUP's expression is the first.
  func aggregateOrder(
    _ call: FunctionCall, _ written: [TypedExpression], _ arguments: [TypedExpression], _ clause: Clause, _ scope: Scope
  ) throws(SQLError) -> AggregateOrder? {
    if let item = call.withinGroup.first, let key = arguments.first {
      return AggregateOrder(
        keys: [
          AggregateOrder.Key(
            value: key, isDescending: item.isDescending, nullsFirst: item.nullsFirst ?? item.isDescending)
        ], isDistinct: false)
    }
    guard !call.orderBy.isEmpty || call.isDistinct else { return nil }
    var keys: [AggregateOrder.Key] = []
    for item in call.orderBy {
      let value = try lower(item.expression, clause, scope)
      if call.isDistinct, !written.contains(where: { $0.sql == value.sql }) {
        throw SQLError(
          .invalidColumnReference, "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
          at: item.expression.range)
      }
      keys.append(
        AggregateOrder.Key(
          value: value, isDescending: item.isDescending, nullsFirst: item.nullsFirst ?? item.isDescending))
    }
    // PostgreSQL finds the distinct rows by sorting, which shows in the result's order.
    if call.isDistinct { keys += arguments.map { AggregateOrder.Key(value: $0) } }
    return AggregateOrder(keys: keys, isDistinct: call.isDistinct)
  }

  /// Whether the clauses of the call fit the kind of its aggregate.
  func checkWithinGroup(_ call: FunctionCall, _ range: SourceRange) throws(SQLError) {
    let name = call.name.name
    let isOrderedSet = Self.orderedSetAggregates.contains(name)
    let isHypothetical = Self.hypotheticalSetAggregates.contains(name)
    if call.withinGroup.isEmpty {
      if call.over != nil, !call.orderBy.isEmpty {
        throw SQLError(
          .featureNotSupported, "aggregate ORDER BY is not implemented for window functions", at: range)
      }
      return
    }
    guard isOrderedSet || isHypothetical else {
      throw SQLError(
        .undefinedFunction, "function \(name) does not exist with WITHIN GROUP",
        hint: "\(name) is not an ordered-set aggregate, so it cannot have WITHIN GROUP.", at: range)
    }
    if call.over != nil {
      throw SQLError(
        .featureNotSupported, "OVER is not supported for ordered-set aggregate \(name)", at: range)
    }
    if call.isDistinct {
      throw SQLError(.syntaxError, "cannot use DISTINCT with WITHIN GROUP", at: range)
    }
    if isOrderedSet, call.withinGroup.count != 1 {
      throw SQLError(
        .undefinedFunction, "function \(name) does not exist with \(call.withinGroup.count) ordering columns",
        hint: "There is an ordered-set aggregate \(name), but it requires one ordering column.", at: range)
    }
  }

  /// `rank(x) within group (order by y)`: the rank that x would have among the group's rows.
  /// Source: <https://www.postgresql.org/docs/15/functions-aggregate.html#FUNCTIONS-HYPOTHETICAL-TABLE>
  func lowerHypothetical(_ call: FunctionCall, _ scope: Scope, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    let name = call.name.name
    scope.hasAggregates = true
    guard call.arguments.count == call.withinGroup.count else {
      throw SQLError(
        .undefinedFunction, "function \(name) does not exist",
        hint: "To use the hypothetical-set aggregate \(name), the number of hypothetical direct arguments (here "
          + "\(call.arguments.count)) must match the number of ordering columns (here \(call.withinGroup.count)).",
        at: range)
    }
    var before: [SQLiteExpression] = []
    var equal: [SQLiteExpression] = []
    var keys: [CompositeField] = []
    for (argument, item) in zip(call.arguments, call.withinGroup) {
      let direct = try lower(argument.value, .aggregateArguments, scope)
      let key = try lower(item.expression, .aggregateArguments, scope)
      let pair = try unify([direct, key], "WITHIN GROUP", keepsScales: false)
      let (x, y) = (pair.values[0].orderable, pair.values[1].orderable)
      let nullsFirst = item.nullsFirst ?? item.isDescending
      // Nulls first: a null key comes before every value. Nulls last: every key comes before a null.
      let nulls = [nullsFirst ? y : x, nullsFirst ? x : y]
      let earlier = SQLiteExpression.chain(
        "or",
        [
          .infix("is", .infix(item.isDescending ? ">" : "<", y, x), .integer(1)),
          .chain("and", [.postfix(nulls[0], "is null"), .postfix(nulls[1], "is not null")]),
        ])
      before.append(equal.isEmpty ? earlier : .chain("and", equal + [earlier]))
      equal.append(.infix("is", y, x))
      keys.append(CompositeField(name: "f", value: pair.values[1]))
    }
    let isBefore: SQLiteExpression = before.count == 1 ? before[0] : .chain("or", before)
    let isPeer: SQLiteExpression = equal.count == 1 ? equal[0] : .chain("and", equal)
    let filter = try call.filter.map { filter throws(SQLError) in
      try condition(filter, .filter, scope, name: "FILTER")
    }
    func count(_ condition: SQLiteExpression?, distinct: SQLiteExpression? = nil) -> SQLiteExpression {
      var call = SQLiteCall(name: "count", arguments: distinct.map { [$0] } ?? [], isAggregate: true)
      call.isStar = distinct == nil
      call.isDistinct = distinct != nil
      let conditions = [filter, condition].compactMap { $0 }
      call.filter = conditions.count > 1 ? .chain("and", conditions) : conditions.first
      return .call(call)
    }
    func ratio(_ part: SQLiteExpression, _ whole: SQLiteExpression) -> SQLiteExpression {
      .infix("/", .cast(part, "real"), whole)
    }
    switch name {
    case "rank":
      return TypedExpression(.infix("+", .integer(1), count(isBefore)), .int8, isNullable: false, at: range)
    case "dense_rank":
      let row = context.composite(keys, at: range).comparable
      return TypedExpression(
        .infix("+", .integer(1), count(isBefore, distinct: row)), .int8, isNullable: false, at: range)
    case "percent_rank":
      let sql = SQLiteExpression.caseWhen(
        [SQLiteBranch(condition: .infix("=", count(nil), .integer(0)), result: .real(0))],
        otherwise: ratio(count(isBefore), count(nil)))
      return TypedExpression(sql, .float8, isNullable: false, at: range)
    default:
      let notAfter = count(.chain("or", [isBefore, isPeer]))
      return TypedExpression(
        ratio(.infix("+", notAfter, .integer(1)), .infix("+", count(nil), .integer(1))), .float8, isNullable: false,
        at: range)
    }
  }
}
