import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// The journal's statements in SQLite's SQL, prepared once per batch.
///
/// Every UPDATE names the state, and where an attempt is concerned the attempt, from which it starts: it changes no row
/// when another process, or a person with an SQL statement, came first.
///
/// What production's table has no column for is in `engine.sku_job_control`: a row per job that has a limit, a lane, a
/// key, a deadline or a lease.
final class JournalStatements {
  private let connection: Connection
  private var prepared: [String: PreparedStatement] = [:]

  init(_ connection: Connection) throws { self.connection = connection }

  static let insertJob = """
    insert into "deep_research.sku_jobs"
      (id, created_at, scheduled_for, status, priority, task_type, task_payload, attempts)
    values (?1, ?2, ?3, 'queued', ?4, ?5, ?6, 0)
    """
  /// Source: <https://sqlite.org/lang_upsert.html>
  static let insertControl = """
    insert into "engine.sku_job_control" (job_id, max_attempts, lane, unique_key, deadline) values (?1, ?2, ?3, ?4, ?5)
    """
  static let obstacle = """
    select j.id from "engine.sku_job_control" c join "deep_research.sku_jobs" j on j.id = c.job_id
    where c.unique_key = ?1 and instr(?2, ',' || j.status || ',') > 0 and (?3 is null or j.created_at > ?3) and j.id <> ?4
    limit 1
    """
  static let claimJob = """
    update "deep_research.sku_jobs" set status = 'running', started_at = ?3, finished_at = null, attempts = ?2
    where id = ?1 and status = 'queued' and attempts = ?2 - 1
    """
  static let claimControl = """
    insert into "engine.sku_job_control" (job_id, max_attempts, lease_end, worker) values (?1, 5, ?2, ?3)
    on conflict (job_id) do update set lease_end = ?2, worker = ?3
    returning max_attempts
    """
  static let succeed = """
    update "deep_research.sku_jobs" set status = 'success', finished_at = ?3
    where id = ?1 and status = 'running' and attempts = ?2
    """
  static let retry = """
    update "deep_research.sku_jobs"
    set status = 'queued', started_at = null, scheduled_for = ?3, last_error = coalesce(?4, last_error)
    where id = ?1 and status = 'running' and attempts = ?2
    """
  static let finish = """
    update "deep_research.sku_jobs" set status = ?4, finished_at = ?3, last_error = ?5
    where id = ?1 and status = 'running' and attempts = ?2
    """
  static let raiseMaximum = """
    insert into "engine.sku_job_control" (job_id, max_attempts) values (?1, 6)
    on conflict (job_id) do update set max_attempts = max_attempts + 1
    """
  static let release = """
    update "engine.sku_job_control" set lease_end = null, worker = null where job_id = ?1
    """
  static let heartbeat = """
    update "engine.sku_job_control" set lease_end = ?3
    where job_id = ?1
      and exists (select 1 from "deep_research.sku_jobs" where id = ?1 and status = 'running' and attempts = ?2)
    """
  static let cancel = """
    update "deep_research.sku_jobs" set status = 'cancelled', finished_at = ?2, last_error = ?3
    where id = ?1 and status in ('queued', 'running')
    """
  static let overdue = """
    update "deep_research.sku_jobs" set status = 'failed', finished_at = ?2, last_error = ?3
    where id = ?1 and status = 'queued'
    """
  static let requeue = """
    update "deep_research.sku_jobs" set status = 'queued', scheduled_for = ?2, started_at = null, finished_at = null
    where id = ?1 and status in ('failed', 'dead', 'cancelled', 'queued')
    """
  static let renewControl = """
    insert into "engine.sku_job_control" (job_id, max_attempts)
      select id, attempts + ?2 from "deep_research.sku_jobs" where id = ?1
    on conflict (job_id) do update set max_attempts = excluded.max_attempts,
      deadline = case when deadline > ?3 then deadline end, lease_end = null, worker = null
    """
  static let uniqueKey = "select unique_key from \"engine.sku_job_control\" where job_id = ?1"
  static let status = "select status from \"deep_research.sku_jobs\" where id = ?1"

  /// Writes one entry.
  func write(_ entry: JournalEntry) throws -> JournalEntry.Outcome {
    switch entry {
    case .insert(let record, let uniqueness): return try insert(record, uniqueness)
    case .claim(let id, let attempt, let leaseEnd, let worker, let now):
      guard try run(Self.claimJob, [.id(id), .number(attempt), .time(now)]) else { return .refused(.leaseLost(id)) }
      let maximum = try first(Self.claimControl, [.id(id), .time(leaseEnd), .text(worker)])?.integer
      return .claimed(maximumAttempts: Int(maximum ?? 5))
    case .end(let id, let attempt, let ending, let now, let write):
      return try end(id, attempt, ending, now, write)
    case .heartbeat(let id, let attempt, let leaseEnd):
      return try run(Self.heartbeat, [.id(id), .number(attempt), .time(leaseEnd)]) ? .done : .refused(.leaseLost(id))
    case .cancel(let id, let reason, let now):
      guard try run(Self.cancel, [.id(id), .time(now), .text(reason)]) else { return .refused(try whyNot(id)) }
      try run(Self.release, [.id(id)])
      return .done
    case .requeue(let id, let attempts, let now): return try requeue(id, attempts, now)
    case .overdue(let id, let now):
      let reason = "the deadline passed before the job could start"
      return try run(Self.overdue, [.id(id), .time(now), .text(reason)]) ? .done : .refused(.leaseLost(id))
    }
  }

  private func insert(_ record: JobRecord, _ uniqueness: Uniqueness?) throws -> JournalEntry.Outcome {
    if let uniqueness, let other = try obstacle(uniqueness, record.createdAt, except: record.id) {
      return .refused(.duplicate(of: other))
    }
    try run(
      Self.insertJob,
      [
        .id(record.id), .time(record.createdAt), .time(record.scheduledFor), .number(record.priority),
        .text(record.kind.rawValue), .text(record.payload),
      ])
    if record.maximumAttempts != 5 || record.lane != nil || uniqueness != nil || record.deadline != nil {
      try run(
        Self.insertControl,
        [
          .id(record.id), .number(record.maximumAttempts), SQLValue(record.lane), SQLValue(uniqueness?.key),
          SQLValue(record.deadline?.microseconds),
        ])
    }
    return .done
  }

  private func obstacle(_ uniqueness: Uniqueness, _ now: Timestamp, except id: JobID) throws -> JobID? {
    let states = "," + uniqueness.states.map(\.rawValue).sorted().joined(separator: ",") + ","
    let after = uniqueness.window.map { now.advanced(byMicroseconds: -$0).microseconds }
    return try first(Self.obstacle, [.text(uniqueness.key), .text(states), SQLValue(after), .id(id)])?.text
      .flatMap(JobID.init)
  }

  private func end(
    _ id: JobID, _ attempt: Int, _ ending: JournalEntry.Ending, _ now: Timestamp,
    _ write: ((Connection) throws -> Void)?
  ) throws -> JournalEntry.Outcome {
    let (sql, values): (String, [SQLValue]) =
      switch ending {
      case .success: (Self.succeed, [.time(now)])
      case .retry(let due, let error): (Self.retry, [.time(due), SQLValue(error)])
      case .snooze(let due): (Self.retry, [.time(due), .null])
      case .final(let state, let error): (Self.finish, [.time(now), .text(state.rawValue), .text(error)])
      }
    if let write {
      // The results of one job must not take the other jobs of the batch down with them.
      try connection.run("savepoint job_results")
      do {
        guard try run(sql, [.id(id), .number(attempt)] + values) else {
          try connection.run("release job_results")
          return .refused(.leaseLost(id))
        }
        try write(connection)
        try run(Self.release, [.id(id)])
        try connection.run("release job_results")
        return .done
      } catch {
        try connection.run("rollback to job_results")
        try connection.run("release job_results")
        return .failed("\(error)")
      }
    }
    guard try run(sql, [.id(id), .number(attempt)] + values) else { return .refused(.leaseLost(id)) }
    if case .snooze = ending { try run(Self.raiseMaximum, [.id(id)]) }
    try run(Self.release, [.id(id)])
    return .done
  }

  private func requeue(_ id: JobID, _ attempts: Int, _ now: Timestamp) throws -> JournalEntry.Outcome {
    let isFinal = try state(id)?.isFinal ?? false
    if isFinal, let key = try first(Self.uniqueKey, [.id(id)])?.text,
      let other = try obstacle(Uniqueness(key: key), now, except: id)
    {
      return .refused(.duplicate(of: other))
    }
    guard try run(Self.requeue, [.id(id), .time(now)]) else { return .refused(try whyNot(id)) }
    // A job that waits only becomes due: the process that has it in memory knows its attempts.
    if isFinal { try run(Self.renewControl, [.id(id), .number(max(attempts, 1)), .time(now)]) }
    return .done
  }

  private func state(_ id: JobID) throws -> JobState? {
    try first(Self.status, [.id(id)])?.text.flatMap(JobState.init)
  }

  private func whyNot(_ id: JobID) throws -> QueueRefusal {
    try state(id).map { .wrongState(id, $0) } ?? .unknownJob(id)
  }

  // MARK: Running

  private func statement(_ sql: String) throws -> PreparedStatement {
    if let known = prepared[sql] { return known }
    let statement = try connection.prepare(sql)
    prepared[sql] = statement
    return statement
  }

  /// - Returns: Whether a row was changed.
  @discardableResult
  private func run(_ sql: String, _ values: [SQLValue]) throws -> Bool {
    let statement = try statement(sql)
    statement.bind(values)
    try statement.runOnce()
    return connection.changedRowCount > 0
  }

  private func first(_ sql: String, _ values: [SQLValue]) throws -> SQLValue? {
    let statement = try statement(sql)
    statement.bind(values)
    defer { sqlite3_reset(statement.handle) }
    return try statement.step() ? statement.row.first : nil
  }
}

extension SQLValue {
  static func id(_ id: JobID) -> SQLValue { .text(id.description) }
  static func number(_ number: Int) -> SQLValue { .integer(Int64(number)) }
  static func time(_ time: Timestamp) -> SQLValue { SQLValue(time) }
}
