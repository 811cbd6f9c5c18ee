import FoundationEssentials
import PostgresDialect
import ScoutMonitors
import ScoutStorage
import ScoutTestSupport
import Testing

/// One quarter of an hour of one brand.
struct Bucket {
  /// Counted from the epoch.
  var quarter: Int64
  var brand: String
  var units: Int64
  var transactions: Int64
}

extension Connection {
  func insert(_ buckets: [Bucket]) throws {
    for bucket in buckets {
      try run(
        "insert into \"scout.gold_sales_15min\" values (?1, ?2, ?3, ?3, 0, ?4, 1)",
        [
          .integer(bucket.quarter * 900_000_000), .text(bucket.brand), .integer(bucket.units),
          .integer(bucket.transactions),
        ])
    }
  }

  /// The rows of a shipped monitor, first run for its events; empty when it is silent.
  func fires(_ name: String) throws -> [[String: String]] {
    let definition = try shipped(name, on: self)
    try MonitorStore.install([definition], on: self)
    let sweep = try MonitorRunner().run(on: self)
    for case .failed(let error) in sweep.results.map(\.outcome) { Issue.record("\(error)") }
    let rows = definition.kind == "sql" ? try queriedRows(definition) : try eventRows()
    #expect(sweep.results[0].newKeys.isEmpty == rows.isEmpty)
    return rows
  }

  private func queriedRows(_ definition: MonitorDefinition) throws -> [[String: String]] {
    let result = try query(
      definition.sql,
      parameters: [
        "threshold": (.numeric, .text(definition.threshold.description)),
        "window_minutes": (.int4, .integer(Int64(definition.windowMinutes))),
        "time_zone": (.text, .text("Asia/Manila")),
      ])
    return result.texts.map { row in
      var named: [String: String] = [:]
      for (column, text) in zip(result.columns, row) { named[column.name] = text }
      return named
    }
  }

  /// The rows of all events, oldest first, with their values as texts.
  func eventRows() throws -> [[String: String]] {
    try rows("select payload from \"scout.platinum_monitor_events\" order by occurred_at, rowid").flatMap { row in
      try JSONDecoder().decode([[String: JSONScalar]].self, from: Data((row[0].text ?? "[]").utf8)).map {
        $0.compactMapValues(\.text)
      }
    }
  }
}

/// A scalar of JSON as text; nil for null and for what is none.
struct JSONScalar: Decodable {
  var text: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text
    } else if let truth = try? container.decode(Bool.self) {
      text = truth ? "true" : "false"
    } else if let integer = try? container.decode(Int64.self) {
      text = String(integer)
    } else if let number = try? container.decode(Double.self) {
      text = number.description
    }
  }
}

@Suite struct DemandSpikeTests {
  /// 2025-08-23 09:00 UTC, and a now() a little later.
  static let end = Int64(1_755_939_600 / 900)

  private func rows(_ buckets: [Bucket], now: String = "2025-08-23 09:07:30+00") throws -> [[String: String]] {
    let database = try goldDatabase(clock: TestClock(now))
    return try database.write { connection in
      try connection.insert(buckets)
      return try connection.fires("demand_spike_brand")
    }
  }

  /// Quarters of the tested hour and the same hour of days before: each with so many units and transactions.
  private func hours(
    brand: String = "Oishi", days: ClosedRange<Int64> = 1...28, before: (units: Int64, transactions: Int64) = (5, 3),
    tested: (units: Int64, transactions: Int64) = (20, 12)
  ) -> [Bucket] {
    var buckets: [Bucket] = []
    for day in [0] + Array(days) {
      let amount = day == 0 ? tested : before
      for quarter in (Self.end - 4 - day * 96)..<(Self.end - day * 96) {
        buckets.append(Bucket(quarter: quarter, brand: brand, units: amount.units, transactions: amount.transactions))
      }
    }
    return buckets
  }

  @Test func `four times the usual fires and explains itself`() throws {
    let rows = try rows(hours() + hours(brand: "Alaska", tested: (5, 3)))
    #expect(rows.count == 1)
    #expect(
      rows.first == [
        "brand": "Oishi", "window_start": "2025-08-23T08:00:00+00:00", "window_end": "2025-08-23T09:00:00+00:00",
        "value": "4", "limit": "3", "baseline": "20", "baseline_windows": "28", "units": "80", "units_baseline": "20",
        "transactions": "48", "transactions_baseline": "12",
      ])
  }

  @Test func `flat demand is silent`() throws { #expect(try rows(hours(tested: (5, 3))).isEmpty) }

  @Test func `the limit itself counts, one unit less does not`() throws {
    #expect(try rows(hours(tested: (15, 12))).count == 1)
    var less = hours(tested: (15, 12))
    less[0].units -= 1
    #expect(try rows(less).isEmpty)
  }

  @Test func `a bulk buyer is no demand`() throws {
    #expect(try rows(hours(before: (5, 7), tested: (50, 8))).isEmpty)
  }

  @Test func `fewer than 25 transactions are no evidence`() throws {
    #expect(try rows(hours(before: (5, 2), tested: (20, 6))).isEmpty)
    #expect(try rows(hours(before: (5, 2), tested: (20, 7))).count == 1)
  }

  @Test func `fourteen days of history are needed`() throws {
    #expect(try rows(hours(days: 1...13)).isEmpty)
    #expect(try rows(hours(days: 1...14)).first?["baseline_windows"] == "14")
  }

  @Test func `the tested window is not in its own baseline`() throws {
    // With it the mean would be (28 · 20 + 80) / 29.
    #expect(try rows(hours()).first?["baseline"] == "20")
  }

  @Test func `sales after the last quarter of an hour wait for the next window`() throws {
    let running = Bucket(quarter: Self.end, brand: "Oishi", units: 1000, transactions: 100)
    #expect(try rows(hours(tested: (5, 3)) + [running]).isEmpty)
    #expect(try rows(hours(tested: (5, 3)) + [running], now: "2025-08-23 09:15:00+00").count == 1)
  }

  @Test func `other hours of the day are no baseline`() throws {
    var buckets = hours()
    for day in Int64(1)...28 {
      buckets.append(Bucket(quarter: Self.end - day * 96, brand: "Oishi", units: 900, transactions: 90))
      buckets.append(Bucket(quarter: Self.end - day * 96 - 5, brand: "Oishi", units: 900, transactions: 90))
    }
    #expect(try rows(buckets).first?["baseline"] == "20")
  }

  @Test func `a day without sales in the window counts as zero`() throws {
    let kept = hours(days: 1...26).filter { (Self.end - 1 - $0.quarter) / 96 % 2 == 0 }
    let row = try rows(kept).first
    // The 26 days since the first sale, every second of them with 20 units.
    #expect(row?["baseline_windows"] == "26" && row?["baseline"] == "10")
  }

  @Test func `a window longer than a day skips the days that overlap it`() throws {
    let database = try goldDatabase(clock: TestClock("2025-08-23 09:00:00+00"))
    try database.write { connection in
      var buckets: [Bucket] = []
      for quarter in (Self.end - 31 * 96)..<Self.end {
        let isTested = quarter >= Self.end - 2 * 96
        buckets.append(
          Bucket(quarter: quarter, brand: "Oishi", units: isTested ? 12 : 3, transactions: isTested ? 6 : 2))
      }
      try connection.insert(buckets)
      try MonitorStore.install([try shipped("demand_spike_brand", on: connection)], on: connection)
      try connection.execute("update scout.platinum_monitors set window_minutes = 2880")
      #expect(try MonitorRunner().run(on: connection).eventsCreated == 1)
      #expect(
        try connection.texts("select payload -> 0 ->> 'baseline' from scout.platinum_monitor_events") == ["576"])
    }
  }

  @Test func `twice the stores change no ratio`() throws {
    let once = try rows(hours())[0]
    let doubled = hours().map {
      Bucket(quarter: $0.quarter, brand: $0.brand, units: $0.units * 2, transactions: $0.transactions * 2)
    }
    let twice = try rows(doubled)[0]
    #expect(once["value"] == twice["value"] && once["baseline_windows"] == twice["baseline_windows"])
    let flat = hours(before: (10, 30), tested: (20, 60))
    #expect(try rows(flat).isEmpty)
    #expect(
      try rows(
        flat.map {
          Bucket(quarter: $0.quarter, brand: $0.brand, units: $0.units * 2, transactions: $0.transactions * 2)
        }
      )
      .isEmpty)
  }

  // MARK: The slow twin

  /// The same verdict, straight from the description.
  private static func slowVerdict(_ buckets: [Bucket], brand: String) -> (fires: Bool, baseline: Double) {
    func sum(_ from: Int64, _ to: Int64, _ part: (Bucket) -> Int64) -> Double {
      Double(buckets.filter { $0.brand == brand && $0.quarter >= from && $0.quarter < to }.reduce(0) { $0 + part($1) })
    }
    let (from, to) = (end - 4, end)
    let all = (1...28).map { Int64($0) * 96 }
    // A day is known from the first one on that has a sale in that hour.
    guard
      let oldest = all.last(where: { day in
        buckets.contains { $0.brand == brand && $0.quarter >= from - day && $0.quarter < to - day }
      })
    else { return (false, 0) }
    let days = all.filter { $0 <= oldest }
    let count = Double(days.count)
    let units = days.map { sum(from - $0, to - $0, \.units) }
    let mean = units.reduce(0, +) / count
    let transactions = days.map { sum(from - $0, to - $0, \.transactions) }.reduce(0, +) / count
    let deviation = (units.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    let (x, n) = (sum(from, to, \.units), sum(from, to, \.transactions))
    let z = (x - mean) / max(deviation, mean.squareRoot(), 1)
    return (days.count >= 14 && n >= 25 && x >= 3 * mean && n >= 2.5 * transactions && z >= 4, mean)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func `the monitor agrees with its slow twin`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var buckets: [Bucket] = []
    let brands = (1...12).map { "Brand \($0)" }
    for (index, brand) in brands.enumerated() {
      let days = Int64.random(in: 10...32, using: &random)
      let strength = Double.random(in: 2...5, using: &random)
      for day in 0...days {
        for quarter in (Self.end - 8 - day * 96)..<(Self.end + 2 - day * 96)
        where Bool.random(using: &random) || index % 3 > 0 {
          let transactions = Int64.random(in: 1...5, using: &random)
          let units = transactions + Int64.random(in: 0...3, using: &random)
          let factor = day == 0 ? strength : 1
          buckets.append(
            Bucket(
              quarter: quarter, brand: brand, units: Int64(Double(units) * factor),
              transactions: Int64(Double(transactions) * factor)))
        }
      }
    }
    let found = try rows(buckets)
    for brand in brands {
      let (fires, baseline) = Self.slowVerdict(buckets, brand: brand)
      let row = found.first { $0["brand"] == brand }
      #expect((row != nil) == fires, "seed \(seed), \(brand)")
      if let text = row?["baseline"], let shown = Double(text) {
        #expect(abs(shown - baseline) <= 0.005 + 1e-9, "seed \(seed), \(brand)")
      }
    }
  }
}
