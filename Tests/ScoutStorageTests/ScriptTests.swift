import Foundation
import PostgresDialect
import ScoutStorage
import Testing

/// What a PostgreSQL 15 answered to the scripts of Tests/differential/scripts, statement by statement, replayed
/// without one.
@Suite struct ScriptTests {
  private struct Script: Decodable {
    var name: String
    var steps: [Step]
  }

  private struct Step: Decodable {
    var sql: String
    var tag: String?
    /// Name and type of each column.
    var columns: [String]?
    var rows: [[String?]]?
    var error: Failure?
  }

  private struct Failure: Decodable, Equatable {
    var sqlstate: String
    var message: String
    var detail: String?
    var hint: String?
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/scripts")

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
  }

  /// Statements that Scout refuses by name or answers otherwise, each with its reason behind a tab.
  private static func known() throws -> Set<String> {
    let text = try String(contentsOf: folder.appendingPathComponent("known.txt"), encoding: .utf8)
    return Set(text.split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) })
  }

  @Test func `recorded scripts give PostgreSQL's rows, tags and errors`() throws {
    let known = try Self.known()
    var met: Set<String> = []
    for name in try Self.names() {
      let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
      let session = try Self.session()
      for script in try JSONDecoder().decode([Script].self, from: data) {
        try session.run("drop schema if exists d cascade")
        try session.run("create schema d")
        for step in script.steps {
          guard let difference = difference(step, session) else { continue }
          met.insert(step.sql)
          if !known.contains(step.sql) { Issue.record("\(name), \(script.name): \(step.sql)\n  \(difference)") }
        }
        if session.status != .idle { try session.run("rollback") }
      }
    }
    #expect(known.subtracting(met).isEmpty, "these agree by now: strike them from known.txt")
  }

  private static func session() throws -> Session {
    let now = try Timestamp("2025-08-23 09:00:00+00")
    return try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(now), identifiers: .seeded(1))
    ).makeSession()
  }

  /// What Scout answers otherwise; nil when the answers agree.
  private func difference(_ step: Step, _ session: Session) -> String? {
    do {
      let result = try session.query(step.sql)
      if let error = step.error { return "succeeds, PostgreSQL raises \(error.sqlstate) \(error.message)" }
      if result.tag != step.tag { return "tag \(result.tag), PostgreSQL has \(step.tag ?? "none")" }
      let columns = result.columns.map { "\($0.name) \($0.type.displayName)" }
      if columns != step.columns ?? [] { return "columns \(columns), PostgreSQL has \(step.columns ?? [])" }
      if result.texts != step.rows ?? [] { return "rows \(result.texts), PostgreSQL has \(step.rows ?? [])" }
      return nil
    } catch let error as SQLError {
      guard let expected = step.error else { return "raises \(error.state.rawValue) \(error.message)" }
      let given = Failure(
        sqlstate: error.state.rawValue, message: error.message, detail: error.detail,
        // Scout names the nearest name where PostgreSQL gives no hint.
        hint: expected.hint == nil ? nil : error.hint)
      return comparable(given) == comparable(expected) ? nil : "raises \(given), PostgreSQL raises \(expected)"
    } catch {
      return "fails: \(error)"
    }
  }

  /// Without what Scout tells otherwise: the row or key that a constraint refused, and the order of dependents.
  private func comparable(_ failure: Failure) -> Failure {
    var failure = failure
    // SQLite does not tell which foreign key it is.
    if failure.sqlstate == "23503" { failure.message = "a foreign key is violated" }
    if let detail = failure.detail {
      let isRow = detail.hasPrefix("Failing row contains") || detail.hasPrefix("Key (")
      failure.detail = isRow ? nil : detail.split(separator: "\n").sorted().joined(separator: "\n")
    }
    return failure
  }
}
