import FoundationEssentials
import ScoutLedger

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files beside a ledger: the key that signs checkpoints, and the checkpoints.
public enum LedgerFiles {
  public static func exists(_ path: String) -> Bool { FileStatus.exists(path) }

  /// The text of a file; nil when it cannot be read.
  public static func read(_ path: String) -> String? {
    (try? Data(contentsOf: URL(filePath: path))).flatMap { String(data: $0, encoding: .utf8) }
  }

  /// Replaces a file by the text as a whole.
  public static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }

  /// Reads the key, making it first when there is no file.
  ///
  /// - Throws: ``CheckpointError`` `badKey` for a file that is no key, or that others than its owner may read.
  public static func key(at path: String, name: String) throws -> CheckpointKey {
    let key = CheckpointKey(name: name)
    // Nobody else ever sees it, not for a moment, and of two that make it at once one gets the other's.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    if file >= 0 {
      defer { close(file) }
      let bytes = Array(key.fileText.utf8)
      let isWritten = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) } == bytes.count
      guard isWritten, fsync(file) == 0 else {
        unlink(path)
        throw CheckpointError.badKey("\(path) cannot be written")
      }
      return key
    }
    guard errno == EEXIST else {
      throw CheckpointError.badKey("\(path) cannot be made: \(String(cString: strerror(errno)))")
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
      throw CheckpointError.badKey("others may read \(path); run: chmod 600 \(path)")
    }
    guard let text = read(path) else { throw CheckpointError.badKey("\(path) cannot be read as text") }
    return try CheckpointKey(fileText: text)
  }
}
