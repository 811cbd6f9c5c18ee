extension FunctionLibrary {
  /// What asks for a role's rights; without a role it is the session's.
  /// Source: <https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-ACCESS-TABLE>
  static let privilegeFunctions: [FunctionDefinition] =
    [
      ("has_table_privilege", 2), ("has_column_privilege", 3), ("has_schema_privilege", 2),
      ("has_sequence_privilege", 2), ("has_function_privilege", 2), ("pg_has_role", 2),
    ].flatMap { (name: String, arity: Int) in
      let sqliteName = name.hasPrefix("pg_") ? name : "pg_" + name
      return [arity, arity + 1].map { count in
        function(name, Array(repeating: .text, count: count), .boolean, as: sqliteName, volatility: .stable)
      }
    }
}
