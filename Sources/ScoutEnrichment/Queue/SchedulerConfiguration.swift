/// The bounds of a queue.
public struct SchedulerConfiguration: Hashable, Sendable {
  /// The most jobs that wait or run; another is refused with ``QueueRefusal/full(capacity:)``.
  public var capacity: Int
  /// The most jobs that run at once.
  public var concurrency: Int
  /// The most jobs of one kind that run at once.
  public var kindConcurrency: [JobKind: Int]
  /// The kinds that somebody can run; the others stay queued. Nil: every kind.
  public var handledKinds: Set<JobKind>?
  /// The rate of a lane.
  public var laneLimits: [String: RateLimit]
  /// The rate of a lane that is not named there; nil: unlimited.
  public var defaultLaneLimit: RateLimit?
  /// How long a claim lasts without a heartbeat.
  public var lease: Duration
  public var backoff: Backoff

  public init(
    capacity: Int = 1_000_000, concurrency: Int = .max, kindConcurrency: [JobKind: Int] = [:],
    handledKinds: Set<JobKind>? = nil, laneLimits: [String: RateLimit] = [:], defaultLaneLimit: RateLimit? = nil,
    lease: Duration = .seconds(300), backoff: Backoff = Backoff()
  ) {
    self.capacity = capacity
    self.concurrency = concurrency
    self.kindConcurrency = kindConcurrency
    self.handledKinds = handledKinds
    self.laneLimits = laneLimits
    self.defaultLaneLimit = defaultLaneLimit
    self.lease = lease
    self.backoff = backoff
  }
}
