/// The query of a derived relation, lowered, with what is known about how changes of its inputs reach its rows.
public struct DerivedQuery: Sendable {
  public let relation: Relation
  /// In the order of SQLite's parameters.
  public let parameters: [ParameterList.Source]
  /// SQLite's names of the relations that it reads, sorted.
  public let inputs: [String]
  /// Why its rows can change although no input does; nil for all but such queries.
  public let volatility: String?
  /// How sums and counts move by the changed entities alone; nil where the query is not of that shape.
  public let state: StatePlan?
  let query: SQLiteQuery
  let influence: Influence

  /// - Parameter query: As ``Compiler/lowerDerived(into:query:)`` gives it.
  public init(
    relation: Relation, query: SQLiteQuery, parameters: [ParameterList.Source], primaryKeys: [String: [String]]
  ) {
    self.relation = relation
    self.query = query
    self.parameters = parameters
    let influence = Influence(of: query)
    self.influence = influence
    inputs = Set(influence.relations.values).sorted()
    volatility =
      !parameters.isEmpty
      ? "it depends on the time" : query.isVolatile ? "it calls a function that may give another value each time" : nil
    state = volatility == nil ? StatePlan(query, relation, influence, primaryKeys) : nil
  }

  /// The rows of the relation, in the order of its columns.
  public var sql: String { SQLitePrinter.print(query) }

  /// The rows of the relation with its column names.
  public var namedSQL: String {
    let names = relation.columns.enumerated().map { index, column in
      "\"\(index)\" as \(SQLitePrinter.quoted(column.name))"
    }
    return "select \(names.joined(separator: ", ")) from (\(sql))"
  }

  /// The columns by which changes of the given inputs can be followed to rows of the relation; empty when there are
  /// none and everything may change.
  ///
  /// - Parameter changed: SQLite's names of relations.
  public func keys(followed changed: Set<String>) -> [Int] {
    let aliases = influence.relations.filter { changed.contains($0.value) }.map(\.key)
    return relation.columns.indices.filter { index in
      aliases.allSatisfy { alias in
        guard let key = influence.columns[index][alias] else { return false }
        return key.isExact || relation.columns[index].type.base == .date && !relation.columns[index].type.isArray
      }
    }
  }

  /// The first input that cannot be followed, for an explanation.
  public func unfollowed(_ changed: Set<String>) -> String? {
    let aliases = influence.relations.filter { changed.contains($0.value) }.map(\.key).sorted()
    for alias in aliases where influence.opaque.contains(alias) {
      return "\(influence.relations[alias] ?? alias) is read in a subquery of an expression"
    }
    for alias in aliases where !influence.columns.contains(where: { $0[alias] != nil }) {
      return "no column of the result follows from \(influence.relations[alias] ?? alias)"
    }
    return aliases.isEmpty ? nil : "the changed inputs lead to different columns"
  }

  /// For each key column, the stored columns it is made of: relation and column, sorted.
  public func lineage(of index: Int) -> [(relation: String, expression: String)] {
    influence.columns[index].map { alias, key in
      (influence.relations[alias] ?? alias, SQLitePrinter.print(key.key))
    }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
  }

  /// The distance in days between which a key of `index` may lie from a changed row's, over all inputs.
  public func reach(of index: Int) -> (low: Int64, high: Int64) {
    let keys = influence.columns[index].values
    return (keys.map(\.low).min() ?? 0, keys.map(\.high).max() ?? 0)
  }

  // MARK: Statements

  /// The keys that changed rows touch, as columns k0, k1 …
  ///
  /// - Parameter changes: By input, the table with its changed rows, old and new.
  public func touchedSQL(keys: [Int], changes: [String: String]) -> String {
    var selects: [String] = []
    for (alias, relation) in influence.relations.sorted(by: { $0.key < $1.key }) {
      guard let table = changes[relation] else { continue }
      var from = "\(SQLitePrinter.quoted(table)) as \"changed\""
      var with: [String] = []
      var items: [String] = []
      for (position, index) in keys.enumerated() {
        guard let key = influence.columns[index][alias] else { continue }
        let expression = SQLitePrinter.print(key.key.readFrom("changed", insteadOf: alias))
        if key.isExact {
          items.append("\(expression) as k\(position)")
        } else {
          let steps = "steps\(position)"
          with.append(
            "\(steps)(step) as (select \(key.low) union all select step + 1 from \(steps) where step < \(key.high))")
          from += ", \(steps)"
          items.append("\(expression) + \(steps).step as k\(position)")
        }
      }
      let common = with.isEmpty ? "" : "with recursive \(with.joined(separator: ", ")) "
      selects.append("select * from (\(common)select distinct \(items.joined(separator: ", ")) from \(from))")
    }
    return selects.joined(separator: " union ")
  }

  /// The rows of the relation whose keys are in the table `touched`, with the relation's column names.
  ///
  /// Every input is read only where it can matter for them.
  ///
  /// - Parameter indexed: By input, its columns and the first column of its grain's index.
  public func recomputedSQL(
    keys: [Int], touched: String, inputs: [String: (columns: [String], indexed: String?)]
  ) -> String {
    let restricted = query.replacingRelations { name, alias in
      guard let input = inputs[name], !influence.opaque.contains(alias) else { return nil }
      var conditions: [SQLiteExpression] = []
      var isIndexed = false
      let inner = alias + "~"
      for (position, index) in keys.enumerated() {
        guard let key = influence.columns[index][alias] else { continue }
        let expression = key.key.readFrom(inner, insteadOf: alias)
        let value = SQLiteExpression.column(ColumnUse(table: "touched~", column: "k\(position)"))
        if key.isExact {
          if let first = input.indexed, key.key == .column(ColumnUse(table: alias, column: first)) { isIndexed = true }
          conditions.append(.infix("is", expression, value))
        } else {
          let between = SQLiteExpression.between(
            value, .infix("+", expression, .integer(key.low)), .infix("+", expression, .integer(key.high)),
            negated: false)
          let bothNull = SQLiteExpression.chain(
            "and", [.infix("is", expression, .null), .infix("is", value, .null)])
          conditions.append(.chain("or", [between, bothNull]))
        }
      }
      guard !conditions.isEmpty else { return nil }
      return .subquery(
        Self.semijoin(name, inner, input.columns, touched, conditions, isIndexed: isIndexed),
        alias: alias)
    }
    let names = relation.columns.enumerated().map { index, column in
      "\"rows\".\"\(index)\" as \(SQLitePrinter.quoted(column.name))"
    }
    let conditions = keys.enumerated().map { "\"touched~\".k\($0.offset) is \"rows\".\"\($0.element)\"" }
    return """
      select \(names.joined(separator: ", ")) from (\(SQLitePrinter.print(restricted))) as "rows"
      where exists (select 1 from \(SQLitePrinter.quoted(touched)) as "touched~" where \
      \(conditions.joined(separator: " and ")))
      """
  }

  /// The rows of a relation that meet `condition` with any row of `touched`: by the relation's index, or in one pass.
  static func semijoin(
    _ name: String, _ alias: String, _ columns: [String], _ touched: String,
    _ conditions: [SQLiteExpression], isIndexed: Bool
  ) -> SQLiteQuery {
    let condition = conditions.count == 1 ? conditions[0] : .chain("and", conditions)
    let items = columns.map {
      SQLiteItem(expression: .column(ColumnUse(table: isIndexed ? alias + "~" : alias, column: $0)), alias: $0)
    }
    let keys = SQLiteTable.relation(touched, alias: "touched~")
    if isIndexed {
      let outer = alias + "~"
      let rows = SQLiteQuery(
        body: .select(
          SQLiteSelect(
            items: [SQLiteItem(expression: .column(ColumnUse(table: alias, column: "rowid")), alias: nil)],
            from: .join("cross join", keys, .relation(name, alias: alias), on: nil), condition: condition)))
      return SQLiteQuery(
        body: .select(
          SQLiteSelect(
            items: items, from: .relation(name, alias: outer),
            condition: .inQuery(.column(ColumnUse(table: outer, column: "rowid")), rows, negated: false))))
    }
    let match = SQLiteQuery(
      body: .select(
        SQLiteSelect(items: [SQLiteItem(expression: .integer(1), alias: nil)], from: keys, condition: condition)))
    return SQLiteQuery(
      body: .select(SQLiteSelect(items: items, from: .relation(name, alias: alias), condition: .exists(match))))
  }
}

extension SQLiteExpression {
  /// The same expression over another FROM item with the same columns.
  func readFrom(_ table: String, insteadOf alias: String) -> SQLiteExpression {
    rewritten { part in
      if case .column(let column) = part, column.table == alias {
        return .column(ColumnUse(table: table, column: column.column))
      }
      return nil
    }
  }
}

extension SQLiteQuery {
  /// Whether any call in it may give another value the next time.
  var isVolatile: Bool {
    var found = false
    func visit(_ expression: SQLiteExpression) -> SQLiteExpression? {
      if case .call(let call) = expression, call.isVolatile { found = true }
      return nil
    }
    _ = rewritten(visit)
    return found
  }
}
