extension Migrations {
  /// The files of the project that a database works with, so that it needs no folder beside it.
  ///
  /// One row per file: its path inside the project's folder, and its text.
  @Sendable static func createProjectTables(_ connection: Connection) throws {
    try connection.run("create table \"engine.project_files\" (path text primary key, text text not null) strict")
  }
}
