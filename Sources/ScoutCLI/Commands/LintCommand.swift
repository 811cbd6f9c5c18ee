import ArgumentParser
import Scout
import ScoutReport

extension MonitorsCommand {
  struct Lint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Warn of meaningless monitors, by experiments on made-up weeks.",
      discussion: """
        Each monitor is replayed over weeks with planted incidents, and again after a change that must not matter: every \
        store has a twin, buckets are cut in three, every hour sells the same, the shops lie in another time zone. The \
        exit code is 1 when there is a warning. Nothing is written.

        EXAMPLES
          scout monitors lint
          scout monitors lint demand_spike_brand --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Argument(help: "Names; every monitor when none is given.")
    var names: [String] = []

    @Option(help: "The stores of the made-up weeks.")
    var stores = 24

    @Option(help: "Their days; the last third has incidents.")
    var days = 35

    func validate() throws {
      guard (1...1000).contains(stores) else { throw ValidationError("--stores is 1 to 1000") }
      guard (3...366).contains(days) else { throw ValidationError("--days is 3 to 366") }
    }

    func run() async throws {
      let scout = try global.open(isReadOnly: true)
      var options = LintOptions()
      options.stores = stores
      options.days = days
      let findings = try await scout.lintMonitors(names.isEmpty ? nil : names, options: options)
      findings.table.show(as: output.format)
      let warnings = findings.count { $0.verdict == .warning }
      global.note("\(warnings) \(warnings == 1 ? "warning" : "warnings")")
      if warnings > 0 { throw Failure.Reported(status: .notFine) }
    }
  }
}

extension [LintFinding] {
  fileprivate var table: Table {
    Table(
      columns: [
        Table.Column("monitor", type: "text"), Table.Column("experiment", type: "text"),
        Table.Column("verdict", type: "text"), Table.Column("spoke", type: "bigint"),
        Table.Column("lost", type: "bigint"), Table.Column("gained", type: "bigint"),
        Table.Column("explanation", type: "text"),
      ],
      rows: map { finding in
        [
          finding.monitor, finding.experiment.rawValue, finding.verdict.rawValue, String(finding.spoke),
          String(finding.lost), String(finding.gained), finding.explanation,
        ]
      })
  }
}
