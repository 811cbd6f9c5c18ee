import PostgresDialect
import ScoutStorage

/// Keeps a monitor's news out of the feed for a time: incidents and events are recorded as ever.
public struct MonitorSilence: Hashable, Sendable {
  public var id: Int64
  /// Nil for every monitor.
  public var monitor: String?
  /// Columns of the incident's key with their texts; empty for every key.
  public var matcher: [String: String]
  public var startsAt: Timestamp
  public var expiresAt: Timestamp
  public var reason: String

  func matches(_ monitor: String, _ key: [String: String]) -> Bool {
    (self.monitor ?? monitor) == monitor && matcher.allSatisfy { key[$0.key] == $0.value }
  }
}

extension MonitorStore {
  /// Adds a silence that starts now.
  ///
  /// - Throws: ``SQLError`` 42704 for a monitor that does not exist, 22023 for an end that is not after now.
  @discardableResult
  public static func silence(
    _ monitor: String?, matcher: [String: String] = [:], until end: Timestamp, reason: String = "",
    on connection: Connection
  ) throws -> Int64 {
    if let monitor, try !all(on: connection).contains(where: { $0.name == monitor }) {
      throw SQLError(.undefinedObject, "monitor \"\(monitor)\" does not exist")
    }
    guard end > connection.now else {
      throw SQLError(.invalidParameterValue, "a silence ends in the future")
    }
    let members = matcher.sorted { $0.key < $1.key }.map { "\(RowJSON.quoted($0.key)): \(RowJSON.quoted($0.value))" }
    return try connection.value(
      """
      insert into "scout.platinum_monitor_silences" (monitor, matcher, starts_at, expires_at, reason)
      values (?1, ?2, ?3, ?4, ?5) returning id
      """,
      [
        SQLValue(monitor), .text(try normalizedJSON("{\(members.joined(separator: ", "))}")), SQLValue(connection.now),
        SQLValue(end), .text(reason),
      ]
    ).integer ?? 0
  }

  /// The silences that hold at the transaction's time.
  public static func silences(on connection: Connection) throws -> [MonitorSilence] {
    try connection.rows(
      """
      select id, monitor, matcher, starts_at, expires_at, reason from "scout.platinum_monitor_silences"
      where starts_at <= ?1 and expires_at > ?1 order by id
      """, [SQLValue(connection.now)]
    ).map { row in
      MonitorSilence(
        id: row[0].integer ?? 0, monitor: row[1].text, matcher: try IncidentKey.texts(row[2].text ?? "{}"),
        startsAt: Timestamp(microseconds: row[3].integer ?? 0), expiresAt: Timestamp(microseconds: row[4].integer ?? 0),
        reason: row[5].text ?? "")
    }
  }
}
