import PostgresDialect
import ScoutStorage

/// Remembers the rows that change in a relation behind the windows that monitors have judged: what came late, was
/// corrected or was taken back, and at which sweep that was seen.
///
/// SQLite's triggers copy the images of such rows beside the relation (`op` 1 came, -1 went). A sweep then knows which
/// verdicts to revise, and a backtest what the relation held at any earlier sweep: what is there now without what came
/// later. Rows ahead of the judged windows cost one comparison.
struct LateLog {
  let relation: Relation
  let timeColumn: String
  let connection: Connection

  private var followed: String { "\(relation.storageName):\(timeColumn)" }
  private var name: String { "engine.late:" + followed }
  private var table: String { SQLitePrinter.quoted(name) }
  private var source: String { SQLitePrinter.quoted(relation.storageName) }
  private var columns: [String] { relation.columns.map(\.name) }
  private var list: String { columns.map(SQLitePrinter.quoted).joined(separator: ", ") }
  private static let events = ["insert", "update", "delete"]
  /// Events are kept that long, and so is what a backtest needs to repeat them.
  private static let keptDays: Int64 = 180

  /// Nil for what has no rows of its own.
  init?(_ relation: Relation?, _ plan: WindowedPlan, on connection: Connection) {
    guard let relation, relation.kind == .table || relation.kind == .materializedView else { return nil }
    self.relation = relation
    timeColumn = plan.time
    self.connection = connection
  }

  /// Stamps what was logged since the last sweep with the transaction's time, less what cancels out.
  ///
  /// - Returns: The position of the last entry.
  func stamp() throws -> Int64 {
    guard try isWhole() else {
      try install()
      return 0
    }
    if try connection.value("select 1 from \(table) where arrived is null limit 1") != .null {
      try connection.run(
        """
        insert into \(table) (op, arrived, \(list))
        select sum(op), ?1, \(list) from \(table) where arrived is null group by \(list) having sum(op) <> 0
        """, [SQLValue(connection.now)])
      try connection.run("delete from \(table) where arrived is null")
      try connection.run(
        // Never the last one: its position tells what a sweep has seen.
        "delete from \(table) where arrived < ?1 and position < (select max(position) from \(table))",
        [.integer(connection.now.microseconds - Self.keptDays * 86_400_000_000)])
    }
    return try connection.value("select max(position) from \(table)").integer ?? 0
  }

  /// Whether nothing came behind the judged windows since an entry was the last; asked without reading the relation.
  func isQuiet(after position: Int64) throws -> Bool {
    guard try isWhole() else { return false }
    // The newest entry is the last one, stamped or not.
    return (try connection.value("select max(position) from \(table)").integer ?? 0) <= position
  }

  /// Moves the border behind which changes are logged; it never goes back.
  ///
  /// - Parameter until: A time as the relation stores it.
  func mark(_ until: Int64) throws {
    try connection.run(
      """
      insert into "engine.late_marks" (relation, until) values (?1, ?2)
      on conflict (relation) do update set until = max(until, excluded.until)
      """, [.text(followed), .integer(until)])
  }

  /// The entries with what a scan reads, then `op`, then the columns of the filter.
  ///
  /// - Parameter body: Takes the key, the local time, the values, the sign and the sweep at which it was seen.
  func rows(
    after position: Int64, _ scan: SourceScan, _ plan: WindowedPlan,
    _ body: (Int, Int64, UnsafeBufferPointer<Double>, Double, Int64) throws -> Void
  ) throws {
    guard try isWhole() else { return }
    let names =
      ([plan.time] + plan.by + plan.columns).map(SQLitePrinter.quoted)
      + ["op", "arrived"] + scan.filterColumns.map { SQLitePrinter.quoted($0.name) }
    let statement = try connection.prepare(
      "select \(names.joined(separator: ", ")) from \(table) where position > ?1 and arrived is not null order by position"
    )
    statement.bind([.integer(position)])
    let place = 1 + plan.by.count + plan.columns.count
    try scan.consume(statement) { key, time, values, _ in
      let row = statement.row
      guard scan.passesFilter(row[(place + 2)...]) else { return }
      try body(key, time, values, Double(row[place].integer ?? 0), row[place + 1].integer ?? 0)
    }
  }

  // MARK: Installing

  private func isWhole() throws -> Bool {
    let known = try connection.rows("select name from pragma_table_info(?1)", [.text(name)]).map { $0[0].text }
    guard known == ["position", "op", "arrived"] + columns.map(Optional.some) else { return false }
    let triggers = try connection.value(
      "select count(*) from sqlite_schema where type = 'trigger' and tbl_name = ?1 and substr(name, 1, length(?2)) = ?2",
      [.text(relation.storageName), .text(name + ":")])
    return triggers.integer == Int64(Self.events.count)
  }

  private func install() throws {
    for event in Self.events {
      try connection.run("drop trigger if exists \(SQLitePrinter.quoted("\(name):\(event)"))")
    }
    try connection.run("drop table if exists \(table)")
    // A logged row has the types of its relation; the values come from there, so nothing is checked again.
    try connection.run(
      "create table \(table) (position integer primary key, op integer, arrived integer, \(list))")
    try connection.run(
      "create index \(SQLitePrinter.quoted(name + ":new")) on \(table) (arrived) where arrived is null")
    let quotedFollowed = followed.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    func copy(_ image: String, _ sign: Int) -> String {
      let values = columns.map { "\(image).\(SQLitePrinter.quoted($0))" }.joined(separator: ", ")
      let time = "\(image).\(SQLitePrinter.quoted(timeColumn))"
      return """
        insert into \(table) (op, \(list)) select \(sign), \(values)
        where \(time) < (select until from "engine.late_marks" where relation = '\(quotedFollowed)');
        """
    }
    for event in Self.events {
      let body = (event == "insert" ? "" : copy("old", -1)) + (event == "delete" ? "" : copy("new", 1))
      try connection.run(
        "create trigger \(SQLitePrinter.quoted("\(name):\(event)")) after \(event) on \(source) begin \(body) end")
    }
  }
}
