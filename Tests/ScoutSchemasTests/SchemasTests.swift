import Foundation
import ScoutSchemas
import Testing

@Suite struct SchemasTests {
  /// The folder `schemas/` of this checkout.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "schemas", directoryHint: .isDirectory)

  @Test func `every file of the folder is inside the program, byte for byte`() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.folder.path).filter { path in
      let file = Self.folder.appending(path: path)
      let isDirectory = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
      return !isDirectory && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    let files = try paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { ($0, try Data(contentsOf: Self.folder.appending(path: $0))) }
    try #require(!files.isEmpty)
    #expect(Schemas.files.map(\.path) == files.map(\.0))
    for (file, (path, bytes)) in zip(Schemas.files, files) {
      #expect(bytes == Data(file.text.utf8), "\(path)")
    }
  }

  @Test func `a file is found by its path and only by its path`() {
    for file in Schemas.files { #expect(Schemas.file(file.path) == file) }
    #expect(Schemas.file("") == nil)
    #expect(Schemas.file("no/such/file.sql") == nil)
    #expect(Schemas.file("~") == nil)
  }

  @Test func `a folder's files are those below it, with or without a final slash`() throws {
    let path = try #require(Schemas.files.first { $0.path.contains("/") }?.path)
    let folder = String(path.prefix { $0 != "/" })
    let expected = Schemas.files.filter { $0.path.hasPrefix(folder + "/") }
    #expect(Array(Schemas.files(under: folder)) == expected)
    #expect(Array(Schemas.files(under: folder + "/")) == expected)
    #expect(Schemas.files(under: String(folder.dropLast())).isEmpty)
    #expect(Array(Schemas.files(under: "")) == Schemas.files)
  }
}
