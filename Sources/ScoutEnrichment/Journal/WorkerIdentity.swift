#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which process runs a job: its number, when it started, because numbers are given out again, and the namespace in
/// which the number counts, because a container has its own.
public struct WorkerIdentity: Hashable, Sendable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }

  /// This process.
  public static let current = WorkerIdentity(
    "\(getpid()):\(startTime(of: getpid()) ?? "0"):\(namespace)")

  /// Whether the process is known to be gone. False for one of another machine's form, whose lease decides.
  public var isGone: Bool {
    let parts = description.split(separator: ":")
    guard parts.count == 3, parts[2] == Self.namespace, let process = Int32(parts[0]), process > 0 else {
      return false
    }
    if kill(process, 0) != 0 { return errno == ESRCH }
    guard let started = Self.startTime(of: process) else { return false }
    return started != parts[1]
  }

  /// The machine's start and the number of this process's namespace of process numbers; `-` where there is no `/proc`.
  private static let namespace: String = {
    var link = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/self/ns/pid", &link, link.count)
    let digits = link.prefix(max(0, count)).compactMap {
      (48...57).contains($0) ? Character(UnicodeScalar(UInt8($0))) : nil
    }
    guard !digits.isEmpty, let file = fopen("/proc/sys/kernel/random/boot_id", "r") else { return "-" }
    defer { fclose(file) }
    var boot = [UInt8](repeating: 0, count: 36)
    let read = fread(&boot, 1, boot.count, file)
    return String(decoding: boot[..<read].filter { $0 != UInt8(ascii: "-") }, as: UTF8.self) + "-" + String(digits)
  }()

  /// Clock ticks since the machine started, the 22nd field of proc(5)'s `stat`; nil where there is no `/proc`.
  private static func startTime(of process: Int32) -> String? {
    guard let file = fopen("/proc/\(process)/stat", "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = fread(&buffer, 1, buffer.count, file)
    // The name in parentheses may hold anything; the fields behind it are counted from its end.
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }
}
