import PostgresDialect

/// A composite value as SQLite holds it: a JSON array of its fields' stored values, such as `[1,"abc",null,2.5]`.
///
/// Decimals and intervals that are texts say so, `{"n":"2.50"}` and `{"i":"1 day"}`, so that records compare by value;
/// bytes are `{"b":"hexadecimal digits"}`. Doubles are written so that they read back the same.
enum RecordText {
  /// - Parameter kinds: One character a field: `n` decimal text, `i` interval text, `.` anything else.
  static func encode(_ values: [SQLValue], kinds: String) -> String {
    var text = "["
    for (index, (value, kind)) in zip(values, kinds).enumerated() {
      if index > 0 { text += "," }
      switch value {
      case .null: text += "null"
      case .integer(let number): text += String(number)
      case .real(let number):
        text += number.isFinite ? "\(number)" : number < 0 ? "-9e999" : "9e999"
      case .text(let string):
        if kind == "." { text += quoted(string) } else { text += "{\"\(kind)\":\(quoted(string))}" }
      case .blob(let bytes): text += "{\"b\":\"\(ValueText.bytea(bytes).dropFirst(2))\"}"
      }
    }
    return text + "]"
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default:
        if scalar.value < 0x20 {
          text += scalar.value < 16 ? "\\u000" : "\\u00"
          text += String(scalar.value, radix: 16)
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }

  struct Field {
    var value: SQLValue
    var kind: Character
  }

  /// The fields; nil when the text is no record.
  static func decode(_ text: String) -> [Field]? {
    var reader = Reader(bytes: Array(text.utf8))
    guard reader.take("[") else { return nil }
    var fields: [Field] = []
    if reader.take("]") { return fields }
    while true {
      guard let field = reader.field() else { return nil }
      fields.append(field)
      if reader.take("]") { return fields }
      guard reader.take(",") else { return nil }
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func field() -> Field? {
      guard position < bytes.count else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "n"):
        position += 4
        return Field(value: .null, kind: ".")
      case UInt8(ascii: "\""):
        return string().map { Field(value: .text($0), kind: ".") }
      case UInt8(ascii: "{"):
        position += 1
        guard let kind = string()?.first, take(":"), let value = string(), take("}") else { return nil }
        guard kind == "b" else { return Field(value: .text(value), kind: kind) }
        let digits = Array(value.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
          UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        return Field(value: .blob(bytes), kind: ".")
      default:
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "]") {
          position += 1
        }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        if let integer = Int64(digits) { return Field(value: .integer(integer), kind: ".") }
        return Double(digits).map { Field(value: .real($0), kind: ".") }
      }
    }

    mutating func string() -> String? {
      guard take("\"") else { return nil }
      var text: [UInt8] = []
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard position < bytes.count else { return nil }
          let escaped = bytes[position]
          position += 1
          if escaped == UInt8(ascii: "u") {
            guard position + 4 <= bytes.count,
              let code = UInt8(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
            else { return nil }
            text.append(code)
            position += 4
          } else {
            text.append(escaped == UInt8(ascii: "n") ? 10 : escaped)
          }
        default: text.append(byte)
        }
      }
      return nil
    }
  }

  /// The order of records: field by field, nulls last and equal to each other, as PostgreSQL's `record_cmp`.
  static func compare(_ left: String, _ right: String, _ session: SessionState?) -> Int {
    guard let a = decode(left), let b = decode(right) else { return left < right ? -1 : left == right ? 0 : 1 }
    for (x, y) in zip(a, b) {
      switch (x.value.isNull, y.value.isNull) {
      case (true, true): continue
      case (true, false): return 1
      case (false, true): return -1
      case (false, false):
        let name =
          switch x.kind {
          case "n": "pg_numeric"
          case "i": "pg_interval"
          case "t": "pg_text"
          default: ""
          }
        let order = x.value.compare(y.value, session?.collations[name])
        if order != 0 { return order }
      }
    }
    return a.count < b.count ? -1 : a.count == b.count ? 0 : 1
  }

  /// PostgreSQL's text of a record from the texts of its fields: `(1,"a b",)`.
  /// Source: <https://www.postgresql.org/docs/15/rowtypes.html#ROWTYPES-IO-SYNTAX>
  static func output(_ fields: [String?]) -> String {
    let texts = fields.map { field -> String in
      guard let field else { return "" }
      let needsQuotes =
        field.isEmpty
        || field.unicodeScalars.contains { "\"\\(),".unicodeScalars.contains($0) || $0.properties.isWhitespace }
      guard needsQuotes else { return field }
      return "\"" + field.replacing("\\", with: "\\\\").replacing("\"", with: "\"\"") + "\""
    }
    return "(" + texts.joined(separator: ",") + ")"
  }
}

extension ResultColumn {
  /// A composite value as PostgreSQL's output function writes it.
  func recordText(_ text: String, _ fields: [ResultColumn], zone: TimeZoneRules) -> String {
    guard let values = RecordText.decode(text), values.count == fields.count else { return text }
    return RecordText.output(zip(fields, values).map { field, value in field.text(value.value, zone: zone) })
  }
}
