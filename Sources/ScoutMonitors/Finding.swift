import PostgresDialect
import ScoutStorage

/// What a monitor's query returned, by incident.
struct Finding {
  /// The rows of one incident.
  struct Incident {
    /// A JSON object in `jsonb` form, so that equal keys are equal texts.
    var key: String
    /// JSON objects.
    var rows: [String] = []
    /// The position of its first row.
    var firstRow: Int
  }

  var result: QueryResult
  /// In the order of their first rows.
  var incidents: [Incident] = []

  /// Groups the rows by their key.
  ///
  /// Rows with equal keys are one incident. Nulls are equal to each other, as in GROUP BY. Without columns for the
  /// key, all text, uuid and boolean columns are it; when there are none either, the monitor has one incident only.
  ///
  /// - Throws: ``SQLError`` 42703 when the key names a column that is not in the result.
  init(_ result: QueryResult, key: [String]?) throws {
    self.result = result
    let indices =
      if let key {
        try key.map { name in
          guard let index = result.columns.firstIndex(where: { $0.name == name }) else {
            let suggestion = nearest(name, in: result.columns.map(\.name))
            throw SQLError(
              .undefinedColumn, "the query returns no column \"\(name)\", but the monitor's key names it",
              hint: suggestion.map { "Perhaps you meant \"\($0)\"." })
          }
          return index
        }
      } else {
        result.columns.indices.filter { index in
          let type = result.columns[index].type
          return !type.isArray && (type.isString || type.isUnknown || type.base == .uuid || type.base == .boolean)
        }
      }
    let json = RowJSON(columns: result.columns, zone: result.timeZone)
    var positions: [String: Int] = [:]
    for (index, row) in result.rows.enumerated() {
      let key = try json.object(row, indices)
      let position = positions[key] ?? incidents.count
      if position == incidents.count {
        positions[key] = position
        incidents.append(Incident(key: key, firstRow: index))
      }
      incidents[position].rows.append(try json.object(row))
    }
  }

  /// An incident in words, for events and the feed.
  func news(_ incident: Incident, severity: MonitorSeverity) -> IncidentNews {
    let fields = result.columns.enumerated().map { index, column -> (name: String, text: String?) in
      let text = result.text(row: incident.firstRow, column: index)
      return (column.name, column.type == .boolean ? text.map { $0 == "t" ? "true" : "false" } : text)
    }
    return IncidentNews(key: incident.key, rows: incident.rows, severity: severity, fields: fields)
  }
}
