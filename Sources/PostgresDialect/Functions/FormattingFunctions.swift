extension FunctionLibrary {
  /// `to_char`, `to_date`, `to_timestamp` and `to_number`.
  /// Source: <https://www.postgresql.org/docs/15/functions-formatting.html>
  static let formattingFunctions: [FunctionDefinition] =
    [
      custom("to_char", [.timestamptz, .text], .text, volatility: .stable) { (context, arguments) throws(SQLError) in
        zoned("pg_to_char_timestamptz", arguments, .text, context)
      },
      function("to_char", [.timestamp, .text], .text, as: "pg_to_char_timestamp"),
      function("to_char", [.interval, .text], .text, as: "pg_to_char_interval"),
      function("to_char", [.numeric, .text], .text, as: "pg_to_char_numeric"),
      function("to_char", [.int4, .text], .text, as: "pg_to_char_int4"),
      function("to_char", [.int8, .text], .text, as: "pg_to_char_int8"),
      function("to_char", [.float4, .text], .text, as: "pg_to_char_float4"),
      function("to_char", [.float8, .text], .text, as: "pg_to_char_float8"),
      function("to_date", [.text, .text], .date, as: "pg_to_date"),
      custom("to_timestamp", [.text, .text], .timestamptz, volatility: .stable) {
        (context, arguments) throws(SQLError) in
        zoned("pg_to_timestamp_format", arguments, .timestamptz, context)
      },
      function("to_number", [.text, .text], .numeric, as: "pg_to_number"),
    ]

  /// A call that also needs the session's time zone.
  static func zoned(
    _ name: String, _ arguments: [TypedExpression], _ result: SQLType, _ context: LoweringContext
  ) -> TypedExpression {
    TypedExpression(.call(name, arguments.map(\.sql) + [context.zone]), result, at: context.range)
  }
}
