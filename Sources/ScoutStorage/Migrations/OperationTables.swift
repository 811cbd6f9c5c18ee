extension Migrations {
  /// Which alerts are active, so that each is told once.
  @Sendable static func createOperationTables(_ connection: Connection) throws {
    try connection.run("create table \"engine.active_alerts\" (name text primary key, since integer not null) strict")
  }
}
