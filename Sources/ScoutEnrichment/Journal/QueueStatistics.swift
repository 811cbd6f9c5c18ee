import PostgresDialect
import ScoutStorage

/// The queue as the file has it, over all processes.
public struct QueueStatistics: Hashable, Sendable {
  public var counts: [JobState: Int] = [:]
  /// Queued jobs whose time has come.
  public var due = 0
  /// How long the job that has been due longest has waited.
  public var oldestAge: Duration?
  /// Running jobs whose lease has ended.
  public var stuck = 0
  /// Jobs that ended within the last hour: with success, and without.
  public var succeededLastHour = 0
  public var failedLastHour = 0
  /// How often a successful job of the last day was tried, on average.
  public var meanAttempts: Double?
  /// From start to end of the successful jobs of the last day: half of them took no longer, and 95 in 100.
  public var medianRun: Duration?
  public var percentile95Run: Duration?
  /// Of the same jobs: from being due to the start, and from start to end.
  public var waits = LatencyHistogram()
  public var runs = LatencyHistogram()
  /// Waiting jobs by kind.
  public var kinds: [JobKind: Int] = [:]
}

extension JobQueue {
  /// Counts the jobs of the file.
  public static func statistics(_ connection: Connection) throws -> QueueStatistics {
    let now = connection.now
    var result = QueueStatistics()
    for row in try connection.rows("select status, count(*) from \"deep_research.sku_jobs\" group by status") {
      if let state = row[0].text.flatMap(JobState.init) { result.counts[state] = Int(row[1].integer ?? 0) }
    }
    let due = try connection.rows(
      "select count(*), min(scheduled_for) from \"deep_research.sku_jobs\" where status = 'queued' and scheduled_for <= ?1",
      [.time(now)])
    result.due = Int(due[0][0].integer ?? 0)
    result.oldestAge = due[0][1].integer.map { .microseconds(now.microseconds - $0) }
    result.stuck = Int(
      try connection.value(
        """
        select count(*) from "deep_research.sku_jobs" j join "engine.sku_job_control" c on c.job_id = j.id
        where j.status = 'running' and c.lease_end <= ?1
        """, [.time(now)]
      ).integer ?? 0)
    let ended = try connection.rows(
      """
      select count(*) filter (where status = 'success'), count(*) filter (where status in ('failed', 'dead'))
      from "deep_research.sku_jobs" where finished_at > ?1
      """, [.time(now.adding(minutes: -60))])
    result.succeededLastHour = Int(ended[0][0].integer ?? 0)
    result.failedLastHour = Int(ended[0][1].integer ?? 0)
    let runs = try connection.rows(
      """
      select finished_at - started_at, attempts, started_at - scheduled_for from "deep_research.sku_jobs"
      where status = 'success' and finished_at > ?1 and started_at is not null
      order by finished_at desc limit 100000
      """, [.time(now.adding(minutes: -1440))])
    let times = runs.compactMap { $0[0].integer }.sorted()
    for row in runs {
      result.runs.add(row[0].integer ?? 0)
      result.waits.add(row[2].integer ?? 0)
    }
    if !times.isEmpty {
      result.medianRun = .microseconds(times[(times.count - 1) / 2])
      result.percentile95Run = .microseconds(times[(times.count * 95 + 99) / 100 - 1])
      result.meanAttempts = Double(runs.reduce(0) { $0 + ($1[1].integer ?? 0) }) / Double(runs.count)
    }
    for row in try connection.rows(
      "select task_type, count(*) from \"deep_research.sku_jobs\" where status = 'queued' group by task_type")
    {
      result.kinds[JobKind(rawValue: row[0].text ?? "")] = Int(row[1].integer ?? 0)
    }
    return result
  }

  /// Jobs, the newest first.
  ///
  /// - Parameters:
  ///   - states: Only those; empty: all.
  ///   - limit: At most so many.
  public static func jobs(_ connection: Connection, states: Set<JobState> = [], limit: Int = 50) throws -> [StoredJob] {
    let list = "," + states.map(\.rawValue).sorted().joined(separator: ",") + ","
    return try JournalReading.jobs(
      connection, where: "where ?1 = ',,' or instr(?1, ',' || j.status || ',') > 0 order by j.rowid desc limit ?2",
      [.text(list), .number(limit)])
  }

  public static func job(_ id: JobID, on connection: Connection) throws -> StoredJob? {
    try JournalReading.jobs(connection, where: "where j.id = ?1", [.id(id)]).first
  }
}
