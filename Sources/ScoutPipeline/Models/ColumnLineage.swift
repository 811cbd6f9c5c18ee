import PostgresDialect
import ScoutStorage

/// Where a column comes from, step by step down to bronze or to a table that nothing computes.
public struct ColumnLineage: Hashable, Sendable, Encodable {
  public var relation: String
  public var column: String
  /// The place inside a bronze payload, as a JSON path.
  public var path: String?
  /// What the relation above does with it, in OpenLineage's terms; nil at the top.
  public var transformation: String?
  public var inputs: [ColumnLineage]
  /// Whether its inputs stand further up in the same tree already and are left out here.
  public var isRepeated: Bool

  enum CodingKeys: String, CodingKey {
    case relation, column, path, transformation, inputs
    case isRepeated = "is_repeated"
  }

  /// The tree as lines of text.
  public var text: String {
    var lines: [String] = []
    func add(_ node: ColumnLineage, _ lead: String, _ indent: String) {
      let place = node.path.map { " \($0)" } ?? ""
      let use = node.transformation.map { " (\($0))" } ?? ""
      lines.append("\(lead)\(node.relation).\(node.column)\(place)\(use)\(node.isRepeated ? ", see above" : "")")
      for (index, input) in node.inputs.enumerated() {
        let isLast = index == node.inputs.count - 1
        add(input, indent + (isLast ? "└─ " : "├─ "), indent + (isLast ? "   " : "│  "))
      }
    }
    add(self, "", "")
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Follows columns through models, views and silver.
package struct LineageTracer {
  let connection: Connection
  let models: [String: ModelDefinition]
  private var known: [String: (names: [String], lineage: QueryLineage)] = [:]

  package init(graph: ModelGraph, connection: Connection) {
    self.connection = connection
    models = Dictionary(graph.models.map { ($0.qualifiedName, $0) }) { first, _ in first }
  }

  package mutating func lineage(relation: String, column: String) throws -> ColumnLineage {
    var expanded: Set<String> = []
    return try trace(relation, column, nil, &expanded)
  }

  private mutating func trace(
    _ relation: String, _ column: String, _ use: QueryLineage.Transformation?, _ expanded: inout Set<String>
  ) throws -> ColumnLineage {
    var node = ColumnLineage(
      relation: relation, column: column, transformation: use?.rawValue, inputs: [], isRepeated: false)
    if let origins = SilverLineage.origins(relation: relation, column: column) {
      node.inputs = origins.map { origin in
        ColumnLineage(
          relation: "scout.bronze_transactions", column: origin.column, path: origin.path,
          transformation: origin.transformation.rawValue, inputs: [], isRepeated: false)
      }
      return node
    }
    guard let query = try query(of: relation), let index = query.names.firstIndex(of: column) else { return node }
    let sources = query.lineage.columns[index]
    guard expanded.insert("\(relation).\(column)").inserted else {
      node.isRepeated = !sources.isEmpty
      return node
    }
    node.inputs = try sources.map { try trace($0.relation, $0.column, $0.transformation, &expanded) }
    return node
  }

  /// What all rows of a relation depend on.
  package mutating func rows(of relation: String) throws -> [QueryLineage.Source] {
    try query(of: relation)?.lineage.rows ?? []
  }

  /// The query behind a model, a materialized view or a view; nil for tables.
  private mutating func query(of relation: String) throws -> (names: [String], lineage: QueryLineage)? {
    if let found = known[relation] { return found }
    let stored = try connection.relation(relation)
    guard let query = models[relation]?.query ?? stored?.definedQuery else { return nil }
    let (columns, lineage) = try connection.compiler().lineage(of: query)
    // A view may have names of its own for the columns of its query.
    let names = stored.map { $0.columns.map(\.name) } ?? columns.map(\.name)
    known[relation] = (names, lineage)
    return known[relation]
  }
}
