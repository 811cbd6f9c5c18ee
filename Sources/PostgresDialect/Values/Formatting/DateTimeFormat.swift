/// A format of times and intervals, such as `YYYY-MM-DD HH24:MI`, read once and used for many values.
///
/// Source: <https://www.postgresql.org/docs/15/functions-formatting.html>
public struct DateTimeFormat: Sendable {
  enum Field: Sendable {
    case meridiem(isDotted: Bool), era(isDotted: Bool)
    case hour12, hour24, minute, second, secondOfDay
    case millisecond, microsecond, fraction(Int)
    case zoneName, zoneHour, zoneMinute, zoneOffset
    case monthName, monthShort, month, romanMonth
    case dayName, dayShort, day, dayOfYear, dayOfWeek
    case isoDayOfYear, isoDayOfWeek, isoWeek, isoYear(Int)
    case weekOfYear, weekOfMonth, quarter, century, julian
    case year(Int), groupedYear
    /// `FX`: the input has exactly the format's width.
    case exact
  }

  let pieces: [FormatPiece<Field>]
  /// An empty format gives null, as in PostgreSQL.
  public let isEmpty: Bool

  public init(_ format: String) {
    pieces = Self.reader.pieces(of: format)
    isEmpty = format.isEmpty
  }

  private static let reader: FormatReader<Field> = {
    let upper: [(String, Field)] = [
      ("A.D.", .era(isDotted: true)), ("A.M.", .meridiem(isDotted: true)), ("AD", .era(isDotted: false)),
      ("AM", .meridiem(isDotted: false)), ("B.C.", .era(isDotted: true)), ("BC", .era(isDotted: false)),
      ("P.M.", .meridiem(isDotted: true)), ("PM", .meridiem(isDotted: false)), ("CC", .century), ("DAY", .dayName),
      ("DDD", .dayOfYear), ("DD", .day), ("DY", .dayShort), ("D", .dayOfWeek), ("FX", .exact), ("HH24", .hour24),
      ("HH12", .hour12), ("HH", .hour12), ("IDDD", .isoDayOfYear), ("ID", .isoDayOfWeek), ("IW", .isoWeek),
      ("IYYY", .isoYear(4)), ("IYY", .isoYear(3)), ("IY", .isoYear(2)), ("I", .isoYear(1)), ("J", .julian),
      ("MI", .minute), ("MM", .month), ("MONTH", .monthName), ("MON", .monthShort), ("MS", .millisecond),
      ("OF", .zoneOffset), ("Q", .quarter), ("RM", .romanMonth), ("SSSSS", .secondOfDay), ("SSSS", .secondOfDay),
      ("SS", .second), ("TZH", .zoneHour), ("TZM", .zoneMinute), ("TZ", .zoneName), ("US", .microsecond),
      ("WW", .weekOfYear), ("W", .weekOfMonth), ("Y,YYY", .groupedYear), ("YYYY", .year(4)), ("YYY", .year(3)),
      ("YY", .year(2)), ("Y", .year(1)),
    ]
    let fractions: [(String, Field)] = (1...6).map { ("FF\($0)", Field.fraction($0)) }
    let mixed: [(String, Field)] = [
      ("Day", .dayName), ("Dy", .dayShort), ("Month", .monthName), ("Mon", .monthShort),
    ]
    let lower = (upper + fractions).map { ($0.0.lowercased(), $0.1) }
    return FormatReader(upper + fractions + mixed + lower, isTime: true)
  }()

  static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  /// From December to January: the reader tries the longer numerals first.
  static let romanMonths = ["XII", "XI", "X", "IX", "VIII", "VII", "VI", "V", "IV", "III", "II", "I"]
}
