import PostgresDialect
import ScoutStorage

/// Opens, continues and resolves incidents in the database.
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
  let details: MonitorDetails?

  struct Open {
    var id: SQLValue
    var key: String
    var lastSeenAt: Timestamp
  }

  /// The open incidents, in the order in which they began.
  func open() throws -> [Open] {
    try connection.rows(
      """
      select id, incident_key, last_seen_at from "scout.platinum_monitor_incidents"
      where monitor_id = ?1 and resolved_at is null order by started_at, id
      """, [.integer(monitor.id)]
    ).map { row in
      Open(
        id: row[0], key: row[1].text ?? "",
        lastSeenAt: Timestamp(microseconds: row[2].integer ?? connection.now.microseconds))
    }
  }

  /// Brings the incidents into line with what an SQL monitor found, and writes one event when any is new.
  func record(_ finding: Finding, into result: inout MonitorResult) throws {
    let rules = try details?.lifeCycleRules() ?? LifeCycleRules()
    result.rowCount = finding.result.rows.count
    let news = finding.incidents.map { finding.news($0, severity: monitor.severity) }
    if rules.isPlain {
      let known = Set(try open().map(\.key))
      let found = Set(news.map(\.key))
      try apply(
        fired: news.filter { !known.contains($0.key) }, isSeen: { found.contains($0) },
        isResolved: { !found.contains($0) },
        into: &result)
    } else {
      try record(news, rules, into: &result)
    }
    if result.newKeys.isEmpty { result.outcome = news.isEmpty ? .ok : .unchanged }
  }

  /// With pending states, keep-firing and cooldown.
  private func record(_ news: [IncidentNews], _ rules: LifeCycleRules, into result: inout MonitorResult) throws {
    let lifeCycle = LifeCycle(rules: rules)
    let states = MonitorStates(connection: connection, monitor: monitor)
    var kept = try states.load()
    let now = connection.now.microseconds
    var fired: [IncidentNews] = []
    var resolved: Set<String> = []
    let found = Set(news.map(\.key))
    for item in news {
      var state = kept[item.key] ?? LifeCycle.State()
      if lifeCycle.advance(&state, .breach, at: now) == .fires { fired.append(item) }
      kept[item.key] = state
    }
    for key in kept.keys.sorted() where !found.contains(key) {
      guard var state = kept[key] else { continue }
      if lifeCycle.advance(&state, .clear, at: now) == .resolves { resolved.insert(key) }
      kept[key] = state
    }
    try states.save(kept.filter { $0.value.isWorthKeeping(at: now, rules) })
    try apply(fired: fired, isSeen: { found.contains($0) }, isResolved: { resolved.contains($0) }, into: &result)
  }

  /// Moves the open incidents on, and opens new ones with one event.
  func apply(
    fired: [IncidentNews], isSeen: (String) -> Bool, isResolved: (String) -> Bool, into result: inout MonitorResult
  ) throws {
    let now = connection.now
    for incident in try open() {
      let time = SQLValue(max(now, incident.lastSeenAt))
      if isResolved(incident.key) {
        try connection.run(
          "update \"scout.platinum_monitor_incidents\" set resolved_at = ?2 where id = ?1", [incident.id, time])
        result.resolvedKeys.append(incident.key)
        continue
      }
      if isSeen(incident.key) {
        try connection.run(
          "update \"scout.platinum_monitor_incidents\" set last_seen_at = ?2 where id = ?1", [incident.id, time])
      }
      result.openKeys.append(incident.key)
    }
    guard !fired.isEmpty else { return }
    result.newKeys = fired.map(\.key)
    result.openKeys += fired.filter { !$0.isOver }.map(\.key)
    result.outcome = .fired(eventID: try raise(fired))
  }

  // MARK: Events

  /// Writes an event.
  func insertEvent(_ rows: [String], severity: MonitorSeverity) throws -> String {
    let event = connection.identifiers.uuid()
    try connection.run(
      """
      insert into "scout.platinum_monitor_events" (id, monitor_id, occurred_at, payload, severity, acknowledged)
      values (?1, ?2, ?3, ?4, ?5, 0)
      """,
      [
        .text(event), .integer(monitor.id), SQLValue(connection.now), .text("[" + rows.joined(separator: ", ") + "]"),
        .text(severity.rawValue),
      ])
    return event
  }

  func insertIncident(_ key: String, event: String, isOver: Bool) throws {
    let now = SQLValue(connection.now)
    try connection.run(
      """
      insert into "scout.platinum_monitor_incidents"
        (id, monitor_id, incident_key, started_at, last_seen_at, resolved_at, event_id)
      values (?1, ?2, ?3, ?4, ?4, ?5, ?6)
      """,
      [
        .text(connection.identifiers.uuid()), .integer(monitor.id), .text(key), now, isOver ? now : .null, .text(event),
      ])
  }

  /// Writes the event, its incidents, and a feed item about those that nothing keeps quiet.
  private func raise(_ new: [IncidentNews]) throws -> String {
    let all = FeedItem(monitor: monitor, details: details, new: new)
    let event = try insertEvent(new.flatMap(\.rows), severity: all.severity)
    for incident in new { try insertIncident(incident.key, event: event, isOver: incident.isOver) }
    let audible = try audible(new.map(\.key))
    let news = new.filter { audible.contains($0.key) }
    guard !news.isEmpty else { return event }
    let item = FeedItem(monitor: monitor, details: details, new: news)
    try pushFeed(
      severity: item.severity, title: item.title, description: item.description,
      payload: item.payload(rows: news.flatMap(\.rows), event: event), event: event)
    return event
  }

  func pushFeed(
    severity: MonitorSeverity, title: String, description: String, payload: String, event: String
  ) throws {
    try connection.run(
      """
      insert into "scout.agent_feed" (id, created_at, severity, source, title, description, payload, related_ids, status)
      values (?1, ?2, ?3, 'monitor', ?4, ?5, ?6, ?7, 'new')
      """,
      [
        .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(severity.rawValue), .text(title),
        .text(description), .text(payload), .text("[" + RowJSON.quoted("monitor_events:\(event)") + "]"),
      ])
  }

  /// The keys that no silence covers and no open incident of another monitor inhibits.
  func audible(_ keys: [String]) throws -> Set<String> {
    let silences = try MonitorStore.silences(on: connection)
    var inhibitors: [[String: String]] = []
    for name in details?.inhibitedBy ?? [] {
      inhibitors += try connection.rows(
        """
        select i.incident_key from "scout.platinum_monitor_incidents" i
        join "scout.platinum_monitors" m on m.id = i.monitor_id where m.name = ?1 and i.resolved_at is null
        """, [.text(name)]
      ).map { try IncidentKey.texts($0[0].text ?? "{}") }
    }
    if silences.isEmpty, inhibitors.isEmpty { return Set(keys) }
    return Set(
      try keys.filter { json in
        let key = try IncidentKey.texts(json)
        if silences.contains(where: { $0.matches(monitor.name, key) }) { return false }
        // The columns that both have agree, and there is one.
        return !inhibitors.contains { other in
          let shared = other.keys.filter { key[$0] != nil }
          return !shared.isEmpty && shared.allSatisfy { other[$0] == key[$0] }
        }
      })
  }
}

/// The states of a monitor's keys in the database.
struct MonitorStates {
  let connection: Connection
  let monitor: StoredMonitor

  func load() throws -> [String: LifeCycle.State] {
    var states: [String: LifeCycle.State] = [:]
    for row in try connection.rows(
      """
      select incident_key, phase, since, last_breach, ended_at from "scout.platinum_monitor_states" where monitor_id = ?1
      """, [.integer(monitor.id)])
    {
      states[row[0].text ?? ""] = LifeCycle.State(
        phase: row[1].text.flatMap(LifeCycle.Phase.init) ?? .ok, since: row[2].integer ?? 0,
        lastBreach: row[3].integer ?? 0, endedAt: row[4].integer)
    }
    return states
  }

  /// Writes only what differs.
  func save(_ states: [String: LifeCycle.State]) throws {
    let known = try load()
    if known == states { return }
    for key in known.keys.sorted() where states[key] == nil {
      try connection.run(
        "delete from \"scout.platinum_monitor_states\" where monitor_id = ?1 and incident_key = ?2",
        [.integer(monitor.id), .text(key)])
    }
    for key in states.keys.sorted() {
      guard let state = states[key], known[key] != state else { continue }
      try connection.run(
        """
        insert into "scout.platinum_monitor_states" (monitor_id, incident_key, phase, since, last_breach, ended_at)
        values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (monitor_id, incident_key) do update set phase = excluded.phase, since = excluded.since,
          last_breach = excluded.last_breach, ended_at = excluded.ended_at
        """,
        [
          .integer(monitor.id), .text(key), .text(state.phase.rawValue), .integer(state.since),
          .integer(state.lastBreach), SQLValue(state.endedAt),
        ])
    }
  }
}
