import PostgresDialect
import ScoutStorage

/// The result of a refresh.
public struct RefreshReport: Sendable {
  public struct Model: Sendable {
    public var relation: String
    /// Why it was computed, or that nothing had changed.
    public var reason: String
    public var isRefreshed: Bool
    public var rows: Int
    public var duration: Duration
  }

  public var models: [Model]
}

/// Which models are up to date.
enum ModelStates {
  /// Notes that silver has changed.
  static func advanceInput(_ connection: Connection) throws {
    try connection.run(
      """
      insert into "engine.settings" (name, value) values ('silver_version', '1')
      on conflict (name) do update set value = cast(cast(value as integer) + 1 as text)
      """)
  }

  static func inputVersion(_ connection: Connection) throws -> String {
    try connection.value("select value from \"engine.settings\" where name = 'silver_version'").text ?? "0"
  }
}

/// Computes gold from silver.
///
/// A model is computed anew when silver or its definition has changed since its last refresh, and everything happens
/// in one transaction: readers see all of the old or all of the new.
public struct Refresh: Sendable {
  public var database: Database
  public var graph: ModelGraph
  /// Measures durations; injected like the clock.
  public var stopwatch: @Sendable () -> Duration

  public init(database: Database, graph: ModelGraph, stopwatch: @escaping @Sendable () -> Duration) {
    self.database = database
    self.graph = graph
    self.stopwatch = stopwatch
  }

  /// Notes that a relation that models read was written by other means than ingestion.
  public static func noteInputChange(_ connection: Connection) throws { try ModelStates.advanceInput(connection) }

  /// Creates the tables of models that have none yet, and again of those whose columns changed.
  public func prepare() throws {
    try database.write(isDurable: true) { connection in
      for model in graph.models { try prepare(model, connection) }
    }
  }

  private func prepare(_ model: ModelDefinition, _ connection: Connection) throws {
    let existing = try connection.relation(model.qualifiedName)
    if let existing {
      guard existing.kind == .materializedView else {
        throw DefinitionError(
          path: model.path, message: "\(model.qualifiedName) exists already as a \(existing.kind.rawValue)")
      }
      if existing == model.relation { return }
      try connection.dropDerivedTable(existing)
    }
    try connection.createDerivedTable(model.relation)
    try connection.run("delete from \"engine.settings\" where name = ?1", [.text(stateKey(model))])
  }

  /// Brings every model up to date.
  ///
  /// - Parameter isFull: Also computes what has not changed.
  public func run(isFull: Bool = false) throws -> RefreshReport {
    try database.write { connection in
      var report = RefreshReport(models: [])
      let input = try ModelStates.inputVersion(connection)
      for model in graph.models {
        try prepare(model, connection)
        report.models.append(try refresh(model, input: input, isFull: isFull, connection))
      }
      return report
    }
  }

  private func stateKey(_ model: ModelDefinition) -> String { "model:\(model.qualifiedName)" }

  private func refresh(_ model: ModelDefinition, input: String, isFull: Bool, _ connection: Connection) throws
    -> RefreshReport.Model
  {
    let state = "\(input) \(Digests.payloadHash(Array(model.sql.utf8)))"
    let known = try connection.value(
      "select value from \"engine.settings\" where name = ?1", [.text(stateKey(model))]
    ).text
    if known == state && !isFull {
      return RefreshReport.Model(
        relation: model.qualifiedName, reason: "nothing has changed", isRefreshed: false, rows: 0, duration: .zero)
    }
    let reason =
      isFull
      ? "asked for"
      : known == nil
        ? "first time"
        : known?.hasPrefix(input + " ") == true
          ? "its definition changed" : "silver changed"
    let start = stopwatch()
    let rows = try compute(model, connection)
    let duration = stopwatch() - start
    try connection.run(
      """
      insert into "engine.settings" (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value
      """, [.text(stateKey(model)), .text(state)])
    try connection.run(
      """
      insert into "scout.refresh_runs" (relation, reason, started_at, rows_written, groups_touched, milliseconds)
      values (?1, ?2, ?3, ?4, ?4, ?5)
      """,
      [
        .text(model.qualifiedName), .text(reason), SQLValue(connection.now), .integer(Int64(rows)),
        .real(duration / .milliseconds(1)),
      ])
    return RefreshReport.Model(
      relation: model.qualifiedName, reason: reason, isRefreshed: true, rows: rows, duration: duration)
  }

  private func compute(_ model: ModelDefinition, _ connection: Connection) throws -> Int {
    let compiled: CompiledStatement
    do {
      compiled = try connection.compiler().compileInsert(into: model.relation, query: model.query)
    } catch let error as SQLError {
      throw DefinitionError(error, in: model.sql, path: model.path)
    }
    try connection.run("delete from " + SQLitePrinter.quoted(model.relation.storageName))
    do {
      return try connection.execute(compiled).rowCount
    } catch let error as SQLError where error.state == .uniqueViolation || error.state == .notNullViolation {
      throw DefinitionError(
        path: model.path,
        message: "the rows are not unique by the grain (\(model.grain.joined(separator: ", "))): \(error.message)")
    }
  }
}
