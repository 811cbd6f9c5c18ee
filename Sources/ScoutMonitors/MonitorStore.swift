import PostgresDialect
import ScoutStorage

/// Keeps `scout.platinum_monitors` in step with the monitors that are shipped.
public enum MonitorStore {
  /// What became of one definition.
  public struct Installation: Hashable, Sendable {
    public enum Effect: Hashable, Sendable {
      case added, updated, unchanged
      /// The row was changed by hand since it was installed, or was there before: it stays as it is.
      case keptByHand
    }

    public var name: String
    public var effect: Effect
  }

  /// Adds the monitors that are missing, and brings those up to date that nobody has changed by hand.
  ///
  /// A row whose query, threshold, window, severity, kind or definition was changed (as the runbook's `update … set
  /// threshold` does) is kept whole: a new query may mean something else by the old threshold. `is_enabled`, the
  /// state of the runs and open incidents are never touched.
  ///
  /// - Returns: One effect per definition, in their order.
  @discardableResult
  public static func install(_ definitions: [MonitorDefinition], on connection: Connection) throws -> [Installation] {
    let rows = Dictionary(try all(on: connection).map { ($0.name, $0) }) { first, _ in first }
    return try definitions.map { definition in
      Installation(name: definition.name, effect: try install(definition, over: rows[definition.name], on: connection))
    }
  }

  private static func install(
    _ definition: MonitorDefinition, over row: StoredMonitor?, on connection: Connection
  ) throws -> Installation.Effect {
    let wanted = fingerprint(definition)
    let values: [SQLValue] = [
      .text(definition.name), .text(definition.sql), .text(definition.threshold.description),
      .integer(Int64(definition.windowMinutes)), .text(definition.severity.rawValue),
      .text(try MonitorDetails(definition, shipped: wanted).json()),
    ]
    guard let row else {
      try connection.run(
        """
        insert into "scout.platinum_monitors"
          (name, sql, threshold, window_minutes, severity, definition, kind, is_enabled, consecutive_failures)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0)
        """, values + [.text(definition.kind)])
      return .added
    }
    guard let details = row.definition.flatMap({ try? MonitorDetails(json: $0) }),
      let shipped = details.shipped, shipped == fingerprint(row, details)
    else { return .keptByHand }
    if shipped == wanted { return .unchanged }
    try connection.run(
      """
      update "scout.platinum_monitors"
      set sql = ?2, threshold = ?3, window_minutes = ?4, severity = ?5, definition = ?6, kind = ?7
      where name = ?1
      """, values + [.text(definition.kind)])
    return .updated
  }

  /// Every monitor in the order of the ids.
  public static func all(on connection: Connection) throws -> [StoredMonitor] {
    try connection.rows(
      """
      select id, name, sql, threshold, window_minutes, is_enabled, last_run_at, severity, kind, definition,
        consecutive_failures, last_error
      from "scout.platinum_monitors" order by id
      """
    ).map { row in
      StoredMonitor(
        id: row[0].integer ?? 0, name: row[1].text ?? "", sql: row[2].text ?? "", threshold: row[3].text ?? "",
        windowMinutes: row[4].integer ?? 0, isEnabled: row[5].integer == 1,
        lastRunAt: row[6].integer.map(Timestamp.init(microseconds:)),
        severity: row[7].text.flatMap(MonitorSeverity.init(rawValue:)) ?? .info, kind: row[8].text ?? "",
        definition: row[9].text, consecutiveFailures: row[10].integer ?? 0, lastError: row[11].text)
    }
  }

  // MARK: Fingerprints

  private static func fingerprint(_ definition: MonitorDefinition) -> String {
    let details = MonitorDetails(definition, shipped: "")
    return fingerprint(
      [
        definition.sql, definition.threshold.trimmed.description, String(definition.windowMinutes),
        definition.severity.rawValue, definition.kind, definition.description, definition.title.source,
        definition.message.source,
      ] + definition.key + rest(details))
  }

  private static func fingerprint(_ row: StoredMonitor, _ details: MonitorDetails) -> String {
    let threshold = (try? Numeric(row.threshold))?.trimmed.description ?? row.threshold
    return fingerprint(
      [
        row.sql, threshold, String(row.windowMinutes), row.severity.rawValue, row.kind, details.description ?? "",
        details.title ?? "", details.message ?? "",
      ] + (details.key ?? []) + rest(details))
  }

  /// What only some monitors have.
  private static func rest(_ details: MonitorDetails) -> [String] {
    var rest = MonitorDetails.empty
    rest.windowed = details.windowed
    rest.holdFor = details.holdFor
    rest.keepFiring = details.keepFiring
    rest.cooldown = details.cooldown
    rest.inhibitedBy = details.inhibitedBy
    rest.labels = details.labels
    return rest == .empty ? [] : [(try? rest.json()) ?? ""]
  }

  /// FNV-1a over the parts with their lengths: it has to notice edits, not to withstand an attacker.
  private static func fingerprint(_ parts: [String]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for part in parts {
      for byte in Array("\(part.utf8.count):".utf8) + Array(part.utf8) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      }
    }
    return "fnv1a:" + String(hash, radix: 16)
  }
}
