extension FunctionLibrary {
  /// Mathematics beyond rounding and powers.
  /// Source: <https://www.postgresql.org/docs/15/functions-math.html>
  static let moreMathFunctions: [FunctionDefinition] =
    [
      function("mod", [.int2, .int2], .int2, as: "pg_mod_int2"),
      custom("abs", [.float4], .float4) { (context, arguments) throws(SQLError) in
        TypedExpression(
          .call("abs", arguments[0].sql), .float4, isNullable: arguments[0].isNullable, at: context.range)
      },
      function("log", [.numeric, .numeric], .numeric, as: "pg_log_base_numeric"),
      function("factorial", [.int8], .numeric, as: "pg_factorial"),
      function("scale", [.numeric], .int4, as: "pg_scale"),
      function("min_scale", [.numeric], .int4, as: "pg_min_scale"),
      function("trim_scale", [.numeric], .numeric, as: "pg_trim_scale"),
      function("width_bucket", [.numeric, .numeric, .numeric, .int4], .int4, as: "pg_width_bucket_numeric"),
      function("width_bucket", [.float8, .float8, .float8, .int4], .int4, as: "pg_width_bucket_float8"),
      function("setseed", [.float8], .void, as: "pg_setseed", volatility: .volatile),
    ] + divisors + floats

  private static let divisors: [FunctionDefinition] = ["gcd", "lcm"].flatMap {
    (name: String) -> [FunctionDefinition] in
    [SQLType.int4, .int8, .numeric].map { type in
      function(name, [type, type], type, as: "pg_\(name)_\(type.base.rawValue)")
    }
  }

  private static let floats: [FunctionDefinition] =
    [
      "cbrt", "degrees", "radians", "sin", "cos", "tan", "cot", "asin", "acos", "atan", "sind", "cosd", "tand", "cotd",
      "asind", "acosd", "atand", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    ].map { (name: String) -> FunctionDefinition in function(name, [.float8], .float8, as: "pg_\(name)_float8") }
    + ["atan2", "atan2d"].map { (name: String) -> FunctionDefinition in
      function(name, [.float8, .float8], .float8, as: "pg_\(name)_float8")
    }
}

extension OperatorLibrary {
  /// Operators on the bits of integers.
  static let bits: [FunctionDefinition] = [SQLType.int2, .int4, .int8].flatMap {
    (type: SQLType) -> [FunctionDefinition] in
    let name = type.base.rawValue
    return [
      custom("&", type, type, type) { (_, a, b) throws(SQLError) in .infix("&", a.sql, b.sql) },
      custom("|", type, type, type) { (_, a, b) throws(SQLError) in .infix("|", a.sql, b.sql) },
      custom("#", type, type, type) { (_, a, b) throws(SQLError) in .call("pg_bit_xor", a.sql, b.sql) },
      custom("<<", type, .int4, type) { (_, a, b) throws(SQLError) in .call("pg_shift_left_\(name)", a.sql, b.sql) },
      custom(">>", type, .int4, type) { (_, a, b) throws(SQLError) in .call("pg_shift_right_\(name)", a.sql, b.sql) },
    ]
  }
}
