import PostgresDialect

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files and folders as the sources read them: whole, and only up to a size.
enum BoundedFile {
  /// The content of a file.
  ///
  /// - Throws: ``SourceError`` `permanent` with the path and the reason.
  static func read(_ path: String, maximumBytes: Int) throws(SourceError) -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw .permanent("\(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .permanent("\(path): \(String(cString: strerror(errno)))") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .permanent("\(path) is no file") }
    let size = Int(status.st_size)
    guard size <= maximumBytes else {
      throw .permanent("\(path) has \(size) bytes; at most \(maximumBytes) are read")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var count = 0
    while count < size {
      let got = bytes.withUnsafeMutableBytes { buffer -> Int in
        #if canImport(Glibc)
          Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
        #elseif canImport(Musl)
          Musl.read(file, buffer.baseAddress.map { $0 + count }, size - count)
        #else
          Darwin.read(file, buffer.baseAddress.map { $0 + count }, size - count)
        #endif
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .permanent("\(path): \(String(cString: strerror(errno)))") }
      if got == 0 { break }
      count += got
    }
    return count == size ? bytes : Array(bytes[..<count])
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The files below a folder whose names end so, sorted; at most `limit`, at most eight folders deep.
  static func files(below folder: String, endings: [String], limit: Int = 100_000) throws(SourceError) -> [String] {
    var found: [String] = []
    var folders = [(path: folder, depth: 0)]
    while let (path, depth) = folders.popLast(), found.count < limit {
      guard let handle = opendir(path) else {
        if depth == 0 { throw .permanent("\(path): \(String(cString: strerror(errno)))") }
        continue
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard !name.hasPrefix(".") else { continue }
        let inner = path + "/" + name
        if isFolder(inner) {
          if depth < 8 { folders.append((inner, depth + 1)) }
        } else if endings.contains(where: name.lowercased().hasSuffix) {
          found.append(inner)
        }
      }
    }
    return found.sorted()
  }
}
