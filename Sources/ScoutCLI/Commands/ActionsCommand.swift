import ArgumentParser
import Scout
import ScoutReport

struct ActionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "actions", abstract: "What agents propose and do: decide, run, undo.",
    discussion: """
      Every step is an entry of the ledger. Who may do what is in schemas/policy.yaml.

      EXAMPLES
        scout actions list
        scout actions propose --type notify --decision "Tell the buyers"
      """,
    subcommands: [
      List.self, Show.self, Propose.self, Approve.self, Reject.self, Start.self, Succeed.self, Fail.self, Run.self,
      Rollback.self, Why.self, Effectiveness.self,
    ], defaultSubcommand: List.self)

  /// Who acts.
  struct ActorOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: ArgumentHelp("Who you are.", valueName: "name"))
    var name = "owner"

    @Option(help: ArgumentHelp("The role of the policy under which you act.", valueName: "role"))
    var actingRole = "owner"

    var principal: Principal { Principal(name: name, role: actingRole) }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The newest actions.",
      discussion: """
        EXAMPLES
          scout actions list
          scout actions list --state proposed --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Option(help: "Only actions in this state: \(ActionState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: ActionState?

    @Option(help: "How many, 1 to 1000.")
    var limit = 20

    func validate() throws {
      guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      try scout.readActions { try $0.actions(state: state, limit: limit) }.table(zone).show(as: output.format)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One action and its entries.",
      discussion: """
        EXAMPLES
          scout actions show 2f1c5f0e-8a53-4a6b-9a39-7d1f0b6f5c11
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: "The action's id.") var id: String

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      let action = try scout.readActions { try $0.action(id) }
      if output.format == .table { [action].table(zone).show(as: .table) }
      try scout.readLedger { try $0.records(action: id) }.table(zone).show(as: output.format)
    }
  }

  struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "why", abstract: "What led to a thing, and what came of it.",
      discussion: """
        The thing is monitor_events:ID, contract_violations:ID, agent_feed:ID, sku_jobs:ID or actions:ID; an id alone is an
        action's.

        EXAMPLES
          scout actions why monitor_events:2f1c5f0e-8a53-4a6b-9a39-7d1f0b6f5c11
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: "The thing.") var reference: String

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      guard let reference = Reference(reference) ?? (reference.contains(":") ? nil : Reference(.action, reference))
      else {
        let kinds = Reference.Kind.allCases.map { "\($0.rawValue):ID" }.joined(separator: ", ")
        throw ValidationError("\"\(self.reference)\" is none of \(kinds)")
      }
      guard let trail = try scout.trail(of: reference) else {
        Console.err("scout: there is no \(reference)\n")
        throw Failure.Reported(status: .notFine)
      }
      trail.table(try scout.timeZone()).show(as: output.format)
    }
  }

  struct Effectiveness: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Events, actions and successes per monitor over the last 30 days.",
      discussion: """
        EXAMPLES
          scout actions effectiveness
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    func run() throws {
      try global.open(isReadOnly: true).monitorEffectiveness().table.show(as: output.format)
    }
  }

  struct Propose: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Propose an action.",
      discussion: """
        Evidence names a row: RELATION:COLUMN=VALUE,COLUMN=VALUE. An approval lapses when it changes.

        EXAMPLES
          scout actions propose --type notify --decision "Tell the buyers" --payload '{"brand": "Alaska"}'
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions

    @Option(help: "The type of action, as the policy names it.") var type: String
    @Option(help: "What is to be done, in a sentence.") var decision: String
    @Option(help: ArgumentHelp("Details, a JSON object.", valueName: "json")) var payload = "{}"
    @Option(help: ArgumentHelp("What it may cost, in pesos.", valueName: "pesos")) var amount: String?
    @Option(help: "Why it should help.") var hypothesis: String?
    @Option(help: "The monitor that it answers.") var monitor: String?
    @Option(help: ArgumentHelp("When its outcome is checked.", valueName: "interval")) var verifyAfter = "7 days"
    @Option(
      help: ArgumentHelp(
        "What it is to reach: {\"kpi\": \"net_amount\", \"delta\": 0.1, \"window\": 7}.", valueName: "json"))
    var success: String?
    @Option(help: ArgumentHelp("A row that it rests on.", valueName: "row")) var evidence: [String] = []
    @Option(help: ArgumentHelp("The same key is the same proposal.", valueName: "text")) var key: String?
    @Option(help: ArgumentHelp("What led to it, such as monitor_events:ID.", valueName: "reference"))
    var cause: [String] = []

    func validate() throws {
      _ = try rows()
      _ = try amount.map(centavos)
    }

    private func rows() throws -> [Evidence] {
      try evidence.map { text in
        guard let evidence = Evidence(text) else {
          throw ValidationError("--evidence: \"\(text)\" is no RELATION:COLUMN=VALUE,…")
        }
        return evidence
      }
    }

    func run() throws {
      let scout = try global.open()
      let proposal = Proposal(
        agent: actor.principal, monitor: monitor, hypothesis: hypothesis, decision: decision, actionType: type,
        payload: payload, amount: try amount.map(centavos), verifyAfter: try Interval(verifyAfter),
        successCriteria: success, evidence: try rows(), idempotencyKey: key, causes: cause)
      let action = try scout.changeActions { try $0.propose(proposal) }
      [action].table(try scout.timeZone()).show(as: output.format)
    }
  }

  struct Approve: Deciding {
    static let configuration = decision("Approve a proposal.", "approve")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String

    func change(_ actions: ActionLedger) throws -> Action { try actions.approve(id, by: actor.principal) }
  }

  struct Reject: Deciding {
    static let configuration = decision("Reject a proposal, or take an approval back.", "reject")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String
    @Option(help: "Why.") var reason = "rejected"

    func change(_ actions: ActionLedger) throws -> Action {
      try actions.reject(id, by: actor.principal, reason: reason)
    }
  }

  struct Start: ParsableCommand {
    static let configuration = decision("Note that an approved action was started.", "start")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String

    func run() throws {
      let scout = try global.open()
      if let lapsed = try scout.changeActions({ try $0.lapse(id) }) { throw lapsed }
      let action = try scout.changeActions { try $0.start(id, by: actor.principal) }
      [action].table(try scout.timeZone()).show(as: output.format)
    }
  }

  struct Succeed: Deciding {
    static let configuration = decision("Note that a started action succeeded.", "succeed")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String
    @Option(help: ArgumentHelp("What came of it.", valueName: "json")) var result: String?
    @Option(help: ArgumentHelp("What it really cost.", valueName: "pesos")) var amount: String?

    func change(_ actions: ActionLedger) throws -> Action {
      try actions.succeed(id, by: actor.principal, result: result, amount: try amount.map(centavos))
    }
  }

  struct Fail: Deciding {
    static let configuration = decision("Note that a started action failed.", "fail")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String
    @Option(help: "Why.") var reason = "failed"

    func change(_ actions: ActionLedger) throws -> Action {
      try actions.fail(id, by: actor.principal, error: reason)
    }
  }

  struct Rollback: Deciding {
    static let configuration = decision("Propose to undo an action.", "rollback")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String
    @Option(help: "Why.") var reason = "asked for"

    func change(_ actions: ActionLedger) throws -> Action {
      try actions.rollBack(id, by: actor.principal, reason: reason)
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let the executor of its type do an approved action.",
      discussion: """
        push_feed, create_insight and notify write a feed item, enqueue_sku_job a job; any other type writes a JSON file
        into --outbox for another system to pick up. The exit code is 1 when it failed.

        EXAMPLES
          scout actions run 2f1c5f0e-8a53-4a6b-9a39-7d1f0b6f5c11 --outbox outbox
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The action's id.") var id: String
    @Option(help: ArgumentHelp("Where other types of action are written.", valueName: "folder")) var outbox: String?
    @Option(help: "After so many seconds it counts as failed.") var timeout = 60

    func validate() throws {
      guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout is 1 to 86400 seconds") }
    }

    func run() async throws {
      let scout = try global.open()
      let zone = try scout.timeZone()
      switch try await scout.execute(
        action: id, by: actor.principal, outbox: outbox, timeout: .seconds(timeout))
      {
      case .succeeded(let action): [action].table(zone).show(as: output.format)
      case .failed(let action, let reason):
        [action].table(zone).show(as: output.format)
        Console.err("scout: action \(action.id) failed: \(reason)\n")
        throw Failure.Reported(status: .notFine)
      }
    }
  }
}

extension ActionState: ExpressibleByArgument {}

/// A command that takes one step of one action and shows it.
protocol Deciding: ParsableCommand {
  var global: GlobalOptions { get }
  var output: FormatOptions { get }
  func change(_ actions: ActionLedger) throws -> Action
}

extension Deciding {
  mutating func run() throws {
    let scout = try global.open()
    let action = try scout.changeActions(change)
    [action].table(try scout.timeZone()).show(as: output.format)
  }
}

private func decision(_ abstract: String, _ verb: String) -> CommandConfiguration {
  CommandConfiguration(
    abstract: abstract,
    discussion: """
      EXAMPLES
        scout actions \(verb) 2f1c5f0e-8a53-4a6b-9a39-7d1f0b6f5c11 --as Ana --acting-role category_manager
      """)
}

/// Pesos as centavos.
private func centavos(_ text: String) throws -> Int64 {
  guard let number = try? Numeric(text), let centavos = number.scaledInteger(scale: 2), centavos >= 0 else {
    throw ValidationError("--amount: \"\(text)\" is no amount of pesos")
  }
  return centavos
}

extension [Action] {
  func table(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("proposed_at", type: "timestamp with time zone"), Table.Column("state", type: "text"),
        Table.Column("approval_status", type: "text"), Table.Column("status", type: "text"),
        Table.Column("action_type", type: "text"), Table.Column("decision", type: "text"),
        Table.Column("agent", type: "text"), Table.Column("amount", type: "numeric"), Table.Column("id", type: "uuid"),
      ],
      rows: map { action in
        [
          action.proposedAt.text(in: zone), action.state.rawValue, action.approvalStatus, action.status,
          action.actionType, action.decision, action.agent,
          action.amount.map { Numeric(scaled: $0, scale: 2).description }, action.id,
        ]
      })
  }
}

extension Trail {
  /// One row per step, the causes above the subject and the effects below it.
  func table(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("distance", type: "integer"), Table.Column("time", type: "timestamp with time zone"),
        Table.Column("what", type: "text"), Table.Column("reference", type: "text"),
      ],
      rows: steps.map { [String($0.distance), $0.time.text(in: zone), $0.summary, $0.reference.description] })
  }
}
