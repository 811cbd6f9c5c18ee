extension FunctionLibrary {
  /// Regular expressions.
  /// Source: <https://www.postgresql.org/docs/15/functions-matching.html>
  static let regexFunctions: [FunctionDefinition] = [
    function("regexp_like", [.text, .text], .boolean, as: "pg_regexp_like"),
    function("regexp_like", [.text, .text, .text], .boolean, as: "pg_regexp_like"),
    function("regexp_replace", [.text, .text, .text], .text, as: "pg_regexp_replace"),
    function("regexp_replace", [.text, .text, .text, .text], .text, as: "pg_regexp_replace_flags"),
    FunctionDefinition(
      "regexp_replace", [.text, .text, .text, .int4, .int4, .text], optional: 2, .text,
      lower: .call("pg_regexp_replace")),
    FunctionDefinition(
      "regexp_count", [.text, .text, .int4, .text], optional: 2, .int4, lower: .call("pg_regexp_count")),
    FunctionDefinition(
      "regexp_instr", [.text, .text, .int4, .int4, .int4, .text, .int4], optional: 5, .int4,
      lower: .call("pg_regexp_instr")),
    FunctionDefinition(
      "regexp_substr", [.text, .text, .int4, .int4, .text, .int4], optional: 4, .text,
      lower: .call("pg_regexp_substr")),
    function("substring", [.text, .text], .text, as: "pg_regexp_substring"),
    function("substring", [.text, .text, .text], .text, as: "pg_similar_substring"),
    function("similar_to_escape", [.text], .text, as: "pg_similar_to_escape"),
    function("similar_to_escape", [.text, .text], .text, as: "pg_similar_to_escape"),
    setFunction(
      "regexp_split_to_table", [.text, .text, .text], optional: 1, setColumn(.text, isNullable: false),
      as: "pg_regexp_split_to_table"),
    FunctionDefinition(
      "regexp_match", [.text, .text, .text], optional: 1, textArray, lower: .call("pg_regexp_match")),
    FunctionDefinition(
      "regexp_split_to_array", [.text, .text, .text], optional: 1, textArray,
      lower: .call("pg_regexp_split_to_array")),
    setFunction(
      "regexp_matches", [.text, .text, .text], optional: 1, setColumn(textArray, isNullable: false),
      as: "pg_regexp_matches"),
  ]

  private static let textArray = SQLType(.text, isArray: true)
}

extension OperatorLibrary {
  /// `~`, `~*` and their negations.
  static let regex: [FunctionDefinition] = [("~", ""), ("~*", "i")].flatMap {
    (symbol: String, flags: String) -> [FunctionDefinition] in
    let name = flags.isEmpty ? "pg_regex" : "pg_regex_folded"
    return [
      custom(symbol, .text, .text, .boolean) { (_, a, b) throws(SQLError) in .call(name, a.sql, b.sql) },
      custom("!" + symbol, .text, .text, .boolean) { (_, a, b) throws(SQLError) in
        .prefix("not", .call(name, a.sql, b.sql))
      },
    ]
  }
}
