import Foundation
import Scout
import ScoutTestSupport
import Testing

/// Schedules against a slow twin that looks at every minute.
@Suite struct CronTests {
  @Test(arguments: [
    ("*/15 * * * *", "2025-08-23 09:00:00+08", "2025-08-23 09:15:00+08"),
    ("0 9 * * mon-fri", "2025-08-22 09:00:00+08", "2025-08-25 09:00:00+08"),
    ("30 4 1,15 * 5", "2025-08-23 09:00:00+08", "2025-08-29 04:30:00+08"),
    ("0 0 29 2 *", "2025-08-23 09:00:00+08", "2028-02-29 00:00:00+08"),
    ("5-10/5 */6 * jan,feb *", "2025-08-23 09:00:00+08", "2026-01-01 00:05:00+08"),
    ("@daily", "2025-08-23 00:00:00+08", "2025-08-24 00:00:00+08"),
  ])
  func `the next time`(expression: String, after: String, next: String) throws {
    let schedule = try CronSchedule(expression: expression, zone: try TimeZoneRules(identifier: "Asia/Manila"))
    #expect(schedule.next(after: try Timestamp(after)) == (try Timestamp(next)))
  }

  @Test func `a time that the clock skips is left out, and one that comes twice runs once`() throws {
    let zone = try TimeZoneRules(identifier: "America/New_York")
    let schedule = try CronSchedule(expression: "30 2 * * *", zone: zone)
    #expect(
      schedule.next(after: try Timestamp("2025-03-08 12:00:00-05")) == (try Timestamp("2025-03-10 02:30:00-04")))
    let twice = try CronSchedule(expression: "30 1 * * *", zone: zone)
    let first = try #require(twice.next(after: try Timestamp("2025-11-01 12:00:00-04")))
    let second = try #require(twice.next(after: first))
    #expect(second == (try Timestamp("2025-11-03 01:30:00-05")))
  }

  @Test func `agrees with a search minute by minute`() throws {
    let zone = try TimeZoneRules(identifier: "Asia/Manila")
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<40 {
      let minute = Int.random(in: 0..<60, using: &generator)
      let hour = Int.random(in: 0..<24, using: &generator)
      let day = Int.random(in: 1...28, using: &generator)
      let isDay = Bool.random(using: &generator)
      let schedule = try CronSchedule(
        expression: "\(minute) \(hour) \(isDay ? String(day) : "*") * *", zone: zone)
      let start = try Timestamp("2025-08-23 09:00:00+08").adding(minutes: Int.random(in: 0..<50_000, using: &generator))
      var time = Timestamp(microseconds: (start.microseconds / 60_000_000 + 1) * 60_000_000)
      func fits(_ time: Timestamp) -> Bool {
        let text = time.text(in: zone)
        return text.dropFirst(11).hasPrefix("\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)")
          && (!isDay || text.dropFirst(8).hasPrefix("\(day < 10 ? "0" : "")\(day)"))
      }
      while !fits(time) { time = time.adding(minutes: 1) }
      #expect(schedule.next(after: start) == time)
    }
  }

  @Test(arguments: ["* * * *", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "x * * * *"])
  func `a wrong expression is refused`(expression: String) {
    #expect(throws: CronError.self) { try CronSchedule(expression: expression, zone: .utc) }
  }

  @Test func `thirty simulated days`() throws {
    let start = try Timestamp("2025-08-01 00:00:00+08")
    let clock = SteppedClock(start)
    let scout = try Scout.create(at: nil, configuration: Scout.Configuration(clock: clock.clock))
    let service = CronService(scout: scout, schedule: try #require(CronSchedule(every: "6h")))
    var runs = 0
    service.simulate(clock, until: start.adding(minutes: 30 * 24 * 60)) { run in
      runs += 1
      if case .failure(let error) = run.result { Issue.record("\(error)") }
    }
    #expect(runs == 120)
    #expect(try scout.query("select count(*) from scout.sweep_runs where finished_at is not null").texts == [["120"]])
  }
}
