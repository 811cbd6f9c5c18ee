import CZlib
import ScoutStorage

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
    guard let file = fopen(path, "rb") else { throw FileSync.failure("\(path) cannot be read") }
    defer { fclose(file) }
    return fgetc(file) == 0x1F && fgetc(file) == 0x8B
  }

  /// Writes a gzip file, which appears under its name whole and synced.
  ///
  /// - Throws: ``SQLError`` 53100 for a full disk, 58030 for another failure; nothing remains then.
  static func compress(_ path: String, to target: String) throws {
    let part = target + ".part"
    guard let input = fopen(path, "rb") else { throw FileSync.failure("\(path) cannot be read") }
    defer { fclose(input) }
    guard let output = gzopen(part, "wb1") else { throw FileSync.failure("\(target) cannot be made") }
    var buffer = [UInt8](repeating: 0, count: pieceSize)
    var error: SQLError?
    while error == nil {
      let count = fread(&buffer, 1, buffer.count, input)
      if count == 0 {
        if ferror(input) != 0 { error = FileSync.failure("\(path) cannot be read") }
        break
      }
      if gzwrite(output, buffer, UInt32(count)) != Int32(count) {
        error = FileSync.failure("\(target) cannot be written")
      }
    }
    let isClosed = gzclose(output) == Z_OK
    if !isClosed, error == nil { error = FileSync.failure("\(target) cannot be written") }
    do {
      if let error { throw error }
      try FileSync.sync(part)
      try FileSync.move(part, to: target)
    } catch {
      unlink(part)
      throw error
    }
  }

  /// - Throws: ``BackupError`` for a file that is damaged or was cut off; ``SQLError`` 53100 for a full disk, 58030
  ///   for another failure. What was written remains.
  static func decompress(_ path: String, to target: String) throws {
    guard let input = gzopen(path, "rb") else { throw FileSync.failure("\(path) cannot be read") }
    var isOpen = true
    defer { if isOpen { gzclose(input) } }
    guard let output = fopen(target, "wb") else { throw FileSync.failure("\(target) cannot be made") }
    var error: SQLError?
    var buffer = [UInt8](repeating: 0, count: pieceSize)
    var count: Int32 = 1
    while error == nil, count > 0 {
      count = gzread(input, &buffer, UInt32(buffer.count))
      if count > 0, fwrite(buffer, 1, Int(count), output) != Int(count) {
        error = FileSync.failure("\(target) cannot be written")
      }
    }
    if fclose(output) != 0, error == nil { error = FileSync.failure("\(target) cannot be written") }
    if let error { throw error }
    // A file that was cut off ends with an error of its own when it is closed.
    isOpen = false
    guard count == 0, gzclose(input) == Z_OK else {
      throw BackupError(path: path, reason: "it is no whole gzip file")
    }
  }
}
