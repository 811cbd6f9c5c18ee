/// Reads any date or time text that PostgreSQL understands.
///
/// The pieces are interpreted from left to right, each by its kind and by which fields are known so far, with
/// PostgreSQL's rules for `DateStyle` MDY.
///
/// Source: <https://www.postgresql.org/docs/15/datetime-input-rules.html>
struct DateTimeDecoder {
  enum Decoded {
    case fields(DateTimeFields)
    case epoch, infinity, negativeInfinity
  }

  enum Failure: Error {
    case malformed
    case fieldOverflow
    /// A month or day is out of range, perhaps because the order is not the one that is expected.
    case monthDayOverflow
    case zoneOverflow
    case unknownZone(String)
  }

  /// The fields that have a value so far.
  struct Known: OptionSet {
    let rawValue: Int
    static let year = Known(rawValue: 1)
    static let month = Known(rawValue: 2)
    static let day = Known(rawValue: 4)
    static let dayOfYear = Known(rawValue: 8)
    static let hour = Known(rawValue: 16)
    static let minute = Known(rawValue: 32)
    static let second = Known(rawValue: 64)
    static let zone = Known(rawValue: 128)
    static let weekday = Known(rawValue: 256)
    static let halfDay = Known(rawValue: 512)
    static let era = Known(rawValue: 1024)
    static let date: Known = [.year, .month, .day]
    static let time: Known = [.hour, .minute, .second]
  }

  var fields = DateTimeFields()
  var known: Known = []
  var hasTextMonth = false
  var hasShortYear = false
  var isJulian = false
  var isBeforeChrist = false
  var isAfternoon: Bool?
  /// The time's digits are beyond 24:00 or a field's range.
  var isTimeOverflow = false
  let session: DateTimeText.Session
  let timeOnly: Bool

  static func decode(
    _ text: String, type: String, in session: DateTimeText.Session, timeOnly: Bool = false
  ) throws(SQLError) -> Decoded {
    var copy = text
    let failure: Failure
    do throws(Failure) {
      guard let tokens = copy.withUTF8({ DateTimeToken.tokens(in: $0) }) else { throw Failure.malformed }
      var decoder = DateTimeDecoder(session: session, timeOnly: timeOnly)
      return try decoder.run(tokens)
    } catch {
      failure = error
    }
    switch failure {
    case .malformed:
      throw SQLError(.invalidDatetimeFormat, "invalid input syntax for type \(type): \"\(text)\"")
    case .fieldOverflow:
      throw SQLError(.datetimeFieldOverflow, "date/time field value out of range: \"\(text)\"")
    case .monthDayOverflow:
      throw SQLError(
        .datetimeFieldOverflow, "date/time field value out of range: \"\(text)\"",
        hint: "Perhaps you need a different \"datestyle\" setting.")
    case .zoneOverflow:
      throw SQLError(SQLState(rawValue: "22009"), "time zone displacement out of range: \"\(text)\"")
    case .unknownZone(let name):
      throw SQLError(.invalidParameterValue, "time zone \"\(name)\" not recognized")
    }
  }

  private init(session: DateTimeText.Session, timeOnly: Bool) {
    self.session = session
    self.timeOnly = timeOnly
  }

  private mutating func run(_ tokens: [DateTimeToken]) throws(Failure) -> Decoded {
    var special: Decoded?
    // After `T` comes a time, after `J` a day number.
    var expectsTime = false
    var expectsJulian = false
    for (index, token) in tokens.enumerated() {
      let isLast = index == tokens.count - 1
      var added: Known
      switch token.kind {
      case .date:
        // A second date may be a zone's name or a time; where a time is wanted, so is a first one that nothing
        // shows to be a date.
        let expectsDate =
          timeOnly
          ? index == 0 && !isLast && (tokens[tokens.count - 1].kind == .date || tokens[1].kind == .time)
          : !expectsTime && !known.isSuperset(of: [.month, .day])
        added = try date(token, expectsDate: expectsDate)
        expectsTime = false
      case .time:
        if expectsJulian { throw .malformed }
        expectsTime = false
        added = try clock(token.bytes)
      case .signed:
        fields.offset = try offset(token.bytes)
        added = .zone
      case .number:
        if expectsJulian {
          added = try julian(token)
          expectsJulian = false
        } else {
          added = try number(token, expectsTime: expectsTime)
          expectsTime = false
        }
      case .word, .special:
        if expectsTime || expectsJulian { throw .malformed }
        if token.kind == .word, let minutes = TimeZoneAbbreviations.offset(token.text) {
          fields.offset = minutes * 60
          added = .zone
          break
        }
        let word = DateTimeWord(token.bytes)
        if timeOnly, let word, !word.isAllowedInTime { throw .malformed }
        switch word {
        case .filler: continue
        case .now:
          setLocal(session.zone.local(fromUTC: session.now))
          fields.offset = session.zone.offsetSeconds(atUTC: session.now)
          added = [.date, .time, .zone]
        case .today, .yesterday, .tomorrow:
          let shift = word == .today ? 0 : word == .tomorrow ? 1 : -1
          setDate(DateTimeText.day(ofTimestamp: session.zone.local(fromUTC: session.now)) + shift)
          added = .date
        case .allBalls:
          (fields.timeOfDay, fields.offset) = (0, 0)
          added = [.time, .zone]
        case .epoch: (special, added) = (.epoch, [.date, .time, .zone])
        case .infinity: (special, added) = (.infinity, [.date, .time, .zone])
        case .negativeInfinity: (special, added) = (.negativeInfinity, [.date, .time, .zone])
        case .month(let month):
          added = .month
          if known.contains(.month), !hasTextMonth, !known.contains(.day), (1...31).contains(fields.month) {
            // What looked like a month was the day.
            fields.day = fields.month
            added = .day
          }
          hasTextMonth = true
          fields.month = month
        case .weekday: added = .weekday
        case .morning: (isAfternoon, added) = (false, .halfDay)
        case .afternoon: (isAfternoon, added) = (true, .halfDay)
        case .beforeChrist: (isBeforeChrist, added) = (true, .era)
        case .anno: added = .era
        case .timeMark:
          guard timeOnly || known.isSuperset(of: .date), !isLast,
            [.number, .time, .date].contains(tokens[index + 1].kind)
          else { throw .malformed }
          expectsTime = true
          continue
        case .julian:
          expectsJulian = true
          continue
        case nil:
          fields.zone = try zone(token.text, orMalformed: true)
          added = .zone
        }
      }
      if !known.isDisjoint(with: added) { throw .malformed }
      known.formUnion(added)
    }
    if let special { return special }
    if expectsTime || expectsJulian { throw .malformed }
    return .fields(try finish())
  }

  private mutating func finish() throws(Failure) -> DateTimeFields {
    try checkDate()
    if let isAfternoon {
      let hour = fields.timeOfDay / Microseconds.perHour
      if hour > 12 { throw .fieldOverflow }
      if isAfternoon && hour != 12 { fields.timeOfDay += 12 * Microseconds.perHour }
      if !isAfternoon && hour == 12 { fields.timeOfDay -= 12 * Microseconds.perHour }
    }
    if timeOnly {
      if !known.isSuperset(of: .time) { throw .malformed }
      // Without a date, the offset of a zone with daylight-saving time is not known.
      if let zone = fields.zone, zone.fixedOffsetSeconds == nil, !known.isSuperset(of: .date) { throw .malformed }
      if isTimeOverflow { throw .fieldOverflow }
    } else if !known.isSuperset(of: .date) {
      throw .malformed
    }
    return fields
  }

  private mutating func checkDate() throws(Failure) {
    if known.contains(.year), !isJulian {
      if isBeforeChrist {
        if fields.year <= 0 { throw .fieldOverflow }
        fields.year = 1 - fields.year
      } else if hasShortYear {
        if fields.year < 70 { fields.year += 2000 } else if fields.year < 100 { fields.year += 1900 }
      } else if fields.year <= 0 {
        throw .fieldOverflow
      }
    }
    if known.contains(.dayOfYear) {
      setDate(CivilCalendar.days(year: fields.year, month: 1, day: 1) + fields.dayOfYear - 1)
    }
    if known.contains(.month), !(1...12).contains(fields.month) { throw .monthDayOverflow }
    if known.contains(.day), !(1...31).contains(fields.day) { throw .monthDayOverflow }
    if known.isSuperset(of: .date), fields.day > CivilCalendar.daysInMonth(year: fields.year, month: fields.month) {
      throw .fieldOverflow
    }
  }

  mutating func setDate(_ days: Int) {
    (fields.year, fields.month, fields.day) = CivilCalendar.civil(days: days)
  }

  private mutating func setLocal(_ local: Int64) {
    let time = LocalTime(local)
    setDate(time.days)
    fields.timeOfDay = time.timeOfDay
  }
}

/// The fields of a date and time.
struct DateTimeFields {
  var year = 0
  var month = 0
  var day = 0
  var dayOfYear = 0
  /// Microseconds since midnight; a leap second or 24:00 may take it to a day and above.
  var timeOfDay: Int64 = 0
  /// Seconds east of UTC, when the text has an offset.
  var offset: Int?
  /// The zone, when the text names one.
  var zone: TimeZoneRules?

  /// Days since 1970-01-01.
  var days: Int { CivilCalendar.days(year: year, month: month, day: day) }

  /// The local timestamp; nil when it does not fit.
  var localTimestamp: Int64? {
    let (start, a) = Int64(days).multipliedReportingOverflow(by: Microseconds.perDay)
    let (sum, b) = start.addingReportingOverflow(timeOfDay)
    return a || b ? nil : sum
  }
}
