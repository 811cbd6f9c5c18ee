#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// Usage: embed-schemas <folder> <output.swift>
//
// Writes every file below <folder> as a Swift string literal. The build runs it (Sources/Plugins/EmbedSchemas).

/// What keeps a file from becoming a literal; `description` is what the build prints.
struct EmbedError: Error, CustomStringConvertible {
  var description: String
}

/// The paths of all visible files below `folder`, relative to it, in byte order.
func relativePaths(below folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder)
    .filter { path in
      var isDirectory = false
      let exists = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isDirectory)
      return exists && !isDirectory && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// A Swift literal with exactly the bytes of `text`.
///
/// Only printable characters stand for themselves. In a raw multi-line literal the compiler turns CR and CR LF into LF
/// and refuses other control characters, so these are written as escapes.
func literal(_ text: String) -> String {
  var longestRun = 0
  var run = 0
  for byte in text.utf8 {
    run = byte == UInt8(ascii: "#") ? run + 1 : 0
    longestRun = max(longestRun, run)
  }
  let fence = String(repeating: "#", count: longestRun + 1)
  var lines = ""
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x09, 0x0A: lines.unicodeScalars.append(scalar)
    case 0x00..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF:
      lines += "\\\(fence)u{\(String(scalar.value, radix: 16))}"
    default: lines.unicodeScalars.append(scalar)
    }
  }
  // The newline before the closing fence is not part of the value, so a missing final newline survives.
  return "\(fence)\"\"\"\n\(lines)\n\"\"\"\(fence)"
}

/// The Swift source that declares `Schemas.embedded` with every file below `folder`.
func swiftSource(embedding folder: String) throws -> String {
  var source = "// Written by embed-schemas from the folder schemas/; a change here is lost in the next build.\n\n"
  source += "extension Schemas {\n  static let embedded: [SchemaFile] = [\n"
  for path in try relativePaths(below: folder) {
    let bytes = try Data(contentsOf: URL(filePath: folder + "/" + path))
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw EmbedError(description: "schemas/\(path): only UTF-8 text without NUL bytes can be embedded")
    }
    source += "SchemaFile(path: \(literal(path)), text: \(literal(text))),\n"
  }
  return source + "  ]\n}\n"
}

guard CommandLine.arguments.count == 3 else {
  throw EmbedError(description: "usage: embed-schemas <folder> <output.swift>")
}
let output = URL(filePath: CommandLine.arguments[2])
let source = Data(try swiftSource(embedding: CommandLine.arguments[1]).utf8)
// An untouched output spares the compiler everything that depends on it, for instance after a mere `touch`.
if (try? Data(contentsOf: output)) != source {
  try source.write(to: output)
}
