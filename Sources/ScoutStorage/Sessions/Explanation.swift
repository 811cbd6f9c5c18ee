import PostgresDialect

/// What stands behind EXPLAIN.
/// Source: <https://www.postgresql.org/docs/15/sql-explain.html>
struct ExplainOptions {
  enum Format { case text, json }

  var isAnalyzed = false
  var format = Format.text
  var showsTiming = true
  var showsSummary: Bool?

  /// - Parameter options: As the parser lists them: `analyze`, `format json`, `costs off`.
  init(_ options: [String], at range: SourceRange) throws(SQLError) {
    for option in options {
      let words = option.lowercased().split(separator: " ", maxSplits: 1).map(String.init)
      let name = words.first ?? ""
      let value = words.count > 1 ? words[1] : "on"
      switch name {
      case "format":
        switch value {
        case "text": format = .text
        case "json": format = .json
        case "xml", "yaml":
          throw SQLError(.featureNotSupported, "EXPLAIN (FORMAT \(value.uppercased())) is not supported", at: range)
        default:
          throw SQLError(
            .invalidParameterValue, "unrecognized value for EXPLAIN option \"format\": \"\(value)\"", at: range)
        }
        continue
      case "analyze", "analyse", "verbose", "costs", "settings", "buffers", "wal", "timing", "summary": break
      default: throw SQLError(.syntaxError, "unrecognized EXPLAIN option \"\(name)\"", at: range)
      }
      guard let isOn = SettingDefinition.boolean(value) else {
        throw SQLError(.syntaxError, "\(name) requires a Boolean value", at: range)
      }
      switch name {
      case "analyze", "analyse": isAnalyzed = isOn
      case "timing": showsTiming = isOn
      case "summary": showsSummary = isOn
      default: break
      }
    }
  }
}

/// A node of a plan under PostgreSQL's names: what SQLite's planner chose, without costs, which it does not tell.
struct PlanNode {
  var type: String
  var relation: String?
  var index: String?
  var condition: String?
  /// Behind the name: `CTE totals`.
  var label: String?
  var children: [PlanNode] = []
  var actual: (rows: Int, milliseconds: Double?)?

  var title: String {
    var text = type
    if let index { text += " using \(index)" }
    if let relation { text += " on \(relation)" }
    if let label { text += " \(label)" }
    if let actual {
      let time = actual.milliseconds.map { "time=0.000..\(Self.text($0)) " } ?? ""
      text += " (actual \(time)rows=\(actual.rows) loops=1)"
    }
    return text
  }

  /// Milliseconds with three digits, as PostgreSQL writes them.
  static func text(_ milliseconds: Double) -> String {
    let thousandths = Int((milliseconds * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  func lines(depth: Int = 0) -> [String] {
    let indent = depth == 0 ? "" : String(repeating: " ", count: (depth - 1) * 6 + 2) + "->  "
    var lines = [indent + title]
    if let condition {
      lines.append(String(repeating: " ", count: depth == 0 ? 2 : depth * 6 + 2) + "Index Cond: (\(condition))")
    }
    for child in children { lines += child.lines(depth: depth + 1) }
    return lines
  }

  var json: String {
    var fields = ["\"Node Type\": \(Self.quoted(type))"]
    if let relation { fields.append("\"Relation Name\": \(Self.quoted(relation))") }
    if let index { fields.append("\"Index Name\": \(Self.quoted(index))") }
    if let condition { fields.append("\"Index Cond\": \(Self.quoted("(\(condition))"))") }
    if let label { fields.append("\"Subplan Name\": \(Self.quoted(label))") }
    if let actual {
      if let time = actual.milliseconds { fields.append("\"Actual Total Time\": \(Self.text(time))") }
      fields += ["\"Actual Rows\": \(actual.rows)", "\"Actual Loops\": 1"]
    }
    if !children.isEmpty { fields.append("\"Plans\": [\(children.map(\.json).joined(separator: ", "))]") }
    return "{\(fields.joined(separator: ", "))}"
  }
}

extension Connection {
  /// EXPLAIN, with ANALYZE also running the statement.
  func explain(_ inner: Statement, options: ExplainOptions, sql: String) throws -> QueryResult {
    let clock = ContinuousClock()
    var compiled: CompiledCommand?
    let planning = try clock.measure { compiled = try compiler().compile(inner, sql: sql) }
    guard let compiled, var plan = try plan(of: compiled, inner, sql: sql) else {
      throw SQLError(.featureNotSupported, "EXPLAIN \(inner.commandName) is not supported", at: inner.range)
    }
    var footer: [(String, Double)] = []
    if options.isAnalyzed {
      var rows = 0
      let execution = try clock.measure {
        rows = try execute(StatementCall(statement: inner, sql: sql, parameters: [:], rowLimit: .max)).rowCount
      }
      plan.actual = (rows, options.showsTiming ? execution / .milliseconds(1) : nil)
      footer.append(("Execution Time", execution / .milliseconds(1)))
    }
    if options.showsSummary ?? options.isAnalyzed {
      footer.insert(("Planning Time", planning / .milliseconds(1)), at: 0)
    }
    if options.showsSummary == false { footer = [] }
    let type: SQLType
    let rows: [[SQLValue]]
    switch options.format {
    case .text:
      type = .text
      rows = (plan.lines() + footer.map { "\($0.0): \(PlanNode.text($0.1)) ms" }).map { [.text($0)] }
    case .json:
      type = .json
      let fields = ["\"Plan\": \(plan.json)"] + footer.map { "\"\($0.0)\": \(PlanNode.text($0.1))" }
      rows = [[.text("[{\(fields.joined(separator: ", "))}]")]]
    }
    return QueryResult(
      columns: [ResultColumn(name: "QUERY PLAN", type: type, isNullable: false)], rows: rows, rowCount: rows.count,
      tag: "EXPLAIN", timeZone: timeZone)
  }

  /// The plan of a command; nil for one that has none.
  private func plan(of command: CompiledCommand, _ statement: Statement, sql: String) throws -> PlanNode? {
    switch command {
    case .statement(let compiled): return try plan(of: compiled, writing: statement)
    case .write(let write):
      switch write.source {
      case .statement(let compiled): return try plan(of: compiled, writing: statement)
      case .collected(let rows):
        return PlanNode(
          type: write.kind.planName, relation: write.relation.name,
          children: [try plan(of: rows.query, writing: nil)])
      }
    case .steps(let command):
      var main: PlanNode?
      var parts: [PlanNode] = []
      var known: [String: [ResultColumn]] = [:]
      for step in command.steps {
        var call = StatementCall(statement: step.statement, sql: sql, parameters: [:], rowLimit: .max)
        call.environment = step.environment(known)
        guard var node = try plan(of: compile(call), step.statement, sql: sql) else { continue }
        if let name = step.name {
          known[name] = step.columns
          node.label = "CTE \(name)"
          parts.append(node)
        } else {
          main = node
        }
      }
      main?.children.insert(contentsOf: parts, at: 0)
      return main
    case .definition, .transaction: return nil
    }
  }

  /// SQLite's plan as a tree.
  private func plan(of statement: CompiledStatement, writing inner: Statement?) throws -> PlanNode {
    var steps: [(id: Int64, parent: Int64, detail: String)] = []
    for row in try rows("explain query plan " + statement.sql) {
      steps.append((row[0].integer ?? 0, row[1].integer ?? 0, row[3].text ?? ""))
    }
    func tree(_ parent: Int64) -> [PlanNode] {
      PlanNode.assembled(
        steps.filter { $0.parent == parent }.map { step in
          var node = PlanNode(detail: step.detail)
          node.children += tree(step.id)
          return node
        })
    }
    var roots = tree(0)
    if let target = inner?.target {
      return PlanNode(
        type: statement.kind.planName, relation: target.name,
        children: roots.isEmpty ? [PlanNode(type: "Result")] : roots)
    }
    if roots.count == 1 { return roots[0] }
    if roots.isEmpty { return PlanNode(type: "Result") }
    let first = roots.removeFirst()
    var root = first
    root.children += roots
    return root
  }
}

extension CompiledStatement.Kind {
  fileprivate var planName: String {
    switch self {
    case .query: "Result"
    case .insert: "Insert"
    case .update: "Update"
    case .delete: "Delete"
    case .merge: "Merge"
    }
  }
}

extension PlanNode {
  /// A line of `EXPLAIN QUERY PLAN`.
  /// Source: <https://sqlite.org/eqp.html>
  init(detail: String) {
    var words = detail.split(separator: " ").map(String.init)
    func drop(_ count: Int) { words.removeFirst(min(count, words.count)) }
    switch words.first {
    case "SCAN" where words.count == 3 && words[1] == "CONSTANT": self.init(type: "Result")
    case "SCAN", "SEARCH":
      let isSearch = words[0] == "SEARCH"
      let name = words.count > 1 ? words[1] : ""
      drop(2)
      if let using = words.firstIndex(of: "USING") {
        let rest = Array(words[(using + 1)...])
        let isCovering = rest.contains("COVERING")
        var index = "\(name)_pkey"
        if let place = rest.firstIndex(of: "INDEX"), place + 1 < rest.count { index = rest[place + 1] }
        var condition: String?
        if isSearch { condition = Self.condition(rest.joined(separator: " ")) }
        self.init(
          type: isCovering ? "Index Only Scan" : "Index Scan", relation: name,
          index: index.split(separator: ".").last.map(String.init), condition: condition)
      } else {
        self.init(type: "Seq Scan", relation: name)
      }
    case "USE":
      // USE TEMP B-TREE FOR ORDER BY, GROUP BY, DISTINCT, count(DISTINCT), RIGHT PART OF ORDER BY.
      if detail.contains("GROUP BY") {
        self.init(type: "GroupAggregate")
      } else if detail.contains("ORDER BY") {
        self.init(type: detail.contains("RIGHT PART") ? "Incremental Sort" : "Sort")
      } else {
        self.init(type: "Unique")
      }
    case "MATERIALIZE", "CO-ROUTINE":
      drop(1)
      self.init(type: "Subquery Scan", relation: words.joined(separator: " "))
    case "COMPOUND", "LEFT-MOST": self.init(type: "Append")
    case "UNION": self.init(type: detail.hasPrefix("UNION ALL") ? "Append" : "HashAggregate")
    case "EXCEPT", "INTERSECT": self.init(type: "HashSetOp \(words[0].capitalized)")
    case "SCALAR", "CORRELATED", "LIST":
      self.init(type: "SubPlan", label: words.last)
    case "RECURSIVE": self.init(type: "Recursive Union")
    default: self.init(type: detail)
    }
  }

  /// What stands in parentheses: `brand = ? AND day > ?`.
  private static func condition(_ text: String) -> String? {
    guard let start = text.firstIndex(of: "(") else { return nil }
    var condition = String(text[text.index(after: start)...].prefix { $0 != ")" })
    for sign in ["=", ">", "<"] { condition = condition.replacing("\(sign)?", with: " \(sign) ?") }
    return condition
  }

  /// Siblings of SQLite's plan as PostgreSQL nests them: joined tables under a loop, sorting above what it sorts.
  static func assembled(_ nodes: [PlanNode]) -> [PlanNode] {
    let wrapping: Set<String> = ["Sort", "Incremental Sort", "GroupAggregate", "Unique"]
    let inner = nodes.filter { !wrapping.contains($0.type) }
    let sources = inner.filter { $0.relation != nil }
    var result: [PlanNode] = inner
    if sources.count > 1 {
      result = [PlanNode(type: "Nested Loop", children: sources)] + inner.filter { $0.relation == nil }
    }
    // The grouping comes first and the order last, whatever the sequence of SQLite's lines.
    for type in ["GroupAggregate", "Unique", "Incremental Sort", "Sort"]
    where nodes.contains(where: { $0.type == type }) {
      result = [PlanNode(type: type, children: result)]
    }
    return result
  }
}
