import ScoutStorage

/// A change of a sensitive table.
public struct AuditEntry: Hashable, Sendable {
  public var id: String
  public var time: Timestamp
  /// The role under which the change was made.
  public var role: String?
  /// INSERT, UPDATE or DELETE.
  public var action: String
  /// The relation without its schema; `roles`, `role_members` and `grants` for rights.
  public var objectType: String
  /// The row's key; for a grant, who got it.
  public var objectID: String?
  /// The row as JSON before and after; nil where there was none.
  public var oldValues: String?
  public var newValues: String?
  /// For an update the fields that differ, `threshold: 1 → 2; …`; else nil.
  public var changes: String?
}

/// Which entries of the audit log.
public struct AuditQuery: Hashable, Sendable {
  public var objectType: String?
  public var objectID: String?
  public var role: String?
  public var since: Timestamp?
  /// Only older ones than the entry at this place.
  public var before: FeedCursor?
  /// 1 to 1000.
  public var limit = 50

  public init() {}
}

extension Scout {
  /// Entries of the audit log, the newest first.
  public func auditLog(_ query: AuditQuery = AuditQuery()) throws -> [AuditEntry] {
    try database.read { connection in
      try connection.rows(
        Self.auditEntries,
        [
          .integer(Int64(Swift.min(Swift.max(query.limit, 1), 1000))), SQLValue(query.objectType),
          SQLValue(query.objectID), SQLValue(query.role), SQLValue(query.since?.microseconds),
          SQLValue(query.before?.createdAt.microseconds), SQLValue(query.before?.id),
        ]
      ).map { row in
        AuditEntry(
          id: row[0].text ?? "", time: Timestamp(microseconds: row[1].integer ?? 0), role: row[2].text,
          action: row[3].text ?? "", objectType: row[4].text ?? "", objectID: row[5].text, oldValues: row[6].text,
          newValues: row[7].text, changes: row[8].text)
      }
    }
  }

  /// One row per entry. Parameters: limit, kind of object, its key, role, since, and the place to go on from.
  private static let auditEntries = """
    select a.id, a.ts, a.role, a.action, a.object_type, a.object_id, a.old_values, a.new_values,
      case when a.action = 'UPDATE' then (
        select group_concat(n.key || ': ' || coalesce(o.value, '∅') || ' → ' || coalesce(n.value, '∅'), '; ')
        from json_each(a.new_values) n
        left join json_each(a.old_values) o on o.key = n.key
        where o.value is not n.value
      ) end
    from "scout.audit_log" a
    where (?2 is null or a.object_type = ?2) and (?3 is null or a.object_id = ?3) and (?4 is null or a.role = ?4)
      and (?5 is null or a.ts >= ?5) and (?6 is null or (a.ts, a.id) < (?6, ?7))
    order by a.ts desc, a.id desc
    limit ?1
    """
}
