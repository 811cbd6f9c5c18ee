import PostgresDialect
import Yams

extension MonitorDefinition {
  /// Reads one file.
  ///
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: Its path, for messages; the last component without `.yaml` must be the monitor's name.
  ///   - compiler: Knows the relations that the query may read.
  /// - Throws: ``MonitorFileError`` with every problem of the file.
  public static func read(_ text: String, file: String, compiler: Compiler) throws(MonitorFileError)
    -> MonitorDefinition
  {
    var reader = MonitorFileReader(file: file, text: text, compiler: compiler)
    if let definition = reader.read(), reader.problems.isEmpty { return definition }
    throw MonitorFileError(problems: reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
  }

  /// Reads several files.
  ///
  /// - Returns: The definitions in the order of the files.
  /// - Throws: ``MonitorFileError`` with every problem of every file.
  public static func read(
    _ files: [(file: String, text: String)], compiler: Compiler
  ) throws(MonitorFileError) -> [MonitorDefinition] {
    var definitions: [MonitorDefinition] = []
    var problems: [MonitorFileProblem] = []
    for (file, text) in files {
      do throws(MonitorFileError) {
        let definition = try read(text, file: file, compiler: compiler)
        if definitions.contains(where: { $0.name == definition.name }) {
          problems.append(
            MonitorFileProblem(
              file: file, line: 1, column: 1,
              message: "the monitor \"\(definition.name)\" is defined in another file already"))
        }
        definitions.append(definition)
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw MonitorFileError(problems: problems) }
    return definitions
  }
}

/// Reads one monitor's file and collects what is wrong with it.
private struct MonitorFileReader {
  let file: String
  let text: String
  var compiler: Compiler
  let places: ScalarPlaces
  var problems: [MonitorFileProblem] = []

  private static let fields = ["name", "description", "severity", "threshold", "window_minutes", "key", "event", "sql"]
  /// What a monitor may have beside them, and what it has instead of a query.
  private static let optionalFields = ["for", "keep_firing", "cooldown", "inhibited_by", "labels", "windowed"]
  private static let eventFields = ["title", "description"]
  /// A window longer than a year is a slip: sixty times too much, perhaps.
  private static let longestWindow: Int32 = 366 * 24 * 60

  init(file: String, text: String, compiler: Compiler) {
    self.file = file
    self.text = text
    self.compiler = compiler
    self.compiler.parameterTypes = Dictionary(
      uniqueKeysWithValues: MonitorDefinition.parameterTypes.map { (.named($0.key), $0.value) })
    places = ScalarPlaces(text)
  }

  mutating func read() -> MonitorDefinition? {
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      report(error)
      return nil
    }
    guard let root else {
      report("the file is empty; a monitor has \(Self.fields.joined(separator: ", "))", 1, 1)
      return nil
    }
    guard let fields = members(of: root, "the file", Self.fields, optional: Self.optionalFields) else { return nil }
    let rootMark = FilePlace(root.mark)
    let name = readName(fields["name"], rootMark)
    let description = string(fields["description"], "description", rootMark)?.string
    let severity = readSeverity(fields["severity"], rootMark)
    let threshold = readThreshold(fields["threshold"], rootMark)
    let plan = fields["windowed"].flatMap { readPlan($0) }
    var window: Int32?
    var sql: String?
    var columns: [String]?
    var key: [String]?
    if let node = fields["windowed"] {
      for field in ["sql", "key", "window_minutes"] {
        guard let other = fields[field] else { continue }
        report("\(field) is what a query has; the windowed monitor says it in windowed", FilePlace(other.mark))
      }
      if let plan {
        window = plan.windowMinutes
        key = plan.by
        sql = SourceScan.sql(plan)
        columns = plan.by + BreachWriter.names(plan)
        check(plan, FilePlace(node.mark))
      }
    } else {
      window = readWindow(fields["window_minutes"], rootMark)
      let text = string(fields["sql"], "sql", rootMark)
      sql = text?.string
      columns = if let text { compiledColumns(of: text) } else { nil }
      key = readKey(fields["key"], columns, rootMark)
    }
    let lengths = ["for", "keep_firing", "cooldown"].map { readLength(fields[$0], $0, rootMark) }
    let inhibitors = readTexts(fields["inhibited_by"], "inhibited_by")
    let labels = readLabels(fields["labels"])
    if columns != nil { columns? += labels.keys }

    var title: MessageTemplate?
    var message: MessageTemplate?
    if let event = fields["event"] {
      if let parts = members(of: event, "event", Self.eventFields) {
        let mark = FilePlace(event.mark)
        title = template(parts["title"], "event.title", columns, mark)
        message = template(parts["description"], "event.description", columns, mark)
      }
    } else {
      missing("event", rootMark)
    }
    guard let name, let description, let severity, let threshold, let window, let key, let title, let message, let sql
    else { return nil }
    var definition = MonitorDefinition(
      name: name, description: description, severity: severity, threshold: threshold, windowMinutes: window, key: key,
      title: title, message: message, sql: sql)
    definition.windowed = fields["windowed"].map { PlanNode($0) }
    definition.lifeCycle = (lengths[0], lengths[1], lengths[2])
    definition.inhibitedBy = inhibitors
    definition.labels = labels
    return definition
  }

  // MARK: Windowed monitors

  private mutating func readPlan(_ node: Node) -> WindowedPlan? {
    do throws(PlanProblem) {
      return try WindowedPlan(PlanNode(node))
    } catch {
      var place = FilePlace(node.mark)
      var current: Node? = node
      for name in error.path {
        if let mapping = current?.mapping, let pair = mapping.first(where: { $0.key.string == name }) {
          // An unknown field is pointed at by its name, everything else by its value.
          place = FilePlace(
            name == error.path.last && error.message.contains("is no field") ? pair.key.mark : pair.value.mark)
          current = pair.value
        } else if let items = current?.sequence, let index = Int(name), index < items.count {
          place = FilePlace(items[index].mark)
          current = items[index]
        }
      }
      report(error.message, place, suggestion: error.suggestion)
      return nil
    }
  }

  /// Whether the source and its columns exist.
  private mutating func check(_ plan: WindowedPlan, _ place: FilePlace) {
    do throws(SQLError) {
      _ = try compiler.compileQuery(SourceScan.sql(plan))
    } catch {
      report(error.message + [error.detail, error.hint].compactMap(\.self).map { "; \($0)" }.joined(), place)
    }
  }

  private mutating func readLength(_ node: Node?, _ name: String, _ parent: FilePlace) -> String? {
    guard let node, let scalar = string(node, name, parent) else { return nil }
    if PlanReader.duration(scalar.string) == nil {
      report("\(name) is \"\(scalar.string)\"; expected a length such as 15m, 1h or 7d", at: scalar)
    }
    return scalar.string
  }

  private mutating func readTexts(_ node: Node?, _ name: String) -> [String] {
    guard let node else { return [] }
    guard let items = node.sequence else {
      report("\(name) is \(kind(node)); expected a list", FilePlace(node.mark))
      return []
    }
    return items.compactMap { string($0, "an item of \(name)", FilePlace(node.mark))?.string }
  }

  private mutating func readLabels(_ node: Node?) -> [String: String] {
    guard let node else { return [:] }
    guard let mapping = node.mapping else {
      report("labels is \(kind(node)); expected a mapping of texts", FilePlace(node.mark))
      return [:]
    }
    var labels: [String: String] = [:]
    for (key, value) in mapping {
      if let text = string(value, "a label", FilePlace(key.mark))?.string { labels[key.string ?? ""] = text }
    }
    return labels
  }

  // MARK: Fields

  private mutating func readName(_ node: Node?, _ parent: FilePlace) -> String? {
    guard let scalar = string(node, "name", parent) else { return nil }
    let name = scalar.string
    guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
      name.utf8.allSatisfy({
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "_")
      })
    else {
      report("\"\(name)\" is no name; expected small letters, digits and underscores, a letter first", at: scalar)
      return nil
    }
    let fileName = file.split(separator: "/").last.map(String.init) ?? file
    if fileName != "\(name).yaml" {
      report("the monitor \"\(name)\" belongs into a file named \(name).yaml", at: scalar)
    }
    return name
  }

  private mutating func readSeverity(_ node: Node?, _ parent: FilePlace) -> MonitorSeverity? {
    guard let scalar = string(node, "severity", parent) else { return nil }
    if let severity = MonitorSeverity(rawValue: scalar.string) { return severity }
    let names = MonitorSeverity.allCases.map(\.rawValue)
    report(
      "severity is \"\(scalar.string)\"; expected \(names.joined(separator: ", "))", at: scalar,
      suggestion: nearest(scalar.string, in: names))
    return nil
  }

  private mutating func readThreshold(_ node: Node?, _ parent: FilePlace) -> Numeric? {
    guard let scalar = string(node, "threshold", parent) else { return nil }
    if let number = try? Numeric(scalar.string), number.isFinite { return number }
    report("threshold is \"\(scalar.string)\"; expected a number such as 2.5", at: scalar)
    return nil
  }

  private mutating func readWindow(_ node: Node?, _ parent: FilePlace) -> Int32? {
    guard let scalar = string(node, "window_minutes", parent) else { return nil }
    if let minutes = Int32(scalar.string), (1...Self.longestWindow).contains(minutes) { return minutes }
    report(
      "window_minutes is \"\(scalar.string)\"; expected whole minutes from 1 to \(Self.longestWindow)", at: scalar)
    return nil
  }

  private mutating func readKey(_ node: Node?, _ columns: [String]?, _ parent: FilePlace) -> [String]? {
    guard let node else { return missing("key", parent) }
    guard let items = node.sequence, !items.isEmpty else {
      report("key is \(kind(node)); expected a list of columns such as [brand]", FilePlace(node.mark))
      return nil
    }
    var key: [String] = []
    for item in items {
      guard let scalar = string(item, "an item of key", parent) else { continue }
      if key.contains(scalar.string) { report("key names the column \"\(scalar.string)\" twice", at: scalar) }
      if let columns, !columns.contains(scalar.string) {
        report(
          "the query returns no column \"\(scalar.string)\", but key names it", at: scalar,
          suggestion: nearest(scalar.string, in: columns))
      }
      key.append(scalar.string)
    }
    return key
  }

  private mutating func template(
    _ node: Node?, _ name: String, _ columns: [String]?, _ parent: FilePlace
  ) -> MessageTemplate? {
    guard let scalar = string(node, name, parent) else { return nil }
    do throws(MessageTemplateError) {
      let template = try MessageTemplate(scalar.string)
      guard let columns else { return template }
      let known = columns + ["threshold", "window_minutes"]
      for place in template.places where !known.contains(place.name) {
        report(
          "the query returns no column \"\(place.name)\", but \(name) shows it", at: scalar, offset: place.offset,
          suggestion: nearest(place.name, in: known))
      }
      return template
    } catch {
      report(error.description, at: scalar, offset: error.offset)
      return nil
    }
  }

  /// The names of the query's columns; nil when it does not compile.
  private mutating func compiledColumns(of scalar: Node.Scalar) -> [String]? {
    do throws(SQLError) {
      return try compiler.compileQuery(scalar.string).columns.map(\.name)
    } catch {
      let (line, column) = error.position(in: scalar.string) ?? (1, 1)
      let place = places.place(in: scalar, line: line, column: column)
      let advice = [error.detail, error.hint].compactMap(\.self).map { "; \($0)" }.joined()
      report(error.message + advice, place.line, place.column)
      return nil
    }
  }

  // MARK: YAML

  /// The members of a mapping by name; what does not belong there is reported.
  private mutating func members(
    of node: Node, _ name: String, _ expected: [String], optional: [String] = []
  ) -> [String: Node]? {
    guard let mapping = node.mapping else {
      report(
        "\(name) is \(kind(node)); expected a mapping with \(expected.joined(separator: ", "))",
        FilePlace(node.mark))
      return nil
    }
    var members: [String: Node] = [:]
    for (key, value) in mapping {
      let field = key.string ?? ""
      if !expected.contains(field), !optional.contains(field) {
        report(
          "\"\(field)\" is no field of \(name); expected \(expected.joined(separator: ", "))",
          FilePlace(key.mark), suggestion: nearest(field, in: expected + optional))
      }
      members[field] = value
    }
    return members
  }

  private mutating func string(_ node: Node?, _ name: String, _ parent: FilePlace) -> Node.Scalar? {
    guard let node else { return missing(name, parent) }
    guard let scalar = node.scalar else {
      report("\(name) is \(kind(node)); expected a text", FilePlace(node.mark))
      return nil
    }
    guard scalar.string.contains(where: { !$0.isWhitespace }) else {
      report("\(name) is empty", FilePlace(scalar.mark))
      return nil
    }
    return scalar
  }

  private func kind(_ node: Node) -> String {
    if let sequence = node.sequence { return sequence.isEmpty ? "an empty list" : "a list" }
    return node.mapping == nil ? "a single value" : "a mapping"
  }

  // MARK: Problems

  private mutating func report(_ message: String, _ line: Int, _ column: Int, suggestion: String? = nil) {
    problems.append(
      MonitorFileProblem(file: file, line: line, column: column, message: message, suggestion: suggestion))
  }

  private mutating func report(_ message: String, _ place: FilePlace, suggestion: String? = nil) {
    report(message, place.line, place.column, suggestion: suggestion)
  }

  private mutating func report(
    _ message: String, at scalar: Node.Scalar, offset: Int = 0, suggestion: String? = nil
  ) {
    let before = scalar.string.prefix(offset)
    let line = before.count { $0 == "\n" } + 1
    let column = before.count - (before.lastIndex(of: "\n").map { before[...$0].count } ?? 0) + 1
    let place = places.place(in: scalar, line: line, column: column)
    report(message, place.line, place.column, suggestion: suggestion)
  }

  private mutating func missing<Value>(_ name: String, _ parent: FilePlace) -> Value? {
    report("\(name) is missing", parent)
    return nil
  }

  private mutating func missing(_ name: String, _ parent: FilePlace) { report("\(name) is missing", parent) }

  private mutating func report(_ error: any Error) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      report("this is not YAML: \(problem)", FilePlace(mark))
    case .reader(let problem, _, _, _): report("this is not YAML: \(problem)", 1, 1)
    case .duplicatedKeysInMapping(let names, let context):
      report("\(names.sorted().map { "\"\($0)\"" }.joined(separator: ", ")) is given twice", FilePlace(context.mark))
    default: report("the file cannot be read: \(error)", 1, 1)
    }
  }
}
