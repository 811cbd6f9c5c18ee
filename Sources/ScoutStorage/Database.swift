import GRDB
import GRDBSQLite
import PostgresDialect
import Synchronization

/// One SQLite file, or a database in memory, with the engine's tables and functions.
///
/// One writer, many readers, several processes: WAL, an immediate transaction for every write, a busy timeout.
/// Sendable: GRDB serialises each connection, and the catalog is behind a mutex.
public final class Database: Sendable {
  public struct Configuration: Sendable {
    public var clock: EngineClock
    public var identifiers: IdentifierSource
    /// The session's time zone for SQL: UTC, as on Supabase.
    public var timeZone: TimeZoneRules
    /// The application's functions for SQL.
    public var functions: [ApplicationFunction]
    /// How long to wait for another process's lock, in seconds.
    public var busyTimeout: Double
    /// Only reads, all on one connection: opens in a fraction of the time, and writes nothing to the file.
    public var isReadOnly: Bool
    /// The role under which SQL runs; the owner may do everything.
    public var role = "owner"
    /// What REFRESH MATERIALIZED VIEW does for a relation that has no query of its own, because a model computes it;
    /// without it such a statement is refused.
    public var refreshModel: (@Sendable (Connection, Relation) throws -> Void)?
    /// The steps that make the engine's tables; tests leave out or add some.
    var migrations = Migrations.all

    public init(
      clock: EngineClock, identifiers: IdentifierSource = .random, timeZone: TimeZoneRules = .utc,
      functions: [ApplicationFunction] = [], busyTimeout: Double = 10, isReadOnly: Bool = false
    ) {
      self.clock = clock
      self.identifiers = identifiers
      self.timeZone = timeZone
      self.functions = functions
      self.busyTimeout = busyTimeout
      self.isReadOnly = isReadOnly
    }
  }

  public let configuration: Configuration
  private let currentRole: Mutex<String>
  /// The role under which statements run: SET ROLE changes it for every connection of this database object.
  public internal(set) var role: String {
    get { currentRole.withLock { $0 } }
    set { currentRole.withLock { $0 = newValue } }
  }
  private let writer: any DatabaseWriter
  private let catalogCache = CatalogCache()
  private let defaultSettings: SessionSettings
  /// How connections are made: a session on a file has one of its own.
  private let connectionSettings: GRDB.Configuration
  private let path: String?
  private let idleSessions = Mutex<[Session]>([])
  private let sessions: SessionRegistry

  /// Opens the file, creating it when it does not exist, and brings its tables up to date.
  ///
  /// - Parameter path: Nil for a database in memory.
  /// - Throws: ``SQLError``: XX001 for a file that is no database, 55000 for one that a newer program made.
  public init(path: String?, configuration: Configuration) throws {
    self.configuration = configuration
    currentRole = Mutex(configuration.role)
    self.path = path
    defaultSettings = SessionSettings(timeZone: configuration.timeZone)
    let sessions = SessionRegistry()
    self.sessions = sessions
    var settings = GRDB.Configuration()
    settings.busyMode = .timeout(configuration.busyTimeout)
    settings.foreignKeysEnabled = true
    settings.maximumReaderCount = 4
    // A session's transaction stays open between its statements.
    settings.allowsUnsafeTransactions = true
    settings.prepareDatabase { connection in
      guard let handle = connection.sqliteConnection else { return }
      let session = SessionState(clock: configuration.clock, identifiers: configuration.identifiers)
      sessions.add(session, for: handle)
      let registrar = FunctionRegistrar(handle: handle, session: session)
      registrar.registerAll()
      for function in configuration.functions { registrar.register(function) }
      // Derived data can be computed again, so a checkpoint's sync is enough for it; acknowledgements raise this.
      try connection.execute(sql: "pragma synchronous = normal; pragma temp_store = memory; pragma cache_size = -16000")
      // SQLite's own 1000 pages are less than one batch of ingest. Its inserts hit the same index pages again and
      // again: the longer the log, the fewer times each goes to the file (a fifth less is written, with fewer syncs).
      try connection.execute(sql: "pragma wal_autocheckpoint = 8000; pragma journal_size_limit = 67108864")
    }
    connectionSettings = settings
    do {
      if let path, !configuration.isReadOnly {
        try Self.checkOwner(path, busyTimeout: configuration.busyTimeout)
        writer = try DatabasePool(path: path, configuration: settings)
      } else if let path {
        // A pool writes to the file when it opens it, and has two connections from the first read on. The connection
        // could write, so that the last one to close leaves no log beside the file: `write` is what refuses.
        let queue = try DatabaseQueue(path: path, configuration: settings)
        try Self.checkOwner(queue)
        writer = queue
      } else {
        writer = try DatabaseQueue(configuration: settings)
      }
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
    sessions.database = self
    try migrate()
  }

  /// Refuses another program's database before opening it for writing, which changes its journal mode.
  private static func checkOwner(_ path: String, busyTimeout: Double) throws {
    var settings = GRDB.Configuration()
    settings.readonly = true
    settings.busyMode = .timeout(busyTimeout)
    // A file that cannot be read like this, such as one that does not exist yet, shows what it is when it is opened.
    if let queue = try? DatabaseQueue(path: path, configuration: settings) { try checkOwner(queue) }
  }

  private static func checkOwner(_ queue: DatabaseQueue) throws {
    let names = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name"
    guard let tables = try? queue.read({ try String.fetchAll($0, sql: names) }) else { return }
    if let foreign = tables.first, !tables.contains("engine.migrations") {
      throw SQLError(
        .objectNotInPrerequisiteState,
        "the file is a SQLite database, but not one of Scout: it has a table \"\(foreign)\"",
        hint: "Choose another file.")
    }
  }

  // MARK: Access

  /// Runs `body` on a snapshot of the database; writers are not blocked.
  public func read<Value>(_ body: (Connection) throws -> Value) throws -> Value {
    try translated { try writer.read { try body(begin($0)) } }
  }

  /// Runs `body` in a transaction; an error rolls everything back.
  ///
  /// - Parameter isDurable: Whether the transaction is on the disk when this returns, also through a power cut. For
  ///   what is acknowledged to somebody; derived data does without.
  public func write<Value>(isDurable: Bool = false, _ body: (Connection) throws -> Value) throws -> Value {
    guard !configuration.isReadOnly else {
      throw SQLError(.readOnlyTransaction, "the database was opened for reading only")
    }
    return try transaction(isDurable: isDurable, body)
  }

  /// ``write(isDurable:_:)`` also for a database that is open for reading only: an older one is brought up to date.
  func transaction<Value>(isDurable: Bool, _ body: (Connection) throws -> Value) throws -> Value {
    try translated {
      try writer.writeWithoutTransaction { database in
        if isDurable { try database.execute(sql: "pragma synchronous = full") }
        defer { if isDurable { try? database.execute(sql: "pragma synchronous = normal") } }
        var result: Value?
        do {
          func run() throws {
            let connection = try begin(database)
            result = try body(connection)
            try connection.fireRemainingTriggers()
          }
          if database.isInsideTransaction {
            // A database in memory has one connection, and a session's transaction may be open on it.
            try database.inSavepoint {
              try run()
              return .commit
            }
          } else {
            try database.inTransaction(.immediate) {
              try run()
              return .commit
            }
          }
        } catch {
          // The catalog may have been read after a change that is rolled back now.
          invalidateCatalog()
          throw error
        }
        guard let result else { throw SQLError(.internalError, "the transaction gave no result") }
        return result
      }
    }
  }

  private func begin(_ database: GRDB.Database) throws -> Connection {
    guard let handle = database.sqliteConnection, let session = sessions.session(for: handle) else {
      throw SQLError(.internalError, "the connection has no session")
    }
    session.reset(defaultSettings)
    session.transactionTime = configuration.clock.now()
    session.statementTime = session.transactionTime
    session.sessionRole = configuration.role
    session.role = role
    return Connection(handle: handle, session: session, database: self)
  }

  func translated<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
  }

  // MARK: Catalog

  /// The catalog as of this connection's snapshot.
  func catalog(_ connection: Connection) throws -> StorageCatalog {
    let cache = connection.session.catalogCache ?? catalogCache
    var catalog = try cache.catalog(connection, functions: configuration.functions)
    catalog.searchPath = connection.session.settings.searchPath.filter(catalog.hasSchema)
    return catalog
  }

  /// Forgets the cached catalog, after a change that may yet be rolled back.
  func invalidateCatalog() { catalogCache.forget() }

  /// The relation of that name.
  public func relation(_ qualifiedName: String) throws -> Relation? {
    try read { connection in try self.catalog(connection).relations[qualifiedName] }
  }
}

/// A catalog and the schema version at which it was read.
final class CatalogCache: Sendable {
  private let cached = Mutex<(version: Int64, catalog: StorageCatalog)?>(nil)

  /// The catalog as of this connection's snapshot.
  func catalog(_ connection: Connection, functions: [ApplicationFunction]) throws -> StorageCatalog {
    let version = try connection.value("select version from \"engine.catalog_version\"").integer ?? 0
    if let cached = cached.withLock({ $0 }), cached.version == version { return cached.catalog }
    let catalog = try StorageCatalog(reading: connection, functions: functions)
    cached.withLock { $0 = (version, catalog) }
    return catalog
  }

  /// After a change that was or may yet be rolled back: its version can come again with another content.
  func forget() { cached.withLock { $0 = nil } }
}

// MARK: - Sessions

extension Database {
  /// A session of its own: on a file with a connection of its own, so that its transactions concern nobody else.
  public func makeSession(_ options: Session.Options = Session.Options()) throws -> Session {
    try translated {
      guard let path, !configuration.isReadOnly else {
        return Session(database: self, connection: writer, settings: defaultSettings, options: options)
      }
      let queue = try DatabaseQueue(path: path, configuration: connectionSettings)
      // A statement that was acknowledged is on the disk.
      try queue.writeWithoutTransaction { try $0.execute(sql: "pragma synchronous = full") }
      return Session(database: self, connection: queue, settings: defaultSettings, options: options)
    }
  }

  /// Lends a session that starts as a new one; what `body` leaves open is rolled back.
  public func withSession<Value>(_ options: Session.Options = Session.Options(), _ body: (Session) throws -> Value)
    throws -> Value
  {
    let session = try idleSessions.withLock { $0.popLast() } ?? makeSession()
    session.reset(options: options)
    defer {
      session.close()
      idleSessions.withLock { if $0.count < 4 { $0.append(session) } }
    }
    return try body(session)
  }

  /// The connection of a session, inside one of its calls.
  func connection(of database: GRDB.Database) throws -> (Connection, SessionState) {
    guard let handle = database.sqliteConnection, let state = sessions.session(for: handle) else {
      throw SQLError(.internalError, "the connection has no session")
    }
    return (Connection(handle: handle, session: state, database: self), state)
  }
}

/// The sessions of a pool's connections.
///
/// `@unchecked Sendable`: the dictionary is behind the mutex; the database is set once, before the first access.
private final class SessionRegistry: @unchecked Sendable {
  private let sessions = Mutex<[Int: SessionState]>([:])
  weak var database: Database?

  func add(_ session: SessionState, for handle: OpaquePointer) {
    session.database = { [weak self] in self?.database }
    let key = Int(bitPattern: handle)
    sessions.withLock { $0[key] = session }
  }

  func session(for handle: OpaquePointer) -> SessionState? {
    let key = Int(bitPattern: handle)
    return sessions.withLock { $0[key] }
  }
}

extension FunctionRegistrar {
  /// A function that runs Swift code with the connection of the statement around it.
  func register(_ function: ApplicationFunction) {
    scalar(function.sqliteName, function.arguments.count, isStrict: false, isPure: false) { call throws(SQLError) in
      guard let database = call.session.database?() else {
        throw SQLError(.internalError, "the database is closed")
      }
      let connection = Connection(handle: self.handle, session: call.session, database: database)
      do {
        if !function.isInternal { try connection.checkExecute(function) }
        call.result(try function.body(connection, (0..<call.count).map(call.value)))
      } catch let error as SQLError {
        throw error
      } catch {
        throw SQLError(.internalError, "\(error)")
      }
    }
  }
}
