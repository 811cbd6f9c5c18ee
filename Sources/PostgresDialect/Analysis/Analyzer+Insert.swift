/// INSERT.
///
/// SQLite knows neither PostgreSQL's defaults nor its sequences: the values of columns that the statement leaves out
/// are part of the INSERT that it runs.
extension Analyzer {
  /// What an INSERT puts into its columns.
  private enum InsertSource {
    case rows([[SQLiteExpression]])
    /// Its columns are those of ``LoweredQuery/storageColumns``.
    case query(LoweredQuery)
  }

  func lower(_ insert: Insert, range: SourceRange) throws(SQLError) -> LoweredWrite {
    let with = try lowerWith(insert.with)
    let relation = try writable(insert.table, "insert into")
    var targets = try insertTargets(insert, relation)
    var source = try insertSource(insert, &targets, with.scope, range)

    let missing = relation.columns.filter { column in
      column.defaultExpression != nil && !targets.contains { $0.name == column.name }
    }
    let defaults = try missing.map { column throws(SQLError) in try defaultValue(of: column) }
    var names = targets.map(\.name) + missing.map(\.name)
    var isSingleRow = false
    switch source {
    case .rows(let rows):
      isSingleRow = rows.count == 1
      source = .rows(rows.map { $0 + defaults })
      // SQLite's DEFAULT VALUES is one row without ON CONFLICT.
      if names.isEmpty, !isSingleRow || insert.onConflict != nil,
        let column = relation.columns.first(where: { $0.generatedExpression == nil })
      {
        names = [column.name]
        source = .rows(rows.map { _ in [.null] })
      }
    case .query: break
    }

    var printer = SQLitePrinter()
    printer.writeCommonTables(with.tables, isRecursive: with.isRecursive)
    let alias = uniqueAlias(insert.alias?.name ?? relation.name)
    printer.write("insert into ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    if names.isEmpty {
      printer.write(" default values")
    } else {
      printer.write(" (")
      printer.writeList(names) { $0.writeName($1) }
      printer.write(") ")
      switch source {
      case .rows(let rows): printer.write(SQLiteQuery(body: .values(rows)))
      case .query(let query):
        let source = uniqueAlias("source")
        let items =
          query.storageColumns.map { SQLiteItem(expression: .column(ColumnUse(table: source, column: $0)), alias: nil) }
          + defaults.map { SQLiteItem(expression: $0, alias: nil) }
        // WHERE TRUE keeps SQLite from reading ON CONFLICT as a join condition.
        let select = SQLiteSelect(
          items: items, from: .subquery(query.named, alias: source), condition: .integer(1))
        printer.write(SQLiteQuery(body: .select(select)))
      }
    }
    let scope = targetScope(
      relation, alias: insert.alias?.name ?? relation.name, table: alias, parent: with.scope)
    var result = LoweredWrite(.insert, relation)
    if let conflict = insert.onConflict {
      try write(conflict, scope, isSingleRow: isSingleRow, &printer, &result)
    }
    try writeReturning(insert.returning, scope, insert.with, &printer, &result)
    result.sql = printer.text
    return result
  }

  // MARK: Source and targets

  private func insertTargets(_ insert: Insert, _ relation: Relation) throws(SQLError) -> [RelationColumn] {
    var targets: [RelationColumn] = []
    for name in insert.columns {
      let column = try column(name, of: relation)
      if targets.contains(where: { $0.name == column.name }) {
        throw SQLError(.duplicateColumn, "column \"\(name.name)\" specified more than once", at: name.range)
      }
      targets.append(column)
    }
    return insert.columns.isEmpty ? relation.columns : targets
  }

  /// The values, and in `targets` the columns that they fill.
  private func insertSource(
    _ insert: Insert, _ targets: inout [RelationColumn], _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> InsertSource {
    guard case .query(let source) = insert.source else {
      targets = []
      return .rows([[]])
    }
    let isListed = !insert.columns.isEmpty
    if case .values(let values) = source.body, source.with == nil, source.orderBy.isEmpty, source.limit == nil,
      source.offset == nil
    {
      let width = values.first?.count ?? 0
      try checkWidth(width, &targets, isListed: isListed, values.first?.last?.range ?? range)
      for row in values where row.count != width {
        throw SQLError(.syntaxError, "VALUES lists must all be the same length", at: row.first?.range ?? range)
      }
      return .rows(try insertRows(values, insert, &targets, Scope(parent: scope), range))
    }
    let lowered = try lower(source, parent: scope)
    try checkWidth(lowered.columns.count, &targets, isListed: isListed, source.range)
    var query = try converted(lowered, toTargets: targets, at: source.range)
    let kept = try takenTargets(targets, insert, range) { _ in false }
    let all = targets
    targets = kept.map { all[$0] }
    if case .select(var select) = query.query.body {
      for (index, column) in all.enumerated() {
        select.items[index].expression = numbered(select.items[index].expression, column, insert.table)
      }
      query.query.body = .select(select)
    }
    query.storageColumns = kept.map { query.storageColumns[$0] }
    return .query(query)
  }

  /// The rows of VALUES, without the columns that compute their own.
  private func insertRows(
    _ values: [[Expression]], _ insert: Insert, _ targets: inout [RelationColumn], _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> [[SQLiteExpression]] {
    let kept = try takenTargets(targets, insert, range) { column in
      values.allSatisfy { if case .defaultValue = $0[column].kind { true } else { false } }
    }
    let all = targets
    targets = kept.map { all[$0] }
    return try values.map { row throws(SQLError) in
      try kept.map { index throws(SQLError) in
        let value = try assigned(row[index], to: all[index], scope)
        if case .defaultValue = row[index].kind { return value }
        return numbered(value, all[index], insert.table)
      }
    }
  }

  /// The new row of an INSERT in MERGE: the columns that are set, defaults among them, with their values.
  func insertedRow(
    _ insert: Insert, _ values: [Expression]?, _ relation: Relation, _ scope: Scope, _ range: SourceRange
  )
    throws(SQLError) -> [(column: String, value: SQLiteExpression)]
  {
    var targets = try insertTargets(insert, relation)
    var row: [SQLiteExpression] = []
    if let values {
      try checkWidth(values.count, &targets, isListed: !insert.columns.isEmpty, values.last?.range ?? range)
      row = try insertRows([values], insert, &targets, scope, range)[0]
    } else {
      targets = []
    }
    var result = zip(targets, row).map { ($0.name, $1) }
    for column in relation.columns
    where column.defaultExpression != nil && !targets.contains(where: { $0.name == column.name }) {
      result.append((column.name, try defaultValue(of: column)))
    }
    return result
  }

  /// The places of the columns that take the statement's values: not those that compute their own.
  ///
  /// - Parameter isDefault: Whether all rows say DEFAULT for a column.
  /// - Throws: 428C9.
  private func takenTargets(
    _ targets: [RelationColumn], _ insert: Insert, _ range: SourceRange, isDefault: (Int) -> Bool
  ) throws(SQLError) -> [Int] {
    var taken: [Int] = []
    for (index, column) in targets.enumerated() {
      let place = index < insert.columns.count ? insert.columns[index].range : range
      if column.generatedExpression != nil {
        guard isDefault(index) else { throw .givenValue(for: column, at: place) }
        continue
      }
      if column.isIdentity, insert.overriding == .user { continue }
      if column.isIdentityAlways, insert.overriding != .system, !isDefault(index) {
        throw .givenValue(for: column, at: place)
      }
      taken.append(index)
    }
    return taken
  }

  /// A value for SQLite's rowid, which would number a null by itself where PostgreSQL raises 23502.
  private func numbered(_ value: SQLiteExpression, _ column: RelationColumn, _ table: QualifiedName)
    -> SQLiteExpression
  {
    guard column.isIdentity, column.defaultExpression == nil else { return value }
    if case .integer = value { return value }
    return .call("pg_not_null", value, .text(column.name), .text(table.name))
  }

  private func checkWidth(_ width: Int, _ targets: inout [RelationColumn], isListed: Bool, _ range: SourceRange)
    throws(SQLError)
  {
    guard width <= targets.count else {
      throw SQLError(.syntaxError, "INSERT has more expressions than target columns", at: range)
    }
    if width < targets.count && isListed {
      throw SQLError(.syntaxError, "INSERT has more target columns than expressions", at: range)
    }
    targets = Array(targets.prefix(width))
  }

  // MARK: Derived relations

  /// An INSERT of a query's rows into all columns of a derived relation, whose types they must have.
  ///
  /// - Parameter isChecked: Whether the query's columns must have the relation's names and types.
  func lowerDerived(into relation: Relation, _ query: Query, isChecked: Bool = true) throws(SQLError) -> SQLiteQuery {
    let lowered = try lower(query, parent: nil)
    let expected = relation.columns.map(\.name)
    guard !isChecked || lowered.columns.map(\.name) == expected else {
      throw SQLError(
        .datatypeMismatch,
        "the query gives the columns \(lowered.columns.map(\.name).joined(separator: ", ")), but the header declares "
          + expected.joined(separator: ", "), at: query.body.range)
    }
    for (column, given) in zip(relation.columns, lowered.columns)
    where isChecked && column.type.unmodified != given.known.type.unmodified {
      throw SQLError(
        .datatypeMismatch,
        "the column \"\(column.name)\" is \(given.known.type.displayName), but the header declares "
          + column.type.declaration, hint: "Cast it in the query.", at: query.body.range)
    }
    return try converted(lowered, toTargets: relation.columns, at: query.range).query
  }

  /// An INSERT of such rows.
  func lowerInsert(into relation: Relation, _ query: Query, isChecked: Bool = true) throws(SQLError) -> String {
    let source = try lowerDerived(into: relation, query, isChecked: isChecked)
    var printer = SQLitePrinter()
    printer.write("insert into ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    printer.writeList(relation.columns.map(\.name)) { $0.writeName($1) }
    printer.write(") ")
    printer.write(source)
    return printer.text
  }
}
