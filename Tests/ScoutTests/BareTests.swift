import Foundation
import Scout
import ScoutTestSupport
import Testing

/// A bare database is production's schema: for fixtures, and for queries on exactly those rows.
@Suite struct BareTests {
  private static let corpus = Repository.folder + "/Tests/ScoutStorageTests/Fixtures/conformance/"

  private func corpus(_ name: String) throws -> String {
    try String(contentsOfFile: Self.corpus + name, encoding: .utf8)
  }

  private func makeBare() throws -> Scout {
    try Scout.createBare(at: nil, secret: "test", configuration: Scout.Configuration(clock: .fixed(sampleEnd)))
  }

  private struct Declared: Hashable {
    var name: String
    var type: String
    var isNotNull: Bool
    var defaultExpression: String?
  }

  /// The tables that production declares.
  private func declaredTables() throws -> [(name: String, columns: [Declared])] {
    let sql = try corpus("schema.sql")
    return try Parser.parse(sql).compactMap { statement in
      guard case .createTable(let table) = statement.kind else { return nil }
      let columns = try table.columns.map { column in
        let isKey = (table.constraints + column.constraints).contains { constraint in
          if case .primaryKey(let names) = constraint.kind {
            names.contains { $0.name == column.name.name }
          } else {
            false
          }
        }
        return Declared(
          name: column.name.name, type: try SQLType(column.type).declaration,
          isNotNull: column.isNotNull || isKey || column.generated != nil,
          defaultExpression: column.defaultValue.map { value in
            String(decoding: Array(sql.utf8)[value.range.start..<value.range.end], as: UTF8.self)
          })
      }
      return (table.name.parts.map(\.name).joined(separator: "."), columns)
    }
  }

  @Test func `every relation of production is there with its columns, types and defaults`() throws {
    let scout = try makeBare()
    let tables = try declaredTables()
    #expect(tables.count == 34)
    for (name, columns) in tables {
      let relation = try #require(try scout.database.relation(name), "\(name)")
      #expect(relation.kind == .table)
      let found = relation.columns.map {
        Declared(
          name: $0.name, type: $0.type.declaration, isNotNull: $0.isNotNull, defaultExpression: $0.defaultExpression)
      }
      // The engine's own columns follow production's.
      #expect(Array(found.prefix(columns.count)) == columns, "\(name)")
      #expect(try scout.query("select * from \(name)").rows.isEmpty, "\(name)")
    }
  }

  @Test func `a normal database has the same stored relations`() throws {
    let scout = try Scout.make()
    for (name, columns) in try declaredTables() where !name.contains(".gold_") && !name.contains(".platinum_") {
      let relation = try #require(try scout.database.relation(name), "\(name)")
      #expect(relation.columns.prefix(columns.count).map(\.name) == columns.map(\.name), "\(name)")
    }
  }

  @Test func `a fixture loads, queries see its rows, and nothing refreshes them`() throws {
    let scout = try makeBare()
    var inserted = 0
    try scout.run(try corpus("fixture.sql")) { inserted += $0.rowCount }
    let counts = """
      select (select count(*) from scout.gold_sales_15min), (select count(*) from scout.silver_line_items),
        (select count(*) from scout.platinum_monitors), (select count(*) from deep_research.sku_jobs)
      """
    let before = try scout.query(counts).texts
    #expect(before == [["2025", "370", "8", "73"]])
    #expect(inserted > 4000)
    #expect(try scout.refresh(isFull: true).models.isEmpty)
    #expect(try scout.query(counts).texts == before)
    #expect(try scout.isBare())
  }
}
