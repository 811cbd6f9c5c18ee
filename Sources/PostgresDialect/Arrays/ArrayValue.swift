/// An array as it is stored: a JSON array of its elements' stored values, nested for several dimensions.
///
/// Booleans are `true` and `false`; integers, dates and times, floats and decimals are numbers with the digits they
/// have (`2.50` stays `2.50`); NaN, the infinities and everything else are strings, bytes as `"\\x…"`. What a number
/// stands for only the element type knows. Every dimension's lower bound is 1.
public struct ArrayValue: Hashable, Sendable {
  public enum Element: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// Digits as JSON writes them.
    case number(String)
    case string(String)

    public var isNull: Bool { self == .null }
  }

  /// PostgreSQL's MAXDIM.
  public static let maximumDimensions = 6
  /// PostgreSQL's limit is its largest allocation; this one keeps an array's text within what SQLite can hold.
  public static let maximumCount = 10_000_000

  /// The length of each dimension; none for the empty array.
  public private(set) var dimensions: [Int]
  /// All elements, the last dimension running fastest.
  public private(set) var elements: [Element]

  /// An array of one dimension, or the empty one.
  public init(_ elements: [Element]) {
    dimensions = elements.isEmpty ? [] : [elements.count]
    self.elements = elements
  }

  /// An array whose dimensions' product is the number of its elements.
  init(dimensions: [Int], elements: [Element]) {
    self.dimensions = elements.isEmpty ? [] : dimensions
    self.elements = elements
  }

  /// Arrays of one shape as an array of one dimension more.
  ///
  /// - Throws: 2202E when the shapes differ or one is null.
  public init(nesting arrays: [ArrayValue?]) throws(SQLError) {
    let mismatch = SQLError(
      .arraySubscriptError, "multidimensional arrays must have array expressions with matching dimensions")
    guard let first = arrays.first, let shape = first?.dimensions else {
      if arrays.isEmpty {
        self.init([])
        return
      }
      throw mismatch
    }
    guard shape.count < Self.maximumDimensions else { throw Self.tooManyDimensions(shape.count + 1) }
    var elements: [Element] = []
    for array in arrays {
      guard let array, array.dimensions == shape else { throw mismatch }
      elements += array.elements
    }
    self.init(dimensions: [arrays.count] + shape, elements: elements)
  }

  static func tooManyDimensions(_ count: Int) -> SQLError {
    SQLError(
      .programLimitExceeded,
      "number of array dimensions (\(count)) exceeds the maximum allowed (\(maximumDimensions))")
  }

  // MARK: Order

  /// How strings compare where their bytes do not tell.
  public enum Order: Sendable { case plain, interval, jsonb, text }

  /// PostgreSQL's `array_cmp`: element by element with nulls last, then by the number of elements and dimensions.
  public func compare(_ other: ArrayValue, _ order: Order = .plain) -> Int {
    for (a, b) in zip(elements, other.elements) {
      let result = a.compare(b, order)
      if result != 0 { return result }
    }
    if elements.count != other.elements.count { return elements.count < other.elements.count ? -1 : 1 }
    if dimensions.count != other.dimensions.count { return dimensions.count < other.dimensions.count ? -1 : 1 }
    for (a, b) in zip(dimensions, other.dimensions) where a != b { return a < b ? -1 : 1 }
    return 0
  }
}

extension ArrayValue.Element {
  /// The order of two elements of one type; nulls are last and equal to each other.
  public func compare(_ other: ArrayValue.Element, _ order: ArrayValue.Order = .plain) -> Int {
    switch (self, other) {
    case (.null, .null): return 0
    case (.null, _): return 1
    case (_, .null): return -1
    case (.boolean(let a), .boolean(let b)): return a == b ? 0 : a ? 1 : -1
    case (.number(let a), .number(let b)): return Self.compareNumbers(a, b)
    case (.string(let a), .string(let b)):
      switch order {
      case .plain: break
      case .text: return TextCollation.compare(a, b)
      case .interval:
        if let a = try? Interval(a), let b = try? Interval(b) { return a < b ? -1 : b < a ? 1 : 0 }
      case .jsonb:
        if let a = try? JSONValue(a), let b = try? JSONValue(b) { return a.compare(b) }
      }
      return a == b ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    // Minus infinity comes before every number, infinity and NaN after all.
    case (.number, .string(let special)): return special.hasPrefix("-") ? 1 : -1
    case (.string(let special), .number): return special.hasPrefix("-") ? -1 : 1
    default: return 0
    }
  }

  private static func compareNumbers(_ a: String, _ b: String) -> Int {
    if let x = Int64(a), let y = Int64(b) { return x < y ? -1 : x == y ? 0 : 1 }
    if let x = try? Numeric(a), let y = try? Numeric(b) { return x.compare(y) }
    return a == b ? 0 : a < b ? -1 : 1
  }
}

// MARK: - The stored form

extension ArrayValue {
  /// The array as it is stored.
  public var json: String {
    if dimensions.isEmpty { return "[]" }
    var text: [UInt8] = []
    text.reserveCapacity(elements.count * 8)
    var next = 0
    write(0, &next, &text)
    return String(decoding: text, as: UTF8.self)
  }

  private func write(_ dimension: Int, _ next: inout Int, _ text: inout [UInt8]) {
    text.append(UInt8(ascii: "["))
    for index in 0..<dimensions[dimension] {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      if dimension + 1 < dimensions.count {
        write(dimension + 1, &next, &text)
        continue
      }
      switch elements[next] {
      case .null: text += Array("null".utf8)
      case .boolean(let value): text += Array((value ? "true" : "false").utf8)
      case .number(let digits): text += Array(digits.utf8)
      case .string(let string): text += Array(JSONEscape.quoted(string).utf8)
      }
      next += 1
    }
    text.append(UInt8(ascii: "]"))
  }

  /// Reads the stored form; nil for any other text.
  public init?(json: String) {
    var copy = json
    guard let value = copy.withUTF8({ ArrayValue(json: $0) }) else { return nil }
    self = value
  }

  public init?(json: UnsafeBufferPointer<UInt8>) {
    var reader = StoredArrayReader(bytes: json)
    guard reader.array(0), reader.isAtEnd else { return nil }
    self.init(dimensions: Array(reader.lengths.prefix { $0 >= 0 }), elements: reader.elements)
  }
}

private struct StoredArrayReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var elements: [ArrayValue.Element] = []
  /// The length of each dimension; -1 while unknown.
  var lengths = Array(repeating: -1, count: ArrayValue.maximumDimensions)

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  mutating func array(_ depth: Int) -> Bool {
    guard depth < lengths.count, take("[") else { return false }
    if take("]") { return depth == 0 }
    var count = 0
    repeat {
      skipSpace()
      guard position < bytes.count else { return false }
      if bytes[position] == UInt8(ascii: "[") {
        guard array(depth + 1) else { return false }
      } else {
        guard let element = element() else { return false }
        elements.append(element)
      }
      count += 1
    } while take(",")
    guard take("]"), lengths[depth] < 0 || lengths[depth] == count else { return false }
    lengths[depth] = count
    return true
  }

  private mutating func element() -> ArrayValue.Element? {
    let start = position
    if bytes[start] == UInt8(ascii: "\"") {
      var hasEscape = false
      position += 1
      while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
        if bytes[position] == UInt8(ascii: "\\") {
          hasEscape = true
          position += 1
        }
        position += 1
      }
      guard position < bytes.count else { return nil }
      position += 1
      let content = bytes[start + 1..<position - 1]
      if !hasEscape { return .string(String(decoding: content, as: UTF8.self)) }
      return Self.unescaped(content).map { .string($0) }
    }
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "]"),
      !ASCII.isSpace(bytes[position])
    {
      position += 1
    }
    switch String(decoding: bytes[start..<position], as: UTF8.self) {
    case "null": return .null
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case let digits: return digits.isEmpty ? nil : .number(digits)
    }
  }

  private static func unescaped(_ content: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    var text: [UInt8] = []
    var index = content.startIndex
    while index < content.endIndex {
      let byte = content[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < content.endIndex else {
        text.append(byte)
        continue
      }
      let escape = content[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u"):
        // The writer escapes control characters only, which are one UTF-16 unit.
        guard index + 4 <= content.endIndex,
          let code = UInt32(String(decoding: content[index..<index + 4], as: UTF8.self), radix: 16),
          let scalar = Unicode.Scalar(code)
        else { return nil }
        text += Array(String(Character(scalar)).utf8)
        index += 4
      default: text.append(escape)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
