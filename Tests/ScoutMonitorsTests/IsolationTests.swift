import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Synchronization
import Testing

@Suite struct IsolationTests {
  let clock: TestClock
  let database: Database
  /// Five milliseconds pass at every look, so that a query without an end is stopped after a thousand of them.
  let runner: MonitorRunner

  init() throws {
    clock = try TestClock("2025-08-23 09:00:00+00")
    let looks = Mutex(0)
    runner = MonitorRunner(
      stopwatch: Stopwatch {
        looks.withLock { looks in
          looks += 1
          return .milliseconds(5 * looks)
        }
      })
    database = try goldDatabase(clock: clock, runner: runner)
  }

  static let broken: [(name: String, sql: String, state: String)] = [
    ("missing_table", "select brand from scout.gold_sales_hourly", "42P01"),
    ("runbook", "SELECT ...", "42601"),
    (
      "endless", "with recursive t(n) as (values (1::numeric) union all select n + 1 from t) select max(n) from t",
      "57014"
    ),
    ("too_many_rows", "select n from generate_series(1, 10001) as n", "54000"),
    ("writes", "delete from scout.agent_feed", "42601"),
    ("two", "select 1; delete from scout.agent_feed", "42601"),
    ("runs_the_monitors", "select scout.run_monitors()", "25006"),
    ("divides", "select 1 / (window_minutes - 60) from scout.platinum_monitors", "22012"),
    ("no_parameter", "select :limit", "42P02"),
  ]

  @Test(arguments: broken) func `a broken monitor in the middle stops nobody`(
    _ monitor: (name: String, sql: String, state: String)
  ) throws {
    try database.write { connection in
      try connection.addMonitor("before", "select 'b' as name")
      try connection.addMonitor(monitor.name, monitor.sql)
      try connection.addMonitor("after", "select 'a' as name")
      let sweep = try runner.run(on: connection)
      #expect(sweep.results.map(\.name) == ["before", monitor.name, "after"])
      #expect(sweep.eventsCreated == 2)
      guard case .failed(let error) = sweep.results[1].outcome else {
        Issue.record("\(sweep.results[1].outcome)")
        return
      }
      #expect(error.state.rawValue == monitor.state)
      let row = try connection.execute(
        "select consecutive_failures, last_error, last_run_at from scout.platinum_monitors where id = 2"
      ).texts[0]
      #expect(row[0] == "1" && row[2] == "2025-08-23 09:00:00+00")
      #expect(row[1]?.hasPrefix("\(monitor.state): ") == true)
      // The connection writes again, and nothing of the broken monitor stays.
      #expect(try connection.texts("select count(*) from scout.agent_feed") == ["2"])
    }
  }

  @Test func `ten thousand rows are still fine`() throws {
    try database.write { connection in
      try connection.addMonitor("many", "select n from generate_series(1, 10000) as n")
      #expect(try runner.run(on: connection).results[0].rowCount == 10_000)
    }
  }

  @Test func `failures are counted, a success forgets them, and open incidents survive`() throws {
    func failures(_ connection: Connection) throws -> [[String?]] {
      try connection.execute("select consecutive_failures, last_error from scout.platinum_monitors").texts
    }
    try database.write { connection in
      try connection.addMonitor("m", "select 'x' as name")
      #expect(try runner.run(on: connection).eventsCreated == 1)
      try connection.execute("update scout.platinum_monitors set sql = 'select nme from scout.agent_feed'")
      for count in 1...4 {
        _ = try runner.run(on: connection)
        #expect(try failures(connection) == [["\(count)", "42703: column \"nme\" does not exist (line 1, column 8)"]])
      }
      #expect(try connection.texts("select resolved_at from scout.platinum_monitor_incidents") == [nil])
      try connection.execute("update scout.platinum_monitors set sql = 'select ''x'' as name'")
      #expect(try runner.run(on: connection).results[0].outcome == .unchanged)
      #expect(try failures(connection) == [["0", nil]])
    }
  }

  @Test func `a monitor that cannot store its event leaves no half of it`() throws {
    try database.write { connection in
      try connection.addMonitor("m", "select 'x' as name")
      try connection.run(
        """
        create trigger refuse before insert on "scout.agent_feed" begin select raise(abort, 'no room in the feed'); end
        """)
      #expect(try runner.run(on: connection).failures.count == 1)
      #expect(try connection.texts("select count(*) from scout.platinum_monitor_events") == ["0"])
      try connection.run("drop trigger refuse")
      #expect(try runner.run(on: connection).eventsCreated == 1)
    }
  }

  @Test func `the function of SQL returns the number of events`() throws {
    try database.write { connection in
      try connection.addMonitor("one", "select 'x' as name")
      try connection.addMonitor("two", "select 'y' as name")
      try connection.addMonitor("none", "select 'z' as name where false")
      #expect(try connection.texts("select scout.run_monitors()") == ["2"])
      #expect(try connection.texts("select scout.run_monitors()") == ["0"])
    }
    let error = #expect(throws: SQLError.self) { try database.read { try $0.query("select scout.run_monitors()") } }
    #expect(error?.state == .readOnlyTransaction)
  }

  @Test func `a monitor that is off rests, and a name must exist`() throws {
    try database.write { connection in
      try connection.addMonitor("on", "select 'x' as name")
      try connection.addMonitor("off", "select 'y' as name")
      try connection.execute("update scout.platinum_monitors set is_enabled = false where name = 'off'")
      #expect(try runner.run(on: connection).results.map(\.name) == ["on"])
      #expect(try runner.run(on: connection, only: ["on"]).results.map(\.name) == ["on"])
      let off = #expect(throws: SQLError.self) { try runner.run(on: connection, only: ["off"]) }
      #expect(off?.state == .objectNotInPrerequisiteState)
      let unknown = #expect(throws: SQLError.self) { try runner.run(on: connection, only: ["onn"]) }
      #expect(unknown?.state == .undefinedObject && unknown?.hint == "Perhaps you meant \"on\".")
    }
  }

  @Test func `the query sees its threshold and window`() throws {
    try database.write { connection in
      try connection.addMonitor("m", "select 'x' as name, :threshold as t, :window_minutes as w where :threshold > 2")
      #expect(try runner.run(on: connection).results[0].outcome == .ok)
      try connection.execute("update scout.platinum_monitors set threshold = 2.5, window_minutes = 30")
      #expect(try runner.run(on: connection).eventsCreated == 1)
      #expect(
        try connection.texts("select payload from scout.platinum_monitor_events")
          == [#"[{"t": 2.5, "w": 30, "name": "x"}]"#])
    }
  }

  @Test func `durations come from the stopwatch`() throws {
    try database.write { connection in
      try connection.addMonitor("m", "select 'x' as name")
      #expect(try runner.run(on: connection).results[0].duration == .milliseconds(10))
    }
  }
}
