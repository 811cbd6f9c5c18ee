extension OperatorLibrary {
  /// The operators of `json` and `jsonb`.
  /// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-JSON-OP-TABLE>
  static let json: [FunctionDefinition] = jsonAccess + jsonbTests + jsonbChanges

  private static let textArray = SQLType(.text, isArray: true)

  private static let jsonAccess: [FunctionDefinition] = [SQLType.json, .jsonb].flatMap {
    (type: SQLType) -> [FunctionDefinition] in
    // A scalar jsonb is an array of itself to `->` with an index, a scalar json is not.
    let element = "pg_\(type.base.rawValue)_element"
    return [
      accessor("->", type, .text, type, "pg_json_field"),
      accessor("->", type, .int4, type, element),
      accessor("->>", type, .text, .text, "pg_json_field_text"),
      accessor("->>", type, .int4, .text, element + "_text"),
      accessor("#>", type, textArray, type, "pg_json_path"),
      accessor("#>>", type, textArray, .text, "pg_json_path_text"),
    ]
  }

  private static let jsonbTests: [FunctionDefinition] = [
    accessor("?", .jsonb, .text, .boolean, "pg_jsonb_exists"),
    accessor("?|", .jsonb, textArray, .boolean, "pg_jsonb_exists_any"),
    accessor("?&", .jsonb, textArray, .boolean, "pg_jsonb_exists_all"),
    accessor("@>", .jsonb, .jsonb, .boolean, "pg_jsonb_contains"),
    custom("<@", .jsonb, .jsonb, .boolean) { (_, a, b) throws(SQLError) in .call("pg_jsonb_contains", b.sql, a.sql) },
  ]

  private static let jsonbChanges: [FunctionDefinition] = [
    accessor("||", .jsonb, .jsonb, .jsonb, "pg_jsonb_concat"),
    accessor("-", .jsonb, .text, .jsonb, "pg_jsonb_delete"),
    accessor("-", .jsonb, .int4, .jsonb, "pg_jsonb_delete_element"),
    accessor("-", .jsonb, textArray, .jsonb, "pg_jsonb_delete_keys"),
    accessor("#-", .jsonb, textArray, .jsonb, "pg_jsonb_delete_path"),
  ]

  /// An operator that is one call; its result may be null although its operands are not.
  @inline(never)
  private static func accessor(_ symbol: String, _ left: SQLType, _ right: SQLType, _ result: SQLType, _ name: String)
    -> FunctionDefinition
  {
    FunctionDefinition(
      symbol, [left, right], result,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(.call(name, arguments[0].sql, arguments[1].sql), result, at: context.range)
      })
  }
}

extension Analyzer {
  /// `value['a'][0]` of a jsonb: as `#>` with the subscripts as its path.
  /// Source: <https://www.postgresql.org/docs/15/datatype-json.html#JSONB-SUBSCRIPTING>
  func jsonbElement(
    _ value: TypedExpression, _ subscripts: [Expression.Subscript], _ clause: Clause, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let path = try jsonbPath(subscripts, clause, scope, range)
    return TypedExpression(.call("pg_json_path", value.sql, path), .jsonb, at: range)
  }

  /// The subscripts of a jsonb as an array of texts.
  func jsonbPath(
    _ subscripts: [Expression.Subscript], _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> SQLiteExpression {
    var steps: [SQLiteExpression] = []
    for subscript_ in subscripts {
      guard case .index(let expression) = subscript_ else {
        throw SQLError(.datatypeMismatch, "jsonb subscript does not support slices", at: range)
      }
      let step = try lower(expression, clause, scope)
      let isInteger = CastRules.context(from: step.type, to: .int4) == .implicit && !step.type.isUnknown
      guard isInteger || CastRules.context(from: step.type, to: .text) == .implicit else {
        throw SQLError(
          .datatypeMismatch, "subscript type \(step.type.displayName) is not supported",
          hint: "jsonb subscript must be coercible to either integer or text.", at: expression.range)
      }
      steps.append(context.textOf(step).sql)
    }
    return .call("pg_text_array", steps)
  }
}
