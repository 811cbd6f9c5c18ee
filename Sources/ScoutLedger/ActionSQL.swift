/// The statements about actions, in SQLite's SQL.
enum ActionSQL {
  static let insertAction = """
    insert into "scout.platinum_agent_action_ledger" (
      id, ts, agent, user_id, monitor, hypothesis, decision, action_type, action_payload, approval_status, rollback_ref,
      verify_after, success_criteria, status
    ) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    """
  static let updateStatus = """
    update "scout.platinum_agent_action_ledger" set approval_status = ?2, status = ?3
    where id = ?1 and (approval_status <> ?2 or status <> ?3)
    """
  static let actionOfKey = "select action_id, fingerprint from \"engine.action_keys\" where key = ?1"
  static let insertKey = "insert into \"engine.action_keys\" (key, action_id, fingerprint) values (?1, ?2, ?3)"

  /// The kind of an action's last entry that is a step of its life.
  static let lastKind = """
    select kind from "scout.ledger_entries"
    where action_id = ?1 and kind <> 'redacted'
    order by sequence desc limit 1
    """

  /// One row per action: the columns of the relation, then last step, its time, role, amount and causes.
  static let readActions = """
    select
      a.id, a.ts, a.agent, a.monitor, a.hypothesis, a.decision, a.action_type, a.action_payload, a.approval_status,
      a.rollback_ref, a.verify_after, a.success_criteria, a.status, s.kind, s.recorded_at,
      json_extract(p.payload, '$.role'), json_extract(p.payload, '$.amount'), json_extract(p.payload, '$.causes')
    from "scout.platinum_agent_action_ledger" a
    join "scout.ledger_entries" s on s.sequence = (
      select max(e.sequence) from "scout.ledger_entries" e where e.action_id = a.id and e.kind <> 'redacted'
    )
    left join "scout.ledger_entries" first on first.action_id = a.id and first.kind = 'proposed'
    left join "scout.ledger_payloads" p on p.sequence = first.sequence
    """

  /// Actions that wait for a decision or for their start.
  static let openActions = """
    select e.action_id
    from "scout.ledger_entries" e
    where e.kind in ('proposed', 'approved')
      and not exists (
        select 1 from "scout.ledger_entries" later
        where later.action_id = e.action_id and later.sequence > e.sequence and later.kind <> 'redacted'
      )
    order by e.sequence
    """

  /// What the approvals from ?2 to before ?3 took from budget ?1: the real amount once it is known, else the reserved
  /// one; nothing where the action ended without being done.
  static let budgetUse = """
    select sum(coalesce(json_extract(done.payload, '$.amount'), json_extract(p.payload, '$.amount'), 0))
    from "scout.ledger_entries" e
    join "scout.ledger_payloads" p on p.sequence = e.sequence
    left join "scout.ledger_entries" s on s.action_id = e.action_id and s.kind = 'succeeded'
    left join "scout.ledger_payloads" done on done.sequence = s.sequence
    where e.kind = 'approved' and e.recorded_at >= ?2 and e.recorded_at < ?3
      and exists (select 1 from json_each(p.payload, '$.budgets') b where b.value = ?1)
      and not exists (
        select 1 from "scout.ledger_entries" x
        where x.action_id = e.action_id and x.kind in ('rejected', 'expired', 'failed')
      )
    """

  static let evidence = """
    select json_extract(p.payload, '$.evidence')
    from "scout.ledger_entries" e
    join "scout.ledger_payloads" p on p.sequence = e.sequence
    where e.action_id = ?1 and e.kind = 'proposed'
    """
  static let evidenceHash = """
    select json_extract(p.payload, '$.evidence_hash')
    from "scout.ledger_entries" e
    join "scout.ledger_payloads" p on p.sequence = e.sequence
    where e.action_id = ?1 and e.kind = 'approved'
    order by e.sequence desc limit 1
    """

  /// What decides the state that the relation shows: kind, approval's mode, outcome.
  static let steps = """
    select e.kind, json_extract(p.payload, '$.mode'), json_extract(p.payload, '$.outcome')
    from "scout.ledger_entries" e
    left join "scout.ledger_payloads" p on p.sequence = e.sequence
    where e.action_id = ?1
    order by e.sequence
    """
  static let shown = """
    select
      agent, user_id, monitor, hypothesis, decision, action_type, action_payload, rollback_ref, verify_after,
      success_criteria, approval_status, status
    from "scout.platinum_agent_action_ledger" where id = ?1
    """
  static let proposalPayload = """
    select p.payload
    from "scout.ledger_entries" e
    left join "scout.ledger_payloads" p on p.sequence = e.sequence
    where e.action_id = ?1 and e.kind = 'proposed'
    """
}
