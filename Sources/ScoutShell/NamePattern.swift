import PostgresDialect

/// psql's patterns for names: `scout.gold_*`, `"Mixed"`.
/// Source: <https://www.postgresql.org/docs/15/app-psql.html#APP-PSQL-PATTERNS>
struct NamePattern: Hashable {
  /// Regular expressions; nil for what was not asked.
  var schema: String?
  var name: String?
  /// Whether the pattern has neither stars nor question marks.
  var isPlain = true

  init(_ text: String) {
    var parts = [""]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "." where !isQuoted: parts.append("")
      case "*" where !isQuoted:
        parts[parts.count - 1] += ".*"
        isPlain = false
      case "?" where !isQuoted:
        parts[parts.count - 1] += "."
        isPlain = false
      default:
        let piece = isQuoted ? String(character) : character.lowercased()
        // What means something to a regular expression stands for itself.
        if "\\^$.[]|()?*+{}".contains(piece) { parts[parts.count - 1] += "\\" }
        parts[parts.count - 1] += piece
      }
    }
    if parts.count > 1 { schema = "^(\(parts[parts.count - 2]))$" }
    if let last = parts.last, !last.isEmpty { name = "^(\(last))$" }
  }

  /// The conditions on the two columns.
  func conditions(schema schemaColumn: String, name nameColumn: String) -> [String] {
    [(schema, schemaColumn), (name, nameColumn)].compactMap { pattern, column in
      pattern.map { "\(column) ~ \(QuotedText.literal($0))" }
    }
  }
}
