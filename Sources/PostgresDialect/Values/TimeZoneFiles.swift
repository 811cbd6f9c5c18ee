#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds and reads the machine's zone files.
enum TimeZoneFiles {
  /// Where the zone files are, the usual place first.
  static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]

  private static let maximumSize = 1 << 20

  /// The zone with this name in any case, with the name as the file has it; nil when there is none.
  ///
  /// The name can only lead to a file inside one of the folders: each part between slashes has letters, digits,
  /// `_`, `+` and `-` only, so that no part is `..` and none is empty.
  static func table(named name: String, in folders: [String]) -> (name: String, table: TimeZoneTable)? {
    guard !name.isEmpty, name.utf8.count <= 255 else { return nil }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy {
          ASCII.isAlphanumeric($0) || $0 == ASCII.underscore || $0 == ASCII.plus || $0 == ASCII.minus
        }
    }
    guard isPlain else { return nil }
    for folder in folders {
      if let bytes = contents("\(folder)/\(name)"), let table = TimeZoneTable(tzif: bytes) { return (name, table) }
      guard let real = realName(parts, in: folder), let bytes = contents("\(folder)/\(real)") else { continue }
      if let table = TimeZoneTable(tzif: bytes) { return (real, table) }
    }
    return nil
  }

  /// The parts of a name as the folder spells them.
  private static func realName(_ parts: [Substring], in folder: String) -> String? {
    var path: [String] = []
    for part in parts {
      let wanted = ASCII.lowercased(part)
      let current = ([folder] + path).joined(separator: "/")
      guard let match = entries(current).filter({ ASCII.lowercased($0) == wanted }).min() else { return nil }
      path.append(match)
    }
    return path.joined(separator: "/")
  }

  private static func entries(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          String(cString: $0)
        }
      }
      names.append(name)
    }
    return names
  }

  /// The bytes of a file; nil when it cannot be read or is too large for a zone.
  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 8192)
    while bytes.count <= maximumSize {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
    return nil
  }
}
