import Foundation
import Scout
import ScoutTestSupport
import Testing

/// Retention of bronze and silver: what is computed from them keeps its values.
@Suite struct RetentionTests {
  private func project(_ retention: String, _ files: [(String, String)] = []) throws -> Project {
    try Project(
      folder: "p",
      files: ([(Project.fileName, "name: p\n" + retention)] + files).map { SchemaFile(path: $0.0, text: $0.1) })
  }

  private func make(_ retention: String = "", at path: String? = nil, _ files: [(String, String)] = []) throws -> Scout
  {
    var configuration = Scout.Configuration(clock: .fixed(sampleEnd))
    configuration.project = try project(retention, files)
    return try Scout.create(at: path, secret: "test", configuration: configuration)
  }

  /// Gold, platinum and roll-ups.
  private func derived(_ scout: Scout) throws -> [String: [String]] {
    try scout.dump().filter { table, _ in
      ["scout.gold_", "scout.platinum_features", "scout.platinum_brand", "scout.rollup_", "shop."].contains(
        where: table.hasPrefix)
        && table != "scout.gold_contracts"
    }
  }

  private static let brands = """
    /*---
    description: Sales per brand, first and last sale.
    grain: [brand]
    columns:
      brand: {type: text, description: The brand.}
      stores: {type: bigint, description: Stores.}
      first_day: {type: date, description: The first sale.}
      last_day: {type: date, description: The last sale.}
    ---*/
    select brand, count(distinct store_id) as stores, min(business_date) as first_day, max(business_date) as last_day
    from scout.silver_line_items
    group by brand
    """

  /// Sales of 2025-08-01 to 2025-08-28; the sample ends where September begins, so 17 days reach back to the 15th.
  @Test(arguments: [UInt64](1...3)) func `values before and after are the same, and stay so`(seed: UInt64) async throws
  {
    var random = SeededGenerator(seed: seed)
    let files = [("schemas/shop/gold/brands.sql", Self.brands)]
    let scout = try make("retention: {bronze: 1, silver: 17}\n", files)
    // The twin keeps everything.
    let twin = try make("", files)
    _ = try scout.refresh()
    var number = 0
    func deliver(_ lines: [String]) async throws {
      number += 1
      for engine in [scout, twin] {
        _ = try await engine.ingest(.text(lines.joined(separator: "\n") + "\n", name: "\(number)"))
      }
    }
    var history = SmallHistory(number: Int(seed))
    try await deliver((0..<120).map { history.sale("T\($0)", using: &random) })
    if Bool.random(using: &random) { _ = try scout.refresh() }
    for round in 0..<4 {
      _ = try twin.refresh()
      _ = try scout.refresh()
      let before = try derived(scout)
      let done = try #require(try scout.retention(isDryRun: false).layers)
      #expect(round > 0 || done.dropped.transactions > 20 && done.dropped.lineItems > 20)
      #expect(firstDifference(before, try derived(scout)) == nil, "seed \(seed), round \(round)")
      let cut = try #require(done.silverBefore)
      #expect(
        try scout.query("select count(*) from scout.silver_line_items where business_date < '\(cut)'").texts == [["0"]])
      #expect(try scout.refresh().models.allSatisfy { !$0.isRefreshed })
      // New sales, corrections and voids of what is kept: both engines take them.
      let kept = try scout.query("select transaction_id from scout.silver_transactions order by 1").texts.map {
        $0[0] ?? ""
      }
      var lines: [String] = []
      for index in 0..<30 {
        let id = index % 3 == 0 ? kept.randomElement(using: &random) ?? "x" : "N\(round)-\(index)"
        if index % 10 == 9 {
          lines.append(#"{"transaction_id":"\#(kept.randomElement(using: &random) ?? "x")","status":"void"}"#)
          continue
        }
        var line = history.sale(id, using: &random)
        for day in 1...14 {
          line = line.replacing("2025-08-\(day < 10 ? "0" : "")\(day)T", with: "2025-08-\(day + 14)T")
        }
        lines.append(line)
      }
      try await deliver(lines)
      _ = try twin.refresh()
      let report = try scout.refresh(isFull: round % 2 == 1)
      #expect(report.models.allSatisfy { $0.method != .held })
      #expect(firstDifference(try derived(twin), try derived(scout)) == nil, "seed \(seed), round \(round)")
    }
    let full = try scout.refresh(isFull: true)
    #expect(firstDifference(try derived(twin), try derived(scout)) == nil, "seed \(seed)")
    let daily = try #require(full.models.first { $0.relation == "scout.gold_sales_daily" })
    #expect(daily.reason == "asked for; what retention dropped before 2025-08-15 is kept")
  }

  @Test func `what comes late for a dropped range goes to quarantine with the reason`() async throws {
    let scout = try make("retention: {bronze: 1, silver: 17}\n")
    func sale(_ id: String, _ day: String, quantity: Int = 1) -> String {
      #"{"transaction_id":"\#(id)","store_id":"S1","ts":"2025-08-\#(day)T09:00:00+08:00","items":[{"sku":"A","#
        + #""brand":"B","category":"C","qty":\#(quantity),"unit_price":2.50}]}"# + "\n"
    }
    _ = try await scout.ingest(.text(sale("old", "02") + sale("new", "20"), name: "a"))
    let dry = try #require(try scout.retention(isDryRun: true).layers)
    #expect(dry.dropped.transactions == 1 && dry.silverBefore == "2025-08-15" && dry.bronzeBefore == "2025-08-31")
    #expect(try scout.query("select count(*) from scout.silver_transactions").texts == [["2"]])
    _ = try scout.retention(isDryRun: false)
    let values = try derived(scout)

    let late = try await scout.ingest(
      .text(
        sale("late", "03") + sale("old", "02") + sale("old", "21", quantity: 5)
          + #"{"transaction_id":"old","status":"void"}"# + "\n" + sale("edge", "15"), name: "b"))
    #expect(late.accepted == 1 && late.duplicates == 1 && late.rejected == 3)
    let reasons = try scout.query(
      "select line_no, reason, raw::jsonb ->> 'transaction_id' from scout.bronze_rejects order by 1"
    ).texts
    let earlier =
      "retention dropped an earlier version of this transaction, of 2025-08-02; silver is kept from 2025-08-15 on"
    #expect(
      reasons == [
        [
          "1", "its business date 2025-08-03 lies in a range that retention dropped; silver is kept from 2025-08-15 on",
          "late",
        ],
        ["3", earlier, "old"], ["4", earlier, "old"],
      ])
    _ = try scout.query("delete from scout.silver_transactions where transaction_id = 'edge'")
    _ = try scout.query("delete from scout.silver_line_items where transaction_id = 'edge'")
    _ = try scout.refresh()
    #expect(firstDifference(values, try derived(scout)) == nil)
  }

  @Test func `the same content is a duplicate also when bronze no longer has it`() async throws {
    let folder = try TemporaryFolder()
    let path = folder["p.db"]
    let scout = try make("retention: {bronze: 1}\n", at: path)
    let first = saleOf(quantity: 1)
    _ = try await scout.ingest(.text(first, name: "a"))
    _ = try await scout.ingest(.text(saleOf(quantity: 2), name: "b"))
    // Two days later bronze goes.
    var configuration = Scout.Configuration(
      clock: .fixed(Timestamp(microseconds: sampleEnd.microseconds + 3 * 86_400_000_000)))
    configuration.project = try project("retention: {bronze: 1}\n")
    let later = try Scout.open(path, configuration: configuration)
    #expect(try later.retention(isDryRun: false).layers?.dropped.bronzeRecords == 2)
    #expect(try later.query("select count(*) from scout.bronze_transactions").texts == [["0"]])
    // The first version again must not undo its correction.
    #expect(try await later.ingest(.text(first, name: "c")).duplicates == 1)
    #expect(try later.query("select units from scout.silver_transactions").texts == [["2"]])
  }

  private func saleOf(quantity: Int) -> String {
    #"{"transaction_id":"T","store_id":"S1","ts":"2025-08-20T09:00:00+08:00","items":[{"sku":"A","#
      + #""brand":"B","category":"C","qty":\#(quantity),"unit_price":2.50}]}"# + "\n"
  }

  @Test func `a model that could not keep its values is named, and nothing is dropped`() async throws {
    let model = """
      /*---
      description: The rank of each line.
      grain: [transaction_id, line_no]
      columns:
        transaction_id: {type: text, description: Transaction.}
        line_no: {type: integer, description: Line.}
        place: {type: bigint, description: By amount.}
      ---*/
      select transaction_id, line_no, rank() over (order by net_amount) as place
      from scout.silver_line_items
      """
    let scout = try make("retention: {silver: 17}\n", [("schemas/shop/gold/ranks.sql", model)])
    _ = try await scout.ingest(.text(saleOf(quantity: 1).replacing("08-20", with: "08-02"), name: "a"))
    for isDryRun in [true, false] {
      let error = #expect(throws: DefinitionError.self) { try scout.retention(isDryRun: isDryRun) }
      #expect(
        error?.description.hasPrefix(
          "p/schemas/shop/gold/ranks.sql:1:1: retention cannot drop rows of scout.silver_line_items: shop.ranks would "
            + "be computed without them") == true)
    }
    #expect(try scout.query("select count(*) from scout.silver_transactions").texts == [["1"]])
  }

  @Test func `a materialized view of SQL keeps its values, and begins anew when it is made again`() async throws {
    let scout = try make("retention: {silver: 17}\n")
    func create(_ condition: String) throws {
      try scout.run(
        """
        create materialized view public.sold as
        select brand, sum(units) as units from scout.silver_line_items \(condition) group by brand
        """
      ) { _ in }
    }
    try create("")
    let old = saleOf(quantity: 5).replacing("08-20", with: "08-02").replacing(#""T""#, with: #""old""#)
    _ = try await scout.ingest(.text(old + saleOf(quantity: 1), name: "a"))
    #expect(try scout.retention(isDryRun: false).layers?.dropped.transactions == 1)
    #expect(try scout.query("select units from public.sold").texts == [["6"]])
    _ = try scout.refresh(isFull: true)
    #expect(try scout.query("select units from public.sold").texts == [["6"]])
    _ = try scout.query("drop materialized view public.sold")
    try create("where qty > 0")
    #expect(try scout.refresh(isFull: true).held.isEmpty)
    #expect(try scout.query("select units from public.sold").texts == [["1"]])
  }

  @Test func `a changed definition keeps the stored values, and says so`() async throws {
    let folder = try TemporaryFolder()
    let path = folder["p.db"]
    let retention = "retention: {silver: 17}\n"
    let scout = try make(retention, at: path, [("schemas/shop/gold/brands.sql", Self.brands)])
    _ = try await scout.ingest(.text(saleOf(quantity: 1).replacing("08-20", with: "08-02"), name: "a"))
    _ = try scout.retention(isDryRun: false)
    let values = try derived(scout)
    func open(_ files: [(String, String)]) throws -> Scout {
      var configuration = Scout.Configuration(clock: .fixed(sampleEnd))
      configuration.project = try project(retention, files)
      return try Scout.open(path, configuration: configuration)
    }
    let changed = Self.brands.replacing(
      "from scout.silver_line_items", with: "from scout.silver_line_items where qty > 0")
    let report = try open([("schemas/shop/gold/brands.sql", changed)]).refresh(isFull: true)
    let model = try #require(report.models.first { $0.relation == "shop.brands" })
    #expect(model.method == .held)
    #expect(
      model.reason
        == "the previous version stays: its definition changed, and retention dropped silver before 2025-08-15 that the "
        + "new one would need; give the new version another name")
    #expect(firstDifference(values, try derived(scout)) == nil)
    // Other columns cannot be had at all.
    let wider = Self.brands.replacing("first_day", with: "begin_day")
    #expect(throws: DefinitionError.self) { try open([("schemas/shop/gold/brands.sql", wider)]) }
    #expect(
      try open([("schemas/shop/gold/brands.sql", Self.brands)]).refresh(isFull: true).models.allSatisfy(\.isRefreshed))
    #expect(firstDifference(values, try derived(scout)) == nil)
  }
}
