import PostgresDialect

extension FunctionRegistrar {
  /// Arrays: making, reading, changing and comparing them, and their elements as rows.
  func registerArrays() {
    registerArrayMaking()
    registerArrayText()
    registerArrayJSON()
    registerArrayShapes()
    registerArraySearches()
    registerArrayChanges()
    registerArrayRows()
    registerArrayAggregates()
    let orders: [(String, ArrayValue.Order)] = [
      ("pg_array", .plain), ("pg_array_text", .text), ("pg_array_interval", .interval), ("pg_array_jsonb", .jsonb),
    ]
    for (name, order) in orders {
      collation(name) { left, right in
        if left.elementsEqual(right) { return 0 }
        guard let a = ArrayValue(json: left), let b = ArrayValue(json: right) else {
          return left.lexicographicallyPrecedes(right) ? -1 : 1
        }
        return a.compare(b, order)
      }
    }
  }

  private func registerArrayMaking() {
    // The kind, then the elements.
    scalar("pg_array", -1, isStrict: false) { call throws(SQLError) in
      let kind = call.kind(0)
      call.result(ArrayValue((1..<call.count).map { call.element($0, kind: kind) }))
    }
    scalar("pg_array_nest", -1, isStrict: false) { call throws(SQLError) in
      var arrays: [ArrayValue?] = []
      for index in 0..<call.count { arrays.append(try call.array(index)) }
      call.result(try ArrayValue(nesting: arrays))
    }
    // Two arrays of more than one dimension, one behind the other.
    scalar("pg_array_join", 2) { call throws(SQLError) in
      call.result(try call.strictArray(0).concatenated(with: call.strictArray(1)))
    }
    // New elements in an array's shape; null when the array is.
    scalar("pg_array_shape", 2, isStrict: false) { call throws(SQLError) in
      guard let shape = try call.array(0) else { return call.resultNull() }
      call.result(shape.withElements((try call.array(1))?.elements ?? []))
    }
    // Value, kind, lengths, and lower bounds, which must be 1.
    scalar("pg_array_fill", -1, isStrict: false) { call throws(SQLError) in
      guard let lengths = try call.array(2) else {
        throw SQLError(SQLState(rawValue: "22004"), "dimension array or low bound array cannot be null")
      }
      if call.count > 3 {
        guard let bounds = try call.array(3) else {
          throw SQLError(SQLState(rawValue: "22004"), "dimension array or low bound array cannot be null")
        }
        guard bounds.elements.allSatisfy({ $0 == .number("1") }) else {
          throw SQLError(.featureNotSupported, "arrays with lower bounds other than 1 are not supported")
        }
        guard bounds.elements.count == lengths.elements.count else {
          throw SQLError(
            .arraySubscriptError, "wrong number of array subscripts",
            detail: "Low bound array has different size than dimensions array.")
        }
      }
      call.result(try ArrayValue(filledWith: call.element(0, kind: call.kind(1)), lengths: lengths))
    }
  }

  private func registerArrayText() {
    scalar("pg_array_text", 3) { call throws(SQLError) in
      guard let base = SQLType.Base(rawValue: call.text(1)) else { return call.resultNull() }
      call.result(try call.strictArray(0).text(base, zone: call.zone(2)))
    }
    // Text, element type, precision, scale, whether texts are cut, zone, now.
    scalar("pg_array_in", 7) { call throws(SQLError) in
      let type = try elementType(call, 1)
      call.result(
        try ArrayValue(
          literal: call.text(0), element: type, isExplicit: call.integer(4) != 0,
          in: DateTimeText.Session(zone: call.zone(5), now: call.integer(6))))
    }
    // Array, its element type, then as above: every element by way of its text.
    scalar("pg_array_cast", 8) { call throws(SQLError) in
      let array = try call.strictArray(0)
      let type = try elementType(call, 2)
      guard let from = SQLType.Base(rawValue: call.text(1)) else { return call.resultNull() }
      let session = DateTimeText.Session(zone: try call.zone(6), now: call.integer(7))
      var elements: [ArrayValue.Element] = []
      for (text, element) in zip(array.texts(from, zone: session.zone), array.elements) {
        // A boolean's cast to text writes the word.
        let word: String? = if case .boolean(let flag) = element { ValueText.castText(flag) } else { text }
        elements.append(
          try word.map { text throws(SQLError) in
            try ArrayValue.Element(text, type, isExplicit: call.integer(5) != 0, in: session)
          } ?? .null)
      }
      call.result(array.withElements(elements))
    }
    // Array, element type, zone, delimiter, and the text for nulls, which are left out without it.
    scalar("pg_array_to_string", -1, isStrict: false) { call throws(SQLError) in
      guard let array = try call.array(0), !call.isNull(3), let base = SQLType.Base(rawValue: call.text(1)) else {
        return call.resultNull()
      }
      let substitute = call.count > 4 && !call.isNull(4) ? call.text(4) : nil
      let texts = array.texts(base, zone: try call.zone(2)).compactMap { $0 ?? substitute }
      call.result(texts.joined(separator: call.text(3)))
    }
    // Text, delimiter, and the text that stands for null.
    scalar("pg_string_to_array", -1, isStrict: false) { call throws(SQLError) in
      guard let parts = splitParts(call) else { return call.resultNull() }
      call.result(ArrayValue(parts.map { $0.map { .string($0) } ?? .null }))
    }
    scalar("pg_string_to_table", -1, isStrict: false) { call throws(SQLError) in
      guard let parts = splitParts(call) else { return call.resultNull() }
      var rows = RowSet(width: 1)
      for part in parts { try rows.appendChecked([SQLValue(part)]) }
      call.result(rows)
    }
  }

  private func registerArrayShapes() {
    scalar("pg_array_ndims", 1) { call throws(SQLError) in
      let count = try call.strictArray(0).dimensions.count
      if count == 0 { call.resultNull() } else { call.result(Int64(count)) }
    }
    scalar("pg_array_dims", 1) { call throws(SQLError) in
      let lengths = try call.strictArray(0).dimensions
      if lengths.isEmpty { call.resultNull() } else { call.result(lengths.map { "[1:\($0)]" }.joined()) }
    }
    scalar("pg_array_length", 2) { call throws(SQLError) in
      let lengths = try call.strictArray(0).dimensions
      let dimension = Int(call.integer(1))
      guard lengths.indices.contains(dimension - 1) else { return call.resultNull() }
      call.result(Int64(lengths[dimension - 1]))
    }
    scalar("pg_array_lower", 2) { call throws(SQLError) in
      let lengths = try call.strictArray(0).dimensions
      guard lengths.indices.contains(Int(call.integer(1)) - 1) else { return call.resultNull() }
      call.result(Int64(1))
    }
    scalar("pg_array_cardinality", 1) { call throws(SQLError) in
      call.result(Int64(try call.strictArray(0).elements.count))
    }
    // Array, kind, subscripts.
    scalar("pg_array_element", -1) { call throws(SQLError) in
      let array = try call.strictArray(0)
      let subscripts = (2..<call.count).map { call.integer($0) }
      guard let element = array.element(at: subscripts) else { return call.resultNull() }
      call.result(element.value(kind: call.kind(1)))
    }
    // Array, then lower and upper bound of each dimension; empty texts for bounds that are left out.
    scalar("pg_array_slice", -1) { call throws(SQLError) in
      let array = try call.strictArray(0)
      let bounds = (1..<call.count).map { call.isText($0) ? nil : call.integer($0) }
      call.result(array.slice(stride(from: 0, to: bounds.count, by: 2).map { (bounds[$0], bounds[$0 + 1]) }))
    }
  }

  private func registerArrayRows() {
    scalar("pg_unnest", 2) { call throws(SQLError) in
      let kind = call.kind(1)
      var rows = RowSet(width: 1)
      for element in try call.strictArray(0).elements { try rows.appendChecked([element.value(kind: kind)]) }
      call.result(rows)
    }
    // As pg_unnest, but a null array has one row, a null.
    scalar("pg_array_items", 2, isStrict: false) { call throws(SQLError) in
      let kind = call.kind(1)
      var rows = RowSet(width: 1)
      for element in try call.array(0)?.elements ?? [.null] { try rows.appendChecked([element.value(kind: kind)]) }
      call.result(rows)
    }
    scalar("pg_array_subscripts", -1) { call throws(SQLError) in
      let lengths = try call.strictArray(0).dimensions
      let dimension = Int(call.integer(1))
      guard lengths.indices.contains(dimension - 1) else { return call.resultNull() }
      let length = Int64(lengths[dimension - 1])
      let isReverse = call.count > 2 && call.integer(2) != 0
      call.result(
        .blob(
          isReverse
            ? RowSet.series(from: length, through: 1, step: -1) : RowSet.series(from: 1, through: length, step: 1)))
    }
  }
}

/// The element type that a call passes as base, precision and scale.
private func elementType(_ call: FunctionContext, _ index: Int) throws(SQLError) -> SQLType {
  guard let base = SQLType.Base(rawValue: call.text(index)) else {
    throw SQLError(.internalError, "an array's element type is unknown")
  }
  let (precision, scale) = (call.integer(index + 1), call.integer(index + 2))
  return SQLType(base, precision: precision < 0 ? nil : Int(precision), scale: precision < 0 ? nil : Int(scale))
}

/// The parts of `string_to_array`; nil for null. A null delimiter splits into characters, an empty one not at all.
private func splitParts(_ call: FunctionContext) -> [String?]? {
  if call.isNull(0) { return nil }
  let text = call.text(0)
  if text.isEmpty { return [] }
  var parts: [String]
  if call.isNull(1) {
    parts = text.unicodeScalars.map { String($0) }
  } else {
    let delimiter = call.text(1)
    parts = delimiter.isEmpty ? [text] : split(text, delimiter)
  }
  let null = call.count > 2 && !call.isNull(2) ? call.text(2) : nil
  return parts.map { $0 == null ? nil : $0 }
}

/// The pieces between the delimiters, compared by bytes: Swift's own splitting compares by canonical equivalence.
private func split(_ text: String, _ delimiter: String) -> [String] {
  let (bytes, pattern) = (Array(text.utf8), Array(delimiter.utf8))
  var parts: [String] = []
  var start = 0
  var index = 0
  while index + pattern.count <= bytes.count {
    if bytes[index] == pattern[0], bytes[index..<index + pattern.count].elementsEqual(pattern) {
      parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
      index += pattern.count
      start = index
    } else {
      index += 1
    }
  }
  parts.append(String(decoding: bytes[start...], as: UTF8.self))
  return parts
}
