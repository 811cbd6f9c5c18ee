/// Reads the body of a PL/pgSQL function into a tree.
///
/// PL/pgSQL has its own few words around SQL text; where SQL begins, everything up to the word or semicolon that ends it
/// is kept as text and parsed when it first runs, as PostgreSQL does, except that its syntax is checked here.
/// Source: <https://www.postgresql.org/docs/15/plpgsql.html>
public final class ProceduralParser {
  let source: String
  let lexer: Lexer
  let tokens: [Token]
  private(set) var position = 0
  private var fragmentCount = 0
  private var nesting = 0
  private let lineStarts: [Int]

  private init(_ body: String) throws(SQLError) {
    source = body
    do {
      var lexer = try Lexer(body)
      self.lexer = lexer
      var tokens: [Token] = []
      repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .endOfText
      self.tokens = tokens
    } catch {
      throw error.error
    }
    var starts = [0]
    for (index, byte) in body.utf8.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    lineStarts = starts
  }

  /// The outermost block of a body.
  ///
  /// - Throws: 42601 where the text is no PL/pgSQL, its range pointing into `body`.
  public static func parse(_ body: String) throws(SQLError) -> ProceduralBlock {
    let parser = try ProceduralParser(body)
    let label = try parser.label()
    let block = try parser.block(label: label)
    _ = parser.accept(.semicolon)
    guard parser.token.kind == .endOfText else { throw parser.unexpected() }
    return block
  }

  // MARK: Looking and moving

  var token: Token { tokens[position] }

  func peek(_ distance: Int = 1) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  @discardableResult func advance() -> Token {
    let token = self.token
    if position < tokens.count - 1 { position += 1 }
    return token
  }

  func word(_ token: Token) -> String { token.kind == .word ? lexer.name(of: token) : "" }

  func at(_ word: String) -> Bool { self.word(token) == word }

  func accept(_ word: String) -> Bool {
    guard at(word) else { return false }
    advance()
    return true
  }

  func accept(_ kind: Token.Kind) -> Bool {
    guard token.kind == kind else { return false }
    advance()
    return true
  }

  func expect(_ word: String) throws(SQLError) { if !accept(word) { throw unexpected() } }

  func expect(_ kind: Token.Kind) throws(SQLError) { if !accept(kind) { throw unexpected() } }

  func unexpected() -> SQLError {
    token.kind == .endOfText
      ? SQLError(.syntaxError, "syntax error at end of input", at: token.range)
      : SQLError(.syntaxError, "syntax error at or near \"\(lexer.text(token.range))\"", at: token.range)
  }

  func name() throws(SQLError) -> String {
    guard token.isLabel else { throw unexpected() }
    return lexer.name(of: advance())
  }

  func line(_ token: Token) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= token.start { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// `<<name>>`, when there is one.
  func label() throws(SQLError) -> String? {
    guard lexer.text(token.range) == "<<" else { return nil }
    advance()
    let name = try self.name()
    guard lexer.text(token.range) == ">>" else { throw unexpected() }
    advance()
    return name
  }

  // MARK: SQL inside

  /// The end of a piece of SQL: the position of the first token that one of the words or kinds is, outside brackets.
  func end(words: Set<String>, kinds: Set<Token.Kind> = [.semicolon]) throws(SQLError) -> Int {
    var depth = 0
    var index = position
    while true {
      let token = tokens[index]
      switch token.kind {
      case .endOfText: throw SQLError(.syntaxError, "syntax error at end of input", at: token.range)
      case .leftParenthesis, .leftBracket: depth += 1
      case .rightParenthesis, .rightBracket:
        if depth == 0 && kinds.contains(token.kind) { return index }
        depth -= 1
        if depth < 0 {
          throw SQLError(
            .syntaxError, "mismatched parentheses at or near \"\(lexer.text(token.range))\"", at: token.range)
        }
      default:
        if depth == 0, kinds.contains(token.kind) || words.contains(word(token)) { return index }
        // A missing terminator would swallow the statements that follow.
        if token.kind == .semicolon {
          throw SQLError(
            .syntaxError, "missing \"\(words.sorted().first?.uppercased() ?? ";")\" at end of SQL expression",
            at: token.range)
        }
      }
      index += 1
    }
  }

  /// An expression up to one of the words or kinds, which is left standing.
  func expression(words: Set<String> = [], kinds: Set<Token.Kind> = [.semicolon]) throws(SQLError) -> SQLFragment {
    let last = try end(words: words, kinds: kinds)
    guard last > position else {
      throw SQLError(.syntaxError, "missing expression at or near \"\(lexer.text(token.range))\"", at: token.range)
    }
    let range = SourceRange(start: token.start, end: tokens[last - 1].end)
    move(to: last)
    let prefix = "select "
    return try fragment(prefix + lexer.text(range), at: range.start - prefix.utf8.count)
  }

  func move(to index: Int) { position = index }

  /// A fragment whose syntax is checked now.
  func fragment(_ text: String, at offset: Int) throws(SQLError) -> SQLFragment {
    do throws(SQLError) {
      _ = try Parser.parseStatement(text)
    } catch {
      throw error.moved(by: offset)
    }
    fragmentCount += 1
    return SQLFragment(text: text, offset: offset, number: fragmentCount)
  }

  // MARK: Blocks

  func block(label: String?) throws(SQLError) -> ProceduralBlock {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= 50 else {
      throw SQLError(.statementTooComplex, "blocks are nested too deeply", at: token.range)
    }
    var block = ProceduralBlock(label: label)
    if accept("declare") {
      while !at("begin") {
        if accept("declare") { continue }
        block.declarations.append(try declaration())
      }
    }
    try expect("begin")
    block.statements = try statements(until: ["end", "exception"])
    if accept("exception") {
      while accept("when") {
        var conditions: [ProceduralHandler.Condition] = []
        repeat { conditions += try condition() } while accept("or")
        try expect("then")
        block.handlers.append(
          ProceduralHandler(conditions: conditions, body: try statements(until: ["when", "end"])))
      }
    }
    try expect("end")
    try endLabel(label)
    return block
  }

  func endLabel(_ label: String?) throws(SQLError) {
    guard token.kind != .semicolon, token.kind != .endOfText else { return }
    let range = token.range
    let name = try self.name()
    guard name == label else {
      throw SQLError(
        .syntaxError,
        label.map { "end label \"\(name)\" differs from block's label \"\($0)\"" }
          ?? "end label \"\(name)\" specified for unlabeled block", at: range)
    }
  }

  private func condition() throws(SQLError) -> [ProceduralHandler.Condition] {
    let range = token.range
    if accept("sqlstate") {
      let code = try string()
      return [.state(SQLState(rawValue: code))]
    }
    let name = try self.name()
    if name == "others" { return [.others] }
    let states = ConditionNames.states(name)
    guard !states.isEmpty else {
      throw SQLError(.undefinedObject, "unrecognized exception condition \"\(name)\"", at: range)
    }
    return states.map { .state($0) }
  }

  /// The value of a string literal.
  func string() throws(SQLError) -> String {
    guard token.isString else { throw unexpected() }
    let literal = advance()
    guard case .string(let value) = try Parser.parseExpression(lexer.text(literal.range)).kind else {
      throw unexpected()
    }
    return value
  }

  private func declaration() throws(SQLError) -> ProceduralDeclaration {
    let start = token
    let name = try self.name()
    if accept("alias") {
      try expect("for")
      let alias = lexer.text(advance().range)
      try expect(.semicolon)
      return ProceduralDeclaration(
        name: name, type: .record, isConstant: false, isNotNull: false, value: nil, alias: alias, range: start.range)
    }
    let isConstant = accept("constant")
    if at("cursor") || at("refcursor") || word(peek()) == "cursor" {
      throw SQLError(.featureNotSupported, "cursors are not supported yet", at: token.range)
    }
    let last = try end(words: ["not", "default", "collate"], kinds: [.semicolon, .colonEquals, .equals])
    guard last > position else { throw unexpected() }
    let type = try declaredType(SourceRange(start: token.start, end: tokens[last - 1].end))
    move(to: last)
    if accept("collate") { _ = try self.name() }
    var isNotNull = false
    if accept("not") {
      try expect("null")
      isNotNull = true
    }
    var value: SQLFragment?
    if accept("default") || accept(.colonEquals) || accept(.equals) { value = try expression() }
    if isNotNull && value == nil {
      throw SQLError(
        SQLState(rawValue: "22004"), "variable \"\(name)\" must have a default value, since it's declared NOT NULL",
        at: start.range)
    }
    try expect(.semicolon)
    return ProceduralDeclaration(
      name: name, type: type, isConstant: isConstant, isNotNull: isNotNull, value: value, alias: nil, range: start.range
    )
  }

  private func declaredType(_ range: SourceRange) throws(SQLError) -> ProceduralDeclaration.DeclaredType {
    let text = lexer.text(range)
    if let percent = text.lastIndex(of: "%") {
      let suffix = text[text.index(after: percent)...].lowercased().filter { !$0.isWhitespace }
      let name = text[..<percent]
      guard case .column(let qualified) = try Parser.parseExpression(String(name)).kind else {
        throw SQLError(.syntaxError, "syntax error at or near \"%\"", at: range)
      }
      if suffix == "rowtype" { return .row(qualified) }
      if suffix == "type" { return .typeOf(qualified) }
      throw SQLError(.syntaxError, "syntax error at or near \"%\"", at: range)
    }
    if text.lowercased() == "record" { return .record }
    let typeName: TypeName
    do throws(SQLError) {
      guard case .cast(_, let name) = try Parser.parseExpression("cast(null as \(text))").kind else {
        throw SQLError(.syntaxError, "syntax error at or near \"\(text)\"")
      }
      typeName = name
    } catch {
      throw SQLError(error.state, error.message, at: range)
    }
    return .named(typeName)
  }
}

extension SQLError {
  /// The error with its place counted from elsewhere.
  public func moved(by offset: Int) -> SQLError {
    var error = self
    if let range {
      error.range = SourceRange(start: Swift.max(0, range.start + offset), end: Swift.max(0, range.end + offset))
    }
    return error
  }
}
