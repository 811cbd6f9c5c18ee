import Testing

@testable import PostgresDialect

@Suite struct LexerTests {
  private func tokens(_ sql: String) throws -> [String] {
    var lexer = try Lexer(sql)
    var texts: [String] = []
    while true {
      let token = try lexer.next()
      if token.kind == .endOfText { return texts }
      texts.append("\(token.kind) \(lexer.text(token.range))")
    }
  }

  @Test func `operators take the longest run and leave a trailing sign`() throws {
    #expect(try tokens("a<-1") == ["word a", "less <", "minus -", "integerNumber 1"])
    #expect(try tokens("a@-1") == ["word a", "otherOperator @-", "integerNumber 1"])
    #expect(try tokens("a>=-b") == ["word a", "greaterOrEqual >=", "minus -", "word b"])
    #expect(try tokens("a!=b<>c") == ["word a", "notEqual !=", "word b", "notEqual <>", "word c"])
    #expect(try tokens("j->>'x'") == ["word j", "otherOperator ->>", "string 'x'"])
    #expect(
      try tokens("a=>b:=c::d") == ["word a", "arrow =>", "word b", "colonEquals :=", "word c", "cast ::", "word d"])
  }

  @Test func `comments end operators and nest`() throws {
    #expect(try tokens("a+/* x /* y */ z */b") == ["word a", "plus +", "word b"])
    #expect(try tokens("a*--b\n-c") == ["word a", "star *", "minus -", "word c"])
    #expect(try tokens("1--x") == ["integerNumber 1"])
  }

  @Test func `points belong to numbers unless there are two`() throws {
    #expect(try tokens("1..2") == ["integerNumber 1", "dotDot ..", "integerNumber 2"])
    #expect(
      try tokens("1.5 .5 5. 1e5 1.e-5") == [
        "decimalNumber 1.5", "decimalNumber .5", "decimalNumber 5.", "decimalNumber 1e5", "decimalNumber 1.e-5",
      ])
    #expect(try tokens("a.b") == ["word a", "dot .", "word b"])
  }

  @Test func `colons start parameters, casts and slices`() throws {
    #expect(
      try tokens(":name :'x y' ::a : b") == [
        "namedParameter :name", "quotedParameter :'x y'", "cast ::", "word a", "colon :", "word b",
      ])
    #expect(
      try tokens("$1 $tag$ $1 $tag$ $$$$") == [
        "positionalParameter $1", "dollarString $tag$ $1 $tag$", "dollarString $$$$",
      ])
  }

  @Test func `literals continue on the next line only`() throws {
    #expect(try tokens("'a'\n 'b'") == ["string 'a'\n 'b'"])
    #expect(try tokens("'a' -- c\n'b'") == ["string 'a' -- c\n'b'"])
    #expect(try tokens("'a' 'b'") == ["string 'a'", "string 'b'"])
    #expect(try tokens("'a'\n-- c\n") == ["string 'a'"])
  }

  @Test func `names fold ASCII letters only and are cut at 63 bytes`() throws {
    var lexer = try Lexer(#"ÑandÚ "Ñ""x" Select"#)
    #expect(lexer.name(of: try lexer.next()) == "ÑandÚ")
    #expect(lexer.name(of: try lexer.next()) == #"Ñ"x"#)
    let keyword = try lexer.next()
    #expect(keyword.keyword == .select)
    #expect(keyword.wordClass == .reserved)
    lexer = try Lexer(String(repeating: "a", count: 62) + "ñ")
    #expect(lexer.name(of: try lexer.next()) == String(repeating: "a", count: 62))
  }

  @Test func `the keyword table has PostgreSQL's classes`() throws {
    let classes: [(String, Token.WordClass, Bool)] = [
      ("select", .reserved, true), ("from", .reserved, false), ("left", .typeOrFunction, true),
      ("between", .columnName, true), ("char", .columnName, false), ("day", .unreserved, false),
      ("name", .unreserved, true), ("nosuchword", .name, true),
    ]
    for (word, wordClass, isBareLabel) in classes {
      var lexer = try Lexer(word.uppercased())
      let token = try lexer.next()
      #expect(token.wordClass == wordClass, "\(word)")
      #expect(token.isBareLabel == isBareLabel, "\(word)")
    }
    #expect(Keyword.allCases.count == 460)
    #expect(Keyword.reservedWords.count == 77)
    #expect(Keyword.columnNames.count == 51)
    #expect(Keyword.typesAndFunctions.count == 23)
    #expect(Keyword.needsAs.count == 39)
  }
}
