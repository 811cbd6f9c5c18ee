import Foundation
import ScoutTestSupport
import Testing

/// Actions and ledger through the built program.
@Suite struct LedgerCommandTests {
  private func run(_ folder: TemporaryFolder, _ arguments: [String]) throws -> ScoutProgram.Outcome {
    try ScoutProgram.run(arguments + ["--db", folder["shop.db"], "--now", "2025-08-23T09:00:00+08:00"])
  }

  @Test func `what was done is proved, and what was touched is told`() throws {
    let folder = try TemporaryFolder()
    #expect(try run(folder, ["init"]).status == 0)
    let proposed = try run(
      folder,
      [
        "actions", "propose", "--as", "Bot", "--acting-role", "scout_agent", "--type", "open_ticket", "--decision",
        "Ask",
        "--format", "csv",
      ])
    #expect(proposed.status == 0, "\(proposed)")
    let id = proposed.output.split(whereSeparator: \.isNewline).last?.split(separator: ",").last.map(String.init) ?? ""
    #expect(try run(folder, ["actions", "approve", id, "--as", "Bot"]).status == 1)
    #expect(try run(folder, ["actions", "approve", id, "--as", "Ana"]).status == 0)
    #expect(try run(folder, ["actions", "run", id, "--outbox", folder["outbox"]]).status == 0)
    #expect(FileManager.default.fileExists(atPath: folder["outbox/\(id).json"]))
    #expect(try run(folder, ["actions", "run", id]).error.contains("it cannot become started"))

    let checkpoint = try run(folder, ["ledger", "checkpoint", "--output", folder["point"]])
    #expect(checkpoint.status == 0, "\(checkpoint)")
    let verified = try run(folder, ["ledger", "verify", "--checkpoint", folder["point"]])
    #expect(verified.status == 0 && verified.output.hasPrefix("4 entries, intact; root "), "\(verified)")
    let mode = try FileManager.default.attributesOfItem(atPath: folder["shop.db.ledger-key"])[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try run(folder, ["ledger", "proof", "5"]).status == 1)
    #expect(try run(folder, ["ledger", "export"]).output.split(separator: "\n").count == 5)

    // An older copy of the file comes back: only the checkpoint tells.
    try FileManager.default.removeItem(atPath: folder["shop.db"])
    #expect(try run(folder, ["init"]).status == 0)
    #expect(try run(folder, ["ledger", "verify"]).status == 0)
    let older = try run(folder, ["ledger", "verify", "--checkpoint", folder["point"]])
    #expect(older.status != 0, "\(older)")

    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder["shop.db.ledger-key"])
    #expect(try run(folder, ["ledger", "checkpoint"]).error.contains("chmod 600"))
  }

  @Test func `several programs at once write one ledger`() async throws {
    let folder = try TemporaryFolder()
    #expect(try run(folder, ["init"]).status == 0)
    let outcomes = try await withThrowingTaskGroup(of: ScoutProgram.Outcome.self) { group in
      for number in 1...8 {
        group.addTask {
          try run(folder, ["actions", "propose", "--type", "notify", "--decision", "Look", "--key", "\(number % 4)"])
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes)")
    let verified = try run(folder, ["ledger", "verify"])
    #expect(verified.status == 0, "\(verified)")
    let count = try run(folder, ["sql", "select count(*) from scout.platinum_agent_action_ledger", "--format", "csv"])
    #expect(count.output.split(whereSeparator: \.isNewline) == ["count", "4"])
  }

  @Test func `a sweep leaves a checkpoint of what was done`() throws {
    let folder = try TemporaryFolder()
    #expect(try run(folder, ["init"]).status == 0)
    #expect(try run(folder, ["tick"]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder["shop.db.checkpoint"]))
    #expect(try run(folder, ["actions", "propose", "--type", "notify", "--decision", "Look"]).status == 0)
    #expect(try run(folder, ["tick"]).status == 0)
    let verified = try run(folder, ["ledger", "verify", "--checkpoint", folder["shop.db.checkpoint"]])
    #expect(verified.status == 0, "\(verified)")
  }
}
