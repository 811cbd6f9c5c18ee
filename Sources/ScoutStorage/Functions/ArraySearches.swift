import PostgresDialect

extension FunctionRegistrar {
  /// Finding elements in arrays, and changing arrays.
  func registerArraySearches() {
    // The last argument is the collation under which elements are equal.
    scalar("pg_array_contains", 3) { call throws(SQLError) in
      call.result(try call.strictArray(0).contains(call.strictArray(1), call.order(2)))
    }
    scalar("pg_array_overlaps", 3) { call throws(SQLError) in
      call.result(try call.strictArray(0).overlaps(call.strictArray(1), call.order(2)))
    }
    // Array, value, maybe the subscript to begin at, kind.
    scalar("pg_array_position", -1, isStrict: false) { call throws(SQLError) in
      guard let array = try call.array(0) else { return call.resultNull() }
      try checkOneDimension(array, "searching for elements in multidimensional arrays is not supported")
      if call.count > 3, call.isNull(2) {
        throw SQLError(SQLState(rawValue: "22004"), "initial position must not be null")
      }
      let start = call.count > 3 ? Swift.max(Int(call.integer(2)), 1) : 1
      let wanted = call.element(1, kind: call.kind(call.count - 1))
      let found = array.elements.indices.dropFirst(start - 1).first { array.elements[$0].compare(wanted) == 0 }
      if let found { call.result(Int64(found + 1)) } else { call.resultNull() }
    }
    scalar("pg_array_positions", 3, isStrict: false) { call throws(SQLError) in
      guard let array = try call.array(0) else { return call.resultNull() }
      try checkOneDimension(array, "searching for elements in multidimensional arrays is not supported")
      let wanted = call.element(1, kind: call.kind(2))
      let found = array.elements.indices.filter { array.elements[$0].compare(wanted) == 0 }
      call.result(ArrayValue(found.map { .number(String($0 + 1)) }))
    }
    // Whether a comparison holds for all, or for any, of an array's elements.
    scalar("pg_array_quantified", 6, isStrict: false) { call throws(SQLError) in
      try quantified(call)
    }
    // How many of the sorted thresholds are not above the value.
    scalar("pg_array_bucket", 4) { call throws(SQLError) in
      let thresholds = try call.strictArray(1)
      guard thresholds.dimensions.count <= 1 else {
        throw SQLError(.arraySubscriptError, "thresholds must be one-dimensional array")
      }
      guard !thresholds.elements.contains(.null) else {
        throw SQLError(SQLState(rawValue: "22004"), "thresholds array must not contain NULLs")
      }
      let value = call.element(0, kind: call.kind(2))
      let order = call.order(3)
      call.result(Int64(thresholds.elements.count { $0.compare(value, order) <= 0 }))
    }
  }

  func registerArrayChanges() {
    scalar("pg_array_cat", 2, isStrict: false) { call throws(SQLError) in
      guard let left = try call.array(0) else { return call.result(try call.array(1)) }
      guard let right = try call.array(1) else { return call.result(left) }
      call.result(try left.concatenated(with: right))
    }
    scalar("pg_array_append", 3, isStrict: false) { call throws(SQLError) in
      call.result(try call.strictArray(0).adding(call.element(1, kind: call.kind(2)), atStart: false))
    }
    scalar("pg_array_prepend", 3, isStrict: false) { call throws(SQLError) in
      call.result(try call.strictArray(0).adding(call.element(1, kind: call.kind(2)), atStart: true))
    }
    scalar("pg_array_remove", 3, isStrict: false) { call throws(SQLError) in
      guard let array = try call.array(0) else { return call.resultNull() }
      try checkOneDimension(array, "removing elements from multidimensional arrays is not supported")
      let unwanted = call.element(1, kind: call.kind(2))
      call.result(ArrayValue(array.elements.filter { $0.compare(unwanted) != 0 }))
    }
    scalar("pg_array_replace", 4, isStrict: false) { call throws(SQLError) in
      guard let array = try call.array(0) else { return call.resultNull() }
      let kind = call.kind(3)
      let (old, new) = (call.element(1, kind: kind), call.element(2, kind: kind))
      call.result(array.withElements(array.elements.map { $0.compare(old) == 0 ? new : $0 }))
    }
    scalar("pg_array_trim", 2) { call throws(SQLError) in
      let array = try call.strictArray(0)
      let count = call.integer(1)
      let length = Int64(array.dimensions.first ?? 0)
      guard (0...length).contains(count) else {
        throw SQLError(
          .arraySubscriptError, "number of elements to trim must be between 0 and \(length)")
      }
      call.result(array.slice(array.dimensions.isEmpty ? [] : [(nil, length - count)]))
    }
    // Array or null, kind, value, subscripts.
    scalar("pg_array_assign", -1, isStrict: false) { call throws(SQLError) in
      var subscripts: [Int64] = []
      for index in 3..<call.count {
        guard !call.isNull(index) else {
          throw SQLError(SQLState(rawValue: "22004"), "array subscript in assignment must not be null")
        }
        subscripts.append(call.integer(index))
      }
      let array = try call.array(0) ?? ArrayValue([])
      call.result(try array.assigning(call.element(2, kind: call.kind(1)), at: subscripts))
    }
    // Array or null, the new elements, and two bounds for each dimension, an empty text for one that is left out.
    scalar("pg_array_assign_slice", -1, isStrict: false) { call throws(SQLError) in
      var bounds: [(low: Int64?, high: Int64?)] = []
      func bound(_ index: Int) throws(SQLError) -> Int64? {
        guard !call.isNull(index) else {
          throw SQLError(SQLState(rawValue: "22004"), "array subscript in assignment must not be null")
        }
        if case .text = call.value(index) { return nil }
        return call.integer(index)
      }
      for index in stride(from: 2, to: call.count, by: 2) { bounds.append((try bound(index), try bound(index + 1))) }
      let array = try call.array(0) ?? ArrayValue([])
      // PostgreSQL takes a null as nothing to assign.
      guard let source = try call.array(1) else { return call.result(array) }
      call.result(try array.assigning(source, toSlice: bounds))
    }
  }
}

private func checkOneDimension(_ array: ArrayValue, _ message: String) throws(SQLError) {
  if array.dimensions.count > 1 { throw SQLError(.featureNotSupported, message) }
}

/// Arguments: `all` or `any`, the operator, the collation, the value, the array, its kind.
private func quantified(_ call: FunctionContext) throws(SQLError) {
  let isAll = call.text(0) == "all"
  guard let array = try call.array(4) else { return call.resultNull() }
  let symbol = call.text(1)
  let collation = call.session.collations[call.text(2)]
  let value = call.value(3)
  let kind = call.kind(5)
  var sawNull = false
  for element in array.elements {
    guard !element.isNull, !value.isNull else {
      sawNull = true
      continue
    }
    let order = value.compare(element.value(kind: kind), collation)
    if comparison(symbol, holdsFor: order) != isAll { return call.result(!isAll) }
  }
  if sawNull { call.resultNull() } else { call.result(isAll) }
}

/// Whether a comparison operator holds for operands in this order (negative, 0, positive).
func comparison(_ symbol: String, holdsFor order: Int) -> Bool {
  switch symbol {
  case "=": order == 0
  case "<>": order != 0
  case "<": order < 0
  case "<=": order <= 0
  case ">": order > 0
  default: order >= 0
  }
}
