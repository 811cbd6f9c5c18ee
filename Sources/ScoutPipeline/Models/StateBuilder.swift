import GRDBSQLite
import PostgresDialect
import ScoutStorage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Computes a model's state and its members in one scan, by hashing.
///
/// SQLite would sort the rows once for the state and once more for each table of members, which is most of the time of
/// a full refresh. Memory is bounded: when the groups take more than ``memoryLimit`` they are written as a part, and
/// the parts are put together by SQL at the end.
final class StateBuilder {
  /// A value that is not added up or told apart here as SQLite does it: the caller falls back to SQL.
  private struct Unsuitable: Error {}

  private enum Step {
    case rows(column: Int32?)
    case entities(column: Int32)
    case sum(column: Int32)
    case extreme(column: Int32, isMinimum: Bool)
    case members(column: Int32, table: Int)
  }

  static let memoryLimit = 64 << 20

  private let plan: StatePlan
  private let rows: StatePlan.UngroupedRows
  private let connection: Connection
  private let memoryLimit: Int
  private let groups: GroupTable
  /// By partial with members: keys are a group's number and a value, the integer is how often it occurs.
  private let members: [GroupTable]
  /// Per partial, what to do with a row, and where its integers are.
  private var steps: [(step: Step, slot: Int)] = []
  /// The texts of extremes.
  private var texts: [[UInt8]] = []
  /// In how many parts the groups were written.
  private(set) var parts = 1

  init(_ plan: StatePlan, _ rows: StatePlan.UngroupedRows, _ connection: Connection, memoryLimit: Int = memoryLimit) {
    self.plan = plan
    self.rows = rows
    self.connection = connection
    self.memoryLimit = memoryLimit
    var slot = 1
    var tables = 0
    for (index, partial) in plan.partials.enumerated() {
      let column = rows.arguments[index].map { Int32($0) }
      let start = slot
      switch (partial, column) {
      case (.count, let column?) where rows.countsEntities[index]:
        steps.append((.entities(column: column), start))
        slot += 2
      case (.count, _):
        steps.append((.rows(column: column), start))
        slot += 1
      case (.sum, let column?):
        steps.append((.sum(column: column), start))
        slot += 2
      case (.members, let column?):
        steps.append((.members(column: column, table: tables), start))
        tables += 1
        slot += 1
      case (.minimum, let column?), (.maximum, let column?):
        steps.append((.extreme(column: column, isMinimum: partial == .minimum), start))
        slot += 2
      case (.sum, nil), (.members, nil), (.minimum, nil), (.maximum, nil):
        // These always have an argument; without one nothing would count.
        steps.append((.rows(column: nil), start))
        slot += 2
      }
    }
    groups = GroupTable(width: slot)
    members = (0..<tables).map { _ in GroupTable(width: 1) }
  }

  /// Writes the state of all rows.
  ///
  /// - Parameters:
  ///   - state: The quoted name of an empty table with ``StatePlan/columnNames``.
  ///   - members: The same for each partial with members: g0 …, v, n.
  /// - Returns: False when a value is not suitable; then the tables may hold parts of the rows.
  func run(into state: String, members memberTables: [String]) throws -> Bool {
    do { try read { try self.write(into: state, members: memberTables) } } catch is Unsuitable { return false }
    try write(into: state, members: memberTables)
    return true
  }

  private func read(flush: () throws -> Void) throws {
    let statement = try connection.prepare(rows.sql)
    let handle = statement.handle
    let groupCount = Int32(plan.groupNames.count)
    let entityColumn = rows.entity.map { Int32($0) }
    let steps = steps
    var key = KeyBuffer()
    var memberKey = KeyBuffer()
    var entity = KeyBuffer()
    var ordinal: Int64 = 0
    var rowCount = 0
    var nextCheck = 1000
    while try statement.step() {
      // An entity must not be cut in two by a flush: it would count in both parts.
      var mayFlush = true
      if let entityColumn {
        key.removeAll()
        guard key.append(handle, entityColumn) else { throw Unsuitable() }
        mayFlush = key != entity
        if mayFlush {
          swap(&key, &entity)
          ordinal += 1
        }
      }
      rowCount += 1
      if mayFlush, rowCount >= nextCheck {
        nextCheck = rowCount + 1000
        if members.reduce(groups.memory, { $0 + $1.memory }) > memoryLimit {
          try flush()
          parts += 1
          groups.removeAll()
          for table in members { table.removeAll() }
          texts = []
        }
      }
      key.removeAll()
      for column in 0..<groupCount {
        guard key.append(handle, column) else { throw Unsuitable() }
      }
      let group = groups.index(of: key.bytes)
      let numbers = groups.numbers(group)
      numbers[0] += 1
      for (step, slot) in steps {
        try take(step, numbers + slot, handle, group: group, ordinal: ordinal, &memberKey)
      }
    }
  }

  @inline(__always)
  private func take(
    _ step: Step, _ numbers: UnsafeMutablePointer<Int64>, _ handle: OpaquePointer, group: Int, ordinal: Int64,
    _ memberKey: inout KeyBuffer
  ) throws {
    switch step {
    case .rows(nil): numbers[0] += 1
    case .rows(let column?): if sqlite3_column_type(handle, column) != SQLITE_NULL { numbers[0] += 1 }
    case .entities(let column):
      if numbers[1] != ordinal, sqlite3_column_type(handle, column) != SQLITE_NULL {
        numbers[0] += 1
        numbers[1] = ordinal
      }
    case .sum(let column):
      switch sqlite3_column_type(handle, column) {
      case SQLITE_NULL: break
      case SQLITE_INTEGER:
        let (sum, overflow) = numbers[0].addingReportingOverflow(sqlite3_column_int64(handle, column))
        if overflow { throw Unsuitable() }
        numbers[0] = sum
        numbers[1] += 1
      default: throw Unsuitable()
      }
    case .extreme(let column, let isMinimum): try takeExtreme(numbers, handle, column, isMinimum: isMinimum)
    case .members(let column, let table):
      guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return }
      memberKey.removeAll()
      memberKey.append(Int64(group))
      guard memberKey.append(handle, column) else { throw Unsuitable() }
      let known = members[table].count
      let member = members[table].index(of: memberKey.bytes)
      members[table].numbers(member)[0] += 1
      if members[table].count > known { numbers[0] += 1 }
    }
  }

  /// Integers are kept as 1 and the integer, texts as 2 and their place among ``texts``; every text is beyond every
  /// integer, as in SQLite.
  private func takeExtreme(
    _ numbers: UnsafeMutablePointer<Int64>, _ handle: OpaquePointer, _ column: Int32, isMinimum: Bool
  ) throws {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL: return
    case SQLITE_INTEGER:
      let value = sqlite3_column_int64(handle, column)
      let isBetter =
        switch numbers[0] {
        case 0: true
        case 1: isMinimum ? value < numbers[1] : value > numbers[1]
        default: isMinimum
        }
      if isBetter { (numbers[0], numbers[1]) = (1, value) }
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, column)
      let value = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
      switch numbers[0] {
      case 2:
        let place = Int(numbers[1])
        let isLess = value.lexicographicallyPrecedes(texts[place])
        if isMinimum ? isLess : !isLess && !value.elementsEqual(texts[place]) { texts[place] = Array(value) }
      case 1 where isMinimum: return
      default:
        (numbers[0], numbers[1]) = (2, Int64(texts.count))
        texts.append(Array(value))
      }
    default: throw Unsuitable()
    }
  }

  // MARK: Writing

  private func insertion(into table: String, columns: Int) throws -> PreparedStatement {
    let values = (1...columns).map { "?\($0)" }.joined(separator: ", ")
    return try connection.prepare("insert into \(table) values (\(values))")
  }

  /// Writes the groups in the order of their keys, so that the indexes made afterwards find them sorted.
  private func write(into state: String, members memberTables: [String]) throws {
    let order = (0..<groups.count).sorted { Self.precedes(groups.key($0), groups.key($1)) }
    var statement = try insertion(into: state, columns: plan.columnNames.count)
    for index in order {
      var position: Int32 = 1
      Self.bind(groups.key(index), to: statement.handle, at: &position)
      let numbers = groups.numbers(index)
      sqlite3_bind_int64(statement.handle, position, numbers[0])
      position += 1
      for (step, slot) in steps {
        switch step {
        case .rows, .entities, .members: sqlite3_bind_int64(statement.handle, position, numbers[slot])
        case .sum:
          sqlite3_bind_int64(statement.handle, position, numbers[slot])
          position += 1
          sqlite3_bind_int64(statement.handle, position, numbers[slot + 1])
        case .extreme: bindExtreme(numbers + slot, to: statement.handle, at: position)
        }
        position += 1
      }
      try statement.runOnce()
    }
    var ranks = [Int](repeating: 0, count: groups.count)
    for (rank, index) in order.enumerated() { ranks[index] = rank }
    for (table, name) in zip(members, memberTables) {
      statement = try insertion(into: name, columns: plan.groupNames.count + 2)
      try writeMembers(table, ranks, order, statement)
    }
  }

  private func writeMembers(
    _ table: GroupTable, _ ranks: [Int], _ order: [Int], _ statement: PreparedStatement
  ) throws {
    // By group first, which needs no comparison; then the few values of each.
    func group(_ member: Int) -> Int { Int(KeyBuffer.integer(UnsafeRawBufferPointer(table.key(member)), at: 1)) }
    var starts = [Int](repeating: 0, count: order.count + 1)
    for member in 0..<table.count { starts[ranks[group(member)] + 1] += 1 }
    for rank in order.indices { starts[rank + 1] += starts[rank] }
    var places = starts
    var sorted = [Int](repeating: 0, count: table.count)
    for member in 0..<table.count {
      let rank = ranks[group(member)]
      sorted[places[rank]] = member
      places[rank] += 1
    }
    for rank in order.indices where starts[rank] < starts[rank + 1] {
      let range = starts[rank]..<starts[rank + 1]
      if range.count > 1 { sorted[range].sort { Self.precedes(table.key($0), table.key($1)) } }
      var position: Int32 = 1
      Self.bind(groups.key(order[rank]), to: statement.handle, at: &position)
      for member in sorted[range] {
        var last = position
        let value = UnsafeBufferPointer(rebasing: table.key(member)[KeyBuffer.integerSize...])
        Self.bind(value, to: statement.handle, at: &last)
        sqlite3_bind_int64(statement.handle, last, table.numbers(member)[0])
        try statement.runOnce()
      }
    }
  }

  private func bindExtreme(_ numbers: UnsafeMutablePointer<Int64>, to handle: OpaquePointer, at position: Int32) {
    switch numbers[0] {
    case 0: sqlite3_bind_null(handle, position)
    case 1: sqlite3_bind_int64(handle, position, numbers[1])
    default:
      texts[Int(numbers[1])].withUnsafeBufferPointer {
        RowBinder.bind($0, RowBinder.copied, to: handle, at: position)
      }
    }
  }

  private static func precedes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = a.baseAddress, let second = b.baseAddress else { return a.count < b.count }
    let order = memcmp(first, second, min(a.count, b.count))
    return order == 0 ? a.count < b.count : order < 0
  }

  /// Binds the values of a key; the texts are not copied, so the table must not change before the statement ran.
  private static func bind(_ key: UnsafeBufferPointer<UInt8>, to handle: OpaquePointer, at position: inout Int32) {
    var offset = 0
    while offset < key.count {
      switch key[offset] {
      case KeyBuffer.null:
        sqlite3_bind_null(handle, position)
        offset += 1
      case KeyBuffer.integer:
        sqlite3_bind_int64(handle, position, KeyBuffer.integer(UnsafeRawBufferPointer(key), at: offset + 1))
        offset += KeyBuffer.integerSize
      default:
        let start = offset + 1
        var end = start
        while key[end] != 0 { end += 1 }
        RowBinder.bind(
          UnsafeBufferPointer(rebasing: key[start..<end]), RowBinder.borrowed, to: handle, at: position)
        offset = end + 1
      }
      position += 1
    }
  }
}

/// Values as bytes whose order is SQLite's: null, integers, texts by their bytes.
struct KeyBuffer: ~Copyable {
  static let null: UInt8 = 1
  static let integer: UInt8 = 2
  static let text: UInt8 = 3
  static let integerSize = 9

  private var start = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
  private var capacity = 256
  private var count = 0

  deinit { start.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  mutating func removeAll() { count = 0 }

  static func != (a: borrowing KeyBuffer, b: borrowing KeyBuffer) -> Bool {
    a.count != b.count || memcmp(a.start, b.start, a.count) != 0
  }

  /// Appends a column of the current row.
  ///
  /// - Returns: False when the value is none of those that have an order here.
  mutating func append(_ handle: OpaquePointer, _ column: Int32) -> Bool {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL:
      reserve(1)
      start[count] = Self.null
      count += 1
    case SQLITE_INTEGER: append(sqlite3_column_int64(handle, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(handle, column) else { return false }
      let length = Int(sqlite3_column_bytes(handle, column))
      if memchr(text, 0, length) != nil { return false }
      reserve(length + 2)
      start[count] = Self.text
      (start + count + 1).update(from: text, count: length)
      start[count + 1 + length] = 0
      count += length + 2
    default: return false
    }
    return true
  }

  mutating func append(_ value: Int64) {
    reserve(Self.integerSize)
    start[count] = Self.integer
    let ordered = (UInt64(bitPattern: value) ^ 1 << 63).bigEndian
    UnsafeMutableRawPointer(start + count + 1).storeBytes(of: ordered, as: UInt64.self)
    count += Self.integerSize
  }

  static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int64 {
    let ordered = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    return Int64(bitPattern: ordered ^ 1 << 63)
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * (count + more))
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
    capacity = 2 * (count + more)
  }
}
