import Scout
import ScoutReport

extension TimelineChart {
  /// The incidents of backtests of one monitor: one lane for each threshold and key, with the labels that fit the key.
  init(_ reports: [MonitorBacktest], _ labels: [MonitorLabel], _ zone: TimeZoneRules) throws {
    let from = reports.first?.from.microseconds ?? 0
    let to = reports.first?.to.microseconds ?? 0
    let day: Int64 = 86_400_000_000
    var marks: [(time: Int64, label: String)] = []
    var midnight = (zone.local(fromUTC: from) + day - 1) / day * day
    while zone.utc(fromLocal: midnight) <= to, marks.count < 3700 {
      let time = zone.utc(fromLocal: midnight)
      marks.append((time, String(Timestamp(microseconds: time).text(in: zone).prefix(10).suffix(5))))
      midnight += day
    }
    var lanes: [Lane] = []
    for report in reports {
      let fields = try report.incidents.map { try MonitorScore.keyFields($0.key) }
      var keys: [[String: String]] = []
      for key in fields where !keys.contains(key) { keys.append(key) }
      // A label that no incident answers still shows.
      for label in labels where !keys.contains(where: { key in label.key.allSatisfy { key[$0.key] == $0.value } }) {
        if !keys.contains(label.key) { keys.append(label.key) }
      }
      func name(_ key: [String: String]) -> String {
        key.isEmpty ? "all" : key.keys.sorted().map { key[$0] ?? "" }.joined(separator: ", ")
      }
      for key in keys.sorted(by: { name($0) < name($1) }) {
        let spans = zip(report.incidents, fields).filter { $0.1 == key }.map { incident, _ in
          Span(
            from: incident.startedAt.microseconds, to: incident.resolvedAt?.microseconds,
            title: "\(incident.startedAt.text(in: zone)): \(incident.row)")
        }
        let expected = labels.filter { label in label.key.allSatisfy { key[$0.key] == $0.value } }.map {
          Span(from: $0.start.microseconds, to: $0.end.microseconds, title: "known")
        }
        lanes.append(
          Lane(
            label: reports.count > 1 ? "\(report.threshold): \(name(key))" : name(key), spans: spans,
            expected: expected))
      }
    }
    self.init(
      title: "\(reports.first?.monitor ?? ""): incidents", from: from, to: to, marks: marks, lanes: lanes)
  }
}
