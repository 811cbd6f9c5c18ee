/// A `time with time zone`: a time of day and an offset from UTC. It is stored as its text.
/// Source: <https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-DATETIME-INPUT-TIMES>
public struct TimeWithZone: Hashable, Sendable {
  /// Since midnight, local.
  public var microseconds: Int64
  /// Seconds east of UTC.
  public var offset: Int

  public init(microseconds: Int64, offset: Int) {
    self.microseconds = microseconds
    self.offset = offset
  }

  /// The time of an instant in a zone.
  public init(instant: Int64, in zone: TimeZoneRules) {
    offset = zone.offsetSeconds(atUTC: instant)
    let local = instant &+ Int64(offset) &* Microseconds.perSecond
    microseconds = (local % Microseconds.perDay + Microseconds.perDay) % Microseconds.perDay
  }

  /// Reads any text that PostgreSQL understands; without a zone, the session's offset at present holds.
  public init(_ text: String, in session: DateTimeText.Session) throws(SQLError) {
    let type = "time with time zone"
    switch try DateTimeDecoder.decode(text, type: type, in: session, timeOnly: true) {
    case .fields(let fields):
      microseconds = fields.timeOfDay
      offset = fields.offset ?? (fields.zone ?? session.zone).offsetSeconds(atUTC: session.now)
    case .infinity, .negativeInfinity, .epoch:
      throw SQLError(.invalidDatetimeFormat, "invalid input syntax for type \(type): \"\(text)\"")
    }
  }

  /// The stored text, read back quickly.
  public init?(stored text: String) {
    guard let value = try? TimeWithZone(text, in: DateTimeText.Session(zone: .utc, now: 0)) else { return nil }
    self = value
  }

  /// The text, `09:00:00+08`.
  public var text: String { DateTimeText.text(time: microseconds) + Self.text(offset: offset) }

  private static func text(offset: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let size = abs(offset)
    var text = (offset < 0 ? "-" : "+") + two(size / 3600)
    if size % 3600 != 0 { text += ":" + two(size / 60 % 60) }
    if size % 60 != 0 { text += ":" + two(size % 60) }
    return text
  }

  /// By the instant, then by the zone from east to west.
  public func compare(_ other: TimeWithZone) -> Int {
    let (a, b) = (instant, other.instant)
    if a != b { return a < b ? -1 : 1 }
    return offset == other.offset ? 0 : offset > other.offset ? -1 : 1
  }

  private var instant: Int64 { microseconds - Int64(offset) * Microseconds.perSecond }
}
