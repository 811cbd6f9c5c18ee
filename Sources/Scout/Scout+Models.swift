import PostgresDialect
import ScoutPipeline
import ScoutStorage

/// A derived relation with its state.
public struct ModelState: Hashable, Sendable, Encodable {
  public struct Column: Hashable, Sendable, Encodable {
    public var name: String
    public var type: String
    public var description: String
  }

  public var relation: String
  public var kind: RelationGraph.Kind
  public var layer: String?
  public var description: String
  /// Where it is defined.
  public var path: String
  /// The columns that identify a row; empty when none are known to.
  public var grain: [String]
  public var columns: [Column]
  public var inputs: [String]
  /// The models that read it.
  public var readers: [String]
  /// Stored rows; nil when it has no table yet.
  public var rows: Int?
  /// When it last was computed.
  public var lastRun: RefreshRecord?

  enum CodingKeys: String, CodingKey {
    case relation, kind, layer, description, path, grain, columns, inputs, readers, rows
    case lastRun = "last_run"
  }
}

/// One computation of one model, as `scout.refresh_runs` keeps it.
public struct RefreshRecord: Hashable, Sendable, Encodable {
  /// The number of the refresh; models computed together share it.
  public var run: Int64
  /// incremental, selected or full.
  public var mode: String
  public var relation: String
  public var method: String
  public var reason: String
  public var startedAt: Timestamp
  public var finishedAt: Timestamp
  public var rowsRead: Int64
  public var rowsWritten: Int64
  public var groupsTouched: Int64
  public var milliseconds: Double

  enum CodingKeys: String, CodingKey {
    case run, mode, relation, method, reason, milliseconds
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case rowsRead = "rows_read"
    case rowsWritten = "rows_written"
    case groupsTouched = "groups_touched"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run, forKey: .run)
    try container.encode(mode, forKey: .mode)
    try container.encode(relation, forKey: .relation)
    try container.encode(method, forKey: .method)
    try container.encode(reason, forKey: .reason)
    try container.encode(startedAt.text(in: .utc), forKey: .startedAt)
    try container.encode(finishedAt.text(in: .utc), forKey: .finishedAt)
    try container.encode(rowsRead, forKey: .rowsRead)
    try container.encode(rowsWritten, forKey: .rowsWritten)
    try container.encode(groupsTouched, forKey: .groupsTouched)
    try container.encode(milliseconds, forKey: .milliseconds)
  }
}

/// The lineage of one column of a relation.
public struct LineageReport: Hashable, Sendable, Encodable {
  public var column: ColumnLineage
  /// The columns on which all rows of the relation depend: joins, filters, groups.
  public var rows: [RowSource]

  public struct RowSource: Hashable, Sendable, Encodable {
    public var relation: String
    public var column: String
    public var use: String
  }

  public var text: String {
    guard !rows.isEmpty else { return column.text }
    let lines = rows.map { "  \($0.relation).\($0.column) (\($0.use))\n" }
    return column.text + "which rows there are depends on\n" + lines.joined()
  }
}

extension Scout {
  /// The models, and the materialized views that SQL made, each after those it reads.
  func modelGraph(_ connection: Connection) throws -> ModelGraph { try models().joined(connection) }

  /// Every derived relation with its state, each after those it reads.
  public func modelStates() throws -> [ModelState] {
    let models = try models()
    return try database.read { connection in
      let graph = try models.joined(connection)
      let inputs = try Self.inputs(graph, connection)
      let last = try Self.history(
        connection, "where id in (select max(id) from \"scout.refresh_runs\" group by relation)")
      return try graph.models.map { model in
        let name = model.qualifiedName
        let isStored = try connection.relation(name) != nil
        return ModelState(
          relation: name, kind: model.origin == .file ? .model : .materializedView,
          layer: model.layer.isEmpty ? nil : model.layer, description: model.description,
          path: model.path, grain: model.grain,
          columns: model.columns.map {
            ModelState.Column(name: $0.name, type: $0.type.declaration, description: $0.description)
          },
          inputs: inputs[name] ?? [],
          readers: graph.models.map(\.qualifiedName).filter { inputs[$0]?.contains(name) == true },
          rows: isStored
            ? Int(try connection.value("select count(*) from \(SQLitePrinter.quoted(name))").integer ?? 0) : nil,
          lastRun: last.first { $0.relation == name })
      }
    }
  }

  /// One derived relation; the schema may be left out where the name alone is clear.
  ///
  /// - Throws: ``ScoutError`` `unknownModel`.
  public func modelState(_ name: String) throws -> ModelState {
    let states = try modelStates()
    if let state = states.first(where: { $0.relation == name }) { return state }
    let matches = states.filter { $0.relation.split(separator: ".").last.map(String.init) == name }
    guard matches.count == 1 else { throw ScoutError.unknownModel(name, known: states.map(\.relation)) }
    return matches[0]
  }

  /// What each derived relation is made of, views and tables included.
  public func relationGraph() throws -> RelationGraph {
    let models = try models()
    return try database.read { connection in
      let graph = try models.joined(connection)
      let inputs = try Self.inputs(graph, connection, throughViews: false)
      var nodes: [RelationGraph.Node] = []
      var known = Set(graph.models.map(\.qualifiedName))
      /// Views and tables stand before what reads them.
      func add(_ name: String) throws {
        guard known.insert(name).inserted else { return }
        guard let relation = try connection.relation(name), relation.kind != .table else {
          nodes.append(RelationGraph.Node(name: name, kind: .table))
          return
        }
        let read = try Self.directInputs(of: relation, connection)
        for input in read { try add(input) }
        nodes.append(
          RelationGraph.Node(name: name, kind: relation.kind == .view ? .view : .materializedView, inputs: read))
      }
      for model in graph.models {
        let read = inputs[model.qualifiedName] ?? []
        for input in read { try add(input) }
        nodes.append(
          RelationGraph.Node(
            name: model.qualifiedName, kind: model.origin == .file ? .model : .materializedView,
            layer: model.layer.isEmpty ? nil : model.layer, inputs: read))
      }
      return RelationGraph(nodes: nodes)
    }
  }

  /// Where the columns of a relation come from.
  ///
  /// - Parameter reference: `relation.column`, or a relation for all its columns; the schema may be left out where
  ///   the name alone is clear.
  /// - Throws: ``ScoutError`` `unknownModel` or `unknownColumn`.
  public func lineage(of reference: String) throws -> [LineageReport] {
    let models = try models()
    return try database.read { connection in
      let graph = try models.joined(connection)
      let (relation, column) = try Self.resolve(reference, connection)
      guard let stored = try connection.relation(relation) else { return [] }
      let known = stored.columns.map(\.name)
      if let column, !known.contains(column) {
        throw ScoutError.unknownColumn(column, relation: relation, known: known)
      }
      var tracer = LineageTracer(graph: graph, connection: connection)
      let rows = try tracer.rows(of: relation).map {
        LineageReport.RowSource(relation: $0.relation, column: $0.column, use: $0.transformation.rawValue)
      }
      return try (column.map { [$0] } ?? known).map { column in
        LineageReport(column: try tracer.lineage(relation: relation, column: column), rows: rows)
      }
    }
  }

  /// The history of refreshes, newest first.
  ///
  /// - Parameters:
  ///   - relation: Only of this relation; nil for all.
  ///   - limit: How many at most.
  public func refreshHistory(relation: String? = nil, limit: Int = 50) throws -> [RefreshRecord] {
    try database.read { connection in
      try Self.history(
        connection, "where ?1 is null or relation = ?1 order by id desc limit ?2",
        [SQLValue(relation), .integer(Int64(limit))])
    }
  }

  // MARK: Reading

  private static func history(_ connection: Connection, _ rest: String, _ values: [SQLValue] = []) throws
    -> [RefreshRecord]
  {
    try connection.rows(
      """
      select run_id, mode, relation, method, reason, started_at, finished_at, rows_read, rows_written, groups_touched,
        milliseconds
      from "scout.refresh_runs" \(rest)
      """, values
    ).map { row in
      var milliseconds = 0.0
      if case .real(let value) = row[10] { milliseconds = value }
      return RefreshRecord(
        run: row[0].integer ?? 0, mode: row[1].text ?? "", relation: row[2].text ?? "", method: row[3].text ?? "",
        reason: row[4].text ?? "", startedAt: Timestamp(microseconds: row[5].integer ?? 0),
        finishedAt: Timestamp(microseconds: row[6].integer ?? 0), rowsRead: row[7].integer ?? 0,
        rowsWritten: row[8].integer ?? 0, groupsTouched: row[9].integer ?? 0,
        milliseconds: milliseconds)
    }
  }

  /// By model, what it reads, sorted and each once.
  private static func inputs(_ graph: ModelGraph, _ connection: Connection, throughViews: Bool = true) throws
    -> [String: [String]]
  {
    let catalog = try connection.compiler().catalog
    let stored = StoredInputs(catalog: catalog)
    return Dictionary(
      graph.models.map { model in
        let names = throughViews ? stored.names(of: model.query) : directNames(of: model.query, catalog)
        return (model.qualifiedName, Set(names).sorted())
      }
    ) { first, _ in first }
  }

  private static func directNames(of query: Query, _ catalog: any Catalog) -> [String] {
    Compiler.dependencies(of: query).map { name in
      catalog.relation(schema: name.schema, name: name.name)?.qualifiedName
        ?? name.parts.map(\.name).joined(separator: ".")
    }
  }

  private static func directInputs(of relation: Relation, _ connection: Connection) throws -> [String] {
    guard let query = relation.definedQuery else { return [] }
    return Set(directNames(of: query, try connection.compiler().catalog)).sorted()
  }

  /// `relation.column` or `relation`, with or without its schema.
  private static func resolve(_ reference: String, _ connection: Connection) throws -> (String, String?) {
    let names = try connection.compiler().catalog.relationNames
    func relation(_ name: String) -> String? {
      if names.contains(name) { return name }
      let matches = names.filter { $0.split(separator: ".", maxSplits: 1).last.map(String.init) == name }
      return matches.count == 1 ? matches[0] : nil
    }
    if let found = relation(reference) { return (found, nil) }
    let parts = reference.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count >= 2, let found = relation(parts.dropLast().joined(separator: ".")) { return (found, parts.last) }
    throw ScoutError.unknownModel(reference, known: names.filter { $0.hasPrefix("scout.") })
  }
}
