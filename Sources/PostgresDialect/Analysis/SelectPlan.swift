/// A SELECT on its way to SQLite's form: stages of PostgreSQL that SQLite lacks wrap what comes before them.
///
/// The order of PostgreSQL's stages: FROM, WHERE, grouping sets, HAVING, window functions, set-returning functions of
/// the select list, DISTINCT ON, ORDER BY.
struct SelectPlan {
  /// FROM, WHERE, GROUP BY and HAVING so far; its items come from `outputs`.
  var core: SQLiteSelect
  var outputs: [SQLiteExpression]
  /// Terms that are integers stand for positions in `outputs`.
  var terms: [SQLiteOrderTerm]
  var distinctOn: [SQLiteExpression]
  /// Set-returning functions of the select list that are not expanded yet; a later one uses rows of those before it.
  var expansions: [SetExpansion]

  /// Applies the change to every expression that the stages to come compute.
  mutating func rewrite(_ transform: (SQLiteExpression) -> SQLiteExpression?) {
    outputs = outputs.map { $0.rewritten(transform) }
    terms = terms.map { $0.rewritten(transform) }
    distinctOn = distinctOn.map { $0.rewritten(transform) }
    for index in expansions.indices {
      expansions[index].calls = expansions[index].calls.map {
        SetExpansion.Call(rows: $0.rows.rewritten(transform), width: $0.width)
      }
    }
  }

  /// Moves what is computed so far into a subquery, whose columns the later stages use.
  mutating func wrap(alias: String) {
    var items: [SQLiteItem] = []
    var columns: [SQLiteExpression: SQLiteExpression] = [:]
    let later = Set(expansions.map(\.alias))
    rewrite { expression in
      if expression.isConstant { return expression }
      // A collation belongs to the use and not to the value; an expression over rows to come is taken apart.
      if case .collate = expression { return nil }
      if expression.uses(later) {
        if case .column = expression { return expression }
        return nil
      }
      if let column = columns[expression] { return column }
      let name = "h\(items.count + 1)"
      let column = SQLiteExpression.column(ColumnUse(table: alias, column: name))
      items.append(SQLiteItem(expression: expression, alias: name))
      columns[expression] = column
      return column
    }
    if items.isEmpty { items.append(SQLiteItem(expression: .integer(1), alias: "none")) }
    core.items = items
    core = SQLiteSelect(items: [], from: .subquery(SQLiteQuery(body: .select(core)), alias: alias))
  }

  /// Joins the rows of the select list's set-returning functions.
  mutating func expandSets() {
    for expansion in expansions { core.from = joined(core.from, expansion.table) }
    expansions = []
  }
}

/// The set-returning functions of a select list that are expanded in lock-step.
/// Source: <https://www.postgresql.org/docs/15/xfunc-sql.html#XFUNC-SQL-FUNCTIONS-RETURNING-SET>
struct SetExpansion {
  struct Call {
    var rows: SQLiteExpression
    var width: Int
  }

  /// The alias of the rows in the SQLite statement.
  var alias: String
  var calls: [Call] = []

  var table: SQLiteTable { .rows(calls, alias: alias) }
}

extension SQLiteTable {
  /// The rows of one or more row sets beside each other: columns `ordinality`, `c1`, `c2` ….
  static func rows(_ calls: [SetExpansion.Call], alias: String) -> SQLiteTable {
    if calls.count == 1 { return .function("pg_rows", [calls[0].rows], alias: alias) }
    let pairs = calls.flatMap { [$0.rows, .integer(Int64($0.width))] }
    return .function("pg_rows", [.call("pg_zip_rows", pairs)], alias: alias)
  }

  /// The widest row set that a statement can use; SQLite passes no more arguments to a function.
  static let maximumRowWidth = 127
}
