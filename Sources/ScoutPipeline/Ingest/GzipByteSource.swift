import CZlib

/// Looks at the first two bytes of a source: gzip is decompressed, anything else passes through unchanged.
///
/// Several gzip members one after the other are one stream (RFC 1952, section 2.2), as `cat a.gz b.gz` makes them. Zero
/// bytes after the last member are padding, as tape and block devices leave it, and ignored.
public final class GzipByteSource: ByteSource {
  private enum State { case unknown, plain, member, betweenMembers, finished }

  private let base: any ByteSource
  private let input: UnsafeMutableRawBufferPointer
  private var inputStart = 0
  private var inputEnd = 0
  private var state = State.unknown
  /// On the heap because zlib's state keeps the address of the stream that it was started with.
  private let stream: UnsafeMutablePointer<z_stream>
  private var streamIsOpen = false

  /// - Parameter inputBytes: The size of the compressed-side buffer.
  public init(_ base: any ByteSource, inputBytes: Int = 128 * 1024) {
    self.base = base
    input = .allocate(byteCount: Swift.max(2, inputBytes), alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
  }

  deinit {
    if streamIsOpen { inflateEnd(stream) }
    stream.deinitialize(count: 1)
    stream.deallocate()
    input.deallocate()
  }

  public var name: String { base.name }
  public var bytesConsumed: Int64 { base.bytesConsumed }
  public var totalBytes: Int64? { base.totalBytes }

  public func seek(to offset: Int64) throws(IngestError) -> Bool {
    if state == .unknown { try sniff() }
    guard state == .plain, try base.seek(to: offset) else { return false }
    inputStart = 0
    inputEnd = 0
    return true
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    guard !buffer.isEmpty else { return 0 }
    if state == .unknown { try sniff() }
    if state == .plain { return try readPlain(into: buffer) }
    while true {
      switch state {
      case .finished, .unknown, .plain:
        return 0
      case .betweenMembers:
        try startNextMember()
      case .member:
        let count = try inflateSome(into: buffer)
        if count > 0 { return count }
      }
    }
  }

  private func sniff() throws(IngestError) {
    try fill(atLeast: 2)
    if inputEnd - inputStart >= 2, input[inputStart] == 0x1F, input[inputStart + 1] == 0x8B {
      guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw IngestError(.readFailed, source: name, "zlib could not be started (out of memory)", isRetryable: true)
      }
      streamIsOpen = true
      state = .member
    } else {
      state = .plain
    }
  }

  private func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    let held = inputEnd - inputStart
    guard held > 0 else { return try base.read(into: buffer) }
    let count = Swift.min(held, buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputStart..<inputStart + count]))
    inputStart += count
    return count
  }

  /// Reads until `count` bytes wait in the input buffer or the file ends.
  private func fill(atLeast count: Int) throws(IngestError) {
    while inputEnd - inputStart < count {
      if inputStart > 0 {
        input.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputStart..<inputEnd]))
        inputEnd -= inputStart
        inputStart = 0
      }
      let added = try base.read(into: UnsafeMutableRawBufferPointer(rebasing: input[inputEnd...]))
      if added == 0 { return }
      inputEnd += added
    }
  }

  private func inflateSome(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    try fill(atLeast: 1)
    let available = inputEnd - inputStart
    stream.pointee.next_in = input.baseAddress.map { ($0 + inputStart).assumingMemoryBound(to: UInt8.self) }
    stream.pointee.avail_in = UInt32(available)
    let room = Swift.min(buffer.count, 1 << 30)
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let code = inflate(stream, Z_NO_FLUSH)
    inputStart += available - Int(stream.pointee.avail_in)
    let produced = room - Int(stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END:
      state = .betweenMembers
    case Z_OK:
      break
    case Z_BUF_ERROR where produced == 0 && available == 0:
      throw IngestError(
        .truncatedGzip, source: name,
        "the gzip data ends in the middle; every whole record before that point was read. Fetch the file again")
    case Z_BUF_ERROR:
      break
    default:
      let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)"
      throw IngestError(
        .corruptGzip, source: name,
        "the gzip data is damaged near byte \(bytesConsumed - Int64(inputEnd - inputStart)) of the file (\(detail)); "
          + "every whole record before that point was read. Fetch the file again")
    }
    return produced
  }

  private func startNextMember() throws(IngestError) {
    while true {
      try fill(atLeast: 2)
      guard inputEnd > inputStart else {
        state = .finished
        return
      }
      if input[inputStart] != 0 { break }
      inputStart += 1
    }
    guard inputEnd - inputStart >= 2, input[inputStart] == 0x1F, input[inputStart + 1] == 0x8B else {
      throw IngestError(
        .corruptGzip, source: name,
        "bytes that are not gzip follow the gzip data; everything before them was read. "
          + "Remove them or fetch the file again")
    }
    guard inflateReset(stream) == Z_OK else {
      throw IngestError(.corruptGzip, source: name, "zlib could not start the next gzip member")
    }
    state = .member
  }
}
