import Foundation
import PostgresDialect
import ScoutStorage

/// One statement of the conformance corpus, with what a real PostgreSQL 15 answered.
struct ConformanceCase: Decodable {
  struct Column: Decodable, Equatable {
    var name: String
    var type: String
  }

  struct Failure: Decodable { var sqlstate: String }

  /// A query that shows what the statement did.
  struct Check: Decodable {
    var sql: String
    var columns: [Column]
    var rows: [[String?]]
    var ordered: Bool
    var error: Failure?
  }

  var columns: [Column]
  var rows: [[String?]]
  var ordered: Bool
  var error: Failure?
  var setup: String?
  var check: Check?
  /// Further columns that the engine adds to a relation are ignored.
  var star: Bool?
  /// Only these columns' sequence is fixed by the ORDER BY.
  var order_columns: [Int]?
  /// Random identifiers: only null or not counts.
  var volatile_columns: [Int]?
  /// PostgreSQL sorted by the rules of English, the dialect sorts by bytes.
  var collation_sensitive: Bool?
}

enum Conformance {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/conformance")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// The names of all cases, as `features/strings/004-like`.
  static func names() throws -> [String] {
    guard let found = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    return found.compactMap { $0 as? String }.filter { $0.hasSuffix(".expected.json") }
      .map { String($0.dropLast(".expected.json".count)) }.sorted()
  }

  static func load(_ name: String) throws -> (sql: String, expected: ConformanceCase) {
    let data = try Data(contentsOf: folder.appendingPathComponent(name + ".expected.json"))
    return (try text(name + ".sql"), try JSONDecoder().decode(ConformanceCase.self, from: data))
  }

  /// A database in memory with the corpus's tables and rows.
  static func database() throws -> Database {
    let now = try Timestamp("2025-08-23 09:00:00+00")
    let database = try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(now), identifiers: .seeded(1)))
    let schema = try text("schema.sql")
    try database.write { connection in
      // The engine's own tables of these names have further columns and stricter checks.
      // The youngest first: they may refer to older ones.
      let tables = "select schema || '.' || name from \"engine.relations\" where kind = 'table' order by rowid desc"
      for row in try connection.rows(tables) {
        try connection.run("drop table " + SQLitePrinter.quoted(row[0].text ?? ""))
      }
      for table in [
        "columns", "relations", "constraints", "indexes", "index_keys", "sequences", "routines", "triggers",
      ] {
        try connection.run("delete from \"engine.\(table)\"")
      }
      for statement in try Parser.parse(schema) {
        do {
          _ = try connection.execute(statement, sql: schema)
        } catch let error as SQLError where error.state == .duplicateSchema {
          // The engine's own migrations have made it.
        }
      }
      try connection.execute(try text("fixture.sql"))
    }
    return database
  }
}

/// How a case came out.
enum ConformanceOutcome: Equatable {
  case pass
  /// With SQLSTATE 0A000 and the reason.
  case refused(String)
  case wrong(String)
}

/// Ends a transaction without keeping anything.
private struct Rollback: Error {}

extension ConformanceCase {
  /// Runs the case on a database that is afterwards as it was before.
  func outcome(_ sql: String, on database: Database) -> ConformanceOutcome {
    var outcome = ConformanceOutcome.wrong("it did not run")
    do {
      try database.write { connection in
        outcome = run(sql, connection)
        throw Rollback()
      }
    } catch is Rollback {
    } catch {
      return .wrong("\(error)")
    }
    return outcome
  }

  private func run(_ sql: String, _ connection: Connection) -> ConformanceOutcome {
    var isSetUp = false
    var expected = error
    do {
      if let setup { try connection.execute(setup) }
      isSetUp = true
      let result = try connection.execute(sql)
      if let error { return .wrong("it succeeds, PostgreSQL raises \(error.sqlstate)") }
      if let problem = difference(result) { return .wrong(problem) }
      guard let check else { return .pass }
      expected = check.error
      let shown = try connection.execute(check.sql)
      if let expected { return .wrong("after it: it succeeds, PostgreSQL raises \(expected.sqlstate)") }
      return Self.difference(
        shown, columns: check.columns, rows: check.rows, ordered: check.ordered, collation_sensitive ?? false
      ).map { .wrong("after it: \($0)") } ?? .pass
    } catch let failure as SQLError {
      if isSetUp, let expected, failure.state.rawValue == expected.sqlstate { return .pass }
      if failure.state == .featureNotSupported { return .refused(failure.message) }
      return .wrong("\(failure), where PostgreSQL \(expected.map { "raises \($0.sqlstate)" } ?? "succeeds")")
    } catch {
      return .wrong("\(error)")
    }
  }

  private func difference(_ result: QueryResult) -> String? {
    var result = result
    var expected = rows
    if star == true {
      // Columns of our own are left out.
      let kept = columns.compactMap { column in result.columns.firstIndex { $0.name == column.name } }
      result.columns = kept.map { result.columns[$0] }
      result.rows = result.rows.map { row in kept.map { row[$0] } }
    }
    for index in volatile_columns ?? [] where index < result.columns.count {
      for row in result.rows.indices where !result.rows[row][index].isNull {
        result.rows[row][index] = .text("<volatile>")
        result.columns[index].type = .text
      }
      for row in expected.indices where expected[row][index] != nil { expected[row][index] = "<volatile>" }
    }
    let volatileColumns = Set(volatile_columns ?? [])
    var wanted = columns
    for index in volatileColumns where index < wanted.count { wanted[index].type = "text" }
    return Self.difference(
      result, columns: wanted, rows: expected, ordered: ordered && order_columns == nil, collation_sensitive ?? false)
      ?? order_columns.flatMap { keys in
        let sequence = { (rows: [[String?]]) in rows.map { row in keys.map { row[$0] } } }
        return collation_sensitive == true || sequence(result.texts) == sequence(expected)
          ? nil : "the rows come in another order"
      }
  }

  private static func difference(
    _ result: QueryResult, columns: [Column], rows: [[String?]], ordered: Bool, _ isCollationSensitive: Bool
  ) -> String? {
    let names = result.columns.map(\.name)
    if names != columns.map(\.name) { return "columns \(names), PostgreSQL has \(columns.map(\.name))" }
    let types = result.columns.map(\.type.displayName)
    if !columns.isEmpty && types != columns.map(\.type) {
      return "types \(types), PostgreSQL has \(columns.map(\.type))"
    }
    var left = result.texts
    var right = rows
    if !ordered || isCollationSensitive {
      let key = { (row: [String?]) in row.map { $0.map { "=" + $0 } ?? "" }.joined(separator: "\u{1}") }
      left.sort { key($0) < key($1) }
      right.sort { key($0) < key($1) }
    }
    if left.count != right.count { return "\(left.count) rows, PostgreSQL gives \(right.count)" }
    for (a, b) in zip(left, right) where a != b { return "row \(a), PostgreSQL gives \(b)" }
    return nil
  }
}
