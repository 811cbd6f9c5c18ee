import PostgresDialect
import ScoutStorage

/// A thing that others name as their cause, the way `related_ids` writes it: `monitor_events:<id>`.
public struct Reference: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case monitorEvent = "monitor_events"
    case contractViolation = "contract_violations"
    case feedItem = "agent_feed"
    case action = "actions"
    case skuJob = "sku_jobs"

    /// The relation that holds such things.
    var relation: (schema: String, name: String) {
      switch self {
      case .monitorEvent: ("scout", "platinum_monitor_events")
      case .contractViolation: ("scout", "contract_violations")
      case .feedItem: ("scout", "agent_feed")
      case .action: ("scout", "platinum_agent_action_ledger")
      case .skuJob: ("deep_research", "sku_jobs")
      }
    }

    /// The names under which tools write it: ours, the relation's, the relation's with its schema.
    var spellings: [String] { [rawValue, relation.name, "\(relation.schema).\(relation.name)"] }
  }

  public var kind: Kind
  public var id: String

  public init(_ kind: Kind, _ id: String) {
    self.kind = kind
    self.id = id
  }

  /// - Returns: Nil for a text that names no kind of thing.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    guard let kind = Kind.allCases.first(where: { $0.spellings.contains(String(parts[0])) }) else { return nil }
    self.init(kind, String(parts[1]))
  }

  public var description: String { "\(kind.rawValue):\(id)" }
}

/// What led to a thing, and what came of it: from event to feed item to action to outcome, and back.
public struct Trail: Hashable, Sendable {
  public struct Step: Hashable, Sendable {
    public var reference: Reference
    public var time: Timestamp
    /// What it is, in a line.
    public var summary: String
    /// How many steps away from the subject: negative towards the causes, positive towards the effects.
    public var distance: Int
  }

  public var subject: Step
  /// The farthest first.
  public var causes: [Step]
  /// The nearest first.
  public var effects: [Step]

  public var steps: [Step] { causes + [subject] + effects }
}

extension Trail {
  /// Walks in both directions; a thing that two ways lead to is listed once, at its nearest.
  ///
  /// - Returns: Nil when there is no such thing.
  public init?(of subject: Reference, on connection: Connection) throws {
    let reader = TrailReader(connection: connection)
    guard let start = try reader.step(subject, distance: 0) else { return nil }
    self.subject = start
    causes = try reader.walk(from: subject, direction: -1, reader.causes).reversed()
    effects = try reader.walk(from: subject, direction: 1, reader.effects)
  }
}

private struct TrailReader {
  let connection: Connection

  func walk(from start: Reference, direction: Int, _ next: (Reference) throws -> [Reference]) throws -> [Trail.Step] {
    var seen: Set<Reference> = [start]
    var steps: [Trail.Step] = []
    var front = [start]
    var distance = 0
    while !front.isEmpty {
      distance += direction
      var reached: [Reference] = []
      for reference in front {
        for found in try next(reference) where seen.insert(found).inserted {
          guard let step = try step(found, distance: distance) else { continue }
          steps.append(step)
          reached.append(found)
        }
      }
      front = reached
    }
    return steps
  }

  func step(_ reference: Reference, distance: Int) throws -> Trail.Step? {
    let sql =
      switch reference.kind {
      case .monitorEvent:
        """
        select e.occurred_at, 'event of the monitor ' || m.name || ', ' || e.severity
        from "scout.platinum_monitor_events" e join "scout.platinum_monitors" m on m.id = e.monitor_id where e.id = ?1
        """
      case .contractViolation:
        """
        select detected_at, 'violation of ' || check_type || ' on ' || table_name || coalesce('.' || column_name, '')
          || ', ' || row_count || ' rows'
        from "scout.contract_violations" where id = ?1
        """
      case .feedItem: "select created_at, 'feed: ' || title || ', ' || status from \"scout.agent_feed\" where id = ?1"
      case .action:
        """
        select a.ts, 'action ' || a.action_type || ' of ' || a.agent || ': ' || a.decision || ', ' || s.kind
          || coalesce(' ' || json_extract(p.payload, '$.outcome'), '')
        from "scout.platinum_agent_action_ledger" a
        join "scout.ledger_entries" s on s.sequence = (
          select max(sequence) from "scout.ledger_entries" where action_id = a.id and kind <> 'redacted'
        )
        left join "scout.ledger_payloads" p on p.sequence = s.sequence
        where a.id = ?1
        """
      case .skuJob:
        "select created_at, 'job ' || task_type || ', ' || status from \"deep_research.sku_jobs\" where id = ?1"
      }
    guard let row = try connection.rows(sql, [.text(reference.id)]).first, let time = row[0].integer else { return nil }
    return Trail.Step(
      reference: reference, time: Timestamp(microseconds: time), summary: row[1].text ?? "", distance: distance)
  }

  /// What a thing names as its own causes.
  func causes(_ reference: Reference) throws -> [Reference] {
    switch reference.kind {
    case .monitorEvent, .contractViolation: return []
    case .feedItem:
      return try named(
        "select r.value from \"scout.agent_feed\" f, json_each(f.related_ids) r where f.id = ?1", [reference.id])
    case .action:
      let given = try named(
        """
        select c.value from "scout.ledger_entries" e join "scout.ledger_payloads" p on p.sequence = e.sequence,
          json_each(p.payload, '$.causes') c
        where e.action_id = ?1 and e.kind = 'proposed'
        """, [reference.id])
      let undone = try ids(
        """
        select rollback_ref from "scout.platinum_agent_action_ledger" where id = ?1 and rollback_ref is not null
        """, [reference.id])
      return given + undone.map { Reference(.action, $0) }
    case .skuJob:
      return try ids(
        """
        select e.action_id from "scout.ledger_entries" e join "scout.ledger_payloads" p on p.sequence = e.sequence
        where e.kind = 'succeeded' and json_extract(p.payload, '$.result.sku_job') = ?1
        """, [reference.id]
      ).map { Reference(.action, $0) }
    }
  }

  /// What names a thing as its cause.
  func effects(_ reference: Reference) throws -> [Reference] {
    let names = reference.kind.spellings.map { "\($0):\(reference.id)" }
    let feed = try ids(
      """
      select f.id from "scout.agent_feed" f
      where exists (select 1 from json_each(f.related_ids) r where r.value in (?1, ?2, ?3))
      order by f.created_at, f.id
      """, names
    ).map { Reference(.feedItem, $0) }
    let actions = try ids(
      """
      select e.action_id from "scout.ledger_entries" e join "scout.ledger_payloads" p on p.sequence = e.sequence
      where e.kind = 'proposed'
        and exists (select 1 from json_each(p.payload, '$.causes') c where c.value in (?1, ?2, ?3))
      order by e.sequence
      """, names)
    guard reference.kind == .action else { return feed + actions.map { Reference(.action, $0) } }
    let undoing = try ids(
      "select id from \"scout.platinum_agent_action_ledger\" where rollback_ref = ?1 order by ts, id", [reference.id])
    let jobs = try ids(
      """
      select json_extract(p.payload, '$.result.sku_job') from "scout.ledger_entries" e
      join "scout.ledger_payloads" p on p.sequence = e.sequence where e.action_id = ?1 and e.kind = 'succeeded'
      """, [reference.id])
    return feed + (actions + undoing).map { Reference(.action, $0) } + jobs.map { Reference(.skuJob, $0) }
  }

  private func named(_ sql: String, _ parameters: [String]) throws -> [Reference] {
    try ids(sql, parameters).compactMap { Reference($0) }
  }

  private func ids(_ sql: String, _ parameters: [String]) throws -> [String] {
    try connection.rows(sql, parameters.map { .text($0) }).compactMap { $0[0].text }
  }
}
