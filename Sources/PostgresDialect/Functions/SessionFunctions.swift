/// What a statement can ask about its session.
/// Source: <https://www.postgresql.org/docs/15/functions-info.html>
extension FunctionLibrary {
  static let sessionFunctions: [FunctionDefinition] = [
    FunctionDefinition("version", [], .text, volatility: .stable, lower: .call("pg_version")),
    FunctionDefinition("current_setting", [.text], .text, volatility: .stable, lower: .call("pg_current_setting")),
    FunctionDefinition(
      "current_setting", [.text, .boolean], .text, volatility: .stable, lower: .call("pg_current_setting")),
    FunctionDefinition(
      "set_config", [.text, .text, .boolean], .text, volatility: .volatile, lower: .call("pg_set_config")),
    FunctionDefinition(
      "current_database", [], SQLType(.name), volatility: .stable, lower: .call("pg_current_database")),
    custom("current_schema", [], SQLType(.name), volatility: .stable) { (context, _) throws(SQLError) in
      currentSchema(context, at: context.range)
    },
    FunctionDefinition("current_query", [], .text, volatility: .volatile, lower: .call("pg_current_query")),
    FunctionDefinition("pg_backend_pid", [], .int4, volatility: .stable, lower: .call("pg_backend_pid")),
    FunctionDefinition("pg_is_in_recovery", [], .boolean, volatility: .volatile, lower: .call("pg_is_in_recovery")),
    FunctionDefinition(
      "pg_postmaster_start_time", [], .timestamptz, volatility: .stable, lower: .call("pg_postmaster_start_time")),
    FunctionDefinition(
      "pg_client_encoding", [], SQLType(.name), volatility: .stable, lower: .call("pg_client_encoding")),
    FunctionDefinition(
      "getdatabaseencoding", [], SQLType(.name), volatility: .stable, lower: .call("pg_client_encoding")),
  ]

  /// The first schema of the search path; null when it leads nowhere.
  static func currentSchema(_ context: LoweringContext, at range: SourceRange) -> TypedExpression {
    let schema = context.searchPath.first
    return TypedExpression(
      schema.map(SQLiteExpression.text) ?? .null, SQLType(.name), isNullable: schema == nil,
      constant: schema.map(TypedExpression.Constant.string) ?? .null, at: range)
  }
}
