/// The ledger's statements, in SQLite's SQL.
enum LedgerSQL {
  /// Of the tree's inner nodes each fourth level is stored: a proof reads at most 15 rows for four levels, and the nodes
  /// are a fifteenth of the entries.
  static let storedLevels = 4

  static let insertEntry = """
    insert into "scout.ledger_entries" (
      sequence, action_id, kind, recorded_at, actor, policy_hash, payload_hash, previous_hash, entry_hash
    ) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    """
  static let insertPayload = """
    insert into "scout.ledger_payloads" (sequence, salt, payload) values (?1, ?2, ?3)
    """
  static let deletePayload = "delete from \"scout.ledger_payloads\" where sequence = ?1"
  static let insertNode = "insert into \"engine.ledger_nodes\" (level, number, hash) values (?1, ?2, ?3)"
  static let readLeaf = "select entry_hash from \"scout.ledger_entries\" where sequence = ?1"
  static let readNode = "select hash from \"engine.ledger_nodes\" where level = ?1 and number = ?2"
  static let readNodes = "select level, number, hash from \"engine.ledger_nodes\" order by level, number"
  static let readState = "select size, frontier, last_hash from \"engine.ledger_state\""
  static let writeState = """
    insert into "engine.ledger_state" (id, size, frontier, last_hash) values (1, ?1, ?2, ?3)
    on conflict (id) do update set size = excluded.size, frontier = excluded.frontier, last_hash = excluded.last_hash
    """
  private static let columns = """
    select
      e.sequence, e.action_id, e.kind, e.recorded_at, e.actor, e.policy_hash, e.payload_hash, e.previous_hash,
      e.entry_hash, p.salt, p.payload
    from "scout.ledger_entries" e
    left join "scout.ledger_payloads" p on p.sequence = e.sequence
    """
  static let readRecord = columns + " where e.sequence = ?1"
  static let readRecords =
    columns + " where e.sequence >= ?2 and (?1 is null or e.action_id = ?1) order by e.sequence limit ?3"
  static let readAll = columns + " order by e.sequence"
  static let readOrphans = """
    select p.sequence from "scout.ledger_payloads" p
    where not exists (select 1 from "scout.ledger_entries" e where e.sequence = p.sequence)
    order by p.sequence limit 1
    """

  /// The hashes of a blob that holds them one behind the other.
  static func hashes(in bytes: [UInt8]) -> [LedgerHash] {
    stride(from: 0, to: bytes.count, by: LedgerHash.byteCount).compactMap { start in
      LedgerHash(bytes: bytes[start..<Swift.min(start + LedgerHash.byteCount, bytes.count)])
    }
  }
}
