import PostgresDialect

extension FunctionRegistrar {
  /// Arguments of the query functions: value, path, variables, silence, and a zone or an empty text.
  func registerJSONPath() {
    let cache = JSONPathCache()
    scalar("pg_jsonpath_in", 1) { call throws(SQLError) in call.result(try JSONPath(call.text(0)).text) }
    scalar("pg_jsonb_path_exists", 5) { call throws(SQLError) in
      result(call, try cache.path(call.text(1)).exists(in: call.json(0), options(call)))
    }
    scalar("pg_jsonb_path_match", 5) { call throws(SQLError) in
      result(call, try cache.path(call.text(1)).matches(call.json(0), options(call)))
    }
    scalar("pg_jsonb_path_query_array", 5) { call throws(SQLError) in
      call.result(.array(try cache.path(call.text(1)).items(of: call.json(0), options(call))))
    }
    scalar("pg_jsonb_path_query_first", 5) { call throws(SQLError) in
      guard let first = try cache.path(call.text(1)).items(of: call.json(0), options(call)).first else {
        return call.resultNull()
      }
      call.result(first)
    }
    scalar("pg_jsonb_path_query", 5) { call throws(SQLError) in
      var rows = RowSet(width: 1)
      for item in try cache.path(call.text(1)).items(of: call.json(0), options(call)) {
        try rows.appendChecked([.text(item.text)])
      }
      call.result(rows)
    }
  }
}

private func result(_ call: FunctionContext, _ value: Bool?) {
  if let value { call.result(value) } else { call.resultNull() }
}

private func options(_ call: FunctionContext) throws(SQLError) -> JSONPath.Options {
  let zone = call.text(4)
  return JSONPath.Options(
    variables: try call.json(2), isSilent: call.integer(3) != 0, zone: zone.isEmpty ? nil : try call.session.zone(zone))
}

/// The paths that statements used last, parsed.
private final class JSONPathCache {
  private static let capacity = 100
  private var paths: [String: JSONPath] = [:]

  func path(_ text: String) throws(SQLError) -> JSONPath {
    if let known = paths[text] { return known }
    if paths.count >= Self.capacity { paths.removeAll() }
    let path = try JSONPath(text)
    paths[text] = path
    return path
  }
}
