import ScoutContracts
import ScoutStorage

/// Contracts: what must hold for the data.
extension Scout {
  /// The contracts among the definitions: `schemas/contracts/*.yaml`.
  ///
  /// - Throws: ``YAMLFileError`` with the place of a mistake.
  func definedContracts() throws -> [Contract] {
    try definitions().contracts()
  }

  /// All contracts of the database in order of their numbers.
  public func contracts() throws -> [ContractStore.Stored] {
    try database.read { connection in try ContractStore(connection).contracts() }
  }

  /// Verifies the active contracts, or those on some relations, and keeps the history of violations.
  public func verifyContracts(relations: Set<String>? = nil) throws -> ContractReport {
    try startRun()
    return try database.write(isDurable: true) { connection in
      try ContractRunner(connection).verify(relations: relations)
    }
  }

  /// Verifies what may have changed since the verification before, and tells the feed of what is new and what is over.
  func sweepContracts() throws -> ContractReport {
    try database.write(isDurable: true) { connection in
      let version = try Self.dataVersion(connection)
      let last = try connection.value("select value from \"engine.settings\" where name = 'contracts_data_version'")
      let isSame = last.text == version
      let derived = try Self.derivedRelations(connection)
      let report = try ContractRunner(connection).verify { contract in
        if case .freshness = contract.check { return false }
        if case .custom = contract.check { return false }
        return isSame && derived.contains(contract.relation)
      }
      if !isSame {
        try connection.run(
          """
          insert into "engine.settings" (name, value) values ('contracts_data_version', ?1)
          on conflict (name) do update set value = excluded.value
          """, [.text(version)])
      }
      try ContractFeed(connection).tell(report)
      return report
    }
  }

  /// Changes whenever ingest or a refresh has changed a row.
  private static func dataVersion(_ connection: Connection) throws -> String {
    let row = try connection.rows(
      """
      select (select max(ingest_id) from "scout.bronze_transactions"),
        (select max(id) from "scout.refresh_runs" where rows_written > 0)
      """
    )[0]
    return "\(row[0].integer ?? 0):\(row[1].integer ?? 0)"
  }

  /// The relations that only ingest and refresh write.
  private static func derivedRelations(_ connection: Connection) throws -> Set<String> {
    let names = try connection.rows(
      """
      select schema || '.' || name from "engine.relations"
      where kind = 'materialized view'
        or schema = 'scout' and (name like 'bronze\\_%' escape '\\' or name like 'silver\\_%' escape '\\')
      """)
    return Set(names.compactMap { $0[0].text })
  }

  /// Adds a contract after checking that it can be run.
  ///
  /// - Throws: ``ScoutError`` `badContract` with the reason why it cannot.
  public func addContract(_ contract: Contract) throws -> Int64 {
    try startRun()
    return try database.write(isDurable: true) { connection in
      if case .failed(let reason) = ContractRunner(connection).check(contract).outcome {
        throw ScoutError.badContract(contract.label, reason: reason)
      }
      return try ContractStore(connection).add(contract)
    }
  }

  /// Adds those of the contracts that are not there yet.
  ///
  /// - Returns: How many were added.
  public func addContracts(_ contracts: [Contract]) throws -> Int {
    try startRun()
    return try database.write(isDurable: true) { connection in try ContractStore(connection).install(contracts) }
  }

  /// - Returns: Whether there is a contract with that number.
  public func setContract(_ id: Int64, isActive: Bool) throws -> Bool {
    try startRun()
    return try database.write(isDurable: true) { connection in
      try ContractStore(connection).setActive(id, isActive)
    }
  }

  /// The violations of a contract, the newest first.
  public func contractHistory(_ id: Int64) throws -> QueryResult {
    try query(
      """
      select h.first_seen, h.last_seen, h.resolved_at, h.row_count, h.severity, v.sample_rows
      from scout.contract_history h left join scout.contract_violations v on v.id = h.violation_id
      where h.contract_id = \(id) order by h.first_seen desc, h.id desc
      """)
  }
}

/// Tells the feed what a verification found that a reader does not know yet.
struct ContractFeed {
  let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// One item for what is new, one for what is over; nothing for a sweep like the one before.
  func tell(_ report: ContractReport) throws {
    let new = report.items.filter(\.isNew)
    if !new.isEmpty {
      let isError = new.contains { if case .violated(_, .error, _) = $0.outcome { true } else { false } }
      let lines = new.map { item in
        guard case .violated(let rows, let severity, _) = item.outcome else { return item.label }
        return "\(item.label): \(rows) \(rows == 1 ? "row" : "rows") (\(severity.rawValue))"
      }
      try push(
        severity: isError ? "error" : "warn",
        title: new.count == 1 ? "Contract violated: \(new[0].label)" : "\(new.count) contracts are violated",
        lines, related: new.compactMap(\.violationID).map { "contract_violations:\($0)" })
    }
    let resolved = report.items.filter(\.isResolved)
    if !resolved.isEmpty {
      try push(
        severity: "success",
        title: resolved.count == 1
          ? "Contract kept again: \(resolved[0].label)"
          : "\(resolved.count) contracts are kept again", resolved.map(\.label), related: [])
    }
  }

  private func push(severity: String, title: String, _ lines: [String], related: [String]) throws {
    try connection.run(
      """
      insert into "scout.agent_feed" (id, created_at, severity, source, title, description, payload, related_ids, status)
      values (?1, ?2, ?3, 'contract_check', ?4, ?5, ?6, ?7, 'new')
      """,
      [
        .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(severity), .text(title),
        .text(lines.joined(separator: "\n")),
        .text(try JSONText.normalized("{\"contracts\": [\(lines.map(RowJSON.quoted).joined(separator: ", "))]}")),
        .text(try JSONText.normalized("[\(related.map(RowJSON.quoted).joined(separator: ", "))]")),
      ])
  }
}

/// `scout.verify_gold_contracts()`: verifies all active contracts, and returns how many rows violate one.
enum ContractFunction {
  static let function = ApplicationFunction(
    schema: "scout", name: "verify_gold_contracts", result: .int4,
    needs: [(.select, "scout.gold_contracts"), (.insert, "scout.contract_violations")]
  ) { connection, _ in .integer(try ContractRunner(connection).verify().violatingRows) }
}
