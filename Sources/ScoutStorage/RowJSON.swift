import PostgresDialect

/// Writes rows as PostgreSQL's `to_jsonb` does.
/// Source: <https://www.postgresql.org/docs/15/functions-json.html>
public struct RowJSON {
  let columns: [ResultColumn]
  let zone: TimeZoneRules

  public init(columns: [ResultColumn], zone: TimeZoneRules) {
    self.columns = columns
    self.zone = zone
  }

  /// The row as an object, in `jsonb`'s order of keys.
  public func object(_ row: [SQLValue]) throws -> String { try object(row, columns.indices) }

  /// Some columns of the row as an object; `{}` when there are none.
  public func object(_ row: [SQLValue], _ indices: some Sequence<Int>) throws -> String {
    let members = indices.map { Self.quoted(columns[$0].name) + ":" + value(row[$0], columns[$0]) }
    return try normalizedJSON("{" + members.joined(separator: ",") + "}")
  }

  private func value(_ value: SQLValue, _ column: ResultColumn) -> String {
    guard let text = column.text(value, zone: zone) else { return "null" }
    guard !column.type.isArray else { return Self.quoted(text) }
    switch column.type.base {
    case .boolean: return text == "t" ? "true" : "false"
    case .int2, .int4, .int8: return text
    case .numeric, .float4, .float8:
      // NaN and the infinities are no JSON numbers.
      return text.utf8.contains { $0 == UInt8(ascii: "N") || $0 == UInt8(ascii: "y") } ? Self.quoted(text) : text
    case .json, .jsonb: return text
    case .timestamptz, .timestamp: return Self.quoted(Self.isoTime(text, hasZone: column.type.base == .timestamptz))
    default: return Self.quoted(text)
    }
  }

  /// `2025-08-23 09:00:00+00` as `2025-08-23T09:00:00+00:00`; an infinity as it is.
  static func isoTime(_ text: String, hasZone: Bool) -> String {
    guard let blank = text.firstIndex(of: " ") else { return text }
    var time = String(text[text.index(after: blank)...])
    var era = ""
    if time.hasSuffix(" BC") {
      time.removeLast(3)
      era = " BC"
    }
    if hasZone, let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }), !time[sign...].contains(":") {
      time += ":00"
    }
    return text[..<blank] + "T" + time + era
  }

  /// A JSON string.
  public static func quoted(_ text: String) -> String {
    var json: [UInt8] = [UInt8(ascii: "\"")]
    json.reserveCapacity(text.utf8.count + 2)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        json.append(UInt8(ascii: "\\"))
        json.append(byte)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        json += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: json.append(byte)
      }
    }
    json.append(UInt8(ascii: "\""))
    return String(decoding: json, as: UTF8.self)
  }
}

/// The text in the one form that `jsonb` has.
///
/// - Throws: ``SQLError`` 22P02 for a text that is no JSON.
public func normalizedJSON(_ text: String) throws(SQLError) -> String {
  do throws(JSONTextError) {
    return try JSONText.normalized(text)
  } catch {
    throw SQLError(.invalidTextRepresentation, "invalid input syntax for type json", detail: error.description)
  }
}
