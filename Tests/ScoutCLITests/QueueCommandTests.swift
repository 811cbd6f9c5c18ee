import Foundation
import Scout
import ScoutTestSupport
import Testing

@Suite struct QueueCommandTests {
  @Test func `from brands to linked SKUs`() throws {
    let shop = try Shop()
    let enqueued = try shop.scout("queue", "enqueue", "alaska", "Del Monte", "--format", "csv")
    #expect(enqueued.status == 0, "\(enqueued)")
    #expect(enqueued.output.split(whereSeparator: \.isNewline).count == 3)
    let worked = try shop.scout("queue", "work", "--drain", "--format", "csv")
    #expect(worked.status == 0, "\(worked)")
    #expect(worked.output.hasSuffix("2,0,0,0,0,0,14,0,14\r\n"), "\(worked.output)")
    #expect(try shop.rows("select status, count(*) from deep_research.sku_jobs group by 1") == ["success|2"])
    #expect(
      try shop.rows(
        "select brand, count(*) from deep_research.rpc_sku_summary_list(p_limit => 200) group by 1 order by 1")
        == ["Alaska|8", "Del Monte|6"])
    // A second sighting of the same SKUs adds none.
    _ = try shop.scout("queue", "enqueue", "ALASKA")
    #expect(try shop.scout("queue", "work", "--once", "--format", "csv").output.hasSuffix("1,0,0,0,0,0,0,8,8\r\n"))
    #expect(try shop.rows("select count(*) from deep_research.sku_summary") == ["14"])
  }

  @Test func `a job that cannot be done is given up with its reason, and retried on demand`() throws {
    let shop = try Shop()
    let id = try enqueue(shop, "Nobody")
    let worked = try shop.scout("queue", "work", "--drain")
    #expect(worked.status == 1)
    #expect(worked.error.contains("job \(id), attempt 1: the source (catalogue) has no SKU of Nobody (given up)"))
    let shown = try shop.scout("queue", "show", id, "--format", "csv")
    #expect(shown.output.contains("status,failed\r\n"))
    #expect(try shop.scout("queue", "retry", id).output == "1 requeued\n")
    #expect(try shop.scout("queue", "cancel", id, "--reason", "no such brand").output == "1 cancelled\n")
    #expect(try shop.rows("select status, last_error from deep_research.sku_jobs") == ["cancelled|no such brand"])
    let again = try shop.scout("queue", "cancel", id)
    #expect(again.status == 1)
    #expect(again.error == "scout: job \(id) is cancelled\n")
  }

  @Test func `refusals`() throws {
    let shop = try Shop()
    _ = try shop.scout("queue", "enqueue", "Alaska", "--unique")
    let twice = try shop.scout("queue", "enqueue", "Alaska", "--unique")
    #expect(twice.status == 1)
    #expect(twice.error.hasSuffix("with the same unique key exists already\n"))
    #expect(try shop.scout("queue", "enqueue", "--payload", "{no").status == 1)
    #expect(try shop.scout("queue", "enqueue").status == 2)
    #expect(try shop.scout("queue", "show", "nonsense").status == 2)
    let unknown = try shop.scout("queue", "show", "00000000-0000-0000-0000-000000000001")
    #expect(unknown.status == 1)
    #expect(unknown.error == "scout: there is no job 00000000-0000-0000-0000-000000000001\n")
    let missing = try shop.scout("queue", "work", "--once", "--source", "no-such.csv")
    #expect(missing.status == 3)
    #expect(missing.error == "scout: no-such.csv: No such file or directory\n")
  }

  @Test func `unknown kinds stay queued and are reported`() throws {
    let shop = try Shop()
    _ = try shop.scout("queue", "enqueue", "--payload", "{}", "--kind", "translate", "--priority", "0")
    let worked = try shop.scout("queue", "work", "--drain")
    #expect(worked.status == 0)
    #expect(worked.error.contains("scout: 1 job of the unknown kind translate stays queued\n"), "\(worked)")
    #expect(try shop.rows("select status from deep_research.sku_jobs") == ["queued"])
    #expect(try shop.scout("queue", "stats", "--format", "csv").output.contains("unhandled_kind:translate,1\r\n"))
  }

  @Test func `a folder of pages as the source`() throws {
    let shop = try Shop()
    _ = try shop.folder.makeFolder("pages")
    try shop.folder.write(
      """
      <script type="application/ld+json">{"@type":"Product","name":"Oishi Prawn Crackers 60g","brand":"Oishi",
      "gtin13":"4800016644931","offers":{"price":"19.25","priceCurrency":"PHP"}}</script>
      """, as: "pages/prawn.html")
    _ = try shop.scout("queue", "enqueue", "Oishi")
    #expect(try shop.scout("queue", "work", "--drain", "--source", "pages").status == 0)
    #expect(
      try shop.rows(
        """
        select s.upc, s.price_min, s.size, p.product_name, m.confidence from deep_research.sku_summary s
        join deep_research.sku_matches m on m.sku_summary_id = s.id join masterdata.products p on p.id = m.product_id
        """) == ["4800016644931|19.25|60g|Oishi Prawn Crackers 60g|0.95"])
  }

  @Test func `several workers on one file do each job once`() throws {
    let shop = try Shop()
    for _ in 0..<6 { _ = try shop.scout("queue", "enqueue", "Alaska", "Oishi", "Del Monte", "Peerless", "JTI") }
    let workers = try (0..<3).map { _ in
      try ScoutProgram.start(["queue", "work", "--drain", "--concurrency", "2", "--quiet"], in: shop.folder.path)
    }
    for worker in workers { #expect(try worker.wait().status == 0) }
    #expect(
      try shop.rows("select status, attempts, count(*) from deep_research.sku_jobs group by 1, 2") == ["success|1|30"])
    // Each brand's SKUs were seen by each of its six jobs, and are there once.
    #expect(
      try shop.rows(
        "select count(*) = 6 * (select count(*) from deep_research.sku_summary) from deep_research.sku_sightings")
        == ["t"])
  }

  @Test func `what extraction sees on a page, before any job`() throws {
    let shop = try Shop()
    try shop.folder.write("<h1>Oishi Prawn Crackers 60g</h1><b class=price>₱18.50</b>", as: "prawn.html")
    try shop.folder.write("<p>nothing", as: "none.html")
    func extract(_ arguments: String...) throws -> ScoutProgram.Outcome {
      try ScoutProgram.run(["catalog", "extract"] + arguments, in: shop.folder.path)
    }
    let found = try extract("prawn.html", "none.html", "--format", "csv")
    #expect(found.status == 0)
    #expect(
      found.output.split(whereSeparator: \.isNewline).last
        == "Oishi Prawn Crackers 60g,,,,,60g,18.50,18.50,PHP,,heuristic,,file:prawn.html")
    #expect(try extract("none.html").status == 1)
    #expect(try extract("missing.html").status == 3)
  }

  @Test func `unique keys with states and a window, deadlines, and the histogram`() throws {
    let shop = try Shop()
    let alaska = ["queue", "enqueue", "Alaska", "--unique-key", "k"]
    func status(_ arguments: [String]) throws -> Int32? {
      try ScoutProgram.run(arguments + ["--now", testNow], in: shop.folder.path).status
    }
    #expect(try status(alaska) == 0)
    #expect(try status(alaska) == 1)
    #expect(try shop.scout("queue", "work", "--drain").status == 0)
    // The first has succeeded, which is in the way only when asked for, and only for an hour.
    #expect(try status(alaska + ["--unique-state", "success", "--unique-within", "1h"]) == 1)
    #expect(try status(alaska + ["--unique-state", "success", "--unique-within", "0s"]) == 0)
    #expect(try shop.scout("queue", "enqueue", "Oishi", "--unique-state", "queued").status == 2)
    #expect(try shop.scout("queue", "enqueue", "Oishi", "Alaska", "--unique-key", "k").status == 2)
    #expect(try shop.scout("queue", "enqueue", "Oishi", "--deadline", "0s").status == 0)
    #expect(try shop.scout("queue", "work", "--drain").status == 0)
    #expect(
      try shop.rows("select task_payload->>'brand', status, last_error from deep_research.sku_jobs order by 1, 2")
        == [
          "Alaska|success|", "Alaska|success|", "Oishi|failed|the deadline passed before the job could start",
        ])
    let histogram = try shop.scout("queue", "stats", "--histogram", "--format", "csv").output
    #expect(histogram.hasPrefix("below_seconds,waited,ran\r\n0.000"), "\(histogram)")
    let counts = histogram.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
    #expect(counts.reduce(0) { $0 + (Int($1[1]) ?? 0) } == 2)
    #expect(counts.reduce(0) { $0 + (Int($1[2]) ?? 0) } == 2)
  }

  @Test func `jobs that run for too long are taken back`() throws {
    let shop = try Shop()
    let id = try enqueue(shop, "Alaska")
    _ = try shop.scout(
      "sql",
      "update deep_research.sku_jobs set status = 'running', attempts = 1, started_at = now() - interval '2 hours'")
    #expect(try shop.scout("queue", "reset-stuck", "--older-than", "3h").output == "1 taken back\n")
    #expect(try shop.rows("select status, attempts from deep_research.sku_jobs where id = '\(id)'") == ["queued|1"])
  }

  private func enqueue(_ shop: Shop, _ brand: String) throws -> String {
    let outcome = try shop.scout("queue", "enqueue", brand, "--format", "csv")
    return String(outcome.output.split(whereSeparator: \.isNewline).last?.prefix(36) ?? "")
  }
}

@Suite struct QueueKillTests {
  /// 200 with SCOUT_PROVE=1.
  static let kills = ProcessInfo.processInfo.environment["SCOUT_PROVE"] == nil ? 8 : 200

  @Test func `kill -9 during enqueue and work: every acknowledged job ends exactly once, in its final state`() throws {
    let shop = try Shop()
    // Every end of a job, noted by SQLite itself.
    let scout = try Scout.open(shop.database)
    try scout.database.write { connection in
      try connection.run("create table \"test.ends\" (id text, status text)")
      try connection.run(
        """
        create trigger "test.ends" after update of status on "deep_research.sku_jobs"
        when new.status not in ('queued', 'running') begin
          insert into "test.ends" values (new.id, new.status);
        end
        """)
    }
    let brands = ["Alaska", "Oishi", "Del Monte", "Peerless", "Nobody"]
    var acknowledged: Set<String> = []
    var random = SeededGenerator(seed: 11)
    var killed = 0
    for round in 0..<10 * Self.kills where killed < Self.kills {
      let enqueue = try ScoutProgram.start(
        ["queue", "enqueue"] + brands + ["--attempts", "100", "--format", "csv"], in: shop.folder.path)
      let work = try ScoutProgram.start(
        ["queue", "work", "--lease", "3s", "--concurrency", "2", "--quiet"], in: shop.folder.path)
      if round.isMultiple(of: 4) {
        if enqueue.kill(after: Int(random.next() % 120_000)) { killed += 1 }
      }
      // What was printed is acknowledged, also by a program that was killed afterwards.
      let lines = try enqueue.wait().output.split(whereSeparator: \.isNewline).dropFirst()
      acknowledged.formUnion(lines.map { String($0.prefix(36)) }.filter { $0.count == 36 })
      if work.kill(after: 10_000 + Int(random.next() % 250_000)) { killed += 1 }
    }
    #expect(killed >= Self.kills)
    // The last worker finds what the others left.
    let last = try ScoutProgram.run(["queue", "work", "--drain", "--lease", "3s"], in: shop.folder.path)
    #expect(last.status == 0 || last.status == 1, "\(last)")
    let rows = try scout.database.read { connection in
      try connection.rows(
        """
        select j.id, j.status, j.task_payload ->> '$.brand', (select count(*) from "test.ends" e where e.id = j.id)
        from "deep_research.sku_jobs" j
        """)
    }
    var ended: Set<String> = []
    for row in rows {
      let expected = row[2].text == "Nobody" ? "failed" : "success"
      #expect(row[1].text == expected && row[3].integer == 1, "\(row)")
      ended.insert(row[0].text ?? "")
    }
    #expect(acknowledged.isSubset(of: ended))
    #expect(!acknowledged.isEmpty)
    // Each job saw each SKU of its brand once: 8, 9, 6 and 6 of them, or as many as the catalogue has.
    let wrong = try scout.number(
      """
      select count(*) from "deep_research.sku_jobs" j where status = 'success' and
        (select count(*) from "deep_research.sku_sightings" s where s.job_id = j.id) <>
        (select count(*) from "deep_research.sku_summary" s where s.brand = j.task_payload ->> '$.brand')
      """)
    #expect(wrong == 0)
  }
}
