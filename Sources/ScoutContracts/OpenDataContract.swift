import PostgresDialect
import ScoutStorage
import ScoutYAML
import Yams

/// Contracts in the Open Data Contract Standard, version 3.1, and back.
///
/// Of that standard come across: required, unique and primary-key properties, physical types, the library metrics
/// nullValues, duplicateValues, invalidValues and rowCount with their operators, SQL rules that count, and a freshness
/// service level. What cannot be executed here is listed, never dropped in silence.
/// Source: <https://bitol-io.github.io/open-data-contract-standard/latest/data-quality>
public enum OpenDataContract {
  public struct Import: Sendable {
    public var contracts: [Contract] = []
    /// `FILE:LINE:COLUMN: what`, for all that is not executed.
    public var skipped: [String] = []
  }

  /// Reads a document.
  ///
  /// - Throws: ``YAMLFileError`` for a document that is no data contract.
  public static func read(_ yaml: String, file: String) throws(YAMLFileError) -> Import {
    let root = try YAMLReader.compose(yaml, file: file)
    let reader = YAMLReader(file: file)
    guard let top = root.mapping else { throw reader.error(root, "expected a mapping") }
    guard top["kind"]?.string == "DataContract" else {
      throw reader.error(root, "\"kind: DataContract\" is missing; is this an Open Data Contract?")
    }
    guard let version = top["apiVersion"]?.string, version.hasPrefix("v3.") else {
      throw reader.error(top["apiVersion"] ?? root, "only apiVersion v3.x is understood")
    }
    guard let objects = top["schema"]?.sequence else { throw reader.error(root, "\"schema\" is missing") }
    var importing = Importer(reader: reader)
    for object in objects { importing.object(object) }
    for property in top["slaProperties"]?.sequence ?? [] { importing.serviceLevel(property) }
    return importing.result
  }

  private struct Importer {
    let reader: YAMLReader
    var result = Import()
    private var relations: [String: String] = [:]

    init(reader: YAMLReader) { self.reader = reader }

    private mutating func skip(_ node: Node, _ what: String) {
      result.skipped.append(reader.error(node, what).description)
    }

    mutating func object(_ node: Node) {
      guard let name = node["physicalName"]?.string ?? node["name"]?.string else {
        return skip(node, "an object without a name")
      }
      let relation = name.contains(".") ? name : "public." + name
      relations[node["name"]?.string ?? name] = relation
      var types: [Contract.Check.SchemaColumn] = []
      var key: [(position: Int, name: String)] = []
      for property in node["properties"]?.sequence ?? [] {
        guard let column = property["physicalName"]?.string ?? property["name"]?.string else {
          skip(property, "a property without a name")
          continue
        }
        if property["required"]?.bool == true { add(relation, [column], .notNull) }
        if property["unique"]?.bool == true { add(relation, [column], .unique) }
        if property["primaryKey"]?.bool == true {
          key.append((property["primaryKeyPosition"]?.int ?? key.count + 1, column))
        }
        if let type = property["physicalType"]?.string, let known = Self.displayName(ofType: type) {
          types.append(Contract.Check.SchemaColumn(name: column, type: known))
        } else if let type = property["physicalType"] {
          skip(type, "the type \"\(type.string ?? "")\"")
        }
        if let options = property["logicalTypeOptions"]?.mapping { logical(options, relation, column) }
        for rule in property["quality"]?.sequence ?? [] { quality(rule, relation, [column]) }
      }
      if !key.isEmpty { add(relation, key.sorted { $0.position < $1.position }.map(\.name), .unique) }
      if !types.isEmpty {
        add(relation, [], .schema(types.sorted { $0.name < $1.name }, allowsOthers: true))
      }
      for rule in node["quality"]?.sequence ?? [] { quality(rule, relation, []) }
    }

    /// PostgreSQL's full name of a type, whatever name, case and modifiers it was written with.
    private static func displayName(ofType text: String) -> String? {
      var name = text.lowercased()
      let isArray = name.hasSuffix("[]")
      if isArray { name.removeLast(2) }
      if let open = name.firstIndex(of: "(") {
        name = String(name[..<open]) + (name.split(separator: ")").dropFirst().last.map(String.init) ?? "")
      }
      name = name.split(separator: " ").joined(separator: " ")
      let aliases = ["int": "int4", "decimal": "numeric", "bool": "bool", "float": "float8", "char": "bpchar"]
      let known = aliases[name] ?? name
      let type = SQLType.Base.allCases.lazy.map { SQLType($0, isArray: isArray) }.first {
        $0.base.rawValue == known || SQLType($0.base).displayName == known
      }
      return type?.displayName
    }

    private mutating func logical(_ options: Node.Mapping, _ relation: String, _ column: String) {
      for (key, value) in options {
        switch key.string {
        case "pattern": add(relation, [column], .pattern(value.string ?? ""))
        case "minimum": add(relation, [column], .range(minimum: value.scalar?.string, maximum: nil))
        case "maximum": add(relation, [column], .range(minimum: nil, maximum: value.scalar?.string))
        default: skip(key, "logicalTypeOptions.\(key.string ?? "")")
        }
      }
    }

    private mutating func add(
      _ relation: String, _ columns: [String], _ check: Contract.Check, _ rule: Node? = nil,
      tolerance: Contract.Amount? = nil
    ) {
      var contract = Contract(relation: relation, columns: columns, check: check, tolerance: tolerance)
      if let severity = rule?["severity"]?.string {
        contract.severity =
          ["info", "low"].contains(severity)
          ? .info : ["warning", "warn", "medium"].contains(severity) ? .warn : .error
      }
      if !result.contracts.contains(contract) { result.contracts.append(contract) }
    }

    private mutating func quality(_ rule: Node, _ relation: String, _ columns: [String]) {
      let type = rule["type"]?.string ?? "library"
      switch type {
      case "library": library(rule, relation, columns)
      case "sql":
        guard let query = rule["query"]?.string else { return skip(rule, "an sql rule without a query") }
        guard let condition = comparison(rule, "q.value") else { return skip(rule, "an sql rule without an operator") }
        let text = query.replacing("${object}", with: relation).replacing("{object}", with: relation)
          .replacing("${property}", with: columns.first ?? "").replacing("{property}", with: columns.first ?? "")
        add(relation, columns, .custom("select * from (\(text)) q (value) where not (\(condition))"), rule)
      default: skip(rule, "a rule of the type \(type)")
      }
    }

    private mutating func library(_ rule: Node, _ relation: String, _ columns: [String]) {
      guard let metric = rule["metric"]?.string ?? rule["rule"]?.string else {
        return skip(rule, "a library rule without a metric")
      }
      let arguments = rule["arguments"] ?? rule
      let columns = arguments["properties"]?.sequence?.compactMap(\.string) ?? columns
      switch metric {
      case "rowCount":
        guard let (minimum, maximum) = bounds(rule) else { return skip(rule, "rowCount with such an operator") }
        add(relation, [], .rowCount(minimum: minimum, maximum: maximum), rule)
      case "nullValues", "nullCheck":
        guard let tolerance = tolerance(rule) else { return skip(rule, "\(metric) with such an operator") }
        add(relation, columns, .notNull, rule, tolerance: tolerance.amount)
      case "duplicateValues", "duplicateCount":
        guard let tolerance = tolerance(rule) else { return skip(rule, "\(metric) with such an operator") }
        add(relation, columns, .unique, rule, tolerance: tolerance.amount)
      case "invalidValues", "validValues":
        guard let tolerance = tolerance(rule) else { return skip(rule, "\(metric) with such an operator") }
        if let values = arguments["validValues"]?.sequence?.compactMap({ $0.scalar?.string }), !values.isEmpty {
          add(relation, columns, .acceptedValues(values), rule, tolerance: tolerance.amount)
        } else if let pattern = arguments["pattern"]?.string {
          add(relation, columns, .pattern(pattern), rule, tolerance: tolerance.amount)
        } else {
          skip(rule, "invalidValues without validValues or pattern")
        }
      default: skip(rule, "the metric \(metric)")
      }
    }

    mutating func serviceLevel(_ node: Node) {
      guard ["freshness", "fr"].contains(node["property"]?.string ?? "") else {
        return skip(node, "the service level \(node["property"]?.string ?? "")")
      }
      let units = ["d": "days", "day": "days", "days": "days", "h": "hours", "hour": "hours", "hours": "hours"]
      guard let value = node["value"]?.scalar?.string, let unit = units[node["unit"]?.string ?? ""],
        let age = try? Interval("\(value) \(unit)"), let element = node["element"]?.string
      else { return skip(node, "a freshness without value, unit of days or hours, and element") }
      let parts = element.split(separator: ".").map(String.init)
      guard parts.count >= 2, let column = parts.last else { return skip(node, "the element \(element)") }
      let name = parts.dropLast().joined(separator: ".")
      add(relations[name] ?? name, [column], .freshness(age))
    }

    // MARK: Operators

    private static let operators = [
      "mustBe": "=", "mustNotBe": "<>", "mustBeGreaterThan": ">", "mustBeGreaterOrEqualTo": ">=",
      "mustBeLessThan": "<", "mustBeLessOrEqualTo": "<=",
    ]

    private func comparison(_ rule: Node, _ value: String) -> String? {
      var conditions: [String] = []
      for (name, sign) in Self.operators.sorted(by: { $0.key < $1.key }) {
        guard let bound = rule[name]?.scalar?.string else { continue }
        guard Double(bound) != nil else { return nil }
        conditions.append("\(value) \(sign) \(bound)")
      }
      if let pair = rule["mustBeBetween"]?.sequence?.compactMap({ $0.scalar?.string }), pair.count == 2,
        pair.allSatisfy({ Double($0) != nil })
      {
        conditions.append("\(value) between \(pair[0]) and \(pair[1])")
      }
      return conditions.isEmpty ? nil : conditions.joined(separator: " and ")
    }

    private func bounds(_ rule: Node) -> (Int64?, Int64?)? {
      func number(_ name: String) -> Int64? { rule[name]?.scalar.flatMap { Int64($0.string) } }
      if let exact = number("mustBe") { return (exact, exact) }
      if let pair = rule["mustBeBetween"]?.sequence?.compactMap({ $0.scalar.flatMap { Int64($0.string) } }),
        pair.count == 2
      {
        return (pair[0], pair[1])
      }
      let minimum = number("mustBeGreaterOrEqualTo") ?? number("mustBeGreaterThan").map { $0 + 1 }
      let maximum = number("mustBeLessOrEqualTo") ?? number("mustBeLessThan").map { $0 - 1 }
      return minimum == nil && maximum == nil ? nil : (minimum, maximum)
    }

    /// How many wrong rows an operator allows; nil for one that wants wrong rows.
    private func tolerance(_ rule: Node) -> (amount: Contract.Amount?, Void)? {
      let isPercent = rule["unit"]?.string == "percent"
      func amount(_ number: Double) -> Contract.Amount? {
        if isPercent { return number > 0 ? .share(number / 100) : nil }
        return number > 0 ? .rows(Int64(number)) : nil
      }
      func number(_ name: String) -> Double? { rule[name]?.scalar.flatMap { Double($0.string) } }
      if let exact = number("mustBe") { return exact == 0 ? (nil, ()) : nil }
      if let most = number("mustBeLessOrEqualTo") { return (amount(most), ()) }
      if let below = number("mustBeLessThan") { return isPercent ? (amount(below), ()) : (amount(below - 1), ()) }
      return rule["mustBeGreaterThan"] == nil && rule["mustBeBetween"] == nil ? (nil, ()) : nil
    }
  }

  // MARK: Writing

  /// The contracts as a document; what the standard has no rule for becomes an SQL rule or a text rule.
  public static func write(_ contracts: [Contract], id: String) -> String {
    func quoted(_ text: String) -> String { RowJSON.quoted(text) }
    var lines = [
      "apiVersion: v3.1.0", "kind: DataContract", "id: \(quoted(id))", "name: \(quoted(id))", "version: 1.0.0",
      "status: active", "schema:",
    ]
    var levels: [String] = []
    let relations = Dictionary(grouping: contracts, by: \.relation)
    for relation in relations.keys.sorted() {
      lines += ["  - name: \(quoted(relation))", "    physicalName: \(quoted(relation))", "    logicalType: object"]
      var rules: [[String]] = []
      var columns: [String: [String]] = [:]
      for contract in relations[relation] ?? [] {
        let column = contract.columns.count == 1 ? contract.columns[0] : nil
        if case .schema(let wanted, _) = contract.check {
          for column in wanted { columns[column.name, default: []].append("physicalType: \(quoted(column.type))") }
          continue
        }
        if case .freshness(let age) = contract.check, let column {
          levels += [
            "  - property: freshness", "    value: \(age.microseconds / 3_600_000_000 + Int64(age.days) * 24)",
            "    unit: h", "    element: \(quoted(relation + "." + column))",
          ]
          continue
        }
        if let column, contract.tolerance == nil, contract.severity == .error, contract.errorOver == nil {
          if contract.check == .notNull { columns[column, default: []].append("required: true") }
          if contract.check == .unique { columns[column, default: []].append("unique: true") }
          if contract.check == .notNull || contract.check == .unique { continue }
        }
        rules.append(rule(contract, column, quoted))
      }
      if !columns.isEmpty {
        lines.append("    properties:")
        for name in columns.keys.sorted() {
          lines.append("      - name: \(quoted(name))")
          lines += (columns[name] ?? []).map { "        \($0)" }
        }
      }
      if !rules.isEmpty {
        lines.append("    quality:")
        for rule in rules { lines += rule.enumerated().map { ($0 == 0 ? "      - " : "        ") + $1 } }
      }
    }
    if !levels.isEmpty { lines += ["slaProperties:"] + levels }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rule(_ contract: Contract, _ column: String?, _ quoted: (String) -> String) -> [String] {
    var lines: [String] = []
    func library(_ metric: String, _ arguments: String?) {
      lines = ["metric: \(metric)"]
      if let arguments { lines.append("arguments: {\(arguments)}") }
      switch contract.tolerance {
      case .rows(let rows)?: lines.append("mustBeLessOrEqualTo: \(rows)")
      case .share(let share)?: lines += ["mustBeLessOrEqualTo: \(share * 100)", "unit: percent"]
      case nil: lines.append("mustBe: 0")
      }
    }
    let properties = "properties: [" + contract.columns.map(quoted).joined(separator: ", ") + "]"
    switch contract.check {
    case .notNull: library("nullValues", properties)
    case .unique: library("duplicateValues", properties)
    case .acceptedValues(let values):
      library("invalidValues", properties + ", validValues: [" + values.map(quoted).joined(separator: ", ") + "]")
    case .pattern(let pattern): library("invalidValues", properties + ", pattern: " + quoted(pattern))
    case .rowCount(let minimum, let maximum):
      lines = ["metric: rowCount"]
      if let minimum { lines.append("mustBeGreaterOrEqualTo: \(minimum)") }
      if let maximum { lines.append("mustBeLessOrEqualTo: \(maximum)") }
    case .custom(let sql): lines = ["type: sql", "query: " + quoted("select count(*) from (\(sql)) q"), "mustBe: 0"]
    case .positive:
      lines = ["type: sql", "query: " + quoted("select count(*) from \(contract.relation) where \(column ?? "") <= 0")]
      lines.append("mustBe: 0")
    default: lines = ["type: text", "description: " + quoted(contract.label)]
    }
    return lines + ["severity: \(contract.severity == .warn ? "warning" : contract.severity.rawValue)"]
  }
}
