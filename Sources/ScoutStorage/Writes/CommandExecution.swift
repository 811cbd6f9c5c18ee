import GRDBSQLite
import PostgresDialect

/// Commands that take more than one statement of SQLite's: MERGE, common tables that write, RETURNING as a query.
extension Connection {
  func compile(_ call: StatementCall) throws -> CompiledCommand {
    var compiler = try compiler(parameters: call.parameters.mapValues(\.type))
    compiler.step = call.environment
    return try compiler.compile(call.statement, sql: call.sql)
  }

  /// Runs a statement with the triggers of what it writes.
  func execute(_ call: StatementCall) throws -> QueryResult {
    let command = try compile(call)
    switch command {
    case .steps(let steps): return try run(steps, call)
    case .statement, .write, .definition, .transaction:
      if try database.catalog(self).triggers.isEmpty { return try run(command, call) }
      return try firingTriggers {
        try fireStart(of: call.statement)
        return try runFiring(command, call)
      }
    }
  }

  /// Runs a compiled statement, its triggers left out.
  func run(_ command: CompiledCommand, _ call: StatementCall) throws -> QueryResult {
    switch command {
    case .statement(let statement) where statement.tracksRows:
      return try trackingRows { try run(statement, call) }
    case .statement(let statement): return try run(statement, call)
    case .write(let write): return try run(write, call)
    case .steps:
      throw SQLError(.internalError, "a step of a command has steps", at: call.statement.range)
    case .definition:
      return try DefinitionExecutor(connection: self, statement: call.statement, sql: call.sql).run()
    case .transaction:
      throw SQLError(
        .featureNotSupported, "\(call.statement.commandName) is supported only in a session", at: call.statement.range)
    }
  }

  private func run(_ statement: CompiledStatement, _ call: StatementCall) throws -> QueryResult {
    try execute(statement, values: call.values, rowSets: call.rowSets, rowLimit: call.rowLimit)
  }

  private func run(_ write: CompiledWrite, _ call: StatementCall) throws -> QueryResult {
    var result: QueryResult
    switch write.source {
    case .statement(let statement):
      result = try execute(statement, values: call.values, rowSets: call.rowSets, rowLimit: .max)
    case .collected(let rows):
      let collected = try execute(rows.query, values: call.values, rowSets: call.rowSets, rowLimit: .max)
      let written = try RowWriter(self, write, rows.actions).write(collected.rows)
      result = QueryResult(
        columns: [], rows: written.rows, rowCount: written.count, tag: write.kind.tag(written.count), timeZone: timeZone
      )
    }
    guard let returning = write.returning else { return result }
    let rows = result.rows
    result.columns = returning.columns
    result.rows = []
    guard let width = rows.first?.count else { return result }
    var rowSets = call.rowSets
    rowSets[CompiledWrite.returnedRows] = try rowSet(rows, width: width)
    result.rows = try execute(returning, values: call.values, rowSets: rowSets, rowLimit: call.rowLimit).rows
    return result
  }

  private func rowSet(_ rows: [[SQLValue]], width: Int) throws -> SQLValue {
    guard width <= RowSet.maximumWidth else {
      throw SQLError(
        .featureNotSupported, "a common table that writes cannot have more than \(RowSet.maximumWidth) columns")
    }
    var set = RowSet(width: width)
    for row in rows { try set.appendChecked(row) }
    return .blob(set.bytes)
  }

  /// Runs the steps of a command; when one fails, none has happened.
  ///
  /// All of them see the tables as they were before. Foreign keys are checked when all are done, and AFTER triggers
  /// fire then.
  private func run(_ command: CommandSteps, _ call: StatementCall) throws -> QueryResult {
    try inSavepoint {
      try firingTriggers {
        try deferringForeignKeys {
          try trackingRows {
            let snapshots = try Snapshots(of: command, self)
            defer { snapshots.remove() }
            return try run(command, call, snapshots)
          }
        }
      }
    }
  }

  private func run(_ command: CommandSteps, _ call: StatementCall, _ snapshots: Snapshots) throws -> QueryResult {
    var result: QueryResult?
    var columns: [String: [ResultColumn]] = [:]
    var rowSets = call.rowSets
    let tracksRows = command.steps.count(where: \.writes) > 1
    for step in command.steps {
      var one = call
      one.statement = step.statement
      one.environment = step.environment(columns)
      one.environment.tracksRows = tracksRows
      one.environment.snapshots = try snapshots.changed(step.description.reads)
      one.environment.returningSnapshots = snapshots.all(step.description.returningReads)
      one.rowSets = rowSets
      if step.name != nil { one.rowLimit = .max }
      for statement in step.starts { try fireStart(of: statement) }
      let answer = try runFiring(compile(one), one)
      if let name = step.name {
        columns[name] = step.columns
        rowSets[name] = try rowSet(answer.rows, width: step.columns.count)
      } else {
        result = answer
      }
    }
    guard let result else { throw SQLError(.internalError, "the command has no statement", at: call.statement.range) }
    return result
  }

  private func inSavepoint<Value>(_ body: () throws -> Value) throws -> Value {
    try run("savepoint \"engine command\"")
    do {
      let value = try body()
      try run("release \"engine command\"")
      return value
    } catch {
      try? run("rollback to \"engine command\"")
      session.pendingError = nil
      try? run("release \"engine command\"")
      database.invalidateCatalog()
      throw error
    }
  }

  /// Foreign keys are looked at when `body` is done, as at the end of one statement.
  ///
  /// - Throws: 23503.
  private func deferringForeignKeys<Value>(_ body: () throws -> Value) throws -> Value {
    // What is open belongs to deferred constraints, and SQLite does not tell them apart.
    guard try value("pragma defer_foreign_keys") == .integer(0), !hasOpenForeignKeys else { return try body() }
    try run("pragma defer_foreign_keys = on")
    defer { try? run("pragma defer_foreign_keys = off") }
    let value = try body()
    if hasOpenForeignKeys { throw SQLError.foreignKeyViolation }
    return value
  }

  private var hasOpenForeignKeys: Bool {
    var (current, highest) = (Int32(0), Int32(0))
    sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
    return current > 0
  }
}
