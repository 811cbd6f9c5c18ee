import PostgresDialect
import ScoutStorage

/// What a value of a model rests on, relation by relation down to the records as they were received.
public struct WhyReport: Hashable, Sendable, Encodable {
  public struct Step: Hashable, Sendable, Encodable {
    public var relation: String
    public var columns: [String]
    /// PostgreSQL's texts, as many as were asked for.
    public var rows: [[String?]]
    /// All rows that there are.
    public var count: Int
    /// Whether every row of the relation matters, so that none are shown and nothing below them.
    public var isWhole: Bool

    enum CodingKeys: String, CodingKey {
      case relation, columns, rows, count
      case isWhole = "is_whole"
    }
  }

  /// The rows that were asked about first; each relation after those that read it, bronze last.
  public var steps: [Step]
  /// What has to be known beside it.
  public var notes: [String]

  public init(steps: [Step] = [], notes: [String] = []) {
    self.steps = steps
    self.notes = notes
  }
}

/// Follows rows of models to the rows that they are computed from.
///
/// What it finds is what can have had influence: the rows with the same keys, and those that windows and joins reach
/// from there. Temporary tables hold them, so it runs in a transaction that is undone.
package struct WhyTracer {
  let graph: ModelGraph
  let connection: Connection
  /// Rows shown per relation.
  let limit: Int
  private var report = WhyReport()
  /// The relations whose rows are in the temporary table `why:<relation>`.
  private var found: Set<String> = []
  private var whole: Set<String> = []

  package init(graph: ModelGraph, connection: Connection, limit: Int) {
    self.graph = graph
    self.connection = connection
    self.limit = limit
  }

  /// - Parameter condition: Which rows of the relation are asked about, as SQLite reads it.
  package mutating func run(_ relation: Relation, where condition: String, _ values: [SQLValue]) throws -> WhyReport {
    try collect(
      relation.storageName,
      "select \(list(relation)) from \(SQLitePrinter.quoted(relation.storageName)) where \(condition)", values)
    for model in graph.models.reversed() { try expand(model) }
    for name in found.union(whole).sorted() where !graph.models.contains(where: { $0.qualifiedName == name }) {
      try show(name)
    }
    try showBronze()
    if let range = try DroppedRange.read(connection) {
      report.notes.append("Retention dropped silver before \(range.beforeText); its records are not shown.")
    }
    return report
  }

  private func list(_ relation: Relation) -> String {
    relation.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
  }

  private func table(_ name: String) -> String { "temp." + SQLitePrinter.quoted("why:" + name) }

  private mutating func collect(_ name: String, _ sql: String, _ values: [SQLValue] = []) throws {
    guard !whole.contains(name) else { return }
    if found.insert(name).inserted {
      try connection.run("create temp table \(SQLitePrinter.quoted("why:" + name)) as \(sql)", values)
    } else {
      try connection.run("insert into \(table(name)) \(sql) except select * from \(table(name))", values)
    }
  }

  private mutating func expand(_ model: ModelDefinition) throws {
    let name = model.qualifiedName
    guard found.contains(name) || whole.contains(name) else { return }
    try show(name)
    guard found.contains(name) else { return }
    let query = try model.derive(connection)
    let keys = model.grain.isEmpty ? Array(model.columns.indices) : grain(model)
    let touched = "why keys:" + name
    let items = keys.enumerated().map { "\(SQLitePrinter.quoted(model.columns[$0.element].name)) as k\($0.offset)" }
    try connection.run(
      """
      create temp table \(SQLitePrinter.quoted(touched)) as
      select distinct \(items.joined(separator: ", ")) from \(table(name))
      """)
    let catalog = connection
    let sources = query.sourceRows(touched: touched, keys: keys) { input in
      ((try? catalog.relation(input)) ?? nil)?.columns.map(\.name) ?? []
    }
    for source in sources {
      if let sql = source.sql {
        try collect(source.relation, sql)
      } else if !found.contains(source.relation) {
        whole.insert(source.relation)
      }
    }
  }

  private func grain(_ model: ModelDefinition) -> [Int] {
    model.grain.compactMap { name in model.columns.firstIndex { $0.name == name } }
  }

  private mutating func show(_ name: String) throws {
    guard let relation = try connection.relation(name) else { return }
    let isWhole = !found.contains(name)
    let source = isWhole ? SQLitePrinter.quoted(name) : table(name)
    let order = relation.columns.indices.map { String($0 + 1) }.joined(separator: ", ")
    let rows =
      isWhole
      ? []
      : try connection.rows(
        "select \(list(relation)) from \(source) order by \(order) limit ?1", [.integer(Int64(limit))])
    report.steps.append(
      WhyReport.Step(
        relation: name, columns: relation.columns.map(\.name), rows: texts(rows, relation),
        count: Int(try connection.value("select count(*) from \(source)").integer ?? 0), isWhole: isWhole))
  }

  private func texts(_ rows: [[SQLValue]], _ relation: Relation) -> [[String?]] {
    let columns = relation.columns.map { ResultColumn(name: $0.name, type: $0.type, fixedPoint: $0.type.fixedPoint) }
    return rows.map { row in zip(columns, row).map { $0.text($1, zone: connection.timeZone) } }
  }

  // MARK: Bronze

  private mutating func showBronze() throws {
    let silver = ["scout.silver_line_items", "scout.silver_transactions"].filter(found.contains)
    guard !silver.isEmpty else { return }
    let ids = silver.map { "select distinct transaction_id from \(table($0))" }.joined(separator: " union ")
    let records = """
      from "scout.silver_transactions" s join "scout.bronze_transactions" b on b.ingest_id = s.ingest_id
      left join "scout.ingest_batches" f on f.batch_id = b.batch_id
      where s.transaction_id in (\(ids))
      """
    let rows = try connection.rows(
      """
      select s.transaction_id, b.ingest_id, b.source_id, f.file_name, b.ingested_at \(records)
      order by 1 limit ?1
      """, [.integer(Int64(limit))])
    let count = Int(try connection.value("select count(*) \(records)").integer ?? 0)
    let columns = [
      ResultColumn(name: "transaction_id", type: .text), ResultColumn(name: "ingest_id", type: .int8),
      ResultColumn(name: "source_id", type: .text), ResultColumn(name: "file_name", type: .text),
      ResultColumn(name: "ingested_at", type: .timestamptz),
    ]
    report.steps.append(
      WhyReport.Step(
        relation: "scout.bronze_transactions", columns: columns.map(\.name),
        rows: rows.map { row in zip(columns, row).map { $0.text($1, zone: connection.timeZone) } }, count: count,
        isWhole: false))
    let transactions = Int(try connection.value("select count(*) from (\(ids))").integer ?? 0)
    if count < transactions {
      report.notes.append("\(transactions - count) of \(transactions) transactions have no record in bronze any more.")
    }
  }
}
