import PostgresDialect

extension Connection {
  /// SET, RESET, SHOW, DISCARD, DEALLOCATE and EXPLAIN: the statements that the compiler has no part in.
  ///
  /// - Returns: Nil for every other statement.
  func executeSessionCommand(_ statement: Statement, sql: String, rowLimit: Int) throws -> QueryResult? {
    switch statement.kind {
    case .set(let command):
      do {
        try set(command)
      } catch let error as SQLError {
        throw SQLError(error.state, error.message, detail: error.detail, hint: error.hint, at: statement.range)
      }
      return done(command.value == nil && sql.isReset(statement.range) ? "RESET" : "SET")
    case .show(let name): return try show(name, at: statement.range)
    case .discard(let what):
      if what == "all" { try resetSession() }
      return done("DISCARD \(what.uppercased())")
    case .deallocate(let name?):
      throw SQLError(
        SQLState(rawValue: "26000"), "prepared statement \"\(name.name)\" does not exist", at: name.range)
    case .deallocate: return done("DEALLOCATE ALL")
    case .explain(let inner, let options):
      try checkPrivileges(statement)
      return try explain(inner, options: ExplainOptions(options, at: statement.range), sql: sql)
    default: return nil
    }
  }

  private func resetSession() throws {
    try session.settings.resetAll()
    try setRole(nil, isLocal: false)
  }

  // MARK: SET

  private func set(_ command: SetCommand) throws {
    switch command.name {
    case "all": try session.settings.resetAll()
    case "role": try setRole(command.value, isLocal: command.isLocal && hasTransactionBlock("SET LOCAL"))
    case "session characteristics":
      let modes = TransactionModes(command.value ?? "")
      if let isolation = modes.isolation {
        try session.set("default_transaction_isolation", to: isolation, isLocal: false)
      }
      if let isReadOnly = modes.isReadOnly {
        try session.set("default_transaction_read_only", to: isReadOnly ? "on" : "off", isLocal: false)
      }
      if let isDeferrable = modes.isDeferrable {
        try session.set("default_transaction_deferrable", to: isDeferrable ? "on" : "off", isLocal: false)
      }
    case "transaction":
      guard hasTransactionBlock("SET TRANSACTION") else { return }
      try apply(TransactionModes(command.value ?? ""))
    default:
      if command.isLocal, !hasTransactionBlock("SET LOCAL") {
        // Without effect, but not unread: a wrong value is an error all the same.
        var copy = session.settings
        return try copy.set(command.name, to: command.value)
      }
      try session.set(command.name, to: command.value, isLocal: command.isLocal)
    }
  }

  /// The modes of BEGIN and SET TRANSACTION, for this transaction.
  func apply(_ modes: TransactionModes) throws {
    if let isolation = modes.isolation { try session.set("transaction_isolation", to: isolation, isLocal: true) }
    if let isDeferrable = modes.isDeferrable {
      try session.set("transaction_deferrable", to: isDeferrable ? "on" : "off", isLocal: true)
    }
    if let isReadOnly = modes.isReadOnly {
      try session.set("transaction_read_only", to: isReadOnly ? "on" : "off", isLocal: true)
    }
  }

  private func hasTransactionBlock(_ command: String) -> Bool {
    if session.isInTransactionBlock { return true }
    session.notices.append(
      SQLNotice(.warning, .noActiveTransaction, "\(command) can only be used in transaction blocks"))
    return false
  }

  // MARK: SHOW

  private func show(_ name: String, at range: SourceRange) throws -> QueryResult {
    func column(_ name: String) -> ResultColumn { ResultColumn(name: name, type: .text, isNullable: false) }
    if name == "all" {
      let rows = SettingDefinition.sorted.map { definition in
        [SQLValue.text(definition.name), SQLValue(session.setting(definition.name)), .text(definition.description)]
      }
      return QueryResult(
        columns: [column("name"), column("setting"), column("description")], rows: rows, rowCount: rows.count,
        tag: "SHOW", timeZone: timeZone)
    }
    guard let value = session.setting(name) else {
      throw SQLError(.undefinedObject, "unrecognized configuration parameter \"\(name)\"", at: range)
    }
    let heading = SettingDefinition.all[name.lowercased()]?.name ?? name
    return QueryResult(
      columns: [column(heading)], rows: [[.text(value)]], rowCount: 1, tag: "SHOW", timeZone: timeZone)
  }
}

extension String {
  /// Whether the statement there begins with RESET.
  fileprivate func isReset(_ range: SourceRange) -> Bool {
    let start = utf8.index(utf8.startIndex, offsetBy: Swift.min(range.start, utf8.count))
    return self[start...].prefix(5).lowercased() == "reset"
  }
}
