import Foundation
import Scout
import ScoutTestSupport
import Synchronization
import Testing

/// Proposals, decisions, budgets and outcomes through the façade.
@Suite struct ActionTests {
  static let agent = Principal(name: "InsightBot", role: "scout_agent")
  static let manager = Principal(name: "Ana", role: "category_manager")

  /// A clock that the test moves.
  final class MovingClock: Sendable {
    let time: Mutex<Timestamp>
    init(_ text: String) throws { time = Mutex(try Timestamp(text)) }
    func advance(minutes: Int) { time.withLock { $0 = $0.adding(minutes: minutes) } }
    var clock: EngineClock { EngineClock(isSet: true) { self.time.withLock { $0 } } }
  }

  static func scout(_ clock: MovingClock) throws -> Scout {
    try Scout.create(at: nil, configuration: Scout.Configuration(clock: clock.clock, identifiers: .seeded(3)))
  }

  static func clock() throws -> MovingClock { try MovingClock("2025-08-23 09:00:00+08") }

  private func promotion(_ pesos: Int64, key: String? = nil) -> Proposal {
    Proposal(
      agent: Self.agent, decision: "Two for one", actionType: "start_promotion", payload: #"{"brand": "Alaska"}"#,
      amount: pesos * 100, evidence: [Evidence("masterdata.brands:brand_name=Alaska")!], idempotencyKey: key)
  }

  @Test func `an action goes its way, and every step is an entry`() async throws {
    let clock = try Self.clock()
    let scout = try Self.scout(clock)
    let proposed = try scout.changeActions { try $0.propose(promotion(5000)) }
    #expect(proposed.state == .proposed)
    #expect(throws: ActionError.self) { try scout.changeActions { try $0.start(proposed.id, by: Self.agent) } }
    #expect(throws: ActionError.self) { try scout.changeActions { try $0.approve(proposed.id, by: Self.agent) } }
    let approved = try scout.changeActions { try $0.approve(proposed.id, by: Self.manager) }
    #expect(approved.approvalStatus == "manual")
    _ = try scout.changeActions { try $0.start(proposed.id, by: Self.agent) }
    let done = try scout.changeActions { try $0.succeed(proposed.id, by: Self.agent, amount: 400_000) }
    #expect(done.state == .succeeded && done.status == "success")
    let kinds = try scout.readLedger { try $0.records(action: proposed.id).map(\.entry.kind) }
    #expect(kinds == [.proposed, .approved, .started, .succeeded])
    #expect(try scout.verifyLedger().problems == [])
    let budget = try scout.policy().budgets[0]
    #expect(try scout.readActions { try $0.used(budget) } == 400_000)
  }

  @Test func `the same key is the same action, and another proposal under it is refused`() throws {
    let scout = try Self.scout(try Self.clock())
    let first = try scout.changeActions { try $0.propose(promotion(500, key: "k")) }
    #expect(first.approvalStatus == "auto")
    #expect(try scout.changeActions { try $0.propose(promotion(500, key: "k")) }.id == first.id)
    #expect(throws: ActionError.keyReused("k")) { try scout.changeActions { try $0.propose(promotion(600, key: "k")) } }
  }

  @Test func `a budget is never overshot, whatever several processes do at once`() throws {
    let schedules = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 90 : 10_000
    let seed: UInt64 = 11
    let clock = try Self.clock()
    let folder = try TemporaryFolder()
    let configuration = Scout.Configuration(clock: clock.clock)
    let first = try Scout.create(at: folder["shop.db"], configuration: configuration)
    let others = try (0..<2).map { _ in try Scout.open(folder["shop.db"], configuration: configuration) }
    let handles = [first] + others
    let failures = Mutex<[String]>([])
    let ids = Mutex<[String]>([])
    for schedule in 0..<schedules {
      // Nine schedules share the budget of a month.
      if schedule % 9 == 0 {
        clock.advance(minutes: 31 * 24 * 60)
        ids.withLock { $0 = [] }
      }
      DispatchQueue.concurrentPerform(iterations: handles.count) { number in
        var generator = SeededGenerator(seed: seed + UInt64(schedule * handles.count + number))
        for _ in 0..<4 {
          do {
            try randomStep(handles[number], ids, &generator)
          } catch is ActionError {
            // Refused, as it may be.
          } catch {
            failures.withLock { $0.append("schedule \(schedule): \(error)") }
          }
        }
      }
    }
    #expect(failures.withLock { $0 } == [], "seed \(seed)")
    let limit = try first.policy().budgets[0].limit
    let highest = try first.readLedger { try highestUse($0.records()) }
    #expect(highest <= limit, "seed \(seed)")
    #expect(highest > limit * 9 / 10, "the schedules come near the limit, or they would prove nothing")
    #expect(try first.verifyLedger().problems == [])
  }

  private func randomStep(_ scout: Scout, _ ids: borrowing Mutex<[String]>, _ generator: inout SeededGenerator) throws {
    let step = Int.random(in: 0..<8, using: &generator)
    let pesos = Int64.random(in: 0...7000, using: &generator)
    let known = ids.withLock { $0 }
    guard step > 1, let id = known.randomElement(using: &generator) else {
      let proposed = try scout.changeActions { try $0.propose(promotion(pesos)).id }
      return ids.withLock { $0.append(proposed) }
    }
    try scout.changeActions { actions in
      switch step {
      case 2, 3, 4: _ = try actions.approve(id, by: Self.manager)
      case 5: _ = try actions.start(id, by: Self.agent)
      case 6: _ = try actions.succeed(id, by: Self.agent)
      default: _ = try actions.fail(id, by: Self.agent, error: "x")
      }
    }
  }

  /// The most centavos that were in use at any time, from the entries alone; approvals of one time are of one period.
  private func highestUse(_ records: [Ledger.Record]) -> Int64 {
    struct Amount: Decodable { var amount: Int64? }
    var reserved: [String: (period: Timestamp, amount: Int64)] = [:]
    var used: [Timestamp: Int64] = [:]
    var highest: Int64 = 0
    for record in records {
      let action = record.entry.action
      switch record.entry.kind {
      case .approved:
        let text = record.payload?.text ?? "{}"
        let amount = (try? JSONDecoder().decode(Amount.self, from: Data(text.utf8)))?.amount ?? 0
        reserved[action] = (record.entry.recordedAt, amount)
        used[record.entry.recordedAt, default: 0] += amount
        highest = max(highest, used[record.entry.recordedAt] ?? 0)
      case .rejected, .expired, .failed:
        if let (period, amount) = reserved.removeValue(forKey: action) { used[period, default: 0] -= amount }
      default: break
      }
    }
    return highest
  }

  @Test func `an approval lapses when its figures change, and a proposal when its time is over`() async throws {
    let clock = try Self.clock()
    let scout = try Self.scout(clock)
    let action = try scout.changeActions { try $0.propose(promotion(500)) }
    try scout.run("update masterdata.brands set company = 'Another' where brand_name = 'Alaska'") { _ in }
    await #expect(throws: ActionError.evidenceChanged(id: action.id)) {
      try await scout.execute(action: action.id, by: Self.agent)
    }
    #expect(try scout.readActions { try $0.action(action.id).state } == .expired)
    let waiting = try scout.changeActions { try $0.propose(promotion(5000)) }
    clock.advance(minutes: 48 * 60 - 1)
    _ = try scout.tick()
    #expect(try scout.readActions { try $0.action(waiting.id).state } == .proposed)
    clock.advance(minutes: 1)
    #expect(throws: ActionError.expired(id: waiting.id)) {
      try scout.changeActions { try $0.approve(waiting.id, by: Self.manager) }
    }
    _ = try scout.tick()
    #expect(try scout.readActions { try $0.action(waiting.id).state } == .expired)
  }

  @Test func `production's SQL goes through to the ledger, and cannot change what was said`() throws {
    let scout = try Self.scout(try Self.clock())
    let table = "scout.platinum_agent_action_ledger"
    let empty = #expect(throws: SQLError.self) { try scout.run("truncate \(table)") { _ in } }
    #expect(empty?.state == .insufficientPrivilege)
    try scout.run(
      "insert into \(table) (agent, decision, action_type, status) values ('Bot', 'do it', 'open_ticket', 'pending')"
    ) { _ in }
    try scout.run("update \(table) set status = 'success' where agent = 'Bot'") { _ in }
    #expect(try scout.readLedger { try $0.records().map(\.entry.kind) } == [.proposed, .succeeded])
    for sql in [
      "update \(table) set decision = 'another'", "delete from \(table)", "truncate \(table)",
      "update scout.ledger_entries set actor = 'x'", "delete from scout.ledger_payloads",
    ] {
      let error = #expect(throws: SQLError.self, "\(sql)") { try scout.run(sql) { _ in } }
      #expect(error?.state == .insufficientPrivilege, "\(sql)")
    }
    let backwards = #expect(throws: SQLError.self) { try scout.run("update \(table) set status = 'pending'") { _ in } }
    #expect(backwards?.state == .checkViolation)
    #expect(try scout.verifyLedger().problems == [])
    #expect(try scout.query("select status from \(table)").texts == [["success"]])
  }

  @Test func `executors do what they are for, and a failure is an entry`() async throws {
    let scout = try Self.scout(try Self.clock())
    let note = try scout.changeActions {
      try $0.propose(Proposal(agent: Self.agent, decision: "Look here", actionType: "notify"))
    }
    guard case .succeeded = try await scout.execute(action: note.id, by: Self.agent) else {
      Issue.record("it failed")
      return
    }
    #expect(try scout.feed().map(\.title) == ["Look here"])
    let job = try scout.changeActions {
      try $0.propose(
        Proposal(
          agent: Self.agent, decision: "Find them", actionType: "enqueue_sku_job", payload: #"{"brand": "Oishi"}"#))
    }
    _ = try await scout.execute(action: job.id, by: Self.agent)
    #expect(try scout.query("select task_payload->>'brand' from deep_research.sku_jobs").texts == [["Oishi"]])
    await #expect(throws: ActionError.self) { try await scout.execute(action: job.id, by: Self.agent) }
  }

  @Test func `from an event to the outcome one walks in both directions`() async throws {
    let clock = try Self.clock()
    let scout = try Self.scout(clock)
    try scout.run(
      """
      insert into scout.platinum_monitors (name, sql, threshold, window_minutes) values ('m', 'select 1', 1, 60);
      insert into scout.platinum_monitor_events (id, monitor_id, payload)
        select 'e0000000-0000-4000-8000-000000000001', id, '[]' from scout.platinum_monitors where name = 'm';
      insert into scout.agent_feed (id, severity, source, title, related_ids) values
        ('f0000000-0000-4000-8000-000000000001', 'warn', 'monitor', 'Look',
          '["monitor_events:e0000000-0000-4000-8000-000000000001"]')
      """
    ) { _ in }
    clock.advance(minutes: 1)
    let feed = Reference(.feedItem, "f0000000-0000-4000-8000-000000000001")
    let action = try scout.changeActions {
      try $0.propose(
        Proposal(
          agent: Self.agent, decision: "Find them", actionType: "enqueue_sku_job", payload: #"{"brand": "Oishi"}"#,
          causes: ["scout.agent_feed:\(feed.id)", "a memo"]))
    }
    _ = try await scout.execute(action: action.id, by: Self.agent)
    clock.advance(minutes: 1)
    let undo = try scout.changeActions { try $0.rollBack(action.id, by: Self.agent, reason: "in vain") }
    let job = try #require(try scout.query("select id from deep_research.sku_jobs").texts.first?.first ?? nil)
    let chain: [Reference] = [
      Reference(.monitorEvent, "e0000000-0000-4000-8000-000000000001"), feed, Reference(.action, action.id),
    ]
    let down = try #require(try scout.trail(of: chain[0]))
    #expect(down.steps.map(\.reference) == chain + [Reference(.action, undo.id), Reference(.skuJob, job)])
    #expect(down.steps.map(\.distance) == [0, 1, 2, 3, 3])
    #expect(down.effects.dropFirst().first?.summary == "action enqueue_sku_job of InsightBot: Find them, succeeded")
    let up = try #require(try scout.trail(of: Reference(.skuJob, job)))
    #expect(up.causes.map(\.reference) == chain && up.effects.isEmpty)
    #expect(try scout.trail(of: Reference(.action, "nobody")) == nil)
  }

  @Test func `effectiveness counts events and actions once each`() throws {
    let scout = try Self.scout(try Self.clock())
    try scout.run(
      """
      insert into scout.platinum_monitors (name, sql) values ('busy', 'select 1'), ('quiet', 'select 1');
      insert into scout.platinum_monitor_events (monitor_id, occurred_at, payload)
        select m.id, now() - h * interval '1 hour', '[]'
        from scout.platinum_monitors m, generate_series(1, 4) h where m.name = 'busy';
      insert into scout.platinum_agent_action_ledger (ts, agent, monitor, decision, action_type, action_payload, status)
        select now() - interval '30 minutes', 'Bot', n, 'Look', 'notify', '{}', case when k = 1 then 'success' else 'pending' end
        from (values ('busy'), ('quiet')) v (n), generate_series(1, 3) k where n = 'busy' or k = 2
      """
    ) { _ in }
    #expect(
      try scout.monitorEffectiveness().texts == [
        ["busy", "4", "3", "1", "75.00", "30.00"], ["quiet", "0", "1", "0", nil, nil],
      ])
  }

  @Test func `a redacted proposal is gone from everywhere and the ledger is intact`() throws {
    let scout = try Self.scout(try Self.clock())
    let action = try scout.changeActions {
      try $0.propose(
        Proposal(agent: Self.agent, decision: "Call 0917", actionType: "notify", payload: #"{"phone": "0917"}"#))
    }
    _ = try scout.redactLedger(sequence: 1, by: Self.manager, reason: "privacy")
    #expect(try scout.verifyLedger().problems == [])
    #expect(try scout.readLedger { try $0.record(1)?.payload } == nil)
    let row = try scout.query("select decision, action_payload from scout.platinum_agent_action_ledger").texts
    #expect(row == [["redacted", "{}"]])
    #expect(try scout.readActions { try $0.action(action.id).approvalStatus } == "auto")
  }
}
