extension Analyzer {
  /// A function call with its aggregates' and windows' clauses.
  func lower(_ call: FunctionCall, _ clause: Clause, _ scope: Scope, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    if let construct = try lowerConstruct(call, clause, scope, range) { return construct }
    if call.name.parts.count == 1, call.name.name == "grouping" {
      return try lowerGrouping(call, clause, scope, range)
    }
    if call.isVariadic { return try lowerVariadic(call, clause, scope, range) }
    let call = try normalized(positional(call, clause, scope), clause, scope)
    let functions = candidates(call.name)
    let isAggregate = functions.contains { $0.kind == .aggregate }
    let isWindowOnly = !functions.isEmpty && functions.allSatisfy { $0.kind == .window }
    guard isAggregate || isWindowOnly else {
      try refuseAggregateClauses(call, range)
      let arguments = try call.arguments.map { argument throws(SQLError) in try lower(argument, clause, scope) }
      if let value = try functionalCast(call, arguments, functions, range) { return value }
      let (function, cast) = try resolve(call, arguments, range)
      if function.kind == .set { return try lowerSetCall(function, cast, clause, scope, range) }
      context.range = range
      return try lowerCall(function, cast, cast.map(\.type), range, isCast: true)
    }
    return try lowerAggregate(call, isWindowOnly: isWindowOnly, clause, scope, range)
  }

  private func lower(_ argument: FunctionArgument, _ clause: Clause, _ scope: Scope) throws(SQLError)
    -> TypedExpression
  {
    if let name = argument.name {
      throw SQLError(.featureNotSupported, "named arguments are not supported yet", at: name.range)
    }
    return try lower(argument.value, clause, scope)
  }

  private func refuseAggregateClauses(_ call: FunctionCall, _ range: SourceRange) throws(SQLError) {
    let name = call.name.parts.map(\.name).joined(separator: ".")
    let clause: String? =
      call.isStar
      ? "(*)"
      : call.isDistinct
        ? "DISTINCT"
        : !call.orderBy.isEmpty
          ? "ORDER BY"
          : !call.withinGroup.isEmpty
            ? "WITHIN GROUP"
            : call.filter != nil
              ? "FILTER" : call.over != nil ? "OVER" : nil
    guard let clause, !candidates(call.name).isEmpty else { return }
    if clause == "OVER" {
      throw SQLError(
        .wrongObjectType, "OVER specified, but \(name) is not a window function nor an aggregate function", at: range)
    }
    throw SQLError(
      .wrongObjectType, "\(clause) specified, but \(name) is not an aggregate function", at: range)
  }

  // MARK: Resolution

  func candidates(_ name: QualifiedName) -> [FunctionDefinition] {
    // The standard's schema has functions of its own, which mappers call: `information_schema._pg_expandarray`.
    let isBuiltIn =
      name.schema == nil || name.schema == "pg_catalog"
      || name.schema == "information_schema" && name.name.hasPrefix("_pg_")
    let builtIn = isBuiltIn ? FunctionLibrary.functions[name.name] ?? [] : []
    return builtIn.isEmpty ? catalog.functions(schema: name.schema, name: name.name) : builtIn
  }

  /// The overload for these arguments, and the arguments cast to its signature.
  func resolve(_ call: FunctionCall, _ arguments: [TypedExpression], _ range: SourceRange) throws(SQLError)
    -> (FunctionDefinition, [TypedExpression])
  {
    let types = arguments.map(\.type)
    let functions = candidates(call.name)
    let name = call.name.parts.map(\.name).joined(separator: ".")
    switch OverloadResolution.resolve(functions, types) {
    case .chosen(let function, let wanted):
      let polymorphic = zip(function.arguments, types).filter { $0.0.base == .anyelement || $0.0.base == .anyarray }
      if !polymorphic.isEmpty, polymorphic.allSatisfy({ $0.1.isUnknown }) {
        throw SQLError(
          .datatypeMismatch, "could not determine polymorphic type because input has type unknown", at: range)
      }
      var cast: [TypedExpression] = []
      for (argument, type) in zip(arguments, wanted) {
        cast.append(try context.cast(argument, to: type, in: .implicit))
      }
      return (function, cast)
    case .ambiguous:
      throw SQLError(
        .ambiguousFunction, "function \(name)(\(types.map(\.displayName).joined(separator: ", "))) is not unique",
        hint: "Could not choose a best candidate function. You might need to add explicit type casts.",
        at: call.name.range)
    case .none where arguments.contains(where: { $0.type.vectorArray != nil }):
      // A vector is an array to every function that has no form for vectors.
      return try resolve(
        call,
        arguments.map { argument in
          var array = argument
          array.type = argument.type.vectorArray ?? argument.type
          return array
        }, range)
    case .none where KnownFunctions.isUnsupported(call.name.name, types, isUnknownName: functions.isEmpty):
      throw SQLError(.featureNotSupported, "the function \(name) is not supported yet", at: call.name.range)
    case .none:
      // The direct arguments of an ordered-set aggregate come first.
      let types = call.withinGroup.isEmpty ? types : Array(types.dropFirst() + types.prefix(1))
      let near =
        functions.isEmpty ? nearest(call.name.name, in: FunctionLibrary.functions.keys.sorted()) : nil
      throw SQLError(
        .undefinedFunction,
        "function \(name)(\(types.map(\.displayName).joined(separator: ", "))) does not exist",
        hint: near.map { "Perhaps you meant the function \"\($0)\"." }
          ?? Self.castHint,
        at: call.name.range)
    }
  }

  private static let castHint =
    "No function matches the given name and argument types. You might need to add explicit type casts."

  /// A call of a known function by name, for syntax that stands for a function.
  ///
  /// - Parameter isSyntax: Whether the standard's own syntax names it: PostgreSQL's errors then have its schema.
  func call(_ name: String, _ arguments: [TypedExpression], _ range: SourceRange, isSyntax: Bool = false)
    throws(SQLError) -> TypedExpression
  {
    let schema = isSyntax ? [Identifier("pg_catalog", at: range)] : []
    let call = FunctionCall(name: QualifiedName(schema + [Identifier(name, at: range)]))
    let (function, cast) = try resolve(call, arguments, range)
    context.range = range
    return try lowerCall(function, cast, cast.map(\.type), range, isCast: true)
  }

  func lowerCall(
    _ function: FunctionDefinition, _ arguments: [TypedExpression], _ types: [SQLType], _ range: SourceRange,
    isCast: Bool = false
  ) throws(SQLError) -> TypedExpression {
    var cast = arguments
    if !isCast {
      for (index, type) in types.enumerated() {
        cast[index] = try context.cast(arguments[index], to: type, in: .implicit)
      }
    }
    switch function.lower {
    case .custom(let lowering):
      context.range = range
      return try located(range) { () throws(SQLError) in try lowering(&self.context, cast) }
    case .rowSet, .recordSet:
      throw SQLError(
        .featureNotSupported, "set-returning functions are not allowed here: \(function.name)", at: range)
    case .call(let name):
      let sql = cast.map { $0.type.isNumeric ? context.decimalText($0) : $0.sql }
      var result = function.result
      if result.base == .anyelement {
        result = zip(function.arguments, cast).first { $0.0.base == .anyelement }?.1.type.unmodified ?? .text
      }
      return TypedExpression(
        .call(name, sql), result, isNullable: cast.isEmpty ? function.volatility != .volatile : true, at: range)
    }
  }

  // MARK: Constructs that look like functions

  /// `date(x)`, `text(x)`, `int4(x)`: a type's name called as a function is a cast, where no function fits.
  /// Source: <https://www.postgresql.org/docs/15/typeconv-func.html>, step 3.
  private func functionalCast(
    _ call: FunctionCall, _ arguments: [TypedExpression], _ functions: [FunctionDefinition], _ range: SourceRange
  ) throws(SQLError) -> TypedExpression? {
    guard arguments.count == 1, call.name.schema == nil || call.name.schema == "pg_catalog",
      let type = SQLType.castFunction(call.name.name),
      arguments[0].type.isUnknown || CastRules.context(from: arguments[0].type, to: type) != nil
    else { return nil }
    if !functions.isEmpty, case .chosen = OverloadResolution.resolve(functions, arguments.map(\.type)) { return nil }
    return try context.cast(arguments[0], to: type, in: .explicit)
  }

  /// COALESCE, NULLIF, GREATEST, LEAST: their arguments find one type among themselves.
  private func lowerConstruct(_ call: FunctionCall, _ clause: Clause, _ scope: Scope, _ range: SourceRange)
    throws(SQLError) -> TypedExpression?
  {
    guard call.name.parts.count == 1 else { return nil }
    let name = call.name.name
    guard ["coalesce", "nullif", "greatest", "least"].contains(name) else { return nil }
    let values = try call.arguments.map { argument throws(SQLError) in try lower(argument, clause, scope) }
    try refuseSets(values, in: name.uppercased(), scope)
    guard let first = values.first else {
      throw SQLError(.syntaxError, "syntax error at or near \")\"", at: range)
    }
    switch name {
    case "nullif":
      guard values.count == 2 else {
        throw SQLError(.syntaxError, "NULLIF needs two arguments", at: range)
      }
      let equal = try compare("=", first, values[1], at: range).sql
      // The result has the first operand's type as the equality sees it: numeric for nullif(1, 2.5).
      var result = first
      if let type = nullIfType(first.type, values[1].type), type != first.type {
        result = try context.cast(first, to: type, in: .implicit)
      }
      return TypedExpression(
        .caseWhen([SQLiteBranch(condition: equal, result: .null)], otherwise: result.sql), result.type.unmodified,
        fixedPoint: result.fixedPoint, at: range)
    case "coalesce":
      let unified = try unify(values, "COALESCE")
      let sql = unified.values.map(\.sql)
      var result = TypedExpression(
        sql.count == 1 ? sql[0] : .call("coalesce", sql), unified.type, fixedPoint: unified.fixedPoint,
        isNullable: values.allSatisfy { $0.isNullable }, at: range)
      result.fields = unified.fields
      return result
    default:
      let unified = try unify(values, name.uppercased())
      // SQLite's scalar max and min are null when one argument is; PostgreSQL ignores nulls.
      let usesFunction = unified.values.contains { $0.isNullable } || unified.values[0].type.orderCollation != nil
      guard usesFunction, unified.values.count > 1 else {
        let sql = unified.values.map(\.sql)
        return TypedExpression(
          sql.count == 1 ? sql[0] : .call(name == "greatest" ? "max" : "min", sql), unified.type,
          fixedPoint: unified.fixedPoint, isNullable: values.contains { $0.isNullable }, at: range)
      }
      var ordered = unified.values[0]
      ordered.isBytewise = values.contains(where: \.isBytewise)
      let kind = unified.fixedPoint == nil ? ordered.orderCollation ?? "" : ""
      return TypedExpression(
        .call("pg_\(name)", [.text(kind)] + unified.values.map(\.sql)), unified.type, fixedPoint: unified.fixedPoint,
        isNullable: values.allSatisfy { $0.isNullable }, at: range)
    }
  }

  /// Integers, floats and times compare across their types; other operands are first brought to one type.
  private func nullIfType(_ first: SQLType, _ second: SQLType) -> SQLType? {
    if first.isUnknown { return second.isUnknown || second.isString ? .text : second.unmodified }
    if first.isInteger && second.isInteger || first.isFloat && second.isFloat { return first }
    if first.category == .dateTime { return first }
    if first.base == .varchar || first.base == .name { return .text }
    return second.isUnknown ? first : CastRules.commonType([first.unmodified, second.unmodified])
  }

  // MARK: Aggregates and window functions

  private func lowerAggregate(
    _ call: FunctionCall, isWindowOnly: Bool, _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let name = call.name.name
    try checkWithinGroup(call, range)
    if call.withinGroup.isEmpty, Self.orderedSetAggregates.contains(name) {
      let arguments = try call.arguments.map { argument throws(SQLError) in try lower(argument, clause, scope) }
      throw SQLError(
        .undefinedFunction,
        "function \(name)(\(arguments.map(\.type.displayName).joined(separator: ", "))) does not exist",
        hint: "There is an ordered-set aggregate \(name); it requires WITHIN GROUP.", at: call.name.range)
    }
    if isWindowOnly && call.over == nil && call.withinGroup.isEmpty {
      throw SQLError(.wrongObjectType, "window function \(name) requires an OVER clause", at: range)
    }
    if call.over != nil {
      if clause == .aggregateArguments {
        throw SQLError(
          .groupingError, "aggregate function calls cannot contain window function calls", at: range)
      }
      guard clause.allowsWindowFunctions else {
        throw SQLError(.windowingError, "window functions are not allowed in \(clause.name)", at: range)
      }
      scope.hasWindowFunctions = true
    } else {
      guard !scope.isInsideAggregate else {
        throw SQLError(.groupingError, "aggregate function calls cannot be nested", at: range)
      }
      guard clause.allowsAggregates else {
        let arguments = try call.arguments.map { argument throws(SQLError) in
          try lower(argument, .aggregateArguments, scope).sql
        }
        if level(of: arguments, scope) !== scope {
          throw SQLError(
            .featureNotSupported, "an aggregate of an outer query is not supported in \(clause.name)", at: range)
        }
        throw SQLError(.groupingError, "aggregate functions are not allowed in \(clause.name)", at: range)
      }
    }
    // A window function may take aggregates of its level as arguments, an aggregate may not.
    let wasInside = scope.isInsideAggregate
    if call.over == nil { scope.isInsideAggregate = true }
    defer { scope.isInsideAggregate = wasInside }
    let innerClause: Clause = call.over == nil ? .aggregateArguments : .windowDefinition
    var arguments = try call.arguments.map { argument throws(SQLError) in
      try lower(argument, innerClause, scope)
    }
    if !call.withinGroup.isEmpty { scope.directArguments += arguments.map(\.sql) }
    if isWindowOnly && !call.withinGroup.isEmpty { return try lowerHypothetical(call, scope, range) }
    if let item = call.withinGroup.first { arguments.insert(try lower(item.expression, innerClause, scope), at: 0) }
    let filter = try call.filter.map { filter throws(SQLError) in
      try condition(filter, .filter, scope, name: "FILTER")
    }
    if call.over == nil {
      let owner = level(of: arguments.map(\.sql) + (filter.map { [$0] } ?? []), scope)
      owner.hasAggregates = true
      if owner !== scope {
        scope.hasOuterAggregates = true
        guard clause == .select else {
          throw SQLError(
            .featureNotSupported, "an aggregate of an outer query is not supported in \(clause.name)", at: range)
        }
      }
    }
    if isWindowOnly && (call.isDistinct || filter != nil) {
      throw SQLError(
        .featureNotSupported,
        "\(call.isDistinct ? "DISTINCT" : "FILTER") is not implemented for non-aggregate window functions",
        at: range)
    }
    if call.isStar && name != "count" {
      throw SQLError(
        .undefinedFunction, "function \(name)() does not exist", hint: Self.castHint, at: call.name.range)
    }

    if name == "count" && !call.isStar && arguments.isEmpty {
      throw SQLError(
        .wrongObjectType, "count(*) must be used to call a parameterless aggregate function", at: call.name.range)
    }
    let (function, cast) =
      call.isStar ? (FunctionLibrary.countStar, []) : try resolve(call, arguments, range)
    if call.isDistinct { for argument in cast { try argument.type.requireEquality(at: argument.range) } }
    var result = try lowerCall(function, cast, cast.map(\.type), range, isCast: true)
    let order = try aggregateOrder(call, arguments, cast, innerClause, scope)
    let window = try call.over.map { reference throws(SQLError) in try lower(reference, scope, range) }
    if window != nil && call.isDistinct {
      throw SQLError(.featureNotSupported, "DISTINCT is not implemented for window functions", at: range)
    }
    let collation = cast.first.flatMap { $0.fixedPoint == nil ? $0.type.collation : nil }
    result.sql = decorated(
      result.sql, call, filter: filter, window: window, isWindowOnly: isWindowOnly, collation: collation, order: order)
    if let window { try checkFrame(window, result.sql, range) }
    return result
  }

  /// The query level to which an aggregate belongs: the innermost whose columns its arguments use.
  /// Source: <https://www.postgresql.org/docs/15/sql-expressions.html#SYNTAX-AGGREGATES>
  private func level(of parts: [SQLiteExpression], _ scope: Scope) -> Scope {
    var current: Scope? = scope
    while let level = current {
      if parts.contains(where: { $0.uses(level.tables) }) { return level }
      current = level.parent
    }
    return scope
  }

  /// Puts DISTINCT, FILTER and OVER on the aggregate call inside what a lowering built around it.
  private func decorated(
    _ sql: SQLiteExpression, _ call: FunctionCall, filter: SQLiteExpression?, window: SQLiteWindow?,
    isWindowOnly: Bool, collation: String?, order: AggregateOrder?
  ) -> SQLiteExpression {
    switch sql {
    case .call(var aggregate) where aggregate.isAggregate || isWindowOnly:
      aggregate.isDistinct = call.isDistinct
      if let order, !AggregateOrder.isIrrelevant(to: aggregate.name) {
        aggregate = order.applied(to: aggregate)
      }
      aggregate.filter = filter
      aggregate.window = window
      // SQLite 3.40 forgets the FILTER of min and max over a moving frame; both ignore nulls.
      if let filter, window != nil, ["min", "max"].contains(aggregate.name) {
        aggregate.arguments[0] = .caseWhen(
          [SQLiteBranch(condition: filter, result: aggregate.arguments[0])], otherwise: nil)
        aggregate.filter = nil
      }
      // Float sums over a moving frame are computed anew for each row.
      if window?.frame != nil, aggregate.name.hasSuffix("_float8") || aggregate.name.hasSuffix("_float4") {
        aggregate.name += "_frame"
      }
      // SQLite allows DISTINCT one argument only, so the scale cannot be another.
      if aggregate.isDistinct, aggregate.arguments.count == 2, aggregate.name.hasSuffix("_fixed") {
        aggregate.name = aggregate.name.replacing("_fixed", with: "_numeric")
        aggregate.arguments = [.call("pg_fixed_text", aggregate.arguments)]
      }
      // Under DISTINCT, 2.50 and 2.5 are one value.
      if aggregate.isDistinct, aggregate.arguments.count == 1, let collation {
        aggregate.arguments[0] = .collate(aggregate.arguments[0], collation)
      }
      aggregate.isStar = call.isStar
      aggregate.isAggregate = !isWindowOnly
      return .call(aggregate)
    case .call(var wrapper):
      wrapper.arguments = wrapper.arguments.map {
        decorated(
          $0, call, filter: filter, window: window, isWindowOnly: isWindowOnly, collation: collation, order: order)
      }
      return .call(wrapper)
    case .cast(let inner, let type):
      return .cast(
        decorated(
          inner, call, filter: filter, window: window, isWindowOnly: isWindowOnly, collation: collation, order: order),
        type)
    case .infix(let symbol, let left, let right):
      return .infix(
        symbol,
        decorated(
          left, call, filter: filter, window: window, isWindowOnly: isWindowOnly, collation: collation, order: order),
        decorated(
          right, call, filter: filter, window: window, isWindowOnly: isWindowOnly, collation: collation, order: order))
    default:
      return sql
    }
  }
}
