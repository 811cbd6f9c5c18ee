/// The proleptic Gregorian calendar over whole days counted from 1970-01-01.
///
/// Years are astronomical: 0 is 1 BC, -1 is 2 BC. All functions are total: a day number or a year that is
/// absurdly far away (beyond ten billion years) gives a wrong answer but never a trap, so callers check the
/// range of the type they fill.
///
/// The arithmetic counts from 1 March of year 0, so that a leap day is the last day of a year, and uses the
/// 400-year cycle of 146 097 days: <https://howardhinnant.github.io/date_algorithms.html>
public enum CivilCalendar {
  /// The number of days from 1970-01-01 to the given day; months beyond 1...12 are not normalised.
  @inlinable
  public static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year &- 1 : year
    let era = (shifted >= 0 ? shifted : shifted &- 399) / 400
    let yearOfEra = shifted &- era &* 400
    let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
    let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return era &* 146_097 &+ dayOfEra &- 719_468
  }

  /// The civil date of a day number.
  @inlinable
  public static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
    let day = dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
    let month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
    return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
  }

  @inlinable
  public static func isLeapYear(_ year: Int) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The length of a month; 30 for a month outside 1...12.
  @inlinable
  public static func daysInMonth(year: Int, month: Int) -> Int {
    if month == 2 { return isLeapYear(year) ? 29 : 28 }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : (1...12).contains(month) ? 31 : 30
  }

  /// The day of the week, 0 for Sunday to 6 for Saturday.
  @inlinable
  public static func weekday(days: Int) -> Int {
    let remainder = (days &+ 4) % 7
    return remainder < 0 ? remainder &+ 7 : remainder
  }

  /// The day of the week as ISO 8601 counts it, 1 for Monday to 7 for Sunday.
  @inlinable
  public static func isoWeekday(days: Int) -> Int {
    let day = weekday(days: days)
    return day == 0 ? 7 : day
  }

  /// The day of the year, from 1.
  @inlinable
  public static func dayOfYear(days: Int) -> Int {
    days &- self.days(year: civil(days: days).year, month: 1, day: 1) &+ 1
  }

  /// The ISO 8601 week and the year that it belongs to: the year of the week's Thursday.
  @inlinable
  public static func isoWeek(days: Int) -> (year: Int, week: Int) {
    let thursday = days &- isoWeekday(days: days) &+ 4
    let year = civil(days: thursday).year
    return (year, (thursday &- self.days(year: year, month: 1, day: 1)) / 7 &+ 1)
  }

  /// The Monday of the first ISO 8601 week of a year.
  @inlinable
  public static func firstMonday(ofISOYear year: Int) -> Int {
    let fourth = days(year: year, month: 1, day: 4)
    return fourth &- isoWeekday(days: fourth) &+ 1
  }
}
