import PostgresDialect
import ScoutStorage

/// Reads and hashes the rows that a decision rests on.
struct EvidenceReader {
  let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// The rows with that key, as texts.
  ///
  /// - Throws: ``ActionError`` `evidenceMissing` when there is none, `invalid` for an unknown relation or column.
  func rows(_ evidence: Evidence) throws -> QueryResult {
    guard let relation = try connection.relation(evidence.relation) else {
      throw ActionError.invalid("evidence: there is no relation \(evidence.relation)")
    }
    var conditions: [String] = []
    var parameters: [String: (type: SQLType, value: SQLValue)] = [:]
    for (index, pair) in evidence.key.enumerated() {
      guard relation.columns.contains(where: { $0.name == pair.column }) else {
        throw ActionError.invalid("evidence: \(evidence.relation) has no column \(pair.column)")
      }
      conditions.append("\(SQLitePrinter.quoted(pair.column))::text = :k\(index)")
      parameters["k\(index)"] = (.text, .text(pair.value))
    }
    let name = SQLitePrinter.quoted(relation.schema) + "." + SQLitePrinter.quoted(relation.name)
    let result = try connection.query(
      "select * from \(name) where " + conditions.joined(separator: " and "), parameters: parameters)
    if result.rows.isEmpty { throw ActionError.evidenceMissing(evidence.text) }
    return result
  }

  /// The SHA-256 of the rows, whatever their order: column names and values, each behind its length.
  func hash(_ evidence: [Evidence]) throws -> String {
    var bytes: [UInt8] = []
    func append(_ text: String?) {
      let utf8 = Array((text ?? "").utf8)
      bytes.append(text == nil ? 0 : 1)
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
      bytes += utf8
    }
    for part in evidence {
      let result = try rows(part)
      append(part.text)
      for column in result.columns { append(column.name) }
      let texts = result.texts.map { row in row.map { $0.map { "=" + $0 } ?? "" } }
      for row in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        for cell in row { append(cell) }
      }
    }
    return LedgerHash(of: bytes).description
  }
}
