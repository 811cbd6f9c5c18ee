import PostgresDialect

/// Rows of values as one SQLite blob: what a set-returning function returns and the table `pg_rows` expands.
///
/// A set-returning function is a scalar function with such a result:
///
///     scalar("pg_string_to_table", 2) { call throws(SQLError) in
///       var rows = RowSet(width: 1)
///       for part in call.text(0).split(separator: call.text(1)) { rows.append([.text(String(part))]) }
///       call.result(rows)
///     }
///
/// Null means no rows. Every value comes out as it went in: doubles keep their bits, which SQLite's JSON would not do.
///
/// The bytes, integers in little-endian order: a tag 0, the width in two bytes, then the values row by row. A value is
/// a tag (0 null, 1 integer, 2 real, 3 text, 4 blob) and eight bytes of the number, or four bytes of the length and the
/// bytes. Or a tag 1 and three integers of eight bytes, start, end and step: an arithmetic series, computed row by row.
struct RowSet {
  /// The columns of `pg_rows` beside its ordinality; SQLite passes no more arguments to a function than this.
  static let maximumWidth = 127

  /// No function makes more rows than this in memory.
  static let maximumRowCount = 10_000_000

  private(set) var bytes: [UInt8]
  private(set) var rowCount = 0
  let width: Int

  init(width: Int) {
    self.width = width
    bytes = [0, UInt8(truncatingIfNeeded: width), UInt8(truncatingIfNeeded: width >> 8)]
  }

  /// One row; of `width` values.
  mutating func append(_ row: [SQLValue]) {
    precondition(row.count == width, "a row of \(row.count) values in a set of width \(width)")
    for value in row { append(value) }
    rowCount += 1
  }

  /// - Throws: 54000 when the set would get larger than a function may make it.
  mutating func appendChecked(_ row: [SQLValue]) throws(SQLError) {
    guard rowCount < Self.maximumRowCount else {
      throw SQLError(.programLimitExceeded, "a function returns more than \(Self.maximumRowCount) rows")
    }
    append(row)
  }

  private mutating func append(_ value: SQLValue) {
    switch value {
    case .null: bytes.append(0)
    case .integer(let number):
      bytes.append(1)
      append(UInt64(bitPattern: number), byteCount: 8)
    case .real(let number):
      bytes.append(2)
      append(number.bitPattern, byteCount: 8)
    case .text(let text):
      bytes.append(3)
      append(UInt64(text.utf8.count), byteCount: 4)
      bytes.append(contentsOf: text.utf8)
    case .blob(let blob):
      bytes.append(4)
      append(UInt64(blob.count), byteCount: 4)
      bytes.append(contentsOf: blob)
    }
  }

  private mutating func append(_ number: UInt64, byteCount: Int) {
    for index in 0..<byteCount { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
  }

  /// The integers from `start` to `end`, inclusive, in steps other than zero.
  static func series(from start: Int64, through end: Int64, step: Int64) -> [UInt8] {
    var set = RowSet(width: 1)
    set.bytes = [1]
    for number in [start, end, step] { set.append(UInt64(bitPattern: number), byteCount: 8) }
    return set.bytes
  }
}

extension FunctionContext {
  func result(_ rows: RowSet) { result(.blob(rows.bytes)) }

  /// The rows of an argument that is a row set; none for null.
  func rowSet(_ index: Int) -> RowSetReader? {
    guard case .blob(let bytes) = value(index) else { return nil }
    return RowSetReader(bytes)
  }
}

/// Reads a row set row by row.
struct RowSetReader {
  private let bytes: [UInt8]
  private var position = 0
  private var series: (next: Int64?, end: Int64, step: Int64)?
  let width: Int
  /// The current row; empty after the last.
  private(set) var row: [SQLValue] = []
  /// The current row's number, from 1.
  private(set) var ordinality: Int64 = 0

  /// Nil when the bytes are no row set.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.first == 1, bytes.count == 25 {
      width = 1
      position = 1
      let start = Int64(bitPattern: number(8))
      let end = Int64(bitPattern: number(8))
      let step = Int64(bitPattern: number(8))
      series = (start, end, step)
    } else if bytes.first == 0, bytes.count >= 3 {
      width = Int(bytes[1]) | Int(bytes[2]) << 8
      position = 3
    } else {
      return nil
    }
  }

  /// Moves to the next row.
  ///
  /// - Returns: False at the end.
  mutating func next() -> Bool {
    if let current = series {
      guard let value = current.next, current.step > 0 ? value <= current.end : value >= current.end else {
        row = []
        return false
      }
      let (following, overflow) = value.addingReportingOverflow(current.step)
      series?.next = overflow ? nil : following
      row = [.integer(value)]
      ordinality += 1
      return true
    }
    guard position < bytes.count else {
      row = []
      return false
    }
    row.removeAll(keepingCapacity: true)
    for _ in 0..<width { row.append(value()) }
    ordinality += 1
    return true
  }

  private mutating func value() -> SQLValue {
    guard position < bytes.count else { return .null }
    let tag = bytes[position]
    position += 1
    switch tag {
    case 1: return .integer(Int64(bitPattern: number(8)))
    case 2: return .real(Double(bitPattern: number(8)))
    case 3, 4:
      let length = Int(number(4))
      let end = Swift.min(position + length, bytes.count)
      defer { position = end }
      return tag == 3
        ? .text(String(decoding: bytes[position..<end], as: UTF8.self)) : .blob(Array(bytes[position..<end]))
    default: return .null
    }
  }

  private mutating func number(_ byteCount: Int) -> UInt64 {
    guard position + byteCount <= bytes.count else {
      position = bytes.count
      return 0
    }
    var value: UInt64 = 0
    for index in 0..<byteCount { value |= UInt64(bytes[position + index]) << (8 * UInt64(index)) }
    position += byteCount
    return value
  }
}
