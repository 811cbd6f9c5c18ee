/// What tokens stand for: names folded, quotes doubled and escapes resolved.
extension Lexer {
  /// PostgreSQL keeps this many bytes of a name and cuts the rest, never within a character.
  static let longestName = 63

  /// The name that a word or a quoted name stands for.
  func name(of token: Token) -> String {
    if token.kind == .quotedName {
      return Lexer.shortened(undoubled(token.start + 1..<token.end - 1, quote: UInt8(ascii: "\"")))
    }
    let slice = bytes[token.start..<token.end]
    if slice.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) {
      return Lexer.shortened(slice.map(\.lowercasedASCII)[...])
    }
    return Lexer.shortened(slice)
  }

  /// The name without its colon, and without its quotes.
  func parameterName(of token: Token) -> String {
    token.kind == .quotedParameter
      ? text(SourceRange(start: token.start + 2, end: token.end - 1))
      : text(SourceRange(start: token.start + 1, end: token.end))
  }

  /// The text of a string literal; `escape` is what UESCAPE said.
  ///
  /// - Throws: 22025 and 42601 for faulty escapes, 22021 where they make no valid UTF-8.
  func string(of token: Token, escape: UInt8 = UInt8(ascii: "\\")) throws(ParseFailure) -> String {
    switch token.kind {
    case .dollarString: return text(dollarBody(of: token))
    case .escapeString: return try escaped(token)
    case .unicodeString: return try unicode(segments(of: token, prefix: 2)[...], of: token, escape: escape)
    case .string: return String(decoding: segments(of: token, prefix: 0), as: UTF8.self)
    default: return text(token.range)
    }
  }

  /// The range between the dollar quotes.
  func dollarBody(of token: Token) -> SourceRange {
    var tagEnd = token.start + 1
    while bytes[tagEnd] != UInt8(ascii: "$") { tagEnd += 1 }
    let tagLength = tagEnd + 1 - token.start
    return SourceRange(start: token.start + tagLength, end: token.end - tagLength)
  }

  /// The name in `U&"…"`.
  func unicodeName(of token: Token, escape: UInt8 = UInt8(ascii: "\\")) throws(ParseFailure) -> String {
    let body = undoubled(token.start + 3..<token.end - 1, quote: UInt8(ascii: "\""))
    let name = try unicode(body, of: token, escape: escape)
    return Lexer.shortened(Array(name.utf8)[...])
  }

  /// The binary digits of `b'…'` and `x'…'`.
  ///
  /// - Throws: 22P02 for any other character.
  func bits(of token: Token) throws(ParseFailure) -> String {
    let digits = segments(of: token, prefix: 1)
    var bits: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if token.kind == .binaryString, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") {
        bits.append(digit)
      } else if token.kind == .hexadecimalString, let value = digit.hexadecimalValue {
        for shift in [3, 2, 1, 0] as [UInt32] { bits.append(UInt8(ascii: "0") + UInt8((value >> shift) & 1)) }
      } else {
        let kind = token.kind == .binaryString ? "binary" : "hexadecimal"
        let character = String(decoding: digits[index...], as: UTF8.self).first.map(String.init) ?? ""
        throw ParseFailure(
          .invalidTextRepresentation, "\"\(character)\" is not a valid \(kind) digit", at: token.range)
      }
    }
    return String(decoding: bits, as: UTF8.self)
  }

  private static func shortened(_ name: ArraySlice<UInt8>) -> String {
    guard name.count > longestName else { return String(decoding: name, as: UTF8.self) }
    var end = name.startIndex + longestName
    while end > name.startIndex, name[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: name[..<end], as: UTF8.self)
  }

  private func undoubled(_ range: Range<Int>, quote: UInt8) -> ArraySlice<UInt8> {
    guard bytes[range].contains(quote) else { return bytes[range] }
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      result.append(bytes[index])
      index += bytes[index] == quote ? 2 : 1
    }
    return result[...]
  }

  /// The bytes between the quotes of a literal and of its continuations, doubled quotes made single; `prefix` is how
  /// many bytes stand before the first quote.
  private func segments(of token: Token, prefix: Int) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    let first = token.start + prefix + 1
    // Nearly every literal is one piece without quotes in it.
    if !bytes[first..<token.end - 1].contains(quote) { return Array(bytes[first..<token.end - 1]) }
    var result: [UInt8] = []
    var index = first
    while index < token.end - 1 {
      if bytes[index] != quote {
        result.append(bytes[index])
        index += 1
      } else if bytes[index + 1] == quote {
        result.append(quote)
        index += 2
      } else if let continuation = Lexer.continuation(of: bytes, after: index + 1) {
        index = continuation + 1
      } else {
        break
      }
    }
    return result
  }
}

// MARK: - Escapes

extension Lexer {
  private func escaped(_ token: Token) throws(ParseFailure) -> String {
    var text = EscapedText()
    var index = token.start + 2
    while index < token.end - 1 {
      let byte = bytes[index]
      if byte == UInt8(ascii: "'") {
        if bytes[index + 1] == byte {
          try text.append(byte, at: index..<index + 2)
          index += 2
        } else {
          // Only the quote before a continuation stands single within a token.
          index = (Lexer.continuation(of: bytes, after: index + 1) ?? token.end) + 1
        }
      } else if byte == UInt8(ascii: "\\") {
        index = try escapeSequence(at: index, into: &text)
      } else {
        try text.append(byte, at: index..<index + 1)
        index += 1
      }
    }
    return try text.finished(at: token)
  }

  /// Reads one backslash sequence and returns the offset behind it.
  private func escapeSequence(at start: Int, into text: inout EscapedText) throws(ParseFailure) -> Int {
    let letter = bytes[start + 1]
    switch letter {
    case UInt8(ascii: "b"): try text.append(0x08, at: start..<start + 2)
    case UInt8(ascii: "f"): try text.append(0x0C, at: start..<start + 2)
    case UInt8(ascii: "n"): try text.append(0x0A, at: start..<start + 2)
    case UInt8(ascii: "r"): try text.append(0x0D, at: start..<start + 2)
    case UInt8(ascii: "t"): try text.append(0x09, at: start..<start + 2)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      let (value, end) = digits(from: start + 1, atMost: 3, bits: 3)
      try text.append(UInt8(truncatingIfNeeded: value), at: start..<end)
      return end
    case UInt8(ascii: "x") where bytes[start + 2].hexadecimalValue != nil:
      let (value, end) = digits(from: start + 2, atMost: 2, bits: 4)
      try text.append(UInt8(truncatingIfNeeded: value), at: start..<end)
      return end
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let length = letter == UInt8(ascii: "u") ? 4 : 8
      let (value, end) = digits(from: start + 2, atMost: length, bits: 4)
      guard end == start + 2 + length else {
        throw ParseFailure(
          .invalidEscapeSequence, "invalid Unicode escape",
          hint: "Unicode escapes must be \\uXXXX or \\UXXXXXXXX.", at: SourceRange(start: start, end: end))
      }
      try text.append(unicode: value, at: start..<end)
      return end
    default: try text.append(letter, at: start..<start + 2)
    }
    return start + 2
  }

  /// Octal or hexadecimal digits, of three or four bits each.
  private func digits(from start: Int, atMost count: Int, bits: UInt32) -> (value: UInt32, end: Int) {
    var value: UInt32 = 0
    var end = start
    while end < start + count, let digit = bytes[end].hexadecimalValue, digit < 1 << bits {
      value = value << bits | digit
      end += 1
    }
    return (value, end)
  }

  /// Resolves `\XXXX` and `\+XXXXXX` with any escape character.
  private func unicode(
    _ body: ArraySlice<UInt8>, of token: Token, escape: UInt8
  ) throws(ParseFailure) -> String {
    guard body.contains(escape) else { return String(decoding: body, as: UTF8.self) }
    let place = token.start..<token.end
    var text = EscapedText()
    var rest = body
    while let byte = rest.popFirst() {
      guard byte == escape else {
        try text.append(byte, at: place)
        continue
      }
      if rest.first == escape {
        try text.append(escape, at: place)
        rest.removeFirst()
        continue
      }
      let isLong = rest.first == UInt8(ascii: "+")
      if isLong { rest.removeFirst() }
      let length = isLong ? 6 : 4
      let digits = rest.prefix(length).compactMap(\.hexadecimalValue)
      guard digits.count == length else {
        throw ParseFailure(
          .syntaxError, "invalid Unicode escape", hint: "Unicode escapes must be \\XXXX or \\+XXXXXX.", at: token.range)
      }
      rest = rest.dropFirst(length)
      try text.append(unicode: digits.reduce(0) { $0 << 4 | $1 }, at: place)
    }
    return try text.finished(at: token)
  }
}

/// Collects the bytes of a literal, joins surrogate pairs and checks that the whole is UTF-8.
private struct EscapedText {
  private var bytes: [UInt8] = []
  private var highSurrogate: UInt32?

  mutating func append(_ byte: UInt8, at range: Range<Int>) throws(ParseFailure) {
    guard highSurrogate == nil else { throw EscapedText.badPair(range) }
    guard byte != 0 else { throw EscapedText.badBytes("0x00", range) }
    bytes.append(byte)
  }

  mutating func append(unicode value: UInt32, at range: Range<Int>) throws(ParseFailure) {
    switch (value, highSurrogate) {
    case (0xD800...0xDBFF, nil): highSurrogate = value
    case (0xDC00...0xDFFF, let high?):
      highSurrogate = nil
      try append(scalar: 0x10000 + (high & 0x3FF) << 10 + (value & 0x3FF), at: range)
    case (_, nil) where !(0xDC00...0xDFFF).contains(value): try append(scalar: value, at: range)
    default: throw EscapedText.badPair(range)
    }
  }

  private mutating func append(scalar value: UInt32, at range: Range<Int>) throws(ParseFailure) {
    guard value != 0, let scalar = Unicode.Scalar(value) else {
      throw ParseFailure(
        .syntaxError, "invalid Unicode escape value", at: SourceRange(start: range.lowerBound, end: range.upperBound))
    }
    bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
  }

  func finished(at token: Token) throws(ParseFailure) -> String {
    guard highSurrogate == nil else { throw EscapedText.badPair(token.start..<token.end) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw EscapedText.badBytes(
        EscapedText.firstBadByte(bytes), token.start..<token.end)
    }
    return text
  }

  /// The first byte that starts no character, as PostgreSQL writes it.
  private static func firstBadByte(_ bytes: [UInt8]) -> String {
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var good = 0
    while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { good += scalar.count }
    let byte = good < bytes.count ? bytes[good] : 0
    let digits = String(byte, radix: 16)
    return "0x" + (digits.count < 2 ? "0" : "") + digits
  }

  private static func badPair(_ range: Range<Int>) -> ParseFailure {
    ParseFailure(
      .syntaxError, "invalid Unicode surrogate pair", at: SourceRange(start: range.lowerBound, end: range.upperBound))
  }

  private static func badBytes(_ bytes: String, _ range: Range<Int>) -> ParseFailure {
    ParseFailure(
      .characterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": \(bytes)",
      at: SourceRange(start: range.lowerBound, end: range.upperBound))
  }
}
