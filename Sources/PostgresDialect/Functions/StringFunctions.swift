extension FunctionLibrary {
  private static let bytea = SQLType(.bytea)

  /// Functions of texts and bytes beyond those that queries use most.
  /// Source: <https://www.postgresql.org/docs/15/functions-string.html>
  static let stringFunctions: [FunctionDefinition] = [
    FunctionDefinition(
      "format", [.text], variadic: SQLType(.any), .text, volatility: .stable,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(.call("pg_format", arguments.map { context.booleanText($0).sql }), .text, at: context.range)
      }),
    function("overlay", [.text, .text, .int4], .text, as: "pg_overlay"),
    function("overlay", [.text, .text, .int4, .int4], .text, as: "pg_overlay"),
    function("translate", [.text, .text, .text], .text, as: "pg_translate"),
    function("quote_ident", [.text], .text, as: "pg_quote_ident"),
    quoted("quote_literal", "pg_quote_literal"),
    quoted("quote_nullable", "pg_quote_nullable"),
    function("to_hex", [.int4], .text, as: "pg_to_hex_int4"),
    function("to_hex", [.int8], .text, as: "pg_to_hex_int8"),
    function("unistr", [.text], .text, as: "pg_unistr"),
    function("normalize", [.text], .text, as: "pg_normalize"),
    function("normalize", [.text, .text], .text, as: "pg_normalize"),
    function("is_normalized", [.text], .boolean, as: "pg_is_normalized"),
    function("is_normalized", [.text, .text], .boolean, as: "pg_is_normalized"),
    function("bit_length", [.text], .int4, as: "pg_bit_length"),
    function("unaccent", [.text], .text, as: "pg_unaccent"),
    FunctionDefinition("uuid_generate_v4", [], .uuid, volatility: .volatile, lower: .call("pg_gen_random_uuid")),
    custom("uuid_nil", [], .uuid) { (context, _) throws(SQLError) in
      TypedExpression(.text("00000000-0000-0000-0000-000000000000"), .uuid, isNullable: false, at: context.range)
    },
    counting("num_nulls", "pg_num_nulls"), counting("num_nonnulls", "pg_num_nonnulls"),
    function("pg_size_pretty", [.int8], .text, as: "pg_size_pretty_int8"),
    function("pg_size_pretty", [.numeric], .text, as: "pg_size_pretty_numeric"),
    function("similarity", [.text, .text], .float4, as: "pg_similarity"),
  ]

  /// Hashes and encodings.
  static let digestFunctions: [FunctionDefinition] =
    [
      function("encode", [bytea, .text], .text, as: "pg_encode"),
      function("decode", [.text, .text], bytea, as: "pg_decode"),
      function("convert_from", [bytea, SQLType(.name)], .text, as: "pg_convert_from"),
      function("convert_to", [.text, SQLType(.name)], bytea, as: "pg_convert_to"),
      function("md5", [.text], .text, as: "pg_md5"),
      function("md5", [bytea], .text, as: "pg_md5"),
      function("digest", [.text, .text], bytea, as: "pg_digest"),
      function("digest", [bytea, .text], bytea, as: "pg_digest"),
      function("hmac", [.text, .text, .text], bytea, as: "pg_hmac"),
      function("hmac", [bytea, bytea, .text], bytea, as: "pg_hmac"),
      function("hashtext", [.text], .int4, as: "pg_hashtext"),
      function("hashtextextended", [.text, .int8], .int8, as: "pg_hashtextextended"),
      function("hashint4", [.int4], .int4, as: "pg_hashint4"),
      function("hashint8", [.int8], .int4, as: "pg_hashint8"),
      function("octet_length", [bytea], .int4, as: "length"),
      function("length", [bytea], .int4, as: "length"),
      custom("bit_length", [bytea], .int4) { (context, arguments) throws(SQLError) in
        TypedExpression(
          .infix("*", .call("length", arguments[0].sql), .integer(8)), .int4, isNullable: arguments[0].isNullable,
          at: context.range)
      },
    ]
    + ["sha224", "sha256", "sha384", "sha512"].map { (name: String) -> FunctionDefinition in
      custom(name, [bytea], bytea) { (context, arguments) throws(SQLError) in
        TypedExpression(
          .call("pg_digest", arguments[0].sql, .text(name)), bytea, isNullable: arguments[0].isNullable,
          at: context.range)
      }
    }

  /// Quotes a value of any type by its text.
  private static func quoted(_ name: String, _ sqliteName: String) -> FunctionDefinition {
    custom(name, [SQLType(.any)], .text, volatility: .stable) { (context, arguments) throws(SQLError) in
      TypedExpression(.call(sqliteName, context.textOf(arguments[0]).sql), .text, at: context.range)
    }
  }

  private static func counting(_ name: String, _ sqliteName: String) -> FunctionDefinition {
    FunctionDefinition(
      name, [SQLType(.any)], variadic: SQLType(.any), .int4,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(.call(sqliteName, arguments.map(\.sql)), .int4, isNullable: false, at: context.range)
      })
  }
}
