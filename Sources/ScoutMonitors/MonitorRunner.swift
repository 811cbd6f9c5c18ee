import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// Runs the enabled monitors and keeps their incidents.
///
/// ```swift
/// let sweep = try database.write { try MonitorRunner().run(on: $0) }
/// for failure in sweep.failures { print(failure.name, failure.outcome) }
/// ```
public struct MonitorRunner: Sendable {
  /// What one monitor may take.
  public struct Limits: Hashable, Sendable {
    /// More rows than that fail the monitor.
    public var rows = 10_000
    /// A query that runs longer is stopped.
    public var time: Duration = .seconds(5)

    public init() {}
  }

  public var limits: Limits
  public var stopwatch: Stopwatch

  public init(limits: Limits = Limits(), stopwatch: Stopwatch = .system) {
    self.limits = limits
    self.stopwatch = stopwatch
  }

  /// Runs every enabled monitor, in the order of their ids, each isolated from the others.
  ///
  /// A monitor that fails changes nothing but its own `last_run_at`, `consecutive_failures` and `last_error`.
  ///
  /// - Parameters:
  ///   - connection: In a writing transaction; its `now` is the sweep's time.
  ///   - only: The names of those to run; nil for all.
  /// - Throws: ``SQLError`` 42704 for a name that no monitor has, 55000 for a monitor that is not enabled, 25006 on a
  ///   connection that cannot write; and what fails outside the monitors' queries, such as a full disk.
  public func run(on connection: Connection, only: [String]? = nil) throws -> MonitorSweep {
    // Also the end of a monitor whose query calls scout.run_monitors().
    if try connection.isReadOnly {
      throw SQLError(.readOnlyTransaction, "cannot run monitors in a read-only transaction")
    }
    let monitors = try chosen(from: MonitorStore.all(on: connection), only)
    return MonitorSweep(time: connection.now, results: try monitors.map { try run($0, on: connection) })
  }

  private func chosen(from all: [StoredMonitor], _ only: [String]?) throws -> [StoredMonitor] {
    guard let only else { return inOrder(all.filter(\.isEnabled)) }
    for name in only {
      guard let monitor = all.first(where: { $0.name == name }) else {
        throw SQLError(
          .undefinedObject, "monitor \"\(name)\" does not exist",
          hint: nearest(name, in: all.map(\.name)).map { "Perhaps you meant \"\($0)\"." })
      }
      guard monitor.isEnabled else {
        throw SQLError(
          .objectNotInPrerequisiteState, "monitor \"\(name)\" is not enabled",
          hint: "Enable it with: update scout.platinum_monitors set is_enabled = true where name = '\(name)'")
      }
    }
    return inOrder(all.filter { only.contains($0.name) })
  }

  /// Those that others inhibit come after the others.
  private func inOrder(_ monitors: [StoredMonitor]) -> [StoredMonitor] {
    func isInhibited(_ monitor: StoredMonitor) -> Bool {
      guard let json = monitor.definition, json.contains("\"inhibited_by\"") else { return false }
      return (try? MonitorDetails(json: json))?.inhibitedBy?.isEmpty == false
    }
    return monitors.filter { !isInhibited($0) } + monitors.filter(isInhibited)
  }

  /// Runs one monitor inside a savepoint, so that what it did is undone when it fails.
  private func run(_ monitor: StoredMonitor, on connection: Connection) throws -> MonitorResult {
    let start = stopwatch.elapsed()
    let blank = MonitorResult(id: monitor.id, name: monitor.name, severity: monitor.severity, outcome: .ok)
    var result = blank
    try connection.run("savepoint monitor")
    do {
      let details = try monitor.definition.map { json throws(SQLError) in try MonitorDetails(json: json) }
      if monitor.kind == "windowed" {
        let sweep = try WindowedSweep(monitor, details, on: connection)
        try connection.withTimeLimit(limits.time, stopwatch) { try sweep.run(into: &result) }
      } else {
        let finding = try Finding(rows(of: monitor, on: connection), key: details?.key)
        try details?.checkTemplates(finding.result.columns.map(\.name))
        try IncidentLedger(connection: connection, monitor: monitor, details: details).record(finding, into: &result)
      }
      try connection.run(
        """
        update "scout.platinum_monitors" set last_run_at = ?2, consecutive_failures = 0, last_error = null where id = ?1
        """, [.integer(monitor.id), SQLValue(connection.now)])
      try connection.run("release monitor")
    } catch {
      // SQLite ends the whole transaction by itself on a full disk, for example: then there is nothing to go on with.
      guard sqlite3_get_autocommit(connection.handle) == 0 else { throw error }
      try connection.run("rollback to monitor")
      try connection.run("release monitor")
      result = blank
      let failure = error as? SQLError ?? SQLError(.internalError, "\(error)")
      result.outcome = .failed(failure)
      try connection.run(
        """
        update "scout.platinum_monitors"
        set last_run_at = ?2, consecutive_failures = consecutive_failures + 1, last_error = ?3 where id = ?1
        """, [.integer(monitor.id), SQLValue(connection.now), .text(summary(of: failure, in: monitor.sql))])
    }
    result.duration = stopwatch.elapsed() - start
    return result
  }

  /// What a monitor finds at the transaction's time; writes nothing.
  func finding(of monitor: StoredMonitor, on connection: Connection) throws -> Finding {
    let details = try monitor.definition.map { json throws(SQLError) in try MonitorDetails(json: json) }
    return try Finding(rows(of: monitor, on: connection), key: details?.key)
  }

  /// The rows of a monitor's query at the transaction's time, within the limits; writes nothing.
  ///
  /// - Throws: ``SQLError`` of the query, or of the limit that it broke.
  ///
  /// Of a windowed monitor: the newest windows of all keys with their verdicts, and no more than the limit of rows.
  public func rows(of monitor: StoredMonitor, on connection: Connection) throws -> QueryResult {
    if monitor.kind == "windowed" {
      let details = try monitor.definition.map { json throws(SQLError) in try MonitorDetails(json: json) }
      return try WindowedSweep(monitor, details, on: connection).newestWindows()
    }
    guard monitor.kind == "sql" else {
      throw SQLError(
        .featureNotSupported, "a monitor of kind \"\(monitor.kind)\" is not supported; expected \"sql\" or \"windowed\""
      )
    }
    let query = try connection.compiler(parameters: MonitorDefinition.parameterTypes).compileQuery(monitor.sql)
    let values: [String: SQLValue] = [
      "threshold": .text(monitor.threshold), "window_minutes": .integer(monitor.windowMinutes),
      "time_zone": .text(try connection.projectTimeZone),
    ]
    return try connection.withoutWriting {
      try connection.withTimeLimit(limits.time, stopwatch) {
        try connection.execute(query, values: values, rowLimit: limits.rows)
      }
    }
  }

  /// The failure on one line: `42703: column "brnd" does not exist (line 3, column 8)`.
  private func summary(of error: SQLError, in sql: String) -> String {
    var text = "\(error.state): \(error.message)"
    if let (line, column) = error.position(in: sql) { text += " (line \(line), column \(column))" }
    for advice in [error.detail, error.hint].compactMap(\.self) { text += "; \(advice)" }
    return text
  }
}

extension MonitorRunner {
  /// `scout.run_monitors()`: runs every enabled monitor and returns the number of events.
  public var function: ApplicationFunction {
    ApplicationFunction(
      schema: "scout", name: "run_monitors", result: .int4,
      needs: [
        (.select, "scout.platinum_monitors"), (.update, "scout.platinum_monitors"),
        (.insert, "scout.platinum_monitor_events"),
      ]
    ) { connection, _ in
      .integer(Int64(try run(on: connection).eventsCreated))
    }
  }
}
