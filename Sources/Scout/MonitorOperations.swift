import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Synchronization

/// What people do with monitors beside sweeping.
extension Scout {
  /// The monitor of that name.
  ///
  /// - Throws: ``ScoutError`` `unknownMonitor`.
  public func monitor(named name: String) throws -> StoredMonitor {
    let all = try database.read { try MonitorStore.all(on: $0) }
    guard let monitor = all.first(where: { $0.name == name }) else {
      throw ScoutError.unknownMonitor(name, known: all.map(\.name).sorted())
    }
    return monitor
  }

  /// Runs a monitor's query now and returns its rows; writes nothing, also for a monitor that is not enabled.
  public func testMonitor(_ name: String) throws -> QueryResult {
    let monitor = try monitor(named: name)
    return try database.read { try MonitorRunner().rows(of: monitor, on: $0) }
  }

  /// Changes what is given of a monitor, and leaves the rest.
  ///
  /// - Throws: ``ScoutError`` `unknownMonitor`; ``SQLError`` 22P02 for a threshold that is no number, 23514 for an unknown
  ///   severity.
  public func setMonitor(
    _ name: String, threshold: String? = nil, windowMinutes: Int? = nil, severity: String? = nil,
    isEnabled: Bool? = nil
  ) throws {
    _ = try monitor(named: name)
    let number = try threshold.map { try Numeric($0).description }
    try database.write(isDurable: true) { connection in
      _ = try connection.run(
        """
        update "scout.platinum_monitors" set threshold = coalesce(?2, threshold),
          window_minutes = coalesce(?3, window_minutes), severity = coalesce(?4, severity),
          is_enabled = coalesce(?5, is_enabled)
        where name = ?1
        """,
        [
          .text(name), SQLValue(number), SQLValue(windowMinutes.map(Int64.init)), SQLValue(severity),
          SQLValue(isEnabled.map { $0 ? Int64(1) : 0 }),
        ])
    }
  }

  /// Adds or updates the monitor that a file declares.
  ///
  /// - Throws: ``MonitorFileError`` with every problem of the file.
  @discardableResult
  public func addMonitor(_ text: String, file: String) throws -> MonitorStore.Installation {
    try database.write(isDurable: true) { connection in
      let compiler = try connection.compiler(parameters: MonitorDefinition.parameterTypes)
      let definition = try MonitorDefinition.read(text, file: file, compiler: compiler)
      return try MonitorStore.install([definition], on: connection)[0]
    }
  }

  /// Marks an event as seen.
  ///
  /// - Throws: ``SQLError`` 42704 when there is no such event.
  public func acknowledge(event: String) throws {
    try database.write(isDurable: true) { connection in
      let id = try connection.value(
        "update \"scout.platinum_monitor_events\" set acknowledged = 1 where id = ?1 returning id", [.text(event)])
      guard id != .null else { throw SQLError(.undefinedObject, "event \"\(event)\" does not exist") }
    }
  }

  /// Keeps what matches out of the feed until a time; it is recorded as ever.
  public func silence(
    _ monitor: String?, matcher: [String: String] = [:], until end: Timestamp, reason: String = ""
  ) throws {
    if let monitor { _ = try self.monitor(named: monitor) }
    try startRun()
    try database.write(isDurable: true) { connection in
      _ = try MonitorStore.silence(monitor, matcher: matcher, until: end, reason: reason, on: connection)
    }
  }

  /// An event with what led to it.
  ///
  /// - Throws: ``SQLError`` 42704 when there is no such event.
  public func explain(event: String) throws -> MonitorExplanation {
    try database.read { connection in
      let rows = try connection.rows(
        """
        select e.id, m.name, e.occurred_at, e.severity, e.acknowledged, e.payload, m.threshold, m.window_minutes,
          m.definition, (select f.title from "scout.agent_feed" f where f.related_ids = '["monitor_events:' || e.id || '"]'),
          (select f.description from "scout.agent_feed" f where f.related_ids = '["monitor_events:' || e.id || '"]'), m.sql
        from "scout.platinum_monitor_events" e join "scout.platinum_monitors" m on m.id = e.monitor_id where e.id = ?1
        """, [.text(event)])
      guard let row = rows.first else { throw SQLError(.undefinedObject, "event \"\(event)\" does not exist") }
      let incidents = try connection.rows(
        """
        select incident_key, started_at, last_seen_at, resolved_at from "scout.platinum_monitor_incidents"
        where event_id = ?1 order by incident_key
        """, [.text(event)])
      return MonitorExplanation(
        event: event, monitor: row[1].text ?? "", occurredAt: Timestamp(microseconds: row[2].integer ?? 0),
        severity: row[3].text ?? "", isAcknowledged: row[4].integer == 1, payload: row[5].text ?? "[]",
        threshold: row[6].text ?? "", windowMinutes: Int(row[7].integer ?? 0), title: row[9].text,
        description: row[10].text, sql: row[11].text ?? "",
        incidents: incidents.map { row in
          MonitorExplanation.Incident(
            key: row[0].text ?? "", startedAt: Timestamp(microseconds: row[1].integer ?? 0),
            lastSeenAt: Timestamp(microseconds: row[2].integer ?? 0),
            resolvedAt: row[3].integer.map(Timestamp.init(microseconds:)))
        })
    }
  }

  /// Replays a monitor over past moments; see ``MonitorBacktest``.
  ///
  /// - Throws: ``SQLError`` 0A000 for a database in memory, which cannot be opened a second time with another clock.
  public func backtest(
    _ name: String, from: Timestamp, to: Timestamp, every step: Duration = .seconds(900), threshold: String? = nil
  ) throws -> MonitorBacktest {
    let monitor = try monitor(named: name)
    if monitor.kind == "windowed" {
      return try database.read { connection in
        try MonitorBacktest.runWindowed(
          monitor, from: from, to: to, every: step, threshold: threshold, on: connection)
      }
    }
    let path = try database.read { try $0.rows("pragma database_list").first?[2].text } ?? ""
    guard !path.isEmpty else { throw SQLError(.featureNotSupported, "a database in memory cannot be backtested") }
    let clock = SettableClock(from)
    let replica = try Database(
      path: path,
      configuration: Database.Configuration(
        clock: EngineClock(isSet: true) { clock.now }, functions: [MonitorRunner().function],
        busyTimeout: configuration.busyTimeout, isReadOnly: true))
    return try MonitorBacktest.run(monitor, from: from, to: to, every: step, threshold: threshold) { tick, body in
      clock.now = tick
      try replica.read { try body($0) }
    }
  }
}

/// A clock that a replay moves.
private final class SettableClock: Sendable {
  private let time: Mutex<Timestamp>
  init(_ time: Timestamp) { self.time = Mutex(time) }
  var now: Timestamp {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }
}

/// An event with the monitor that raised it and the incidents that it began.
public struct MonitorExplanation: Hashable, Sendable {
  public struct Incident: Hashable, Sendable {
    /// A JSON object.
    public var key: String
    public var startedAt: Timestamp
    public var lastSeenAt: Timestamp
    public var resolvedAt: Timestamp?
  }

  public var event: String
  public var monitor: String
  public var occurredAt: Timestamp
  public var severity: String
  public var isAcknowledged: Bool
  /// The rows that the query returned for the new incidents: a JSON array.
  public var payload: String
  /// As the monitor has it now.
  public var threshold: String
  public var windowMinutes: Int
  public var title: String?
  public var description: String?
  public var sql: String
  public var incidents: [Incident]
}
