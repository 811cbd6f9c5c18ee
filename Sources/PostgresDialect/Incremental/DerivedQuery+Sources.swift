extension DerivedQuery {
  /// The rows of one input that can have had influence on some rows of the relation.
  public struct SourceRows: Sendable {
    /// SQLite's name of the input.
    public var relation: String
    /// The rows as SQLite gives them, with the input's columns; nil when nothing narrows them down.
    public var sql: String?
  }

  /// For each place where an input is read, its rows behind the rows of the relation whose keys are in `touched`.
  ///
  /// - Parameters:
  ///   - touched: A table with a column k0, k1 … for each of `keys`.
  ///   - keys: Columns of the relation by their position.
  ///   - columns: The columns of an input.
  public func sourceRows(touched: String, keys: [Int], columns: (String) -> [String]) -> [SourceRows] {
    influence.relations.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { alias, name in
      let inner = alias + "~"
      var conditions: [SQLiteExpression] = []
      for (position, index) in keys.enumerated() {
        guard let key = influence.columns[index][alias] else { continue }
        let expression = key.key.readFrom(inner, insteadOf: alias)
        let value = SQLiteExpression.column(ColumnUse(table: "touched~", column: "k\(position)"))
        if key.isExact {
          conditions.append(.infix("is", expression, value))
        } else {
          conditions.append(
            .between(
              value, .infix("+", expression, .integer(key.low)), .infix("+", expression, .integer(key.high)),
              negated: false))
        }
      }
      guard !conditions.isEmpty else { return SourceRows(relation: name, sql: nil) }
      let rows = Self.semijoin(name, inner, columns(name), touched, conditions, isIndexed: false)
      return SourceRows(relation: name, sql: SQLitePrinter.print(rows))
    }
  }
}
