import Foundation
import Scout
import ScoutTestSupport
import Testing

/// A model that violates a blocking contract keeps its previous version.
@Suite struct PublishingGateTests {
  private func sale(_ id: String, price: String = "2.50") -> String {
    #"{"transaction_id":"\#(id)","store_id":"S1","ts":"2025-08-01T09:00:00+08:00","items":[{"sku":"A","#
      + #""brand":"B","category":"C","qty":1,"unit_price":\#(price)}]}"# + "\n"
  }

  private func make(_ contract: String) throws -> Scout {
    var configuration = Scout.Configuration(clock: .fixed(sampleEnd))
    configuration.project = try Project(
      folder: "p",
      files: [
        SchemaFile(path: Project.fileName, text: "name: p\n"),
        SchemaFile(path: "schemas/contracts/limit.yaml", text: contract),
      ])
    return try Scout.create(at: nil, secret: "test", configuration: configuration)
  }

  private static let limit = """
    relation: scout.gold_brand_share_daily
    contracts:
      - range: {column: net_amount, max: 10}
        blocking: true
    """

  @Test func `the previous version stays, what reads it is held back, and all says why`() async throws {
    let scout = try make(Self.limit)
    _ = try await scout.ingest(.text(sale("T1"), name: "a"))
    _ = try scout.tick()
    _ = try await scout.ingest(.text(sale("T2", price: "20.00"), name: "b"))
    let first = try scout.tick().refresh
    #expect(
      first.held.map(\.relation) == [
        "scout.gold_brand_share_daily", "scout.platinum_features_sales_7d", "scout.platinum_brand_momentum",
      ])
    #expect(
      first.held.first?.reason
        == "the previous version stays: the new one violates range on scout.gold_brand_share_daily.net_amount in 1 row")
    #expect(
      first.held.last?.reason == "held back: scout.platinum_features_sales_7d kept its previous version")
    let amounts =
      "select (select net_amount from scout.gold_brand_share_daily), (select net_amount from "
      + "scout.platinum_features_sales_7d), (select sum(net_amount) from scout.gold_sales_daily)"
    #expect(try scout.query(amounts).texts == [["2.50", "2.50", "22.50"]])
    #expect(try scout.refreshHistory(relation: "scout.gold_brand_share_daily").first?.method == "held")

    // Told once, not at every sweep.
    _ = try scout.tick()
    let feed = "select severity, title from scout.agent_feed where source = 'refresh' order by title"
    #expect(
      try scout.query(feed).texts == [
        ["error", "scout.gold_brand_share_daily was not published"],
        ["error", "scout.platinum_brand_momentum was not published"],
        ["error", "scout.platinum_features_sales_7d was not published"],
      ])

    _ = try await scout.ingest(.text(sale("T2", price: "5.00"), name: "c"))
    #expect(try scout.tick().refresh.held.isEmpty)
    #expect(try scout.query(amounts).texts == [["7.50", "7.50", "7.50"]])
    #expect(
      try scout.query(feed + " desc limit 1").texts == [
        ["error", "scout.platinum_features_sales_7d was not published"]
      ])
    #expect(
      try scout.query("select count(*) from scout.agent_feed where severity = 'success' and source = 'refresh'").texts
        == [["3"]])
    #expect(try scout.refresher(try scout.models()).deviations().isEmpty)
  }

  @Test func `a blocking contract that cannot be checked holds back too`() async throws {
    let scout = try make(
      "relation: scout.gold_brand_share_daily\ncontracts:\n  - not_null: net_amont\n    blocking: true\n")
    _ = try await scout.ingest(.text(sale("T1"), name: "a"))
    let reason = try #require(try scout.refresh().held.first).reason
    #expect(reason.contains("cannot be checked: 42703") && reason.contains("Perhaps you meant \"net_amount\""))
  }

  @Test func `blocking is part of a contract's row`() throws {
    let contracts = try ContractFile.read(Self.limit, file: "f")
    #expect(contracts.map(\.isBlocking) == [true])
    let scout = try make(Self.limit)
    #expect(try scout.contracts().contains { (try? $0.contract.get()) == contracts[0] })
    for (text, message) in [
      ("blocking: maybe", "f:4:15: expected true or false"),
      ("blocking: true\n    severity: warn", "f:4:15: a blocking contract has the severity error"),
    ] {
      let yaml = "relation: a.b\ncontracts:\n  - not_null: c\n    " + text
      let error = #expect(throws: YAMLFileError.self) { try ContractFile.read(yaml, file: "f") }
      #expect(error?.description == message)
    }
  }
}
