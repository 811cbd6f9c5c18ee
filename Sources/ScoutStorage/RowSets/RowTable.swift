import GRDBSQLite
import PostgresDialect

/// The table-valued function `pg_rows(set)`: the rows of a ``RowSet`` as columns `ordinality`, `c1`, `c2` ….
///
/// Its argument may use columns of FROM items before it, which makes it the lateral join that SQLite lacks.
/// Source: <https://www.sqlite.org/vtab.html#tabfunc2>
enum RowTable {
  /// The hidden column that receives the argument.
  private static let sourceColumn: Int32 = 0
  private static let ordinalityColumn: Int32 = 1

  static func register(on handle: OpaquePointer) {
    sqlite3_create_module_v2(handle, "pg_rows", module, nil, nil)
  }

  private static let declaration =
    "create table pg_rows(source hidden, ordinality, "
    + (1...RowSet.maximumWidth).map { "c\($0)" }.joined(separator: ", ") + ")"

  private struct Cursor {
    // SQLite's part comes first, as its C structure demands.
    var base: sqlite3_vtab_cursor
    var state: UnsafeMutableRawPointer?
  }

  private final class State {
    var reader: RowSetReader?
    var isAtEnd = true

    func advance() { isAtEnd = reader?.next() != true }
  }

  private static func state(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> State? {
    guard let cursor else { return nil }
    let record = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
    return record.pointee.state.map { Unmanaged<State>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Lives as long as the process: SQLite keeps the address. It is written once, before anything reads it.
  nonisolated(unsafe) private static let module: UnsafePointer<sqlite3_module> = {
    let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    var module = sqlite3_module()
    // Without xCreate the module is its own table and needs no CREATE VIRTUAL TABLE.
    module.xConnect = { handle, _, _, _, table, _ in
      let code = sqlite3_declare_vtab(handle, declaration)
      guard code == SQLITE_OK else { return code }
      let created = UnsafeMutablePointer<sqlite3_vtab>.allocate(capacity: 1)
      created.initialize(to: sqlite3_vtab())
      table?.pointee = created
      return SQLITE_OK
    }
    module.xDisconnect = { table in
      table?.deallocate()
      return SQLITE_OK
    }
    module.xBestIndex = { _, info in
      guard let info else { return SQLITE_ERROR }
      for index in 0..<Int(info.pointee.nConstraint) {
        let constraint = info.pointee.aConstraint[index]
        guard constraint.iColumn == sourceColumn, constraint.op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ) else { continue }
        if constraint.usable == 0 { return SQLITE_CONSTRAINT }
        info.pointee.aConstraintUsage[index].argvIndex = 1
        info.pointee.aConstraintUsage[index].omit = 1
      }
      info.pointee.estimatedCost = 10
      info.pointee.estimatedRows = 25
      return SQLITE_OK
    }
    module.xOpen = { _, cursor in
      let created = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
      created.initialize(
        to: Cursor(base: sqlite3_vtab_cursor(), state: Unmanaged.passRetained(State()).toOpaque()))
      cursor?.pointee = UnsafeMutableRawPointer(created).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }
    module.xClose = { cursor in
      guard let cursor else { return SQLITE_OK }
      let record = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
      if let state = record.pointee.state { Unmanaged<State>.fromOpaque(state).release() }
      record.deallocate()
      return SQLITE_OK
    }
    module.xFilter = { cursor, _, _, count, arguments in
      guard let state = state(cursor) else { return SQLITE_ERROR }
      state.reader = nil
      if count == 1, case .blob(let bytes) = SQLValue(arguments?[0]) { state.reader = RowSetReader(bytes) }
      state.advance()
      return SQLITE_OK
    }
    module.xNext = { cursor in
      state(cursor)?.advance()
      return SQLITE_OK
    }
    module.xEof = { cursor in state(cursor)?.isAtEnd == false ? 0 : 1 }
    module.xColumn = { cursor, context, column in
      guard let reader = state(cursor)?.reader, let context else { return SQLITE_ERROR }
      if column == ordinalityColumn {
        sqlite3_result_int64(context, reader.ordinality)
        return SQLITE_OK
      }
      let index = Int(column - ordinalityColumn) - 1
      if reader.row.indices.contains(index) { reader.row[index].give(to: context) }
      return SQLITE_OK
    }
    module.xRowid = { cursor, rowid in
      rowid?.pointee = state(cursor)?.reader?.ordinality ?? 0
      return SQLITE_OK
    }
    pointer.initialize(to: module)
    return UnsafePointer(pointer)
  }()
}
