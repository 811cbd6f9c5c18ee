import Foundation
import ScoutStorage
import Testing

@testable import ScoutLedger

/// The export against a file that never changes: what was proved once must stay provable.
@Suite struct ExportTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/ledger.ndjson")
  private static let verifier = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ledger/verify_ledger.py")

  private static func export() throws -> String {
    try LedgerFixture.database().write { connection in
      let ledger = Ledger(connection)
      try ledger.append(LedgerFixture.drafts(37))
      try ledger.redact(sequence: 1, by: "Privacy", reason: "asked for")
      var text = ""
      try ledger.export(origin: "test.example/ledger") { text += $0 + "\n" }
      return text
    }
  }

  @Test func `the bytes of a known history are frozen`() throws {
    let text = try Self.export()
    guard let frozen = try? String(contentsOf: Self.fixture, encoding: .utf8) else {
      try text.write(to: Self.fixture, atomically: true, encoding: .utf8)
      Issue.record("recorded \(Self.fixture.lastPathComponent); look at it and run again")
      return
    }
    #expect(text == frozen)
  }

  private static func verify(_ text: String) throws -> (status: Int32, output: String)? {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/env") else { return nil }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString).ndjson")
    defer { try? FileManager.default.removeItem(at: file) }
    try text.write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", verifier.path, file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // 127: there is no Python.
    return process.terminationStatus == 127 ? nil : (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func `a verifier that shares no code with this one agrees`() throws {
    let text = try Self.export()
    guard let whole = try Self.verify(text) else { return }
    #expect(whole.status == 0 && whole.output == "38 entries, intact\n")
    for (old, new) in [("Agent 2", "Agent 3"), ("\"amount\": 7.50", "\"amount\": 8.50"), ("succeeded", "failed")]
    where text.contains(old) {
      let changed = try Self.verify(text.replacingOccurrences(of: old, with: new))
      #expect(changed?.status == 1, "\(old)")
    }
    let cut = text.split(separator: "\n").dropLast().joined(separator: "\n")
    #expect(
      try Self.verify(cut)?.output == """
        the payload of entry 1 is missing, and no entry says why
        size or root is not that of the entries

        """)
  }
}
