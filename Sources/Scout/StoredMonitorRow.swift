import PostgresDialect
import ScoutMonitors
import ScoutStorage
import ScoutYAML
import Yams

/// A monitor as another database stores it, from `schemas/stored_monitors.yaml`.
///
/// It goes into `scout.platinum_monitors` as it is: its query is not compiled before it runs, so a mistake in it is that
/// monitor's error and nobody else's. A built-in monitor of the same name makes room.
public struct StoredMonitorRow: Hashable, Sendable {
  public static let fileName = "stored_monitors.yaml"

  public var name: String
  public var sql: String
  public var threshold: String
  public var windowMinutes: Int32
  public var severity: MonitorSeverity

  /// - Throws: ``YAMLFileError`` with the first mistake and its place.
  public static func read(_ yaml: String, file: String) throws(YAMLFileError) -> [StoredMonitorRow] {
    let reader = YAMLReader(file: file)
    let root = try YAMLReader.compose(yaml, file: file)
    guard let list = try reader.fields(root, keys: ["monitors"])["monitors"] else {
      throw reader.error(root, "\"monitors\" is missing")
    }
    var rows: [StoredMonitorRow] = []
    for node in try reader.sequence(list) {
      let row = try row(node, reader)
      if rows.contains(where: { $0.name == row.name }) {
        throw reader.error(node, "there are two monitors \"\(row.name)\"")
      }
      rows.append(row)
    }
    return rows
  }

  private static func row(_ node: Node, _ reader: YAMLReader) throws(YAMLFileError) -> StoredMonitorRow {
    let fields = try reader.fields(node, keys: ["name", "sql", "threshold", "window_minutes", "severity"])
    func required(_ name: String) throws(YAMLFileError) -> Node {
      guard let found = fields[name] else { throw reader.error(node, "\"\(name)\" is missing") }
      return found
    }
    var row = StoredMonitorRow(
      name: try reader.string(try required("name")), sql: try reader.string(try required("sql")), threshold: "1.0",
      windowMinutes: 60, severity: .info)
    if let threshold = fields["threshold"] {
      row.threshold = try reader.string(threshold)
      if (try? Numeric(row.threshold)) == nil { throw reader.error(threshold, "\"\(row.threshold)\" is no number") }
    }
    if let window = fields["window_minutes"] {
      guard let minutes = Int32(try reader.string(window)), minutes > 0 else {
        throw reader.error(window, "expected a whole number of minutes")
      }
      row.windowMinutes = minutes
    }
    if let severity = fields["severity"] {
      guard let known = MonitorSeverity(rawValue: try reader.string(severity)) else {
        throw reader.error(severity, "expected info, warn, error or success")
      }
      row.severity = known
    }
    return row
  }

  /// Puts the row in, in place of one of the same name; whether it is enabled stays as it is.
  func install(_ connection: Connection) throws {
    try connection.run(
      """
      insert into "scout.platinum_monitors"
        (name, sql, threshold, window_minutes, severity, kind, is_enabled, consecutive_failures)
      values (?1, ?2, ?3, ?4, ?5, 'sql', 1, 0)
      on conflict (name) do update
      set sql = excluded.sql, threshold = excluded.threshold, window_minutes = excluded.window_minutes,
        severity = excluded.severity, kind = 'sql', definition = null
      """,
      [
        .text(name), .text(sql), .text(threshold), .integer(Int64(windowMinutes)), .text(severity.rawValue),
      ])
  }
}
