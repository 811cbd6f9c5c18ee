import PostgresDialect
import ScoutStorage

/// The relation `scout.platinum_agent_action_ledger` and the entries under it.
///
/// The engine enters first and then lets the relation show the result. Production's SQL writes the relation: triggers
/// call ``note(_:)``, which enters what the statement did. Either way the row says what follows from the entries.
public struct ActionProjection {
  let connection: Connection

  public init(_ connection: Connection) { self.connection = connection }

  struct Shown: Hashable {
    var approvalStatus = "pending"
    var status = "pending"
  }

  /// What follows from the entries of an action.
  func derived(_ id: String) throws -> Shown {
    var shown = Shown()
    for row in try connection.rows(ActionSQL.steps, [.text(id)]) {
      switch row[0].text.flatMap(ActionState.init) {
      case .approved: shown.approvalStatus = row[1].text ?? "manual"
      case .rejected, .expired: shown.approvalStatus = "rejected"
      case .succeeded: shown.status = "success"
      case .failed, .rolledBack: shown.status = "failed"
      case .verified:
        if row[2].text == "success" { shown.status = "success" }
        if row[2].text == "failure" { shown.status = "failed" }
      case .proposed, .started, .redacted, nil: break
      }
    }
    return shown
  }

  /// Enters what a statement did to the row of an action; nothing when the entries say so already.
  ///
  /// - Throws: ``SQLError`` 55000 when it changed what was proposed: only approval_status and status move.
  public func note(_ id: String) throws {
    guard let row = try connection.rows(ActionSQL.shown, [.text(id)]).first else { return }
    let ledger = Ledger(connection)
    let actor = connection.role
    func enter(_ kind: ActionState, _ payload: JSONObjectText) throws {
      var payload = payload
      payload.set("via", "sql")
      try ledger.append([Ledger.Draft(action: id, kind: kind, actor: actor, payload: payload.text)])
    }
    if let proposed = try connection.rows(ActionSQL.proposalPayload, [.text(id)]).first {
      if let difference = try difference(row, proposed[0].text) {
        throw SQLError(
          .insufficientPrivilege, "the ledger is append-only: \(difference) of an action cannot change",
          hint: "Only approval_status and status move; propose another action instead.")
      }
    } else {
      try enter(.proposed, proposal(row))
    }
    let wanted = Shown(approvalStatus: row[10].text ?? "pending", status: row[11].text ?? "pending")
    let shown = try derived(id)
    if wanted.approvalStatus != shown.approvalStatus {
      switch wanted.approvalStatus {
      case "auto", "manual":
        var payload = JSONObjectText()
        payload.set("mode", wanted.approvalStatus)
        try enter(.approved, payload)
      case "rejected": try enter(.rejected, JSONObjectText())
      default: throw unreachable(wanted.approvalStatus, from: shown.approvalStatus)
      }
    }
    if wanted.status != shown.status {
      switch wanted.status {
      case "success": try enter(.succeeded, JSONObjectText())
      case "failed": try enter(.failed, JSONObjectText())
      default: throw unreachable(wanted.status, from: shown.status)
      }
    }
  }

  private func unreachable(_ wanted: String, from shown: String) -> SQLError {
    SQLError(
      .checkViolation, "an action does not go from \(shown) to \(wanted)",
      hint: "approval_status: pending, auto, manual, rejected; status: pending, success, failed.")
  }

  private static let fields = [
    "agent", "user_id", "monitor", "hypothesis", "decision", "action_type", "action_payload", "rollback_ref",
    "verify_after", "success_criteria",
  ]
  private static let jsonFields: Set<String> = ["action_payload", "success_criteria"]

  private func proposal(_ row: [SQLValue]) -> JSONObjectText {
    var object = JSONObjectText()
    for (name, value) in zip(Self.fields, row) {
      if Self.jsonFields.contains(name) { object.set(name, raw: value.text) } else { object.set(name, value.text) }
    }
    return object
  }

  /// The first field in which the row says other than the proposal; nil when it says the same, or the proposal was
  /// redacted.
  private func difference(_ row: [SQLValue], _ proposal: String?) throws -> String? {
    guard let proposal else { return nil }
    for (name, value) in zip(Self.fields, row) {
      let operation = Self.jsonFields.contains(name) ? "->" : "->>"
      let proposed = try connection.value("select ?1 \(operation) ?2", [.text(proposal), .text("$.\(name)")])
      if Self.jsonFields.contains(name) {
        // Both in jsonb's normal form; SQLite prints what it extracts without blanks.
        let (a, b) = (try proposed.text.map { try JSONText.normalized($0) }, value.text)
        if a != b { return name }
      } else if proposed != value {
        return name
      }
    }
    return nil
  }

  /// Takes out of the relation what a redacted proposal said.
  public func redact(_ id: String) throws {
    guard try connection.rows(ActionSQL.proposalPayload, [.text(id)]).first?[0] == .null else { return }
    try connection.run(
      """
      update "scout.platinum_agent_action_ledger"
      set hypothesis = null, decision = 'redacted', action_payload = '{}', success_criteria = null, user_id = null
      where id = ?1
      """, [.text(id)])
  }

  /// Actions whose row does not follow from their entries, and actions without entries.
  public func problems(limit: Int = 1) throws -> [LedgerVerification.Problem] {
    var problems: [LedgerVerification.Problem] = []
    let rows = try connection.rows("select id from \"scout.platinum_agent_action_ledger\" order by ts, id")
    for row in rows where problems.count < limit {
      guard let id = row[0].text, let shown = try connection.rows(ActionSQL.shown, [.text(id)]).first else { continue }
      guard let proposed = try connection.rows(ActionSQL.proposalPayload, [.text(id)]).first else {
        problems.append(.action(id: id, reason: "it was never proposed"))
        continue
      }
      if let difference = try difference(shown, proposed[0].text) {
        problems.append(.action(id: id, reason: "\(difference) is not what was proposed"))
        continue
      }
      let derived = try derived(id)
      if shown[10].text != derived.approvalStatus || shown[11].text != derived.status {
        problems.append(.action(id: id, reason: "it should be \(derived.approvalStatus), \(derived.status)"))
      }
    }
    let missing = try connection.rows(
      """
      select action_id from "scout.ledger_entries"
      where kind = 'proposed' and action_id not in (select id from "scout.platinum_agent_action_ledger")
      order by sequence limit 1
      """)
    if let id = missing.first?[0].text, problems.count < limit {
      problems.append(.action(id: id, reason: "it is gone from the relation"))
    }
    return problems
  }

  // MARK: Triggers

  /// The function that the triggers call.
  public static let function = ApplicationFunction(
    schema: "scout", name: "ledger_note", arguments: [.uuid], result: .int4, isInternal: true
  ) { connection, arguments in
    if let id = arguments[0].text { try ActionProjection(connection).note(id) }
    return .integer(0)
  }

  /// Makes the relation of actions write through to the ledger. A database without these triggers, such as a bare one,
  /// keeps it as a plain table.
  public func installTriggers() throws {
    let table = "scout.platinum_agent_action_ledger"
    for (verb, body) in [
      ("insert", "select \"\(Self.function.sqliteName)\"(new.id)"),
      (
        "update",
        "select raise(abort, 'the ledger is append-only') where new.id <> old.id; "
          + "select \"\(Self.function.sqliteName)\"(new.id)"
      ),
      ("delete", "select raise(abort, 'the ledger is append-only')"),
    ] {
      try connection.run(
        """
        create trigger if not exists "\(table).note_\(verb)" after \(verb) on "\(table)" begin
          \(body);
        end
        """)
    }
  }
}
