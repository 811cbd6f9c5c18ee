/// UPDATE and DELETE.
///
/// Usually one statement of SQLite's. Where RETURNING uses further FROM items, or the target is read through a snapshot,
/// a query collects the rows first, and each is then written by itself.
extension Analyzer {
  func lower(_ update: Update) throws(SQLError) -> LoweredWrite {
    let with = try lowerWith(update.with)
    let relation = try writable(update.table, "update")
    var result = LoweredWrite(.update, relation)
    let visibleName = update.alias?.name ?? relation.name
    let alias = uniqueAlias(visibleName)
    let target = targetScope(relation, alias: visibleName, table: alias, parent: with.scope)
    let scope = Scope(parent: with.scope)
    scope.relations = target.relations
    var from: SQLiteTable?
    for item in update.from { from = joined(from, try lower(item, scope)) }
    let known = readTables
    readTables = []
    var assignments = try lower(update.assignments, relation, scope)
    // SQLite computes the values of an UPDATE without FROM row by row, so a subquery over the same table would see
    // rows that are changed already.
    let readsItself = readTables.contains(relation.storageName)
    readTables.formUnion(known)
    if assignments.isEmpty {
      // Nothing but generated columns: every row stays what it is.
      let column = relation.columns.first { $0.generatedExpression == nil }?.name ?? relation.columns[0].name
      assignments = [
        LoweredAssignment(columns: [column], value: .expression(.column(ColumnUse(table: alias, column: column))))
      ]
    }
    let condition = try update.condition.map { expression throws(SQLError) in
      try self.condition(expression, .whereCondition, scope, name: "WHERE")
    }
    if snapshots[relation.storageName] != nil || from != nil && !update.returning.isEmpty {
      var cells: [String: SQLiteExpression] = [:]
      for assignment in assignments { for (column, value) in assignment.values { cells[column] = value } }
      result.actions = [.update(columns: relation.columns.map(\.name).filter { cells[$0] != nil })]
      try collect(cells, from, condition, scope, update.returning, update.with, with, &result)
      return result
    }
    var printer = SQLitePrinter()
    printer.writeCommonTables(with.tables, isRecursive: with.isRecursive)
    printer.write("update ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    printer.write(" set ")
    write(assignments, &printer)
    if from == nil, readsItself {
      let row = SQLiteSelect(items: [SQLiteItem(expression: .integer(1), alias: nil)])
      from = .subquery(SQLiteQuery(body: .select(row)), alias: uniqueAlias("once"))
    }
    if let from {
      printer.write(" from ")
      printer.write(from)
    }
    if let condition {
      printer.write(" where ")
      printer.write(condition)
    }
    try writeReturning(update.returning, target, update.with, &printer, &result)
    result.sql = printer.text
    return result
  }

  func lower(_ delete: Delete) throws(SQLError) -> LoweredWrite {
    let with = try lowerWith(delete.with)
    let relation = try writable(delete.table, "delete from")
    var result = LoweredWrite(.delete, relation)
    let visibleName = delete.alias?.name ?? relation.name
    let alias = uniqueAlias(visibleName)
    let target = targetScope(relation, alias: visibleName, table: alias, parent: with.scope)
    let scope = Scope(parent: with.scope)
    scope.relations = target.relations
    var from: SQLiteTable?
    for item in delete.using { from = joined(from, try lower(item, scope)) }
    var condition = try delete.condition.map { expression throws(SQLError) in
      try self.condition(expression, .whereCondition, scope, name: "WHERE")
    }
    if snapshots[relation.storageName] != nil || from != nil && !delete.returning.isEmpty {
      result.actions = [.delete]
      try collect([:], from, condition, scope, delete.returning, delete.with, with, &result)
      return result
    }
    if let from {
      // SQLite has no USING: a row goes when a matching combination exists.
      let select = SQLiteSelect(
        items: [SQLiteItem(expression: .integer(1), alias: nil)], from: from, condition: condition)
      condition = .exists(SQLiteQuery(body: .select(select)))
    }
    var printer = SQLitePrinter()
    printer.writeCommonTables(with.tables, isRecursive: with.isRecursive)
    printer.write("delete from ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    if let condition {
      printer.write(" where ")
      printer.write(condition)
    }
    try writeReturning(delete.returning, target, delete.with, &printer, &result)
    result.sql = printer.text
    return result
  }

  /// The rows to write, as a query over the target, the first relation of `scope`, and FROM.
  private func collect(
    _ cells: [String: SQLiteExpression], _ from: SQLiteTable?, _ condition: SQLiteExpression?, _ scope: Scope,
    _ returning: [SelectItem], _ clause: WithClause?, _ with: LoweredWith, _ result: inout LoweredWrite
  ) throws(SQLError) {
    let relation = result.relation
    let alias = scope.relations[0].table
    var values: [SQLiteExpression] = [.integer(0), .column(ColumnUse(table: alias, column: "rowid"))]
    values += relation.columns.map { cells[$0.name] ?? .null }
    if !returning.isEmpty {
      let (query, further) = try returningQuery(returning, scope, clause, &result)
      result.returning = query
      values += further
    }
    let target = stored(relation, alias: alias)
    let select = SQLiteSelect(
      items: values.enumerated().map { SQLiteItem(expression: $1, alias: "\($0)") },
      from: from.map { .join("join", target, $0, on: nil) } ?? target, condition: condition)
    result.rows = LoweredQuery(
      query: SQLiteQuery(commonTables: with.tables, isRecursive: with.isRecursive, body: .select(select)),
      columns: [], storageColumns: [])
  }
}
