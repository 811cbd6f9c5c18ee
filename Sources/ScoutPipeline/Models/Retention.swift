import PostgresDialect
import ScoutStorage

/// Drops old bronze and silver while everything computed from them keeps its values.
///
/// Silver goes transaction by transaction, by business date; bronze by the day of ingestion. Before rows go, gold is
/// brought up to date, and each model that reads silver adds what they gave to its state (see `GroupState+Floor`). So
/// later refreshes, whole ones too, give what they would have given with the rows there. A model that cannot keep what
/// was dropped is named, and nothing is dropped.
public struct Retention: Sendable {
  public var refresh: Refresh
  /// The first day that is kept, in days since 1970-01-01; nil: all of it.
  public var bronzeBefore: Int64?
  public var silverBefore: Int64?
  public var timeZone: TimeZoneRules

  public init(refresh: Refresh, bronzeBefore: Int64?, silverBefore: Int64?, timeZone: TimeZoneRules) {
    self.refresh = refresh
    self.bronzeBefore = bronzeBefore
    self.silverBefore = silverBefore
    self.timeZone = timeZone
  }

  /// What was dropped, or would be.
  public struct Report: Hashable, Sendable {
    public var bronzeRecords = 0
    public var transactions = 0
    public var lineItems = 0
  }

  private static let silver = ["scout.silver_transactions", "scout.silver_line_items"]
  private static let bronze = "scout.bronze_transactions"

  /// - Throws: ``DefinitionError`` naming a model whose values could not be kept; nothing is changed then.
  public func run(isDryRun: Bool, on connection: Connection) throws -> Report {
    let graph = try refresh.graph.joined(connection)
    let planned = try graph.models.map { ($0, try $0.derive(connection)) }
    let report = try count(connection)
    if report.transactions + report.lineItems > 0 { try check(planned, reading: Self.silver) }
    if report.bronzeRecords > 0 { try check(planned, reading: [Self.bronze]) }
    if isDryRun { return report }
    if report.transactions + report.lineItems > 0 { try dropSilver(planned, connection) }
    if let bronzeBefore, report.bronzeRecords > 0 { try dropBronze(bronzeBefore, connection) }
    return report
  }

  // MARK: What may go

  /// A model keeps what is dropped only in a state that moves by differences.
  private func check(_ planned: [(ModelDefinition, DerivedQuery)], reading relations: [String]) throws {
    for (model, query) in planned {
      guard let input = query.inputs.first(where: relations.contains) else { continue }
      if relations != [Self.bronze], let plan = query.state, keepsTransactionsApart(plan) { continue }
      throw DefinitionError(
        path: model.path,
        message:
          "retention cannot drop rows of \(input): \(model.qualifiedName) would be computed without them; let it "
          + "read a model that sums them up by GROUP BY (sums, counts, min and max), or switch it off")
    }
  }

  private func keepsTransactionsApart(_ plan: StatePlan) -> Bool {
    plan.sources.values.allSatisfy { !Self.silver.contains($0.relation) || $0.column == "transaction_id" }
  }

  private func count(_ connection: Connection) throws -> Report {
    var report = Report()
    if let silverBefore {
      func count(_ table: String) throws -> Int {
        Int(
          try connection.value(
            """
            select count(*) from "\(table)" where transaction_id in (
              select transaction_id from (\(Self.oldTransactions)))
            """, [.integer(silverBefore)]
          ).integer ?? 0)
      }
      report.transactions = try count("scout.silver_transactions")
      report.lineItems = try count("scout.silver_line_items")
    }
    if let bronzeBefore {
      report.bronzeRecords = Int(
        try connection.value(
          "select count(*) from \"scout.bronze_transactions\" where ingested_at < ?1",
          [.integer(start(of: bronzeBefore))]
        ).integer ?? 0)
    }
    return report
  }

  private func start(of day: Int64) -> Int64 {
    timeZone.utc(fromLocal: day * 86_400_000_000)
  }

  /// Transactions all of whose rows are older: what somebody moved by SQL to a later day stays.
  private static let oldTransactions = """
    select transaction_id, max(business_date) as business_date
    from (
      select transaction_id, business_date from "scout.silver_transactions"
      union all
      select transaction_id, business_date from "scout.silver_line_items")
    group by transaction_id having max(business_date) < ?1
    """

  // MARK: Dropping

  private func dropSilver(_ planned: [(ModelDefinition, DerivedQuery)], _ connection: Connection) throws {
    guard let silverBefore else { return }
    let done = try refresh.run(RefreshOptions(), on: connection)
    if let held = done.held.first {
      throw DefinitionError(
        path: held.relation, message: "retention drops nothing while a model is held back: \(held.reason)")
    }
    try connection.run(
      "create temp table \"dropped:transactions\" as \(Self.oldTransactions)", [.integer(silverBefore)])
    try connection.run("create unique index temp.\"dropped:ids\" on \"dropped:transactions\" (transaction_id)")
    var tables: [String: String] = [:]
    for relation in Self.silver {
      let name = "dropped:" + relation
      tables[relation] = name
      try connection.run(
        """
        create temp table "\(name)" as select r.* from temp."dropped:transactions" as d
        cross join "\(relation)" as r on r.transaction_id = d.transaction_id
        """)
      try connection.run("create index temp.\"dropped.entity:\(relation)\" on \"\(name)\" (transaction_id)")
    }
    for (model, query) in planned {
      guard query.inputs.contains(where: Self.silver.contains), let plan = query.state else { continue }
      let state = GroupState(
        model: ModelTable(model: model, connection: connection), plan: plan, connection: connection)
      try state.addToFloor(reading: tables)
      try ModelFloors.remember(model, connection)
    }
    try spoilOthers(Set(planned.map { $0.0.qualifiedName }), connection)
    for relation in Self.silver {
      try withoutLateEntries(relation, connection) {
        try connection.run(
          """
          delete from "\(relation)" where transaction_id in (select transaction_id from temp."dropped:transactions")
          """)
      }
      // What the models followed of it is no news to them.
      if let known = try connection.relation(relation) {
        try ChangeLog(relation: known, connection: connection).forget()
      }
    }
    try connection.run(
      """
      insert into "engine.dropped_transactions" (transaction_id, business_date)
      select transaction_id, business_date from temp."dropped:transactions" where true
      on conflict (transaction_id) do nothing
      """)
    try remember("silver", silverBefore, connection)
    for table in ["dropped:transactions"] + tables.values.sorted() {
      try connection.run("drop table temp.\"\(table)\"")
    }
  }

  /// Monitors follow rows that change behind the windows which they judged; that rows are dropped is no such change.
  private func withoutLateEntries(_ relation: String, _ connection: Connection, _ body: () throws -> Void) throws {
    let logs = try connection.rows(
      "select name from sqlite_schema where type = 'table' and substr(name, 1, length(?1)) = ?1",
      [.text("engine.late:\(relation):")]
    ).compactMap { $0[0].text }
    let ends = try logs.map { log in
      try connection.value("select coalesce(max(position), 0) from \(SQLitePrinter.quoted(log))")
    }
    try body()
    for (log, end) in zip(logs, ends) {
      try connection.run("delete from \(SQLitePrinter.quoted(log)) where position > ?1", [end])
    }
  }

  /// Models with rows that are not among the definitions now have no part in this.
  private func spoilOthers(_ known: Set<String>, _ connection: Connection) throws {
    let names = try connection.rows(
      "select schema || '.' || name from \"engine.relations\" where kind = 'materialized view' and origin = 'model'")
    for name in names.compactMap({ $0[0].text }) where !known.contains(name) {
      try ModelFloors.spoil(name, connection)
    }
  }

  private func dropBronze(_ before: Int64, _ connection: Connection) throws {
    let end = SQLValue.integer(start(of: before))
    try connection.run(
      """
      insert into "engine.dropped_payloads" (payload_hash)
      select payload_hash from "scout.bronze_transactions" where ingested_at < ?1 and payload_hash is not null
      on conflict (payload_hash) do nothing
      """, [end])
    try connection.run("delete from \"scout.bronze_transactions\" where ingested_at < ?1", [end])
    try remember("bronze", before, connection)
  }

  private func remember(_ layer: String, _ before: Int64, _ connection: Connection) throws {
    try connection.run(
      """
      insert into "engine.retention" (layer, before) values (?1, ?2)
      on conflict (layer) do update set before = max(before, excluded.before)
      """, [.text(layer), .integer(before)])
  }
}
