import PostgresDialect
import ScoutMonitors
import ScoutStorage

/// An item of the agent feed.
public struct FeedItem: Hashable, Sendable {
  public var id: String
  public var createdAt: Timestamp
  public var severity: String
  public var source: String
  public var title: String
  public var description: String?
  public var status: String
}

/// A monitor with its state.
public struct MonitorState: Hashable, Sendable {
  public var name: String
  public var isEnabled: Bool
  public var severity: String
  public var threshold: String
  public var windowMinutes: Int
  public var lastRunAt: Timestamp?
  public var openIncidents: Int
  public var events: Int
  public var consecutiveFailures: Int
  public var lastError: String?
}

extension Scout {
  /// The newest items of the feed.
  ///
  /// - Parameters:
  ///   - limit: 1 to 200.
  ///   - before: Only items older than this one.
  public func feed(limit: Int = 50, status: String? = nil, before: FeedItem? = nil) throws -> [FeedItem] {
    var query = FeedQuery()
    query.limit = limit
    query.status = status
    query.before = before.map { FeedCursor($0) }
    return try feed(query)
  }

  /// The monitors by name.
  public func monitors() throws -> [MonitorState] {
    try database.read { connection in
      try connection.rows(
        """
        select m.name, m.is_enabled, m.severity, m.threshold, m.window_minutes, m.last_run_at,
          (select count(*) from "scout.platinum_monitor_incidents" i where i.monitor_id = m.id and i.resolved_at is null),
          (select count(*) from "scout.platinum_monitor_events" e where e.monitor_id = m.id),
          m.consecutive_failures, m.last_error
        from "scout.platinum_monitors" m order by m.name
        """
      ).map { row in
        MonitorState(
          name: row[0].text ?? "", isEnabled: row[1].integer == 1, severity: row[2].text ?? "",
          threshold: row[3].text ?? "", windowMinutes: Int(row[4].integer ?? 0),
          lastRunAt: row[5].integer.map(Timestamp.init(microseconds:)), openIncidents: Int(row[6].integer ?? 0),
          events: Int(row[7].integer ?? 0), consecutiveFailures: Int(row[8].integer ?? 0), lastError: row[9].text)
      }
    }
  }
}
