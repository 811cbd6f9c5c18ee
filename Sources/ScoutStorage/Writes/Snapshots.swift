import PostgresDialect

/// The old rows of tables that a step of a command reads after another may have changed them.
///
/// A table in SQLite's temporary schema for each such table: `engine row`, SQLite's number of a row; `engine kept`, 1 for
/// a row that was there before and 0 for a new one; and the table's columns. Temporary triggers fill it, so it has what
/// cascades and other triggers write, too. How a query reads it: ``PostgresDialect/StepEnvironment``.
final class Snapshots {
  private let connection: Connection
  /// The snapshots by the names of their tables in SQLite.
  private var names: [String: String] = [:]

  init(of command: CommandSteps, _ connection: Connection) throws {
    self.connection = connection
    var read: Set<String> = []
    var follows = false
    for step in command.steps {
      if follows { read.formUnion(step.description.reads) }
      read.formUnion(step.description.returningReads)
      follows = follows || step.writes
    }
    guard !read.isEmpty else { return }
    let catalog = try connection.database.catalog(connection)
    for relation in catalog.relations.values
    where read.contains(relation.storageName) && relation.kind == .table && !relation.isSystem
      && !StatementGuard.sealed.contains(relation.qualifiedName)
    {
      try keep(relation)
    }
  }

  private func keep(_ relation: Relation) throws {
    connection.session.snapshotCount += 1
    let name = "engine snapshot \(connection.session.snapshotCount)"
    let quoted = SQLitePrinter.quoted(name)
    let columns = relation.columns.map { SQLitePrinter.quoted($0.name) }
    names[relation.storageName] = name
    try connection.run(
      "create temp table \(quoted) (\"engine row\" integer primary key, \"engine kept\", "
        + columns.joined(separator: ", ") + ")")
    func isFirst(_ row: String) -> String {
      "where not exists (select 1 from \(quoted) where \"engine row\" = \(row).rowid)"
    }
    let old =
      "insert into \(quoted) select old.rowid, 1, \(columns.map { "old.\($0)" }.joined(separator: ", ")) "
      + isFirst("old") + ";"
    let new = "insert into \(quoted) (\"engine row\", \"engine kept\") select new.rowid, 0 \(isFirst("new"));"
    for (event, body) in [("insert", new), ("update", old + new), ("delete", old)] {
      try connection.run(
        "create temp trigger \(SQLitePrinter.quoted("\(name) \(event)")) after \(event) on "
          + "main.\(SQLitePrinter.quoted(relation.storageName)) begin \(body) end")
    }
  }

  /// The snapshots of those tables that have changed so far.
  func changed(_ tables: Set<String>) throws -> [String: String] {
    try all(tables).filter { _, name in
      try connection.value("select 1 from \(SQLitePrinter.quoted(name)) limit 1") != .null
    }
  }

  func all(_ tables: Set<String>) -> [String: String] { names.filter { tables.contains($0.key) } }

  /// After an error the savepoint of the command has removed them already.
  func remove() {
    for name in names.values {
      for event in ["insert", "update", "delete"] {
        try? connection.run("drop trigger if exists \(SQLitePrinter.quoted("\(name) \(event)"))")
      }
      // SQLite drops no table while a statement runs around the command: it stays, empty, with the connection.
      do {
        try connection.run("drop table if exists \(SQLitePrinter.quoted(name))")
      } catch {
        try? connection.run("delete from \(SQLitePrinter.quoted(name))")
      }
    }
    names = [:]
  }
}
