import PostgresDialect
import ScoutStorage

/// Writes what a judge found as the rows and texts of events.
struct BreachWriter {
  let zone: TimeZoneRules
  let measures: Set<String>

  init(_ plan: WindowedPlan, zone: TimeZoneRules) {
    self.zone = zone
    measures = Set(plan.measures.map(\.name))
  }

  /// A JSON object: the key, the window, and the numbers.
  func row(_ breach: WindowJudge.Breach, _ key: WindowSeries.Key) -> String {
    var members = key.fields.map { "\(RowJSON.quoted($0.name)): \($0.text.map(RowJSON.quoted) ?? "null")" }
    for (name, time) in [("window_start", breach.start), ("window_end", breach.end)] {
      members.append("\"\(name)\": \"\(Self.iso(zone.utc(fromLocal: time)))\"")
    }
    members += breach.fields.map { "\(RowJSON.quoted($0.name)): \($0.value.isFinite ? Self.text($0.value) : "null")" }
    if breach.isNoData { members.append("\"no_data\": true") }
    let json = "{\(members.joined(separator: ", "))}"
    return (try? normalizedJSON(json)) ?? json
  }

  func fields(_ breach: WindowJudge.Breach, _ key: WindowSeries.Key) -> [(name: String, text: String?)] {
    var fields = key.fields
    for (name, time) in [("window_start", breach.start), ("window_end", breach.end)] {
      fields.append((name, Timestamp(microseconds: zone.utc(fromLocal: time)).text(in: zone)))
    }
    fields += breach.fields.map {
      ($0.name, $0.value.isNaN ? nil : $0.value.isFinite ? Self.text($0.value) : "infinite")
    }
    return fields
  }

  /// The fields that a template may name, beside the columns of the key.
  static func names(_ plan: WindowedPlan) -> [String] {
    ["window_start", "window_end", "value", "limit", "baseline", "baseline_windows"]
      + plan.measures.flatMap { [$0.name, "\($0.name)_baseline"] }
  }

  /// Two decimals; four of numbers below one.
  static func text(_ value: Double) -> String {
    let scale = abs(value) < 1 ? 10_000.0 : 100.0
    let rounded = (value * scale).rounded() / scale
    guard rounded == rounded.rounded(), abs(rounded) < 1e15 else { return rounded.description }
    return String(Int64(rounded))
  }

  private static func iso(_ microseconds: Int64) -> String {
    let text = DateTimeText.text(timestampWithTimeZone: microseconds, in: .utc)
    return text.split(separator: " ", maxSplits: 1).joined(separator: "T") + ":00"
  }
}

/// One live sweep of a windowed monitor.
struct WindowedSweep {
  let connection: Connection
  let monitor: StoredMonitor
  let details: MonitorDetails
  let plan: WindowedPlan
  let zone: TimeZoneRules

  init(_ monitor: StoredMonitor, _ details: MonitorDetails?, on connection: Connection) throws {
    guard let details, let node = details.windowed else {
      throw SQLError(
        .invalidParameterValue, "the monitor's definition has no \"windowed\"",
        detail: "A monitor of kind windowed keeps what it measures there.")
    }
    self.connection = connection
    self.monitor = monitor
    self.details = details
    plan = try WindowedPlan(node, windowMinutes: monitor.windowMinutes)
    zone = try TimeZoneRules(setting: try connection.projectTimeZone)
    try details.checkTemplates(plan.by + BreachWriter.names(plan))
  }

  private struct Progress {
    var from: Int64
    var to: Int64
    var latePosition: Int64
  }

  /// Judges what closed since the last sweep, and writes what came of it.
  func run(into result: inout MonitorResult) throws {
    let ledger = IncidentLedger(connection: connection, monitor: monitor, details: details)
    let progress = try progress()
    let now = zone.local(fromUTC: connection.now.microseconds)
    let end = WindowedRun.lastEnd(plan, at: now)
    if let progress, plan.isRegular, end < progress.to {
      throw SQLError(
        .objectNotInPrerequisiteState,
        "the clock went back: windows up to \(text(progress.to)) are judged already, and it is \(text(now))",
        hint: "The monitor goes on when that time has come again.")
    }
    if let progress, try isUnchanged(progress, upTo: end) {
      result.openKeys = try ledger.open().map(\.key)
      result.outcome = result.openKeys.isEmpty ? .ok : .unchanged
      return
    }
    let loader = try SeriesLoader(plan, zone: zone, on: connection)
    let log = plan.isAdditive ? LateLog(loader.scan.relation, plan, on: connection) : nil
    let position = try log?.stamp() ?? 0
    let late = try latePanes(log, loader, after: progress?.latePosition ?? position)
    let ends = plan.isRegular ? WindowedRun.ends(plan, after: progress?.to, upTo: end) : [end]
    guard !ends.isEmpty && end > (progress?.to ?? .min) || !late.isEmpty else {
      // Nothing closed and nothing came late.
      result.openKeys = try ledger.open().map(\.key)
      result.outcome = result.openKeys.isEmpty ? .ok : .unchanged
      return
    }
    let judged = progress.map { progress in
      late.flatMap { self.ends(holding: $0.start) }.filter {
        $0 >= progress.from && $0 <= progress.to && $0 > progress.to - WindowedPlan.revisionSpan
      }
    }
    let loaded = try loader.load(ends: ends + Set(judged ?? []).sorted(), isWhole: !plan.isRegular)
    var run = try self.run(loaded, progress)
    var touched: [(key: Int, pane: Int)] = []
    if let table = loaded.table {
      for place in late {
        if let pane = table.pane(of: place.start) { touched.append((place.key, pane)) }
      }
    }
    let outcome = run.tick(upTo: end, touched: touched)
    try write(outcome, run, ledger, into: &result)
    try MonitorStates(connection: connection, monitor: monitor).save(run.statesToKeep())
    try save(run.breaches)
    try save(Progress(from: run.evaluatedFrom ?? end, to: run.evaluatedTo ?? end, latePosition: position))
    try log?.mark(loader.scan.stored(run.evaluatedTo ?? end))
  }

  /// Whether no window closed since the last sweep, and nothing came late: then there is nothing to read.
  ///
  /// A source that is a query, or is gone, says no: whether it can still be read is part of the answer.
  private func isUnchanged(_ progress: Progress, upTo end: Int64) throws -> Bool {
    guard plan.isAdditive, end <= progress.to, case .relation(let name) = plan.source,
      let log = LateLog(try connection.relation(name), plan, on: connection)
    else { return false }
    return try log.isQuiet(after: progress.latePosition)
  }

  /// The last window of each key that is over now, with its numbers and the verdict on it.
  func newestWindows() throws -> QueryResult {
    let end = WindowedRun.lastEnd(plan, at: zone.local(fromUTC: connection.now.microseconds))
    let loader = try SeriesLoader(plan, zone: zone, on: connection)
    let series = try loader.load(ends: [end], isWhole: !plan.isRegular).series
    var judge = try judge()
    var columns = plan.by.map { ResultColumn(name: $0, type: .text) }
    columns += ["window_start", "window_end"].map { ResultColumn(name: $0, type: .timestamptz) }
    for measure in plan.measures {
      columns.append(ResultColumn(name: measure.name, type: .float8))
      if hasComputedBaseline { columns.append(ResultColumn(name: "\(measure.name)_baseline", type: .float8)) }
    }
    columns.append(ResultColumn(name: "is_wrong", type: .boolean))
    var rows: [[SQLValue]] = []
    for key in series.keys.indices.sorted(by: { series.keys[$0].json < series.keys[$1].json }) {
      guard let position = series.isRegular ? series.position(ofEnd: end) : series.count(of: key) - 1, position >= 0
      else { continue }
      var row = series.keys[key].fields.map { SQLValue($0.text) }
      for time in [series.start(position, of: key), series.end(position, of: key)] {
        row.append(.integer(zone.utc(fromLocal: time)))
      }
      for measure in plan.measures.indices {
        let value = series.keys[key].values[measure][position]
        row.append(value.isFinite ? .real(value) : .null)
        if hasComputedBaseline {
          row.append(judge.reference(measure, key, position, in: series).map { .real($0.middle) } ?? .null)
        }
      }
      row.append(.integer(judge.verdict(key, position, in: series).0 == .breach ? 1 : 0))
      rows.append(row)
    }
    return QueryResult(
      columns: columns, rows: rows, rowCount: rows.count, tag: "SELECT \(rows.count)", timeZone: zone)
  }

  private var hasComputedBaseline: Bool {
    switch plan.baseline {
    case .fixed, nil: false
    default: true
    }
  }

  /// A run over loaded series, as it stands after `progress`.
  private func run(_ loaded: LoadedSeries, _ progress: Progress?) throws -> WindowedRun {
    let writer = BreachWriter(plan, zone: zone)
    return WindowedRun(
      loaded: loaded, judge: try judge(), rules: try details.lifeCycleRules(),
      states: progress == nil ? [:] : try MonitorStates(connection: connection, monitor: monitor).load(),
      breaches: progress == nil ? [:] : try breaches(), evaluatedFrom: progress?.from, evaluatedTo: progress?.to,
      row: writer.row)
  }

  func judge() throws -> WindowJudge {
    guard let threshold = Double(monitor.threshold) else {
      throw SQLError(.invalidParameterValue, "the threshold \(monitor.threshold) is no number")
    }
    var judge = WindowJudge(plan, threshold: threshold, severity: monitor.severity)
    judge.excluded = try acknowledgedSpans()
    return judge
  }

  /// The ends of the windows that hold a local time.
  private func ends(holding time: Int64) -> [Int64] {
    let first = (floorDivision(time, plan.step) + 1) * plan.step
    return Array(stride(from: first, to: first + plan.width, by: Int64.Stride(plan.step)))
  }

  private struct LatePane: Hashable {
    var key: Int
    var start: Int64
  }

  /// Where the rows that were noticed late belong, each place once.
  private func latePanes(_ log: LateLog?, _ loader: SeriesLoader, after position: Int64) throws -> [LatePane] {
    guard let log else { return [] }
    var panes: Set<LatePane> = []
    try log.rows(after: position, loader.scan, plan) { key, time, _, _, _ in
      panes.insert(LatePane(key: key, start: floorDivision(time, plan.step) * plan.step))
    }
    return panes.sorted { ($0.start, $0.key) < ($1.start, $1.key) }
  }

  // MARK: Writing

  private func news(_ outcome: WindowedRun.Outcome, _ run: WindowedRun) -> [IncidentNews] {
    let writer = BreachWriter(plan, zone: zone)
    let over = Set(outcome.resolved)
    return outcome.fired.map { breach in
      let key = run.loaded.series.keys[breach.key]
      return IncidentNews(
        key: key.json, rows: [writer.row(breach, key)], severity: breach.severity, fields: writer.fields(breach, key),
        isOver: over.contains(breach.key))
    }
  }

  private func write(
    _ outcome: WindowedRun.Outcome, _ run: WindowedRun, _ ledger: IncidentLedger, into result: inout MonitorResult
  ) throws {
    let keys = run.loaded.series.keys
    let news = news(outcome, run)
    let continued = Set(outcome.continued.map { keys[$0].json })
    var resolved = Set(outcome.resolved.map { keys[$0].json })
    // Also keys that are not among the rows any more.
    let phases = Dictionary(zip(keys.map(\.json), run.states.map(\.phase))) { first, _ in first }
    for incident in try ledger.open() where phases[incident.key] == nil {
      if run.otherStates[incident.key]?.phase != .firing { resolved.insert(incident.key) }
    }
    for revision in outcome.revisions where revision.transition == .resolves {
      resolved.insert(keys[revision.key].json)
    }
    result.rowCount = news.count
    try ledger.apply(
      fired: news, isSeen: { continued.contains($0) }, isResolved: { resolved.contains($0) }, into: &result)
    if !outcome.revisions.isEmpty { try writeRevisions(outcome, run, ledger, into: &result) }
    if case .fired = result.outcome { return }
    result.outcome = result.openKeys.isEmpty ? .ok : .unchanged
  }

  /// One event for all verdicts that late rows changed.
  private func writeRevisions(
    _ outcome: WindowedRun.Outcome, _ run: WindowedRun, _ ledger: IncidentLedger, into result: inout MonitorResult
  ) throws {
    let writer = BreachWriter(plan, zone: zone)
    let revisions = outcome.revisions
    var rows: [String] = []
    for revision in revisions {
      let key = run.loaded.series.keys[revision.key]
      let after = revision.after.map { writer.row($0, key) }
      let end = Timestamp(microseconds: zone.utc(fromLocal: revision.end)).text(in: zone)
      rows.append(
        try normalizedJSON(
          """
          {"revision": {"key": \(key.json), "window_end": \(RowJSON.quoted(end)), "before": \(revision.before ?? "null"),
          "after": \(after ?? "null"), "cause": "late data"}}
          """))
    }
    let event = try ledger.insertEvent(rows, severity: monitor.severity)
    for (breach, isOver) in outcome.revealed {
      let key = run.loaded.series.keys[breach.key].json
      try ledger.insertIncident(key, event: event, isOver: isOver)
      result.newKeys.append(key)
      if !isOver { result.openKeys.append(key) }
    }
    result.revisions = revisions.count
    if case .fired = result.outcome {} else { result.outcome = .fired(eventID: event) }
    let keys = revisions.map { run.loaded.series.keys[$0.key].json }
    guard try !ledger.audible(keys).isEmpty else { return }
    let became = revisions.count { $0.after != nil }
    let title =
      "\(monitor.name): late data changed \(revisions.count == 1 ? "a past verdict" : "\(revisions.count) past verdicts")"
    try ledger.pushFeed(
      severity: monitor.severity, title: title,
      description: "\(became) of them are incidents now, \(revisions.count - became) are none any more.",
      payload: try normalizedJSON(
        "{\"monitor\":\(RowJSON.quoted(monitor.name)),\"event_id\":\"\(event)\",\"row_count\":\(rows.count),"
          + "\"rows\":[\(rows.prefix(10).joined(separator: ","))]}"), event: event)
  }

  private func text(_ local: Int64) -> String {
    Timestamp(microseconds: zone.utc(fromLocal: local)).text(in: zone)
  }

  // MARK: What is kept

  private func progress() throws -> Progress? {
    try connection.rows(
      """
      select evaluated_from, evaluated_to, late_position from "scout.platinum_monitor_progress" where monitor_id = ?1
      """, [.integer(monitor.id)]
    ).first.map { Progress(from: $0[0].integer ?? 0, to: $0[1].integer ?? 0, latePosition: $0[2].integer ?? 0) }
  }

  private func save(_ progress: Progress) throws {
    try connection.run(
      """
      insert into "scout.platinum_monitor_progress" (monitor_id, evaluated_from, evaluated_to, late_position)
      values (?1, ?2, ?3, ?4) on conflict (monitor_id) do update set evaluated_from = excluded.evaluated_from,
        evaluated_to = excluded.evaluated_to, late_position = excluded.late_position
      """,
      [.integer(monitor.id), .integer(progress.from), .integer(progress.to), .integer(progress.latePosition)])
  }

  private func breaches() throws -> [WindowedRun.Place: String] {
    var breaches: [WindowedRun.Place: String] = [:]
    for row in try connection.rows(
      """
      select incident_key, window_end, verdict from "scout.platinum_monitor_verdicts" where monitor_id = ?1
      """, [.integer(monitor.id)])
    {
      breaches[WindowedRun.Place(key: row[0].text ?? "", end: row[1].integer ?? 0)] = row[2].text ?? "{}"
    }
    return breaches
  }

  private func save(_ breaches: [WindowedRun.Place: String]) throws {
    let known = try self.breaches()
    if known == breaches { return }
    let order = { (a: WindowedRun.Place, b: WindowedRun.Place) in (a.end, a.key) < (b.end, b.key) }
    for place in known.keys.sorted(by: order) where breaches[place] == nil {
      try connection.run(
        """
        delete from "scout.platinum_monitor_verdicts" where monitor_id = ?1 and incident_key = ?2 and window_end = ?3
        """, [.integer(monitor.id), .text(place.key), .integer(place.end)])
    }
    for place in breaches.keys.sorted(by: order) where known[place] != breaches[place] {
      try connection.run(
        """
        insert into "scout.platinum_monitor_verdicts" (monitor_id, incident_key, window_end, verdict)
        values (?1, ?2, ?3, ?4)
        on conflict (monitor_id, incident_key, window_end) do update set verdict = excluded.verdict
        """, [.integer(monitor.id), .text(place.key), .integer(place.end), .text(breaches[place] ?? "{}")])
    }
  }

  /// The ends of the windows within acknowledged incidents: they are no baseline.
  private func acknowledgedSpans() throws -> [String: [(from: Int64, through: Int64)]] {
    var spans: [String: [(from: Int64, through: Int64)]] = [:]
    for row in try connection.rows(
      """
      select i.incident_key, i.started_at, coalesce(i.resolved_at, ?2) from "scout.platinum_monitor_incidents" i
      join "scout.platinum_monitor_events" e on e.id = i.event_id
      where i.monitor_id = ?1 and e.acknowledged order by i.started_at
      """, [.integer(monitor.id), SQLValue(connection.now)])
    {
      let from = zone.local(fromUTC: row[1].integer ?? 0)
      let through = zone.local(fromUTC: row[2].integer ?? 0)
      // An incident is noticed when its first window is over, which is at most a step before the sweep.
      spans[row[0].text ?? "", default: []].append(
        (floorDivision(from - plan.lateness, plan.step) * plan.step, through))
    }
    return spans
  }
}
