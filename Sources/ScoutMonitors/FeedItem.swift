import PostgresDialect
import ScoutStorage

/// The texts of the feed item for one event.
struct FeedItem {
  let monitor: StoredMonitor
  let details: MonitorDetails?
  let new: [Finding.Incident]
  let result: QueryResult

  /// How many rows the feed item carries; the event has them all.
  private static let shownRows = 10
  private static let longestTitle = 200

  /// The template over the first offending row, on one line, with a count of the further incidents.
  var title: String {
    let text = rendered(details?.title) ?? "\(monitor.name) found \(new.count == 1 ? "an incident" : "incidents")"
    let line = String(text.map { $0.isNewline ? " " : $0 }.prefix(Self.longestTitle))
    return new.count > 1 ? "\(line) (and \(new.count - 1) more)" : line
  }

  /// The template over the first offending row; without one, that row in words.
  var description: String {
    if let text = rendered(details?.message) { return text }
    guard let row = new.first?.firstRow else { return "" }
    return result.columns.map { "\($0.name): \(text($0, row))" }.joined(separator: ", ")
  }

  /// The event's first rows.
  func payload(rows: [String], event: String) throws -> String {
    let shown = rows.prefix(Self.shownRows).joined(separator: ",")
    let name = RowJSON.quoted(monitor.name)
    return try normalizedJSON(
      "{\"monitor\":\(name),\"event_id\":\"\(event)\",\"row_count\":\(rows.count),\"rows\":[\(shown)]}")
  }

  /// Nil without a template, and for one that a user broke by UPDATE: an event is worth more than its wording.
  private func rendered(_ source: String?) -> String? {
    guard let source, let row = new.first?.firstRow, let template = try? MessageTemplate(source) else { return nil }
    return template.rendered { name in
      if let column = result.columns.first(where: { $0.name == name }) { return text(column, row) }
      switch name {
      case "threshold": return monitor.threshold
      case "window_minutes": return String(monitor.windowMinutes)
      default: return nil
      }
    }
  }

  private func text(_ column: ResultColumn, _ row: Int) -> String {
    guard let index = result.columns.firstIndex(where: { $0.name == column.name }),
      let text = result.text(row: row, column: index)
    else { return "(none)" }
    if column.type == .boolean { return text == "t" ? "true" : "false" }
    return text
  }
}
