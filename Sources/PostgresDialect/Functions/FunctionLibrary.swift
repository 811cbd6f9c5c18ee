/// The functions that the dialect knows, by name: one registry for resolution, lowering and documentation.
enum FunctionLibrary {
  static let functions: [String: [FunctionDefinition]] = Dictionary(
    grouping: [
      timeFunctions,
      formattingFunctions,
      regexFunctions,
      stringFunctions,
      digestFunctions,
      moreMathFunctions,
      textFunctions,
      mathFunctions,
      jsonFunctions,
      aggregates,
      regressionAggregates,
      bitAggregates,
      timeConstructors,
      orderedSetAggregates,
      windowFunctions,
      setFunctions,
      privilegeFunctions,
      jsonConstruction,
      jsonAggregates,
      arrayFunctions,
      typeFunctions,
      bitFunctions,
      arrayAggregates,
      sequenceFunctions,
      jsonPathFunctions,
      sessionFunctions,
      catalogFunctions,
    ].flatMap { $0 }, by: \.name)

  /// `count(*)`.
  static let countStar = FunctionDefinition("count", [], .int8, kind: .aggregate, lower: aggregate("count", .int8))

  // MARK: Shorthands

  @inline(never)
  static func function(
    _ name: String, _ arguments: [SQLType], variadic: SQLType? = nil, _ result: SQLType, as sqliteName: String,
    volatility: FunctionDefinition.Volatility = .immutable
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, arguments, variadic: variadic, result, volatility: volatility, lower: .call(sqliteName))
  }

  @inline(never)
  static func custom(
    _ name: String, _ arguments: [SQLType], _ result: SQLType, kind: FunctionDefinition.Kind = .scalar,
    volatility: FunctionDefinition.Volatility = .immutable,
    _ lower: @escaping @Sendable (inout LoweringContext, [TypedExpression]) throws(SQLError) -> TypedExpression
  ) -> FunctionDefinition {
    FunctionDefinition(name, arguments, result, kind: kind, volatility: volatility, lower: .custom(lower))
  }

  /// A lowering to an aggregate of SQLite or of our own over the first argument and more.
  @inline(never)
  static func aggregate(_ sqliteName: String, _ result: SQLType, fixedPoint: FixedPoint? = nil)
    -> FunctionDefinition.Lowering
  {
    .custom { (context, arguments) throws(SQLError) in
      TypedExpression(
        aggregateCall(sqliteName, arguments.map { $0.type.isNumeric ? context.decimalText($0) : $0.sql }), result,
        fixedPoint: fixedPoint, isNullable: sqliteName != "count", at: context.range)
    }
  }

  @inline(never)
  static func aggregateCall(_ name: String, _ arguments: [SQLiteExpression]) -> SQLiteExpression {
    .call(SQLiteCall(name: name, arguments: arguments, isAggregate: true))
  }
}
