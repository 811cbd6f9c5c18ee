/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Sendable, Hashable, Comparable {
  /// Days since 1970-01-01.
  public var daysSinceEpoch: Int

  public init(daysSinceEpoch: Int) { self.daysSinceEpoch = daysSinceEpoch }

  /// Counts days from a civil date, with March as the first month so that the leap day comes last.
  ///
  /// - Returns: `nil` when the calendar has no such day, or the year is outside 1…9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    let shiftedYear = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
    daysSinceEpoch = shiftedYear * 365 + leapDays + dayOfYear - 719_468
    let back = components
    guard back.month == month, back.day == day else { return nil }
  }

  /// Reads `YYYY-MM-DD`; `nil` for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month (1…12) and day of the month (1…31).
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// 0 is Monday, 6 is Sunday.
  public var weekday: Int { ((daysSinceEpoch + 3) % 7 + 7) % 7 }

  /// Whether wages are paid on this day or the day after: the 15th and the 30th, in February its last day.
  var isPayday: Bool {
    let (_, month, day) = components
    if day == 15 || day == 16 || day == 30 || day == 31 { return true }
    return month == 2 && CivilDate(daysSinceEpoch: daysSinceEpoch + 1).components.month == 3
  }

  public static func < (left: CivilDate, right: CivilDate) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }

  /// Appends `YYYY-MM-DD`.
  func append(to bytes: inout [UInt8]) {
    let (year, month, day) = components
    bytes.append(number: year, width: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(number: month, width: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(number: day, width: 2)
  }
}

/// Appends an instant as ISO 8601 local time with its offset, such as `2025-08-01T09:14:05+08:00`.
///
/// - Parameters:
///   - instant: Seconds since 1970-01-01 UTC.
///   - localOffset: Seconds east of Greenwich.
///   - suffix: `.offset` and `.none` write local time, `.utc` writes UTC.
func appendTimestamp(_ instant: Int, localOffset: Int, suffix: OffsetSuffix, to bytes: inout [UInt8]) {
  let local = instant + (suffix == .utc ? 0 : localOffset)
  let day = floorDivide(local, by: 86_400)
  let second = local - day * 86_400
  CivilDate(daysSinceEpoch: day).append(to: &bytes)
  bytes.append(UInt8(ascii: "T"))
  bytes.append(number: second / 3600, width: 2)
  bytes.append(UInt8(ascii: ":"))
  bytes.append(number: second / 60 % 60, width: 2)
  bytes.append(UInt8(ascii: ":"))
  bytes.append(number: second % 60, width: 2)
  switch suffix {
  case .none: break
  case .utc: bytes.append(UInt8(ascii: "Z"))
  case .offset:
    let minutes = abs(localOffset) / 60
    bytes.append(UInt8(ascii: localOffset < 0 ? "-" : "+"))
    bytes.append(number: minutes / 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(number: minutes % 60, width: 2)
  }
}

/// What follows the time of day in a written timestamp.
enum OffsetSuffix { case none, utc, offset }

/// Quotient rounded towards negative infinity; the divisor is positive.
func floorDivide(_ value: Int, by divisor: Int) -> Int {
  value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
}
