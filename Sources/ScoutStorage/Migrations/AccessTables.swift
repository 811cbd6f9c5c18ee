extension Migrations {
  /// Who changed something is part of the audit log.
  @Sendable static func createAccessTables(_ connection: Connection) throws {
    try connection.run("alter table \"scout.audit_log\" add column \"role\" text")
    try connection.run(
      """
      insert into "engine.columns" (schema, relation, position, name, type, is_array, is_not_null, default_expression)
      select 'scout', 'audit_log', max(position) + 1, 'role', 'text', 0, 0, 'current_user'
      from "engine.columns" where schema = 'scout' and relation = 'audit_log'
      """)
    try connection.execute("create index audit_log_time on scout.audit_log (ts, id)")
  }
}
