import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// Reads time that only moves forward, from any origin; not the time of day.
public struct Stopwatch: Sendable {
  public var elapsed: @Sendable () -> Duration

  public init(elapsed: @escaping @Sendable () -> Duration) { self.elapsed = elapsed }

  /// The system's.
  public static let system: Stopwatch = {
    let start = ContinuousClock.now
    return Stopwatch { ContinuousClock.now - start }
  }()
}

extension Connection {
  /// Whether this connection refuses to write at the moment.
  var isReadOnly: Bool { get throws { try value("pragma query_only").integer == 1 } }

  /// Runs `body` so that nothing in it can write, not even a function that a query calls.
  func withoutWriting<Value>(_ body: () throws -> Value) throws -> Value {
    try run("pragma query_only = 1")
    defer { try? run("pragma query_only = 0") }
    return try body()
  }

  /// Runs `body` and ends the statement in it that is running when the time is over.
  ///
  /// The check happens every thousand steps of SQLite's machine; a single call of a function is not interrupted.
  ///
  /// - Throws: ``SQLError`` 57014 when the time is over.
  /// - SeeAlso: <https://sqlite.org/c3ref/progress_handler.html>
  func withTimeLimit<Value>(_ limit: Duration, _ stopwatch: Stopwatch, _ body: () throws -> Value) throws -> Value {
    let deadline = Deadline(limit: limit, stopwatch: stopwatch)
    return try withExtendedLifetime(deadline) {
      sqlite3_progress_handler(
        handle, 1000,
        { context in
          guard let context else { return 0 }
          return Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue().isOver() ? 1 : 0
        }, Unmanaged.passUnretained(deadline).toOpaque())
      defer { sqlite3_progress_handler(handle, 0, nil, nil) }
      do {
        return try body()
      } catch let error as SQLError where error.state == .queryCanceled && deadline.wasReached {
        throw SQLError(
          .queryCanceled, "canceling statement due to statement timeout",
          detail: "The query was still running after \(limit.components.seconds) seconds.",
          hint: "Let the query read less, for example with a condition on time.")
      }
    }
  }
}

/// Whether a statement's time is over; asked by SQLite while it runs.
private final class Deadline {
  private let end: Duration
  private let stopwatch: Stopwatch
  private(set) var wasReached = false

  init(limit: Duration, stopwatch: Stopwatch) {
    self.stopwatch = stopwatch
    end = stopwatch.elapsed() + limit
  }

  func isOver() -> Bool {
    if stopwatch.elapsed() > end { wasReached = true }
    return wasReached
  }
}
