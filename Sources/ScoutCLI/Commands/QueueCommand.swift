import ArgumentParser
import Scout
import ScoutReport

struct QueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue", abstract: "Jobs that find the SKUs of brands: enqueue, work, look after.",
    discussion: """
      Offline by default: the SKUs come from the built-in catalogue, a file, or a folder of saved pages.

      EXAMPLES
        scout queue enqueue Alaska Oishi
        scout queue work --drain
        scout queue stats
      """,
    subcommands: [
      Work.self, List.self, Show.self, Enqueue.self, Retry.self, Cancel.self, ResetStuck.self, Dead.self, Stats.self,
    ], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The newest jobs.",
      discussion: """
        EXAMPLES
          scout queue list
          scout queue list --state queued --limit 10 --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Option(help: "Only jobs in this state: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: [JobState] = []

    @Option(help: "How many, 1 to 10000.")
    var limit = 20

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      try scout.queuedJobs(states: Set(state), limit: limit).table(scout.timeZone()).show(as: output.format)
    }
  }

  struct Dead: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The jobs that used up their attempts, with their last errors.",
      discussion: """
        EXAMPLES
          scout queue dead
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Option(help: "How many, 1 to 10000.")
    var limit = 100

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      try scout.queuedJobs(states: [.dead], limit: limit).table(scout.timeZone()).show(as: output.format)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All about one job.",
      discussion: """
        EXAMPLES
          scout queue show 0198f3a2-5c1e-7b52-9f10-6d2c8e4b7a01
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: "The job's id.") var id: JobID

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let job = try scout.queuedJob(id)
      let zone = try scout.timeZone()
      let fields: [(String, String?)] = [
        ("id", job.record.id.description), ("kind", job.record.kind.rawValue), ("payload", job.record.payload),
        ("status", job.record.state.rawValue), ("priority", String(job.record.priority)),
        ("attempts", "\(job.record.attempts) of \(job.record.maximumAttempts)"),
        ("created_at", job.record.createdAt.text(in: zone)),
        ("scheduled_for", job.record.scheduledFor.text(in: zone)),
        ("started_at", job.startedAt?.text(in: zone)), ("finished_at", job.finishedAt?.text(in: zone)),
        ("deadline", job.record.deadline?.text(in: zone)), ("lane", job.record.lane),
        ("unique_key", job.record.uniqueKey), ("lease_end", job.record.leaseEnd?.text(in: zone)),
        ("worker", job.worker), ("last_error", job.record.lastError),
      ]
      Table(columns: [Table.Column("field"), Table.Column("value")], rows: fields.map { [$0.0, $0.1] })
        .show(as: output.format)
    }
  }

  struct Enqueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Enqueue jobs: brands, or one payload.",
      discussion: """
        Prints the ids, once the jobs are on the disk. The exit code is 1 when one of them was refused.

        EXAMPLES
          scout queue enqueue Alaska "Del Monte" --priority 10
          scout queue enqueue --payload '{"brand": "Oishi"}' --run-after 30m
          scout queue enqueue Peerless --unique
          scout queue enqueue JTI --unique-key jti --unique-state success
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Argument(help: ArgumentHelp("Brands.", valueName: "brand")) var brands: [String] = []
    @Option(help: ArgumentHelp("The payload of one job, a JSON object.", valueName: "json")) var payload: String?
    @Option(help: "Pages to read, for sources of pages.") var url: [String] = []
    @Option(help: "0 is the highest.") var priority = 100
    @Option(help: ArgumentHelp("What kind of work it is.", valueName: "kind")) var kind = JobKind.brandSKUScrape
      .rawValue
    @Option(help: ArgumentHelp("Not before so much time has passed: 30m, 1h.", valueName: "time")) var runAfter:
      TimeSpan?
    @Option(help: ArgumentHelp("It fails when it has not succeeded by then: 2h.", valueName: "time"))
    var deadline: TimeSpan?
    @Option(help: "How often it is tried, 1 to 100.") var attempts = 5
    @Flag(help: "Refused while a job of the same kind and payload waits or runs.") var unique = false
    @Option(help: ArgumentHelp("Refused while a job with the same key is in the way.", valueName: "key"))
    var uniqueKey: String?
    @Option(
      help: ArgumentHelp("A state in which an earlier job is in the way; queued and running.", valueName: "state"))
    var uniqueState: [JobState] = []
    @Option(help: ArgumentHelp("Only jobs created within this time are in the way: 12h.", valueName: "time"))
    var uniqueWithin: TimeSpan?

    func validate() throws {
      guard !brands.isEmpty || payload != nil else { throw ValidationError("name a brand, or give --payload") }
      guard brands.isEmpty || payload == nil else { throw ValidationError("brands and --payload exclude each other") }
      guard (1...100).contains(attempts) else { throw ValidationError("--attempts is 1 to 100") }
      guard uniqueKey == nil || brands.count < 2 else {
        throw ValidationError("--unique-key is one job's; with several brands use --unique")
      }
      guard unique || uniqueKey != nil || uniqueState.isEmpty && uniqueWithin == nil else {
        throw ValidationError("--unique-state and --unique-within go with --unique or --unique-key")
      }
      guard (0...1_000_000).contains(priority) else { throw ValidationError("--priority is 0 to 1000000") }
    }

    func run() async throws {
      let scout = try global.open()
      let now = scout.configuration.clock.now()
      let payloads =
        payload.map { [$0] }
        ?? brands.map { brand in
          let pages = url.isEmpty ? "" : ", \"urls\": [\(url.map(jsonString).joined(separator: ", "))]"
          return "{\"brand\": \(jsonString(brand)), \"region\": \"PH\"\(pages)}"
        }
      let specifications = payloads.map { payload in
        JobSpecification(
          kind: JobKind(rawValue: kind), payload: payload, priority: priority,
          scheduledFor: runAfter.map { now.adding($0.duration) }, deadline: deadline.map { now.adding($0.duration) },
          maximumAttempts: attempts, uniqueness: uniqueness(of: payload))
      }
      let results = try await scout.enqueue(specifications)
      var rows: [[String?]] = []
      var isRefused = false
      for (payload, result) in zip(payloads, results) {
        switch result {
        case .success(let id): rows.append([id.description, payload])
        case .failure(let refusal):
          isRefused = true
          Console.err("scout: \(payload): \(refusal)\n")
        }
      }
      if !rows.isEmpty {
        Table(columns: [Table.Column("id", type: "uuid"), Table.Column("payload", type: "jsonb")], rows: rows)
          .show(as: output.format)
      }
      if isRefused { throw Failure.Reported(status: .notFine) }
    }

    private func uniqueness(of payload: String) -> Uniqueness? {
      guard let key = uniqueKey ?? (unique ? "\(kind) \(payload)" : nil) else { return nil }
      return Uniqueness(
        key: key, states: uniqueState.isEmpty ? [.queued, .running] : Set(uniqueState), window: uniqueWithin?.duration)
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let failed, dead or cancelled jobs start anew.",
      discussion: """
        EXAMPLES
          scout queue retry --all-dead
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: ArgumentHelp("The jobs.", valueName: "id")) var ids: [JobID] = []
    @Flag(help: "Every dead job.") var allDead = false
    @Option(help: "How many attempts each gets, 1 to 100.") var attempts = 5

    func validate() throws {
      guard !ids.isEmpty || allDead else { throw ValidationError("name jobs, or give --all-dead") }
      guard (1...100).contains(attempts) else { throw ValidationError("--attempts is 1 to 100") }
    }

    func run() async throws {
      let scout = try global.open()
      let queue = scout.jobQueue()
      let dead = allDead ? try scout.queuedJobs(states: [.dead], limit: 1_000_000).map(\.record.id) : []
      for id in ids + dead { try await queue.requeue(id, attempts: attempts) }
      Console.line("\(ids.count + dead.count) requeued")
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Withdraw jobs that wait or run.",
      discussion: """
        What a worker finds for a cancelled job is not stored.

        EXAMPLES
          scout queue cancel 0198f3a2-5c1e-7b52-9f10-6d2c8e4b7a01
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: ArgumentHelp("The jobs.", valueName: "id")) var ids: [JobID]
    @Option(help: "Why; it is kept as the job's last error.") var reason = "cancelled"

    func run() async throws {
      let queue = try global.open().jobQueue()
      for id in ids { try await queue.cancel(id, reason: reason) }
      Console.line("\(ids.count) cancelled")
    }
  }

  struct ResetStuck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reset-stuck", abstract: "Take jobs back that run for too long, or whose process is gone.",
      discussion: """
        The attempt counts. A worker that still runs such a job can no longer store what it finds.

        EXAMPLES
          scout queue reset-stuck --older-than 1h
        """)

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("Started longer ago than this: 90s, 30m, 1h, 2d.", valueName: "time"))
    var olderThan = TimeSpan(duration: .seconds(3600))

    func run() async throws {
      let scout = try global.open()
      let limit = scout.configuration.clock.now().adding(.zero - olderThan.duration)
      let jobs = try await scout.jobQueue().rescue(startedBefore: limit)
      Console.line("\(jobs.count) taken back")
    }
  }

  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Depth, age, rates and times of the queue.",
      discussion: """
        EXAMPLES
          scout queue stats
          scout queue stats --format json
          scout queue stats --histogram
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Flag(help: "How long the successful jobs of the last day waited when they were due, and how long they ran.")
    var histogram = false

    func run() throws {
      let statistics = try global.open(isReadOnly: true).queueStatistics()
      (histogram ? statistics.histogram : statistics.table).show(as: output.format)
    }
  }
}

extension JobState: ExpressibleByArgument {}
extension JobID: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// A length of time on the command line: `90s`, `30m`, `1h`, `2d`, or seconds.
struct TimeSpan: ExpressibleByArgument, CustomStringConvertible {
  var duration: Duration

  init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let unit = argument.last.flatMap { units[$0] }
    let digits = unit == nil ? Substring(argument) : argument.dropLast()
    guard let number = Int(digits), (0...10_000_000).contains(number) else { return nil }
    duration = .seconds(number * (unit ?? 1))
  }

  var description: String { "\(duration.components.seconds)s" }
}

extension Timestamp {
  /// The time so much later, to the second.
  fileprivate func adding(_ duration: Duration) -> Timestamp {
    Timestamp(microseconds: microseconds &+ duration.components.seconds * 1_000_000)
  }
}

/// A text as a JSON string.
private func jsonString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case let scalar where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

extension [StoredJob] {
  fileprivate func table(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("id", type: "uuid"), Table.Column("status"), Table.Column("priority", type: "integer"),
        Table.Column("attempts", type: "integer"), Table.Column("scheduled_for", type: "timestamp with time zone"),
        Table.Column("payload", type: "jsonb"), Table.Column("last_error"),
      ],
      rows: map { job in
        [
          job.record.id.description, job.record.state.rawValue, String(job.record.priority),
          String(job.record.attempts), job.record.scheduledFor.text(in: zone), job.record.payload,
          job.record.lastError,
        ]
      })
  }
}

extension QueueStatistics {
  /// One row per power of two of a microsecond in which something was counted.
  fileprivate var histogram: Table {
    let used = waits.counts.indices.filter { waits.counts[$0] + runs.counts[$0] > 0 }
    return Table(
      columns: [
        Table.Column("below_seconds", type: "numeric"), Table.Column("waited", type: "bigint"),
        Table.Column("ran", type: "bigint"),
      ],
      rows: used.map { bucket in
        [
          Numeric(scaled: 1 << Int64(min(bucket, 62)), scale: 6).description, String(waits.counts[bucket]),
          String(runs.counts[bucket]),
        ]
      })
  }

  fileprivate var table: Table {
    func seconds(_ duration: Duration?) -> String? {
      duration.map { Numeric(scaled: Int64($0 / .milliseconds(1)), scale: 3).description }
    }
    var rows: [[String?]] = JobState.allCases.map { [$0.rawValue, String(counts[$0] ?? 0)] }
    rows += [
      ["due", String(due)], ["oldest_due_seconds", seconds(oldestAge)], ["stuck", String(stuck)],
      ["succeeded_last_hour", String(succeededLastHour)], ["failed_last_hour", String(failedLastHour)],
      ["mean_attempts", meanAttempts.map { Numeric(scaled: Int64(($0 * 100).rounded()), scale: 2).description }],
      ["median_run_seconds", seconds(medianRun)], ["p95_run_seconds", seconds(percentile95Run)],
    ]
    let unknown = kinds.filter { $0.key != .brandSKUScrape }.sorted { $0.key.rawValue < $1.key.rawValue }
    rows += unknown.map { ["unhandled_kind:\($0.key)", String($0.value)] }
    return Table(columns: [Table.Column("measure"), Table.Column("value", type: "numeric")], rows: rows)
  }
}
