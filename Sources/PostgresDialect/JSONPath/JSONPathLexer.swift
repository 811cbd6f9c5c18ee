/// The tokens of a `jsonpath`.
///
/// Source: the rules are those of PostgreSQL 15's `jsonpath_scan.l`.
struct JSONPathLexer {
  enum Token: Equatable {
    /// A name without quotes, keywords among them.
    case word(String)
    case string(String)
    case variable(String)
    case number(Numeric, isInteger: Bool)
    /// An operator or a punctuation mark.
    case symbol(String)
    case end
  }

  private let scalars: [Unicode.Scalar]
  private var at = 0
  /// Where the token read last begins.
  private(set) var start = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The text of the token read last.
  var tokenText: String { String(String.UnicodeScalarView(scalars[start..<at])) }

  func failure(_ message: String) -> SQLError {
    SQLError(
      .syntaxError,
      start >= scalars.count
        ? "\(message) at end of jsonpath input" : "\(message) at or near \"\(tokenText)\" of jsonpath input")
  }

  private static let special = Set("?%$.[]{}()|&!=<>@#,*:-+/".unicodeScalars)
  private static let blanks = Set(" \t\n\r\u{0C}".unicodeScalars)

  private func isName(_ scalar: Unicode.Scalar) -> Bool {
    !Self.special.contains(scalar) && !Self.blanks.contains(scalar) && scalar != "\\" && scalar != "\""
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    at + offset < scalars.count ? scalars[at + offset] : nil
  }

  mutating func next() throws(SQLError) -> Token {
    try skipBlanks()
    start = at
    guard let scalar = peek() else { return .end }
    switch scalar {
    case "\"": return .string(try quoted())
    case "$":
      at += 1
      if peek() == "\"" { return .variable(try quoted()) }
      guard let following = peek(), isName(following) || following == "\\" else { return .symbol("$") }
      return .variable(try name())
    case "0"..."9": return try number()
    case "." where peek(1).map(isDigit) ?? false: return try number()
    default: break
    }
    if isName(scalar) || scalar == "\\" { return .word(try name()) }
    for symbol in ["&&", "||", "**", "==", "!=", "<>", "<=", ">="]
    where symbol.unicodeScalars.elementsEqual(scalars[at..<Swift.min(at + 2, scalars.count)]) {
      at += 2
      return .symbol(symbol == "<>" ? "!=" : symbol)
    }
    at += 1
    return .symbol(String(Character(scalar)))
  }

  private mutating func skipBlanks() throws(SQLError) {
    while let scalar = peek() {
      if Self.blanks.contains(scalar) {
        at += 1
      } else if scalar == "/", peek(1) == "*" {
        start = at
        at += 2
        while peek() != nil, !(peek() == "*" && peek(1) == "/") { at += 1 }
        guard peek() != nil else {
          start = scalars.count
          throw failure("unexpected end of comment")
        }
        at += 2
      } else {
        return
      }
    }
  }

  private mutating func number() throws(SQLError) -> Token {
    var isInteger = true
    if peek() == "0" {
      at += 1
    } else {
      while peek().map(isDigit) ?? false { at += 1 }
    }
    if peek() == "." {
      isInteger = false
      at += 1
      while peek().map(isDigit) ?? false { at += 1 }
    }
    if peek() == "e" || peek() == "E" {
      isInteger = false
      at += 1
      if peek() == "+" || peek() == "-" { at += 1 }
      guard peek().map(isDigit) ?? false else { throw failure("invalid numeric literal") }
      while peek().map(isDigit) ?? false { at += 1 }
    }
    if let scalar = peek(), isName(scalar) {
      at += 1
      throw failure("trailing junk after numeric literal")
    }
    return .number(try Numeric(tokenText), isInteger: isInteger)
  }

  /// A name without quotes, in which a backslash begins an escape.
  private mutating func name() throws(SQLError) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == "\\" {
        try escape(into: &text)
      } else if isName(scalar) {
        text.append(scalar)
        at += 1
      } else {
        break
      }
    }
    return String(text)
  }

  private mutating func quoted() throws(SQLError) -> String {
    at += 1
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      switch scalar {
      case "\"":
        at += 1
        return String(text)
      case "\\": try escape(into: &text)
      default:
        text.append(scalar)
        at += 1
      }
    }
    start = scalars.count
    throw failure("unexpected end of quoted string")
  }

  private mutating func escape(into text: inout String.UnicodeScalarView) throws(SQLError) {
    at += 1
    guard let scalar = peek() else {
      start = scalars.count
      throw failure("unexpected end after backslash")
    }
    at += 1
    switch scalar {
    case "b": text.append("\u{08}")
    case "f": text.append("\u{0C}")
    case "n": text.append("\n")
    case "r": text.append("\r")
    case "t": text.append("\t")
    case "v": text.append("\u{0B}")
    case "x":
      guard let value = hexadecimal(2) else { throw failure("invalid hexadecimal character sequence") }
      text.append(try character(value))
    case "u":
      var value = try unicode()
      if value & 0xFFFF_FC00 == 0xD800 {
        guard peek() == "\\", peek(1) == "u" else { throw loneSurrogate }
        at += 2
        let low = try unicode()
        guard low & 0xFFFF_FC00 == 0xDC00 else { throw loneSurrogate }
        value = 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF)
      } else if value & 0xFFFF_FC00 == 0xDC00 {
        throw loneSurrogate
      }
      text.append(try character(value))
    default: text.append(scalar)
    }
  }

  private var loneSurrogate: SQLError {
    SQLError(
      .invalidTextRepresentation, "invalid input syntax for type jsonpath",
      detail: "Unicode low surrogate must follow a high surrogate.")
  }

  private func character(_ value: UInt32) throws(SQLError) -> Unicode.Scalar {
    guard value > 0 else {
      throw SQLError(
        .untranslatableCharacter, "unsupported Unicode escape sequence",
        detail: "\\u0000 cannot be converted to text.")
    }
    guard let scalar = Unicode.Scalar(value) else { throw failure("invalid Unicode escape sequence") }
    return scalar
  }

  /// `0041` or `{41}`, up to six digits.
  private mutating func unicode() throws(SQLError) -> UInt32 {
    if peek() == "{" {
      at += 1
      var value: UInt32 = 0
      var count = 0
      while let digit = peek().flatMap({ Character($0).hexDigitValue }), count < 6 {
        value = value << 4 | UInt32(digit)
        count += 1
        at += 1
      }
      guard count > 0, peek() == "}" else { throw failure("invalid Unicode escape sequence") }
      at += 1
      return value
    }
    guard let value = hexadecimal(4) else { throw failure("invalid Unicode escape sequence") }
    return value
  }

  private mutating func hexadecimal(_ count: Int) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = peek().flatMap({ $0.isASCII ? Character($0).hexDigitValue : nil }) else { return nil }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }
}
