import FoundationEssentials
import ScoutSchemas

extension Project {
  /// Makes a folder with a project that works: an example of a model, a monitor, a contract and tests.
  ///
  /// - Throws: ``ScoutError`` `exists` when the folder is there and not empty, `unreadable` when it cannot be made.
  public static func scaffold(at folder: String, name: String? = nil) throws {
    if FileStatus.exists(folder) {
      let isEmpty =
        FileStatus.isDirectory(folder) && (try? FileManager.default.contentsOfDirectory(atPath: folder)) == []
      guard isEmpty else { throw ScoutError.exists(folder) }
    }
    let name = name ?? folder.split(separator: "/").last.map(String.init) ?? "my-project"
    do {
      for file in template(name) {
        let path = folder + "/" + file.path
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: URL(filePath: path))
      }
    } catch let error as CocoaError {
      throw ScoutError.unreadable(folder, reason: "the project cannot be made: \(error)")
    }
  }

  /// The files of an example project.
  static func template(_ name: String) -> [SchemaFile] {
    [
      SchemaFile(path: Self.fileName, text: projectFile(name)),
      SchemaFile(path: "schemas/shop/gold/gold_city_daily.sql", text: model),
      SchemaFile(path: "schemas/monitors/quiet_city.yaml", text: monitor),
      SchemaFile(path: "schemas/contracts/gold_city_daily.yaml", text: contract),
      SchemaFile(path: "tests/gold_city_daily.yaml", text: tests),
      SchemaFile(path: ".gitignore", text: "*.db\n*.db-wal\n*.db-shm\n*.checkpoint\n"),
    ]
  }

  private static func projectFile(_ name: String) -> String {
    let quoted = "\"" + name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    return """
      # The definitions in schemas/ are layered over the built-in ones: they add to them, and what has the name of a
      # built-in definition takes its place. docs/projects.md describes everything.

      name: \(quoted)

      # Of business dates, and of times without an offset.
      time_zone: Asia/Manila

      schemas: [schemas]
      tests: [tests]

      # Days of bronze and silver that `scout retention --apply` keeps; gold keeps its values. Left out: for ever.
      # retention:
      #   bronze: 90
      #   silver: 400

      # Built-in definitions that this project does without.
      disabled:
        models: []
        monitors: []
        contracts: []
        alerts: []
        policy: []

      """
  }

  private static let model = """
    /*---
    description: Sales per day and city.
    grain: [date, city]
    columns:
      date: {type: date, description: Business date in the project's time zone.}
      city: {type: text, nullable: true, description: City of the transaction.}
      transactions: {type: bigint, description: Transactions.}
      net_amount: {type: "numeric(14,2)", description: Pesos after discounts.}
    ---*/
    select
      business_date as date,
      city,
      count(*) as transactions,
      sum(net_amount)::numeric(14,2) as net_amount
    from scout.silver_transactions
    group by business_date, city

    """

  private static let monitor = """
    name: quiet_city
    description: A city sold yesterday less than half of what it sold a week before.
    severity: warn
    threshold: 0.5
    window_minutes: 1440
    key: [city]
    event:
      title: "{city} is quiet"
      description: "{value} pesos on {date}, after {baseline} a week before."
    sql: |
      select
        d.city,
        d.date,
        d.net_amount as value,
        w.net_amount as baseline,
        :threshold as "limit"
      from shop.gold_city_daily d
      join shop.gold_city_daily w on w.city = d.city and w.date = d.date - 7
      where d.date = (now() at time zone :time_zone)::date - 1
        and d.net_amount < :threshold * w.net_amount
      order by d.city

    """

  private static let contract = """
    relation: shop.gold_city_daily
    contracts:
      - unique: [date, city]
      - not_null: date
      - range: {column: transactions, min: 1}

    """

  private static let tests = """
    tests:
      - name: a city's day adds up
        given:
          transactions:
            - {transaction_id: T1, store_id: S1, ts: 2025-08-01T09:00:00+08:00, city: Cebu,
               items: [{sku: A, brand: Alaska, category: Dairy, qty: 2, unit_price: 45.00}]}
            - {transaction_id: T2, store_id: S2, ts: 2025-08-01T21:00:00+08:00, city: Cebu,
               items: [{sku: A, brand: Alaska, category: Dairy, qty: 1, unit_price: 45.00}]}
        query: select date, city, transactions, net_amount from shop.gold_city_daily
        expect:
          - {date: 2025-08-01, city: Cebu, transactions: 2, net_amount: 135.00}

      - name: a city that sells less than half is quiet
        now: 2025-08-09T09:00:00+08:00
        given:
          shop.gold_city_daily:
            - {date: 2025-08-01, city: Cebu, transactions: 10, net_amount: 1000}
            - {date: 2025-08-08, city: Cebu, transactions: 4, net_amount: 400}
            - {date: 2025-08-01, city: Davao, transactions: 10, net_amount: 1000}
            - {date: 2025-08-08, city: Davao, transactions: 6, net_amount: 600}
        monitor: quiet_city
        expect:
          - {city: Cebu, value: 400, baseline: 1000}

    """
}
