import PostgresDialect

/// Writes the rows that a query has collected one by one, after their BEFORE triggers.
final class RowWriter {
  typealias Action = CompiledWrite.CollectedRows.Action

  private let connection: Connection
  private let kind: CompiledStatement.Kind
  private let relation: Relation
  private let actions: [Action]
  private let returns: Bool
  private let catalog: StorageCatalog
  private var statements: [String: PreparedStatement] = [:]

  init(_ connection: Connection, _ write: CompiledWrite, _ actions: [Action]) throws {
    self.connection = connection
    kind = write.kind
    relation = write.relation
    self.actions = actions
    returns = write.returning != nil
    catalog = try connection.database.catalog(connection)
    // What may not be done is refused also when no row asks for it.
    for action in actions { _ = try statement(action, names(action)) }
  }

  /// - Parameter rows: As ``CompiledWrite/CollectedRows/query`` gives them.
  /// - Returns: How many were written, and what RETURNING is computed from.
  /// - Throws: 21000 when MERGE comes to a row that the command has written before; the others leave it alone.
  func write(_ rows: [[SQLValue]]) throws -> (count: Int, rows: [[SQLValue]]) {
    var count = 0
    var returned: [[SQLValue]] = []
    let width = relation.columns.count
    for row in rows {
      let action = actions[Int(row[0].integer ?? 0)]
      if case .integer(let number) = row[1],
        connection.session.writtenRows?.contains(number, of: relation.storageName) == true
      {
        if case .insert = action {
        } else {
          guard kind != .merge else { throw SQLError.writtenTwice("MERGE") }
          continue
        }
      }
      guard let written = try write(action, row: row[1], cells: Array(row[2..<(2 + width)])) else { continue }
      count += 1
      if returns { returned.append(written + row[(2 + width)...]) }
    }
    return (count, returned)
  }

  /// - Returns: The table's columns as written, when RETURNING needs them; nil when nothing was written.
  private func write(_ action: Action, row: SQLValue, cells: [SQLValue]) throws -> [SQLValue]? {
    switch action {
    case .delete:
      if fires(.delete) {
        guard let old = try stored(row), try before(.delete, old: old, new: nil, changed: nil) != nil else {
          return nil
        }
      }
      return try applying(.delete) {
        try run(action, [], [row])
      }
    case .update(let columns):
      var new = cells
      var names = columns
      if fires(.update) {
        guard let old = try stored(row) else { return nil }
        for (index, column) in relation.columns.enumerated() where !columns.contains(column.name) {
          new[index] = old[index]
        }
        let computed = new
        guard let outcome = try before(.update, old: old, new: new, changed: Set(columns)) else { return nil }
        new = outcome
        names += changes(from: computed, to: new, besides: columns)
      }
      let values = names.map { value($0, new) }
      return try applying(.update) { try run(action, names, values + [row]) }
    case .insert(let columns):
      var new = cells
      var names = columns
      if fires(.insert) {
        guard let outcome = try before(.insert, old: nil, new: new, changed: nil) else { return nil }
        names += changes(from: new, to: outcome, besides: columns)
        new = outcome
      }
      let values = names.map { value($0, new) }
      let written = try applying(.insert) { try run(action, names, values) }
      if written != nil, let key = relation.rowKey?.name, !names.contains(key) {
        try connection.noteRowKey(of: relation.qualifiedName)
      }
      return written
    }
  }

  private var table: String { SQLitePrinter.quoted(relation.storageName) }

  private func value(_ column: String, _ row: [SQLValue]) -> SQLValue {
    relation.columns.firstIndex { $0.name == column }.map { row[$0] } ?? .null
  }

  /// The columns that triggers have changed; those that compute themselves follow.
  private func changes(from old: [SQLValue], to new: [SQLValue], besides columns: [String]) -> [String] {
    relation.columns.indices.filter { index in
      let column = relation.columns[index]
      return old[index] != new[index] && column.generatedExpression == nil && !columns.contains(column.name)
    }.map { relation.columns[$0].name }
  }

  /// The row as it is now; nil when a trigger has removed it.
  private func stored(_ row: SQLValue) throws -> [SQLValue]? {
    let columns = relation.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
    return try connection.rows("select \(columns) from \(table) where rowid = ?1", [row]).first
  }

  // MARK: Statements

  private func names(_ action: Action) -> [String] {
    switch action {
    case .insert(let columns), .update(let columns): columns
    case .delete: []
    }
  }

  private func run(_ action: Action, _ names: [String], _ values: [SQLValue]) throws -> [SQLValue]? {
    let statement = try statement(action, names)
    statement.bind(values)
    var row: [SQLValue] = []
    while try statement.step() { row = statement.row }
    statement.reset()
    return connection.changedRowCount > 0 ? row : nil
  }

  /// The statement for one row, which takes the values of these columns and then the row's number.
  private func statement(_ action: Action, _ names: [String]) throws -> PreparedStatement {
    let columns = names.map(SQLitePrinter.quoted)
    var sql: String
    let kind: CompiledStatement.Kind
    switch action {
    case .insert:
      kind = .insert
      let places = names.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
      sql =
        "insert into \(table) "
        + (names.isEmpty ? "default values" : "(\(columns.joined(separator: ", "))) values (\(places))")
    case .update:
      kind = .update
      let assignments = columns.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: ", ")
      sql = "update \(table) set \(assignments) where rowid = ?\(names.count + 1)"
    case .delete:
      kind = .delete
      sql = "delete from \(table) where rowid = ?1"
    }
    if returns {
      sql += " returning " + relation.columns.map { SQLitePrinter.quoted($0.name) }.joined(separator: ", ")
    }
    if let known = statements[sql] { return known }
    let statement = try connection.prepareGuarded(CompiledStatement(kind: kind, sql: sql))
    statements[sql] = statement
    return statement
  }

  // MARK: Triggers

  private func fires(_ operation: TriggerOperation) -> Bool {
    !catalog.triggers(relation.qualifiedName, .before, operation, isRow: true).isEmpty
  }

  private func before(_ operation: TriggerOperation, old: [SQLValue]?, new: [SQLValue]?, changed: Set<String>?) throws
    -> [SQLValue]?
  {
    try connection.fireBefore(relation.qualifiedName, operation, old: old, new: new, changed: changed)
  }

  /// Writes a row whose BEFORE triggers have run.
  private func applying<Value>(_ operation: TriggerOperation, _ body: () throws -> Value) throws -> Value {
    guard fires(operation) else { return try body() }
    let state = connection.session.triggers
    let level = state.levels.count - 1
    state.levels[level].relation = relation.qualifiedName
    state.levels[level].collected = []
    state.levels[level].applied = operation
    defer { state.levels[level].applied = nil }
    return try body()
  }
}
