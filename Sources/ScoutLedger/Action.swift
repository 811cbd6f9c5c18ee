import PostgresDialect
import ScoutStorage

/// Where an action stands: the kind of its last entry.
///
/// ```
/// proposed ─┬─> approved ─┬─> started ─┬─> succeeded ─> verified
///           ├─> rejected  ├─> rejected └─> failed
///           └─> expired   └─> expired         succeeded, verified, failed ─> rolled_back
/// ```
public typealias ActionState = LedgerEntry.Kind

extension ActionState {
  /// The states that an action may go to from here.
  public var successors: [ActionState] {
    switch self {
    case .proposed: [.approved, .rejected, .expired]
    case .approved: [.started, .rejected, .expired]
    case .started: [.succeeded, .failed]
    case .succeeded: [.verified, .rolledBack]
    case .verified, .failed: [.rolledBack]
    case .rejected, .expired, .rolledBack, .redacted: []
    }
  }
}

/// Who acts: a name, and the role under which.
public struct Principal: Hashable, Sendable {
  public var name: String
  public var role: String

  public init(name: String, role: String) {
    self.name = name
    self.role = role
  }
}

/// A row of a relation that a decision rests on.
public struct Evidence: Hashable, Sendable {
  /// The qualified name: `scout.gold_sales_daily`.
  public var relation: String
  /// Column and value in PostgreSQL's text form, in the order given.
  public var key: [(column: String, value: String)]

  public init(relation: String, key: [(column: String, value: String)]) {
    self.relation = relation
    self.key = key
  }

  public static func == (a: Evidence, b: Evidence) -> Bool { a.text == b.text }
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// `scout.gold_sales_daily:date=2025-08-23,brand=Alaska`.
  public var text: String { relation + ":" + key.map { "\($0.column)=\($0.value)" }.joined(separator: ",") }

  /// Reads ``text``.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    relation = String(text[..<colon])
    key = []
    for pair in text[text.index(after: colon)...].split(separator: ",") {
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { return nil }
      key.append((String(pair[..<equals]), String(pair[pair.index(after: equals)...])))
    }
    if relation.isEmpty || key.isEmpty { return nil }
  }
}

/// What somebody wants to do.
public struct Proposal: Sendable {
  public var agent: Principal
  /// The person on whose behalf; a UUID.
  public var userID: String?
  public var monitor: String?
  public var hypothesis: String?
  public var decision: String
  public var actionType: String
  /// A JSON object.
  public var payload: String
  /// What it may cost, in centavos; nil when it costs nothing.
  public var amount: Int64?
  public var verifyAfter: Interval
  /// A JSON object such as `{"kpi": "net_amount", "delta": 0.1, "window": 7}`.
  public var successCriteria: String?
  public var evidence: [Evidence]
  /// The action that this one undoes.
  public var rollbackOf: String?
  /// A second proposal with the same key is the first one again.
  public var idempotencyKey: String?
  /// What led to it, such as `monitor_events:<id>`.
  public var causes: [String]

  public init(
    agent: Principal, userID: String? = nil, monitor: String? = nil, hypothesis: String? = nil, decision: String,
    actionType: String, payload: String = "{}", amount: Int64? = nil, verifyAfter: Interval = Interval(days: 7),
    successCriteria: String? = nil, evidence: [Evidence] = [], rollbackOf: String? = nil,
    idempotencyKey: String? = nil, causes: [String] = []
  ) {
    self.agent = agent
    self.userID = userID
    self.monitor = monitor
    self.hypothesis = hypothesis
    self.decision = decision
    self.actionType = actionType
    self.payload = payload
    self.amount = amount
    self.verifyAfter = verifyAfter
    self.successCriteria = successCriteria
    self.evidence = evidence
    self.rollbackOf = rollbackOf
    self.idempotencyKey = idempotencyKey
    self.causes = causes
  }
}

/// An action as it stands.
public struct Action: Hashable, Sendable {
  public var id: String
  public var proposedAt: Timestamp
  public var agent: String
  public var role: String?
  public var monitor: String?
  public var hypothesis: String?
  public var decision: String
  public var actionType: String
  public var payload: String
  /// In centavos.
  public var amount: Int64?
  public var state: ActionState
  /// `pending`, `auto`, `manual` or `rejected`.
  public var approvalStatus: String
  /// `pending`, `success` or `failed`.
  public var status: String
  public var verifyAfter: Interval
  public var successCriteria: String?
  public var rollbackOf: String?
  /// When a proposal or an approval that nobody used ends.
  public var expiresAt: Timestamp?
  public var causes: [String]
}

/// Why an action does not go on.
public enum ActionError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(id: String)
  case wrongState(id: String, state: ActionState, wanted: ActionState)
  /// The policy gives the actor no such right.
  case notAllowed(actor: Principal, verb: String, actionType: String, reason: String)
  case overBudget(budget: String, limit: Int64, used: Int64, amount: Int64)
  case expired(id: String)
  /// The rows on which it was approved are not the same any more.
  case evidenceChanged(id: String)
  case evidenceMissing(String)
  /// The same idempotency key came with another proposal.
  case keyReused(String)
  case invalid(String)

  public var description: String {
    switch self {
    case .unknown(let id): "there is no action \(id)"
    case .wrongState(let id, let state, let wanted):
      "action \(id) is \(state.rawValue); it cannot become \(wanted.rawValue)"
        + (state.successors.isEmpty ? "" : ", only " + state.successors.map(\.rawValue).joined(separator: " or "))
    case .notAllowed(let actor, let verb, let type, let reason):
      "\(actor.name) (\(actor.role)) may not \(verb) \(type): \(reason)"
    case .overBudget(let budget, let limit, let used, let amount):
      "the budget \"\(budget)\" of \(pesos(limit)) has \(pesos(limit - used)) left; \(pesos(amount)) is too much"
    case .expired(let id): "action \(id) has expired; propose it again"
    case .evidenceChanged(let id):
      "the figures on which action \(id) was approved have changed; it lapsed, propose it again"
    case .evidenceMissing(let text): "there is no row \(text)"
    case .keyReused(let key): "the idempotency key \"\(key)\" belongs to another proposal"
    case .invalid(let reason): reason
    }
  }
}

/// Centavos as `PHP 1234.50`.
func pesos(_ centavos: Int64) -> String {
  let magnitude = centavos.magnitude
  let cents = magnitude % 100
  return "PHP \(centavos < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
}
