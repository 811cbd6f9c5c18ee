extension Migrations {
  /// What the job queue keeps beside production's columns of `deep_research.sku_jobs`.
  ///
  /// A table of the engine's own and not more columns, so that `select *` gives what it gives in production. A job that
  /// was enqueued by SQL has no row here and gets the defaults.
  @Sendable static func createQueueTables(_ connection: Connection) throws {
    for sql in [
      """
      create table "engine.sku_job_control" (
        job_id text primary key references "deep_research.sku_jobs" (id) on delete cascade,
        max_attempts integer not null default 5,
        lane text,
        unique_key text,
        deadline integer,
        lease_end integer,
        worker text
      ) strict, without rowid
      """,
      """
      create index "engine.sku_job_control.unique_key" on "engine.sku_job_control" (unique_key)
        where unique_key is not null
      """,
    ] {
      try connection.run(sql)
    }
  }
}
