import GRDBSQLite
import PostgresDialect
import Synchronization

/// The relations of the system catalogs as SQLite's tables.
///
/// Each is an eponymous virtual table under its qualified name, `"pg_catalog.pg_class"`, so that a translated statement
/// reads it as any other table. An equality with a constant or with a column of another table is answered from a hash of
/// the column, which makes the many-way joins of psql and mappers quick.
/// Source: <https://www.sqlite.org/vtab.html>
enum SystemTable {
  /// The rows of a relation, with hashes of the columns that were asked for.
  final class Rows: Sendable {
    let rows: [[SQLValue]]
    private let hashes = Mutex<[Int: [SQLValue: [Int]]]>([:])

    init(_ rows: [[SQLValue]]) { self.rows = rows }

    /// The places of the rows whose column has the value.
    func places(of value: SQLValue, in column: Int) -> [Int] {
      hashes.withLock { hashes in
        if let hash = hashes[column] { return hash[value] ?? [] }
        var hash: [SQLValue: [Int]] = [:]
        for (place, row) in rows.enumerated() { hash[row[column], default: []].append(place) }
        hashes[column] = hash
        return hash[value] ?? []
      }
    }
  }

  /// What a module knows: its relation, and the session whose connection it is on.
  private final class Module {
    let relation: SystemRelation
    let session: SessionState
    let handle: OpaquePointer
    /// Rows that are right until something is written.
    var kept: (version: [Int64], rows: Rows)?

    init(_ relation: SystemRelation, _ session: SessionState, _ handle: OpaquePointer) {
      self.relation = relation
      self.session = session
      self.handle = handle
    }

    func rows() throws -> Rows {
      guard let database = session.database?() else { throw SQLError(.internalError, "the database is closed") }
      let connection = Connection(handle: handle, session: session, database: database)
      let catalog = try database.catalog(connection)
      func make() throws -> Rows {
        let source = SystemRows(system: catalog.systemCache.system(catalog), connection: connection)
        return Rows(try source.rows(of: relation))
      }
      switch relation.lifetime {
      case .scan: return try make()
      case .catalog:
        let key = "\(relation.relation.qualifiedName) \(session.role)"
        if let rows = catalog.systemCache.rows(key) { return rows }
        let rows = try make()
        catalog.systemCache.keep(rows, key)
        return rows
      case .data:
        let version = [
          sqlite3_total_changes64(handle), try connection.value("pragma data_version").integer ?? 0,
          session.transactionTime.microseconds,
        ]
        if let kept, kept.version == version { return kept.rows }
        let rows = try make()
        kept = (version, rows)
        return rows
      }
    }
  }

  private struct Table {
    // SQLite's part comes first, as its C structure demands.
    var base: sqlite3_vtab
    var module: UnsafeMutableRawPointer
  }

  private struct Cursor {
    var base: sqlite3_vtab_cursor
    var state: UnsafeMutableRawPointer
  }

  private final class State {
    let module: Module
    var rows: Rows?
    /// The places to visit; nil for all.
    var places: [Int]?
    var position = 0

    init(_ module: Module) { self.module = module }

    var count: Int { places?.count ?? rows?.rows.count ?? 0 }
    var row: [SQLValue]? {
      guard position < count else { return nil }
      return rows?.rows[places?[position] ?? position]
    }
  }

  private static func state(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> State? {
    guard let cursor else { return nil }
    let record = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
    return Unmanaged<State>.fromOpaque(record.pointee.state).takeUnretainedValue()
  }

  private static func module(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> Module? {
    guard let table else { return nil }
    let record = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self)
    return Unmanaged<Module>.fromOpaque(record.pointee.module).takeUnretainedValue()
  }

  static func register(on handle: OpaquePointer, session: SessionState) {
    for relation in SystemRelation.sorted {
      let context = Unmanaged.passRetained(Module(relation, session, handle)).toOpaque()
      sqlite3_create_module_v2(handle, relation.relation.storageName, module, context) { context in
        if let context { Unmanaged<Module>.fromOpaque(context).release() }
      }
    }
  }

  /// Lives as long as the process: SQLite keeps the address. It is written once, before anything reads it.
  nonisolated(unsafe) private static let module: UnsafePointer<sqlite3_module> = {
    let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    var module = sqlite3_module()
    // Without xCreate the module is its own table and needs no CREATE VIRTUAL TABLE.
    module.xConnect = { handle, context, _, _, table, _ in
      guard let context else { return SQLITE_ERROR }
      let relation = Unmanaged<Module>.fromOpaque(context).takeUnretainedValue().relation.relation
      let columns = relation.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
      let code = sqlite3_declare_vtab(handle, "create table system(\(columns))")
      guard code == SQLITE_OK else { return code }
      let created = UnsafeMutablePointer<Table>.allocate(capacity: 1)
      created.initialize(to: Table(base: sqlite3_vtab(), module: context))
      table?.pointee = UnsafeMutableRawPointer(created).assumingMemoryBound(to: sqlite3_vtab.self)
      return SQLITE_OK
    }
    module.xDisconnect = { table in
      if let table { UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self).deallocate() }
      return SQLITE_OK
    }
    module.xBestIndex = { _, info in
      guard let info else { return SQLITE_ERROR }
      info.pointee.estimatedCost = 100_000
      info.pointee.estimatedRows = 500
      for index in 0..<Int(info.pointee.nConstraint) {
        let constraint = info.pointee.aConstraint[index]
        guard constraint.op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ), constraint.usable != 0, constraint.iColumn >= 0,
          let collation = sqlite3_vtab_collation(info, Int32(index)), String(cString: collation) == "BINARY"
        else { continue }
        info.pointee.aConstraintUsage[index].argvIndex = 1
        info.pointee.idxNum = constraint.iColumn + 1
        info.pointee.estimatedCost = 20
        info.pointee.estimatedRows = 2
        break
      }
      return SQLITE_OK
    }
    module.xOpen = { table, cursor in
      guard let owner = SystemTable.module(table) else { return SQLITE_ERROR }
      let created = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
      created.initialize(
        to: Cursor(base: sqlite3_vtab_cursor(), state: Unmanaged.passRetained(State(owner)).toOpaque()))
      cursor?.pointee = UnsafeMutableRawPointer(created).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }
    module.xClose = { cursor in
      guard let cursor else { return SQLITE_OK }
      let record = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
      Unmanaged<State>.fromOpaque(record.pointee.state).release()
      record.deallocate()
      return SQLITE_OK
    }
    module.xFilter = { cursor, index, _, count, arguments in
      guard let state = state(cursor) else { return SQLITE_ERROR }
      do {
        let rows = try state.rows ?? state.module.rows()
        state.rows = rows
        state.places = nil
        state.position = 0
        if index > 0, count == 1 {
          switch SQLValue(arguments?[0]) {
          // Numbers of two kinds can be equal, which a hash does not see.
          case .real: break
          case .null: state.places = []
          case let value: state.places = rows.places(of: value, in: Int(index) - 1)
          }
        }
        return SQLITE_OK
      } catch {
        state.module.session.pendingError =
          error as? SQLError ?? SQLError(.internalError, "a system catalog cannot be read: \(error)")
        return SQLITE_ERROR
      }
    }
    module.xNext = { cursor in
      state(cursor)?.position += 1
      return SQLITE_OK
    }
    module.xEof = { cursor in state(cursor)?.row == nil ? 1 : 0 }
    module.xColumn = { cursor, context, column in
      guard let row = state(cursor)?.row, let context, row.indices.contains(Int(column)) else { return SQLITE_ERROR }
      row[Int(column)].give(to: context)
      return SQLITE_OK
    }
    module.xRowid = { cursor, rowid in
      rowid?.pointee = Int64(state(cursor)?.position ?? 0)
      return SQLITE_OK
    }
    pointer.initialize(to: module)
    return UnsafePointer(pointer)
  }()
}
