import PostgresDialect
import ScoutLedger
import ScoutPipeline
import ScoutStorage

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
  /// SKU jobs that wait, and those that nobody tries again.
  public var queuedJobs: Int
  public var deadJobs: Int
  /// Monitor events and contract violations of the last hour.
  public var recentEvents: Int
  public var recentViolations: Int
  /// Proposed actions that nobody has decided on.
  public var pendingActions: Int
  public var ledger: LedgerState

  /// What the ledger holds; whether it is intact is what ``Scout/verifyLedger(checkpoint:verifier:)`` finds out.
  public struct LedgerState: Hashable, Sendable {
    public var entries: Int
    /// The root of the Merkle tree over all entries; nil while there are none.
    public var root: String?
    /// Triggers against changes that are gone or were replaced.
    public var brokenSeals: Int
  }
}

extension Scout {
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
      let hourAgo = connection.now.adding(minutes: -60).microseconds
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
          "select count(*) from \"scout.platinum_monitors\" where consecutive_failures > 0"),
        queuedJobs: try count("select count(*) from \"deep_research.sku_jobs\" where status = 'queued'"),
        deadJobs: try count("select count(*) from \"deep_research.sku_jobs\" where status = 'dead'"),
        recentEvents: try count(
          "select count(*) from \"scout.platinum_monitor_events\" where occurred_at > \(hourAgo)"),
        recentViolations: try count(
          "select count(*) from \"scout.contract_violations\" where detected_at > \(hourAgo)"),
        pendingActions: try count(
          "select count(*) from \"scout.platinum_agent_action_ledger\" where approval_status = 'pending'"),
        ledger: try ledgerState(connection))
    }
  }

  private func ledgerState(_ connection: Connection) throws -> Status.LedgerState {
    let ledger = Ledger(connection)
    let size = try ledger.size
    return Status.LedgerState(
      entries: size, root: size == 0 ? nil : try ledger.root(size: size).description,
      brokenSeals: try ledger.brokenSeals().count)
  }
}

extension Status {
  /// A JSON object with the members of this value in snake case; times in the project's time zone.
  public func json() throws -> String {
    let zone = try TimeZoneRules(setting: timeZone)
    func time(_ time: Timestamp?) -> String { time.map { RowJSON.quoted($0.text(in: zone)) } ?? "null" }
    let layers = layers.map { layer in
      "{\"layer\":\(RowJSON.quoted(layer.layer)),\"relation\":\(RowJSON.quoted(layer.relation)),"
        + "\"rows\":\(layer.rows),\"latest\":\(time(layer.latest))}"
    }
    let counts = [
      ("rejects", rejects), ("quality_issues", qualityIssues), ("unread_feed", unreadFeed),
      ("open_incidents", openIncidents), ("failing_monitors", failingMonitors), ("queued_jobs", queuedJobs),
      ("dead_jobs", deadJobs), ("recent_events", recentEvents), ("recent_violations", recentViolations),
      ("pending_actions", pendingActions),
    ].map { "\"\($0)\":\($1)" }
    let members =
      [
        "\"time_zone\":\(RowJSON.quoted(timeZone))", "\"layers\":[\(layers.joined(separator: ","))]",
        "\"last_ingest_at\":\(time(lastIngestAt))", "\"last_sweep_at\":\(time(lastSweepAt))",
      ] + counts + [
        "\"ledger\":{\"entries\":\(ledger.entries),\"root\":\(ledger.root.map(RowJSON.quoted) ?? "null"),"
          + "\"broken_seals\":\(ledger.brokenSeals)}"
      ]
    return "{\(members.joined(separator: ","))}"
  }
}
