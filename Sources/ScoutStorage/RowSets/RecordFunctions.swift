import PostgresDialect

extension FunctionRegistrar {
  /// Composite values: making them, taking them apart, their text and their order.
  func registerRecords() {
    // The kinds of the fields, then the fields.
    scalar("pg_row", -1, isStrict: false) { call throws(SQLError) in
      call.result(RecordText.encode((1..<call.count).map(call.value), kinds: call.text(0)))
    }
    scalar("pg_row_field", 2) { call throws(SQLError) in
      let index = Int(call.integer(1))
      guard let fields = RecordText.decode(call.text(0)), fields.indices.contains(index) else {
        throw SQLError(.internalError, "a record has no field \(index)")
      }
      fields[index].value.give(to: call.context)
    }
    // The texts of the fields as their types' output functions write them.
    scalar("pg_record_text", -1, isStrict: false) { call throws(SQLError) in
      call.result(RecordText.output((0..<call.count).map { call.isNull($0) ? nil : call.text($0) }))
    }
    // Weak, since the session keeps its collations.
    collation("pg_record") { [weak session] left, right in
      RecordText.compare(String(decoding: left, as: UTF8.self), String(decoding: right, as: UTF8.self), session)
    }
    // Whether a comparison holds for all, or for any, of the values in a row set of width 1.
    scalar("pg_quantified", 5, isStrict: false) { call throws(SQLError) in
      try quantified(call)
    }
  }

  /// Arguments: `all` or `any`, the operator, the collation, the value, the rows.
  private func quantified(_ call: FunctionContext) throws(SQLError) {
    let isAll = call.text(0) == "all"
    let symbol = call.text(1)
    let collation = call.session.collations[call.text(2)]
    let value = call.value(3)
    var sawNull = false
    guard var rows = call.rowSet(4) else { return call.result(isAll) }
    while rows.next() {
      guard let other = rows.row.first, !other.isNull, !value.isNull else {
        sawNull = true
        continue
      }
      let order = value.compare(other, collation)
      if comparison(symbol, holdsFor: order) != isAll { return call.result(!isAll) }
    }
    if sawNull { call.resultNull() } else { call.result(isAll) }
  }
}
