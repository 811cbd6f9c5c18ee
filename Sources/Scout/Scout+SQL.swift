import PostgresDialect
import ScoutPipeline
import ScoutStorage

/// SQL from people and programs.
extension Scout {
  /// How statements are run.
  public struct SQLOptions: Sendable {
    /// Refuses statements that write.
    public var isReadOnly = false
    /// More rows than that are an error, 54000.
    public var rowLimit = Int.max
    /// A statement that takes longer is an error, 57014.
    public var timeout: Duration?
    /// Whether the statements of one string are one transaction, as `psql -c` has it; else each is its own, as with
    /// `psql -f`. BEGIN and COMMIT among them work in both.
    public var isOneTransaction = false

    public init(
      isReadOnly: Bool = false, rowLimit: Int = .max, timeout: Duration? = nil, isOneTransaction: Bool = false
    ) {
      self.isReadOnly = isReadOnly
      self.rowLimit = rowLimit
      self.timeout = timeout
      self.isOneTransaction = isOneTransaction
    }
  }

  /// Runs statements of PostgreSQL SQL in a session of their own, and hands over each result.
  ///
  /// What the statements leave open at the end, a transaction without COMMIT, is rolled back.
  ///
  /// - Throws: ``SQLError`` of the first statement that fails, its range pointing into `sql`; those before stay done,
  ///   unless all are one transaction.
  public func run(_ sql: String, options: SQLOptions, _ body: (QueryResult) throws -> Void) throws {
    try database.withSession(sessionOptions(options)) { session in
      if options.isOneTransaction {
        try session.run(sql, body)
      } else {
        try session.run(eachOf: sql, body)
      }
    }
  }

  /// Runs statements of PostgreSQL SQL, each in its own transaction, and hands over each result.
  public func run(_ sql: String, isReadOnly: Bool = false, rowLimit: Int = .max, _ body: (QueryResult) throws -> Void)
    throws
  {
    try run(sql, options: SQLOptions(isReadOnly: isReadOnly, rowLimit: rowLimit), body)
  }

  /// The result of one query.
  public func query(_ sql: String) throws -> QueryResult {
    var last: QueryResult?
    try run(sql) { last = $0 }
    guard let last else { throw SQLError(.syntaxError, "there is no statement") }
    return last
  }

  /// A session for statements one after the other, as the shell has them.
  public func makeSession(_ options: SQLOptions = SQLOptions()) throws -> Session {
    try database.makeSession(sessionOptions(options))
  }

  private func sessionOptions(_ options: SQLOptions) -> Session.Options {
    Session.Options(
      isReadOnly: options.isReadOnly, rowLimit: options.rowLimit, statementTimeout: options.timeout,
      willWrite: { [self] connection in try startRun(on: connection) })
  }
}
