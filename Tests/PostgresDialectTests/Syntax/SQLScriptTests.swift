import Testing

@testable import PostgresDialect

@Suite struct SQLScriptTests {
  private func split(_ sql: String) -> [String] {
    let bytes = Array(sql.utf8)
    return SQLScript.split(sql).map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
  }

  @Test func `semicolons in quotes and comments separate nothing`() {
    #expect(
      split("select ';'; -- a; b\nselect \";\" /* ; */ ; do $$ begin; end; $$") == [
        "select ';'", "select \";\"", "do $$ begin; end; $$",
      ])
    #expect(split(" ;; \n-- nothing\n") == [])
  }

  @Test func `a faulty statement hides no other`() {
    #expect(split("selec 1; select 1a; select (1; select 2") == ["selec 1", "select 1a", "select (1", "select 2"])
    #expect(split("select \\; select 2") == ["select \\", "select 2"])
  }

  @Test func `an open quote takes the rest`() {
    #expect(split("select 1; select 'a; select 2;") == ["select 1", "select 'a; select 2;"])
  }

  static let endings: [(String, SQLScript.Completeness)] = [
    ("", .empty), ("  -- x\n", .empty), ("select 1;", .complete), ("select 1; -- x", .complete),
    ("select 1", .incomplete(.semicolon)), ("select 1; select", .incomplete(.semicolon)),
    ("select (1", .incomplete(.closingParenthesis)), ("select (1;", .complete),
    ("select 'a;", .incomplete(.closingQuote)), ("select e'a\\';", .incomplete(.closingQuote)),
    ("select \"a;", .incomplete(.closingDoubleQuote)), ("do $x$ begin; $$", .incomplete(.closingDollarQuote)),
    ("select 1 /* ; ", .incomplete(.closingComment)), ("select 1a;", .complete), ("select \"\";", .complete),
  ]

  @Test(arguments: endings) func `tells what a shell must still ask for`(
    _ ending: (String, SQLScript.Completeness)
  ) {
    #expect(SQLScript.completeness(of: ending.0) == ending.1)
  }

  @Test func `one statement means one`() throws {
    #expect(try TreeDump.dump(Parser.parseStatement("select 1;")) == "(select 1)")
    let several = #expect(throws: SQLError.self) { try Parser.parseStatement("select 1; select 2") }
    #expect(several?.message == "cannot insert multiple commands into a prepared statement")
    let none = #expect(throws: SQLError.self) { try Parser.parseStatement(" ; ") }
    #expect(none?.message == "syntax error at end of input")
  }

  @Test func `statements know their places`() throws {
    #expect(
      try Parser.parse("select 1 ;\n select 22").map(\.range) == [
        SourceRange(start: 0, end: 8), SourceRange(start: 12, end: 21),
      ])
    let expression = try Parser.parseExpression("a + (b * c)")
    #expect(expression.range == SourceRange(start: 0, end: 11))
    guard case .binary(let symbol, _, let right) = expression.kind else { return #expect(Bool(false)) }
    #expect(symbol.range == SourceRange(start: 2, end: 3))
    #expect(right.range == SourceRange(start: 5, end: 10))
  }

  @Test func `a function's body knows where it stands`() throws {
    let sql = "create function f() returns int language sql as $x$ select 1 $x$"
    guard case .createFunction(let function) = try Parser.parseStatement(sql).kind else {
      return #expect(Bool(false))
    }
    #expect(function.bodyRange == SourceRange(start: 51, end: 61))
  }
}
