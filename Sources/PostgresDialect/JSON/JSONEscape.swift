/// Strings as PostgreSQL prints them inside JSON.
package enum JSONEscape {
  /// Appends `text` in quotes. `text` is valid UTF-8 without NUL.
  package static func appendQuoted(_ text: UnsafeRawBufferPointer, to output: ByteSlab) {
    output.append(0x22)
    // What needs no escaping is copied in runs.
    var runStart = 0
    for position in 0..<text.count {
      let byte = text[position]
      guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
      output.append(UnsafeRawBufferPointer(rebasing: text[runStart..<position]))
      runStart = position + 1
      switch byte {
      case 0x22: output.append("\\\"")
      case 0x5C: output.append("\\\\")
      case 0x08: output.append("\\b")
      case 0x0C: output.append("\\f")
      case 0x0A: output.append("\\n")
      case 0x0D: output.append("\\r")
      case 0x09: output.append("\\t")
      default:
        let digits: StaticString = "0123456789abcdef"
        output.append("\\u00")
        output.append(digits.utf8Start[Int(byte >> 4)])
        output.append(digits.utf8Start[Int(byte & 15)])
      }
    }
    output.append(UnsafeRawBufferPointer(rebasing: text[runStart...]))
    output.append(0x22)
  }

  /// The text as a JSON string, quotes included.
  package static func quoted(_ text: String) -> String {
    let output = ByteSlab(capacity: text.utf8.count + 16)
    var text = text
    text.withUTF8 { appendQuoted(UnsafeRawBufferPointer($0), to: output) }
    return String(decoding: UnsafeBufferPointer(start: output.base, count: output.count), as: UTF8.self)
  }
}
