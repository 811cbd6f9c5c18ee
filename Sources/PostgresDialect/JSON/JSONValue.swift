/// A JSON value taken apart, as `jsonb` understands it.
///
/// Texts are bytes of UTF-8 and not `String`, whose equality is Unicode's and not that of the bytes.
package indirect enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  /// Finite; its scale is kept.
  case number(Numeric)
  case string([UInt8])
  case array([JSONValue])
  /// Sorted by ``JSONValue/order(_:_:)``, every key once.
  case object([Member])

  package struct Member: Sendable {
    package var key: [UInt8]
    package var value: JSONValue

    package init(key: [UInt8], value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The deepest nesting of arrays and objects that statements work on. PostgreSQL's bound is its stack, a few thousand.
  package static let maximumDepth = 500

  /// `jsonb`'s order of keys: shorter ones first, then by their bytes.
  package static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left.count != right.count { return left.count - right.count }
    for index in left.indices where left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
    return 0
  }

  /// An object of the members: sorted, and of equal keys the last one wins.
  package static func object(from members: [Member]) -> JSONValue {
    var isSorted = true
    for index in members.indices.dropFirst() where order(members[index - 1].key, members[index].key) >= 0 {
      isSorted = false
      break
    }
    if isSorted { return .object(members) }
    let places = members.indices.sorted { a, b in
      let order = order(members[a].key, members[b].key)
      return order == 0 ? a < b : order < 0
    }
    var result: [Member] = []
    for place in places {
      if let last = result.last, order(last.key, members[place].key) == 0 { result.removeLast() }
      result.append(members[place])
    }
    return .object(result)
  }

  package static func string(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

  /// `object`, `array`, `string`, `number`, `boolean` or `null`.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  package var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  /// The place of a key among an object's members.
  package static func place(of key: [UInt8], in members: [Member]) -> Int? {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      let order = order(members[middle].key, key)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The value of a key; nil for anything but an object that has it.
  package subscript(key key: [UInt8]) -> JSONValue? {
    guard case .object(let members) = self, let place = Self.place(of: key, in: members) else { return nil }
    return members[place].value
  }
}

// MARK: - Text

extension JSONValue {
  /// The value as `jsonb` prints it.
  package var text: String {
    let output = ByteSlab(capacity: 128)
    write(to: output)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  package func write(to output: ByteSlab) {
    switch self {
    case .null: output.append("null")
    case .boolean(let value): output.append(value ? "true" : "false")
    case .number(let number): output.append(text: number.description)
    case .string(let bytes): bytes.withUnsafeBytes { JSONEscape.appendQuoted($0, to: output) }
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(", ") }
        element.write(to: output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(", ") }
        member.key.withUnsafeBytes { JSONEscape.appendQuoted($0, to: output) }
        output.append(": ")
        member.value.write(to: output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  /// What `->>` gives: a string without its quotes, nil for null, else the JSON.
  package var unquoted: String? {
    switch self {
    case .null: nil
    case .string(let bytes): String(decoding: bytes, as: UTF8.self)
    default: text
    }
  }

  /// The value over several lines, four blanks for each level: `jsonb_pretty`.
  package var prettyText: String {
    let output = ByteSlab(capacity: 256)
    writePretty(to: output, level: 0)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  private func writePretty(to output: ByteSlab, level: Int) {
    func line(_ level: Int) {
      output.append(UInt8(ascii: "\n"))
      for _ in 0..<level { output.append("    ") }
    }
    switch self {
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        line(level + 1)
        element.writePretty(to: output, level: level + 1)
      }
      line(level)
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        line(level + 1)
        member.key.withUnsafeBytes { JSONEscape.appendQuoted($0, to: output) }
        output.append(": ")
        member.value.writePretty(to: output, level: level + 1)
      }
      line(level)
      output.append(UInt8(ascii: "}"))
    default: write(to: output)
    }
  }
}

// MARK: - Order

extension JSONValue {
  /// The order of `jsonb` values: object, array, boolean, number, string, null, from the largest; of two arrays or
  /// objects the one with more elements is larger, except that an empty array alone comes before everything.
  /// Source: <https://www.postgresql.org/docs/15/datatype-json.html#JSON-INDEXING>
  package func compare(_ other: JSONValue) -> Int {
    switch (self, other) {
    case (.array(let elements), _) where other.isScalar: return elements.isEmpty ? -1 : 1
    case (_, .array(let elements)) where isScalar: return elements.isEmpty ? 1 : -1
    default: return compareInside(other)
    }
  }

  private var rank: Int {
    switch self {
    case .null: 0
    case .string: 1
    case .number: 2
    case .boolean: 3
    case .array: 4
    case .object: 5
    }
  }

  private func compareInside(_ other: JSONValue) -> Int {
    switch (self, other) {
    case (.null, .null): return 0
    case (.boolean(let a), .boolean(let b)): return a == b ? 0 : a ? 1 : -1
    case (.number(let a), .number(let b)): return a.compare(b)
    case (.string(let a), .string(let b)): return Self.compareTexts(a, b)
    case (.array(let a), .array(let b)):
      if a.count != b.count { return a.count - b.count }
      for (x, y) in zip(a, b) {
        let order = x.compareInside(y)
        if order != 0 { return order }
      }
      return 0
    case (.object(let a), .object(let b)):
      if a.count != b.count { return a.count - b.count }
      for (x, y) in zip(a, b) {
        let keys = Self.compareTexts(x.key, y.key)
        if keys != 0 { return keys }
        let order = x.value.compareInside(y.value)
        if order != 0 { return order }
      }
      return 0
    default: return rank - other.rank
    }
  }

  private static func compareTexts(_ a: [UInt8], _ b: [UInt8]) -> Int {
    a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
  }

  /// Whether the values are the same, numbers by their value.
  package func isEqual(to other: JSONValue) -> Bool { compareInside(other) == 0 }
}
