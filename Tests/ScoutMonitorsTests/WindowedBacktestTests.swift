import PostgresDialect
import ScoutMonitors
import ScoutStorage
import ScoutTestSupport
import Testing

/// A backtest of a windowed monitor repeats what the sweeps did.
@Suite struct WindowedBacktestTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var yaml: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "same time of day",
      yaml: WindowedFixture.yaml(
        threshold: "2.5", window: "{hopping: 2h, every: 1h}", baseline: "{same_time_of_day: 7, at_least: 3}",
        when: "[units ratio >= threshold, units deviations >= 3]")),
    Case(
      name: "trailing with for, keep firing and cooldown",
      yaml: WindowedFixture.yaml(
        threshold: "5", baseline: "{trailing: 24h, exclude: 2h, average: median}", when: "[units rise >= threshold]",
        top: "for: 1h\nkeep_firing: 2h\ncooldown: 6h")),
    Case(
      name: "a drop with lateness",
      yaml: WindowedFixture.yaml(
        threshold: "3", window: "{tumbling: 3h}", baseline: "{same_time_of_day: 5}", when: "[units drop >= threshold]",
        rest: "lateness: 2h")),
    Case(
      name: "a detector",
      yaml: WindowedFixture.yaml(
        threshold: "4", baseline: "{trailing: 48h}", when: "[units ewma >= threshold]")),
  ]

  /// Each hour: sales of the last hour, some that are late by hours or days, some that are corrected or taken back.
  private func deliver(_ hour: Int, _ connection: Connection, _ random: inout SeededGenerator) throws {
    func sell(_ time: Int64, _ brand: String, _ units: Int64) throws {
      try connection.run(
        "insert into \"scout.sales\" values (?1, ?2, ?3, 100, 'x')", [.integer(time), .text(brand), .integer(units)])
    }
    let start = WindowedFixture.start.microseconds + Int64(hour) * 3_600_000_000
    for brand in ["Alaska", "Oishi", "Nestle", "JTI"] {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let spike = Int.random(in: 0..<60, using: &random) == 0
        let lull = Int.random(in: 0..<60, using: &random) == 0
        let offset = Int64.random(in: 0..<3_600_000_000, using: &random)
        let units = spike ? 60 : lull ? 0 : Int64.random(in: 3...9, using: &random)
        let late = Int.random(in: 0..<25, using: &random) == 0 ? Int64.random(in: 1...60, using: &random) : 0
        try sell(start + offset - late * 3_600_000_000, brand, units)
      }
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      try connection.run(
        """
        update "scout.sales" set units = units * ?1 where rowid = (select max(rowid) from "scout.sales") - ?2
        """, [.integer(Int64.random(in: 0...9, using: &random)), .integer(Int64.random(in: 0...200, using: &random))])
    }
    if Int.random(in: 0..<6, using: &random) == 0 {
      try connection.run(
        "delete from \"scout.sales\" where rowid = (select max(rowid) from \"scout.sales\") - ?1",
        [.integer(Int64.random(in: 0...200, using: &random))])
    }
  }

  @Test(arguments: cases) func `thirty days of live sweeps and a backtest over them give identical events`(
    _ example: Case
  ) throws {
    let fixture = try WindowedFixture(example.yaml)
    var random = SeededGenerator(seed: 42)
    var events = 0
    var revisions = 0
    let hours = example.name == Self.cases[0].name ? 720 : 360
    // Sweeps begin when there is some history.
    try fixture.database.write { connection in
      for hour in 0..<96 { try deliver(hour, connection, &random) }
    }
    for hour in 96...hours {
      fixture.clock.now = Timestamp(microseconds: WindowedFixture.start.microseconds + Int64(hour) * 3_600_000_000)
      let sweep = try fixture.database.write { connection in
        if hour > 96 { try deliver(hour - 1, connection, &random) }
        return try MonitorRunner().run(on: connection)
      }
      for case .failed(let error) in sweep.results.map(\.outcome) { Issue.record("\(error)") }
      revisions += sweep.results[0].revisions
    }
    events = Int(
      try fixture.texts("select count(*) from scout.platinum_monitor_events")[0].flatMap { Int($0) } ?? 0)
    let monitor = try fixture.database.read { try MonitorStore.all(on: $0)[0] }
    let backtest = try fixture.database.read { connection in
      try MonitorBacktest.runWindowed(
        monitor, from: Timestamp(microseconds: WindowedFixture.start.microseconds + 96 * 3_600_000_000),
        to: fixture.clock.now, every: .seconds(3600), on: connection)
    }
    let live = try fixture.database.read { connection in
      try connection.rows(
        """
        select incident_key, started_at, last_seen_at, resolved_at from "scout.platinum_monitor_incidents"
        order by started_at, incident_key, rowid
        """
      ).map { [$0[0].text, $0[1].integer?.description, $0[2].integer?.description, $0[3].integer?.description] }
    }
    let replayed = backtest.incidents.enumerated().sorted {
      ($0.element.startedAt, $0.element.key, $0.offset) < ($1.element.startedAt, $1.element.key, $1.offset)
    }.map { _, incident in
      [
        incident.key, incident.startedAt.microseconds.description, incident.lastSeenAt.microseconds.description,
        incident.resolvedAt?.microseconds.description,
      ]
    }
    #expect(backtest.ticks == hours - 95)
    #expect(replayed == live)
    #expect(backtest.revisions == revisions)
    #expect(backtest.events == events)
    #expect(live.count >= 2, "the case shows something: \(live.count) incidents, \(revisions) revisions")
    let rows = try fixture.database.read { try $0.eventRows() }
    #expect(rows.count >= backtest.incidents.count)
  }

  /// Sweeps between the windows, of which many have nothing to judge: what they skip must not matter.
  @Test(arguments: [(UInt64(3), 0), (4, 0), (3, 2)])
  func `sweeps that find nothing new skip nothing that matters`(_ seed: UInt64, _ number: Int) throws {
    let example = Self.cases[number]
    let fixture = try WindowedFixture(example.yaml)
    var random = SeededGenerator(seed: seed)
    let begin = WindowedFixture.start.microseconds
    try fixture.database.write { connection in
      for hour in 0..<96 { try deliver(hour, connection, &random) }
    }
    let step: Int64 = 1_200_000_000
    var revisions = 0
    for tick in 0...Int64(3 * 160) {
      fixture.clock.now = Timestamp(microseconds: begin + 96 * 3_600_000_000 + tick * step)
      try fixture.database.write { connection in
        // At the full hour its sales come; between, now and then, a row of an earlier one, or one goes away.
        if tick > 0, tick % 3 == 0 { try deliver(95 + Int(tick / 3), connection, &random) }
        if tick % 3 == 1, Bool.random(using: &random) {
          let back = Int64.random(in: 1...40, using: &random) * 3_600_000_000
          try connection.run(
            "insert into \"scout.sales\" values (?1, 'Oishi', ?2, 100, 'x')",
            [
              .integer(fixture.clock.now.microseconds - back),
              .integer(Int.random(in: 0..<5, using: &random) == 0 ? 60 : 2),
            ])
        }
        let sweep = try MonitorRunner().run(on: connection)
        for case .failed(let error) in sweep.results.map(\.outcome) { Issue.record("\(error)") }
        revisions += sweep.results[0].revisions
      }
    }
    let monitor = try fixture.database.read { try MonitorStore.all(on: $0)[0] }
    let backtest = try fixture.database.read { connection in
      try MonitorBacktest.runWindowed(
        monitor, from: Timestamp(microseconds: begin + 96 * 3_600_000_000), to: fixture.clock.now,
        every: .seconds(1200), on: connection)
    }
    let live = try fixture.database.read { connection in
      try connection.rows(
        """
        select incident_key, started_at, last_seen_at, resolved_at from "scout.platinum_monitor_incidents"
        order by started_at, incident_key, rowid
        """
      ).map { $0.map { $0.text ?? $0.integer?.description ?? "" } }
    }
    let replayed = backtest.incidents.enumerated().sorted {
      ($0.element.startedAt, $0.element.key, $0.offset) < ($1.element.startedAt, $1.element.key, $1.offset)
    }.map { _, incident in
      [
        incident.key, incident.startedAt.microseconds.description, incident.lastSeenAt.microseconds.description,
        incident.resolvedAt?.microseconds.description ?? "",
      ]
    }
    #expect(replayed == live, "seed \(seed)")
    #expect(backtest.revisions == revisions)
    #expect(live.count >= 2, "the case shows something: \(live.count)")
    if number == 0 { #expect(revisions > 0) }
  }

  @Test func `a backtest compares thresholds without touching the monitor`() throws {
    let fixture = try WindowedFixture(WindowedFixture.yaml())
    try fixture.fill(hours: 0..<48, units: 10)
    try fixture.fill(hours: 20..<21, units: 20)
    let monitor = try fixture.database.read { try MonitorStore.all(on: $0)[0] }
    let counts = try ["2", "3", "4"].map { threshold in
      try fixture.database.read { connection in
        try MonitorBacktest.runWindowed(
          monitor, from: WindowedFixture.start,
          to: Timestamp(microseconds: WindowedFixture.start.microseconds + 48 * 3_600_000_000), every: .seconds(3600),
          threshold: threshold, on: connection
        ).incidents.count
      }
    }
    #expect(counts == [1, 1, 0])
    #expect(try fixture.texts("select id from scout.platinum_monitor_incidents").isEmpty)
    #expect(try fixture.texts("select monitor_id from scout.platinum_monitor_progress").isEmpty)
  }
}
