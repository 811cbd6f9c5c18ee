import ArgumentParser
import Scout
import ScoutReport

struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run a project's tests: rows in, rows out.",
    discussion: """
      Each test runs in a database of its own in memory, at the time that it names. The exit code is 1 when a test does
      not pass, 3 when a definition or a test's file is wrong.

      EXAMPLES
        scout test --project my-project
        scout test --project my-project --only city --format json
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions
  @Option(help: ArgumentHelp("Only tests whose name contains this.", valueName: "text")) var only: String?

  func run() async throws {
    guard let project = try global.loadProject() else { throw ScoutError.noProject(".") }
    let report = try await ProjectTestRunner(project).run(only: only)
    if output.format == .table {
      for item in report.items {
        switch item.outcome {
        case .passed: Console.line("ok      \(item.name)")
        case .failed(let differences):
          Console.line("FAILED  \(item.name)  (\(item.file):\(item.line))")
          for difference in differences { Console.line("        \(difference)") }
        case .broken(let reason): Console.line("ERROR   \(item.name)  (\(item.file):\(item.line))\n        \(reason)")
        }
      }
      let passed = report.items.count { $0.outcome == .passed }
      Console.line("\(passed) of \(report.items.count) tests passed")
    } else {
      report.table.show(as: output.format)
    }
    if !report.isPassed { throw Failure.Reported(status: .notFine) }
  }
}

extension ProjectTestReport {
  var table: Table {
    Table(
      columns: [
        Table.Column("name", type: "text"), Table.Column("file", type: "text"), Table.Column("line", type: "integer"),
        Table.Column("outcome", type: "text"), Table.Column("detail", type: "text"),
      ],
      rows: items.map { item in
        let (outcome, detail): (String, String?) =
          switch item.outcome {
          case .passed: ("passed", nil)
          case .failed(let differences): ("failed", differences.joined(separator: "\n"))
          case .broken(let reason): ("broken", reason)
          }
        return [item.name, item.file, String(item.line), outcome, detail]
      })
  }
}
