import GRDBSQLite
import PostgresDialect

/// A database connection inside a read or a transaction; it never leaves the closure that received it.
///
/// Two languages: ``query(_:parameters:)`` and ``execute(_:)`` take PostgreSQL SQL, ``run(_:_:)`` and ``rows(_:_:)``
/// SQLite's own, for the engine's internals.
public final class Connection {
  /// The SQLite connection, for prepared statements on hot paths.
  public let handle: OpaquePointer
  let session: SessionState
  package let database: Database
  /// What the statements see of the routine that runs them, and the values that it has.
  var variables: RoutineVariables?
  var positionalTypes: [ParameterList.Source: SQLType] = [:]
  var variableValues: [String: SQLValue] = [:]

  init(handle: OpaquePointer, session: SessionState, database: Database) {
    self.handle = handle
    self.session = session
    self.database = database
  }

  /// The transaction's time: what `now()` is.
  public var now: Timestamp { session.transactionTime }

  /// The role under which statements run.
  public var role: String { session.role }

  /// The source of identifiers of this database.
  public var identifiers: IdentifierSource { session.identifiers }

  /// The name of the project's time zone, in which business dates are counted; Manila until one is set.
  public var projectTimeZone: String {
    get throws {
      try value("select value from \"engine.settings\" where name = 'time_zone'").text ?? "Asia/Manila"
    }
  }

  /// The session's time zone: UTC, as on Supabase, until it is set.
  public var timeZone: TimeZoneRules { session.settings.timeZone }

  // MARK: SQLite SQL

  /// Prepares a statement of SQLite SQL; the caller keeps it no longer than the connection.
  public func prepare(_ sql: String) throws -> PreparedStatement { try PreparedStatement(sql, self) }

  /// Runs SQLite SQL that returns nothing.
  public func run(_ sql: String, _ values: [SQLValue] = []) throws {
    let statement = try prepare(sql)
    statement.bind(values)
    while try statement.step() {}
  }

  /// The rows of SQLite SQL.
  public func rows(_ sql: String, _ values: [SQLValue] = []) throws -> [[SQLValue]] {
    let statement = try prepare(sql)
    statement.bind(values)
    var rows: [[SQLValue]] = []
    while try statement.step() { rows.append(statement.row) }
    return rows
  }

  /// The first value of the first row; null when there is none.
  public func value(_ sql: String, _ values: [SQLValue] = []) throws -> SQLValue {
    let statement = try prepare(sql)
    statement.bind(values)
    return try statement.step() ? statement.row.first ?? .null : .null
  }

  func sqliteTableExists(_ name: String) throws -> Bool {
    try value("select 1 from sqlite_schema where type = 'table' and name = ?1", [.text(name)]) != .null
  }

  public var changedRowCount: Int { Int(sqlite3_changes64(handle)) }

  // MARK: PostgreSQL SQL

  /// The relation of that name.
  public func relation(_ qualifiedName: String) throws -> Relation? {
    try database.catalog(self).relations[qualifiedName]
  }

  /// The compiler against this connection's catalog.
  public func compiler(parameters: [String: SQLType] = [:]) throws -> Compiler {
    var compiler = Compiler(
      catalog: try database.catalog(self), timeZone: timeZone,
      parameterTypes: Dictionary(uniqueKeysWithValues: parameters.map { (.named($0.key), $0.value) }))
    compiler.parameterTypes.merge(positionalTypes) { given, _ in given }
    compiler.variables = variables
    return compiler
  }

  /// Runs one query or writing statement of PostgreSQL SQL.
  ///
  /// - Parameters:
  ///   - parameters: Values for `:name`, with their types.
  ///   - rowLimit: More rows than that are an error, 54000.
  /// - Throws: ``SQLError``, its range pointing into `sql`.
  public func query(
    _ sql: String, parameters: [String: (type: SQLType, value: SQLValue)] = [:], rowLimit: Int = .max
  ) throws -> QueryResult {
    let statement = try Parser.parseStatement(sql)
    return try execute(statement, sql: sql, parameters: parameters, rowLimit: rowLimit)
  }

  /// Runs the statements of a script one after the other and gives the last one's result.
  @discardableResult
  public func execute(_ sql: String) throws -> QueryResult {
    var result = QueryResult(columns: [], rows: [], rowCount: 0, tag: "", timeZone: timeZone)
    for statement in try Parser.parse(sql) { result = try execute(statement, sql: sql) }
    return result
  }

  /// Whether a query calls a function of the application's, which may write.
  public func callsApplicationFunction(_ statement: Statement, sql: String) throws -> Bool {
    guard case .statement(let compiled) = try compiler().compile(statement, sql: sql) else { return true }
    if compiled.sql.contains("app_routine(") || compiled.sql.contains("app_routine_rows(") { return true }
    return database.configuration.functions.contains { compiled.sql.contains($0.sqliteName + "(") }
  }

  /// Runs a parsed statement of `sql`, with the triggers that it fires.
  public func execute(
    _ statement: Statement, sql: String, parameters: [String: (type: SQLType, value: SQLValue)] = [:],
    rowLimit: Int = .max
  ) throws -> QueryResult {
    if let result = try executeSessionCommand(statement, sql: sql, rowLimit: rowLimit) { return result }
    if let result = try executeRoutineStatement(statement, sql: sql) { return result }
    let call = StatementCall(statement: statement, sql: sql, parameters: parameters, rowLimit: rowLimit)
    return try withoutTracking { try execute(call) }
  }

  /// Runs a compiled statement.
  public func execute(_ compiled: CompiledStatement, values: [String: SQLValue] = [:], rowLimit: Int = .max) throws
    -> QueryResult
  {
    try execute(compiled, values: values, rowSets: [:], rowLimit: rowLimit)
  }

  /// - Parameter rowSets: What earlier steps of the command have returned.
  func execute(
    _ compiled: CompiledStatement, values: [String: SQLValue], rowSets: [String: SQLValue], rowLimit: Int
  ) throws -> QueryResult {
    var result = QueryResult(columns: compiled.columns, rows: [], rowCount: 0, tag: "", timeZone: timeZone)
    let statement = try bound(compiled, values: values, rowSets: rowSets)
    while try statement.step() {
      if result.rows.count >= rowLimit {
        throw SQLError(
          .programLimitExceeded, "the query returns more than \(rowLimit) rows", hint: "Add a condition or a LIMIT.")
      }
      result.rows.append(statement.row)
    }
    if let numbered = compiled.numberedRelation, changedRowCount > 0 { try noteRowKey(of: numbered) }
    result.rowCount = compiled.kind == .query ? result.rows.count : changedRowCount
    result.tag = compiled.kind.tag(result.rowCount)
    return result
  }

  /// The number that SQLite gave a row is what `currval` gives afterwards.
  func noteRowKey(of name: String) throws {
    let catalog = try database.catalog(self)
    guard let relation = catalog.relations[name], let key = relation.rowKey,
      let sequence = catalog.sequence(numbering: key.name, of: relation)
    else { return }
    session.noteSequence(sequence.qualifiedName, sqlite3_last_insert_rowid(handle))
  }

  /// The compiled statement, ready to step through.
  public func bound(_ compiled: CompiledStatement, values: [String: SQLValue] = [:]) throws -> PreparedStatement {
    try bound(compiled, values: values, rowSets: [:])
  }

  func bound(_ compiled: CompiledStatement, values: [String: SQLValue], rowSets: [String: SQLValue]) throws
    -> PreparedStatement
  {
    let statement = try prepareGuarded(compiled)
    statement.bind(
      try compiled.parameters.map { source in
        switch source {
        case .transactionTime: return SQLValue(session.transactionTime)
        case .statementTime: return SQLValue(session.statementTime)
        case .named(let name): return values[name] ?? variableValues[name] ?? .null
        case .positional(let number):
          guard let value = values[String(number)] ?? variableValues[String(number)] else {
            throw SQLError(.undefinedParameter, "there is no parameter $\(number)")
          }
          return value
        case .rows(let name): return rowSets[name] ?? .null
        }
      })
    return statement
  }
}

/// A prepared statement of SQLite.
public final class PreparedStatement {
  /// For binding without an enum in between, on hot paths.
  public let handle: OpaquePointer
  private let connection: Connection

  init(_ sql: String, _ connection: Connection) throws {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(connection.handle, sql, -1, 0, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw connection.failure(code) }
    handle = statement
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds the values to the parameters 1, 2 …, after a reset.
  public func bind(_ values: [SQLValue]) {
    sqlite3_reset(handle)
    for (index, value) in values.enumerated() { bind(value, at: index + 1) }
  }

  public func bind(_ value: SQLValue, at index: Int) {
    let index = Int32(index)
    switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .integer(let number): sqlite3_bind_int64(handle, index, number)
    case .real(let number): sqlite3_bind_double(handle, index, number)
    case .text(let text):
      var text = text
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { chars in
          if let start = chars.baseAddress {
            _ = sqlite3_bind_text64(handle, index, start, UInt64(chars.count), transientDestructor, UInt8(SQLITE_UTF8))
          } else {
            _ = sqlite3_bind_text(handle, index, "", 0, nil)
          }
        }
      }
    case .blob(let bytes):
      _ = bytes.withUnsafeBytes {
        sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), transientDestructor)
      }
    }
  }

  /// Moves to the next row.
  ///
  /// - Returns: False at the end.
  public func step() throws -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    let failure = connection.failure(code)
    sqlite3_reset(handle)
    throw failure
  }

  /// Runs the statement once more with the values bound now, for statements that return nothing.
  public func runOnce() throws {
    while try step() {}
    sqlite3_reset(handle)
  }

  /// Ends the run, so that the statement holds nothing open.
  func reset() { sqlite3_reset(handle) }

  /// The current row.
  public var row: [SQLValue] {
    (0..<sqlite3_column_count(handle)).map { column in
      switch sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
      case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
      case SQLITE_TEXT:
        let start = sqlite3_column_text(handle, column)
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return .text(String(decoding: bytes, as: UTF8.self))
      case SQLITE_BLOB:
        let start = sqlite3_column_blob(handle, column)
        return .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))))
      default: return .null
      }
    }
  }
}
