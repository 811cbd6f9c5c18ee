import ArgumentParser
import Scout
import ScoutReport

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Who changed the ledger, monitors, contracts, brands, roles and grants.",
    discussion: """
      EXAMPLES
        scout audit list
        scout audit list --object platinum_monitors --format ndjson
      """,
    subcommands: [List.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The newest changes.",
      discussion: """
        Nothing is ever removed from scout.audit_log. As csv, json or ndjson the old and new values come whole.

        EXAMPLES
          scout audit list
          scout audit list --object grants --limit 100
          scout audit list --role scout_agent --since 2025-08-23T00:00:00Z
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Option(help: "Only changes of this table, such as platinum_monitors, or of roles or grants.") var object: String?
    @Option(help: "Only changes of the row with this key.") var id: String?
    @Option(help: "Only changes by this role.") var role: String?
    @Option(help: ArgumentHelp("Only changes from this time on.", valueName: "time")) var since: String?
    @Option(help: "How many, 1 to 1000.") var limit = 50
    @Option(help: ArgumentHelp("Go on after a page: the place that it named.", valueName: "place")) var before: String?

    func validate() throws {
      guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
      if let before, FeedCursor(before) == nil {
        throw ValidationError("--before: \"\(before)\" is no place in the log")
      }
      if let since, GlobalOptions.time(since) == nil {
        throw ValidationError("--since: \"\(since)\" is no time with an offset")
      }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      var query = AuditQuery()
      query.objectType = object
      query.objectID = id
      query.role = role
      query.since = since.flatMap(GlobalOptions.time)
      query.limit = limit
      query.before = before.flatMap(FeedCursor.init)
      let entries = try scout.auditLog(query)
      let isTable = output.format == .table || output.format == .markdown
      var columns = [
        Table.Column("ts", type: "timestamp with time zone"), Table.Column("role", type: "text"),
        Table.Column("action", type: "text"), Table.Column("object_type", type: "text"),
        Table.Column("object_id", type: "text"),
      ]
      columns +=
        isTable
        ? [Table.Column("changes", type: "text")]
        : [
          Table.Column("old_values", type: "jsonb"), Table.Column("new_values", type: "jsonb"),
          Table.Column("id", type: "uuid"),
        ]
      Table(
        columns: columns,
        rows: entries.map { entry in
          [entry.time.text(in: zone), entry.role, entry.action, entry.objectType, entry.objectID]
            + (isTable ? [entry.changes] : [entry.oldValues, entry.newValues, entry.id])
        }
      ).show(as: output.format)
      if entries.count == limit, let last = entries.last {
        global.note("more: --before \(FeedCursor(createdAt: last.time, id: last.id))")
      }
    }
  }
}
