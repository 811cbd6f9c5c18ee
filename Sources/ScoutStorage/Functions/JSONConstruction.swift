import PostgresDialect

extension FunctionRegistrar {
  /// What `to_jsonb` and its kin are made of.
  func registerJSONConstruction() {
    scalar("pg_jsonb_string", 1) { call throws(SQLError) in call.result(JSONEscape.quoted(call.text(0))) }
    scalar("pg_jsonb_number", 1) { call throws(SQLError) in
      let text = call.text(0)
      // What begins like a number is one: the others are NaN, Infinity and -Infinity.
      let isNumber = text.utf8.last.map { (0x30...0x39).contains($0) } ?? false
      call.result(isNumber ? try JSONText.jsonb(text) : JSONEscape.quoted(text))
    }
    scalar("pg_jsonb_time", 1) { call throws(SQLError) in
      var text = call.text(0)
      if let blank = text.firstIndex(of: " ") { text.replaceSubrange(blank...blank, with: "T") }
      // PostgreSQL's text leaves out an offset's minutes when they are zero; JSON has them.
      if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }), let time = text.firstIndex(of: "T"), sign > time,
        text.distance(from: sign, to: text.endIndex) == 3
      {
        text += ":00"
      }
      call.result(JSONEscape.quoted(text))
    }
    // Keys and values in turn; the values are jsonb, null stands for JSON's null.
    scalar("pg_jsonb_object", -1, isStrict: false) { call throws(SQLError) in
      var text = "{"
      for index in stride(from: 0, to: call.count, by: 2) {
        guard !call.isNull(index) else {
          throw SQLError(.invalidParameterValue, "argument \(index + 1): key must not be null")
        }
        if index > 0 { text += ", " }
        text += JSONEscape.quoted(call.text(index)) + ": " + (call.isNull(index + 1) ? "null" : call.text(index + 1))
      }
      // jsonb keeps its keys sorted and the last of equal ones.
      call.result(try JSONText.jsonb(text + "}"))
    }
    aggregate("pg_jsonb_agg", 1, ignoresNulls: false) { JSONArrayState() }
  }
}

/// The values of a group as one array, in the order of their arrival.
private final class JSONArrayState: AggregateState {
  private var elements: [String] = []
  private var isEmpty: Bool { elements.isEmpty }

  func step(_ call: FunctionContext) { elements.append(call.isNull(0) ? "null" : call.text(0)) }

  func inverse(_ call: FunctionContext) { elements.removeFirst() }

  func value() -> SQLValue { isEmpty ? .null : .text("[" + elements.joined(separator: ", ") + "]") }
}
