import protocol GRDB.DatabaseWriter
import GRDBSQLite
import PostgresDialect

/// A session as PostgreSQL has it: settings, and transactions over several statements.
///
/// ```swift
/// let session = try database.makeSession()
/// try session.run("begin; set local time zone 'Asia/Manila'; select now()") { print($0.texts) }
/// try session.run("rollback")
/// ```
///
/// One string is one transaction, as PostgreSQL's simple query protocol and `psql -c` have it: when a statement fails,
/// those before it are undone too. BEGIN inside the string, or a session in a transaction, makes it last until COMMIT
/// or ROLLBACK. ``run(eachOf:_:)`` treats a script as `psql -f` does: every statement on its own.
///
/// A session that is not closed rolls its transaction back when it goes.
///
/// `@unchecked Sendable`: all state is used on the connection's serial queue only.
public final class Session: @unchecked Sendable {
  public struct Options: Sendable {
    /// Statements that write are refused, as in a transaction that is READ ONLY.
    public var isReadOnly: Bool
    /// More rows than that are an error, 54000.
    public var rowLimit: Int
    /// Beside the setting `statement_timeout`, which a statement may change.
    public var statementTimeout: Duration?
    /// The role that the session begins with; nil for the database's.
    public var role: String?
    /// Called before the first statement that writes, in its transaction.
    public var willWrite: @Sendable (Connection) throws -> Void
    /// Called behind each statement that wrote, in its transaction.
    public var didWrite: @Sendable (Connection, Statement) throws -> Void

    public init(
      isReadOnly: Bool = false, rowLimit: Int = .max, statementTimeout: Duration? = nil, role: String? = nil,
      willWrite: @escaping @Sendable (Connection) throws -> Void = { _ in },
      didWrite: @escaping @Sendable (Connection, Statement) throws -> Void = { _, _ in }
    ) {
      self.isReadOnly = isReadOnly
      self.rowLimit = rowLimit
      self.statementTimeout = statementTimeout
      self.role = role
      self.willWrite = willWrite
      self.didWrite = didWrite
    }
  }

  /// Where the session stands, as psql's prompt shows it.
  public enum Status: Hashable, Sendable {
    case idle
    /// Between BEGIN and COMMIT.
    case inTransaction
    /// After an error in a transaction: only its end, or ROLLBACK TO, is accepted.
    case failed
  }

  enum Block { case none, implicit, explicit }

  struct Savepoint {
    var name: String
    var sqliteName: String
    var settings: SessionSettings
  }

  let database: Database
  private let queue: any DatabaseWriter
  var options: Options { didSet { if database.configuration.isReadOnly { options.isReadOnly = true } } }
  private let initialSettings: SessionSettings
  var settings: SessionSettings
  /// What a rollback goes back to.
  var settingsBefore: SessionSettings
  var block = Block.none
  var isFailed = false
  /// Whether SQLite's transaction has begun: it begins with the first statement that needs it.
  var hasBegun = false
  var isReadOnlyTransaction = false
  /// Whether SQLite refuses to write on the connection.
  var isGuarded = false
  var hasWritten = false
  var savepoints: [Savepoint] = []
  var savepointCount = 0
  var transactionTime = Timestamp(microseconds: 0)
  private let catalogCache = CatalogCache()

  init(database: Database, connection: any DatabaseWriter, settings: SessionSettings, options: Options) {
    self.database = database
    queue = connection
    self.options = options
    self.options.isReadOnly = options.isReadOnly || database.configuration.isReadOnly
    initialSettings = settings
    self.settings = settings
    settingsBefore = self.settings
  }

  deinit { close() }

  public var status: Status { isFailed ? .failed : block == .explicit ? .inTransaction : .idle }

  /// The value of a parameter as SHOW writes it.
  public func setting(_ name: String) -> String? { settings[name] }

  /// Begins anew on the same connection.
  func reset(options: Options) {
    close()
    self.options = options
    settings = initialSettings
    settingsBefore = settings
    hasWritten = false
  }

  /// Rolls back what is open. The session can be used again.
  public func close() {
    guard block != .none || hasBegun else { return }
    try? onConnection { connection, _ in self.rollBack(connection) }
  }

  /// Stops the statement that runs now, from another thread: it fails with 57014.
  public func cancel() { queue.interrupt() }

  // MARK: Running

  /// Runs the statements of a string as one transaction.
  ///
  /// - Parameter body: Takes each statement's result; the transaction may still fail behind it.
  /// - Throws: ``SQLError``, its range pointing into `sql`; what the string did before is undone.
  public func run(_ sql: String, _ body: (QueryResult) throws -> Void = { _ in }) throws {
    let statements = try Parser.parse(sql)
    let isOwnBlock = block == .none && statements.count > 1
    if isOwnBlock { try onConnection { connection, _ in self.open(.implicit, connection) } }
    do {
      for statement in statements {
        // COMMIT ends the block; the rest of the string is a new one.
        if block == .none && isOwnBlock { try onConnection { connection, _ in self.open(.implicit, connection) } }
        try body(try execute(statement, sql: sql))
      }
      if block == .implicit { try onConnection { connection, _ in try self.commit(connection) } }
    } catch {
      if block == .implicit { try? onConnection { connection, _ in self.rollBack(connection) } }
      throw error
    }
  }

  /// Runs the statements of a script one by one, each in its own transaction unless the script has opened one.
  ///
  /// - Throws: ``SQLError`` of the first statement that fails, its range pointing into `sql`; those before stay done.
  public func run(eachOf sql: String, _ body: (QueryResult) throws -> Void = { _ in }) throws {
    for range in SQLScript.split(sql) {
      let text = String(decoding: Array(sql.utf8)[range.start..<range.end], as: UTF8.self)
      do {
        for statement in try Parser.parse(text) { try body(try execute(statement, sql: text)) }
      } catch var error as SQLError {
        error.range = error.range.map {
          SourceRange(start: $0.start + range.start, end: $0.end + range.start)
        }
        throw error
      }
    }
  }

  /// The last statement's result.
  public func query(_ sql: String) throws -> QueryResult {
    var last: QueryResult?
    try run(sql) { last = $0 }
    guard let last else { throw SQLError(.syntaxError, "there is no statement") }
    return last
  }

  /// Runs one parsed statement of `sql`.
  public func execute(_ statement: Statement, sql: String) throws -> QueryResult {
    try onConnection { connection, state in
      state.notices = []
      state.statementText = sql
      state.commandName = statement.commandName
      var result = try self.perform(statement, sql: sql, connection)
      result.notices += state.notices.filter {
        $0.severity.isShown(at: self.settings["client_min_messages"] ?? "notice")
      }
      return result
    }
  }

  /// Calls `body` on the session's connection with the session's state on it.
  func onConnection<Value>(_ body: (Connection, SessionState) throws -> Value) throws -> Value {
    try database.translated {
      try queue.writeWithoutTransaction { grdb in
        let (connection, state) = try database.connection(of: grdb)
        state.sessionRole = options.role ?? database.configuration.role
        state.reset(settings)
        state.belongsToSession = true
        state.catalogCache = catalogCache
        state.isInTransactionBlock = block != .none
        state.isReadOnly = isReadOnlyTransaction
        state.mustNotWrite = options.isReadOnly
        state.transactionTime = transactionTime
        state.statementTime = database.configuration.clock.now()
        defer {
          settings = state.settings
          isReadOnlyTransaction = state.isReadOnly
          state.catalogCache = nil
          state.belongsToSession = false
        }
        return try body(connection, state)
      }
    }
  }

  /// Forgets what the session knew of the catalog: a rollback brings its version back with another content.
  func forgetCatalog() {
    catalogCache.forget()
    database.invalidateCatalog()
  }
}
