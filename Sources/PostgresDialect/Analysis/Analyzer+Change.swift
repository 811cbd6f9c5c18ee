/// UPDATE and DELETE.
extension Analyzer {
  func lower(_ update: Update, range: SourceRange) throws(SQLError) -> LoweredWrite {
    let with = try lowerWith(update.with)
    let relation = try writable(update.table, "update")
    let visibleName = update.alias?.name ?? relation.name
    let alias = uniqueAlias(visibleName)
    let target = targetScope(relation, alias: visibleName, table: alias, parent: with.scope)
    let scope = Scope(parent: with.scope)
    scope.relations = target.relations
    var from: SQLiteTable?
    for item in update.from { from = joined(from, try lower(item, scope)) }
    var printer = SQLitePrinter()
    printer.writeCommonTables(with.tables, isRecursive: with.isRecursive)
    printer.write("update ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    printer.write(" set ")
    let known = readTables
    readTables = []
    let assignments = try lower(update.assignments, relation, scope)
    // SQLite computes the values of an UPDATE without FROM row by row, so a subquery over the same table would see
    // rows that are changed already.
    let readsItself = readTables.contains(relation.storageName)
    readTables.formUnion(known)
    if assignments.isEmpty {
      // Nothing but generated columns: every row stays what it is.
      let column = relation.columns[0].name
      write(
        [LoweredAssignment(columns: [column], value: .expression(.column(ColumnUse(table: alias, column: column))))],
        &printer)
    } else {
      write(assignments, &printer)
    }
    if from == nil, readsItself {
      let row = SQLiteSelect(items: [SQLiteItem(expression: .integer(1), alias: nil)])
      from = .subquery(SQLiteQuery(body: .select(row)), alias: uniqueAlias("once"))
    }
    if let from {
      printer.write(" from ")
      printer.write(from)
    }
    if let condition = update.condition {
      printer.write(" where ")
      printer.write(try self.condition(condition, .whereCondition, scope, name: "WHERE"))
    }
    try refuseStar(update.returning, joins: !update.from.isEmpty)
    let columns = try writeReturning(update.returning, target, &printer)
    return LoweredWrite(sql: printer.text, columns: columns)
  }

  func lower(_ delete: Delete, range: SourceRange) throws(SQLError) -> LoweredWrite {
    let with = try lowerWith(delete.with)
    let relation = try writable(delete.table, "delete from")
    let visibleName = delete.alias?.name ?? relation.name
    let alias = uniqueAlias(visibleName)
    let target = targetScope(relation, alias: visibleName, table: alias, parent: with.scope)
    var printer = SQLitePrinter()
    printer.writeCommonTables(with.tables, isRecursive: with.isRecursive)
    printer.write("delete from ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    if delete.using.isEmpty {
      if let condition = delete.condition {
        printer.write(" where ")
        printer.write(try self.condition(condition, .whereCondition, target, name: "WHERE"))
      }
    } else {
      // SQLite has no USING: a row goes when a matching combination exists.
      let scope = Scope(parent: with.scope)
      scope.relations = target.relations
      var from: SQLiteTable?
      for item in delete.using { from = joined(from, try lower(item, scope)) }
      let condition = try delete.condition.map { expression throws(SQLError) in
        try self.condition(expression, .whereCondition, scope, name: "WHERE")
      }
      let select = SQLiteSelect(
        items: [SQLiteItem(expression: .integer(1), alias: nil)], from: from, condition: condition)
      printer.write(" where ")
      printer.write(.exists(SQLiteQuery(body: .select(select))))
    }
    try refuseStar(delete.returning, joins: !delete.using.isEmpty)
    let columns = try writeReturning(delete.returning, target, &printer)
    return LoweredWrite(sql: printer.text, columns: columns)
  }

  /// SQLite returns columns of the changed table only, where PostgreSQL's `*` names those of every table.
  private func refuseStar(_ items: [SelectItem], joins: Bool) throws(SQLError) {
    guard joins else { return }
    for item in items {
      guard case .star(nil) = item.expression.kind else { continue }
      throw SQLError(
        .featureNotSupported, "RETURNING * of several tables is not supported",
        hint: "Name the changed table's columns, or write its name before the star.", at: item.expression.range)
    }
  }
}
