import ScoutStorage

/// Takes jobs from a queue and runs them, several at once, until it is stopped or nothing is left.
///
/// While a job runs, its lease is renewed; a job whose lease is lost is cancelled, and what it would store is refused.
/// Now and then jobs of dead processes are taken back.
public actor Worker {
  /// When it ends by itself.
  public enum Extent: Hashable, Sendable {
    /// After one job, or when there is none.
    case once
    /// When nothing is due and no attempt is to be repeated.
    case drain
    /// Never.
    case forever
  }

  public struct Configuration: Sendable {
    public var concurrency: Int
    public var extent: Extent
    /// How often the lease is renewed; a third of the lease is good.
    public var heartbeat: Duration
    /// How often the queue is asked when nothing is known to come.
    public var pollInterval: Duration
    /// How often jobs of dead processes are looked for.
    public var rescueInterval: Duration
    /// Waits; tests inject one that does not.
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(
      concurrency: Int = 4, extent: Extent = .forever, heartbeat: Duration = .seconds(60),
      pollInterval: Duration = .seconds(1), rescueInterval: Duration = .seconds(15),
      sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
      self.concurrency = max(1, concurrency)
      self.extent = extent
      self.heartbeat = heartbeat
      self.pollInterval = pollInterval
      self.rescueInterval = rescueInterval
      self.sleep = sleep
    }
  }

  /// What happened, for who watches.
  public enum Event: Sendable {
    case started(ClaimedJob)
    case succeeded(ClaimedJob)
    case failed(ClaimedJob, String, Scheduler.Disposition)
    case snoozed(ClaimedJob, until: Timestamp)
    /// Somebody else decides about the job now.
    case lost(ClaimedJob)
    case rescued([JobID])
  }

  /// What a run did.
  public struct Report: Hashable, Sendable {
    public var succeeded = 0
    public var failedAttempts = 0
    /// Jobs that will not be tried again.
    public var givenUp = 0
    public var snoozed = 0
    public var lost = 0
    public var rescued = 0
  }

  private let queue: JobQueue
  private let handlers: [JobKind: any JobHandler]
  private let configuration: Configuration
  private let observe: @Sendable (Event) -> Void
  private var report = Report()
  private var running = 0
  private var isStopping = false
  private var waiter: CheckedContinuation<Void, Never>?
  /// Whether something happened since the last wait.
  private var isSignalled = false
  private var tasks: [JobID: Task<Void, Never>] = [:]

  public init(
    queue: JobQueue, handlers: [JobKind: any JobHandler], configuration: Configuration = Configuration(),
    observe: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.queue = queue
    self.handlers = handlers
    self.configuration = configuration
    self.observe = observe
  }

  /// Works until ``Extent`` says so or ``stop()`` is called; jobs that run then are finished.
  ///
  /// - Throws: ``SQLError`` when the file can no longer be read or written; jobs that run are cancelled first.
  public func run() async throws -> Report {
    await queue.handle(Set(handlers.keys))
    note(rescued: try await queue.start())
    var taken = 0
    var nextRescue = ContinuousClock.now + configuration.rescueInterval
    do {
      while !isStopping {
        if ContinuousClock.now >= nextRescue {
          note(rescued: try await queue.rescue())
          nextRescue = ContinuousClock.now + configuration.rescueInterval
        }
        while running < configuration.concurrency, !isStopping, configuration.extent != .once || taken == 0,
          let job = try await queue.claim()
        {
          taken += 1
          begin(job)
        }
        if running == 0 {
          if configuration.extent == .once { break }
          if configuration.extent == .drain, try await isDrained() { break }
        }
        await wait(for: try await pause())
      }
    } catch {
      for task in tasks.values { task.cancel() }
      await finish()
      throw error
    }
    await finish()
    return report
  }

  /// Starts no further job; ``run()`` returns when those that run have ended.
  public func stop() {
    isStopping = true
    signal()
  }

  /// Ends at once: jobs that run are cancelled and return to the queue when their lease ends or their process does.
  public func cancelAll() {
    isStopping = true
    for task in tasks.values { task.cancel() }
    signal()
  }

  // MARK: Waiting

  private func isDrained() async throws -> Bool {
    // Under a clock that stands still nothing comes due.
    if queue.database.configuration.clock.isSet { return true }
    return await !queue.hasOpenWork()
  }

  private func pause() async throws -> Duration {
    guard running < configuration.concurrency else { return configuration.rescueInterval }
    guard let next = await queue.nextEvent() else { return configuration.pollInterval }
    let wait = next.microseconds - queue.database.configuration.clock.now().microseconds
    return min(configuration.pollInterval, .microseconds(max(1000, wait)))
  }

  /// Waits for a job to end, or for that long.
  private func wait(for duration: Duration) async {
    if isSignalled {
      isSignalled = false
      return
    }
    let sleep = configuration.sleep
    let timer = Task {
      try? await sleep(duration)
      signal()
    }
    await withCheckedContinuation { continuation in waiter = continuation }
    timer.cancel()
    isSignalled = false
  }

  private func signal() {
    isSignalled = true
    waiter?.resume()
    waiter = nil
  }

  private func finish() async {
    for task in Array(tasks.values) { await task.value }
  }

  private func note(rescued jobs: [JobID]) {
    guard !jobs.isEmpty else { return }
    report.rescued += jobs.count
    observe(.rescued(jobs))
  }

  // MARK: One job

  private func begin(_ job: ClaimedJob) {
    running += 1
    observe(.started(job))
    tasks[job.id] = Task { await work(job) }
  }

  private func work(_ job: ClaimedJob) async {
    defer {
      running -= 1
      tasks[job.id] = nil
      signal()
    }
    guard let handler = handlers[job.kind] else { return }
    let (queue, configuration) = (queue, configuration)
    let attempt = Task { () async -> JobOutcome in
      do {
        return try await handler.run(job)
      } catch {
        return .failure("\(error)", after: .zero)
      }
    }
    let heart = Task {
      while !Task.isCancelled {
        try await configuration.sleep(configuration.heartbeat)
        do {
          try await queue.heartbeat(job.token)
        } catch is QueueRefusal {
          // Somebody else has the job: what this attempt finds is of no use.
          attempt.cancel()
          return
        }
      }
    }
    let limit = job.deadline.map { deadline in
      Task {
        let left = deadline.microseconds - queue.database.configuration.clock.now().microseconds
        try await configuration.sleep(.microseconds(max(0, left)))
        attempt.cancel()
      }
    }
    let outcome = await withTaskCancellationHandler {
      await attempt.value
    } onCancel: {
      attempt.cancel()
    }
    heart.cancel()
    limit?.cancel()
    do {
      try await settle(job, outcome)
    } catch is QueueRefusal {
      report.lost += 1
      observe(.lost(job))
    } catch {
      // The results could not be stored, or the outcome could not: the attempt failed.
      report.failedAttempts += 1
      let disposition = try? await queue.fail(job.token, error: "\(error)")
      observe(.failed(job, "\(error)", disposition ?? .cancelled))
    }
  }

  private func settle(_ job: ClaimedJob, _ outcome: JobOutcome) async throws {
    var outcome = outcome
    if let deadline = job.deadline, deadline <= queue.database.configuration.clock.now() {
      outcome = .rejection("the deadline passed before the job had ended")
    }
    switch outcome {
    case .success(let write):
      try await queue.complete(job.token, writing: write)
      report.succeeded += 1
      observe(.succeeded(job))
    case .failure(let reason, let wait):
      let disposition = try await queue.fail(job.token, error: reason, after: wait)
      report.failedAttempts += 1
      if disposition == .dead || disposition == .failed { report.givenUp += 1 }
      observe(.failed(job, reason, disposition))
    case .rejection(let reason):
      try await queue.reject(job.token, error: reason)
      report.failedAttempts += 1
      report.givenUp += 1
      observe(.failed(job, reason, .failed))
    case .snooze(let duration):
      let now = queue.database.configuration.clock.now()
      let time = now.advanced(byMicroseconds: max(duration, .seconds(1)).microseconds)
      if let lane = job.lane { await queue.pause(lane: lane, until: time) }
      try await queue.snooze(job.token, until: time)
      report.snoozed += 1
      observe(.snoozed(job, until: time))
    }
  }
}
