import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

@Suite struct ShippedFileTests {
  @Test(arguments: shippedMonitors) func `a shipped monitor compiles and is silent over nothing`(_ name: String) throws
  {
    let clock = try TestClock("2025-08-23 09:00:00+00")
    let database = try goldDatabase(clock: clock)
    try database.write { connection in
      try MonitorStore.install([try shipped(name, on: connection)], on: connection)
      let sweep = try MonitorRunner().run(on: connection)
      #expect(sweep.results.map(\.outcome) == [.ok])
    }
  }
}
