import PostgresDialect

/// The triggers that wait for the end of their statement, and how rows are to be treated meanwhile.
final class TriggerState {
  /// A row that was written.
  struct Event {
    var trigger: Int64
    var relation: String
    var operation: TriggerOperation
    var old: [SQLValue]?
    var new: [SQLValue]?
  }

  /// A row that a statement would write, kept from it so that BEFORE triggers see it first.
  struct Candidate {
    var operation: TriggerOperation
    var rowID: SQLValue
    var old: [SQLValue]?
    var new: [SQLValue]?
  }

  /// One statement under way.
  struct Level {
    var events: [Event] = []
    /// The relations and operations whose BEFORE statement triggers have run: they do so once in a command.
    var started: Set<String> = []
    /// The relation and operations whose rows are collected and not written.
    var relation = ""
    var collected: Set<TriggerOperation> = []
    var candidates: [Candidate] = []
    /// The operation that writes rows whose BEFORE triggers have run.
    var applied: TriggerOperation?
  }

  var levels: [Level] = []
  /// What was written by the engine outside of any statement of SQL.
  var rest: [Event] = []
}

extension FunctionRegistrar {
  func registerTriggers() {
    // Relation, operation, row number, then the old and the new row.
    scalar("pg_before_row", -1, isStrict: false, isPure: false) { call throws(SQLError) in
      let state = call.session.triggers
      guard let operation = TriggerOperation(rawValue: call.text(1)) else { return call.result(false) }
      let relation = call.text(0)
      let (old, new) = rows(call, operation, from: 3)
      if let level = state.levels.last, level.relation == relation {
        if level.collected.contains(operation) {
          state.levels[state.levels.count - 1].candidates.append(
            TriggerState.Candidate(operation: operation, rowID: call.value(2), old: old, new: new))
          return call.result(true)
        }
        if level.applied == operation { return call.result(false) }
      }
      // A row of a cascade, a MERGE or of the engine's own: its triggers run now.
      let outcome = try onConnection(call) { connection in
        try connection.fireBefore(relation, operation, old: old, new: new, changed: nil)
      }
      guard let outcome else { return call.result(true) }
      if operation != .delete, outcome != new {
        throw SQLError(
          .featureNotSupported, "a BEFORE trigger that changes the row is not supported for this statement",
          hint: "Use INSERT, UPDATE or DELETE on the table itself.")
      }
      call.result(false)
    }
    scalar("pg_after_row", -1, isStrict: false, isPure: false) { call throws(SQLError) in
      guard let operation = TriggerOperation(rawValue: call.text(2)) else { return }
      let (old, new) = rows(call, operation, from: 4)
      let event = TriggerState.Event(
        trigger: call.integer(0), relation: call.text(1), operation: operation, old: old, new: new)
      let state = call.session.triggers
      if state.levels.isEmpty {
        state.rest.append(event)
      } else {
        state.levels[state.levels.count - 1].events.append(event)
      }
      call.resultNull()
    }
  }

  func rows(_ call: FunctionContext, _ operation: TriggerOperation, from start: Int)
    -> (old: [SQLValue]?, new: [SQLValue]?)
  {
    let cells = (start..<call.count).map(call.value)
    switch operation {
    case .insert: return (nil, cells)
    case .delete: return (cells, nil)
    default: return (Array(cells[..<(cells.count / 2)]), Array(cells[(cells.count / 2)...]))
    }
  }

  /// Runs `body` with the connection of the statement around the call.
  func onConnection<Value>(_ call: FunctionContext, _ body: (Connection) throws -> Value) throws(SQLError) -> Value {
    guard let database = call.session.database?() else {
      throw SQLError(.internalError, "the database is closed")
    }
    do {
      return try body(Connection(handle: handle, session: call.session, database: database))
    } catch let error as SQLError {
      throw error
    } catch {
      throw SQLError(.internalError, "\(error)")
    }
  }
}
