import PostgresDialect

/// One field of a CSV row: a range of the row's bytes, without the quotes around it.
struct CSVField {
  var start: Int32
  var end: Int32
  /// Quotes inside are doubled.
  var hasDoubledQuotes = false
}

/// Cutting a row into fields (RFC 4180), apart from where its bytes come from.
///
/// More lenient than the RFC in one point, because real files are: a quote inside of an unquoted field is an ordinary
/// character (`12" ruler`).
struct CSVRowScanner {
  enum Outcome: Equatable {
    /// The row ends before this offset; the next one starts there.
    case row(next: Int)
    /// The bytes end inside of the row.
    case needsMore(insideQuotes: Bool)
    /// Something other than a delimiter follows a closing quote, at this offset.
    case malformed(at: Int)
  }

  var delimiter: UInt8
  /// The fields of the last row scanned; of an incomplete or malformed row those before the fault.
  private(set) var fields: [CSVField] = []

  init(delimiter: UInt8) { self.delimiter = delimiter }

  /// Scans the row at the beginning of `bytes`.
  ///
  /// - Parameter isLast: No bytes will follow, so the end of `bytes` ends the row.
  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    guard let base = bytes.baseAddress else { return isLast ? .row(next: 0) : .needsMore(insideQuotes: false) }
    let count = bytes.count
    let delimiter = delimiter
    var position = 0
    while true {
      if position < count, base[position] == 0x22 {
        // A quoted field.
        position += 1
        let start = position
        var hasDoubledQuotes = false
        while true {
          while position < count, base[position] != 0x22 { position += 1 }
          guard position < count else { return .needsMore(insideQuotes: true) }
          guard position + 1 < count else {
            guard isLast else { return .needsMore(insideQuotes: false) }
            break
          }
          guard base[position + 1] == 0x22 else { break }
          hasDoubledQuotes = true
          position += 2
        }
        add(start, position, hasDoubledQuotes)
        position += 1
      } else {
        let start = position
        while position < count, base[position] != delimiter, base[position] != 0x0A { position += 1 }
        guard position < count || isLast else { return .needsMore(insideQuotes: false) }
        let endsLine = position == count || base[position] == 0x0A
        add(start, endsLine && position > start && base[position - 1] == 0x0D ? position - 1 : position, false)
      }
      if position >= count { return isLast ? .row(next: count) : .needsMore(insideQuotes: false) }
      if base[position] == delimiter {
        position += 1
        continue
      }
      if base[position] == 0x0A { return .row(next: position + 1) }
      if base[position] == 0x0D {
        guard position + 1 < count else {
          return isLast ? .row(next: count) : .needsMore(insideQuotes: false)
        }
        if base[position + 1] == 0x0A { return .row(next: position + 2) }
      }
      return .malformed(at: position)
    }
  }

  private mutating func add(_ start: Int, _ end: Int, _ hasDoubledQuotes: Bool) {
    fields.append(
      CSVField(
        start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end), hasDoubledQuotes: hasDoubledQuotes
      ))
  }
}

/// Reads the rows of a CSV stream in bounded memory. Belongs to one thread.
final class CSVRowReader {
  /// A row, or what stands in its place. The bytes are valid until the next call.
  struct Row {
    /// The row with its quotes, without its line end.
    var bytes: UnsafeBufferPointer<UInt8>
    /// The line on which it starts, from 1.
    var line: Int64
    /// Why its fields cannot be trusted.
    var fault: String?
    /// Set when the row was longer than the limit; `bytes` is then its beginning.
    var oversize: InputLine.Oversize?
  }

  let window: InputWindow
  private(set) var scanner: CSVRowScanner
  private let maximumRowBytes: Int
  private let keptOfOversize: Int
  private let prefix = ByteSlab(capacity: 64)

  init(_ source: any ByteSource, delimiter: UInt8, maximumRowBytes: Int, keptOfOversize: Int) {
    window = InputWindow(source)
    scanner = CSVRowScanner(delimiter: delimiter)
    self.maximumRowBytes = maximumRowBytes
    self.keptOfOversize = keptOfOversize
  }

  /// The fields of the row returned last.
  var fields: [CSVField] { scanner.fields }

  /// The bytes up to the first line end, for guessing the delimiter.
  func firstLine() throws(IngestError) -> UnsafeBufferPointer<UInt8> {
    window.begin()
    while true {
      let held = window.end - window.start
      let base = UnsafePointer(window.buffer + window.start)
      if let found = ByteSearch.lineFeed(base, held) { return UnsafeBufferPointer(start: base, count: found) }
      if window.isAtEnd || held > maximumRowBytes {
        if held == 0, let failure = window.failure { throw failure }
        return UnsafeBufferPointer(start: base, count: held)
      }
      window.fill()
    }
  }

  func use(delimiter: UInt8) { scanner.delimiter = delimiter }

  /// The next row; nil at the end. Blank lines are stepped over.
  ///
  /// A quote that is never closed, or not within the limit, costs the line on which it opens and no more: reading goes
  /// on with the line below.
  func next() throws(IngestError) -> Row? {
    window.begin()
    while true {
      let held = window.end - window.start
      let unread = UnsafeBufferPointer(start: UnsafePointer(window.buffer + window.start), count: held)
      if held == 0, window.isAtEnd {
        if let failure = window.failure { throw failure }
        return nil
      }
      // A row that was cut off by a failure is no row.
      switch scanner.scan(unread, isLast: window.isAtEnd && window.failure == nil) {
      case .row(let next):
        let line = window.position.line + 1
        let bytes = withoutLineEnd(UnsafeBufferPointer(rebasing: unread[..<next]))
        if bytes.count > maximumRowBytes { return try oversizeRow(insideQuotes: false) }
        window.consume(next, lines: lineCount(unread, next))
        if bytes.isEmpty { continue }
        return Row(bytes: bytes, line: line)
      case .malformed(let offset):
        return faultyLine(
          unread, from: offset, "column \(offset + 1): expected a delimiter after the closing quote")
      case .needsMore(let insideQuotes):
        if window.isAtEnd {
          if let failure = window.failure { throw failure }
          return faultyLine(unread, from: 0, "the quote that opens here is not closed before the end of the file")
        }
        // One more byte than allowed, and one for a CR.
        if held > maximumRowBytes + 2 { return try oversizeRow(insideQuotes: insideQuotes) }
        window.fill()
      }
    }
  }

  /// Ends the row at the first line end at or behind `offset`.
  private func faultyLine(_ unread: UnsafeBufferPointer<UInt8>, from offset: Int, _ fault: String) -> Row? {
    let line = window.position.line + 1
    let stop = unread[offset...].firstIndex(of: 0x0A).map { $0 + 1 } ?? unread.count
    window.consume(stop, lines: lineCount(unread, stop))
    return Row(bytes: withoutLineEnd(UnsafeBufferPointer(rebasing: unread[..<stop])), line: line, fault: fault)
  }

  private func oversizeRow(insideQuotes: Bool) throws(IngestError) -> Row {
    let line = window.position.line + 1
    let oversize = try window.discardLine(keeping: keptOfOversize, prefix: prefix)
    let kept = UnsafeBufferPointer(start: UnsafePointer(prefix.base), count: prefix.count)
    if oversize.byteCount <= Int64(maximumRowBytes) {
      return Row(
        bytes: kept, line: line, fault: "the quote that opens here is not closed within \(maximumRowBytes) bytes",
        oversize: oversize)
    }
    return Row(
      bytes: kept, line: line,
      fault: "the row is \(oversize.byteCount) bytes long; the limit is \(maximumRowBytes)", oversize: oversize)
  }

  private func withoutLineEnd(_ row: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var count = row.count
    if count > 0, row[count - 1] == 0x0A { count -= 1 }
    if count > 0, row[count - 1] == 0x0D { count -= 1 }
    return UnsafeBufferPointer(rebasing: row[..<count])
  }

  private func lineCount(_ bytes: UnsafeBufferPointer<UInt8>, _ stop: Int) -> Int64 {
    guard let base = bytes.baseAddress else { return 0 }
    var lines: Int64 = 0
    var position = 0
    while position < stop, let found = ByteSearch.lineFeed(base + position, stop - position) {
      lines += 1
      position += found + 1
    }
    // The last line of a file may have no line end and is a line all the same.
    return position < stop ? lines + 1 : lines
  }
}
