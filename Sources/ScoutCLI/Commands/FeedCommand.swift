import ArgumentParser
import Scout
import ScoutReport

struct FeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feed", abstract: "The agent feed.",
    discussion: """
      EXAMPLES
        scout feed list
        scout feed list --limit 5 --status new
      """,
    subcommands: [List.self, Show.self, Read.self, Archive.self, Watch.self], defaultSubcommand: List.self)

  /// Which items.
  struct Filters: ParsableArguments {
    @Option(help: "Only items of this status: new, read or archived.") var status: FeedStatus?
    @Option(help: "Only items of this severity: info, warn, error or success.") var severity: FeedSeverity?
    @Option(help: "Only items of this source, such as monitor or contract_check.") var source: String?

    var query: FeedQuery {
      var query = FeedQuery()
      query.status = status?.rawValue
      query.severity = severity?.rawValue
      query.source = source
      return query
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The newest items.",
      discussion: """
        EXAMPLES
          scout feed list
          scout feed list --limit 5 --status new --format ndjson
          scout feed list --group
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var filters: Filters

    @Option(help: "How many, 1 to 200.")
    var limit = 20

    @Option(help: ArgumentHelp("Go on after a page: the place that it named.", valueName: "place"))
    var before: String?

    @Flag(help: "Items of one source and title together.")
    var group = false

    func validate() throws {
      guard (1...200).contains(limit) else { throw ValidationError("--limit is 1 to 200") }
      if let before, FeedCursor(before) == nil {
        throw ValidationError("--before: \"\(before)\" is no place in the feed")
      }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      if group { return try scout.feedGroups().table.show(as: output.format) }
      var query = filters.query
      query.limit = limit
      query.before = before.flatMap(FeedCursor.init)
      let items = try scout.feed(query)
      items.table(try scout.timeZone()).show(as: output.format)
      if items.count == limit, let last = items.last { global.note("more: --before \(FeedCursor(last))") }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One item with its payload, what led to it, and what came of it.",
      discussion: """
        EXAMPLES
          scout feed show 2f1c5f0e-8a53-4a6b-9a39-7d1f0b6f5c11
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: "The item's id.") var id: String

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      guard let (item, payload) = try scout.feedItem(id), let trail = try scout.trail(of: Reference(.feedItem, id))
      else {
        Console.err("scout: there is no feed item \(id)\n")
        throw Failure.Reported(status: .notFine)
      }
      if output.format == .table {
        Console.line("\(item.createdAt.text(in: zone))  [\(item.severity)] \(item.title)")
        if let description = item.description { Console.line(description) }
        Console.line(payload)
      }
      trail.table(zone).show(as: output.format)
    }
  }

  struct Read: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Mark items as read; all new ones without an id.",
      discussion: """
        EXAMPLES
          scout feed read
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Ids of items.") var ids: [String] = []

    func run() throws {
      global.note("\(try global.open().setFeedStatus("read", ids: ids.isEmpty ? nil : ids)) items changed")
    }
  }

  struct Archive: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Mark items as archived; all read ones without an id.",
      discussion: """
        EXAMPLES
          scout feed archive
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Ids of items.") var ids: [String] = []

    func run() throws {
      global.note("\(try global.open().setFeedStatus("archived", ids: ids.isEmpty ? nil : ids)) items changed")
    }
  }

  struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print items as they come, one JSON object a line, until interrupted.",
      discussion: """
        EXAMPLES
          scout feed watch --severity error
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var filters: Filters
    @Option(help: "End after so many items.") var count: Int?

    func run() throws {
      StopRequest.watch()
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      var seen = Set(try scout.feed(all).map(\.id))
      var left = count ?? .max
      while left > 0, !StopRequest.isRequested {
        for item in try scout.feed(all).reversed() where seen.insert(item.id).inserted && left > 0 {
          [item].table(zone).show(as: .ndjson)
          left -= 1
        }
        if left > 0 { StopRequest.sleep(seconds: 0.5) }
      }
    }

    private var all: FeedQuery {
      var query = filters.query
      query.limit = 200
      return query
    }
  }

  enum FeedStatus: String, ExpressibleByArgument, CaseIterable { case new, read, archived }
  enum FeedSeverity: String, ExpressibleByArgument, CaseIterable { case info, warn, error, success }
}

extension [FeedItem] {
  func table(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("created_at", type: "timestamp with time zone"), Table.Column("severity", type: "text"),
        Table.Column("source", type: "text"), Table.Column("title", type: "text"),
        Table.Column("description", type: "text"), Table.Column("status", type: "text"),
        Table.Column("id", type: "uuid"),
      ],
      rows: map {
        [$0.createdAt.text(in: zone), $0.severity, $0.source, $0.title, $0.description, $0.status, $0.id]
      })
  }
}
