import Foundation
import PostgresDialect
import ScoutTestSupport
import Testing

/// The runbook is true: its blocks run, and its statements are the original's.
@Suite struct RunbookTests {
  /// A fenced block of docs/RUNBOOK.md.
  struct Block: Sendable, CustomTestStringConvertible {
    var language: String
    var text: String
    var line: Int

    /// The SQLSTATE in which the block says it ends.
    var expectedError: String? {
      text.hasPrefix("-- error: ") ? String(text.dropFirst(10).prefix { !$0.isNewline }) : nil
    }
    var testDescription: String { "RUNBOOK.md:\(line)" }
  }

  static func blocks() throws -> [Block] {
    let text = try String(contentsOf: URL(filePath: Repository.folder + "/docs/RUNBOOK.md"), encoding: .utf8)
    var blocks: [Block] = []
    var open: Block?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.hasPrefix("```") else {
        open?.text += line + "\n"
        continue
      }
      if let block = open { blocks.append(block) }
      open = open == nil ? Block(language: String(line.dropFirst(3)), text: "", line: index + 1) : nil
    }
    return blocks
  }

  /// A shell's variables last from block to block, as for a person who types them in.
  @Test func `every block runs, from top to bottom`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.makeFolder("bin")
    try FileManager.default.createSymbolicLink(atPath: folder["bin/scout"], withDestinationPath: ScoutProgram.path())
    let path = folder["bin"] + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    var exports = ""
    let blocks = try Self.blocks()
    #expect(blocks.count > 60)
    for block in blocks {
      switch block.language {
      case "bash":
        // `! command` is an error for set -e only when the command succeeds and something is made of it.
        let lines = block.text.split(separator: "\n").map { line in
          line.hasPrefix("! ") ? "if \(line.dropFirst(2)); then exit 99; fi" : String(line)
        }
        let outcome = try ScoutProgram.shell(
          "set -e\n" + exports + lines.joined(separator: "\n"), environment: ["PATH": path], in: folder.path)
        #expect(outcome.status == 0, "\(block.testDescription): \(block.text)\(outcome)")
        exports += lines.filter { $0.hasPrefix("export ") }.map { $0 + "\n" }.joined()
      case "sql":
        try Data(block.text.utf8).write(to: URL(filePath: folder["block.sql"]))
        let outcome = try ScoutProgram.shell(
          exports + "scout sql -f block.sql", environment: ["PATH": path], in: folder.path)
        if let state = block.expectedError {
          #expect(outcome.status == 1 && outcome.error.contains("\(state):"), "\(block.testDescription): \(outcome)")
        } else {
          #expect(outcome.status == 0, "\(block.testDescription): \(block.text)\(outcome)")
        }
      default:
        Issue.record("\(block.testDescription): a block of \(block.language)")
      }
    }
  }

  /// A statement without comments before it and with single blanks: psql's and the page's line breaks differ.
  private static func normalized(_ statement: Substring) -> String {
    statement.split(separator: "\n").filter { !$0.trimmingPrefix(while: { $0 == " " }).hasPrefix("--") }
      .joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func statements(_ sql: String) -> Set<String> {
    let bytes = Array(sql.utf8)
    return Set(
      SQLScript.split(sql).map { range in
        normalized(Substring(String(decoding: bytes[range.start..<range.end], as: UTF8.self)))
      }.map { $0.hasSuffix(";") ? String($0.dropLast()) : $0 }.filter { !$0.isEmpty })
  }

  @Test func `its statements are the original runbook's, and all of them`() throws {
    let corpus = URL(filePath: Repository.folder + "/Tests/ScoutStorageTests/Fixtures/conformance/runbook")
    var original: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: corpus.path) where name.hasSuffix(".sql") {
      original.formUnion(
        Self.statements(try String(contentsOf: corpus.appendingPathComponent(name), encoding: .utf8)))
    }
    var page: Set<String> = []
    for block in try Self.blocks() where block.language == "sql" { page.formUnion(Self.statements(block.text)) }
    #expect(original.count > 40)
    #expect(page.subtracting(original).sorted() == [])
    #expect(original.subtracting(page).sorted() == [])
  }
}
