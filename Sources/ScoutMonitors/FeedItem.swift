import PostgresDialect
import ScoutStorage

/// An incident that begins, as an event and the feed tell it.
struct IncidentNews {
  /// A JSON object in `jsonb` form.
  var key: String
  /// JSON objects.
  var rows: [String]
  var severity: MonitorSeverity
  /// The first row in words: the columns with their texts; nil for null.
  var fields: [(name: String, text: String?)]
  /// Whether it was over already when it was noticed.
  var isOver = false
}

/// The texts of the feed item for one event.
struct FeedItem {
  let monitor: StoredMonitor
  let details: MonitorDetails?
  let new: [IncidentNews]

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
    return (new.first?.fields ?? []).map { "\($0.name): \($0.text ?? "(none)")" }.joined(separator: ", ")
  }

  /// The worst of the incidents' severities.
  var severity: MonitorSeverity {
    new.map(\.severity).max { $0.rank < $1.rank } ?? monitor.severity
  }

  /// The event's first rows.
  func payload(rows: [String], event: String) throws -> String {
    let shown = rows.prefix(Self.shownRows).joined(separator: ",")
    let name = RowJSON.quoted(monitor.name)
    var labels = ""
    if let own = details?.labels, !own.isEmpty {
      let members = own.keys.sorted().map { "\(RowJSON.quoted($0)):\(RowJSON.quoted(own[$0] ?? ""))" }
      labels = ",\"labels\":{\(members.joined(separator: ","))}"
    }
    return try normalizedJSON(
      "{\"monitor\":\(name),\"event_id\":\"\(event)\",\"row_count\":\(rows.count),\"rows\":[\(shown)]\(labels)}")
  }

  /// Nil without a template, and for one that a user broke by UPDATE: an event is worth more than its wording.
  private func rendered(_ source: String?) -> String? {
    guard let source, let first = new.first, let template = try? MessageTemplate(source) else { return nil }
    return template.rendered { name in
      if let field = first.fields.first(where: { $0.name == name }) { return field.text ?? "(none)" }
      switch name {
      case "threshold": return monitor.threshold
      case "window_minutes": return String(monitor.windowMinutes)
      default: return details?.labels?[name]
      }
    }
  }
}

extension MonitorSeverity {
  /// How bad it is.
  var rank: Int {
    switch self {
    case .success: 0
    case .info: 1
    case .warn: 2
    case .error: 3
    }
  }
}
