extension DateTimeFormat {
  /// The text of a time that has no zone.
  ///
  /// - Returns: Nil for the infinite times and for an empty format.
  public func text(timestamp local: Int64) throws(SQLError) -> String? {
    if isEmpty || local == .max || local == .min { return nil }
    return try text(Value(local: local))
  }

  /// The text of an instant as `zone` shows it.
  public func text(timestampWithTimeZone instant: Int64, in zone: TimeZoneRules) throws(SQLError) -> String? {
    if isEmpty || instant == .max || instant == .min { return nil }
    var value = Value(local: zone.local(fromUTC: instant))
    value.offset = zone.offsetSeconds(atUTC: instant)
    value.zone = zone.abbreviation(atUTC: instant)
    return try text(value)
  }

  public func text(_ interval: Interval) throws(SQLError) -> String? {
    isEmpty ? nil : try text(Value(interval))
  }

  /// The parts of a time or interval that fields show.
  private struct Value {
    var isInterval = false
    var year = 0, month = 0, day = 0
    var hour = 0, minute = 0, second = 0, microsecond = 0
    var dayOfYear = 0
    /// Days since 1970-01-01.
    var days = 0
    var offset = 0
    var zone: String?

    init(local: Int64) {
      let parts = LocalTime(local)
      (year, month, day, days) = (parts.year, parts.month, parts.day, parts.days)
      dayOfYear = CivilCalendar.dayOfYear(days: days)
      setTime(parts.timeOfDay)
    }

    init(_ interval: Interval) {
      isInterval = true
      (year, month) = Int(interval.months).quotientAndRemainder(dividingBy: 12)
      day = Int(interval.days)
      // PostgreSQL counts an interval's days with months of 30 days.
      dayOfYear = (year * 12 + month) * 30 + day
      // Weeks and Julian days of an interval mean little; they come from its parts taken for a date.
      let shiftedMonth = month > 2 ? month + 1 : month + 13
      let shiftedYear = month > 2 ? year + 4800 : year + 4799
      let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
      days = shiftedYear * 365 - 32_167 + leapDays + 7834 * shiftedMonth / 256 + day - 2_440_588
      setTime(interval.microseconds)
    }

    private mutating func setTime(_ microseconds: Int64) {
      hour = Int(microseconds / Microseconds.perHour)
      minute = Int(microseconds % Microseconds.perHour / Microseconds.perMinute)
      second = Int(microseconds % Microseconds.perMinute / Microseconds.perSecond)
      microsecond = Int(microseconds % Microseconds.perSecond)
    }

    /// The year as people count it: without a year zero.
    func shown(_ year: Int) -> Int { isInterval || year > 0 ? year : 1 - year }
  }

  private func text(_ value: Value) throws(SQLError) -> String {
    var text = ""
    for piece in pieces {
      guard let field = piece.field else {
        text += piece.name
        continue
      }
      if value.isInterval, field.needsDate {
        throw SQLError(
          .invalidDatetimeFormat, "invalid format specification for an interval value",
          hint: "Intervals are not tied to specific calendar dates.")
      }
      if let number = numberText(field, piece, value) {
        text += number
        if piece.modifiers.isOrdinal {
          text += try ordinalEnding(Array(number.utf8), isUpper: piece.modifiers.contains(.upperOrdinal))
        }
      } else {
        text += nameText(field, piece, value)
      }
    }
    return text
  }

  /// The text of a field that takes an ordinal's ending; nil for the others.
  private func numberText(_ field: Field, _ piece: FormatPiece<Field>, _ value: Value) -> String? {
    /// The number with zeros before it; a minus takes a place of its own.
    func padded(_ number: Int, _ width: Int) -> String {
      piece.modifiers.contains(.fill) ? String(number) : Self.zeroPadded(number, width)
    }
    func signed(_ number: Int) -> String { padded(number, number >= 0 ? 2 : 3) }
    func year(_ year: Int, _ digits: Int) -> String {
      let shown = value.shown(year)
      if digits == 1 { return String(shown % 10) }
      let width = shown >= 0 ? digits : digits + 1
      return padded(digits == 4 ? shown : shown % (digits == 3 ? 1000 : 100), width)
    }
    func fraction(_ digits: Int) -> String {
      let cut = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000][6 - digits]
      return Self.zeroPadded(value.microsecond / cut, digits)
    }
    switch field {
    case .hour12:
      let hour = value.hour % 12
      return padded(hour == 0 ? 12 : hour, value.hour >= 0 ? 2 : 3)
    case .hour24: return signed(value.hour)
    case .minute: return signed(value.minute)
    case .second: return signed(value.second)
    case .secondOfDay: return String(value.hour * 3600 + value.minute * 60 + value.second)
    case .millisecond: return fraction(3)
    case .microsecond: return fraction(6)
    case .fraction(let digits): return fraction(digits)
    case .month: return signed(value.month)
    case .day: return padded(value.day, 2)
    case .dayOfYear: return padded(value.dayOfYear, 3)
    case .isoDayOfYear:
      let first = CivilCalendar.firstMonday(ofISOYear: CivilCalendar.isoWeek(days: value.days).year)
      return padded(value.days - first + 1, 3)
    case .dayOfWeek: return String(CivilCalendar.weekday(days: value.days) + 1)
    case .isoDayOfWeek: return String(CivilCalendar.isoWeekday(days: value.days))
    case .weekOfYear: return padded((value.dayOfYear - 1) / 7 + 1, 2)
    case .isoWeek: return padded(CivilCalendar.isoWeek(days: value.days).week, 2)
    case .weekOfMonth: return String((value.day - 1) / 7 + 1)
    case .quarter: return value.month == 0 ? nil : String((value.month - 1) / 3 + 1)
    case .century:
      let century =
        value.isInterval ? value.year / 100 : value.year > 0 ? (value.year - 1) / 100 + 1 : value.year / 100 - 1
      return abs(century) <= 99 ? signed(century) : String(century)
    case .year(let digits): return year(value.year, digits)
    case .isoYear(let digits): return year(CivilCalendar.isoWeek(days: value.days).year, digits)
    case .groupedYear:
      let shown = value.shown(value.year)
      return "\(shown / 1000),\(Self.zeroPadded(shown % 1000, 3))"
    case .julian: return String(value.days + 2_440_588)
    default: return nil
    }
  }

  private func nameText(_ field: Field, _ piece: FormatPiece<Field>, _ value: Value) -> String {
    /// In the case of the keyword.
    func cased(_ name: String) -> String {
      let second = piece.text.count > 1 ? piece.text[1] : piece.text[0]
      if piece.text[0] >= UInt8(ascii: "a") { return name.lowercased() }
      return second >= UInt8(ascii: "a") && second <= UInt8(ascii: "z") ? name : name.uppercased()
    }
    func padded(_ name: String, _ width: Int) -> String {
      guard piece.modifiers.isEmpty || piece.modifiers.isDisjoint(with: [.fill, .translated]) else { return name }
      return name + String(repeating: " ", count: Swift.max(0, width - name.utf8.count))
    }
    let offset = abs(value.offset)
    let sign = value.offset >= 0 ? "+" : "-"
    switch field {
    case .meridiem(let isDotted):
      let hour = value.hour % 24
      return cased(hour >= 12 ? (isDotted ? "P.M." : "PM") : (isDotted ? "A.M." : "AM"))
    case .era(let isDotted): return cased(value.year <= 0 ? (isDotted ? "B.C." : "BC") : (isDotted ? "A.D." : "AD"))
    case .monthName: return padded(cased(Self.monthNames[value.month - 1]), 9)
    case .monthShort: return cased(String(Self.monthNames[value.month - 1].prefix(3)))
    case .dayName: return padded(cased(Self.dayNames[CivilCalendar.weekday(days: value.days)]), 9)
    case .dayShort: return cased(String(Self.dayNames[CivilCalendar.weekday(days: value.days)].prefix(3)))
    case .zoneName: return cased(value.zone ?? "")
    case .zoneHour: return sign + Self.zeroPadded(offset / 3600, 2)
    case .zoneMinute: return Self.zeroPadded(offset % 3600 / 60, 2)
    case .zoneOffset:
      let hours = piece.modifiers.contains(.fill) ? String(offset / 3600) : Self.zeroPadded(offset / 3600, 2)
      return sign + hours + (offset % 3600 == 0 ? "" : ":" + Self.zeroPadded(offset % 3600 / 60, 2))
    case .romanMonth:
      if value.month == 0 && value.year == 0 { return "" }
      // Whole years of an interval count as December, years before as January; months before are counted backwards.
      let index =
        value.month == 0 ? (value.year >= 0 ? 0 : 11) : value.month < 0 ? -(value.month + 1) : 12 - value.month
      let numeral = Self.romanMonths[index]
      let shown = piece.text[0] == UInt8(ascii: "r") ? numeral.lowercased() : numeral
      return piece.modifiers.contains(.fill)
        ? shown : shown + String(repeating: " ", count: Swift.max(0, 4 - shown.utf8.count))
    default: return ""
    }
  }

  /// The number with zeros up to `width` characters, a minus included.
  static func zeroPadded(_ number: Int, _ width: Int) -> String {
    let digits = String(number.magnitude)
    let sign = number < 0 ? "-" : ""
    return sign + String(repeating: "0", count: Swift.max(0, width - digits.utf8.count - sign.utf8.count)) + digits
  }
}

extension DateTimeFormat.Field {
  /// Whether an interval has no such field.
  fileprivate var needsDate: Bool {
    switch self {
    case .zoneName, .zoneHour, .zoneMinute, .zoneOffset, .era, .monthName, .monthShort, .dayName, .dayShort,
      .dayOfWeek, .isoDayOfWeek:
      true
    default: false
    }
  }
}
