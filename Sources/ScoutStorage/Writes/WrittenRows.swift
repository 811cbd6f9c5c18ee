import GRDBSQLite
import PostgresDialect

/// The rows that a command has written so far, by table and SQLite's number of the row.
///
/// PostgreSQL knows from a row's version that the running command made it; SQLite has no versions, so its update hook
/// reports what is written. Kept only for commands that may meet a row twice: it costs a set entry for each row.
final class WrittenRows {
  private var rows: [String: Set<Int64>] = [:]

  func contains(_ row: Int64, of table: String) -> Bool { rows[table]?.contains(row) == true }

  func insert(_ row: Int64, of table: String) { rows[table, default: []].insert(row) }
}

extension Connection {
  /// Runs `body` with the rows that it writes being remembered.
  ///
  /// A statement inside a command that remembers its rows already, such as one of its steps, adds to them.
  func trackingRows<Value>(_ body: () throws -> Value) rethrows -> Value {
    guard session.writtenRows == nil else { return try body() }
    session.writtenRows = WrittenRows()
    session.trackingDepth += 1
    if session.trackingDepth == 1 {
      let state = Unmanaged.passUnretained(session).toOpaque()
      sqlite3_update_hook(
        handle,
        { state, _, _, table, row in
          guard let state, let table else { return }
          let session = Unmanaged<SessionState>.fromOpaque(state).takeUnretainedValue()
          session.writtenRows?.insert(row, of: String(cString: table))
        }, state)
    }
    defer {
      session.writtenRows = nil
      session.trackingDepth -= 1
      if session.trackingDepth == 0 { sqlite3_update_hook(handle, nil, nil) }
    }
    return try body()
  }

  /// Runs a statement that a function or a trigger runs inside of a command: its rows are not the command's.
  func withoutTracking<Value>(_ body: () throws -> Value) rethrows -> Value {
    guard let outer = session.writtenRows else { return try body() }
    session.writtenRows = nil
    defer { session.writtenRows = outer }
    return try body()
  }
}

extension FunctionRegistrar {
  func registerWrites() {
    // Table, row number, command: an error when the command has written the row before.
    scalar("pg_write_once", 3, isStrict: false, isPure: false) { call throws(SQLError) in
      if call.session.writtenRows?.contains(call.integer(1), of: call.text(0)) == true {
        throw .writtenTwice(call.text(2))
      }
      call.result(true)
    }
    // A value for an identity column, its name, its table's name.
    scalar("pg_not_null", 3, isStrict: false) { call throws(SQLError) in
      guard !call.isNull(0) else {
        throw SQLError(
          .notNullViolation,
          "null value in column \"\(call.text(1))\" of relation \"\(call.text(2))\" violates not-null constraint")
      }
      call.result(call.value(0))
    }
  }
}

extension SQLError {
  /// A command would change a row twice.
  static func writtenTwice(_ command: String) -> SQLError {
    SQLError(
      .cardinalityViolation, "\(command) command cannot affect row a second time",
      hint: command == "MERGE"
        ? "Ensure that not more than one source row matches any one target row."
        : "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.")
  }
}
