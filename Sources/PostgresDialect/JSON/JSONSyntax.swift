extension SQLState {
  package static let untranslatableCharacter = SQLState(rawValue: "22P05")
}

/// PostgreSQL's own reading of a JSON text, for its errors and for what `json` lets through and `jsonb` does not.
///
/// Needs no stack: the open arrays and objects are a list.
/// Source: the messages are those of PostgreSQL 15's `jsonapi.c`.
package struct JSONSyntax {
  /// What is done about escape sequences in strings.
  package enum Escapes {
    /// Only their form is checked: the type `json` keeps them as they are.
    case kept
    /// They must be characters that a text can hold.
    case decoded
  }

  private enum Token { case string, number, literal, open(UInt8), close(UInt8), comma, colon, end }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let escapes: Escapes
  private var tokenStart = 0
  private var at = 0
  private var isAtEnd = false

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ escapes: Escapes) {
    self.bytes = bytes
    self.escapes = escapes
  }

  /// Checks that the bytes are one JSON value.
  ///
  /// - Throws: 22P02 or 22P05 with PostgreSQL's detail; 54001 for a nesting deeper than ``JSONValue/maximumDepth``.
  package static func check(_ bytes: UnsafeBufferPointer<UInt8>, escapes: Escapes) throws(SQLError) {
    var syntax = JSONSyntax(bytes, escapes)
    try syntax.document()
  }

  package static func check(_ text: String, escapes: Escapes) throws(SQLError) {
    let result: Result<Void, SQLError> = Array(text.utf8).withUnsafeBufferPointer { buffer in
      do throws(SQLError) { return .success(try check(buffer, escapes: escapes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  static var tooDeep: SQLError {
    SQLError(
      .statementTooComplex, "stack depth limit exceeded",
      hint: "JSON is read up to \(JSONValue.maximumDepth) arrays and objects deep.")
  }

  private mutating func document() throws(SQLError) {
    var open: [UInt8] = []
    /// What may come next.
    var expected = Expected.value
    var token = try next()
    while true {
      switch expected {
      case .value, .firstElement:
        switch token {
        case .string, .number, .literal:
          expected = Self.afterValue(open)
        case .open(let bracket):
          guard open.count < JSONValue.maximumDepth else { throw Self.tooDeep }
          open.append(bracket)
          expected = bracket == UInt8(ascii: "{") ? .firstKey : .firstElement
        case .close(UInt8(ascii: "]")) where expected == .firstElement:
          open.removeLast()
          expected = Self.afterValue(open)
        default: throw unexpected("Expected JSON value", token)
        }
      case .firstKey, .key:
        switch token {
        case .string: expected = .colon
        case .close(UInt8(ascii: "}")) where expected == .firstKey:
          open.removeLast()
          expected = Self.afterValue(open)
        default: throw unexpected(expected == .firstKey ? "Expected string or \"}\"" : "Expected string", token)
        }
      case .colon:
        guard case .colon = token else { throw unexpected("Expected \":\"", token) }
        expected = .value
      case .next:
        let isObject = open.last == UInt8(ascii: "{")
        switch token {
        case .comma: expected = isObject ? .key : .value
        case .close(let bracket) where bracket == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")):
          open.removeLast()
          expected = Self.afterValue(open)
        default: throw unexpected("Expected \",\" or \"\(isObject ? "}" : "]")\"", token)
        }
      case .end:
        guard case .end = token else { throw unexpected("Expected end of input", token) }
        return
      }
      token = try next()
    }
  }

  private enum Expected { case value, firstElement, firstKey, key, colon, next, end }

  private static func afterValue(_ open: [UInt8]) -> Expected { open.isEmpty ? .end : .next }

  private func unexpected(_ expected: String, _ token: Token) -> SQLError {
    if case .end = token { return failure("The input string ended unexpectedly.") }
    return failure("\(expected), but found \"\(tokenText)\".")
  }

  private var tokenText: String { String(decoding: bytes[tokenStart..<at], as: UTF8.self) }

  // MARK: Tokens

  private mutating func next() throws(SQLError) -> Token {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    tokenStart = at
    guard at < bytes.count else {
      isAtEnd = true
      return .end
    }
    let byte = bytes[at]
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      at += 1
      return .open(byte)
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      at += 1
      return .close(byte)
    case UInt8(ascii: ","):
      at += 1
      return .comma
    case UInt8(ascii: ":"):
      at += 1
      return .colon
    case UInt8(ascii: "\""):
      try string()
      return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try number()
      return .number
    default:
      while at < bytes.count, Self.isWordByte(bytes[at]) { at += 1 }
      if at == tokenStart { at += 1 }
      guard ["true", "false", "null"].contains(tokenText) else { throw invalidToken }
      return .literal
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private var invalidToken: SQLError { failure("Token \"\(tokenText)\" is invalid.") }

  private mutating func number() throws(SQLError) {
    var isValid = true
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    if at < bytes.count, bytes[at] == UInt8(ascii: "0") { at += 1 } else { isValid = digits() }
    if isValid, at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      isValid = digits()
    }
    if isValid, at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      isValid = digits()
    }
    while at < bytes.count, Self.isWordByte(bytes[at]) {
      isValid = false
      at += 1
    }
    if !isValid { throw invalidToken }
  }

  private mutating func digits() -> Bool {
    let start = at
    while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
    return at > start
  }

  private mutating func string() throws(SQLError) {
    at += 1
    var highSurrogate = false
    while true {
      guard at < bytes.count else { throw invalidToken }
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") { break }
      if byte < 0x20 {
        let digits = String(byte, radix: 16)
        throw failure("Character with value 0x\(byte < 16 ? "0" : "")\(digits) must be escaped.")
      }
      guard byte == UInt8(ascii: "\\") else {
        if highSurrogate { throw failure(Self.loneSurrogate) }
        at += 1
        continue
      }
      at += 1
      guard at < bytes.count else { throw invalidToken }
      if bytes[at] == UInt8(ascii: "u") {
        let unit = try hexadecimal()
        guard escapes == .decoded else { continue }
        switch unit {
        case 0xD800...0xDBFF:
          if highSurrogate { throw failure("Unicode high surrogate must not follow a high surrogate.") }
          highSurrogate = true
        case 0xDC00...0xDFFF:
          if !highSurrogate { throw failure(Self.loneSurrogate) }
          highSurrogate = false
        default:
          if highSurrogate { throw failure(Self.loneSurrogate) }
          if unit == 0 {
            var error = failure("\\u0000 cannot be converted to text.")
            error.state = .untranslatableCharacter
            error.message = "unsupported Unicode escape sequence"
            throw error
          }
        }
      } else {
        if highSurrogate { throw failure(Self.loneSurrogate) }
        guard "\"\\/bfnrt".utf8.contains(bytes[at]) else {
          tokenStart = at
          at += 1
          while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
          throw failure("Escape sequence \"\\\(tokenText)\" is invalid.")
        }
        at += 1
      }
    }
    if highSurrogate { throw failure(Self.loneSurrogate) }
    at += 1
  }

  private static let loneSurrogate = "Unicode low surrogate must follow a high surrogate."

  /// The four digits behind `\u`.
  private mutating func hexadecimal() throws(SQLError) -> UInt32 {
    var unit: UInt32 = 0
    at += 1
    for _ in 0..<4 {
      guard at < bytes.count else { throw invalidToken }
      guard let digit = Character(UnicodeScalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else {
        at += 1
        while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
        throw failure("\"\\u\" must be followed by four hexadecimal digits.")
      }
      unit = unit << 4 | UInt32(digit)
      at += 1
    }
    return unit
  }

  // MARK: Errors

  private func failure(_ detail: String) -> SQLError {
    var error = SQLError(.invalidTextRepresentation, "invalid input syntax for type json", detail: detail)
    error.context = [place]
    return error
  }

  /// The line with up to fifty bytes before the error, as PostgreSQL shows it.
  private var place: String {
    let before = bytes[..<Swift.min(tokenStart, bytes.count)]
    let lineStart = before.lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    let lineNumber = 1 + before.count { $0 == 0x0A }
    var start = lineStart
    while start < at, at - start >= 50 {
      start += 1
      while start < at, bytes[start] & 0xC0 == 0x80 { start += 1 }
    }
    if start - lineStart <= 3 { start = lineStart }
    let hasMore = !isAtEnd && at < bytes.count && bytes[at] != 0x0A && bytes[at] != 0x0D
    let excerpt = String(decoding: bytes[start..<at], as: UTF8.self)
    return "JSON data, line \(lineNumber): \(start > lineStart ? "..." : "")\(excerpt)\(hasMore ? "..." : "")"
  }
}
