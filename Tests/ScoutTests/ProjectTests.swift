import Foundation
import Scout
import ScoutTestSupport
import Testing

/// Projects: definitions of users over the built-in ones.
@Suite struct ProjectTests {
  private static let model = """
    /*---
    description: Sales per brand.
    grain: [brand]
    columns:
      brand: {type: text, description: The brand.}
      units: {type: bigint, description: Pieces.}
    ---*/
    select brand, sum(units)::bigint as units
    from scout.gold_sales_daily
    group by brand
    """

  private func project(_ scoutYAML: String = "name: p\n", _ files: [(String, String)] = []) throws -> Project {
    try Project(
      folder: "p",
      files: ([(Project.fileName, scoutYAML)] + files).map { SchemaFile(path: $0.0, text: $0.1) })
  }

  private func make(_ project: Project?, at path: String? = nil) throws -> Scout {
    var configuration = Scout.Configuration(clock: .fixed(sampleEnd))
    configuration.project = project
    return try Scout.create(at: path, secret: "test", configuration: configuration)
  }

  private func open(_ path: String, _ project: Project? = nil) throws -> Scout {
    var configuration = Scout.Configuration(clock: .fixed(sampleEnd))
    configuration.project = project
    return try Scout.open(path, configuration: configuration)
  }

  private func sale(_ id: Int, quantity: Int = 1) -> String {
    #"{"transaction_id":"T\#(id)","store_id":"S1","ts":"2025-08-01T09:00:00+08:00","items":[{"sku":"A","#
      + #""brand":"B","category":"C","qty":\#(quantity),"unit_price":2.50}]}"# + "\n"
  }

  @Test func `a project adds, and the database keeps what it was given`() async throws {
    let folder = try TemporaryFolder()
    let path = folder["p.db"]
    let first = try make(nil, at: path)
    _ = try await first.ingest(.text(sale(1), name: "a"))
    let project = try project(
      "name: p\n",
      [
        ("schemas/shop/gold/brands.sql", Self.model),
        ("schemas/contracts/brands.yaml", "relation: shop.brands\ncontracts:\n  - unique: brand\n"),
        (
          "schemas/alerts.yaml",
          """
          alerts:
            - {name: dead_jobs, severity: warning, message: "{value}", query: select 1, above: 0}
            - {name: mine, severity: warning, message: "{value}", query: select 0, above: 0}
          """
        ),
      ])
    #expect(try open(path, project).refresh().models.contains { $0.relation == "shop.brands" && $0.isRefreshed })
    // Without the folder: the definitions are in the file.
    let scout = try open(path)
    #expect(try scout.query("select * from shop.brands").texts == [["B", "1"]])
    _ = try await scout.ingest(.text(sale(2, quantity: 4), name: "b"))
    _ = try scout.refresh()
    #expect(try scout.query("select * from shop.brands").texts == [["B", "5"]])
    #expect(try scout.contracts().contains { $0.label == "unique on shop.brands.brand" && $0.isActive })
    let alerts = try scout.alerts()
    #expect(alerts.first { $0.rule.name == "dead_jobs" }?.isActive == true)
    #expect(alerts.contains { $0.rule.name == "mine" } && alerts.contains { $0.rule.name == "monitor_failures" })
    #expect(try scout.project()?.name == "p")

    // What the next version no longer has is off; its table keeps its rows.
    let second = try open(path, try self.project("name: q\n"))
    #expect(try second.contracts().contains { $0.label == "unique on shop.brands.brand" && !$0.isActive })
    #expect(try !second.modelStates().contains { $0.relation == "shop.brands" })
    #expect(try second.query("select * from shop.brands").texts == [["B", "5"]])
  }

  @Test func `a project overrides by name`() async throws {
    let text = try #require(Schemas.file("scout/gold/gold_substitution_flows.sql")).text
      .replacing("count(*) as substitutions", with: "100 + count(*) as substitutions")
    let scout = try make(try project("name: p\n", [("schemas/scout/anything/gold_substitution_flows.sql", text)]))
    let line = sale(1).replacing("\"brand\"", with: "\"requested_sku\":\"Z\",\"brand\"")
    _ = try await scout.ingest(.text(line, name: "a"))
    _ = try scout.refresh()
    #expect(try scout.query("select substitutions from scout.gold_substitution_flows").texts == [["101"]])
    #expect(
      try scout.modelState("gold_substitution_flows").path == "p/schemas/scout/anything/gold_substitution_flows.sql")
  }

  @Test func `a project switches off, and on again`() throws {
    let folder = try TemporaryFolder()
    let path = folder["p.db"]
    let off = """
      name: p
      disabled:
        models: [scout.gold_basket_pairs, scout.rollup_basket_pairs]
        monitors: [demand_spike_brand]
        contracts: [scout.gold_sales_daily]
        alerts: [dead_jobs]
        policy: [small promotions]
      """
    _ = try make(nil, at: path)
    func state(_ scout: Scout) throws -> [Bool] {
      [
        try scout.modelStates().contains { $0.relation == "scout.gold_basket_pairs" },
        try scout.monitors().contains { $0.name == "demand_spike_brand" && $0.isEnabled },
        try scout.contracts().contains { $0.label.contains(" on scout.gold_sales_daily.") && $0.isActive },
        try scout.alertRules().contains { $0.name == "dead_jobs" },
        try scout.policy().rules.contains { $0.name == "small promotions" },
      ]
    }
    #expect(try state(open(path)) == [true, true, true, true, true])
    let project = try project(off)
    #expect(try state(open(path, project)) == [false, false, false, false, false])
    #expect(try state(open(path)) == [false, false, false, false, false])
    let whole = try open(path)
    // By hand, and so not the project's to change.
    let date = try #require(
      try whole.contracts().first { $0.label == "not_null on scout.silver_transactions.store_id" })
    #expect(try whole.setContract(date.id, isActive: false))
    #expect(try state(open(path, self.project("name: p\n"))) == [true, true, true, true, true])
    #expect(try open(path).contracts().first { $0.id == date.id }?.isActive == false)
    #expect(try Definitions(project: project).policy()?.hash != Definitions.builtIn().policy()?.hash)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var name: String
    var yaml = "name: p\n"
    var files: [(String, String)] = []
    var message: String
    var testDescription: String { name }
  }

  static let mistakes: [Mistake] = [
    Mistake(
      name: "an unknown key", yaml: "name: p\ndisable: {}\n",
      message:
        "p/scout.yaml:2:1: unknown key \"disable\"; expected one of name, time_zone, schemas, tests, retention, "
        + "disabled; did you mean \"disabled\"?"),
    Mistake(name: "no name", yaml: "time_zone: UTC\n", message: "p/scout.yaml:1:1: \"name\" is missing"),
    Mistake(
      name: "no YAML", yaml: "name: [p\n", message: "p/scout.yaml:2:1: did not find expected ',' or ']'"),
    Mistake(name: "a key twice", yaml: "name: p\nname: q\n", message: "p/scout.yaml:1:1: \"name\" appears twice"),
    Mistake(
      name: "a tab", yaml: "name: p\ndisabled:\n\tmodels: []\n",
      message: "p/scout.yaml:3:1: found character that cannot start any token"),
    Mistake(
      name: "a folder twice", yaml: "name: p\nschemas: [schemas, schemas/shop]\n",
      message: "p/scout.yaml:2:20: the folder \"schemas/shop\" is read already, as \"schemas\""),
    Mistake(
      name: "a reserved schema", files: [("schemas/pg_shop/gold/brands.sql", model)],
      message:
        "p/schemas/pg_shop/gold/brands.sql:1:1: unacceptable schema name \"pg_shop\"; The prefix \"pg_\" is reserved "
        + "for system schemas."),
    Mistake(
      name: "a bad zone", yaml: "name: p\ntime_zone: Manila\n",
      message: "p/scout.yaml:2:12: invalid value for parameter \"TimeZone\": \"Manila\"; write it like Asia/Manila"),
    Mistake(
      name: "a folder outside", yaml: "name: p\nschemas: [../other]\n",
      message:
        "p/scout.yaml:2:11: \"../other\" is no folder inside the project; write it like schemas or more/schemas"),
    Mistake(
      name: "bad days", yaml: "name: p\nretention: {silver: soon}\n",
      message: "p/scout.yaml:2:21: \"soon\" is no number of days from 1 to 36500"),
    Mistake(
      name: "an unknown monitor", yaml: "name: p\ndisabled: {monitors: [demand_spik_brand]}\n",
      message: "p/scout.yaml:2:23: there is no monitor \"demand_spik_brand\"; did you mean \"demand_spike_brand\"?"),
    Mistake(
      name: "a model that is needed", yaml: "name: p\ndisabled: {models: [scout.gold_store_daily]}\n",
      message:
        "p/scout.yaml:2:21: scout.platinum_features_store_performance reads scout.gold_store_daily; switch it off "
        + "too, or override it"),
    Mistake(
      name: "two models of one name",
      files: [("schemas/shop/gold/brands.sql", model), ("schemas/shop/platinum/brands.sql", model)],
      message:
        "p/schemas/shop/platinum/brands.sql:1:1: the relation shop.brands is defined in "
        + "p/schemas/shop/gold/brands.sql too; remove or rename one of them"),
    Mistake(
      name: "an unknown column",
      files: [("schemas/shop/gold/brands.sql", model.replacing("sum(units)", with: "sum(unit)"))],
      message:
        "p/schemas/shop/gold/brands.sql:8:19: column \"unit\" does not exist; Perhaps you meant to reference the column "
        + "\"gold_sales_daily.units\"."),
    Mistake(
      name: "an unknown relation",
      files: [("schemas/shop/gold/brands.sql", model.replacing("gold_sales_daily", with: "gold_sale_daily"))],
      message:
        "p/schemas/shop/gold/brands.sql:9:6: relation \"scout.gold_sale_daily\" does not exist; Perhaps you meant the "
        + "relation \"scout.gold_sales_daily\"."),
    Mistake(
      name: "a grain that is no column",
      files: [("schemas/shop/gold/brands.sql", model.replacing("[brand]", with: "[label]"))],
      message: "p/schemas/shop/gold/brands.sql:3:9: the grain names \"label\", which is none of the columns"),
    Mistake(
      name: "an unknown key of a model",
      files: [("schemas/shop/gold/brands.sql", model.replacing("description: Sales", with: "about: Sales"))],
      message:
        "p/schemas/shop/gold/brands.sql:2:1: unknown key \"about\"; expected one of description, grain, columns"),
    Mistake(
      name: "a stray file", files: [("schemas/notes.yaml", "x: y\n")],
      message:
        "p/schemas/notes.yaml:1:1: no definition lies here; expected <schema>/<layer>/<relation>.sql, "
        + "monitors/<name>.yaml, contracts/<name>.yaml, sources/<name>.yaml, masterdata/<name>.csv, alerts.yaml, "
        + "policy.yaml or stored_monitors.yaml"),
  ]

  @Test(arguments: mistakes) func `a mistake is named with its place before anything runs`(_ mistake: Mistake) throws {
    let error = #expect(throws: (any Error).self) {
      _ = try make(try project(mistake.yaml, mistake.files))
    }
    #expect("\(try #require(error))" == mistake.message)
  }

  @Test func `a grain that is not unique stops the refresh, and nothing changes`() async throws {
    let wrong = Self.model.replacing("sum(units)::bigint as units", with: "units").replacing("group by brand", with: "")
    let scout = try make(try project("name: p\n", [("schemas/shop/gold/brands.sql", wrong)]))
    let other = sale(2).replacing("S1", with: "S2")
    _ = try await scout.ingest(.text(sale(1) + other, name: "a"))
    let error = #expect(throws: DefinitionError.self) { try scout.refresh() }
    #expect(
      error?.description.hasPrefix("p/schemas/shop/gold/brands.sql:3:8: the rows are not unique by the grain (brand)")
        == true, "\(String(describing: error))")
    #expect(
      error?.description.hasSuffix("group by these columns, or add to the grain what else tells rows apart") == true)
    #expect(try scout.query("select count(*) from scout.gold_sales_daily").texts == [["0"]])
  }

  // MARK: Tests of projects

  private func outcomes(_ tests: String, _ files: [(String, String)] = []) async throws -> [ProjectTestReport.Outcome] {
    let project = try project("name: p\n", files + [("tests/all.yaml", tests)])
    return try await ProjectTestRunner(project).run().items.map(\.outcome)
  }

  @Test func `tests compare rows by value`() async throws {
    let found = try await outcomes(
      """
      tests:
        - name: numbers are equal by value, rows come in any order
          given:
            scout.gold_sales_daily:
              - {date: 2025-08-01, store_id: S1, brand: it's, promo_flag: false, units: 2, net_amount: 4.50}
              - {date: 2025-08-01, store_id: S2, brand: B, promo_flag: true, units: 3, net_amount: 1}
          query: select brand, net_amount, promo_flag from scout.gold_sales_daily
          expect:
            - {brand: B, net_amount: 1.0, promo_flag: true}
            - {brand: "it's", net_amount: 4.5, promo_flag: no}
        - name: a model over given rows
          given:
            scout.gold_sales_daily:
              - {date: 2025-08-01, store_id: S1, brand: B, promo_flag: false, units: 2}
              - {date: 2025-08-02, store_id: S1, brand: B, promo_flag: false, units: 3}
          query: select * from shop.brands
          expect: [{units: 5, brand: B}]
        - name: order counts where the query has one
          query: select n, null as nothing from generate_series(1, 2) n order by n
          expect: [{n: 2, nothing: null}, {n: 1, nothing: ~}]
        - name: what differs is shown
          query: select 1 as a union all select 3
          expect: [{a: 1}, {a: 2}]
        - name: columns have to be there
          query: select 1 as a, 2 as b
          expect: [{a: 1}]
        - name: a query that fails
          query: select nothing
          expect: []
        - name: a record that is refused
          given: {transactions: [{transaction_id: T1}]}
          query: select 1 as a
          expect: [{a: 1}]
        - name: time stands still
          now: 2025-08-09T09:00:00+08:00
          query: select now() at time zone 'Asia/Manila' as t
          expect: [{t: 2025-08-09 09:00:00}]
      """, [("schemas/shop/gold/brands.sql", Self.model)])
    #expect(found[0] == .passed && found[1] == .passed && found[7] == .passed, "\(found)")
    #expect(found[2] == .failed(["the rows come in another order: {n: 1, nothing: null} {n: 2, nothing: null}"]))
    #expect(found[3] == .failed(["- {a: 2}", "+ {a: 3}"]))
    #expect(found[4] == .failed(["row 1 of expect says nothing about the column \"b\""]))
    guard case .broken(let query) = found[5], case .broken(let record) = found[6] else {
      Issue.record("\(found)")
      return
    }
    #expect(query.contains("column \"nothing\" does not exist"))
    #expect(record.hasPrefix("transaction 1 of given is refused: "))
  }

  @Test func `a mistake in a test's file is named with its place`() async throws {
    for (tests, message) in [
      ("tests: 3\n", "p/tests/all.yaml:1:8: expected a list"),
      (
        "tests:\n  - {name: a, expects: []}\n",
        "p/tests/all.yaml:2:15: unknown key \"expects\"; expected one of name, now, given, query, monitor, expect; did "
          + "you mean \"expect\"?"
      ),
      ("tests:\n  - {name: a, expect: []}\n", "p/tests/all.yaml:2:5: expected either a query or a monitor"),
      (
        "tests:\n  - {name: a, query: select 1, now: 2025-08-09, expect: []}\n",
        "p/tests/all.yaml:2:37: \"2025-08-09\" is no time with an offset; write it like 2025-08-23T09:00:00+08:00"
      ),
      (
        "tests:\n  - {name: a, query: select 1, given: {sales: []}, expect: []}\n",
        "p/tests/all.yaml:2:40: write the relation with its schema, such as scout.gold_sales_daily"
      ),
    ] {
      let error = await #expect(throws: YAMLFileError.self) { _ = try await outcomes(tests) }
      #expect(error?.description == message)
    }
  }
}
