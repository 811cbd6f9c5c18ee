/// `date_trunc` and `date_bin`.
///
/// Source: <https://www.postgresql.org/docs/15/functions-datetime.html#FUNCTIONS-DATETIME-TRUNC>
public enum DateTimeTruncation {
  /// A local time cut to a unit of ``DateTimeUnit/truncation(_:of:)``; the infinite ones stay.
  public static func truncate(_ local: Int64, to unit: DateTimeUnit) throws(SQLError) -> Int64 {
    if local == .max || local == .min { return local }
    switch unit {
    case .microsecond: return local
    case .millisecond: return floor(local, 1000)
    case .second: return floor(local, Microseconds.perSecond)
    case .minute: return floor(local, Microseconds.perMinute)
    case .hour: return floor(local, Microseconds.perHour)
    case .day: return floor(local, Microseconds.perDay)
    default: break
    }
    let time = LocalTime(local)
    var (year, month) = (time.year, 1)
    switch unit {
    case .week:
      return try DateTimeText.midnight(ofDate: time.days - CivilCalendar.isoWeekday(days: time.days) + 1)
    case .month: month = time.month
    case .quarter: month = (time.month - 1) / 3 * 3 + 1
    // Years before 1 are counted from 1 BC, which is year 0 here.
    case .decade: year = year > 0 ? year / 10 * 10 : -((8 - (year - 1)) / 10) * 10
    case .century: year = year > 0 ? (year + 99) / 100 * 100 - 99 : -((99 - (year - 1)) / 100) * 100 + 1
    case .millennium: year = year > 0 ? (year + 999) / 1000 * 1000 - 999 : -((999 - (year - 1)) / 1000) * 1000 + 1
    default: break
    }
    do {
      return try DateTimeText.midnight(ofDate: CivilCalendar.days(year: year, month: month, day: 1))
    } catch {
      throw DateTimeText.timestampOutOfRange
    }
  }

  /// An instant cut to a unit of the local time in a zone.
  public static func truncate(_ instant: Int64, to unit: DateTimeUnit, in zone: TimeZoneRules) throws(SQLError) -> Int64
  {
    if instant == .max || instant == .min { return instant }
    let offset = Int64(zone.offsetSeconds(atUTC: instant)) * Microseconds.perSecond
    let (local, overflow) = instant.addingReportingOverflow(offset)
    if overflow { throw DateTimeText.timestampOutOfRange }
    let truncated = try truncate(local, to: unit)
    switch unit {
    // Within a day the offset stays, so that a repeated hour is cut to its own start.
    case .microsecond, .millisecond, .second, .minute, .hour: return truncated - offset
    default: return zone.utc(fromLocal: truncated)
    }
  }

  /// An interval cut to a unit.
  public static func truncate(_ interval: Interval, to unit: DateTimeUnit) -> Interval {
    func months(_ unit: Int32) -> Interval { Interval(months: interval.months / unit * unit) }
    func time(_ unit: Int64) -> Interval {
      Interval(
        months: interval.months, days: interval.days, microseconds: interval.microseconds / unit * unit)
    }
    switch unit {
    case .millennium: return months(12_000)
    case .century: return months(1200)
    case .decade: return months(120)
    case .year: return months(12)
    case .quarter: return months(3)
    case .month: return months(1)
    case .day: return Interval(months: interval.months, days: interval.days)
    case .hour: return time(Microseconds.perHour)
    case .minute: return time(Microseconds.perMinute)
    case .second: return time(Microseconds.perSecond)
    case .millisecond: return time(1000)
    default: return interval
    }
  }

  /// The start of the bin that a timestamp is in, when bins of one width are laid out from an origin: `date_bin`.
  ///
  /// - Throws: 0A000 for a stride with months, 22008 for one that is not positive and for a result out of range.
  public static func bin(_ timestamp: Int64, stride: Interval, origin: Int64) throws(SQLError) -> Int64 {
    if timestamp == .max || timestamp == .min { return timestamp }
    if origin == .max || origin == .min { throw SQLError(.datetimeFieldOverflow, "origin out of range") }
    if stride.months != 0 {
      throw SQLError(
        .featureNotSupported, "timestamps cannot be binned into intervals containing months or years")
    }
    let (days, a) = Int64(stride.days).multipliedReportingOverflow(by: Microseconds.perDay)
    let (width, b) = days.addingReportingOverflow(stride.microseconds)
    if a || b { throw Interval.outOfRange }
    if width <= 0 { throw SQLError(.datetimeFieldOverflow, "stride must be greater than zero") }
    let (distance, c) = timestamp.subtractingReportingOverflow(origin)
    if c { throw Interval.outOfRange }
    var result = origin + (distance - distance % width)
    if distance % width < 0 {
      let (previous, overflow) = result.subtractingReportingOverflow(width)
      if overflow { throw DateTimeText.timestampOutOfRange }
      result = previous
    }
    if !DateTimeText.isValidTimestamp(result) { throw DateTimeText.timestampOutOfRange }
    return result
  }

  private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
    let rest = value % unit
    return value - (rest < 0 ? rest + unit : rest)
  }
}
