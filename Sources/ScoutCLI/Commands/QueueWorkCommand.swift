import ArgumentParser
import Scout
import ScoutReport
import Synchronization

extension QueueCommand {
  struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Do jobs.",
      discussion: """
        Several may work on one database at once. The first interrupt lets the jobs that run finish, the second ends the
        program; what it ran is taken up again by the next worker. The source is catalogue (built in), the path of a CSV or
        JSON Lines file, a folder of saved pages, or live: pages of the allowed hosts, one a second, as their robots.txt
        allows. The exit code is 1 when a job was given up.

        EXAMPLES
          scout queue work --once
          scout queue work --drain --concurrency 8
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Option(help: "How many jobs at once, 1 to 1000.") var concurrency = 4
    @Flag(help: "One job, if there is one.") var once = false
    @Flag(help: "Until nothing is left to do.") var drain = false
    @Option(help: ArgumentHelp("Where SKUs come from.", valueName: "source")) var source: String?
    @Option(help: ArgumentHelp("A host that live may read; .shop.example is all below it too.", valueName: "host"))
    var allowHost: [String] = []
    @Option(
      help: ArgumentHelp("A page for jobs that name none; {brand} is the brand.", valueName: "url"))
    var pageTemplate: [String] = []
    @Flag(help: "Let live read addresses on private networks.") var allowPrivateNetworks = false
    @Option(
      help: ArgumentHelp(
        "At most so many jobs a second of one brand or host, and pages of one host.", valueName: "rate"))
    var rate: Double?
    @Option(help: ArgumentHelp("How long a job is this worker's without a sign of life.", valueName: "time"))
    var lease = TimeSpan(duration: .seconds(300))

    func validate() throws {
      guard (1...1000).contains(concurrency) else { throw ValidationError("--concurrency is 1 to 1000") }
      guard !once || !drain else { throw ValidationError("--once and --drain exclude each other") }
      guard rate.map({ $0 > 0 && $0 <= 1_000_000 }) ?? true else { throw ValidationError("--rate is more than 0") }
      guard lease.duration >= .seconds(3) else { throw ValidationError("--lease is at least 3s") }
    }

    func run() async throws {
      let scout = try global.open()
      var live = LivePages.Configuration(allowedHosts: allowHost)
      live.templates = pageTemplate
      live.allowsPrivateNetworks = allowPrivateNetworks
      let rate = rate ?? (source == "live" ? 1 : nil)
      live.hostRate = rate.map { RateLimit(perSecond: $0) }
      let queue = scout.jobQueue(
        concurrency: concurrency, rate: rate.map { RateLimit(perSecond: $0) }, lease: lease.duration)
      let watch = WorkWatch(isQuiet: global.quiet)
      let worker = try scout.makeWorker(
        source: try scout.skuSource(source, live: live), queue: queue,
        worker: Worker.Configuration(
          concurrency: concurrency, extent: once ? .once : drain ? .drain : .forever, heartbeat: lease.duration / 3),
        found: { result, warnings in watch.found(result, warnings) }, observe: { watch.note($0) })
      let stop = StopRequest.whenRequested { await worker.stop() }
      defer { stop.cancel() }
      let report = try await worker.run()
      watch.finish()
      try reportUnhandled(scout)
      Table(
        columns: [
          "succeeded", "failed_attempts", "given_up", "snoozed", "lost", "rescued", "skus_new", "skus_seen_again",
          "skus_matched",
        ].map { Table.Column($0, type: "bigint") },
        rows: [
          [
            report.succeeded, report.failedAttempts, report.givenUp, report.snoozed, report.lost, report.rescued,
            watch.total.new, watch.total.seenAgain, watch.total.matched,
          ].map { String($0) }
        ]
      ).show(as: output.format)
      if report.givenUp > 0 { throw Failure.Reported(status: .notFine) }
    }

    /// Jobs of kinds that this program cannot run stay queued: somebody should know.
    private func reportUnhandled(_ scout: Scout) throws {
      guard !global.quiet else { return }
      let kinds = try scout.queueStatistics().kinds.filter { $0.key != .brandSKUScrape }
      for (kind, count) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        let (jobs, verb) = count == 1 ? ("1 job", "stays") : ("\(count) jobs", "stay")
        Console.err("scout: \(jobs) of the unknown kind \(TerminalText.line(of: kind.rawValue)) \(verb) queued\n")
      }
    }
  }
}

/// Tells on standard error how the work goes.
private final class WorkWatch: Sendable {
  private struct State {
    var reporter: ProgressReporter
    var done = 0
    var total = SKULinker.Result()
    var warnings: Set<String> = []
  }

  private let state: Mutex<State>
  private let isQuiet: Bool
  private let isTerminal: Bool

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    isTerminal = Terminal.isTerminal(Console.errorDescriptor)
    let display: ProgressReporter.Display =
      isQuiet
      ? .silent
      : isTerminal ? .redrawn(width: Terminal.width(Console.errorDescriptor) ?? 80) : .lines(everySeconds: 5)
    state = Mutex(
      State(
        reporter: ProgressReporter(
          "work", unit: "job", display: display, style: Style(environment: Console.environment, isTerminal: isTerminal),
          clock: { systemStopwatch() / .seconds(1) }, sink: { Console.err($0) })))
  }

  var total: SKULinker.Result { state.withLock { $0.total } }

  func found(_ result: SKULinker.Result, _ warnings: [String]) {
    let fresh = state.withLock { state in
      state.total.new += result.new
      state.total.seenAgain += result.seenAgain
      state.total.matched += result.matched
      return warnings.filter { state.warnings.count < 1000 && state.warnings.insert($0).inserted }
    }
    if !isQuiet { for warning in fresh.prefix(20) { say(warning) } }
  }

  func note(_ event: Worker.Event) {
    switch event {
    case .started: return
    case .succeeded, .snoozed: break
    case .failed(let job, let reason, let disposition):
      if !isQuiet { say("job \(job.id), attempt \(job.attempt): \(reason) (\(words(disposition)))") }
    case .lost(let job):
      if !isQuiet { say("job \(job.id) was taken by another worker or cancelled") }
    case .rescued(let jobs):
      if !isQuiet { say("\(jobs.count) jobs of workers that are gone taken back") }
      return
    }
    state.withLock { state in
      state.done += 1
      state.reporter.update(rows: state.done)
    }
  }

  func finish() { state.withLock { $0.reporter.finish(.completed) } }

  private func say(_ text: String) {
    Console.err((isTerminal ? "\r\u{1B}[K" : "") + TerminalText.line(of: text) + "\n")
  }

  private func words(_ disposition: Scheduler.Disposition) -> String {
    switch disposition {
    case .success: "done"
    case .retry: "tried again later"
    case .failed: "given up"
    case .dead: "dead: all attempts used up"
    case .cancelled: "cancelled"
    }
  }
}
