import Foundation
import ScoutTestSupport
import Testing

/// Feed, alerts, metrics, backup, restore, doctor, cron and retention through the built program.
@Suite struct OperateCommandTests {
  private func run(_ folder: TemporaryFolder, _ arguments: [String], now: String = "2025-08-23T09:00:00+08:00") throws
    -> ScoutProgram.Outcome
  {
    try ScoutProgram.run(arguments + ["--db", folder["shop.db"], "--now", now])
  }

  private func shop() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    #expect(try run(folder, ["init"]).status == 0)
    #expect(try run(folder, ["tick"]).status == 0)
    return folder
  }

  @Test func `a backup gives back what it took, and a damaged one replaces nothing`() throws {
    let folder = try shop()
    for (name, flags) in [("plain", []), ("small.gz", ["--compress"])] as [(String, [String])] {
      let made = try run(folder, ["backup", "make", folder[name]] + flags)
      #expect(made.status == 0, "\(made)")
      let restored = try ScoutProgram.run(["restore", folder[name], "--db", folder["again-\(name).db"]])
      #expect(restored.status == 0, "\(restored)")
      let query = ["sql", "select count(*) from masterdata.products", "--format", "csv"]
      #expect(
        try ScoutProgram.run(query + ["--db", folder["again-\(name).db"]]).output == run(folder, query).output)
      #expect(try run(folder, ["backup", "make", folder[name]]).status == 4, "an existing file is not overwritten")
      var bytes = try Data(contentsOf: URL(filePath: folder[name]))
      bytes[bytes.count / 2] ^= 0xFF
      try bytes.write(to: URL(filePath: folder[name]))
      for keepsChecksum in [true, false] {
        if !keepsChecksum { try FileManager.default.removeItem(atPath: folder["\(name).sha256"]) }
        if keepsChecksum || flags != [] {
          let refused = try run(folder, ["restore", folder[name], "--replace"])
          #expect(refused.status == 3 && refused.error.contains("nothing was replaced"), "\(refused)")
        }
      }
      #expect(try run(folder, ["doctor"]).output == "healthy\n")
    }
    let half = try Data(contentsOf: URL(filePath: folder["small.gz"])).prefix(5000)
    try half.write(to: URL(filePath: folder["half.gz"]))
    #expect(try run(folder, ["restore", folder["half.gz"], "--replace"]).status == 3)
    try Data("not a database at all, but long enough to be read as a header of one".utf8)
      .write(to: URL(filePath: folder["text"]))
    #expect(try run(folder, ["restore", folder["text"], "--replace"]).status == 3)
    #expect(try run(folder, ["restore", folder["nowhere"]]).status == 3)
    #expect(try run(folder, ["backup", "drill"]).output == "the backup restores to the same content\n")
    #expect(try run(folder, ["restore", folder["small.gz"]]).status == 4, "a database is replaced only when asked")
  }

  @Test func `a database that is damaged is put aside for the backup, and the backup's file stays as it is`() throws {
    let folder = try shop()
    #expect(try run(folder, ["backup", "make", folder["whole"]]).status == 0)
    let whole = try Data(contentsOf: URL(filePath: folder["shop.db"]))
    let backup = try Data(contentsOf: URL(filePath: folder["whole"]))
    var overwritten = whole
    for index in 20 * 4096..<120 * 4096 { overwritten[index] = UInt8(truncatingIfNeeded: index &* 31) }
    for (name, bytes) in [
      ("cut off", whole.prefix(300_000)), ("overwritten", overwritten),
      ("a text", Data(String(repeating: "no database ", count: 1000).utf8)),
    ] {
      try bytes.write(to: URL(filePath: folder["shop.db"]))
      for command in [["doctor"], ["tick"], ["status"], ["backup", "make", folder["never"]]] {
        let outcome = try run(folder, command)
        #expect(outcome.status == 4 && outcome.error.contains("SQLSTATE XX001"), "\(name): \(outcome)")
      }
      let restored = try run(folder, ["restore", folder["whole"], "--replace"])
      #expect(restored.status == 0, "\(name): \(restored)")
      #expect(try run(folder, ["doctor"]).output == "healthy\n", "\(name)")
      if restored.error.contains("was damaged") {
        #expect(try Data(contentsOf: URL(filePath: folder["shop.db.damaged"])) == bytes, "\(name)")
      }
    }
    #expect(try Data(contentsOf: URL(filePath: folder["whole"])) == backup)
    try folder.write("", as: "empty")
    for (file, reason) in [("empty", "it is empty"), ("nowhere", "there is no such file")] {
      for command in [
        ["restore", folder[file], "--replace", "--db", folder["shop.db"]], ["backup", "verify", folder[file]],
      ] {
        let outcome = try ScoutProgram.run(command)
        #expect(outcome.status == 3 && outcome.error.contains(reason), "\(outcome)")
      }
    }
    try makeSQLiteFile(at: folder["other"], "create table notes (a)")
    let other = try ScoutProgram.run(["backup", "verify", folder["other"]])
    #expect(other.status == 3 && other.error.contains("not one of Scout"), "\(other)")
    #expect(try ScoutProgram.run(["backup", "make", folder["never"], "--db", folder["other"]]).status == 4)
    #expect(!FileManager.default.fileExists(atPath: folder["never"]))
  }

  @Test func `a doctor finds what is wrong`() throws {
    let folder = try shop()
    try makeSQLiteFile(
      at: folder["shop.db"],
      """
      drop table "scout.gold_sales_daily";
      pragma foreign_keys = off;
      insert into "scout.platinum_monitor_events" (id, monitor_id, occurred_at, payload, severity, acknowledged)
      values ('e0000000-0000-4000-8000-000000000001', 999, 0, '[]', 'info', 0)
      """)
    let found = try run(folder, ["doctor"])
    #expect(found.status == 1)
    #expect(found.output.contains("catalog: the table of scout.gold_sales_daily is missing"), "\(found)")
    #expect(found.output.contains("foreign keys: 1 rows of scout.platinum_monitor_events"), "\(found)")
  }

  @Test func `alerts come and go, each told once`() throws {
    let folder = try shop()
    #expect(try run(folder, ["alerts"]).status == 0)
    _ = try run(
      folder,
      [
        "sql",
        """
        update scout.platinum_monitors set consecutive_failures = 4, sql = 'select frob' where name = 'demand_spike_brand';
        insert into deep_research.sku_jobs (status, task_payload) select 'dead', '{}' from generate_series(1, 51)
        """,
      ])
    let alerts = try run(folder, ["alerts", "--format", "csv"])
    #expect(alerts.status == 1)
    #expect(alerts.output.contains("monitor_failures,critical,t,4,A monitor failed 4 times in a row"), "\(alerts)")
    #expect(alerts.output.contains("dead_jobs,critical,t,51,51 SKU jobs are dead"), "\(alerts)")
    for minute in 1...2 { _ = try run(folder, ["tick"], now: "2025-08-23T09:0\(minute):00+08:00") }
    let told = try run(folder, ["feed", "list", "--source", "alert", "--format", "csv"])
    #expect(told.output.split(separator: "SKU jobs are dead").count == 2, "\(told)")
    _ = try run(folder, ["sql", "delete from deep_research.sku_jobs where status = 'dead'"])
    _ = try run(folder, ["tick"], now: "2025-08-23T09:03:00+08:00")
    #expect(
      try run(folder, ["feed", "list", "--source", "alert", "--severity", "success"]).output.contains(
        "The alert dead_jobs is over"))
    let metrics = try run(folder, ["metrics"]).output
    #expect(metrics.contains("scout_alert_active{alert=\"dead_jobs\",severity=\"critical\"} 0\n"))
    #expect(metrics.hasSuffix("# EOF\n"))
  }

  @Test func `the feed is read page by page, and no item of one moment is lost`() throws {
    let folder = try shop()
    _ = try run(
      folder,
      [
        "sql",
        """
        insert into scout.agent_feed (severity, source, title)
        select 'info', 'test', 'item ' || n from generate_series(1, 25) n
        """,
      ])
    var titles: Set<String> = []
    var place: String?
    var pages = 0
    repeat {
      let page = try run(
        folder,
        ["feed", "list", "--source", "test", "--limit", "10", "--format", "ndjson"]
          + (place.map { ["--before", $0] } ?? []))
      pages += 1
      for match in page.output.matches(of: /item \d+/) { titles.insert(String(match.output)) }
      place = page.error.firstMatch(of: /--before (\S+)/).map { String($0.1) }
    } while place != nil && pages < 5
    #expect(titles.count == 25 && pages == 3)
    #expect(try run(folder, ["feed", "read"]).status == 0)
    #expect(
      try run(folder, ["feed", "list", "--status", "new", "--format", "csv"]).output.split(separator: "\n").count == 1)
    #expect(try run(folder, ["feed", "list", "--group"]).output.contains("item 7"))
    #expect(try run(folder, ["feed", "show", "nobody"]).status == 1)
  }

  @Test func `cron simulates, locks, and prints its units`() throws {
    let folder = try shop()
    let simulated = try run(
      folder, ["cron", "--every", "6h", "--until", "2025-08-25T09:00:00+08:00"], now: "2025-08-23T09:00:00+08:00")
    #expect(simulated.output.split(separator: "\n").count == 8, "\(simulated)")
    for unit in ["systemd", "launchd"] {
      #expect(try run(folder, ["cron", "--every", "15m", "--print-unit", unit]).output.contains("cron"))
    }
    for wrong in [
      ["--every", "soon"], ["--schedule", "x"], ["--until", "2025-08-25"], ["--every", "1h", "--schedule", "@daily"],
    ] {
      #expect(try run(folder, ["cron"] + wrong).status == 2, "\(wrong)")
    }
  }

  @Test func `retention counts first and then does it`() throws {
    let folder = try shop()
    _ = try run(
      folder,
      [
        "sql",
        """
        insert into scout.agent_feed (created_at, severity, source, title, status) values
          (now() - interval '100 days', 'info', 'test', 'old', 'new'),
          (now() - interval '40 days', 'info', 'test', 'read', 'read'), (now(), 'info', 'test', 'new', 'read')
        """,
      ])
    let counted = try run(folder, ["retention", "--format", "csv"]).output.split(whereSeparator: \.isNewline)
    #expect(counted.dropFirst().map { $0.split(separator: ",").last } == ["1", "1", "0", "0"])
    #expect(try run(folder, ["retention", "--apply"]).status == 0)
    #expect(
      try run(folder, ["retention", "--format", "csv"]).output.split(whereSeparator: \.isNewline).dropFirst()
        .allSatisfy { $0.hasSuffix(",0") })
  }
}
