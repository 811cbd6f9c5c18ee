import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

/// A backtest says what the sweeps said.
@Suite struct BacktestTests {
  private static let query = """
    select brand, sum(units) as units from scout.hourly
    where ts > now() - :window_minutes * interval '1 minute' and ts <= now()
    group by brand having sum(units) >= :threshold order by brand
    """

  /// Thirty days of hourly sales, of which some are high.
  private func prepared(_ clock: TestClock) throws -> Database {
    let database = try goldDatabase(clock: clock)
    try database.write { connection in
      try connection.execute("create table scout.hourly (ts timestamptz, brand text, units bigint)")
      try connection.execute(
        """
        insert into scout.hourly (ts, brand, units)
        select timestamptz '2025-08-01 00:00:00+00' + h * interval '1 hour', b,
          case when (h * 7 + length(b) * 13) % 97 < 4 then 50 else 5 end
        from generate_series(0, 719) as h, unnest(array['Alaska', 'Oishi']) as b
        """)
      try connection.addMonitor("high", Self.query)
      try connection.execute("update scout.platinum_monitors set threshold = 40, window_minutes = 60")
    }
    return database
  }

  @Test func `thirty days of sweeps and a backtest over them give the same incidents`() throws {
    let clock = try TestClock("2025-08-01 00:00:00+00")
    let database = try prepared(clock)
    let start = clock.now
    let end = Timestamp(microseconds: start.microseconds + 719 * 3_600_000_000)
    let monitor = try database.read { try MonitorStore.all(on: $0)[0] }
    let backtest = try MonitorBacktest.run(monitor, from: start, to: end, every: .seconds(3600)) { time, body in
      clock.now = time
      try database.read { try body($0) }
    }
    var events = 0
    for hour in Int64(0)..<720 {
      clock.now = Timestamp(microseconds: start.microseconds + hour * 3_600_000_000)
      events += try database.write { try MonitorRunner().run(on: $0).eventsCreated }
    }
    let live = try database.read { connection in
      try connection.rows(
        """
        select incident_key, started_at, last_seen_at, resolved_at from "scout.platinum_monitor_incidents"
        order by started_at, incident_key
        """
      ).map { [$0[0].text, $0[1].integer?.description, $0[2].integer?.description, $0[3].integer?.description] }
    }
    let replayed = backtest.incidents.sorted { ($0.startedAt, $0.key) < ($1.startedAt, $1.key) }.map {
      [
        $0.key, $0.startedAt.microseconds.description, $0.lastSeenAt.microseconds.description,
        $0.resolvedAt?.microseconds.description,
      ]
    }
    #expect(backtest.ticks == 720 && backtest.events == events && live.count > 10)
    #expect(replayed == live)
  }

  @Test func `labels give precision, recall and delay`() throws {
    let clock = try TestClock("2025-08-01 00:00:00+00")
    let database = try prepared(clock)
    let monitor = try database.read { try MonitorStore.all(on: $0)[0] }
    let start = clock.now
    let end = Timestamp(microseconds: start.microseconds + 48 * 3_600_000_000)
    let backtest = try MonitorBacktest.run(monitor, from: start, to: end, every: .seconds(3600)) { time, body in
      clock.now = time
      try database.read { try body($0) }
    }
    let first = try #require(backtest.incidents.first)
    let before = Timestamp(microseconds: first.startedAt.microseconds - 60_000_000)
    let labels = [
      MonitorLabel(key: [:], start: before, end: first.startedAt),
      MonitorLabel(key: ["brand": "nobody"], start: start, end: end),
    ]
    let score = try MonitorScore(backtest, labels)
    #expect(score.recall == 0.5 && score.meanDelay == .seconds(60))
    #expect(score.rightIncidents >= 1 && score.incidents == backtest.incidents.count)
  }

  @Test func `a query that fails is counted at each tick, and a period without ticks is refused`() throws {
    let clock = try TestClock("2025-08-01 00:00:00+00")
    let database = try goldDatabase(clock: clock)
    try database.write { try $0.addMonitor("broken", "select * from scout.nowhere") }
    let monitor = try database.read { try MonitorStore.all(on: $0)[0] }
    let backtest = try MonitorBacktest.run(monitor, from: clock.now, to: clock.now, every: .seconds(60)) { _, body in
      try database.read { try body($0) }
    }
    #expect(backtest.failures == 1 && backtest.firstFailure?.hasPrefix("42P01") == true)
    #expect(throws: SQLError.self) {
      try MonitorBacktest.run(monitor, from: clock.now, to: clock.now, every: .zero) { _, _ in }
    }
  }

  @Test func `what a silence covers is recorded and kept out of the feed until it expires`() throws {
    let clock = try TestClock("2025-08-01 00:00:00+00")
    let database = try goldDatabase(clock: clock)
    let counts = try database.write { connection -> [[String?]] in
      try connection.addMonitor("wrong", "select 'Oishi' as brand union all select 'Alaska'")
      let end = Timestamp(microseconds: connection.now.microseconds + 3_600_000_000)
      try MonitorStore.silence("wrong", matcher: ["brand": "Oishi"], until: end, on: connection)
      _ = try MonitorRunner().run(on: connection)
      return try connection.execute(
        """
        select (select count(*) from scout.platinum_monitor_incidents), (select count(*) from scout.agent_feed),
          (select payload ->> 'row_count' from scout.agent_feed)
        """
      ).texts
    }
    #expect(counts == [["2", "1", "1"]])
    clock.now = Timestamp(microseconds: clock.now.microseconds + 3_600_000_000)
    #expect(try database.read { try MonitorStore.silences(on: $0).isEmpty })
  }
}
