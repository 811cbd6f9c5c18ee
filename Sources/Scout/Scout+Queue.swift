import ScoutEnrichment

/// The job queue of SKU enrichment and its worker.
extension Scout {
  /// The durable queue of this database.
  ///
  /// - Parameter rate: The most jobs of one brand or host that start; nil: no limit.
  public func jobQueue(concurrency: Int = .max, rate: RateLimit? = nil, lease: Duration = .seconds(300)) -> JobQueue {
    var seed: UInt64 = 0
    if !configuration.clock.isSet { seed = SystemRandomNumberGenerator().next64() }
    return JobQueue(
      database: database,
      configuration: JobQueue.Configuration(
        scheduler: SchedulerConfiguration(concurrency: concurrency, defaultLaneLimit: rate, lease: lease),
        lane: BrandScrape.lane, seed: seed))
  }

  /// The source that a text names.
  ///
  /// - Parameters:
  ///   - text: Nil or `catalogue` for the built-in catalogue; the path of a CSV or JSON Lines file; a folder of saved
  ///     pages; `live` for pages of the web.
  ///   - live: Which pages; only used with `live`.
  /// - Throws: ``SourceError`` when there is no such file, or no host is allowed.
  public func skuSource(_ text: String? = nil, live: LivePages.Configuration = .init(allowedHosts: [])) throws
    -> any SKUSource
  {
    if text == "live" {
      guard !live.allowedHosts.isEmpty else {
        throw SourceError.permanent("the source live needs the hosts that it may read: --allow-host shop.example")
      }
      return LivePages(configuration: live, transport: LivePages.transport, clock: configuration.clock)
    }
    guard let text, text != "catalogue" else {
      let products = try definitions().text("masterdata/products.csv") ?? ""
      return OfflineCatalogue(text: products, isJSONLines: false, file: "schemas/masterdata/products.csv")
    }
    if FileStatus.isDirectory(text) { return SavedPages(folder: text) }
    return try OfflineCatalogue(path: text)
  }

  /// Does the jobs that find the SKUs of brands.
  ///
  /// - Parameters:
  ///   - source: Where the SKUs come from.
  ///   - worker: How much at once and how long.
  ///   - observe: Told what happens, while it happens.
  public func makeWorker(
    source: any SKUSource, queue: JobQueue, worker: Worker.Configuration = Worker.Configuration(),
    found: @escaping @Sendable (SKULinker.Result, [String]) -> Void = { _, _ in },
    observe: @escaping @Sendable (Worker.Event) -> Void = { _ in }
  ) throws -> Worker {
    try startRun()
    return Worker(
      queue: queue, handlers: [.brandSKUScrape: BrandScrape(source: source, report: found)], configuration: worker,
      observe: observe)
  }

  /// The queue at a glance.
  public func queueStatistics() throws -> QueueStatistics { try database.read { try JobQueue.statistics($0) } }

  /// Jobs, the newest first.
  public func queuedJobs(states: Set<JobState> = [], limit: Int = 50) throws -> [StoredJob] {
    try database.read { try JobQueue.jobs($0, states: states, limit: limit) }
  }

  /// One job.
  ///
  /// - Throws: ``QueueRefusal`` `unknownJob`.
  public func queuedJob(_ id: JobID) throws -> StoredJob {
    guard let job = try database.read({ try JobQueue.job(id, on: $0) }) else { throw QueueRefusal.unknownJob(id) }
    return job
  }

  /// Enqueues jobs in one durable transaction; each is accepted or refused by itself.
  public func enqueue(_ specifications: [JobSpecification]) async throws -> [Result<JobID, QueueRefusal>] {
    try startRun()
    return try await jobQueue().enqueue(specifications)
  }
}

extension SystemRandomNumberGenerator {
  fileprivate func next64() -> UInt64 {
    var generator = self
    return generator.next()
  }
}
