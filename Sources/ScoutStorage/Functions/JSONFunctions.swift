import PostgresDialect

extension FunctionRegistrar {
  func registerJSON() {
    scalar("pg_jsonb_in", 1) { call throws(SQLError) in call.result(try normalizedJSON(call.text(0))) }
    scalar("pg_json_in", 1) { call throws(SQLError) in
      _ = try normalizedJSON(call.text(0))
      call.result(call.text(0))
    }
    func access(_ name: String, _ find: @escaping (FunctionContext) throws(SQLError) -> JSONText.Part?) {
      scalar("pg_json_\(name)", 2) { call throws(SQLError) in
        guard let part = try find(call) else { return call.resultNull() }
        call.result(part.json)
      }
      scalar("pg_json_\(name)_text", 2) { call throws(SQLError) in
        guard let text = try find(call)?.text else { return call.resultNull() }
        call.result(text)
      }
    }
    access("field") { call throws(SQLError) in try part(call, .key(call.text(1))) }
    access("element") { call throws(SQLError) in try part(call, .index(Int(clamping: call.integer(1)))) }
    scalar("pg_json_array_length", 1) { call throws(SQLError) in
      do throws(JSONTextError) {
        guard let count = try JSONText.elementCount(call.utf8(0)) else {
          return call.fail(SQLError(.invalidParameterValue, "cannot get array length of a non-array"))
        }
        call.result(Int64(count))
      } catch {
        throw invalidJSON(error)
      }
    }
    scalar("pg_json_typeof", 1) { call throws(SQLError) in call.result(JSONText.typeName(call.utf8(0))) }
    for name in ["bool", "int2", "int4", "int8", "float4", "float8", "numeric"] {
      scalar("pg_jsonb_\(name)", 1) { call throws(SQLError) in try scalarValue(call, name) }
    }
  }
}

private func invalidJSON(_ error: JSONTextError) -> SQLError {
  SQLError(.invalidTextRepresentation, "invalid input syntax for type json", detail: error.description)
}

func normalizedJSON(_ text: String) throws(SQLError) -> String {
  do throws(JSONTextError) { return try JSONText.normalized(text) } catch { throw invalidJSON(error) }
}

private func part(_ call: FunctionContext, _ step: JSONText.Step) throws(SQLError) -> JSONText.Part? {
  do throws(JSONTextError) {
    return try JSONText.part(of: call.utf8(0), at: step)
  } catch {
    throw invalidJSON(error)
  }
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
    let article = kind == "array" || kind == "object" ? kind : kind
    throw SQLError(.invalidParameterValue, "cannot cast jsonb \(article) to type \(names[name] ?? name)")
  }
  switch name {
  case "bool": call.result(text == "true")
  case "numeric": call.result(try Numeric(text))
  case "float4", "float8": call.result(try Numeric(text).double())
  case "int2": call.result(Int64(try Numeric(text).int16()))
  case "int4": call.result(Int64(try Numeric(text).int32()))
  default: call.result(try Numeric(text).int64())
  }
}
