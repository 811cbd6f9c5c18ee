/// How a grouped query's rows follow from a small state per group that moves by exact differences.
///
/// The query has to be one GROUP BY whose aggregates are sums of integers (scaled decimals are integers), counts,
/// counts of distinct values, `min` or `max`, over a FROM that keeps entities apart: every row of it, such as the
/// lines of one transaction, depends on stored rows of that entity alone. Then the sum over all entities changes by
/// what the changed entities give now minus what they gave before, and neither needs the others.
///
/// The state holds `g0 …` (the group), `n` (its rows) and per aggregate `p0 …`, for sums with `q0 …` beside it, the
/// number of values that were not null. A count of distinct values other than the entity keeps a second table of
/// members with their multiplicity.
public struct StatePlan: Sendable {
  public enum Partial: Hashable, Sendable {
    /// A count; differences add up.
    case count
    /// A sum; differences add up, with the number of its values.
    case sum
    /// The number of distinct values, which are kept as members.
    case members
    case minimum, maximum
  }

  /// Where an entity's rows lie.
  public struct Source: Hashable, Sendable {
    public var relation: String
    public var column: String
  }

  /// The relation's columns that are the group, in the order g0, g1 …
  public let groupColumns: [String]
  public let partials: [Partial]
  /// By alias in the query.
  public let sources: [String: Source]
  let groups: [SQLiteExpression]
  let calls: [SQLiteCall]
  /// The grouped query with its common tables, and the select around it.
  let inner: SQLiteQuery
  let select: SQLiteSelect
  let outer: SQLiteSelect
  let outerAlias: String
  let names: [String]

  init?(
    _ query: SQLiteQuery, _ relation: Relation, _ influence: Influence, _ primaryKeys: [String: [String]]
  ) {
    guard query.commonTables.isEmpty, case .select(let outer) = query.body,
      case .subquery(let inner, let outerAlias)? = outer.from, inner.orderBy.isEmpty, inner.limit == nil,
      inner.offset == nil, !inner.isRecursive, case .select(let select) = inner.body, !select.isDistinct,
      !select.groupBy.isEmpty, influence.opaque.isEmpty, let from = select.from
    else { return nil }
    self.outer = outer
    self.outerAlias = outerAlias
    self.inner = inner
    self.select = select
    names = relation.columns.map(\.name)

    var groups: [SQLiteExpression] = []
    for group in select.groupBy where !groups.contains(group) {
      guard group.plainColumns != nil else { return nil }
      groups.append(group)
    }
    var groupColumns: [String] = []
    for group in groups {
      guard
        let index = outer.items.firstIndex(where: { item in
          guard case .column(let use) = item.expression, use.table == outerAlias else { return false }
          return select.items.indices.contains { index in
            inner.columnName(at: index) == use.column && select.items[index].expression == group
          }
        })
      else { return nil }
      groupColumns.append(names[index])
    }
    self.groups = groups
    self.groupColumns = groupColumns

    var calls: [SQLiteCall] = []
    var isPlain = true
    for expression in select.items.map(\.expression) + (select.having.map { [$0] } ?? []) {
      expression.walk { part in
        if groups.contains(part) { return false }
        switch part {
        case .column, .scalar, .exists, .inQuery: isPlain = false
        case .call(let call) where call.window != nil: isPlain = false
        case .call(let call) where call.isAggregate:
          if !calls.contains(call) { calls.append(call) }
          return false
        default: break
        }
        return isPlain
      }
    }
    guard isPlain else { return nil }
    self.calls = calls

    // The entity: a column that keeps all inputs apart, and by which their rows are found.
    var candidates: [SQLiteExpression] = []
    for call in calls where call.isDistinct && call.arguments.count == 1 { candidates.append(call.arguments[0]) }
    for (alias, relation) in influence.relations.sorted(by: { $0.key < $1.key }) {
      guard from.reads(alias), let key = primaryKeys[relation]?.first else { continue }
      candidates.append(.column(ColumnUse(table: alias, column: key)))
    }
    guard !candidates.isEmpty else { return nil }
    var probe = inner
    probe.body = .select(
      SQLiteSelect(
        items: candidates.enumerated().map { SQLiteItem(expression: $0.element, alias: "c\($0.offset)") }, from: from,
        condition: select.condition))
    let found = Influence(of: probe)
    guard found.opaque.isEmpty, Set(found.relations.keys) == Set(influence.relations.keys) else { return nil }
    let entity = found.columns.first { column in
      column.count == found.relations.count
        && column.allSatisfy { alias, key in
          guard key.isExact, case .column(let use) = key.key, use.table == alias else { return false }
          return primaryKeys[found.relations[alias] ?? ""]?.first == use.column
        }
    }
    guard let entity else { return nil }
    sources = entity.reduce(into: [:]) { sources, pair in
      if case .column(let use) = pair.value.key {
        sources[pair.key] = Source(relation: found.relations[pair.key] ?? "", column: use.column)
      }
    }

    var partials: [Partial] = []
    for call in calls {
      let arguments = call.arguments
      guard arguments.count <= 1, arguments.first.map({ $0.plainColumns != nil }) ?? true,
        call.filter.map({ $0.plainColumns != nil }) ?? true
      else { return nil }
      switch (call.name, call.isDistinct) {
      case ("count", false): partials.append(.count)
      case ("count", true):
        guard let value = arguments.first, let index = candidates.firstIndex(of: value) else { return nil }
        // What is different for every entity adds up; anything else has to be remembered.
        if found.columns[index] == entity {
          partials.append(.count)
        } else {
          guard call.filter == nil else { return nil }
          partials.append(.members)
        }
      case ("sum", false) where arguments.count == 1: partials.append(.sum)
      case ("min", false) where arguments.count == 1 && call.filter == nil: partials.append(.minimum)
      case ("max", false) where arguments.count == 1 && call.filter == nil: partials.append(.maximum)
      default: return nil
      }
    }
    self.partials = partials
  }

  // MARK: Columns of the state

  public var groupNames: [String] { groups.indices.map { "g\($0)" } }

  /// The columns that move by adding differences.
  public var additiveNames: [String] {
    ["n"]
      + partials.enumerated().flatMap { index, partial -> [String] in
        switch partial {
        case .count: ["p\(index)"]
        case .sum: ["p\(index)", "q\(index)"]
        case .members, .minimum, .maximum: []
        }
      }
  }

  public var columnNames: [String] {
    groupNames + ["n"]
      + partials.enumerated().flatMap { index, partial in
        partial == .sum ? ["p\(index)", "q\(index)"] : ["p\(index)"]
      }
  }

  /// The indices of partials with members.
  public var memberIndices: [Int] { partials.indices.filter { partials[$0] == .members } }

  // MARK: Statements

  private func sql(_ items: [SQLiteItem], groupBy: [SQLiteExpression], _ tables: [String: String]) -> String {
    var query = inner
    var select = select
    select.items = items
    select.groupBy = groupBy
    select.having = nil
    query.body = .select(select)
    query = query.replacingRelations { _, alias in tables[alias].map { .relation($0, alias: alias) } }
    return SQLitePrinter.print(query)
  }

  private var groupItems: [SQLiteItem] {
    groups.enumerated().map { SQLiteItem(expression: $0.element, alias: "g\($0.offset)") }
  }

  /// The state of every group, in the order of ``columnNames``.
  ///
  /// - Parameter tables: By alias, the table to read instead of the relation.
  public func stateSQL(reading tables: [String: String] = [:]) -> String {
    var items = groupItems
    func add(_ call: SQLiteCall, _ name: String) { items.append(SQLiteItem(expression: .call(call), alias: name)) }
    var rows = SQLiteCall(name: "count", arguments: [])
    rows.isStar = true
    rows.isAggregate = true
    add(rows, "n")
    for (index, call) in calls.enumerated() {
      if partials[index] == .sum {
        items.append(
          SQLiteItem(expression: .call("coalesce", .call(call), .integer(0)), alias: "p\(index)"))
        var count = call
        count.name = "count"
        add(count, "q\(index)")
      } else {
        add(call, "p\(index)")
      }
    }
    return sql(items, groupBy: select.groupBy, tables)
  }

  /// The rows that the state groups, one by one.
  public struct UngroupedRows: Sendable {
    /// Selects g0 …, then one column per entry of ``arguments`` that has one, then the entity if it is asked for.
    public var sql: String
    /// By partial, the column of its value: null where the row does not count. Nil: every row counts.
    public var arguments: [Int?]
    /// Which partials count an entity once in each group.
    public var countsEntities: [Bool]
    /// The column of the entity; nil when nobody asks for it.
    public var entity: Int?
    /// In whose order the rows come: entities stay together when this relation keeps theirs together.
    public var order: Source?
  }

  /// The state's rows before they are grouped, for who groups them without sorting; nil where entities would have to
  /// be counted in an order that the query cannot give.
  public func ungroupedRows() -> UngroupedRows? {
    var items = groupItems
    var rows = UngroupedRows(sql: "", arguments: [], countsEntities: [])
    var entity: ColumnUse?
    for (index, call) in calls.enumerated() {
      let countsEntity = partials[index] == .count && call.isDistinct
      rows.countsEntities.append(countsEntity)
      if countsEntity {
        guard case .column(let use)? = call.arguments.first, entity == nil || entity == use else { return nil }
        entity = use
      }
      guard call.filter != nil || !call.arguments.isEmpty else {
        rows.arguments.append(nil)
        continue
      }
      var value = call.arguments.first ?? .integer(1)
      if let filter = call.filter {
        value = .caseWhen([SQLiteBranch(condition: filter, result: value)], otherwise: nil)
      }
      rows.arguments.append(items.count)
      items.append(SQLiteItem(expression: value, alias: "a\(index)"))
    }
    var query = inner
    if let entity {
      guard let source = sources[entity.table], source.column == entity.column, select.from?.reads(entity.table) == true
      else { return nil }
      rows.entity = items.count
      rows.order = source
      items.append(SQLiteItem(expression: .column(entity), alias: "entity"))
      query.orderBy = [
        SQLiteOrderTerm(expression: .column(ColumnUse(table: entity.table, column: "rowid")), isDescending: false)
      ]
    }
    var select = select
    select.items = items
    select.groupBy = []
    select.having = nil
    query.body = .select(select)
    rows.sql = SQLitePrinter.print(query)
    return rows
  }

  /// The members of every group: g0 …, v, n.
  public func memberSQL(_ index: Int, reading tables: [String: String] = [:]) -> String {
    guard let value = calls[index].arguments.first else { return "" }
    var rows = SQLiteCall(name: "count", arguments: [])
    rows.isStar = true
    rows.isAggregate = true
    let items =
      groupItems + [SQLiteItem(expression: value, alias: "v"), SQLiteItem(expression: .call(rows), alias: "n")]
    return "select * from (\(sql(items, groupBy: select.groupBy + [value], tables))) where v is not null"
  }

  /// The relation's rows with its column names, from the state.
  ///
  /// - Parameter touched: A table with the groups to give; nil for all.
  public func rowsSQL(state: String, touched: String? = nil) -> String {
    let alias = "state~"
    func column(_ name: String) -> SQLiteExpression { .column(ColumnUse(table: alias, column: name)) }
    func fromState(_ expression: SQLiteExpression) -> SQLiteExpression {
      expression.rewritten { part in
        if let index = groups.firstIndex(of: part) { return column("g\(index)") }
        guard case .call(let call) = part, call.isAggregate, let index = calls.firstIndex(of: call) else { return nil }
        if partials[index] == .sum {
          return .caseWhen(
            [SQLiteBranch(condition: .infix("=", column("q\(index)"), .integer(0)), result: .null)],
            otherwise: column("p\(index)"))
        }
        return column("p\(index)")
      }
    }
    var from = SQLiteTable.relation(state, alias: alias)
    if let touched {
      let same = groups.indices.map { index in
        SQLiteExpression.infix(
          "is", column("g\(index)"), .column(ColumnUse(table: "touched~", column: "g\(index)")))
      }
      from = .join(
        "cross join", .relation(touched, alias: "touched~"), from, on: same.count == 1 ? same[0] : .chain("and", same))
    }
    let items = select.items.enumerated().map { index, item in
      SQLiteItem(expression: fromState(item.expression), alias: inner.columnName(at: index))
    }
    let grouped = SQLiteQuery(
      body: .select(SQLiteSelect(items: items, from: from, condition: select.having.map(fromState))))
    var result = outer
    result.from = .subquery(grouped, alias: outerAlias)
    let columns = names.enumerated().map { "\"\($0.offset)\" as \(SQLitePrinter.quoted($0.element))" }
    let rows = SQLitePrinter.print(SQLiteQuery(body: .select(result)))
    return "select \(columns.joined(separator: ", ")) from (\(rows))"
  }
}

extension SQLiteTable {
  /// Whether the alias is an item of this FROM, not of a subquery.
  func reads(_ alias: String) -> Bool {
    switch self {
    case .relation(_, let name): name == alias
    case .join(_, let left, let right, _): left.reads(alias) || right.reads(alias)
    case .subquery, .function: false
    }
  }
}
