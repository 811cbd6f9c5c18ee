import PostgresDialect
import ScoutMonitors
import ScoutPipeline
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

/// The system at a glance.
public struct Status: Sendable {
  public struct Layer: Sendable {
    public var layer: String
    public var relation: String
    public var rows: Int
    /// The latest time of its data.
    public var latest: Timestamp?
  }

  public var timeZone: String
  public var layers: [Layer]
  public var rejects: Int
  public var qualityIssues: Int
  public var lastIngestAt: Timestamp?
  public var lastSweepAt: Timestamp?
  public var unreadFeed: Int
  public var openIncidents: Int
  public var failingMonitors: Int
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

  /// The system at a glance.
  public func status() throws -> Status {
    let zone = try setting("time_zone") ?? "UTC"
    let models = try definitions().models.models
    return try database.read { connection in
      func count(_ sql: String) throws -> Int { Int(try connection.value(sql).integer ?? 0) }
      /// A business date starts at midnight in the project's time zone.
      func midnight(ofDay day: Int64) throws -> Int64 {
        try TimeZoneRules(setting: zone).utc(fromLocal: day * 86_400_000_000)
      }
      func time(_ sql: String) throws -> Timestamp? {
        try connection.value(sql).integer.map(Timestamp.init(microseconds:))
      }
      // Each of these is answered from an index; reading all of bronze or silver would take seconds one day.
      let newestBronze = "select ingested_at from \"scout.bronze_transactions\" order by ingest_id desc limit 1"
      let newestSale = "select max(ts) from \"scout.silver_transactions\""
      let stored: [(String, String, String?)] = [
        ("bronze", "scout.bronze_transactions", newestBronze),
        ("silver", "scout.silver_transactions", newestSale),
        // A line has the time of its transaction.
        ("silver", "scout.silver_line_items", newestSale),
      ]
      let derived = ["gold", "platinum"].flatMap { layer in
        models.filter { $0.layer == layer }.sorted { $0.name < $1.name }.map {
          ($0.layer, $0.qualifiedName, nil as String?)
        }
      }
      let layers = try (stored + derived).compactMap { layer, name, latest -> Status.Layer? in
        guard let relation = try connection.relation(name) else { return nil }
        let first = relation.columns.first
        let isDaily = first?.type == .date
        var newest: Int64?
        if let latest {
          newest = try connection.value(latest).integer
        } else if let first, isDaily || first.type == .timestamptz {
          newest = try connection.value(
            "select max(\(SQLitePrinter.quoted(first.name))) from \(SQLitePrinter.quoted(name))"
          ).integer
        }
        return Status.Layer(
          layer: layer, relation: name,
          rows: try count("select count(*) from \(SQLitePrinter.quoted(name))"),
          latest: try newest.map { Timestamp(microseconds: isDaily && latest == nil ? try midnight(ofDay: $0) : $0) })
      }
      return Status(
        timeZone: zone, layers: layers, rejects: try count("select count(*) from \"scout.bronze_rejects\""),
        qualityIssues: try count("select count(*) from \"scout.data_quality_issues\""),
        lastIngestAt: try time("select max(finished_at) from \"scout.ingest_batches\""),
        lastSweepAt: try time("select max(started_at) from \"scout.sweep_runs\""),
        unreadFeed: try count("select count(*) from \"scout.agent_feed\" where status = 'new'"),
        openIncidents: try count(
          "select count(*) from \"scout.platinum_monitor_incidents\" where resolved_at is null"),
        failingMonitors: try count(
          "select count(*) from \"scout.platinum_monitors\" where consecutive_failures > 0"))
    }
  }
}
