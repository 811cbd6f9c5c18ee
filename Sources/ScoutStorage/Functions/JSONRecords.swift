import PostgresDialect

extension FunctionRegistrar {
  /// `json_to_record`, `json_populate_record` and their kin.
  func registerJSONRecords() {
    // The function's name, the JSON, the base record, the zone, the transaction's time; then for each field its name,
    // its type and the scale of its scaled integers, -1 where it has none.
    scalar("pg_json_records", -1, isStrict: false) { call throws(SQLError) in
      try records(call)
    }
  }

  private func records(_ call: FunctionContext) throws(SQLError) {
    let name = call.text(0)
    let isSet = name.hasSuffix("set")
    let reader = try JSONRecordReader(call)
    if call.isNull(1) {
      // No JSON: to_record gives a row of nulls, populate_record its base, the sets nothing.
      if name.hasSuffix("_to_record") {
        var rows = RowSet(width: reader.fields.count)
        rows.append(Array(repeating: .null, count: reader.fields.count))
        return call.result(rows)
      }
      return isSet ? call.resultNull() : call.result(call.value(2))
    }
    let bytes = call.utf8(1)
    let kind = JSONScanner(bytes, 0).kind
    guard isSet else {
      guard let members = try JSONText.members(of: bytes) else {
        throw SQLError(
          .invalidParameterValue, "cannot call populate_composite on \(kind == .array ? "an array" : "a scalar")")
      }
      let row = try reader.row(members)
      if name.hasSuffix("_to_record") {
        var rows = RowSet(width: row.count)
        rows.append(row)
        return call.result(rows)
      }
      return call.result(RecordText.encode(row, kinds: reader.kinds))
    }
    guard let elements = try JSONText.elements(of: bytes) else {
      let isBinary = name.hasPrefix("jsonb")
      throw SQLError(
        .invalidParameterValue,
        "cannot call \(name) on \(isBinary ? "a non-array" : kind == .object ? "an object" : "a scalar")")
    }
    var rows = RowSet(width: reader.fields.count)
    for element in elements {
      let members = try withBytes(element.json) { bytes throws(SQLError) in try JSONText.members(of: bytes) }
      guard let members else {
        throw SQLError(.invalidParameterValue, "argument of \(name) must be an array of objects")
      }
      try rows.appendChecked(try reader.row(members))
    }
    call.result(rows)
  }
}

/// Runs `body` on the text's bytes.
private func withBytes<Value>(
  _ text: String, _ body: (UnsafeBufferPointer<UInt8>) throws(SQLError) -> Value
) throws(SQLError) -> Value {
  let result: Result<Value, SQLError> = Array(text.utf8).withUnsafeBufferPointer { buffer in
    do throws(SQLError) { return .success(try body(buffer)) } catch { return .failure(error) }
  }
  return try result.get()
}

/// Reads rows with typed fields out of JSON objects.
private struct JSONRecordReader {
  struct Field {
    var name: String
    var type: SQLType
    /// The scale under which a decimal is held as an integer; nil for decimal texts.
    var scale: Int?
  }

  var fields: [Field] = []
  private var base: [SQLValue] = []
  private let session: DateTimeText.Session

  init(_ call: FunctionContext) throws(SQLError) {
    session = DateTimeText.Session(zone: try call.zone(3), now: call.integer(4))
    for index in stride(from: 5, to: call.count - 2, by: 3) {
      let declaration = call.text(index + 1)
      let type = try call.session.type(declaration)
      let scale = Int(call.integer(index + 2))
      fields.append(Field(name: call.text(index), type: type, scale: scale < 0 ? nil : scale))
    }
    base = Array(repeating: .null, count: fields.count)
    if !call.isNull(2), let values = RecordText.decode(call.text(2)), values.count == fields.count {
      base = values.map(\.value)
    }
  }

  /// What marks decimal and interval texts in a record.
  var kinds: String {
    fields.map { $0.type.isNumeric && $0.scale == nil ? "n" : $0.type == .interval ? "i" : "." }.joined()
  }

  /// The fields' values; of equal keys the last one counts.
  func row(_ members: [(key: String, value: JSONText.Part)]) throws(SQLError) -> [SQLValue] {
    var row = base
    for (index, field) in fields.enumerated() {
      let name = Array(field.name.utf8)
      guard let member = members.last(where: { $0.key.utf8.elementsEqual(name) }) else { continue }
      row[index] = try value(member.value, field)
    }
    return row
  }

  private func value(_ part: JSONText.Part, _ field: Field) throws(SQLError) -> SQLValue {
    guard let text = part.text else { return .null }
    if field.type.isArray { return .text(try array(part, text, field).json) }
    switch field.type.base {
    case .json: return .text(part.json)
    case .jsonb: return .text(try JSONText.jsonb(part.json))
    default: return try SQLValue(text, field.type, scale: field.scale, session)
    }
  }
}

extension JSONRecordReader {
  /// A JSON array, nested for several dimensions, or a string with an array's text.
  private func array(_ part: JSONText.Part, _ text: String, _ field: Field) throws(SQLError) -> ArrayValue {
    let expected = SQLError(
      .invalidTextRepresentation, "expected JSON array", hint: "See the value of key \"\(field.name)\".")
    if part.json.hasPrefix("\"") {
      return try ArrayValue(literal: text, element: field.type.element, isExplicit: false, in: session)
    }
    guard let elements = try elements(part.json) else { throw expected }
    return try array(elements, field, expected)
  }

  private func elements(_ json: String) throws(SQLError) -> [JSONText.Part]? {
    try withBytes(json) { bytes throws(SQLError) in try JSONText.elements(of: bytes) }
  }

  /// The first element tells whether there is a further dimension.
  private func array(_ parts: [JSONText.Part], _ field: Field, _ expected: SQLError) throws(SQLError) -> ArrayValue {
    guard let first = parts.first, try elements(first.json) != nil else {
      var values: [ArrayValue.Element] = []
      for part in parts { values.append(try element(part, field)) }
      return ArrayValue(values)
    }
    var arrays: [ArrayValue] = []
    for part in parts {
      guard let inner = try elements(part.json) else { throw expected }
      arrays.append(try array(inner, field, expected))
    }
    guard arrays.allSatisfy({ $0.dimensions == arrays[0].dimensions }) else {
      throw SQLError(
        .invalidTextRepresentation, "malformed JSON array",
        detail: "Multidimensional arrays must have sub-arrays with matching dimensions.")
    }
    return try ArrayValue(nesting: arrays)
  }

  private func element(_ part: JSONText.Part, _ field: Field) throws(SQLError) -> ArrayValue.Element {
    guard let text = part.text else { return .null }
    switch field.type.base {
    case .json: return .string(part.json)
    case .jsonb: return .string(try JSONText.jsonb(part.json))
    default: return try ArrayValue.Element(text, field.type.element, isExplicit: false, in: session)
    }
  }
}

extension SessionState {
  /// The type of a declaration such as `numeric(12,2)`.
  func type(_ declaration: String) throws(SQLError) -> SQLType {
    if let known = types[declaration] { return known }
    let type = try SQLType(declaration: declaration)
    types[declaration] = type
    return type
  }
}

extension SQLValue {
  /// A text as the input function of a type reads it, in the form in which the value is stored.
  ///
  /// - Parameter scale: Under which a decimal is held as an integer; nil for a decimal text.
  init(_ text: String, _ type: SQLType, scale: Int?, _ session: DateTimeText.Session) throws(SQLError) {
    switch type.base {
    case .boolean: self = .integer(try ValueText.boolean(text) ? 1 : 0)
    case .int2: self = .integer(Int64(try ValueText.int16(text)))
    case .int4: self = .integer(Int64(try ValueText.int32(text)))
    case .int8: self = .integer(try ValueText.int64(text))
    case .float4: self = .real(Double(try ValueText.real(text)))
    case .float8: self = .real(try ValueText.double(text))
    case .numeric:
      var number = try Numeric(text)
      if let precision = type.precision { number = try number.fitted(precision: precision, scale: type.scale ?? 0) }
      guard let scale else {
        self = .text(number.description)
        return
      }
      guard let scaled = number.scaledInteger(scale: scale) else {
        throw SQLError(.featureNotSupported, "\(number) is not supported in numeric columns of up to 18 digits")
      }
      self = .integer(scaled)
    case .text, .name: self = .text(text)
    case .varchar:
      guard let length = type.precision else {
        self = .text(text)
        return
      }
      // Blanks beyond the length are cut without a word, as the standard wants it.
      guard text.unicodeScalars.dropFirst(length).allSatisfy({ $0 == " " }) else {
        throw SQLError(.stringDataRightTruncation, "value too long for type character varying(\(length))")
      }
      self = .text(String(String.UnicodeScalarView(text.unicodeScalars.prefix(length))))
    case .uuid: self = .text(try ValueText.uuid(text))
    case .json:
      try JSONSyntax.check(text, escapes: .kept)
      self = .text(text)
    case .jsonb: self = .text(try JSONText.jsonb(text))
    case .timestamptz: self = .integer(try DateTimeText.timestampWithTimeZone(text, in: session))
    case .timestamp: self = .integer(try DateTimeText.timestamp(text, in: session))
    case .date: self = .integer(Int64(try DateTimeText.date(text, in: session)))
    case .time: self = .integer(try DateTimeText.time(text, in: session))
    case .interval: self = .text(try Interval(text).description)
    default:
      throw SQLError(.featureNotSupported, "type \(type.displayName) is not supported in records of JSON yet")
    }
  }
}
