/// A time zone: its offset from UTC at every instant.
///
/// A value is three words, so it is cheap to keep and to pass; making one may read a file, so
/// make it once and not per row. Instants and local times are microseconds since 1970-01-01 00:00:00; the
/// infinite ones, `Int64.min` and `Int64.max`, are returned unchanged.
public struct TimeZoneRules: Sendable, Hashable {
  private enum Kind: Hashable {
    case fixed(PosixTimeZone.Period)
    case table(TimeZoneTable)
    case rule(PosixTimeZone)
  }

  /// What copies share.
  private final class Shared: Sendable {
    let identifier: String
    let kind: Kind

    init(identifier: String, kind: Kind) {
      self.identifier = identifier
      self.kind = kind
    }
  }

  private let shared: Shared
  /// From this second on the offset is ``settledOffset`` for ever: most zones, and most data, need to look no further.
  private let settledSince: Int
  private let settledOffset: Int

  private init(identifier: String, _ kind: Kind) {
    shared = Shared(identifier: identifier, kind: kind)
    switch kind {
    case .fixed(let period): (settledSince, settledOffset) = (.min, period.offset)
    case .table(let table) where table.rule?.daylight == nil:
      // Two days are added, so that local times may be compared too.
      settledSince = (table.changes.last ?? 0) + 2 * 86_400
      settledOffset = table.period(atUTC: settledSince).offset
    case .table, .rule: (settledSince, settledOffset) = (.max, 0)
    }
  }

  /// The zone's name in its usual spelling.
  public var identifier: String { shared.identifier }

  public static func == (left: TimeZoneRules, right: TimeZoneRules) -> Bool {
    left.shared === right.shared
      || left.shared.identifier == right.shared.identifier && left.shared.kind == right.shared.kind
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

  public static let utc = TimeZoneRules(identifier: "UTC", .fixed(PosixTimeZone.Period(abbreviation: "UTC", offset: 0)))

  /// A zone by its name as `AT TIME ZONE` and timestamps understand it.
  ///
  /// In this order: `UTC`, `GMT` and `Z`; an abbreviation such as `EST`, which is a fixed offset; a name from the
  /// time zone database in any case, such as `Asia/Manila`; a POSIX specification such as `EST5EDT` or `UTC+8`.
  /// The latter counts hours *west*, also when it is a plain number: `+08` is eight hours behind UTC. That is
  /// PostgreSQL's rule and surprises everybody; for its `SET TIME ZONE` see ``init(setting:)``.
  ///
  /// - Throws: 22023 when there is no such zone.
  public init(identifier: String) throws(SQLError) {
    try self.init(identifier: identifier, folders: TimeZoneFiles.folders)
  }

  init(identifier: String, folders: [String]) throws(SQLError) {
    if let minutes = TimeZoneAbbreviations.offset(identifier) {
      let name = identifier.uppercased()
      self.init(identifier: name, .fixed(PosixTimeZone.Period(abbreviation: name, offset: minutes * 60)))
    } else if let zone = Self.named(identifier, folders: folders) {
      self = zone
    } else {
      throw SQLError(.invalidParameterValue, "time zone \"\(identifier)\" not recognized")
    }
  }

  /// A zone by the value of the `TimeZone` setting, as `SET TIME ZONE` understands it.
  ///
  /// A plain number is hours *east* of UTC: `+08`, `8` and `5.5`. All else is a name of the time zone database or a
  /// POSIX specification, so that `+08:00` is eight hours *west*; abbreviations are not accepted.
  ///
  /// - Throws: 22023 when there is no such zone.
  public init(setting: String) throws(SQLError) {
    if let hours = Double(setting), hours.magnitude <= 167 {
      self.init(offsetSeconds: Int(hours * 3600))
    } else if let zone = Self.named(setting, folders: TimeZoneFiles.folders) {
      self = zone
    } else {
      throw SQLError(.invalidParameterValue, "invalid value for parameter \"TimeZone\": \"\(setting)\"")
    }
  }

  /// The zone with one offset for all time, in seconds east of UTC.
  public init(offsetSeconds: Int) {
    let east = Self.offsetText(offsetSeconds)
    let name = "<\(east)>\(Self.offsetText(-offsetSeconds))"
    self.init(identifier: name, .fixed(PosixTimeZone.Period(abbreviation: east, offset: offsetSeconds)))
  }

  private static func named(_ name: String, folders: [String]) -> TimeZoneRules? {
    let lower = ASCII.lowercased(name)
    if lower == "utc" || lower == "gmt" {
      let upper = lower.uppercased()
      return TimeZoneRules(identifier: upper, .fixed(PosixTimeZone.Period(abbreviation: upper, offset: 0)))
    }
    if let (real, table) = TimeZoneFiles.table(named: name, in: folders) {
      if table.changes.isEmpty, table.rule?.daylight == nil {
        return TimeZoneRules(identifier: real, .fixed(table.rule?.standard ?? table.periods[0]))
      }
      return TimeZoneRules(identifier: real, .table(table))
    }
    if lower == "asia/manila" { return TimeZoneRules(identifier: "Asia/Manila", .table(.manila)) }
    guard !name.isEmpty, let rule = PosixTimeZone(name) else { return nil }
    return TimeZoneRules(identifier: name, rule.daylight == nil ? .fixed(rule.standard) : .rule(rule))
  }

  /// The offset when it is the same for all time.
  public var fixedOffsetSeconds: Int? {
    if case .fixed(let period) = shared.kind { period.offset } else { nil }
  }

  private func period(atUTC seconds: Int) -> PosixTimeZone.Period {
    switch shared.kind {
    case .fixed(let period): period
    case .table(let table): table.period(atUTC: seconds)
    case .rule(let rule): rule.period(atUTC: seconds)
    }
  }

  private func nextChange(after seconds: Int) -> Int? {
    switch shared.kind {
    case .fixed: nil
    case .table(let table): table.nextChange(after: seconds)
    case .rule(let rule): rule.nextChange(after: seconds)
    }
  }

  /// The seconds to add to UTC at an instant.
  public func offsetSeconds(atUTC microseconds: Int64) -> Int {
    let seconds = Self.seconds(microseconds)
    return seconds >= settledSince ? settledOffset : period(atUTC: seconds).offset
  }

  /// The zone's name for its time at an instant, such as `PST`.
  public func abbreviation(atUTC microseconds: Int64) -> String {
    period(atUTC: Self.seconds(microseconds)).abbreviation
  }

  /// The local time at an instant.
  public func local(fromUTC microseconds: Int64) -> Int64 {
    Self.shifted(microseconds, by: offsetSeconds(atUTC: microseconds))
  }

  /// The instant of a local time.
  ///
  /// A time that a change forward skips is read with the offset before the change; one that a change back repeats,
  /// with the offset after it, which is standard time.
  public func utc(fromLocal microseconds: Int64) -> Int64 {
    Self.shifted(microseconds, by: -offsetSeconds(atLocal: microseconds))
  }

  /// The offset that ``utc(fromLocal:)`` takes.
  public func offsetSeconds(atLocal microseconds: Int64) -> Int {
    let local = Self.seconds(microseconds)
    if local >= settledSince { return settledOffset }
    // Offsets are less than a day, so the first change after the day before is the one that can matter.
    let before = period(atUTC: local - 86_400).offset
    guard let change = nextChange(after: local - 86_400) else { return before }
    let after = period(atUTC: change).offset
    let (timeBefore, timeAfter) = (local - before, local - after)
    if timeBefore < change && timeAfter < change { return before }
    if timeBefore > change && timeAfter >= change { return after }
    return timeBefore > timeAfter ? before : after
  }

  private static func seconds(_ microseconds: Int64) -> Int {
    let (seconds, rest) = Int(microseconds).quotientAndRemainder(dividingBy: 1_000_000)
    return rest < 0 ? seconds - 1 : seconds
  }

  private static func shifted(_ microseconds: Int64, by seconds: Int) -> Int64 {
    if microseconds == .max || microseconds == .min { return microseconds }
    let (sum, overflow) = microseconds.addingReportingOverflow(Int64(seconds) &* 1_000_000)
    return overflow ? (seconds < 0 ? .min : .max) : sum
  }

  /// An offset as the output of timestamps shows it: `+08`, `-03:30`, `+08:03:52`.
  static func offsetText(_ seconds: Int) -> String {
    func two(_ value: UInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let size = seconds.magnitude
    var text = (seconds < 0 ? "-" : "+") + two(size / 3600)
    if size % 3600 != 0 { text += ":" + two(size / 60 % 60) }
    if size % 60 != 0 { text += ":" + two(size % 60) }
    return text
  }
}
