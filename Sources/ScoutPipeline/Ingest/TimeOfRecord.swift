import PostgresDialect

/// Writes the `ts` of an assembled payload: an instant with the offset that its source's clock showed.
enum TimeOfRecord {
  /// Calendar fields to microseconds as if they were UTC; nil when there is no such date or time of day.
  static func microseconds(
    year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, fraction: Int64
  ) -> Int64? {
    guard (1...12).contains(month), day >= 1, day <= CivilCalendar.daysInMonth(year: year, month: month), hour < 24,
      minute < 60, second < 60
    else { return nil }
    let days = Int64(CivilCalendar.days(year: year, month: month, day: day))
    return days * 86_400_000_000 + Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + fraction
  }

  /// `2010-12-01T08:26:00+00:00`; without an offset when the zone is the project's, which reads it so.
  static func isoText(localMicroseconds: Int64, zone: TimeZoneRules?) -> String {
    var text = ""
    let (day, time) = floorDivide(localMicroseconds, 86_400_000_000)
    let civil = CivilCalendar.civil(days: Int(day))
    let (seconds, fraction) = floorDivide(time, 1_000_000)
    text += padded(civil.year, 4) + "-" + padded(civil.month, 2) + "-" + padded(civil.day, 2) + "T"
    text +=
      padded(Int(seconds / 3600), 2) + ":" + padded(Int(seconds / 60 % 60), 2) + ":" + padded(Int(seconds % 60), 2)
    if fraction > 0 { text += "." + padded(Int(fraction), 6) }
    guard let zone else { return text }
    // The difference to UTC, rather than a look-up, so that a time that the clocks skipped stays consistent.
    let offset = Int((localMicroseconds - zone.utc(fromLocal: localMicroseconds)) / 1_000_000)
    let magnitude = offset.magnitude
    text += offset < 0 ? "-" : "+"
    text += padded(Int(magnitude / 3600), 2) + ":" + padded(Int(magnitude / 60 % 60), 2)
    return text
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
