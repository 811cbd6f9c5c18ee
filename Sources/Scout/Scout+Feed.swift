import ScoutLedger
import ScoutStorage

/// Which items of the feed.
public struct FeedQuery: Hashable, Sendable {
  public var status: String?
  public var severity: String?
  public var source: String?
  /// Only older ones than the item at this place.
  public var before: FeedCursor?
  /// 1 to 200.
  public var limit = 50

  public init() {}
}

/// The place of an item in the feed: its time and id, so that of items of one moment none is lost or comes twice.
public struct FeedCursor: Hashable, Sendable, CustomStringConvertible {
  public var createdAt: Timestamp
  public var id: String

  public init(_ item: FeedItem) {
    createdAt = item.createdAt
    id = item.id
  }

  public init(createdAt: Timestamp, id: String) {
    self.createdAt = createdAt
    self.id = id
  }

  /// - Returns: Nil for a text that ``description`` did not write.
  public init?(_ text: String) {
    let parts = text.split(separator: "/")
    guard parts.count == 2, let microseconds = Int64(parts[0]) else { return nil }
    createdAt = Timestamp(microseconds: microseconds)
    id = String(parts[1])
  }

  /// Microseconds since 1970, and the id.
  public var description: String { "\(createdAt.microseconds)/\(id)" }
}

extension Scout {
  /// Items of the feed, the newest first.
  public func feed(_ query: FeedQuery) throws -> [FeedItem] {
    try database.read { connection in
      try connection.rows(
        Self.feedColumns + """
           where (?2 is null or status = ?2) and (?3 is null or severity = ?3) and (?4 is null or source = ?4)
            and (?5 is null or (created_at, id) < (?5, ?6))
          order by created_at desc, id desc limit ?1
          """,
        [
          .integer(Int64(Swift.min(Swift.max(query.limit, 1), 200))), SQLValue(query.status), SQLValue(query.severity),
          SQLValue(query.source), SQLValue(query.before?.createdAt.microseconds), SQLValue(query.before?.id),
        ]
      ).map(Self.feedItem)
    }
  }

  private static let feedColumns = """
    select id, created_at, severity, source, title, description, status from "scout.agent_feed"
    """

  private static func feedItem(_ row: [SQLValue]) -> FeedItem {
    FeedItem(
      id: row[0].text ?? "", createdAt: Timestamp(microseconds: row[1].integer ?? 0), severity: row[2].text ?? "",
      source: row[3].text ?? "", title: row[4].text ?? "", description: row[5].text, status: row[6].text ?? "")
  }

  /// An item with its payload; nil when there is none of that id.
  public func feedItem(_ id: String) throws -> (item: FeedItem, payload: String)? {
    try database.read { connection in
      guard let row = try connection.rows(Self.feedColumns + " where id = ?1", [.text(id)]).first else { return nil }
      let payload = try connection.value("select payload from \"scout.agent_feed\" where id = ?1", [.text(id)])
      return (Self.feedItem(row), payload.text ?? "{}")
    }
  }

  /// Items of one source and title together: how many, how many unread, and when the last one came.
  public func feedGroups() throws -> QueryResult {
    try query(
      """
      select source, severity, title, count(*) as items, count(*) filter (where status = 'new') as unread,
        max(created_at) as latest
      from scout.agent_feed where status <> 'archived' group by 1, 2, 3 order by latest desc, title
      """)
  }

  /// Sets the status of items.
  ///
  /// - Parameter ids: Nil: all that are new, for `read`; all that are read, for `archived`.
  /// - Returns: How many changed.
  public func setFeedStatus(_ status: String, ids: [String]?) throws -> Int {
    try database.write(isDurable: true) { connection in
      guard let ids else {
        let from = status == "archived" ? "read" : "new"
        try connection.run(
          "update \"scout.agent_feed\" set status = ?1 where status = ?2", [.text(status), .text(from)])
        return connection.changedRowCount
      }
      var changed = 0
      for id in ids {
        try connection.run(
          "update \"scout.agent_feed\" set status = ?1 where id = ?2 and status <> ?1", [.text(status), .text(id)])
        changed += connection.changedRowCount
      }
      return changed
    }
  }

  // MARK: Retention

  /// What a retention run removes or moves.
  public struct RetentionReport: Hashable, Sendable {
    /// Feed items over 90 days, to `scout_archive.agent_feed_archive`.
    public var feedItemsMoved: Int
    /// Read feed items over 30 days, to the status `archived`.
    public var feedItemsArchived: Int
    /// Monitor events over 180 days.
    public var eventsDeleted: Int
    /// Entries of `scout.rpc_cache` that have expired.
    public var cacheEntriesDeleted: Int
    /// Bronze and silver, by the project's policy; nil where it has none.
    public var layers: LayerRetention?
  }

  /// Applies the retention policy of the runbook and of the project, or only counts what it would do.
  ///
  /// - Throws: ``DefinitionError`` naming a model that could not keep its values; nothing is dropped then.
  public func retention(isDryRun: Bool) throws -> RetentionReport {
    let counts = try query(
      """
      select (select count(*) from scout.agent_feed where created_at < now() - interval '90 days'),
        (select count(*) from scout.agent_feed
          where status = 'read' and created_at < now() - interval '30 days' and created_at >= now() - interval '90 days'),
        (select count(*) from scout.platinum_monitor_events where occurred_at < now() - interval '180 days'),
        (select count(*) from scout.rpc_cache where expires_at < now())
      """
    ).rows[0].map { Int($0.integer ?? 0) }
    let layers = try layerRetention(isDryRun: isDryRun)
    if !isDryRun {
      try run("select scout.enforce_retention_policy(); select scout.cleanup_rpc_cache()") { _ in }
    }
    return RetentionReport(
      feedItemsMoved: counts[0], feedItemsArchived: counts[1], eventsDeleted: counts[2], cacheEntriesDeleted: counts[3],
      layers: layers)
  }
}
