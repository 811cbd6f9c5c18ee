extension JSONText {
  /// One step into an object or an array.
  public enum Step: Hashable, Sendable {
    case key(String)
    /// From 0; negative counts from the end.
    case index(Int)
  }

  /// A part of a JSON text.
  public struct Part: Hashable, Sendable {
    /// The part as it stands in the text.
    public var json: String
    /// What `->>` gives: a string without its quotes, null for JSON's null, else the JSON.
    public var text: String?
  }

  /// The part one step inside; nil when there is none, or nothing to step into.
  ///
  /// The bytes are valid JSON, as every stored `json` and `jsonb` is. Of equal keys the last one counts.
  ///
  /// - Throws: 22P05 or 22P02 for an escape in a `json` that no text can hold.
  /// - Complexity: O(*n*) in the length of the text.
  public static func part(of bytes: UnsafeBufferPointer<UInt8>, at step: Step) throws(SQLError) -> Part? {
    try checkEscapes(bytes)
    guard let range = place(of: step, in: bytes, 0..<bytes.count) else { return nil }
    return part(bytes, range)
  }

  /// The part at the end of a path; a path's step is a key in an object and an index in an array.
  public static func part(of bytes: UnsafeBufferPointer<UInt8>, path: [String]) throws(SQLError) -> Part? {
    try checkEscapes(bytes)
    var scanner = JSONScanner(bytes, 0)
    var range = scanner.skipValue()
    for name in path {
      let step: Step
      switch JSONScanner(bytes, range.lowerBound).kind {
      case .object: step = .key(name)
      case .array:
        guard let index = pathIndex(name) else { return nil }
        step = .index(index)
      case .scalar: return nil
      }
      guard let next = place(of: step, in: bytes, range) else { return nil }
      range = next
    }
    return part(bytes, range)
  }

  /// A path's step as an array index: PostgreSQL reads it with `strtoint`, which skips blanks in front.
  package static func pathIndex(_ text: String) -> Int? {
    let digits = text.drop { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
    let unsigned = digits.first == "+" ? digits.dropFirst() : digits
    guard unsigned.first != "+", let value = Int32(unsigned) else { return nil }
    return Int(value)
  }

  /// The elements of an array as they stand in the text; nil when the text is no array.
  public static func elements(of bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) -> [Part]? {
    try checkEscapes(bytes)
    return elementRanges(bytes, 0..<bytes.count)?.map { part(bytes, $0) }
  }

  /// The members of an object in the text's order, repeated keys included; nil when the text is no object.
  public static func members(of bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) -> [(key: String, value: Part)]? {
    try checkEscapes(bytes)
    return memberRanges(bytes, 0..<bytes.count)?.map { key, range in
      (String(decoding: decoded(bytes, key), as: UTF8.self), part(bytes, range))
    }
  }

  /// How many elements the array has; nil when the text is no array.
  public static func elementCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    elementRanges(bytes, 0..<bytes.count)?.count
  }

  /// `object`, `array`, `string`, `number`, `boolean` or `null`.
  public static func typeName(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var scanner = JSONScanner(bytes, 0)
    return switch scanner.peek() {
    case UInt8(ascii: "{"): "object"
    case UInt8(ascii: "["): "array"
    case UInt8(ascii: "\""): "string"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "boolean"
    case UInt8(ascii: "n"): "null"
    default: "number"
    }
  }

  /// `json` may hold escapes that are no characters; PostgreSQL refuses them when it takes such a value apart.
  package static func checkEscapes(_ bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) {
    var index = 0
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "\\") {
        if bytes[index + 1] == UInt8(ascii: "u") { return try JSONSyntax.check(bytes, escapes: .decoded) }
        index += 1
      }
      index += 1
    }
  }

  // MARK: Places

  private static func part(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Part {
    guard !range.isEmpty else { return Part(json: "", text: nil) }
    let json = String(decoding: bytes[range], as: UTF8.self)
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "\"") where range.count > 1:
      let inside = range.lowerBound + 1..<range.upperBound - 1
      return Part(json: json, text: String(decoding: decoded(bytes, inside), as: UTF8.self))
    case UInt8(ascii: "n"): return Part(json: json, text: nil)
    default: return Part(json: json, text: json)
    }
  }

  /// The characters between a string's quotes.
  static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, _ inside: Range<Int>) -> [UInt8] {
    let isPlain = !bytes[inside].contains(UInt8(ascii: "\\"))
    if isPlain { return Array(bytes[inside]) }
    let output = ByteSlab(capacity: inside.count + 8)
    JSONCursor(bytes).appendDecoded(
      JSONStringToken(start: inside.lowerBound, end: inside.upperBound, isPlain: false), to: output)
    return output.array()
  }

  private static func place(of step: Step, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    switch step {
    case .key(let key):
      guard let members = memberRanges(bytes, range) else { return nil }
      let wanted = Array(key.utf8)
      return members.last { member in
        let inside = bytes[member.key]
        if !inside.contains(UInt8(ascii: "\\")) { return inside.elementsEqual(wanted) }
        return decoded(bytes, member.key) == wanted
      }?.value
    case .index(let index):
      guard let elements = elementRanges(bytes, range) else { return nil }
      let position = index < 0 ? elements.count + index : index
      return elements.indices.contains(position) ? elements[position] : nil
    }
  }

  static func elementRanges(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Range<Int>]? {
    var scanner = JSONScanner(bytes, range.lowerBound)
    guard scanner.take(UInt8(ascii: "[")) else { return nil }
    var ranges: [Range<Int>] = []
    if scanner.take(UInt8(ascii: "]")) { return ranges }
    repeat { ranges.append(scanner.skipValue()) } while scanner.take(UInt8(ascii: ","))
    return ranges
  }

  static func memberRanges(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>)
    -> [(key: Range<Int>, value: Range<Int>)]?
  {
    var scanner = JSONScanner(bytes, range.lowerBound)
    guard scanner.take(UInt8(ascii: "{")) else { return nil }
    var members: [(key: Range<Int>, value: Range<Int>)] = []
    if scanner.take(UInt8(ascii: "}")) { return members }
    repeat {
      let key = scanner.skipValue()
      guard key.count >= 2, scanner.take(UInt8(ascii: ":")) else { return members }
      members.append((key.lowerBound + 1..<key.upperBound - 1, scanner.skipValue()))
    } while scanner.take(UInt8(ascii: ","))
    return members
  }
}

/// Moves over JSON that is known to be valid. Damaged bytes give wrong places, never a trap.
package struct JSONScanner {
  package enum Kind { case object, array, scalar }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at: Int

  package init(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) {
    self.bytes = bytes
    at = start
  }

  package var kind: Kind {
    var scanner = self
    switch scanner.peek() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    default: return .scalar
    }
  }

  /// The next byte that is not white space; 0 at the end.
  package mutating func peek() -> UInt8 {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    return at < bytes.count ? bytes[at] : 0
  }

  package mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte, at < bytes.count else { return false }
    at += 1
    return true
  }

  /// Moves over one value and gives its place.
  package mutating func skipValue() -> Range<Int> {
    let first = peek()
    let start = at
    switch first {
    case UInt8(ascii: "\""): skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      while at < bytes.count {
        switch bytes[at] {
        case UInt8(ascii: "\""):
          skipString()
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        at += 1
        if depth == 0 { break }
      }
    default:
      while at < bytes.count {
        switch bytes[at] {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
          return start..<at
        default: at += 1
        }
      }
    }
    return start..<at
  }

  private mutating func skipString() {
    at += 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    at = Swift.min(at + 1, bytes.count)
  }
}
