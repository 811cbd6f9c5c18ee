extension Migrations {
  /// The action ledger's entries, what they say, and the tree over them.
  ///
  /// Entries are only added: triggers refuse everything else, so that no statement, and no slip in another SQLite tool,
  /// changes one. `insert or replace` deletes without firing delete triggers, hence the one on insert.
  @Sendable static func createLedgerTables(_ connection: Connection) throws {
    try connection.execute(
      """
      create table scout.ledger_entries (
        sequence bigint primary key,
        action_id uuid not null,
        kind text not null,
        recorded_at timestamptz not null,
        actor text not null,
        policy_hash bytea not null,
        payload_hash bytea not null,
        previous_hash bytea not null,
        entry_hash bytea not null
      );
      create index ledger_entries_action on scout.ledger_entries (action_id, sequence);
      create index ledger_entries_kind on scout.ledger_entries (kind, recorded_at);
      create table scout.ledger_payloads (
        sequence bigint primary key,
        salt bytea not null,
        payload jsonb not null
      );
      """)
    for sql in [
      """
      create table "engine.ledger_nodes" (
        level integer not null, number integer not null, hash blob not null, primary key (level, number)
      ) strict, without rowid
      """,
      """
      create table "engine.ledger_state" (
        id integer primary key check (id = 1), size integer not null, frontier blob not null, last_hash blob not null
      ) strict
      """,
      """
      create table "engine.action_keys" (
        key text primary key, action_id text not null, fingerprint text not null
      ) strict, without rowid
      """,
    ] {
      try connection.run(sql)
    }
    for seal in ledgerSeals { try connection.run(seal.sql) }
  }

  /// The triggers that refuse everything but adding.
  package static let ledgerSeals: [(name: String, sql: String)] = [
    ("scout.ledger_entries", ["update", "delete"]), ("scout.ledger_payloads", ["update"]),
  ].flatMap { table, verbs in
    let refusal = "select raise(abort, 'the ledger is append-only')"
    let changes = verbs.map { verb in
      (
        name: "\(table).no_\(verb)",
        sql: "create trigger \"\(table).no_\(verb)\" before \(verb) on \"\(table)\" begin \(refusal); end"
      )
    }
    let replacement = (
      name: "\(table).no_replace",
      sql: """
      create trigger "\(table).no_replace" before insert on "\(table)"
      when exists (select 1 from "\(table)" where sequence = new.sequence) begin \(refusal); end
      """
    )
    return changes + [replacement]
  }
}
