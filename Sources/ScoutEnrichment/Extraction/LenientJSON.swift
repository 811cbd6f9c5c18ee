import PostgresDialect

/// Reads JSON-LD as shops write it.
///
/// Beside RFC 8259 it takes what browsers' tools take, and repairs what is commonly broken: comments, `<!--` and
/// `CDATA` around the whole, line breaks and tabs inside strings, a comma too many or too few, single quotes, keys
/// without quotes, `undefined` and `NaN` (no value), `\'`, several values behind one another, a semicolon at the end,
/// brackets that are never closed, quotes written as `&quot;`. What stays unreadable ends the reading; what was read
/// before counts.
///
/// Source: <https://www.w3.org/TR/json-ld11/>
struct LenientJSON {
  /// Deeper values are read over.
  static let maximumDepth = 64
  /// Longer strings are cut.
  static let maximumStringBytes = LinkedData.maximumTextBytes

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Adds what a script says to `data`.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>, into data: inout LinkedData) {
    var reader = LenientJSON(bytes)
    if reader.isEscapedHTML {
      let text = Array(HTMLText.decoded(bytes).utf8)
      text.withUnsafeBufferPointer {
        var reader = LenientJSON($0)
        reader.readAll(&data)
      }
    } else {
      reader.readAll(&data)
    }
  }

  /// Whether the first quote is written as a character reference.
  private var isEscapedHTML: Bool {
    for (index, byte) in bytes.prefix(256).enumerated() {
      if byte == 0x22 || byte == 0x27 { return false }
      if byte == 0x26, bytes.count > index + 6 {
        return bytes[index + 1] | 0x20 == 0x71 || (bytes[index + 1] == 0x23 && bytes[index + 2] == 0x33)
      }
    }
    return false
  }

  // MARK: Values

  private enum Parsed {
    case value(LinkedData.Value)
    case list([LinkedData.Value])
    case nothing
  }

  private mutating func readAll(_ data: inout LinkedData) {
    while true {
      skip()
      guard at < bytes.count else { return }
      if bytes[at] == 0x3B || bytes[at] == 0x2C || bytes[at] == 0x5D || bytes[at] == 0x7D {
        at += 1
        continue
      }
      let start = at
      addRoots(readValue(&data, depth: 0), &data)
      guard at > start else { return }
    }
  }

  private func addRoots(_ parsed: Parsed, _ data: inout LinkedData) {
    let values: [LinkedData.Value] =
      switch parsed {
      case .value(let value): [value]
      case .list(let values): values
      case .nothing: []
      }
    for case .thing(let thing) in values {
      data.roots.append(thing)
      // The members of a graph stand by themselves.
      for value in data.values(thing, "@graph") {
        if case .thing(let member) = value { data.roots.append(member) }
      }
    }
  }

  private mutating func readValue(_ data: inout LinkedData, depth: Int) -> Parsed {
    skip()
    guard at < bytes.count, depth < Self.maximumDepth else {
      at = bytes.count
      return .nothing
    }
    switch bytes[at] {
    case 0x7B: return readObject(&data, depth: depth)
    case 0x5B: return readArray(&data, depth: depth)
    case 0x22, 0x27: return .value(.text(readString()))
    default: return readWord()
    }
  }

  private mutating func readObject(_ data: inout LinkedData, depth: Int) -> Parsed {
    at += 1
    let thing = data.add(isFromScript: true)
    while true {
      skip()
      guard at < bytes.count else { break }
      let byte = bytes[at]
      if byte == 0x7D {
        at += 1
        break
      }
      if byte == 0x2C || byte == 0x3B {
        at += 1
        continue
      }
      // A bracket that closes something else: this object was not closed.
      if byte == 0x5D { break }
      let start = at
      let key = byte == 0x22 || byte == 0x27 ? readString() : readName()
      skip()
      if at < bytes.count, bytes[at] == 0x3A || bytes[at] == 0x3D { at += 1 }
      let parsed = readValue(&data, depth: depth + 1)
      if let thing { add(parsed, as: key, to: thing, &data) }
      if at == start { at += 1 }
    }
    return thing.map { .value(.thing($0)) } ?? .nothing
  }

  private func add(_ parsed: Parsed, as key: String, to thing: Int, _ data: inout LinkedData) {
    let values: [LinkedData.Value] =
      switch parsed {
      case .value(let value): [value]
      case .list(let values): values
      case .nothing: []
      }
    for value in values {
      switch (key, value) {
      case ("@type", .text(let text)): data.addType(text, to: thing)
      case ("@id", .text(let text)): data.setID(text, of: thing)
      case ("@value", .text), ("@value", .number): data.addProperty("@value", value, to: thing)
      default:
        // `{"@value": "x"}` is the text x.
        if case .thing(let inner) = value, let text = data.text(inner, "@value") {
          data.addProperty(key, .text(text), to: thing)
        } else {
          data.addProperty(key, value, to: thing)
        }
      }
    }
  }

  private mutating func readArray(_ data: inout LinkedData, depth: Int) -> Parsed {
    at += 1
    var values: [LinkedData.Value] = []
    while true {
      skip()
      guard at < bytes.count else { break }
      let byte = bytes[at]
      if byte == 0x5D {
        at += 1
        break
      }
      if byte == 0x2C || byte == 0x3B {
        at += 1
        continue
      }
      if byte == 0x7D { break }
      let start = at
      switch readValue(&data, depth: depth + 1) {
      case .value(let value): if values.count < LinkedData.maximumProperties { values.append(value) }
      case .list(let more): if values.count < LinkedData.maximumProperties { values += more }
      case .nothing: break
      }
      if at == start { at += 1 }
    }
    return .list(values)
  }

  // MARK: Scalars

  private mutating func readString() -> String {
    let quote = bytes[at]
    at += 1
    var output: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      if byte == quote {
        // A quote that nobody escaped, as in `"a 6" pan"`: the string ends only where something can follow.
        if isEndOfString { break }
        at += 1
        append(byte, to: &output)
        continue
      }
      at += 1
      guard byte == 0x5C, at < bytes.count else {
        append(byte, to: &output)
        continue
      }
      let escaped = bytes[at]
      at += 1
      switch escaped {
      case 0x6E: append(0x0A, to: &output)
      case 0x74: append(0x09, to: &output)
      case 0x72: append(0x0D, to: &output)
      case 0x62, 0x66: append(0x20, to: &output)
      case 0x75:
        for unit in String(Character(readUnicodeEscape())).utf8 { append(unit, to: &output) }
      default: append(escaped, to: &output)
      }
    }
    if at < bytes.count { at += 1 }
    return String(decoding: output, as: UTF8.self)
  }

  private func append(_ byte: UInt8, to output: inout [UInt8]) {
    if output.count < Self.maximumStringBytes { output.append(byte) }
  }

  /// Whether the quote here is followed by what may follow a string.
  private var isEndOfString: Bool {
    var next = at + 1
    while next < bytes.count, next - at < 64, bytes[next] <= 0x20 { next += 1 }
    guard next < bytes.count else { return true }
    switch bytes[next] {
    case 0x2C:
      // Behind a comma comes a key, a value or the end: `5", wide` goes on with a letter.
      var after = next + 1
      while after < bytes.count, after - next < 256, bytes[after] <= 0x20 { after += 1 }
      guard after < bytes.count else { return true }
      let byte = bytes[after]
      return !((byte | 0x20) &- 0x61 < 26) || isWord(at: after)
    case 0x3A, 0x7D, 0x5D, 0x3B, 0x2F, 0x22, 0x27, 0x3C: return true
    default: return false
    }
  }

  /// Whether a literal, or a key without quotes, stands there.
  private func isWord(at start: Int) -> Bool {
    var end = start
    while end < bytes.count, end - start < 64, bytes[end] > 0x20, bytes[end] != 0x2C, bytes[end] != 0x3A,
      bytes[end] != 0x7D, bytes[end] != 0x5D
    {
      end += 1
    }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    return ["true", "false", "null", "undefined", "NaN"].contains(word) || (end < bytes.count && bytes[end] == 0x3A)
  }

  private mutating func readUnicodeEscape() -> Unicode.Scalar {
    func unit(_ start: Int) -> UInt32? {
      guard start + 4 <= bytes.count else { return nil }
      return UInt32(String(decoding: bytes[start..<start + 4], as: UTF8.self), radix: 16)
    }
    guard let first = unit(at) else { return "\u{FFFD}" }
    at += 4
    if first & 0xFC00 == 0xD800, at + 1 < bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x75,
      let second = unit(at + 2), second & 0xFC00 == 0xDC00
    {
      at += 6
      return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) ?? "\u{FFFD}"
    }
    return first == 0 ? "\u{FFFD}" : Unicode.Scalar(first) ?? "\u{FFFD}"
  }

  private mutating func readName() -> String {
    let start = at
    while at < bytes.count, bytes[at] > 0x20, bytes[at] != 0x3A, bytes[at] != 0x2C, bytes[at] != 0x7D { at += 1 }
    return String(decoding: bytes[start..<min(at, start + 256)], as: UTF8.self)
  }

  private mutating func readWord() -> Parsed {
    let start = at
    while at < bytes.count, bytes[at] > 0x20, bytes[at] != 0x2C, bytes[at] != 0x7D, bytes[at] != 0x5D,
      bytes[at] != 0x3B
    {
      at += 1
    }
    let word = String(decoding: bytes[start..<min(at, start + 256)], as: UTF8.self)
    switch word {
    case "true": return .value(.boolean(true))
    case "false": return .value(.boolean(false))
    case "null", "undefined", "NaN", "": return .nothing
    default:
      let isNumber = word.utf8.allSatisfy { $0 &- 0x30 < 10 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }
      return .value(isNumber ? .number(word) : .text(word))
    }
  }

  // MARK: Between values

  /// Moves over white space, comments and what wraps the whole.
  private mutating func skip() {
    while at < bytes.count {
      let byte = bytes[at]
      if byte <= 0x20 {
        at += 1
      } else if byte == 0x2F, at + 1 < bytes.count, bytes[at + 1] == 0x2F {
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
      } else if byte == 0x2F, at + 1 < bytes.count, bytes[at + 1] == 0x2A {
        at += 2
        while at + 1 < bytes.count, bytes[at] != 0x2A || bytes[at + 1] != 0x2F { at += 1 }
        at = min(at + 2, bytes.count)
      } else if matches("<!--") {
        at += 4
      } else if matches("-->") {
        at += 3
      } else if matches("<![CDATA[") {
        at += 9
      } else if matches("]]>") {
        at += 3
      } else if byte == 0xEF, at + 2 < bytes.count, bytes[at + 1] == 0xBB {
        at += 3
      } else if byte == 0xC2, at + 1 < bytes.count, bytes[at + 1] == 0xA0 {
        at += 2
      } else {
        return
      }
    }
  }

  private func matches(_ text: StaticString) -> Bool {
    guard at + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[at + offset] != text.utf8Start[offset] { return false }
    return true
  }
}
