import PostgresDialect
import ScoutYAML
import Yams

/// Who may propose and who may approve which actions, and what they may cost: `schemas/policy.yaml`.
public struct Policy: Hashable, Sendable {
  public enum Approval: Hashable, Sendable {
    /// At once, up to an amount in centavos; above it by a person.
    case automatic(limit: Int64?)
    case person
    case never
  }

  /// The first rule that fits the action's type and the proposer's role decides.
  public struct Rule: Hashable, Sendable {
    public var name: String
    /// `*` is any.
    public var actionTypes: [String]
    public var proposers: [String]
    public var approval: Approval
    /// Roles that may approve and reject.
    public var approvers: [String]
    /// Whether an approval needs rows to rest on.
    public var needsEvidence: Bool
  }

  public struct Budget: Hashable, Sendable {
    public enum Period: String, Hashable, Sendable, CaseIterable { case day, week, month, quarter, year }

    public var name: String
    public var roles: [String]
    public var actionTypes: [String]
    /// Calendar periods in the project's time zone.
    public var period: Period
    /// In centavos.
    public var limit: Int64
  }

  public var rules: [Rule]
  public var budgets: [Budget]
  /// How long a proposal waits for a decision, and an approval for its start.
  public var approvalExpiry: Interval
  /// The SHA-256 of the file, which each entry holds.
  public var hash: LedgerHash

  func rule(actionType: String, role: String) -> Rule? {
    rules.first { Self.fits($0.actionTypes, actionType) && Self.fits($0.proposers, role) }
  }

  func budgets(actionType: String, role: String) -> [Budget] {
    budgets.filter { Self.fits($0.actionTypes, actionType) && Self.fits($0.roles, role) }
  }

  static func fits(_ patterns: [String], _ name: String) -> Bool {
    patterns.contains { $0 == "*" || $0 == name || $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
  }
}

extension Policy {
  /// Reads a policy file.
  ///
  /// - Throws: ``YAMLFileError`` with the first mistake and its place.
  public init(yaml: String, file: String) throws(YAMLFileError) {
    let root = try YAMLReader.compose(yaml, file: file)
    let reader = YAMLReader(file: file)
    let top = try reader.mapping(root, keys: ["approval_expires", "rules", "budgets"])
    approvalExpiry =
      try top["approval_expires"].map { node throws(YAMLFileError) in
        let text = try reader.string(node)
        guard let interval = try? Interval(text) else { throw reader.error(node, "\"\(text)\" is no interval") }
        return interval
      } ?? Interval(days: 1)
    guard let ruleNodes = top["rules"] else { throw reader.error(root, "\"rules\" is missing") }
    rules = []
    for node in try reader.sequence(ruleNodes) { rules.append(try Self.rule(node, reader)) }
    budgets = []
    if let nodes = top["budgets"] {
      for node in try reader.sequence(nodes) { budgets.append(try Self.budget(node, reader)) }
    }
    hash = LedgerHash(of: Array(yaml.utf8))
  }

  private static func rule(_ node: Node, _ reader: YAMLReader) throws(YAMLFileError) -> Rule {
    let fields = try reader.mapping(
      node, keys: ["name", "action_types", "propose", "approve", "auto_limit", "approvers", "evidence"])
    func required(_ name: String) throws(YAMLFileError) -> Node {
      guard let found = fields[name] else { throw reader.error(node, "\"\(name)\" is missing") }
      return found
    }
    let approve = try required("approve")
    let approval: Approval
    switch try reader.string(approve) {
    case "auto":
      approval = .automatic(
        limit: try fields["auto_limit"].map { node throws(YAMLFileError) in try reader.amount(node) })
    case "person": approval = .person
    case "never": approval = .never
    default: throw reader.error(approve, "expected auto, person or never")
    }
    var approvers: [String] = []
    if let list = fields["approvers"] { approvers = try reader.strings(list) }
    if case .person = approval, approvers.isEmpty { throw reader.error(node, "\"approvers\" is missing") }
    var needsEvidence = false
    if let evidence = fields["evidence"] {
      switch try reader.string(evidence) {
      case "required": needsEvidence = true
      case "optional": break
      default: throw reader.error(evidence, "expected required or optional")
      }
    }
    return Rule(
      name: try reader.string(try required("name")), actionTypes: try reader.strings(try required("action_types")),
      proposers: try reader.strings(try required("propose")), approval: approval, approvers: approvers,
      needsEvidence: needsEvidence)
  }

  private static func budget(_ node: Node, _ reader: YAMLReader) throws(YAMLFileError) -> Budget {
    let fields = try reader.mapping(node, keys: ["name", "roles", "action_types", "period", "limit"])
    func required(_ name: String) throws(YAMLFileError) -> Node {
      guard let found = fields[name] else { throw reader.error(node, "\"\(name)\" is missing") }
      return found
    }
    let periodNode = try required("period")
    guard let period = Budget.Period(rawValue: try reader.string(periodNode)) else {
      throw reader.error(
        periodNode, "expected " + Budget.Period.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return Budget(
      name: try reader.string(try required("name")), roles: try reader.strings(try required("roles")),
      actionTypes: try reader.strings(try required("action_types")), period: period,
      limit: try reader.amount(try required("limit")))
  }
}

extension YAMLReader {
  /// Pesos as centavos.
  fileprivate func amount(_ node: Node) throws(YAMLFileError) -> Int64 {
    let text = try string(node)
    guard let number = try? Numeric(text), let centavos = number.scaledInteger(scale: 2), centavos >= 0 else {
      throw error(node, "\"\(text)\" is no amount of pesos")
    }
    return centavos
  }
}
