import ScoutStorage

/// When something runs again: every so many minutes, or a cron expression in a time zone.
///
/// A cron expression has five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday), each `*`, a
/// number, a name of a month or day, `a-b`, `a-b/n`, `*/n`, or a list of these. Where both day fields are restricted,
/// either suffices, as in POSIX crontab. A local time that does not exist on the day when clocks go forward is left out;
/// one that comes twice counts at its first.
public enum CronSchedule: Hashable, Sendable {
  case every(seconds: Int64)
  case expression(Fields, zone: TimeZoneRules)

  public struct Fields: Hashable, Sendable {
    var minutes: Set<Int>
    var hours: Set<Int>
    var days: Set<Int>
    var months: Set<Int>
    var weekdays: Set<Int>
    var isDayRestricted: Bool
    var isWeekdayRestricted: Bool
  }

  /// - Parameter text: `15m`, `90s`, `2h`, `1d`.
  /// - Returns: Nil for anything else, and for less than a second.
  public init?(every text: String) {
    guard let unit = text.last, let seconds = (["s": 1, "m": 60, "h": 3600, "d": 86_400] as [Character: Int64])[unit],
      let count = Int64(text.dropLast()), (1...1_000_000).contains(count)
    else { return nil }
    self = .every(seconds: count * seconds)
  }

  /// - Throws: ``CronError`` with the field that is wrong.
  public init(expression text: String, zone: TimeZoneRules) throws(CronError) {
    let names = ["@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *"]
    let fields = (names[text] ?? text).split(separator: " ").map(String.init)
    guard fields.count == 5 else {
      throw CronError("expected five fields, minute hour day month weekday, and found \(fields.count)")
    }
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    var days = try Self.field(fields[4], "weekday", 0...7, weekdays, from: 0)
    if days.remove(7) != nil { days.insert(0) }
    self = .expression(
      Fields(
        minutes: try Self.field(fields[0], "minute", 0...59), hours: try Self.field(fields[1], "hour", 0...23),
        days: try Self.field(fields[2], "day", 1...31), months: try Self.field(fields[3], "month", 1...12, months),
        weekdays: days, isDayRestricted: !fields[2].hasPrefix("*"), isWeekdayRestricted: !fields[4].hasPrefix("*")),
      zone: zone)
  }

  private static func field(
    _ text: String, _ name: String, _ range: ClosedRange<Int>, _ names: [String] = [], from first: Int = 1
  ) throws(CronError) -> Set<Int> {
    func number(_ text: Substring) throws(CronError) -> Int {
      if let index = names.firstIndex(of: text.lowercased()) { return index + first }
      guard let number = Int(text), range.contains(number) else {
        throw CronError("the \(name) \"\(text)\" is none of \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    var values: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      var step = 1
      if pieces.count == 2 {
        guard let number = Int(pieces[1]), number > 0 else {
          throw CronError("the \(name)'s step \"\(pieces[1])\" is no number above 0")
        }
        step = number
      }
      let bounds: ClosedRange<Int>
      let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
      if pieces[0] == "*" {
        bounds = range
      } else if ends.count == 2 {
        let (low, high) = (try number(ends[0]), try number(ends[1]))
        guard low <= high else { throw CronError("the \(name) \"\(part)\" runs backwards") }
        bounds = low...high
      } else {
        let start = try number(pieces[0])
        bounds = start...(pieces.count == 2 ? range.upperBound : start)
      }
      values.formUnion(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
    }
    return values
  }

  /// The first time after `time`; nil when there is none within eight years, as for 30 February.
  public func next(after time: Timestamp) -> Timestamp? {
    switch self {
    case .every(let seconds):
      let step = seconds * 1_000_000
      return Timestamp(microseconds: (time.microseconds.flooredQuotient(step) + 1) * step)
    case .expression(let fields, let zone):
      let minute: Int64 = 60_000_000
      let day: Int64 = 86_400_000_000
      let local = zone.local(fromUTC: time.microseconds)
      var date = local.flooredQuotient(day)
      let lastDate = date + 8 * 366
      while date <= lastDate {
        if fields.matches(day: date) {
          for hour in fields.hours.sorted() {
            for part in fields.minutes.sorted() {
              let wanted = date * day + Int64(hour * 60 + part) * minute
              let instant = zone.utc(fromLocal: wanted)
              // A local time in a gap comes back as another one.
              if instant > time.microseconds, zone.local(fromUTC: instant) == wanted {
                return Timestamp(microseconds: instant)
              }
            }
          }
        }
        date += 1
      }
      return nil
    }
  }
}

extension CronSchedule.Fields {
  /// - Parameter day: Days since 1970-01-01, a Thursday.
  fileprivate func matches(day: Int64) -> Bool {
    let date = CivilCalendar.civil(days: Int(day))
    guard months.contains(date.month) else { return false }
    let isDay = days.contains(date.day)
    let isWeekday = weekdays.contains(CivilCalendar.weekday(days: Int(day)))
    if isDayRestricted && isWeekdayRestricted { return isDay || isWeekday }
    return isDay && isWeekday
  }
}

extension Int64 {
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

/// What is wrong with a schedule.
public struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  init(_ message: String) { self.message = message }
  public var description: String { message }
}
