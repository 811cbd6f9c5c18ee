/// ON CONFLICT.
///
/// SQLite's clause names a unique index by its terms and its predicate, exactly; PostgreSQL infers the index, or takes
/// a constraint's name. So the index is found here, and SQLite is given its own terms.
/// Source: <https://www.postgresql.org/docs/15/sql-insert.html#SQL-ON-CONFLICT>
extension Analyzer {
  /// A unique index that decides what a conflict is.
  private struct Arbiter: Hashable {
    var terms: [SQLiteExpression]
    var condition: SQLiteExpression?
  }

  func write(
    _ conflict: OnConflict, _ scope: Scope, isSingleRow: Bool, _ printer: inout SQLitePrinter,
    _ result: inout LoweredWrite
  ) throws(SQLError) {
    let relation = result.relation
    let arbiters = try arbiters(conflict.target, relation, scope)
    var action = SQLitePrinter()
    switch conflict.action {
    case .nothing:
      action.write(" do nothing")
    case .update(let assignments, let condition):
      guard conflict.target != nil else {
        throw SQLError(
          .syntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name",
          hint: "For example, ON CONFLICT (column_name).")
      }
      let inner = Scope(parent: scope.parent)
      inner.relations =
        scope.relations + [
          ScopeRelation(name: "excluded", table: "excluded", columns: scopeColumns(relation, "excluded"))
        ]
      action.write(" do update set ")
      // Subqueries see the tables as they were before, and SQLite computes them between the rows that it writes.
      let (before, known) = (snapshots, readTables)
      (snapshots, readTables) = (step.returningSnapshots, [])
      let lowered = try lower(assignments, relation, inner)
      write(lowered, &action)
      let filter = try condition.map { expression throws(SQLError) in
        try self.condition(expression, .whereCondition, inner, name: "WHERE")
      }
      if !isSingleRow || step.isStep { result.returningReads.formUnion(readTables) }
      (snapshots, readTables) = (before, known.union(readTables))
      result.tracksRows = !isSingleRow || step.tracksRows
      if result.tracksRows {
        action.write(" where ")
        action.write(onceOnly(relation, scope.relations[0].table, "ON CONFLICT DO UPDATE", filter))
      } else if let filter {
        action.write(" where ")
        action.write(filter)
      }
    }
    guard let arbiters else {
      printer.write(" on conflict" + action.text)
      return
    }
    for arbiter in arbiters {
      printer.write(" on conflict (")
      printer.qualifiesColumns = false
      printer.writeList(arbiter.terms) { $0.write($1) }
      printer.write(")")
      if let condition = arbiter.condition {
        printer.write(" where ")
        printer.write(condition)
      }
      printer.qualifiesColumns = true
      printer.write(action.text)
    }
  }

  /// The condition with an error, 21000, for a row that the same statement has written already: SQLite would change it
  /// once more, PostgreSQL says that it cannot know which of the two shall stay.
  func onceOnly(_ relation: Relation, _ table: String, _ command: String, _ condition: SQLiteExpression?)
    -> SQLiteExpression
  {
    let row = SQLiteExpression.column(ColumnUse(table: table, column: "rowid"))
    let isFirst = SQLiteExpression.call("pg_write_once", .text(relation.storageName), row, .text(command))
    return .caseWhen([SQLiteBranch(condition: isFirst, result: condition ?? .integer(1))], otherwise: nil)
  }

  // MARK: Arbiters

  /// - Returns: Nil when every unique index counts.
  /// - Throws: 42P10 when no index has these keys, 42704 when there is no such constraint.
  private func arbiters(_ target: OnConflict.Target?, _ relation: Relation, _ scope: Scope) throws(SQLError)
    -> [Arbiter]?
  {
    switch target {
    case nil: return nil
    case .constraint(let name):
      guard let constraint = relation.constraint(named: name.name) else {
        throw SQLError(
          .undefinedObject, "constraint \"\(name.name)\" for table \"\(relation.name)\" does not exist", at: name.range)
      }
      guard constraint.isUniqueKey else {
        throw SQLError(
          .wrongObjectType, "constraint in ON CONFLICT clause has no associated index", at: name.range)
      }
      return [Arbiter(terms: constraint.columns.map { term($0, relation) }, condition: nil)]
    case .columns(let keys, let condition):
      // The index is found by what its terms are to SQLite.
      let own = ownScope(relation)
      own.relations[0].name = scope.relations[0].name
      let wanted = try keys.map { key throws(SQLError) in
        return try lower(key, .indexKey, own).sql
      }
      let given = try condition.map { expression throws(SQLError) in
        try self.condition(expression, .indexPredicate, own, name: "WHERE").conjuncts
      }
      var found: [Arbiter] = []
      for candidate in try candidates(relation)
      where Set(candidate.terms) == Set(wanted) && (candidate.condition?.isImplied(by: given ?? []) ?? true)
        && !found.contains(candidate)
      {
        found.append(candidate)
      }
      guard !found.isEmpty else {
        throw SQLError(
          .invalidColumnReference,
          "there is no unique or exclusion constraint matching the ON CONFLICT specification")
      }
      return found
    }
  }

  private func term(_ column: String, _ relation: Relation) -> SQLiteExpression {
    .column(ColumnUse(table: relation.name, column: column))
  }

  private func candidates(_ relation: Relation) throws(SQLError) -> [Arbiter] {
    var candidates = relation.constraints.filter(\.isUniqueKey).map { constraint in
      Arbiter(terms: constraint.columns.map { term($0, relation) }, condition: nil)
    }
    if candidates.isEmpty, !relation.primaryKey.isEmpty {
      candidates = [Arbiter(terms: relation.primaryKey.map { term($0, relation) }, condition: nil)]
    }
    let own = ownScope(relation)
    for index in relation.indexes where index.isUnique {
      let terms = try index.keys.map { key throws(SQLError) in
        try lower(Parser.parseExpression(key.expression), .indexKey, own).sql
      }
      let condition = try index.condition.map { text throws(SQLError) in
        try self.condition(Parser.parseExpression(text), .indexPredicate, own, name: "WHERE")
      }
      candidates.append(Arbiter(terms: terms, condition: condition))
    }
    return candidates
  }
}

extension SQLiteExpression {
  /// Whether a predicate follows from conditions that hold.
  ///
  /// PostgreSQL proves more than this; where it would, the statement is an error here (42P10), never something else.
  /// Source: PostgreSQL's `src/backend/optimizer/util/predtest.c`.
  fileprivate func isImplied(by conditions: [SQLiteExpression]) -> Bool {
    conjuncts.allSatisfy { wanted in
      if conditions.contains(wanted) { return true }
      if case .chain("or", let parts) = wanted { return parts.contains { $0.isImplied(by: conditions) } }
      // A comparison that is true had no null in it.
      guard case .postfix(let operand, "is not null") = wanted else {
        return conditions.contains { wanted.follows(fromBound: $0) }
      }
      return conditions.contains { condition in
        guard case .infix(let symbol, let left, let right) = condition,
          ["=", "<>", "!=", "<", "<=", ">", ">="].contains(symbol)
        else { return false }
        return left == operand || right == operand
      }
    }
  }

  /// Whether `x > 0` follows from `x > 1`, for comparisons of the same operand with integers.
  private func follows(fromBound given: SQLiteExpression) -> Bool {
    guard case .infix(let wanted, let operand, .integer(let bound)) = self,
      case .infix(let symbol, operand, .integer(let value)) = given
    else { return false }
    switch (symbol, wanted) {
    case ("=", ">"): return value > bound
    case ("=", ">="), (">", ">"), (">=", ">="), (">", ">="): return value >= bound
    case (">=", ">"): return value > bound
    case ("=", "<"): return value < bound
    case ("=", "<="), ("<", "<"), ("<=", "<="), ("<", "<="): return value <= bound
    case ("<=", "<"): return value < bound
    case ("=", "<>"), ("=", "!="): return value != bound
    default: return false
    }
  }
}
