import Foundation
import PostgresDialect

extension FunctionRegistrar {
  /// Dates, times and intervals from their fields.
  func registerTimeConstructors() {
    scalar("pg_make_date", 3) { call throws(SQLError) in call.result(Int64(try date(call))) }
    scalar("pg_make_time", 3) { call throws(SQLError) in call.result(try time(call, at: 0)) }
    scalar("pg_make_timestamp", 6) { call throws(SQLError) in call.result(try timestamp(call)) }
    scalar("pg_make_timestamptz", 7) { call throws(SQLError) in
      call.result(try call.zone(6).utc(fromLocal: timestamp(call)))
    }
    scalar("pg_make_interval", -1) { call throws(SQLError) in
      func field(_ index: Int) -> Int64 { index < call.count ? call.integer(index) : 0 }
      let seconds = call.count > 6 ? (call.real(6) * 1_000_000).rounded(.toNearestOrEven) : 0
      guard let microseconds = Int64(exactly: seconds) else {
        throw SQLError(.datetimeFieldOverflow, "interval out of range")
      }
      // PostgreSQL 15 does not look for overflows here.
      call.result(
        Interval(
          months: Int32(truncatingIfNeeded: field(0) * 12 + field(1)),
          days: Int32(truncatingIfNeeded: field(2) * 7 + field(3)),
          microseconds: (field(4) * 3600 + field(5) * 60) &* 1_000_000 &+ microseconds))
    }
    scalar("pg_at_offset", 2) { call throws(SQLError) in
      call.result(try shifted(call.integer(1), by: offset(call), sign: 1))
    }
    scalar("pg_from_offset", 2) { call throws(SQLError) in
      call.result(try shifted(call.integer(1), by: offset(call), sign: -1))
    }
    scalar("pg_isfinite_date", 1) { call throws(SQLError) in call.result(!isInfinite(date: call.integer(0))) }
    scalar("pg_isfinite", 1) { call throws(SQLError) in
      call.result(call.integer(0) != .max && call.integer(0) != .min)
    }
    scalar("pg_isfinite_interval", 1) { call throws(SQLError) in call.result(true) }
    scalar("pg_overlaps", 4, isStrict: false) { call throws(SQLError) in
      let bounds = (0..<4).map { call.isNull($0) ? nil : call.integer($0) }
      guard let result = overlap((bounds[0], bounds[1]), (bounds[2], bounds[3])) else { return call.resultNull() }
      call.result(result)
    }
  }
}

private func padded(_ number: Int64) -> String { (number < 10 && number >= 0 ? "0" : "") + String(number) }

/// Year, month and day as the first three arguments; negative years are BC.
private func date(_ call: FunctionContext) throws(SQLError) -> Int {
  let (year, month, day) = (call.integer(0), call.integer(1), call.integer(2))
  // The year before 1 is 1 BC, and messages count it as year 0.
  let counted = Int(year < 0 ? year + 1 : year)
  let text = "\(counted)-\(padded(month))-\(padded(day))"
  guard year != 0, (1...12).contains(month), day >= 1,
    day <= CivilCalendar.daysInMonth(year: counted, month: Int(month))
  else { throw SQLError(.datetimeFieldOverflow, "date field value out of range: \(text)") }
  guard (-4713...5_874_897).contains(counted) else {
    throw SQLError(.datetimeFieldOverflow, "date out of range: \(text)")
  }
  return CivilCalendar.days(year: counted, month: Int(month), day: Int(day))
}

/// Microseconds since midnight from hour, minute and second as three arguments; 24:00:00 is the largest.
private func time(_ call: FunctionContext, at index: Int) throws(SQLError) -> Int64 {
  let (hour, minute, second) = (call.integer(index), call.integer(index + 1), call.real(index + 2))
  let micros = (second * 1_000_000).rounded(.toNearestOrEven)
  if (0...24).contains(hour), (0...59).contains(minute), micros >= 0, micros <= 60_000_000 {
    let total = (hour * 3600 + minute * 60) * 1_000_000 + Int64(micros)
    if total <= 86_400_000_000 { return total }
  }
  let seconds = String(format: "%02g", second)
  throw SQLError(.datetimeFieldOverflow, "time field value out of range: \(hour):\(padded(minute)):\(seconds)")
}

private func timestamp(_ call: FunctionContext) throws(SQLError) -> Int64 {
  let day = try date(call)
  let clock = try time(call, at: 3)
  let (start, overflow) = Int64(day).multipliedReportingOverflow(by: 86_400_000_000)
  let (result, sumOverflow) = start.addingReportingOverflow(clock)
  guard !overflow, !sumOverflow, (-2_440_588...106_751_625).contains(day), day < 106_741_034 else {
    let date = "\(call.integer(0))-\(padded(call.integer(1)))-\(padded(call.integer(2)))"
    let seconds = String(format: "%02g", call.real(5))
    throw SQLError(
      .datetimeFieldOverflow,
      "timestamp out of range: \(date) \(call.integer(3)):\(padded(call.integer(4))):\(seconds)")
  }
  return result
}

/// The distance from UTC that an interval as the first argument stands for, in microseconds.
private func offset(_ call: FunctionContext) throws(SQLError) -> Int64 {
  let interval = try call.interval(0)
  if interval.months != 0 || interval.days != 0 {
    throw SQLError(.invalidParameterValue, "interval time zone \"\(interval)\" must not include months or days")
  }
  return interval.microseconds / 1_000_000 * 1_000_000
}

private func shifted(_ time: Int64, by offset: Int64, sign: Int64) throws(SQLError) -> Int64 {
  if time == .max || time == .min { return time }
  let (result, overflow) = time.addingReportingOverflow(sign * offset)
  if overflow { throw SQLError(.datetimeFieldOverflow, "timestamp out of range") }
  return result
}

/// Whether two periods share an instant, a period without its end being one instant; nil where a null decides.
/// Source: <https://www.postgresql.org/docs/15/functions-datetime.html>
private func overlap(_ first: (Int64?, Int64?), _ second: (Int64?, Int64?)) -> Bool? {
  func ordered(_ period: (Int64?, Int64?)) -> (start: Int64, end: Int64?)? {
    guard let start = period.0 ?? period.1 else { return nil }
    guard period.0 != nil, let end = period.1 else { return (start, nil) }
    return start > end ? (end, start) : (start, end)
  }
  guard let a = ordered(first), let b = ordered(second) else { return nil }
  if a.start == b.start { return a.end == nil || b.end == nil ? nil : true }
  let (early, late) = a.start < b.start ? (a, b) : (b, a)
  guard let end = early.end else { return nil }
  if late.start < end { return true }
  return late.end == nil ? nil : false
}
