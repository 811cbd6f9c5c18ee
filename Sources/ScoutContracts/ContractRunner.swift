import PostgresDialect
import ScoutStorage

/// What one verification found.
public struct ContractReport: Sendable {
  public struct Item: Hashable, Sendable {
    public var id: Int64
    public var label: String
    public var outcome: ContractResult.Outcome
    /// Whether this violation, or this many rows of it, was not there at the verification before.
    public var isNew: Bool
    /// Whether it was violated at the verification before and is kept now.
    public var isResolved: Bool
    /// The row of `scout.contract_violations` that tells of it.
    public var violationID: String?
  }

  public var items: [Item] = []

  /// The rows that violate a contract, over all contracts.
  public var violatingRows: Int64 {
    items.reduce(0) { sum, item in if case .violated(let rows, _, _) = item.outcome { sum + rows } else { sum } }
  }

  public var violated: [Item] { items.filter { if case .violated = $0.outcome { true } else { false } } }
  public var failed: [Item] { items.filter { if case .failed = $0.outcome { true } else { false } } }
  public var isFine: Bool { violated.isEmpty && failed.isEmpty }
}

/// Verifies the contracts of a database and keeps the history of their violations.
///
/// A violation has one row in `scout.contract_history` from its first sight until it is resolved, and a row in
/// `scout.contract_violations` when it begins and whenever its number of rows changes, not at each verification.
public struct ContractRunner {
  let connection: Connection

  public init(_ connection: Connection) { self.connection = connection }

  /// Checks one contract and writes nothing.
  public func check(_ contract: Contract) -> ContractResult { ContractCheck(connection).run(contract) }

  /// Verifies the active contracts, or those on some relations.
  ///
  /// One that cannot be checked hides no other: its reason is its outcome.
  ///
  /// - Parameter isUnchanged: Whether nothing that a contract reads has changed since the verification before: it is
  ///   as it was then, and is not run.
  public func verify(relations: Set<String>? = nil, isUnchanged: (Contract) -> Bool = { _ in false }) throws
    -> ContractReport
  {
    var report = ContractReport()
    let check = ContractCheck(connection)
    for stored in try ContractStore(connection).contracts() where stored.isActive {
      let outcome: ContractResult.Outcome
      switch stored.contract {
      case .success(let contract):
        if let relations, !relations.contains(contract.relation) { continue }
        if isUnchanged(contract), let item = try lastItem(stored) {
          report.items.append(item)
          continue
        }
        outcome = check.run(contract).outcome
        report.items.append(try record(stored, contract, outcome))
      case .failure(let error):
        if relations != nil { continue }
        report.items.append(
          ContractReport.Item(
            id: stored.id, label: stored.label, outcome: .failed(error.message), isNew: false, isResolved: false))
      }
    }
    return report
  }

  /// How a contract stood at the verification before; nil for one that was never verified or could not be.
  private func lastItem(_ stored: ContractStore.Stored) throws -> ContractReport.Item? {
    guard
      let row = try connection.rows(
        """
        select h.row_count, h.severity, h.violation_id, v.sample_rows, s.contract_id
        from "engine.contract_states" s
        left join "scout.contract_history" h on h.contract_id = s.contract_id and h.resolved_at is null
        left join "scout.contract_violations" v on v.id = h.violation_id
        where s.contract_id = ?1 and not s.is_failed
        """, [.integer(stored.id)]
      ).first
    else { return nil }
    guard let rows = row[0].integer else {
      return ContractReport.Item(id: stored.id, label: stored.label, outcome: .kept, isNew: false, isResolved: false)
    }
    return ContractReport.Item(
      id: stored.id, label: stored.label,
      outcome: .violated(
        rows: rows, severity: Contract.Severity(rawValue: row[1].text ?? "") ?? .error, sample: row[3].text ?? "[]"),
      isNew: false, isResolved: false, violationID: row[2].text)
  }

  private func record(_ stored: ContractStore.Stored, _ contract: Contract, _ outcome: ContractResult.Outcome) throws
    -> ContractReport.Item
  {
    var item = ContractReport.Item(
      id: stored.id, label: stored.label, outcome: outcome, isNew: false, isResolved: false)
    let open = try connection.rows(
      """
      select id, row_count, severity, violation_id from "scout.contract_history"
      where contract_id = ?1 and resolved_at is null
      """, [.integer(stored.id)]
    ).first
    let now = SQLValue(connection.now)
    var isFailed = false
    if case .failed = outcome { isFailed = true }
    try connection.run(
      """
      insert into "engine.contract_states" (contract_id, is_failed) values (?1, ?2)
      on conflict (contract_id) do update set is_failed = excluded.is_failed where is_failed <> excluded.is_failed
      """, [.integer(stored.id), .integer(isFailed ? 1 : 0)])
    switch outcome {
    case .failed: break
    case .kept:
      guard let open else { break }
      try connection.run("update \"scout.contract_history\" set resolved_at = ?2 where id = ?1", [open[0], now])
      item.isResolved = true
    case .violated(let rows, let severity, let sample):
      if let open, open[1].integer == rows, open[2].text == severity.rawValue {
        item.violationID = open[3].text
        try connection.run("update \"scout.contract_history\" set last_seen = ?2 where id = ?1", [open[0], now])
        break
      }
      item.isNew = true
      let violation = SQLValue.text(connection.identifiers.uuid())
      item.violationID = violation.text
      try connection.run(
        """
        insert into "scout.contract_violations" (
          id, detected_at, table_name, column_name, check_type, row_count, sample_rows, severity
        ) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """,
        [
          violation, now, .text(contract.relation), SQLValue(ContractStore.encode(contract).column),
          .text(contract.check.type), .integer(rows), .text(sample), .text(severity.rawValue),
        ])
      if let open {
        try connection.run(
          """
          update "scout.contract_history"
          set last_seen = ?2, row_count = ?3, severity = ?4, violation_id = ?5 where id = ?1
          """, [open[0], now, .integer(rows), .text(severity.rawValue), violation])
      } else {
        try connection.run(
          """
          insert into "scout.contract_history" (
            contract_id, violation_id, first_seen, last_seen, row_count, severity
          ) values (?1, ?2, ?3, ?3, ?4, ?5)
          """, [.integer(stored.id), violation, now, .integer(rows), .text(severity.rawValue)])
      }
    }
    return item
  }
}
