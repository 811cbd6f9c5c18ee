import Foundation
import ScoutTestSupport
import Testing

/// `scout init FOLDER`, `--project` and `scout test` through the built program.
@Suite struct ProjectCommandTests {
  private func scout(_ folder: TemporaryFolder, _ arguments: String..., in inner: String? = nil) throws
    -> ScoutProgram.Outcome
  {
    try ScoutProgram.run(arguments, in: inner.map { folder[$0] } ?? folder.path)
  }

  private func edit(_ path: String, _ old: String, _ new: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(old))
    try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func `a new project works from its first minute`() throws {
    let folder = try TemporaryFolder()
    let made = try scout(folder, "init", "my-project", "--secret", "test")
    #expect(made.status == 0 && made.error.hasSuffix("next: scout test --project my-project\n"), "\(made)")
    let tests = try scout(folder, "test", "--project", "my-project")
    #expect(
      tests.output == """
        ok      a city's day adds up
        ok      a city that sells less than half is quiet
        2 of 2 tests passed

        """, "\(tests)")
    // Inside of the folder nothing has to be named.
    let line = saleLine("T1").replacing("\"store_id\"", with: "\"city\":\"Cebu\",\"store_id\"")
    try (line + "\n").write(toFile: folder["sales.jsonl"], atomically: true, encoding: .utf8)
    #expect(try scout(folder, "ingest", "../sales.jsonl", in: "my-project").status == 0)
    #expect(try scout(folder, "refresh", in: "my-project").output.contains("shop.gold_city_daily"))
    let rows = try scout(
      folder, "sql", "select city, net_amount from shop.gold_city_daily", "--format", "csv", "--db",
      "my-project/scout.db")
    #expect(rows.output == "city,net_amount\r\nCebu,2.50\r\n" || rows.output == "city,net_amount\nCebu,2.50\n")
    let again = try scout(folder, "init", "my-project")
    #expect(again.status == 4 && again.error.contains("exists already"), "\(again)")
  }

  @Test func `retention of the project file drops silver and leaves gold`() throws {
    let folder = try TemporaryFolder()
    #expect(try scout(folder, "init", "p", "--now", testNow).status == 0)
    try edit(folder["p/scout.yaml"], "# retention:\n#   bronze: 90\n#   silver: 400", "retention:\n  silver: 10")
    func run(_ arguments: [String]) throws -> ScoutProgram.Outcome {
      try ScoutProgram.run(arguments + ["--now", testNow], in: folder["p"])
    }
    try (saleLine("T1") + "\n").write(toFile: folder["p/a.jsonl"], atomically: true, encoding: .utf8)
    #expect(try run(["ingest", "a.jsonl"]).status == 0)
    let query = ["sql", "select store_id, units from scout.gold_sales_daily", "--format", "csv"]
    for (flags, silver) in [([], "1"), (["--apply"], "0")] {
      let outcome = try run(["retention", "--format", "csv"] + flags)
      #expect(
        outcome.status == 0 && outcome.output.contains("silver transactions before 2025-08-22 dropped,1"), "\(outcome)")
      let rows = try run(["sql", "select count(*) from scout.silver_transactions", "--format", "csv"])
      #expect(rows.output.contains("\n\(silver)"), "\(rows)")
    }
    #expect(try run(query).output.contains("S1,1"))
    #expect(try run(["refresh", "--full"]).output.contains("what retention dropped before 2025-08-22 is kept"))
    #expect(try run(query).output.contains("S1,1"))
    try (saleLine("T2") + "\n").write(toFile: folder["p/b.jsonl"], atomically: true, encoding: .utf8)
    #expect(try run(["ingest", "b.jsonl"]).status == 0)
    let reject = try run(["sql", "select reason from scout.bronze_rejects", "--format", "csv"])
    #expect(reject.output.contains("its business date 2025-08-01 lies in a range that retention dropped"), "\(reject)")
  }

  @Test func `a failing test is shown and makes the exit code one`() throws {
    let folder = try TemporaryFolder()
    #expect(try scout(folder, "init", "p").status == 0)
    try edit(folder["p/tests/gold_city_daily.yaml"], "net_amount: 135.00", "net_amount: 136.00")
    let failed = try scout(folder, "test", "--project", "p", "--only", "adds up")
    #expect(failed.status == 1)
    #expect(
      failed.output == """
        FAILED  a city's day adds up  (p/tests/gold_city_daily.yaml:2)
                - {date: 2025-08-01, city: Cebu, transactions: 2, net_amount: 136}
                + {date: 2025-08-01, city: Cebu, transactions: 2, net_amount: 135}
        0 of 1 tests passed

        """, "\(failed)")
    let json = try scout(folder, "test", "--project", "p", "--format", "ndjson")
    #expect(json.status == 1 && json.output.contains("\"outcome\":\"failed\""))
  }

  @Test func `a mistake is named with its place, and nothing is made`() throws {
    let folder = try TemporaryFolder()
    #expect(try scout(folder, "init", "p").status == 0)
    try edit(folder["p/schemas/shop/gold/gold_city_daily.sql"], "business_date as date", "busines_date as date")
    let place = "scout: p/schemas/shop/gold/gold_city_daily.sql:11:3: column \"busines_date\" does not exist"
    for arguments in [
      ["test", "--project", "p"], ["init", "--project", "p", "--db", "other.db"],
      ["refresh", "--project", "p", "--db", "p/scout.db"],
    ] {
      let outcome = try ScoutProgram.run(arguments, in: folder.path)
      #expect(outcome.status == 3 && outcome.error.hasPrefix(place), "\(arguments) \(outcome)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder["other.db"]))
    // Without the folder the database works with what it has.
    #expect(try scout(folder, "refresh", "--db", "p/scout.db").status == 0)

    try Data([0x6E, 0xFF, 0xFE]).write(to: URL(filePath: folder["p/scout.yaml"]))
    let unreadable = try scout(folder, "models", "list", "--project", "p", "--db", "p/scout.db")
    #expect(unreadable.status == 3 && unreadable.error == "scout: p/scout.yaml: it is not UTF-8 text\n")
    let missing = try scout(folder, "test", "--project", "nowhere")
    #expect(missing.status == 3 && missing.error.contains("there is no project at nowhere"))
    #expect(try scout(folder, "test").status == 3)
    #expect(try scout(folder, "init", "--bare", "q").status == 2)
  }
}
