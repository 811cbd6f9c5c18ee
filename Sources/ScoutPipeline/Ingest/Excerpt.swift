/// Short readable pieces of records for messages.
enum Excerpt {
  /// At most `limit` bytes as text, cut between characters, with an ellipsis when cut.
  static func text(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> String {
    if bytes.count <= limit { return String(decoding: bytes, as: UTF8.self) }
    var end = limit
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self) + "…"
  }

  /// All of `bytes` as text that PostgreSQL could store: NUL and invalid UTF-8 become U+FFFD.
  static func storable(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
  }

  /// A value for an issue.
  static func short(_ text: String) -> String {
    var text = text
    return text.withUTF8 { Excerpt.text($0, limit: 200) }
  }
}
