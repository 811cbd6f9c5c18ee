extension JSONText {
  /// One step into an object or an array.
  public enum Step: Hashable, Sendable {
    case key(String)
    /// From 0; negative counts from the end.
    case index(Int)
  }

  /// A part of a JSON text.
  public struct Part: Hashable, Sendable {
    /// The part as JSON.
    public var json: String
    /// What `->>` gives: a string without its quotes, null for JSON's null, else the JSON.
    public var text: String?
  }

  /// The part one step inside; nil when there is none, or nothing to step into.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  public static func part(of bytes: UnsafeBufferPointer<UInt8>, at step: Step) throws(JSONTextError) -> Part? {
    switch step {
    case .key(let key): return try member(key, of: bytes)
    case .index(let index):
      guard let elements = try elements(of: bytes) else { return nil }
      let position = index < 0 ? elements.count + index : index
      return elements.indices.contains(position) ? try part(bytes, elements[position]) : nil
    }
  }

  /// How many elements the array has; nil when the text is no array.
  public static func elementCount(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONTextError) -> Int? {
    try elements(of: bytes)?.count
  }

  /// `object`, `array`, `string`, `number`, `boolean` or `null`.
  public static func typeName(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var cursor = JSONCursor(bytes)
    return switch cursor.peek() {
    case UInt8(ascii: "{"): "object"
    case UInt8(ascii: "["): "array"
    case UInt8(ascii: "\""): "string"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "boolean"
    case UInt8(ascii: "n"): "null"
    default: "number"
    }
  }

  private static func part(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws(JSONTextError) -> Part {
    let json = String(decoding: bytes[range], as: UTF8.self)
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "\""):
      var cursor = JSONCursor(UnsafeBufferPointer(rebasing: bytes[range]))
      let token = try cursor.string()
      let decoded = ByteSlab(capacity: range.count)
      cursor.appendDecoded(token, to: decoded)
      return Part(json: json, text: String(decoding: decoded.bytes, as: UTF8.self))
    case UInt8(ascii: "n"): return Part(json: json, text: nil)
    default: return Part(json: json, text: json)
    }
  }

  private static func elements(of bytes: UnsafeBufferPointer<UInt8>) throws(JSONTextError) -> [Range<Int>]? {
    var cursor = JSONCursor(bytes)
    guard cursor.take(UInt8(ascii: "[")) else { return nil }
    var ranges: [Range<Int>] = []
    if cursor.take(UInt8(ascii: "]")) { return ranges }
    repeat {
      ranges.append(try skipValue(&cursor, depth: 0))
    } while cursor.take(UInt8(ascii: ","))
    guard cursor.take(UInt8(ascii: "]")) else { throw cursor.unexpected("a comma or \"]\" after an array element") }
    return ranges
  }

  private static func member(_ key: String, of bytes: UnsafeBufferPointer<UInt8>) throws(JSONTextError) -> Part? {
    var cursor = JSONCursor(bytes)
    guard cursor.take(UInt8(ascii: "{")) else { return nil }
    if cursor.take(UInt8(ascii: "}")) { return nil }
    let wanted = Array(key.utf8)
    let name = ByteSlab(capacity: 64)
    var found: Range<Int>?
    repeat {
      guard cursor.peek() == UInt8(ascii: "\"") else { throw cursor.unexpected("a key in quotes") }
      let token = try cursor.string()
      name.count = 0
      cursor.appendDecoded(token, to: name)
      guard cursor.take(UInt8(ascii: ":")) else { throw cursor.unexpected("a colon after a key") }
      let range = try skipValue(&cursor, depth: 0)
      if name.bytes.elementsEqual(wanted) { found = range }
    } while cursor.take(UInt8(ascii: ","))
    guard cursor.take(UInt8(ascii: "}")) else { throw cursor.unexpected("a comma or \"}\" after an object member") }
    guard let found else { return nil }
    return try part(bytes, found)
  }

  /// Moves over one value and gives its place.
  private static func skipValue(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) -> Range<Int> {
    guard depth < maximumDepth else {
      throw JSONTextError(offset: cursor.at, reason: "nested deeper than \(maximumDepth) arrays and objects")
    }
    let first = cursor.peek()
    let start = cursor.at
    switch first {
    case UInt8(ascii: "\""): _ = try cursor.string()
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let isObject = first == UInt8(ascii: "{")
      let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
      cursor.at += 1
      if cursor.take(close) { break }
      repeat {
        if isObject {
          guard cursor.peek() == UInt8(ascii: "\"") else { throw cursor.unexpected("a key in quotes") }
          _ = try cursor.string()
          guard cursor.take(UInt8(ascii: ":")) else { throw cursor.unexpected("a colon after a key") }
        }
        _ = try skipValue(&cursor, depth: depth + 1)
      } while cursor.take(UInt8(ascii: ","))
      guard cursor.take(close) else { throw cursor.unexpected("a comma or the end of the value") }
    case UInt8(ascii: "t"): try cursor.literal("true")
    case UInt8(ascii: "f"): try cursor.literal("false")
    case UInt8(ascii: "n"): try cursor.literal("null")
    default: _ = try cursor.number()
    }
    return start..<cursor.at
  }
}
