import PostgresDialect

extension FunctionRegistrar {
  /// Arrays as `json` and `jsonb`: the array, its element type, the zone.
  func registerArrayJSON() {
    for (name, isBinary) in [("pg_json_array", false), ("pg_jsonb_array", true)] {
      scalar(name, 3) { call throws(SQLError) in
        guard let base = SQLType.Base(rawValue: call.text(1)) else { return call.resultNull() }
        let text = try call.strictArray(0).jsonText(base, zone: call.zone(2))
        call.result(isBinary ? try JSONText.jsonb(text) : text)
      }
      // The same with each element of the outermost dimension on a line of its own, or not.
      scalar(name, 4) { call throws(SQLError) in
        guard let base = SQLType.Base(rawValue: call.text(1)) else { return call.resultNull() }
        let separator = call.integer(3) != 0 ? ",\n " : ","
        call.result(try call.strictArray(0).jsonText(base, zone: call.zone(2), separator: separator))
      }
    }
  }
}

extension ArrayValue {
  /// The array as PostgreSQL's `to_json` writes it.
  /// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-JSON-CREATION-TABLE>
  func jsonText(_ type: SQLType.Base, zone: TimeZoneRules, separator: String = ",") -> String {
    let texts = zip(elements, texts(type, zone: zone)).map { element, text -> String in
      guard let text else { return "null" }
      if case .boolean(let flag) = element { return flag ? "true" : "false" }
      switch type {
      case .json, .jsonb: return text
      case .int2, .int4, .int8: return text
      case .float4, .float8, .numeric:
        let isNumber = text.utf8.last.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        return isNumber ? text : JSONEscape.quoted(text)
      case .timestamp, .timestamptz: return JSONEscape.quoted(RowJSON.isoTime(text, hasZone: type == .timestamptz))
      default: return JSONEscape.quoted(text)
      }
    }
    if dimensions.isEmpty { return "[]" }
    var json = ""
    var next = 0
    func write(_ dimension: Int) {
      json += "["
      for index in 0..<dimensions[dimension] {
        if index > 0 { json += dimension == 0 ? separator : "," }
        if dimension + 1 < dimensions.count {
          write(dimension + 1)
        } else {
          json += texts[next]
          next += 1
        }
      }
      json += "]"
    }
    write(0)
    return json
  }
}
