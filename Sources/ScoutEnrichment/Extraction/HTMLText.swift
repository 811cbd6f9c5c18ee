/// HTML's text with its character references decoded.
enum HTMLText {
  /// Decodes text of an element, or of an attribute's value.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - limit: At most so many bytes are made; the rest is left out.
  static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, isAttribute: Bool = false, limit: Int = .max) -> String {
    guard bytes.contains(0x26) else {
      return String(decoding: bytes.count > limit ? cut(bytes, limit) : bytes, as: UTF8.self)
    }
    var output: [UInt8] = []
    output.reserveCapacity(min(bytes.count, limit))
    append(bytes, isAttribute: isAttribute, limit: limit, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The first bytes, without a character that the cut would divide.
  private static func cut(_ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int) -> UnsafeBufferPointer<UInt8> {
    var end = max(0, limit)
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[..<end])
  }

  /// Appends the decoded text until `output` holds `limit` bytes.
  static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, isAttribute: Bool = false, limit: Int, to output: inout [UInt8]
  ) {
    var at = 0
    while at < bytes.count, output.count < limit {
      let byte = bytes[at]
      guard byte == 0x26 else {
        output.append(byte)
        at += 1
        continue
      }
      if let (scalars, end) = reference(bytes, at, isAttribute: isAttribute) {
        for scalar in scalars { output.append(contentsOf: String(Character(scalar)).utf8) }
        at = end
      } else {
        output.append(byte)
        at += 1
      }
    }
    if at < bytes.count || output.count > limit { dropPartialCharacter(&output) }
  }

  /// A cut must not leave the beginning of a character.
  private static func dropPartialCharacter(_ output: inout [UInt8]) {
    guard let lead = output.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }), output[lead] >= 0xC0 else { return }
    let length = output[lead] >= 0xF0 ? 4 : output[lead] >= 0xE0 ? 3 : 2
    if output.count - lead < length { output.removeSubrange(lead...) }
  }

  /// The reference that begins at the ampersand, and where it ends; nil when it is none.
  private static func reference(_ bytes: UnsafeBufferPointer<UInt8>, _ ampersand: Int, isAttribute: Bool) -> (
    [Unicode.Scalar], Int
  )? {
    var at = ampersand + 1
    guard at < bytes.count else { return nil }
    if bytes[at] == 0x23 { return numeric(bytes, at + 1) }
    let start = at
    while at < bytes.count, at - start <= HTMLEntities.longestName, isAlphanumeric(bytes[at]) { at += 1 }
    guard at > start else { return nil }
    let name = Array(bytes[start..<at])
    if at < bytes.count, bytes[at] == 0x3B, let entity = HTMLEntities.all[name] { return (entity.scalars, at + 1) }
    // Without a semicolon the longest known beginning counts, as in `&copy2024`.
    for length in stride(from: min(name.count, HTMLEntities.longestBareName), to: 1, by: -1) {
      guard let entity = HTMLEntities.all[Array(name[..<length])], entity.isBareAllowed else { continue }
      let end = start + length
      // In an attribute `?a=1&copy=2` is left alone.
      if isAttribute, end < bytes.count, bytes[end] == 0x3D || isAlphanumeric(bytes[end]) { return nil }
      return (entity.scalars, end)
    }
    return nil
  }

  private static func numeric(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> ([Unicode.Scalar], Int)? {
    var at = start
    let isHexadecimal = at < bytes.count && bytes[at] | 0x20 == 0x78
    if isHexadecimal { at += 1 }
    let digitStart = at
    var value: UInt32 = 0
    while at < bytes.count, let digit = digit(bytes[at], isHexadecimal) {
      value = min(value * (isHexadecimal ? 16 : 10) + digit, 0x110000)
      at += 1
    }
    guard at > digitStart else { return nil }
    if at < bytes.count, bytes[at] == 0x3B { at += 1 }
    if (0x80...0x9F).contains(value) { value = UInt32(windows1252[Int(value - 0x80)]) }
    let scalar = value == 0 ? nil : Unicode.Scalar(value)
    return ([scalar ?? "\u{FFFD}"], at)
  }

  private static func digit(_ byte: UInt8, _ isHexadecimal: Bool) -> UInt32? {
    if byte &- 0x30 < 10 { return UInt32(byte - 0x30) }
    guard isHexadecimal, (byte | 0x20) &- 0x61 < 6 else { return nil }
    return UInt32((byte | 0x20) - 0x61 + 10)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }

  /// What the bytes 0x80 to 0x9F mean in windows-1252.
  /// Source: <https://encoding.spec.whatwg.org/index-windows-1252.txt>
  static let windows1252: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]
}

/// The named character references, read from their table at the first use.
enum HTMLEntities {
  struct Entity: Sendable {
    var scalars: [Unicode.Scalar]
    var isBareAllowed: Bool
  }

  static let longestName = 31
  /// `frac12`, `Ntilde` and their like.
  static let longestBareName = 6

  static let all: [[UInt8]: Entity] = {
    var all: [[UInt8]: Entity] = [:]
    for entry in HTMLEntityTable.text.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
      guard let sign = entry.firstIndex(where: { $0 == 0x3D || $0 == 0x21 }) else { continue }
      let scalars = entry[entry.index(after: sign)...].split(separator: 0x2C).compactMap { digits in
        UInt32(Substring(digits), radix: 16).flatMap(Unicode.Scalar.init)
      }
      all[Array(entry[..<sign])] = Entity(scalars: scalars, isBareAllowed: entry[sign] == 0x21)
    }
    return all
  }()
}

extension String {
  /// Without white space at the ends, and with one space for each run of it inside; no-break spaces included.
  func collapsingWhitespace() -> String {
    if isCollapsed { return self }
    var result = String.UnicodeScalarView()
    var isPending = false
    for scalar in unicodeScalars {
      let isSpace =
        scalar.value < 0x80 ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
      if isSpace || scalar == "\u{200B}" || scalar == "\u{FEFF}" || scalar == "\0" {
        isPending = !result.isEmpty
        continue
      }
      if isPending { result.append(" ") }
      isPending = false
      result.append(scalar)
    }
    return String(result)
  }

  /// Whether it is ASCII without anything to collapse, as most texts are.
  private var isCollapsed: Bool {
    var last: UInt8 = 0x20
    for byte in utf8 {
      guard byte > 0x20 || (byte == 0x20 && last != 0x20), byte < 0x7F else { return false }
      last = byte
    }
    return last != 0x20 || isEmpty
  }
}
