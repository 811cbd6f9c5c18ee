import PostgresDialect

extension FunctionRegistrar {
  func registerAggregates() {
    aggregate("pg_sum_numeric", 1) { DecimalMoments(.sum, reader: .decimal) }
    aggregate("pg_avg_numeric", 1) { DecimalMoments(.average, reader: .decimal) }
    aggregate("pg_avg_fixed", 2) { FixedAverage() }
    for (name, statistic) in [
      ("stddev_samp", Moment.deviation(isSample: true)), ("stddev_pop", .deviation(isSample: false)),
      ("var_samp", .variance(isSample: true)), ("var_pop", .variance(isSample: false)),
    ] {
      aggregate("pg_\(name)_numeric", 1) { DecimalMoments(statistic, reader: .decimal) }
      aggregate("pg_\(name)_fixed", 2) { DecimalMoments(statistic, reader: .fixed) }
      registerFloats("pg_\(name)_float8", statistic)
    }
    registerFloats("pg_sum_float8", .sum)
    registerFloats("pg_sum_float4", .sum, isSingle: true)
    registerFloats("pg_avg_float8", .average)
    aggregate("pg_sum_interval", 1) { IntervalSum(isAverage: false) }
    aggregate("pg_avg_interval", 1) { IntervalSum(isAverage: true) }
    aggregate("pg_string_agg", 2) { StringAggregate() }
    registerRegression()
    registerOrderedSets()
  }
}

extension FunctionRegistrar {
  /// Two functions: the plain one, and `…_frame` for windows with a frame that moves.
  private func registerFloats(_ name: String, _ moment: Moment, isSingle: Bool = false) {
    aggregate(name, 1) { FloatMoments(moment, isSingle: isSingle) }
    aggregate(name + "_frame", 1) { FloatMoments(moment, isSingle: isSingle, isFramed: true) }
  }
}

enum Moment {
  case sum, average
  case deviation(isSample: Bool)
  case variance(isSample: Bool)
}

/// Sums of values and of their squares in exact decimals, and what PostgreSQL computes from them.
/// Source: numeric_stddev_internal's formula, (N·Σx² − (Σx)²) / (N·(N−1)).
private final class DecimalMoments: AggregateState {
  enum Reader { case decimal, fixed }

  private let moment: Moment
  private let reader: Reader
  private let needsSquares: Bool
  private var count = 0
  private var sum = Numeric.zero
  private var squares = Numeric.zero
  /// How many of the values have each scale: the sum shows the largest that is still there.
  private var scaleCounts: [Int] = []

  init(_ moment: Moment, reader: Reader) {
    self.moment = moment
    self.reader = reader
    needsSquares =
      switch moment {
      case .sum, .average: false
      case .deviation, .variance: true
      }
  }

  private func read(_ call: FunctionContext) throws(SQLError) -> Numeric {
    switch reader {
    case .decimal: try call.numeric(0)
    case .fixed: Numeric(scaled: call.integer(0), scale: Int(clamping: call.integer(1)))
    }
  }

  func step(_ call: FunctionContext) throws(SQLError) {
    let value = try read(call)
    count += 1
    if let scale = value.scale {
      while scaleCounts.count <= scale { scaleCounts.append(0) }
      scaleCounts[scale] += 1
    }
    sum = try sum.adding(value)
    if needsSquares { squares = try squares.adding(value.multiplied(by: value)) }
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    let value = try read(call)
    guard let scale = value.scale else {
      throw SQLError(.featureNotSupported, "NaN and infinity in a moving frame are not supported")
    }
    count -= 1
    scaleCounts[scale] -= 1
    sum = try sum.subtracting(value)
    if needsSquares { squares = try squares.subtracting(value.multiplied(by: value)) }
  }

  func value() throws(SQLError) -> SQLValue {
    guard count > 0 else { return .null }
    let n = Numeric(count)
    let scale = scaleCounts.lastIndex { $0 > 0 } ?? 0
    // What lies behind that scale is zeros, left by values that are gone.
    if let shown = sum.scale, shown > scale { sum = try sum.rounded(scale) }
    if needsSquares, let shown = squares.scale, shown > 2 * scale { squares = try squares.rounded(2 * scale) }
    switch moment {
    case .sum: return .text(sum.description)
    case .average: return .text(try sum.divided(by: n).description)
    case .deviation(let isSample), .variance(let isSample):
      guard count > 1 || !isSample else { return .null }
      let spread = try n.multiplied(by: squares).subtracting(sum.multiplied(by: sum))
      if spread.signum <= 0 { return .text("0") }
      let variance = try spread.divided(by: n.multiplied(by: Numeric(isSample ? count - 1 : count)))
      if case .variance = moment { return .text(variance.description) }
      return .text(try variance.squareRoot(scale: variance.scale ?? 0).description)
    }
  }
}

/// The mean of scaled integers: an exact sum in 128 bits and one division at the end.
private final class FixedAverage: AggregateState {
  private var count = 0
  private var sum: Int128 = 0
  private var scale = 0

  func step(_ call: FunctionContext) throws(SQLError) {
    count += 1
    sum += Int128(call.integer(0))
    scale = Int(clamping: call.integer(1))
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    count -= 1
    sum -= Int128(call.integer(0))
  }

  func value() throws(SQLError) -> SQLValue {
    guard count > 0 else { return .null }
    let total: Numeric
    if let small = Int64(exactly: sum) {
      total = Numeric(scaled: small, scale: scale)
    } else {
      total = try Numeric(sum).multiplied(by: Numeric(scaled: 1, scale: scale))
    }
    return .text(try total.divided(by: Numeric(count)).description)
  }
}

/// Youngs and Cramer's update, as PostgreSQL's float8 aggregates use it.
/// Source: <https://doi.org/10.2307/1267176>
private final class FloatMoments: AggregateState {
  private let moment: Moment
  /// Sums of `real` are rounded to `real` at every step.
  private let isSingle: Bool
  private let needsSpread: Bool
  private var count = 0.0
  private var sum = 0.0
  private var spread = 0.0
  private var hasInfinity = false
  /// The values themselves, where a frame will drop some: taking one out of a float sum does not give back the sum
  /// before it.
  private var values: [Double]?
  private var droppedCount = 0

  init(_ moment: Moment, isSingle: Bool = false, isFramed: Bool = false) {
    self.moment = moment
    self.isSingle = isSingle
    if isFramed { values = [] }
    needsSpread = if case .sum = moment { false } else { true }
  }

  func step(_ call: FunctionContext) throws(SQLError) {
    if values != nil { values?.append(call.real(0)) } else { try add(call.real(0)) }
  }

  private func add(_ value: Double) throws(SQLError) {
    hasInfinity = hasInfinity || !value.isFinite
    count += 1
    sum += value
    if isSingle { sum = Double(Float(sum)) }
    if needsSpread && count > 1 {
      let difference = value * count - sum
      spread += difference * difference / (count * (count - 1))
    }
    // An average overflows through its sum of squares, as it does in PostgreSQL.
    if !hasInfinity && (sum.isInfinite || spread.isInfinite || spread.isNaN) {
      throw SQLError(.numericValueOutOfRange, "value out of range: overflow")
    }
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    droppedCount += 1
  }

  func value() throws(SQLError) -> SQLValue {
    if let values {
      (count, sum, spread, hasInfinity) = (0, 0, 0, false)
      for value in values.dropFirst(droppedCount) { try add(value) }
    }
    switch moment {
    case .sum: return count > 0 ? .real(sum) : .null
    case .average: return count > 0 ? .real(sum / count) : .null
    case .deviation(let isSample), .variance(let isSample):
      guard count > (isSample ? 1 : 0) else { return .null }
      if hasInfinity { return .real(.nan) }
      let variance = spread / (isSample ? count - 1 : count)
      if case .variance = moment { return .real(variance) }
      return .real(variance.squareRoot())
    }
  }
}

private final class IntervalSum: AggregateState {
  private let isAverage: Bool
  private var count = 0
  private var sum = Interval.zero

  init(isAverage: Bool) { self.isAverage = isAverage }

  func step(_ call: FunctionContext) throws(SQLError) {
    count += 1
    sum = try sum.adding(call.interval(0))
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    count -= 1
    sum = try sum.subtracting(call.interval(0))
  }

  func value() throws(SQLError) -> SQLValue {
    guard count > 0 else { return .null }
    return .text((isAverage ? try sum.divided(by: Double(count)) : sum).description)
  }
}

extension SQLValue {
  /// SQLite's order of values: numbers before texts.
  static func isOrdered(_ a: SQLValue, _ b: SQLValue) -> Bool {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): x < y
    case (.real(let x), .real(let y)): x < y
    case (.integer(let x), .real(let y)): Double(x) < y
    case (.real(let x), .integer(let y)): x < Double(y)
    case (.text(let x), .text(let y)): x.utf8.lexicographicallyPrecedes(y.utf8)
    case (.integer, _), (.real, _): true
    default: false
    }
  }
}
