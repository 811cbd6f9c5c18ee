import ScoutContracts
import ScoutPipeline
import ScoutStorage

/// Keeps a model that violates a blocking contract from being published.
struct PublishingGate {
  let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// Why the version that was just computed must not be seen; nil when it may.
  ///
  /// A contract that cannot be checked is no reason to trust the rows: it holds them back too.
  func failure(of relation: String) throws -> String? {
    let runner = ContractRunner(connection)
    for contract in try ContractStore(connection).blocking(on: relation) {
      switch runner.check(contract).outcome {
      case .kept, .violated(_, .warn, _), .violated(_, .info, _): break
      case .violated(let rows, .error, _):
        return "the new one violates \(contract.label) in \(rows) \(rows == 1 ? "row" : "rows")"
      case .failed(let reason): return "\(contract.label) cannot be checked: \(reason)"
      }
    }
    return nil
  }

  /// Tells the feed of models that are held back since this refresh, and of those that are published again.
  func tell(_ report: RefreshReport) throws {
    let name = "held_models"
    let known = try connection.value("select value from \"engine.settings\" where name = ?1", [.text(name)]).text ?? ""
    let before = Set(known.split(separator: "\n").map(String.init))
    let held = report.held.map(\.relation)
    // A model that is held back stays so until a refresh has computed it.
    let released = report.models.filter { $0.isRefreshed && before.contains($0.relation) }.map(\.relation)
    for model in report.held where !before.contains(model.relation) {
      try push("error", "\(model.relation) was not published", model.reason)
    }
    for relation in released { try push("success", "\(relation) is published again", nil) }
    let now = before.union(held).subtracting(released).sorted().joined(separator: "\n")
    guard now != known else { return }
    try connection.run(
      """
      insert into "engine.settings" (name, value) values (?1, ?2)
      on conflict (name) do update set value = excluded.value
      """, [.text(name), .text(now)])
  }

  private func push(_ severity: String, _ title: String, _ description: String?) throws {
    try connection.run(
      """
      insert into "scout.agent_feed" (id, created_at, severity, source, title, description, payload, related_ids, status)
      values (?1, ?2, ?3, 'refresh', ?4, ?5, '{}', '[]', 'new')
      """,
      [
        .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(severity), .text(title),
        SQLValue(description),
      ])
  }
}
