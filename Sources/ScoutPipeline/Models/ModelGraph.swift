import PostgresDialect
import ScoutStorage

/// The models in an order in which each comes after those it reads.
public struct ModelGraph: Sendable {
  public let models: [ModelDefinition]

  /// Orders models by what their queries read.
  ///
  /// - Throws: ``DefinitionError`` for two models of one name and for a cycle.
  public init(_ definitions: [ModelDefinition]) throws(DefinitionError) {
    var byName: [String: ModelDefinition] = [:]
    let sorted = definitions.sorted { $0.qualifiedName < $1.qualifiedName }
    for model in sorted {
      if let other = byName.updateValue(model, forKey: model.qualifiedName) {
        throw DefinitionError(
          path: model.path, message: "the relation \(model.qualifiedName) is defined in \(other.path) too")
      }
    }
    var ordered: [ModelDefinition] = []
    var done: Set<String> = []
    var open: [String] = []
    func visit(_ model: ModelDefinition) throws(DefinitionError) {
      if done.contains(model.qualifiedName) { return }
      if let start = open.firstIndex(of: model.qualifiedName) {
        let cycle = (open[start...] + [model.qualifiedName]).joined(separator: " → ")
        throw DefinitionError(path: model.path, message: "the models read each other in a circle: \(cycle)")
      }
      open.append(model.qualifiedName)
      for input in model.inputs { if let other = byName[input] { try visit(other) } }
      open.removeLast()
      done.insert(model.qualifiedName)
      ordered.append(model)
    }
    for model in sorted { try visit(model) }
    models = ordered
  }
}
