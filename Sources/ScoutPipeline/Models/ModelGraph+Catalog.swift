import PostgresDialect
import ScoutStorage

extension ModelGraph {
  /// With the materialized views that SQL made, in an order that also follows what is read through views.
  ///
  /// A view WITH NO DATA, and one that reads such a view, stays out: REFRESH MATERIALIZED VIEW fills it first.
  public func joined(_ connection: Connection) throws -> ModelGraph {
    let catalog = try connection.compiler().catalog
    let names = Set(models.map(\.qualifiedName))
    var all = models
    for name in catalog.relationNames where !names.contains(name) {
      guard let relation = try connection.relation(name), relation.isPopulated,
        var model = ModelDefinition(statement: relation)
      else { continue }
      do {
        // A grouped query tells its rows apart, and so can be followed.
        if let state = try model.derive(connection).state { model.grain = state.groupColumns }
      } catch is DefinitionError { continue }
      all.append(model)
    }
    let inputs = StoredInputs(catalog: catalog)
    return try ModelGraph(all) { inputs.names(of: $0.query) }
  }
}

/// The stored relations behind the names in a query: views are replaced by what they read.
package struct StoredInputs {
  private let catalog: any Catalog

  package init(catalog: any Catalog) { self.catalog = catalog }

  package func names(of query: Query) -> [String] { names(of: query, through: []) }

  private func names(of query: Query, through views: Set<String>) -> [String] {
    Compiler.dependencies(of: query).flatMap { name -> [String] in
      guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
        return [name.parts.map(\.name).joined(separator: ".")]
      }
      guard relation.kind == .view, let inner = relation.definedQuery, !views.contains(relation.qualifiedName) else {
        return [relation.qualifiedName]
      }
      return names(of: inner, through: views.union([relation.qualifiedName]))
    }
  }
}

extension Relation {
  /// The query of a view or of a materialized view that SQL made.
  package var definedQuery: Query? {
    guard let definition, let statement = try? Parser.parseStatement(definition),
      case .query(let query) = statement.kind
    else { return nil }
    return query
  }
}

extension ModelDefinition {
  /// A materialized view that SQL made; nil for any other relation.
  init?(statement relation: Relation) {
    guard relation.kind == .materializedView, let definition = relation.definition, let query = relation.definedQuery
    else { return nil }
    self.init(
      schema: relation.schema, layer: "", name: relation.name,
      path: "materialized view \(relation.qualifiedName)", description: "", grain: [],
      columns: relation.columns.map { Column(name: $0.name, type: $0.type, description: "") }, sql: definition,
      query: query, origin: .statement)
  }
}
