import PostgresDialect

extension FunctionRegistrar {
  /// What `to_json`, `json_build_object`, `json_agg` and their kin are made of.
  ///
  /// The arguments are JSON already, null standing for JSON's null; keys are JSON strings.
  func registerJSONConstruction() {
    registerJSONScalars()
    scalar("pg_json_build_array", -1, isStrict: false) { call throws(SQLError) in
      call.result("[" + (0..<call.count).map(call.jsonText).joined(separator: ", ") + "]")
    }
    scalar("pg_json_build_object", -1, isStrict: false) { call throws(SQLError) in
      var members: [String] = []
      for index in stride(from: 0, to: call.count - 1, by: 2) {
        guard !call.isNull(index) else {
          throw SQLError(
            .invalidParameterValue, "argument \(index + 1) cannot be null", hint: "Object keys should be text.")
        }
        members.append(call.text(index) + " : " + call.jsonText(index + 1))
      }
      call.result("{" + members.joined(separator: ", ") + "}")
    }
    scalar("pg_jsonb_build_object", -1, isStrict: false) { call throws(SQLError) in
      var members: [String] = []
      for index in stride(from: 0, to: call.count - 1, by: 2) {
        guard !call.isNull(index) else {
          throw SQLError(.invalidParameterValue, "argument \(index + 1): key must not be null")
        }
        members.append(call.text(index) + ": " + call.jsonText(index + 1))
      }
      // jsonb keeps its keys sorted and the last of equal ones.
      call.result(try JSONText.jsonb("{" + members.joined(separator: ", ") + "}"))
    }
    // Whether each field stands on a line of its own, then keys and values.
    scalar("pg_json_record", -1, isStrict: false) { call throws(SQLError) in
      let members = stride(from: 1, to: call.count - 1, by: 2).map { index in
        call.text(index) + ":" + call.jsonText(index + 1)
      }
      call.result("{" + members.joined(separator: call.integer(0) != 0 ? ",\n " : ",") + "}")
    }
    for name in ["pg_json_object_texts", "pg_jsonb_object_texts"] {
      let isBinary = name.hasPrefix("pg_jsonb")
      scalar(name, 1) { call throws(SQLError) in try objectOfPairs(call, isBinary) }
      scalar(name, 2) { call throws(SQLError) in
        let (keys, values) = (try call.textArray(0), try call.textArray(1))
        guard keys.count == values.count else { throw SQLError(.arraySubscriptError, "mismatched array dimensions") }
        call.result(try objectText(zip(keys, values).map { ($0, $1) }, isBinary))
      }
    }
    aggregate("pg_json_agg", 2, ignoresNulls: false) { JSONArrayState() }
    aggregate("pg_json_object_agg", 2, ignoresNulls: false) { JSONObjectState(isBinary: false) }
    aggregate("pg_jsonb_object_agg", 2, ignoresNulls: false) { JSONObjectState(isBinary: true) }
  }

  private func registerJSONScalars() {
    scalar("pg_json_string", 1) { call throws(SQLError) in call.result(JSONEscape.quoted(call.text(0))) }
    // What ends in a digit is a number: the others are NaN, Infinity and -Infinity.
    func isNumber(_ text: String) -> Bool { text.utf8.last.map { (0x30...0x39).contains($0) } ?? false }
    scalar("pg_json_number", 1) { call throws(SQLError) in
      call.result(isNumber(call.text(0)) ? call.text(0) : JSONEscape.quoted(call.text(0)))
    }
    scalar("pg_jsonb_number", 1) { call throws(SQLError) in
      call.result(isNumber(call.text(0)) ? try JSONText.jsonb(call.utf8(0)) : JSONEscape.quoted(call.text(0)))
    }
    scalar("pg_json_time", 1) { call throws(SQLError) in
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
    scalar("pg_json_key", 1) { call throws(SQLError) in
      call.result(call.utf8(0).first == UInt8(ascii: "\"") ? call.text(0) : JSONEscape.quoted(call.text(0)))
    }
  }
}

extension SQLState {
  static let arraySubscriptError = SQLState(rawValue: "2202E")
}

extension FunctionContext {
  /// An argument that is JSON, null standing for JSON's null.
  func jsonText(_ index: Int) -> String { isNull(index) ? "null" : text(index) }
}

/// `json_object('{a,1,b,2}')` and `json_object('{{a,1},{b,2}}')`.
private func objectOfPairs(_ call: FunctionContext, _ isBinary: Bool) throws(SQLError) {
  guard case .array(let elements) = try call.json(0) else {
    throw SQLError(.internalError, "an array of texts cannot be read")
  }
  var flat: [String?] = []
  for element in elements {
    guard case .array(let pair) = element else {
      flat.append(element.unquoted)
      continue
    }
    guard pair.allSatisfy(\.isScalar) else { throw SQLError(.arraySubscriptError, "wrong number of array subscripts") }
    guard pair.count == 2 else { throw SQLError(.arraySubscriptError, "array must have two columns") }
    flat += pair.map(\.unquoted)
  }
  guard flat.count.isMultiple(of: 2) else {
    throw SQLError(.arraySubscriptError, "array must have even number of elements")
  }
  let pairs = stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
  call.result(try objectText(pairs, isBinary))
}

private func objectText(_ pairs: [(String?, String?)], _ isBinary: Bool) throws(SQLError) -> String {
  var members: [String] = []
  for (key, value) in pairs {
    guard let key else { throw SQLError(.nullValueNotAllowed, "null value not allowed for object key") }
    members.append(JSONEscape.quoted(key) + " : " + (value.map(JSONEscape.quoted) ?? "null"))
  }
  let text = "{" + members.joined(separator: ", ") + "}"
  return isBinary ? try JSONText.jsonb(text) : text
}

/// The values of a group as one array, in the order of their arrival; the second argument stands between them.
private final class JSONArrayState: AggregateState {
  private var elements: [String] = []
  private var first = 0
  private var separator = ", "

  func step(_ call: FunctionContext) {
    elements.append(call.jsonText(0))
    separator = call.text(1)
  }

  func inverse(_ call: FunctionContext) { first += 1 }

  func value() -> SQLValue {
    let kept = elements.dropFirst(first)
    return kept.isEmpty ? .null : .text("[" + kept.joined(separator: separator) + "]")
  }
}

/// The keys and values of a group as one object.
private final class JSONObjectState: AggregateState {
  private let isBinary: Bool
  private var members: [String] = []
  private var first = 0

  init(isBinary: Bool) { self.isBinary = isBinary }

  func step(_ call: FunctionContext) throws(SQLError) {
    guard !call.isNull(0) else { throw SQLError(.invalidParameterValue, "field name must not be null") }
    members.append(call.text(0) + " : " + call.jsonText(1))
  }

  func inverse(_ call: FunctionContext) { first += 1 }

  func value() throws(SQLError) -> SQLValue {
    let kept = members.dropFirst(first)
    if kept.isEmpty { return .null }
    let text = "{ " + kept.joined(separator: ", ") + " }"
    return .text(isBinary ? try JSONText.jsonb(text) : text)
  }
}
