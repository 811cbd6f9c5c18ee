import PostgresDialect
import ScoutStorage

/// Something that must be on the disk before it is acknowledged.
enum JournalEntry: Sendable {
  case insert(JobRecord, Uniqueness?)
  case claim(JobID, attempt: Int, leaseEnd: Timestamp, worker: String, at: Timestamp)
  /// The attempt is over. `write` stores its results in the same transaction: both happen, or neither.
  case end(JobID, attempt: Int, Ending, at: Timestamp, write: (@Sendable (Connection) throws -> Void)?)
  case heartbeat(JobID, attempt: Int, leaseEnd: Timestamp)
  case cancel(JobID, reason: String, at: Timestamp)
  case requeue(JobID, attempts: Int, at: Timestamp)
  /// A waiting job whose deadline has passed.
  case overdue(JobID, at: Timestamp)

  /// What an attempt, or a lease, ends with.
  enum Ending: Sendable {
    case success
    case retry(at: Timestamp, error: String?)
    case snooze(until: Timestamp)
    case final(JobState, error: String)
  }

  enum Outcome: Sendable {
    case done
    /// The claim, with what the file says by then: a person may have requeued the job since it was read.
    case claimed(maximumAttempts: Int)
    case refused(QueueRefusal)
    /// The results could not be stored; the rest of the batch is not affected.
    case failed(String)
  }
}

/// Writes batches of entries to `deep_research.sku_jobs`, each batch in one durable transaction.
///
/// An actor of its own, so that while one batch is on its way to the disk the queue collects the next.
actor Journal {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Writes the entries in their order.
  ///
  /// - Returns: One outcome for each, once all are on the disk.
  /// - Throws: ``SQLError`` when the batch as a whole could not be written; nothing of it is stored then.
  func commit(_ entries: [JournalEntry]) throws -> [JournalEntry.Outcome] {
    try database.write(isDurable: true) { connection in
      let statements = try JournalStatements(connection)
      return try entries.map { try statements.write($0) }
    }
  }
}
