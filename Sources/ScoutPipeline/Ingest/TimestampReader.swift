import PostgresDialect

/// The rules by which `ts` becomes an instant.
///
/// | in the record | read as |
/// | --- | --- |
/// | ISO 8601 text with an offset or `Z` | that instant |
/// | ISO 8601 text without | local time in the given zone |
/// | a JSON number below 7,258,118,400 | seconds since 1970, fractions allowed |
/// | a JSON number from there on | milliseconds since 1970 |
///
/// 7,258,118,400 seconds is the year 2200, the end of what is accepted; as milliseconds it is March 1970. So both
/// readings of one number are never plausible at once, save for milliseconds of the first twelve weeks of 1970.
enum TimestampReader {
  /// 1970-01-01 UTC inclusive to 2200-01-01 UTC exclusive, in microseconds. A device whose clock says otherwise is
  /// wrong, and its sales would create empty centuries in every time series.
  static let sane: Range<Int64> = 0..<7_258_118_400_000_000
  private static let millisecondsFrom: Int128 = 7_258_118_400

  enum Failure: Error { case unreadable, outOfRange }

  static func microseconds(
    text: UnsafeBufferPointer<UInt8>, zone: TimeZoneRules
  ) throws(Failure) -> Int64 {
    guard let parsed = ISOTimestamp.parse(text) else { throw .unreadable }
    let utc: Int64
    if let offset = parsed.offsetSeconds {
      utc = parsed.localMicroseconds - Int64(offset) * 1_000_000
    } else {
      utc = zone.utc(fromLocal: parsed.localMicroseconds)
    }
    guard sane.contains(utc) else { throw .outOfRange }
    return utc
  }

  static func microseconds(number: UnsafeBufferPointer<UInt8>) throws(Failure) -> Int64 {
    let value: ExactDecimal
    do { value = try ExactDecimal(parsing: number) } catch { throw .outOfRange }
    let whole = value.rounded(places: 0)
    guard whole.magnitude < 1_000_000_000_000_000 else { throw .outOfRange }
    let utc = value.rounded(places: whole >= millisecondsFrom ? 3 : 6)
    guard utc >= Int128(sane.lowerBound), utc < Int128(sane.upperBound) else { throw .outOfRange }
    return Int64(utc)
  }
}

/// ISO 8601 date-times as devices write them.
enum ISOTimestamp {
  /// Reads what ``PostgresDialect/DateTimeText/parseISO(_:)`` reads, and two forms more that devices send: a date
  /// alone, which is its midnight, and a fraction of more than six digits, which is rounded to microseconds.
  ///
  /// - Returns: The time on the clock in microseconds as if it were UTC, and the offset if one is given; nil when it is
  ///   none.
  static func parse(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> (localMicroseconds: Int64, offsetSeconds: Int?)? {
    if let common = DateTimeText.parseISO(UnsafeRawBufferPointer(text)) { return common }
    if text.count == 10 { return parse(Array(text) + Array("T00:00".utf8), addingMicrosecond: false) }
    let firstDigit = 20
    guard text.count > firstDigit + 6, text.count <= 64, text[firstDigit - 1] == UInt8(ascii: ".") else { return nil }
    var end = firstDigit
    while end < text.count, text[end] &- 0x30 < 10 { end += 1 }
    guard end > firstDigit + 6 else { return nil }
    return parse(
      Array(text[..<(firstDigit + 6)]) + Array(text[end...]),
      addingMicrosecond: text[firstDigit + 6] >= UInt8(ascii: "5"))
  }

  private static func parse(
    _ bytes: [UInt8], addingMicrosecond: Bool
  ) -> (localMicroseconds: Int64, offsetSeconds: Int?)? {
    guard let parsed = bytes.withUnsafeBytes({ DateTimeText.parseISO($0) }) else { return nil }
    return (parsed.localMicroseconds + (addingMicrosecond ? 1 : 0), parsed.offsetSeconds)
  }
}
