import PostgresDialect

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads a file in pieces of a megabyte.
final class FileHandleBytes {
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  /// - Returns: Nil for a file that cannot be opened.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// The next piece; nil at the end.
  func next() -> ArraySlice<UInt8>? {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? buffer[..<count] : nil
  }
}

enum FileSync {
  /// Writes a file's pages to the disk.
  static func sync(_ path: String) throws(SQLError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw SQLError(.ioError, "\(path) cannot be written to the disk: \(String(cString: strerror(errno)))")
    }
  }
}

/// A lock on a file of its own: at most one process has it, and it goes when the process ends, however it ends.
public final class ProcessLock {
  private let descriptor: Int32

  /// - Returns: Nil when another process has it.
  /// - Throws: ``SQLError`` 58030 when the file cannot be made.
  public init?(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw SQLError(.ioError, "\(path) cannot be made: \(String(cString: strerror(errno)))")
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
