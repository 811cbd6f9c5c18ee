/// RETURNING.
///
/// SQLite's own knows the table's columns alone, and its subqueries see what is written so far, where PostgreSQL's see
/// the tables as they were. So RETURNING with a subquery, or over further FROM items, is a query over the written rows.
extension Analyzer {
  /// Writes RETURNING behind a statement, over its target, the only relation of `scope`.
  func writeReturning(
    _ items: [SelectItem], _ scope: Scope, _ with: WithClause?, _ printer: inout SQLitePrinter,
    _ result: inout LoweredWrite
  ) throws(SQLError) {
    guard !items.isEmpty else { return }
    let known = readTables
    let outputs = try lowerItems(items, scope, clause: .returning)
    readTables = known
    printer.write(" returning ")
    if outputs.contains(where: \.value.sql.hasSubquery) {
      printer.writeList(result.relation.columns) { $0.writeName($1.name) }
      (result.returning, _) = try returningQuery(items, scope, with, &result)
      return
    }
    printer.qualifiesColumns = false
    printer.writeList(outputs) { printer, output in printer.write(output.value.sql) }
    printer.qualifiesColumns = true
    result.columns = outputs.map(\.column.known)
  }

  /// RETURNING as a query over the rows that the statement returns.
  ///
  /// - Parameter scope: Its first relation is the target.
  /// - Returns: The query, and the values beside the target's columns that the rows must have.
  func returningQuery(_ items: [SelectItem], _ scope: Scope, _ with: WithClause?, _ result: inout LoweredWrite)
    throws(SQLError) -> (LoweredQuery, further: [SQLiteExpression])
  {
    let (before, known) = (snapshots, readTables)
    snapshots = step.returningSnapshots
    readTables = []
    defer {
      snapshots = before
      readTables = known
    }
    let outer = try lowerWith(with)
    let table = uniqueAlias("returned")
    var further: [SQLiteExpression] = []
    let width = result.relation.columns.count
    func cell(_ index: Int) -> SQLiteExpression { .column(ColumnUse(table: table, column: "c\(index + 1)")) }
    func moved(_ column: ScopeColumn) -> ScopeColumn {
      var column = column
      further.append(column.expression.sql)
      column.expression.sql = cell(width + further.count - 1)
      return column
    }
    let inner = Scope(parent: outer.scope)
    for (index, relation) in scope.relations.enumerated() {
      var relation = relation
      relation.table = table
      relation.otherTables = []
      for place in relation.columns.indices {
        if index == 0 {
          relation.columns[place].expression.sql = cell(place)
        } else {
          relation.columns[place] = moved(relation.columns[place])
        }
      }
      inner.relations.append(relation)
    }
    inner.merged = scope.merged.map(moved)
    guard width + further.count <= 127 else {
      throw SQLError(
        .featureNotSupported, "RETURNING over more than 127 columns is not supported",
        at: items.first?.expression.range)
    }
    let outputs = try lowerItems(items, inner, clause: .returning)
    result.returningReads.formUnion(readTables)
    let select = SQLiteSelect(
      items: outputs.map { SQLiteItem(expression: $0.value.sql, alias: nil) },
      from: rows(CompiledWrite.returnedRows, alias: table))
    let columns = outputs.map(\.column.known)
    let query = SQLiteQuery(
      commonTables: outer.tables, isRecursive: outer.isRecursive, body: .select(select))
    return (LoweredQuery(query: query, columns: columns, storageColumns: uniqueNames(columns.map(\.name))), further)
  }
}

extension SQLiteExpression {
  /// Whether a query stands in the expression.
  var hasSubquery: Bool {
    var found = false
    walk { part in
      switch part {
      case .scalar, .exists, .inQuery: found = true
      default: break
      }
      return !found
    }
    return found
  }
}
