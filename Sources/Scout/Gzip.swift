import CZlib

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// gzip files through zlib.
enum Gzip {
  private static let pieceSize = 1 << 20

  static func isCompressed(_ path: String) throws -> Bool {
    guard let file = fopen(path, "rb") else { throw ScoutError.missing(path) }
    defer { fclose(file) }
    return fgetc(file) == 0x1F && fgetc(file) == 0x8B
  }

  /// Writes a gzip file, which appears under its name whole and synced.
  static func compress(_ path: String, to target: String) throws {
    let part = target + ".part"
    guard let input = fopen(path, "rb") else { throw BackupError(path: path, reason: "it cannot be read") }
    defer { fclose(input) }
    guard let output = gzopen(part, "wb1") else { throw BackupError(path: target, reason: "it cannot be written") }
    var buffer = [UInt8](repeating: 0, count: pieceSize)
    var isWritten = true
    while isWritten {
      let count = fread(&buffer, 1, buffer.count, input)
      if count == 0 { break }
      isWritten = gzwrite(output, buffer, UInt32(count)) == Int32(count)
    }
    let isClosed = gzclose(output) == Z_OK
    guard isClosed, isWritten, ferror(input) == 0, isSynced(part), rename(part, target) == 0 else {
      unlink(part)
      throw BackupError(path: target, reason: "it cannot be written; is the disk full?")
    }
  }

  /// - Throws: ``BackupError`` for a file that is damaged or was cut off.
  static func decompress(_ path: String, to target: String) throws {
    guard let output = fopen(target, "wb") else { throw BackupError(path: target, reason: "it cannot be written") }
    var isWritten = true
    var isWhole = false
    if let input = gzopen(path, "rb") {
      var buffer = [UInt8](repeating: 0, count: pieceSize)
      var count: Int32 = 1
      while isWritten, count > 0 {
        count = gzread(input, &buffer, UInt32(buffer.count))
        if count > 0 { isWritten = fwrite(buffer, 1, Int(count), output) == Int(count) }
      }
      // A file that was cut off ends with an error of its own when it is closed.
      isWhole = count == 0 && gzclose(input) == Z_OK
    }
    isWritten = fclose(output) == 0 && isWritten
    guard isWritten else { throw BackupError(path: target, reason: "it cannot be written; is the disk full?") }
    guard isWhole else { throw BackupError(path: path, reason: "it is no whole gzip file") }
  }

  private static func isSynced(_ path: String) -> Bool {
    let file = open(path, O_RDONLY)
    defer { if file >= 0 { close(file) } }
    return file >= 0 && fsync(file) == 0
  }
}
