/// A stream of bytes that is read once from start to end.
///
/// Sources hold at most a few hundred kilobytes whatever the size of what they read. They are classes without
/// `Sendable`: one source belongs to one decoder, and moves with it to another thread.
public protocol ByteSource: AnyObject {
  /// The file's path, `<standard input>`, or a label.
  var name: String { get }

  /// How many bytes of the underlying file were taken so far: compressed bytes for gzip. For progress.
  var bytesConsumed: Int64 { get }

  /// The size of the underlying file, where it is known.
  var totalBytes: Int64? { get }

  /// Copies the next bytes into `buffer`.
  ///
  /// - Returns: The number of bytes, at least 1; 0 only at the end or for an empty buffer.
  /// - Throws: ``IngestError``; bytes returned before stay valid.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int

  /// Goes to a byte offset of the decoded stream if that is cheap.
  ///
  /// - Returns: false when the source cannot; then nothing has moved and the caller reads and discards.
  func seek(to offset: Int64) throws(IngestError) -> Bool
}

/// A plain file, or standard input, as it lies on the disk.
public final class FileByteSource: ByteSource {
  private let file: SystemFile
  public let name: String
  public private(set) var bytesConsumed: Int64 = 0
  public let totalBytes: Int64?

  /// Opens a file.
  ///
  /// - Throws: ``IngestError`` with code `not_found`, `is_directory`, `permission_denied` or `read_failed`.
  public convenience init(path: String) throws(IngestError) {
    self.init(file: try SystemFile(reading: path))
  }

  /// Reads what is piped into the process.
  public static func standardInput() -> FileByteSource { FileByteSource(file: SystemFile(standardInput: ())) }

  init(file: SystemFile, name: String? = nil) {
    self.file = file
    self.name = name ?? file.path
    totalBytes = file.status.size
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    guard !buffer.isEmpty else { return 0 }
    let count = try file.readBytes(into: buffer)
    bytesConsumed += Int64(count)
    return count
  }

  public func seek(to offset: Int64) throws(IngestError) -> Bool {
    guard let totalBytes, offset >= 0, offset <= totalBytes else { return false }
    try file.seek(to: offset)
    bytesConsumed = offset
    return true
  }
}

/// Bytes in memory, handed out in pieces of a chosen size. For tests and for small inputs.
public final class BufferByteSource: ByteSource {
  public let name: String
  private let bytes: [UInt8]
  private let chunkSize: Int
  private var position = 0

  /// - Parameter chunkSize: The most that one read returns, so that tests can split records anywhere; at least 1.
  public init(_ bytes: [UInt8], name: String = "<memory>", chunkSize: Int = .max) {
    self.bytes = bytes
    self.name = name
    self.chunkSize = Swift.max(1, chunkSize)
  }

  /// The UTF-8 bytes of a text.
  public convenience init(_ text: String, name: String = "<memory>", chunkSize: Int = .max) {
    self.init(Array(text.utf8), name: name, chunkSize: chunkSize)
  }

  public var bytesConsumed: Int64 { Int64(position) }
  public var totalBytes: Int64? { Int64(bytes.count) }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    let count = Swift.min(buffer.count, chunkSize, bytes.count - position)
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
    position += count
    return count
  }

  public func seek(to offset: Int64) throws(IngestError) -> Bool {
    guard offset >= 0, offset <= Int64(bytes.count) else { return false }
    position = Int(offset)
    return true
  }
}
