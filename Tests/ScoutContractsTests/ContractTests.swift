import PostgresDialect
import ScoutContracts
import ScoutStorage
import ScoutYAML
import Testing

/// Contracts on small tables: what each check finds, what a sample shows, and how violations come and go.
@Suite struct ContractTests {
  private func database(_ script: String = "") throws -> Database {
    let database = try Database(
      path: nil,
      configuration: Database.Configuration(clock: .fixed(Timestamp("2025-08-23 09:00:00+00")), identifiers: .seeded(1))
    )
    try database.write { connection in
      try connection.execute(
        """
        create table shop (id int, name text, city text, price numeric(8,2), sold_at timestamptz, phone text);
        create table city (name text primary key);
        insert into city values ('Cebu'), ('Davao');
        insert into shop values
          (1, 'Aling Nena', 'Cebu', 10, '2025-08-23 08:00+00', null),
          (2, 'Aling Rosa', 'Manila', -1, '2025-08-20 08:00+00', 'call 0917-123-4567'),
          (2, null, null, 0, null, 'rosa@example.com'),
          (null, 'aling nena', 'Davao', 99.5, '2025-08-01 08:00+00', '12345678901234567890');
        \(script)
        """)
      return ()
    }
    return database
  }

  private func outcome(_ yaml: String) throws -> ContractResult.Outcome {
    let contracts = try ContractFile.read("relation: public.shop\ncontracts:\n  - \(yaml)", file: "c.yaml")
    return try database().read { ContractRunner($0).check(contracts[0]).outcome }
  }

  @Test(arguments: [
    ("not_null: id", 1), ("not_null: price", 0), ("positive: price", 2), ("unique: id", 2), ("unique: [id, name]", 0),
    ("accepted_values: {column: city, values: [Cebu, Davao]}", 1), ("range: {column: price, min: 0, max: 50}", 2),
    ("range: {column: sold_at, min: '2025-08-10'}", 1), ("pattern: {column: name, matches: '^Aling '}", 1),
    ("relationship: {column: city, to: public.city.name}", 1), ("row_count: {min: 5}", 1), ("row_count: {max: 4}", 0),
    ("freshness: {column: sold_at, max_age: 2 hours}", 0), ("freshness: {column: sold_at, max_age: 30 minutes}", 1),
    ("share: {condition: city is not null, min: 0.75}", 0), ("share: {condition: city is not null, min: 0.8}", 1),
    ("custom: select * from shop where price > 50;", 1), ("pii_free: phone", 2), ("pii_free: true", 2),
    ("schema: {columns: {id: integer, price: numeric}}", 0),
    ("schema: {columns: {id: bigint, colour: text}, others: forbidden}", 7),
    ("not_null: id\n    tolerance: 1", 0), ("not_null: id\n    tolerance: 24%", 1),
    ("not_null: id\n    tolerance: 25%", 0),
  ])
  func `finds the wrong rows`(yaml: String, rows: Int64) throws {
    switch try outcome(yaml) {
    case .kept: #expect(rows == 0)
    case .violated(let found, _, _): #expect(found == rows)
    case .failed(let reason): Issue.record("\(yaml): \(reason)")
    }
  }

  @Test func `many wrong rows are worse than a few`() throws {
    func severity(_ yaml: String) throws -> Contract.Severity? {
      if case .violated(_, let severity, _) = try outcome(yaml) { severity } else { nil }
    }
    #expect(try severity("positive: price\n    severity: warn\n    error_over: 2") == .warn)
    #expect(try severity("positive: price\n    severity: warn\n    error_over: 49%") == .error)
  }

  @Test func `a sample shows no personal data`() throws {
    for yaml in ["unique: id", "pii_free: phone", "custom: select name, 'ask ' || phone as note from shop"] {
      guard case .violated(_, _, let sample) = try outcome(yaml) else {
        Issue.record("\(yaml) is kept")
        continue
      }
      #expect(!sample.contains("0917") && !sample.contains("rosa@"), "\(sample)")
      #expect(sample.hasPrefix("[{"), "\(sample)")
    }
  }

  @Test func `a contract that cannot be checked says why`() throws {
    func reason(_ yaml: String) throws -> String {
      if case .failed(let reason) = try outcome(yaml) { reason } else { "" }
    }
    #expect(try reason("not_null: nam").contains("column \"nam\" of relation \"public.shop\" does not exist"))
    #expect(try reason("not_null: nam").contains("\"name\""))
    #expect(try reason("custom: select frob from shop").hasPrefix("42703"))
    #expect(try reason("range: {column: price, min: cheap}").hasPrefix("22P02"))
  }

  @Test(arguments: [
    ("contracts: []", "c.yaml:1:1: \"relation\" is missing"),
    (
      "relation: shop\ncontracts: []", "c.yaml:1:11: write the relation with its schema, such as scout.gold_sales_daily"
    ),
    ("relation: a.b\ncontracts:\n  - severity: warn", "c.yaml:3:5: expected exactly one check of"),
    ("relation: a.b\ncontracts:\n  - pattern: {column: x, matches: '['}", "c.yaml:3:35: "),
    ("relation: a.b\ncontracts:\n  - not_null: x\n    tolerance: few", "c.yaml:4:16: expected a number of rows"),
  ])
  func `a mistake in a file has its place`(yaml: String, message: String) {
    let error = #expect(throws: YAMLFileError.self) { try ContractFile.read(yaml, file: "c.yaml") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func `rows of the table and files say the same`() throws {
    let yaml = """
      relation: public.shop
      contracts:
        - not_null: id
        - unique: [id, name]
        - accepted_values: {column: city, values: [Cebu]}
          severity: warn
        - range: {column: price, min: 0, max: 50}
        - pattern: {column: name, matches: '^A'}
          tolerance: 3
          error_over: 5.5%
        - relationship: {column: city, to: public.city.name}
        - row_count: {min: 5}
        - freshness: {column: sold_at, max_age: 2 days}
        - share: {condition: id > 0, min: 0.5}
        - custom: select 1
        - pii_free: true
        - schema: {columns: {id: integer}, others: forbidden}
      """
    let contracts = try ContractFile.read(yaml, file: "c.yaml")
    let database = try database()
    let stored = try database.write { connection in
      let store = ContractStore(connection)
      #expect(try store.install(contracts) == contracts.count)
      #expect(try store.install(contracts) == 0)
      return try store.contracts().map { try $0.contract.get() }
    }
    #expect(stored == contracts)
  }

  @Test func `a violation has a history, and another one hides nothing`() throws {
    let database = try database(
      """
      insert into scout.gold_contracts (table_name, column_name, check_type, check_expression) values
        ('public.shop', 'id', 'not_null', null), ('public.shop', 'x', 'frobnicate', null),
        ('public.nowhere', 'id', 'not_null', null), ('public.shop', 'price', 'positive', null);
      """)
    func verify(_ before: String = "") throws -> [String] {
      try database.write { connection in
        if !before.isEmpty { try connection.execute(before) }
        return try ContractRunner(connection).verify().items.map { item in
          let outcome =
            switch item.outcome {
            case .kept: "kept"
            case .violated(let rows, _, _): "\(rows)"
            case .failed: "failed"
            }
          return outcome + (item.isNew ? " new" : "") + (item.isResolved ? " resolved" : "")
        }
      }
    }
    #expect(try verify() == ["1 new", "failed", "failed", "2 new"])
    #expect(try verify() == ["1", "failed", "failed", "2"])
    #expect(try verify("update shop set price = 5 where price = 0") == ["1", "failed", "failed", "1 new"])
    #expect(try verify("delete from shop where id is null") == ["kept resolved", "failed", "failed", "1"])
    #expect(try verify("insert into shop default values") == ["1 new", "failed", "failed", "1"])
    let counts = try database.read { connection in
      try connection.query(
        """
        select (select count(*) from scout.contract_violations), (select count(*) from scout.contract_history),
          (select count(*) from scout.contract_history where resolved_at is null)
        """
      ).texts[0]
    }
    #expect(counts == ["4", "3", "2"])
  }
}

/// The Open Data Contract Standard.
@Suite struct OpenDataContractTests {
  private let document = """
    apiVersion: v3.1.0
    kind: DataContract
    id: shops
    version: 1.0.0
    status: active
    schema:
      - name: shops
        physicalName: public.shop
        properties:
          - name: id
            required: true
            unique: true
            physicalType: int
          - name: city
            logicalTypeOptions: {maxLength: 20, pattern: "^[A-Z]"}
            quality:
              - metric: invalidValues
                arguments: {validValues: [Cebu, Davao]}
                mustBeLessOrEqualTo: 5
                unit: percent
                severity: warning
        quality:
          - metric: rowCount
            mustBeGreaterThan: 3
          - type: sql
            query: select count(*) from ${object} where price < 0
            mustBe: 0
          - type: text
            description: nice shops
          - type: custom
            engine: soda
    slaProperties:
      - {property: freshness, value: 2, unit: d, element: shops.sold_at}
      - {property: retention, value: 3, unit: y}
    """

  @Test func `is read as far as it can be executed, and the rest is listed`() throws {
    let result = try OpenDataContract.read(document, file: "shops.yaml")
    #expect(
      result.contracts.map(\.label) == [
        "not_null on public.shop.id", "unique on public.shop.id", "pattern on public.shop.city",
        "accepted_values on public.shop.city", "schema on public.shop", "row_count on public.shop",
        "custom on public.shop", "freshness on public.shop.sold_at",
      ])
    #expect(result.contracts[3].tolerance == .share(0.05) && result.contracts[3].severity == .warn)
    #expect(result.contracts[5].check == .rowCount(minimum: 4, maximum: nil))
    #expect(
      result.skipped.map { $0.split(separator: " ", maxSplits: 1).last.map(String.init) ?? "" } == [
        "logicalTypeOptions.maxLength", "a rule of the type text", "a rule of the type custom",
        "the service level retention",
      ])
    #expect(result.skipped[0].hasPrefix("shops.yaml:15:"))
    #expect(throws: YAMLFileError.self) { try OpenDataContract.read("a: 1", file: "x") }
  }

  @Test func `what is written is read again`() throws {
    let contracts = try OpenDataContract.read(document, file: "a").contracts.filter { $0.check.type != "custom" }
    let again = try OpenDataContract.read(OpenDataContract.write(contracts, id: "shops"), file: "b")
    #expect(Set(again.contracts) == Set(contracts))
    #expect(again.skipped == [])
  }
}
