import ScoutGenerator
import ScoutMonitors
import ScoutStorage
import Synchronization

/// Made-up weeks in a database in memory, for experiments.
struct LintWorld {
  /// What is delivered beside each sale.
  enum Copy: Hashable {
    /// The same sale in a store that does not exist otherwise.
    case twinStore
    /// The same sale in the same store, once more.
    case secondSale
  }

  struct Zone {
    var name: String
    var offsetMinutes: Int

    /// Neither changes its clocks.
    static let home = Zone(name: "Asia/Manila", offsetMinutes: 480)
    static let far = Zone(name: "America/Bogota", offsetMinutes: -300)
  }

  /// What tells a twin's name from its store's.
  static let twinMark: String = "~twin"

  private let scout: Scout
  private let clock: WorldClock
  /// Between these a monitor is asked.
  private let from: Timestamp
  private let to: Timestamp

  private final class WorldClock: Sendable {
    private let time = Mutex(Timestamp(microseconds: 0))
    var now: Timestamp {
      get { time.withLock { $0 } }
      set { time.withLock { $0 = newValue } }
    }
  }

  private init(_ definitions: Definitions, _ period: GeneratorConfiguration, _ zone: Zone) throws {
    let clock = WorldClock()
    self.clock = clock
    to = Timestamp(microseconds: Int64(period.end) * 1_000_000)
    from = Timestamp(microseconds: Int64(period.end - min(14, max(1, period.days / 3)) * 86_400) * 1_000_000)
    clock.now = Timestamp(microseconds: Int64(period.start) * 1_000_000)
    scout = try Scout.create(
      at: nil, timeZone: zone.name, secret: "lint",
      configuration: Scout.Configuration(clock: EngineClock(isSet: true) { clock.now }, definitions: definitions))
  }

  private static func period(_ options: LintOptions, _ zone: Zone) -> GeneratorConfiguration {
    var period = GeneratorConfiguration(
      startDate: GeneratorConfiguration.sample.startDate, days: options.days, stores: options.stores,
      transactionsPerStorePerDay: options.transactionsPerStorePerDay)
    period.seed = options.seed
    period.rates = .clean
    period.incidents = .plantedAll
    period.utcOffsetMinutes = zone.offsetMinutes
    return period
  }

  /// Weeks of ordinary sales, of which the last have one planted case for each shipped monitor.
  static func planted(
    _ definitions: Definitions, _ options: LintOptions, copies: [Copy] = [], zone: Zone = .home
  ) async throws -> LintWorld {
    let period = period(options, zone)
    let world = try LintWorld(definitions, period, zone)
    guard let catalogue = try definitions.catalogue() ?? Definitions.builtIn().catalogue() else { return world }
    let generator = try TransactionGenerator(period, catalogue: catalogue)
    let delivery = 6 * 3600
    var end = period.start + delivery
    var text = ""
    while let line = generator.nextLine() {
      while line.arrival >= end {
        try await world.deliver(text, at: end)
        text = ""
        end += delivery
      }
      let sale = String(decoding: line.bytes, as: UTF8.self)
      text += sale + "\n"
      for copy in copies {
        var other = marked(sale, "\"transaction_id\":\"")
        if copy == .twinStore { other = marked(other, "\"store_id\":\"") }
        text += other + "\n"
      }
    }
    try await world.deliver(text, at: end)
    _ = try world.scout.refresh()
    return world
  }

  /// Every quarter of an hour of every day each store sells the same four products.
  static func flat(_ definitions: Definitions, _ options: LintOptions) async throws -> LintWorld {
    let period = period(options, .home)
    let world = try LintWorld(definitions, period, .home)
    let products = [("Dairy", "A"), ("Dairy", "B"), ("Snacks", "C"), ("Snacks", "D")]
    let items = products.map { category, name in
      #"{"sku":"\#(name)-1","product_name":"\#(name) 1","brand":"\#(name)","category":"\#(category)","qty":2,"#
        + #""unit_price":10.00,"discount":0.00,"promo":false}"#
    }.joined(separator: ",")
    let zone = try TimeZoneRules(setting: Zone.home.name)
    var number = 0
    for delivery in stride(from: period.start, to: period.end, by: 6 * 3600) {
      var text = ""
      for quarter in stride(from: delivery, to: delivery + 6 * 3600, by: 900) {
        for sale in 0..<options.flatStores * options.flatTransactions {
          number += 1
          let store = sale % options.flatStores
          let time = Timestamp(microseconds: Int64(quarter + 30 + sale * 60 % 840) * 1_000_000).text(in: zone)
          text +=
            #"{"transaction_id":"F\#(number)","store_id":"F\#(store)","ts":"\#(time)","region":"R\#(store % 2)","#
            + #""suggestion_accepted":\#(sale < options.flatStores),"items":[\#(items)]}"# + "\n"
        }
      }
      try await world.deliver(text, at: delivery + 6 * 3600)
    }
    _ = try world.scout.refresh()
    return world
  }

  private func deliver(_ text: String, at time: Int) async throws {
    clock.now = Timestamp(microseconds: Int64(time) * 1_000_000)
    if text.isEmpty { return }
    _ = try await scout.ingest(.text(text, name: "sales.jsonl"), options: Scout.IngestOptions(source: "till"))
  }

  /// A record whose text field after `prefix` has the mark at its end.
  private static func marked(_ record: String, _ prefix: String) -> String {
    guard let start = record.range(of: prefix)?.upperBound, let end = record[start...].firstIndex(of: "\"") else {
      return record
    }
    return record[..<end] + twinMark + record[end...]
  }

  /// What a monitor says of these weeks.
  func backtest(_ monitor: StoredMonitor, every step: Duration) throws -> MonitorBacktest {
    if monitor.kind == "windowed" {
      clock.now = to
      return try scout.database.read {
        try MonitorBacktest.runWindowed(monitor, from: from, to: to, every: step, on: $0)
      }
    }
    return try MonitorBacktest.run(monitor, from: from, to: to, every: step) { tick, body in
      clock.now = tick
      try scout.database.read { try body($0) }
    }
  }

  // MARK: Buckets

  /// Of a relation: its rows, and the sums of its columns of numbers.
  struct Totals {
    var rows: Int64
    var sums: [String: Double]
  }

  /// The derived relations that have a row for each time of something.
  private func bucketed(_ connection: Connection) throws -> [(relation: Relation, time: String)] {
    try scout.definitions().models.models.compactMap { model in
      guard let relation = try connection.relation(model.qualifiedName), relation.kind != .view else { return nil }
      let time = relation.columns.first {
        relation.primaryKey.contains($0.name) && [.timestamptz, .timestamp].contains($0.type.base)
      }
      return time.map { (relation, $0.name) }
    }
  }

  private static func numbers(_ relation: Relation) -> [RelationColumn] {
    let types: Set<SQLType.Base> = [.int2, .int4, .int8, .numeric, .float4, .float8]
    return relation.columns.filter { types.contains($0.type.base) && !relation.primaryKey.contains($0.name) }
  }

  func totals() throws -> [String: Totals] {
    try scout.database.read { connection in
      var totals: [String: Totals] = [:]
      for (relation, _) in try bucketed(connection) {
        let columns = Self.numbers(relation)
        let list = ["count(*)"] + columns.map { "total(\(SQLitePrinter.quoted($0.name)))" }
        let row = try connection.rows(
          "select \(list.joined(separator: ", ")) from \(SQLitePrinter.quoted(relation.storageName))")[0]
        var sums: [String: Double] = [:]
        for (column, value) in zip(columns, row.dropFirst()) {
          if case .real(let sum) = value { sums[column.name] = sum }
        }
        totals[relation.qualifiedName] = Totals(rows: row[0].integer ?? 0, sums: sums)
      }
      return totals
    }
  }

  /// Cuts each bucket into three of equal length; what adds up is divided, the rest repeated.
  func splitBuckets(_ additive: [String: Set<String>]) throws {
    try scout.database.write { connection in
      for (relation, time) in try bucketed(connection) {
        guard let columns = additive[relation.qualifiedName] else { continue }
        let table = SQLitePrinter.quoted(relation.storageName)
        let quotedTime = SQLitePrinter.quoted(time)
        let width = try connection.value(
          """
          select min(gap) from (
            select t - lag(t) over (order by t) as gap from (select distinct \(quotedTime) as t from \(table)))
          """
        ).integer
        guard let width, width >= 3 else { continue }
        let parts = relation.columns.map { column -> String in
          let name = SQLitePrinter.quoted(column.name)
          if column.name == time { return "\(name) + part * \(width / 3)" }
          guard columns.contains(column.name) else { return name }
          return "case part when 0 then \(name) - 2 * (\(name) / 3) else \(name) / 3 end"
        }
        let names = relation.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
        try connection.run("create temp table lint_buckets as select \(names) from \(table)")
        try connection.run("delete from \(table)")
        try connection.run(
          """
          insert into \(table) (\(names)) select \(parts.joined(separator: ", ")) from lint_buckets,
            (select 0 as part union all select 1 union all select 2)
          """)
        try connection.run("drop table lint_buckets")
      }
    }
  }
}
