extension Analyzer {
  /// One FROM item; its columns join the scope.
  func lower(_ table: TableExpression, _ scope: Scope) throws(SQLError) -> SQLiteTable {
    switch table {
    case .relation(let name, let alias, _):
      return try lowerRelation(name, alias, scope)
    case .subquery(let query, let alias, let isLateral, let range):
      let lowered = try hiding(isLateral ? [] : scope.relations) { () throws(SQLError) in
        try lower(query, parent: isLateral ? scope : scope.parent)
      }
      let table = uniqueAlias(alias?.name.name ?? "subquery")
      if isLateral, lowered.uses(scope.tables) { return try lowerLateral(lowered, alias, table, range, scope) }
      let columns = zip(lowered.columns, lowered.storageColumns).map { column, storage in
        ScopeColumn(name: column.name, expression: column.known.use(table, storage))
      }
      try add(
        ScopeRelation(name: alias?.name.name ?? table, schema: nil, table: table, columns: columns), alias, range, scope
      )
      return .subquery(lowered.named, alias: table)
    case .functions(let calls, let alias, let withOrdinality, _, let range):
      return try lowerFunctions(calls, alias, withOrdinality, range, scope)
    case .join(let kind, let left, let right, let condition, let range):
      return try lowerJoin(kind, left, right, condition, range, scope)
    case .aliased(let inner, let alias):
      return try lowerAliased(inner, alias, scope)
    }
  }

  /// `(a join b on …) as t(x, y)`: the join's columns under one name, its items hidden.
  private func lowerAliased(_ inner: TableExpression, _ alias: TableAlias, _ scope: Scope) throws(SQLError)
    -> SQLiteTable
  {
    let start = scope.relations.count
    let merged = scope.merged
    scope.merged = []
    let table = try lower(inner, scope)
    let relations = Array(scope.relations[start...])
    let columns = scope.merged + relations.flatMap { relation in relation.columns.filter { !$0.isMerged } }
    scope.relations.removeSubrange(start...)
    scope.merged = merged
    let tables = relations.flatMap(\.tables)
    try add(
      ScopeRelation(
        name: alias.name.name, table: tables.first ?? "", otherTables: Array(tables.dropFirst()), columns: columns),
      alias, alias.name.range, scope)
    return table
  }

  func add(_ relation: ScopeRelation, _ alias: TableAlias?, _ range: SourceRange, _ scope: Scope)
    throws(SQLError)
  {
    var relation = relation
    if scope.relations.contains(where: { $0.name == relation.name && ($0.schema == relation.schema || alias != nil) }) {
      throw SQLError(
        .duplicateAlias, "table name \"\(relation.name)\" specified more than once", at: alias?.name.range ?? range)
    }
    if let alias {
      guard alias.columns.count <= relation.columns.count else {
        throw SQLError(
          .invalidColumnReference,
          "table \"\(relation.name)\" has \(relation.columns.count) columns available but "
            + "\(alias.columns.count) columns specified", at: alias.name.range)
      }
      for (index, column) in alias.columns.enumerated() { relation.columns[index].name = column.name }
    }
    scope.relations.append(relation)
  }

  private func lowerRelation(_ name: QualifiedName, _ alias: TableAlias?, _ scope: Scope) throws(SQLError)
    -> SQLiteTable
  {
    if name.parts.count == 1, let common = scope.commonTable(name.name) {
      let table = uniqueAlias(alias?.name.name ?? name.name)
      let columns = zip(common.columns, common.storageColumns).map { column, storage in
        ScopeColumn(name: column.name, expression: column.use(table, storage))
      }
      try add(
        ScopeRelation(
          name: alias?.name.name ?? name.name, table: table, columns: columns,
          isRecursiveReference: common.isRecursiveReference), alias, name.range, scope)
      return .relation(common.storageName, alias: table)
    }
    if name.parts.count == 1, openViews.isEmpty, let columns = step.rows[name.name] {
      return try lowerRows(of: name, columns, alias, scope)
    }
    let relation = try resolveRelation(name)
    guard relation.isPopulated else {
      throw SQLError(
        .objectNotInPrerequisiteState, "materialized view \"\(relation.name)\" has not been populated",
        hint: "Use the REFRESH MATERIALIZED VIEW command.", at: name.range)
    }
    let visibleName = alias?.name.name ?? relation.name
    let table = uniqueAlias(visibleName)
    if relation.kind == .view, let definition = relation.definition {
      let query = try expand(relation, definition, at: name.range)
      let columns = zip(relation.columns, query.storageColumns).enumerated().map { index, pair in
        var column = query.columns[index].known
        column.name = pair.0.name
        return ScopeColumn(
          name: column.name, expression: column.use(table, pair.1),
          origin: ColumnOrigin(relation: relation.qualifiedName, column: column.name))
      }
      try add(
        ScopeRelation(
          name: visibleName, schema: alias == nil ? relation.schema : nil, table: table, columns: columns), alias,
        name.range, scope)
      return .subquery(query.named, alias: table)
    }
    readTables.insert(relation.storageName)
    try add(
      ScopeRelation(
        name: visibleName, schema: alias == nil ? relation.schema : nil, table: table,
        columns: scopeColumns(relation, table), relation: relation), alias, name.range, scope)
    return stored(relation, alias: table)
  }

  /// The rows that a step of the command has returned.
  private func lowerRows(
    of name: QualifiedName, _ columns: [ResultColumn], _ alias: TableAlias?, _ scope: Scope
  ) throws(SQLError) -> SQLiteTable {
    let table = uniqueAlias(alias?.name.name ?? name.name)
    try add(
      ScopeRelation(name: alias?.name.name ?? name.name, table: table, columns: rowColumns(columns, table)), alias,
      name.range, scope)
    return rows(name.name, alias: table)
  }

  /// A row set that is bound to a parameter, as a FROM item.
  func rows(_ name: String, alias: String) -> SQLiteTable {
    .function("pg_rows", [.parameter(context.parameters.number(of: .rows(name)))], alias: alias)
  }

  /// The columns of a row set, which SQLite calls `c1`, `c2` ….
  func rowColumns(_ columns: [ResultColumn], _ table: String) -> [ScopeColumn] {
    columns.enumerated().map { index, column in
      ScopeColumn(name: column.name, expression: column.known.use(table, "c\(index + 1)"))
    }
  }

  /// A stored table, as it was when the command began where a step has changed it since.
  func stored(_ relation: Relation, alias: String) -> SQLiteTable {
    guard let snapshot = snapshots[relation.storageName] else {
      return .relation(relation.storageName, alias: alias)
    }
    let current = uniqueAlias("current")
    let changed = uniqueAlias("changed")
    let old = uniqueAlias("old")
    func items(_ table: String, row: String) -> [SQLiteItem] {
      [SQLiteItem(expression: .column(ColumnUse(table: table, column: row)), alias: "rowid")]
        + relation.columns.map {
          SQLiteItem(expression: .column(ColumnUse(table: table, column: $0.name)), alias: $0.name)
        }
    }
    let isSame = SQLiteExpression.infix(
      "=", .column(ColumnUse(table: changed, column: "engine row")),
      .column(ColumnUse(table: current, column: "rowid")))
    let changes = SQLiteSelect(
      items: [SQLiteItem(expression: .integer(1), alias: nil)], from: .relation(snapshot, alias: changed),
      condition: isSame)
    let unchanged = SQLiteSelect(
      items: items(current, row: "rowid"), from: .relation(relation.storageName, alias: current),
      condition: .prefix("not", .exists(SQLiteQuery(body: .select(changes)))))
    let kept = SQLiteSelect(
      items: items(old, row: "engine row"), from: .relation(snapshot, alias: old),
      condition: .column(ColumnUse(table: old, column: "engine kept")))
    return .subquery(
      SQLiteQuery(body: .compound("union all", .select(unchanged), .select(kept))), alias: alias)
  }

  func scopeColumns(_ relation: Relation, _ table: String) -> [ScopeColumn] {
    relation.columns.map { column in
      ScopeColumn(
        name: column.name,
        expression: ResultColumn(
          name: column.name, type: column.type, fixedPoint: column.type.fixedPoint, isNullable: !column.isNotNull
        ).use(table, column.name), origin: ColumnOrigin(relation: relation.qualifiedName, column: column.name))
    }
  }

  /// - Throws: 42P01 with the nearest name, 3F000 for a schema that does not exist.
  func resolveRelation(_ name: QualifiedName) throws(SQLError) -> Relation {
    if let relation = catalog.relation(schema: name.schema, name: name.name) { return relation }
    let written = name.parts.map(\.name).joined(separator: ".")
    if name.schema == nil, laterTables.contains(where: { $0.contains(name.name) }) {
      throw .forwardReference(name.name, at: name.range)
    }
    if catalog.isUnsupportedSystemRelation(schema: name.schema, name: name.name) {
      throw SQLError(.featureNotSupported, "the relation \(written) is not supported", at: name.range)
    }
    let names = catalog.relationNames
    // The name alone, without its schema, is the commonest slip.
    let candidate =
      names.first { name.schema == nil && $0.hasSuffix("." + name.name) } ?? nearest(written, in: names)
    throw SQLError(
      .undefinedTable, "relation \"\(written)\" does not exist",
      hint: candidate.map { "Perhaps you meant the relation \"\($0)\"." }, at: name.range)
  }

  private func expand(_ relation: Relation, _ definition: String, at range: SourceRange) throws(SQLError)
    -> LoweredQuery
  {
    guard !openViews.contains(relation.qualifiedName) else {
      throw SQLError(
        .invalidRecursion, "infinite recursion detected in the definition of view \"\(relation.qualifiedName)\"",
        at: range)
    }
    openViews.append(relation.qualifiedName)
    defer { openViews.removeLast() }
    do throws(SQLError) {
      guard case .query(let query) = try Parser.parseStatement(definition).kind else {
        throw SQLError(.internalError, "the definition is no query")
      }
      return try withoutVariables { () throws(SQLError) in try lower(query, parent: nil) }
    } catch {
      // Positions inside the view mean nothing in the statement that uses it.
      throw SQLError(error.state, "view \"\(relation.qualifiedName)\": \(error.message)", hint: error.hint, at: range)
    }
  }

  // MARK: Joins

  private func lowerJoin(
    _ kind: JoinKind, _ left: TableExpression, _ right: TableExpression, _ condition: JoinCondition,
    _ range: SourceRange, _ scope: Scope
  ) throws(SQLError) -> SQLiteTable {
    let start = scope.relations.count
    let leftTable = try lower(left, scope)
    let middle = scope.relations.count
    let mergedBefore = scope.merged.count
    let rightTable = try lower(right, scope)
    let leftRange = start..<middle
    let rightRange = middle..<scope.relations.count
    if kind == .right || kind == .full {
      try refuseLateral(rightTable, over: scope.relations[leftRange], range)
    }
    if kind == .left || kind == .full { makeNullable(rightRange, scope) }
    if kind == .right || kind == .full { makeNullable(leftRange, scope) }
    let keyword =
      switch kind {
      case .inner: "join"
      case .left: "left join"
      case .right: "right join"
      case .full: "full join"
      case .cross: "join"
      }
    switch condition {
    case .none:
      return .join(keyword, leftTable, rightTable, on: nil)
    case .on(let expression):
      // ON sees the join's own items only, not those before a comma.
      let inner = Scope(parent: scope.parent)
      inner.relations = Array(scope.relations[start...])
      inner.merged = scope.merged
      let sql = try hiding(Array(scope.relations[..<start])) { () throws(SQLError) in
        try self.condition(expression, .joinCondition, inner, name: "JOIN/ON")
      }
      return .join(keyword, leftTable, rightTable, on: sql)
    case .using(let names, let alias):
      let sql = try merge(names, kind, leftRange, rightRange, mergedBefore, range, scope)
      if let alias {
        // The alias names the merged columns only, which `*` shows already.
        let columns = scope.merged.prefix(names.count).map { column in
          ScopeColumn(name: column.name, expression: column.expression, isMerged: true)
        }
        let table = scope.relations[start].table
        try add(
          ScopeRelation(name: alias.name, table: table, columns: columns),
          TableAlias(name: alias), alias.range, scope)
      }
      return .join(keyword, leftTable, rightTable, on: sql)
    case .natural:
      let leftNames = scope.relations[leftRange].flatMap { $0.columns.filter { !$0.isMerged }.map(\.name) }
      let rightNames = Set(scope.relations[rightRange].flatMap { $0.columns.map(\.name) })
      let common = leftNames.filter(rightNames.contains).map { Identifier($0, at: range) }
      guard !common.isEmpty else { return .join(keyword, leftTable, rightTable, on: .integer(1)) }
      let sql = try merge(common, kind, leftRange, rightRange, mergedBefore, range, scope)
      return .join(keyword, leftTable, rightTable, on: sql)
    }
  }

  /// A join that keeps all rows of its right side cannot compute them from rows of its left side.
  private func refuseLateral(_ table: SQLiteTable, over left: ArraySlice<ScopeRelation>, _ range: SourceRange)
    throws(SQLError)
  {
    var used: ScopeRelation?
    table.forEachExpression { expression in
      used = used ?? left.first { expression.uses(Set($0.tables)) }
    }
    guard let used else { return }
    throw SQLError(
      .invalidColumnReference, "invalid reference to FROM-clause entry for table \"\(used.name)\"",
      detail: "The combining JOIN type must be INNER or LEFT for a LATERAL reference.", at: range)
  }

  func makeNullable(_ range: Range<Int>, _ scope: Scope) {
    for relation in range {
      scope.relations[relation].isNullExtended = true
      for column in scope.relations[relation].columns.indices {
        scope.relations[relation].columns[column].expression.isNullable = true
      }
    }
  }

  /// The condition of USING; each named column is merged into one in front of the others.
  private func merge(
    _ names: [Identifier], _ kind: JoinKind, _ left: Range<Int>, _ right: Range<Int>, _ mergedBefore: Int,
    _ range: SourceRange, _ scope: Scope
  ) throws(SQLError) -> SQLiteExpression {
    var conditions: [SQLiteExpression] = []
    var newlyMerged: [ScopeColumn] = []
    // What the left side has merged already is merged once more, and taken off the list on the way.
    var mergedBefore = mergedBefore
    for name in names {
      let a: TypedExpression
      if let index = scope.merged[..<mergedBefore].firstIndex(where: { $0.name == name.name }) {
        a = scope.merged.remove(at: index).expression
        mergedBefore -= 1
      } else {
        a = try takeMerged(name, left, "left", scope)
      }
      let b = try takeMerged(name, right, "right", scope)
      conditions.append(try compare("=", a, b, at: name.range).sql)
      var value: TypedExpression
      switch kind {
      case .right: value = b
      case .full:
        let unified = try unify([a, b], "JOIN/USING")
        value = unified.values[0]
        value.sql = .call("coalesce", unified.values.map(\.sql))
      default: value = a
      }
      newlyMerged.append(ScopeColumn(name: name.name, expression: value))
    }
    scope.merged = newlyMerged + scope.merged
    return conditions.count == 1 ? conditions[0] : .chain("and", conditions)
  }

  private func takeMerged(_ name: Identifier, _ side: Range<Int>, _ label: String, _ scope: Scope) throws(SQLError)
    -> TypedExpression
  {
    var found: TypedExpression?
    for relation in side {
      for column in scope.relations[relation].columns.indices
      where scope.relations[relation].columns[column].name == name.name
        && !scope.relations[relation].columns[column].isMerged
      {
        if found != nil {
          throw SQLError(
            .ambiguousColumn, "common column name \"\(name.name)\" appears more than once in \(label) table",
            at: name.range)
        }
        found = scope.relations[relation].columns[column].expression
        scope.relations[relation].columns[column].isMerged = true
        noteUse(scope.relations[relation].columns[column].origin, of: nil)
      }
    }
    guard let found else {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" specified in USING clause does not exist in \(label) table",
        at: name.range)
    }
    return found
  }
}

extension ResultColumn {
  /// The column with a type for untyped literals: text, as PostgreSQL decides for subqueries.
  var known: ResultColumn {
    var column = self
    if column.type.isUnknown { column.type = .text }
    return column
  }
}

extension LoweredQuery {
  /// Whether the query uses a column of one of the tables: whether it is correlated with them.
  func uses(_ tables: Set<String>) -> Bool {
    query.uses(tables)
  }
}

extension SQLiteQuery {
  func uses(_ tables: Set<String>) -> Bool {
    var found = false
    forEachExpression { expression in
      if !found { found = expression.uses(tables) }
    }
    return found
  }
}
