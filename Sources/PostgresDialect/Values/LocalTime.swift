/// A local time taken apart.
struct LocalTime {
  var year: Int
  var month: Int
  var day: Int
  /// Days since 1970-01-01.
  var days: Int
  /// Microseconds since midnight.
  var timeOfDay: Int64

  /// The start of a day.
  init(days: Int) {
    self.days = days
    timeOfDay = 0
    (year, month, day) = CivilCalendar.civil(days: days)
  }

  init(_ microseconds: Int64) {
    var (days, time) = microseconds.quotientAndRemainder(dividingBy: Microseconds.perDay)
    if time < 0 {
      time += Microseconds.perDay
      days -= 1
    }
    self.days = Int(days)
    timeOfDay = time
    (year, month, day) = CivilCalendar.civil(days: self.days)
  }
}
