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
      """
      create index "engine.sku_job_control.deadline" on "engine.sku_job_control" (deadline) where deadline is not null
      """,
      """
      create table "engine.sku_identities" (
        brand_key text not null,
        sku_key text not null,
        sku_summary_id text not null references "deep_research.sku_summary" (id) on delete cascade,
        primary key (brand_key, sku_key)
      ) strict, without rowid
      """,
      """
      create index "engine.sku_identities.summary" on "engine.sku_identities" (sku_summary_id)
      """,
    ] {
      try connection.run(sql)
    }
    // Not production's: what each job saw of a SKU, from which the summary's price range follows.
    try connection.execute(
      """
      create table deep_research.sku_sightings (
        sku_summary_id uuid not null references deep_research.sku_summary(id) on delete cascade,
        job_id uuid not null,
        seen_at timestamptz not null,
        source text not null,
        price_min numeric,
        price_max numeric,
        currency text,
        source_url text,
        primary key (sku_summary_id, job_id)
      );
      create index sku_matches_summary on deep_research.sku_matches (sku_summary_id);
      """)
  }
}
