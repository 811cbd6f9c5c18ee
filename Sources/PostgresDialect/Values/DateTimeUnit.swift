/// The units that interval input, `extract`, `date_part` and `date_trunc` name.
public enum DateTimeUnit: Hashable, Sendable {
  case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade, century, millennium
  case timeZone, timeZoneHour, timeZoneMinute
  case dayOfWeek, isoDayOfWeek, dayOfYear, isoYear, julian, epoch

  /// Reads a name in lower case that interval input and `date_trunc` know; ten letters count, as in PostgreSQL.
  init?(_ name: some StringProtocol) {
    guard let unit = Self.table[String(name.prefix(10))] else { return nil }
    self = unit
  }

  private static let table: [String: DateTimeUnit] = makeTable([
    (.microsecond, "us usec usecond useconds usecs microsecon"),
    (.millisecond, "ms msec msecond mseconds msecs millisecon"),
    (.second, "s sec second seconds secs"),
    (.minute, "m min mins minute minutes"),
    (.hour, "h hour hours hr hrs"),
    (.day, "d day days"),
    (.week, "w week weeks"),
    (.month, "mon mons month months"),
    (.quarter, "qtr quarter"),
    (.year, "y year years yr yrs"),
    (.decade, "dec decade decades decs"),
    (.century, "c cent centuries century"),
    (.millennium, "mil millennia millennium mils"),
    (.timeZone, "timezone"), (.timeZoneHour, "timezone_h"), (.timeZoneMinute, "timezone_m"),
  ])

  /// What only `extract` knows.
  private static let extractionTable: [String: DateTimeUnit] = makeTable([
    (.dayOfWeek, "dow"), (.isoDayOfWeek, "isodow"), (.dayOfYear, "doy"), (.isoYear, "isoyear"),
    (.julian, "j jd julian"), (.epoch, "epoch"),
  ])

  private static func makeTable(_ names: [(DateTimeUnit, String)]) -> [String: DateTimeUnit] {
    var table: [String: DateTimeUnit] = [:]
    for (unit, list) in names { for name in list.split(separator: " ") { table[String(name)] = unit } }
    return table
  }

  /// The types that have units, by their names in messages.
  public enum Source: String, Sendable {
    case timestampWithTimeZone = "timestamp with time zone"
    case timestamp = "timestamp without time zone"
    case date
    case time = "time without time zone"
    case interval
  }

  /// The unit of `date_trunc`, in any case.
  ///
  /// - Throws: 22023 for an unknown unit, 0A000 for one that cannot be truncated to.
  public static func truncation(_ name: String, of source: Source) throws(SQLError) -> DateTimeUnit {
    let lower = ASCII.lowercased(name)
    guard let unit = DateTimeUnit(lower) else { throw notRecognized(lower, source) }
    switch unit {
    case .timeZone, .timeZoneHour, .timeZoneMinute: throw notSupported(lower, source)
    case .week where source == .interval:
      throw notSupported(lower, source, detail: "Months usually have fractional weeks.")
    default: return unit
    }
  }

  /// The unit of `extract` and `date_part`, in any case.
  ///
  /// - Throws: 22023 for an unknown unit, 0A000 for one that the type does not have.
  public static func extraction(_ name: String, from source: Source) throws(SQLError) -> DateTimeUnit {
    let lower = ASCII.lowercased(name)
    guard let unit = DateTimeUnit(lower) ?? extractionTable[String(lower.prefix(10))] else {
      throw notRecognized(lower, source)
    }
    if !source.units.contains(unit) { throw notSupported(lower, source) }
    return unit
  }

  private static func notRecognized(_ name: String, _ source: Source) -> SQLError {
    SQLError(.invalidParameterValue, "unit \"\(name)\" not recognized for type \(source.rawValue)")
  }

  private static func notSupported(_ name: String, _ source: Source, detail: String? = nil) -> SQLError {
    SQLError(.featureNotSupported, "unit \"\(name)\" not supported for type \(source.rawValue)", detail: detail)
  }

  /// Whether the unit grows with time for ever, so that the infinite timestamps have it: `year`, but not `month`.
  var isMonotonic: Bool {
    switch self {
    case .year, .decade, .century, .millennium, .julian, .isoYear, .epoch: true
    default: false
    }
  }
}

extension DateTimeUnit.Source {
  /// What can be extracted.
  fileprivate var units: Set<DateTimeUnit> {
    let time: Set<DateTimeUnit> = [.microsecond, .millisecond, .second, .minute, .hour, .epoch]
    let date: Set<DateTimeUnit> = [
      .day, .week, .month, .quarter, .year, .decade, .century, .millennium, .dayOfWeek, .isoDayOfWeek, .dayOfYear,
      .isoYear, .julian, .epoch,
    ]
    switch self {
    case .time: return time
    case .date: return date
    case .timestamp: return time.union(date)
    case .timestampWithTimeZone: return time.union(date).union([.timeZone, .timeZoneHour, .timeZoneMinute])
    case .interval: return time.union([.day, .month, .quarter, .year, .decade, .century, .millennium])
    }
  }
}
