import Foundation

/// A program run to its end.
struct ChildProcess {
  var seconds: Double
  /// The most memory it had resident at once.
  var peakBytes: Double

  /// Runs a program with its standard output thrown away.
  ///
  /// On Linux a child's peak starts at its parent's at the time of the fork, so measure memory while this process is
  /// still small.
  ///
  /// - Throws: ``BenchmarkFailure`` when it cannot be started or ends with an exit code other than 0.
  static func run(_ path: String, _ arguments: [String]) throws -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var pointers = ([path] + arguments).map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    pointers.append(nil)

    var usage = rusage()
    var status: Int32 = 0
    let start = ContinuousClock.now
    var child: pid_t = 0
    guard posix_spawn(&child, path, &actions, nil, pointers, environ) == 0 else {
      throw BenchmarkFailure("\(path) cannot be started; build it, or name it with --scout")
    }
    while wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw BenchmarkFailure("waiting for \(path) failed") }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard status == 0 else {
      throw BenchmarkFailure("\(([path] + arguments).joined(separator: " ")) failed with wait status \(status)")
    }
    #if os(Linux)
      let unit = 1024.0
    #else
      let unit = 1.0
    #endif
    return ChildProcess(seconds: seconds, peakBytes: Double(usage.ru_maxrss) * unit)
  }
}
