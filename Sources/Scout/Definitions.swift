import ScoutPipeline
import ScoutSchemas

/// The definitions that an engine works with: models, source mappings and monitors, parsed and checked.
public struct Definitions: Sendable {
  public var models: ModelGraph
  /// Source mappings by name, as the file is called.
  public var sources: [String: SourceMapping]
  /// The monitors' files: path and text.
  public var monitorFiles: [SchemaFile]
  /// Everything else, such as master data.
  public var files: [SchemaFile]

  /// The definitions inside the program, parsed once.
  public static func builtIn() throws -> Definitions { try parsed.get() }
  private static let parsed = Result { try Definitions(files: Array(Schemas.files)) }

  /// - Throws: ``DefinitionError`` or ``IngestError`` with the place of the fault.
  public init(files: [SchemaFile]) throws {
    self.files = files
    models = try ModelGraph(
      files.filter { $0.path.hasSuffix(".sql") }.map { file in
        try ModelDefinition(path: file.path, text: file.text)
      })
    sources = [:]
    for file in files where file.path.hasPrefix("sources/") && file.path.hasSuffix(".yaml") {
      let name = String(file.path.dropFirst("sources/".count).dropLast(".yaml".count))
      sources[name] = try SourceMapping(yaml: file.text, fileName: "schemas/" + file.path)
    }
    monitorFiles = files.filter { $0.path.hasPrefix("monitors/") && $0.path.hasSuffix(".yaml") }
  }

  /// The text of a file, such as `masterdata/products.csv`.
  public func text(_ path: String) -> String? { files.first { $0.path == path }?.text }
}
