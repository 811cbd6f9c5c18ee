import PostgresDialect

/// A JSON object under construction, for payloads.
struct JSONObjectText {
  private var members: [String] = []

  mutating func set(_ name: String, _ text: String?) {
    if let text { set(name, raw: JSONEscape.quoted(text)) }
  }

  mutating func set(_ name: String, _ number: Int64?) {
    if let number { set(name, raw: String(number)) }
  }

  /// - Parameter raw: JSON as it stands.
  mutating func set(_ name: String, raw: String?) {
    if let raw { members.append(JSONEscape.quoted(name) + ": " + raw) }
  }

  var text: String { "{" + members.joined(separator: ", ") + "}" }
}
