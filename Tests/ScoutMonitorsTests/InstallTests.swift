import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

@Suite struct InstallTests {
  let database: Database

  init() throws { database = try goldDatabase(clock: TestClock("2025-08-23 09:00:00+00")) }

  private func definition(
    threshold: String = "2.0", sql: String = "select 'Oishi' as brand, 7 as units",
    title: String = "{brand} sold {units}"
  ) throws -> MonitorDefinition {
    MonitorDefinition(
      name: "m", description: "What it watches.", severity: .warn, threshold: try Numeric(threshold), windowMinutes: 60,
      key: ["brand"], title: try MessageTemplate(title),
      message: try MessageTemplate("The limit is {threshold} in {window_minutes} minutes."), sql: sql)
  }

  private func row(_ connection: Connection) throws -> [String?] {
    try connection.execute(
      "select sql, threshold, window_minutes, is_enabled, severity, kind from scout.platinum_monitors"
    )
    .texts[0]
  }

  @Test func `a definition is added once and follows its file`() throws {
    try database.write { connection in
      #expect(try MonitorStore.install([definition()], on: connection).map(\.effect) == [.added])
      #expect(try row(connection) == ["select 'Oishi' as brand, 7 as units", "2.0", "60", "t", "warn", "sql"])
      #expect(try MonitorStore.install([definition()], on: connection).map(\.effect) == [.unchanged])
      let newer = try definition(threshold: "3", sql: "select 'JTI' as brand, 8 as units", title: "{units} of {brand}")
      #expect(try MonitorStore.install([newer], on: connection).map(\.effect) == [.updated])
      #expect(try row(connection)[0...1] == ["select 'JTI' as brand, 8 as units", "3"])
      #expect(try MonitorStore.install([newer], on: connection).map(\.effect) == [.unchanged])
    }
  }

  @Test(arguments: [
    "threshold = 2.5", "window_minutes = 30", "sql = 'select 1 as brand, 2 as units'", "severity = 'error'",
    #"definition = '{"key": ["units"]}'::jsonb"#,
  ])
  func `what the user changed stays`(_ change: String) throws {
    try database.write { connection in
      try MonitorStore.install([definition()], on: connection)
      try connection.execute("update scout.platinum_monitors set \(change) where name = 'm'")
      let changed = try row(connection)
      let newer = try definition(threshold: "9", sql: "select 'JTI' as brand, 8 as units")
      #expect(try MonitorStore.install([newer], on: connection).map(\.effect) == [.keptByHand])
      #expect(try row(connection) == changed)
    }
  }

  @Test func `a monitor that is off stays off and follows its file`() throws {
    try database.write { connection in
      try MonitorStore.install([definition()], on: connection)
      try connection.execute("update scout.platinum_monitors set is_enabled = false, threshold = 2.00")
      #expect(try MonitorStore.install([definition(threshold: "4")], on: connection).map(\.effect) == [.updated])
      #expect(try row(connection)[1...3] == ["4", "60", "f"])
    }
  }

  @Test func `a monitor of the user's with that name stays`() throws {
    try database.write { connection in
      try connection.addMonitor("m", "select 'own' as name")
      #expect(try MonitorStore.install([definition()], on: connection).map(\.effect) == [.keptByHand])
      #expect(try row(connection)[0] == "select 'own' as name")
    }
  }

  @Test func `an event speaks in the feed through its templates`() throws {
    try database.write { connection in
      try MonitorStore.install([definition()], on: connection)
      let sweep = try MonitorRunner().run(on: connection)
      guard case .fired(let event) = sweep.results[0].outcome else {
        Issue.record("\(sweep.results[0].outcome)")
        return
      }
      let item = try connection.execute(
        "select severity, source, title, description, payload, related_ids, status, created_at from scout.agent_feed"
      ).texts
      #expect(
        item == [
          [
            "warn", "monitor", "Oishi sold 7", "The limit is 2.0 in 60 minutes.",
            #"{"rows": [{"brand": "Oishi", "units": 7}], "monitor": "m", "event_id": "\#(event)", "row_count": 1}"#,
            #"["monitor_events:\#(event)"]"#, "new", "2025-08-23 09:00:00+00",
          ]
        ])
    }
  }

  @Test func `without templates the rows speak, and further incidents are counted`() throws {
    try database.write { connection in
      try connection.addMonitor("plain", "select brand, null::int as n from (values ('a'), ('b'), ('c')) as t(brand)")
      _ = try MonitorRunner().run(on: connection)
      #expect(
        try connection.execute("select title, description from scout.agent_feed").texts
          == [["plain found incidents (and 2 more)", "brand: a, n: (none)"]])
    }
  }

  @Test func `the feed carries ten rows and the event all`() throws {
    try database.write { connection in
      try connection.addMonitor("many", "select n from generate_series(1, 25) as n")
      _ = try MonitorRunner().run(on: connection)
      #expect(
        try connection.execute(
          "select jsonb_array_length(payload -> 'rows'), payload ->> 'row_count' from scout.agent_feed"
        ).texts
          == [["10", "25"]])
      #expect(
        try connection.texts("select jsonb_array_length(payload) from scout.platinum_monitor_events") == ["25"])
    }
  }
}
