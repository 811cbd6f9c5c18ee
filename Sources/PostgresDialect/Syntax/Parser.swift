/// Reads PostgreSQL 15's SQL into a syntax tree.
///
/// ```swift
/// let statements = try Parser.parse("select brand, sum(units) from scout.gold_sales_daily group by brand")
/// ```
///
/// Errors have PostgreSQL's wording and point where PostgreSQL points: to the first token with which no statement can go
/// on. Statements that PostgreSQL knows and this dialect does not are refused with 0A000 and the range of their first words.
///
/// Beyond PostgreSQL's grammar, `:name` and `:'name'` are parameters. Directly behind a bracket or a lower bound
/// PostgreSQL's own meaning wins: `a[:n]` and `a[1:n]` are slices, `a[(:n)]` takes a parameter.
///
/// Nested expressions, queries and parentheses, and chains of operators that lean to the left, are bounded by
/// ``maximumNesting`` and ``maximumHeight``; a statement beyond them is error 54001 and never a stack overflow.
///
/// Source: <https://www.postgresql.org/docs/15/sql-syntax.html>
public struct Parser: Sendable {
  /// How many expressions, queries and parentheses may lie within each other.
  public static let maximumNesting = 200
  /// How many levels the tree of an expression, a join or a set operation may have; `a + b + c` has two above its leaves.
  public static let maximumHeight = 600

  var lexer: Lexer
  var tokens: [Token] = []
  var position = 0
  /// What is wrong with the text where the token `invalid` stands.
  private var lexicalFailure: ParseFailure?
  private var nesting = 0
  /// The height of the tallest tree parsed so far among the children of the node in work.
  var tallest = 0
  /// The number of open parentheses, brackets and CASEs, and the number at which a bare column label may stand.
  var openBrackets = 0
  var labelBrackets = -1
  /// The number at which a plain SIMILAR belongs to `substring(a similar b escape c)`.
  var substringBrackets = -1

  private init(_ sql: String) throws(ParseFailure) {
    lexer = try Lexer(sql)
    tokens.reserveCapacity(lexer.count / 5 + 2)
    do {
      repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .endOfText
    } catch {
      // PostgreSQL reads tokens as it needs them: a syntax error before this place comes first.
      lexicalFailure = error
      tokens.append(Token(.invalid, start: error.error.range?.start ?? lexer.count, end: lexer.count))
    }
  }

  /// The statements of a text, separated by semicolons; empty ones are skipped.
  public static func parse(_ sql: String) throws(SQLError) -> [Statement] {
    try parsing(sql) { (parser) throws(ParseFailure) in try parser.statements() }
  }

  /// The one statement of a text; a semicolon may follow it.
  ///
  /// - Throws: 42601 when there are several, as PostgreSQL does for prepared statements, or none.
  public static func parseStatement(_ sql: String) throws(SQLError) -> Statement {
    try parsing(sql) { (parser) throws(ParseFailure) in
      let statements = try parser.statements()
      guard let first = statements.first else { throw parser.unexpected() }
      guard statements.count == 1 else {
        throw ParseFailure(
          .syntaxError, "cannot insert multiple commands into a prepared statement", at: statements[1].range)
      }
      return first
    }
  }

  /// A single expression, such as a condition stored outside a statement.
  public static func parseExpression(_ sql: String) throws(SQLError) -> Expression {
    try parsing(sql) { (parser) throws(ParseFailure) in
      let expression = try parser.expression()
      guard parser.at(.endOfText) else { throw parser.unexpected() }
      return expression
    }
  }

  private static func parsing<Result>(
    _ sql: String, _ parse: (inout Parser) throws(ParseFailure) -> Result
  ) throws(SQLError) -> Result {
    do {
      var parser = try Parser(sql)
      return try parse(&parser)
    } catch {
      throw error.error
    }
  }

  private mutating func statements() throws(ParseFailure) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while accept(.semicolon) {}
      if at(.endOfText) { return statements }
      statements.append(try statement())
      guard at(.semicolon) || at(.endOfText) else { throw unexpected() }
    }
  }
}

// MARK: - Looking and moving

extension Parser {
  var token: Token { tokens[position] }

  /// The token `distance` behind the current one; the last one when there are fewer.
  func peek(_ distance: Int = 1) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  /// The offset at which what is parsed now begins.
  var start: Int { token.start }

  /// From `start` to the end of the last token that was consumed.
  func range(from start: Int) -> SourceRange {
    SourceRange(start: start, end: max(start, position > 0 ? tokens[position - 1].end : start))
  }

  func at(_ kind: Token.Kind) -> Bool { token.kind == kind }

  func at(_ keyword: Keyword) -> Bool { token.keyword == keyword }

  func at(_ first: Keyword, _ second: Keyword) -> Bool { token.keyword == first && peek().keyword == second }

  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[position]
    if position < tokens.count - 1 { position += 1 }
    return token
  }

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard at(kind), kind != .endOfText else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// Two words that mean something only together.
  mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
    guard at(first, second) else { return false }
    position += 2
    return true
  }

  mutating func expect(_ kind: Token.Kind) throws(ParseFailure) {
    guard accept(kind) else { throw unexpected() }
  }

  mutating func expect(_ keyword: Keyword) throws(ParseFailure) {
    guard accept(keyword) else { throw unexpected() }
  }

  mutating func expect(_ first: Keyword, _ second: Keyword) throws(ParseFailure) {
    try expect(first)
    try expect(second)
  }

  /// `(`, and the count that tells where bare labels may stand.
  mutating func open(_ kind: Token.Kind = .leftParenthesis) throws(ParseFailure) {
    try expect(kind)
    openBrackets += 1
  }

  mutating func close(_ kind: Token.Kind = .rightParenthesis) throws(ParseFailure) {
    try expect(kind)
    openBrackets -= 1
  }
}

// MARK: - Failing

extension Parser {
  /// The error for the current token, in PostgreSQL's wording.
  func unexpected() -> ParseFailure { unexpected(token) }

  func unexpected(_ token: Token) -> ParseFailure {
    if token.kind == .invalid, let lexicalFailure { return lexicalFailure }
    guard token.kind != .endOfText else {
      return ParseFailure(.syntaxError, "syntax error at end of input", at: token.range)
    }
    return ParseFailure(.syntaxError, "syntax error at or near \"\(lexer.text(token.range))\"", at: token.range)
  }

  /// The refusal of something that PostgreSQL has and this dialect has not.
  func unsupported(_ what: String, from start: Int) -> ParseFailure {
    ParseFailure(.featureNotSupported, "\(what) is not supported", at: range(from: start))
  }

  /// Counts a level of recursion; the caller takes it back with ``leave()``.
  mutating func enter() throws(ParseFailure) {
    nesting += 1
    guard nesting <= Parser.maximumNesting else {
      throw tooDeep("Nest expressions, queries and parentheses at most \(Parser.maximumNesting) deep.")
    }
  }

  mutating func leave() { nesting -= 1 }

  /// Checks the height of a node that leans to the left and so grows without recursion.
  func checkHeight(_ height: Int) throws(ParseFailure) {
    guard height <= Parser.maximumHeight else {
      throw tooDeep("Group chains of more than \(Parser.maximumHeight) operators with parentheses.")
    }
  }

  private func tooDeep(_ hint: String) -> ParseFailure {
    ParseFailure(.statementTooComplex, "stack depth limit exceeded", hint: hint, at: token.range)
  }
}

// MARK: - Names and lists

extension Parser {
  /// The name that the current token stands for, and nothing else about it.
  mutating func takeName() throws(ParseFailure) -> Identifier {
    let token = advance()
    guard token.kind == .unicodeName else { return Identifier(lexer.name(of: token), at: token.range) }
    let escape = try unicodeEscape()
    return Identifier(try lexer.unicodeName(of: token, escape: escape), at: range(from: token.start))
  }

  /// The name of a column, a table or most other objects.
  mutating func columnName() throws(ParseFailure) -> Identifier {
    guard token.isColumnName else { throw unexpected() }
    return try takeName()
  }

  /// The name of a function, a type or a parameter.
  mutating func functionName() throws(ParseFailure) -> Identifier {
    guard token.isFunctionName else { throw unexpected() }
    return try takeName()
  }

  /// Any word, as it may follow AS or a dot.
  mutating func label() throws(ParseFailure) -> Identifier {
    guard token.isLabel else { throw unexpected() }
    return try takeName()
  }

  /// A role, a language or a similar name: any word that is not reserved.
  mutating func unreservedName() throws(ParseFailure) -> Identifier {
    guard token.isUnreservedWord else { throw unexpected() }
    return try takeName()
  }

  /// `name`, `schema.name`, `catalog.schema.name`.
  mutating func qualifiedName() throws(ParseFailure) -> QualifiedName {
    let name = try anyName()
    guard name.parts.count <= 3 else {
      let written = name.parts.map(\.name).joined(separator: ".")
      throw ParseFailure(
        .syntaxError, "improper qualified name (too many dotted names): \(written)", at: name.range)
    }
    return name
  }

  /// A name with any number of qualifiers.
  mutating func anyName() throws(ParseFailure) -> QualifiedName {
    var parts = [try columnName()]
    while accept(.dot) { parts.append(try label()) }
    return QualifiedName(parts)
  }

  /// `(a, b, c)` when a parenthesis follows, else nothing.
  mutating func optionalColumnList() throws(ParseFailure) -> [Identifier] {
    at(.leftParenthesis) ? try columnList() : []
  }

  mutating func columnList() throws(ParseFailure) -> [Identifier] {
    try open()
    var names = [try columnName()]
    while accept(.comma) { names.append(try columnName()) }
    try close()
    return names
  }

  /// A string literal.
  mutating func string() throws(ParseFailure) -> String {
    guard token.isString else { throw unexpected() }
    let token = advance()
    let escape = token.kind == .unicodeString ? try unicodeEscape() : UInt8(ascii: "\\")
    return try lexer.string(of: token, escape: escape)
  }

  /// `uescape '!'` behind a `U&` literal.
  private mutating func unicodeEscape() throws(ParseFailure) -> UInt8 {
    guard accept(.uescape) else { return UInt8(ascii: "\\") }
    guard at(.string) else {
      throw ParseFailure(
        .syntaxError, "UESCAPE must be followed by a simple string literal at or near \"\(lexer.text(token.range))\"",
        at: token.range)
    }
    let escape = Array(try lexer.string(of: token).utf8)
    guard escape.count == 1, escape[0] > 0x20, escape[0] < 0x7F, escape[0].hexadecimalValue == nil,
      escape[0] != UInt8(ascii: "+"), escape[0] != UInt8(ascii: "'"), escape[0] != UInt8(ascii: "\"")
    else {
      throw ParseFailure(
        .syntaxError, "invalid Unicode escape character at or near \"\(lexer.text(token.range))\"", at: token.range)
    }
    advance()
    return escape[0]
  }

  /// An integer of 32 bits without a sign, where the grammar wants no expression.
  mutating func smallInteger() throws(ParseFailure) -> Int {
    guard at(.integerNumber), let value = Int32(lexer.text(token.range)) else { throw unexpected() }
    advance()
    return Int(value)
  }
}
