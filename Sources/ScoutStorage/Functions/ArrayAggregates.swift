import PostgresDialect

extension FunctionRegistrar {
  func registerArrayAggregates() {
    // Value, kind.
    aggregate("pg_array_agg", 2, ignoresNulls: false) { CollectedElements() }
    aggregate("pg_array_agg_arrays", 1, ignoresNulls: false) { CollectedArrays() }
    // Whether a condition holds for some, or for every, row: unknown when only unknown ones could tell.
    aggregate("pg_some", 1, ignoresNulls: false) { Quantification(isAll: false) }
    aggregate("pg_every", 1, ignoresNulls: false) { Quantification(isAll: true) }
    aggregate("pg_percentiles_cont", 3) {
      Percentiles { values, fraction in .real(Percentile.continuous(values, fraction)) }
    }
    aggregate("pg_percentiles_cont_interval", 3) {
      Percentiles { values, fraction throws(SQLError) in try Percentile.continuousInterval(values, fraction) }
    }
    aggregate("pg_percentiles_disc", 3) {
      Percentiles { values, fraction in Percentile.discrete(values, fraction) }
    }
  }
}

/// The values of a group in the order of their arrival; null for none.
private final class CollectedElements: AggregateState {
  private var elements: [ArrayValue.Element] = []

  func step(_ call: FunctionContext) throws(SQLError) {
    guard elements.count < ArrayValue.maximumCount else {
      throw SQLError(.programLimitExceeded, "array size exceeds the maximum allowed (\(ArrayValue.maximumCount))")
    }
    elements.append(call.element(0, kind: call.kind(1)))
  }

  func inverse(_ call: FunctionContext) { if !elements.isEmpty { elements.removeFirst() } }

  func value() -> SQLValue { elements.isEmpty ? .null : .text(ArrayValue(elements).json) }
}

/// The arrays of a group as one of a dimension more.
private final class CollectedArrays: AggregateState {
  private var arrays: [ArrayValue] = []

  func step(_ call: FunctionContext) throws(SQLError) {
    guard let array = try call.array(0) else {
      throw SQLError(SQLState(rawValue: "22004"), "cannot accumulate null arrays")
    }
    guard !array.dimensions.isEmpty else {
      throw SQLError(.arraySubscriptError, "cannot accumulate empty arrays")
    }
    if let first = arrays.first, first.dimensions != array.dimensions {
      throw SQLError(.arraySubscriptError, "cannot accumulate arrays of different dimensionality")
    }
    arrays.append(array)
  }

  func inverse(_ call: FunctionContext) { if !arrays.isEmpty { arrays.removeFirst() } }

  func value() throws(SQLError) -> SQLValue {
    arrays.isEmpty ? .null : .text(try ArrayValue(nesting: arrays).json)
  }
}

private final class Quantification: AggregateState {
  private let isAll: Bool
  private var isDecided = false
  private var sawNull = false

  init(isAll: Bool) { self.isAll = isAll }

  func step(_ call: FunctionContext) {
    if call.isNull(0) { sawNull = true } else if (call.integer(0) != 0) != isAll { isDecided = true }
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.internalError, "a quantifier has no moving frame")
  }

  func value() -> SQLValue { isDecided ? SQLValue(!isAll) : sawNull ? .null : SQLValue(isAll) }
}

/// The values at several fractions of the sorted values, as an array of the fractions' shape.
private final class Percentiles: AggregateState {
  private let choose: Percentile.Choice
  private var values: [SQLValue] = []
  private var fractions: ArrayValue?
  private var kind = UInt8(ascii: "r")

  init(_ choose: @escaping Percentile.Choice) { self.choose = choose }

  func step(_ call: FunctionContext) throws(SQLError) {
    if values.isEmpty {
      fractions = try call.array(1)
      kind = call.kind(2)
    }
    values.append(call.value(0))
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.featureNotSupported, "OVER is not supported for ordered-set aggregates")
  }

  func value() throws(SQLError) -> SQLValue {
    guard let fractions, !values.isEmpty else { return .null }
    let chosen = try fractions.mapped { element throws(SQLError) in
      guard case .real(let fraction) = element.value(kind: UInt8(ascii: "r")) else {
        throw SQLError(.numericValueOutOfRange, "percentile value NaN is not between 0 and 1")
      }
      try Percentile.check(fraction)
      return ArrayValue.Element(try choose(values, fraction), kind: kind)
    }
    return .text(chosen.json)
  }
}
