/// `extract`: one field of a date or time, as the exact decimal that PostgreSQL 14 and later give.
///
/// The units are those of ``DateTimeUnit/extraction(_:from:)`` for the type. The infinite values have infinite years
/// and epochs, and null for fields that go round, such as the month.
///
/// Source: <https://www.postgresql.org/docs/15/functions-datetime.html#FUNCTIONS-DATETIME-EXTRACT>
public enum DateTimeExtraction {
  /// A field of a local timestamp.
  public static func extract(_ unit: DateTimeUnit, fromTimestamp local: Int64) -> Numeric? {
    if let special = special(unit, isPositive: local == .max, isInfinite: local == .max || local == .min) {
      return special.value
    }
    if unit == .epoch { return Numeric(scaled: local, scale: 6) }
    let time = LocalTime(local)
    if unit == .julian {
      let day = Numeric(time.days + julianOffset)
      let part = try? Numeric(time.timeOfDay).divided(by: Numeric(Microseconds.perDay))
      return try? part.map { try day.adding($0) }
    }
    return clockField(unit, time.timeOfDay) ?? dateField(unit, time)
  }

  /// A field of an instant's local time in a zone.
  public static func extract(_ unit: DateTimeUnit, fromInstant instant: Int64, in zone: TimeZoneRules) -> Numeric? {
    if instant == .max || instant == .min || unit == .epoch { return extract(unit, fromTimestamp: instant) }
    switch unit {
    case .timeZone: return Numeric(zone.offsetSeconds(atUTC: instant))
    case .timeZoneHour: return Numeric(zone.offsetSeconds(atUTC: instant) / 3600)
    case .timeZoneMinute: return Numeric(zone.offsetSeconds(atUTC: instant) / 60 % 60)
    default: return extract(unit, fromTimestamp: zone.local(fromUTC: instant))
    }
  }

  /// A field of a date.
  public static func extract(_ unit: DateTimeUnit, fromDate days: Int) -> Numeric? {
    let isPositive = days >= DateTimeText.dateInfinity
    if let special = special(
      unit, isPositive: isPositive, isInfinite: isPositive || days <= DateTimeText.dateNegativeInfinity)
    {
      return special.value
    }
    switch unit {
    case .epoch: return Numeric(days * 86_400)
    case .julian: return Numeric(days + julianOffset)
    default: return dateField(unit, LocalTime(days: days))
    }
  }

  /// A field of a time of day.
  public static func extract(_ unit: DateTimeUnit, fromTime microseconds: Int64) -> Numeric? {
    unit == .epoch ? Numeric(scaled: microseconds, scale: 6) : clockField(unit, microseconds)
  }

  /// A field of an interval; for the epoch a year has 365.25 days and the months of a part of a year 30.
  public static func extract(_ unit: DateTimeUnit, from interval: Interval) -> Numeric? {
    let (years, months) = interval.months.quotientAndRemainder(dividingBy: 12)
    switch unit {
    case .day: return Numeric(interval.days)
    case .month: return Numeric(months)
    case .quarter: return Numeric(months / 3 + 1)
    case .year: return Numeric(years)
    case .decade: return Numeric(years / 10)
    case .century: return Numeric(years / 100)
    case .millennium: return Numeric(years / 1000)
    case .epoch:
      let quarterDays = Int128(years) * 1461 + Int128(months) * 120 + Int128(interval.days) * 4
      let total = quarterDays * Int128(Microseconds.perDay / 4) + Int128(interval.microseconds)
      return Numeric(coefficient: total, scale: 6)
    default: return clockField(unit, interval.microseconds)
    }
  }

  private static let julianOffset = 2_440_588

  private static func special(_ unit: DateTimeUnit, isPositive: Bool, isInfinite: Bool) -> (value: Numeric?, Void)? {
    if !isInfinite { return nil }
    return (unit.isMonotonic ? (isPositive ? .infinity : .negativeInfinity) : nil, ())
  }

  /// Hours and less, of which an interval may have more than a day.
  private static func clockField(_ unit: DateTimeUnit, _ microseconds: Int64) -> Numeric? {
    switch unit {
    case .hour: Numeric(microseconds / Microseconds.perHour)
    case .minute: Numeric(microseconds / Microseconds.perMinute % 60)
    case .second: Numeric(scaled: microseconds % Microseconds.perMinute, scale: 6)
    case .millisecond: Numeric(scaled: microseconds % Microseconds.perMinute, scale: 3)
    case .microsecond: Numeric(microseconds % Microseconds.perMinute)
    default: nil
    }
  }

  private static func dateField(_ unit: DateTimeUnit, _ time: LocalTime) -> Numeric? {
    let year = time.year
    switch unit {
    case .day: return Numeric(time.day)
    case .month: return Numeric(time.month)
    case .quarter: return Numeric((time.month - 1) / 3 + 1)
    // There is no year 0: it is 1 BC, and shown as -1.
    case .year: return Numeric(year > 0 ? year : year - 1)
    case .decade: return Numeric(year >= 0 ? year / 10 : -((8 - (year - 1)) / 10))
    case .century: return Numeric(year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100))
    case .millennium: return Numeric(year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000))
    case .week: return Numeric(CivilCalendar.isoWeek(days: time.days).week)
    case .isoYear:
      let year = CivilCalendar.isoWeek(days: time.days).year
      return Numeric(year > 0 ? year : year - 1)
    case .dayOfWeek: return Numeric(CivilCalendar.weekday(days: time.days))
    case .isoDayOfWeek: return Numeric(CivilCalendar.isoWeekday(days: time.days))
    case .dayOfYear: return Numeric(CivilCalendar.dayOfYear(days: time.days))
    default: return nil
    }
  }
}
