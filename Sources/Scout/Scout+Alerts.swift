import FoundationEssentials
import ScoutStorage
import ScoutYAML

extension Scout {
  /// The rules among the definitions.
  ///
  /// - Throws: ``YAMLFileError`` with the place of a mistake.
  public func alertRules() throws -> [AlertRule] {
    try definitions().alertRules()
  }

  /// Evaluates the rules and writes nothing. A rule that cannot be evaluated is active, with its reason.
  public func alerts(_ options: SweepOptions = SweepOptions()) throws -> [Alert] {
    try alertRules().map { rule in
      do {
        let (number, text) = try value(of: rule.source)
        let isActive =
          switch rule.bound {
          case .above(let limit): number > limit
          case .below(let limit): number < limit
          case .belowMinimumQueued: number < Double(options.minimumQueuedJobs)
          }
        return Alert(
          rule: rule, isActive: isActive, value: text,
          message: rule.message.split(separator: "{value}", omittingEmptySubsequences: false).joined(separator: text))
      } catch let error as SQLError {
        return Alert(
          rule: rule, isActive: true, value: nil, message: "\(rule.name) cannot be evaluated: \(error.message)")
      }
    }
  }

  private func value(of source: AlertRule.Source) throws -> (Double, String) {
    switch source {
    case .query(let sql):
      let text = try query(sql).texts.first?.first ?? nil
      guard let text, let number = Double(text) else {
        throw SQLError(.invalidTextRepresentation, "its query gives no number")
      }
      return (number, text)
    case .writeLock:
      guard !database.configuration.isReadOnly else { return (0, "0") }
      return try seconds { try database.write { _ in } }
    case .goldQuery:
      let names = try definitions().models.models.filter { $0.layer == "gold" }.map(\.qualifiedName)
      let times = try (isBare() ? [] : names).map { name in
        try seconds { _ = try query("select count(*) from \(name)") }
      }
      return times.max { $0.0 < $1.0 } ?? (0, "0")
    }
  }

  private func seconds(_ body: () throws -> Void) rethrows -> (Double, String) {
    let start = configuration.stopwatch()
    try body()
    let seconds = (configuration.stopwatch() - start) / .seconds(1)
    let hundredths = Int((seconds * 100).rounded())
    return (seconds, "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)")
  }

  /// Evaluates the rules after a sweep, and tells the feed of alerts that begin and end.
  func sweepAlerts(_ options: SweepOptions) throws -> [Alert] {
    let alerts = try alerts(options)
    let known = try database.read { connection in
      Set(try connection.rows("select name from \"engine.active_alerts\"").compactMap { $0[0].text })
    }
    let active = Set(alerts.filter(\.isActive).map(\.rule.name))
    guard known != active else { return alerts }
    try database.write(isDurable: true) { connection in
      func push(_ severity: String, _ title: String) throws {
        try connection.run(
          """
          insert into "scout.agent_feed" (id, created_at, severity, source, title, payload, related_ids, status)
          values (?1, ?2, ?3, 'alert', ?4, '{}', '[]', 'new')
          """, [.text(connection.identifiers.uuid()), SQLValue(connection.now), .text(severity), .text(title)])
      }
      for alert in alerts where alert.isActive && !known.contains(alert.rule.name) {
        try push(alert.rule.severity == .critical ? "error" : "warn", alert.message)
        try connection.run(
          "insert into \"engine.active_alerts\" (name, since) values (?1, ?2) on conflict do nothing",
          [.text(alert.rule.name), SQLValue(connection.now)])
      }
      for name in known.subtracting(active).sorted() {
        try push("success", "The alert \(name) is over")
        try connection.run("delete from \"engine.active_alerts\" where name = ?1", [.text(name)])
      }
    }
    return alerts
  }

  // MARK: Metrics

  /// The state of the system in the OpenMetrics text format.
  /// Source: <https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md>
  public func metrics(_ options: SweepOptions = SweepOptions()) throws -> String {
    var lines: [String] = []
    func escaped(_ text: String) -> String {
      text.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }.joined()
    }
    func metric(
      _ name: String, _ type: String, _ help: String, _ samples: [(labels: [(String, String)], value: String)]
    ) {
      lines += ["# TYPE scout_\(name) \(type)", "# HELP scout_\(name) \(help)"]
      let suffix = type == "counter" ? "_total" : ""
      for sample in samples {
        let labels = sample.labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
        lines.append("scout_\(name)\(suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)")
      }
    }
    func grouped(_ label: String, _ sql: String) throws -> [(labels: [(String, String)], value: String)] {
      try query(sql).texts.map { row in ([(label, row[0] ?? "")], row[1] ?? "0") }
    }
    func single(_ sql: String) throws -> [(labels: [(String, String)], value: String)] {
      try query(sql).texts.first.map { [([], $0[0] ?? "0")] } ?? []
    }
    let status = try status()
    metric(
      "relation_rows", "gauge", "Rows of a relation.",
      status.layers.map {
        ([("relation", $0.relation), ("layer", $0.layer)], String($0.rows))
      })
    metric(
      "feed_items", "gauge", "Feed items by status.",
      try grouped("status", "select status, count(*) from scout.agent_feed group by 1 order by 1"))
    metric(
      "sku_jobs", "gauge", "SKU jobs by status.",
      try grouped("status", "select status, count(*) from deep_research.sku_jobs group by 1 order by 1"))
    metric(
      "monitor_events", "counter", "Events by monitor.",
      try grouped(
        "monitor",
        """
        select m.name, count(e.id) from scout.platinum_monitors m
        left join scout.platinum_monitor_events e on e.monitor_id = m.id group by 1 order by 1
        """))
    metric(
      "monitor_consecutive_failures", "gauge", "Failures in a row by monitor.",
      try grouped("monitor", "select name, consecutive_failures from scout.platinum_monitors order by 1"))
    metric(
      "contract_violating_rows", "gauge", "Rows that violate a contract now.",
      try single("select coalesce(sum(row_count), 0) from scout.contract_history where resolved_at is null"))
    metric(
      "actions", "gauge", "Agent actions by approval.",
      try grouped(
        "approval_status",
        "select approval_status, count(*) from scout.platinum_agent_action_ledger group by 1 order by 1"))
    metric("skus", "gauge", "SKUs found.", try single("select count(*) from deep_research.sku_summary"))
    metric("sweeps", "counter", "Sweeps begun.", try single("select count(*) from scout.sweep_runs"))
    metric(
      "sweeps_finished", "counter", "Sweeps that came to their end.",
      try single("select count(*) from scout.sweep_runs where finished_at is not null"))
    metric(
      "last_sweep_timestamp_seconds", "gauge", "When the last sweep ended.",
      try single("select coalesce(extract(epoch from max(finished_at)), 0) from scout.sweep_runs"))
    metric(
      "alert_active", "gauge", "Whether an alert is active.",
      try alerts(options).map {
        ([("alert", $0.rule.name), ("severity", $0.rule.severity.rawValue)], $0.isActive ? "1" : "0")
      })
    return (lines + ["# EOF"]).joined(separator: "\n") + "\n"
  }
}
