/// A statement that writes, after analysis.
struct LoweredWrite {
  var sql: String
  var columns: [ResultColumn]
}

extension Analyzer {
  private func writable(_ name: QualifiedName, _ verb: String) throws(SQLError) -> Relation {
    let relation = try resolveRelation(name)
    switch relation.kind {
    case .table: return relation
    case .materializedView:
      throw SQLError(
        .wrongObjectType, "cannot change materialized view \"\(relation.name)\"",
        hint: relation.definition == nil ? "A refresh computes its rows." : nil, at: name.range)
    case .view:
      throw SQLError(
        .featureNotSupported, "cannot \(verb) view \"\(relation.name)\"", at: name.range)
    }
  }

  private func column(_ name: Identifier, of relation: Relation) throws(SQLError) -> RelationColumn {
    guard let column = relation.columns.first(where: { $0.name == name.name }) else {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" of relation \"\(relation.name)\" does not exist",
        hint: nearest(name.name, in: relation.columns.map(\.name)).map {
          "Perhaps you meant the column \"\($0)\"."
        }, at: name.range)
    }
    return column
  }

  /// A value on its way into a column.
  private func assigned(_ expression: Expression, to column: RelationColumn, _ scope: Scope) throws(SQLError)
    -> SQLiteExpression
  {
    if case .defaultValue = expression.kind { return try defaultValue(of: column) }
    // SQLite would number the row instead.
    if case .null = expression.kind, column.isIdentity {
      throw SQLError(
        .notNullViolation, "null value in column \"\(column.name)\" violates not-null constraint", at: expression.range)
    }
    return try assigned(try lower(expression, .assignment, scope), to: column)
  }

  private func assigned(_ value: TypedExpression, to column: RelationColumn) throws(SQLError) -> SQLiteExpression {
    guard value.type.isUnknown || (CastRules.context(from: value.type, to: column.type) ?? .explicit) <= .assignment
    else {
      throw SQLError(
        .datatypeMismatch,
        "column \"\(column.name)\" is of type \(column.type.displayName) but expression is of type "
          + value.type.displayName, hint: "You will need to rewrite or cast the expression.", at: value.range)
    }
    return try stored(context.cast(value, to: column.type, in: .assignment), column)
  }

  /// The value in the form in which the column holds it: a decimal as a scaled integer or as text.
  func stored(_ value: TypedExpression, _ column: RelationColumn) throws(SQLError) -> SQLiteExpression {
    guard column.type.isNumeric else { return value.sql }
    return try represented(value, as: column.type.fixedPoint).sql
  }

  func defaultValue(of column: RelationColumn) throws(SQLError) -> SQLiteExpression {
    guard let text = column.defaultExpression else { return .null }
    let expression = try Parser.parseExpression(text)
    let value = try withoutVariables { () throws(SQLError) in
      try lower(expression, .defaultValue, Scope(parent: nil))
    }
    return try stored(context.cast(value, to: column.type, in: .assignment), column)
  }

  private func targetScope(_ relation: Relation, alias: String, table: String) -> Scope {
    let scope = Scope(parent: nil)
    scope.relations = [
      ScopeRelation(
        name: alias, schema: alias == relation.name ? relation.schema : nil, table: table,
        columns: scopeColumns(relation, table), relation: relation)
    ]
    return scope
  }

  private func refuseWith(_ with: WithClause?, _ range: SourceRange) throws(SQLError) {
    if with != nil {
      throw SQLError(.featureNotSupported, "WITH before INSERT, UPDATE and DELETE is not supported yet", at: range)
    }
  }

  // MARK: INSERT

  func lower(_ insert: Insert, range: SourceRange) throws(SQLError) -> LoweredWrite {
    try refuseWith(insert.with, range)
    let relation = try writable(insert.table, "insert into")
    var targets: [RelationColumn] = []
    for name in insert.columns {
      let column = try column(name, of: relation)
      if targets.contains(where: { $0.name == column.name }) {
        throw SQLError(.duplicateColumn, "column \"\(name.name)\" specified more than once", at: name.range)
      }
      targets.append(column)
    }
    if insert.columns.isEmpty { targets = relation.columns }

    var printer = SQLitePrinter()
    var query: LoweredQuery?
    var rows: [[SQLiteExpression]] = []
    switch insert.source {
    case .defaultValues:
      targets = []
      rows = [[]]
    case .query(let source):
      if case .values(let values) = source.body, source.with == nil, source.orderBy.isEmpty, source.limit == nil {
        let width = values.first?.count ?? 0
        try checkWidth(width, &targets, isListed: !insert.columns.isEmpty, values.first?.last?.range ?? range)
        let scope = Scope(parent: nil)
        for row in values {
          guard row.count == width else {
            throw SQLError(
              .syntaxError, "VALUES lists must all be the same length", at: row.first?.range ?? range)
          }
          var cells: [SQLiteExpression] = []
          for (value, column) in zip(row, targets) { cells.append(try assigned(value, to: column, scope)) }
          rows.append(cells)
        }
      } else {
        let lowered = try lower(source, parent: nil)
        try checkWidth(lowered.columns.count, &targets, isListed: !insert.columns.isEmpty, source.range)
        query = try converted(lowered, toTargets: targets, at: source.range)
      }
    }

    // SQLite does not know the defaults: they are part of every INSERT that leaves a column out.
    let missing = relation.columns.filter { column in
      column.defaultExpression != nil && !targets.contains { $0.name == column.name }
    }
    for column in targets where column.isIdentityAlways && insert.overriding != .system {
      throw SQLError(
        SQLState(rawValue: "428C9"), "cannot insert a non-DEFAULT value into column \"\(column.name)\"",
        detail: "Column \"\(column.name)\" is an identity column defined as GENERATED ALWAYS.",
        hint: "Use OVERRIDING SYSTEM VALUE to override.", at: range)
    }
    let defaults = try missing.map { column throws(SQLError) in try defaultValue(of: column) }
    let alias = uniqueAlias(insert.alias?.name ?? relation.name)
    printer.write("insert into ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    let names = targets.map(\.name) + missing.map(\.name)
    if names.isEmpty {
      printer.write(" default values")
    } else {
      printer.write(" (")
      printer.writeList(names) { $0.writeName($1) }
      printer.write(") ")
      if let query {
        let source = uniqueAlias("source")
        let items =
          query.storageColumns.map { SQLiteItem(expression: .column(ColumnUse(table: source, column: $0)), alias: nil) }
          + defaults.map { SQLiteItem(expression: $0, alias: nil) }
        // WHERE TRUE keeps SQLite from reading ON CONFLICT as a join condition.
        let select = SQLiteSelect(
          items: items, from: .subquery(query.named, alias: source), condition: .integer(1))
        printer.write(SQLiteQuery(body: .select(select)))
      } else {
        printer.write(SQLiteQuery(body: .values(rows.map { $0 + defaults })))
      }
    }
    let scope = targetScope(relation, alias: insert.alias?.name ?? relation.name, table: alias)
    if let conflict = insert.onConflict { try write(conflict, relation, scope, &printer) }
    let columns = try writeReturning(insert.returning, scope, &printer)
    return LoweredWrite(sql: printer.text, columns: columns)
  }

  /// An INSERT of a query's rows into all columns of a derived relation, whose types they must have.
  ///
  /// - Parameter isChecked: Whether the query's columns must have the relation's names and types.
  func lowerInsert(into relation: Relation, _ query: Query, isChecked: Bool = true) throws(SQLError) -> String {
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
    let source = try converted(lowered, toTargets: relation.columns, at: query.range)
    var printer = SQLitePrinter()
    printer.write("insert into ")
    printer.writeName(relation.storageName)
    printer.write(" (")
    printer.writeList(expected) { $0.writeName($1) }
    printer.write(") ")
    printer.write(source.query)
    return printer.text
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

  private func converted(_ lowered: LoweredQuery, toTargets targets: [RelationColumn], at range: SourceRange)
    throws(SQLError) -> LoweredQuery
  {
    var result = lowered
    let alias = uniqueAlias("source")
    var items: [SQLiteItem] = []
    var names: [String] = []
    for (index, column) in targets.enumerated() {
      var value = lowered.columns[index].use(alias, lowered.storageColumns[index])
      value.range = range
      // A literal in a select list is text by now, but as a value for a column it still counts as untyped.
      if value.type.isUnknown { value.type = .text }
      let context: CastContext = lowered.columns[index].type.isUnknown ? .explicit : .assignment
      if context == .assignment { _ = try assigned(value, to: column) }
      items.append(
        SQLiteItem(
          expression: try stored(self.context.cast(value, to: column.type, in: context), column), alias: "\(index)"))
      names.append("\(index)")
    }
    result.query = SQLiteQuery(body: .select(SQLiteSelect(items: items, from: .subquery(lowered.named, alias: alias))))
    result.storageColumns = names
    return result
  }

  private func write(_ conflict: OnConflict, _ relation: Relation, _ scope: Scope, _ printer: inout SQLitePrinter)
    throws(SQLError)
  {
    printer.write(" on conflict")
    switch conflict.target {
    case .columns(let keys, let condition):
      var names: [String] = []
      for key in keys {
        guard case .column(let name) = key.kind, name.parts.count == 1 else {
          throw SQLError(
            .featureNotSupported, "ON CONFLICT over expressions is not supported yet", at: key.range)
        }
        names.append(try column(name.parts[0], of: relation).name)
      }
      printer.write(" (")
      printer.writeList(names) { $0.writeName($1) }
      printer.write(")")
      if condition != nil {
        throw SQLError(.featureNotSupported, "ON CONFLICT … WHERE is not supported yet")
      }
    case .constraint(let name):
      throw SQLError(
        .featureNotSupported, "ON CONFLICT ON CONSTRAINT is not supported yet", hint: "Name the columns instead.",
        at: name.range)
    case nil:
      break
    }
    switch conflict.action {
    case .nothing:
      printer.write(" do nothing")
    case .update(let assignments, let condition):
      guard conflict.target != nil else {
        throw SQLError(
          .syntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name",
          hint: "For example, ON CONFLICT (column_name).")
      }
      let inner = Scope(parent: nil)
      inner.relations =
        scope.relations + [
          ScopeRelation(name: "excluded", table: "excluded", columns: scopeColumns(relation, "excluded"))
        ]
      printer.write(" do update set ")
      try write(assignments, relation, inner, &printer)
      if let condition {
        printer.write(" where ")
        printer.write(try self.condition(condition, .whereCondition, inner, name: "WHERE"))
      }
    }
  }

  private func write(
    _ assignments: [Assignment], _ relation: Relation, _ scope: Scope, _ printer: inout SQLitePrinter
  ) throws(SQLError) {
    var parts: [(String, SQLiteExpression)] = []
    for assignment in assignments {
      let columns = try assignment.columns.map { name throws(SQLError) in try column(name, of: relation) }
      if !assignment.subscripts.isEmpty {
        let earlier = parts.firstIndex { $0.0 == columns[0].name }
        let value = try element(assignment, of: columns[0], earlier.map { parts[$0].1 }, scope)
        if let earlier { parts[earlier].1 = value } else { parts.append((columns[0].name, value)) }
        continue
      }
      var values = [assignment.value]
      if columns.count > 1 {
        guard case .row(let elements, _) = assignment.value.kind, elements.count == columns.count else {
          throw SQLError(
            .featureNotSupported, "assignment of several columns from a subquery is not supported yet",
            at: assignment.value.range)
        }
        values = elements
      }
      for (column, value) in zip(columns, values) {
        if parts.contains(where: { $0.0 == column.name }) {
          throw SQLError(
            .syntaxError, "multiple assignments to same column \"\(column.name)\"", at: assignment.columns[0].range)
        }
        parts.append((column.name, try assigned(value, to: column, scope)))
      }
    }
    printer.writeList(parts) { printer, part in
      printer.writeName(part.0)
      printer.write(" = ")
      printer.write(part.1)
    }
  }

  /// The column's value with one of its elements assigned; `earlier` is what assignments before made of it.
  /// Source: <https://www.postgresql.org/docs/15/datatype-json.html#JSONB-SUBSCRIPTING>
  private func element(
    _ assignment: Assignment, of column: RelationColumn, _ earlier: SQLiteExpression?, _ scope: Scope
  ) throws(SQLError) -> SQLiteExpression {
    let range = assignment.columns[0].range
    guard column.type == .jsonb else {
      throw SQLError(
        .featureNotSupported, "assigning to an element of type \(column.type.displayName) is not supported yet",
        at: range)
    }
    let path = try jsonbPath(assignment.subscripts, .assignment, scope, range)
    let value = try lower(assignment.value, .assignment, scope)
    guard value.type.isUnknown || (CastRules.context(from: value.type, to: .jsonb) ?? .explicit) <= .assignment else {
      throw SQLError(
        .datatypeMismatch,
        "subscripted assignment to \"\(column.name)\" requires type jsonb but expression is of type "
          + value.type.displayName, hint: "You will need to rewrite or cast the expression.", at: value.range)
    }
    let new = try context.cast(value, to: .jsonb, in: .assignment)
    let stored = try resolveColumn(QualifiedName([assignment.columns[0]]), scope).sql
    let current = earlier ?? stored
    return .call("pg_jsonb_assign", current, path, new.sql)
  }

  private func writeReturning(_ items: [SelectItem], _ scope: Scope, _ printer: inout SQLitePrinter) throws(SQLError)
    -> [ResultColumn]
  {
    guard !items.isEmpty else { return [] }
    let outputs = try lowerItems(items, scope, clause: .returning)
    printer.write(" returning ")
    printer.qualifiesColumns = false
    printer.writeList(outputs) { printer, output in printer.write(output.value.sql) }
    printer.qualifiesColumns = true
    return outputs.map(\.column.known)
  }

  // MARK: UPDATE and DELETE

  func lower(_ update: Update, range: SourceRange) throws(SQLError) -> LoweredWrite {
    try refuseWith(update.with, range)
    let relation = try writable(update.table, "update")
    let visibleName = update.alias?.name ?? relation.name
    let alias = uniqueAlias(visibleName)
    let target = targetScope(relation, alias: visibleName, table: alias)
    let scope = Scope(parent: nil)
    scope.relations = target.relations
    var from: SQLiteTable?
    for item in update.from { from = joined(from, try lower(item, scope)) }
    var printer = SQLitePrinter()
    printer.write("update ")
    printer.writeName(relation.storageName)
    printer.write(" as ")
    printer.writeName(alias)
    printer.write(" set ")
    try write(update.assignments, relation, scope, &printer)
    if let from {
      printer.write(" from ")
      printer.write(from)
    }
    if let condition = update.condition {
      printer.write(" where ")
      printer.write(try self.condition(condition, .whereCondition, scope, name: "WHERE"))
    }
    let columns = try writeReturning(update.returning, target, &printer)
    return LoweredWrite(sql: printer.text, columns: columns)
  }

  func lower(_ delete: Delete, range: SourceRange) throws(SQLError) -> LoweredWrite {
    try refuseWith(delete.with, range)
    let relation = try writable(delete.table, "delete from")
    let visibleName = delete.alias?.name ?? relation.name
    let alias = uniqueAlias(visibleName)
    let target = targetScope(relation, alias: visibleName, table: alias)
    var printer = SQLitePrinter()
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
      let scope = Scope(parent: nil)
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
    let columns = try writeReturning(delete.returning, target, &printer)
    return LoweredWrite(sql: printer.text, columns: columns)
  }
}
