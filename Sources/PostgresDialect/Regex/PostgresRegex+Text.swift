extension PostgresRegex {
  /// A text under search: its characters, so that positions are PostgreSQL's.
  private struct Subject {
    let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    subscript(range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
  }

  private func search(_ subject: Subject) -> RegexSearch { RegexSearch(self, subject.scalars.map(\.value)) }

  /// The groups of the first match, or the match where there are no groups; nil without a match.
  public func firstGroups(_ text: String) throws(SQLError) -> [String?]? {
    let subject = Subject(text)
    var search = search(subject)
    return try search.first(from: 0).map { groups(of: $0, subject) }
  }

  /// The same for all matches, or for the first one only.
  public func allGroups(_ text: String, isGlobal: Bool) throws(SQLError) -> [[String?]] {
    let subject = Subject(text)
    return try matches(subject, from: 0, limit: isGlobal ? nil : 1).map { groups(of: $0, subject) }
  }

  /// What `substring(text from pattern)` gives: the first group, or the match where there are none.
  public func substring(_ text: String) throws(SQLError) -> String? {
    let subject = Subject(text)
    var search = search(subject)
    guard let match = try search.first(from: 0, needsGroups: groupCount > 0) else { return nil }
    if groupCount == 0 { return subject[match.range] }
    return match.groups[0].map { subject[$0] }
  }

  private func groups(of match: RegexMatch, _ subject: Subject) -> [String?] {
    groupCount == 0 ? [subject[match.range]] : match.groups.map { $0.map { subject[$0] } }
  }

  /// Matches one behind another; after an empty one the search goes on one character later.
  ///
  /// - Parameter ignoresDegenerate: Leaves out empty matches at the end and right behind another match, as
  ///   splitting does.
  private func matches(
    _ subject: Subject, from start: Int, limit: Int?, needsGroups: Bool = true, ignoresDegenerate: Bool = false
  ) throws(SQLError) -> [RegexMatch] {
    var search = search(subject)
    var found: [RegexMatch] = []
    var position = start
    var previousEnd = 0
    while position <= subject.scalars.count, found.count < limit ?? .max,
      let match = try search.first(from: position, needsGroups: needsGroups)
    {
      let range = match.range
      if !ignoresDegenerate || (range.lowerBound < subject.scalars.count && range.upperBound > previousEnd) {
        found.append(match)
      }
      previousEnd = range.upperBound
      position = range.isEmpty ? range.upperBound + 1 : range.upperBound
    }
    return found
  }

  /// The parts of the text between the matches.
  public func split(_ text: String) throws(SQLError) -> [String] {
    let subject = Subject(text)
    var parts: [String] = []
    var start = 0
    for match in try matches(subject, from: 0, limit: nil, needsGroups: false, ignoresDegenerate: true) {
      parts.append(subject[start..<match.range.lowerBound])
      start = match.range.upperBound
    }
    parts.append(subject[start..<subject.scalars.count])
    return parts
  }

  /// The text with matches replaced; `\1` to `\9` in the replacement are groups, `\&` the match, `\\` a backslash.
  ///
  /// - Parameters:
  ///   - start: The character at which the search begins, from 0.
  ///   - occurrence: Which match is replaced, from 1; 0 for all.
  public func replacing(_ text: String, with replacement: String, start: Int = 0, occurrence: Int = 1)
    throws(SQLError) -> String
  {
    let subject = Subject(text)
    let template = Array(replacement.unicodeScalars)
    let matches = try matches(
      subject, from: start, limit: occurrence == 0 ? nil : occurrence,
      needsGroups: template.contains("\\") && groupCount > 0)
    guard !matches.isEmpty, occurrence == 0 || matches.count == occurrence else { return text }
    var result = String.UnicodeScalarView()
    var copied = 0
    for match in occurrence == 0 ? matches[...] : matches.suffix(1) {
      result.append(contentsOf: subject.scalars[copied..<match.range.lowerBound])
      var index = 0
      while index < template.count {
        let scalar = template[index]
        index += 1
        guard scalar == "\\", index < template.count else {
          result.append(scalar)
          continue
        }
        let next = template[index]
        var range: Range<Int>?
        switch next {
        case "1"..."9":
          let number = Int(next.value - 48)
          range = number <= groupCount ? match.groups[number - 1] : nil
        case "&": range = match.range
        case "\\":
          result.append(next)
        default:
          // Not an escape: the backslash stays, and what follows is read on its own.
          result.append(scalar)
          continue
        }
        index += 1
        if let range { result.append(contentsOf: subject.scalars[range]) }
      }
      copied = match.range.upperBound
    }
    result.append(contentsOf: subject.scalars[copied...])
    return String(result)
  }

  /// How many matches start at character `start` or later, counted from 0.
  public func count(_ text: String, from start: Int) throws(SQLError) -> Int {
    try matches(Subject(text), from: start, limit: nil, needsGroups: false).count
  }

  /// Where match number `occurrence` lies, or its group `group` when that is not 0; positions from 0.
  public func range(_ text: String, from start: Int, occurrence: Int, group: Int) throws(SQLError) -> Range<Int>? {
    guard group <= groupCount else { return nil }
    let found = try matches(Subject(text), from: start, limit: occurrence, needsGroups: group > 0)
    guard found.count == occurrence, let match = found.last else { return nil }
    return group == 0 ? match.range : match.groups[group - 1]
  }

  /// The text of match number `occurrence`, or of its group.
  public func substring(_ text: String, from start: Int, occurrence: Int, group: Int) throws(SQLError) -> String? {
    try range(text, from: start, occurrence: occurrence, group: group).map { Subject(text)[$0] }
  }
}
