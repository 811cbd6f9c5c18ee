import PostgresDialect
import ScoutPipeline
import ScoutStorage

extension Scout {
  /// What rows of a model rest on, down to the records that were received.
  ///
  /// - Parameters:
  ///   - relation: The schema may be left out where the name alone is clear.
  ///   - key: Columns and values as PostgreSQL reads them; without a column they are the grain's, in its order.
  ///   - limit: How many rows of each relation are given.
  /// - Throws: ``ScoutError`` `unknownModel` and `unknownColumn`; ``SQLError`` for a value that its column cannot have.
  public func why(_ relation: String, key: [(column: String?, value: String)], limit: Int = 20) throws -> WhyReport {
    let state = try modelState(relation)
    var named: [(column: String, value: String)] = []
    for (index, part) in key.enumerated() {
      guard let column = part.column ?? (index < state.grain.count ? state.grain[index] : nil) else {
        throw ScoutError.unknownColumn(part.value, relation: state.relation, known: state.grain)
      }
      named.append((column, part.value))
    }
    let known = state.columns.map(\.name)
    for part in named where !known.contains(part.column) {
      throw ScoutError.unknownColumn(part.column, relation: state.relation, known: known)
    }
    let models = try models()
    do {
      try database.write { connection in
        guard let stored = try connection.relation(state.relation) else {
          throw ScoutError.unknownModel(state.relation, known: [])
        }
        let (condition, values) = try Self.condition(named, on: stored, connection)
        var tracer = WhyTracer(graph: try models.joined(connection), connection: connection, limit: limit)
        // The rows are in temporary tables: with the error they go.
        throw Traced(report: try tracer.run(stored, where: condition, values))
      }
    } catch let traced as Traced { return traced.report }
    return WhyReport()
  }

  private struct Traced: Error {
    var report: WhyReport
  }

  /// The values as the columns store them.
  private static func condition(
    _ key: [(column: String, value: String)], on relation: Relation, _ connection: Connection
  ) throws -> (String, [SQLValue]) {
    var conditions = ["true"]
    var values: [SQLValue] = []
    for part in key {
      guard let column = relation.columns.first(where: { $0.name == part.column }) else { continue }
      guard part.value != "null" else {
        conditions.append("\(SQLitePrinter.quoted(part.column)) is null")
        continue
      }
      let literal = "'" + part.value.replacing("'", with: "''") + "'"
      let result = try connection.query("select \(literal)::\(column.type.declaration)")
      values.append(result.rows.first?.first ?? .null)
      conditions.append("\(SQLitePrinter.quoted(part.column)) = ?\(values.count)")
    }
    return (conditions.joined(separator: " and "), values)
  }
}
