import ScoutContracts
import ScoutMonitors
import ScoutPipeline
import ScoutStorage

/// What a sweep is to do beside refresh, monitors and contracts.
public struct SweepOptions: Hashable, Sendable {
  /// The sweep fills the queue of SKU jobs up to so many that wait.
  public var minimumQueuedJobs = 5
  /// The brands whose SKUs are looked for, in turn.
  public var brands = ["Oishi", "Alaska", "Del Monte", "JTI", "Peerless"]
  /// Whether the feed gets production's three summaries at every sweep, whatever happened.
  public var pushesSummaries = false

  public init() {}
}

/// What one sweep did.
public struct TickReport: Sendable {
  public var refresh: RefreshReport
  public var monitors: MonitorSweep
  public var contracts: ContractReport
  /// How many SKU jobs waited before this sweep added some.
  public var queuedBefore: Int
  public var enqueued: Int
  public var alerts: [Alert]

  /// The answer of DOMAIN.md section 8, and what beside it tells of trouble.
  public var json: String {
    "{\"ok\": true, \"results\": {\"monitor_events_created\": \(monitors.eventsCreated), "
      + "\"monitors_failed\": \(monitors.failures.count), "
      + "\"contract_violations_found\": \(contracts.violatingRows), \"contracts_failed\": \(contracts.failed.count), "
      + "\"isko_queued_before\": \(queuedBefore), \"isko_enqueued\": \(enqueued), "
      + "\"alerts_active\": \(alerts.count(where: \.isActive))}}"
  }
}

extension Scout {
  /// One sweep: refresh, monitors, contracts, the SKU queue, and the actions whose time has come.
  ///
  /// The run log `scout.sweep_runs` has its row before anything runs, and the result when all is done.
  public func tick(_ options: SweepOptions = SweepOptions()) throws -> TickReport {
    try startRun()
    let runID = try database.write { connection in
      try connection.value(
        "insert into \"scout.sweep_runs\" (started_at) values (?1) returning id", [SQLValue(connection.now)])
    }
    let refresh = try refresher(models()).run()
    try database.write { connection in try PublishingGate(connection).tell(refresh) }
    let monitors = try database.write(isDurable: true) { connection in try MonitorRunner().run(on: connection) }
    let contracts = try sweepContracts()
    let (queuedBefore, enqueued) = try database.write(isDurable: true) { connection in
      try SKUQueueFilling(connection: connection, options: options).run()
    }
    if try !isBare() { try settleActions() }
    let alerts = try sweepAlerts(options)
    let report = TickReport(
      refresh: refresh, monitors: monitors, contracts: contracts, queuedBefore: queuedBefore, enqueued: enqueued,
      alerts: alerts)
    try database.write(isDurable: true) { connection in
      if options.pushesSummaries { try SweepSummaries(connection: connection).push(report) }
      try connection.run(
        "update \"scout.sweep_runs\" set finished_at = ?2, result = ?3 where id = ?1",
        [runID, SQLValue(connection.now), .text(try JSONText.normalized(report.json))])
    }
    return report
  }
}

/// Keeps some SKU jobs waiting.
private struct SKUQueueFilling {
  let connection: Connection
  let options: SweepOptions

  /// Adds jobs for the brands that have the fewest waiting, and among those for whom the last one is the longest ago.
  func run() throws -> (queuedBefore: Int, enqueued: Int) {
    let queued = Int(
      try connection.value("select count(*) from \"deep_research.sku_jobs\" where status = 'queued'").integer ?? 0)
    let missing = options.minimumQueuedJobs - queued
    guard missing > 0, !options.brands.isEmpty else { return (queued, 0) }
    var waiting: [String: (count: Int64, last: Int64)] = [:]
    for row in try connection.rows(
      """
      select json_extract(task_payload, '$.brand'), count(*) filter (where status = 'queued'), max(created_at)
      from "deep_research.sku_jobs" where task_type = 'brand_sku_scrape' group by 1
      """)
    {
      waiting[row[0].text ?? ""] = (row[1].integer ?? 0, row[2].integer ?? .min)
    }
    var turns = options.brands.enumerated().map { position, brand in
      (brand: brand, count: waiting[brand]?.count ?? 0, last: waiting[brand]?.last ?? .min, position: position)
    }
    for _ in 0..<missing {
      guard
        let next = turns.indices.min(by: {
          (turns[$0].count, turns[$0].last, turns[$0].position) < (turns[$1].count, turns[$1].last, turns[$1].position)
        })
      else { break }
      let payload =
        "{\"brand\": \(RowJSON.quoted(turns[next].brand)), \"region\": \"PH\", \"seed\": \"auto\", "
        + "\"requested_by\": \"agentic-cron\"}"
      try connection.run(
        """
        insert into "deep_research.sku_jobs" (
          id, created_at, scheduled_for, status, priority, task_type, task_payload, attempts
        ) values (?1, ?2, ?2, 'queued', 50, 'brand_sku_scrape', ?3, 0)
        """,
        [.text(connection.identifiers.uuid()), SQLValue(connection.now), .text(try JSONText.normalized(payload))])
      turns[next].count += 1
      turns[next].last = connection.now.microseconds
    }
    return (queued, missing)
  }
}

/// Production's summaries of a sweep, for those who rely on them.
private struct SweepSummaries {
  let connection: Connection

  func push(_ report: TickReport) throws {
    let rows = report.contracts.violatingRows
    try push("info", "monitor", "Monitors run", "\(report.monitors.eventsCreated) events created")
    try push(
      rows > 0 ? "warn" : "success", "contract_check", "Contracts verified",
      rows > 0 ? "\(rows) violating rows" : "no violations")
    try push("info", "isko", "SKU queue", "\(report.queuedBefore + report.enqueued) jobs are queued")
  }

  private func push(_ severity: String, _ source: String, _ title: String, _ description: String) throws {
    try connection.run(
      """
      insert into "scout.agent_feed" (id, created_at, severity, source, title, description, payload, related_ids, status)
      values (?1, ?2, ?3, ?4, ?5, ?6, '{}', '[]', 'new')
      """,
      [
        .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(severity), .text(source), .text(title),
        .text(description),
      ])
  }
}
