extension FunctionLibrary {
  /// Source: <https://www.postgresql.org/docs/15/functions-sequence.html>
  static let sequenceFunctions: [FunctionDefinition] = [
    function("nextval", [.text], .int8, as: "pg_nextval", volatility: .volatile),
    function("currval", [.text], .int8, as: "pg_currval", volatility: .volatile),
    function("nextval", [SQLType(.regclass)], .int8, as: "pg_nextval", volatility: .volatile),
    function("currval", [SQLType(.regclass)], .int8, as: "pg_currval", volatility: .volatile),
    function("lastval", [], .int8, as: "pg_lastval", volatility: .volatile),
    custom("setval", [.text, .int8], .int8, volatility: .volatile) { (context, arguments) throws(SQLError) in
      TypedExpression(
        .call("pg_setval", arguments[0].sql, arguments[1].sql, .integer(1)), .int8, at: context.range)
    },
    function("setval", [.text, .int8, .boolean], .int8, as: "pg_setval", volatility: .volatile),
  ]
}
