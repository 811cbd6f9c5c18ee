import GRDBSQLite
import ScoutStorage

/// A prepared statement that is run once per row.
///
/// Values stay bound from run to run, so what does not change is bound once.
struct RowStatement {
  private let prepared: PreparedStatement
  private let connection: Connection
  private let texts: TextArena

  /// - Parameter texts: Must not be emptied between binding and the last run with what was bound.
  init(_ connection: Connection, _ texts: TextArena, _ sql: String) throws {
    prepared = try connection.prepare(sql)
    self.connection = connection
    self.texts = texts
  }

  /// The values of a row, from this parameter on.
  func row(from position: Int32 = 1) -> RowBinder { RowBinder(prepared.handle, texts, position) }

  /// Binds a text that outlives the arena's content.
  func bindForever(_ text: String, at position: Int32) {
    var text = text
    text.withUTF8 { RowBinder.bind($0, RowBinder.copied, to: prepared.handle, at: position) }
  }

  /// Runs the statement once.
  ///
  /// - Returns: The number of rows changed.
  func run() throws -> Int64 {
    try prepared.runOnce()
    return sqlite3_changes64(connection.handle)
  }

  /// Runs the statement once with a text that is not copied at all.
  func run(with text: [UInt8], at position: Int32) throws -> Int64 {
    try text.withUnsafeBufferPointer { bytes in
      RowBinder.bind(bytes, RowBinder.borrowed, to: prepared.handle, at: position)
      // Nothing of SQLite's may point to the text when it goes.
      defer { sqlite3_bind_null(prepared.handle, position) }
      return try run()
    }
  }
}

/// Binds values one after the other.
///
/// Texts are copied into the arena and bound without SQLite's own copy, which would be an allocation each: a fifth of
/// all instructions of an insert. A struct on the stack, because each change of a class's property would pay for
/// Swift's run-time check of exclusive access.
struct RowBinder {
  private let handle: OpaquePointer
  private let texts: TextArena
  private var position: Int32

  init(_ handle: OpaquePointer, _ texts: TextArena, _ position: Int32) {
    self.handle = handle
    self.texts = texts
    self.position = position
  }

  mutating func bind(_ value: Int64?) {
    if let value { sqlite3_bind_int64(handle, position, value) } else { sqlite3_bind_null(handle, position) }
    position &+= 1
  }

  mutating func bind(_ text: String?) {
    if var text {
      text.withUTF8 { bytes in
        if let copy = texts.copy(bytes) {
          RowBinder.bind(
            UnsafeBufferPointer(start: copy, count: bytes.count), RowBinder.borrowed, to: handle, at: position)
        } else {
          RowBinder.bind(bytes, RowBinder.copied, to: handle, at: position)
        }
      }
    } else {
      sqlite3_bind_null(handle, position)
    }
    position &+= 1
  }

  /// SQLite uses the memory as it is.
  static var borrowed: sqlite3_destructor_type? { nil }

  /// SQLite makes a copy.
  static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  static func bind(
    _ bytes: UnsafeBufferPointer<UInt8>, _ destructor: sqlite3_destructor_type?, to handle: OpaquePointer,
    at position: Int32
  ) {
    guard let start = bytes.baseAddress else {
      // No address would mean null.
      sqlite3_bind_text(handle, position, "", 0, copied)
      return
    }
    start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { chars in
      _ = sqlite3_bind_text64(handle, position, chars, UInt64(bytes.count), destructor, UInt8(SQLITE_UTF8))
    }
  }
}

/// Memory for the texts of a row, given back all at once. Belongs to one thread.
final class TextArena {
  private static let capacity = 1 << 16
  private let start = UnsafeMutablePointer<UInt8>.allocate(capacity: TextArena.capacity)
  /// In memory of its own, for the reason given at ``RowBinder``.
  private let count = UnsafeMutablePointer<Int>.allocate(capacity: 1)

  init() { count.initialize(to: 0) }

  deinit {
    start.deallocate()
    count.deallocate()
  }

  /// What was copied before is gone.
  func removeAll() { count.pointee = 0 }

  /// A copy that stays until ``removeAll()``; nil when there is no room left.
  func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard let source = bytes.baseAddress, bytes.count <= TextArena.capacity &- count.pointee else { return nil }
    let place = start + count.pointee
    place.update(from: source, count: bytes.count)
    count.pointee &+= bytes.count
    return UnsafePointer(place)
  }
}
