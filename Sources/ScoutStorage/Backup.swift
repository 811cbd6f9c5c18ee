import Crypto
import FoundationEssentials
import GRDBSQLite
import PostgresDialect

/// Copies of a database file, made while others write to it, and back.
public enum BackupCopy {
  /// Copies the whole database as of one moment.
  ///
  /// One step of SQLite's backup inside one read: writers go on, and what they write meanwhile is not in the copy. The
  /// copy appears under its name whole, synced to the disk.
  ///
  /// - Parameters:
  ///   - source: The file of an existing database.
  ///   - path: Where the copy goes; must not exist.
  /// - Throws: ``SQLError`` as SQLite fails: 58030, 53100 for a full disk. Nothing remains then.
  public static func make(of source: String, at path: String) throws {
    let part = path + ".part"
    try? FileManager.default.removeItem(atPath: part)
    do {
      let from = try RawDatabase(source, flags: SQLITE_OPEN_READONLY)
      let to = try RawDatabase(part, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      try to.run("pragma journal_mode = off; pragma synchronous = off")
      try to.copyAll(from: from)
      // The copy is one file: without a log beside it, and readable from a folder that cannot be written.
      try to.run("pragma journal_mode = delete")
      from.close()
      to.close()
      try FileSync.sync(part)
      try FileSync.move(part, to: path)
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw error
    }
  }

  /// Replaces the content of a database by a copy's, in one transaction: a power cut leaves one or the other.
  ///
  /// Other processes may have it open: they wait as for any writer, and see the new content afterwards. A file that is
  /// damaged, or no database, cannot take part in a transaction: it is put aside with its log under `PATH.damaged`, and
  /// a new file, made whole before, gets its name.
  ///
  /// - Parameter path: The file; made when there is none.
  /// - Returns: Where a damaged file lies now; nil when there was none.
  @discardableResult
  public static func restore(_ copy: String, to path: String, busyTimeout: Double) throws -> String? {
    let from = try RawDatabase(copy, flags: SQLITE_OPEN_READONLY)
    defer { from.close() }
    let exists = FileManager.default.fileExists(atPath: path)
    if exists {
      do {
        let to = try RawDatabase(path, flags: SQLITE_OPEN_READWRITE)
        defer { to.close() }
        try to.run("pragma busy_timeout = \(Int(busyTimeout * 1000)); pragma synchronous = full")
        _ = try to.texts("select count(*) from sqlite_schema")
        try to.copyAll(from: from)
        try to.run("pragma journal_mode = wal")
        return nil
      } catch let error as SQLError where error.state == .dataCorrupted {}
    }
    let part = path + ".restored"
    for ending in Self.companions + [""] { try? FileManager.default.removeItem(atPath: part + ending) }
    do {
      let to = try RawDatabase(part, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      defer { to.close() }
      try to.run("pragma synchronous = off")
      try to.copyAll(from: from)
      try to.run("pragma journal_mode = wal")
      to.close()
      try FileSync.sync(part)
    } catch {
      for ending in Self.companions + [""] { try? FileManager.default.removeItem(atPath: part + ending) }
      throw error
    }
    // The log of a file that is gone would be taken for the new one's.
    for ending in [""] + Self.companions { try FileSync.moveAway(path + ending, to: path + ".damaged" + ending) }
    try FileSync.move(part, to: path)
    return exists ? path + ".damaged" : nil
  }

  private static let companions = ["-wal", "-shm", "-journal"]

  /// Whether the file is a database with Scout's tables in it, in a state to be read.
  public static func isScout(_ path: String) throws -> Bool {
    let database = try RawDatabase(path, flags: SQLITE_OPEN_READONLY)
    defer { database.close() }
    return try !database.texts("select 1 from sqlite_schema where name = 'engine.migrations'").isEmpty
  }

  /// Whether opening the database would bring its tables up to date, and so change the file.
  public static func isOlder(_ path: String) throws -> Bool {
    let database = try RawDatabase(path, flags: SQLITE_OPEN_READONLY)
    defer { database.close() }
    let applied = Set(try database.texts("select name from \"engine.migrations\""))
    return Migrations.all.contains { !applied.contains($0.name) }
  }

  /// What SQLite's own check says of a file: nothing for a sound one.
  public static func problems(of path: String) throws -> [String] {
    let database = try RawDatabase(path, flags: SQLITE_OPEN_READONLY)
    defer { database.close() }
    let found = try database.texts("pragma integrity_check(20)")
    return found == ["ok"] ? [] : found
  }

  /// The SHA-256 of a file in hexadecimal, read in pieces.
  public static func checksum(of path: String) throws -> String {
    guard let file = FileHandleBytes(path) else {
      throw FileSync.failure("\(path) cannot be read")
    }
    var hasher = SHA256()
    while let piece = file.next() { piece.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
    return hasher.finalize().map { byte in
      let digits = Array("0123456789abcdef")
      return String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
    }.joined()
  }

  /// A hash of every row of every table, for comparing two databases.
  public static func contentDigest(of path: String) throws -> [String: String] {
    let database = try RawDatabase(path, flags: SQLITE_OPEN_READONLY)
    defer { database.close() }
    var digests: [String: String] = [:]
    for table in try database.texts(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name")
    {
      digests[table] = try database.digest(ofTable: table)
    }
    return digests
  }
}

/// A connection without functions, pools or migrations: for whole files.
final class RawDatabase {
  private var handle: OpaquePointer?

  init(_ path: String, flags: Int32) throws {
    let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK else {
      let error = failure(code)
      sqlite3_close_v2(handle)
      handle = nil
      throw error
    }
    sqlite3_busy_timeout(handle, 10_000)
  }

  deinit { close() }

  func close() {
    sqlite3_close_v2(handle)
    handle = nil
  }

  private func failure(_ code: Int32) -> SQLError {
    SQLError(
      sqliteCode: handle.map { sqlite3_extended_errcode($0) } ?? code,
      message: handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
    ) { StorageCatalog() }
  }

  func run(_ sql: String) throws {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  func texts(_ sql: String) throws -> [String] {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK else { throw failure(code) }
    defer { sqlite3_finalize(statement) }
    var texts: [String] = []
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return texts }
      guard code == SQLITE_ROW else { throw failure(code) }
      texts.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
    }
  }

  func copyAll(from source: RawDatabase) throws {
    guard let backup = sqlite3_backup_init(handle, "main", source.handle, "main") else { throw failure(SQLITE_ERROR) }
    var code: Int32
    var attempts = 0
    repeat {
      code = sqlite3_backup_step(backup, -1)
      attempts += 1
      if code == SQLITE_BUSY || code == SQLITE_LOCKED { sqlite3_sleep(50) }
    } while (code == SQLITE_BUSY || code == SQLITE_LOCKED) && attempts < 200
    let end = sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, end == SQLITE_OK else { throw failure(code == SQLITE_DONE ? end : code) }
  }

  /// SHA-256 over the rows in the order of the table's key, each value with its type and length.
  func digest(ofTable table: String) throws -> String {
    let name = "\"" + table.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, "select * from \(name)", -1, &statement, nil)
    guard code == SQLITE_OK else { throw failure(code) }
    defer { sqlite3_finalize(statement) }
    var hasher = SHA256()
    var buffer: [UInt8] = []
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { break }
      guard code == SQLITE_ROW else { throw failure(code) }
      buffer.removeAll(keepingCapacity: true)
      for column in 0..<sqlite3_column_count(statement) {
        let type = sqlite3_column_type(statement, column)
        buffer.append(UInt8(truncatingIfNeeded: type))
        switch type {
        case SQLITE_INTEGER:
          withUnsafeBytes(of: sqlite3_column_int64(statement, column)) { buffer.append(contentsOf: $0) }
        case SQLITE_FLOAT:
          withUnsafeBytes(of: sqlite3_column_double(statement, column).bitPattern) { buffer.append(contentsOf: $0) }
        case SQLITE_NULL: break
        default:
          let start = sqlite3_column_blob(statement, column)
          let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
          withUnsafeBytes(of: bytes.count) { buffer.append(contentsOf: $0) }
          buffer.append(contentsOf: bytes)
        }
      }
      buffer.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }
    return hasher.finalize().prefix(16).map { String($0, radix: 16) }.joined(separator: ".")
  }
}
