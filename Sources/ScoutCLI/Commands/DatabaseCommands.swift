import ArgumentParser
import Scout
import ScoutReport

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Create a database with Scout's tables, models and monitors, or a project.",
    discussion: """
      With a folder's name, a project is made in it: an example of a model, a monitor, a contract and tests, and beside
      them a database with them.

      EXAMPLES
        scout init
        scout init --db shop.db --time-zone Asia/Manila
        scout init --bare --db fixture.db
        scout init my-project
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The folder of a new project.", valueName: "folder"))
  var folder: String?

  @Option(
    help:
      "The time zone of business dates, and of times without an offset (default: the project's, else Asia/Manila).")
  var timeZone: String?

  @Option(
    help: ArgumentHelp("Keys the customer hashes (default: $SCOUT_SECRET, else a random one).", valueName: "text"))
  var secret: String?

  @Flag(help: "Every table and no row; gold and platinum are plain tables that nothing refreshes, for fixtures.")
  var bare = false

  func validate() throws {
    if let timeZone {
      do { _ = try TimeZoneRules(setting: timeZone) } catch {
        throw ValidationError("--time-zone: \(error.message); write it like Asia/Manila")
      }
    }
    if bare && (folder != nil || global.project != nil) {
      throw ValidationError("--bare makes a database without models; a project has some")
    }
    if folder != nil && global.project != nil {
      throw ValidationError("give a folder for a new project, or --project for one that is there")
    }
  }

  func run() throws {
    let secret = secret ?? Console.variable("SCOUT_SECRET")
    var (path, global) = (global.path, global)
    if let folder {
      if self.global.db == nil { path = folder + "/scout.db" }
      if FileStatus.exists(path) { throw ScoutError.exists(path) }
      try Project.scaffold(at: folder)
      global.project = folder
    }
    var configuration = try global.configuration()
    if bare {
      configuration.project = nil
      _ = try Scout.createBare(
        at: path, timeZone: timeZone ?? "Asia/Manila", secret: secret, configuration: configuration)
      global.note("created \(path), without rows; next: scout sql -f FILE --db \(path)")
      return
    }
    let zone = timeZone ?? configuration.project?.timeZone ?? "Asia/Manila"
    _ = try Scout.create(at: path, timeZone: zone, secret: secret, configuration: configuration)
    if let folder {
      global.note("created the project \(folder) with \(path); next: scout test --project \(folder)")
    } else {
      global.note("created \(path); next: scout ingest FILE --db \(path)")
    }
  }
}

struct RefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Bring gold up to date with silver.",
    discussion: """
      A model that violates a blocking contract keeps its previous version and holds back what reads it; the exit code
      is 1 then.

      EXAMPLES
        scout refresh
        scout refresh --dry-run
        scout refresh --full --format json
        scout refresh --select scout.gold_sales_daily
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions

  @Flag(help: "Compute everything again, also what has not changed.")
  var full = false
  @Flag(help: "Say what a refresh would do and why; change nothing.")
  var dryRun = false
  @Option(help: "Only this relation; may be given several times.")
  var select: [String] = []

  func run() throws {
    let scout = try global.open()
    let known = try scout.models().models.map(\.qualifiedName)
    if let unknown = select.first(where: { !known.contains($0) }) {
      throw ValidationError("--select: there is no model \"\(unknown)\"; known are \(known.joined(separator: ", "))")
    }
    let report = try scout.refresh(
      RefreshOptions(isFull: full, selection: select.isEmpty ? nil : Set(select), isDryRun: dryRun))
    report.table.show(as: output.format)
    for model in report.held { Console.err("scout: \(model.relation): \(model.reason)\n") }
    if !report.held.isEmpty { throw Failure.Reported(status: .notFine) }
  }
}

extension RefreshReport {
  var table: Table {
    Table(
      columns: [
        Table.Column("relation", type: "text"), Table.Column("method", type: "text"),
        Table.Column("rows_read", type: "bigint"), Table.Column("groups", type: "bigint"),
        Table.Column("rows_written", type: "bigint"), Table.Column("milliseconds", type: "double precision"),
        Table.Column("reason", type: "text"),
      ],
      rows: models.map { model in
        let isDone = model.isRefreshed
        return [
          model.relation, model.method.rawValue, isDone ? String(model.rowsRead) : nil,
          isDone ? String(model.groups) : nil, isDone ? String(model.rows) : nil,
          isDone ? milliseconds(model.duration) : nil, model.reason,
        ]
      })
  }
}

/// Milliseconds with one decimal.
func milliseconds(_ duration: Duration) -> String {
  let tenths = Int((duration / .milliseconds(1) * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

struct TickCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tick", abstract: "One sweep: refresh, run the monitors, write events and feed items.",
    discussion: """
      Answers with JSON. The exit code is 1 when a monitor failed; the others ran nevertheless. The queue of SKU jobs is
      filled up to ISKO_MIN_QUEUED (5) with the brands of ISKO_BRANDS in turn. Once actions were taken,
      a signed checkpoint of their ledger is written to DATABASE.checkpoint: keep copies of it elsewhere.

      EXAMPLES
        scout tick --now 2025-08-23T18:00:00+08:00
        scout tick
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var keyFile: LedgerCommand.KeyOptions
  @Option(
    help: ArgumentHelp("Where the ledger's checkpoint goes (default: beside the database).", valueName: "file"))
  var checkpoint: String?
  @Option(help: "production: push its three summaries into the feed at every sweep, whatever happened.")
  var compat: Compatibility?

  enum Compatibility: String, ExpressibleByArgument, CaseIterable { case production }

  /// The options that the environment gives: `ISKO_MIN_QUEUED` and `ISKO_BRANDS`.
  static func options(isProduction: Bool) throws -> SweepOptions {
    var options = SweepOptions()
    options.pushesSummaries = isProduction
    if let text = Console.variable("ISKO_MIN_QUEUED"), !text.isEmpty {
      guard let number = Int(text), (0...100_000).contains(number) else {
        throw ValidationError("ISKO_MIN_QUEUED: \"\(text)\" is no number from 0 to 100000")
      }
      options.minimumQueuedJobs = number
    }
    if let text = Console.variable("ISKO_BRANDS"), !text.isEmpty {
      options.brands = text.split(separator: ",").map { brand in
        String(brand.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }.filter { !$0.isEmpty }
    }
    return options
  }

  func run() throws {
    let scout = try global.open()
    let report = try scout.tick(try Self.options(isProduction: compat == .production))
    Console.line(report.json)
    try scout.keepCheckpoint(
      keyPath: keyFile.path(beside: global.path), at: checkpoint ?? global.path + ".checkpoint")
    try report.monitors.reportFailures()
  }
}

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "The system at a glance: layers, monitors, feed, queue, ledger.",
    discussion: """
      EXAMPLES
        scout status
        scout status --format json
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions

  func run() throws {
    let scout = try global.open(isReadOnly: true)
    let status = try scout.status()
    let zone = try TimeZoneRules(setting: status.timeZone)
    let layers = status.layerTable(zone)
    switch output.format {
    case .table: break
    case .json: return Console.line(try status.json())
    default: return layers.show(as: output.format)
    }
    layers.show(as: .table)
    func time(_ time: Timestamp?) -> String { time?.text(in: zone) ?? "never" }
    Console.line("last ingest   \(time(status.lastIngestAt))")
    Console.line("last sweep    \(time(status.lastSweepAt))")
    Console.line(
      "quarantine    \(humanCount(status.rejects)) rejects, \(humanCount(status.qualityIssues)) quality issues")
    Console.line("incidents     \(humanCount(status.openIncidents)) open")
    Console.line("feed          \(humanCount(status.unreadFeed)) new")
    Console.line(
      "last hour     \(humanCount(status.recentEvents)) events, \(humanCount(status.recentViolations)) violations")
    Console.line("queue         \(humanCount(status.queuedJobs)) queued, \(humanCount(status.deadJobs)) dead")
    Console.line("actions       \(humanCount(status.pendingActions)) pending")
    Console.line(
      "ledger        \(humanCount(status.ledger.entries)) entries\(status.ledger.root.map { ", root \($0)" } ?? "")")
    if status.ledger.brokenSeals > 0 { Console.line("ledger        NOT PROTECTED: scout ledger verify") }
    if status.failingMonitors > 0 {
      Console.line("monitors      \(status.failingMonitors) failing: scout monitors list")
    }
  }
}

extension Status {
  func layerTable(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("layer", type: "text"), Table.Column("relation", type: "text"),
        Table.Column("rows", type: "bigint"),
        Table.Column("latest", type: "timestamp with time zone"),
      ],
      rows: layers.map { [$0.layer, $0.relation, String($0.rows), $0.latest?.text(in: zone)] })
  }
}

struct MonitorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitors", abstract: "Monitors and what they found.",
    discussion: """
      EXAMPLES
        scout monitors list
        scout monitors run demand_spike_brand
      """,
    subcommands: [
      List.self, Show.self, Run.self, Test.self, Explain.self, Backtest.self, Add.self, Set.self, Enable.self,
      Disable.self, Lint.self, Silence.self, Ack.self,
    ], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every monitor with its state.",
      discussion: """
        EXAMPLES
          scout monitors list
          scout monitors list --format csv
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      Table(
        columns: [
          Table.Column("name", type: "text"), Table.Column("enabled", type: "boolean"),
          Table.Column("severity", type: "text"), Table.Column("threshold", type: "numeric"),
          Table.Column("window_minutes", type: "integer"),
          Table.Column("last_run_at", type: "timestamp with time zone"),
          Table.Column("open_incidents", type: "bigint"), Table.Column("events", type: "bigint"),
          Table.Column("consecutive_failures", type: "integer"), Table.Column("last_error", type: "text"),
        ],
        rows: try scout.monitors().map { monitor in
          [
            monitor.name, monitor.isEnabled ? "t" : "f", monitor.severity, monitor.threshold,
            String(monitor.windowMinutes), monitor.lastRunAt?.text(in: zone), String(monitor.openIncidents),
            String(monitor.events), String(monitor.consecutiveFailures), monitor.lastError,
          ]
        }
      ).show(as: output.format)
    }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run monitors now.",
      discussion: """
        The exit code is 1 when a monitor failed; the others ran nevertheless.

        EXAMPLES
          scout monitors run
          scout monitors run demand_spike_brand --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Argument(help: "Names; every enabled monitor when none is given.")
    var names: [String] = []

    func run() throws {
      let scout = try global.open()
      let known = try scout.monitors().map(\.name)
      for name in names where !known.contains(name) { throw ScoutError.unknownMonitor(name, known: known) }
      let sweep = try scout.runMonitors(only: names.isEmpty ? nil : names)
      sweep.table.show(as: output.format)
      try sweep.reportFailures()
    }
  }
}

extension MonitorSweep {
  var table: Table {
    Table(
      columns: [
        Table.Column("monitor", type: "text"), Table.Column("outcome", type: "text"),
        Table.Column("rows", type: "bigint"),
        Table.Column("new", type: "jsonb"), Table.Column("open", type: "bigint"),
        Table.Column("milliseconds", type: "double precision"),
      ],
      rows: results.map { result in
        let outcome =
          switch result.outcome {
          case .ok: "ok"
          case .fired: "fired"
          case .unchanged: "unchanged"
          case .failed: "failed"
          }
        return [
          result.name, outcome, String(result.rowCount), "[\(result.newKeys.joined(separator: ", "))]",
          String(result.openKeys.count), milliseconds(result.duration),
        ]
      })
  }

  /// Says on standard error which monitors failed, and makes the exit code 1 when one did.
  func reportFailures() throws {
    for monitor in failures {
      if case .failed(let error) = monitor.outcome { Console.err("scout: monitor \(monitor.name) failed: \(error)\n") }
    }
    if !failures.isEmpty { throw Failure.Reported(status: .notFine) }
  }
}
