import ScoutStorage
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension EngineClock {
  /// The machine's clock.
  public static let system = EngineClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}

/// The machine's monotonic clock.
public let systemStopwatch: @Sendable () -> Duration = {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
}

/// Identifiers that follow from a seed which is set when a run starts.
final class RepeatableIdentifiers: Sendable {
  private let current = Mutex<IdentifierSource>(.seeded(0))

  var source: IdentifierSource {
    IdentifierSource { [self] in current.withLock { $0 }.next() }
  }

  func start(_ seed: UInt64) { current.withLock { $0 = .seeded(seed) } }
}

package enum FileStatus {
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Removes a file; nothing happens when there is none.
  static func remove(_ path: String) { unlink(path) }

  static func isEmpty(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_size == 0
  }

  /// In bytes; nil when there is no such file.
  static func size(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
