import PostgresDialect
import ScoutYAML
import Yams

/// When a person is needed: a rule of `schemas/alerts.yaml`.
public struct AlertRule: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable, CaseIterable { case critical, warning }

  public enum Source: Hashable, Sendable {
    /// A query in PostgreSQL SQL; its first value counts.
    case query(String)
    /// Seconds until a write may begin.
    case writeLock
    /// Seconds of the slowest read of a whole gold relation.
    case goldQuery
  }

  public enum Bound: Hashable, Sendable {
    case above(Double)
    case below(Double)
    /// Below the queue's minimum.
    case belowMinimumQueued
  }

  public var name: String
  public var severity: Severity
  /// With `{value}` for the value.
  public var message: String
  public var source: Source
  public var bound: Bound

  /// Reads the rules of a file.
  ///
  /// - Throws: ``YAMLFileError`` with the first mistake and its place.
  public static func read(_ yaml: String, file: String) throws(YAMLFileError) -> [AlertRule] {
    let reader = YAMLReader(file: file)
    let root = try YAMLReader.compose(yaml, file: file)
    guard let list = try reader.mapping(root, keys: ["alerts"])["alerts"] else {
      throw reader.error(root, "\"alerts\" is missing")
    }
    var rules: [AlertRule] = []
    for node in try reader.sequence(list) {
      let rule = try rule(node, reader)
      if rules.contains(where: { $0.name == rule.name }) {
        throw reader.error(node, "there are two alerts \"\(rule.name)\"")
      }
      rules.append(rule)
    }
    return rules
  }

  private static func rule(_ node: Node, _ reader: YAMLReader) throws(YAMLFileError) -> AlertRule {
    let fields = try reader.mapping(
      node, keys: ["name", "severity", "message", "query", "probe", "above", "below"])
    func required(_ name: String) throws(YAMLFileError) -> Node {
      guard let found = fields[name] else { throw reader.error(node, "\"\(name)\" is missing") }
      return found
    }
    let severityNode = try required("severity")
    guard let severity = Severity(rawValue: try reader.string(severityNode)) else {
      throw reader.error(severityNode, "expected critical or warning")
    }
    let source: Source
    switch (fields["query"], fields["probe"]) {
    case (let query?, nil): source = .query(try reader.string(query))
    case (nil, let probe?):
      switch try reader.string(probe) {
      case "write_lock": source = .writeLock
      case "gold_query": source = .goldQuery
      default: throw reader.error(probe, "expected write_lock or gold_query")
      }
    default: throw reader.error(node, "expected either a query or a probe")
    }
    func number(_ node: Node) throws(YAMLFileError) -> Double {
      guard let number = Double(try reader.string(node)) else { throw reader.error(node, "expected a number") }
      return number
    }
    let bound: Bound
    switch (fields["above"], fields["below"]) {
    case (let above?, nil): bound = .above(try number(above))
    case (nil, let below?):
      bound = try reader.string(below) == ":minimum_queued" ? .belowMinimumQueued : .below(try number(below))
    default: throw reader.error(node, "expected either above or below")
    }
    return AlertRule(
      name: try reader.string(try required("name")), severity: severity,
      message: try reader.string(try required("message")), source: source, bound: bound)
  }
}

/// How a rule stands.
public struct Alert: Hashable, Sendable {
  public var rule: AlertRule
  public var isActive: Bool
  /// As text; nil when it could not be found out.
  public var value: String?
  /// What is the matter, or why the value could not be found out.
  public var message: String
}
