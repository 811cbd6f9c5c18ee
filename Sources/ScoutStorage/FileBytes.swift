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

/// Files that appear, move and stay as wholes.
///
/// Errors are ``SQLError`` 53100 for a full disk and 58030 for everything else, with the system's words.
public enum FileSync {
  /// Writes a file's pages to the disk; of a folder, the names in it.
  public static func sync(_ path: String) throws(SQLError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else { throw failure("\(path) cannot be written to the disk") }
  }

  /// Gives a file its name, which lasts from then on; a file that had the name is gone.
  public static func move(_ path: String, to target: String) throws(SQLError) {
    guard rename(path, target) == 0 else { throw failure("\(path) cannot be renamed to \(target)") }
    let folder = target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    try sync(folder.isEmpty ? (target.hasPrefix("/") ? "/" : ".") : folder)
  }

  /// Moves a file away if there is one.
  static func moveAway(_ path: String, to target: String) throws(SQLError) {
    guard rename(path, target) == 0 || errno == ENOENT else {
      throw failure("\(path) cannot be renamed to \(target)")
    }
  }

  /// Writes a file that appears under its name whole.
  public static func write(_ text: String, to path: String) throws(SQLError) {
    let part = path + ".part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("\(path) cannot be made") }
    let bytes = Array(text.utf8)
    let isWritten = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) } == bytes.count
    let error = isWritten && fsync(descriptor) == 0 ? nil : failure("\(path) cannot be written")
    close(descriptor)
    if let error {
      unlink(part)
      throw error
    }
    try move(part, to: path)
  }

  /// What the system says of the last call.
  public static func failure(_ what: String) -> SQLError {
    let isFull = errno == ENOSPC || errno == EFBIG || errno == EDQUOT
    return SQLError(
      isFull ? .diskFull : .ioError, "\(what): \(String(cString: strerror(errno)))",
      hint: isFull ? "Free some room and run the same again; nothing half-done remains." : nil)
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
