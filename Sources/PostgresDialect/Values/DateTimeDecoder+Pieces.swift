extension DateTimeDecoder {
  /// Digits as a number that fits 32 bits, as PostgreSQL's fields do.
  private static func integer(_ digits: some Collection<UInt8>) throws(Failure) -> Int {
    var value = 0
    for digit in digits {
      guard ASCII.isDigit(digit) else { throw .malformed }
      value = value * 10 + Int(digit - ASCII.zero)
      if value > Int(Int32.max) { throw .fieldOverflow }
    }
    return value
  }

  /// A point and digits as microseconds, rounded.
  private static func microseconds(_ fraction: ArraySlice<UInt8>) throws(Failure) -> Int64 {
    guard let value = Interval.fraction(fraction) else { throw .malformed }
    return Int64((value * 1_000_000).rounded(.toNearestOrEven))
  }

  /// A zone by its name.
  func zone(_ name: String, orMalformed: Bool = false) throws(Failure) -> TimeZoneRules {
    if let zone = try? TimeZoneRules(identifier: name) { return zone }
    throw orMalformed ? .malformed : .unknownZone(name)
  }

  /// A piece with joined parts: a date, a zone name with a slash, or a time with an offset behind it.
  mutating func date(_ token: DateTimeToken, expectsDate: Bool) throws(Failure) -> Known {
    if !expectsDate {
      if !ASCII.isDigit(token.bytes[0]) {
        fields.zone = try zone(token.text)
        return .zone
      }
      // A time in digits with an offset: 040506-08.
      guard !known.isSuperset(of: .time), let sign = token.bytes.firstIndex(of: ASCII.minus) else { throw .malformed }
      fields.offset = try offset(Array(token.bytes[sign...]))
      return try runTogether(token.bytes[..<sign], known: timeOnly ? known.union(.date) : known).union(.zone)
    }
    return try dateParts(token.bytes)
  }

  /// A date in parts, of which one may be a month's name.
  private mutating func dateParts(_ bytes: [UInt8]) throws(Failure) -> Known {
    var parts: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      rest = rest.drop { !ASCII.isAlphanumeric($0) }
      guard let first = rest.first else { throw .malformed }
      let part = ASCII.isDigit(first) ? rest.prefix(while: ASCII.isDigit) : rest.prefix(while: ASCII.isLetter)
      parts.append(part)
      rest = rest.dropFirst(part.count)
      // PostgreSQL skips one separator here without a look at it, and so takes "02-Dec-2013Z".
      rest = rest.dropFirst()
    }
    var all = known
    for part in parts where ASCII.isLetter(part[part.startIndex]) {
      guard case .month(let month) = DateTimeWord(Array(part)), !all.contains(.month) else { throw .malformed }
      fields.month = month
      hasTextMonth = true
      all.insert(.month)
    }
    for part in parts where ASCII.isDigit(part[part.startIndex]) {
      let added = try dateNumber(part, known: all)
      if !all.isDisjoint(with: added) { throw .malformed }
      all.formUnion(added)
    }
    if all.subtracting([.dayOfYear, .zone]) != .date { throw .malformed }
    return all.subtracting(known)
  }

  /// A number by itself.
  mutating func number(_ token: DateTimeToken, expectsTime: Bool) throws(Failure) -> Known {
    let bytes = token.bytes[...]
    let point = bytes.firstIndex(of: ASCII.point)
    if expectsTime || timeOnly {
      if let point, point <= 2 { throw .malformed }
      return try runTogether(bytes, known: known.union(.date))
    }
    if point != nil, known.isDisjoint(with: .date) { return try dateParts(token.bytes) }
    if let point, point > 2 { return try runTogether(bytes, known: known) }
    if bytes.count >= 6, known.isDisjoint(with: .date) || known.isDisjoint(with: .time) {
      return try runTogether(bytes, known: known)
    }
    return try dateNumber(bytes, known: known)
  }

  /// A number whose meaning follows from the fields that are known: year, month or day.
  private mutating func dateNumber(_ bytes: ArraySlice<UInt8>, known: Known) throws(Failure) -> Known {
    let digits = bytes.prefix(while: ASCII.isDigit)
    let value = try Self.integer(digits)
    if digits.isEmpty { throw .malformed }
    if digits.count < bytes.count {
      if digits.count > 2 { return try runTogether(bytes, known: known.union(.date)) }
      fields.timeOfDay += try Self.microseconds(bytes.dropFirst(digits.count))
    }
    let dateKnown = known.intersection(.date)
    if bytes.count == 3, dateKnown == .year, (1...366).contains(value) {
      fields.dayOfYear = value
      return [.dayOfYear, .month, .day]
    }
    let isLong = bytes.count >= 3
    let meaning: Known
    switch dateKnown {
    case []: meaning = isLong ? .year : .month
    case .year: meaning = .month
    case .month: meaning = hasTextMonth && isLong ? .year : .day
    case [.year, .month]:
      if hasTextMonth, isLong, hasShortYear {
        // The first number was the day after all.
        (fields.day, fields.year, hasShortYear) = (fields.year, value, false)
        return .day
      }
      meaning = .day
    case .day: meaning = .month
    case [.month, .day]: meaning = .year
    case .date: return try runTogether(bytes, known: known)
    default: throw .malformed
    }
    switch meaning {
    case .year:
      fields.year = value
      hasShortYear = bytes.count <= 2
    case .month: fields.month = value
    default: fields.day = value
    }
    return meaning
  }

  /// Digits without separators: YYMMDD, YYYYMMDD, hhmm or hhmmss, the latter perhaps with a fraction.
  private mutating func runTogether(_ bytes: ArraySlice<UInt8>, known: Known) throws(Failure) -> Known {
    var digits = bytes
    var fraction: Int64 = 0
    if let point = bytes.firstIndex(of: ASCII.point) {
      fraction = try Self.microseconds(bytes[point...])
      digits = bytes[..<point]
    } else if !known.isSuperset(of: .date), digits.count >= 6 {
      fields.day = try Self.integer(digits.suffix(2))
      fields.month = try Self.integer(digits.dropLast(2).suffix(2))
      fields.year = try Self.integer(digits.dropLast(4))
      if digits.count == 6 { hasShortYear = true }
      return .date
    }
    guard !known.isSuperset(of: .time), digits.count == 6 || digits.count == 4 else { throw .malformed }
    let hour = try Self.integer(digits.prefix(2))
    let minute = try Self.integer(digits.dropFirst(2).prefix(2))
    let second = try Self.integer(digits.dropFirst(4))
    // A timestamp takes it as it is, as in PostgreSQL: 1974 is 20:14. A time does not.
    fields.timeOfDay = Int64(hour * 3600 + minute * 60 + second) * Microseconds.perSecond + fraction
    if minute > 59 || second > 60 || fields.timeOfDay > Microseconds.perDay { isTimeOverflow = true }
    return .time
  }

  /// hh:mm, hh:mm:ss and fractions.
  mutating func clock(_ bytes: [UInt8]) throws(Failure) -> Known {
    let point = bytes.firstIndex(of: ASCII.point) ?? bytes.endIndex
    let parts = bytes[..<point].split(separator: ASCII.colon, omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { throw .malformed }
    let fraction = point == bytes.endIndex ? 0 : try Self.microseconds(bytes[point...])
    var values: [Int] = []
    for part in parts { values.append(try Self.integer(part)) }
    if values.count == 2 {
      // With a fraction, two numbers are minutes and seconds.
      if point != bytes.endIndex { values.insert(0, at: 0) } else { values.append(0) }
    }
    try setTime(values[0], values[1], values[2], fraction)
    return .time
  }

  /// Sets the time of day: up to 24:00:00, with a second of 60 taken as the next minute.
  private mutating func setTime(_ hour: Int, _ minute: Int, _ second: Int, _ fraction: Int64) throws(Failure) {
    guard minute <= 59, second <= 60, hour <= 24 else { throw .fieldOverflow }
    let time = Int64(hour * 3600 + minute * 60 + second) * Microseconds.perSecond + fraction
    if time > Microseconds.perDay { throw .fieldOverflow }
    fields.timeOfDay = time
  }

  /// ±hh, ±hhmm, ±hh:mm or ±hh:mm:ss in seconds east of UTC.
  func offset(_ bytes: [UInt8]) throws(Failure) -> Int {
    var rest = bytes.dropFirst()
    var values: [Int] = []
    repeat {
      if !values.isEmpty { rest = rest.dropFirst() }
      let digits = rest.prefix(while: ASCII.isDigit)
      guard let value = try? Self.integer(digits) else { throw .zoneOverflow }
      values.append(value)
      rest = rest.dropFirst(digits.count)
    } while rest.first == ASCII.colon && values.count < 3
    if rest.first == ASCII.minus, values.count == 1, bytes[1] == ASCII.minus { throw .zoneOverflow }
    if values.count == 1, rest.isEmpty, bytes.count > 3 { values = [values[0] / 100, values[0] % 100] }
    while values.count < 3 { values.append(0) }
    guard values[0] <= 15, values[1] < 60, values[2] < 60 else { throw .zoneOverflow }
    if !rest.isEmpty { throw .malformed }
    let seconds = values[0] * 3600 + values[1] * 60 + values[2]
    return bytes[0] == ASCII.minus ? -seconds : seconds
  }

  /// A Julian day number, with a fraction of the day.
  mutating func julian(_ token: DateTimeToken) throws(Failure) -> Known {
    let digits = token.bytes.prefix(while: ASCII.isDigit)
    setDate(try Self.integer(digits) - 2_440_588)
    isJulian = true
    let rest = token.bytes.dropFirst(digits.count)
    if rest.isEmpty { return .date }
    guard let fraction = Interval.fraction(rest) else { throw .malformed }
    fields.timeOfDay = Int64((fraction * 86_400_000_000).rounded(.toNearestOrEven))
    return [.date, .time]
  }
}
