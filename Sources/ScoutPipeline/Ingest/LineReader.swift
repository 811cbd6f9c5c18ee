import PostgresDialect

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// One line of a stream, its line end left out. The bytes are valid until the next call of the reader.
struct InputLine {
  var bytes: UnsafeBufferPointer<UInt8>
  /// From 1.
  var number: Int64
  /// Set when the line was longer than the reader's limit; `bytes` is then its beginning.
  var oversize: Oversize?

  struct Oversize {
    var byteCount: Int64
    var sha256: String
  }
}

/// Splits a stream at LF or CRLF in bounded memory.
///
/// A byte order mark at the very start is skipped, and the last line needs no line end. A line over the limit is not
/// held: its first bytes are kept, the whole of it is hashed, and reading continues behind it. Belongs to one thread.
final class LineReader {
  private let window: InputWindow
  private let maximumLineBytes: Int
  private let keptOfOversize: Int
  /// The beginning of the last line that was too long.
  private let prefix = ByteSlab(capacity: 64)

  init(_ source: any ByteSource, maximumLineBytes: Int, keptOfOversize: Int) {
    window = InputWindow(source)
    self.maximumLineBytes = Swift.max(1, maximumLineBytes)
    self.keptOfOversize = keptOfOversize
  }

  var position: DecodePosition { window.position }

  /// Goes to a position that an earlier run reported; only before the first line.
  func skip(to target: DecodePosition) throws(IngestError) { try window.skip(to: target) }

  /// The next line; nil at the end.
  ///
  /// - Throws: What the source threw, after every line that was complete before.
  func next() throws(IngestError) -> InputLine? {
    window.begin()
    /// Up to here there is no LF, counted from the start of the line.
    var searched = 0
    while true {
      let held = window.end - window.start
      let base = UnsafePointer(window.buffer + window.start)
      let found = ByteSearch.lineFeed(base + searched, held - searched).map { $0 + searched }
      searched = held
      if found == nil, window.isAtEnd {
        // What follows the last line end before a failure is no whole line.
        if let failure = window.failure { throw failure }
        if held == 0 { return nil }
      }
      if found != nil || window.isAtEnd {
        let stop = found ?? held
        let count = stop > 0 && base[stop - 1] == 0x0D ? stop - 1 : stop
        if count > maximumLineBytes { return try oversizeLine() }
        window.consume(found.map { $0 + 1 } ?? held, lines: 1)
        return InputLine(bytes: UnsafeBufferPointer(start: base, count: count), number: window.position.line)
      }
      // One more for the CR of a line that is exactly as long as allowed.
      if held > maximumLineBytes + 1 { return try oversizeLine() }
      window.fill()
    }
  }

  private func oversizeLine() throws(IngestError) -> InputLine {
    let oversize = try window.discardLine(keeping: keptOfOversize, prefix: prefix)
    let kept = UnsafeBufferPointer(start: UnsafePointer(prefix.base), count: prefix.count)
    return InputLine(bytes: kept, number: window.position.line, oversize: oversize)
  }
}

/// Searching bytes with the C library's vector code.
enum ByteSearch {
  /// The offset of the first LF among `count` bytes.
  @inline(__always)
  static func lineFeed(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    guard count > 0, let found = memchr(bytes, 0x0A, count) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(bytes)
  }
}
