#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An open file descriptor that closes itself.
///
/// Not `Sendable`: it belongs to the one thread that reads.
final class SystemFile {
  let path: String
  let descriptor: Int32
  private let closesOnDeinit: Bool

  /// Opens a file for reading.
  ///
  /// - Throws: ``IngestError`` with code `not_found`, `is_directory`, `permission_denied` or `read_failed`.
  init(reading path: String) throws(IngestError) {
    let descriptor = retryingOnInterrupt { Int(open(path, O_RDONLY | O_CLOEXEC)) }
    guard descriptor >= 0 else { throw IngestError.opening(path, errno) }
    self.path = path
    self.descriptor = Int32(descriptor)
    closesOnDeinit = true
    if status.isDirectory { throw IngestError.opening(path, EISDIR) }
  }

  /// Standard input, which stays open.
  init(standardInput: Void) {
    path = "<standard input>"
    descriptor = STDIN_FILENO
    closesOnDeinit = false
  }

  /// A new temporary file, already unlinked: nothing is left behind whatever becomes of the process.
  ///
  /// - Throws: ``IngestError`` with code `spool_failed`.
  init(temporaryIn folder: String) throws(IngestError) {
    var template = Array("\(folder)/scout-spool-XXXXXX".utf8CString)
    let descriptor = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { mkstemp($0) } ?? -1
    }
    guard descriptor >= 0 else {
      throw IngestError(
        .spoolFailed, source: folder,
        "a temporary file cannot be made here (\(systemMessage(errno))); set TMPDIR to a folder with free space",
        isRetryable: true)
    }
    template.withUnsafeBufferPointer { buffer in
      if let name = buffer.baseAddress { _ = unlink(name) }
    }
    path = "\(folder)/<spool>"
    self.descriptor = descriptor
    closesOnDeinit = true
  }

  deinit {
    if closesOnDeinit { _ = close(descriptor) }
  }

  /// The size in bytes where the file has one, and whether it is a folder.
  var status: (size: Int64?, isDirectory: Bool) {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return (nil, false) }
    let kind = info.st_mode & S_IFMT
    return (kind == S_IFREG ? Int64(info.st_size) : nil, kind == S_IFDIR)
  }

  /// Reads at the current position; 0 at the end.
  func readBytes(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    let count = retryingOnInterrupt { read(descriptor, buffer.baseAddress, buffer.count) }
    guard count >= 0 else { throw IngestError.reading(path, errno) }
    return count
  }

  /// Fills `buffer` from an absolute position.
  func readBytes(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(IngestError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = retryingOnInterrupt {
        pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      }
      guard count > 0 else { throw IngestError.reading(path, count == 0 ? EIO : errno) }
      done += count
    }
  }

  /// Writes all of `buffer` at the current position.
  func writeBytes(_ buffer: UnsafeRawBufferPointer) throws(IngestError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
      let count = retryingOnInterrupt { write(descriptor, rest.baseAddress, rest.count) }
      guard count > 0 else {
        throw IngestError(
          .spoolFailed, source: path,
          "a temporary file cannot be written (\(systemMessage(errno))); set TMPDIR to a folder with free space",
          isRetryable: true)
      }
      done += count
    }
  }

  /// Moves to an absolute position.
  func seek(to offset: Int64) throws(IngestError) {
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw IngestError.reading(path, errno) }
  }
}

extension SystemFile {
  /// The names in a folder, without `.` and `..`, sorted bytewise; nil when `path` is not a folder.
  ///
  /// - Throws: ``IngestError`` when the path is missing or the folder cannot be listed.
  static func folderEntries(_ path: String) throws(IngestError) -> [String]? {
    var info = stat()
    guard stat(path, &info) == 0 else { throw IngestError.opening(path, errno) }
    guard info.st_mode & S_IFMT == S_IFDIR else { return nil }
    guard let folder = opendir(path) else { throw IngestError.opening(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a file, or what a link leads to, is an ordinary one.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The folder for temporary files: `TMPDIR`, else `/tmp`.
  static var temporaryFolder: String {
    guard let value = getenv("TMPDIR") else { return "/tmp" }
    let path = String(cString: value)
    return path.isEmpty ? "/tmp" : path
  }
}

extension IngestError {
  fileprivate static func opening(_ path: String, _ code: Int32) -> IngestError {
    switch code {
    case ENOENT, ENOTDIR:
      IngestError(.notFound, source: path, "no such file; check the path")
    case EISDIR:
      IngestError(.isDirectory, source: path, "this is a folder where a file was expected; name a file inside it")
    case EACCES, EPERM:
      IngestError(.permissionDenied, source: path, "this user may not read the file; check its permissions")
    default:
      IngestError(.readFailed, source: path, "cannot be opened: \(systemMessage(code))", isRetryable: true)
    }
  }

  fileprivate static func reading(_ path: String, _ code: Int32) -> IngestError {
    code == EISDIR
      ? opening(path, code)
      : IngestError(.readFailed, source: path, "reading failed: \(systemMessage(code))", isRetryable: true)
  }
}

private func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

private func retryingOnInterrupt(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
