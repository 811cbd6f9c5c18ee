import PostgresDialect
import ScoutStorage

/// The state behind a model whose aggregates move by differences, in tables beside it.
struct GroupState {
  let model: ModelTable
  let plan: StatePlan
  let connection: Connection
  /// How many bytes of groups ``build(keepsTogether:)`` keeps in memory.
  var memoryLimit = StateBuilder.memoryLimit

  var table: String { "engine.state:" + model.name }

  private func members(_ index: Int) -> String { "\(table):\(index)" }
  private func quoted(_ name: String) -> String { SQLitePrinter.quoted(name) }
  private func temporary(_ name: String) -> String { "temp.\(quoted("\(name):\(model.name)"))" }

  private var groups: String { plan.groupNames.joined(separator: ", ") }

  private func sameGroup(_ a: String, _ b: String) -> String {
    plan.groupNames.map { "\(a).\($0) is \(b).\($0)" }.joined(separator: " and ")
  }

  // MARK: Whole

  /// Computes the state from the inputs.
  ///
  /// - Parameter keepsTogether: Whether the rows of each entity lie together in its relation.
  func build(keepsTogether: (StatePlan.Source) throws -> Bool) throws {
    try drop()
    var hasParts = try hasFloor
    if let parts = try buildInMemory(keepsTogether: keepsTogether) {
      hasParts = hasParts || parts > 1
      if hasParts { try mergeParts() }
    } else {
      try connection.run("create table \(quoted(table)) as \(try withFloor(plan.stateSQL()))")
      for index in plan.memberIndices {
        let rows = try membersWithFloor(index, plan.memberSQL(index))
        try connection.run("create table \(quoted(members(index))) as \(rows)")
      }
    }
    try connection.run("create index \(quoted(table + ".groups")) on \(quoted(table)) (\(groups))")
    for index in plan.memberIndices {
      try connection.run(
        "create index \(quoted(members(index) + ".groups")) on \(quoted(members(index))) (\(groups), v)")
    }
    if hasParts { try countMembers() }
  }

  /// Makes the tables with ``StateBuilder``, without the floor.
  ///
  /// - Returns: In how many parts the groups are; nil when it cannot, and then there are no tables.
  private func buildInMemory(keepsTogether: (StatePlan.Source) throws -> Bool) throws -> Int? {
    guard let rows = plan.ungroupedRows(), try rows.order.map(keepsTogether) ?? true else { return nil }
    let names = [table] + plan.memberIndices.map(members)
    // Of the right types, and empty.
    let shapes = [plan.stateSQL()] + plan.memberIndices.map { plan.memberSQL($0) }
    for (name, shape) in zip(names, shapes) {
      try connection.run("create table \(quoted(name)) as select * from (\(shape)) limit 0")
    }
    let builder = StateBuilder(plan, rows, connection, memoryLimit: memoryLimit)
    guard try builder.run(into: quoted(table), members: names.dropFirst().map(quoted)) else {
      for name in names { try connection.run("drop table \(quoted(name))") }
      return nil
    }
    return builder.parts
  }

  func drop() throws {
    try connection.run("drop table if exists \(quoted(table))")
    for index in plan.partials.indices { try connection.run("drop table if exists \(quoted(members(index)))") }
  }

  var exists: Bool {
    get throws {
      try connection.value("select 1 from sqlite_schema where type = 'table' and name = ?1", [.text(table)]) != .null
    }
  }

  // MARK: By differences

  /// Moves the state by what the changed entities gave before and give now.
  ///
  /// - Parameters:
  ///   - changes: By changed input, the table with its changes.
  ///   - entities: Reads the changed entities, once for all models that need the same.
  /// - Returns: The temporary table with the groups that moved (g0 …), and how many there are.
  func advance(changes: [String: String], entities: EntityTables) throws -> (touched: String, count: Int) {
    let (before, now) = try entities.read(plan, changes: changes)
    let moved = temporary("moved")
    let additive = plan.additiveNames
    let extremes = plan.partials.indices.filter { plan.partials[$0] == .minimum || plan.partials[$0] == .maximum }
    let sums = additive.map { "sum(s * \($0)) as \($0)" }
    let edges = extremes.flatMap { index -> [String] in
      let name = plan.partials[index] == .minimum ? "min" : "max"
      return [
        "\(name)(case when s = -1 then p\(index) end) as old\(index)",
        "\(name)(case when s = 1 then p\(index) end) as new\(index)",
      ]
    }
    try connection.run(
      """
      create temp table \(quoted("moved:" + model.name)) as
      select \(groups), \((sums + edges).joined(separator: ", "))
      from (
        select 1 as s, * from (\(plan.stateSQL(reading: now)))
        union all
        select -1, * from (\(plan.stateSQL(reading: before))))
      group by \(groups)
      """)
    for index in plan.memberIndices { try advanceMembers(index, before: before, now: now) }

    // An extreme that lost its row and found no better one is computed again from the inputs.
    var lost: [String] = []
    for index in extremes {
      let isWorse = plan.partials[index] == .minimum ? ">" : "<"
      lost.append("(m.old\(index) is s.p\(index) and (m.new\(index) is null or m.new\(index) \(isWorse) s.p\(index)))")
    }
    var hasLost = false
    if !lost.isEmpty {
      try connection.run(
        """
        create temp table \(quoted("lost:" + model.name)) as
        select \(plan.groupNames.map { "m.\($0)" }.joined(separator: ", "))
        from \(moved) as m cross join \(quoted(table)) as s on \(sameGroup("s", "m"))
        where s.n + m.n > 0 and (\(lost.joined(separator: " or ")))
        """)
      hasLost = try connection.value("select 1 from \(temporary("lost")) limit 1") != .null
    }

    try addNewGroups(moved)
    let sets =
      additive.map { "\($0) = s.\($0) + m.\($0)" }
      + extremes.map { index in
        let name = plan.partials[index] == .minimum ? "min" : "max"
        return "p\(index) = coalesce(\(name)(s.p\(index), m.new\(index)), s.p\(index), m.new\(index))"
      }
    try connection.run(
      "update \(quoted(table)) as s set \(sets.joined(separator: ", ")) from \(moved) as m where \(sameGroup("s", "m"))"
    )
    for index in plan.memberIndices {
      try connection.run(
        """
        update \(quoted(table)) as s set p\(index) = (
          select count(*) from \(quoted(members(index))) as v where \(sameGroup("v", "s")))
        from \(moved) as m where \(sameGroup("s", "m"))
        """)
    }
    if hasLost { try findExtremes(extremes) }
    try connection.run(
      """
      delete from \(quoted(table)) where rowid in (
        select s.rowid from \(moved) as m cross join \(quoted(table)) as s on \(sameGroup("s", "m")) where s.n = 0)
      """)
    return ("moved:" + model.name, try model.count(moved))
  }

  /// Groups seen for the first time start at nothing.
  private func addNewGroups(_ moved: String) throws {
    let zeros = plan.columnNames.dropFirst(plan.groupNames.count).map { name -> String in
      guard name.hasPrefix("p"), let index = Int(name.dropFirst()) else { return "0" }
      return plan.partials[index] == .minimum || plan.partials[index] == .maximum ? "null" : "0"
    }
    try connection.run(
      """
      insert into \(quoted(table)) (\(plan.columnNames.joined(separator: ", ")))
      select \((plan.groupNames.map { "m.\($0)" } + zeros).joined(separator: ", ")) from \(moved) as m
      where not exists (select 1 from \(quoted(table)) as s where \(sameGroup("s", "m")))
      """)
  }

  private func advanceMembers(_ index: Int, before: [String: String], now: [String: String]) throws {
    let moved = "moved members \(index)"
    try connection.run(
      """
      create temp table \(quoted("\(moved):\(model.name)")) as
      select \(groups), v, sum(s * n) as n
      from (
        select 1 as s, * from (\(plan.memberSQL(index, reading: now)))
        union all
        select -1, * from (\(plan.memberSQL(index, reading: before))))
      group by \(groups), v having sum(s * n) <> 0
      """)
    let (table, changes) = (quoted(members(index)), temporary(moved))
    let same = sameGroup("s", "m") + " and s.v is m.v"
    try connection.run(
      """
      insert into \(table) (\(groups), v, n)
      select \(plan.groupNames.map { "m.\($0)" }.joined(separator: ", ")), m.v, 0 from \(changes) as m
      where not exists (select 1 from \(table) as s where \(same))
      """)
    try connection.run("update \(table) as s set n = s.n + m.n from \(changes) as m where \(same)")
    try connection.run(
      """
      delete from \(table) where rowid in (
        select s.rowid from \(changes) as m cross join \(table) as s on \(same) where s.n = 0)
      """)
  }

  private func findExtremes(_ extremes: [Int]) throws {
    let names = extremes.map { "p\($0)" }
    try connection.run(
      """
      update \(quoted(table)) as s set \(names.map { "\($0) = f.\($0)" }.joined(separator: ", "))
      from (
        select \(groups), \(names.joined(separator: ", ")) from (\(try withFloor(plan.stateSQL()))) as a
        where exists (select 1 from \(temporary("lost")) as l where \(sameGroup("l", "a")))
      ) as f
      where \(sameGroup("s", "f"))
      """)
  }
}
