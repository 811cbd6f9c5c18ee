import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whether somebody asked the program to end: by an interrupt (SIGINT) or a termination signal (SIGTERM).
///
/// What runs on looks at ``isRequested`` where it can end well, waits with ``sleep(seconds:)``, or is told by
/// ``whenRequested(_:)``.
enum StopRequest {
  /// Set by the signal handler, which may do nothing else.
  private static let requested = Atomic<Bool>(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first signal is a request, the second ends the program.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        StopRequest.requested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// Watches, and calls the closure once when somebody asks; cancel the task to wait no longer.
  static func whenRequested(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    watch()
    return Task {
      while !Task.isCancelled {
        if isRequested { return await body() }
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  /// Sleeps, at most until somebody asks the program to end.
  static func sleep(seconds: Double) {
    var left = seconds
    while left > 0, !isRequested {
      let part = min(left, 0.5)
      var time = timespec(tv_sec: Int(part), tv_nsec: Int((part - part.rounded(.down)) * 1e9))
      nanosleep(&time, nil)
      left -= part
    }
  }
}
