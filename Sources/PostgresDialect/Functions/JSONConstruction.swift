extension FunctionLibrary {
  /// Values and rows as jsonb.
  /// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-JSON-CREATION-TABLE>
  static let jsonConstruction: [FunctionDefinition] = [
    custom("to_jsonb", [SQLType(.anyelement)], .jsonb) { (context, arguments) throws(SQLError) in
      TypedExpression(
        try context.json(arguments[0]), .jsonb, isNullable: arguments[0].isNullable, at: context.range)
    },
    custom("jsonb_agg", [SQLType(.anyelement)], .jsonb, kind: .aggregate) { (context, arguments) throws(SQLError) in
      TypedExpression(
        aggregateCall("pg_jsonb_agg", [try context.json(arguments[0])]), .jsonb, at: context.range)
    },
    FunctionDefinition(
      "jsonb_build_object", [], variadic: SQLType(.any), .jsonb, volatility: .stable,
      lower: .custom { (context, arguments) throws(SQLError) in
        guard arguments.count.isMultiple(of: 2) else {
          throw SQLError(
            .invalidParameterValue, "argument list must have even number of elements",
            hint: "The arguments of jsonb_build_object() must consist of alternating keys and values.",
            at: context.range)
        }
        var parts: [SQLiteExpression] = []
        for (index, argument) in arguments.enumerated() {
          parts.append(index.isMultiple(of: 2) ? context.textOf(argument).sql : try context.json(argument))
        }
        return TypedExpression(.call("pg_jsonb_object", parts), .jsonb, isNullable: false, at: context.range)
      }),
  ]
}

extension LoweringContext {
  /// A value as jsonb; null stays null.
  fileprivate mutating func json(_ value: TypedExpression) throws(SQLError) -> SQLiteExpression {
    let range = self.range
    if let fields = fields(of: value) {
      var parts: [SQLiteExpression] = []
      for field in fields {
        parts.append(.text(field.name))
        parts.append(try json(field.value))
      }
      let object = SQLiteExpression.call("pg_jsonb_object", parts)
      guard value.isNullable else { return object }
      return .caseWhen([SQLiteBranch(condition: .postfix(value.sql, "is not null"), result: object)], otherwise: nil)
    }
    if value.type.isUnknown { return .call("pg_jsonb_string", value.sql) }
    if value.type.isArray {
      throw SQLError(.featureNotSupported, "arrays as jsonb are not supported yet", at: range)
    }
    switch value.type.base {
    case .jsonb: return value.sql
    case .json: return .call("pg_jsonb_in", value.sql)
    case .boolean:
      return .caseWhen(
        [
          SQLiteBranch(condition: .postfix(value.sql, "is null"), result: .null),
          SQLiteBranch(condition: value.sql, result: .text("true")),
        ], otherwise: .text("false"))
    case .int2, .int4, .int8: return try cast(value, to: .text, in: .explicit).sql
    case .float4, .float8, .numeric:
      // NaN and the infinities are no JSON numbers: they become strings.
      return .call("pg_jsonb_number", try cast(value, to: .text, in: .explicit).sql)
    case .timestamptz, .timestamp:
      // ISO 8601 with a T, and an offset with minutes.
      return .call("pg_jsonb_time", try cast(value, to: .text, in: .explicit).sql)
    default: return .call("pg_jsonb_string", try cast(value, to: .text, in: .explicit).sql)
    }
  }
}
