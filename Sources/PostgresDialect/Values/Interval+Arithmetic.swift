extension Interval {
  /// The sum, field by field.
  ///
  /// - Throws: 22008 when a field overflows, as all arithmetic here.
  public func adding(_ other: Interval) throws(SQLError) -> Interval {
    let (months, a) = months.addingReportingOverflow(other.months)
    let (days, b) = days.addingReportingOverflow(other.days)
    let (microseconds, c) = microseconds.addingReportingOverflow(other.microseconds)
    if a || b || c { throw Self.outOfRange }
    return Interval(months: months, days: days, microseconds: microseconds)
  }

  /// The difference, field by field.
  public func subtracting(_ other: Interval) throws(SQLError) -> Interval {
    let (months, a) = months.subtractingReportingOverflow(other.months)
    let (days, b) = days.subtractingReportingOverflow(other.days)
    let (microseconds, c) = microseconds.subtractingReportingOverflow(other.microseconds)
    if a || b || c { throw Self.outOfRange }
    return Interval(months: months, days: days, microseconds: microseconds)
  }

  /// The interval with the other sign.
  public func negated() throws(SQLError) -> Interval { try Interval.zero.subtracting(self) }

  /// The interval times a factor; what is not a whole month becomes days, what is not a whole day becomes time.
  public func multiplied(by factor: Double) throws(SQLError) -> Interval {
    try scaled(exact: Double(microseconds) * factor) { $0 * factor }
  }

  /// The interval divided by a number.
  ///
  /// - Throws: 22012 for zero.
  public func divided(by divisor: Double) throws(SQLError) -> Interval {
    if divisor == 0 { throw Numeric.divisionByZero }
    return try scaled(exact: Double(microseconds) / divisor) { $0 / divisor }
  }

  private func scaled(exact time: Double, _ scale: (Double) -> Double) throws(SQLError) -> Interval {
    // PostgreSQL rounds the remainders to whole microseconds to undo what binary fractions do to them.
    func rounded(_ value: Double) -> Double { (value * 1_000_000).rounded(.toNearestOrEven) / 1_000_000 }
    let (wideMonths, wideDays) = (scale(Double(months)), scale(Double(days)))
    guard let months = Int32(exactly: wideMonths.rounded(.towardZero)),
      var days = Int32(exactly: wideDays.rounded(.towardZero))
    else { throw Self.outOfRange }
    let monthRest = rounded((wideMonths - Double(months)) * 30)
    var secondRest = rounded(
      (wideDays - Double(days) + monthRest - monthRest.rounded(.towardZero)) * 86_400)
    var extraDays = monthRest.rounded(.towardZero)
    if abs(secondRest) >= 86_400 {
      let whole = (secondRest / 86_400).rounded(.towardZero)
      extraDays += whole
      secondRest -= whole * 86_400
    }
    let (sum, overflow) = days.addingReportingOverflow(Int32(extraDays))
    days = sum
    guard !overflow, let microseconds = Int64(exactly: (time + secondRest * 1_000_000).rounded(.toNearestOrEven))
    else { throw Self.outOfRange }
    return Interval(months: months, days: days, microseconds: microseconds)
  }

  /// Whole 24-hour spans of the time become days: `justify_hours`.
  public func justifiedHours() throws(SQLError) -> Interval {
    var (whole, time) = microseconds.quotientAndRemainder(dividingBy: Microseconds.perDay)
    let total = Int64(days) + whole
    if total > 0 && time < 0 {
      time += Microseconds.perDay
      whole -= 1
    } else if total < 0 && time > 0 {
      time -= Microseconds.perDay
      whole += 1
    }
    guard let days = Int32(exactly: Int64(days) + whole) else { throw Self.outOfRange }
    return Interval(months: months, days: days, microseconds: time)
  }

  /// Whole 30-day spans of the days become months: `justify_days`.
  public func justifiedDays() throws(SQLError) -> Interval {
    var (whole, rest) = days.quotientAndRemainder(dividingBy: 30)
    let total = Int64(months) + Int64(whole)
    if total > 0 && rest < 0 {
      rest += 30
      whole -= 1
    } else if total < 0 && rest > 0 {
      rest -= 30
      whole += 1
    }
    guard let months = Int32(exactly: Int64(months) + Int64(whole)) else { throw Self.outOfRange }
    return Interval(months: months, days: rest, microseconds: microseconds)
  }

  /// Both, and all fields get one sign: `justify_interval`.
  public func justified() throws(SQLError) -> Interval {
    var (time, allDays) = (microseconds % Microseconds.perDay, Int64(days) + microseconds / Microseconds.perDay)
    var allMonths = Int64(months) + allDays / 30
    allDays %= 30
    if allMonths > 0 && (allDays < 0 || allDays == 0 && time < 0) {
      allDays += 30
      allMonths -= 1
    } else if allMonths < 0 && (allDays > 0 || allDays == 0 && time > 0) {
      allDays -= 30
      allMonths += 1
    }
    if allDays > 0 && time < 0 {
      time += Microseconds.perDay
      allDays -= 1
    } else if allDays < 0 && time > 0 {
      time -= Microseconds.perDay
      allDays += 1
    }
    guard let months = Int32(exactly: allMonths), let days = Int32(exactly: allDays) else { throw Self.outOfRange }
    return Interval(months: months, days: days, microseconds: time)
  }
}

extension Interval {
  /// The time from one timestamp to another in days and less, never months: `later - earlier`.
  public init(from earlier: Int64, to later: Int64) throws(SQLError) {
    // The infinite timestamps have no difference.
    if [earlier, later].contains(where: { $0 == .max || $0 == .min }) {
      throw SQLError(.datetimeFieldOverflow, "cannot subtract infinite timestamps")
    }
    let (difference, overflow) = later.subtractingReportingOverflow(earlier)
    if overflow { throw Self.outOfRange }
    self = try Interval(microseconds: difference).justifiedHours()
  }

  /// The symbolic difference of two local times in years, months, days and less: `age(later, earlier)`.
  ///
  /// For instants, give their local times in the session's zone.
  public init(ageOf later: Int64, since earlier: Int64) throws(SQLError) {
    if [earlier, later].contains(where: { $0 == .max || $0 == .min }) {
      throw SQLError(.datetimeFieldOverflow, "timestamp out of range")
    }
    let isNegative = later < earlier
    let (from, to) = (LocalTime(earlier), LocalTime(later))
    let sign = isNegative ? -1 : 1
    var months = ((to.year - from.year) * 12 + to.month - from.month) * sign
    var days = (to.day - from.day) * sign
    var time = (to.timeOfDay - from.timeOfDay) * Int64(sign)
    if time < 0 {
      time += Microseconds.perDay
      days -= 1
    }
    // A month is borrowed from the month of the earlier of the two.
    let borrowed = isNegative ? to : from
    while days < 0 {
      days += CivilCalendar.daysInMonth(year: borrowed.year, month: borrowed.month)
      months -= 1
    }
    self.init(
      months: Int32(truncatingIfNeeded: months * sign), days: Int32(truncatingIfNeeded: days * sign),
      microseconds: time * Int64(sign))
  }
}

extension Interval {
  /// The local time plus this interval: first the months, with the day cut to the month's length, then the days,
  /// then the time. The infinite timestamps stay.
  ///
  /// - Throws: 22008 when the result is out of range.
  public func added(toLocal timestamp: Int64) throws(SQLError) -> Int64 {
    if timestamp == .max || timestamp == .min { return timestamp }
    return try Self.shift(Self.shiftCalendar(timestamp, months: months, days: days), by: microseconds)
  }

  /// The instant plus this interval; months and days are counted on the zone's local time, and so keep the hour
  /// when clocks change in between.
  public func added(toInstant timestamp: Int64, in zone: TimeZoneRules) throws(SQLError) -> Int64 {
    if timestamp == .max || timestamp == .min { return timestamp }
    var result = timestamp
    if months != 0 {
      result = zone.utc(fromLocal: try Self.shiftCalendar(zone.local(fromUTC: result), months: months, days: 0))
    }
    if days != 0 {
      result = zone.utc(fromLocal: try Self.shiftCalendar(zone.local(fromUTC: result), months: 0, days: days))
    }
    return try Self.shift(result, by: microseconds)
  }

  private static func shiftCalendar(_ local: Int64, months: Int32, days: Int32) throws(SQLError) -> Int64 {
    if months == 0 && days == 0 { return local }
    let time = LocalTime(local)
    var day = time.days
    if months != 0 {
      let total = time.year * 12 + time.month - 1 + Int(months)
      let (year, month) = (total >= 0 ? total / 12 : (total - 11) / 12, (total % 12 + 12) % 12 + 1)
      day = CivilCalendar.days(
        year: year, month: month, day: min(time.day, CivilCalendar.daysInMonth(year: year, month: month)))
    }
    let (start, overflow) = Int64(day + Int(days)).multipliedReportingOverflow(by: Microseconds.perDay)
    if overflow { throw DateTimeText.timestampOutOfRange }
    return try shift(start, by: time.timeOfDay)
  }

  private static func shift(_ timestamp: Int64, by microseconds: Int64) throws(SQLError) -> Int64 {
    let (sum, overflow) = timestamp.addingReportingOverflow(microseconds)
    if overflow || !DateTimeText.isValidTimestamp(sum) { throw DateTimeText.timestampOutOfRange }
    return sum
  }
}
