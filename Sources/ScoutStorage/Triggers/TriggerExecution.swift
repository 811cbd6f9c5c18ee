import PostgresDialect

extension Connection {
  /// Runs a command with the triggers of what it writes.
  ///
  /// AFTER triggers fire at its end in the order of what happened, as in PostgreSQL. A table with BEFORE row triggers is
  /// written in two steps: the statement first runs with its rows kept from the table; then each row goes through the
  /// triggers and is written by itself.
  func firingTriggers<Value>(_ body: () throws -> Value) throws -> Value {
    let state = session.triggers
    state.levels.append(TriggerState.Level())
    let depth = state.levels.count
    defer { state.levels.removeLast(state.levels.count - depth + 1) }
    let result = try body()
    try fireEvents(level: depth - 1)
    return result
  }

  /// The relation that a statement writes and what it does to it; nil when no triggers can be concerned.
  private func writing(_ statement: Statement, _ catalog: StorageCatalog) -> (
    target: Relation, operations: [TriggerOperation]
  )? {
    let operations = statement.triggerOperations
    guard !catalog.triggers.isEmpty, !operations.isEmpty,
      let target = statement.triggerTarget.flatMap({ catalog.relation(schema: $0.schema, name: $0.name) })
    else { return nil }
    return (target, operations)
  }

  private func statementTriggers(
    _ timing: CreateTrigger.Timing, _ operation: TriggerOperation, _ target: Relation, _ statement: Statement,
    _ catalog: StorageCatalog
  ) -> [StoredTrigger] {
    let changed = statement.assignedColumns
    return catalog.triggers(target.qualifiedName, timing, operation, isRow: false)
      .filter { $0.concerns(operation, columns: changed) }
  }

  /// Fires the BEFORE statement triggers of a statement of the command.
  func fireStart(of statement: Statement) throws {
    let catalog = try database.catalog(self)
    guard let (target, operations) = writing(statement, catalog) else { return }
    let state = session.triggers
    let level = state.levels.count - 1
    for operation in operations
    where state.levels[level].started.insert("\(operation.rawValue) \(target.qualifiedName)").inserted {
      for trigger in statementTriggers(.before, operation, target, statement, catalog) {
        _ = try run(trigger, operation, target, old: nil, new: nil)
      }
    }
  }

  /// Runs one statement of the command with its BEFORE row triggers; its AFTER triggers wait for the command's end.
  func runFiring(_ command: CompiledCommand, _ call: StatementCall) throws -> QueryResult {
    let catalog = try database.catalog(self)
    let state = session.triggers
    let level = state.levels.count - 1
    guard let (target, operations) = writing(call.statement, catalog), let primary = operations.first else {
      return try run(command, call)
    }
    let result: QueryResult
    if command.isOneStatement, [.insert, .update, .delete].contains(primary),
      operations.contains(where: { !catalog.triggers(target.qualifiedName, .before, $0, isRow: true).isEmpty })
    {
      result = try executeRowByRow(command, call, target, operations, catalog, level: level)
    } else {
      result = try run(command, call)
    }
    // The rows of TRUNCATE fire nothing.
    if primary == .truncate { state.levels[level].events = [] }
    // As PostgreSQL does, in the opposite order of the BEFORE triggers, and behind the last part of the command that
    // writes the table so.
    for operation in operations.reversed() {
      let events = statementTriggers(.after, operation, target, call.statement, catalog).map {
        TriggerState.Event(trigger: $0.id, relation: target.qualifiedName, operation: operation)
      }
      state.levels[level].events.removeAll { earlier in
        events.contains { $0.trigger == earlier.trigger && $0.operation == earlier.operation }
      }
      state.levels[level].events += events
    }
    return result
  }

  private func fireEvents(level: Int) throws {
    let state = session.triggers
    while !state.levels[level].events.isEmpty {
      let events = state.levels[level].events
      state.levels[level].events = []
      for event in events { try fire(event) }
    }
  }

  /// Fires what the engine's own writes left behind; before a transaction commits.
  func fireRemainingTriggers() throws {
    while !session.triggers.rest.isEmpty {
      let events = session.triggers.rest
      session.triggers.rest = []
      for event in events { try fire(event) }
    }
  }

  private func fire(_ event: TriggerState.Event) throws {
    let catalog = try database.catalog(self)
    guard let relation = catalog.relations[event.relation],
      let trigger = catalog.triggers[event.relation]?.first(where: { $0.id == event.trigger && $0.isEnabled })
    else { return }
    _ = try run(trigger, event.operation, relation, old: event.old, new: event.new)
  }

  /// The BEFORE row triggers of a row.
  ///
  /// - Parameter changed: The columns that the statement sets; nil when that is not known: those whose values differ.
  /// - Returns: The row to write, or for DELETE any row; nil when a trigger said that it shall not be.
  func fireBefore(
    _ qualifiedName: String, _ operation: TriggerOperation, old: [SQLValue]?, new: [SQLValue]?, changed: Set<String>?
  ) throws -> [SQLValue]? {
    let catalog = try database.catalog(self)
    guard let relation = catalog.relations[qualifiedName] else { return new ?? old }
    var row = new
    let set =
      changed
      ?? Set(relation.columns.indices.filter { old?[$0] != new?[$0] }.map { relation.columns[$0].name })
    for trigger in catalog.triggers(qualifiedName, .before, operation, isRow: true)
    where trigger.concerns(operation, columns: set) {
      let (ran, outcome) = try run(trigger, operation, relation, old: old, new: row)
      guard ran else { continue }
      guard let outcome else { return nil }
      if operation != .delete { row = outcome }
    }
    return operation == .delete ? old : row
  }

  /// The arguments of CREATE TRIGGER as an array of texts; null when there are none.
  private func array(of arguments: [String]) throws -> SQLValue {
    guard !arguments.isEmpty else { return .null }
    let connection = Connection(handle: handle, session: session, database: database)
    for (index, argument) in arguments.enumerated() {
      connection.positionalTypes[.positional(index + 1)] = .text
      connection.variableValues[String(index + 1)] = .text(argument)
    }
    let places = arguments.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    return try connection.query("select array[\(places)]").rows.first?.first ?? .null
  }

  /// Runs one trigger.
  ///
  /// - Returns: Whether its WHEN let it run, and the row that the function returned.
  private func run(
    _ trigger: StoredTrigger, _ operation: TriggerOperation, _ relation: Relation, old: [SQLValue]?, new: [SQLValue]?
  ) throws -> (ran: Bool, row: [SQLValue]?) {
    let definition = trigger.definition
    let fields = relation.columns.map {
      ResultColumn(name: $0.name, type: $0.type, fixedPoint: $0.type.fixedPoint)
    }
    func record(_ name: String, _ row: [SQLValue]?) -> ProceduralVariable {
      let variable = ProceduralVariable(name, .row)
      variable.fields = fields
      variable.row = row
      return variable
    }
    let records = definition.isForEachRow ? [record("new", new), record("old", old)] : []
    if let condition = definition.condition {
      let connection = Connection(handle: handle, session: session, database: database)
      var frame = ProceduralFrame()
      frame.levels = [ProceduralLevel(label: nil, variables: records)]
      let names = frame.names
      connection.variables = names.variables
      connection.variableValues = names.values
      let select = Select(items: [SelectItem(expression: condition)], range: condition.range)
      let query = Statement(.query(Query(body: .select(select), range: condition.range)), at: condition.range)
      guard try connection.execute(query, sql: trigger.source).rows.first?.first == .integer(1) else {
        return (false, nil)
      }
    }
    let catalog = try database.catalog(self)
    guard
      let routine = catalog.routines(schema: trigger.functionSchema, name: definition.function.name).first(where: {
        $0.result == .trigger
      })
    else {
      throw SQLError(.undefinedFunction, "function \(definition.function.name)() does not exist")
    }
    return try nested {
      let interpreter = Interpreter(self, routine)
      let texts: [(String, String)] = [
        ("tg_op", operation.rawValue), ("tg_name", trigger.name), ("tg_table_name", relation.name),
        ("tg_relname", relation.name), ("tg_table_schema", relation.schema),
        ("tg_when", definition.timing.rawValue.uppercased()),
        ("tg_level", definition.isForEachRow ? "ROW" : "STATEMENT"),
      ]
      let arguments = try array(of: definition.arguments)
      interpreter.frame.levels = [
        ProceduralLevel(
          label: routine.name,
          variables: [
            ProceduralVariable("found", .boolean, .integer(0)),
            ProceduralVariable("tg_nargs", .int4, .integer(Int64(definition.arguments.count))),
            ProceduralVariable("tg_argv", SQLType(.text, isArray: true), arguments),
          ] + texts.map { ProceduralVariable($0.0, .text, .text($0.1)) } + records)
      ]
      let flow = try interpreter.run(try tree(of: routine))
      try interpreter.finish(flow)
      return (true, interpreter.triggerRow)
    }
  }
}

extension Statement {
  /// The relation whose triggers a statement may fire by itself.
  var triggerTarget: QualifiedName? {
    switch kind {
    case .insert(let insert): insert.table
    case .update(let update): update.table
    case .delete(let delete): delete.table
    case .merge(let merge): merge.table
    case .truncate(let names, _, _): names.first
    default: nil
    }
  }

  /// What the statement does to its relation, the operation that it is named after first.
  var triggerOperations: [TriggerOperation] {
    switch kind {
    case .insert(let insert):
      if case .update? = insert.onConflict?.action { return [.insert, .update] }
      return [.insert]
    case .update: return [.update]
    case .delete: return [.delete]
    case .truncate: return [.truncate]
    case .merge(let merge):
      var operations: [TriggerOperation] = []
      for branch in merge.branches {
        switch branch.action {
        case .update: operations.append(.update)
        case .delete: operations.append(.delete)
        case .insert: operations.append(.insert)
        case .nothing: break
        }
      }
      return TriggerOperation.allCases.filter(operations.contains)
    default: return []
    }
  }
}
