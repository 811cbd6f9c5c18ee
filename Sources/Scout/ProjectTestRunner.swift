import PostgresDialect
import ScoutPipeline
import ScoutStorage
import ScoutYAML

/// Runs the tests of a project, each in a database of its own in memory.
public struct ProjectTestRunner: Sendable {
  public var project: Project
  /// The time at which a test stands that names none.
  public static let standardNow = Timestamp(microseconds: 1_735_689_600_000_000)

  public init(_ project: Project) { self.project = project }

  /// Runs every test, or those whose name contains a text.
  ///
  /// - Throws: An error with its place when a definition or a test's file is wrong: nothing runs then.
  public func run(only text: String? = nil) async throws -> ProjectTestReport {
    _ = try Definitions(project: project)
    let tests = try project.tests.flatMap { try ProjectTest.read($0.text, file: $0.label) }
    var report = ProjectTestReport(items: [])
    for test in tests where text.map({ test.name.contains($0) }) ?? true {
      var outcome: ProjectTestReport.Outcome
      do {
        let differences = try await run(test)
        outcome = differences.isEmpty ? .passed : .failed(differences)
      } catch let error as DefinitionError { throw error } catch let error as YAMLFileError { throw error } catch {
        outcome = .broken("\(error)")
      }
      report.items.append(
        ProjectTestReport.Item(name: test.name, file: test.file, line: test.line, outcome: outcome))
    }
    return report
  }

  private struct Broken: Error, CustomStringConvertible {
    var description: String
  }

  private func run(_ test: ProjectTest) async throws -> [String] {
    var configuration = Scout.Configuration(clock: .fixed(test.now ?? Self.standardNow))
    configuration.project = project
    let scout = try Scout.create(
      at: nil, timeZone: project.timeZone ?? "Asia/Manila", secret: "test", configuration: configuration)
    let given = Set(test.relations.map(\.name))
    try replaceModels(given, in: scout)
    for (name, rows) in test.relations { try insert(rows, into: name, scout) }
    if !test.transactions.isEmpty {
      let lines = test.transactions.joined(separator: "\n") + "\n"
      _ = try await scout.ingest(.text(lines, name: "given.jsonl"), options: Scout.IngestOptions(format: .jsonLines))
      let refused = try scout.query("select line_no, reason from scout.bronze_rejects order by line_no limit 1").texts
      if let row = refused.first {
        throw Broken(description: "transaction \(row[0] ?? "") of given is refused: \(row[1] ?? "")")
      }
    }
    let models = try scout.models().models.filter { !given.contains($0.qualifiedName) }
    _ = try scout.refresher(try ModelGraph(models)).run()
    switch test.subject {
    case .query(let sql):
      let result = try scout.query(sql)
      return try compare(
        result.texts, result.columns, test.expected, isOrdered: Self.isOrdered(sql), scout)
    case .monitor(let name): return try compare(monitor: name, test.expected, scout)
    }
  }

  private static func isOrdered(_ sql: String) -> Bool {
    guard let statement = try? Parser.parseStatement(sql), case .query(let query) = statement.kind else { return true }
    return !query.orderBy.isEmpty
  }

  // MARK: Given

  /// Relations with given rows are plain tables: no model computes them.
  private func replaceModels(_ given: Set<String>, in scout: Scout) throws {
    try scout.database.write { connection in
      for name in given.sorted() {
        guard let relation = try connection.relation(name), relation.kind == .materializedView else { continue }
        let columns = relation.columns.map { "\(SQLType.quotedIdentifier($0.name)) \($0.type.declaration)" }
        try connection.dropDerivedTable(relation)
        try connection.execute(
          "create table \(SQLType.quotedIdentifier(relation.schema)).\(SQLType.quotedIdentifier(relation.name)) "
            + "(\(columns.joined(separator: ", ")))")
      }
    }
  }

  private func insert(_ rows: [ProjectTest.Row], into name: String, _ scout: Scout) throws {
    let parts = name.split(separator: ".").map { SQLType.quotedIdentifier(String($0)) }
    for row in rows {
      let columns = row.map { SQLType.quotedIdentifier($0.column) }.joined(separator: ", ")
      let values = row.map { Self.literal($0.value) }.joined(separator: ", ")
      try scout.run("insert into \(parts.joined(separator: ".")) (\(columns)) values (\(values))") { _ in }
    }
  }

  private static func literal(_ text: String?) -> String {
    guard let text else { return "null" }
    return "'" + text.replacing("'", with: "''") + "'"
  }

  // MARK: Expect

  private func compare(
    _ rows: [[String?]], _ columns: [ResultColumn], _ expected: [ProjectTest.Row], isOrdered: Bool, _ scout: Scout
  ) throws -> [String] {
    let names = columns.map(\.name)
    var wanted: [[String?]] = []
    for (number, row) in expected.enumerated() {
      if let other = row.first(where: { !names.contains($0.column) }) {
        return [
          "row \(number + 1) of expect: the query has no column \"\(other.column)\", but \(names.joined(separator: ", "))"
        ]
      }
      if let missing = names.first(where: { name in !row.contains { $0.column == name } }) {
        return ["row \(number + 1) of expect says nothing about the column \"\(missing)\""]
      }
      // As the query would show these values.
      let items = columns.map { column in
        let value = row.first { $0.column == column.name }?.value ?? nil
        return "\(Self.literal(value))::\(column.type.declaration)"
      }
      wanted.append(try scout.query("select " + items.joined(separator: ", ")).texts.first ?? [])
    }
    let isNumber = columns.map { $0.type.base == .numeric && !$0.type.isArray }
    func canonical(_ row: [String?]) -> [String] {
      row.enumerated().map { index, value in
        guard let value else { return "null" }
        return isNumber[index] ? (try? Numeric(value))?.trimmed.description ?? value : value
      }
    }
    return Self.differences(rows.map(canonical), wanted.map(canonical), names, isOrdered: isOrdered)
  }

  private func compare(monitor name: String, _ expected: [ProjectTest.Row], _ scout: Scout) throws -> [String] {
    let known = try scout.monitors().map(\.name)
    guard known.contains(name) else { throw ScoutError.unknownMonitor(name, known: known) }
    let sweep = try scout.runMonitors(only: [name])
    if let failure = sweep.failures.first, case .failed(let error) = failure.outcome {
      throw Broken(description: "the monitor failed: \(error)")
    }
    let names = expected.reduce(into: [String]()) { names, row in
      for cell in row where !names.contains(cell.column) { names.append(cell.column) }
    }
    let items = names.isEmpty ? "r::text" : names.map { "r ->> \(Self.literal($0))" }.joined(separator: ", ")
    let rows = try scout.query(
      """
      select \(items) from scout.platinum_monitor_events e
      join scout.platinum_monitors m on m.id = e.monitor_id and m.name = \(Self.literal(name)),
      jsonb_array_elements(e.payload) r
      """
    ).texts
    func canonical(_ value: String?) -> String {
      guard let value else { return "null" }
      return (try? Numeric(value))?.trimmed.description ?? value
    }
    let wanted = expected.map { row in names.map { name in canonical(row.first { $0.column == name }?.value ?? nil) } }
    return Self.differences(rows.map { $0.map(canonical) }, wanted, names, isOrdered: false)
  }

  private static func differences(
    _ rows: [[String]], _ expected: [[String]], _ names: [String], isOrdered: Bool
  ) -> [String] {
    func line(_ row: [String]) -> String { zip(names, row).map { "\($0): \($1)" }.joined(separator: ", ") }
    if rows == expected { return [] }
    var (surplus, missing) = (rows, expected)
    for row in expected {
      if let index = surplus.firstIndex(of: row), let other = missing.firstIndex(of: row) {
        surplus.remove(at: index)
        missing.remove(at: other)
      }
    }
    if surplus.isEmpty && missing.isEmpty {
      return isOrdered ? ["the rows come in another order: " + rows.map { "{\(line($0))}" }.joined(separator: " ")] : []
    }
    return missing.map { "- {\(line($0))}" } + surplus.map { "+ {\(line($0))}" }
  }
}
