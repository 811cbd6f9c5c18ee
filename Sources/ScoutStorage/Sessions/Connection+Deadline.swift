import GRDBSQLite
import PostgresDialect

extension Connection {
  /// Runs `body`, and lets SQLite give up after so long: 57014.
  ///
  /// The time is looked at every thousand steps of SQLite's machine; a single long function call is not cut short.
  func withDeadline<Value>(_ limit: Duration?, _ body: () throws -> Value) rethrows -> Value {
    guard let limit else { return try body() }
    session.deadline = ContinuousClock.now.advanced(by: limit)
    session.isTimedOut = false
    sqlite3_progress_handler(
      handle, 1000,
      { pointer in
        guard let pointer else { return 0 }
        let session = Unmanaged<SessionState>.fromOpaque(pointer).takeUnretainedValue()
        guard let deadline = session.deadline, ContinuousClock.now >= deadline else { return 0 }
        session.isTimedOut = true
        return 1
      }, Unmanaged.passUnretained(session).toOpaque())
    defer {
      sqlite3_progress_handler(handle, 0, nil, nil)
      session.deadline = nil
    }
    return try body()
  }
}
