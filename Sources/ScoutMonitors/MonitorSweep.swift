import PostgresDialect
import ScoutStorage

/// What one run of the monitors found.
public struct MonitorSweep: Hashable, Sendable {
  /// The sweep's time: `now()` in every query.
  public var time: Timestamp
  /// One per monitor that ran, in the order of their ids.
  public var results: [MonitorResult]

  public var eventsCreated: Int {
    results.count { if case .fired = $0.outcome { true } else { false } }
  }

  /// The monitors that could not be run.
  public var failures: [MonitorResult] {
    results.filter { if case .failed = $0.outcome { true } else { false } }
  }
}

/// What one monitor found.
public struct MonitorResult: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    /// The query returned nothing.
    case ok
    /// At least one incident is new: an event was written.
    case fired(eventID: String)
    /// Every incident was open before: nothing was written that a reader sees.
    case unchanged
    /// The query could not be run or broke a limit; the monitor's open incidents stay as they were.
    case failed(SQLError)
  }

  public var id: Int64
  public var name: String
  public var severity: MonitorSeverity
  public var outcome: Outcome
  /// The keys of incidents that opened now, as JSON objects, in the order of the rows.
  public var newKeys: [String] = []
  /// The keys of all incidents that are open after the sweep, the new ones last.
  public var openKeys: [String] = []
  /// The keys of incidents that ended now.
  public var resolvedKeys: [String] = []
  /// How many rows the query returned.
  public var rowCount = 0
  public var duration: Duration = .zero
  /// How many past verdicts late data changed.
  public var revisions = 0
}
