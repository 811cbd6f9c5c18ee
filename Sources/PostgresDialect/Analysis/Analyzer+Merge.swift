/// MERGE, which SQLite lacks: a query over the source and the target decides for each row what is to be done and with
/// which values.
///
/// Source: <https://www.postgresql.org/docs/15/sql-merge.html>
extension Analyzer {
  func lower(_ merge: Merge, range: SourceRange) throws(SQLError) -> LoweredWrite {
    if merge.with?.isRecursive == true {
      throw SQLError(.syntaxError, "WITH RECURSIVE is not supported for MERGE statement", at: range)
    }
    try checkReachable(merge.branches, range)
    let with = try lowerWith(merge.with)
    let relation = try mergeTarget(merge.table)
    var result = LoweredWrite(.merge, relation)
    let visibleName = merge.alias?.name ?? relation.name

    // The target is what a matched row sees first, so that an element of one of its columns can be assigned.
    let joined = Scope(parent: with.scope)
    let alias = uniqueAlias(visibleName)
    joined.relations = targetScope(relation, alias: visibleName, table: alias).relations
    let sourceScope = Scope(parent: with.scope)
    let source = try lower(merge.source, sourceScope)
    if sourceScope.relations.contains(where: { $0.name == visibleName }) {
      throw SQLError(
        .duplicateAlias, "name \"\(visibleName)\" specified more than once",
        detail: "The name is used both as MERGE target table and data source.", at: merge.table.range)
    }
    joined.relations += sourceScope.relations
    joined.merged = sourceScope.merged
    let condition = try self.condition(merge.on, .joinCondition, joined, name: "JOIN/ON")
    let keepsUnmatched = merge.branches.contains { !$0.isMatched }
    let pairs = SQLiteTable.join(
      keepsUnmatched ? "left join" : "join", source, stored(relation, alias: alias), on: condition)

    // First the pairs of rows, then what each is for, then the values: so that a condition is computed once.
    let name = uniqueAlias("merged")
    var values: [SQLiteExpression] = [.column(ColumnUse(table: alias, column: "rowid"))]
    func moved(_ column: ScopeColumn) -> ScopeColumn {
      var column = column
      values.append(column.expression.sql)
      column.expression.sql = .column(ColumnUse(table: name, column: "\(values.count - 1)"))
      return column
    }
    let matched = Scope(parent: with.scope)
    matched.relations = joined.relations.map { relation in
      var relation = relation
      relation.table = name
      relation.otherTables = []
      relation.columns = relation.columns.map(moved)
      return relation
    }
    matched.merged = joined.merged.map(moved)
    let unmatched = Scope(parent: with.scope)
    unmatched.relations = Array(matched.relations.dropFirst())
    unmatched.merged = matched.merged
    unmatched.unreachable = [visibleName]

    let places = values.indices.map { "\($0)" }
    let pairTable = uniqueAlias("pairs")
    let pairQuery = SQLiteSelect(
      items: zip(values, places).map { SQLiteItem(expression: $0, alias: $1) }, from: pairs)
    let branches = try lower(merge, relation, matched: matched, unmatched: unmatched, range, &result)
    let decided = uniqueAlias("decided")
    let decision = SQLiteSelect(
      items: places.map { SQLiteItem(expression: .column(ColumnUse(table: name, column: $0)), alias: $0) } + [
        SQLiteItem(expression: branches.action, alias: "action")
      ], from: .relation(pairTable, alias: name))
    let action = SQLiteExpression.column(ColumnUse(table: name, column: "action"))
    var items = [action, .column(ColumnUse(table: name, column: "0"))]
    for column in relation.columns {
      let cases = branches.cells.enumerated().compactMap { number, cells in
        cells[column.name].map {
          SQLiteBranch(condition: .infix("=", action, .integer(Int64(number))), result: $0)
        }
      }
      items.append(cases.isEmpty ? .null : .caseWhen(cases, otherwise: nil))
    }
    let select = SQLiteSelect(
      items: items.enumerated().map { SQLiteItem(expression: $1, alias: "\($0)") },
      from: .relation(decided, alias: name), condition: .postfix(action, "is not null"))
    let tables = [
      SQLiteCommonTable(
        name: pairTable, columns: places, isMaterialized: true, query: SQLiteQuery(body: .select(pairQuery))),
      SQLiteCommonTable(
        name: decided, columns: places + ["action"], isMaterialized: true,
        query: SQLiteQuery(body: .select(decision))),
    ]
    result.rows = LoweredQuery(
      query: SQLiteQuery(
        commonTables: with.tables + tables, isRecursive: with.isRecursive, body: .select(select)),
      columns: [], storageColumns: [])
    return result
  }

  /// The branches: which one a row takes, null for none, and the values that each sets.
  private func lower(
    _ merge: Merge, _ relation: Relation, matched: Scope, unmatched: Scope, _ range: SourceRange,
    _ result: inout LoweredWrite
  ) throws(SQLError) -> (action: SQLiteExpression, cells: [[String: SQLiteExpression]]) {
    var decisions: [Bool: [SQLiteBranch]] = [:]
    var cells: [[String: SQLiteExpression]] = []
    for branch in merge.branches {
      let scope = branch.isMatched ? matched : unmatched
      let condition = try branch.condition.map { expression throws(SQLError) in
        try self.condition(expression, .mergeCondition, scope, name: "WHEN")
      }
      var number: SQLiteExpression = .integer(Int64(result.actions.count))
      switch branch.action {
      case .nothing:
        number = .null
      case .delete:
        result.actions.append(.delete)
        cells.append([:])
      case .update(let assignments):
        var row: [String: SQLiteExpression] = [:]
        for assignment in try lower(assignments, relation, scope) {
          for (column, value) in assignment.values { row[column] = value }
        }
        result.actions.append(.update(columns: relation.columns.map(\.name).filter { row[$0] != nil }))
        cells.append(row)
      case .insert(let columns, let overriding, let values):
        let insert = Insert(table: merge.table, columns: columns, overriding: overriding, source: .defaultValues)
        let row = try insertedRow(insert, values, relation, scope, range)
        result.actions.append(.insert(columns: row.map(\.column)))
        cells.append(Dictionary(uniqueKeysWithValues: row))
      }
      decisions[branch.isMatched, default: []].append(
        SQLiteBranch(condition: condition ?? .integer(1), result: number))
    }
    func decision(_ isMatched: Bool) -> SQLiteExpression {
      decisions[isMatched].map { .caseWhen($0, otherwise: nil) } ?? .null
    }
    let row = SQLiteExpression.column(ColumnUse(table: matched.relations[0].table, column: "0"))
    let action = SQLiteExpression.caseWhen(
      [SQLiteBranch(condition: .postfix(row, "is not null"), result: decision(true))], otherwise: decision(false))
    return (action, cells)
  }

  private func mergeTarget(_ name: QualifiedName) throws(SQLError) -> Relation {
    let relation = try resolveRelation(name)
    guard relation.kind == .table else {
      throw SQLError(
        .featureNotSupported, "cannot execute MERGE on relation \"\(relation.name)\"",
        detail: "This operation is not supported for \(relation.kind.rawValue)s.", at: name.range)
    }
    return relation
  }

  /// - Throws: 42601 for a branch behind one of its kind that takes every row.
  private func checkReachable(_ branches: [Merge.Branch], _ range: SourceRange) throws(SQLError) {
    var closed: Set<Bool> = []
    for branch in branches {
      guard !closed.contains(branch.isMatched) else {
        throw SQLError(
          .syntaxError, "unreachable WHEN clause specified after unconditional WHEN clause", at: range)
      }
      if branch.condition == nil { closed.insert(branch.isMatched) }
    }
  }
}
