extension Migrations {
  /// What retention dropped, as far as later deliveries have to know it.
  ///
  /// - `engine.retention`: one row per layer, bronze or silver; rows of a day before `before` (days since 1970-01-01)
  ///   are gone: of bronze by the day of ingestion, of silver by the business date.
  /// - `engine.dropped_transactions`: one row per transaction that silver had.
  /// - `engine.dropped_payloads`: one row per content that bronze had; the same content again is a duplicate still.
  @Sendable static func createRetentionTables(_ connection: Connection) throws {
    for sql in [
      "create table \"engine.retention\" (layer text primary key, before integer not null) strict",
      """
      create table "engine.dropped_transactions" (
        transaction_id text primary key, business_date integer not null
      ) strict, without rowid
      """,
      "create table \"engine.dropped_payloads\" (payload_hash text primary key) strict, without rowid",
    ] {
      try connection.run(sql)
    }
  }
}
