/// What `.datetime()` makes of a string.
struct JSONPathTime {
  enum Kind: String {
    case date
    case time = "time without time zone"
    case timeWithZone = "time with time zone"
    case timestamp = "timestamp without time zone"
    case timestampWithZone = "timestamp with time zone"

    var hasDate: Bool { self == .date || self == .timestamp || self == .timestampWithZone }
    var hasZone: Bool { self == .timeWithZone || self == .timestampWithZone }

    /// The name in messages about casts.
    var shortName: String {
      switch self {
      case .date: "date"
      case .time: "time"
      case .timeWithZone: "timetz"
      case .timestamp: "timestamp"
      case .timestampWithZone: "timestamptz"
      }
    }
  }

  var kind: Kind
  /// Local microseconds: since 1970-01-01, or since midnight.
  var microseconds: Int64
  /// Seconds east of UTC; zero for what has no zone.
  var offset = 0

  /// Reads ISO 8601's forms of dates, times and both; nil for anything else.
  init?(_ text: [UInt8]) {
    var reader = Reader(bytes: text)
    var date: Int64?
    if let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
      let day = reader.digits(2),
      let days = try? DateTimeText.date(
        "\(Reader.padded(year, 4))-\(Reader.padded(month, 2))-\(Reader.padded(day, 2))",
        in: DateTimeText.Session(zone: .utc, now: 0))
    {
      date = Int64(days)
      if reader.isAtEnd {
        kind = .date
        microseconds = Int64(days) * 86_400_000_000
        return
      }
      guard reader.take(" ") || reader.take("T") else { return nil }
    } else {
      reader.position = 0
    }
    guard let hour = reader.digits(2), hour < 24, reader.take(":"), let minute = reader.digits(2), minute < 60,
      reader.take(":"), let second = reader.digits(2), second < 60
    else { return nil }
    var time = Int64((hour * 60 + minute) * 60 + second) * 1_000_000
    if reader.take(".") {
      guard let fraction = reader.fraction() else { return nil }
      time += fraction
    }
    var zone: Int?
    if !reader.isAtEnd {
      let isNegative = reader.take("-")
      guard isNegative || reader.take("+"), let hours = reader.digits(2), hours < 16 else { return nil }
      var seconds = hours * 3600
      if reader.take(":") {
        guard let minutes = reader.digits(2), minutes < 60 else { return nil }
        seconds += minutes * 60
      }
      zone = isNegative ? -seconds : seconds
    }
    guard reader.isAtEnd else { return nil }
    offset = zone ?? 0
    if let date {
      kind = zone == nil ? .timestamp : .timestampWithZone
      microseconds = date * 86_400_000_000 + time
    } else {
      kind = zone == nil ? .time : .timeWithZone
      microseconds = time
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    /// One digit up to `count` of them.
    mutating func digits(_ count: Int) -> Int? {
      var value: Int?
      let end = Swift.min(position + count, bytes.count)
      while position < end, bytes[position] &- 0x30 < 10 {
        value = (value ?? 0) * 10 + Int(bytes[position] - 0x30)
        position += 1
      }
      return value
    }

    /// One digit up to six, as microseconds.
    mutating func fraction() -> Int64? {
      let start = position
      guard let value = digits(6) else { return nil }
      var microseconds = Int64(value)
      for _ in (position - start)..<6 { microseconds *= 10 }
      return microseconds
    }

    static func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
  }

  /// ISO 8601, the zone as it was given.
  var text: String {
    var text: String
    switch kind {
    case .date: return DateTimeText.text(date: Int(microseconds / 86_400_000_000))
    case .time, .timeWithZone: text = DateTimeText.text(time: microseconds)
    case .timestamp, .timestampWithZone:
      text = DateTimeText.text(timestamp: microseconds).replacing(" ", with: "T", maxReplacements: 1)
    }
    guard kind.hasZone else { return text }
    let magnitude = abs(offset)
    text += (offset < 0 ? "-" : "+") + Reader.padded(magnitude / 3600, 2)
    text += ":" + Reader.padded(magnitude / 60 % 60, 2)
    return text
  }

  /// The instant, or the time of day at UTC; what has no zone is local to `zone`.
  func universal(in zone: TimeZoneRules) throws(SQLError) -> Int64 {
    if kind.hasZone { return microseconds - Int64(offset) * 1_000_000 }
    if kind.hasDate { return zone.utc(fromLocal: microseconds) }
    throw SQLError(.featureNotSupported, "comparing a time with a time with time zone is not supported")
  }
}
