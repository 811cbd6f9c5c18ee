import Foundation
import PostgresDialect
import ScoutStorage
import Testing

/// What a PostgreSQL 15 answered to the statements of Tests/differential/questions over the conformance corpus:
/// what analysts write, what dashboards and object mappers send, what tools ask the catalogs, and mistakes.
@Suite struct QuestionTests {
  private struct Question: Decodable {
    var sql: String
    var ordered: Bool
    /// Why Scout refuses it or answers otherwise.
    var known: String?
    var columns: [String]?
    var types: [String]?
    var rows: [[String?]]?
    var error: Failure?
  }

  private struct Failure: Decodable {
    var sqlstate: String
    var message: String
    var detail: String?
    var hint: String?
    /// Counted in characters from 1.
    var position: Int?
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/questions")

  @Test func `recorded questions get PostgreSQL's answers`() throws {
    let session = try Conformance.database().makeSession()
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    where name.hasSuffix(".json") {
      let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
      for question in try JSONDecoder().decode([Question].self, from: data) {
        let difference = try difference(question, session)
        if question.known != nil {
          #expect(difference != nil, "\(name): it agrees by now, strike its `known` line: \(question.sql)")
        } else if let difference {
          Issue.record("\(name): \(question.sql)\n  \(difference)")
        }
      }
    }
  }

  /// Runs the question in a transaction that is undone, and tells what is not as PostgreSQL has it.
  private func difference(_ question: Question, _ session: Session) throws -> String? {
    try session.run("begin")
    defer { session.close() }
    var last: QueryResult?
    do {
      try session.run(question.sql) { last = $0 }
    } catch let error as SQLError {
      return difference(error, question)
    }
    guard let result = last else { return "it has no result" }
    if let error = question.error { return "it succeeds, PostgreSQL raises \(error.sqlstate) \(error.message)" }
    if result.columns.map(\.name) != question.columns { return "columns are \(result.columns.map(\.name))" }
    let types = result.columns.map(\.type.displayName)
    if types != question.types { return "types are \(types), not \(question.types ?? [])" }
    let rows = comparable(result.texts, question)
    let expected = comparable(question.rows ?? [], question)
    if rows.count != expected.count { return "\(rows.count) rows, not \(expected.count)" }
    for (row, wanted) in zip(rows, expected) where !isSame(row, wanted, types) { return "\(row), not \(wanted)" }
    return nil
  }

  private func difference(_ error: SQLError, _ question: Question) -> String? {
    guard let wanted = question.error else { return "\(error)" }
    if error.state.rawValue != wanted.sqlstate || error.message != wanted.message {
      return "\(error), not \(wanted.sqlstate) \(wanted.message)"
    }
    let place = error.range.map {
      String(decoding: Array(question.sql.utf8.prefix($0.start)), as: UTF8.self).unicodeScalars.count + 1
    }
    // Scout may tell more than PostgreSQL, not less.
    if let detail = wanted.detail, error.detail != detail { return "detail \(error.detail ?? "none"), not \(detail)" }
    if let hint = wanted.hint, error.hint != hint { return "hint \(error.hint ?? "none"), not \(hint)" }
    if let position = wanted.position, place != position { return "place \(place ?? 0), not \(position)" }
    return nil
  }

  /// The rows without the numbers of users' objects, sorted where the question leaves their order open.
  private func comparable(_ rows: [[String?]], _ question: Question) -> [[String?]] {
    let types = question.types ?? []
    let rows = rows.map { row in
      zip(row, types).map { cell, type in
        type == "oid" && cell.flatMap(UInt32.init) ?? 0 >= 16384 ? "oid" : cell
      }
    }
    if question.ordered { return rows }
    let key = { (row: [String?]) in row.map { $0.map { "=" + $0 } ?? "" }.joined(separator: "\u{1}") }
    return rows.sorted { key($0) < key($1) }
  }

  /// Floats may differ in the last bit: their sums depend on the order of the rows.
  private func isSame(_ row: [String?], _ wanted: [String?], _ types: [String]) -> Bool {
    zip(zip(row, wanted), types).allSatisfy { cells, type in
      if cells.0 == cells.1 { return true }
      guard type == "double precision" || type == "real", let a = cells.0.flatMap(Double.init),
        let b = cells.1.flatMap(Double.init)
      else { return false }
      return abs(a - b) <= 1e-12 * max(abs(a), abs(b))
    }
  }
}
