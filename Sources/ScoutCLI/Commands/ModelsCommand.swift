import ArgumentParser
import FoundationEssentials
import Scout
import ScoutReport

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "The derived relations: what they are, what they are made of, how they were refreshed.",
    discussion: """
      EXAMPLES
        scout models list
        scout models show scout.gold_sales_daily
        scout models graph --format mermaid
        scout models lineage scout.gold_sales_daily.net_amount
        scout models runs
      """,
    subcommands: [List.self, Show.self, Graph.self, Lineage.self, Runs.self], defaultSubcommand: List.self)

  enum TextOrJSON: String, ExpressibleByArgument, CaseIterable { case text, json }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every model and materialized view, each after those it reads.",
      discussion: """
        EXAMPLES
          scout models list
          scout models list --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      Table(
        columns: [
          Table.Column("relation", type: "text"), Table.Column("kind", type: "text"),
          Table.Column("layer", type: "text"), Table.Column("grain", type: "text"),
          Table.Column("inputs", type: "text"), Table.Column("rows", type: "bigint"),
          Table.Column("last_run_at", type: "timestamp with time zone"), Table.Column("last_method", type: "text"),
        ],
        rows: try scout.modelStates().map { model in
          [
            model.relation, model.kind.rawValue, model.layer, model.grain.joined(separator: ", "),
            model.inputs.joined(separator: ", "), model.rows.map { String($0) },
            model.lastRun?.startedAt.text(in: zone), model.lastRun?.method,
          ]
        }
      ).show(as: output.format)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One model: its grain, its columns, what it reads and who reads it.",
      discussion: """
        EXAMPLES
          scout models show scout.gold_sales_daily
          scout models show gold_sales_daily --format json
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A relation.") var name: String
    @Option(help: "How the result is shown.") var format = TextOrJSON.text

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let model = try scout.modelState(name)
      guard format == .text else { return try Console.json(model) }
      func line(_ label: String, _ text: String) {
        Console.line(label + String(repeating: " ", count: max(1, 13 - label.count)) + text)
      }
      line("relation", model.relation)
      line("kind", model.kind == .model ? "model" : "materialized view")
      if let layer = model.layer { line("layer", layer) }
      if !model.description.isEmpty { line("description", model.description) }
      line("defined in", model.path)
      line("grain", model.grain.isEmpty ? "not known" : model.grain.joined(separator: ", "))
      line("reads", model.inputs.isEmpty ? "nothing" : model.inputs.joined(separator: ", "))
      line("read by", model.readers.isEmpty ? "no model" : model.readers.joined(separator: ", "))
      line("rows", model.rows.map { String($0) } ?? "none yet")
      if let run = model.lastRun {
        line("last run", "\(run.startedAt.text(in: try scout.timeZone())), \(run.method): \(run.reason)")
      }
      Table(
        columns: [
          Table.Column("column", type: "text"), Table.Column("type", type: "text"),
          Table.Column("description", type: "text"),
        ], rows: model.columns.map { [$0.name, $0.type, $0.description] }
      ).show(as: .table)
    }
  }

  struct Graph: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Which relation is made of which: as text, for Mermaid or for Graphviz.",
      discussion: """
        EXAMPLES
          scout models graph
          scout models graph scout.platinum_brand_momentum --format mermaid
          scout models graph --format dot > graph.dot
        """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, mermaid, dot, json }

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Only what leads to this relation or from it.") var name: String?
    @Option(help: "How the graph is drawn.") var format = Format.text

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      var graph = try scout.relationGraph()
      if let name {
        let known = graph.nodes.map(\.name)
        guard let found = known.first(where: { $0 == name || $0.hasSuffix("." + name) }) else {
          throw ScoutError.unknownModel(name, known: known)
        }
        graph = graph.around(found)
      }
      switch format {
      case .text: Console.out(graph.text)
      case .mermaid: Console.out(graph.mermaid)
      case .dot: Console.out(graph.dot)
      case .json: try Console.json(graph)
      }
    }
  }

  struct Lineage: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Where a column comes from, down to silver and the fields of a bronze record.",
      discussion: """
        EXAMPLES
          scout models lineage scout.gold_sales_daily.net_amount
          scout models lineage platinum_brand_momentum.momentum_status --format json
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "relation.column, or a relation for all its columns.") var column: String
    @Option(help: "How the result is shown.") var format = TextOrJSON.text

    func run() throws {
      let reports = try global.open(isReadOnly: true).lineage(of: column)
      guard format == .text else { return try Console.json(reports) }
      Console.out(reports.map(\.text).joined(separator: "\n"))
    }
  }

  struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The history of refreshes, newest first: one row per model that was computed.",
      discussion: """
        EXAMPLES
          scout models runs
          scout models runs scout.gold_sales_daily --limit 5 --format csv
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: "Only of this model.") var name: String?
    @Option(help: "How many rows, 1 to 10000.") var limit = 50

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      let relation = try name.map { try scout.modelState($0).relation }
      Table(
        columns: [
          Table.Column("run", type: "bigint"), Table.Column("mode", type: "text"),
          Table.Column("relation", type: "text"), Table.Column("method", type: "text"),
          Table.Column("started_at", type: "timestamp with time zone"),
          Table.Column("finished_at", type: "timestamp with time zone"), Table.Column("rows_read", type: "bigint"),
          Table.Column("rows_written", type: "bigint"), Table.Column("groups", type: "bigint"),
          Table.Column("milliseconds", type: "double precision"), Table.Column("reason", type: "text"),
        ],
        rows: try scout.refreshHistory(relation: relation, limit: limit).map { run in
          [
            String(run.run), run.mode, run.relation, run.method, run.startedAt.text(in: zone),
            run.finishedAt.text(in: zone), String(run.rowsRead), String(run.rowsWritten), String(run.groupsTouched),
            milliseconds(.microseconds(Int64(run.milliseconds * 1000))), run.reason,
          ]
        }
      ).show(as: output.format)
    }
  }
}

extension Console {
  /// A value as one JSON document with sorted keys.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    line(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
