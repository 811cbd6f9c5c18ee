import PostgresDialect
import ScoutStorage

/// What Tab offers: names of the catalog and words of SQL that continue what stands before the cursor.
public struct Completion: Hashable, Sendable {
  /// What the user typed of the word.
  public var prefix: String
  /// Whole words, sorted; each begins with the prefix.
  public var candidates: [String]

  /// The longest text with which all candidates begin.
  public var common: String {
    guard var text = candidates.first else { return prefix }
    for candidate in candidates.dropFirst() {
      while !candidate.hasPrefix(text) { text.removeLast() }
    }
    return text
  }
}

/// The names from which completions are made.
public struct CompletionNames: Hashable, Sendable {
  /// Column names by qualified relation name.
  public var columns: [String: [String]]
  public var functions: [String]

  public init(columns: [String: [String]], functions: [String]) {
    self.columns = columns
    self.functions = functions
  }

  /// The names as the session sees them now.
  public init(reading session: Session) throws {
    columns = [:]
    let rows = try session.query(
      """
      select n.nspname, c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and a.attnum > 0
      order by a.attnum
      """
    ).texts
    for row in rows { columns["\(row[0] ?? "").\(row[1] ?? "")", default: []].append(row[2] ?? "") }
    let names = try session.query("select distinct proname from pg_proc order by 1").texts
    functions = names.compactMap { $0.first ?? nil }
  }

  private var relations: [String] { columns.keys.sorted() }
  private var schemas: [String] { Set(relations.map { String($0.prefix { $0 != "." }) }).sorted() }

  private static let keywords = [
    "select", "from", "where", "group by", "order by", "having", "limit", "offset", "join", "left join", "on", "using",
    "and", "or", "not", "in", "is", "null", "like", "ilike", "between", "exists", "case", "when", "then", "else", "end",
    "distinct", "union", "union all", "with", "as", "over", "partition by", "insert into", "values", "update", "set",
    "delete from", "returning", "create", "table", "view", "index", "drop", "alter", "begin", "commit", "rollback",
    "explain", "true", "false", "interval", "desc", "asc", "filter",
  ]

  private static let commands = [
    "\\?", "\\copy", "\\conninfo", "\\d", "\\df", "\\di", "\\dm", "\\dn", "\\dp", "\\ds", "\\dt", "\\du", "\\dv",
    "\\echo", "\\g", "\\i", "\\o", "\\p", "\\pset", "\\q", "\\r", "\\sf", "\\sv", "\\timing", "\\x",
  ]

  /// What may stand at the end of `text`, which is everything from the statement's beginning to the cursor.
  public func completion(of text: String) -> Completion {
    let word = String(text.reversed().prefix { $0.isLetter || $0.isNumber || "_.\\\"".contains($0) }.reversed())
    let before = text.dropLast(word.count)
    let words = before.lowercased().split { !($0.isLetter || $0.isNumber || "_.\\".contains($0)) }.map(String.init)
    func matching(_ names: [String]) -> Completion {
      Completion(prefix: word, candidates: Set(names.filter { $0.hasPrefix(word.lowercased()) }).sorted())
    }
    if word.hasPrefix("\\") { return matching(Self.commands) }
    if words.first?.hasPrefix("\\") == true { return matching(relations + schemas.map { $0 + "." }) }
    if let dot = word.lastIndex(of: ".") {
      let qualifier = String(word[..<dot]).lowercased()
      if let target = relation(named: qualifier, in: text) {
        return matching((columns[target] ?? []).map { "\(qualifier).\($0)" })
      }
      return matching(relations)
    }
    switch words.last {
    case "from", "join", "into", "update", "table", "view":
      return matching(relations + schemas.map { $0 + "." })
    default: break
    }
    guard !word.isEmpty else { return Completion(prefix: "", candidates: []) }
    let mentioned = relations.filter { text.lowercased().contains($0) }.flatMap { columns[$0] ?? [] }
    let isUpper = word.allSatisfy { $0.isUppercase || $0 == "_" }
    let keywords = Self.keywords.filter { $0.hasPrefix(word.lowercased()) }
    var found = matching(mentioned + functions)
    found.candidates = Set(found.candidates + keywords.map { isUpper ? $0.uppercased() : $0 }).sorted()
    if isUpper { found.candidates.removeAll { !$0.hasPrefix(word) } }
    return found
  }

  /// The relation that a name or an alias stands for in a statement.
  private func relation(named qualifier: String, in text: String) -> String? {
    if columns[qualifier] != nil { return qualifier }
    let words = text.lowercased().split { !($0.isLetter || $0.isNumber || "_.".contains($0)) }.map(String.init)
    for (place, word) in words.enumerated() where columns[word] != nil {
      if word.hasSuffix("." + qualifier) { return word }
      let next = place + 1 < words.count && words[place + 1] == "as" ? place + 2 : place + 1
      if next < words.count, words[next] == qualifier { return word }
    }
    return nil
  }
}
