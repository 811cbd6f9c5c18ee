import PostgresDialect
import ScoutStorage

/// Opens, continues and resolves incidents.
///
/// ```
///            seen                  not seen any more
///   (none) ───────▶ open ─────────────────────────────▶ resolved
///           event    │  ▲  seen again: last_seen_at        │ seen: a new incident with a new event
///                    └──┘                                  ▼
/// ```
///
/// A clock that goes back moves no stored time back: `last_seen_at` and `resolved_at` never precede what was seen.
struct IncidentLedger {
  let connection: Connection
  let monitor: StoredMonitor

  /// Brings the incidents into line with what was found, and writes one event when any is new.
  func record(_ finding: Finding, _ details: MonitorDetails?, into result: inout MonitorResult) throws {
    let now = connection.now
    let open = try connection.rows(
      """
      select id, incident_key, last_seen_at from "scout.platinum_monitor_incidents"
      where monitor_id = ?1 and resolved_at is null order by started_at, id
      """, [.integer(monitor.id)])
    let found = Set(finding.incidents.map(\.key))
    var known: Set<String> = []
    for row in open {
      let key = row[1].text ?? ""
      let isSeen = found.contains(key)
      let time = max(now, Timestamp(microseconds: row[2].integer ?? now.microseconds))
      try connection.run(
        isSeen
          ? "update \"scout.platinum_monitor_incidents\" set last_seen_at = ?2 where id = ?1"
          : "update \"scout.platinum_monitor_incidents\" set resolved_at = ?2 where id = ?1", [row[0], SQLValue(time)])
      if isSeen {
        result.openKeys.append(key)
        known.insert(key)
      } else {
        result.resolvedKeys.append(key)
      }
    }
    let new = finding.incidents.filter { !known.contains($0.key) }
    result.rowCount = finding.result.rows.count
    guard !new.isEmpty else {
      result.outcome = found.isEmpty ? .ok : .unchanged
      return
    }
    result.newKeys = new.map(\.key)
    result.openKeys += result.newKeys
    result.outcome = .fired(eventID: try raise(new, of: finding, details))
  }

  /// Writes the event, its incidents, and a feed item about those that no silence covers.
  private func raise(_ new: [Finding.Incident], of finding: Finding, _ details: MonitorDetails?) throws -> String {
    let now = SQLValue(connection.now)
    let event = connection.identifiers.uuid()
    let rows = new.flatMap(\.rows)
    try connection.run(
      """
      insert into "scout.platinum_monitor_events" (id, monitor_id, occurred_at, payload, severity, acknowledged)
      values (?1, ?2, ?3, ?4, ?5, 0)
      """,
      [
        .text(event), .integer(monitor.id), now, .text("[" + rows.joined(separator: ", ") + "]"),
        .text(monitor.severity.rawValue),
      ])
    for incident in new {
      try connection.run(
        """
        insert into "scout.platinum_monitor_incidents" (id, monitor_id, incident_key, started_at, last_seen_at, event_id)
        values (?1, ?2, ?3, ?4, ?4, ?5)
        """,
        [.text(connection.identifiers.uuid()), .integer(monitor.id), .text(incident.key), now, .text(event)])
    }
    let silences = try MonitorStore.silences(on: connection)
    let news =
      try silences.isEmpty
      ? new
      : new.filter { incident in
        let key = try IncidentKey.texts(incident.key)
        return !silences.contains { $0.matches(monitor.name, key) }
      }
    guard !news.isEmpty else { return event }
    let shown = news.flatMap(\.rows)
    let item = FeedItem(monitor: monitor, details: details, new: news, result: finding.result)
    try connection.run(
      """
      insert into "scout.agent_feed" (id, created_at, severity, source, title, description, payload, related_ids, status)
      values (?1, ?2, ?3, 'monitor', ?4, ?5, ?6, ?7, 'new')
      """,
      [
        .text(connection.identifiers.uuid()), now, .text(monitor.severity.rawValue), .text(item.title),
        .text(item.description), .text(try item.payload(rows: shown, event: event)),
        .text("[" + RowJSON.quoted("monitor_events:\(event)") + "]"),
      ])
    return event
  }
}
