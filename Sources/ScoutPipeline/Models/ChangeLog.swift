import PostgresDialect
import ScoutStorage

/// What changed in a relation since the models that read it were computed.
enum ChangeSet {
  case nothing
  /// The rows that went (`op` -1) and came (`op` 1), in a temporary table.
  case rows(table: String, count: Int)
  /// Not known in detail, or most of it.
  case everything(reason: String)
}

/// Remembers the rows that change in a relation which models read, whoever writes it.
///
/// SQLite's triggers copy the old and the new image of each row into a table beside it. They exist from the first
/// refresh on, so that a first load pays nothing.
struct ChangeLog {
  let relation: Relation
  let connection: Connection

  private var table: String { "engine.changes:" + relation.storageName }
  private var columns: [String] { relation.columns.map(\.name) }
  private var quotedTable: String { SQLitePrinter.quoted(table) }
  private var columnList: String { columns.map(SQLitePrinter.quoted).joined(separator: ", ") }

  /// The changes since ``clear()``; installs the log where it is missing.
  func collect() throws -> ChangeSet {
    guard try isWhole() else {
      try install()
      return .everything(reason: "\(relation.qualifiedName) was not followed before")
    }
    let logged = try connection.value("select count(*) from \(quotedTable)").integer ?? 0
    if logged == 0 { return .nothing }
    // To follow many changes one by one costs more than to start again.
    let limit = 2000 + (try connection.value("select max(rowid) from \(quotedRelation)").integer ?? 0) / 4
    if logged > limit { return .everything(reason: "much of \(relation.qualifiedName) changed") }
    let changes = "changes:" + relation.storageName
    try connection.run(
      """
      create temp table \(SQLitePrinter.quoted(changes)) as
      select sum(op) as op, \(columnList) from \(quotedTable) group by \(columnList) having sum(op) <> 0
      """)
    let count = try connection.value("select count(*) from \(SQLitePrinter.quoted(changes))").integer ?? 0
    if count == 0 {
      try connection.run("drop table temp.\(SQLitePrinter.quoted(changes))")
      return .nothing
    }
    return .rows(table: changes, count: Int(count))
  }

  /// Forgets what was collected.
  func clear() throws { try connection.run("delete from \(quotedTable)") }

  /// ``clear()`` where there is a log.
  func forget() throws { if try isWhole() { try clear() } }

  private var quotedRelation: String { SQLitePrinter.quoted(relation.storageName) }

  private static let events = ["insert", "update", "delete"]

  /// Whether the log has the relation's columns, and all its triggers are there.
  private func isWhole() throws -> Bool {
    let known = try connection.rows("select name from pragma_table_info(?1)", [.text(table)]).map { $0[0].text }
    guard known == ["op"] + columns.map(Optional.some) else { return false }
    let triggers = try connection.value(
      "select count(*) from sqlite_schema where type = 'trigger' and tbl_name = ?1 and name like ?2",
      [.text(relation.storageName), .text("engine.changes:%")])
    return triggers.integer == Int64(Self.events.count)
  }

  private func install() throws {
    for event in Self.events {
      try connection.run("drop trigger if exists \(SQLitePrinter.quoted("\(table):\(event)"))")
    }
    try connection.run("drop table if exists \(quotedTable)")
    let definitions = relation.columns.map { "\(SQLitePrinter.quoted($0.name)) \($0.type.storageClass)" }
    try connection.run("create table \(quotedTable) (op integer, \(definitions.joined(separator: ", ")))")
    func copy(_ image: String, _ sign: Int) -> String {
      let values = columns.map { "\(image).\(SQLitePrinter.quoted($0))" }.joined(separator: ", ")
      return "insert into \(quotedTable) values (\(sign), \(values));"
    }
    for event in Self.events {
      let body = (event == "insert" ? "" : copy("old", -1)) + (event == "delete" ? "" : copy("new", 1))
      try connection.run(
        "create trigger \(SQLitePrinter.quoted("\(table):\(event)")) after \(event) on \(quotedRelation) begin \(body) end"
      )
    }
  }
}
