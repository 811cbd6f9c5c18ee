import ScoutStorage

/// The roles that a database has from the start, and who changed what.
extension Scout {
  /// The runbook's roles. The agent's rights are the runbook's own statements. The analyst's differ where these would
  /// show personal data: raw deliveries, raw values of fields, reasons that people gave, and results and old values
  /// that came about under other rights.
  static let predefinedRoles: [(name: String, grants: String)] = [
    (
      "scout_analyst",
      """
      grant usage on schema scout to scout_analyst;
      grant select on all tables in schema scout to scout_analyst;
      grant execute on all functions in schema scout to scout_analyst;
      revoke select on scout.bronze_transactions, scout.bronze_rejects, scout.data_quality_issues,
        scout.ledger_payloads, scout.rpc_cache, scout.audit_log from scout_analyst;
      grant select (id, ingest_id, transaction_id, issue_type, field_name, expected_value, severity, created_at)
        on scout.data_quality_issues to scout_analyst;
      """
    ),
    (
      "scout_agent",
      """
      grant usage on schema scout, deep_research to scout_agent;
      grant select, insert, update on scout.platinum_agent_action_ledger to scout_agent;
      grant select, insert on scout.agent_feed to scout_agent;
      """
    ),
  ]

  /// Makes the predefined roles and starts the audit log.
  func installAccess(_ connection: Connection) throws { try connection.manageAccess(Self.predefinedRoles) }

  /// ``installAccess(_:)`` for a database from before there were predefined roles.
  func completeAccess() throws {
    guard !configuration.isReadOnly, configuration.role == "owner", try setting("access") == nil, try !isBare() else {
      return
    }
    try database.write(isDurable: true) { connection in try installAccess(connection) }
  }
}
