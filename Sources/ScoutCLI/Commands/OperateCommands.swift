import ArgumentParser
import Scout
import ScoutReport

struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "Who needs a person now; exit code 1 while an alert is active.",
    discussion: """
      The rules are in schemas/alerts.yaml.

      EXAMPLES
        scout alerts
        scout alerts --all --format json
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions
  @Flag(help: "Also the rules that are not active.") var all = false

  func run() throws {
    let alerts = try global.open(isReadOnly: true).alerts(try TickCommand.options(isProduction: false))
    let active = alerts.filter(\.isActive)
    let shown = all ? alerts : active
    Table(
      columns: [
        Table.Column("alert", type: "text"), Table.Column("severity", type: "text"),
        Table.Column("active", type: "boolean"), Table.Column("value", type: "numeric"),
        Table.Column("message", type: "text"),
      ],
      rows: shown.map {
        [
          $0.rule.name, $0.rule.severity.rawValue, $0.isActive ? "t" : "f", $0.value,
          $0.isActive ? $0.message : nil,
        ]
      }
    ).show(as: output.format)
    if !active.isEmpty { throw Failure.Reported(status: .notFine) }
  }
}

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "The state of the system as OpenMetrics text.",
    discussion: """
      EXAMPLES
        scout metrics
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws {
    Console.out(try global.open(isReadOnly: true).metrics(try TickCommand.options(isProduction: false)))
  }
}

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the database while others write to it.",
    discussion: """
      The copy is of one moment, and its checksum lies beside it in FILE.sha256.

      EXAMPLES
        scout backup make scout-2025-08-23.backup
        scout backup make scout.backup.gz --compress
        scout backup drill
      """,
    subcommands: [Make.self, Verify.self, Drill.self])

  struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a backup.",
      discussion: """
        EXAMPLES
          scout backup make scout.backup
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file to make.", completion: .file()) var file: String
    @Flag(help: "As gzip.") var compress = false

    func run() throws {
      let report = try Scout.backUp(global.path, to: file, isCompressed: compress)
      Console.line("\(report.path): \(report.bytes) bytes, SHA-256 \(report.checksum)")
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify a backup: checksum, SQLite's check, ledger.",
      discussion: """
        EXAMPLES
          scout backup verify scout.backup
        """)

    @Argument(help: "The backup.", completion: .file()) var file: String

    func run() throws {
      try Scout.verify(backup: file)
      Console.line("\(file) can be restored")
    }
  }

  struct Drill: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Disaster-recovery drill: back up, restore elsewhere, compare every row.",
      discussion: """
        EXAMPLES
          scout backup drill
        """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let differences = try Scout.drill(global.path)
      for table in differences { Console.err("scout: \(table) differs after the restore\n") }
      if !differences.isEmpty { throw Failure.Reported(status: .notFine) }
      Console.line("the backup restores to the same content")
    }
  }
}

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Replace the database by a backup, after verifying it.",
    discussion: """
      In one transaction: whatever happens, the file holds the old content or the backup's. A file that is damaged is
      kept as FILE.damaged.

      EXAMPLES
        scout restore scout.backup --db restored.db
        scout restore scout.backup --replace
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The backup.", completion: .file()) var file: String
  @Flag(help: "Also where there is a database.") var replace = false

  func run() throws {
    let damaged = try Scout.restore(file, to: global.path, mayReplace: replace, busyTimeout: global.wait)
    if let damaged { global.note("\(global.path) was damaged; it is kept as \(damaged)") }
    global.note("restored \(global.path)")
  }
}

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Examine the database; exit code 1 when something is wrong.",
    discussion: """
      EXAMPLES
        scout doctor
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let findings = try global.open(isReadOnly: true).doctor(path: global.path)
    for finding in findings { Console.line("\(finding)") }
    if !findings.isEmpty { throw Failure.Reported(status: .notFine) }
    Console.line("healthy")
  }
}

struct RetentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Archive and delete what is old; without --apply only counts.",
    discussion: """
      Feed items over 90 days go to the archive, monitor events over 180 days are deleted, read feed items over 30 days
      become archived, expired entries of the RPC cache are deleted. A project may say how many days of bronze and silver
      are kept; gold keeps its values without them.

      EXAMPLES
        scout retention
        scout retention --apply
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions
  @Flag(help: "Do it.") var apply = false

  func run() throws {
    let report = try global.open(isReadOnly: !apply).retention(isDryRun: !apply)
    var rows = [
      ["feed items to the archive", String(report.feedItemsMoved)],
      ["read feed items to archived", String(report.feedItemsArchived)],
      ["monitor events deleted", String(report.eventsDeleted)],
      ["cache entries deleted", String(report.cacheEntriesDeleted)],
    ]
    if let layers = report.layers {
      if let day = layers.bronzeBefore {
        rows.append(["bronze records ingested before \(day) dropped", String(layers.dropped.bronzeRecords)])
      }
      if let day = layers.silverBefore {
        rows.append(["silver transactions before \(day) dropped", String(layers.dropped.transactions)])
        rows.append(["silver line items before \(day) dropped", String(layers.dropped.lineItems)])
      }
    }
    Table(
      columns: [Table.Column("what", type: "text"), Table.Column("rows", type: "bigint")], rows: rows
    ).show(as: output.format)
  }
}
