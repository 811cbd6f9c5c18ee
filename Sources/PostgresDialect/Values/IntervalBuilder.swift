/// Collects the fields of an interval text; every step tells whether its field still fits.
struct IntervalBuilder {
  var years: Int32 = 0
  var months: Int32 = 0
  var days: Int32 = 0
  var microseconds: Int64 = 0

  mutating func add(years value: Int64, times factor: Int32 = 1) -> Bool {
    Self.add(value, times: factor, to: &years)
  }

  mutating func add(months value: Int64) -> Bool { Self.add(value, times: 1, to: &months) }

  mutating func add(days value: Int64, times factor: Int32 = 1) -> Bool { Self.add(value, times: factor, to: &days) }

  private static func add(_ value: Int64, times factor: Int32, to field: inout Int32) -> Bool {
    guard let narrow = Int32(exactly: value) else { return false }
    let (product, a) = narrow.multipliedReportingOverflow(by: factor)
    let (sum, b) = field.addingReportingOverflow(product)
    field = sum
    return !a && !b
  }

  /// Adds `value` and `fraction` of a unit that has `length` microseconds.
  mutating func add(time value: Int64, fraction: Double, length: Int64) -> Bool {
    let (product, a) = value.multipliedReportingOverflow(by: length)
    let (sum, b) = microseconds.addingReportingOverflow(product)
    microseconds = sum
    return !a && !b && add(fraction: fraction, ofLength: length)
  }

  mutating func add(fraction: Double, ofLength length: Int64) -> Bool {
    if fraction == 0 { return true }
    let exact = fraction * Double(length)
    guard let whole = Int64(exactly: exact.rounded(.towardZero)) else { return false }
    let rest = exact - Double(whole)
    let (sum, overflow) = microseconds.addingReportingOverflow(whole + (rest > 0.5 ? 1 : rest < -0.5 ? -1 : 0))
    microseconds = sum
    return !overflow
  }

  /// Adds a fraction of a unit of `length` days; what is less than a day becomes time.
  mutating func add(fraction: Double, ofDays length: Double) -> Bool {
    if fraction == 0 { return true }
    let exact = fraction * length
    let whole = exact.rounded(.towardZero)
    return add(days: Int64(whole)) && add(fraction: exact - whole, ofLength: Microseconds.perDay)
  }

  /// Adds a fraction of a unit of `length` years, rounded to whole months.
  mutating func add(fraction: Double, ofYears length: Double) -> Bool {
    if fraction == 0 { return true }
    return add(months: Int64((fraction * length * 12).rounded(.toNearestOrEven)))
  }

  /// Adds an amount of a unit; nil when intervals do not have the unit.
  mutating func add(_ value: Int64, _ fraction: Double, _ unit: DateTimeUnit) -> Bool? {
    switch unit {
    case .microsecond: add(time: value, fraction: fraction, length: 1)
    case .millisecond: add(time: value, fraction: fraction, length: 1000)
    case .second: add(time: value, fraction: fraction, length: Microseconds.perSecond)
    case .minute: add(time: value, fraction: fraction, length: Microseconds.perMinute)
    case .hour: add(time: value, fraction: fraction, length: Microseconds.perHour)
    case .day: add(days: value) && add(fraction: fraction, ofLength: Microseconds.perDay)
    case .week: add(days: value, times: 7) && add(fraction: fraction, ofDays: 7)
    case .month: add(months: value) && add(fraction: fraction, ofDays: 30)
    case .year: add(years: value) && add(fraction: fraction, ofYears: 1)
    case .decade: add(years: value, times: 10) && add(fraction: fraction, ofYears: 10)
    case .century: add(years: value, times: 100) && add(fraction: fraction, ofYears: 100)
    case .millennium: add(years: value, times: 1000) && add(fraction: fraction, ofYears: 1000)
    default: nil
    }
  }

  /// Turns the sign of every field; false when one has no counterpart.
  mutating func negate() -> Bool {
    let minimum = [years, months, days].contains(.min) || microseconds == .min
    if minimum { return false }
    (years, months, days, microseconds) = (-years, -months, -days, -microseconds)
    return true
  }

  /// The interval; nil when years and months together overflow.
  var interval: Interval? {
    guard let months = Int32(exactly: Int64(years) * 12 + Int64(months)) else { return nil }
    return Interval(months: months, days: days, microseconds: microseconds)
  }
}
