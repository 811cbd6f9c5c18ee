/// Reads a JSON document and writes it again without white space and with canonical strings.
///
/// Order and repetition of keys stay as they are, and so do the digits of numbers. The scanner looks at bytes only, and
/// nesting is bounded, so a hostile document costs neither the stack nor more than linear time.
struct JSONDocument {
  /// How deep arrays and objects may nest.
  static let maximumDepth = 512

  private let bytes: [UInt8]
  private var position = 0
  private var output: [UInt8] = []

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Adds the compact form of `text`.
  ///
  /// - Returns: False when `text` is no JSON document; then `bytes` is as it was.
  static func appendCompact(_ text: String, to bytes: inout [UInt8]) -> Bool {
    var document = JSONDocument(text)
    document.skipSpace()
    guard document.value(depth: 0) else { return false }
    document.skipSpace()
    guard document.isAtEnd else { return false }
    bytes += document.output
    return true
  }

  var isAtEnd: Bool { position == bytes.count }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func value(depth: Int) -> Bool {
    guard depth <= Self.maximumDepth else { return false }
    switch next {
    case UInt8(ascii: "{"): return members(open: "{", close: "}", depth: depth) { $0.member(depth: depth) }
    case UInt8(ascii: "["): return members(open: "[", close: "]", depth: depth) { $0.value(depth: depth + 1) }
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "t"): return word("true")
    case UInt8(ascii: "f"): return word("false")
    case UInt8(ascii: "n"): return word("null")
    default:
      let start = position
      guard number() else { return false }
      output += bytes[start..<position]
      return true
    }
  }

  private mutating func members(
    open: Unicode.Scalar, close: Unicode.Scalar, depth: Int, element: (inout JSONDocument) -> Bool
  ) -> Bool {
    position += 1
    output.append(UInt8(ascii: open))
    skipSpace()
    if !take(UInt8(ascii: close)) {
      repeat {
        skipSpace()
        guard element(&self) else { return false }
        skipSpace()
        guard next == UInt8(ascii: ",") else { break }
        output.append(UInt8(ascii: ","))
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: close)) else { return false }
    }
    output.append(UInt8(ascii: close))
    return true
  }

  private mutating func member(depth: Int) -> Bool {
    guard next == UInt8(ascii: "\""), string() else { return false }
    skipSpace()
    guard take(UInt8(ascii: ":")) else { return false }
    output.append(UInt8(ascii: ":"))
    skipSpace()
    return value(depth: depth + 1)
  }

  private mutating func word(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    output += word.utf8
    return true
  }

  /// Moves over a number: an optional sign, digits without a leading zero, a fraction, an exponent.
  mutating func number() -> Bool {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
    if take(UInt8(ascii: ".")) { guard digits() else { return false } }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() else { return false }
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { position += 1 }
    return position > start
  }

  /// Moves over a string and writes it with the escapes of ``JSONFormat``.
  private mutating func string() -> Bool {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        // A lone surrogate has no UTF-8 form; such a document is given as a string instead.
        guard let valid = String(validating: text, as: UTF8.self) else { return false }
        JSONFormat.append(string: valid, to: &output)
        return true
      case UInt8(ascii: "\\"): guard escape(into: &text) else { return false }
      case 0x00..<0x20: return false
      default: text.append(byte)
      }
    }
    return false
  }

  private mutating func escape(into text: inout [UInt8]) -> Bool {
    guard let byte = next else { return false }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      guard var code = codeUnit() else { return false }
      if code >= 0xD800 && code < 0xDC00 {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = codeUnit(), low >= 0xDC00, low < 0xE000
        else { return false }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { return false }
      text += String(scalar).utf8
    default: return false
    }
    return true
  }

  private mutating func codeUnit() -> UInt32? {
    guard bytes.count - position >= 4 else { return nil }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      code = code << 4 | UInt32(digit)
    }
    position += 4
    return code
  }
}
