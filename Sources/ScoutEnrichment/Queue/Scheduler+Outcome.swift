import ScoutStorage

extension Scheduler {
  /// What became of an attempt.
  public enum Disposition: Hashable, Sendable {
    case success
    /// Tried again at that time.
    case retry(at: Timestamp)
    case failed
    case dead
    case cancelled
  }

  /// Changes a job's state; entries of the heaps from before no longer count.
  mutating func move(_ slot: Int, to state: JobState) {
    assert(jobs[slot].state.successors.contains(state), "\(jobs[slot].state) does not become \(state)")
    jobs[slot].state = state
    jobs[slot].generation &+= 1
    if let key = jobs[slot].uniqueKey { updateHolder(key, slot, state) }
  }

  private mutating func updateHolder(_ key: String, _ slot: Int, _ state: JobState) {
    var holders = uniques.removeValue(forKey: key) ?? []
    let id = jobs[slot].id
    if state.isFinal, jobs[slot].uniqueWindow == 0 {
      // It can come back only by a requeue, which enters it again.
      holders.removeAll { $0.id == id }
    } else if let index = holders.firstIndex(where: { $0.id == id }) {
      holders[index].state = state
    } else {
      holders.append(
        UniqueHolder(id: id, state: state, createdAt: jobs[slot].createdAt, window: jobs[slot].uniqueWindow))
    }
    if !holders.isEmpty { uniques[key] = holders }
  }

  /// The slot of the job that the token is for.
  ///
  /// - Throws: `leaseLost` when the token is not the one of the current attempt.
  private func slot(_ token: JobToken) throws(QueueRefusal) -> Int {
    let slot = token.slot
    guard jobs.indices.contains(slot), jobs[slot].isUsed, jobs[slot].id == token.job, jobs[slot].state == .running,
      Int(jobs[slot].attempts) == token.attempt
    else { throw .leaseLost(token.job) }
    return slot
  }

  /// How often the job may be tried, as its journal has it.
  mutating func allow(_ token: JobToken, attempts: Int) {
    guard let slot = try? slot(token) else { return }
    jobs[slot].maximumAttempts = Int32(clamping: max(attempts, 1))
  }

  private mutating func stopRunning(_ slot: Int) {
    runningCount -= 1
    let kind = groups[Int(jobs[slot].group)].kind
    kinds[kind].running -= 1
    releaseWaitingGroups(kind)
  }

  // MARK: What the holder of a token says

  /// The attempt succeeded.
  ///
  /// - Throws: `leaseLost` when somebody else decides about the job now; nothing has changed then.
  public mutating func complete(_ token: JobToken, at now: Timestamp) throws(QueueRefusal) {
    let slot = try slot(token)
    stopRunning(slot)
    move(slot, to: .success)
    counters.succeeded += 1
    activeCount -= 1
    release(slot)
  }

  /// The attempt failed; another may succeed.
  ///
  /// - Parameter wait: How long to wait at least, such as a server's `Retry-After`; the backoff is never shorter.
  /// - Returns: `retry`, or `dead` when the attempts are used up, or `failed` when the deadline comes first.
  @discardableResult
  public mutating func fail(_ token: JobToken, error: String, after wait: Duration = .zero, at now: Timestamp)
    throws(QueueRefusal) -> Disposition
  {
    let slot = try slot(token)
    counters.failedAttempts += 1
    return end(slot, error: error, minimumWait: wait.microseconds, at: now)
  }

  /// The attempt failed and no other can succeed.
  public mutating func reject(_ token: JobToken, error: String, at now: Timestamp) throws(QueueRefusal) {
    let slot = try slot(token)
    counters.failedAttempts += 1
    stopRunning(slot)
    finish(slot, .failed, error)
  }

  /// Not now: the job waits until that time, and the attempt does not count towards the maximum.
  ///
  /// The number of attempts does not fall, or a token could come back; the maximum grows instead.
  public mutating func snooze(_ token: JobToken, until time: Timestamp, at now: Timestamp) throws(QueueRefusal) {
    let slot = try slot(token)
    stopRunning(slot)
    if jobs[slot].maximumAttempts < .max { jobs[slot].maximumAttempts += 1 }
    counters.snoozed += 1
    returnToQueue(slot, due: time.microseconds, at: now)
  }

  /// The worker is alive: its lease begins again.
  ///
  /// - Returns: The new end of the lease.
  @discardableResult
  public mutating func heartbeat(_ token: JobToken, at now: Timestamp) throws(QueueRefusal) -> Timestamp {
    let slot = try slot(token)
    let end = now.advanced(byMicroseconds: configuration.lease.microseconds)
    // Its entry in the heap stands at the old end, where it is moved on.
    jobs[slot].leaseEnd = max(jobs[slot].leaseEnd, end.microseconds)
    return Timestamp(microseconds: jobs[slot].leaseEnd)
  }

  /// Back to the queue, or to its end: dead, or overdue.
  private mutating func end(_ slot: Int, error: String, minimumWait: Int64, at now: Timestamp) -> Disposition {
    stopRunning(slot)
    if jobs[slot].attempts >= jobs[slot].maximumAttempts {
      finish(slot, .dead, error)
      return .dead
    }
    let wait = max(minimumWait, configuration.backoff.wait(attempt: Int(jobs[slot].attempts), using: &random))
    let due = now.advanced(byMicroseconds: wait)
    guard due.microseconds < jobs[slot].deadline else {
      finish(slot, .failed, error + " (the deadline comes before the next attempt)")
      return .failed
    }
    jobs[slot].lastError = error
    returnToQueue(slot, due: due.microseconds, at: now)
    return .retry(at: due)
  }

  private mutating func returnToQueue(_ slot: Int, due: Int64, at now: Timestamp) {
    move(slot, to: .queued)
    jobs[slot].due = due
    // Its deadline's entry was of the old generation.
    watchDeadline(slot)
    wait(slot, at: now)
  }

  private mutating func finish(_ slot: Int, _ state: JobState, _ error: String) {
    move(slot, to: state)
    jobs[slot].lastError = error
    activeCount -= 1
    switch state {
    case .dead: counters.dead += 1
    case .failed: counters.failed += 1
    default: counters.cancelled += 1
    }
  }

  /// Gives a job's place back.
  private mutating func release(_ slot: Int) {
    slots.remove(jobs[slot].id, in: jobs)
    jobs[slot].isUsed = false
    jobs[slot].generation &+= 1
    jobs[slot].payload = ""
    jobs[slot].uniqueKey = nil
    jobs[slot].lastError = nil
    freeSlots.append(slot)
  }

  // MARK: What time does

  /// Takes the jobs whose lease has ended away from their workers.
  ///
  /// - Returns: Each job's token from before and what became of it; its worker can no longer decide about it.
  public mutating func rescueExpired(at now: Timestamp) -> [(token: JobToken, disposition: Disposition)] {
    var rescued: [(JobToken, Disposition)] = []
    while let entry = leases.first, entry.time <= now.microseconds {
      leases.removeFirst()
      let slot = Int(entry.slot)
      guard isCurrent(entry, .running) else { continue }
      if jobs[slot].leaseEnd > now.microseconds {
        leases.insert(timed(jobs[slot].leaseEnd, slot))
        continue
      }
      let token = JobToken(job: jobs[slot].id, attempt: Int(jobs[slot].attempts), slot: slot)
      counters.rescued += 1
      rescued.append((token, end(slot, error: "the worker gave no sign of life", minimumWait: 0, at: now)))
    }
    return rescued
  }

  /// Takes one running job away from its worker, which is known to be gone.
  @discardableResult
  public mutating func abandon(_ id: JobID, at now: Timestamp) throws(QueueRefusal) -> Disposition {
    guard let slot = slots.find(id, in: jobs) else { throw .unknownJob(id) }
    guard jobs[slot].state == .running else { throw .wrongState(id, jobs[slot].state) }
    counters.rescued += 1
    return end(slot, error: "the worker's process ended", minimumWait: 0, at: now)
  }

  /// Fails the waiting jobs whose deadline has passed.
  public mutating func failOverdue(at now: Timestamp) -> [JobID] {
    var overdue: [JobID] = []
    while let entry = deadlines.first, entry.time <= now.microseconds {
      deadlines.removeFirst()
      // A running job's attempt may still succeed; it comes back here when it does not.
      guard isCurrent(entry, .queued) else { continue }
      let slot = Int(entry.slot)
      finish(slot, .failed, "the deadline passed before the job could start")
      overdue.append(jobs[slot].id)
    }
    return overdue
  }

  // MARK: What a person does

  /// Withdraws a job that waits or runs; a worker that runs it has lost its lease.
  public mutating func cancel(_ id: JobID, reason: String = "cancelled", at now: Timestamp) throws(QueueRefusal) {
    guard let slot = slots.find(id, in: jobs) else { throw .unknownJob(id) }
    switch jobs[slot].state {
    case .queued: finish(slot, .cancelled, reason)
    case .running:
      stopRunning(slot)
      finish(slot, .cancelled, reason)
    case let state: throw .wrongState(id, state)
    }
  }

  /// Lets a failed, dead or cancelled job start anew, with all its attempts before it; one that waits becomes due now.
  ///
  /// - Parameter attempts: How many attempts it gets.
  public mutating func requeue(_ id: JobID, attempts: Int = 5, at now: Timestamp) throws(QueueRefusal) {
    guard let slot = slots.find(id, in: jobs) else { throw .unknownJob(id) }
    switch jobs[slot].state {
    case .failed, .dead, .cancelled:
      guard activeCount < configuration.capacity else { throw .full(capacity: configuration.capacity) }
      if let key = jobs[slot].uniqueKey, let holder = obstacle(Uniqueness(key: key), at: now, except: id) {
        throw .duplicate(of: holder)
      }
      jobs[slot].maximumAttempts = Int32(clamping: Int(jobs[slot].attempts) + max(attempts, 1))
      // A deadline that has passed would end it at once.
      if jobs[slot].deadline <= now.microseconds { jobs[slot].deadline = .max }
      activeCount += 1
      returnToQueue(slot, due: now.microseconds, at: now)
    case .queued:
      guard jobs[slot].due > now.microseconds else { return }
      jobs[slot].generation &+= 1
      jobs[slot].due = now.microseconds
      watchDeadline(slot)
      wait(slot, at: now)
    case .running, .success: throw .wrongState(id, jobs[slot].state)
    }
  }

  /// Drops a job, whatever its state: somebody else has it now.
  public mutating func forget(_ id: JobID) {
    guard let slot = slots.find(id, in: jobs) else { return }
    if jobs[slot].state == .running { stopRunning(slot) }
    if !jobs[slot].state.isFinal { activeCount -= 1 }
    if let key = jobs[slot].uniqueKey {
      uniques[key]?.removeAll { $0.id == id }
      if uniques[key]?.isEmpty == true { uniques.removeValue(forKey: key) }
    }
    release(slot)
  }
}
