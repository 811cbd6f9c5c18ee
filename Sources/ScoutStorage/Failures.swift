import GRDB
import GRDBSQLite
import PostgresDialect

/// SQLite's extended codes for constraints, which are macros that Swift does not import.
/// Source: <https://sqlite.org/rescode.html>
private enum ConstraintCode {
  private static func code(_ number: Int32) -> Int32 { SQLITE_CONSTRAINT | number << 8 }

  static let check = code(1)
  static let foreignKey = code(3)
  static let notNull = code(5)
  static let primaryKey = code(6)
  static let trigger = code(7)
  static let unique = code(8)
  static let rowID = code(10)
  static let dataType = code(12)
}

extension Connection {
  /// SQLite's failure in PostgreSQL's terms.
  func failure(_ code: Int32) -> SQLError {
    if let pending = session.pendingError {
      session.pendingError = nil
      return pending
    }
    switch code & 0xFF {
    case SQLITE_INTERRUPT:
      return SQLError(
        .queryCanceled, "canceling statement due to \(session.isTimedOut ? "statement timeout" : "user request")")
    case SQLITE_READONLY where session.isReadOnly:
      return SQLError(.readOnlyTransaction, "cannot execute \(session.commandName) in a read-only transaction")
    case SQLITE_BUSY where sqlite3_extended_errcode(handle) == SQLITE_BUSY | 2 << 8:
      // SQLITE_BUSY_SNAPSHOT: somebody wrote since this transaction first read, so its view cannot be the newest.
      return SQLError(
        .serializationFailure, "could not serialize access due to concurrent update",
        hint: "Run the transaction again.")
    default: break
    }
    return SQLError(sqliteCode: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle))) {
      (try? self.database.catalog(self)) ?? StorageCatalog()
    }
  }
}

extension SQLError {
  /// SQLite does not tell which foreign key it is.
  static let foreignKeyViolation = SQLError(
    .foreignKeyViolation, "insert or update or delete violates a foreign key constraint")

  /// - Parameter catalog: Asked only to name a violated constraint as PostgreSQL would.
  init(sqliteCode code: Int32, message: String, catalog: () -> StorageCatalog) {
    switch code {
    case ConstraintCode.notNull:
      let (relation, columns) = Self.constraintColumns(message)
      self.init(
        .notNullViolation,
        "null value in column \"\(columns.first ?? "")\" of relation \"\(relation.name)\" violates not-null constraint")
    case ConstraintCode.unique, ConstraintCode.primaryKey, ConstraintCode.rowID:
      self = Self.uniqueViolation(message, catalog())
    case ConstraintCode.foreignKey:
      self = Self.foreignKeyViolation
    case ConstraintCode.check:
      self = Self.checkViolation(message, catalog())
    case ConstraintCode.trigger:
      // Triggers written in SQL report by themselves; those that only SQLite knows seal the ledger.
      self.init(
        .insufficientPrivilege, message,
        hint: "Actions are changed with scout actions, or by UPDATE of their status and approval_status.")
    case ConstraintCode.dataType:
      self.init(.datatypeMismatch, "a value has another type than its column: \(message)")
    default:
      self.init(primaryCode: code & 0xFF, message: message)
    }
  }

  /// From «UNIQUE constraint failed: d.t.a, d.t.b», or «… index 'd.t_idx'» for an index over expressions.
  private static func uniqueViolation(_ message: String, _ catalog: StorageCatalog) -> SQLError {
    let marker = "index '"
    if let start = message.firstRange(of: marker)?.upperBound, message.hasSuffix("'") {
      let storage = String(message[start...].dropLast())
      let index = catalog.relations.values.lazy.flatMap(\.indexes).first { $0.storageName == storage }
      let name = index?.name ?? storage.split(separator: ".", maxSplits: 1).last.map(String.init) ?? storage
      return SQLError(.uniqueViolation, "duplicate key value violates unique constraint \"\(name)\"")
    }
    let (name, columns) = constraintColumns(message)
    let relation = catalog.relation(schema: name.schema, name: name.name)
    let constraint = relation?.constraints.first { $0.isUniqueKey && $0.columns == columns }?.name
    let index = relation?.indexes.first { $0.isUnique && $0.columns == columns }?.name
    let suffix = relation?.primaryKey == columns ? "pkey" : columns.joined(separator: "_") + "_key"
    return SQLError(
      .uniqueViolation,
      "duplicate key value violates unique constraint \"\(constraint ?? index ?? "\(name.name)_\(suffix)")\"",
      detail: "Key (\(columns.joined(separator: ", "))) already exists.")
  }

  /// From «CHECK constraint failed: d.t:t_a_check»; tables that are older have the constraint's name alone.
  private static func checkViolation(_ message: String, _ catalog: StorageCatalog) -> SQLError {
    let failed = message.firstRange(of: ": ").map { String(message[$0.upperBound...]) } ?? message
    let relation = catalog.relations.values.first { relation in
      relation.constraints.contains { $0.kind == .check && relation.storageName(of: $0) == failed }
    }
    guard let relation else {
      return SQLError(.checkViolation, "new row violates check constraint \"\(failed)\"")
    }
    let name = failed.dropFirst(relation.storageName.count + 1)
    return SQLError(
      .checkViolation, "new row for relation \"\(relation.name)\" violates check constraint \"\(name)\"")
  }

  private init(primaryCode code: Int32, message: String) {
    switch code {
    case SQLITE_BUSY, SQLITE_LOCKED:
      self.init(
        .lockNotAvailable, "the database is locked by another process",
        hint: "Wait until it has finished, or stop it; nothing of this statement was done.")
    case SQLITE_FULL:
      self.init(
        .diskFull, "the disk is full", hint: "Free some room and run the same again; nothing half-done remains.")
    case SQLITE_READONLY:
      self.init(
        .ioError, "the database cannot be written: the file or its folder is read-only",
        hint: "Check the permissions, or open a copy.")
    case SQLITE_IOERR: self.init(.ioError, "the database file could not be read or written: \(message)")
    case SQLITE_NOTADB:
      self.init(.dataCorrupted, "the file is no Scout database: it is not a SQLite file")
    case SQLITE_CORRUPT:
      self.init(
        .dataCorrupted, "the database file is damaged: \(message)",
        hint: "Put the last backup in its place: scout restore BACKUP --replace")
    case SQLITE_CANTOPEN: self.init(.ioError, "the database file cannot be opened")
    case SQLITE_MISMATCH:
      self.init(.notNullViolation, "null value in an identity column violates not-null constraint")
    case SQLITE_INTERRUPT: self.init(.queryCanceled, "canceling statement due to statement timeout")
    case SQLITE_TOOBIG: self.init(.programLimitExceeded, "a text is too large: \(message)")
    case SQLITE_ERROR where message.hasPrefix("ON CONFLICT clause does not match"):
      self.init(
        .invalidColumnReference,
        "there is no unique or exclusion constraint matching the ON CONFLICT specification")
    case SQLITE_ERROR
    where message.hasSuffix("parser stack overflow") || message.hasPrefix("Expression tree is too large"):
      self.init(
        .statementTooComplex, "stack depth limit exceeded",
        hint: "SQLite reads about 30 nested function calls. Compute a part of the expression in a subquery.")
    case SQLITE_ERROR where message == "integer overflow":
      self.init(.numericValueOutOfRange, "bigint out of range")
    default: self.init(.internalError, message)
    }
  }

  /// GRDB's error in the same terms.
  public init(_ error: DatabaseError) {
    self.init(sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "unknown error") {
      StorageCatalog()
    }
  }

  /// The relation and columns of «UNIQUE constraint failed: scout.t.a, scout.t.b».
  private static func constraintColumns(_ message: String) -> (relation: (schema: String?, name: String), [String]) {
    let list = message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? ""
    var relation: (schema: String?, name: String) = (nil, "")
    var columns: [String] = []
    for item in list.split(separator: ", ") {
      let parts = item.split(separator: ".").map(String.init)
      columns.append(parts.last ?? "")
      if parts.count >= 3 { relation = (parts[0], parts[1]) } else if parts.count == 2 { relation = (nil, parts[0]) }
    }
    return (relation, columns)
  }
}
