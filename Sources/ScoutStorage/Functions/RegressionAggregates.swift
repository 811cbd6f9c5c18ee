import PostgresDialect

extension FunctionRegistrar {
  /// Aggregates of pairs, of bits and of bytes.
  func registerRegression() {
    for (name, statistic) in Regression.statistics {
      aggregate(name, 2, ignoresNulls: false) { Regression(statistic) }
    }
    aggregate("pg_bit_and", 1) { BitAggregate(&) }
    aggregate("pg_bit_or", 1) { BitAggregate(|) }
    aggregate("pg_bit_xor", 1) { BitAggregate(^) }
    aggregate("pg_bytes_agg", 2) { BytesAggregate() }
  }
}

/// Sums over pairs by Youngs and Cramer's update, as PostgreSQL's `float8_regr_accum` computes them.
/// Source: <https://doi.org/10.2307/1267176>
private struct PairSums {
  var count = 0.0
  var x = 0.0
  var y = 0.0
  var xx = 0.0
  var yy = 0.0
  var xy = 0.0

  mutating func add(_ pair: (y: Double, x: Double)) throws(SQLError) {
    let before = self
    count += 1
    x += pair.x
    y += pair.y
    if before.count > 0 {
      let (dx, dy) = (pair.x * count - x, pair.y * count - y)
      let scale = 1 / (count * before.count)
      xx += dx * dx * scale
      yy += dy * dy * scale
      xy += dx * dy * scale
      let isInfinite = [x, y, xx, yy, xy].contains(where: \.isInfinite)
      if isInfinite {
        let comesFromX = before.x.isInfinite || pair.x.isInfinite
        let comesFromY = before.y.isInfinite || pair.y.isInfinite
        if x.isInfinite && !comesFromX || xx.isInfinite && !comesFromX || y.isInfinite && !comesFromY
          || yy.isInfinite && !comesFromY || xy.isInfinite && !comesFromX && !comesFromY
        {
          throw SQLError(.numericValueOutOfRange, "value out of range: overflow")
        }
        if xx.isInfinite { xx = .nan }
        if yy.isInfinite { yy = .nan }
        if xy.isInfinite { xy = .nan }
      }
    } else {
      if !pair.x.isFinite { (xx, xy) = (.nan, .nan) }
      if !pair.y.isFinite { (yy, xy) = (.nan, .nan) }
    }
  }
}

/// What PostgreSQL computes from the sums; pairs with a null do not count.
///
/// The pairs are kept while a frame may drop some: taking one out of float sums does not give back the sums before it.
private final class Regression: AggregateState {
  typealias Statistic = @Sendable (PairSums) -> Double?

  /// Null without pairs, and where a division by no spread would be.
  static let statistics: [(String, Statistic?)] = [
    ("pg_regr_count", nil),
    ("pg_regr_avgx", { $0.x / $0.count }),
    ("pg_regr_avgy", { $0.y / $0.count }),
    ("pg_regr_sxx", { $0.xx }),
    ("pg_regr_syy", { $0.yy }),
    ("pg_regr_sxy", { $0.xy }),
    ("pg_covar_pop", { $0.xy / $0.count }),
    ("pg_covar_samp", { $0.count < 2 ? nil : $0.xy / ($0.count - 1) }),
    ("pg_corr", { $0.xx == 0 || $0.yy == 0 ? nil : $0.xy / ($0.xx * $0.yy).squareRoot() }),
    ("pg_regr_r2", { $0.xx == 0 ? nil : $0.yy == 0 ? 1 : ($0.xy * $0.xy) / ($0.xx * $0.yy) }),
    ("pg_regr_slope", { $0.xx == 0 ? nil : $0.xy / $0.xx }),
    ("pg_regr_intercept", { $0.xx == 0 ? nil : ($0.y - $0.x * $0.xy / $0.xx) / $0.count }),
  ]

  private let statistic: Statistic?
  private var pairs: [(y: Double, x: Double)] = []
  private var sums = PairSums()
  private var droppedCount = 0

  init(_ statistic: Statistic?) { self.statistic = statistic }

  func step(_ call: FunctionContext) throws(SQLError) {
    guard !call.isNull(0), !call.isNull(1) else { return }
    let pair = (y: call.real(0), x: call.real(1))
    pairs.append(pair)
    if droppedCount == 0 { try sums.add(pair) }
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    if !call.isNull(0), !call.isNull(1) { droppedCount += 1 }
  }

  func value() throws(SQLError) -> SQLValue {
    if droppedCount > 0 {
      pairs.removeFirst(droppedCount)
      droppedCount = 0
      sums = PairSums()
      for pair in pairs { try sums.add(pair) }
    }
    guard let statistic else { return .integer(Int64(pairs.count)) }
    guard !pairs.isEmpty, let result = statistic(sums) else { return .null }
    return .real(result)
  }
}

/// A running AND, OR or XOR; the values are kept while a frame may drop some.
private final class BitAggregate: AggregateState {
  private let combine: (Int64, Int64) -> Int64
  private var values: [Int64] = []
  private var droppedCount = 0

  init(_ combine: @escaping (Int64, Int64) -> Int64) { self.combine = combine }

  func step(_ call: FunctionContext) throws(SQLError) { values.append(call.integer(0)) }

  func inverse(_ call: FunctionContext) throws(SQLError) { droppedCount += 1 }

  func value() throws(SQLError) -> SQLValue {
    let kept = values.dropFirst(droppedCount)
    guard let first = kept.first else { return .null }
    return .integer(kept.dropFirst().reduce(first, combine))
  }
}

/// Bytes with what stands between them, as ``StringAggregate`` does with texts.
private final class BytesAggregate: AggregateState {
  private var bytes: [UInt8]?

  private func blob(_ value: SQLValue) -> [UInt8] { if case .blob(let bytes) = value { bytes } else { [] } }

  func step(_ call: FunctionContext) throws(SQLError) {
    if bytes != nil { bytes?.append(contentsOf: blob(call.value(1))) }
    bytes = (bytes ?? []) + blob(call.value(0))
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.featureNotSupported, "string_agg of bytes over a moving frame is not supported")
  }

  func value() throws(SQLError) -> SQLValue { bytes.map { .blob($0) } ?? .null }
}
