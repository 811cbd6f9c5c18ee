import PostgresDialect

extension FunctionRegistrar {
  /// What statements ask about their session, and `set_config`.
  func registerSession() {
    scalar("pg_current_user", 0, isPure: false) { call throws(SQLError) in call.result(call.session.role) }
    scalar("pg_session_user", 0, isPure: false) { call throws(SQLError) in call.result(call.session.sessionRole) }
    // The name that Supabase's databases have, and connection strings therefore carry.
    scalar("pg_current_database", 0) { call throws(SQLError) in call.result("postgres") }
    scalar("pg_version", 0) { call throws(SQLError) in
      call.result("PostgreSQL 15.0 (Scout on SQLite), 64-bit")
    }
    scalar("pg_current_query", 0, isPure: false) { call throws(SQLError) in call.result(call.session.statementText) }
    scalar("pg_backend_pid", 0) { call throws(SQLError) in call.result(Int64(1)) }
    scalar("pg_is_in_recovery", 0) { call throws(SQLError) in call.result(false) }
    scalar("pg_postmaster_start_time", 0, isPure: false) { call throws(SQLError) in
      call.result(call.session.transactionTime.microseconds)
    }
    scalar("pg_client_encoding", 0) { call throws(SQLError) in call.result("UTF8") }
    scalar("pg_current_setting", -1, isPure: false) { call throws(SQLError) in
      let name = call.text(0)
      if let value = call.session.setting(name) { return call.result(value) }
      if call.count > 1, call.integer(1) != 0 { return call.resultNull() }
      throw SQLError(.undefinedObject, "unrecognized configuration parameter \"\(name)\"")
    }
    scalar("pg_set_config", 3, isStrict: false, isPure: false) { call throws(SQLError) in
      guard !call.isNull(0) else {
        throw SQLError(SQLState(rawValue: "22004"), "SET requires parameter name")
      }
      let name = call.text(0)
      let isLocal = !call.isNull(2) && call.integer(2) != 0
      let value = call.isNull(1) ? nil : call.text(1)
      if name.lowercased() == "role" {
        try onConnection(call) { try $0.setRole(value, isLocal: isLocal) }
      } else {
        try call.session.set(name, to: value, isLocal: isLocal)
      }
      guard let value = call.session.setting(name) else { return call.resultNull() }
      call.result(value)
    }
  }
}

extension SessionState {
  /// A parameter as SHOW writes it; the roles live beside the settings.
  func setting(_ name: String) -> String? {
    switch name.lowercased() {
    case "role": role == sessionRole ? "none" : role
    case "session_authorization": sessionRole
    case "transaction_read_only": isReadOnly ? "on" : settings["transaction_read_only"]
    default: settings[name]
    }
  }

  /// SET for one parameter, as the statement and `set_config` do it.
  func set(_ name: String, to value: String?, isLocal: Bool) throws(SQLError) {
    let key = name.lowercased()
    if key == "transaction_read_only", mustNotWrite, value.flatMap(SettingDefinition.boolean) != true {
      throw SQLError(.activeTransaction, "cannot set transaction read-write mode inside a read-only transaction")
    }
    try settings.set(key, to: value, isLocal: isLocal)
    switch key {
    case "role": takeRole()
    case "transaction_read_only": isReadOnly = settings.isOn(key)
    default: break
    }
  }

  /// The state of a connection that begins to work for somebody.
  func reset(_ settings: SessionSettings) {
    pendingError = nil
    self.settings = settings
    notices = []
    isReadOnly = false
    isInTransactionBlock = false
    deadline = nil
    isTimedOut = false
    catalogCache = nil
    mustNotWrite = false
    belongsToSession = false
    triggers.rest = []
    takeRole()
  }

  /// Makes the role that the settings name the current one.
  func takeRole() {
    let name = settings["role"] ?? "none"
    role = name == "none" ? sessionRole : name
  }
}
