/// The registry of functions, for catalogs and documentation.
package enum FunctionReference {
  /// Every function that PostgreSQL itself has and the dialect knows, by name and then by signature.
  package static let builtIn: [FunctionDefinition] = FunctionLibrary.functions.keys.sorted().flatMap { name in
    (FunctionLibrary.functions[name] ?? []).sorted { $0.signature < $1.signature }
  }
}
