/// How PostgreSQL reads and writes timestamps, dates and times (DateStyle `ISO, MDY`).
///
/// A timestamp is microseconds since 1970-01-01 00:00:00, in UTC for `timestamptz` and local for `timestamp`; a date
/// is days since 1970-01-01; a time is microseconds since midnight. `infinity` and `-infinity` are `Int64.max` and
/// `Int64.min`, for dates `Int32.max` and `Int32.min`.
///
/// The range begins at 4713-11-24 BC as PostgreSQL's; timestamps end in the year 294247, where microseconds since
/// 1970 leave 64 bits, 29 years before PostgreSQL's.
///
/// Source: <https://www.postgresql.org/docs/15/datatype-datetime.html>
public enum DateTimeText {
  /// What the words in a text refer to: the session's time zone, and the instant that `now` means.
  public struct Session: Sendable {
    public var zone: TimeZoneRules
    /// Microseconds since 1970-01-01 UTC.
    public var now: Int64

    public init(zone: TimeZoneRules, now: Int64) {
      self.zone = zone
      self.now = now
    }
  }

  public static let infinity = Int64.max
  public static let negativeInfinity = Int64.min
  public static let dateInfinity = Int(Int32.max)
  public static let dateNegativeInfinity = Int(Int32.min)

  static let minimumTimestamp: Int64 = -210_866_803_200_000_000
  static let minimumDate = -2_440_588
  static let maximumDate = 2_145_042_905

  static let timestampOutOfRange = SQLError(.datetimeFieldOverflow, "timestamp out of range")

  static func isValidTimestamp(_ microseconds: Int64) -> Bool {
    microseconds >= minimumTimestamp && microseconds != .max
  }

  /// Reads a `timestamptz`; a text without a zone is local time of the session.
  ///
  /// - Throws: 22007 for other text, 22008 for a field out of range, 22009 for an impossible offset, 22023 for an
  ///   unknown zone.
  public static func timestampWithTimeZone(_ text: String, in session: Session) throws(SQLError) -> Int64 {
    var copy = text
    if let quick = copy.withUTF8({ parseISO(UnsafeRawBufferPointer($0)) }) {
      guard let offset = quick.offsetSeconds else { return session.zone.utc(fromLocal: quick.localMicroseconds) }
      return quick.localMicroseconds &- Int64(offset) &* Microseconds.perSecond
    }
    let type = "timestamp with time zone"
    switch try DateTimeDecoder.decode(text, type: type, in: session) {
    case .infinity: return infinity
    case .negativeInfinity: return negativeInfinity
    case .epoch: return 0
    case .fields(let fields):
      guard let local = fields.localTimestamp else { throw outOfRange("timestamp", text) }
      let offset = fields.offset ?? (fields.zone ?? session.zone).offsetSeconds(atLocal: local)
      let (result, overflow) = local.subtractingReportingOverflow(Int64(offset) * Microseconds.perSecond)
      if overflow || !isValidTimestamp(result) { throw outOfRange("timestamp", text) }
      return result
    }
  }

  /// Reads a `timestamp`; a zone in the text is read and ignored, as in PostgreSQL.
  public static func timestamp(_ text: String, in session: Session) throws(SQLError) -> Int64 {
    var copy = text
    if let quick = copy.withUTF8({ parseISO(UnsafeRawBufferPointer($0)) }) { return quick.localMicroseconds }
    switch try DateTimeDecoder.decode(text, type: "timestamp", in: session) {
    case .infinity: return infinity
    case .negativeInfinity: return negativeInfinity
    case .epoch: return 0
    case .fields(let fields):
      guard let local = fields.localTimestamp, isValidTimestamp(local) else { throw outOfRange("timestamp", text) }
      return local
    }
  }

  /// Reads a `date`; a time in the text is read and ignored.
  public static func date(_ text: String, in session: Session) throws(SQLError) -> Int {
    var copy = text
    if let quick = copy.withUTF8({ parseISODate(UnsafeRawBufferPointer($0)) }) { return quick }
    switch try DateTimeDecoder.decode(text, type: "date", in: session) {
    case .infinity: return dateInfinity
    case .negativeInfinity: return dateNegativeInfinity
    case .epoch: return 0
    case .fields(let fields):
      guard (minimumDate...maximumDate).contains(fields.days) else { throw outOfRange("date", text) }
      return fields.days
    }
  }

  /// Reads a `time`: microseconds since midnight, up to and with 24:00; a date in the text is read and ignored.
  public static func time(_ text: String, in session: Session) throws(SQLError) -> Int64 {
    switch try DateTimeDecoder.decode(text, type: "time", in: session, timeOnly: true) {
    case .fields(let fields): return fields.timeOfDay
    case .infinity, .negativeInfinity, .epoch:
      throw SQLError(.invalidDatetimeFormat, "invalid input syntax for type time: \"\(text)\"")
    }
  }

  private static func outOfRange(_ type: String, _ text: String) -> SQLError {
    SQLError(.datetimeFieldOverflow, "\(type) out of range: \"\(text)\"")
  }

  /// The timestamp at the start of a day.
  ///
  /// - Throws: 22008 when a timestamp cannot reach the day.
  public static func midnight(ofDate days: Int) throws(SQLError) -> Int64 {
    if days == dateInfinity { return infinity }
    if days == dateNegativeInfinity { return negativeInfinity }
    let (result, overflow) = Int64(days).multipliedReportingOverflow(by: Microseconds.perDay)
    if overflow || !isValidTimestamp(result) {
      throw SQLError(.datetimeFieldOverflow, "date out of range for timestamp")
    }
    return result
  }

  /// The day of a local timestamp.
  public static func day(ofTimestamp microseconds: Int64) -> Int {
    if microseconds == infinity { return dateInfinity }
    if microseconds == negativeInfinity { return dateNegativeInfinity }
    return LocalTime(microseconds).days
  }
}
