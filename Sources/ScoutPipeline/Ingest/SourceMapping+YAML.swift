import Yams

extension SourceMapping {
  /// Reads a mapping file's text.
  ///
  /// - Parameter fileName: For messages.
  /// - Throws: ``IngestError`` with code `invalid_mapping`, whose message lists every problem, one a line, as
  ///   `file:line:column: what was expected`.
  public init(yaml: String, fileName: String) throws(IngestError) {
    let root: Node?
    do { root = try Yams.compose(yaml: yaml) } catch {
      throw MappingReader.unreadable(fileName, error)
    }
    var reader = MappingReader(fileName: fileName)
    self = reader.mapping(root)
    try reader.finish()
  }

  /// Reads a mapping file.
  ///
  /// - Throws: ``IngestError``; a mapping over 1 MiB is refused.
  public static func load(path: String) throws(IngestError) -> SourceMapping {
    let source = try FileByteSource(path: path)
    let limit = 1 << 20
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 1)
    defer { buffer.deallocate() }
    var count = 0
    while count <= limit {
      let added = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      if added == 0 { break }
      count += added
    }
    guard count <= limit else {
      throw IngestError(.invalidMapping, source: path, "longer than 1 MiB; a source mapping is a short text")
    }
    return try SourceMapping(yaml: String(decoding: buffer[..<count], as: UTF8.self), fileName: path)
  }
}

/// Walks a mapping's YAML and gathers what is wrong with it.
private struct MappingReader {
  let fileName: String
  private var problems: [(line: Int, column: Int, text: String)] = []

  init(fileName: String) { self.fileName = fileName }

  static func unreadable(_ fileName: String, _ error: any Error) -> IngestError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      IngestError(.invalidMapping, source: fileName, at: .init(line: mark.line, column: mark.column), problem)
    default:
      IngestError(.invalidMapping, source: fileName, "not readable as YAML")
    }
  }

  /// Throws when anything was wrong: all of it, in the order of the file.
  func finish() throws(IngestError) {
    guard !problems.isEmpty else { return }
    let shownCount = 20
    let sorted = problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    var lines = [sorted[0].text]
    lines += sorted.dropFirst().prefix(shownCount - 1).map { "\(fileName):\($0.line):\($0.column): \($0.text)" }
    if problems.count > shownCount { lines.append("\(fileName): and \(problems.count - shownCount) more problems") }
    throw IngestError(
      .invalidMapping, source: fileName, at: .init(line: sorted[0].line, column: sorted[0].column),
      lines.joined(separator: "\n"))
  }

  private mutating func problem(_ node: Node?, _ text: String) {
    problems.append((node?.mark?.line ?? 1, node?.mark?.column ?? 1, text))
  }

  private static let topKeys = [
    "source", "format", "delimiter", "encoding", "repeats", "items", "time", "columns", "constants", "derived",
  ]
  private static let optionKeys = [
    "column", "coalesce", "trim", "strip_prefix", "strip_suffix", "remove", "case", "map", "starts_with", "default",
  ]

  mutating func mapping(_ root: Node?) -> SourceMapping {
    var mapping = SourceMapping(source: "")
    guard let root, case .mapping(let members) = root else {
      problem(root, "expected a mapping with the keys source, columns and others")
      return mapping
    }
    checkKeys(members, MappingReader.topKeys, what: "key")
    if let name = text(members, "source"), !name.isEmpty {
      mapping.source = name
    } else if member(members, "source") == nil {
      problem(root, "source: required, and missing: the name under which the data are stored")
    }
    if let format = choice(members, "format", SourceMapping.Format.self) { mapping.format = format }
    if let encoding = choice(members, "encoding", TextEncoding.self) { mapping.encoding = encoding }
    if let repeats = choice(members, "repeats", SourceMapping.Repeats.self) { mapping.repeats = repeats }
    if let key = text(members, "items") { mapping.itemsKey = key }
    if let node = member(members, "delimiter") { mapping.delimiter = delimiter(node) }
    if let node = member(members, "time") { time(node, &mapping) }
    for section in ["columns", "constants", "derived"] {
      if let node = member(members, section) { rules(node, section, &mapping) }
    }
    for field in SourceMapping.requiredFields where mapping.rules[field] == nil {
      problem(
        member(members, "columns") ?? root, "the required field \"\(field)\" has no column, constant or derivation")
    }
    return mapping
  }

  private func member(_ members: Node.Mapping, _ key: String) -> Node? {
    members.first { $0.key.string == key }?.value
  }

  private mutating func checkKeys(_ members: Node.Mapping, _ known: [String], what: String) {
    var seen: Set<String> = []
    for (key, _) in members {
      guard let name = key.string else {
        problem(key, "expected a \(what), got something that is no text")
        continue
      }
      if !known.contains(name) {
        problem(
          key,
          "unknown \(what) \"\(name)\"" + (near(name, known) ?? "; expected one of \(known.joined(separator: ", "))"))
      }
      if !seen.insert(name).inserted { problem(key, "the \(what) \"\(name)\" is given twice") }
    }
  }

  private func near(_ name: String, _ known: [String]) -> String? {
    NearMiss.nearest(to: name, among: known).map { "; did you mean \"\($0)\"?" }
  }

  private mutating func text(_ members: Node.Mapping, _ key: String) -> String? {
    guard let node = member(members, key) else { return nil }
    guard case .scalar(let scalar) = node else {
      problem(node, "\(key): expected a text")
      return nil
    }
    return scalar.string
  }

  private mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ members: Node.Mapping, _ key: String, _: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let text = text(members, key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    problem(
      member(members, key),
      "\(key): unknown value \"\(text)\"" + (near(text, known) ?? "; expected one of \(known.joined(separator: ", "))"))
    return nil
  }

  private mutating func delimiter(_ node: Node) -> UInt8? {
    switch node.string {
    case ",": return 0x2C
    case ";": return 0x3B
    case "|": return 0x7C
    case "\t", "tab", "\\t": return 0x09
    case "auto": return nil
    default:
      problem(node, "delimiter: expected \",\", \";\", \"|\", tab or auto")
      return nil
    }
  }

  private mutating func time(_ node: Node, _ mapping: inout SourceMapping) {
    guard case .mapping(let members) = node else {
      problem(node, "time: expected a mapping with format and zone")
      return
    }
    checkKeys(members, ["format", "zone"], what: "key of time")
    if let zone = text(members, "zone") { mapping.timeZone = zone }
    guard let format = text(members, "format") else { return }
    switch format {
    case "iso": mapping.timeFormat = .iso
    case "epoch_seconds": mapping.timeFormat = .epochSeconds
    case "epoch_milliseconds": mapping.timeFormat = .epochMilliseconds
    default:
      if let pattern = TimePattern(format) {
        mapping.timeFormat = .pattern(pattern)
      } else {
        problem(
          member(members, "format"),
          "time.format: expected iso, epoch_seconds, epoch_milliseconds or a pattern such as "
            + "yyyy-MM-dd HH:mm:ss, got \"\(format)\"")
      }
    }
  }

  private mutating func rules(_ node: Node, _ section: String, _ mapping: inout SourceMapping) {
    guard case .mapping(let members) = node else {
      problem(node, "\(section): expected a mapping from fields")
      return
    }
    let fields = SourceMapping.transactionFields + SourceMapping.itemFields
    checkKeys(members, fields, what: "field")
    for (key, value) in members {
      guard let field = key.string, fields.contains(field) else { continue }
      if mapping.rules[field] != nil, member(members, field) == value {
        problem(key, "the field \"\(field)\" is defined in an earlier section already")
      }
      mapping.rules[field] = section == "constants" ? constant(field, value) : rule(field, value)
    }
  }

  private mutating func constant(_ field: String, _ node: Node) -> SourceMapping.Rule? {
    guard case .scalar(let scalar) = node else {
      problem(node, "\(field): expected a value")
      return nil
    }
    return SourceMapping.Rule(constant: scalar.string)
  }

  private mutating func rule(_ field: String, _ node: Node) -> SourceMapping.Rule? {
    if case .scalar(let scalar) = node { return SourceMapping.Rule(column: scalar.string) }
    guard case .mapping(let members) = node else {
      problem(node, "\(field): expected a column's name or a mapping of options")
      return nil
    }
    checkKeys(members, MappingReader.optionKeys, what: "option")
    var rule = SourceMapping.Rule(constant: "")
    rule.defaultValue = text(members, "default")
    if let column = text(members, "column") { rule.columns = [column] }
    if let node = member(members, "coalesce") {
      if member(members, "column") != nil { problem(node, "\(field): give either column or coalesce, not both") }
      let names = node.sequence?.compactMap(\.string) ?? []
      if names.isEmpty || names.count != node.sequence?.count {
        problem(node, "\(field): coalesce: expected a list of columns")
      }
      rule.columns = names
    } else if member(members, "column") == nil {
      problem(node, "\(field): expected column or coalesce; a fixed value belongs under constants")
    }
    if let node = member(members, "trim") {
      if let flag = node.bool { rule.trim = flag } else { problem(node, "\(field): trim: expected true or false") }
    }
    rule.stripPrefix = text(members, "strip_prefix")
    rule.stripSuffix = text(members, "strip_suffix")
    rule.remove = text(members, "remove")
    rule.letterCase = choice(members, "case", SourceMapping.LetterCase.self)
    rule.map = table(members, "map", field)
    rule.startsWith = table(members, "starts_with", field)
    return rule
  }

  private mutating func table(_ members: Node.Mapping, _ key: String, _ field: String) -> [String: String]? {
    guard let node = member(members, key) else { return nil }
    guard case .mapping(let entries) = node else {
      problem(node, "\(field): \(key): expected a mapping from text to value")
      return nil
    }
    var table: [String: String] = [:]
    for (from, to) in entries {
      if case .scalar(let left) = from, case .scalar(let right) = to {
        if table.updateValue(right.string, forKey: left.string) != nil {
          problem(from, "\(field): \(key): \"\(left.string)\" is given twice")
        }
      } else {
        problem(from, "\(field): \(key): expected a text for a text")
      }
    }
    return table
  }
}
