import GRDBSQLite
import PostgresDialect

/// The life of a transaction.
///
/// - idle: a statement is its own transaction, or one of an implicit block, which a string of several makes.
/// - BEGIN, in both: an explicit block, to which the statements before it in the string belong.
/// - error in an explicit block: failed, until COMMIT (which rolls back), ROLLBACK or ROLLBACK TO.
///
/// SQLite's transaction begins with the first statement that needs one: immediately when it writes, so that it waits
/// for other writers and cannot fail later; deferred when it reads, so that it waits for nobody.
extension Session {
  func perform(_ statement: Statement, sql: String, _ connection: Connection) throws -> QueryResult {
    if case .transaction(let command) = statement.kind { return try perform(command, statement, connection) }
    guard !isFailed else { throw Self.failed(statement.range) }
    let isAlone = block == .none
    if isAlone { open(.none, connection) }
    do {
      let result: QueryResult
      do {
        result = try attempt(statement, sql: sql, connection)
      } catch let error as SQLError where error.state == .serializationFailure && isAlone {
        // A query whose functions write found that its snapshot was old: nothing has been done, so once more, first.
        rollBack(connection)
        open(.none, connection)
        try begin(connection, immediately: true)
        result = try attempt(statement, sql: sql, connection)
      }
      if isAlone { try commit(connection) }
      return result
    } catch {
      if isAlone { rollBack(connection) } else { fail(connection) }
      throw error
    }
  }

  private static func failed(_ range: SourceRange) -> SQLError {
    SQLError(
      .failedTransaction, "current transaction is aborted, commands ignored until end of transaction block", at: range)
  }

  /// Runs a statement inside the open transaction.
  private func attempt(_ statement: Statement, sql: String, _ connection: Connection) throws -> QueryResult {
    let state = connection.session
    state.transactionTime = transactionTime
    let writes = try statement.writes || statement.isQuery && connection.callsApplicationFunction(statement, sql: sql)
    if writes && state.isReadOnly {
      throw SQLError(
        .readOnlyTransaction, "cannot execute \(statement.commandName) in a read-only transaction", at: statement.range)
    }
    if !hasBegun && !statement.isSetting { try begin(connection, immediately: writes) }
    try guardWrites(connection)
    if writes, !hasWritten {
      try options.willWrite(connection)
      hasWritten = true
    }
    let result = try connection.withDeadline(timeout) {
      try connection.execute(statement, sql: sql, rowLimit: options.rowLimit)
    }
    if writes {
      try connection.fireRemainingTriggers()
      try options.didWrite(connection, statement)
    }
    return result
  }

  private var timeout: Duration? {
    let setting = settings.statementTimeout
    let own: Duration? = setting > 0 ? .milliseconds(setting) : nil
    guard let limit = options.statementTimeout else { return own }
    return own.map { min($0, limit) } ?? limit
  }

  // MARK: Beginning and ending

  /// Starts a transaction as PostgreSQL sees it.
  func open(_ kind: Block, _ connection: Connection) {
    block = kind
    isFailed = false
    settingsBefore = connection.session.settings
    transactionTime = database.configuration.clock.now()
    connection.session.transactionTime = transactionTime
    connection.session.isInTransactionBlock = kind != .none
    connection.session.isReadOnly = options.isReadOnly || settings.isOn("default_transaction_read_only")
    if let level = settings["default_transaction_isolation"], level != settings["transaction_isolation"] {
      try? connection.session.set("transaction_isolation", to: level, isLocal: true)
    }
  }

  /// Starts SQLite's transaction.
  private func begin(_ connection: Connection, immediately: Bool) throws {
    guard !hasBegun else { return }
    try connection.run(immediately ? "begin immediate" : "begin deferred")
    hasBegun = true
  }

  /// Functions may write where the compiler sees none: SQLite itself stands guard over a read-only transaction.
  private func guardWrites(_ connection: Connection) throws {
    guard isGuarded != connection.session.isReadOnly else { return }
    isGuarded = connection.session.isReadOnly
    try connection.run("pragma query_only = \(isGuarded ? "on" : "off")")
  }

  func commit(_ connection: Connection) throws {
    if hasBegun {
      do {
        try connection.run("commit")
      } catch {
        rollBack(connection)
        throw error
      }
    }
    finish(connection)
    connection.session.settings.endTransaction()
    connection.session.takeRole()
  }

  func rollBack(_ connection: Connection) {
    if hasBegun, sqlite3_get_autocommit(connection.handle) == 0 { try? connection.run("rollback") }
    finish(connection)
    connection.session.settings = settingsBefore
    connection.session.takeRole()
    forgetCatalog()
  }

  private func finish(_ connection: Connection) {
    hasBegun = false
    block = .none
    isFailed = false
    savepoints = []
    connection.session.isReadOnly = false
    connection.session.isInTransactionBlock = false
    try? guardWrites(connection)
  }

  /// After an error inside a block.
  private func fail(_ connection: Connection) {
    guard block == .explicit else { return }
    isFailed = true
    // Without a savepoint to go back to, nothing of it can survive: other writers need not wait for the ROLLBACK.
    if savepoints.isEmpty, hasBegun {
      if sqlite3_get_autocommit(connection.handle) == 0 { try? connection.run("rollback") }
      hasBegun = false
      forgetCatalog()
    }
  }

  // MARK: Commands

  private func perform(_ command: TransactionCommand, _ statement: Statement, _ connection: Connection) throws
    -> QueryResult
  {
    func done(_ tag: String, _ warning: SQLNotice? = nil) -> QueryResult {
      QueryResult(
        columns: [], rows: [], rowCount: 0, tag: tag, timeZone: settings.timeZone, notices: warning.map { [$0] } ?? [])
    }
    switch command {
    case .begin(let modes):
      if isFailed { throw Self.failed(statement.range) }
      var warning: SQLNotice?
      switch block {
      case .explicit:
        warning = SQLNotice(.warning, .activeTransaction, "there is already a transaction in progress")
      case .implicit: block = .explicit
      case .none: open(.explicit, connection)
      }
      do {
        try connection.apply(modes)
      } catch {
        fail(connection)
        throw error
      }
      if options.isReadOnly { connection.session.isReadOnly = true }
      return done("BEGIN", warning)
    case .commit:
      if isFailed {
        rollBack(connection)
        return done("ROLLBACK")
      }
      let warning = block == .explicit ? nil : Self.noTransaction
      try commit(connection)
      return done("COMMIT", warning)
    case .rollback:
      let warning = block == .explicit ? nil : Self.noTransaction
      if block != .none { rollBack(connection) }
      return done("ROLLBACK", warning)
    case .savepoint(let name):
      if isFailed { throw Self.failed(statement.range) }
      try requireBlock("SAVEPOINT", statement.range)
      try begin(connection, immediately: false)
      savepointCount += 1
      let savepoint = Savepoint(
        name: name.name, sqliteName: "session_\(savepointCount)", settings: connection.session.settings)
      try connection.run("savepoint \(savepoint.sqliteName)")
      savepoints.append(savepoint)
      return done("SAVEPOINT")
    case .release(let name):
      if isFailed { throw Self.failed(statement.range) }
      try requireBlock("RELEASE SAVEPOINT", statement.range)
      let index = try savepointIndex(name, connection)
      try connection.run("release \(savepoints[index].sqliteName)")
      savepoints.removeSubrange(index...)
      return done("RELEASE")
    case .rollbackTo(let name):
      try requireBlock("ROLLBACK TO SAVEPOINT", statement.range)
      let index = try savepointIndex(name, connection)
      try connection.run("rollback to \(savepoints[index].sqliteName)")
      connection.session.settings = savepoints[index].settings
      connection.session.takeRole()
      savepoints.removeSubrange((index + 1)...)
      isFailed = false
      forgetCatalog()
      return done("ROLLBACK")
    }
  }

  private static let noTransaction = SQLNotice(
    .warning, .noActiveTransaction, "there is no transaction in progress")

  private func requireBlock(_ command: String, _ range: SourceRange) throws {
    guard block != .explicit else { return }
    throw SQLError(.noActiveTransaction, "\(command) can only be used in transaction blocks", at: range)
  }

  private func savepointIndex(_ name: Identifier, _ connection: Connection) throws -> Int {
    if let index = savepoints.lastIndex(where: { $0.name == name.name }),
      sqlite3_get_autocommit(connection.handle) == 0
    {
      return index
    }
    fail(connection)
    throw SQLError(.invalidSavepoint, "savepoint \"\(name.name)\" does not exist", at: name.range)
  }
}

extension Statement {
  var isQuery: Bool { if case .query = kind { true } else { false } }

  /// Whether the statement needs no transaction of SQLite's.
  var isSetting: Bool {
    switch kind {
    case .set, .show, .discard, .deallocate: true
    default: false
    }
  }

  /// Whether the statement writes, as far as its text tells: functions may do so too.
  public var writes: Bool {
    switch kind {
    case .query(let query): query.writes
    case .explain(let inner, let options): options.contains { $0.hasPrefix("analyze") } && inner.writes
    case .set, .show, .discard, .deallocate, .transaction: false
    default: true
    }
  }
}

extension Query {
  /// Whether a common table inserts, updates or deletes.
  fileprivate var writes: Bool {
    (with?.tables ?? []).contains { $0.statement.writes } || body.writes
  }
}

extension QueryBody {
  fileprivate var writes: Bool {
    switch self {
    case .nested(let query): query.writes
    case .setOperation(_, _, let left, let right): left.writes || right.writes
    case .select, .values: false
    }
  }
}
