import PostgresDialect

/// Writing rows one by one, after their BEFORE triggers.
extension Connection {
  func executeRowByRow(
    _ command: CompiledCommand, _ call: StatementCall, _ relation: Relation, _ operations: [TriggerOperation],
    _ catalog: StorageCatalog, level: Int
  ) throws -> QueryResult {
    let state = session.triggers
    state.levels[level].relation = relation.qualifiedName
    state.levels[level].collected = Set(
      operations.filter { !catalog.triggers(relation.qualifiedName, .before, $0, isRow: true).isEmpty })
    // The upsert of a row whose INSERT triggers have run comes below.
    if operations.first == .insert, state.levels[level].collected.contains(.insert) {
      state.levels[level].collected = [.insert]
    }
    var result = try run(command, call)
    let candidates = state.levels[level].candidates
    state.levels[level].candidates = []
    var call = call
    call.environment.tracksRows = call.environment.tracksRows || candidates.count > 1
    try trackingRows {
      for candidate in candidates { try write(candidate, call, relation, level, &result) }
    }
    state.levels[level].collected = []
    let tag = operations.first == .insert ? "INSERT 0" : operations.first?.rawValue ?? ""
    result.tag = "\(tag) \(result.rowCount)"
    return result
  }

  private func write(
    _ candidate: TriggerState.Candidate, _ call: StatementCall, _ relation: Relation, _ level: Int,
    _ result: inout QueryResult
  ) throws {
    let changed = candidate.operation == .update ? call.statement.assignedColumns : nil
    let state = session.triggers
    state.levels[level].collected = []
    guard
      let row = try fireBefore(
        relation.qualifiedName, candidate.operation, old: candidate.old, new: candidate.new, changed: changed)
    else { return }
    var single = call
    single.statement = try call.statement.single(
      candidate, relation, row, changed: changed ?? [], parameters: &single.parameters)
    state.levels[level].applied = candidate.operation
    if candidate.operation == .insert { state.levels[level].collected = [.update] }
    defer { state.levels[level].applied = nil }
    let written = try run(compile(single), single)
    result.rows += written.rows
    try call.checkLimit(result)
    result.rowCount += written.rowCount
    // The row was there already, and ON CONFLICT makes this an update with triggers of its own.
    let updates = state.levels[level].candidates
    state.levels[level].candidates = []
    for update in updates { try write(update, call, relation, level, &result) }
  }
}

extension Statement {
  /// The columns that the statement's SET names.
  var assignedColumns: Set<String> {
    switch kind {
    case .update(let update): return Set(update.assignments.flatMap { $0.columns.map(\.name) })
    case .insert(let insert):
      guard case .update(let assignments, _)? = insert.onConflict?.action else { return [] }
      return Set(assignments.flatMap { $0.columns.map(\.name) })
    case .merge(let merge):
      return Set(
        merge.branches.flatMap { branch -> [String] in
          guard case .update(let assignments) = branch.action else { return [] }
          return assignments.flatMap { $0.columns.map(\.name) }
        })
    default: return []
    }
  }

  /// The statement for one row whose values are known, with the same ON CONFLICT and RETURNING.
  fileprivate func single(
    _ candidate: TriggerState.Candidate, _ relation: Relation, _ row: [SQLValue], changed: Set<String>,
    parameters: inout [String: (type: SQLType, value: SQLValue)]
  ) throws -> Statement {
    var values: [(column: Identifier, value: Expression)] = []
    for (index, column) in relation.columns.enumerated() {
      // SQLite numbers a row without its key.
      if column.isIdentity, row[index].isNull { continue }
      // An UPDATE sets what it said and what the triggers changed, so that UPDATE OF sees the same columns.
      if candidate.operation == .update, !changed.contains(column.name), candidate.old?[index] == row[index] {
        continue
      }
      let name = "engine column \(index)"
      parameters[name] = (column.type, row[index])
      values.append((Identifier(column.name, at: range), Expression(.parameter(.named(name)), at: range)))
    }
    func own(_ alias: Identifier?) -> Expression {
      let name = "engine row"
      parameters[name] = (.int8, candidate.rowID)
      let table = alias?.name ?? relation.name
      let number = QualifiedName([Identifier(table, at: range), Identifier(Compiler.rowNumberName, at: range)])
      return Expression(
        .binary(
          Operator("=", at: range), Expression(.column(number), at: range),
          Expression(.parameter(.named(name)), at: range)), at: range)
    }
    switch kind {
    case .insert(var insert) where candidate.operation == .insert:
      insert.columns = values.map(\.column)
      insert.overriding = .system
      insert.source = .query(Query(body: .values([values.map(\.value)]), range: range))
      return Statement(.insert(insert), at: range)
    case .insert(let insert):
      let update = Update(
        with: insert.with, table: insert.table, alias: insert.alias, assignments: Self.assignments(values),
        condition: own(insert.alias), returning: insert.returning)
      return Statement(.update(update), at: range)
    case .update(var update):
      update.from = []
      update.assignments = Self.assignments(values)
      update.condition = own(update.alias)
      return Statement(.update(update), at: range)
    case .delete(var delete):
      delete.using = []
      delete.condition = own(delete.alias)
      return Statement(.delete(delete), at: range)
    default:
      throw SQLError(.internalError, "no row is written by \(commandName)", at: range)
    }
  }

  private static func assignments(_ values: [(column: Identifier, value: Expression)]) -> [Assignment] {
    values.map { Assignment(columns: [$0.column], value: $0.value) }
  }
}
