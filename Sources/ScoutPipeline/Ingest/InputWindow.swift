import PostgresDialect

/// The part of a stream that is held in memory while records are cut out of it.
///
/// The unread bytes are `start..<end` of `buffer`. Filling may move them, so pointers are taken anew after each
/// ``fill()``. A failure of the source is kept back until everything before it has been used. Belongs to one thread.
final class InputWindow {
  let source: any ByteSource
  private(set) var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var start = 0
  private(set) var end = 0
  /// Nothing more will come: the source ended or failed.
  private(set) var isAtEnd = false
  private(set) var failure: IngestError?
  private(set) var hasStarted = false
  /// How many lines, and how many bytes of the decoded stream, lie before `start`.
  private(set) var position = DecodePosition.start

  static let initialCapacity = 256 * 1024

  init(_ source: any ByteSource) {
    self.source = source
    capacity = InputWindow.initialCapacity
    buffer = .allocate(capacity: capacity)
  }

  deinit { buffer.deallocate() }

  /// Fills the window for the first time and steps over a byte order mark.
  func begin() {
    guard !hasStarted else { return }
    hasStarted = true
    while end < 3, !isAtEnd { fill() }
    if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { consume(3, lines: 0) }
  }

  /// Gives up the first `count` unread bytes, in which `lines` lines end.
  @inline(__always)
  func consume(_ count: Int, lines: Int64) {
    start &+= count
    position.byteOffset &+= Int64(count)
    position.line &+= lines
  }

  /// Reads once more, or notes that there is no more.
  func fill() {
    guard !isAtEnd else { return }
    if start > 0 {
      buffer.update(from: buffer + start, count: end - start)
      end -= start
      start = 0
      // A long record may have stretched the buffer; it shrinks as soon as its content is small again.
      if capacity > InputWindow.initialCapacity * 4, end < InputWindow.initialCapacity {
        resize(to: InputWindow.initialCapacity)
      }
    }
    if end == capacity { resize(to: capacity * 2) }
    do throws(IngestError) {
      let count = try source.read(into: UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end))
      if count == 0 { isAtEnd = true }
      end += count
    } catch {
      failure = error
      isAtEnd = true
    }
  }

  private func resize(to size: Int) {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    larger.update(from: buffer, count: end)
    buffer.deallocate()
    buffer = larger
    capacity = size
  }

  /// Goes to a position that an earlier run reported; only before ``begin()``.
  ///
  /// - Throws: ``IngestError`` with code `position_past_end` when the stream is shorter.
  func skip(to target: DecodePosition) throws(IngestError) {
    guard target.byteOffset > 0, !hasStarted else { return }
    hasStarted = true
    if try source.seek(to: target.byteOffset) {
      position = target
      return
    }
    var missing = target.byteOffset
    while missing > 0 {
      if start == end {
        fill()
        if start == end {
          if let failure { throw failure }
          throw IngestError(
            .positionPastEnd, source: source.name,
            "the file ends before byte \(target.byteOffset), where an earlier run stopped; it has changed since")
        }
      }
      let step = Int(Swift.min(Int64(end - start), missing))
      start += step
      missing -= Int64(step)
    }
    position = target
  }

  /// Steps over the line at `start`, however long, hashing it as it goes by.
  ///
  /// - Parameter prefix: Receives the first `keeping` bytes.
  /// - Returns: The line's length and SHA-256, its line end left out.
  func discardLine(keeping: Int, prefix: ByteSlab) throws(IngestError) -> InputLine.Oversize {
    prefix.count = 0
    var digest = StreamingDigest()
    var length: Int64 = 0
    // A CR before the LF is no part of the line, so it is held back until what follows is known.
    var holdsCarriageReturn = false
    var isDone = false
    while !isDone {
      if start == end {
        fill()
        if start == end {
          if let failure { throw failure }
          break
        }
      }
      let unread = UnsafeRawBufferPointer(start: buffer + start, count: end - start)
      let lineFeed = ByteSearch.lineFeed(UnsafePointer(buffer + start), unread.count)
      var piece = UnsafeRawBufferPointer(rebasing: unread[..<(lineFeed ?? unread.count)])
      if prefix.count < keeping {
        prefix.append(UnsafeRawBufferPointer(rebasing: piece.prefix(keeping - prefix.count)))
      }
      let taken = piece.count + (lineFeed == nil ? 0 : 1)
      if !piece.isEmpty {
        if holdsCarriageReturn {
          withUnsafeBytes(of: UInt8(0x0D)) { digest.update($0) }
          length += 1
        }
        holdsCarriageReturn = piece.last == 0x0D
        if holdsCarriageReturn { piece = UnsafeRawBufferPointer(rebasing: piece.dropLast()) }
      }
      digest.update(piece)
      length += Int64(piece.count)
      isDone = lineFeed != nil
      consume(taken, lines: isDone ? 1 : 0)
    }
    if !isDone { consume(0, lines: 1) }
    return InputLine.Oversize(byteCount: length, sha256: digest.finish())
  }
}
