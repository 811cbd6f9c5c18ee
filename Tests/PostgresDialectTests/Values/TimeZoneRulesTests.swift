import Testing

@testable import PostgresDialect

/// What the fixtures' sessions are: UTC, and a fixed instant for the words.
let fixtureSession = DateTimeText.Session(zone: .utc, now: 1_755_939_600_000_000)

@Suite struct TimeZoneRulesTests {
  @Test(arguments: ["to_local", "to_utc", "out", "abbreviation", "setting"])
  func `answers as PostgreSQL 15 did`(_ operation: String) throws {
    try Recorded.check("zones", where: { $0.operation == operation }) { recorded in
      let name = recorded.arguments[0]
      if operation == "setting" {
        let instant = try DateTimeText.timestampWithTimeZone("2025-07-01 00:00:00+00", in: fixtureSession)
        return DateTimeText.text(timestampWithTimeZone: instant, in: try TimeZoneRules(setting: name))
      }
      // The recorded names without a meaning for SET TIME ZONE are not used there.
      let zone =
        try operation == "out" || operation == "abbreviation"
        ? TimeZoneRules(setting: name) : TimeZoneRules(identifier: name)
      let time = try DateTimeText.timestamp(recorded.arguments[1], in: fixtureSession)
      switch operation {
      case "to_local": return DateTimeText.text(timestamp: zone.local(fromUTC: time))
      case "to_utc": return DateTimeText.text(timestampWithTimeZone: zone.utc(fromLocal: time), in: .utc)
      case "out": return DateTimeText.text(timestampWithTimeZone: time, in: zone)
      default: return zone.abbreviation(atUTC: time)
      }
    }
  }

  @Test func `a name takes the spelling of the database`() throws {
    #expect(try TimeZoneRules(identifier: "asia/manila").identifier == "Asia/Manila")
    #expect(try TimeZoneRules(setting: "+08").identifier == "<+08>-08")
  }

  @Test func `Manila needs no database`() throws {
    let without = try TimeZoneRules(identifier: "Asia/Manila", folders: ["/nowhere"])
    let with = try TimeZoneRules(identifier: "Asia/Manila")
    for year in 1840...2100 {
      for month in 1...12 {
        let time = Int64(CivilCalendar.days(year: year, month: month, day: 7)) * 86_400_000_000 + 1
        #expect(without.offsetSeconds(atUTC: time) == with.offsetSeconds(atUTC: time))
        #expect(without.abbreviation(atUTC: time) == with.abbreviation(atUTC: time))
        #expect(without.utc(fromLocal: time) == with.utc(fromLocal: time))
      }
    }
    #expect(throws: SQLError(.invalidParameterValue, "time zone \"Asia/Tokyo\" not recognized")) {
      try TimeZoneRules(identifier: "Asia/Tokyo", folders: ["/nowhere"])
    }
  }

  @Test(arguments: ["../../etc/passwd", "Asia/../../../../etc/passwd", "/etc/passwd", "Asia/./Manila", "Asia\0/Manila"])
  func `a name cannot leave the database's folder`(_ name: String) {
    #expect(TimeZoneFiles.table(named: name, in: TimeZoneFiles.folders) == nil)
  }

  @Test func `damaged zone files are refused`() throws {
    var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 39)
    #expect(TimeZoneTable(tzif: bytes) == nil)
    #expect(TimeZoneTable(tzif: []) == nil)
    bytes += bytes
    bytes[44 + 39] = 200
    #expect(TimeZoneTable(tzif: bytes) == nil)
    for position in 20..<44 {
      var damaged = bytes
      damaged[position] = 0xFF
      #expect(TimeZoneTable(tzif: damaged) == nil)
    }
  }

  @Test func `infinite times stay`() throws {
    let zone = try TimeZoneRules(identifier: "America/New_York")
    for time in [Int64.max, .min] {
      #expect(zone.utc(fromLocal: time) == time)
      #expect(zone.local(fromUTC: time) == time)
    }
  }
}
