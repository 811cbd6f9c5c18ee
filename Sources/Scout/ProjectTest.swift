import FoundationEssentials
import PostgresDialect
import ScoutPipeline
import ScoutSchemas
import ScoutStorage
import ScoutYAML
import Yams

/// A test of a project's definitions: rows in, rows out.
///
/// ```yaml
/// tests:
///   - name: a city's day adds up
///     now: 2025-08-02T09:00:00+08:00
///     given:
///       transactions: [ … ]            # records as `scout ingest` reads them
///       scout.gold_sales_daily: [ … ]  # or the rows of a relation, instead of what a model would compute
///     query: select city, net_amount from shop.gold_city_daily
///     expect:
///       - {city: Cebu, net_amount: 135.00}
/// ```
///
/// In place of `query` may stand `monitor`, whose event has to hold the rows. Rows come in the order that the query
/// gives them when it has ORDER BY, else in any; numbers are equal by value.
public struct ProjectTest: Sendable {
  public enum Subject: Hashable, Sendable {
    case query(String)
    case monitor(String)
  }

  /// A value of a fixture: its text as PostgreSQL reads it; nil for null.
  public typealias Row = [(column: String, value: String?)]

  public var name: String
  public var file: String
  public var line: Int
  public var now: Timestamp?
  /// Records as JSON, one line each.
  public var transactions: [String]
  public var relations: [(name: String, rows: [Row])]
  public var subject: Subject
  public var expected: [Row]

  /// Reads a file with tests.
  ///
  /// - Throws: ``YAMLFileError`` with the first mistake and its place.
  public static func read(_ yaml: String, file: String) throws(YAMLFileError) -> [ProjectTest] {
    let reader = YAMLReader(file: file)
    let root = try YAMLReader.compose(yaml, file: file)
    guard let list = try reader.fields(root, keys: ["tests"])["tests"] else {
      throw reader.error(root, "\"tests\" is missing")
    }
    var tests: [ProjectTest] = []
    for node in try reader.sequence(list) { tests.append(try test(node, reader)) }
    return tests
  }

  private static func test(_ node: Node, _ reader: YAMLReader) throws(YAMLFileError) -> ProjectTest {
    let fields = try reader.fields(node, keys: ["name", "now", "given", "query", "monitor", "expect"])
    func required(_ name: String) throws(YAMLFileError) -> Node {
      guard let found = fields[name] else { throw reader.error(node, "\"\(name)\" is missing") }
      return found
    }
    let subject: Subject
    switch (fields["query"], fields["monitor"]) {
    case (let query?, nil): subject = .query(try reader.string(query))
    case (nil, let monitor?): subject = .monitor(try reader.string(monitor))
    default: throw reader.error(node, "expected either a query or a monitor")
    }
    var test = ProjectTest(
      name: try reader.string(try required("name")), file: reader.file, line: node.mark?.line ?? 1, now: nil,
      transactions: [], relations: [], subject: subject, expected: [])
    if let nowNode = fields["now"] {
      let text = try reader.string(nowNode)
      guard let now = Timestamp(withOffset: text) else {
        throw reader.error(nowNode, "\"\(text)\" is no time with an offset; write it like 2025-08-23T09:00:00+08:00")
      }
      test.now = now
    }
    if let given = fields["given"] {
      guard let mapping = given.mapping else {
        throw reader.error(given, "expected a mapping of transactions or relations to rows")
      }
      for (key, value) in mapping {
        let name = try reader.string(key)
        if name == "transactions" {
          for record in try reader.sequence(value) { test.transactions.append(json(record)) }
        } else {
          guard name.split(separator: ".").count == 2 else {
            throw reader.error(key, "write the relation with its schema, such as scout.gold_sales_daily")
          }
          test.relations.append((name, try rows(value, reader)))
        }
      }
    }
    test.expected = try rows(try required("expect"), reader)
    return test
  }

  private static func rows(_ node: Node, _ reader: YAMLReader) throws(YAMLFileError) -> [Row] {
    var rows: [Row] = []
    for node in try reader.sequence(node) {
      guard let mapping = node.mapping else { throw reader.error(node, "expected a row: columns with their values") }
      var row: Row = []
      for (key, value) in mapping { row.append((try reader.string(key), text(value))) }
      rows.append(row)
    }
    return rows
  }

  /// The value as a literal's text: lists and mappings as JSON.
  private static func text(_ node: Node) -> String? {
    guard let scalar = node.scalar else { return json(node) }
    return isNull(scalar) ? nil : scalar.string
  }

  private static func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null"].contains(scalar.string.lowercased())
  }

  /// The node as JSON. What is written plainly and is a number, a truth value or null in JSON stays that; everything
  /// else, times among it, is a text.
  static func json(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      if isNull(scalar) { return "null" }
      let text = scalar.string
      if scalar.style == .plain, ["true", "false"].contains(text) || isNumber(text) { return text }
      return RowJSON.quoted(text)
    case .mapping(let mapping):
      return "{" + mapping.map { "\(RowJSON.quoted($0.key.string ?? "")): \(json($0.value))" }.joined(separator: ", ")
        + "}"
    case .sequence(let sequence): return "[" + sequence.map(json).joined(separator: ", ") + "]"
    case .alias: return "null"
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
    guard let first = digits.utf8.first, (0x30...0x39).contains(first) else { return false }
    if digits.utf8.count > 1, first == 0x30, digits.utf8.dropFirst().first != UInt8(ascii: ".") { return false }
    return digits.utf8.last != UInt8(ascii: ".") && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
      && digits.count(where: { $0 == "." }) <= 1
  }
}

/// How a project's tests fared.
public struct ProjectTestReport: Sendable {
  public enum Outcome: Hashable, Sendable {
    case passed
    /// What differs, line by line.
    case failed([String])
    /// It could not be run.
    case broken(String)
  }

  public struct Item: Sendable {
    public var name: String
    public var file: String
    public var line: Int
    public var outcome: Outcome
  }

  public var items: [Item]

  public var isPassed: Bool { items.allSatisfy { $0.outcome == .passed } }
}

extension Timestamp {
  /// A time with an offset; nil for anything else, because without one it would depend on who reads it.
  public init?(withOffset text: String) {
    let bytes = Array(text.utf8)
    guard let parsed = bytes.withUnsafeBytes({ DateTimeText.parseISO($0) }), let offset = parsed.offsetSeconds else {
      return nil
    }
    self.init(microseconds: parsed.localMicroseconds - Int64(offset) * 1_000_000)
  }
}
