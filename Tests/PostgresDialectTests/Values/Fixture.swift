import Testing

@testable import PostgresDialect

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One line of a fixture file: what was asked of a real PostgreSQL 15, and its answer.
struct Recorded: CustomStringConvertible {
  var line: Int
  var operation: String
  var arguments: [String]
  var answer: String

  var description: String { "line \(line): \(operation) \(arguments) → \(answer)" }

  /// All lines of `Fixtures/values/<name>.tsv`.
  static func all(in name: String, file: String = #filePath) throws -> [Recorded] {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    // A thorough set that `generate.py` made elsewhere may be checked in place of the usual one.
    let place = ProcessInfo.processInfo.environment["SCOUT_VALUE_FIXTURES"] ?? folder + "/Fixtures/values"
    let text = try String(contentsOfFile: "\(place)/\(name).tsv", encoding: .utf8)
    return text.split(separator: "\n").enumerated().map { index, line in
      var fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let answer = fields.removeLast()
      let operation = fields.removeFirst()
      return Recorded(line: index + 1, operation: operation, arguments: fields, answer: answer)
    }
  }

  /// What `body` gives, an error in the words of the fixture files.
  static func answer(_ body: () throws -> String?) -> String {
    do {
      return try body() ?? "<null>"
    } catch let error as SQLError {
      return "ERROR \(error.state) \(error.message)" + (error.detail.map { " DETAIL \($0)" } ?? "")
    } catch {
      return "ERROR \(error)"
    }
  }

  /// Runs every line of a file and reports the first lines that differ, and how many do.
  static func check(
    _ name: String, where isWanted: (Recorded) -> Bool = { _ in true }, _ evaluate: (Recorded) throws -> String?
  ) throws {
    let lines = try all(in: name).filter(isWanted)
    #expect(!lines.isEmpty)
    var differences: [String] = []
    for line in lines {
      let answer = answer { try evaluate(line) }
      if answer != line.answer { differences.append("\(line)\n   but got \(answer)") }
    }
    #expect(
      differences.isEmpty,
      "\(differences.count) of \(lines.count) differ:\n\(differences.prefix(25).joined(separator: "\n"))")
  }
}
