import PostgresDialect
import ScoutStorage

/// A model whose stored rows are not what its query gives.
public struct ModelDeviation: Hashable, Sendable, CustomStringConvertible {
  public var relation: String
  /// Rows that are stored, but not in the query's result.
  public var surplus: Int
  /// Rows of the query's result that are not stored.
  public var missing: Int

  public var description: String { "\(relation): \(surplus) rows too many, \(missing) missing" }
}

extension Refresh {
  /// Compares every model with its query run on the relations as they are now.
  ///
  /// Costs as much as computing everything anew, and uses neither states nor changes: the slow, obvious twin of an
  /// incremental refresh. Models that depend on the time are left out.
  ///
  /// - Returns: What deviates; empty right after a refresh.
  public func deviations() throws -> [ModelDeviation] {
    try database.read { connection in
      try graph.models.compactMap { model in
        let query = try model.derive(connection)
        guard query.volatility == nil else { return nil }
        let columns = model.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
        let stored = "select \(columns) from \(SQLitePrinter.quoted(model.relation.storageName))"
        let computed = "select \(columns) from (\(query.namedSQL))"
        func count(_ a: String, _ b: String) throws -> Int {
          Int(try connection.value("select count(*) from (\(a) except \(b))").integer ?? 0)
        }
        let deviation = ModelDeviation(
          relation: model.qualifiedName, surplus: try count(stored, computed), missing: try count(computed, stored))
        return deviation.surplus + deviation.missing == 0 ? nil : deviation
      }
    }
  }
}
