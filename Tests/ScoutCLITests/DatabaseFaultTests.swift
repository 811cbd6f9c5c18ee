import Foundation
import Scout
import ScoutTestSupport
import Testing

/// A database that cannot be used: a sentence on standard error, exit code 4, and the file as it was.
@Suite struct DatabaseFaultTests {
  private func expectTrouble(
    _ outcome: ScoutProgram.Outcome, _ message: String, status: Int32 = 4,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
    #expect(outcome.error.hasPrefix(message), "\(outcome.error)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
  }

  static let commands = [
    ["status"], ["refresh"], ["tick"], ["feed", "list"], ["monitors", "list"], ["monitors", "run"],
    ["sql", "select 1"], ["ingest", "sale.jsonl"],
  ]

  @Test(arguments: commands) func `no file, a folder, and a file of something else`(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(saleLine("T1"), as: "sale.jsonl")
    func run(_ name: String) throws -> ScoutProgram.Outcome {
      try ScoutProgram.run(command + ["--db", name], in: folder.path)
    }
    expectTrouble(
      try run("none.db"), "scout: there is no database at none.db; create it with: scout init --db none.db\n")
    #expect(!FileManager.default.fileExists(atPath: folder["none.db"]))
    _ = try folder.makeFolder("folder")
    expectTrouble(try run("folder"), "scout: folder is a folder, not a database; name a file in it\n")

    let text = Array(String(repeating: "This is no database. ", count: 100).utf8)
    try folder.write(text, as: "text.db")
    expectTrouble(try run("text.db"), "\(prefix(command))the file is no Scout database: it is not a SQLite file")
    #expect(try fileBytes(folder["text.db"]) == text)

    try folder.write("", as: "empty.db")
    expectTrouble(
      try run("empty.db"),
      "scout: empty.db is empty or its creation was interrupted; remove it, then: scout init --db empty.db\n")
    #expect(try fileBytes(folder["empty.db"]) == [])
  }

  /// `scout sql` shows a failure as PostgreSQL does.
  private func prefix(_ command: [String], _ state: String = "XX001") -> String {
    command[0] == "sql" ? "ERROR:  \(state): " : "scout: "
  }

  @Test(arguments: commands) func `a SQLite file of another program is left alone`(_ command: [String]) throws {
    let shop = try Shop()
    let other = shop.folder["other.db"]
    try makeSQLiteFile(at: other, "create table notes (text text); insert into notes values ('mine')")
    let before = try fileBytes(other)
    try shop.folder.write(saleLine("T1"), as: "sale.jsonl")
    let outcome = try ScoutProgram.run(command + ["--db", other], in: shop.folder.path)
    expectTrouble(
      outcome,
      prefix(command, "55000") + "the file is a SQLite database, but not one of Scout: it has a table \"notes\"")
    #expect(try fileBytes(other) == before)
  }

  @Test func `a database of a newer program is left alone`() throws {
    let shop = try Shop()
    try Scout.open(shop.database).database.write { connection in
      try connection.run("insert into \"engine.migrations\" (name, applied_at) values ('999-future', 0)")
    }
    expectTrouble(
      try shop.scout("status"),
      "scout: the database was made by a newer version of scout: it has the migration \"999-future\"")
  }

  @Test func `a database that another process holds is waited for, then named`() throws {
    let shop = try Shop()
    try shop.folder.write(saleLine("T1"), as: "sale.jsonl")
    try Scout.open(shop.database).database.write { connection in
      for command in [["refresh"], ["tick"], ["ingest", "sale.jsonl"], ["monitors", "run"]] {
        let outcome = try ScoutProgram.run(
          command + ["--wait", "0.05"], in: shop.folder.path)
        expectTrouble(outcome, "scout: the database is locked by another process (SQLSTATE 55P03)")
      }
      let statement = try ScoutProgram.run(
        ["sql", "delete from scout.agent_feed", "--format", "json", "--wait", "0.05"], in: shop.folder.path)
      #expect(statement.status == 4)
      #expect(
        statement.output.hasPrefix(
          #"{"error":{"sqlstate":"55P03","message":"the database is locked by another process","#))
    }
    #expect(try shop.scout("ingest", "sale.jsonl").status == 0)
  }

  @Test func `a database where init was interrupted is named`() throws {
    let shop = try Shop()
    try Scout.open(shop.database).database.write { connection in
      try connection.run("delete from \"engine.settings\" where name = 'time_zone'")
    }
    expectTrouble(try shop.scout("status"), "scout: ./scout.db is empty or its creation was interrupted")
  }

  @Test func `init does not touch what is there`() throws {
    let shop = try Shop()
    let before = try fileBytes(shop.database)
    expectTrouble(try shop.scout("init"), "scout: ./scout.db exists already; choose another path, or remove it first\n")
    #expect(try fileBytes(shop.database) == before)
    expectTrouble(try shop.scout("init", "--db", "no/such/folder/a.db"), "scout: the database file cannot be opened")
    expectTrouble(
      try shop.scout("init", "--db", "b.db", "--time-zone", "Asia/Manilla"), "scout: --time-zone: ", status: 2)
    #expect(!FileManager.default.fileExists(atPath: shop.folder["b.db"]))
  }

  /// A limit on the size of files stands for a full disk.
  @Test func `on a full disk an ingest stops cleanly and goes on when there is room`() throws {
    let shop = try Shop()
    let lines = (1...3000).map { saleLine("T\($0)", name: String(repeating: "Milk ", count: 20)) }
    try shop.folder.write(lines.joined(separator: "\n") + "\n", as: "day.jsonl")
    let blocks = try fileBytes(shop.database).count / 512 + 400
    let full = try ScoutProgram.shell(
      "trap '' XFSZ; ulimit -f \(blocks); exec \"$scout\" ingest day.jsonl --batch-size 50 --format csv --quiet",
      in: shop.folder.path)
    #expect(full.status == 4, "\(full)")
    #expect(full.error.hasPrefix("scout: ") && full.error.contains("SQLSTATE 5"), "\(full.error)")
    #expect(try shop.integrity() == ["ok"])
    let kept = try shop.rows("select count(*) from scout.bronze_transactions").first.flatMap { Int($0) } ?? -1
    #expect(kept >= 0 && kept < 3000)
    #expect(try shop.rows("select sum(rows_accepted) from scout.ingest_batches") == ["\(kept)"])
    #expect(try shop.scout("ingest", "day.jsonl").status == 0)
    #expect(try shop.rows("select count(*) from scout.silver_transactions") == ["3000"])
  }

  @Test(.enabled(if: canBecomeNobody, "needs to run as root, with setpriv"))
  func `a database that may not be written is read, and writing is refused`() throws {
    let shop = try Shop()
    try shop.folder.write(saleLine("T1"), as: "sale.jsonl")
    #expect(try shop.scout("ingest", "sale.jsonl").status == 0)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: shop.folder.path)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: shop.database)
    func asNobody(_ command: String) throws -> ScoutProgram.Outcome {
      try ScoutProgram.shell(
        "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$scout\" \(command) --db '\(shop.database)'")
    }
    for command in ["refresh", "tick", "ingest '\(shop.folder["sale.jsonl"])'", "sql 'delete from scout.agent_feed'"] {
      let outcome = try asNobody(command)
      #expect(outcome.status == 4, "\(command): \(outcome)")
      #expect(outcome.error.contains("read-only") || outcome.error.contains("cannot be opened"), "\(outcome.error)")
    }
  }

  private static let canBecomeNobody =
    getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
}
