/// How PostgreSQL reads and writes the plain types: booleans, integers, floats and UUIDs.
///
/// The readers accept blanks around a value where PostgreSQL does, and throw its errors.
public enum ValueText {
  static func malformed(_ type: String, _ text: String) -> SQLError {
    SQLError(.invalidTextRepresentation, "invalid input syntax for type \(type): \"\(text)\"")
  }

  // MARK: Booleans

  /// Reads `true`, `yes`, `on`, `1`, `false`, `no`, `off`, `0` or an unambiguous beginning of one, in any case.
  public static func boolean(_ text: String) throws(SQLError) -> Bool {
    let word = ASCII.lowercased(trimmed(text))
    switch word {
    case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1": return true
    case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0": return false
    default: throw malformed("boolean", text)
    }
  }

  /// The text of a boolean column: `t` or `f`.
  public static func text(_ value: Bool) -> String { value ? "t" : "f" }

  /// The text of a boolean cast to text: `true` or `false`.
  public static func castText(_ value: Bool) -> String { value ? "true" : "false" }

  // MARK: Integers

  public static func int16(_ text: String) throws(SQLError) -> Int16 { try integer(text, typeName: "smallint") }
  public static func int32(_ text: String) throws(SQLError) -> Int32 { try integer(text, typeName: "integer") }
  public static func int64(_ text: String) throws(SQLError) -> Int64 { try integer(text, typeName: "bigint") }

  private static func integer<Value: FixedWidthInteger & SignedInteger>(
    _ text: String, typeName: String
  ) throws(SQLError) -> Value {
    var copy = text
    let (value, overflows): (Value?, Bool) = copy.withUTF8 { bytes in
      var index = 0
      while index < bytes.count, ASCII.isSpace(bytes[index]) { index += 1 }
      var isNegative = false
      if index < bytes.count, bytes[index] == ASCII.minus || bytes[index] == ASCII.plus {
        isNegative = bytes[index] == ASCII.minus
        index += 1
      }
      let start = index
      // The sum is kept negative, so that the least value needs no special case.
      var value: Value = 0
      while index < bytes.count, ASCII.isDigit(bytes[index]) {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.subtractingReportingOverflow(Value(bytes[index] - ASCII.zero))
        // PostgreSQL 15 reports the overflow before it looks at what follows the digits.
        if overflow || carry { return (nil, true) }
        value = sum
        index += 1
      }
      if index == start { return (nil, false) }
      while index < bytes.count, ASCII.isSpace(bytes[index]) { index += 1 }
      if index < bytes.count { return (nil, false) }
      if isNegative { return (value, false) }
      return value == .min ? (nil, true) : (-value, false)
    }
    if let value { return value }
    if overflows {
      throw SQLError(.numericValueOutOfRange, "value \"\(text)\" is out of range for type \(typeName)")
    }
    throw malformed(typeName, text)
  }

  // MARK: UUIDs

  /// Reads the forms of a UUID (any case, optional braces, a hyphen after any group of four digits) and returns
  /// the standard one: lower case, 8-4-4-4-12.
  public static func uuid(_ text: String) throws(SQLError) -> String {
    var copy = text
    let canonical: String? = copy.withUTF8 { canonicalUUID($0) }
    guard let canonical else { throw malformed("uuid", text) }
    return canonical
  }

  private static func canonicalUUID(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var index = 0
    var end = bytes.count
    if end > 0, bytes[0] == UInt8(ascii: "{") {
      guard bytes[end - 1] == UInt8(ascii: "}"), end > 1 else { return nil }
      index = 1
      end -= 1
    }
    var digits: [UInt8] = []
    digits.reserveCapacity(36)
    var count = 0
    while count < 32 {
      guard index < end else { return nil }
      let byte = ASCII.lowercased(bytes[index])
      guard ASCII.isDigit(byte) || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f")) else { return nil }
      if count == 8 || count == 12 || count == 16 || count == 20 { digits.append(ASCII.minus) }
      digits.append(byte)
      count += 1
      index += 1
      if count % 4 == 0, count < 32, index < end, bytes[index] == ASCII.minus { index += 1 }
    }
    return index == end ? String(decoding: digits, as: UTF8.self) : nil
  }

  static func trimmed(_ text: String) -> Substring {
    var utf8 = text.utf8[...]
    while let first = utf8.first, ASCII.isSpace(first) { utf8 = utf8.dropFirst() }
    while let last = utf8.last, ASCII.isSpace(last) { utf8 = utf8.dropLast() }
    return text[utf8.startIndex..<utf8.endIndex]
  }
}

extension ValueText {
  /// Reads a `bytea`: `\x` and hexadecimal digits, or the escape form with `\\` and octal `\nnn`.
  ///
  /// - Throws: 22P02 for a malformed escape, 22023 for bad digits.
  /// Source: <https://www.postgresql.org/docs/15/datatype-binary.html>
  public static func bytes(_ text: String) throws(SQLError) -> [UInt8] {
    let input = Array(text.utf8)
    if input.count >= 2, input[0] == UInt8(ascii: "\\"), input[1] == UInt8(ascii: "x") {
      return try hexadecimal(input[2...], text)
    }
    var bytes: [UInt8] = []
    var index = 0
    while index < input.count {
      guard input[index] == UInt8(ascii: "\\") else {
        bytes.append(input[index])
        index += 1
        continue
      }
      if index + 1 < input.count, input[index + 1] == UInt8(ascii: "\\") {
        bytes.append(input[index])
        index += 2
        continue
      }
      let digits = input[(index + 1)...].prefix(3)
      guard digits.count == 3, digits.allSatisfy({ $0 >= ASCII.zero && $0 <= ASCII.zero + 7 }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      else { throw SQLError(.invalidTextRepresentation, "invalid input syntax for type bytea") }
      bytes.append(value)
      index += 4
    }
    return bytes
  }

  /// `\x` and two hexadecimal digits a byte, as `bytea_output = hex` writes it.
  package static func bytea(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "x")]
    text.reserveCapacity(2 + bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a bit string: binary digits, or hexadecimal ones behind an x.
  ///
  /// - Returns: The binary digits.
  /// - Throws: 22P02 for another character.
  package static func bits(_ text: String) throws(SQLError) -> String {
    var digits = Substring(text)
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    if isHexadecimal || digits.first == "b" || digits.first == "B" { digits = digits.dropFirst() }
    var bits = ""
    for digit in digits {
      guard let value = digit.isASCII ? digit.hexDigitValue : nil, isHexadecimal || value < 2 else {
        throw SQLError(
          .invalidTextRepresentation,
          "\"\(digit)\" is not a valid \(isHexadecimal ? "hexadecimal" : "binary") digit")
      }
      if isHexadecimal {
        for shift in [3, 2, 1, 0] { bits.append(value >> shift & 1 == 1 ? "1" : "0") }
      } else {
        bits.append(value == 1 ? "1" : "0")
      }
    }
    return bits
  }

  /// Pairs of hexadecimal digits, with blanks between pairs.
  package static func hexadecimal(_ digits: ArraySlice<UInt8>, _ text: String) throws(SQLError) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = digits.startIndex
    while index < digits.endIndex {
      if ASCII.isSpace(digits[index]) {
        index += 1
        continue
      }
      let high = try hexadecimalDigit(digits, index)
      index += 1
      guard index < digits.endIndex else {
        throw SQLError(.invalidParameterValue, "invalid hexadecimal data: odd number of digits")
      }
      bytes.append(high << 4 | (try hexadecimalDigit(digits, index)))
      index += 1
    }
    return bytes
  }

  private static func hexadecimalDigit(_ digits: ArraySlice<UInt8>, _ index: Int) throws(SQLError) -> UInt8 {
    let byte = ASCII.lowercased(digits[index])
    if ASCII.isDigit(byte) { return byte - ASCII.zero }
    if (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) { return byte - UInt8(ascii: "a") + 10 }
    let rest = String(decoding: digits[index...], as: UTF8.self)
    let character = rest.first.map { String($0) } ?? ""
    throw SQLError(.invalidParameterValue, "invalid hexadecimal digit: \"\(character)\"")
  }
}
