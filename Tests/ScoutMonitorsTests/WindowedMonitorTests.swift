import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

/// A database with one table of sales and one monitor over it.
struct WindowedFixture {
  let clock: TestClock
  let database: Database

  static func yaml(
    threshold: String = "3", measures: String = "{units: {sum: units}}", window: String = "{tumbling: 1h}",
    baseline: String? = "{trailing: 6h, at_least: 3}", when: String = "[units ratio >= threshold]", rest: String = "",
    top: String = "", name: String = "sales", source: String = "source: scout.sales", time: String = "ts"
  ) -> String {
    """
    name: \(name)
    description: What it watches.
    severity: warn
    threshold: \(threshold)
    \(top)
    windowed:
      \(source)
      time: \(time)
      by: [brand]
      measures: \(measures)
      window: \(window)
      \(baseline.map { "baseline: " + $0 } ?? "lateness: 0")
      when: \(when)
      \(rest)
    event:
      title: "{brand} is wrong"
      description: "from {window_start} to {window_end}"
    """
  }

  init(_ yaml: String? = nil, start: String = "2025-08-01 00:00:00+00") throws {
    clock = try TestClock(start)
    database = try goldDatabase(clock: clock)
    try database.write { connection in
      _ = try connection.execute(
        "create table scout.sales (ts timestamptz, brand text, units bigint, price numeric(12,2), buyer text)")
    }
    if let yaml { try add(yaml) }
  }

  func add(_ yaml: String, file: String = "sales") throws {
    try database.write { connection in
      let definition = try MonitorDefinition.read(
        yaml, file: "\(file).yaml", compiler: connection.compiler(parameters: MonitorDefinition.parameterTypes))
      _ = try MonitorStore.install([definition], on: connection)
    }
  }

  func sell(_ units: Int, _ brand: String = "Oishi", at time: String, price: String = "1.00") throws {
    try database.write { connection in
      _ = try connection.execute(
        "insert into scout.sales values ('\(time)', '\(brand)', \(units), \(price), '\(brand)-\(units)')")
    }
  }

  /// Sells the same each hour from the clock's start.
  func fill(hours: Range<Int>, units: Int, brand: String = "Oishi") throws {
    try database.write { connection in
      for hour in hours {
        try connection.run(
          "insert into \"scout.sales\" values (?1, ?2, ?3, 100, 'x')",
          [.integer(Self.start.microseconds + Int64(hour) * 3_600_000_000), .text(brand), .integer(Int64(units))])
      }
    }
  }

  static let start = (try? Timestamp("2025-08-01 00:00:00+00")) ?? Timestamp(microseconds: 0)

  @discardableResult
  func sweep(_ time: String) throws -> MonitorSweep {
    try clock.set(time)
    let sweep = try database.write { try MonitorRunner().run(on: $0) }
    for case .failed(let error) in sweep.results.map(\.outcome) { Issue.record("\(error)") }
    return sweep
  }

  func sweep(hour: Int) throws -> MonitorSweep {
    clock.now = Timestamp(microseconds: Self.start.microseconds + Int64(hour) * 3_600_000_000)
    return try database.write { try MonitorRunner().run(on: $0) }
  }

  func texts(_ sql: String) throws -> [String?] { try database.read { try $0.texts(sql) } }
}

@Suite struct WindowedMonitorTests {
  private static let quarter = "insert into \"scout.sales\" values (?1, ?2, ?3, 100, 'x')"

  @Test func `a window beyond its baseline fires once and ends`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml())
    try fixture.fill(hours: 0..<10, units: 10)
    #expect(try fixture.sweep(hour: 10).results[0].outcome == .ok)
    try fixture.fill(hours: 10..<12, units: 40)
    #expect(try fixture.sweep(hour: 11).eventsCreated == 1)
    let second = try fixture.sweep(hour: 12)
    // 40 against the mean of five times 10 and once 40.
    #expect(second.eventsCreated == 0 && second.results[0].resolvedKeys.count == 1)
    let rows = try fixture.database.read { try $0.eventRows() }
    #expect(
      rows == [
        [
          "brand": "Oishi", "window_start": "2025-08-01T10:00:00+00:00", "window_end": "2025-08-01T11:00:00+00:00",
          "value": "4", "limit": "3", "baseline": "10", "baseline_windows": "6", "units": "40", "units_baseline": "10",
        ]
      ])
    #expect(try fixture.texts("select title from scout.agent_feed") == ["Oishi is wrong"])
  }

  @Test func `a sweep with nothing to say writes nothing into the inbox`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml())
    try fixture.fill(hours: 0..<20, units: 10)
    for hour in 10..<20 { _ = try fixture.sweep(hour: hour) }
    #expect(try fixture.texts("select id from scout.agent_feed").isEmpty)
    #expect(try fixture.texts("select id from scout.platinum_monitor_events").isEmpty)
  }

  @Test func `a sweep judges every window since the last one`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml())
    try fixture.fill(hours: 0..<10, units: 10)
    _ = try fixture.sweep(hour: 10)
    try fixture.fill(hours: 10..<11, units: 40)
    try fixture.fill(hours: 11..<16, units: 10)
    let late = try fixture.sweep(hour: 16)
    #expect(late.eventsCreated == 1 && late.results[0].openKeys.isEmpty)
    #expect(try fixture.texts("select resolved_at from scout.platinum_monitor_incidents")[0] != nil)
  }

  // MARK: Life cycle

  @Test func `for waits, and a shorter breach is forgotten`() throws {
    let fixture = try WindowedFixture(
      WindowedFixture.yaml(baseline: "{fixed: 10}", rest: "", top: "for: 2h"))
    try fixture.fill(hours: 0..<1, units: 50)
    try fixture.fill(hours: 1..<2, units: 10)
    try fixture.fill(hours: 2..<6, units: 50)
    var events: [Int] = []
    for hour in 1...6 where try fixture.sweep(hour: hour).eventsCreated > 0 { events.append(hour) }
    // Breaches end at 1, 3, 4 and 5; held for two hours since 3.
    #expect(events == [5])
  }

  @Test func `keep firing bridges a gap and cooldown keeps quiet after the end`() throws {
    let fixture = try WindowedFixture(
      WindowedFixture.yaml(baseline: "{fixed: 10}", top: "keep_firing: 2h\ncooldown: 3h"))
    for hour in 0..<12 {
      try fixture.fill(hours: hour..<(hour + 1), units: [0, 2, 6, 7, 11].contains(hour) ? 50 : 10)
    }
    var events: [Int] = []
    var ends: [Int] = []
    for hour in 1...12 {
      let sweep = try fixture.sweep(hour: hour)
      if sweep.eventsCreated > 0 { events.append(hour) }
      if !sweep.results[0].resolvedKeys.isEmpty { ends.append(hour) }
    }
    // Breaches end at 1, 3, 7, 8 and 12. The gap at 2 is bridged; 5 is two hours after 3; 7 lies in the cooldown until 8.
    #expect(events == [1, 8, 12] || events == [1, 8])
    #expect(ends.first == 5)
  }

  @Test func `the state is in the database`() throws {
    let path = temporaryPath()
    defer { removeDatabase(path) }
    let clock = try TestClock("2025-08-01 00:00:00+00")
    var events: [Int] = []
    for hour in 0...5 {
      // Another process each time.
      let database = try goldDatabase(clock: clock, path: path)
      try database.write { connection in
        if hour == 0 {
          try connection.execute(
            "create table scout.sales (ts timestamptz, brand text, units bigint, price numeric(12,2), buyer text)")
          try connection.execute(
            "insert into scout.sales select timestamptz '2025-08-01 00:00:00+00' + h * interval '1 hour', 'Oishi', 50 from generate_series(0, 9) as h"
          )
          let definition = try MonitorDefinition.read(
            WindowedFixture.yaml(baseline: "{fixed: 10}", top: "for: 2h"), file: "sales.yaml",
            compiler: connection.compiler())
          try MonitorStore.install([definition], on: connection)
        }
      }
      clock.now = Timestamp(microseconds: WindowedFixture.start.microseconds + Int64(hour) * 3_600_000_000)
      if try database.write({ try MonitorRunner().run(on: $0) }).eventsCreated > 0 { events.append(hour) }
    }
    #expect(events == [3])
  }

  // MARK: Late data

  @Test func `late data that changes a past verdict gives one revision and no duplicate`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{fixed: 10}"))
    try fixture.fill(hours: 0..<6, units: 10)
    for hour in 3...6 { _ = try fixture.sweep(hour: hour) }
    #expect(try fixture.texts("select id from scout.platinum_monitor_events").isEmpty)
    try fixture.sell(25, at: "2025-08-01 03:30:00+00")
    let sweep = try fixture.sweep(hour: 6)
    #expect(sweep.results[0].revisions == 1 && sweep.eventsCreated == 1 && sweep.results[0].openKeys.isEmpty)
    #expect(
      try fixture.texts(
        "select payload -> 0 -> 'revision' ->> 'cause' from scout.platinum_monitor_events") == ["late data"])
    #expect(
      try fixture.texts(
        "select payload -> 0 -> 'revision' -> 'after' ->> 'units' from scout.platinum_monitor_events") == ["35"])
    #expect(try fixture.texts("select payload #> '{0,revision,before}' from scout.platinum_monitor_events") == ["null"])
    for hour in 6...8 { #expect(try fixture.sweep(hour: hour).eventsCreated == 0) }
    // And what was said wrongly is taken back.
    try fixture.database.write { _ = try $0.execute("delete from scout.sales where units = 25") }
    #expect(try fixture.sweep(hour: 8).results[0].revisions == 1)
    #expect(try fixture.texts("select id from scout.platinum_monitor_events").count == 2)
    #expect(try fixture.texts("select id from scout.agent_feed").count == 2)
  }

  @Test func `late data that changes no verdict says nothing`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{fixed: 10}"))
    try fixture.fill(hours: 0..<6, units: 10)
    for hour in 3...6 { _ = try fixture.sweep(hour: hour) }
    try fixture.sell(2, at: "2025-08-01 03:30:00+00")
    #expect(try fixture.sweep(hour: 7).results[0].outcome == .ok)
  }

  @Test func `a late row that makes the newest window wrong opens an incident`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{fixed: 10}"))
    try fixture.fill(hours: 0..<9, units: 10)
    for hour in 3...6 { _ = try fixture.sweep(hour: hour) }
    try fixture.sell(25, at: "2025-08-01 05:30:00+00")
    #expect(try fixture.sweep(hour: 6).results[0].openKeys.count == 1)
    #expect(try fixture.sweep(hour: 7).results[0].resolvedKeys.count == 1)
  }

  // MARK: Quantities and policies

  @Test(arguments: [
    ("[units value >= 41]", "{fixed: 10}", false), ("[units value >= 40]", "{fixed: 10}", true),
    ("[units ratio >= 4]", "{trailing: 6h}", true), ("[units ratio > 4]", "{trailing: 6h}", false),
    ("[units change >= 30]", "{trailing: 6h}", true), ("[units percent >= 301]", "{trailing: 6h}", false),
    ("[units percent >= 300]", "{previous: 2h}", true), ("[units baseline < 10]", "{trailing: 6h}", false),
    ("[units deviations >= 9.4]", "{trailing: 6h}", true), ("[units deviations >= 9.5]", "{trailing: 6h}", false),
    ("[units rise >= 6]", "{trailing: 6h}", true), ("[units drop >= 1]", "{trailing: 6h}", false),
    ("[units rise >= 6, units value < 40]", "{trailing: 6h}", false),
    ("[units ratio >= 4]", "{trailing: 6h, average: median}", true),
    ("[units ratio >= 4]", "{trailing: 3h, exclude: 9h}", false),
    ("[units ewma >= 3]", "{trailing: 40h}", true),
  ])
  func `conditions hold at their limits`(_ when: String, _ baseline: String, _ fires: Bool) throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: baseline, when: when))
    try fixture.fill(hours: when.contains("ewma") ? -100..<10 : 0..<10, units: 10)
    try fixture.fill(hours: 10..<11, units: 40)
    let sweep = try fixture.sweep(hour: 11)
    for case .failed(let error) in sweep.results.map(\.outcome) { Issue.record("\(error)") }
    #expect((sweep.eventsCreated == 1) == fires)
  }

  @Test(
    arguments: [
      ("{n: {count: rows}}", "n value = 2", 2.0), ("{n: {mean: units}}", "", 20),
      ("{n: {ratio: [price, units]}}", "", 0.1),
      ("{n: {min: units}}", "", 10), ("{n: {max: units}}", "", 30), ("{n: {distinct: buyer}}", "", 2),
      ("{n: {first: units}}", "", 10), ("{n: {last: units}}", "", 30), ("{n: {quantile: [units, 0.5]}}", "", 20),
      ("{n: {deviation: units}}", "", 14.142), ("{n: {sum: price}}", "", 4), ("{n: {rate: units}}", "", 40.0 / 3600),
    ] as [(String, String, Double)])
  func `measures measure`(_ measures: String, _: String, _ expected: Double) throws {
    let fixture = try WindowedFixture(
      WindowedFixture.yaml(
        measures: measures, baseline: nil,
        when: "[n value >= \(expected - 0.001), n value <= \(expected + 0.001)]"))
    try fixture.sell(10, at: "2025-08-01 03:10:00+00", price: "1.50")
    try fixture.sell(30, at: "2025-08-01 03:20:00+00", price: "2.50")
    #expect(try fixture.sweep(hour: 4).eventsCreated == 1)
  }

  @Test(arguments: [
    ("{hopping: 2h, every: 1h}", 3), ("{sliding: 2h}", 3), ("{session: 30m}", 2), ("{tumbling: 1h}", 2),
  ])
  func `windows of each shape`(_ window: String, _ count: Int) throws {
    let fixture = try WindowedFixture(
      WindowedFixture.yaml(
        measures: "{n: {count: rows}}", window: window, baseline: nil, when: "[n value >= \(count)]"))
    for time in ["02:50", "03:10", "03:20"] { try fixture.sell(1, at: "2025-08-01 \(time):00+00") }
    _ = try fixture.sweep(hour: 2)
    let sweep = try fixture.sweep(hour: 4)
    for case .failed(let error) in sweep.results.map(\.outcome) { Issue.record("\(error)") }
    #expect(sweep.eventsCreated == (window == "{session: 30m}" ? 1 : 1))
    #expect(sweep.results[0].newKeys == [#"{"brand": "Oishi"}"#])
  }

  @Test(arguments: [("zero", true), ("alert", true), ("keep", false), ("ok", false)])
  func `a window without rows`(_ policy: String, _ fires: Bool) throws {
    let fixture = try WindowedFixture(
      WindowedFixture.yaml(when: "[units ratio <= 0.1]", rest: "no_data: \(policy)"))
    try fixture.fill(hours: 0..<10, units: 10)
    _ = try fixture.sweep(hour: 10)
    #expect((try fixture.sweep(hour: 11).eventsCreated == 1) == fires)
  }

  @Test func `too little baseline is no verdict`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{trailing: 6h, at_least: 5}"))
    try fixture.fill(hours: 6..<10, units: 10)
    try fixture.fill(hours: 10..<11, units: 90)
    #expect(try fixture.sweep(hour: 11).eventsCreated == 0)
  }

  @Test func `severity follows how far it goes`() throws {
    let fixture = try WindowedFixture(
      WindowedFixture.yaml(baseline: "{fixed: 10}", rest: "severity_at: {error: 5}"))
    try fixture.fill(hours: 0..<1, units: 40)
    try fixture.fill(hours: 1..<2, units: 10)
    try fixture.fill(hours: 2..<3, units: 50)
    for hour in 1...3 { _ = try fixture.sweep(hour: hour) }
    #expect(
      try fixture.texts("select severity from scout.platinum_monitor_events order by occurred_at") == ["warn", "error"])
  }

  @Test func `an open incident of another monitor inhibits the news of the same key`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{fixed: 10}", top: "inhibited_by: [outage]"))
    try fixture.add(
      WindowedFixture.yaml(baseline: "{fixed: 10}", when: "[units value >= 30]", name: "outage"), file: "outage")
    try fixture.fill(hours: 0..<1, units: 40)
    try fixture.fill(hours: 1..<2, units: 40, brand: "Alaska")
    try fixture.database.write { connection in
      _ = try connection.execute("update scout.platinum_monitors set sql = sql where name = 'outage'")
    }
    #expect(try fixture.sweep(hour: 1).eventsCreated == 2)
    #expect(try fixture.texts("select payload ->> 'monitor' from scout.agent_feed") == ["outage"])
  }

  @Test func `windows of acknowledged incidents are no baseline`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{trailing: 4h, at_least: 2}"))
    try fixture.fill(hours: 0..<8, units: 10)
    try fixture.fill(hours: 8..<9, units: 90)
    try fixture.fill(hours: 9..<10, units: 10)
    try fixture.fill(hours: 10..<11, units: 40)
    for hour in 8...10 { _ = try fixture.sweep(hour: hour) }
    try fixture.database.write { _ = try $0.execute("update scout.platinum_monitor_events set acknowledged = true") }
    // With the 90 the mean would be 30.
    #expect(try fixture.sweep(hour: 11).eventsCreated == 1)
  }

  // MARK: What goes wrong

  @Test func `a clock that goes back is that monitor's error and disturbs no other`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml(baseline: "{fixed: 10}"))
    try fixture.fill(hours: 0..<8, units: 10)
    try fixture.database.write { try $0.addMonitor("plain", "select 'a' as brand") }
    _ = try fixture.sweep(hour: 8)
    let sweep = try fixture.sweep(hour: 5)
    #expect(sweep.failures.map(\.name) == ["sales"])
    #expect(
      try fixture.texts("select last_error from scout.platinum_monitors where name = 'sales'")[0]?
        .hasPrefix("55000: the clock went back: windows up to 2025-08-01 16:00:00+08 are judged already") == true)
    #expect(try fixture.sweep(hour: 9).failures.isEmpty)
  }

  @Test func `a source that goes away is that monitor's error`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml())
    try fixture.database.write { _ = try $0.execute("drop table scout.sales") }
    #expect(try fixture.sweep(hour: 5).failures.map(\.name) == ["sales"])
    #expect(
      try fixture.texts("select last_error from scout.platinum_monitors")[0]?
        .hasPrefix("42P01: relation \"scout.sales\" does not exist") == true)
  }

  @Test(arguments: [
    (
      "window: {tumbling: 1h}", "window: {tumbling: soon}",
      "tumbling is \"soon\"; expected a length such as 15m, 1h or 7d"
    ),
    (
      "when: [units ratio >= threshold]", "when: [unit ratio >= threshold]",
      "\"unit\" is no measure; did you mean \"units\"?"
    ),
    (
      "when: [units ratio >= threshold]", "when: [units ratoi >= threshold]",
      "\"ratoi\" is no quantity; expected value,"
    ),
    ("baseline: {trailing: 6h, at_least: 3}", "lateness: 0", "\"ratio\" needs a baseline"),
    ("{sum: units}", "{summ: units}", "did you mean \"sum\"?"),
    ("{sum: units}", "{sum: unitz}", "column \"unitz\" does not exist"),
    ("scout.sales", "scout.sale", "relation \"scout.sale\" does not exist"),
    ("at_least: 3", "at_least: 9", "the baseline has at most 6 windows, fewer than at_least"),
    ("time: ts", "tame: ts", "\"tame\" is no field of windowed"),
    ("{brand} is wrong", "{brnd} is wrong", "shows it; did you mean \"brand\"?"),
    ("by: [brand]", "by: brand", "by is a list"),
  ])
  func `a bad definition is refused with its place`(_ from: String, _ to: String, _ message: String) throws {
    let yaml = WindowedFixture.yaml().replacing(from, with: to)
    let fixture = try WindowedFixture()
    let error = #expect(throws: MonitorFileError.self) { try fixture.add(yaml) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("sales.yaml:1:1:") == false)
  }
}
