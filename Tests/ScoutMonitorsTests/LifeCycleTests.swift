import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

/// A monitor over a small table: its rows are what is wrong.
@Suite struct LifeCycleTests {
  let clock: TestClock
  let database: Database
  private static let day = "2025-08-23 "

  init() throws {
    clock = try TestClock("2025-08-23 09:00:00+00")
    database = try goldDatabase(clock: clock)
    try database.write { connection in
      try connection.execute("create table scout.wrong (brand text, size bigint)")
      try connection.addMonitor("wrong", "select brand, size from scout.wrong order by brand nulls last, size")
    }
  }

  /// Replaces what is wrong and sweeps at a time of the day.
  private func sweep(_ time: String, _ rows: [String]) throws -> MonitorResult {
    try clock.set(Self.day + time + "+00")
    return try database.write { connection in
      try connection.execute("delete from scout.wrong")
      for row in rows { try connection.execute("insert into scout.wrong values \(row)") }
      let result = try MonitorRunner().run(on: connection).results[0]
      return result
    }
  }

  private func texts(_ sql: String) throws -> [[String?]] { try database.read { try $0.query(sql).texts } }

  private var written: [[String?]] {
    get throws {
      try texts(
        """
        select (select count(*) from scout.platinum_monitor_events), (select count(*) from scout.agent_feed),
          (select count(*) from scout.platinum_monitor_incidents)
        """)
    }
  }

  @Test func `an incident opens, stays open in silence, ends, and opens again`() throws {
    let opened = try sweep("09:00", ["('Oishi', 1)"])
    guard case .fired(let event) = opened.outcome else {
      Issue.record("\(opened.outcome)")
      return
    }
    #expect(opened.newKeys == [#"{"brand": "Oishi"}"#] && opened.rowCount == 1)
    #expect(try written == [["1", "1", "1"]])
    #expect(
      try texts("select id, occurred_at, payload, severity, acknowledged from scout.platinum_monitor_events")
        == [[event, "2025-08-23 09:00:00+00", #"[{"size": 1, "brand": "Oishi"}]"#, "info", "f"]])

    let same = try sweep("09:15", ["('Oishi', 2)"])
    #expect(same.outcome == .unchanged && same.openKeys == opened.newKeys && same.newKeys.isEmpty)
    #expect(try written == [["1", "1", "1"]])

    let ended = try sweep("09:30", [])
    #expect(ended.outcome == .ok && ended.resolvedKeys == opened.newKeys && ended.openKeys.isEmpty)
    #expect(try written == [["1", "1", "1"]])
    #expect(
      try texts("select started_at, last_seen_at, resolved_at, event_id from scout.platinum_monitor_incidents")
        == [["2025-08-23 09:00:00+00", "2025-08-23 09:15:00+00", "2025-08-23 09:30:00+00", event]])

    #expect(try sweep("09:45", ["('Oishi', 1)"]).newKeys == opened.newKeys)
    #expect(try written == [["2", "2", "2"]])
  }

  @Test func `an event holds the rows of the new incidents alone`() throws {
    _ = try sweep("09:00", ["('Oishi', 1)"])
    let changed = try sweep("09:15", ["('Alaska', 3)", "('Oishi', 1)", "('JTI', 2)"])
    #expect(changed.newKeys == [#"{"brand": "Alaska"}"#, #"{"brand": "JTI"}"#])
    #expect(changed.openKeys.count == 3)
    #expect(
      try texts("select payload from scout.platinum_monitor_events order by occurred_at").last
        == [#"[{"size": 3, "brand": "Alaska"}, {"size": 2, "brand": "JTI"}]"#])
  }

  @Test func `rows of one key are one incident, and nulls are equal`() throws {
    let first = try sweep("09:00", ["(null, 1)", "(null, 2)", "('Oishi', 3)"])
    #expect(first.newKeys == [#"{"brand": "Oishi"}"#, #"{"brand": null}"#] && first.rowCount == 3)
    #expect(try written == [["1", "1", "2"]])
    #expect(
      try texts("select payload from scout.platinum_monitor_events")
        == [[#"[{"size": 3, "brand": "Oishi"}, {"size": 1, "brand": null}, {"size": 2, "brand": null}]"#]])
    #expect(try sweep("09:15", ["(null, 9)"]).outcome == .unchanged)
  }

  @Test func `a clock that goes back moves no stored time back`() throws {
    _ = try sweep("09:00", ["('Oishi', 1)"])
    _ = try sweep("09:30", ["('Oishi', 1)"])
    #expect(try sweep("08:00", ["('Oishi', 1)"]).outcome == .unchanged)
    #expect(try sweep("08:15", []).resolvedKeys.count == 1)
    #expect(
      try texts("select started_at, last_seen_at, resolved_at from scout.platinum_monitor_incidents")
        == [["2025-08-23 09:00:00+00", "2025-08-23 09:30:00+00", "2025-08-23 09:30:00+00"]])
    #expect(try texts("select last_run_at from scout.platinum_monitors") == [["2025-08-23 08:15:00+00"]])
  }

  @Test func `without texts in the result the monitor is one incident`() throws {
    try database.write { _ = try $0.execute("update scout.platinum_monitors set sql = 'select size from scout.wrong'") }
    #expect(try sweep("09:00", ["('a', 1)", "('b', 2)"]).newKeys == ["{}"])
    #expect(try sweep("09:15", ["('c', 7)"]).outcome == .unchanged)
  }

  @Test func `a key of the definition wins over the guess`() throws {
    try database.write { connection in
      _ = try connection.execute(#"update scout.platinum_monitors set definition = '{"key": ["size"]}'::jsonb"#)
    }
    #expect(try sweep("09:00", ["('a', 1)", "('b', 1)"]).newKeys == [#"{"size": 1}"#])
    try database.write { connection in
      _ = try connection.execute(#"update scout.platinum_monitors set definition = '{"key": ["sizes"]}'::jsonb"#)
    }
    guard case .failed(let error) = try sweep("09:15", ["('a', 1)"]).outcome else {
      Issue.record("a key that is not in the result must fail")
      return
    }
    #expect(error.state == .undefinedColumn && error.hint == "Perhaps you meant \"size\".")
  }

  @Test func `the state is in the file: another process does not repeat the event`() throws {
    let path = temporaryPath()
    defer { removeDatabase(path) }
    for expected in [1, 0] {
      let database = try goldDatabase(clock: clock, path: path)
      let events = try database.write { connection -> Int in
        if expected == 1 { try connection.addMonitor("always", "select 'x' as name") }
        return try MonitorRunner().run(on: connection).eventsCreated
      }
      #expect(events == expected)
    }
  }

  @Test func `a row is written as to_jsonb writes it`() throws {
    try database.write { connection in
      try connection.execute("delete from scout.platinum_monitors")
      try connection.addMonitor(
        "types",
        """
        select timestamptz '2025-08-23 09:00:00.5+00' as at, timestamp '2025-08-23 09:00' as local, date '2025-08-23' as day,
          true as yes, null::text as nothing, 1.50 as price, 2.5::float8 as rate, 'NaN'::numeric as odd,
          E'a"b\\\\\\n' as name, '{"b": 1, "a": [1.0]}'::jsonb as document, interval '90 minutes' as span,
          12::numeric(12,2) as money
        """)
      let sweep = try MonitorRunner().run(on: connection)
      #expect(sweep.failures.map(\.outcome) == [])
    }
    #expect(
      try texts("select payload from scout.platinum_monitor_events") == [
        [
          #"[{"at": "2025-08-23T09:00:00.5+00:00", "day": "2025-08-23", "odd": "NaN", "yes": true, "name": "a\"b\\\n", "#
            + #""rate": 2.5, "span": "01:30:00", "local": "2025-08-23T09:00:00", "money": 12.00, "price": 1.50, "#
            + #""nothing": null, "document": {"a": [1.0], "b": 1}}]"#
        ]
      ])
  }
}
