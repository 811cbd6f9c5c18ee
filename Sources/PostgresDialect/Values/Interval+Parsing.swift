extension Interval {
  /// The fields that a declaration such as `interval day to second` keeps.
  public struct Fields: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let year = Fields(rawValue: 1)
    public static let month = Fields(rawValue: 2)
    public static let day = Fields(rawValue: 4)
    public static let hour = Fields(rawValue: 8)
    public static let minute = Fields(rawValue: 16)
    public static let second = Fields(rawValue: 32)

    /// The smallest field.
    fileprivate var last: Fields {
      for field in [Fields.second, .minute, .hour, .day, .month, .year] where contains(field) { return field }
      return []
    }
  }

  /// Reads PostgreSQL's interval syntax: `15 minutes`, `1 year 2 mons -3 days 04:05:06.789`, `1 day ago`,
  /// `P1Y2M3DT4H`, `1-2`, `1.5 hours`.
  ///
  /// - Parameters:
  ///   - fields: The fields of the declaration: they give a bare number its unit, and what is smaller than the last
  ///     one is cut.
  ///   - precision: The digits of the seconds that are kept, 0...6.
  /// - Throws: 22007 for other text, 22015 or 22008 for a field or an interval out of range.
  public init(_ text: String, fields: Fields? = nil, precision: Int? = nil) throws(SQLError) {
    var copy = text
    let parsed = copy.withUTF8 { bytes -> Outcome in
      let plain = DateTimeToken.tokens(in: bytes).map { Self.parse($0, fields) } ?? .malformed
      if case .malformed = plain { return Self.parseISO(bytes) }
      return plain
    }
    switch parsed {
    case .malformed: throw SQLError(.invalidDatetimeFormat, "invalid input syntax for type interval: \"\(text)\"")
    case .overflow: throw SQLError(.intervalFieldOverflow, "interval field value out of range: \"\(text)\"")
    case .fields(let builder):
      guard let interval = builder.interval else { throw Self.outOfRange }
      self = interval
    }
    if let fields { keep(fields) }
    if let precision { try round(toDigits: precision) }
  }

  private enum Outcome {
    case fields(IntervalBuilder)
    case malformed
    case overflow
  }

  private mutating func keep(_ fields: Fields) {
    func cut(_ unit: Int64) { microseconds -= microseconds % unit }
    switch fields.last {
    case .year: self = Interval(months: months / 12 * 12)
    case .month: self = Interval(months: months)
    case .day: microseconds = 0
    case .hour: cut(Microseconds.perHour)
    case .minute: cut(Microseconds.perMinute)
    default: break
    }
  }

  private mutating func round(toDigits precision: Int) throws(SQLError) {
    let unit = PowersOfTen.small(6 - min(max(precision, 0), 6))
    let (sum, overflow) = microseconds.addingReportingOverflow(microseconds < 0 ? -(unit / 2) : unit / 2)
    if overflow { throw Self.outOfRange }
    microseconds = sum - sum % unit
  }

  /// What the number that is read next counts, as the text is read from its end.
  private enum Pending {
    /// No unit so far: the declaration's last field, or seconds.
    case none
    case unit(DateTimeUnit)
    /// After `ago` nothing but a unit may come.
    case invalid
  }

  private static func parse(_ tokens: [DateTimeToken], _ fields: Fields?) -> Outcome {
    var builder = IntervalBuilder()
    var pending = Pending.none
    var isAgo = false
    var seen: Set<DateTimeUnit> = []
    /// Notes the fields that a piece sets; false when one was set before.
    func mark(_ units: [DateTimeUnit]) -> Bool {
      if !seen.isDisjoint(with: units) { return false }
      seen.formUnion(units)
      return true
    }
    for token in tokens.reversed() {
      switch token.kind {
      case .time:
        switch clock(token.bytes[...], fields) {
        case .fields(let time):
          guard mark([.hour, .minute, .second, .millisecond, .microsecond]) else { return .malformed }
          builder.microseconds = time.microseconds
        case let failure: return failure
        }
        pending = .unit(.day)
      case .signed where token.bytes.contains(ASCII.colon):
        guard case .fields(let time) = clock(token.bytes.dropFirst(), fields) else { fallthrough }
        guard mark([.hour, .minute, .second, .millisecond, .microsecond]) else { return .malformed }
        builder.microseconds = token.bytes[0] == ASCII.minus ? -time.microseconds : time.microseconds
        pending = .unit(.day)
      case .signed, .date, .number:
        guard var unit = unit(pending, fields) else { return .malformed }
        guard let amount = amount(token.bytes) else { return .malformed }
        guard let (value, fraction, isYearsMonths) = amount.value else { return .overflow }
        if isYearsMonths { unit = .month }
        guard let fits = builder.add(value, fraction, unit) else { return .malformed }
        if !fits { return .overflow }
        let parts: [DateTimeUnit] = unit == .second && fraction != 0 ? [.second, .millisecond, .microsecond] : [unit]
        guard mark(parts) else { return .malformed }
        pending = unit == .hour ? .unit(.day) : .unit(unit)
      case .word, .special:
        if token.text == "ago" {
          isAgo = true
          pending = .invalid
        } else if let unit = DateTimeUnit(token.text) {
          pending = .unit(unit)
        } else if DateTimeWord(token.bytes) == .filler {
          continue
        } else {
          return .malformed
        }
      }
    }
    if seen.isEmpty { return .malformed }
    if isAgo, !builder.negate() { return .overflow }
    return .fields(builder)
  }

  private static func unit(_ pending: Pending, _ fields: Fields?) -> DateTimeUnit? {
    switch pending {
    case .unit(let unit): return unit
    case .invalid: return nil
    case .none: break
    }
    switch fields?.last {
    case Fields.year?: return .year
    case Fields.month?: return .month
    case Fields.day?: return .day
    case Fields.hour?: return .hour
    case Fields.minute?: return .minute
    default: return .second
    }
  }

  /// A signed number with a fraction, or SQL's years-months; nil when malformed, an inner nil when too large.
  private static func amount(_ bytes: [UInt8]) -> (value: (Int64, Double, isYearsMonths: Bool)?, Void)? {
    let isNegative = bytes.first == ASCII.minus
    let hasSign = isNegative || bytes.first == ASCII.plus
    let digits = bytes.dropFirst(hasSign ? 1 : 0)
    let whole = digits.prefix(while: ASCII.isDigit)
    let rest = digits.dropFirst(whole.count)
    guard var value = integer(whole, isNegative: isNegative) else { return (nil, ()) }
    guard let next = rest.first else { return ((value, 0, false), ()) }
    if next == ASCII.minus {
      let months = rest.dropFirst()
      guard months.allSatisfy(ASCII.isDigit) else { return nil }
      guard let month = integer(months, isNegative: false), month < 12 else { return (nil, ()) }
      let (product, a) = value.multipliedReportingOverflow(by: 12)
      let (sum, b) = product.addingReportingOverflow(isNegative ? -month : month)
      if a || b { return (nil, ()) }
      value = sum
      return ((value, 0, true), ())
    }
    guard next == ASCII.point, let fraction = fraction(rest) else { return nil }
    return ((value, isNegative ? -fraction : fraction, false), ())
  }

  static func integer(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      let (product, a) = value.multipliedReportingOverflow(by: 10)
      let (sum, b) = product.subtractingReportingOverflow(Int64(digit - ASCII.zero))
      if a || b { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// A point and digits, which may be missing, as a number below 1.
  static func fraction(_ bytes: ArraySlice<UInt8>) -> Double? {
    let digits = bytes.dropFirst()
    guard digits.allSatisfy(ASCII.isDigit) else { return nil }
    return digits.isEmpty ? 0 : Double("0." + String(decoding: digits, as: UTF8.self))
  }

  /// hh:mm, hh:mm:ss or mm:ss.fraction.
  private static func clock(_ bytes: ArraySlice<UInt8>, _ fields: Fields?) -> Outcome {
    let point = bytes.firstIndex(of: ASCII.point) ?? bytes.endIndex
    let parts = bytes[..<point].split(separator: ASCII.colon, omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(ASCII.isDigit) }) else { return .malformed }
    guard let fraction = point == bytes.endIndex ? 0 : fraction(bytes[point...]) else { return .malformed }
    var values: [Int64] = []
    for part in parts {
      guard let value = integer(part, isNegative: false) else { return .overflow }
      values.append(value)
    }
    if values.count == 2 {
      // Two numbers are hours and minutes, unless a fraction or the declaration says minutes and seconds.
      if point != bytes.endIndex || fields == [.minute, .second] { values.insert(0, at: 0) } else { values.append(0) }
    }
    guard values[1] <= 59, values[2] <= 60 else { return .overflow }
    var builder = IntervalBuilder()
    let micros = Int64((fraction * 1_000_000).rounded(.toNearestOrEven))
    guard builder.add(time: values[0], fraction: 0, length: Microseconds.perHour),
      builder.add(time: values[1] * 60 + values[2], fraction: 0, length: Microseconds.perSecond),
      builder.add(time: micros, fraction: 0, length: 1)
    else { return .overflow }
    return .fields(builder)
  }
}

extension Interval {
  /// ISO 8601: `P1Y2M3DT4H5M6S`, `P0001-02-03T04:05:06` and `P00010203T040506`.
  ///
  /// Source: <https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-INTERVAL-INPUT>
  private static func parseISO(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    guard bytes.count >= 2, bytes.count <= DateTimeToken.maximumSize, bytes[0] == UInt8(ascii: "P") else {
      return .malformed
    }
    var builder = IntervalBuilder()
    let text = Array(bytes.dropFirst())
    let parts = text.split(separator: UInt8(ascii: "T"), omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return .malformed }
    for (index, part) in parts.enumerated() where !part.isEmpty {
      let units: [(UInt8, DateTimeUnit)] =
        index == 0
        ? [
          (UInt8(ascii: "Y"), .year), (UInt8(ascii: "M"), .month), (UInt8(ascii: "W"), .week),
          (UInt8(ascii: "D"), .day),
        ]
        : [(UInt8(ascii: "H"), .hour), (UInt8(ascii: "M"), .minute), (UInt8(ascii: "S"), .second)]
      let failure =
        part.last.map(ASCII.isLetter) == true
        ? designated(part, units, &builder)
        : alternative(part, index == 0 ? [.year, .month, .day] : [.hour, .minute, .second], &builder)
      if let failure { return failure }
    }
    return .fields(builder)
  }

  /// Numbers with a letter behind each.
  private static func designated(
    _ part: ArraySlice<UInt8>, _ units: [(UInt8, DateTimeUnit)], _ builder: inout IntervalBuilder
  ) -> Outcome? {
    var rest = part
    while !rest.isEmpty {
      guard let (value, fraction) = number(&rest) else { return .malformed }
      guard let value else { return .overflow }
      guard let letter = rest.popFirst(), let unit = units.first(where: { $0.0 == letter })?.1 else {
        return .malformed
      }
      guard builder.add(value, fraction, unit) == true else { return .overflow }
    }
    return nil
  }

  /// Numbers in order with `-` or `:` between, or digits without.
  private static func alternative(
    _ part: ArraySlice<UInt8>, _ units: [DateTimeUnit], _ builder: inout IntervalBuilder
  ) -> Outcome? {
    let isDate = units[0] == .year
    let width = part.prefix(while: ASCII.isDigit).count
    var rest = part
    if width == (isDate ? 8 : 6) {
      guard let (whole, fraction) = number(&rest), let whole, rest.isEmpty else { return .malformed }
      let values = [whole / 10_000, whole / 100 % 100, whole % 100]
      for (value, unit) in zip(values, units) {
        guard builder.add(value, unit == units[2] ? fraction : 0, unit) == true else { return .overflow }
      }
      return nil
    }
    for (position, unit) in units.enumerated() {
      guard let (value, fraction) = number(&rest) else { return .malformed }
      guard let value else { return .overflow }
      guard builder.add(value, fraction, unit) == true else { return .overflow }
      if rest.isEmpty { return nil }
      guard position < 2, rest.popFirst() == (isDate ? ASCII.minus : ASCII.colon) else { return .malformed }
    }
    return .malformed
  }

  /// A number with sign and fraction at the start; nil when there is none, an inner nil when it is too large.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> (Int64?, Double)? {
    let isNegative = rest.first == ASCII.minus
    if isNegative || rest.first == ASCII.plus { rest = rest.dropFirst() }
    let whole = rest.prefix(while: ASCII.isDigit)
    rest = rest.dropFirst(whole.count)
    var part = 0.0
    if rest.first == ASCII.point {
      let digits = rest.dropFirst().prefix(while: ASCII.isDigit)
      if whole.isEmpty && digits.isEmpty { return nil }
      part = fraction(rest[rest.startIndex..<digits.endIndex]) ?? 0
      rest = rest[digits.endIndex...]
    } else if whole.isEmpty {
      return nil
    }
    guard let value = integer(whole, isNegative: isNegative), abs(Double(value)) < 1e15 else { return (nil, 0) }
    return (value, isNegative ? -part : part)
  }
}
