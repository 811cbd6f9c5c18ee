import ArgumentParser
import Foundation
import Scout

@main
struct ScoutBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scout-bench",
    abstract: "Measures Scout and prints figures.",
    discussion: """
      Figures are medians of several runs. On a shared machine read ratios rather than seconds: what is compared was
      measured alternately in the same run. Nothing is asserted but that equal work gave equal results.
      """)

  enum Section: String, ExpressibleByArgument, CaseIterable {
    case memory, start, ingest, sweep, monitors, ledger, queue, extraction
  }

  @Flag(help: "A few seconds instead of minutes.")
  var small = false

  @Flag(help: "JSON instead of a table.")
  var json = false

  @Option(help: "Only this part; may be given several times.")
  var only: [Section] = []

  @Option(help: ArgumentHelp("The scout to start (default: the one built beside this program).", valueName: "path"))
  var scout: String?

  @Option(help: ArgumentHelp("For extraction: a folder of saved pages to read too.", valueName: "path"))
  var pages: String?

  func run() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    var figures: [Figure] = []
    for section in Section.allCases where only.isEmpty || only.contains(section) {
      FileHandle.standardError.write(Data("measuring: \(section.rawValue)\n".utf8))
      figures += try await measure(section, workspace)
    }
    print(json ? try Report.json(figures) : Report.table(figures))
  }

  private func measure(_ section: Section, _ workspace: Workspace) async throws -> [Figure] {
    let transactions = small ? 20_000 : 200_000
    let program = ProgramFigures(scout: scout ?? besideThis, workspace: workspace, runs: small ? 11 : 51)
    switch section {
    case .memory: return try program.memory(ingesting: small ? 20_000 : 1_000_000)
    case .start: return try program.start()
    case .ingest:
      let ingest = IngestFigures(transactions: transactions, runs: 3, workspace: workspace)
      return try await ingest.measure(.jsonLines) + ingest.measure(.csv)
    case .sweep:
      return try await SweepFigures(transactions: transactions, runs: small ? 3 : 5, workspace: workspace).measure()
    case .monitors:
      return try await MonitorFigures(
        stores: small ? 30 : 300, days: small ? 45 : 90, runs: small ? 3 : 7, workspace: workspace
      ).measure()
    case .queue:
      return try await QueueFigures(jobs: small ? 100_000 : 1_000_000, runs: small ? 2 : 5, workspace: workspace)
        .measure()
    case .extraction: return try ExtractionFigures(runs: small ? 5 : 21, pages: pages).measure()
    case .ledger:
      return try LedgerFigures(entries: small ? 50_000 : 1_000_000, runs: small ? 3 : 5, workspace: workspace).measure()
    }
  }

  private var besideThis: String {
    let this = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    return this.deletingLastPathComponent().appending(path: "scout").path
  }
}
