import PostgresDialect
import ScoutStorage

/// The stored table of a model, and how new rows get into it.
struct ModelTable {
  let model: ModelDefinition
  let connection: Connection

  var name: String { model.relation.storageName }
  var quoted: String { SQLitePrinter.quoted(name) }
  var columns: String { model.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ") }

  /// How many rows went and came, and where they are.
  struct Difference {
    var removed: Int
    var added: Int
    var table: String

    var count: Int { removed + added }
  }

  /// Puts the rows of the temporary table `new` in the place of those of `old`, writing only what differs.
  ///
  /// - Parameter old: Rows of the model with their place as `~rowid`.
  func replace(_ old: String, by new: String) throws -> Difference {
    let (old, new) = (SQLitePrinter.quoted(old), SQLitePrinter.quoted(new))
    let changes = SQLitePrinter.quoted("changes:" + name)
    try checkGrain(in: "temp." + new)
    try connection.run(
      """
      create temp table \(changes) as
      select -1 as op, \(columns) from (select \(columns) from temp.\(old) except select \(columns) from temp.\(new))
      """)
    let removed = try count("temp." + changes)
    try connection.run(
      """
      insert into temp.\(changes)
      select 1, \(columns) from (select \(columns) from temp.\(new) except select \(columns) from temp.\(old))
      """)
    let added = try count("temp." + changes) - removed
    if removed > 0 {
      let keys = model.grain.map(SQLitePrinter.quoted)
      try connection.run(
        "create index temp.\(SQLitePrinter.quoted("places:" + name)) on \(old) (\(keys.joined(separator: ", ")))")
      let same = keys.map { "o.\($0) is c.\($0)" }.joined(separator: " and ")
      try connection.run(
        """
        delete from \(quoted) where rowid in (
          select o."~rowid" from temp.\(changes) as c cross join temp.\(old) as o on \(same) where c.op = -1)
        """)
    }
    if added > 0 {
      try insert("select \(columns) from temp.\(changes) where op = 1")
    }
    return Difference(removed: removed, added: added, table: "changes:" + name)
  }

  func count(_ quotedTable: String) throws -> Int {
    Int(try connection.value("select count(*) from \(quotedTable)").integer ?? 0)
  }

  /// Appends the rows of SQLite SQL that has the model's columns.
  func insert(_ sql: String, _ values: [SQLValue] = []) throws {
    do {
      try connection.run("insert into \(quoted) (\(columns)) \(sql)", values)
    } catch let error as SQLError where error.state == .uniqueViolation || error.state == .notNullViolation {
      throw notUnique(error.message)
    }
  }

  /// A unique index lets keys with nulls pass, so these are counted.
  func checkGrain(in quotedTable: String) throws {
    for column in model.columns where model.grain.contains(column.name) && !column.isNullable {
      let name = SQLitePrinter.quoted(column.name)
      if try connection.value("select 1 from \(quotedTable) where \(name) is null limit 1") != .null {
        throw notUnique("\"\(column.name)\" is null")
      }
    }
    guard !model.grain.isEmpty else { return }
    let keys = model.grain.map(SQLitePrinter.quoted).joined(separator: ", ")
    let double = try connection.rows(
      "select \(keys) from \(quotedTable) group by \(keys) having count(*) > 1 limit 1")
    if let row = double.first {
      let texts = row.map { value -> String in
        switch value {
        case .null: "null"
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        case .blob: "…"
        }
      }
      throw notUnique("(\(texts.joined(separator: ", "))) occurs more than once")
    }
  }

  private func notUnique(_ message: String) -> DefinitionError {
    DefinitionError(
      path: model.path, line: model.grainPlace.line, column: model.grainPlace.column,
      message: "the rows are not unique by the grain (\(model.grain.joined(separator: ", "))): \(message); "
        + "group by these columns, or add to the grain what else tells rows apart")
  }
}
