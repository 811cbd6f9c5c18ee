extension FunctionLibrary {
  /// Correlation and linear regression over pairs, dependent variable first.
  /// Source: <https://www.postgresql.org/docs/15/functions-aggregate.html#FUNCTIONS-AGGREGATE-STATISTICS-TABLE>
  static let regressionAggregates: [FunctionDefinition] =
    [
      "corr", "covar_pop", "covar_samp", "regr_avgx", "regr_avgy", "regr_intercept", "regr_r2", "regr_slope",
      "regr_sxx", "regr_sxy", "regr_syy",
    ].map { (name: String) -> FunctionDefinition in
      FunctionDefinition(
        name, [.float8, .float8], .float8, kind: .aggregate, lower: aggregate("pg_\(name)", .float8))
    }
    + [
      custom("regr_count", [.float8, .float8], .int8, kind: .aggregate) { (context, arguments) throws(SQLError) in
        TypedExpression(
          aggregateCall("pg_regr_count", arguments.map(\.sql)), .int8, isNullable: false, at: context.range)
      }
    ]

  /// Bitwise aggregates of integers, and `string_agg` of bytes.
  static let bitAggregates: [FunctionDefinition] =
    ["bit_and", "bit_or", "bit_xor"].flatMap { (name: String) -> [FunctionDefinition] in
      [SQLType.int2, .int4, .int8].map { type in
        FunctionDefinition(name, [type], type, kind: .aggregate, lower: aggregate("pg_\(name)", type))
      }
    }
    + [
      FunctionDefinition(
        "string_agg", [SQLType(.bytea), SQLType(.bytea)], SQLType(.bytea), kind: .aggregate,
        lower: aggregate("pg_bytes_agg", SQLType(.bytea)))
    ]
}
