import Foundation
import PostgresDialect
import ScoutStorage
import Testing

@testable import ScoutLedger

/// Every way to touch what is stored, with the triggers out of the way.
@Suite struct TamperingTests {
  private static func tampered(
    entries: Int = 40, _ body: (Connection, Checkpoint) throws -> LedgerVerification
  ) throws -> LedgerVerification {
    try LedgerFixture.database().write { connection in
      try Ledger(connection).append(LedgerFixture.drafts(entries))
      let checkpoint = try Ledger(connection).checkpoint(origin: "test")
      try dropTriggers(connection)
      return try body(connection, checkpoint)
    }
  }

  private static func dropTriggers(_ connection: Connection) throws {
    for row in try connection.rows(
      "select name from sqlite_schema where type = 'trigger' and name like 'scout.ledger%'")
    {
      try connection.run("drop trigger \"\(row[0].text ?? "")\"")
    }
  }

  /// The stored columns, each with a statement that reads and one that writes it.
  private static let columns: [(table: String, column: String)] =
    [
      "sequence", "action_id", "kind", "recorded_at", "actor", "policy_hash", "payload_hash", "previous_hash",
      "entry_hash",
    ].map { ("scout.ledger_entries", $0) }
    + ["sequence", "salt", "payload"].map { ("scout.ledger_payloads", $0) }
    + ["level", "number", "hash"].map { ("engine.ledger_nodes", $0) }
    + ["size", "frontier", "last_hash"].map { ("engine.ledger_state", $0) }

  /// The value with one byte changed.
  private static func flipped(_ value: SQLValue, byte: Int) -> SQLValue? {
    switch value {
    case .integer(let number): return byte < 8 ? .integer(number ^ 1 << Int64(byte * 8)) : nil
    case .blob(var bytes):
      guard byte < bytes.count else { return nil }
      bytes[byte] ^= 1
      return .blob(bytes)
    case .text(let text):
      var bytes = Array(text.utf8)
      guard byte < bytes.count else { return nil }
      bytes[byte] ^= 1
      // What is no text any more is stored as bytes would be read: changed in any case.
      return .text(String(decoding: bytes, as: UTF8.self))
    default: return nil
    }
  }

  @Test func `a changed byte in any stored column is noticed`() throws {
    let isThorough = ProcessInfo.processInfo.environment["SCOUT_PROVE"] != nil
    let (entries, step) = isThorough ? (200, 1) : (40, 11)
    var flips = 0
    try LedgerFixture.database().write { connection in
      let ledger = Ledger(connection)
      try ledger.append(LedgerFixture.drafts(entries))
      try Self.dropTriggers(connection)
      var counter = 0
      for (table, column) in Self.columns {
        let key = table == "engine.ledger_nodes" ? "level * 1000000 + number" : "rowid"
        for row in try connection.rows("select \(key), \"\(column)\" from \"\(table)\"") {
          var byte = 0
          while let changed = Self.flipped(row[1], byte: byte) {
            defer { byte += 1 }
            counter += 1
            guard counter % step == 0, changed != row[1] else { continue }
            try connection.run("savepoint flip")
            do {
              try connection.run("update \"\(table)\" set \"\(column)\" = ?1 where \(key) = ?2", [changed, row[0]])
            } catch let error as SQLError where error.state == .uniqueViolation {
              // SQLite itself refuses a number that another row has.
              try connection.run("rollback to flip")
              continue
            }
            flips += 1
            #expect(try !ledger.verify().isIntact, "\(table).\(column) row \(row[0]) byte \(byte)")
            try connection.run("rollback to flip")
            try connection.run("release flip")
          }
        }
      }
      #expect(try ledger.verify().isIntact)
    }
    print("ledger: \(flips) changed bytes, all noticed")
    #expect(flips > 800)
  }

  @Test func `an exchange, a gap, an insertion and a cut are noticed without a checkpoint`() throws {
    let table = "\"scout.ledger_entries\""
    let swapped = try Self.tampered { connection, _ in
      for (from, to) in [(5, 1000), (6, 5), (1000, 6)] {
        try connection.run("update \(table) set sequence = \(to) where sequence = \(from)")
        try connection.run("update \"scout.ledger_payloads\" set sequence = \(to) where sequence = \(from)")
      }
      return try Ledger(connection).verify()
    }
    #expect(swapped.problems.contains(.changed(sequence: 5)))
    let dropped = try Self.tampered { connection, _ in
      try connection.run("delete from \(table) where sequence = 9")
      return try Ledger(connection).verify()
    }
    #expect(dropped.problems.contains(.missing(sequence: 9)))
    #expect(dropped.problems.contains(.payloadOrphaned(sequence: 9)))
    let inserted = try Self.tampered { connection, _ in
      try connection.run("update \(table) set sequence = sequence + 1000 where sequence >= 9")
      try connection.run("update \(table) set sequence = sequence - 999 where sequence >= 1009")
      try connection.run(
        "insert into \(table) select 9, action_id, kind, recorded_at, actor, policy_hash, payload_hash, previous_hash, "
          + "entry_hash from \(table) where sequence = 8")
      return try Ledger(connection).verify()
    }
    #expect(inserted.problems.contains(.broken(sequence: 9)) || inserted.problems.contains(.changed(sequence: 9)))
    let cut = try Self.tampered { connection, _ in
      try connection.run("delete from \(table) where sequence > 30")
      try connection.run("delete from \"scout.ledger_payloads\" where sequence > 30")
      return try Ledger(connection).verify()
    }
    #expect(cut.problems.contains(.state(storedSize: 40, size: 30)))
  }

  /// Somebody who knows the format can make a whole new history; only what was kept elsewhere tells.
  @Test func `a history written anew, and an older copy, are noticed with a checkpoint only`() throws {
    for kept in [0, 20, 39] {
      let forged = try Self.tampered { connection, checkpoint in
        let ledger = Ledger(connection)
        let records = try ledger.records()
        for name in ["scout.ledger_entries", "scout.ledger_payloads", "engine.ledger_nodes", "engine.ledger_state"] {
          try connection.run("delete from \"\(name)\"")
        }
        try ledger.append(
          records.prefix(kept).map {
            Ledger.Draft(
              action: $0.entry.action, kind: $0.entry.kind, actor: $0.entry.actor, payload: $0.payload?.text ?? "{}")
          })
        try ledger.append(LedgerFixture.drafts(40 - kept, from: 500))
        #expect(try ledger.verify().isIntact)
        return try ledger.verify(checkpoint: checkpoint)
      }
      #expect(forged.problems == [.differsFromCheckpoint(checkpointSize: 40)])
    }
    let database = try LedgerFixture.database()
    let older = try database.write { connection in
      let ledger = Ledger(connection)
      try ledger.append(LedgerFixture.drafts(10))
      var checkpoint = try ledger.checkpoint(origin: "test")
      checkpoint.size = 12
      return try ledger.verify(checkpoint: checkpoint)
    }
    #expect(older.problems == [.shorterThanCheckpoint(size: 10, checkpointSize: 12)])
  }
}
