import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

@testable import ScoutStorage

/// kill -9 at random points of a sweep, a backup, a restore and a migration: 500 of them, and 2000 with
/// SCOUT_PROVE=1.
///
/// After each kill the database is healthy and nothing acknowledged is missing, where acknowledged means: committed
/// before the program was started, or printed by it. The delays are spread over the measured duration of the whole
/// operation; each test says how many kills really fell into the work, rather than into start or end of the process.
@Suite struct KillTests {
  /// One test's kills: how many, where they fall, and whether enough of them hit.
  private struct Kills {
    static let factor = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 1 : 4

    let name: String
    let seed: UInt64
    let wanted: Int
    /// How long the undisturbed program took the last time, in microseconds.
    var duration = 0
    var random: SeededGenerator
    var count = 0
    /// Kills that left a trace of unfinished work.
    var inside = 0
    var ended = 0

    init(_ name: String, seed: UInt64, count: Int, undisturbed: () throws -> Void) throws {
      self.name = name
      self.seed = seed
      wanted = count * Self.factor
      random = SeededGenerator(seed: seed)
      try measure(undisturbed)
    }

    private mutating func measure(_ body: () throws -> Void) rethrows {
      let start = ContinuousClock.now
      try body()
      duration = Int((start.duration(to: .now) / .microseconds(1)).rounded())
    }

    var isOver: Bool { count >= wanted || ended >= 4 * wanted }

    /// Starts the program and kills it somewhere; every twelfth one is left alone, so that there is something
    /// acknowledged, and measured anew, because the work grows.
    ///
    /// - Returns: What it had printed until then; its status is nil when it was killed.
    mutating func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ScoutProgram.Outcome {
      let program = try ScoutProgram.start(arguments, in: folder.path)
      if (count + ended) % 12 == 11 {
        ended += 1
        var outcome: ScoutProgram.Outcome?
        try measure { outcome = try program.wait() }
        if let outcome { return outcome }
      } else if program.kill(after: .random(in: 0...duration, using: &random)) {
        count += 1
      } else {
        ended += 1
      }
      return try program.wait()
    }

    /// - Parameter least: How many of a hundred kills have to fall into the work.
    func finish(least: Int, sourceLocation: SourceLocation = #_sourceLocation) {
      print("\(name): seed \(seed), \(count) kills, \(inside) in the midst of the work, \(ended) ends undisturbed")
      #expect(count >= wanted && inside * 100 >= least * count, sourceLocation: sourceLocation)
    }
  }

  // MARK: Judging

  /// The doctor's findings, without a program around them; every twentieth time through the program.
  ///
  /// - Returns: The database as it was found.
  @discardableResult
  private func expectHealthy(_ path: String, _ kills: Kills, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> Scout
  {
    if kills.count % 20 == 1 {
      let doctor = try ScoutProgram.run(["doctor", "--db", path])
      #expect(doctor.output == "healthy\n", "seed \(kills.seed): \(doctor)", sourceLocation: sourceLocation)
    }
    let scout = try Scout.open(path, configuration: .init(isReadOnly: true))
    #expect(try scout.doctor(path: path) == [], "seed \(kills.seed)", sourceLocation: sourceLocation)
    return scout
  }

  private func copy(_ source: String, to target: String) throws {
    for ending in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: target + ending) }
    try FileManager.default.copyItem(atPath: source, toPath: target)
  }

  /// How far a table that only grows had come.
  private struct Mark {
    var table: String
    var last: Int64
    var count: Int64
  }

  private static let growing = [
    "scout.bronze_transactions", "scout.bronze_rejects", "scout.silver_transactions", "scout.ingest_batches",
    "scout.platinum_monitor_events", "scout.platinum_monitor_incidents", "scout.agent_feed", "scout.sweep_runs",
    "deep_research.sku_jobs", "scout.ledger_entries",
  ]

  private func marks(_ scout: Scout) throws -> [Mark] {
    try Self.growing.map { table in
      Mark(
        table: table, last: try scout.number("select coalesce(max(rowid), 0) from \"\(table)\""),
        count: try scout.number("select count(*) from \"\(table)\""))
    }
  }

  private func expectNothingMissing(
    _ marks: [Mark], _ scout: Scout, _ kills: Kills, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for mark in marks {
      let kept = try scout.number("select count(*) from \"\(mark.table)\" where rowid <= \(mark.last)")
      #expect(kept == mark.count, "seed \(kills.seed): \(mark.table)", sourceLocation: sourceLocation)
    }
  }

  // MARK: Sweeps

  @Test(arguments: [["tick"], ["cron", "--every", "20m"]])
  func `a sweep that is killed loses nothing, and the next one does its work`(command: [String]) async throws {
    let folder = try TemporaryFolder()
    let path = folder["shop.db"]
    let isCron = command[0] == "cron"
    let (seed, count): (UInt64, Int) = isCron ? (32, 80) : (31, 120)
    let set = try GeneratedSet(GeneratedSet.small(seed: seed, days: 12, stores: 4))
    let rounds = count * Kills.factor * 2
    // Midnight in Manila, where the sales begin.
    let start = Int64(20_300) * 86_400 - 8 * 3600
    let end = start + 12 * 86_400
    var time = start
    var sold = 0
    func text(_ time: Int64) -> String { Timestamp(microseconds: time * 1_000_000).text(in: .utc) }
    /// Lets time pass, and takes in what was sold meanwhile: acknowledged before the sweep begins.
    func sell() async throws -> Scout {
      time += 12 * 86_400 / Int64(rounds)
      let clock = EngineClock.fixed(Timestamp(microseconds: time * 1_000_000))
      let scout = try Scout.open(path, configuration: .init(clock: clock))
      let until = min(set.lines.count, set.lines.count * Int(time - start) / Int(end - start))
      guard until > sold else { return scout }
      let bytes = set.lines[sold..<until].reduce(into: [UInt8]()) { $0 += $1.bytes + [10] }
      sold = until
      let report = try await scout.ingest(.text(String(decoding: bytes, as: UTF8.self), name: "\(sold).jsonl"))
      #expect(report.rowsRead > 0)
      return scout
    }
    func arguments() -> [String] {
      command + ["--db", path, "--now", text(time)] + (isCron ? ["--until", text(time + 3600)] : [])
    }
    #expect(try ScoutProgram.run(["init", "--db", path, "--now", text(time)]).status == 0)
    _ = try await sell()
    let unfinished = "select count(*) from \"scout.sweep_runs\" where finished_at is null"
    var kills = try Kills(command[0], seed: seed, count: count) {
      let outcome = try ScoutProgram.run(arguments())
      #expect(outcome.status == 0, "\(outcome)")
    }
    while !kills.isOver {
      let (before, unfinishedBefore) = try await { () in
        let scout = try await sell()
        return (try marks(scout), try scout.number(unfinished))
      }()
      let outcome = try kills.run(arguments(), in: folder)
      #expect(outcome.status == nil || outcome.status == 0, "\(outcome)")
      let scout = try expectHealthy(path, kills)
      try expectNothingMissing(before, scout, kills)
      // Whole lines: the last one may have been cut.
      for line in outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        let result = line.firstMatch(of: /\{"ok".*?\}\}/).map { String($0.output) } ?? ""
        let known = try scout.lines(
          """
          select 1 from "scout.sweep_runs"
          where finished_at is not null and result = '\(try JSONText.normalized(result))'
          """)
        #expect(!known.isEmpty, "seed \(kills.seed): \(line)")
      }
      if outcome.status == nil, try scout.number(unfinished) > unfinishedBefore { kills.inside += 1 }
    }
    kills.finish(least: 30)
    time = max(time, end)
    _ = try await sell()
    #expect(try ScoutProgram.run(["tick", "--db", path, "--now", text(time)]).status == 0)
    let last = try await sell()
    let content = try last.derivedContent()
    #expect(content["scout.gold_sales_daily"]?.isEmpty == false)
    _ = try last.refresh(isFull: true)
    #expect(firstDifference(content, try last.derivedContent()) == nil, "seed \(seed)")
    let twice =
      "select monitor_id, incident_key from \"scout.platinum_monitor_incidents\" where resolved_at is null group by 1, 2 having count(*) > 1"
    #expect(try last.lines(twice) == [], "seed \(seed): an incident was opened twice")
  }

  // MARK: Backups

  /// A database with some megabytes in it, so that copying takes a while; `tag` tells one content from another.
  private func makeLarge(_ path: String, tag: Int) throws {
    let scout = try Scout.make(at: path)
    try scout.database.write { connection in
      try connection.execute("create table scout.bulk (id int primary key, tag int, content text)")
      try connection.run(
        """
        with recursive n(i) as (select 1 union all select i + 1 from n where i < \(1500 + 500 * tag))
        insert into "scout.bulk" select i, \(tag), printf('%.*c', 7000, char(64 + \(tag))) from n
        """)
    }
  }

  @Test(arguments: [[], ["--compress"]])
  func `a backup that is killed leaves no half of one, and the database as it was`(flags: [String]) throws {
    let folder = try TemporaryFolder()
    try makeLarge(folder["shop.db"], tag: 1)
    let expected = try BackupCopy.contentDigest(of: folder["shop.db"])
    let arguments = ["backup", "make", folder["shop.backup"], "--db", folder["shop.db"]] + flags
    func remove() {
      for ending in ["", ".sha256"] { try? FileManager.default.removeItem(atPath: folder["shop.backup" + ending]) }
    }
    var kills = try Kills("backup \(flags)", seed: 33, count: 50) {
      remove()
      let outcome = try ScoutProgram.run(arguments)
      #expect(outcome.status == 0, "\(outcome)")
    }
    var whole = 0
    while !kills.isOver {
      remove()
      let outcome = try kills.run(arguments, in: folder)
      #expect(outcome.status == nil || outcome.status == 0, "\(outcome)")
      try expectHealthy(folder["shop.db"], kills)
      let exists = FileManager.default.fileExists(atPath: folder["shop.backup"])
      #expect(exists || (outcome.status == nil && outcome.output == ""), "seed \(kills.seed): \(outcome)")
      if exists {
        whole += 1
        try Scout.verify(backup: folder["shop.backup"])
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      if files.contains(where: { $0.hasPrefix("shop.backup.p") }) { kills.inside += 1 }
    }
    kills.finish(least: 20)
    #expect(whole > 0)
    remove()
    #expect(try ScoutProgram.run(arguments).status == 0)
    #expect(try ScoutProgram.run(["restore", folder["shop.backup"], "--db", folder["again.db"]]).status == 0)
    #expect(try BackupCopy.contentDigest(of: folder["again.db"]) == expected)
    // What the killed ones had left was taken away by those that came after.
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("output") }
    #expect(left.filter { $0.hasPrefix("shop.backup") }.sorted() == ["shop.backup", "shop.backup.sha256"])
  }

  // MARK: Restores

  @Test func `a restore that is killed leaves the old content or the backup's`() throws {
    let folder = try TemporaryFolder()
    let path = folder["shop.db"]
    try makeLarge(folder["old.db"], tag: 1)
    try makeLarge(folder["new.db"], tag: 2)
    _ = try Scout.backUp(folder["old.db"], to: folder["plain.db"])
    _ = try Scout.backUp(folder["new.db"], to: folder["new.backup"])
    // A log that a killed program left, with a row that the file itself does not have.
    do {
      try copy(folder["plain.db"], to: path)
      let scout = try Scout.open(path)
      try scout.database.write { try $0.run("insert into \"scout.bulk\" values (-1, 1, 'in the log')") }
      for ending in ["", "-wal"] { try copy(path + ending, to: folder["logged.db" + ending]) }
    }
    let targets = ["a database", "a database with a log", "no file", "a damaged file"]
    func prepare(_ target: String) throws {
      for ending in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + ending) }
      switch target {
      case "a database": try copy(folder["plain.db"], to: path)
      case "a database with a log":
        for ending in ["", "-wal"] { try copy(folder["logged.db" + ending], to: path + ending) }
      case "a damaged file": try folder.write(String(repeating: "This is no database. ", count: 1000), as: "shop.db")
      default: break
      }
    }
    let arguments = ["restore", folder["new.backup"], "--db", path, "--replace"]
    var kills = try Kills("restore", seed: 34, count: 100) {
      try prepare("a database")
      let outcome = try ScoutProgram.run(arguments)
      #expect(outcome.status == 0, "\(outcome)")
    }
    let newDigest = try BackupCopy.contentDigest(of: folder["new.db"])
    var oldDigests: [String: [String: String]] = [:]
    for target in targets.prefix(2) {
      try prepare(target)
      oldDigests[target] = try BackupCopy.contentDigest(of: path)
    }
    var outcomes: Set<String> = []
    while !kills.isOver {
      let target = targets[kills.count % 4]
      try prepare(target)
      let outcome = try kills.run(arguments, in: folder)
      #expect(outcome.status == nil || outcome.status == 0, "\(outcome)")
      let oldLog = target == "a database with a log" ? 100_000 : 0
      if outcome.status == nil,
        ["-wal", "-journal", ".restored"].contains(where: {
          ((try? FileManager.default.attributesOfItem(atPath: path + $0))?[.size] as? Int ?? 0) > oldLog
        })
      {
        kills.inside += 1
      }
      let comment: Comment = "seed \(kills.seed), kill \(kills.count) over \(target)"
      if let oldDigest = oldDigests[target] {
        try expectHealthy(path, kills)
        let digest = try BackupCopy.contentDigest(of: path)
        #expect(digest == newDigest || (digest == oldDigest && outcome.status == nil), comment)
        outcomes.insert(digest == newDigest ? "new" : "old")
      } else if (try? Scout.open(path, configuration: .init(isReadOnly: true))) != nil {
        try expectHealthy(path, kills)
        #expect(try BackupCopy.contentDigest(of: path) == newDigest, comment)
        outcomes.insert("new")
      } else {
        // No file as before, or between the damaged one and the backup's.
        #expect(outcome.status == nil, comment)
        #expect(!FileManager.default.fileExists(atPath: path) || target == "a damaged file", comment)
        outcomes.insert("old")
      }
    }
    kills.finish(least: 20)
    #expect(outcomes == ["old", "new"])
    for target in targets {
      try prepare(target)
      let again = try ScoutProgram.run(arguments)
      #expect(again.status == 0, "\(again)")
      #expect(try BackupCopy.contentDigest(of: path) == newDigest)
    }
  }

  // MARK: Migrations

  @Test func `a migration that is killed goes on from where it was`() throws {
    let folder = try TemporaryFolder()
    let path = folder["shop.db"]
    let versions = [2, 4, 7, 10]
    func make(_ name: String, _ migrations: [Migration]) throws {
      var configuration = Database.Configuration(clock: .fixed(sampleEnd))
      configuration.migrations = migrations
      let database = try Database(path: folder[name], configuration: configuration)
      try database.write { connection in
        for (name, value) in [("time_zone", "Asia/Manila"), ("customer_secret", "test")] {
          try connection.run(
            "insert into \"engine.settings\" (name, value) values (?1, ?2)", [.text(name), .text(value)])
        }
        for number in 1...300 {
          try connection.run(
            """
            insert into "scout.bronze_transactions" (source_id, payload, payload_hash, ingested_at)
            values ('s', '{}', ?1, 0)
            """, [.text("\(number)")])
        }
      }
    }
    let names = Migrations.all.map(\.name)
    let arguments = ["sql", "select 1", "--db", path]
    for version in versions { try make("\(version).db", Array(Migrations.all.prefix(version))) }
    // What it all becomes, undisturbed.
    func schema(_ path: String) throws -> [String] {
      try Scout.open(path, configuration: .init(isReadOnly: true)).lines(
        "select type, name, sql from sqlite_schema order by type, name")
    }
    try make("new.db", Migrations.all)
    #expect(try ScoutProgram.run(["sql", "select 1", "--db", folder["new.db"]]).status == 0)
    let expected = try schema(folder["new.db"])
    func applied() throws -> [String] {
      let file = try RawDatabase(path, flags: 2)
      defer { file.close() }
      #expect(try file.texts("pragma integrity_check") == ["ok"])
      #expect(try file.texts("select count(*) from \"scout.bronze_transactions\"") == ["300"])
      return try file.texts("select name from \"engine.migrations\" order by name")
    }
    var kills = try Kills("migration", seed: 35, count: 100) {
      try copy(folder["2.db"], to: path)
      let outcome = try ScoutProgram.run(arguments)
      #expect(outcome.status == 0, "\(outcome)")
    }
    while !kills.isOver {
      let version = versions[kills.count % versions.count]
      try copy(folder["\(version).db"], to: path)
      var reached = version
      var isDone = false
      // Again and again on the same file, until nothing is left to do.
      while !isDone && !kills.isOver {
        let outcome = try kills.run(arguments, in: folder)
        let done = try applied()
        #expect(done == Array(names.prefix(done.count)) && done.count >= reached, "seed \(kills.seed): \(done)")
        if done.count > reached, outcome.status == nil { kills.inside += 1 }
        reached = done.count
        isDone = reached == names.count
        #expect(outcome.status == nil || (outcome.status == 0 && isDone), "\(outcome)")
      }
      #expect(try ScoutProgram.run(arguments).status == 0)
      try expectHealthy(path, kills)
      #expect(try schema(path) == expected, "seed \(kills.seed)")
    }
    kills.finish(least: 15)
  }
}
