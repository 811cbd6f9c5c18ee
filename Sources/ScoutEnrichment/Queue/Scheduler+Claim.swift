import ScoutStorage

extension Scheduler {
  /// Puts a queued job where it waits: for its time, or among those that are ready.
  mutating func wait(_ slot: Int, at now: Timestamp) {
    if jobs[slot].due > now.microseconds {
      watchDueTime(slot)
    } else {
      makeReady(slot)
    }
  }

  private mutating func makeReady(_ slot: Int) {
    let job = jobs[slot]
    let entry = ReadyEntry(
      priority: job.priority, generation: job.generation, due: job.due, sequence: job.sequence, slot: slot)
    let group = Int(job.group)
    groups[group].ready.insert(entry)
    if !groups[group].isSetAside, groups[group].offer.map({ entry < $0 }) ?? true { offer(group, entry) }
  }

  private mutating func offer(_ group: Int, _ entry: ReadyEntry) {
    groups[group].offer = entry
    offers.insert(Offer(entry: entry, group: group))
  }

  /// Offers a group by its first job that still waits.
  mutating func offerFirst(_ group: Int) {
    groups[group].isSetAside = false
    while let entry = groups[group].ready.first {
      if isCurrent(entry) {
        offer(group, entry)
        return
      }
      groups[group].ready.removeFirst()
    }
    groups[group].offer = nil
  }

  private func isCurrent(_ entry: ReadyEntry) -> Bool {
    jobs[entry.slot].generation == entry.generation && jobs[entry.slot].state == .queued && jobs[entry.slot].isUsed
  }

  func isCurrent(_ entry: TimedEntry, _ state: JobState) -> Bool {
    jobs[Int(entry.slot)].isUsed && jobs[Int(entry.slot)].generation == entry.generation
      && jobs[Int(entry.slot)].state == state
  }

  static func isCurrent(_ entry: TimedEntry, _ states: Set<JobState>, _ jobs: [Job]) -> Bool {
    let job = jobs[Int(entry.slot)]
    return job.isUsed && job.generation == entry.generation && states.contains(job.state)
  }

  /// Brings forward what has come due: jobs, and groups whose lane has a token again.
  private mutating func advance(to now: Timestamp) {
    while let entry = later.first, entry.time <= now.microseconds {
      later.removeFirst()
      if isCurrent(entry, .queued) { makeReady(Int(entry.slot)) }
    }
    while let entry = wakeups.first, entry.time <= now.microseconds {
      wakeups.removeFirst()
      offerFirst(Int(entry.slot))
    }
  }

  /// Gives out the next job, if there is one that may start.
  ///
  /// The attempt is counted, and the lease begins. A job whose deadline has passed fails instead of starting:
  /// ``failOverdue(at:)`` says which.
  public mutating func claim(at now: Timestamp) -> ClaimedJob? {
    guard !isClosed, runningCount < configuration.concurrency else { return nil }
    advance(to: now)
    while let candidate = offers.first {
      let group = candidate.group
      guard groups[group].offer == candidate.entry else {
        offers.removeFirst()
        continue
      }
      let slot = candidate.entry.slot
      guard isCurrent(candidate.entry), jobs[slot].deadline > now.microseconds else {
        // Cancelled, or overdue: in the heap of deadlines it is found.
        offers.removeFirst()
        groups[group].ready.removeFirst()
        offerFirst(group)
        continue
      }
      let kind = groups[group].kind
      let name = kinds[kind].name
      if !(configuration.handledKinds?.contains(name) ?? true)
        || kinds[kind].running >= configuration.kindConcurrency[name] ?? .max
      {
        setAside(group)
        kinds[kind].waitingGroups.append(group)
        continue
      }
      if let lane = groups[group].lane, lanes[lane].bucket != nil, lanes[lane].bucket?.take(at: now) == false {
        setAside(group)
        let time = lanes[lane].bucket?.nextToken.microseconds ?? now.microseconds
        nextSequence += 1
        wakeups.insert(
          TimedEntry(time: time, sequence: nextSequence, slot: Int32(truncatingIfNeeded: group), generation: 0))
        continue
      }
      offers.removeFirst()
      groups[group].ready.removeFirst()
      start(slot, at: now)
      offerFirst(group)
      return claimed(slot)
    }
    return nil
  }

  private mutating func setAside(_ group: Int) {
    offers.removeFirst()
    groups[group].offer = nil
    groups[group].isSetAside = true
  }

  private mutating func start(_ slot: Int, at now: Timestamp) {
    move(slot, to: .running)
    jobs[slot].attempts += 1
    jobs[slot].leaseEnd = now.advanced(byMicroseconds: configuration.lease.microseconds).microseconds
    kinds[groups[Int(jobs[slot].group)].kind].running += 1
    runningCount += 1
    watchLease(slot)
    counters.claimed += 1
    counters.wait.add(now.microseconds &- jobs[slot].due)
  }

  private func claimed(_ slot: Int) -> ClaimedJob {
    let job = jobs[slot]
    let group = groups[Int(job.group)]
    return ClaimedJob(
      token: JobToken(job: job.id, attempt: Int(job.attempts), slot: slot), kind: kinds[group.kind].name,
      payload: job.payload, lane: group.lane.map { lanes[$0].name },
      deadline: job.deadline == .max ? nil : Timestamp(microseconds: job.deadline),
      leaseEnd: Timestamp(microseconds: job.leaseEnd))
  }

  /// When the next job may start, as far as time decides: now, when one is ready; nil when only an outcome or a new job
  /// can help.
  public mutating func nextEvent(at now: Timestamp) -> Timestamp? {
    guard !isClosed else { return nil }
    advance(to: now)
    if runningCount < configuration.concurrency, offers.first != nil { return now }
    return [later.first?.time, wakeups.first?.time, leases.first?.time, deadlines.first?.time].compactMap(\.self).min()
      .map { Timestamp(microseconds: max($0, now.microseconds)) }
  }

  /// Somebody can run these kinds from now on; nil: all.
  public mutating func handle(_ kinds: Set<JobKind>?) {
    configuration.handledKinds = kinds
    for kind in self.kinds.indices { releaseWaitingGroups(kind) }
  }

  mutating func releaseWaitingGroups(_ kind: Int) {
    guard !kinds[kind].waitingGroups.isEmpty else { return }
    let waiting = kinds[kind].waitingGroups
    kinds[kind].waitingGroups = []
    for group in waiting { offerFirst(group) }
  }

  /// No job of this lane starts before that time.
  public mutating func pause(lane: String, until time: Timestamp) {
    let lane = laneNumber(lane)
    var bucket = lanes[lane].bucket ?? TokenBucket(RateLimit(perSecond: 1_000_000, burst: 1))
    bucket.pause(until: time)
    lanes[lane].bucket = bucket
  }
}
