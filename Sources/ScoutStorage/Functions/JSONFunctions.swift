import PostgresDialect

extension FunctionRegistrar {
  func registerJSON() {
    scalar("pg_jsonb_in", 1) { call throws(SQLError) in call.result(try JSONText.jsonb(call.utf8(0))) }
    scalar("pg_json_in", 1) { call throws(SQLError) in
      try JSONSyntax.check(call.utf8(0), escapes: .kept)
      call.result(call.text(0))
    }
    registerJSONAccess()
    registerJSONBTests()
    registerJSONBChanges()
    registerJSONSets()
    registerJSONRecords()
    registerJSONPath()
    for name in ["bool", "int2", "int4", "int8", "float4", "float8", "numeric"] {
      scalar("pg_jsonb_\(name)", 1) { call throws(SQLError) in try scalarValue(call, name) }
    }
    collation("pg_jsonb") { left, right in
      if left.elementsEqual(right) { return 0 }
      guard let a = try? JSONValue(left), let b = try? JSONValue(right) else {
        return left.lexicographicallyPrecedes(right) ? -1 : 1
      }
      return a.compare(b)
    }
  }

  /// Parts of `json` and `jsonb`, as JSON and as text.
  private func registerJSONAccess() {
    func access(_ name: String, _ find: @escaping (FunctionContext) throws(SQLError) -> JSONText.Part?) {
      scalar(name, 2) { call throws(SQLError) in
        guard let part = try find(call) else { return call.resultNull() }
        call.result(part.json)
      }
      scalar("\(name)_text", 2) { call throws(SQLError) in
        guard let text = try find(call)?.text else { return call.resultNull() }
        call.result(text)
      }
    }
    access("pg_json_field") { call throws(SQLError) in try JSONText.part(of: call.utf8(0), at: .key(call.text(1))) }
    access("pg_json_element") { call throws(SQLError) in
      try JSONText.part(of: call.utf8(0), at: .index(Int(clamping: call.integer(1))))
    }
    // A scalar jsonb is kept as an array of one element.
    access("pg_jsonb_element") { call throws(SQLError) in
      let index = Int(clamping: call.integer(1))
      if index == 0 || index == -1, JSONScanner(call.utf8(0), 0).kind == .scalar {
        return try JSONText.part(of: call.utf8(0), path: [])
      }
      return try JSONText.part(of: call.utf8(0), at: .index(index))
    }
    access("pg_json_path") { call throws(SQLError) in
      let path = try call.textArray(1)
      guard !path.contains(nil) else { return nil }
      return try JSONText.part(of: call.utf8(0), path: path.compactMap { $0 })
    }
    scalar("pg_json_array_length", 1) { call throws(SQLError) in
      try JSONText.checkEscapes(call.utf8(0))
      guard let count = JSONText.elementCount(call.utf8(0)) else {
        let kind = JSONScanner(call.utf8(0), 0).kind == .scalar ? "scalar" : "non-array"
        throw SQLError(.invalidParameterValue, "cannot get array length of a \(kind)")
      }
      call.result(Int64(count))
    }
    scalar("pg_json_typeof", 1) { call throws(SQLError) in call.result(JSONText.typeName(call.utf8(0))) }
    scalar("pg_text_array", -1, isStrict: false) { call throws(SQLError) in
      let elements = (0..<call.count).map { call.isNull($0) ? "null" : JSONEscape.quoted(call.text($0)) }
      call.result("[" + elements.joined(separator: ", ") + "]")
    }
  }

  private func registerJSONBTests() {
    scalar("pg_jsonb_exists", 2) { call throws(SQLError) in
      call.result(try call.json(0).hasKey(Array(call.utf8(1))))
    }
    scalar("pg_jsonb_exists_any", 2) { call throws(SQLError) in
      let value = try call.json(0)
      call.result(try call.textArray(1).contains { $0.map { value.hasKey(Array($0.utf8)) } ?? false })
    }
    scalar("pg_jsonb_exists_all", 2) { call throws(SQLError) in
      let value = try call.json(0)
      call.result(try call.textArray(1).allSatisfy { $0.map { value.hasKey(Array($0.utf8)) } ?? true })
    }
    scalar("pg_jsonb_contains", 2) { call throws(SQLError) in
      call.result(try call.json(0).contains(call.json(1)))
    }
  }

  private func registerJSONBChanges() {
    scalar("pg_jsonb_concat", 2) { call throws(SQLError) in
      call.result(try call.json(0).concatenated(with: call.json(1)))
    }
    scalar("pg_jsonb_delete", 2) { call throws(SQLError) in
      call.result(try call.json(0).removing(keys: [Array(call.utf8(1))]))
    }
    scalar("pg_jsonb_delete_keys", 2) { call throws(SQLError) in
      let keys = try call.textArray(1).compactMap { $0.map { Array($0.utf8) } }
      call.result(try call.json(0).removing(keys: keys))
    }
    scalar("pg_jsonb_delete_element", 2) { call throws(SQLError) in
      call.result(try call.json(0).removing(at: Int(clamping: call.integer(1))))
    }
    scalar("pg_jsonb_delete_path", 2) { call throws(SQLError) in
      call.result(try call.json(0).changed(.delete, at: call.path(1)))
    }
    // The column's value or null, the path, the new value or null.
    scalar("pg_jsonb_assign", 3, isStrict: false) { call throws(SQLError) in
      let path = try call.path(1)
      // A column that is null becomes what the first subscript asks for.
      let isIndex = path.first.flatMap { $0 }.flatMap { JSONText.pathIndex(String(decoding: $0, as: UTF8.self)) } != nil
      let current = call.isNull(0) ? isIndex ? JSONValue.array([]) : .object([]) : try call.json(0)
      call.result(try current.assigned(call.isNull(2) ? .null : call.json(2), at: path[...]))
    }
    // Target, path, value, and whether a missing last step is added.
    scalar("pg_jsonb_set", 4) { call throws(SQLError) in
      let value = try call.json(2)
      let change: JSONValue.Change = call.integer(3) != 0 ? .create(value) : .replace(value)
      call.result(try call.json(0).changed(change, at: call.path(1)))
    }
    // Target, path, value, and whether it comes after the element that the path names.
    scalar("pg_jsonb_insert", 4) { call throws(SQLError) in
      call.result(
        try call.json(0).changed(.insert(call.json(2), after: call.integer(3) != 0), at: call.path(1)))
    }
    // As pg_jsonb_set, and what a null value means.
    scalar("pg_jsonb_set_lax", 5, isStrict: false) { call throws(SQLError) in try setLax(call) }
    scalar("pg_jsonb_strip_nulls", 1) { call throws(SQLError) in call.result(try call.json(0).withoutNulls) }
    scalar("pg_jsonb_pretty", 1) { call throws(SQLError) in call.result(try call.json(0).prettyText) }
  }
}

extension FunctionContext {
  /// A `jsonb` argument taken apart.
  func json(_ index: Int) throws(SQLError) -> JSONValue { try JSONValue(utf8(index)) }

  func result(_ value: JSONValue) { result(value.text) }

  /// An argument that is an array of texts.
  func textArray(_ index: Int) throws(SQLError) -> [String?] {
    guard case .array(let elements) = try json(index) else {
      throw SQLError(.internalError, "an array of texts cannot be read")
    }
    return elements.map(\.unquoted)
  }

  /// An argument that is an array of a path's steps.
  func path(_ index: Int) throws(SQLError) -> [[UInt8]?] { try textArray(index).map { $0.map { Array($0.utf8) } } }
}

private func setLax(_ call: FunctionContext) throws(SQLError) {
  if call.isNull(0) || call.isNull(1) || call.isNull(3) { return call.resultNull() }
  let treatment = call.isNull(4) ? "" : call.text(4)
  guard ["use_json_null", "raise_exception", "return_target", "delete_key"].contains(treatment) else {
    throw SQLError(
      .invalidParameterValue,
      "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"")
  }
  var value = JSONValue.null
  if !call.isNull(2) {
    value = try call.json(2)
  } else {
    switch treatment {
    case "raise_exception":
      throw SQLError(
        .nullValueNotAllowed, "JSON value must not be null",
        detail: "Exception was raised because null_value_treatment is \"raise_exception\".",
        hint: "To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.")
    case "return_target": return call.result(call.value(0))
    case "delete_key": return call.result(try call.json(0).changed(.delete, at: call.path(1)))
    default: break
    }
  }
  let change: JSONValue.Change = call.integer(3) != 0 ? .create(value) : .replace(value)
  call.result(try call.json(0).changed(change, at: call.path(1)))
}

/// A cast of a jsonb scalar: only a number becomes a number, only a boolean a boolean.
private func scalarValue(_ call: FunctionContext, _ name: String) throws(SQLError) {
  let text = call.text(0)
  let kind = JSONText.typeName(call.utf8(0))
  let names = [
    "bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real",
    "float8": "double precision", "numeric": "numeric",
  ]
  guard kind == (name == "bool" ? "boolean" : "number") else {
    let named = kind == "number" ? "numeric" : kind
    throw SQLError(.invalidParameterValue, "cannot cast jsonb \(named) to type \(names[name] ?? name)")
  }
  switch name {
  case "bool": call.result(text == "true")
  case "numeric": call.result(try Numeric(text))
  case "float4": call.result(Double(try ValueText.real(text)))
  case "float8": call.result(try Numeric(text).double())
  case "int2": call.result(Int64(try Numeric(text).int16()))
  case "int4": call.result(Int64(try Numeric(text).int32()))
  default: call.result(try Numeric(text).int64())
  }
}
