extension [UInt8] {
  /// Appends the UTF-8 of a literal without building a `String`.
  mutating func append(_ literal: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Appends a decimal number, padded with zeros up to `width` digits (the sign comes first and is not counted).
  mutating func append(number: Int, width: Int = 1) {
    var magnitude = number.magnitude
    if number < 0 { append(UInt8(ascii: "-")) }
    var divisor: UInt = 1
    var digits = 1
    while digits < width || magnitude / divisor >= 10 {
      divisor *= 10
      digits += 1
    }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / divisor))
      magnitude %= divisor
      divisor /= 10
    }
  }

  /// Appends hundredths with two decimals: 4500 is `45.00`.
  mutating func append(hundredths: Int) {
    if hundredths < 0 { append(UInt8(ascii: "-")) }
    let magnitude = Int(clamping: hundredths.magnitude)
    append(number: magnitude / 100)
    append(UInt8(ascii: "."))
    append(number: magnitude % 100, width: 2)
  }

  /// Appends a JSON string: quotes, backslashes and control characters escaped, everything else as UTF-8.
  mutating func append(jsonString text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0..<0x20:
        append("\\u00")
        append(Self.hexDigits[Int(byte >> 4)])
        append(Self.hexDigits[Int(byte & 15)])
      default: append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a CSV field, quoted where RFC 4180 asks for it.
  mutating func append(csvField text: String) {
    let needsQuotes = text.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
    }
    guard needsQuotes else { return append(contentsOf: text.utf8) }
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { append(byte) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}
