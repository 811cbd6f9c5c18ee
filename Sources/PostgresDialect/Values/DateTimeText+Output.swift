extension DateTimeText {
  /// The bytes that any timestamp needs at most.
  public static let maximumTextSize = 40

  /// The text of a `timestamptz` in a zone: `2025-08-23 09:00:00.5+00`.
  public static func text(timestampWithTimeZone microseconds: Int64, in zone: TimeZoneRules) -> String {
    if let word = word(microseconds) { return word }
    return String(unsafeUninitializedCapacity: maximumTextSize) { buffer in
      write(timestampWithTimeZone: microseconds, in: zone, to: buffer)
    }
  }

  /// The text of a `timestamp`: `2025-08-23 09:00:00`.
  public static func text(timestamp microseconds: Int64) -> String {
    if let word = word(microseconds) { return word }
    return String(unsafeUninitializedCapacity: maximumTextSize) { buffer in
      var writer = Writer(buffer: buffer)
      let time = LocalTime(microseconds)
      writer.put(time)
      if time.year <= 0 { writer.put(" BC") }
      return writer.count
    }
  }

  /// The text of a `date`: `2025-08-23`.
  public static func text(date days: Int) -> String {
    if days >= dateInfinity { return "infinity" }
    if days <= dateNegativeInfinity { return "-infinity" }
    let (year, month, day) = CivilCalendar.civil(days: days)
    return String(unsafeUninitializedCapacity: maximumTextSize) { buffer in
      var writer = Writer(buffer: buffer)
      writer.put(year: year, month: month, day: day)
      if year <= 0 { writer.put(" BC") }
      return writer.count
    }
  }

  /// The text of a `time`: `09:00:00.5`.
  public static func text(time microseconds: Int64) -> String {
    String(unsafeUninitializedCapacity: maximumTextSize) { buffer in
      var writer = Writer(buffer: buffer)
      writer.put(time: min(max(microseconds, 0), Microseconds.perDay))
      return writer.count
    }
  }

  /// Writes the text of a finite `timestamptz` into a buffer of at least ``maximumTextSize`` bytes.
  ///
  /// - Returns: The number of bytes written.
  public static func write(
    timestampWithTimeZone microseconds: Int64, in zone: TimeZoneRules, to buffer: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var writer = Writer(buffer: buffer)
    let offset = zone.offsetSeconds(atUTC: microseconds)
    let (local, overflow) = microseconds.addingReportingOverflow(Int64(offset) &* Microseconds.perSecond)
    let time = LocalTime(overflow ? microseconds : local)
    writer.put(time)
    writer.put(offset: overflow ? 0 : offset)
    if time.year <= 0 { writer.put(" BC") }
    return writer.count
  }

  private static func word(_ microseconds: Int64) -> String? {
    microseconds == infinity ? "infinity" : microseconds == negativeInfinity ? "-infinity" : nil
  }

  /// Writes digits one after the other; the buffer has room for any timestamp.
  private struct Writer {
    var next: UnsafeMutablePointer<UInt8>
    let start: UnsafeMutablePointer<UInt8>

    /// `buffer` has at least ``maximumTextSize`` bytes.
    init(buffer: UnsafeMutableBufferPointer<UInt8>) {
      precondition(buffer.count >= maximumTextSize)
      start = buffer.baseAddress!
      next = start
    }

    var count: Int { next - start }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
      next.pointee = byte
      next += 1
    }

    @inline(__always)
    mutating func put(two value: Int) {
      let value = UInt32(truncatingIfNeeded: value)
      next[0] = ASCII.zero &+ UInt8(truncatingIfNeeded: value / 10)
      next[1] = ASCII.zero &+ UInt8(truncatingIfNeeded: value % 10)
      next += 2
    }

    mutating func put(_ text: StaticString) {
      for index in 0..<text.utf8CodeUnitCount { put(text.utf8Start[index]) }
    }

    mutating func put(_ time: LocalTime) {
      put(year: time.year, month: time.month, day: time.day)
      put(ASCII.space)
      put(time: time.timeOfDay)
    }

    mutating func put(year: Int, month: Int, day: Int) {
      // Year 0 is 1 BC.
      let shown = year > 0 ? year : 1 - year
      if shown < 10_000 {
        put(two: shown / 100)
        put(two: shown % 100)
      } else {
        for digit in String(shown).utf8 { put(digit) }
      }
      put(ASCII.minus)
      put(two: month)
      put(ASCII.minus)
      put(two: day)
    }

    mutating func put(time microseconds: Int64) {
      // A time of day: seconds and fraction fit 32 bits each, whose divisions are cheaper.
      let seconds = UInt32(truncatingIfNeeded: microseconds / 1_000_000)
      var fraction = UInt32(truncatingIfNeeded: microseconds % 1_000_000)
      put(two: Int(seconds / 3600))
      put(ASCII.colon)
      put(two: Int(seconds / 60 % 60))
      put(ASCII.colon)
      put(two: Int(seconds % 60))
      if fraction == 0 { return }
      put(ASCII.point)
      var unit: UInt32 = 100_000
      while fraction > 0 {
        put(ASCII.zero &+ UInt8(truncatingIfNeeded: fraction / unit))
        fraction %= unit
        unit /= 10
      }
    }

    mutating func put(offset: Int) {
      let size = abs(offset)
      put(offset < 0 ? ASCII.minus : ASCII.plus)
      put(two: size / 3600)
      if size % 3600 == 0 { return }
      put(ASCII.colon)
      put(two: size / 60 % 60)
      if size % 60 == 0 { return }
      put(ASCII.colon)
      put(two: size % 60)
    }
  }
}
