#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A page's bytes as UTF-8, whatever encoding it declares.
///
/// In the order of the HTML standard: a byte order mark, the transport's `charset`, a `meta` in the first 1024 bytes;
/// without any of these UTF-8 when the bytes are that, and windows-1252 when they are not. What is invalid becomes
/// U+FFFD.
/// Source: <https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding>
enum PageText {
  /// - Parameter contentType: The transport's header, such as `text/html; charset=gbk`.
  static func utf8(_ bytes: [UInt8], contentType: String? = nil) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return repaired(Array(bytes.dropFirst(3))) }
    if bytes.starts(with: [0xFE, 0xFF]) { return converted(Array(bytes.dropFirst(2)), from: "UTF-16BE") }
    if bytes.starts(with: [0xFF, 0xFE]) { return converted(Array(bytes.dropFirst(2)), from: "UTF-16LE") }
    let declared = contentType.flatMap { charset(in: Array($0.utf8)[...]) } ?? metaCharset(bytes)
    guard let declared, let name = encodingName(declared) else {
      return isUTF8(bytes) ? bytes : windows1252(bytes)
    }
    switch name {
    case "UTF-8": return repaired(bytes)
    case "WINDOWS-1252": return windows1252(bytes)
    default: return converted(bytes, from: name)
    }
  }

  // MARK: Declarations

  /// The label behind `charset=`; nil when there is none.
  static func charset(in bytes: ArraySlice<UInt8>) -> String? {
    let key = Array("charset".utf8)
    var at = bytes.startIndex
    while at + key.count < bytes.endIndex {
      guard (0..<key.count).allSatisfy({ bytes[at + $0] | 0x20 == key[$0] }) else {
        at += 1
        continue
      }
      at += key.count
      while at < bytes.endIndex, bytes[at] <= 0x20 { at += 1 }
      guard at < bytes.endIndex, bytes[at] == 0x3D else { continue }
      at += 1
      while at < bytes.endIndex, bytes[at] <= 0x20 || bytes[at] == 0x22 || bytes[at] == 0x27 { at += 1 }
      let label = bytes[at...].prefix { byte in
        byte > 0x20 && byte != 0x22 && byte != 0x27 && byte != 0x3B && byte != 0x3E && byte != 0x2F
      }
      if !label.isEmpty { return String(decoding: label, as: UTF8.self).lowercased() }
    }
    return nil
  }

  private static func metaCharset(_ bytes: [UInt8]) -> String? {
    let head = Array(bytes.prefix(1024))
    let label = head.withUnsafeBufferPointer { buffer -> String? in
      var tokenizer = HTMLTokenizer(buffer)
      while true {
        switch tokenizer.next() {
        case .end: return nil
        case .startTag where tokenizer.name == HTMLName.meta:
          if let value = tokenizer.value(HTMLName.charset) {
            return String(decoding: tokenizer.bytes(value), as: UTF8.self).lowercased()
          }
          if tokenizer.value(HTMLName.httpEquiv) != nil, let value = tokenizer.value(HTMLName.content) {
            if let label = charset(in: Array(tokenizer.bytes(value))[...]) { return label }
          }
        default: continue
        }
      }
    }
    // A page that says UTF-16 in ASCII letters is not UTF-16.
    return label.map { $0.hasPrefix("utf-16") ? "utf-8" : $0 }
  }

  /// iconv's name of a label; nil for an unknown one.
  /// Source: <https://encoding.spec.whatwg.org/#names-and-labels>
  private static func encodingName(_ label: String) -> String? {
    switch label {
    case "utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8": return "UTF-8"
    case "ascii", "us-ascii", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1", "cp1252", "windows-1252",
      "x-cp1252", "ansi_x3.4-1968":
      return "WINDOWS-1252"
    case "utf-16", "utf-16le", "unicode", "ucs-2": return "UTF-16LE"
    case "utf-16be": return "UTF-16BE"
    case "gb2312", "gbk", "gb_2312-80", "x-gbk", "chinese", "gb18030": return "GB18030"
    case "big5", "big5-hkscs", "x-x-big5", "cn-big5": return "BIG5-HKSCS"
    case "shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j": return "CP932"
    case "euc-jp", "x-euc-jp": return "EUC-JP"
    case "iso-2022-jp": return "ISO-2022-JP"
    case "euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949": return "CP949"
    case "iso-8859-9", "latin5", "windows-1254": return "WINDOWS-1254"
    case "tis-620", "iso-8859-11", "windows-874": return "CP874"
    case "koi8-r", "koi8", "koi": return "KOI8-R"
    case "koi8-u": return "KOI8-U"
    case "macintosh", "mac": return "MACINTOSH"
    case "ibm866", "cp866": return "CP866"
    default:
      let isPlain = label.utf8.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2D }
      if isPlain, label.hasPrefix("windows-125") || label.hasPrefix("iso-8859-") { return label.uppercased() }
      return nil
    }
  }

  // MARK: Conversion

  /// Whether the bytes are valid UTF-8.
  static func isUTF8(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var at = 0
      // Most pages are ASCII nearly throughout: eight bytes at a time.
      let raw = UnsafeRawBufferPointer(buffer)
      while at < buffer.count {
        while at + 8 <= buffer.count,
          raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          at += 8
        }
        guard at < buffer.count else { return true }
        let byte = buffer[at]
        if byte < 0x80 {
          at += 1
          continue
        }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        guard byte >= 0xC2, byte <= 0xF4, at + length <= buffer.count else { return false }
        for offset in 1..<length where buffer[at + offset] & 0xC0 != 0x80 { return false }
        let second = buffer[at + 1]
        if byte == 0xE0 && second < 0xA0 || byte == 0xED && second >= 0xA0 || byte == 0xF0 && second < 0x90
          || byte == 0xF4 && second >= 0x90
        {
          return false
        }
        at += length
      }
      return true
    }
  }

  private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    isUTF8(bytes) ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  private static func windows1252(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
      if byte < 0x80 {
        output.append(byte)
        continue
      }
      let scalar = byte < 0xA0 ? UInt32(HTMLText.windows1252[Int(byte - 0x80)]) : UInt32(byte)
      if scalar < 0x800 {
        output.append(UInt8(0xC0 | scalar >> 6))
      } else {
        output.append(UInt8(0xE0 | scalar >> 12))
        output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      }
      output.append(UInt8(0x80 | scalar & 0x3F))
    }
    return output
  }

  private static func converted(_ bytes: [UInt8], from name: String) -> [UInt8] {
    guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return windows1252(bytes) }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    // No encoding makes more than three bytes of UTF-8 out of one byte; a replacement has three.
    var output = [UInt8](repeating: 0, count: bytes.count * 3 + 16)
    let written = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBytes { output -> Int in
        var source = input.baseAddress
        var sourceLeft = input.count
        var target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        var targetLeft = output.count
        while sourceLeft > 0 {
          let result = iconv(converter, &source, &sourceLeft, &target, &targetLeft)
          if result != -1 { break }
          guard errno == EILSEQ, targetLeft >= 3, let place = target else { break }
          for (offset, byte) in [0xEF, 0xBF, 0xBD].enumerated() { place[offset] = CChar(bitPattern: UInt8(byte)) }
          target = place + 3
          targetLeft -= 3
          let skipped = min(sourceLeft, name.hasPrefix("UTF-16") ? 2 : 1)
          source = source.map { $0 + skipped }
          sourceLeft -= skipped
        }
        return output.count - targetLeft
      }
    }
    return Array(output[..<written])
  }
}
