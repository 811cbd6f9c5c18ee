/// A value on its way through a path.
struct JSONPathItem {
  var value: JSONValue
  /// Set for what `.datetime()` made; `value` is then its text.
  var time: JSONPathTime?
  /// The document that the value is part of: 0 the root, 1 the variables, above those made by `.keyvalue()`.
  var document: Int64 = 0
  /// Where `jsonb` would keep the value in its document; only paths with `.keyvalue()` know it.
  var offset = 0

  init(_ value: JSONValue) { self.value = value }

  init(_ time: JSONPathTime) {
    value = .string(time.text)
    self.time = time
  }

  var isArray: Bool { if case .array = value { true } else { false } }

  var number: Numeric? { if case .number(let number) = value { number } else { nil } }

  var string: [UInt8]? {
    if time == nil, case .string(let text) = value { return text }
    return nil
  }

  /// What `.type()` says.
  var typeName: String { time?.kind.rawValue ?? value.typeName }
}

/// How large `jsonb` is in PostgreSQL, which shows in the numbers that `.keyvalue()` gives to objects.
/// Source: PostgreSQL 15's `jsonb.h` and `numeric.c`.
enum JSONBLayout {
  private static func aligned(_ offset: Int) -> Int { (offset + 3) & ~3 }

  /// Where each element or member's value of a container at `offset` lies.
  static func childOffsets(of value: JSONValue, at offset: Int) -> [Int] {
    var position: Int
    let children: [JSONValue]
    switch value {
    case .array(let elements):
      position = offset + 4 + 4 * elements.count
      children = elements
    case .object(let members):
      position = offset + 4 + 8 * members.count + members.reduce(0) { $0 + $1.key.count }
      children = members.map(\.value)
    default: return []
    }
    return children.map { child in
      defer { position = end(of: child, at: position) }
      return child.isScalar ? position : aligned(position)
    }
  }

  private static func end(of value: JSONValue, at offset: Int) -> Int {
    switch value {
    case .null, .boolean: return offset
    case .string(let bytes): return offset + bytes.count
    case .number(let number): return aligned(offset) + size(of: number)
    case .array(let elements):
      let start = aligned(offset) + 4 + 4 * elements.count
      return elements.reduce(start) { end(of: $1, at: $0) }
    case .object(let members):
      let start = aligned(offset) + 4 + 8 * members.count + members.reduce(0) { $0 + $1.key.count }
      return members.reduce(start) { end(of: $1.value, at: $0) }
    }
  }

  /// A header and the digits in groups of four, zeros at both ends left out.
  private static func size(of number: Numeric) -> Int {
    let parts = number.description.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    var integer = String(parts[0])
    var fraction = parts.count > 1 ? String(parts[1]) : ""
    integer = String(repeating: "0", count: (4 - integer.count % 4) % 4) + integer
    fraction += String(repeating: "0", count: (4 - fraction.count % 4) % 4)
    let digits = Array(integer + fraction)
    var groups = stride(from: 0, to: digits.count, by: 4).map { digits[$0..<$0 + 4].contains { $0 != "0" } }
    var weight = integer.count / 4 - 1
    while groups.first == false {
      groups.removeFirst()
      weight -= 1
    }
    while groups.last == false { groups.removeLast() }
    let isShort = (number.scale ?? 0) <= 63 && (groups.isEmpty || (-64...63).contains(weight))
    return 4 + (isShort ? 2 : 4) + 2 * groups.count
  }
}
