import ArgumentParser
import Scout
import ScoutReport

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "What a gold or platinum row rests on, down to the records that were received.",
    discussion: """
      The key is values of the grain's columns in their order, or COLUMN=VALUE for any columns; null stands for no
      value. Shown are the rows that can have had influence: with the same keys, and those that windows reach.

      EXAMPLES
        scout why scout.gold_brand_share_daily 2025-08-23 Dairy Alaska
        scout why gold_sales_daily date=2025-08-23 brand=Alaska --limit 5
        scout why platinum_brand_momentum 2025-08-23 Dairy Alaska --format json
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A relation.") var relation: String
  @Argument(help: "The row's key.") var key: [String] = []
  @Option(help: "How many rows of each relation, 1 to 1000.") var limit = 10
  @Option(help: "How the result is shown.") var format = ModelsCommand.TextOrJSON.text

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
  }

  func run() throws {
    let scout = try global.open()
    let columns = Set(try scout.modelState(relation).columns.map(\.name))
    let parts = key.map { text -> (column: String?, value: String) in
      guard let index = text.firstIndex(of: "="), columns.contains(String(text[..<index])) else { return (nil, text) }
      return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
    let report = try scout.why(relation, key: parts, limit: limit)
    guard format == .text else { return try Console.json(report) }
    for step in report.steps {
      if step.isWhole {
        Console.line("\(step.relation): all \(humanCount(step.count)) rows")
        continue
      }
      let rest = step.count > step.rows.count ? ", of which \(step.rows.count) are shown" : ""
      Console.line("\(step.relation): \(humanCount(step.count)) \(step.count == 1 ? "row" : "rows")\(rest)")
      if !step.rows.isEmpty {
        Table(columns: step.columns.map { Table.Column($0, type: "text") }, rows: step.rows).show(as: .table)
      }
    }
    for note in report.notes { Console.line(note) }
    if report.steps.first?.count == 0 { throw Failure.Reported(status: .notFine) }
  }
}
