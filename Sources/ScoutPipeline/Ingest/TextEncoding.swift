import PostgresDialect

/// How the bytes of a CSV file become characters.
public enum TextEncoding: String, Hashable, Sendable, CaseIterable {
  case utf8 = "utf-8"
  /// ISO 8859-1: every byte is the code point of the same number.
  case latin1 = "iso-8859-1"
  /// ISO 8859-1 with typographic characters at 0x80…0x9F.
  /// Source: <https://encoding.spec.whatwg.org/#windows-1252>, which leaves the five unassigned bytes as control
  /// characters.
  case windows1252 = "windows-1252"

  private static let windowsHigh: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  /// Appends `bytes` as UTF-8.
  func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: ByteSlab) {
    guard let base = bytes.baseAddress else { return }
    if self == .utf8 {
      output.append(base, bytes.count)
      return
    }
    for byte in bytes {
      if byte < 0x80 {
        output.append(byte)
        continue
      }
      let scalar =
        self == .windows1252 && byte < 0xA0 ? TextEncoding.windowsHigh[Int(byte - 0x80)] : UInt16(byte)
      if scalar < 0x800 {
        output.append(0xC0 | UInt8(scalar >> 6))
      } else {
        output.append(0xE0 | UInt8(scalar >> 12))
        output.append(0x80 | UInt8(scalar >> 6 & 0x3F))
      }
      output.append(0x80 | UInt8(scalar & 0x3F))
    }
  }
}
