/// Bytes as text: what `encode` writes and `decode` reads.
/// Source: <https://www.postgresql.org/docs/15/functions-binarystring.html#ENCODE-FORMAT-BASE64>
public enum BinaryText {
  /// - Throws: 22023 for a format other than `hex`, `base64` and `escape`.
  public static func encode(_ bytes: [UInt8], _ format: String) throws(SQLError) -> String {
    switch format.lowercased() {
    case "hex": return hex(bytes)
    case "base64": return base64(bytes)
    case "escape":
      var text: [UInt8] = []
      for byte in bytes {
        if byte == 0 || byte >= 128 {
          let octal = String(byte, radix: 8)
          text += Array(("\\" + String(repeating: "0", count: 3 - octal.count) + octal).utf8)
        } else {
          text += byte == UInt8(ascii: "\\") ? [byte, byte] : [byte]
        }
      }
      return String(decoding: text, as: UTF8.self)
    default: throw unknown(format)
    }
  }

  /// - Throws: 22023 for text that is not of the format, 22P02 for a faulty escape.
  public static func decode(_ text: String, _ format: String) throws(SQLError) -> [UInt8] {
    switch format.lowercased() {
    case "hex": return try decodeHex(text)
    case "base64": return try decodeBase64(text)
    case "escape": return try decodeEscapes(Array(text.utf8))
    default: throw unknown(format)
    }
  }

  private static func unknown(_ format: String) -> SQLError {
    SQLError(.invalidParameterValue, "unrecognized encoding: \"\(format)\"")
  }

  public static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func decodeHex(_ text: String) throws(SQLError) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    for scalar in text.unicodeScalars {
      if [" ", "\n", "\t", "\r"].contains(scalar), high == nil { continue }
      guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
        throw SQLError(.invalidParameterValue, "invalid hexadecimal digit: \"\(scalar)\"")
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    if high != nil {
      throw SQLError(.invalidParameterValue, "invalid hexadecimal data: odd number of digits")
    }
    return bytes
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// In lines of 76 characters, as RFC 2045 has them.
  private static func base64(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var lineLength = 0
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<Swift.min(start + 3, bytes.count)]
      let value = chunk.enumerated().reduce(0) { $0 | UInt32($1.element) << (16 - 8 * UInt32($1.offset)) }
      for index in 0..<4 {
        text.append(index <= chunk.count ? alphabet[Int(value >> (18 - 6 * UInt32(index)) & 63)] : UInt8(ascii: "="))
      }
      lineLength += 4
      if lineLength >= 76 {
        text.append(10)
        lineLength = 0
      }
    }
    // A full last line ends with its line feed too.
    return String(decoding: text, as: UTF8.self)
  }

  private static func decodeBase64(_ text: String) throws(SQLError) -> [UInt8] {
    let corrupted = SQLError(
      .invalidParameterValue, "invalid base64 end sequence",
      hint: "Input data is missing padding, is truncated, or is otherwise corrupted.")
    var bytes: [UInt8] = []
    var value: UInt32 = 0
    var count = 0
    var padding = 0
    for scalar in text.unicodeScalars {
      if [" ", "\n", "\t", "\r"].contains(scalar) { continue }
      var digit: UInt32 = 0
      if scalar == "=" {
        if padding == 0 {
          guard count >= 2 else {
            throw SQLError(.invalidParameterValue, "unexpected \"=\" while decoding base64 sequence")
          }
        }
        padding += 1
      } else {
        guard scalar.isASCII, let index = alphabet.firstIndex(of: UInt8(scalar.value)), padding == 0 else {
          throw SQLError(
            .invalidParameterValue, "invalid symbol \"\(scalar)\" found while decoding base64 sequence")
        }
        digit = UInt32(index)
      }
      value = value << 6 | digit
      count += 1
      if count == 4 {
        bytes.append(UInt8(value >> 16 & 255))
        if padding < 2 { bytes.append(UInt8(value >> 8 & 255)) }
        if padding < 1 { bytes.append(UInt8(value & 255)) }
        (value, count, padding) = (0, 0, 0)
      }
    }
    if count != 0 { throw corrupted }
    return bytes
  }

  private static func decodeEscapes(_ text: [UInt8]) throws(SQLError) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = 0
    func octal(_ offset: Int, _ most: UInt8) -> UInt8? {
      guard index + offset < text.count else { return nil }
      let digit = text[index + offset] &- ASCII.zero
      return digit <= most ? digit : nil
    }
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\") else {
        bytes.append(text[index])
        index += 1
        continue
      }
      if let a = octal(1, 3), let b = octal(2, 7), let c = octal(3, 7) {
        bytes.append(a << 6 | b << 3 | c)
        index += 4
      } else if index + 1 < text.count, text[index + 1] == UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
        index += 2
      } else {
        throw SQLError(.invalidTextRepresentation, "invalid input syntax for type bytea")
      }
    }
    return bytes
  }
}
