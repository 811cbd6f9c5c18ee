/// The bytes and byte classes that the readers of values need.
///
/// PostgreSQL classifies by the C locale here, so that letters are ASCII letters.
enum ASCII {
  static let zero = UInt8(ascii: "0")
  static let minus = UInt8(ascii: "-")
  static let plus = UInt8(ascii: "+")
  static let point = UInt8(ascii: ".")
  static let colon = UInt8(ascii: ":")
  static let space = UInt8(ascii: " ")
  static let slash = UInt8(ascii: "/")
  static let underscore = UInt8(ascii: "_")

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  /// What C's `isspace` accepts.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool { byte == space || byte &- 9 < 5 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

  @inline(__always)
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  @inline(__always)
  static func isPunctuation(_ byte: UInt8) -> Bool { byte > 32 && byte < 127 && !isAlphanumeric(byte) }

  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

  /// Whether `bytes` is `word`, which is in lower case.
  static func equalsIgnoringCase(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    for index in bytes.indices where lowercased(bytes[index]) != word.utf8Start[index] { return false }
    return true
  }

  /// A text with its ASCII letters in lower case.
  static func lowercased(_ text: some StringProtocol) -> String {
    String(decoding: text.utf8.map { lowercased($0) }, as: UTF8.self)
  }
}
