import PostgresDialect
import ScoutYAML
import Yams

/// Contracts as a file describes them: `schemas/contracts/<name>.yaml`.
///
///     relation: scout.silver_transactions
///     contracts:
///       - not_null: store_id
///       - unique: [transaction_id]
///       - accepted_values: {column: gender, values: [female, male]}
///         severity: warn
///         tolerance: 0.5%
///         error_over: 5%
///       - range: {column: share, min: 0}
///         blocking: true
public enum ContractFile {
  /// - Throws: ``YAMLFileError`` with the first mistake and its place.
  public static func read(_ yaml: String, file: String) throws(YAMLFileError) -> [Contract] {
    let reader = YAMLReader(file: file)
    let root = try YAMLReader.compose(yaml, file: file)
    let top = try reader.mapping(root, keys: ["relation", "contracts"])
    guard let relationNode = top["relation"] else { throw reader.error(root, "\"relation\" is missing") }
    let relation = try reader.string(relationNode)
    guard relation.split(separator: ".").count == 2 else {
      throw reader.error(relationNode, "write the relation with its schema, such as scout.gold_sales_daily")
    }
    guard let list = top["contracts"] else { throw reader.error(root, "\"contracts\" is missing") }
    var contracts: [Contract] = []
    for node in try reader.sequence(list) { contracts.append(try contract(node, relation, reader)) }
    return contracts
  }

  private static func contract(_ node: Node, _ relation: String, _ reader: YAMLReader) throws(YAMLFileError) -> Contract
  {
    let fields = try reader.mapping(
      node, keys: Contract.Check.types + ["severity", "tolerance", "error_over", "blocking"])
    let types = fields.keys.filter { Contract.Check.types.contains($0) }
    guard types.count == 1, let type = types.first, let value = fields[type] else {
      throw reader.error(node, "expected exactly one check of " + Contract.Check.types.joined(separator: ", "))
    }
    var (columns, check) = try check(type, value, reader)
    if columns == ["true"] { columns = [] }
    var contract = Contract(relation: relation, columns: columns, check: check)
    if let severity = fields["severity"] {
      guard let known = Contract.Severity(rawValue: try reader.string(severity)) else {
        throw reader.error(
          severity, "expected " + Contract.Severity.allCases.map(\.rawValue).joined(separator: ", "))
      }
      contract.severity = known
    }
    contract.tolerance = try amount(fields["tolerance"], reader)
    contract.errorOver = try amount(fields["error_over"], reader)
    if let blocking = fields["blocking"] {
      switch try reader.string(blocking) {
      case "true": contract.isBlocking = true
      case "false": break
      default: throw reader.error(blocking, "expected true or false")
      }
      if contract.isBlocking, contract.severity != .error {
        throw reader.error(blocking, "a blocking contract has the severity error")
      }
    }
    return contract
  }

  private static func check(_ type: String, _ node: Node, _ reader: YAMLReader) throws(YAMLFileError)
    -> (columns: [String], Contract.Check)
  {
    switch type {
    case "not_null": return (try reader.strings(node), .notNull)
    case "positive": return (try reader.strings(node), .positive)
    case "unique": return (try reader.strings(node), .unique)
    case "pii_free": return (try reader.strings(node), .piiFree)
    case "custom": return ([], .custom(try reader.string(node)))
    default: break
    }
    let fields = try reader.mapping(
      node, keys: ["column", "values", "min", "max", "matches", "to", "max_age", "condition", "columns", "others"])
    func required(_ name: String) throws(YAMLFileError) -> Node {
      guard let found = fields[name] else { throw reader.error(node, "\"\(name)\" is missing") }
      return found
    }
    func text(_ name: String) throws(YAMLFileError) -> String { try reader.string(try required(name)) }
    func bound(_ name: String) throws(YAMLFileError) -> String? {
      guard let node = fields[name] else { return nil }
      return try reader.string(node)
    }
    func number<Number: LosslessStringConvertible>(_ name: String, _ type: Number.Type) throws(YAMLFileError) -> Number?
    {
      guard let node = fields[name] else { return nil }
      guard let number = Number(try reader.string(node)) else { throw reader.error(node, "\"\(name)\" is no number") }
      return number
    }
    func bounded() throws(YAMLFileError) {
      if fields["min"] == nil && fields["max"] == nil { throw reader.error(node, "min, max or both are missing") }
    }
    switch type {
    case "accepted_values": return ([try text("column")], .acceptedValues(try reader.strings(try required("values"))))
    case "range":
      try bounded()
      return ([try text("column")], .range(minimum: try bound("min"), maximum: try bound("max")))
    case "pattern":
      let pattern = try text("matches")
      do throws(SQLError) { _ = try PostgresRegex(pattern) } catch {
        throw reader.error(try required("matches"), error.message)
      }
      return ([try text("column")], .pattern(pattern))
    case "relationship":
      let parts = try text("to").split(separator: ".").map(String.init)
      guard parts.count == 3 else { throw reader.error(try required("to"), "expected schema.relation.column") }
      return ([try text("column")], .relationship(relation: parts[0] + "." + parts[1], column: parts[2]))
    case "row_count":
      try bounded()
      return ([], .rowCount(minimum: try number("min", Int64.self), maximum: try number("max", Int64.self)))
    case "freshness":
      let age = try text("max_age")
      guard let interval = try? Interval(age) else {
        throw reader.error(try required("max_age"), "\"\(age)\" is no interval, such as 2 days")
      }
      return ([try text("column")], .freshness(interval))
    case "share":
      try bounded()
      return (
        [],
        .share(
          condition: try text("condition"), minimum: try number("min", Double.self),
          maximum: try number("max", Double.self))
      )
    case "schema":
      guard let mapping = try required("columns").mapping, !mapping.isEmpty else {
        throw reader.error(try required("columns"), "expected a mapping of columns to types")
      }
      var columns: [Contract.Check.SchemaColumn] = []
      for (key, value) in mapping {
        columns.append(Contract.Check.SchemaColumn(name: try reader.string(key), type: try reader.string(value)))
      }
      let others = try bound("others") ?? "allowed"
      guard ["allowed", "forbidden"].contains(others) else {
        throw reader.error(try required("others"), "expected allowed or forbidden")
      }
      return ([], .schema(columns.sorted { $0.name < $1.name }, allowsOthers: others == "allowed"))
    default: throw reader.error(node, "there is no check \"\(type)\"")
    }
  }

  private static func amount(_ node: Node?, _ reader: YAMLReader) throws(YAMLFileError) -> Contract.Amount? {
    guard let node else { return nil }
    guard let amount = Contract.Amount(try reader.string(node)) else {
      throw reader.error(node, "expected a number of rows, or a percentage such as 0.5%")
    }
    return amount
  }
}
