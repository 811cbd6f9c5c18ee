import PostgresDialect
import ScoutStorage

extension MonitorBacktest {
  /// Replays a windowed monitor with one scan of its source, through the evaluator that runs live.
  ///
  /// - Parameter connection: Of any time; nothing is written.
  /// - Throws: ``SQLError`` as a sweep does, and 22023 for a period or a step that gives no ticks, or too many.
  public static func runWindowed(
    _ monitor: StoredMonitor, from: Timestamp, to: Timestamp, every step: Duration, threshold: String? = nil,
    on connection: Connection
  ) throws -> MonitorBacktest {
    let width = try checkedStep(step, from: from, to: to)
    var monitor = monitor
    if let threshold { monitor.threshold = threshold }
    let details = try monitor.definition.map { json throws(SQLError) in try MonitorDetails(json: json) }
    let sweep = try WindowedSweep(monitor, details, on: connection)
    let last = Timestamp(microseconds: from.microseconds + (to.microseconds - from.microseconds) / width * width)
    var replay = try WindowedReplay(sweep, from: from, to: last)
    var report = MonitorBacktest(monitor: monitor.name, threshold: monitor.threshold, from: from, to: to)
    for tick in stride(from: from.microseconds, through: to.microseconds, by: Int64.Stride(width)) {
      report.ticks += 1
      try replay.tick(Timestamp(microseconds: tick), &report)
    }
    return report
  }
}

/// A windowed monitor on its way through the past.
private struct WindowedReplay {
  private struct Late {
    var key: Int
    var pane: Int
    var values: [Double]
    var sign: Double
    var arrived: Int64
  }

  private let sweep: WindowedSweep
  private let writer: BreachWriter
  private var run: WindowedRun
  /// What is not there yet, by arrival.
  private let late: [Late]
  private var nextLate = 0
  /// The positions in the report of the open incidents, by key.
  private var open: [String: Int] = [:]

  init(_ sweep: WindowedSweep, from: Timestamp, to: Timestamp) throws {
    self.sweep = sweep
    let plan = sweep.plan
    let zone = sweep.zone
    writer = BreachWriter(plan, zone: zone)
    let loader = try SeriesLoader(plan, zone: zone, on: sweep.connection)
    let first = WindowedRun.lastEnd(plan, at: zone.local(fromUTC: from.microseconds))
    let last = WindowedRun.lastEnd(plan, at: zone.local(fromUTC: to.microseconds))
    var loaded = try loader.load(ends: [first, last], isWhole: true)
    var late: [Late] = []
    if var table = loaded.table, let log = LateLog(loader.scan.relation, plan, on: sweep.connection) {
      try log.rows(after: 0, loader.scan, plan) { key, time, values, sign, arrived in
        guard arrived > from.microseconds, let pane = table.pane(of: time) else { return }
        late.append(Late(key: key, pane: pane, values: Array(values), sign: sign, arrived: arrived))
      }
      try loader.addKeys(to: &table)
      late.sort { $0.arrived < $1.arrived }
      for row in late { table.add(key: row.key, pane: row.pane, row.values, sign: -row.sign) }
      loaded = LoadedSeries(series: table.series(), table: table)
    }
    self.late = late
    run = WindowedRun(
      loaded: loaded, judge: try sweep.judge(), rules: try sweep.details.lifeCycleRules(), row: writer.row)
  }

  mutating func tick(_ time: Timestamp, _ report: inout MonitorBacktest) throws {
    var touched: [(key: Int, pane: Int)] = []
    while nextLate < late.count, late[nextLate].arrived <= time.microseconds {
      let row = late[nextLate]
      run.apply(key: row.key, pane: row.pane, row.values, sign: row.sign)
      touched.append((row.key, row.pane))
      nextLate += 1
    }
    let end = WindowedRun.lastEnd(sweep.plan, at: sweep.zone.local(fromUTC: time.microseconds))
    if touched.isEmpty, let judged = run.evaluatedTo, end <= judged { return }
    let outcome = run.tick(upTo: end, touched: touched)
    let keys = run.loaded.series.keys
    for key in outcome.continued {
      if let index = open[keys[key].json] { report.incidents[index].lastSeenAt = time }
    }
    let over = Set(outcome.resolved)
    for key in outcome.resolved { report.resolve(open.removeValue(forKey: keys[key].json), at: time) }
    for revision in outcome.revisions where revision.transition == .resolves {
      report.resolve(open.removeValue(forKey: keys[revision.key].json), at: time)
    }
    if !outcome.fired.isEmpty { report.events += 1 }
    for breach in outcome.fired {
      begin(breach, isOver: over.contains(breach.key), time, &report)
    }
    if !outcome.revisions.isEmpty { report.events += 1 }
    report.revisions += outcome.revisions.count
    for (breach, isOver) in outcome.revealed { begin(breach, isOver: isOver, time, &report) }
  }

  private mutating func begin(
    _ breach: WindowJudge.Breach, isOver: Bool, _ time: Timestamp, _ report: inout MonitorBacktest
  ) {
    let key = run.loaded.series.keys[breach.key]
    if !isOver { open[key.json] = report.incidents.count }
    report.incidents.append(
      MonitorBacktest.Incident(
        key: key.json, startedAt: time, lastSeenAt: time, resolvedAt: isOver ? time : nil, row: writer.row(breach, key))
    )
  }
}

extension MonitorBacktest {
  fileprivate mutating func resolve(_ index: Int?, at time: Timestamp) {
    if let index { incidents[index].resolvedAt = time }
  }
}
