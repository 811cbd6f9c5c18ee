import PostgresDialect
import ScoutStorage

/// Replays a monitor over past moments, through the evaluator that runs live.
///
/// At each tick the query runs with `now()` at the tick, and its rows open, continue and resolve incidents by the same
/// rule as a sweep; nothing is written. What a query reads is today's data: rows that were delivered late are seen
/// at once, so a backtest can be better informed than the sweeps were.
///
/// A windowed monitor reads its source once, and what came late, was corrected or taken back behind the windows that were
/// judged takes effect at the tick at which a sweep noticed it: with the same ticks it repeats the live events.
public struct MonitorBacktest: Hashable, Sendable {
  /// One incident that would have been raised.
  public struct Incident: Hashable, Sendable {
    /// A JSON object.
    public var key: String
    public var startedAt: Timestamp
    public var lastSeenAt: Timestamp
    /// Nil while it is open at the end.
    public var resolvedAt: Timestamp?
    /// Its first row when it started, as a JSON object.
    public var row: String
  }

  public var monitor: String
  public var threshold: String
  public var from: Timestamp
  public var to: Timestamp
  public var ticks = 0
  /// Ticks that would have written an event: at least one incident began.
  public var events = 0
  /// In the order in which they began.
  public var incidents: [Incident] = []
  /// Past verdicts that late data changed.
  public var revisions = 0
  /// Ticks at which the query failed, and what the first of them said.
  public var failures = 0
  public var firstFailure: String?

  public var incidentsPerDay: Double {
    let days = Double(to.microseconds - from.microseconds) / 86_400e6
    return days > 0 ? Double(incidents.count) / days : Double(incidents.count)
  }

  /// The most ticks of one backtest.
  public static let mostTicks = 100_000

  /// - Parameters:
  ///   - threshold: Instead of the monitor's own.
  ///   - read: Runs its body in a read transaction whose `now()` is the time.
  /// - Throws: ``SQLError`` 22023 for a period or a step that gives no ticks, or too many.
  public static func run(
    _ monitor: StoredMonitor, from: Timestamp, to: Timestamp, every step: Duration, threshold: String? = nil,
    runner: MonitorRunner = MonitorRunner(),
    read: (Timestamp, (Connection) throws -> Void) throws -> Void
  ) throws -> MonitorBacktest {
    let width = try checkedStep(step, from: from, to: to)
    var monitor = monitor
    if let threshold { monitor.threshold = threshold }
    var report = MonitorBacktest(monitor: monitor.name, threshold: monitor.threshold, from: from, to: to)
    var open: [String: Int] = [:]
    for tick in stride(from: from.microseconds, through: to.microseconds, by: Int(width)) {
      let time = Timestamp(microseconds: tick)
      report.ticks += 1
      do {
        try read(time) { connection in
          let finding = try runner.finding(of: monitor, on: connection)
          report.record(finding, at: time, &open)
        }
      } catch let error as SQLError {
        // As in a sweep: open incidents stay as they were.
        report.failures += 1
        if report.firstFailure == nil { report.firstFailure = "\(error.state): \(error.message)" }
      }
    }
    return report
  }

  /// Microseconds of the step.
  static func checkedStep(_ step: Duration, from: Timestamp, to: Timestamp) throws(SQLError) -> Int64 {
    let width = step.components.seconds * 1_000_000
    guard width > 0, to >= from, (to.microseconds - from.microseconds) / width < mostTicks else {
      throw SQLError(
        .invalidParameterValue, "a backtest has 1 to \(mostTicks) ticks",
        hint: "Give a shorter period or a longer step.")
    }
    return width
  }

  private mutating func record(_ finding: Finding, at time: Timestamp, _ open: inout [String: Int]) {
    let found = Set(finding.incidents.map(\.key))
    for (key, index) in open {
      if found.contains(key) {
        incidents[index].lastSeenAt = time
      } else {
        incidents[index].resolvedAt = time
        open[key] = nil
      }
    }
    let new = finding.incidents.filter { open[$0.key] == nil }
    if !new.isEmpty { events += 1 }
    for incident in new {
      open[incident.key] = incidents.count
      incidents.append(
        Incident(
          key: incident.key, startedAt: time, lastSeenAt: time, resolvedAt: nil, row: incident.rows.first ?? "{}"))
    }
  }
}

/// What somebody knows to have happened: an incident should begin within.
public struct MonitorLabel: Hashable, Sendable {
  /// Columns of the incident's key with their texts; those that are not named may have any value.
  public var key: [String: String]
  public var start: Timestamp
  public var end: Timestamp

  public init(key: [String: String], start: Timestamp, end: Timestamp) {
    self.key = key
    self.start = start
    self.end = end
  }

  /// Reads CSV with the columns `start`, `end`, and any of the key's columns.
  ///
  /// - Throws: ``SeriesError`` with the line that cannot be read.
  public static func read(_ csv: String, file: String) throws -> [MonitorLabel] {
    let lines = csv.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    func fields(_ line: Substring) -> [String] {
      line.split(separator: ",", omittingEmptySubsequences: false).map { field in
        String(field.drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == " " || $0 == "\"" }.reversed())
      }
    }
    let header = fields(lines.first ?? "")
    guard let start = header.firstIndex(of: "start"), let end = header.firstIndex(of: "end") else {
      throw SeriesError(file: file, line: 1, message: "labels need the columns start and end")
    }
    var labels: [MonitorLabel] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let values = fields(line)
      guard values.count == header.count, let first = try? Timestamp(values[start]),
        let last = try? Timestamp(values[end]), first <= last
      else {
        throw SeriesError(
          file: file, line: index + 1,
          message: "expected \(header.count) fields, with start and end times such as 2025-08-23 09:00:00+08")
      }
      var key: [String: String] = [:]
      for (name, value) in zip(header, values) where name != "start" && name != "end" && !value.isEmpty {
        key[name] = value
      }
      labels.append(MonitorLabel(key: key, start: first, end: last))
    }
    return labels
  }
}

/// A backtest beside its labels.
public struct MonitorScore: Hashable, Sendable {
  /// Incidents that began within a label, and all incidents.
  public var rightIncidents = 0
  public var incidents = 0
  /// Labels within which an incident began, and all labels.
  public var foundLabels = 0
  public var labels = 0
  /// The mean time from the start of a found label to its first incident; nil when none was found.
  public var meanDelay: Duration?

  public var precision: Double? { incidents == 0 ? nil : Double(rightIncidents) / Double(incidents) }
  public var recall: Double? { labels == 0 ? nil : Double(foundLabels) / Double(labels) }

  /// The columns of an incident's key with their texts; null is the empty text.
  public static func keyFields(_ json: String) throws(SQLError) -> [String: String] { try IncidentKey.texts(json) }

  public init(_ backtest: MonitorBacktest, _ labels: [MonitorLabel]) throws {
    let keys = try backtest.incidents.map { try IncidentKey.texts($0.key) }
    func isHit(_ index: Int, _ label: MonitorLabel) -> Bool {
      let incident = backtest.incidents[index]
      return incident.startedAt >= label.start && incident.startedAt <= label.end
        && label.key.allSatisfy { keys[index][$0.key] == $0.value }
    }
    incidents = backtest.incidents.count
    self.labels = labels.count
    rightIncidents = backtest.incidents.indices.count { index in labels.contains { isHit(index, $0) } }
    var delays: [Int64] = []
    for label in labels {
      guard let first = backtest.incidents.indices.first(where: { isHit($0, label) }) else { continue }
      delays.append(backtest.incidents[first].startedAt.microseconds - label.start.microseconds)
    }
    foundLabels = delays.count
    if !delays.isEmpty { meanDelay = .microseconds(delays.reduce(0, +) / Int64(delays.count)) }
  }
}
