extension DateTimeFormat {
  /// The date that `text` gives in this format, in days since 1970-01-01.
  public func date(_ text: String) throws(SQLError) -> Int64 {
    let parts = try read(text)
    let days = CivilCalendar.days(year: parts.year, month: parts.month, day: parts.day)
    guard (-2_440_588...2_145_031_948).contains(days) else {
      throw SQLError(.datetimeFieldOverflow, "date out of range: \"\(text)\"")
    }
    return Int64(days)
  }

  /// The instant that `text` gives in this format; a time of `zone` when the format has no offset.
  public func timestampWithTimeZone(_ text: String, in zone: TimeZoneRules) throws(SQLError) -> Int64 {
    let parts = try read(text)
    let days = CivilCalendar.days(year: parts.year, month: parts.month, day: parts.day)
    // From 4714-11-24 BC to the end of the year 294276.
    guard (-2_440_588...106_751_983).contains(days) else {
      throw SQLError(.datetimeFieldOverflow, "timestamp out of range")
    }
    let time = Int64((parts.hour * 60 + parts.minute) * 60 + parts.second) * 1_000_000 + Int64(parts.microsecond)
    let local = Int64(days) * Microseconds.perDay + time
    if let offset = parts.offset { return local - Int64(offset) * 1_000_000 }
    return zone.utc(fromLocal: local)
  }

  private struct Parts {
    var year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0
    var offset: Int?
  }

  private func read(_ text: String) throws(SQLError) -> Parts {
    var reader = DateTimeFormatReader(text: text, pieces: pieces)
    try reader.run()
    return try assembled(reader.fields, text)
  }

  /// The date and time that the fields describe together.
  private func assembled(_ read: DateTimeFormatReader.Fields, _ text: String) throws(SQLError) -> Parts {
    let overflow = SQLError(.datetimeFieldOverflow, "date/time field value out of range: \"\(text)\"")
    var fields = read
    var parts = Parts()
    if fields.secondOfDay != 0 {
      parts.hour = fields.secondOfDay / 3600
      parts.minute = fields.secondOfDay % 3600 / 60
      parts.second = fields.secondOfDay % 60
    }
    if fields.second != 0 { parts.second = fields.second }
    if fields.minute != 0 { parts.minute = fields.minute }
    if fields.hour != 0 { parts.hour = fields.hour }
    if fields.is12Hour {
      guard (1...12).contains(parts.hour) else {
        throw SQLError(
          .invalidDatetimeFormat, "hour \"\(parts.hour)\" is invalid for the 12-hour clock",
          hint: "Use the 24-hour clock, or give an hour between 1 and 12.")
      }
      if fields.isAfternoon != 0 && parts.hour < 12 {
        parts.hour += 12
      } else if fields.isAfternoon == 0 && parts.hour == 12 {
        parts.hour = 0
      }
    }
    var given: Set<DatePart> = []
    let isBC = fields.isBC != 0
    if fields.year != 0 {
      given.insert(.year)
      if fields.century != 0 && fields.yearDigits <= 2 {
        // The year's two digits in the given century: the 21st runs from 2001 to 2100.
        if isBC { fields.century = -fields.century }
        let year = fields.year % 100
        if year != 0 {
          parts.year =
            fields.century >= 0 ? year + (fields.century - 1) * 100 : (fields.century + 1) * 100 - year + 1
        } else {
          parts.year = fields.century * 100 + (fields.century >= 0 ? 0 : 1)
        }
      } else {
        parts.year = isBC ? -fields.year : fields.year
        if parts.year < 0 { parts.year += 1 }
      }
    } else if fields.century != 0 {
      given.insert(.year)
      if isBC { fields.century = -fields.century }
      parts.year = fields.century >= 0 ? (fields.century - 1) * 100 + 1 : fields.century * 100 + 1
    }
    func set(days: Int) {
      (parts.year, parts.month, parts.day) = CivilCalendar.civil(days: days)
      given = [.year, .month, .day]
    }
    if fields.julian != 0 { set(days: fields.julian - 2_440_588) }
    if fields.week != 0 {
      if fields.convention == .isoWeek {
        let monday = CivilCalendar.firstMonday(ofISOYear: parts.year) + (fields.week - 1) * 7
        set(days: fields.weekday == 0 ? monday : fields.weekday > 1 ? monday + fields.weekday - 2 : monday + 6)
      } else {
        fields.dayOfYear = (fields.week - 1) * 7 + 1
      }
    }
    if fields.weekOfMonth != 0 { fields.day = (fields.weekOfMonth - 1) * 7 + 1 }
    if fields.day != 0 {
      parts.day = fields.day
      given.insert(.day)
    }
    if fields.month != 0 {
      parts.month = fields.month
      given.insert(.month)
    }
    if fields.dayOfYear != 0 && (parts.month <= 1 || parts.day <= 1) {
      if parts.year == 0 && !isBC {
        throw SQLError(.invalidDatetimeFormat, "cannot calculate day of year without year information")
      }
      if fields.convention == .isoWeek {
        set(days: CivilCalendar.firstMonday(ofISOYear: parts.year) - 1 + fields.dayOfYear)
      } else {
        var month = 1
        var before = 0
        while month <= 12, fields.dayOfYear > before + CivilCalendar.daysInMonth(year: parts.year, month: month) {
          before += CivilCalendar.daysInMonth(year: parts.year, month: month)
          month += 1
        }
        if parts.month <= 1 { parts.month = month }
        if parts.day <= 1 { parts.day = fields.dayOfYear - before }
        given.formUnion([.month, .day])
      }
    }
    parts.microsecond = fields.millisecond * 1000 + fields.microsecond
    if given.contains(.month) && !(1...12).contains(parts.month) { throw overflow }
    if given.contains(.day) && !(1...31).contains(parts.day) { throw overflow }
    if given.count == 3 && parts.day > CivilCalendar.daysInMonth(year: parts.year, month: parts.month) {
      throw overflow
    }
    guard (0..<24).contains(parts.hour), (0..<60).contains(parts.minute), (0..<60).contains(parts.second),
      (0..<1_000_000).contains(parts.microsecond)
    else { throw overflow }
    if fields.zoneSign != 0 {
      guard (0...15).contains(fields.zoneHour), (0..<60).contains(fields.zoneMinute) else {
        throw SQLError(SQLState(rawValue: "22009"), "time zone displacement out of range: \"\(text)\"")
      }
      parts.offset = fields.zoneSign * (fields.zoneHour * 3600 + fields.zoneMinute * 60)
    }
    return parts
  }

  private enum DatePart: Hashable { case year, month, day }
}

/// Reads a text along the pieces of a format.
private struct DateTimeFormatReader {
  enum Convention { case gregorian, isoWeek }

  /// What was read; zero means not given, as in PostgreSQL.
  struct Fields {
    var convention: Convention?
    var hour = 0, minute = 0, second = 0, secondOfDay = 0, millisecond = 0, microsecond = 0
    var isAfternoon = 0, isBC = 0
    var is12Hour = false
    var year = 0, yearDigits = 0, century = 0, month = 0, day = 0, dayOfYear = 0, week = 0, weekday = 0
    var weekOfMonth = 0, julian = 0
    var zoneSign = 0, zoneHour = 0, zoneMinute = 0
    var ignored = 0
  }

  typealias Piece = FormatPiece<DateTimeFormat.Field>

  let bytes: [UInt8]
  let pieces: [Piece]
  var position = 0
  var fields = Fields()

  init(text: String, pieces: [Piece]) {
    bytes = Array(text.utf8)
    self.pieces = pieces
  }

  private var isAtEnd: Bool { position >= bytes.count }

  private mutating func skipSpaces() -> Int {
    let start = position
    while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func skipCharacter() {
    if !isAtEnd { position = Swift.min(position + utf8Length(bytes[position]), bytes.count) }
  }

  mutating func run() throws(SQLError) {
    var isExact = false
    // How many characters were passed over beyond those that the format has.
    var extra = 0
    for (index, piece) in pieces.enumerated() {
      if isAtEnd { break }
      let isExactMark = if case .exact? = piece.field { true } else { false }
      if !isExact, !isExactMark, piece.field != nil || index == 0 { extra += skipSpaces() }
      switch piece.kind {
      case .separator, .space:
        if isExact {
          skipCharacter()
        } else {
          extra -= 1
          if !isAtEnd, ASCII.isSpace(bytes[position]) || ASCII.isPunctuation(bytes[position]) {
            position += 1
            extra += 1
          }
        }
      case .character:
        if !isExact && extra > 0 { extra -= 1 } else { skipCharacter() }
      case .field(let field):
        try read(field, piece, index, extra)
        if isExactMark { isExact = true }
        if !isExact { extra = skipSpaces() }
      }
    }
  }

  private mutating func read(_ field: DateTimeFormat.Field, _ piece: Piece, _ index: Int, _ extra: Int)
    throws(SQLError)
  {
    if let convention = field.convention {
      guard fields.convention == nil || fields.convention == convention else {
        throw SQLError(
          .invalidDatetimeFormat, "invalid combination of date conventions",
          hint: "Do not mix Gregorian and ISO week date conventions in a formatting template.")
      }
      fields.convention = convention
    }
    switch field {
    case .exact: return
    case .meridiem(let isDotted):
      try set(\.isAfternoon, try name(isDotted ? ["a.m.", "p.m."] : ["am", "pm"], piece), piece)
      fields.is12Hour = true
      return
    case .era(let isDotted):
      return try set(\.isBC, try name(isDotted ? ["a.d.", "b.c."] : ["ad", "bc"], piece), piece)
    case .monthName: return try set(\.month, try name(DateTimeFormat.monthNames, piece) + 1, piece)
    case .monthShort:
      return try set(\.month, try name(DateTimeFormat.monthNames.map { String($0.prefix(3)) }, piece) + 1, piece)
    case .dayName:
      try set(\.weekday, try name(DateTimeFormat.dayNames, piece), piece)
      fields.weekday += 1
      return
    case .dayShort:
      try set(\.weekday, try name(DateTimeFormat.dayNames.map { String($0.prefix(3)) }, piece), piece)
      fields.weekday += 1
      return
    case .romanMonth: return try set(\.month, 12 - (try name(DateTimeFormat.romanMonths, piece)), piece)
    case .zoneName, .zoneOffset:
      throw SQLError(.featureNotSupported, "formatting field \"\(piece.name)\" is only supported in to_char")
    case .zoneHour:
      // A minus may have been taken for a separator before.
      if let sign = isAtEnd ? nil : bytes[position], [ASCII.plus, ASCII.minus, ASCII.space].contains(sign) {
        fields.zoneSign = sign == ASCII.minus ? -1 : 1
        position += 1
      } else {
        fields.zoneSign = extra > 0 && position > 0 && bytes[position - 1] == ASCII.minus ? -1 : 1
      }
      try integer(\.zoneHour, 2, index)
      return
    case .zoneMinute:
      if fields.zoneSign == 0 { fields.zoneSign = 1 }
      try integer(\.zoneMinute, 2, index)
      return
    case .groupedYear: try readGroupedYear(piece)
    default: try readNumber(field, piece, index)
    }
    if piece.modifiers.isOrdinal {
      skipCharacter()
      skipCharacter()
    }
  }

  private mutating func readNumber(_ field: DateTimeFormat.Field, _ piece: Piece, _ index: Int) throws(SQLError) {
    let width = piece.text.count
    switch field {
    case .hour12:
      try integer(\.hour, 2, index)
      fields.is12Hour = true
    case .hour24: try integer(\.hour, 2, index)
    case .minute: try integer(\.minute, width, index)
    case .second: try integer(\.second, width, index)
    case .secondOfDay: try integer(\.secondOfDay, width, index)
    case .millisecond:
      // 25 and 250 are a quarter of a second, 025 is not.
      let length = try integer(\.millisecond, 3, index)
      fields.millisecond *= length == 1 ? 100 : length == 2 ? 10 : 1
    case .microsecond, .fraction:
      let digits = if case .fraction(let digits) = field { digits } else { 6 }
      let length = try integer(\.microsecond, digits, index)
      fields.microsecond *=
        [1, 100_000, 10_000, 1000, 100, 10].indices.contains(length)
        ? [1, 100_000, 10_000, 1000, 100, 10][length] : 1
    case .month: try integer(\.month, width, index)
    case .dayOfYear: try integer(\.dayOfYear, width, index)
    case .isoDayOfYear: try integer(\.dayOfYear, 3, index)
    case .day: try integer(\.day, width, index)
    case .dayOfWeek: try integer(\.weekday, width, index)
    case .isoDayOfWeek:
      // Sunday is 1 from here on.
      try integer(\.weekday, 1, index)
      fields.weekday += 1
      if fields.weekday > 7 { fields.weekday = 1 }
    case .weekOfYear, .isoWeek: try integer(\.week, width, index)
    // Read and not used: a quarter does not say which of its days is meant.
    case .quarter:
      fields.ignored = 0
      try integer(\.ignored, width, index)
    case .century: try integer(\.century, width, index)
    case .year(let digits), .isoYear(let digits):
      let length = try integer(\.year, width, index)
      if digits < 4 && length < 4 { fields.year = Self.nearestTo2020(fields.year) }
      fields.yearDigits = digits
    case .weekOfMonth: try integer(\.weekOfMonth, width, index)
    case .julian: try integer(\.julian, width, index)
    default: break
    }
  }

  private mutating func readGroupedYear(_ piece: Piece) throws(SQLError) {
    let rest = String(decoding: bytes[position...], as: UTF8.self)
    let match = rest.prefix { $0 == "-" || $0 == "+" || $0.isNumber || $0 == "," || $0.isWhitespace }
    let halves = match.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let trimmed = halves.first.map { ValueText.trimmed(String($0)) } ?? ""
    let low = halves.count > 1 ? halves[1].prefix(3).prefix { $0.isNumber } : ""
    guard let thousands = Int(trimmed), let units = Int(low), let first = halves.first else {
      throw SQLError(.invalidDatetimeFormat, "invalid input string for \"Y,YYY\"")
    }
    position += first.utf8.count + 1 + low.utf8.count
    try set(\.year, thousands * 1000 + units, piece)
    fields.yearDigits = 4
  }

  /// Two or three digits of a year stand for the year nearest to 2020.
  private static func nearestTo2020(_ year: Int) -> Int {
    switch year {
    case ..<70: year + 2000
    case ..<100: year + 1900
    case ..<520: year + 2000
    case ..<1000: year + 1000
    default: year
    }
  }

  // MARK: Values

  private mutating func set(_ field: WritableKeyPath<Fields, Int>, _ value: Int, _ piece: Piece) throws(SQLError) {
    let old = fields[keyPath: field]
    if old != 0 && old != value {
      throw SQLError(
        .invalidDatetimeFormat, "conflicting values for \"\(piece.name)\" field in formatting string",
        detail: "This value contradicts a previous setting for the same field type.")
    }
    fields[keyPath: field] = value
  }

  /// The index of the name that stands here.
  private mutating func name(_ names: [String], _ piece: Piece) throws(SQLError) -> Int {
    let rest = bytes[position...]
    for (index, name) in names.enumerated() {
      let name = name.lowercased().utf8
      if rest.count >= name.count, zip(rest, name).allSatisfy({ ASCII.lowercased($0) == $1 }) {
        position += name.count
        return index
      }
    }
    let word = String(decoding: rest.prefix { !ASCII.isSpace($0) }, as: UTF8.self)
    throw SQLError(
      .invalidDatetimeFormat, "invalid value \"\(word)\" for \"\(piece.name)\"",
      detail: "The given value did not match any of the allowed values for this field.")
  }

  /// Reads an integer of `width` characters, or of any length where something other than a digit must follow.
  ///
  /// - Returns: How many characters were read, blanks before the number included.
  @discardableResult
  private mutating func integer(_ field: WritableKeyPath<Fields, Int>, _ width: Int, _ index: Int) throws(SQLError)
    -> Int
  {
    let piece = pieces[index]
    let start = position
    _ = skipSpaces()
    let remaining = bytes.count - position
    let copy = String(decoding: bytes[position...].prefix(width), as: UTF8.self)
    var value: Int?
    if piece.modifiers.contains(.fill) || isFollowedByText(index) {
      let (number, end) = Self.number(bytes, from: position, limit: bytes.count)
      value = number
      position = end == position ? start : end
    } else {
      let hint = "If your source string is not fixed-width, try using the \"FM\" modifier."
      if remaining < width {
        throw SQLError(
          .invalidDatetimeFormat, "source string too short for \"\(piece.name)\" formatting field",
          detail: "Field requires \(width) characters, but only \(remaining) remain.", hint: hint)
      }
      let (number, end) = Self.number(bytes, from: position, limit: position + width)
      let used = end - position
      if used > 0 && used < width {
        throw SQLError(
          .invalidDatetimeFormat, "invalid value \"\(copy)\" for \"\(piece.name)\"",
          detail: "Field requires \(width) characters, but only \(used) could be parsed.", hint: hint)
      }
      value = number
      position = end
    }
    guard position != start else {
      throw SQLError(
        .invalidDatetimeFormat, "invalid value \"\(copy)\" for \"\(piece.name)\"", detail: "Value must be an integer.")
    }
    guard let value, Int32(exactly: value) != nil else {
      throw SQLError(
        .datetimeFieldOverflow, "value for \"\(piece.name)\" in source string is out of range",
        detail: "Value must be in the range -2147483648 to 2147483647.")
    }
    try set(field, value, piece)
    return position - start
  }

  /// C's `strtol` between two places: blanks, a sign, digits. Nil when the number does not fit; the end is the start
  /// when there are no digits.
  private static func number(_ bytes: [UInt8], from start: Int, limit: Int) -> (Int?, Int) {
    var position = start
    while position < limit, ASCII.isSpace(bytes[position]) { position += 1 }
    var isNegative = false
    if position < limit, bytes[position] == ASCII.minus || bytes[position] == ASCII.plus {
      isNegative = bytes[position] == ASCII.minus
      position += 1
    }
    let first = position
    var value: Int? = 0
    while position < limit, ASCII.isDigit(bytes[position]) {
      if let known = value {
        let (product, overflow) = known.multipliedReportingOverflow(by: 10)
        let (sum, sumOverflow) = product.addingReportingOverflow(Int(bytes[position] - ASCII.zero))
        value = overflow || sumOverflow ? nil : sum
      }
      position += 1
    }
    if position == first { return (0, start) }
    return (value.map { isNegative ? -$0 : $0 }, position)
  }

  /// Whether what follows the field in the format is no digit, so that the number may have any length.
  private func isFollowedByText(_ index: Int) -> Bool {
    if pieces[index].modifiers.isOrdinal { return true }
    guard index + 1 < pieces.count else { return true }
    let next = pieces[index + 1]
    if let field = next.field { return !field.isDigits }
    return !(next.text.count == 1 && ASCII.isDigit(next.text[0]))
  }
}

extension DateTimeFormat.Field {
  /// Whether the field's text consists of digits.
  fileprivate var isDigits: Bool {
    switch self {
    case .meridiem, .era, .zoneName, .zoneHour, .zoneOffset, .monthName, .monthShort, .romanMonth, .dayName,
      .dayShort, .exact:
      false
    default: true
    }
  }

  fileprivate var convention: DateTimeFormatReader.Convention? {
    switch self {
    case .isoDayOfYear, .isoDayOfWeek, .isoWeek, .isoYear: .isoWeek
    case .dayOfYear, .day, .dayOfWeek, .month, .monthName, .monthShort, .romanMonth, .weekOfYear, .weekOfMonth,
      .year, .groupedYear:
      .gregorian
    default: nil
    }
  }
}
