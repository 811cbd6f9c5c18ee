import PostgresDialect
import ScoutStorage

/// The rows of changed entities, as they are and as they were, in temporary tables.
///
/// Models that find their entities in the same relations share them.
final class EntityTables {
  private let connection: Connection
  /// By relation, its columns.
  private let columns: [String: [String]]
  private var made: Set<String> = []

  init(connection: Connection, columns: [String: [String]]) {
    self.connection = connection
    self.columns = columns
  }

  private func quoted(_ name: String) -> String { SQLitePrinter.quoted(name) }

  /// - Parameter changes: By changed relation, the table with its changes.
  /// - Returns: By alias of the plan's query, the table to read instead of the relation.
  func read(_ plan: StatePlan, changes: [String: String]) throws -> (before: [String: String], now: [String: String]) {
    let sources = Set(plan.sources.values).sorted { ($0.relation, $0.column) < ($1.relation, $1.column) }
    let group = sources.map { "\($0.relation).\($0.column)" }.joined(separator: "+")
    let changed = quoted("entities:" + group)
    if made.insert(group).inserted {
      let selects = sources.compactMap { source in
        changes[source.relation].map { "select \(quoted(source.column)) as entity from temp.\(quoted($0))" }
      }
      try connection.run(
        """
        create temp table \(changed) as
        select distinct entity from (\(selects.joined(separator: " union all ")))
        """)
      for source in sources { try read(source, of: changed, changes: changes[source.relation], group) }
    }
    var before: [String: String] = [:]
    var now: [String: String] = [:]
    for (alias, source) in plan.sources {
      let name = "\(source.relation).\(source.column) of \(group)"
      now[alias] = "now:" + name
      before[alias] = (changes[source.relation] == nil ? "now:" : "before:") + name
    }
    return (before, now)
  }

  private func read(_ source: StatePlan.Source, of changed: String, changes: String?, _ group: String) throws {
    let name = "\(source.relation).\(source.column) of \(group)"
    let names = (columns[source.relation] ?? []).map(quoted).joined(separator: ", ")
    let key = quoted(source.column)
    let now = quoted("now:" + name)
    try connection.run(
      """
      create temp table \(now) as
      select r.* from temp.\(changed) as e cross join \(quoted(source.relation)) as r on r.\(key) = e.entity
      """)
    try connection.run("create index temp.\(quoted("now.entity:" + name)) on \(now) (\(key))")
    guard let changes else { return }
    let before = quoted("before:" + name)
    try connection.run(
      """
      create temp table \(before) as
      select \(names) from (
        select 1 as "~s", \(names) from temp.\(now)
        union all
        select -op, \(names) from temp.\(quoted(changes)))
      group by \(names) having sum("~s") > 0
      """)
    try connection.run("create index temp.\(quoted("before.entity:" + name)) on \(before) (\(key))")
  }
}
