import PostgresDialect
import ScoutStorage

/// What retention dropped stays in the states of models: the *floor*, the state of the dropped entities alone.
///
/// A state computed anew is the floor and the state of what is still there, taken together; that is exact, because
/// every partial of a state can be put together from parts that keep entities apart.
extension GroupState {
  private var floor: String { "engine.floor:" + model.name }
  private func floorMembers(_ index: Int) -> String { "\(floor):\(index)" }
  private func quotedName(_ name: String) -> String { SQLitePrinter.quoted(name) }

  var hasFloor: Bool {
    get throws {
      try connection.value("select 1 from sqlite_schema where type = 'table' and name = ?1", [.text(floor)]) != .null
    }
  }

  /// A state with the floor's added; the same columns.
  func withFloor(_ state: String) throws -> String {
    try hasFloor ? merged("select * from \(quotedName(floor)) union all select * from (\(state))") : state
  }

  /// Members with the floor's added; the same columns.
  func membersWithFloor(_ index: Int, _ members: String) throws -> String {
    guard try hasFloor else { return members }
    return mergedMembers("select * from \(quotedName(floorMembers(index))) union all select * from (\(members))")
  }

  /// The numbers of distinct members, which no addition gives.
  func countMembers() throws {
    for index in plan.memberIndices {
      let same = plan.groupNames.map { "v.\($0) is s.\($0)" }.joined(separator: " and ")
      try connection.run(
        """
        update \(quotedName(table)) as s set p\(index) = (
          select count(*) from \(quotedName("\(table):\(index)")) as v where \(same))
        """)
    }
  }

  /// Puts the parts of each group together, and the floor with them; the numbers of members are wrong then.
  func mergeParts() throws {
    func all(_ floor: String, _ table: String) throws -> String {
      let parts = "select * from \(quotedName(table))"
      return try hasFloor ? "select * from \(quotedName(floor)) union all \(parts)" : parts
    }
    try replace(table, by: merged(all(floor, table)))
    for index in plan.memberIndices {
      let name = "\(table):\(index)"
      try replace(name, by: mergedMembers(all(floorMembers(index), name)))
    }
  }

  private func merged(_ parts: String) -> String {
    let groups = plan.groupNames.joined(separator: ", ")
    let columns = plan.columnNames.dropFirst(plan.groupNames.count).map { name -> String in
      guard name.hasPrefix("p"), let index = Int(name.dropFirst()) else { return "sum(\(name)) as \(name)" }
      return switch plan.partials[index] {
      case .count, .sum, .members: "sum(\(name)) as \(name)"
      case .minimum: "min(\(name)) as \(name)"
      case .maximum: "max(\(name)) as \(name)"
      }
    }
    return "select \(groups), \(columns.joined(separator: ", ")) from (\(parts)) group by \(groups)"
  }

  private func mergedMembers(_ parts: String) -> String {
    let groups = plan.groupNames.joined(separator: ", ")
    return "select \(groups), v, sum(n) as n from (\(parts)) group by \(groups), v"
  }

  /// Adds what some entities give now to the floor; they are to be dropped in the same transaction.
  ///
  /// - Parameter tables: By input, the table with these entities' rows.
  func addToFloor(reading tables: [String: String]) throws {
    let aliases = plan.sources.compactMapValues { tables[$0.relation] }
    let state = plan.stateSQL(reading: aliases)
    if try hasFloor {
      try replace(floor, by: merged("select * from \(quotedName(floor)) union all select * from (\(state))"))
    } else {
      try connection.run("create table \(quotedName(floor)) as \(state)")
      for index in plan.memberIndices {
        try connection.run(
          "create table \(quotedName(floorMembers(index))) as select * from (\(plan.memberSQL(index))) where false")
      }
    }
    for index in plan.memberIndices {
      let name = floorMembers(index)
      let members = plan.memberSQL(index, reading: aliases)
      try replace(name, by: mergedMembers("select * from \(quotedName(name)) union all select * from (\(members))"))
    }
  }

  private func replace(_ table: String, by query: String) throws {
    try connection.run("create temp table \"floor:new\" as \(query)")
    try connection.run("delete from \(quotedName(table))")
    try connection.run("insert into \(quotedName(table)) select * from temp.\"floor:new\"")
    try connection.run("drop table temp.\"floor:new\"")
  }
}

/// With which definition of a model its floor was made.
enum ModelFloors {
  private static func key(_ name: String) -> String { "floor:\(name)" }

  private static func digest(_ model: ModelDefinition) -> String { Digests.payloadHash(Array(model.sql.utf8)) }

  static func remember(_ model: ModelDefinition, _ connection: Connection) throws {
    try set(model.qualifiedName, digest(model), connection)
  }

  /// For a model that was off while rows that it reads were dropped: nothing can be computed again.
  static func spoil(_ name: String, _ connection: Connection) throws { try set(name, "off", connection) }

  private static func set(_ name: String, _ value: String, _ connection: Connection) throws {
    try connection.run(
      """
      insert into "engine.settings" (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value
      """, [.text(key(name)), .text(value)])
  }

  private static func discard(_ name: String, _ connection: Connection) throws {
    let tables = try connection.rows(
      """
      select name from sqlite_schema
      where type = 'table' and (name = ?1 or substr(name, 1, length(?1) + 1) = ?1 || ':')
      """, [.text("engine.floor:" + name)])
    for table in tables.compactMap({ $0[0].text }) {
      try connection.run("drop table \(SQLitePrinter.quoted(table))")
    }
    try connection.run("delete from \"engine.settings\" where name = ?1", [.text(key(name))])
  }

  static func exists(_ name: String, _ connection: Connection) throws -> Bool {
    try connection.value("select 1 from \"engine.settings\" where name = ?1", [.text(key(name))]) != .null
  }

  /// Why a model cannot be computed anew, though it has rows of a time that was dropped; nil when it can.
  static func obstacle(_ model: ModelDefinition, _ connection: Connection) throws -> String? {
    let known = try connection.value(
      "select value from \"engine.settings\" where name = ?1", [.text(key(model.qualifiedName))])
    guard let value = known.text, value != digest(model) else { return nil }
    if model.origin == .statement {
      // Dropped and made again: it begins with what was there then.
      try discard(model.qualifiedName, connection)
      return nil
    }
    let date = try DroppedRange.read(connection).map { " before \($0.beforeText)" } ?? ""
    return value == "off"
      ? "it was switched off while retention dropped silver\(date), so its stored values cannot be computed again; give "
        + "a new version another name"
      : "its definition changed, and retention dropped silver\(date) that the new one would need; give the new version "
        + "another name"
  }
}

/// The part of silver that retention dropped.
struct DroppedRange {
  /// The first business date that is kept, in days since 1970-01-01.
  var before: Int64

  var beforeText: String { DateTimeText.text(date: Int(before)) }

  static func read(_ connection: Connection) throws -> DroppedRange? {
    try connection.value("select before from \"engine.retention\" where layer = 'silver'").integer
      .map(DroppedRange.init)
  }
}
