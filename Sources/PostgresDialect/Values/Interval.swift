/// PostgreSQL's `interval`: months, days and microseconds, which are kept apart because months have no fixed number
/// of days, nor days of hours.
///
/// Intervals compare as if a month had 30 days and a day 24 hours, so that `1 mon` equals `30 days`.
///
/// Source: <https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-INTERVAL-INPUT>
public struct Interval: Sendable {
  public var months: Int32
  public var days: Int32
  public var microseconds: Int64

  public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
    self.months = months
    self.days = days
    self.microseconds = microseconds
  }

  public static let zero = Interval()

  static let outOfRange = SQLError(.datetimeFieldOverflow, "interval out of range")

  /// The length in microseconds that comparisons use.
  public var comparableLength: Int128 {
    (Int128(months) * 30 + Int128(days)) * Int128(Microseconds.perDay) + Int128(microseconds)
  }

  /// -1, 0 or 1.
  public var signum: Int { Int(comparableLength.signum()) }
}

/// The lengths of units in microseconds.
package enum Microseconds {
  static let perSecond: Int64 = 1_000_000
  static let perMinute: Int64 = 60_000_000
  static let perHour: Int64 = 3_600_000_000
  static let perDay: Int64 = 86_400_000_000

  /// Rounded to so many digits of seconds, halves away from zero.
  package static func rounded(_ microseconds: Int64, _ digits: Int) -> Int64 {
    guard digits < 6 else { return microseconds }
    let unit = powerOfTen(6 - digits)
    let (shifted, overflow) = microseconds.addingReportingOverflow(microseconds < 0 ? -unit / 2 : unit / 2)
    return overflow ? microseconds : shifted / unit * unit
  }

  /// A timestamp rounded so; PostgreSQL counts from 2000, so that halves go away from there.
  package static func rounded(timestamp: Int64, _ digits: Int) -> Int64 {
    if timestamp == .max || timestamp == .min { return timestamp }
    let epoch: Int64 = 946_684_800_000_000
    return rounded(timestamp - epoch, digits) + epoch
  }
}

extension Interval: Hashable, Comparable {
  public static func == (left: Interval, right: Interval) -> Bool { left.comparableLength == right.comparableLength }

  public static func < (left: Interval, right: Interval) -> Bool { left.comparableLength < right.comparableLength }

  public func hash(into hasher: inout Hasher) { hasher.combine(comparableLength) }

  /// Whether all three fields are the same, not only the length.
  public func isIdentical(to other: Interval) -> Bool {
    months == other.months && days == other.days && microseconds == other.microseconds
  }
}

extension Interval: CustomStringConvertible {
  /// The text in the interval style `postgres`: `1 year 2 mons -3 days +04:05:06.789`.
  public var description: String {
    var text = ""
    // A positive part after a negative one shows its sign.
    var previousIsNegative = false
    func add(_ value: Int32, _ unit: String) {
      if value == 0 { return }
      if !text.isEmpty { text += " " }
      if previousIsNegative && value > 0 { text += "+" }
      text += "\(value) \(unit)"
      if value != 1 { text += "s" }
      previousIsNegative = value < 0
    }
    add(months / 12, "year")
    add(months % 12, "mon")
    add(days, "day")
    if !text.isEmpty && microseconds == 0 { return text }
    if !text.isEmpty { text += " " }
    if microseconds < 0 { text += "-" } else if previousIsNegative { text += "+" }
    text += Self.clockText(microseconds.magnitude)
    return text
  }

  /// hh:mm:ss with up to six more digits; hours may need more than two.
  static func clockText(_ microseconds: UInt64) -> String {
    func two(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let seconds = microseconds / 1_000_000
    var text = two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60)
    var fraction = microseconds % 1_000_000
    if fraction != 0 {
      var width = 6
      while fraction % 10 == 0 {
        fraction /= 10
        width -= 1
      }
      let digits = String(fraction)
      text += "." + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
    return text
  }
}
