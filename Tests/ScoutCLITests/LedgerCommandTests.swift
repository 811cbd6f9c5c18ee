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

  @Test(arguments: [
    (["--payload", "{bad"], 1, "action_payload: "), (["--payload", "[1]"], 1, "action_payload is no JSON object"),
    (["--success", #"{"kpi": "nope", "delta": 1}"#], 1, "success_criteria.kpi is none of"),
    (["--success", #"{"kpi": "net_amount"}"#], 1, "success_criteria.delta is missing"),
    (["--amount", "much"], 2, "scout actions propose"), (["--evidence", "bogus"], 2, "RELATION:COLUMN=VALUE"),
    (["--evidence", "scout.nope:a=1"], 1, "there is no relation scout.nope"), (["--verify-after", "soon"], 1, "soon"),
  ])
  func `a proposal that says nothing usable is refused, and nothing is stored`(
    arguments: [String], status: Int32, words: String
  ) throws {
    let folder = try TemporaryFolder()
    #expect(try run(folder, ["init"]).status == 0)
    let outcome = try run(folder, ["actions", "propose", "--type", "notify", "--decision", "Look"] + arguments)
    #expect(outcome.status == status && outcome.error.contains(words), "\(outcome)")
    #expect(
      try run(folder, ["ledger", "list", "--format", "csv"]).output.split(whereSeparator: \.isNewline).count == 1)
  }

  /// 100 with SCOUT_PROVE=1.
  private static let kills = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 8 : 100

  @Test func `kill -9 while proposing: what was acknowledged is in the ledger, once, and the ledger is intact`() throws
  {
    let folder = try TemporaryFolder()
    #expect(try run(folder, ["init"]).status == 0)
    var random = SeededGenerator(seed: 17)
    var acknowledged: [String: String] = [:]
    var killed = 0
    for round in 0..<20 * Self.kills where killed < Self.kills {
      let program = try ScoutProgram.start([
        "actions", "propose", "--type", "notify", "--decision", "Look", "--key", "\(round)", "--format", "csv", "--db",
        folder["shop.db"],
      ])
      // Every fourth program is left alone, so that on a machine of any speed some are acknowledged.
      if round % 4 != 3, program.kill(after: Int.random(in: 0..<60_000, using: &random)) { killed += 1 }
      // What was printed is acknowledged, also by a program that was killed afterwards.
      let lines = try program.wait().output.split(whereSeparator: \.isNewline)
      if lines.count == 2, let id = lines[1].split(separator: ",").last, id.count == 36 {
        acknowledged["\(round)"] = String(id)
      }
    }
    #expect(killed >= Self.kills && !acknowledged.isEmpty, "seed 17")
    #expect(try run(folder, ["ledger", "verify"]).status == 0)
    for (key, id) in acknowledged {
      let again = try run(
        folder,
        ["actions", "propose", "--type", "notify", "--decision", "Look", "--key", key, "--format", "csv"])
      #expect(again.output.contains(id), "seed 17, key \(key): \(again)")
    }
    #expect(try run(folder, ["doctor"]).status == 0)
  }
}
