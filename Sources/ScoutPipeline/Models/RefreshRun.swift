import PostgresDialect
import ScoutStorage

/// One refresh inside its transaction.
final class RefreshRun {
  private let refresh: Refresh
  private let options: RefreshOptions
  private let connection: Connection
  /// By SQLite's name of a relation; what is missing has not changed.
  private var changes: [String: ChangeSet] = [:]
  /// Models whose previous version stays, and why.
  private var held: [String: String] = [:]
  private var relations: [String: Relation] = [:]
  private var logs: [ChangeLog] = []
  private var entities: EntityTables?
  /// Of which relations the rows of an entity lie together.
  private var together: [StatePlan.Source: Bool] = [:]
  /// The number of this refresh in the history; nil while nothing was computed.
  private var runNumber: Int64?

  init(refresh: Refresh, options: RefreshOptions, connection: Connection) {
    self.refresh = refresh
    self.options = options
    self.connection = connection
  }

  func run() throws -> RefreshReport {
    let planned = try refresh.graph.models.map { ($0, try $0.derive(connection)) }
    try collectChanges(planned.map(\.1))
    var report = RefreshReport(models: [])
    for (model, query) in planned { report.models.append(try bringUpToDate(model, query)) }
    for log in logs { try log.clear() }
    try dropTemporaryTables()
    return report
  }

  private func collectChanges(_ queries: [DerivedQuery]) throws {
    let derived = Set(queries.map { $0.relation.storageName })
    for query in queries { relations[query.relation.storageName] = query.relation }
    for name in Set(queries.flatMap(\.inputs)).subtracting(derived).sorted() {
      guard let relation = try connection.relation(name) else { continue }
      relations[name] = relation
      let log = ChangeLog(relation: relation, connection: connection)
      changes[name] = try log.collect()
      logs.append(log)
    }
  }

  // MARK: One model

  private func bringUpToDate(_ model: ModelDefinition, _ query: DerivedQuery) throws -> RefreshReport.Model {
    let start = refresh.stopwatch()
    let way = try self.way(of: model, query)
    var result = RefreshReport.Model(
      relation: model.qualifiedName, reason: way.reason, isRefreshed: way.method != .none, rows: 0, duration: .zero,
      method: way.method)
    if way.method == .none { return result }
    if let selection = options.selection, !selection.contains(model.qualifiedName) {
      try ModelStates.forget(model, connection)
      result.reason = "not selected; the next refresh computes it (\(way.reason))"
      result.isRefreshed = false
      result.method = .deferred
      return result
    }
    if let obstacle = try ModelFloors.obstacle(model, connection) {
      return try hold(&result, model, "the previous version stays: \(obstacle)")
    }
    if let input = query.inputs.first(where: { held[$0] != nil }) {
      return try hold(&result, model, "held back: \(input) kept its previous version")
    }
    try connection.run("savepoint model")
    try compute(model, query, way, &result)
    if let failure = try refresh.gate(model, connection) {
      try connection.run("rollback to model")
      try connection.run("release model")
      changes[query.relation.storageName] = .nothing
      // What was read for this model is gone, and what was read before has to make room.
      try dropTemporaryTables("name like 'entities:%' or name like 'now:%' or name like 'before:%'")
      entities = nil
      return try hold(&result, model, "the previous version stays: \(failure)")
    }
    try connection.run("release model")
    result.duration = refresh.stopwatch() - start
    try ModelStates.remember(model, connection)
    try record(result)
    return result
  }

  private func hold(_ result: inout RefreshReport.Model, _ model: ModelDefinition, _ reason: String) throws
    -> RefreshReport.Model
  {
    held[model.relation.storageName] = reason
    try ModelStates.forget(model, connection)
    result.reason = reason
    result.isRefreshed = false
    result.method = .held
    result.rows = 0
    try record(result)
    return result
  }

  private func record(_ result: RefreshReport.Model) throws {
    let run = try runNumber ?? ((connection.value("select max(run_id) from \"scout.refresh_runs\"").integer ?? 0) + 1)
    runNumber = run
    let mode = options.isFull ? "full" : options.selection == nil ? "incremental" : "selected"
    let finishedAt = connection.now.microseconds + Int64(result.duration / .microseconds(1))
    try connection.run(
      """
      insert into "scout.refresh_runs" (run_id, mode, relation, method, reason, started_at, finished_at, rows_read,
        rows_written, groups_touched, milliseconds)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """,
      [
        .integer(run), .text(mode), .text(result.relation), .text(result.method.rawValue), .text(result.reason),
        SQLValue(connection.now), .integer(finishedAt), .integer(Int64(result.rowsRead)),
        .integer(Int64(result.rows)), .integer(Int64(result.groups)), .real(result.duration / .milliseconds(1)),
      ])
  }

  // MARK: Which way

  private struct Way {
    var method: RefreshReport.Method
    var reason: String
    var keys: [Int] = []
    /// Whether the rows are compared with the previous ones, so that only real changes go on to other models.
    var compares = true
  }

  private func way(of model: ModelDefinition, _ query: DerivedQuery) throws -> Way {
    let known = try ModelStates.isCurrent(model, connection)
    func anew(_ reason: String) -> Way { Way(method: .whole, reason: reason, compares: false) }
    if options.isFull { return anew("asked for") }
    guard let known else { return anew("first time") }
    guard known else { return anew("its definition changed") }
    if let volatility = query.volatility {
      return Way(method: .whole, reason: volatility, compares: !model.grain.isEmpty)
    }
    var changed: [String] = []
    for input in query.inputs {
      switch changes[input] {
      case .everything(let reason): return anew(reason)
      case .rows: changed.append(input)
      case .nothing, nil: break
      }
    }
    if changed.isEmpty {
      // What it reads may have kept its previous version: then so does this one.
      if let input = query.inputs.first(where: { held[$0] != nil }) {
        return Way(method: .whole, reason: "\(input) is held back")
      }
      return Way(method: .none, reason: "nothing has changed")
    }
    let reason = changed.joined(separator: ", ") + " changed"
    if query.state != nil, usesState(query), try state(model, query)?.exists == true {
      return Way(method: .differences, reason: reason)
    }
    if model.grain.isEmpty { return anew("\(reason), and nothing tells its rows apart") }
    let keys = query.keys(followed: Set(changed))
    if keys.isEmpty {
      return Way(method: .whole, reason: "\(reason), and \(query.unfollowed(Set(changed)) ?? "nothing is derived")")
    }
    return Way(method: .groups, reason: reason, keys: keys)
  }

  /// A state costs space; a model over roll-ups needs none, because the roll-ups are small already.
  private func usesState(_ query: DerivedQuery) -> Bool {
    let derived = Set(refresh.graph.models.map { $0.relation.storageName })
    return query.inputs.contains { !derived.contains($0) }
  }

  private func state(_ model: ModelDefinition, _ query: DerivedQuery) -> GroupState? {
    guard usesState(query), let plan = query.state else { return nil }
    return GroupState(
      model: ModelTable(model: model, connection: connection), plan: plan, connection: connection)
  }

  // MARK: Computing

  private func compute(
    _ model: ModelDefinition, _ query: DerivedQuery, _ way: Way, _ result: inout RefreshReport.Model
  ) throws {
    switch way.method {
    case .none, .held, .deferred: return
    case .whole where !way.compares: try computeAnew(model, query, way, &result)
    case .whole: try computeWhole(model, query, &result)
    case .groups: try computeGroups(model, query, way.keys, &result)
    case .differences: try computeDifferences(model, query, &result)
    }
  }

  private func computeAnew(
    _ model: ModelDefinition, _ query: DerivedQuery, _ way: Way, _ result: inout RefreshReport.Model
  ) throws {
    let table = ModelTable(model: model, connection: connection)
    let state = state(model, query)
    try state?.build(keepsTogether: keepsEntitiesTogether)
    if query.inputs.contains(where: { $0.hasPrefix("scout.silver_") }), let range = try DroppedRange.read(connection) {
      result.reason +=
        try state?.hasFloor == true
        ? "; what retention dropped before \(range.beforeText) is kept"
        : "; silver before \(range.beforeText) was dropped by retention and is not in it"
    }
    try connection.run("delete from \(table.quoted)")
    if let state {
      try table.insert(state.plan.rowsSQL(state: state.table))
    } else {
      try table.insert(query.namedSQL, values(of: query))
    }
    if model.columns.contains(where: { $0.isNullable && model.grain.contains($0.name) }) {
      try table.checkGrain(in: table.quoted)
    }
    result.rows = try table.count(table.quoted)
    result.groups = result.rows
    result.rowsRead = try query.inputs.reduce(0) { try $0 + table.count(SQLitePrinter.quoted($1)) }
    changes[table.name] = .everything(reason: "\(model.qualifiedName) was computed anew")
  }

  /// Whether all rows of an entity follow each other in the table, found out once.
  private func keepsEntitiesTogether(_ source: StatePlan.Source) throws -> Bool {
    if let known = together[source] { return known }
    let isTable = try connection.value(
      "select 1 from sqlite_schema where type = 'table' and name = ?1", [.text(source.relation)])
    var result = false
    if isTable != .null {
      let apart = try connection.value(
        """
        select 1 from \(SQLitePrinter.quoted(source.relation)) group by \(SQLitePrinter.quoted(source.column))
        having max(rowid) - min(rowid) + 1 <> count(*) limit 1
        """)
      result = apart == .null
    }
    together[source] = result
    return result
  }

  private func computeWhole(_ model: ModelDefinition, _ query: DerivedQuery, _ result: inout RefreshReport.Model)
    throws
  {
    let table = ModelTable(model: model, connection: connection)
    let (new, old) = ("new:" + table.name, "old:" + table.name)
    try make(new, "\(query.namedSQL)", values(of: query))
    try make(old, "select rowid as \"~rowid\", \(table.columns) from \(table.quoted)")
    result.rowsRead = try query.inputs.reduce(0) { try $0 + table.count(SQLitePrinter.quoted($1)) }
    result.groups = try table.count("temp." + SQLitePrinter.quoted(new))
    try replace(table, old, new, &result)
  }

  private func computeGroups(
    _ model: ModelDefinition, _ query: DerivedQuery, _ keys: [Int], _ result: inout RefreshReport.Model
  ) throws {
    let table = ModelTable(model: model, connection: connection)
    let (new, old, touched) = ("new:" + table.name, "old:" + table.name, "touched:" + table.name)
    let changed = changedTables(of: query, &result)
    try make(touched, query.touchedSQL(keys: keys, changes: changed))
    let names = keys.indices.map { "k\($0)" }
    try connection.run(
      "create index temp.\(SQLitePrinter.quoted("keys:" + table.name)) on \(SQLitePrinter.quoted(touched)) "
        + "(\(names.joined(separator: ", ")))")
    result.groups = try table.count("temp." + SQLitePrinter.quoted(touched))
    var inputs: [String: (columns: [String], indexed: String?)] = [:]
    for input in query.inputs {
      guard let relation = relations[input] else { continue }
      inputs[input] = (relation.columns.map(\.name), relation.primaryKey.first)
    }
    try make(new, query.recomputedSQL(keys: keys, touched: touched, inputs: inputs))
    let same = zip(names, keys).map { name, index in
      "t.\(name) is m.\(SQLitePrinter.quoted(model.columns[index].name))"
    }.joined(separator: " and ")
    if let first = model.grain.first, keys.contains(where: { model.columns[$0].name == first }) {
      try make(
        old,
        """
        select m.rowid as "~rowid", \(table.columns) from \(table.quoted) as m where m.rowid in (
          select m.rowid from temp.\(SQLitePrinter.quoted(touched)) as t cross join \(table.quoted) as m on \(same))
        """)
    } else {
      try make(
        old,
        """
        select m.rowid as "~rowid", \(table.columns) from \(table.quoted) as m
        where exists (select 1 from temp.\(SQLitePrinter.quoted(touched)) as t where \(same))
        """)
    }
    try replace(table, old, new, &result)
  }

  private func computeDifferences(_ model: ModelDefinition, _ query: DerivedQuery, _ result: inout RefreshReport.Model)
    throws
  {
    guard let state = state(model, query) else { return }
    let table = state.model
    let (new, old) = ("new:" + table.name, "old:" + table.name)
    let changed = changedTables(of: query, &result)
    let entities =
      entities ?? EntityTables(connection: connection, columns: relations.mapValues { $0.columns.map(\.name) })
    self.entities = entities
    let moved = try state.advance(changes: changed, entities: entities)
    result.groups = moved.count
    try make(new, state.plan.rowsSQL(state: state.table, touched: moved.touched))
    let same = zip(state.plan.groupNames, state.plan.groupColumns).map { name, column in
      "m.\(SQLitePrinter.quoted(column)) is t.\(name)"
    }.joined(separator: " and ")
    let names = model.columns.map { "m.\(SQLitePrinter.quoted($0.name))" }.joined(separator: ", ")
    try make(
      old,
      """
      select m.rowid as "~rowid", \(names)
      from temp.\(SQLitePrinter.quoted(moved.touched)) as t cross join \(table.quoted) as m on \(same)
      """)
    try replace(table, old, new, &result)
  }

  private func changedTables(of query: DerivedQuery, _ result: inout RefreshReport.Model) -> [String: String] {
    var tables: [String: String] = [:]
    for input in query.inputs {
      if case .rows(let table, let count)? = changes[input] {
        tables[input] = table
        result.rowsRead += count
      }
    }
    return tables
  }

  private func replace(_ table: ModelTable, _ old: String, _ new: String, _ result: inout RefreshReport.Model) throws {
    let difference = try table.replace(old, by: new)
    result.rows = difference.count
    changes[table.name] =
      difference.count == 0 ? .nothing : .rows(table: difference.table, count: difference.count)
  }

  private func make(_ table: String, _ sql: String, _ values: [SQLValue] = []) throws {
    try connection.run("create temp table \(SQLitePrinter.quoted(table)) as \(sql)", values)
  }

  private func values(of query: DerivedQuery) -> [SQLValue] {
    query.parameters.map { $0 == .transactionTime || $0 == .statementTime ? SQLValue(connection.now) : .null }
  }

  private func dropTemporaryTables(_ condition: String = "name like '%:%'") throws {
    let names = try connection.rows("select name from temp.sqlite_schema where type = 'table' and (\(condition))")
    for name in names.compactMap({ $0[0].text }) {
      try connection.run("drop table temp.\(SQLitePrinter.quoted(name))")
    }
  }
}

extension ModelDefinition {
  /// The query against the database's relations.
  ///
  /// - Throws: ``DefinitionError`` with the place in the file.
  func derive(_ connection: Connection) throws -> DerivedQuery {
    do throws(SQLError) {
      let compiler: Compiler
      do { compiler = try connection.compiler() } catch {
        throw error as? SQLError ?? SQLError(.internalError, "\(error)")
      }
      let (query, parameters) = try compiler.lowerDerived(into: relation, query: self.query)
      var keys: [String: [String]] = [:]
      for name in compiler.catalog.relationNames {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let relation = compiler.catalog.relation(schema: parts[0], name: parts[1]) else {
          continue
        }
        keys[relation.storageName] = relation.primaryKey
      }
      return DerivedQuery(relation: relation, query: query, parameters: parameters, primaryKeys: keys)
    } catch {
      throw DefinitionError(error, in: sql, path: path)
    }
  }
}
