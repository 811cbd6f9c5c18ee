/// Which stored columns the columns of a query come from, through views, common tables and subqueries.
///
/// The terms are those of OpenLineage's column lineage.
/// Source: <https://openlineage.io/docs/spec/facets/dataset-facets/column_lineage_facet>
public struct QueryLineage: Hashable, Sendable {
  /// What a query does with a column, from the nearest to the farthest.
  public enum Transformation: String, Hashable, Sendable, Comparable, CaseIterable {
    /// The value itself.
    case identity
    /// Computed from the value of the row.
    case transformation
    /// Computed from the values of several rows.
    case aggregation
    /// Not the value: it decides which rows a window function sees, and in which order.
    case window
    /// Not the value: it decides between others, in CASE or FILTER.
    case conditional
    /// Not the value: which rows there are depends on it, for all columns alike.
    case join, filter, groupBy = "group_by", sort

    private var distance: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (a: Self, b: Self) -> Bool { a.distance < b.distance }
  }

  public struct Source: Hashable, Sendable, Comparable {
    /// SQLite's name of the relation, which is its qualified name.
    public var relation: String
    public var column: String
    public var transformation: Transformation

    public static func < (a: Self, b: Self) -> Bool {
      (a.relation, a.column, a.transformation) < (b.relation, b.column, b.transformation)
    }
  }

  /// The sources of each column of the result, in its order; none for a constant or a number of rows.
  public var columns: [[Source]]
  /// What all rows depend on: conditions of joins and filters, groups, orders under a limit.
  public var rows: [Source]

  init(of query: SQLiteQuery) {
    var analysis = LineageAnalysis()
    columns = analysis.columns(of: query).map(\.sources)
    var rows: [Source] = []
    for (kind, trace) in analysis.rows {
      rows += trace.sources.map { Source(relation: $0.relation, column: $0.column, transformation: kind) }
    }
    self.rows = Set(rows).sorted()
  }
}

extension Compiler {
  /// The columns of a query and where they come from.
  public func lineage(of query: Query) throws(SQLError) -> (columns: [ResultColumn], lineage: QueryLineage) {
    try DeepStack.run { () throws(SQLError) in
      let analyzer = Analyzer(catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes)
      let lowered = try analyzer.lower(query, parent: nil)
      return (lowered.columns.map(\.known), QueryLineage(of: lowered.query))
    }
  }
}

/// The stored columns that a value depends on, each with the most direct use of it.
private struct Trace: Hashable {
  private struct Column: Hashable {
    var relation: String
    var column: String
  }

  private var uses: [Column: QueryLineage.Transformation] = [:]

  init() {}

  init(relation: String, column: String) { uses = [Column(relation: relation, column: column): .identity] }

  mutating func add(_ other: Trace, as transformation: QueryLineage.Transformation = .identity) {
    for (column, use) in other.uses {
      let use = max(use, transformation)
      uses[column] = min(uses[column] ?? use, use)
    }
  }

  var sources: [QueryLineage.Source] {
    uses.map { QueryLineage.Source(relation: $0.key.relation, column: $0.key.column, transformation: $0.value) }
      .sorted()
  }
}

private struct LineageAnalysis {
  /// What an alias stands for; aliases are unique in a statement.
  private enum Item {
    case stored(String)
    case columns([String: Trace])
    /// A function's rows: every column comes from all its arguments.
    case function(Trace)
  }

  private var items: [String: Item] = [:]
  private var commonTables: [String: [String: Trace]] = [:]
  private(set) var rows: [QueryLineage.Transformation: Trace] = [:]

  private mutating func note(_ expression: SQLiteExpression, _ kind: QueryLineage.Transformation) {
    rows[kind, default: Trace()].add(trace(of: expression))
  }

  // MARK: Queries

  mutating func columns(of query: SQLiteQuery) -> [Trace] {
    let outer = commonTables
    defer { commonTables = outer }
    for table in query.commonTables { define(table, isRecursive: query.isRecursive) }
    let columns = columns(of: query.body)
    if query.limit != nil || query.offset != nil {
      for term in query.orderBy { note(term.expression, .sort) }
    }
    return columns
  }

  private mutating func define(_ table: SQLiteCommonTable, isRecursive: Bool) {
    var known = Dictionary(table.columns.map { ($0, Trace()) }) { first, _ in first }
    // A recursive term adds what its own columns came from, until nothing new comes.
    for _ in 0..<(isRecursive ? 8 : 1) {
      commonTables[table.name] = known
      var next = known
      for (name, trace) in zip(table.columns, columns(of: table.query)) { next[name]?.add(trace) }
      if next == known { break }
      known = next
    }
    commonTables[table.name] = known
  }

  private mutating func columns(of body: SQLiteBody) -> [Trace] {
    switch body {
    case .select(let select): return columns(of: select)
    case .values(let list):
      var columns = (list.first ?? []).map { _ in Trace() }
      for row in list {
        for (index, value) in row.enumerated() where index < columns.count { columns[index].add(trace(of: value)) }
      }
      return columns
    case .compound(_, let left, let right):
      var columns = columns(of: left)
      for (index, trace) in self.columns(of: right).enumerated() where index < columns.count {
        columns[index].add(trace)
      }
      return columns
    case .nested(let query, _): return columns(of: query)
    }
  }

  private mutating func columns(of select: SQLiteSelect) -> [Trace] {
    if let from = select.from { define(from) }
    if let condition = select.condition { note(condition, .filter) }
    for key in select.groupBy { note(key, .groupBy) }
    if let having = select.having { note(having, .filter) }
    return select.items.map { trace(of: $0.expression) }
  }

  private mutating func define(_ table: SQLiteTable) {
    switch table {
    case .relation(let name, let alias):
      items[alias] = commonTables[name].map { .columns($0) } ?? .stored(name)
    case .subquery(let query, let alias):
      var named: [String: Trace] = [:]
      for (index, trace) in columns(of: query).enumerated() { named[query.columnName(at: index)] = trace }
      items[alias] = .columns(named)
    case .function(_, let arguments, let alias):
      var all = Trace()
      for argument in arguments { all.add(trace(of: argument), as: .transformation) }
      items[alias] = .function(all)
    case .join(_, let left, let right, let condition):
      define(left)
      define(right)
      if let condition { note(condition, .join) }
    }
  }

  // MARK: Expressions

  private func use(_ column: ColumnUse) -> Trace {
    switch items[column.table] {
    case .stored(let relation): Trace(relation: relation, column: column.column)
    case .columns(let columns): columns[column.column] ?? Trace()
    case .function(let trace): trace
    case nil: Trace()
    }
  }

  private mutating func trace(of expression: SQLiteExpression) -> Trace {
    var result = Trace()
    switch expression {
    case .null, .integer, .real, .text, .parameter: break
    case .column(let column): return use(column)
    case .collate(let operand, _): return trace(of: operand)
    case .call(let call):
      let kind: QueryLineage.Transformation = call.isAggregate || call.window != nil ? .aggregation : .transformation
      for argument in call.arguments { result.add(trace(of: argument), as: kind) }
      if let filter = call.filter { result.add(trace(of: filter), as: .conditional) }
      for key in call.window?.partitionBy ?? [] { result.add(trace(of: key), as: .window) }
      for term in call.window?.orderBy ?? [] { result.add(trace(of: term.expression), as: .window) }
    case .caseWhen(let branches, let otherwise):
      for branch in branches {
        result.add(trace(of: branch.condition), as: .conditional)
        result.add(trace(of: branch.result), as: .transformation)
      }
      if let otherwise { result.add(trace(of: otherwise), as: .transformation) }
    case .scalar(let query):
      for column in columns(of: query) { result.add(column, as: .transformation) }
    case .exists(let query):
      for column in columns(of: query) { result.add(column, as: .conditional) }
    case .inQuery(let operand, let query, _):
      result.add(trace(of: operand), as: .transformation)
      for column in columns(of: query) { result.add(column, as: .transformation) }
    case .prefix(_, let operand), .postfix(let operand, _), .cast(let operand, _):
      result.add(trace(of: operand), as: .transformation)
    case .infix(_, let left, let right):
      for part in [left, right] { result.add(trace(of: part), as: .transformation) }
    case .between(let operand, let low, let high, _):
      for part in [operand, low, high] { result.add(trace(of: part), as: .transformation) }
    case .chain(_, let parts), .row(let parts):
      for part in parts { result.add(trace(of: part), as: .transformation) }
    case .inList(let operand, let elements, _):
      for part in [operand] + elements { result.add(trace(of: part), as: .transformation) }
    }
    return result
  }
}
