import PostgresDialect

/// A trigger that CREATE TRIGGER made.
struct StoredTrigger: Sendable {
  var id: Int64
  var definition: CreateTrigger
  /// The schema of the function.
  var functionSchema: String
  var isEnabled: Bool
  /// The text of CREATE TRIGGER.
  var source: String

  var name: String { definition.name.name }

  func fires(_ timing: CreateTrigger.Timing, _ operation: TriggerOperation, isRow: Bool) -> Bool {
    isEnabled && definition.timing == timing && definition.isForEachRow == isRow
      && definition.events.contains { $0.operation == operation }
  }

  /// Whether an UPDATE of these columns concerns the trigger: `update of` names them.
  func concerns(_ operation: TriggerOperation, columns: Set<String>) -> Bool {
    guard operation == .update else { return true }
    return definition.events.contains { event in
      guard case .update(let of) = event else { return false }
      return of.isEmpty || of.contains { columns.contains($0.name) }
    }
  }
}

enum TriggerOperation: String, Sendable, CaseIterable {
  case insert = "INSERT"
  case update = "UPDATE"
  case delete = "DELETE"
  case truncate = "TRUNCATE"
}

extension CreateTrigger.Event {
  var operation: TriggerOperation {
    switch self {
    case .insert: .insert
    case .update: .update
    case .delete: .delete
    case .truncate: .truncate
    }
  }
}

extension StorageCatalog {
  /// The triggers by their relation's qualified name, in the order in which they fire: by name.
  static func readTriggers(_ connection: Connection) throws -> [String: [StoredTrigger]] {
    guard try connection.sqliteTableExists("engine.triggers") else { return [:] }
    var triggers: [String: [StoredTrigger]] = [:]
    for row in try connection.rows(
      """
      select id, schema, relation, function_schema, is_enabled, source from "engine.triggers"
      order by schema, relation, name
      """)
    {
      let source = row[5].text ?? ""
      guard case .createTrigger(let definition)? = try? Parser.parseStatement(source).kind else { continue }
      triggers["\(row[1].text ?? "").\(row[2].text ?? "")", default: []].append(
        StoredTrigger(
          id: row[0].integer ?? 0, definition: definition, functionSchema: row[3].text ?? "",
          isEnabled: row[4].integer == 1, source: source))
    }
    return triggers
  }

  func triggers(
    _ relation: String, _ timing: CreateTrigger.Timing, _ operation: TriggerOperation, isRow: Bool
  ) -> [StoredTrigger] {
    (triggers[relation] ?? []).filter { $0.fires(timing, operation, isRow: isRow) }
  }
}

extension Migrations {
  @Sendable static func createTriggerTables(_ connection: Connection) throws {
    try connection.run(
      """
      create table "engine.triggers" (
        id integer primary key autoincrement, schema text not null, relation text not null, name text not null,
        function_schema text not null, function_name text not null, is_enabled integer not null default 1,
        source text not null, unique (schema, relation, name)
      ) strict
      """)
    for event in ["insert", "update", "delete"] {
      try connection.run(
        """
        create trigger "engine.triggers.\(event)" after \(event) on "engine.triggers" begin
          update "engine.catalog_version" set version = version + 1;
        end
        """)
    }
  }
}

extension Connection {
  func createTrigger(_ create: CreateTrigger, statement: Statement, sql: String) throws {
    let catalog = try database.catalog(self)
    let written = create.table.parts.map(\.name).joined(separator: ".")
    guard let relation = catalog.relation(schema: create.table.schema, name: create.table.name) else {
      throw SQLError(.undefinedTable, "relation \"\(written)\" does not exist", at: create.table.range)
    }
    try StatementGuard.checkDefinition(on: relation.qualifiedName, at: create.table.range)
    guard relation.kind == .table else {
      throw SQLError(
        relation.kind == .view ? .featureNotSupported : .wrongObjectType,
        relation.kind == .view
          ? "triggers on views are not supported yet" : "relation \"\(relation.name)\" cannot have triggers",
        at: create.table.range)
    }
    if create.timing == .insteadOf {
      throw SQLError(
        .wrongObjectType, "\"\(relation.name)\" is a table", detail: "Tables cannot have INSTEAD OF triggers.",
        at: create.table.range)
    }
    if create.isForEachRow, create.events.contains(where: { $0.operation == .truncate }) {
      throw SQLError(
        .featureNotSupported, "TRUNCATE FOR EACH ROW triggers are not supported", at: create.name.range)
    }
    if create.isForEachRow, relation.columns.count > 60 {
      throw SQLError(
        .featureNotSupported, "row triggers on tables of more than 60 columns are not supported", at: create.table.range
      )
    }
    for case .update(let columns) in create.events {
      for column in columns where !relation.columns.contains(where: { $0.name == column.name }) {
        throw SQLError(
          .undefinedColumn, "column \"\(column.name)\" of relation \"\(relation.name)\" does not exist",
          at: column.range)
      }
    }
    let name = create.function.parts.map(\.name).joined(separator: ".")
    guard let function = try routines(create.function, []).first else {
      throw SQLError(.undefinedFunction, "function \(name)() does not exist", at: create.function.range)
    }
    guard function.result == .trigger else {
      throw SQLError(
        .invalidObjectDefinition, "function \(function.name) must return type trigger", at: create.function.range)
    }
    let existing = (catalog.triggers[relation.qualifiedName] ?? []).contains { $0.name == create.name.name }
    if existing, !create.orReplace {
      throw SQLError(
        .duplicateObject, "trigger \"\(create.name.name)\" for relation \"\(relation.name)\" already exists",
        at: create.name.range)
    }
    try run(
      """
      insert into "engine.triggers" (schema, relation, name, function_schema, function_name, source)
      values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (schema, relation, name) do update set function_schema = ?4,
        function_name = ?5, source = ?6, is_enabled = 1
      """,
      [
        .text(relation.schema), .text(relation.name), .text(create.name.name), .text(function.schema),
        .text(function.name), .text(sql.text(statement.range)),
      ])
    database.invalidateCatalog()
    try installTriggers(relation.qualifiedName)
  }

  func dropTrigger(_ drop: Drop) throws {
    guard let table = drop.table, let name = drop.names.first else { return }
    let catalog = try database.catalog(self)
    guard let relation = catalog.relation(schema: table.schema, name: table.name) else {
      if drop.ifExists { return }
      throw SQLError(
        .undefinedTable, "relation \"\(table.parts.map(\.name).joined(separator: "."))\" does not exist",
        at: table.range)
    }
    guard (catalog.triggers[relation.qualifiedName] ?? []).contains(where: { $0.name == name.name }) else {
      if drop.ifExists { return }
      throw SQLError(
        .undefinedObject, "trigger \"\(name.name)\" for table \"\(relation.name)\" does not exist", at: name.range)
    }
    try run(
      "delete from \"engine.triggers\" where schema = ?1 and relation = ?2 and name = ?3",
      [.text(relation.schema), .text(relation.name), .text(name.name)])
    database.invalidateCatalog()
    try installTriggers(relation.qualifiedName)
  }

  /// `alter table … enable trigger`.
  ///
  /// - Returns: False when the statement is about something else.
  func alterTriggers(_ alter: AlterTable) throws -> Bool {
    for action in alter.actions {
      guard case .trigger = action else { return false }
    }
    guard let relation = try database.catalog(self).relation(schema: alter.table.schema, name: alter.table.name) else {
      if alter.ifExists { return true }
      throw SQLError(
        .undefinedTable, "relation \"\(alter.table.parts.map(\.name).joined(separator: "."))\" does not exist",
        at: alter.table.range)
    }
    for case .trigger(let name, let isEnabled) in alter.actions {
      try enableTriggers(name?.name, of: relation, isEnabled)
    }
    return true
  }

  /// Switches one trigger of a relation, or all of them, on or off.
  func enableTriggers(_ name: String?, of relation: Relation, _ isEnabled: Bool) throws {
    let triggers = try database.catalog(self).triggers[relation.qualifiedName] ?? []
    if let name, !triggers.contains(where: { $0.name == name }) {
      throw SQLError(
        .undefinedObject, "trigger \"\(name)\" for table \"\(relation.name)\" does not exist")
    }
    try run(
      "update \"engine.triggers\" set is_enabled = ?3 where schema = ?1 and relation = ?2 and (name = ?4 or ?4 is null)",
      [.text(relation.schema), .text(relation.name), SQLValue(isEnabled), SQLValue(name)])
    database.invalidateCatalog()
    try installTriggers(relation.qualifiedName)
  }

  /// Makes SQLite's own triggers of a table anew: they tell the engine of every row, whatever statement wrote it.
  ///
  /// Before a row is written, `pg_before_row` says whether SQLite shall leave it alone; after it, `pg_after_row`
  /// remembers the row for the end of the statement.
  func installTriggers(_ qualifiedName: String) throws {
    let prefix = "engine trigger \(qualifiedName) "
    for row in try rows("select name from sqlite_schema where type = 'trigger' and name like 'engine trigger %'")
    where row[0].text?.hasPrefix(prefix) == true {
      try run("drop trigger " + SQLitePrinter.quoted(row[0].text ?? ""))
    }
    let catalog = try database.catalog(self)
    guard let relation = catalog.relations[qualifiedName] else { return }
    let table = SQLitePrinter.quoted(relation.storageName)
    for operation in [TriggerOperation.insert, .update, .delete] {
      let event = operation.rawValue.lowercased()
      func cells(_ row: String) -> String {
        relation.columns.map { ", \(row).\(SQLitePrinter.quoted($0.name))" }.joined()
      }
      let arguments =
        SQLitePrinter.literal(qualifiedName) + ", '\(operation.rawValue)'"
        + (operation == .insert ? ", null" : ", old.rowid") + (operation == .insert ? "" : cells("old"))
        + (operation == .delete ? "" : cells("new"))
      let report = AuditLog.report(
        qualifiedName, operation,
        cells: (operation == .insert ? "" : cells("old")) + (operation == .delete ? "" : cells("new")))
      if catalog.privileges.isManaged, let report {
        try run(
          "create trigger \(SQLitePrinter.quoted(prefix + "audit " + event)) after \(event) on \(table) "
            + "begin \(report); end")
      }
      if !catalog.triggers(qualifiedName, .before, operation, isRow: true).isEmpty {
        try run(
          """
          create trigger \(SQLitePrinter.quoted(prefix + "before " + event)) before \(event) on \(table)
          when pg_before_row(\(arguments)) begin select raise(ignore); end
          """)
      }
      for trigger in catalog.triggers(qualifiedName, .after, operation, isRow: true) {
        var columns = ""
        for case .update(let of) in trigger.definition.events where operation == .update && !of.isEmpty {
          columns = " of " + of.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
        }
        try run(
          """
          create trigger \(SQLitePrinter.quoted(prefix + "after \(event) \(trigger.id)")) after \(event)\(columns)
          on \(table) begin select pg_after_row(\(trigger.id), \(arguments)); end
          """)
      }
    }
  }
}
