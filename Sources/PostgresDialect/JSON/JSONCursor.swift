/// What is wrong with a JSON text, and where.
public struct JSONTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The offset of the first byte at fault, from 0.
  public var offset: Int
  /// What was expected there.
  public var reason: String

  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String { "column \(offset + 1): \(reason)" }
}

/// A string's place in the input, its quotes left out.
package struct JSONStringToken {
  package var start: Int
  package var end: Int
  /// Nothing in it needs unescaping; its bytes are also what PostgreSQL prints between quotes.
  package var isPlain: Bool

  @inlinable package init(start: Int, end: Int, isPlain: Bool) {
    self.start = start
    self.end = end
    self.isPlain = isPlain
  }
}

/// A number's place in the input.
package struct JSONNumberToken {
  package var start: Int
  package var end: Int
  /// PostgreSQL prints it with the same bytes: no exponent, no negative zero.
  package var isCanonical: Bool

  @inlinable package init(start: Int, end: Int, isCanonical: Bool) {
    self.start = start
    self.end = end
    self.isCanonical = isCanonical
  }
}

/// Reads tokens of RFC 8259 JSON from bytes that somebody else keeps alive.
///
/// The rules are PostgreSQL's for `jsonb`: `\u0000` and lone surrogates are refused.
/// Source: <https://www.postgresql.org/docs/15/datatype-json.html>
package struct JSONCursor {
  package let base: UnsafePointer<UInt8>
  package let end: Int
  package var at: Int

  package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // An empty buffer may have no address; any will do, because nothing is read through it.
    base = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
    end = bytes.count
    at = 0
  }

  @inlinable @inline(__always)
  package mutating func skipSpace() {
    while at < end {
      let byte = base[at]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      at += 1
    }
  }

  /// The next byte that is not white space; 0 at the end (a NUL byte is no token either).
  @inlinable @inline(__always)
  package mutating func peek() -> UInt8 {
    skipSpace()
    return at < end ? base[at] : 0
  }

  @inlinable @inline(__always)
  package mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte, at < end else { return false }
    at += 1
    return true
  }

  @inline(never)
  package func unexpected(_ expected: String) -> JSONTextError {
    guard at < end else { return JSONTextError(offset: end, reason: "the text ends where \(expected) was expected") }
    return JSONTextError(offset: at, reason: "expected \(expected), got \(JSONCursor.name(of: base[at]))")
  }

  package static func name(of byte: UInt8) -> String {
    switch byte {
    case 0: "a NUL byte"
    case 0x21...0x7E: "\"\(Character(UnicodeScalar(byte)))\""
    default: "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }

  /// Reads a string; the cursor stands on its opening quote.
  @inlinable @inline(__always)
  package mutating func string() throws(JSONTextError) -> JSONStringToken {
    at += 1
    let start = at
    var position = at
    // Eight bytes at a time: stop at a quote, a backslash, a control character or a byte over 0x7F.
    while position &+ 8 <= end {
      let word = UInt64(littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
      let quote = word ^ 0x2222_2222_2222_2222
      let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let ones: UInt64 = 0x0101_0101_0101_0101
      let found =
        (((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | ((word &- (ones &* 0x20)) & ~word) | word)
        & 0x8080_8080_8080_8080
      if found != 0 {
        position &+= found.trailingZeroBitCount >> 3
        if base[position] == 0x22 {
          at = position &+ 1
          return JSONStringToken(start: start, end: position, isPlain: true)
        }
        break
      }
      position &+= 8
    }
    return try stringTail(from: start, position: position)
  }

  @inline(never)
  private mutating func stringTail(from start: Int, position: Int) throws(JSONTextError) -> JSONStringToken {
    var position = position
    var isPlain = true
    while position < end {
      let byte = base[position]
      switch byte {
      case 0x22:
        at = position + 1
        return JSONStringToken(start: start, end: position, isPlain: isPlain)
      case 0x5C:
        isPlain = false
        position = try escape(at: position)
      case 0..<0x20:
        throw JSONTextError(
          offset: position,
          reason: byte == 0
            ? "a NUL byte inside a string" : "a control character inside a string must be escaped (0x\(hex(byte)))")
      case 0x80...:
        let length = UTF8Check.scalarLength(base + position, end - position)
        guard length > 0 else { throw JSONTextError(offset: position, reason: "invalid UTF-8 (byte 0x\(hex(byte)))") }
        position += length
      default:
        position += 1
      }
    }
    throw JSONTextError(offset: start - 1, reason: "the string that starts here is not closed")
  }

  private func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// Checks the escape sequence at `position` and returns the offset after it, after both halves of a surrogate pair.
  private func escape(at position: Int) throws(JSONTextError) -> Int {
    guard position + 1 < end else { throw JSONTextError(offset: position, reason: "the text ends inside an escape") }
    switch base[position + 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
      return position + 2
    case 0x75:
      guard let unit = hexUnit(at: position + 2) else {
        throw JSONTextError(offset: position, reason: "\\u must be followed by four hexadecimal digits")
      }
      if unit == 0 {
        throw JSONTextError(offset: position, reason: "\\u0000 cannot be stored in a text (PostgreSQL refuses it too)")
      }
      guard unit & 0xF800 == 0xD800 else { return position + 6 }
      guard unit < 0xDC00, position + 7 < end, base[position + 6] == 0x5C, base[position + 7] == 0x75,
        let low = hexUnit(at: position + 8), low & 0xFC00 == 0xDC00
      else { throw JSONTextError(offset: position, reason: "half of a surrogate pair stands alone") }
      return position + 12
    default:
      throw JSONTextError(
        offset: position, reason: "unknown escape: a backslash before \(JSONCursor.name(of: base[position + 1]))")
    }
  }

  private func hexUnit(at position: Int) -> UInt32? {
    guard position + 4 <= end else { return nil }
    var value: UInt32 = 0
    for offset in 0..<4 {
      let byte = base[position + offset]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Appends a string's characters, unescaped. The token has been checked by ``string()``.
  package func appendDecoded(_ token: JSONStringToken, to output: ByteSlab) {
    if token.isPlain {
      output.append(base + token.start, token.end - token.start)
      return
    }
    var position = token.start
    while position < token.end {
      let byte = base[position]
      guard byte == 0x5C else {
        output.append(byte)
        position += 1
        continue
      }
      switch base[position + 1] {
      case 0x62: output.append(0x08)
      case 0x66: output.append(0x0C)
      case 0x6E: output.append(0x0A)
      case 0x72: output.append(0x0D)
      case 0x74: output.append(0x09)
      case 0x75:
        var scalar = hexUnit(at: position + 2) ?? 0xFFFD
        position += 4
        if scalar & 0xFC00 == 0xD800 {
          let low = hexUnit(at: position + 4) ?? 0xDC00
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
          position += 6
        }
        if let scalar = UnicodeScalar(scalar) { for unit in UTF8.encode(scalar) ?? .init() { output.append(unit) } }
      case let other: output.append(other)
      }
      position += 2
    }
  }

  /// Reads a number; the cursor stands on `-` or a digit.
  @inlinable @inline(__always)
  package mutating func number() throws(JSONTextError) -> JSONNumberToken {
    let start = at
    var isCanonical = true
    if base[at] == 0x2D {
      at += 1
      // Minus zero loses its sign in PostgreSQL's numeric, so a leading zero needs a second look.
      if at < end, base[at] == 0x30 { isCanonical = false }
    }
    let integerStart = at
    skipDigits()
    guard at > integerStart else { throw unexpected("a digit") }
    if base[integerStart] == 0x30, at - integerStart > 1 {
      throw JSONTextError(offset: start, reason: "a number must not start with a superfluous zero")
    }
    if at < end, base[at] == 0x2E {
      at += 1
      let fractionStart = at
      skipDigits()
      guard at > fractionStart else { throw unexpected("a digit after the decimal point") }
    }
    if at < end, base[at] | 0x20 == 0x65 {
      isCanonical = false
      at += 1
      if at < end, base[at] == 0x2B || base[at] == 0x2D { at += 1 }
      let exponentStart = at
      skipDigits()
      guard at > exponentStart else { throw unexpected("a digit in the exponent") }
    }
    return JSONNumberToken(start: start, end: at, isCanonical: isCanonical)
  }

  @inline(__always)
  private mutating func skipDigits() {
    while at < end, base[at] &- 0x30 < 10 { at &+= 1 }
  }

  /// Steps over `true`, `false` or `null`, whose first letter was seen.
  @inlinable @inline(__always)
  package mutating func literal(_ text: StaticString) throws(JSONTextError) {
    let length = text.utf8CodeUnitCount
    guard at + length <= end else { throw unexpected("a JSON value") }
    let pointer = text.utf8Start
    for offset in 0..<length where base[at + offset] != pointer[offset] { throw unexpected("a JSON value") }
    at += length
  }
}

/// Well-formed UTF-8, Unicode 15 table 3-7.
package enum UTF8Check {
  /// The length of the multi-byte scalar at `bytes`, or 0 when it is not well-formed.
  package static func scalarLength(_ bytes: UnsafePointer<UInt8>, _ available: Int) -> Int {
    @inline(__always) func tail(_ index: Int) -> Bool { bytes[index] & 0xC0 == 0x80 }
    switch bytes[0] {
    case 0..<0x80:
      return 1
    case 0xC2...0xDF:
      return available >= 2 && tail(1) ? 2 : 0
    case 0xE0...0xEF:
      guard available >= 3, tail(1), tail(2) else { return 0 }
      if bytes[0] == 0xE0, bytes[1] < 0xA0 { return 0 }
      if bytes[0] == 0xED, bytes[1] > 0x9F { return 0 }
      return 3
    case 0xF0...0xF4:
      guard available >= 4, tail(1), tail(2), tail(3) else { return 0 }
      if bytes[0] == 0xF0, bytes[1] < 0x90 { return 0 }
      if bytes[0] == 0xF4, bytes[1] > 0x8F { return 0 }
      return 4
    default:
      return 0
    }
  }

  /// The offset of the first byte that is not well-formed UTF-8.
  package static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var position = 0
    while position < bytes.count {
      if position + 8 <= bytes.count,
        UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        position += 8
        continue
      }
      let length = scalarLength(base + position, bytes.count - position)
      if length == 0 { return position }
      position += length
    }
    return nil
  }
}
