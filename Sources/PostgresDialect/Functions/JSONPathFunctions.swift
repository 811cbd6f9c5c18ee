/// The functions and operators that query `jsonb` with a `jsonpath`.
/// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-SQLJSON-PATH>
extension FunctionLibrary {
  static let jsonPathFunctions: [FunctionDefinition] = ["", "_tz"].flatMap { suffix -> [FunctionDefinition] in
    [
      pathFunction("jsonb_path_exists", suffix, .boolean),
      pathFunction("jsonb_path_match", suffix, .boolean),
      pathFunction("jsonb_path_query_array", suffix, .jsonb),
      pathFunction("jsonb_path_query_first", suffix, .jsonb),
      FunctionDefinition(
        "jsonb_path_query" + suffix, pathArguments, optional: 2, .jsonb, kind: .set,
        volatility: suffix.isEmpty ? .immutable : .stable, columns: setColumn(.jsonb, isNullable: false),
        lower: .rowSet { (context, values) throws(SQLError) in
          pathCall("pg_jsonb_path_query", suffix, values, context)
        }),
    ]
  }

  private static let pathArguments: [SQLType] = [.jsonb, SQLType(.jsonpath), .jsonb, .boolean]

  @inline(never)
  private static func pathFunction(_ name: String, _ suffix: String, _ result: SQLType) -> FunctionDefinition {
    FunctionDefinition(
      name + suffix, pathArguments, optional: 2, result, volatility: suffix.isEmpty ? .immutable : .stable,
      lower: .custom { (context, values) throws(SQLError) in
        TypedExpression(pathCall("pg_" + name, suffix, values, context), result, at: context.range)
      })
  }

  /// Value, path, variables, silence, and the zone of the functions that may use one.
  private static func pathCall(
    _ name: String, _ suffix: String, _ values: [TypedExpression], _ context: LoweringContext
  ) -> SQLiteExpression {
    let defaults: [SQLiteExpression] = [.text("{}"), .integer(0)]
    let arguments = values.map(\.sql) + defaults.suffix(4 - values.count)
    return .call(name, arguments + [suffix.isEmpty ? .text("") : context.zone])
  }
}

extension OperatorLibrary {
  /// `@?` and `@@`, which swallow errors.
  static let jsonPath: [FunctionDefinition] = [("@?", "pg_jsonb_path_exists"), ("@@", "pg_jsonb_path_match")].map {
    (symbol: String, name: String) -> FunctionDefinition in
    FunctionDefinition(
      symbol, [.jsonb, SQLType(.jsonpath)], .boolean,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(
          .call(name, arguments[0].sql, arguments[1].sql, .text("{}"), .integer(1), .text("")), .boolean,
          at: context.range)
      })
  }
}
