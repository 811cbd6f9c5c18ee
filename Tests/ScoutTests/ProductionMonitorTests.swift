import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

/// The monitors of production run as they are stored: the project `sample-data/production-monitors`.
@Suite struct ProductionMonitorTests {
  private func rows(_ text: String?) throws -> Int {
    try #require(JSONSerialization.jsonObject(with: Data((text ?? "").utf8)) as? [Any]).count
  }

  @Test func `each gives its own rows, and the one that is refused disturbs nothing`() async throws {
    let project = try Project.load(Repository.folder + "/sample-data/production-monitors")
    var configuration = Scout.Configuration(clock: .fixed(sampleEnd))
    configuration.project = project
    let scout = try Scout.create(at: nil, secret: "test", configuration: configuration)
    var generated = GeneratedSet.small(seed: 5, days: 12, stores: 3)
    let sample = GeneratorConfiguration.sample
    generated.startDate = CivilDate(daysSinceEpoch: sample.startDate.daysSinceEpoch + sample.days - 12)
    let text = String(decoding: try GeneratedSet(generated).bytes, as: UTF8.self)
    _ = try await scout.ingest(.text(text, name: "sales.jsonl"))
    let sweep = try scout.tick().monitors
    #expect(sweep.failures.map(\.name) == ["broken_monitor"])
    let broken = try #require(try scout.monitors().first { $0.name == "broken_monitor" })
    #expect(broken.consecutiveFailures == 1)
    #expect(broken.lastError?.contains("window functions are not allowed in WHERE") == true)

    let stored = try scout.query(
      "select name, sql from scout.platinum_monitors where name in ('demand_spike_brand', 'promo_lift_anomaly', 'share_loss_vs_rival') order by 1"
    ).texts
    #expect(stored.count == 3)
    var found = 0
    for row in stored {
      let name = row[0] ?? ""
      let sql = row[1] ?? ""
      let original = try #require(try Definitions(project: project).storedMonitors.first { $0.name == name })
      #expect(sql == original.sql)
      let expected = try scout.query(sql).rows.count
      let events = try scout.query(
        """
        select e.payload from scout.platinum_monitor_events e join scout.platinum_monitors m on m.id = e.monitor_id
        where m.name = '\(name)'
        """
      ).texts
      #expect(events.count == (expected > 0 ? 1 : 0), "\(name)")
      if let event = events.first { #expect(try rows(event[0]) == expected, "\(name)") }
      found += expected
    }
    #expect(found > 0)
  }

  @Test func `a stored monitor replaces the built-in one of its name, and a mistake in the file has its place`() throws
  {
    let definitions = try Definitions(project: Project.load(Repository.folder + "/sample-data/production-monitors"))
    #expect(!definitions.monitorFiles.contains { $0.path == "monitors/demand_spike_brand.yaml" })
    for (yaml, message) in [
      ("monitors:\n  - {name: a}\n", "f:2:5: \"sql\" is missing"),
      (
        "monitors:\n  - {name: a, sql: select 1, window: 3}\n",
        "f:2:30: unknown key \"window\"; expected one of name, sql, threshold, window_minutes, severity"
      ),
      ("monitors:\n  - {name: a, sql: select 1, threshold: high}\n", "f:2:41: \"high\" is no number"),
      (
        "monitors:\n  - {name: a, sql: select 1}\n  - {name: a, sql: select 2}\n",
        "f:3:5: there are two monitors \"a\""
      ),
    ] {
      let error = #expect(throws: YAMLFileError.self) { try StoredMonitorRow.read(yaml, file: "f") }
      #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }
  }
}
