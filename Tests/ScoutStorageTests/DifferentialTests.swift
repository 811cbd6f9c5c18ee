import Foundation
import PostgresDialect
import ScoutStorage
import Testing

/// What a PostgreSQL 15 answered to the statements of Tests/differential/cases, replayed without one.
@Suite struct DifferentialTests {
  private struct Recorded: Decodable {
    var zone: String
    var sql: String
    var ordered: Bool
    var columns: [String]?
    var types: [String]?
    var rows: [[String?]]?
    var sqlstate: String?
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/differential")

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  private static func database(_ zone: String) throws -> Database {
    let now = try Timestamp("2025-08-23 09:00:00+00")
    let database = try Database(
      path: nil,
      configuration: Database.Configuration(
        clock: .fixed(now), identifiers: .seeded(1), timeZone: try TimeZoneRules(identifier: zone)))
    let setup = try text("setup.sql")
    try database.write { _ = try $0.execute(setup) }
    return database
  }

  @Test func `recorded statements give PostgreSQL's answers`() throws {
    let refused = Set(try Self.text("refused.txt").split(separator: "\n").map(String.init))
    var met: Set<String> = []
    var databases: [String: Database] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    where name.hasSuffix(".json") {
      let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
      for recorded in try JSONDecoder().decode([Recorded].self, from: data) {
        let database = try databases[recorded.zone] ?? Self.database(recorded.zone)
        databases[recorded.zone] = database
        do {
          let result = try answer(recorded.sql, database)
          #expect(recorded.sqlstate == nil, "\(recorded.sql) succeeds")
          #expect(result.columns.map(\.name) == recorded.columns, "\(recorded.sql)")
          #expect(result.columns.map(\.type.displayName) == recorded.types, "\(recorded.sql)")
          let rows = recorded.rows ?? []
          #expect(sorted(result.texts, recorded.ordered) == sorted(rows, recorded.ordered), "\(recorded.sql)")
        } catch let error as SQLError {
          if error.state == .featureNotSupported && recorded.sqlstate != "0A000" {
            met.insert(recorded.sql)
            #expect(refused.contains(recorded.sql), "refused: \(error.message): \(recorded.sql)")
          } else {
            #expect(error.state.rawValue == recorded.sqlstate, "\(recorded.sql): \(error)")
          }
        }
      }
    }
    #expect(refused.subtracting(met).isEmpty, "no longer refused: strike it from refused.txt")
  }

  /// Ends a transaction without keeping anything.
  private struct Rollback: Error {}

  /// The last statement's result; what the statements changed is undone.
  private func answer(_ sql: String, _ database: Database) throws -> QueryResult {
    var result: QueryResult?
    do {
      try database.write { connection in
        result = try connection.execute(sql)
        throw Rollback()
      }
    } catch is Rollback {}
    return try #require(result)
  }

  private func sorted(_ rows: [[String?]], _ isOrdered: Bool) -> [[String?]] {
    if isOrdered { return rows }
    let key = { (row: [String?]) in row.map { $0.map { "=" + $0 } ?? "" }.joined(separator: "\u{1}") }
    return rows.sorted { key($0) < key($1) }
  }
}
