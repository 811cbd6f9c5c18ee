import ScoutStorage

/// What kind of work a job is: `deep_research.sku_jobs.task_type`. Written out, never derived from a type's name.
public struct JobKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public var description: String { rawValue }

  /// Find the SKUs of a brand: the payload is `{"brand": "Alaska", "region": "PH"}`.
  public static let brandSKUScrape = JobKind(rawValue: "brand_sku_scrape")
}

/// At most one job per key, among the jobs in certain states and of a certain age.
public struct Uniqueness: Hashable, Sendable {
  public var key: String
  /// An earlier job in one of these states is in the way.
  public var states: Set<JobState>
  /// Only jobs created less than so many microseconds ago are in the way; nil: whatever their age.
  public var window: Int64?

  public init(key: String, states: Set<JobState> = [.queued, .running], window: Duration? = nil) {
    self.key = key
    self.states = states
    self.window = window?.microseconds
  }
}

/// A job to be enqueued.
public struct JobSpecification: Hashable, Sendable {
  public var kind: JobKind
  /// JSON; the queue does not read it.
  public var payload: String
  /// 0 is the highest.
  public var priority: Int
  /// Not before this time; nil: at once.
  public var scheduledFor: Timestamp?
  /// Not after this time: no attempt starts then, a worker ends one that runs, and the job fails.
  public var deadline: Timestamp?
  /// How often it is tried before it is dead.
  public var maximumAttempts: Int
  /// What the rate limit is counted by: a host, a brand. Nil: unlimited.
  public var lane: String?
  public var uniqueness: Uniqueness?

  public init(
    kind: JobKind = .brandSKUScrape, payload: String, priority: Int = 100, scheduledFor: Timestamp? = nil,
    deadline: Timestamp? = nil, maximumAttempts: Int = 5, lane: String? = nil, uniqueness: Uniqueness? = nil
  ) {
    self.kind = kind
    self.payload = payload
    self.priority = priority
    self.scheduledFor = scheduledFor
    self.deadline = deadline
    self.maximumAttempts = maximumAttempts
    self.lane = lane
    self.uniqueness = uniqueness
  }
}

/// The right to say how one attempt of one job ended.
///
/// A job's attempts only ever grow, so a token of an earlier attempt is recognised and refused.
public struct JobToken: Hashable, Sendable {
  public var job: JobID
  public var attempt: Int
  /// Where the scheduler keeps the job; only a shortcut, checked on every use.
  var slot: Int

  init(job: JobID, attempt: Int, slot: Int) {
    self.job = job
    self.attempt = attempt
    self.slot = slot
  }
}

/// A job that a worker holds.
public struct ClaimedJob: Hashable, Sendable {
  public var token: JobToken
  public var kind: JobKind
  public var payload: String
  public var lane: String?
  public var deadline: Timestamp?
  /// Until then the job is this worker's; a heartbeat moves it.
  public var leaseEnd: Timestamp

  public var id: JobID { token.job }
  /// 1 for the first.
  public var attempt: Int { token.attempt }
}

/// Everything about a job that must survive the process.
public struct JobRecord: Hashable, Sendable {
  public var id: JobID
  public var kind: JobKind
  public var payload: String
  public var priority: Int
  public var createdAt: Timestamp
  /// When it is or was due.
  public var scheduledFor: Timestamp
  public var state: JobState
  /// How often it was claimed; never falls.
  public var attempts: Int
  public var maximumAttempts: Int
  public var deadline: Timestamp?
  public var lane: String?
  public var uniqueKey: String?
  /// For how long after its creation the key matters although the job has ended, in microseconds; nil: not at all.
  public var uniqueWindow: Int64?
  public var leaseEnd: Timestamp?
  public var lastError: String?

  public init(
    id: JobID, kind: JobKind, payload: String, priority: Int, createdAt: Timestamp, scheduledFor: Timestamp,
    state: JobState, attempts: Int, maximumAttempts: Int, deadline: Timestamp? = nil, lane: String? = nil,
    uniqueKey: String? = nil, uniqueWindow: Int64? = nil, leaseEnd: Timestamp? = nil, lastError: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.payload = payload
    self.priority = priority
    self.createdAt = createdAt
    self.scheduledFor = scheduledFor
    self.state = state
    self.attempts = attempts
    self.maximumAttempts = maximumAttempts
    self.deadline = deadline
    self.lane = lane
    self.uniqueKey = uniqueKey
    self.uniqueWindow = uniqueWindow
    self.leaseEnd = leaseEnd
    self.lastError = lastError
  }
}

/// Why the queue did not do what it was asked.
public enum QueueRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The queue holds as many jobs as it may: try again when some are done.
  case full(capacity: Int)
  /// The queue is shutting down.
  case closed
  /// A job with this unique key is in the way.
  case duplicate(of: JobID)
  case unknownJob(JobID)
  /// The token is of an earlier attempt, or the job is no longer running: somebody else decides about it now.
  case leaseLost(JobID)
  /// A job in this state cannot do that.
  case wrongState(JobID, JobState)

  public var description: String {
    switch self {
    case .full(let capacity): "the queue is full: it holds \(capacity) jobs"
    case .closed: "the queue is shutting down"
    case .duplicate(let id): "job \(id) with the same unique key exists already"
    case .unknownJob(let id): "there is no job \(id)"
    case .leaseLost(let id): "job \(id) is no longer this worker's"
    case .wrongState(let id, let state): "job \(id) is \(state.rawValue)"
    }
  }
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds.multipliedReportingOverflow(by: 1_000_000).overflow
      ? (seconds < 0 ? .min : .max) : seconds * 1_000_000 &+ attoseconds / 1_000_000_000_000
  }
}

extension Timestamp {
  /// The time so many microseconds later, at most the end of time.
  func advanced(byMicroseconds count: Int64) -> Timestamp {
    let (sum, overflow) = microseconds.addingReportingOverflow(count)
    return Timestamp(microseconds: overflow ? (count < 0 ? .min : .max) : sum)
  }
}
