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
/// An instance lives only while one text is read. It is a class so that the frames of its recursion stay small: without
/// optimisation, every look at the next token would copy a struct of this size.
///
/// Source: <https://www.postgresql.org/docs/15/sql-syntax.html>
public final class Parser {
  /// How many expressions, queries and parentheses may lie within each other; calls' and windows' clauses count double.
  ///
  /// Measured: a level takes at most 4.1 KiB of stack without optimisation, so that a thread of 512 KiB always suffices.
  public static let maximumNesting = 100
  /// How many levels the tree of an expression, a join or a set operation may have; `a + b + c` has two above its leaves.
  public static let maximumHeight = 600

  let lexer: Lexer
  let tokens: [Token]
  /// The token that is looked at, and its place among `tokens`.
  private(set) var token: Token
  private(set) var position = 0
  /// The first fault that PostgreSQL would find only after it had read all statements: syntax errors come before it.
  var postponed: ParseFailure?
  /// What is wrong with the text where the token `invalid` stands.
  private let lexicalFailure: ParseFailure?
  private(set) var nesting = 0
  /// The height of the tallest tree parsed so far among the children of the node in work.
  var tallest = 0
  /// The nesting at which a keyword may be a column's label instead of an operator; see ``isBareLabel``.
  var labelNesting = 0
  /// The nesting at which a plain SIMILAR belongs to `substring(a similar b escape c)`.
  var substringNesting = 0

  private init(_ sql: String) throws(ParseFailure) {
    var lexer = try Lexer(sql)
    self.lexer = lexer
    var tokens: [Token] = []
    tokens.reserveCapacity(lexer.count / 5 + 2)
    var failure: ParseFailure?
    do {
      repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .endOfText
    } catch {
      // PostgreSQL reads tokens as it needs them: a syntax error before this place comes first.
      failure = error
      tokens.append(Token(.invalid, start: error.error.range?.start ?? lexer.count, end: lexer.count))
    }
    self.tokens = tokens
    token = tokens[0]
    lexicalFailure = failure
  }

  /// The statements of a text, separated by semicolons; empty ones are skipped.
  public static func parse(_ sql: String) throws(SQLError) -> [Statement] {
    try parsing(sql) { (parser: Parser) throws(ParseFailure) in try parser.statements() }
  }

  /// The one statement of a text; a semicolon may follow it.
  ///
  /// - Throws: 42601 when there are several, as PostgreSQL does for prepared statements, or none.
  public static func parseStatement(_ sql: String) throws(SQLError) -> Statement {
    try parsing(sql) { (parser: Parser) throws(ParseFailure) in
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
    try parsing(sql) { (parser: Parser) throws(ParseFailure) in
      let expression = try parser.expression()
      guard parser.at(.endOfText) else { throw parser.unexpected() }
      if let postponed = parser.postponed { throw postponed }
      return expression
    }
  }

  private static func parsing<Result>(
    _ sql: String, _ parse: (Parser) throws(ParseFailure) -> Result
  ) throws(SQLError) -> Result {
    do {
      return try parse(try Parser(sql))
    } catch {
      throw error.error
    }
  }

  private func statements() throws(ParseFailure) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while accept(.semicolon) {}
      if at(.endOfText) {
        if let postponed { throw postponed }
        return statements
      }
      statements.append(try statement())
      guard endsStatement else { throw unexpected() }
    }
  }
}

// MARK: - Looking and moving

extension Parser {
  /// The token before the current one.
  var previous: Token { tokens[max(position - 1, 0)] }

  /// The token `distance` behind the current one; the last one when there are fewer.
  func peek(_ distance: Int = 1) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  /// The offset at which what is parsed now begins.
  var start: Int { token.start }

  var endsStatement: Bool { at(.semicolon) || at(.endOfText) }

  /// From `start` to the end of the last token that was consumed.
  func range(from start: Int) -> SourceRange {
    SourceRange(start: start, end: max(start, position > 0 ? previous.end : start))
  }

  func at(_ kind: Token.Kind) -> Bool { token.kind == kind }

  func at(_ keyword: Keyword) -> Bool { token.keyword == keyword }

  func at(_ first: Keyword, _ second: Keyword) -> Bool { token.keyword == first && peek().keyword == second }

  @discardableResult
  func advance() -> Token {
    let token = self.token
    move(to: position + 1)
    return token
  }

  /// Passes tokens that were looked at already.
  func skip(_ count: Int) { move(to: position + count) }

  /// Moves; never behind the last token.
  func move(to place: Int) {
    position = min(place, tokens.count - 1)
    token = tokens[position]
  }

  /// Reads the current token as another one from now on.
  func replaceToken(by other: Token) { token = other }

  func accept(_ kind: Token.Kind) -> Bool {
    guard at(kind), kind != .endOfText else { return false }
    advance()
    return true
  }

  func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// Two words that mean something only together.
  func accept(_ first: Keyword, _ second: Keyword) -> Bool {
    guard at(first, second) else { return false }
    skip(2)
    return true
  }

  func expect(_ kind: Token.Kind) throws(ParseFailure) {
    guard accept(kind) else { throw unexpected() }
  }

  func expect(_ keyword: Keyword) throws(ParseFailure) {
    guard accept(keyword) else { throw unexpected() }
  }

  func expect(_ first: Keyword, _ second: Keyword) throws(ParseFailure) {
    try expect(first)
    try expect(second)
  }

  func open() throws(ParseFailure) { try expect(.leftParenthesis) }

  func close() throws(ParseFailure) { try expect(.rightParenthesis) }
}

// MARK: - Failing

extension Parser {
  /// The error for the current token, in PostgreSQL's wording.
  func unexpected() -> ParseFailure { unexpected(token) }

  func unexpected(_ token: Token) -> ParseFailure {
    if token.kind == .invalid, let lexicalFailure { return lexicalFailure }
    return fault("syntax error", at: token)
  }

  /// `message` with the place as PostgreSQL names it.
  func fault(_ message: String, at token: Token) -> ParseFailure {
    let place = token.kind == .endOfText ? "at end of input" : "at or near \"\(lexer.text(token.range))\""
    return ParseFailure(.syntaxError, "\(message) \(place)", at: token.range)
  }

  /// The refusal of something that PostgreSQL has and this dialect has not.
  func unsupported(_ what: String, from start: Int) -> ParseFailure {
    ParseFailure(.featureNotSupported, "\(what) is not supported", at: range(from: start))
  }

  /// Keeps an error until everything is read; the first one counts.
  func postpone(
    _ state: SQLState, _ message: String, hint: String? = nil, at range: SourceRange? = nil
  ) {
    if postponed == nil { postponed = ParseFailure(state, message, hint: hint, at: range) }
  }

  /// Counts a level of recursion; the caller takes it back with ``leave()``.
  func enter() throws(ParseFailure) {
    nesting += 1
    guard nesting <= Parser.maximumNesting else {
      throw tooDeep("Nest expressions, queries and parentheses at most \(Parser.maximumNesting) deep.")
    }
  }

  func leave() { nesting -= 1 }

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
  func takeName() throws(ParseFailure) -> Identifier {
    let token = advance()
    guard token.kind == .unicodeName else { return Identifier(lexer.name(of: token), at: token.range) }
    let escape = try unicodeEscape()
    return Identifier(try lexer.unicodeName(of: token, escape: escape), at: range(from: token.start))
  }

  /// The name of a column, a table or most other objects.
  func columnName() throws(ParseFailure) -> Identifier {
    guard token.isColumnName else { throw unexpected() }
    return try takeName()
  }

  /// The name of a function, a type or a parameter.
  func functionName() throws(ParseFailure) -> Identifier {
    guard token.isFunctionName else { throw unexpected() }
    return try takeName()
  }

  /// Any word, as it may follow AS or a dot.
  func label() throws(ParseFailure) -> Identifier {
    guard token.isLabel else { throw unexpected() }
    return try takeName()
  }

  /// A role, a language or a similar name: any word that is not reserved.
  func unreservedName() throws(ParseFailure) -> Identifier {
    guard token.isUnreservedWord else { throw unexpected() }
    return try takeName()
  }

  /// `name`, `schema.name`, `catalog.schema.name`.
  func qualifiedName() throws(ParseFailure) -> QualifiedName {
    let name = try anyName()
    try refuseIndirection()
    guard name.parts.count <= 3 else {
      let written = name.parts.map(\.name).joined(separator: ".")
      throw ParseFailure(
        .syntaxError, "improper qualified name (too many dotted names): \(written)", at: name.range)
    }
    return name
  }

  /// A name with any number of qualifiers.
  func anyName() throws(ParseFailure) -> QualifiedName {
    var parts = [try columnName()]
    while at(.dot), peek().kind != .star {
      advance()
      parts.append(try label())
    }
    return QualifiedName(parts)
  }

  /// `(a, b, c)` when a parenthesis follows, else nothing.
  func optionalColumnList() throws(ParseFailure) -> [Identifier] {
    at(.leftParenthesis) ? try columnList() : []
  }

  func columnList() throws(ParseFailure) -> [Identifier] {
    try open()
    var names = [try columnName()]
    while accept(.comma) { names.append(try columnName()) }
    try close()
    return names
  }

  /// A string literal.
  func string() throws(ParseFailure) -> String {
    guard token.isString else { throw unexpected() }
    let token = advance()
    let escape = token.kind == .unicodeString ? try unicodeEscape() : UInt8(ascii: "\\")
    return try lexer.string(of: token, escape: escape)
  }

  /// `uescape '!'` behind a `U&` literal.
  private func unicodeEscape() throws(ParseFailure) -> UInt8 {
    guard accept(.uescape) else { return UInt8(ascii: "\\") }
    guard at(.string) else {
      throw fault("UESCAPE must be followed by a simple string literal", at: token)
    }
    let escape = Array(try lexer.string(of: token).utf8)
    guard escape.count == 1, escape[0] > 0x20, escape[0] < 0x7F, escape[0].hexadecimalValue == nil,
      escape[0] != UInt8(ascii: "+"), escape[0] != UInt8(ascii: "'"), escape[0] != UInt8(ascii: "\"")
    else {
      throw fault("invalid Unicode escape character", at: token)
    }
    advance()
    return escape[0]
  }

  /// An integer of 32 bits without a sign, where the grammar wants no expression.
  func smallInteger() throws(ParseFailure) -> Int {
    guard at(.integerNumber), let value = Int32(lexer.text(token.range)) else { throw unexpected() }
    advance()
    return Int(value)
  }
}
