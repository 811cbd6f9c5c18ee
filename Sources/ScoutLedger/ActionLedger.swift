import PostgresDialect
import ScoutStorage

/// The life of actions, step by step: each step is checked against the action's state and the policy, and is an entry.
///
/// Runs inside the caller's transaction. Since there is one writer, what is checked here still holds when it is written:
/// no interleaving overshoots a budget or starts an action twice.
public struct ActionLedger {
  let connection: Connection
  let ledger: Ledger
  public let policy: Policy
  /// The project's, in which budget periods and outcome days are counted.
  let zone: TimeZoneRules

  public init(_ connection: Connection, policy: Policy, zone: TimeZoneRules) {
    self.connection = connection
    ledger = Ledger(connection)
    self.policy = policy
    self.zone = zone
  }

  // MARK: Proposing

  /// Enters a proposal, and its approval when the policy gives it at once.
  ///
  /// - Returns: The action; the earlier one when the same proposal came before with the same idempotency key.
  /// - Throws: ``ActionError``: `notAllowed`, `evidenceMissing`, `keyReused`, `invalid`. Nothing is stored then.
  ///   An automatic approval that the budget does not allow leaves the action proposed, for a person to decide.
  @discardableResult
  public func propose(_ proposal: Proposal) throws -> Action {
    let text = try proposalText(proposal)
    if let key = proposal.idempotencyKey, let known = try connection.rows(ActionSQL.actionOfKey, [.text(key)]).first {
      guard let id = known[0].text, known[1].text == fingerprint(text) else { throw ActionError.keyReused(key) }
      return try action(id)
    }
    if let amount = proposal.amount, amount < 0 { throw ActionError.invalid("an amount is not negative") }
    try checkCriteria(of: proposal)
    guard let rule = policy.rule(actionType: proposal.actionType, role: proposal.agent.role) else {
      throw ActionError.notAllowed(
        actor: proposal.agent, verb: "propose", actionType: proposal.actionType, reason: "no rule of the policy fits")
    }
    for evidence in proposal.evidence { _ = try EvidenceReader(connection).rows(evidence) }
    if rule.needsEvidence && proposal.evidence.isEmpty {
      throw ActionError.invalid("the rule \"\(rule.name)\" asks for evidence: the rows that the decision rests on")
    }
    if let original = proposal.rollbackOf, try state(original) == nil { throw ActionError.unknown(id: original) }
    let id = connection.identifiers.uuid()
    try append(id, .proposed, proposal.agent, text)
    if let key = proposal.idempotencyKey {
      try connection.run(ActionSQL.insertKey, [.text(key), .text(id), .text(fingerprint(text))])
    }
    try connection.run(
      ActionSQL.insertAction,
      [
        .text(id), SQLValue(connection.now), .text(proposal.agent.name), SQLValue(proposal.userID),
        SQLValue(proposal.monitor), SQLValue(proposal.hypothesis), .text(proposal.decision), .text(proposal.actionType),
        .text(try jsonObject(proposal.payload, "action_payload")), .text("pending"), SQLValue(proposal.rollbackOf),
        .text(proposal.verifyAfter.description),
        SQLValue(try proposal.successCriteria.map { try jsonObject($0, "success_criteria") }), .text("pending"),
      ])
    if case .automatic(let limit) = rule.approval, (proposal.amount ?? 0) <= limit ?? .max {
      do {
        try enterApproval(try action(id), by: Principal(name: "policy", role: "policy"), mode: "auto", rule: rule)
      } catch ActionError.overBudget {
        // It stays proposed: a person may reject it, or approve it in the next period.
      }
    }
    return try action(id)
  }

  private func proposalText(_ proposal: Proposal) throws -> String {
    var object = JSONObjectText()
    object.set("agent", proposal.agent.name)
    object.set("role", proposal.agent.role)
    object.set("user_id", proposal.userID)
    object.set("monitor", proposal.monitor)
    object.set("hypothesis", proposal.hypothesis)
    object.set("decision", proposal.decision)
    object.set("action_type", proposal.actionType)
    object.set("action_payload", raw: try jsonObject(proposal.payload, "action_payload"))
    object.set("amount", proposal.amount)
    object.set("verify_after", proposal.verifyAfter.description)
    object.set("success_criteria", raw: try proposal.successCriteria.map { try jsonObject($0, "success_criteria") })
    object.set("rollback_ref", proposal.rollbackOf)
    object.set("idempotency_key", proposal.idempotencyKey)
    object.set("evidence", raw: list(proposal.evidence.map(\.text)))
    object.set("causes", raw: list(proposal.causes))
    return try JSONText.normalized(object.text)
  }

  /// A JSON object in jsonb's normal form.
  private func jsonObject(_ text: String, _ field: String) throws -> String {
    let normalized: String
    do {
      normalized = try JSONText.normalized(text)
    } catch {
      throw ActionError.invalid("\(field): \(error)")
    }
    guard normalized.hasPrefix("{") else { throw ActionError.invalid("\(field) is no JSON object") }
    return normalized
  }

  private func list(_ texts: [String]) -> String? {
    texts.isEmpty ? nil : "[" + texts.map(JSONEscape.quoted).joined(separator: ", ") + "]"
  }

  private func fingerprint(_ text: String) -> String { LedgerHash(of: Array(text.utf8)).description }

  // MARK: Deciding

  /// Approves a proposal: reserves its amount, and binds the approval to the evidence as it is now.
  ///
  /// - Throws: ``ActionError``: `wrongState`, `notAllowed` (also to the proposer), `overBudget`, `expired`,
  ///   `evidenceMissing`.
  public func approve(_ id: String, by actor: Principal) throws -> Action {
    let action = try checked(id, to: .approved)
    let rule = try approvalRule(action, actor, verb: "approve")
    if isExpired(action) {
      throw ActionError.expired(id: id)
    }
    try enterApproval(action, by: actor, mode: "manual", rule: rule)
    return try self.action(id)
  }

  public func reject(_ id: String, by actor: Principal, reason: String) throws -> Action {
    let action = try checked(id, to: .rejected)
    _ = try approvalRule(action, actor, verb: "reject")
    var payload = JSONObjectText()
    payload.set("reason", reason)
    try enter(action, .rejected, actor, payload)
    return try self.action(id)
  }

  private func approvalRule(_ action: Action, _ actor: Principal, verb: String) throws -> Policy.Rule {
    func refuse(_ reason: String) -> ActionError {
      .notAllowed(actor: actor, verb: verb, actionType: action.actionType, reason: reason)
    }
    guard let rule = policy.rule(actionType: action.actionType, role: action.role ?? "") else {
      throw refuse("no rule of the policy fits")
    }
    if actor.name == action.agent { throw refuse("who proposes does not decide") }
    if rule.approval == .never && verb == "approve" { throw refuse("the rule \"\(rule.name)\" never approves") }
    guard Policy.fits(rule.approvers, actor.role) else {
      throw refuse(
        rule.approvers.isEmpty
          ? "the rule \"\(rule.name)\" names no approvers"
          : "the rule \"\(rule.name)\" leaves that to \(rule.approvers.joined(separator: ", "))")
    }
    return rule
  }

  private func enterApproval(_ action: Action, by actor: Principal, mode: String, rule: Policy.Rule) throws {
    let amount = action.amount ?? 0
    let budgets = policy.budgets(actionType: action.actionType, role: action.role ?? "")
    for budget in budgets {
      let used = try self.used(budget)
      guard amount <= budget.limit, used <= budget.limit - amount else {
        throw ActionError.overBudget(budget: budget.name, limit: budget.limit, used: used, amount: amount)
      }
    }
    var payload = JSONObjectText()
    payload.set("mode", mode)
    payload.set("rule", rule.name)
    payload.set("amount", amount)
    payload.set("budgets", raw: list(budgets.map(\.name)))
    payload.set("evidence_hash", try evidenceHash(action.id))
    try enter(action, .approved, actor, payload)
  }

  // MARK: Budgets

  /// Centavos of a budget that are reserved by approvals or spent, in the current period.
  public func used(_ budget: Policy.Budget) throws -> Int64 {
    let (start, end) = try period(budget.period)
    return try connection.value(
      ActionSQL.budgetUse, [.text(budget.name), .integer(start), .integer(end)]
    ).integer ?? 0
  }

  private func period(_ period: Policy.Budget.Period) throws -> (start: Int64, end: Int64) {
    let unit: DateTimeUnit
    let length: Interval
    switch period {
    case .day: (unit, length) = (.day, Interval(days: 1))
    case .week: (unit, length) = (.week, Interval(days: 7))
    case .month: (unit, length) = (.month, Interval(months: 1))
    case .quarter: (unit, length) = (.quarter, Interval(months: 3))
    case .year: (unit, length) = (.year, Interval(months: 12))
    }
    let start = try DateTimeTruncation.truncate(connection.now.microseconds, to: unit, in: zone)
    return (start, try length.added(toInstant: start, in: zone))
  }

  // MARK: Doing

  /// Starts an approved action.
  ///
  /// - Throws: ``ActionError``: `expired` and `evidenceChanged` also enter that the approval has lapsed: commit the
  ///   transaction in these cases, see ``lapse(_:)``.
  public func start(_ id: String, by actor: Principal) throws -> Action {
    let action = try checked(id, to: .started)
    if let reason = try lapseReason(action) { throw reason }
    try enter(action, .started, actor, JSONObjectText())
    return try self.action(id)
  }

  /// Enters the end of an approval that does not hold any more; nothing when it still does.
  ///
  /// - Returns: Why it lapsed.
  public func lapse(_ id: String) throws -> ActionError? {
    let action = try action(id)
    guard action.state == .approved, let reason = try lapseReason(action) else { return nil }
    try enterExpiry(action, "\(reason)")
    return reason
  }

  private func lapseReason(_ action: Action) throws -> ActionError? {
    if isExpired(action) { return .expired(id: action.id) }
    let approved = try connection.value(ActionSQL.evidenceHash, [.text(action.id)]).text
    do {
      if try approved != evidenceHash(action.id) { return .evidenceChanged(id: action.id) }
    } catch ActionError.evidenceMissing {
      return .evidenceChanged(id: action.id)
    }
    return nil
  }

  private func enterExpiry(_ action: Action, _ reason: String) throws {
    var payload = JSONObjectText()
    payload.set("reason", reason)
    try enter(action, .expired, Principal(name: "policy", role: "policy"), payload)
  }

  /// Enters that a started action succeeded; the rolled back one's entry too when it was a rollback.
  ///
  /// - Parameters:
  ///   - result: A JSON value.
  ///   - amount: What it really cost, in centavos: at most what was reserved.
  public func succeed(_ id: String, by actor: Principal, result: String? = nil, amount: Int64? = nil) throws -> Action {
    let action = try checked(id, to: .succeeded)
    if let amount, amount < 0 || amount > action.amount ?? 0 {
      throw ActionError.invalid("it cost \(pesos(amount)), but \(pesos(action.amount ?? 0)) was approved")
    }
    var payload = JSONObjectText()
    payload.set("result", raw: try result.map { try JSONText.normalized($0) })
    payload.set("amount", amount)
    try enter(action, .succeeded, actor, payload)
    if let original = action.rollbackOf, let state = try state(original), state.successors.contains(.rolledBack) {
      var payload = JSONObjectText()
      payload.set("rolled_back_by", id)
      try enter(try self.action(original), .rolledBack, actor, payload)
    }
    return try self.action(id)
  }

  public func fail(_ id: String, by actor: Principal, error: String) throws -> Action {
    let action = try checked(id, to: .failed)
    var payload = JSONObjectText()
    payload.set("error", error)
    try enter(action, .failed, actor, payload)
    return try self.action(id)
  }

  /// Proposes to undo an action; when that succeeds, the action is rolled back.
  public func rollBack(_ id: String, by actor: Principal, reason: String) throws -> Action {
    let action = try action(id)
    guard action.state.successors.contains(.rolledBack) else {
      throw ActionError.wrongState(id: id, state: action.state, wanted: .rolledBack)
    }
    var payload = JSONObjectText()
    payload.set("action_id", id)
    payload.set("action_type", action.actionType)
    payload.set("action_payload", raw: action.payload)
    return try propose(
      Proposal(
        agent: actor, monitor: action.monitor, hypothesis: reason, decision: "Roll back: \(action.decision)",
        actionType: "rollback", payload: payload.text, rollbackOf: id, idempotencyKey: "rollback:\(id)",
        causes: ["actions:\(id)"]))
  }

  /// Ends proposals and approvals whose time is over.
  ///
  /// - Returns: Their identifiers, the oldest first.
  public func expireOverdue() throws -> [String] {
    var expired: [String] = []
    for row in try connection.rows(ActionSQL.openActions) {
      guard let id = row[0].text else { continue }
      let action = try action(id)
      if isExpired(action) {
        try enterExpiry(action, "nobody acted within \(policy.approvalExpiry)")
        expired.append(id)
      }
    }
    return expired
  }

  private func isExpired(_ action: Action) -> Bool { action.expiresAt.map { $0 <= connection.now } ?? false }

  // MARK: Entering

  func checked(_ id: String, to next: ActionState) throws -> Action {
    let action = try action(id)
    guard action.state.successors.contains(next) else {
      throw ActionError.wrongState(id: id, state: action.state, wanted: next)
    }
    return action
  }

  /// Appends the entry, then lets the relation show the state that follows from it.
  func enter(_ action: Action, _ kind: ActionState, _ actor: Principal, _ payload: JSONObjectText) throws {
    var payload = payload
    payload.set("role", actor.role)
    try append(action.id, kind, actor, payload.text)
    let shown = try ActionProjection(connection).derived(action.id)
    try connection.run(
      ActionSQL.updateStatus, [.text(action.id), .text(shown.approvalStatus), .text(shown.status)])
  }

  private func append(_ id: String, _ kind: ActionState, _ actor: Principal, _ payload: String) throws {
    try ledger.append([
      Ledger.Draft(action: id, kind: kind, actor: actor.name, policyHash: policy.hash, payload: payload)
    ])
  }

  // MARK: Reading

  /// - Throws: ``ActionError`` `unknown`.
  public func action(_ id: String) throws -> Action {
    guard let row = try connection.rows(ActionSQL.readActions + " where a.id = ?1", [.text(id)]).first,
      let action = try read(row)
    else { throw ActionError.unknown(id: id) }
    return action
  }

  /// Actions, the newest first.
  public func actions(state: ActionState? = nil, limit: Int = 50) throws -> [Action] {
    try connection.rows(
      ActionSQL.readActions
        + " where (?1 is null or s.kind = ?1) order by a.ts desc, a.id desc limit ?2",
      [SQLValue(state?.rawValue), .integer(Int64(clamping: limit))]
    ).compactMap(read)
  }

  func state(_ id: String) throws -> ActionState? {
    try connection.value(ActionSQL.lastKind, [.text(id)]).text.flatMap(ActionState.init)
  }

  private func read(_ row: [SQLValue]) throws -> Action? {
    guard let id = row[0].text, let proposedAt = row[1].integer, let agent = row[2].text, let decision = row[5].text,
      let type = row[6].text, let payload = row[7].text, let approval = row[8].text, let verify = row[10].text,
      let status = row[12].text, let state = row[13].text.flatMap(ActionState.init), let since = row[14].integer
    else { return nil }
    let waits = state == .proposed || state == .approved
    return Action(
      id: id, proposedAt: Timestamp(microseconds: proposedAt), agent: agent, role: row[15].text, monitor: row[3].text,
      hypothesis: row[4].text, decision: decision, actionType: type, payload: payload, amount: row[16].integer,
      state: state, approvalStatus: approval, status: status, verifyAfter: try Interval(verify),
      successCriteria: row[11].text, rollbackOf: row[9].text,
      expiresAt: waits
        ? Timestamp(microseconds: try policy.approvalExpiry.added(toInstant: since, in: zone)) : nil,
      causes: try strings(row[17].text))
  }

  private func strings(_ json: String?) throws -> [String] {
    guard let json else { return [] }
    return try connection.rows("select value from json_each(?1)", [.text(json)]).compactMap { $0[0].text }
  }

  private func evidenceHash(_ id: String) throws -> String? {
    let texts = try strings(try connection.value(ActionSQL.evidence, [.text(id)]).text)
    guard !texts.isEmpty else { return nil }
    return try EvidenceReader(connection).hash(texts.compactMap { Evidence($0) })
  }
}
