/// A time zone in POSIX's notation, such as `PST8PDT,M3.2.0,M11.1.0`: what holds after a zone file's table ends.
///
/// Offsets are kept as seconds east of UTC; in the text they count west, so `UTC+8` is eight hours west.
///
/// Source: <https://www.postgresql.org/docs/15/datetime-posix-timezone-specs.html>
struct PosixTimeZone: Hashable, Sendable {
  struct Period: Hashable, Sendable {
    var abbreviation: String
    var offset: Int
  }

  struct Daylight: Hashable, Sendable {
    var period: Period
    var start: Rule
    var end: Rule
  }

  /// The day of a change, and the local time on that day in seconds, which may be negative or above a day.
  struct Rule: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// 1...365, never counting 29 February.
      case julian(Int)
      /// 0...365, counting it.
      case zeroBased(Int)
      /// The `week`th `weekday` (0 is Sunday) of `month`; week 5 is the last.
      case monthly(month: Int, week: Int, weekday: Int)
    }

    var day: Day
    var time: Int

    /// Local seconds since 1970-01-01 of the change in `year`.
    func localSeconds(year: Int) -> Int {
      let days: Int
      switch day {
      case .julian(let number):
        let leap = CivilCalendar.isLeapYear(year) && number >= 60 ? 1 : 0
        days = CivilCalendar.days(year: year, month: 1, day: 1) + number - 1 + leap
      case .zeroBased(let number):
        days = CivilCalendar.days(year: year, month: 1, day: 1) + number
      case .monthly(let month, let week, let weekday):
        let first = CivilCalendar.days(year: year, month: month, day: 1)
        var offset = (weekday - CivilCalendar.weekday(days: first) + 7) % 7 + (week - 1) * 7
        while offset >= CivilCalendar.daysInMonth(year: year, month: month) { offset -= 7 }
        days = first + offset
      }
      return days * 86_400 + time
    }
  }

  var standard: Period
  var daylight: Daylight?

  /// The period in force at an instant, in seconds since 1970-01-01 UTC.
  func period(atUTC seconds: Int) -> Period {
    guard let daylight else { return standard }
    let year = Self.year(of: seconds &+ standard.offset)
    let (start, end) = changes(year: year, daylight)
    let isDaylight = start < end ? start <= seconds && seconds < end : !(end <= seconds && seconds < start)
    return isDaylight ? daylight.period : standard
  }

  /// The first change after an instant.
  func nextChange(after seconds: Int) -> Int? {
    guard let daylight else { return nil }
    let year = Self.year(of: seconds &+ standard.offset)
    var next: Int?
    for candidate in (year - 1)...(year + 1) {
      let (start, end) = changes(year: candidate, daylight)
      for change in [start, end] where change > seconds && change < next ?? .max { next = change }
    }
    return next
  }

  private func changes(year: Int, _ daylight: Daylight) -> (start: Int, end: Int) {
    (
      daylight.start.localSeconds(year: year) - standard.offset,
      daylight.end.localSeconds(year: year) - daylight.period.offset
    )
  }

  private static func year(of seconds: Int) -> Int {
    CivilCalendar.civil(days: (seconds >= 0 ? seconds : seconds - 86_399) / 86_400).year
  }
}

extension PosixTimeZone {
  /// Reads a specification; nil when it is not one.
  ///
  /// As in PostgreSQL the abbreviation may be missing before an offset, and without rules daylight-saving time is
  /// that of the United States.
  init?(_ text: some StringProtocol) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let name = reader.abbreviation(), let west = reader.time(maximumHours: 167) else { return nil }
    standard = Period(abbreviation: name, offset: -west)
    if reader.isAtEnd { return }
    guard let other = reader.abbreviation(), !other.isEmpty else { return nil }
    var offset = standard.offset + 3600
    if !reader.isAtEnd, !reader.next(is: ",") {
      guard let west = reader.time(maximumHours: 167) else { return nil }
      offset = -west
    }
    let period = Period(abbreviation: other, offset: offset)
    if reader.isAtEnd {
      let (march, november) = (
        Rule.Day.monthly(month: 3, week: 2, weekday: 0), Rule.Day.monthly(month: 11, week: 1, weekday: 0)
      )
      daylight = Daylight(period: period, start: Rule(day: march, time: 7200), end: Rule(day: november, time: 7200))
      return
    }
    guard reader.take(","), let start = reader.rule(), reader.take(","), let end = reader.rule(), reader.isAtEnd
    else { return nil }
    daylight = Daylight(period: period, start: start, end: end)
  }

  private struct Reader {
    var bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index >= bytes.count }

    func next(is character: Unicode.Scalar) -> Bool { !isAtEnd && bytes[index] == UInt8(ascii: character) }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard next(is: character) else { return false }
      index += 1
      return true
    }

    /// Letters, or anything in angle brackets; may be empty.
    mutating func abbreviation() -> String? {
      if take("<") {
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
        defer { index = end + 1 }
        return String(decoding: bytes[index..<end], as: UTF8.self)
      }
      let start = index
      while !isAtEnd, ASCII.isLetter(bytes[index]) || bytes[index] == ASCII.underscore { index += 1 }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      guard !isAtEnd, ASCII.isDigit(bytes[index]) else { return nil }
      var value = 0
      while !isAtEnd, ASCII.isDigit(bytes[index]) {
        value = value * 10 + Int(bytes[index] - ASCII.zero)
        if value > range.upperBound { return nil }
        index += 1
      }
      return range.contains(value) ? value : nil
    }

    /// [+-]hh[:mm[:ss]] in seconds.
    mutating func time(maximumHours: Int) -> Int? {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard let hours = number(0...maximumHours) else { return nil }
      var seconds = hours * 3600
      if take(":") {
        guard let minutes = number(0...59) else { return nil }
        seconds += minutes * 60
        if take(":") {
          guard let rest = number(0...60) else { return nil }
          seconds += rest
        }
      }
      return isNegative ? -seconds : seconds
    }

    mutating func rule() -> Rule? {
      let day: Rule.Day
      if take("M") {
        guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
        else { return nil }
        day = .monthly(month: month, week: week, weekday: weekday)
      } else if take("J") {
        guard let number = number(1...365) else { return nil }
        day = .julian(number)
      } else {
        guard let number = number(0...365) else { return nil }
        day = .zeroBased(number)
      }
      guard take("/") else { return Rule(day: day, time: 7200) }
      guard let time = time(maximumHours: 167) else { return nil }
      return Rule(day: day, time: time)
    }
  }
}
