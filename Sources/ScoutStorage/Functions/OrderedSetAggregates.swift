import PostgresDialect

extension FunctionRegistrar {
  /// Aggregates with WITHIN GROUP: called as `…_ordered`, they get their values sorted.
  func registerOrderedSets() {
    aggregate("pg_percentile_cont", 2) {
      Percentile { values, fraction in .real(Percentile.continuous(values, fraction)) }
    }
    aggregate("pg_percentile_cont_interval", 2) {
      Percentile { values, fraction throws(SQLError) in try Percentile.continuousInterval(values, fraction) }
    }
    aggregate("pg_percentile_disc", 2) {
      Percentile { values, fraction in Percentile.discrete(values, fraction) }
    }
    aggregate("pg_mode", 2) { Mode() }
  }
}

/// The value at a fraction of the sorted values.
final class Percentile: AggregateState {
  typealias Choice = ([SQLValue], Double) throws(SQLError) -> SQLValue

  private let choose: Choice
  private var values: [SQLValue] = []
  private var fraction: Double?

  init(_ choose: @escaping Choice) { self.choose = choose }

  func step(_ call: FunctionContext) throws(SQLError) {
    if values.isEmpty, !call.isNull(1) {
      let given = call.real(1)
      try Self.check(given)
      fraction = given
    }
    values.append(call.value(0))
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.featureNotSupported, "OVER is not supported for ordered-set aggregates")
  }

  func value() throws(SQLError) -> SQLValue {
    guard let fraction, !values.isEmpty else { return .null }
    return try choose(values, fraction)
  }

  static func check(_ fraction: Double) throws(SQLError) {
    guard (0...1).contains(fraction) else {
      throw SQLError(
        .numericValueOutOfRange, "percentile value \(ValueText.text(fraction)) is not between 0 and 1")
    }
  }

  /// The first of the sorted values that has at least the fraction of them up to it.
  static func discrete(_ values: [SQLValue], _ fraction: Double) -> SQLValue {
    let rank = Int((fraction * Double(values.count)).rounded(.up))
    return values[Swift.max(rank, 1) - 1]
  }

  /// The two values around the fraction and how far it lies between them.
  private static func neighbours(_ values: [SQLValue], _ fraction: Double) -> (SQLValue, SQLValue, Double) {
    let position = fraction * Double(values.count - 1)
    let low = Int(position.rounded(.down))
    let high = Swift.min(Int(position.rounded(.up)), values.count - 1)
    return (values[low], values[high], position - Double(low))
  }

  static func continuous(_ values: [SQLValue], _ fraction: Double) -> Double {
    func number(_ value: SQLValue) -> Double {
      switch value {
      case .real(let number): number
      case .integer(let number): Double(number)
      default: 0
      }
    }
    let (low, high, distance) = neighbours(values, fraction)
    let (a, b) = (number(low), number(high))
    return distance == 0 ? a : a + distance * (b - a)
  }

  static func continuousInterval(_ values: [SQLValue], _ fraction: Double) throws(SQLError) -> SQLValue {
    let (low, high, distance) = neighbours(values, fraction)
    let (a, b) = (try Interval(low.text ?? ""), try Interval(high.text ?? ""))
    if distance == 0 { return .text(a.description) }
    return .text(try a.adding(b.subtracting(a).multiplied(by: distance)).description)
  }
}

/// The most frequent of the sorted values, the first of those that are equally frequent; its second argument is the
/// collation under which they are equal.
private final class Mode: AggregateState {
  private var best: (value: SQLValue, count: Int)?
  private var current: (value: SQLValue, count: Int)?

  func step(_ call: FunctionContext) throws(SQLError) {
    let value = call.value(0)
    if let run = current, run.value.compare(value, call.session.collations[call.text(1)]) == 0 {
      current = (run.value, run.count + 1)
    } else {
      current = (value, 1)
    }
    if let current, current.count > best?.count ?? 0 { best = current }
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.featureNotSupported, "OVER is not supported for ordered-set aggregates")
  }

  func value() throws(SQLError) -> SQLValue { best?.value ?? .null }
}
