import PostgresDialect
import ScoutStorage

/// Computes gold from silver: what changed, and nothing else.
///
/// Everything happens in one transaction: readers see all of the old or all of the new, and a refresh that is killed
/// leaves no trace, so the next one does the work.
///
/// The law behind it: after any history the result equals ``RefreshOptions/isFull``'s, value for value.
public struct Refresh: Sendable {
  public var database: Database
  public var graph: ModelGraph
  /// Measures durations; injected like the clock.
  public var stopwatch: @Sendable () -> Duration
  /// Checks a model that was just computed; what it returns says why the previous version has to stay.
  public var gate: @Sendable (ModelDefinition, Connection) throws -> String?

  public init(
    database: Database, graph: ModelGraph, stopwatch: @escaping @Sendable () -> Duration,
    gate: @escaping @Sendable (ModelDefinition, Connection) throws -> String? = { _, _ in nil }
  ) {
    self.database = database
    self.graph = graph
    self.stopwatch = stopwatch
    self.gate = gate
  }

  /// Creates the tables of models that have none yet, and again of those whose columns changed.
  public func prepare() throws {
    try database.write(isDurable: true) { connection in try prepare(connection) }
  }

  /// ``prepare()`` in the transaction of a connection.
  public func prepare(_ connection: Connection) throws {
    for model in graph.models { try Self.prepare(model, connection) }
  }

  /// Lets the next refresh compute models from all rows.
  public func forget(_ models: [ModelDefinition], _ connection: Connection) throws {
    for model in models { try ModelStates.forget(model, connection) }
  }

  /// Compiles every model against the database's relations; their tables have to be there.
  ///
  /// - Throws: ``DefinitionError`` for the first that does not fit.
  public func check(_ connection: Connection) throws {
    for model in graph.models { _ = try model.derive(connection) }
  }

  static func prepare(_ model: ModelDefinition, _ connection: Connection) throws {
    if model.origin == .statement { return }
    let existing = try connection.relation(model.qualifiedName)
    if let existing {
      guard existing.kind == .materializedView else {
        throw DefinitionError(
          path: model.path, message: "\(model.qualifiedName) exists already as a \(existing.kind.rawValue)")
      }
      if existing == model.relation { return }
      if try ModelFloors.exists(model.qualifiedName, connection) {
        let obstacle = try ModelFloors.obstacle(model, connection) ?? "its columns changed"
        throw DefinitionError(path: model.path, message: obstacle)
      }
      try connection.dropDerivedTable(existing)
    }
    if try !connection.compiler().catalog.hasSchema(model.schema) {
      do { try connection.execute("create schema \(SQLType.quotedIdentifier(model.schema))") } catch let error
        as SQLError
      {
        throw DefinitionError(path: model.path, message: error.message + (error.detail.map { "; \($0)" } ?? ""))
      }
    }
    try connection.createDerivedTable(model.relation)
    try ModelStates.forget(model, connection)
  }

  /// Brings every model up to date.
  ///
  /// - Parameter isFull: Also computes what has not changed.
  public func run(isFull: Bool = false) throws -> RefreshReport { try run(RefreshOptions(isFull: isFull)) }

  /// Brings models up to date.
  ///
  /// - Throws: ``DefinitionError`` for a model that does not fit the database or is not unique by its grain; nothing
  ///   is changed then.
  public func run(_ options: RefreshOptions) throws -> RefreshReport {
    do {
      return try database.write { connection in
        let report = try run(options, on: connection)
        if options.isDryRun { throw DryRun(report: report) }
        return report
      }
    } catch let dryRun as DryRun {
      return dryRun.report
    }
  }

  /// ``run(_:)-(RefreshOptions)`` in the transaction of a connection, which has to undo a dry run.
  public func run(_ options: RefreshOptions, on connection: Connection) throws -> RefreshReport {
    try prepare(connection)
    var refresh = self
    refresh.graph = try graph.joined(connection)
    return try RefreshRun(refresh: refresh, options: options, connection: connection).run()
  }

  private struct DryRun: Error {
    var report: RefreshReport
  }
}

/// Which models are up to date, and with which definition.
enum ModelStates {
  /// Names the way in which states are kept; a new one computes every model anew.
  private static let version = "incremental-1"

  private static func key(_ model: ModelDefinition) -> String { "model:\(model.qualifiedName)" }

  private static func state(_ model: ModelDefinition) -> String {
    "\(version) \(Digests.payloadHash(Array(model.sql.utf8)))"
  }

  /// Whether the model was computed with today's definition; nil when it never was.
  static func isCurrent(_ model: ModelDefinition, _ connection: Connection) throws -> Bool? {
    try connection.value("select value from \"engine.settings\" where name = ?1", [.text(key(model))]).text
      .map { $0 == state(model) }
  }

  static func remember(_ model: ModelDefinition, _ connection: Connection) throws {
    try connection.run(
      """
      insert into "engine.settings" (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value
      """, [.text(key(model)), .text(state(model))])
  }

  /// Lets the next refresh compute the model from all rows.
  static func forget(_ model: ModelDefinition, _ connection: Connection) throws {
    try connection.run("delete from \"engine.settings\" where name = ?1", [.text(key(model))])
  }
}
