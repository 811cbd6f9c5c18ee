import FoundationEssentials
import ScoutLedger

/// Actions and their ledger.
extension Scout {
  /// The policy among the definitions.
  ///
  /// - Throws: ``YAMLFileError`` with the place of a mistake.
  public func policy() throws -> Policy {
    try parsedPolicy.withLock { parsed in
      if let parsed { return parsed }
      guard let policy = try definitions().policy() else {
        throw YAMLFileError(file: "schemas/policy.yaml", line: 1, column: 1, message: "there is no policy")
      }
      parsed = policy
      return policy
    }
  }

  /// Runs steps of actions in one durable transaction; an error undoes them all.
  public func changeActions<Value>(_ body: (ActionLedger) throws -> Value) throws -> Value {
    try startRun()
    let (policy, zone) = (try policy(), try timeZone())
    return try database.write(isDurable: true) { connection in
      try body(ActionLedger(connection, policy: policy, zone: zone))
    }
  }

  /// Reads actions.
  public func readActions<Value>(_ body: (ActionLedger) throws -> Value) throws -> Value {
    let (policy, zone) = (try policy(), try timeZone())
    return try database.read { connection in try body(ActionLedger(connection, policy: policy, zone: zone)) }
  }

  /// Starts an approved action and lets the executor of its type do it.
  ///
  /// - Parameters:
  ///   - outbox: The folder for actions that another system picks up; nil: such actions are refused.
  ///   - timeout: After so long it counts as failed.
  public func execute(
    action id: String, by actor: Principal, outbox: String? = nil, timeout: Duration = .seconds(60)
  ) async throws -> ExecutionResult {
    try startRun()
    var executors: [any ActionExecutor] = [FeedExecutor(), SKUJobExecutor()]
    if let outbox { executors.append(FileExecutor(folder: outbox)) }
    return try await ActionExecution(
      database: database, policy: try policy(), zone: try timeZone(), executors: executors, timeout: timeout
    ).run(id, by: actor)
  }

  /// What a sweep does for actions: ends what nobody decided in time, and checks the outcomes that are due.
  func settleActions() throws {
    let settler = Principal(name: "sweep", role: "policy")
    try changeActions { actions in
      _ = try actions.expireOverdue()
      _ = try actions.verifyDue(by: settler)
    }
  }

  /// Per monitor of the last 30 days: its events, the actions that answered it, how many of them succeeded, how many
  /// actions there were to a hundred events, and the mean time from the last event before an action to that action.
  ///
  /// The runbook's own query of that name joins events with actions before it counts, so that both multiply; this one
  /// counts each by itself.
  public func monitorEffectiveness() throws -> QueryResult {
    try query(
      """
      with events as (
        select m.name, e.occurred_at
        from scout.platinum_monitor_events e join scout.platinum_monitors m on m.id = e.monitor_id
        where e.occurred_at > now() - interval '30 days'
      ), actions as (
        select a.monitor as name, a.status,
          a.ts - (select max(e.occurred_at) from events e where e.name = a.monitor and e.occurred_at <= a.ts) as response
        from scout.platinum_agent_action_ledger a
        where a.monitor is not null and a.ts > now() - interval '30 days'
      ), event_counts as (
        select name, count(*) as events_generated from events group by name
      ), action_counts as (
        select name, count(*) as actions_triggered, count(*) filter (where status = 'success') as successful_actions,
          avg(extract(epoch from response)) as response_seconds
        from actions group by name
      )
      select coalesce(e.name, a.name) as name, coalesce(events_generated, 0) as events_generated,
        coalesce(actions_triggered, 0) as actions_triggered, coalesce(successful_actions, 0) as successful_actions,
        round(coalesce(actions_triggered, 0)::numeric / nullif(events_generated, 0) * 100, 2) as action_rate_pct,
        round(response_seconds / 60, 2) as avg_response_minutes
      from event_counts e full join action_counts a on a.name = e.name
      order by action_rate_pct desc nulls last, name
      """)
  }

  // MARK: Ledger

  /// Reads the ledger.
  public func readLedger<Value>(_ body: (Ledger) throws -> Value) throws -> Value {
    try database.read { connection in try body(Ledger(connection)) }
  }

  /// Checks entries, tree, payloads, and the state of actions that follows from them.
  ///
  /// - Parameters:
  ///   - note: A checkpoint that was kept elsewhere.
  ///   - verifier: The public key that signed it.
  public func verifyLedger(checkpoint note: String? = nil, verifier: CheckpointVerifier? = nil) throws
    -> LedgerVerification
  {
    var checkpoint: Checkpoint?
    if let note {
      guard let verifier else { throw CheckpointError.badKey("a checkpoint needs the key that signed it") }
      checkpoint = try Checkpoint(note: note, key: verifier)
      let own = try ledgerOrigin()
      if let origin = checkpoint?.origin, origin != own {
        throw CheckpointError.malformed("it is of the ledger \"\(origin)\", this one is \"\(own)\"")
      }
    }
    return try database.read { connection in
      var report = try Ledger(connection).verify(checkpoint: checkpoint)
      report.problems += try Ledger(connection).brokenSeals()
      if isLedgerGuarded(connection) { report.problems += try ActionProjection(connection).problems() }
      return report
    }
  }

  /// Whether the relation of actions writes through to the ledger; in a bare database it is a plain table.
  private func isLedgerGuarded(_ connection: Connection) -> Bool {
    (try? connection.value("select 1 from \"scout.ledger_entries\" limit 1")) == .integer(1)
  }

  /// The name of this ledger in its checkpoints, fixed when the first one is made.
  public func ledgerOrigin() throws -> String {
    if let known = try setting("ledger_origin") { return known }
    return try database.write(isDurable: true) { connection in
      let origin = "scout.local/ledger/" + connection.identifiers.uuid()
      try connection.run(
        "insert into \"engine.settings\" (name, value) values ('ledger_origin', ?1) on conflict (name) do nothing",
        [.text(origin)])
      return try connection.value("select value from \"engine.settings\" where name = 'ledger_origin'").text ?? origin
    }
  }

  /// Takes out what an entry says; see ``Ledger/redact(sequence:by:reason:)``.
  public func redactLedger(sequence: Int, by actor: Principal, reason: String) throws -> LedgerEntry {
    try startRun()
    return try database.write(isDurable: true) { connection in
      let entry = try Ledger(connection).redact(sequence: sequence, by: actor.name, reason: reason)
      try ActionProjection(connection).redact(entry.action)
      return entry
    }
  }

  /// Makes and signs the checkpoint of the ledger as it is.
  public func ledgerCheckpoint(key: CheckpointKey) throws -> String {
    let origin = try ledgerOrigin()
    return try database.read { connection in try Ledger(connection).checkpoint(origin: origin) }.signed(by: key)
  }

  /// Signs the ledger as it is into a file, replacing the checkpoint of before; nothing while the ledger is empty.
  ///
  /// - Parameters:
  ///   - keyPath: The key's file; made when there is none.
  ///   - path: Where the checkpoint goes. Copy it elsewhere: beside the database it protects against slips only.
  public func keepCheckpoint(keyPath: String, at path: String) throws {
    guard try !isBare(), try readLedger({ try $0.size }) > 0 else { return }
    let note = try ledgerCheckpoint(key: try LedgerFiles.key(at: keyPath, name: "scout"))
    try LedgerFiles.write(note, to: path)
  }

  // MARK: Trail

  /// What led to a thing and what came of it: event, feed item, action, outcome; nil when there is no such thing.
  public func trail(of reference: Reference) throws -> Trail? {
    try database.read { connection in try Trail(of: reference, on: connection) }
  }
}
