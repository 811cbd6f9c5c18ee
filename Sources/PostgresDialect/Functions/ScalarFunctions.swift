extension FunctionLibrary {
  static let textFunctions: [FunctionDefinition] = [
    function("lower", [.text], .text, as: "pg_lower"),
    function("upper", [.text], .text, as: "pg_upper"),
    function("initcap", [.text], .text, as: "pg_initcap"),
    // SQLite counts characters too, but stops at a NUL, which PostgreSQL's text cannot hold.
    function("length", [.text], .int4, as: "length"),
    function("char_length", [.text], .int4, as: "length"),
    function("character_length", [.text], .int4, as: "length"),
    function("octet_length", [.text], .int4, as: "pg_octet_length"),
    function("btrim", [.text], .text, as: "trim"),
    function("btrim", [.text, .text], .text, as: "trim"),
    function("ltrim", [.text], .text, as: "ltrim"),
    function("ltrim", [.text, .text], .text, as: "ltrim"),
    function("rtrim", [.text], .text, as: "rtrim"),
    function("rtrim", [.text, .text], .text, as: "rtrim"),
    function("substr", [.text, .int4], .text, as: "pg_substr"),
    function("substr", [.text, .int4, .int4], .text, as: "pg_substr"),
    function("substring", [.text, .int4], .text, as: "pg_substr"),
    function("substring", [.text, .int4, .int4], .text, as: "pg_substr"),
    function("left", [.text, .int4], .text, as: "pg_left"),
    function("right", [.text, .int4], .text, as: "pg_right"),
    function("lpad", [.text, .int4], .text, as: "pg_lpad"),
    function("lpad", [.text, .int4, .text], .text, as: "pg_lpad"),
    function("rpad", [.text, .int4], .text, as: "pg_rpad"),
    function("rpad", [.text, .int4, .text], .text, as: "pg_rpad"),
    function("replace", [.text, .text, .text], .text, as: "pg_replace"),
    function("strpos", [.text, .text], .int4, as: "instr"),
    function("position", [.text, .text], .int4, as: "instr"),
    function("split_part", [.text, .text, .int4], .text, as: "pg_split_part"),
    function("repeat", [.text, .int4], .text, as: "pg_repeat"),
    function("reverse", [.text], .text, as: "pg_reverse"),
    function("ascii", [.text], .int4, as: "pg_ascii"),
    function("chr", [.int4], .text, as: "pg_chr"),
    function("starts_with", [.text, .text], .boolean, as: "pg_starts_with"),
    FunctionDefinition(
      "concat", [SQLType(.any)], variadic: SQLType(.any), .text,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(
          .call("pg_concat", arguments.map { context.booleanText($0).sql }), .text, isNullable: false,
          at: context.range)
      }),
    FunctionDefinition(
      "concat_ws", [.text, SQLType(.any)], variadic: SQLType(.any), .text,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(
          .call("pg_concat_ws", arguments.map { context.booleanText($0).sql }), .text, at: context.range)
      }),
    FunctionDefinition(
      "gen_random_uuid", [], .uuid, volatility: .volatile, lower: .call("pg_gen_random_uuid")),
  ]

  static let mathFunctions: [FunctionDefinition] = basicMath + roundingMath + transcendentalMath

  private static let basicMath: [FunctionDefinition] =
    [
      function("abs", [.float8], .float8, as: "pg_abs_float8"),
      function("abs", [.int2], .int2, as: "pg_abs_int2"),
      function("abs", [.int4], .int4, as: "pg_abs_int4"),
      function("abs", [.int8], .int8, as: "pg_abs_int8"),
      custom("abs", [.numeric], .numeric) { (context, arguments) throws(SQLError) in
        (arguments[0].fixedPoint?.precision ?? .max) > FixedPoint.maximumPrecision
          ? TypedExpression(.call("pg_abs_numeric", context.decimalText(arguments[0])), .numeric, at: context.range)
          : absolute(arguments[0], context)
      },
      function("round", [.float8], .float8, as: "pg_rint"),
      custom("round", [.numeric], .numeric) { (context, arguments) throws(SQLError) in
        rounded(arguments[0], places: .integer(0), context)
      },
      custom("round", [.numeric, .int4], .numeric) { (context, arguments) throws(SQLError) in
        rounded(arguments[0], places: arguments[1].sql, context)
      },
      function("trunc", [.numeric], .numeric, as: "pg_trunc_numeric"),
      function("trunc", [.numeric, .int4], .numeric, as: "pg_trunc_numeric"),
      function("trunc", [.float8], .float8, as: "pg_trunc_float8"),
      function("sign", [.numeric], .numeric, as: "pg_sign_numeric"),
      function("sign", [.float8], .float8, as: "pg_sign_float8"),
      function("mod", [.int4, .int4], .int4, as: "pg_mod_int4"),
      function("mod", [.int8, .int8], .int8, as: "pg_mod_int8"),
      function("mod", [.numeric, .numeric], .numeric, as: "pg_mod_numeric"),
      function("div", [.numeric, .numeric], .numeric, as: "pg_quotient_numeric"),
      function("random", [], .float8, as: "pg_random", volatility: .volatile),
      function("pi", [], .float8, as: "pg_pi"),
    ]

  private static let roundingMath: [FunctionDefinition] =
    ["ceil", "ceiling", "floor"].flatMap { (name: String) -> [FunctionDefinition] in
      let stem = name == "floor" ? "floor" : "ceil"
      return [
        function(name, [.numeric], .numeric, as: "pg_\(stem)_numeric"),
        function(name, [.float8], .float8, as: "pg_\(stem)_float8"),
      ]
    }

  private static let transcendentalMath: [FunctionDefinition] =
    ["sqrt", "exp", "ln"].flatMap { (name: String) -> [FunctionDefinition] in
      [
        function(name, [.float8], .float8, as: "pg_\(name)_float8"),
        function(name, [.numeric], .numeric, as: "pg_\(name)_numeric"),
      ]
    }
    + ["log", "log10"].flatMap { (name: String) -> [FunctionDefinition] in
      [
        function(name, [.float8], .float8, as: "pg_log_float8"),
        function(name, [.numeric], .numeric, as: "pg_log_numeric"),
      ]
    }
    + ["power", "pow"].flatMap { (name: String) -> [FunctionDefinition] in
      [
        function(name, [.float8, .float8], .float8, as: "pg_pow_float8"),
        function(name, [.numeric, .numeric], .numeric, as: "pg_pow_numeric"),
      ]
    }

  private static func absolute(_ value: TypedExpression, _ context: LoweringContext) -> TypedExpression {
    var result = value
    result.sql = .call("abs", value.sql)
    result.constant = nil
    result.range = context.range
    return result
  }

  /// Rounding half away from zero; the number of places fixes the result's scale when it is a constant.
  private static func rounded(_ value: TypedExpression, places: SQLiteExpression, _ context: LoweringContext)
    -> TypedExpression
  {
    if let fixed = value.fixedPoint, case .integer(let count) = places, count >= 0, count <= Int64(fixed.scale),
      fixed.precision <= FixedPoint.maximumPrecision
    {
      let kept = Int(count)
      let sql =
        kept == fixed.scale
        ? value.sql : .call("pg_fixed_round", value.sql, .integer(powerOfTen(fixed.scale - kept)))
      return TypedExpression(
        sql, .numeric, fixedPoint: FixedPoint(precision: fixed.precision - (fixed.scale - kept) + 1, scale: kept),
        isNullable: value.isNullable, at: context.range)
    }
    return TypedExpression(
      .call("pg_round_numeric", context.decimalText(value), places), .numeric, isNullable: value.isNullable,
      at: context.range)
  }
}

extension LoweringContext {
  /// The text form inside `concat`: as the type's output function writes it, so `t` and not `true`.
  func booleanText(_ value: TypedExpression) -> TypedExpression {
    // The output function of character(n) keeps the blanks that a cast to text drops.
    if value.type.base == .bpchar, !value.type.isArray {
      var text = value
      text.type = .text
      return text
    }
    guard value.type == .boolean else { return textOf(value) }
    var text = value
    text.type = .text
    text.sql = .caseWhen(
      [
        SQLiteBranch(condition: value.sql, result: .text("t")),
        SQLiteBranch(condition: .prefix("not", value.sql), result: .text("f")),
      ], otherwise: nil)
    return text
  }
}
