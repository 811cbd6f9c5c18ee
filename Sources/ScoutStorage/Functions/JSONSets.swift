import PostgresDialect

extension FunctionRegistrar {
  /// `json_each`, `json_array_elements`, `json_object_keys` and their kin, as row sets. The second argument is the name
  /// of PostgreSQL's function.
  func registerJSONSets() {
    scalar("pg_json_each", 2) { call throws(SQLError) in
      let name = call.text(1)
      guard let members = try JSONText.members(of: call.utf8(0)) else {
        if name.hasPrefix("jsonb") {
          throw SQLError(.invalidParameterValue, "cannot call \(name) on a non-object")
        }
        let isArray = JSONScanner(call.utf8(0), 0).kind == .array
        throw SQLError(
          .invalidParameterValue, "cannot deconstruct \(isArray ? "an array as an object" : "a scalar")")
      }
      let isText = name.hasSuffix("_text")
      var rows = RowSet(width: 2)
      for (key, value) in members {
        try rows.appendChecked([.text(key), isText ? SQLValue(value.text) : .text(value.json)])
      }
      call.result(rows)
    }
    scalar("pg_json_elements", 2) { call throws(SQLError) in
      let name = call.text(1)
      guard let elements = try JSONText.elements(of: call.utf8(0)) else {
        let isObject = JSONScanner(call.utf8(0), 0).kind == .object
        throw SQLError(
          .invalidParameterValue,
          name.hasPrefix("jsonb")
            ? "cannot extract elements from \(isObject ? "an object" : "a scalar")"
            : "cannot call \(name) on a \(isObject ? "non-array" : "scalar")")
      }
      let isText = name.hasSuffix("_text")
      var rows = RowSet(width: 1)
      for element in elements { try rows.appendChecked([isText ? SQLValue(element.text) : .text(element.json)]) }
      call.result(rows)
    }
    scalar("pg_json_keys", 2) { call throws(SQLError) in
      guard let members = try JSONText.members(of: call.utf8(0)) else {
        let isArray = JSONScanner(call.utf8(0), 0).kind == .array
        throw SQLError(
          .invalidParameterValue, "cannot call \(call.text(1)) on \(isArray ? "an array" : "a scalar")")
      }
      var rows = RowSet(width: 1)
      for member in members { try rows.appendChecked([.text(member.key)]) }
      call.result(rows)
    }
    scalar("pg_json_strip_nulls", 1) { call throws(SQLError) in
      try JSONText.checkEscapes(call.utf8(0))
      call.result(try JSONText.strippedOfNulls(call.utf8(0)))
    }
  }
}
