import PostgresDialect

extension ArrayValue.Element {
  /// The element for a value of SQLite's.
  ///
  /// - Parameter kind: As the compiler passes it: `b` boolean, `i` integer or time, `r` float, `n` decimal, `y` bytes,
  ///   `t` anything else.
  init(_ value: SQLValue, kind: UInt8) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = kind == UInt8(ascii: "b") ? .boolean(number != 0) : .number(String(number))
    case .real(let number): self.init(number)
    case .text(let text): self = kind == UInt8(ascii: "n") ? ArrayValue.Element(decimal: text) : .string(text)
    case .blob(let bytes): self = .string(ValueText.bytea(bytes))
    }
  }

  /// The value as SQLite holds it outside an array.
  func value(kind: UInt8) -> SQLValue {
    switch self {
    case .null: return .null
    case .boolean(let flag): return .integer(flag ? 1 : 0)
    case .number(let digits):
      switch kind {
      case UInt8(ascii: "r"): return .real(Double(digits) ?? 0)
      case UInt8(ascii: "n"): return .text(digits)
      default: return Int64(digits).map(SQLValue.integer) ?? .text(digits)
      }
    case .string(let text):
      switch kind {
      case UInt8(ascii: "r"): return (try? ValueText.double(text)).map { $0.isNaN ? .text(text) : .real($0) } ?? .null
      case UInt8(ascii: "y"): return .blob((try? ValueText.bytes(text)) ?? [])
      default: return .text(text)
      }
    }
  }
}

extension SQLType.Base {
  /// The kind of an array's elements of this type; see ``ArrayValue/Element``.
  var elementKind: UInt8 {
    switch self {
    case .boolean: UInt8(ascii: "b")
    case .int2, .int4, .int8, .date, .timestamp, .timestamptz, .time, .oid, .xid: UInt8(ascii: "i")
    case .float4, .float8: UInt8(ascii: "r")
    case .numeric: UInt8(ascii: "n")
    case .bytea: UInt8(ascii: "y")
    default: UInt8(ascii: "t")
    }
  }
}

extension ArrayValue {
  /// The elements' texts as the type's output function writes them; nil for nulls.
  func texts(_ type: SQLType.Base, zone: TimeZoneRules) -> [String?] {
    let column = ResultColumn(name: "", type: SQLType(type))
    return elements.map { column.text($0.value(kind: type.elementKind), zone: zone) }
  }

  /// The array's text, `{1,NULL,"a b"}`.
  func text(_ type: SQLType.Base, zone: TimeZoneRules) -> String {
    ArrayLiteral.text(dimensions: dimensions, elements: texts(type, zone: zone))
  }
}

extension FunctionContext {
  /// An array argument; nil for null.
  ///
  /// - Throws: XX001 when the text is no array.
  func array(_ index: Int) throws(SQLError) -> ArrayValue? {
    if isNull(index) { return nil }
    guard let array = ArrayValue(json: utf8(index)) else {
      throw SQLError(.dataCorrupted, "an array is not stored as one: \(text(index).prefix(100))")
    }
    return array
  }

  /// An argument that is an array where null was ruled out before.
  func strictArray(_ index: Int) throws(SQLError) -> ArrayValue { try array(index) ?? ArrayValue([]) }

  /// The kind of elements that the compiler passes.
  func kind(_ index: Int) -> UInt8 { utf8(index).first ?? UInt8(ascii: "t") }

  func element(_ index: Int, kind: UInt8) -> ArrayValue.Element { ArrayValue.Element(value(index), kind: kind) }

  func result(_ array: ArrayValue) { result(array.json) }

  func result(_ array: ArrayValue?) { if let array { result(array.json) } else { resultNull() } }

  /// The order that a collation's name stands for.
  func order(_ index: Int) -> ArrayValue.Order {
    switch text(index) {
    case "pg_array_interval", "pg_interval": .interval
    case "pg_array_jsonb", "pg_jsonb": .jsonb
    case "pg_array_text", "pg_text": .text
    default: .plain
    }
  }
}
