import GRDB
import PostgresDialect

/// One numbered step of the engine's own tables; never edited once released.
struct Migration: Sendable {
  var name: String
  var body: @Sendable (Connection) throws -> Void
}

extension Database {
  /// Brings the engine's tables up to date, each step in its own transaction together with its record.
  ///
  /// - Throws: ``SQLError`` 55000 when the file was made by a newer program: nothing is touched.
  func migrate() throws {
    let known = configuration.migrations.map(\.name)
    let applied = try read { connection -> [String] in
      guard try connection.sqliteTableExists("engine.migrations") else { return [] }
      return try connection.rows("select name from \"engine.migrations\" order by name").compactMap { $0[0].text }
    }
    if let newer = applied.first(where: { !known.contains($0) }) {
      throw SQLError(
        .objectNotInPrerequisiteState,
        "the database was made by a newer version of scout: it has the migration \"\(newer)\"",
        hint: "Use that version, or another file. Nothing was changed.")
    }
    for migration in configuration.migrations where !applied.contains(migration.name) {
      try transaction(isDurable: true) { connection in
        // Two processes may open a new file at once: the second finds the work done.
        if try connection.sqliteTableExists("engine.migrations"),
          try connection.value("select 1 from \"engine.migrations\" where name = ?1", [.text(migration.name)]) != .null
        {
          return
        }
        try migration.body(connection)
        try connection.run(
          "insert into \"engine.migrations\" (name, applied_at) values (?1, ?2)",
          [.text(migration.name), SQLValue(connection.now)])
        self.invalidateCatalog()
      }
    }
  }
}

package enum Migrations {
  static let all: [Migration] = [
    Migration(name: "001-engine", body: createEngineTables),
    Migration(name: "002-medallion") { connection in try connection.execute(medallionTables) },
    Migration(name: "003-domain") { connection in
      try openBatchStates(connection)
      try connection.execute(domainTables)
    },
    Migration(name: "004-ledger", body: createLedgerTables),
    Migration(name: "005-routines", body: createRoutineTables),
    Migration(name: "006-triggers", body: createTriggerTables),
    Migration(name: "007-roles", body: createRoleTables),
    Migration(name: "008-functions") { connection in try connection.execute(domainFunctions) },
    Migration(name: "009-queue", body: createQueueTables),
    Migration(name: "010-contracts", body: createContractTables),
    Migration(name: "011-objects", body: createObjectTables),
    Migration(name: "012-operations", body: createOperationTables),
    Migration(name: "013-monitors", body: createMonitorTables),
    Migration(name: "014-projects", body: createProjectTables),
    Migration(name: "015-retention", body: createRetentionTables),
    Migration(name: "016-access", body: createAccessTables),
  ]

  /// The tables in which the engine keeps itself; they are SQLite's own and not visible as relations.
  @Sendable private static func createEngineTables(_ connection: Connection) throws {
    for sql in [
      "create table \"engine.migrations\" (name text primary key, applied_at integer not null) strict",
      "create table \"engine.settings\" (name text primary key, value text not null) strict",
      "create table \"engine.schemas\" (name text primary key) strict",
      """
      create table "engine.relations" (
        schema text not null, name text not null, kind text not null, primary_key text not null, definition text,
        origin text not null, primary key (schema, name)
      ) strict
      """,
      """
      create table "engine.columns" (
        schema text not null, relation text not null, position integer not null, name text not null, type text not null,
        precision integer, scale integer, is_array integer not null, is_not_null integer not null,
        default_expression text, identity text, primary key (schema, relation, position)
      ) strict
      """,
      "create table \"engine.catalog_version\" (version integer not null) strict",
      "insert into \"engine.catalog_version\" values (1)",
    ] {
      try connection.run(sql)
    }
    // Every change of the catalog moves its version, so that each process notices the others' changes.
    for table in ["engine.schemas", "engine.relations", "engine.columns"] {
      for event in ["insert", "update", "delete"] {
        try connection.run(
          """
          create trigger "\(table).\(event)" after \(event) on "\(table)" begin
            update "engine.catalog_version" set version = version + 1;
          end
          """)
      }
    }
    try createObjectTables(connection)
  }
}
