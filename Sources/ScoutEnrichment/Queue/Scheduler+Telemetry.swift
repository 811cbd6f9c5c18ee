import ScoutStorage

/// A histogram of durations in powers of two of a microsecond: 64 counters, whatever it counts.
public struct LatencyHistogram: Hashable, Sendable {
  /// `counts[0]` is of 0 µs, `counts[n]` of 2^(n−1) µs and more, below 2^n.
  public private(set) var counts = [Int](repeating: 0, count: 64)
  public private(set) var total = 0

  public init() {}

  mutating func add(_ microseconds: Int64) {
    let bucket = microseconds <= 0 ? 0 : min(63, 64 - microseconds.leadingZeroBitCount)
    counts[bucket] += 1
    total += 1
  }

  /// The upper end of the bucket in which the share lies, in microseconds; nil when nothing was counted.
  public func percentile(_ share: Double) -> Int64? {
    guard total > 0 else { return nil }
    let rank = max(1, Int((Double(total) * min(max(share, 0), 1)).rounded(.up)))
    var seen = 0
    for (bucket, count) in counts.enumerated() {
      seen += count
      if seen >= rank { return bucket == 0 ? 0 : (1 << Int64(min(bucket, 62))) - 1 }
    }
    return nil
  }
}

/// What has happened since the scheduler was made.
public struct QueueCounters: Hashable, Sendable {
  public var enqueued = 0
  public var claimed = 0
  public var succeeded = 0
  /// Attempts that ended without success, the last ones included.
  public var failedAttempts = 0
  public var failed = 0
  public var dead = 0
  public var cancelled = 0
  public var snoozed = 0
  public var rescued = 0
  /// From being due to being claimed.
  public var wait = LatencyHistogram()

  public init() {}
}

/// A queue at a glance.
public struct QueueTelemetry: Hashable, Sendable {
  /// Jobs that wait, those for later included.
  public var depth: Int
  public var running: Int
  /// How long the job that has been due longest has waited; nil when none is due.
  public var oldestAge: Duration?
  /// Waiting jobs of kinds that nobody here can run.
  public var unhandledKinds: [JobKind: Int]
  public var counters: QueueCounters
}

extension Scheduler {
  /// The state of the queue at a moment. O(*n*).
  public func telemetry(at now: Timestamp) -> QueueTelemetry {
    var oldest: Int64?
    var unhandled: [JobKind: Int] = [:]
    for job in jobs where job.isUsed && job.state == .queued {
      if job.due <= now.microseconds { oldest = min(oldest ?? .max, job.due) }
      let kind = kinds[groups[Int(job.group)].kind].name
      if !(configuration.handledKinds?.contains(kind) ?? true) { unhandled[kind, default: 0] += 1 }
    }
    return QueueTelemetry(
      depth: activeCount - runningCount, running: runningCount,
      oldestAge: oldest.map { .microseconds(now.microseconds - $0) }, unhandledKinds: unhandled, counters: counters)
  }

  /// Whether a job is due, or has been tried and is to be tried again, or runs. O(*n*).
  func hasOpenWork(at now: Timestamp) -> Bool {
    runningCount > 0
      || jobs.contains { job in
        guard job.isUsed, job.state == .queued, job.due <= now.microseconds || job.attempts > 0 else { return false }
        return configuration.handledKinds?.contains(kinds[groups[Int(job.group)].kind].name) ?? true
      }
  }
}
