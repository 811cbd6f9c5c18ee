import ArgumentParser
import Scout
import ScoutReport

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Results of expensive functions, kept in scout.rpc_cache until they expire.",
    discussion: """
      EXAMPLES
        scout cache list
        scout cache purge --apply
      """,
    subcommands: [List.self, Purge.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every entry, and whether it has expired.",
      discussion: """
        EXAMPLES
          scout cache list
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    func run() throws { try global.open(isReadOnly: true).cacheEntries().table.show(as: output.format) }
  }

  struct Purge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete expired entries; without --apply only counts them.",
      discussion: """
        EXAMPLES
          scout cache purge
          scout cache purge --apply
          scout cache purge --all --apply
        """)

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Also those that have not expired.") var all = false
    @Flag(help: "Do it.") var apply = false

    func run() throws {
      let count = try global.open(isReadOnly: !apply).purgeCache(includingCurrent: all, isDryRun: !apply)
      Console.line("\(count) \(count == 1 ? "entry" : "entries") \(apply ? "deleted" : "to delete")")
    }
  }
}

struct MatviewsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matviews", abstract: "Materialized views made in SQL, and their refresh.",
    discussion: """
      Gold and platinum are not among them: scout refresh keeps those.

      EXAMPLES
        scout matviews list
        scout matviews refresh
      """,
    subcommands: [List.self, Refresh.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every materialized view with its rows.",
      discussion: """
        EXAMPLES
          scout matviews list
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    func run() throws {
      Table(
        columns: [
          Table.Column("relation", type: "text"), Table.Column("is_populated", type: "boolean"),
          Table.Column("rows", type: "bigint"),
        ],
        rows: try global.open(isReadOnly: true).materializedViews().map {
          [$0.relation, $0.isPopulated ? "t" : "f", $0.rows.map(String.init)]
        }
      ).show(as: output.format)
    }
  }

  struct Refresh: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Refresh all of them, or those named, in one transaction.",
      discussion: """
        EXAMPLES
          scout matviews refresh
          scout matviews refresh scout.mv_brand_weekly_avg
        """)

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Only say which.") var dryRun = false
    @Argument(help: "Names with their schemas.") var names: [String] = []

    func run() throws {
      let done = try global.open(isReadOnly: dryRun).refreshMaterializedViews(
        only: names.isEmpty ? nil : names, isDryRun: dryRun)
      for view in done { Console.line(view) }
      global.note("\(done.count) \(done.count == 1 ? "view" : "views") \(dryRun ? "to refresh" : "refreshed")")
    }
  }
}
