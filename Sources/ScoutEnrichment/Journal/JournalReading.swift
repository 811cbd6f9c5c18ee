import PostgresDialect
import ScoutStorage

/// A job as the journal has it, with what a person asks about.
public struct StoredJob: Hashable, Sendable {
  public var record: JobRecord
  public var startedAt: Timestamp?
  public var finishedAt: Timestamp?
  /// The process that runs it.
  public var worker: String?
  /// The job's place in the order of arrival.
  var row: Int64
}

/// Reads jobs.
enum JournalReading {
  private static let columns = """
    select j.id, j.task_type, j.task_payload, j.priority, j.created_at, j.scheduled_for, j.status, j.attempts,
      coalesce(c.max_attempts, 5), c.deadline, c.lane, c.unique_key, c.lease_end, j.last_error, j.started_at,
      j.finished_at, c.worker, j.rowid
    from "deep_research.sku_jobs" j left join "engine.sku_job_control" c on c.job_id = j.id

    """

  /// The jobs that satisfy a condition, which is followed by an order and a limit.
  static func jobs(_ connection: Connection, where tail: String, _ values: [SQLValue] = []) throws -> [StoredJob] {
    try connection.rows(columns + tail, values).compactMap(job)
  }

  /// The jobs that wait or run.
  static func activeCount(_ connection: Connection) throws -> Int64 {
    try connection.value("select count(*) from \"deep_research.sku_jobs\" where status in ('queued', 'running')")
      .integer ?? 0
  }

  private static func job(_ row: [SQLValue]) -> StoredJob? {
    func time(_ index: Int) -> Timestamp? { row[index].integer.map(Timestamp.init(microseconds:)) }
    // A status that somebody made up is not a job's.
    guard let id = row[0].text.flatMap(JobID.init), let state = row[6].text.flatMap(JobState.init(rawValue:)) else {
      return nil
    }
    return StoredJob(
      record: JobRecord(
        id: id, kind: JobKind(rawValue: row[1].text ?? ""), payload: row[2].text ?? "",
        priority: Int(row[3].integer ?? 100), createdAt: time(4) ?? Timestamp(microseconds: 0),
        scheduledFor: time(5) ?? Timestamp(microseconds: 0), state: state, attempts: Int(row[7].integer ?? 0),
        maximumAttempts: Int(row[8].integer ?? 5), deadline: time(9), lane: row[10].text, uniqueKey: row[11].text,
        leaseEnd: time(12), lastError: row[13].text),
      startedAt: time(14), finishedAt: time(15), worker: row[16].text, row: row[17].integer ?? 0)
  }
}
