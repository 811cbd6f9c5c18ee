import Foundation
import ScoutGenerator
import ScoutTestSupport
import Testing

/// `scout demo`: what a stranger sees first.
@Suite struct DemoTests {
  private func storyWithoutTime(_ output: String) -> String {
    output.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("demo complete in ") && !$0.hasPrefix("1. What came in") }.joined(separator: "\n")
  }

  @Test func `the demonstration finds what was planted, here and away from the repository`() throws {
    let away = try TemporaryFolder()
    let program = away["scout"]
    try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: ScoutProgram.path())
    let outcome = try ScoutProgram.Started(program, ["demo"], input: nil, environment: [:], in: away.path).wait()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.error == "")
    #expect(outcome.output.contains("4 of 4 planted incidents found"))
    #expect(!outcome.output.contains("missed:"))
    #expect(outcome.output.contains("25,345 lines: 24,895 accepted, 368 delivered twice, 82 unreadable"))
    // Nothing that colours or moves where nobody looks.
    #expect(!outcome.output.contains("\u{1B}"))
    let generated = try GeneratedSet(.sample)
    #expect(try fileBytes(away["scout-demo/transactions.jsonl"]) == generated.bytes)
    #expect(try fileBytes(away["scout-demo/truth.json"]) == generated.truth.json())

    let suggestions = outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix(program + " ") }
    #expect(suggestions.count >= 4)
    for suggestion in suggestions {
      let run = try ScoutProgram.shell(suggestion, in: away.path)
      #expect(run.status == 0 && !run.output.isEmpty, "\(suggestion)\n\(run)")
    }

    // In the repository the shipped file is read instead: the same story.
    let here = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: here["sample-data"], withDestinationPath: Repository.folder + "/sample-data")
    let shipped = try ScoutProgram.Started(program, ["demo"], input: nil, environment: [:], in: here.path).wait()
    #expect(storyWithoutTime(shipped.output) == storyWithoutTime(outcome.output))
    #expect(!FileManager.default.fileExists(atPath: here["scout-demo/transactions.jsonl"]))

    // The README shows this story; only places and seconds differ.
    let readme = try String(contentsOfFile: Repository.folder + "/README.md", encoding: .utf8)
    let shown =
      readme.components(separatedBy: "<!-- demo output -->\n```\n").last?.components(separatedBy: "\n```")[0] ?? ""
    func withoutPlaces(_ story: String) -> [Substring] {
      storyWithoutTime(story).split(separator: "\n").filter { !$0.contains("scout.db") }
    }
    #expect(withoutPlaces(shown) == withoutPlaces(shipped.output))
  }

  @Test func `a database that is no demonstration is not overwritten`() throws {
    let shop = try Shop()
    let before = try shop.content(leavingOut: [])
    let outcome = try ScoutProgram.run(["demo", "."], in: shop.folder.path)
    #expect(outcome.status == 4)
    #expect(outcome.error.hasPrefix("scout: ./scout.db exists already"), "\(outcome)")
    #expect(firstDifference(before, try shop.content(leavingOut: [])) == nil)
  }
}
