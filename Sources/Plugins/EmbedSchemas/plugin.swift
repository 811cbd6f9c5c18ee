import Foundation
import PackagePlugin

/// Writes the files below `schemas/` into one Swift source of `ScoutSchemas`, so that the program carries them inside.
///
/// A resource bundle would lie beside the executable; `.embedInCode` gives byte arrays named after single files.
///
/// The folder lies outside the target, so two things tell the build what it depends on:
/// - This plug-in lists every file (a changed text) and every folder (an added or removed name changes its time stamp).
/// - The symbolic link `Sources/ScoutSchemas/definitions` puts the folder into the target's own tree, the only one
///   whose new folders make SwiftPM ask its plug-ins again. Without the link a file in a new folder goes unnoticed.
///   It can go when <https://github.com/swiftlang/swift-package-manager/issues/7891> is resolved.
@main
struct EmbedSchemas: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL.appending(path: "schemas", directoryHint: .isDirectory)
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedSchemas.swift")
    let manager = FileManager.default
    guard let walk = manager.enumerator(at: root, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles]) else {
      Diagnostics.error("the folder \(root.path) cannot be read")
      return []
    }
    let inputs = [root] + walk.compactMap { $0 as? URL }.sorted { $0.path < $1.path }
    return [
      .buildCommand(
        displayName: "Embedding the folder schemas",
        executable: try context.tool(named: "embed-schemas").url,
        arguments: [root.path, output.path],
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
