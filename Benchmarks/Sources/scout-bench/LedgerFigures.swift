import GRDBSQLite
import Scout
import ScoutLedger

/// Appending to the ledger, verifying it, and proving an entry.
struct LedgerFigures {
  var entries: Int
  var runs: Int
  var workspace: Workspace

  func measure() throws -> [Figure] {
    let path = workspace.freshDatabase("ledger.db")
    let scout = try IngestFigures.create(path)
    let database = scout.database
    let batch = 1000
    // One entry of a few hundred bytes, as a proposal has it.
    func draft(_ number: Int) -> Ledger.Draft {
      Ledger.Draft(
        action: "00000000-0000-4000-8000-" + String(1_000_000_000_000 + number).dropFirst(1), kind: .proposed,
        actor: "InsightBot",
        payload: #"{"agent": "InsightBot", "role": "scout_agent", "decision": "Two for one, number \#(number)", "#
          + #""action_type": "start_promotion", "action_payload": {"brand": "Alaska", "region": "NCR"}, "#
          + #""amount": 500000}"#)
    }
    var rates: [Double] = []
    for start in stride(from: 0, to: entries, by: batch) {
      let drafts = (start..<min(start + batch, entries)).map(draft)
      let (seconds, _) = try timed {
        try database.write(isDurable: true) { _ = try Ledger($0).append(drafts) }
      }
      rates.append(Double(drafts.count) / seconds)
    }
    let grouped = Figure("ledger: append, \(batch) entries a transaction", unit: "entries/s", rates)

    let (single, bare) = try singleAppends(database, draft)
    let size = try scout.readLedger { try $0.size }
    var roots: Set<String> = []
    let verifications = try (0..<runs).map { _ in
      let (seconds, report) = try timed { try scout.readLedger { try $0.verify() } }
      guard report.isIntact else { throw BenchmarkFailure("the ledger is not intact: \(report.problems)") }
      roots.insert("\(report.root)")
      return Double(size) / seconds
    }
    let proofs = try (0..<max(runs * 20, 100)).map { number in
      try timed {
        try scout.readLedger { try $0.inclusionProof(sequence: 1 + (number &* 7919) % size, size: size) }
      }.seconds * 1000
    }
    return [
      grouped.aiming(above: 20_000),
      single.compared(with: bare).aiming(at: 1.3),
      Figure("ledger: verify, \(size) entries", unit: "entries/s", verifications, digest: digest(of: roots.joined()))
        .aiming(above: 500_000),
      Figure("ledger: inclusion proof among \(size) entries", unit: "ms", proofs).aiming(at: 1),
    ]
  }

  /// Durable appends of one entry, alternating with durable commits of bare SQLite that insert as many bytes.
  private func singleAppends(_ database: Database, _ draft: (Int) -> Ledger.Draft) throws -> (Figure, Figure) {
    var handle: OpaquePointer?
    defer { sqlite3_close(handle) }
    guard sqlite3_open(workspace.freshDatabase("bare.db"), &handle) == SQLITE_OK,
      sqlite3_exec(
        handle,
        """
        pragma journal_mode = wal; pragma synchronous = full;
        create table entries (sequence integer primary key, bytes blob not null)
        """, nil, nil, nil) == SQLITE_OK
    else { throw BenchmarkFailure("the bare database cannot be made") }
    var appends: [Double] = []
    var commits: [Double] = []
    for number in 0..<(runs * 40) {
      let one = [draft(entries + number)]
      appends.append(
        try timed { try database.write(isDurable: true) { _ = try Ledger($0).append(one) } }.seconds * 1000)
      commits.append(
        try timed {
          let sql = "begin immediate; insert into entries (bytes) values (randomblob(700)); commit"
          guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw BenchmarkFailure("the bare commit failed")
          }
        }.seconds * 1000)
    }
    return (
      Figure("ledger: one durable append", unit: "ms", appends), Figure("a bare durable commit", unit: "ms", commits)
    )
  }
}
