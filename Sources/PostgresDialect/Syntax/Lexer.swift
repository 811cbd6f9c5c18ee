/// Cuts SQL text into tokens by PostgreSQL's rules.
///
/// Beyond PostgreSQL it knows named parameters: `:name` and psql's `:'name'`. A colon counts as the start of a parameter
/// when a name or a quote follows it directly; `::` is always a cast. Inside brackets PostgreSQL's meaning wins (see
/// ``Parser``): `a[1:n]` is a slice.
///
/// Source: <https://www.postgresql.org/docs/15/sql-syntax-lexical.html>
struct Lexer: Sendable {
  /// The text and one zero behind it, so that looking one byte ahead needs no bounds check of ours.
  let bytes: [UInt8]
  /// Where the next token is looked for.
  private(set) var offset = 0
  private let keywords = KeywordTable.shared

  /// The longest operator, one less than PostgreSQL's NAMEDATALEN.
  private static let longestOperator = 63

  /// - Throws: 22021 for a zero byte, which PostgreSQL's strings cannot hold; 54000 for texts of 2 GiB and more.
  init(_ sql: String) throws(ParseFailure) {
    var bytes = Array(sql.utf8)
    guard bytes.count < Int(Int32.max) else {
      throw ParseFailure(.programLimitExceeded, "statement is too long", hint: "A statement may have 2147483646 bytes.")
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw ParseFailure(
        .characterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": 0x00",
        at: SourceRange(start: zero, end: zero + 1))
    }
    bytes.append(0)
    self.bytes = bytes
  }

  /// How many bytes the text has.
  var count: Int { bytes.count - 1 }

  /// The text of a part of the source.
  func text(_ range: SourceRange) -> String { String(decoding: bytes[range.start..<range.end], as: UTF8.self) }

  /// The next token; `endOfText` again and again behind the last one.
  ///
  /// After a failure the lexer stands behind the faulty token, so that a tolerant caller can go on.
  mutating func next() throws(ParseFailure) -> Token {
    try skipBlanks()
    let start = offset
    guard start < count else { return Token(.endOfText, start: count, end: count) }
    let byte = bytes[start]
    if byte.isNameStart { return try prefixedLiteral(at: start) ?? word(at: start) }
    if byte.isASCIIDigit { return try number(at: start) }
    switch byte {
    case UInt8(ascii: "'"): return try quoted(.string, from: start, quoteAt: start)
    case UInt8(ascii: "\""): return try quotedName(.quotedName, from: start, quoteAt: start)
    case UInt8(ascii: "$"): return try dollar(at: start)
    case UInt8(ascii: ":"): return try colon(at: start)
    case UInt8(ascii: "."):
      if bytes[start + 1] == byte { return take(.dotDot, start, 2) }
      return bytes[start + 1].isASCIIDigit ? try number(at: start) : take(.dot, start, 1)
    case UInt8(ascii: "("): return take(.leftParenthesis, start, 1)
    case UInt8(ascii: ")"): return take(.rightParenthesis, start, 1)
    case UInt8(ascii: "["): return take(.leftBracket, start, 1)
    case UInt8(ascii: "]"): return take(.rightBracket, start, 1)
    case UInt8(ascii: ","): return take(.comma, start, 1)
    case UInt8(ascii: ";"): return take(.semicolon, start, 1)
    default:
      if byte.isOperatorPart { return try operatorToken(at: start) }
      offset = start + 1
      throw failure("syntax error", from: start)
    }
  }

  /// The word that starts at `start`; the parser looks so at `:n` when it is a colon and a name.
  mutating func word(at start: Int) -> Token {
    var hash = KeywordTable.emptyHash
    var end = start
    while bytes[end].isNamePart {
      hash = KeywordTable.hash(hash, bytes[end].lowercasedASCII)
      end += 1
    }
    offset = end
    var token = Token(.word, start: start, end: end)
    if let entry = keywords.find(in: bytes, start..<end, hash: hash) {
      token.keyword = entry.keyword
      token.wordClass = entry.wordClass
      token.isBareLabel = entry.isBareLabel
    } else {
      token.wordClass = .name
      token.isBareLabel = true
    }
    return token
  }

  /// `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'` and `U&"…"`, whose letters are no words.
  private mutating func prefixedLiteral(at start: Int) throws(ParseFailure) -> Token? {
    let quote = UInt8(ascii: "'")
    let next = bytes[start + 1]
    switch bytes[start].lowercasedASCII {
    case UInt8(ascii: "e") where next == quote:
      let token = try quoted(.escapeString, from: start, quoteAt: start + 1)
      _ = try string(of: token)
      return token
    case UInt8(ascii: "b") where next == quote: return try quoted(.binaryString, from: start, quoteAt: start + 1)
    case UInt8(ascii: "x") where next == quote: return try quoted(.hexadecimalString, from: start, quoteAt: start + 1)
    case UInt8(ascii: "n") where next == quote:
      // PostgreSQL reads `n'abc'` as `nchar 'abc'`.
      var token = take(.word, start, 1)
      token.keyword = .nchar
      token.wordClass = .columnName
      return token
    case UInt8(ascii: "u") where next == UInt8(ascii: "&"):
      if bytes[start + 2] == quote { return try quoted(.unicodeString, from: start, quoteAt: start + 2) }
      if bytes[start + 2] == UInt8(ascii: "\"") { return try quotedName(.unicodeName, from: start, quoteAt: start + 2) }
      return nil
    default: return nil
    }
  }

  private mutating func take(_ kind: Token.Kind, _ start: Int, _ length: Int) -> Token {
    offset = start + length
    return Token(kind, start: start, end: offset)
  }

  /// PostgreSQL's wording for a fault in the text from `start` to where the lexer stands.
  private func failure(_ message: String, from start: Int, _ cause: ParseFailure.Cause? = nil) -> ParseFailure {
    let range = SourceRange(start: start, end: offset)
    return ParseFailure(.syntaxError, "\(message) at or near \"\(text(range))\"", at: range, cause: cause)
  }
}

// MARK: - Blanks

extension Lexer {
  private mutating func skipBlanks() throws(ParseFailure) {
    while true {
      let byte = bytes[offset]
      if byte.isSQLSpace {
        offset += 1
      } else if byte == UInt8(ascii: "-"), bytes[offset + 1] == byte {
        offset = lineEnd(from: offset)
      } else if byte == UInt8(ascii: "/"), bytes[offset + 1] == UInt8(ascii: "*") {
        try skipComment()
      } else {
        return
      }
    }
  }

  private func lineEnd(from start: Int) -> Int {
    var end = start
    while end < count, !bytes[end].isLineEnd { end += 1 }
    return end
  }

  /// Comments in slashes and stars nest.
  private mutating func skipComment() throws(ParseFailure) {
    let start = offset
    var depth = 0
    while offset < count {
      let byte = bytes[offset]
      let next = bytes[offset + 1]
      if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        depth += 1
        offset += 2
      } else if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
        depth -= 1
        offset += 2
        if depth == 0 { return }
      } else {
        offset += 1
      }
    }
    throw failure("unterminated /* comment", from: start, .openComment)
  }
}

// MARK: - Quotes

extension Lexer {
  /// A literal in single quotes, with the literals that continue it on following lines.
  private mutating func quoted(
    _ kind: Token.Kind, from start: Int, quoteAt quote: Int
  ) throws(ParseFailure) -> Token {
    var end = quote
    repeat {
      end += 1
      while end < count, bytes[end] != UInt8(ascii: "'") {
        end += kind == .escapeString && bytes[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard end < count else {
        offset = count
        throw failure(unterminated(kind), from: start, .openQuote)
      }
      end += 1
      // A doubled quote stands for one.
      if bytes[end] == UInt8(ascii: "'") { continue }
      guard let continuation = Lexer.continuation(of: bytes, after: end) else {
        offset = end
        return Token(kind, start: start, end: end)
      }
      end = continuation
    } while true
  }

  private func unterminated(_ kind: Token.Kind) -> String {
    switch kind {
    case .binaryString: "unterminated bit string literal"
    case .hexadecimalString: "unterminated hexadecimal string literal"
    default: "unterminated quoted string"
    }
  }

  /// The opening quote of a literal that goes on after the quote before `end`: between the two stand only blanks and
  /// `--` comments, and at least one line end.
  static func continuation(of bytes: [UInt8], after end: Int) -> Int? {
    var index = end
    var crossedLine = false
    while true {
      let byte = bytes[index]
      if byte.isLineEnd {
        crossedLine = true
        index += 1
      } else if byte.isSQLSpace {
        index += 1
      } else if byte == UInt8(ascii: "-"), bytes[index + 1] == byte {
        while bytes[index] != 0, !bytes[index].isLineEnd { index += 1 }
      } else {
        return crossedLine && byte == UInt8(ascii: "'") ? index : nil
      }
    }
  }

  private mutating func quotedName(
    _ kind: Token.Kind, from start: Int, quoteAt quote: Int
  ) throws(ParseFailure) -> Token {
    var end = quote + 1
    while end < count {
      if bytes[end] == UInt8(ascii: "\"") {
        if bytes[end + 1] != UInt8(ascii: "\"") { break }
        end += 1
      }
      end += 1
    }
    guard end < count else {
      offset = count
      throw failure("unterminated quoted identifier", from: start, .openDoubleQuote)
    }
    offset = end + 1
    if end == quote + 1 { throw failure("zero-length delimited identifier", from: start) }
    var token = Token(kind, start: start, end: offset)
    token.wordClass = .name
    token.isBareLabel = true
    return token
  }

  /// `$1`, or a string between `$tag$` and `$tag$`.
  private mutating func dollar(at start: Int) throws(ParseFailure) -> Token {
    var end = start + 1
    if bytes[end].isASCIIDigit {
      while bytes[end].isASCIIDigit { end += 1 }
      offset = end
      if bytes[end].isNameStart {
        while bytes[offset].isNamePart { offset += 1 }
        throw failure("trailing junk after parameter", from: start)
      }
      return Token(.positionalParameter, start: start, end: end)
    }
    if bytes[end].isNameStart {
      while bytes[end].isNameStart || bytes[end].isASCIIDigit { end += 1 }
    }
    guard bytes[end] == UInt8(ascii: "$") else {
      offset = start + 1
      throw failure("syntax error", from: start)
    }
    let tag = bytes[start...end]
    var close = end + 1
    while close < count {
      if bytes[close] == UInt8(ascii: "$"), bytes[close...].starts(with: tag) {
        offset = close + tag.count
        return Token(.dollarString, start: start, end: offset)
      }
      close += 1
    }
    offset = count
    throw failure("unterminated dollar-quoted string", from: start, .openDollarQuote)
  }

  private mutating func colon(at start: Int) throws(ParseFailure) -> Token {
    let next = bytes[start + 1]
    if next == UInt8(ascii: ":") { return take(.cast, start, 2) }
    if next == UInt8(ascii: "=") { return take(.colonEquals, start, 2) }
    if next.isNameStart {
      var end = start + 1
      while bytes[end].isNamePart { end += 1 }
      offset = end
      return Token(.namedParameter, start: start, end: end)
    }
    if next == UInt8(ascii: "'") {
      var end = start + 2
      while end < count, bytes[end] != UInt8(ascii: "'") { end += 1 }
      offset = min(end + 1, count)
      if end == count { throw failure("unterminated quoted string", from: start, .openQuote) }
      return Token(.quotedParameter, start: start, end: offset)
    }
    return take(.colon, start, 1)
  }
}

// MARK: - Numbers and operators

extension Lexer {
  /// Digits, a point, an exponent; a letter directly behind is an error since PostgreSQL 15.
  private mutating func number(at start: Int) throws(ParseFailure) -> Token {
    var end = start
    var kind = Token.Kind.integerNumber
    while bytes[end].isASCIIDigit { end += 1 }
    // In `1..10` the points are an operator.
    if bytes[end] == UInt8(ascii: "."), end == start || bytes[end + 1] != UInt8(ascii: ".") {
      kind = .decimalNumber
      end += 1
      while bytes[end].isASCIIDigit { end += 1 }
    }
    if bytes[end].lowercasedASCII == UInt8(ascii: "e") {
      var exponent = end + 1
      if bytes[exponent] == UInt8(ascii: "+") || bytes[exponent] == UInt8(ascii: "-") { exponent += 1 }
      if bytes[exponent].isASCIIDigit {
        kind = .decimalNumber
        end = exponent
        while bytes[end].isASCIIDigit { end += 1 }
      } else if exponent > end + 1 {
        offset = exponent
        throw failure("trailing junk after numeric literal", from: start)
      }
    }
    offset = end
    if bytes[end].isNameStart {
      while bytes[offset].isNamePart { offset += 1 }
      throw failure("trailing junk after numeric literal", from: start)
    }
    return Token(kind, start: start, end: end)
  }

  /// The longest run of operator characters, up to a comment; a sign at its end belongs to it only behind certain others.
  private mutating func operatorToken(at start: Int) throws(ParseFailure) -> Token {
    var end = start
    var allowsSign = false
    scan: while bytes[end].isOperatorPart {
      let byte = bytes[end]
      let next = bytes[end + 1]
      if byte == UInt8(ascii: "-"), next == byte { break scan }
      if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") { break scan }
      if byte.allowsTrailingSign { allowsSign = true }
      end += 1
    }
    if !allowsSign {
      while end > start + 1, bytes[end - 1] == UInt8(ascii: "+") || bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
    }
    offset = end
    let length = end - start
    guard length <= Lexer.longestOperator else { throw failure("operator too long", from: start) }
    return Token(Lexer.operatorKind(bytes[start], length == 2 ? bytes[start + 1] : 0, length), start: start, end: end)
  }

  private static func operatorKind(_ first: UInt8, _ second: UInt8, _ length: Int) -> Token.Kind {
    switch (length, first, second) {
    case (1, UInt8(ascii: "+"), _): .plus
    case (1, UInt8(ascii: "-"), _): .minus
    case (1, UInt8(ascii: "*"), _): .star
    case (1, UInt8(ascii: "/"), _): .slash
    case (1, UInt8(ascii: "%"), _): .percent
    case (1, UInt8(ascii: "^"), _): .caret
    case (1, UInt8(ascii: "<"), _): .less
    case (1, UInt8(ascii: ">"), _): .greater
    case (1, UInt8(ascii: "="), _): .equals
    case (2, UInt8(ascii: "="), UInt8(ascii: ">")): .arrow
    case (2, UInt8(ascii: "<"), UInt8(ascii: "=")): .lessOrEqual
    case (2, UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterOrEqual
    case (2, UInt8(ascii: "<"), UInt8(ascii: ">")), (2, UInt8(ascii: "!"), UInt8(ascii: "=")): .notEqual
    default: .otherOperator
    }
  }
}
