extension FunctionLibrary {
  private static let bit = SQLType(.bit)
  private static let bytea = SQLType(.bytea)

  /// Functions of bit strings, and of bytes where they are like them.
  /// Source: <https://www.postgresql.org/docs/15/functions-bitstring.html>,
  /// <https://www.postgresql.org/docs/15/functions-binarystring.html>
  static let bitFunctions: [FunctionDefinition] = [
    function("length", [bit], .int4, as: "length"),
    function("bit_length", [bit], .int4, as: "length"),
    function("octet_length", [bit], .int4, as: "pg_bits_octets"),
    function("octet_length", [SQLType(.bpchar)], .int4, as: "pg_octet_length"),
    function("bit_count", [bit], .int8, as: "pg_bits_count"),
    function("get_bit", [bit, .int4], .int4, as: "pg_bits_get"),
    function("set_bit", [bit, .int4, .int4], bit, as: "pg_bits_set"),
    function("substring", [bit, .int4], bit, as: "pg_substr"),
    function("substring", [bit, .int4, .int4], bit, as: "pg_substr"),
    function("position", [bit, bit], .int4, as: "instr"),
    function("get_byte", [bytea, .int4], .int4, as: "pg_bytea_get_byte"),
    function("set_byte", [bytea, .int4, .int4], bytea, as: "pg_bytea_set_byte"),
    function("get_bit", [bytea, .int8], .int4, as: "pg_bytea_get_bit"),
    function("set_bit", [bytea, .int8, .int4], bytea, as: "pg_bytea_set_bit"),
    function("bit_count", [bytea], .int8, as: "pg_bytea_bit_count"),
    function("substring", [bytea, .int4], bytea, as: "pg_bytea_substring"),
    function("substring", [bytea, .int4, .int4], bytea, as: "pg_bytea_substring"),
    function("substr", [bytea, .int4], bytea, as: "pg_bytea_substring"),
    function("substr", [bytea, .int4, .int4], bytea, as: "pg_bytea_substring"),
    function("position", [bytea, bytea], .int4, as: "pg_bytea_position"),
  ]
}

extension OperatorLibrary {
  /// The operators of bit strings, and `||` of bytes.
  static let bitStrings: [FunctionDefinition] = [
    custom("||", SQLType(.bytea), SQLType(.bytea), SQLType(.bytea)) { (_, a, b) throws(SQLError) in
      .call("pg_bytea_concat", a.sql, b.sql)
    },
    custom("||", SQLType(.varbit), SQLType(.varbit), SQLType(.varbit)) { (_, a, b) throws(SQLError) in
      .infix("||", a.sql, b.sql)
    },
    combined("&", "pg_bits_and"), combined("|", "pg_bits_or"), combined("#", "pg_bits_xor"),
    shifted("<<", "pg_bits_shift_left"), shifted(">>", "pg_bits_shift_right"),
  ]

  @inline(never)
  private static func combined(_ symbol: String, _ name: String) -> FunctionDefinition {
    custom(symbol, SQLType(.bit), SQLType(.bit), SQLType(.bit)) { (_, a, b) throws(SQLError) in
      .call(name, a.sql, b.sql)
    }
  }

  @inline(never)
  private static func shifted(_ symbol: String, _ name: String) -> FunctionDefinition {
    custom(symbol, SQLType(.bit), .int4, SQLType(.bit)) { (_, a, b) throws(SQLError) in .call(name, a.sql, b.sql) }
  }
}
