import ScoutStorage

/// What is wrong with a database, and what to do about it.
public struct DoctorFinding: Hashable, Sendable, CustomStringConvertible {
  public var check: String
  public var problem: String
  public var advice: String

  public var description: String { "\(check): \(problem); \(advice)" }
}

extension Scout {
  /// Examines the file: SQLite's own check, foreign keys, catalog against tables, ledger, queue, sweeps, log.
  ///
  /// - Returns: Nothing for a healthy database.
  public func doctor(path: String?) throws -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    func find(_ check: String, _ problem: String, _ advice: String) {
      findings.append(DoctorFinding(check: check, problem: problem, advice: advice))
    }
    try database.read { connection in
      for row in try connection.rows("pragma integrity_check(10)") where row[0].text != "ok" {
        find("integrity", row[0].text ?? "damaged", "restore the last backup: scout restore")
      }
      for row in try connection.rows("select \"table\", count(*) from pragma_foreign_key_check group by 1") {
        find(
          "foreign keys", "\(row[1].integer ?? 0) rows of \(row[0].text ?? "") refer to rows that are not there",
          "delete or correct them")
      }
      for row in try connection.rows(
        """
        select r.schema || '.' || r.name from "engine.relations" r
        where r.kind <> 'view'
          and not exists (select 1 from sqlite_schema s where s.type = 'table' and s.name = r.schema || '.' || r.name)
        """)
      {
        find("catalog", "the table of \(row[0].text ?? "") is missing", "restore the last backup: scout restore")
      }
      for row in try connection.rows(
        """
        select r.schema || '.' || r.name, c.name from "engine.relations" r
        join "engine.columns" c on c.schema = r.schema and c.relation = r.name
        join sqlite_schema s on s.type = 'table' and s.name = r.schema || '.' || r.name
        where r.kind <> 'view'
          and not exists (select 1 from pragma_table_xinfo(r.schema || '.' || r.name) p where p.name = c.name)
        """)
      {
        find(
          "catalog", "the column \(row[1].text ?? "") of \(row[0].text ?? "") is missing in its table",
          "restore the last backup: scout restore")
      }
      let orphans = try connection.value(
        """
        select count(*) from "engine.sku_job_control" c
        where not exists (select 1 from "deep_research.sku_jobs" j where j.id = c.job_id)
        """
      ).integer
      if let orphans, orphans > 0 {
        find("queue", "\(orphans) journal rows belong to no job", "run: scout queue reset-stuck --older-than 1h")
      }
      let hour: Int64 = 3_600_000_000
      let stuck = try connection.value(
        "select count(*) from \"deep_research.sku_jobs\" where status = 'running' and started_at < ?1",
        [.integer(connection.now.microseconds - hour)]
      ).integer
      if let stuck, stuck > 0 {
        find("queue", "\(stuck) jobs run for more than an hour", "run: scout queue reset-stuck --older-than 1h")
      }
    }
    if try !isBare() {
      for problem in try verifyLedger().problems {
        find("ledger", "\(problem)", "compare with the last checkpoint: scout ledger verify --checkpoint FILE")
      }
    }
    if let path, let bytes = FileStatus.size(path + "-wal"), bytes > 512 << 20 {
      find(
        "log", "the write-ahead log has \(bytes >> 20) MB", "close readers that never end; the next write shortens it")
    }
    return findings
  }
}
