import PostgresDialect
import ScoutStorage
import Testing

@testable import ScoutLedger

enum LedgerFixture {
  static func database() throws -> Database {
    let now = try Timestamp("2025-08-23 09:00:00+00")
    return try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(now), identifiers: .seeded(7)))
  }

  static func drafts(_ count: Int, from start: Int = 0) -> [Ledger.Draft] {
    (start..<start + count).map { number in
      Ledger.Draft(
        action: "00000000-0000-4000-8000-\(String(100_000_000_000 + number % 50))",
        kind: LedgerEntry.Kind.allCases[number % 3], actor: "Agent \(number % 4)",
        payload: "{\"amount\": \(number).50, \"note\": \"₱ \(number)\"}")
    }
  }
}

@Suite struct LedgerTests {
  @Test func `what is appended is read back, chained and verified`() throws {
    let database = try LedgerFixture.database()
    try database.write { connection in
      let ledger = Ledger(connection)
      #expect(try ledger.verify().isIntact)
      var all: [LedgerEntry] = []
      for part in 0..<20 { all += try ledger.append(LedgerFixture.drafts(13, from: part * 13)) }
      #expect(all.map(\.sequence) == Array(1...260))
      #expect(zip(all, all.dropFirst()).allSatisfy { $0.hash == $1.previousHash })
      #expect(try ledger.records().map(\.entry) == all)
      let report = try ledger.verify()
      #expect(report.isIntact)
      #expect(report.size == 260)
      #expect(try report.root == ledger.root(size: 260))
      #expect(try ledger.records(action: all[3].action).allSatisfy { $0.entry.action == all[3].action })
    }
  }

  @Test func `proofs of every entry and every older size verify`() throws {
    let database = try LedgerFixture.database()
    try database.write { connection in
      let ledger = Ledger(connection)
      let entries = try ledger.append(LedgerFixture.drafts(300))
      let root = try ledger.root(size: 300)
      for entry in entries {
        let proof = try ledger.inclusionProof(sequence: entry.sequence, size: 300)
        #expect(MerkleTree.root(leaf: entry.hash, index: entry.sequence - 1, size: 300, proof: proof) == root)
      }
      for size in stride(from: 1, through: 300, by: 7) {
        let proof = try ledger.consistencyProof(from: size, to: 300)
        #expect(
          MerkleTree.isConsistent(
            oldSize: size, oldRoot: try ledger.root(size: size), newSize: 300, newRoot: root, proof: proof))
      }
      #expect(throws: SQLError.self) { try ledger.inclusionProof(sequence: 301, size: 300) }
      #expect(throws: SQLError.self) { try ledger.inclusionProof(sequence: 1, size: 301) }
    }
  }

  @Test func `nothing but adding is possible`() throws {
    let database = try LedgerFixture.database()
    _ = try database.write { try Ledger($0).append(LedgerFixture.drafts(3)) }
    for sql in [
      "update \"scout.ledger_entries\" set actor = 'x'", "delete from \"scout.ledger_entries\"",
      "insert or replace into \"scout.ledger_entries\" select * from \"scout.ledger_entries\"",
      "update \"scout.ledger_payloads\" set payload = '{}'",
      "insert or replace into \"scout.ledger_payloads\" select * from \"scout.ledger_payloads\"",
    ] {
      #expect(throws: SQLError.self, "\(sql)") { try database.write { try $0.run(sql) } }
    }
    #expect(try database.read { try Ledger($0).verify().isIntact })
  }

  @Test func `a trigger that is gone or does something else is told`() throws {
    try LedgerFixture.database().write { connection in
      let ledger = Ledger(connection)
      #expect(try ledger.brokenSeals() == [])
      try connection.run("drop trigger \"scout.ledger_entries.no_update\"")
      try connection.run("drop trigger \"scout.ledger_payloads.no_replace\"")
      try connection.run(
        "create trigger \"scout.ledger_payloads.no_replace\" before insert on \"scout.ledger_payloads\" begin "
          + "select 1; end")
      #expect(
        try ledger.brokenSeals() == [
          .unsealed(trigger: "scout.ledger_entries.no_update"), .unsealed(trigger: "scout.ledger_payloads.no_replace"),
        ])
    }
  }

  @Test func `a payload that was taken out leaves every proof as it was`() throws {
    let database = try LedgerFixture.database()
    try database.write { connection in
      let ledger = Ledger(connection)
      let entries = try ledger.append(LedgerFixture.drafts(20))
      let before = try ledger.checkpoint(origin: "test")
      try ledger.redact(sequence: 4, by: "Privacy", reason: "asked \"for\"")
      #expect(try ledger.record(4)?.payload == nil)
      #expect(try ledger.record(4)?.entry == entries[3])
      let report = try ledger.verify(checkpoint: before)
      #expect(report.problems == [])
      #expect(report.size == 21)
      #expect(throws: SQLError.self) { try ledger.redact(sequence: 4, by: "Privacy", reason: "again") }
      #expect(throws: SQLError.self) { try ledger.redact(sequence: 5, by: "Privacy", reason: "an approval") }
    }
  }

  @Test func `two runs with the same clock and identifiers give the same bytes`() throws {
    let roots = try (0..<2).map { _ in
      try LedgerFixture.database().write { connection in
        try Ledger(connection).append(LedgerFixture.drafts(10))
        return try Ledger(connection).root(size: 10)
      }
    }
    #expect(roots[0] == roots[1])
  }
}
