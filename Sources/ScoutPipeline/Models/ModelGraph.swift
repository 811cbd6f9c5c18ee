import PostgresDialect
import ScoutStorage

/// The models in an order in which each comes after those it reads.
public struct ModelGraph: Sendable {
  public let models: [ModelDefinition]

  /// Orders models by what their queries read.
  ///
  /// - Parameter inputs: The relations that a model reads; those that its query names unless given.
  /// - Throws: ``DefinitionError`` for two models of one name and for a cycle, at the place where it begins.
  public init(
    _ definitions: [ModelDefinition], inputs: (ModelDefinition) -> [String] = { $0.inputs }
  ) throws(DefinitionError) {
    var byName: [String: ModelDefinition] = [:]
    let sorted = definitions.sorted { ($0.qualifiedName, $0.path) < ($1.qualifiedName, $1.path) }
    for model in sorted {
      if let other = byName.updateValue(model, forKey: model.qualifiedName) {
        throw DefinitionError(
          path: model.path,
          message: "the relation \(model.qualifiedName) is defined in \(other.path) too; remove or rename one of them")
      }
    }
    var ordered: [ModelDefinition] = []
    var done: Set<String> = []
    var open: [ModelDefinition] = []
    func visit(_ model: ModelDefinition) throws(DefinitionError) {
      if done.contains(model.qualifiedName) { return }
      if let start = open.firstIndex(where: { $0.qualifiedName == model.qualifiedName }) {
        let circle = open[start...].map(\.qualifiedName) + [model.qualifiedName]
        throw Self.cycle(circle, in: model)
      }
      open.append(model)
      for input in inputs(model) { if let other = byName[input] { try visit(other) } }
      open.removeLast()
      done.insert(model.qualifiedName)
      ordered.append(model)
    }
    for model in sorted { try visit(model) }
    models = ordered
  }

  /// The error at the place where `model` reads the next one of the circle.
  private static func cycle(_ circle: [String], in model: ModelDefinition) -> DefinitionError {
    let names = Compiler.dependencies(of: model.query)
    let place = names.first { $0.parts.map(\.name).joined(separator: ".") == circle[1] }?.range
    return DefinitionError(
      SQLError(
        .invalidRecursion, "the models read each other in a circle: \(circle.joined(separator: " → "))",
        hint: "let one of them read what the others are made of", at: place),
      in: model.sql, path: model.path)
  }
}
