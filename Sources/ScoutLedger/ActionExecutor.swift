import FoundationEssentials
import PostgresDialect
import ScoutStorage

/// Does what an approved action asks for.
public protocol ActionExecutor: Sendable {
  /// The action types that it does.
  var actionTypes: [String] { get }
  /// - Returns: What came of it, as a JSON value, for the entry.
  func execute(_ action: Action, on database: Database) async throws -> String
}

/// Writes an item into the agent feed: `push_feed`, `create_insight`, `notify`.
public struct FeedExecutor: ActionExecutor {
  public let actionTypes = ["push_feed", "create_insight", "notify"]

  public init() {}

  public func execute(_ action: Action, on database: Database) async throws -> String {
    let id = try database.write(isDurable: true) { connection in
      try connection.value(
        """
        insert into "scout.agent_feed" (
          id, created_at, severity, source, title, description, payload, related_ids, status
        ) values (?1, ?2, 'info', 'action', ?3, ?4, ?5, ?6, 'new') returning id
        """,
        [
          .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(action.decision),
          SQLValue(action.hypothesis), .text(action.payload),
          .text(try JSONText.normalized("[\"actions:\(action.id)\"]")),
        ]
      ).text
    }
    return "{\"feed\": \(JSONEscape.quoted(id ?? ""))}"
  }
}

/// Enqueues a SKU job with the action's payload: `enqueue_sku_job`.
public struct SKUJobExecutor: ActionExecutor {
  public let actionTypes = ["enqueue_sku_job"]

  public init() {}

  public func execute(_ action: Action, on database: Database) async throws -> String {
    let id = try database.write(isDurable: true) { connection in
      try connection.value(
        """
        insert into "deep_research.sku_jobs" (
          id, created_at, scheduled_for, status, priority, task_type, task_payload, attempts
        ) values (?1, ?2, ?2, 'queued', 100, 'brand_sku_scrape', ?3, 0) returning id
        """, [.text(connection.identifiers.uuid()), SQLValue(connection.now), .text(action.payload)]
      ).text
    }
    return "{\"sku_job\": \(JSONEscape.quoted(id ?? ""))}"
  }
}

/// Writes the action as a JSON file for another system to pick up: every type that nobody else does.
///
/// The file is named after the action and appears whole: it is written under another name first.
public struct FileExecutor: ActionExecutor {
  public let actionTypes = ["*"]
  public let folder: String

  public init(folder: String) { self.folder = folder }

  public func execute(_ action: Action, on database: Database) async throws -> String {
    var object = JSONObjectText()
    object.set("id", action.id)
    object.set("action_type", action.actionType)
    object.set("agent", action.agent)
    object.set("decision", action.decision)
    object.set("action_payload", raw: action.payload)
    object.set("amount", action.amount)
    let path = "\(folder)/\(action.id).json"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data((object.text + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
    return "{\"file\": \(JSONEscape.quoted(path))}"
  }
}

/// How an execution ended.
public enum ExecutionResult: Hashable, Sendable {
  case succeeded(Action)
  case failed(Action, reason: String)
}

/// Starts an approved action, lets an executor do it, and enters what came of it.
public struct ActionExecution: Sendable {
  public var database: Database
  public var policy: Policy
  public var zone: TimeZoneRules
  public var executors: [any ActionExecutor]
  /// After so long an execution counts as failed, whatever it does later.
  public var timeout: Duration

  public init(
    database: Database, policy: Policy, zone: TimeZoneRules, executors: [any ActionExecutor],
    timeout: Duration = .seconds(60)
  ) {
    self.database = database
    self.policy = policy
    self.zone = zone
    self.executors = executors
    self.timeout = timeout
  }

  struct TimedOut: Error {}

  /// - Throws: ``ActionError`` when it cannot start; an approval that has lapsed is entered as such first.
  public func run(_ id: String, by actor: Principal) async throws -> ExecutionResult {
    let action = try database.read { connection in
      try ledger(connection).checked(id, to: .started)
    }
    if let lapsed = try database.write(isDurable: true, { connection in try ledger(connection).lapse(id) }) {
      throw lapsed
    }
    guard
      let executor = executors.first(where: { $0.actionTypes.contains(action.actionType) })
        ?? executors.first(where: { $0.actionTypes.contains("*") })
    else { throw ActionError.invalid("no executor does actions of the type \(action.actionType)") }
    let started = try database.write(isDurable: true) { connection in try ledger(connection).start(id, by: actor) }
    do {
      let result = try await withTimeout { try await executor.execute(started, on: database) }
      return .succeeded(
        try database.write(isDurable: true) { connection in
          try ledger(connection).succeed(id, by: actor, result: result)
        })
    } catch {
      let reason = error is TimedOut ? "it did not end within \(timeout)" : "\(error)"
      return .failed(
        try database.write(isDurable: true) { connection in
          try ledger(connection).fail(id, by: actor, error: reason)
        }, reason: reason)
    }
  }

  private func ledger(_ connection: Connection) -> ActionLedger {
    ActionLedger(connection, policy: policy, zone: zone)
  }

  private func withTimeout(_ body: @escaping @Sendable () async throws -> String) async throws -> String {
    try await withThrowingTaskGroup(of: String.self) { group in
      group.addTask { try await body() }
      group.addTask { [timeout] in
        try await Task.sleep(for: timeout)
        throw TimedOut()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw TimedOut() }
      return first
    }
  }
}
