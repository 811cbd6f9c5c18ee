/// The one way in which this program writes JSON, so that equal values are equal bytes.
///
/// In strings only `"`, `\` and the control characters below U+0020 are escaped, the latter by their short form where
/// there is one and otherwise as `\u00` with lower-case digits. Everything else is UTF-8 as it is.
/// Source: <https://www.rfc-editor.org/rfc/rfc8259>; the escapes are those of RFC 8785, section 3.2.2.2.
public enum JSONFormat {
  /// `text` as a JSON string with its quotes.
  public static func string(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(string: text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds `text` as a JSON string with its quotes.
  public static func append(string text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
        bytes.append(byte)
      } else {
        append(escapeOf: byte, to: &bytes)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func append(escapeOf byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x00..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes += "u00".utf8
      bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: bytes.append(byte)
    }
  }

  /// Adds a value in PostgreSQL's text form as JSON.
  ///
  /// A text that does not fit its type (`NaN`, `Infinity`, a broken document in a json column) becomes a string, so the
  /// output is valid JSON whatever the input.
  static func append(value text: String?, kind: ValueKind, to bytes: inout [UInt8]) {
    guard let text else {
      bytes += "null".utf8
      return
    }
    switch kind {
    case .number where isNumber(text): bytes += text.utf8
    case .boolean where text == "t" || text == "true": bytes += "true".utf8
    case .boolean where text == "f" || text == "false": bytes += "false".utf8
    case .json:
      let count = bytes.count
      if !JSONDocument.appendCompact(text, to: &bytes) {
        bytes.removeLast(bytes.count - count)
        append(string: text, to: &bytes)
      }
    default: append(string: text, to: &bytes)
    }
  }

  /// Whether `text` is a number as JSON spells it.
  static func isNumber(_ text: String) -> Bool {
    // Most numbers are plain digits, and these need no scanner.
    let isDigits = text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    if isDigits && !text.isEmpty && (text.utf8.first != UInt8(ascii: "0") || text.utf8.count == 1) { return true }
    var scanner = JSONDocument(text)
    return scanner.number() && scanner.isAtEnd
  }
}
