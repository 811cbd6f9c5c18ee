import PostgresDialect

extension Connection {
  /// Runs a routine in PL/pgSQL.
  func interpret(_ routine: Routine, _ arguments: [SQLValue]) throws -> RoutineResult {
    let interpreter = Interpreter(self, routine)
    var level = ProceduralLevel(label: routine.name, variables: [ProceduralVariable("found", .boolean, .integer(0))])
    for (index, input) in routine.inputs.enumerated() {
      let value = arguments.indices.contains(index) ? arguments[index] : .null
      level.variables.append(ProceduralVariable("$\(index + 1)", input.type, value))
      if let name = input.name, input.mode != .inout_ {
        level.variables.append(ProceduralVariable(name, input.type, value))
      }
    }
    for (index, output) in routine.outputs.enumerated() {
      let given = output.mode == .inout_ ? routine.inputs.firstIndex { $0.name == output.name } : nil
      level.variables.append(
        ProceduralVariable(
          output.name ?? "column\(index + 1)", output.type, given.map { arguments[$0] } ?? .null))
    }
    interpreter.frame.levels = [level]
    switch routine.result {
    case .scalar(let type):
      interpreter.result.columns = [ResultColumn(name: routine.name, type: type, fixedPoint: type.fixedPoint)]
    case .row(let fields): interpreter.result.columns = fields
    case .void, .trigger, .record: break
    }
    let flow = try interpreter.run(try tree(of: routine))
    try interpreter.finish(flow)
    return interpreter.result
  }

  /// Runs the body of a DO statement.
  func runBlock(_ body: String) throws {
    let tree = try ProceduralParser.parse(body)
    try nested {
      let interpreter = Interpreter(self, nil)
      interpreter.frame.levels = [
        ProceduralLevel(label: nil, variables: [ProceduralVariable("found", .boolean, .integer(0))])
      ]
      _ = try interpreter.run(tree)
    }
  }

  /// Whether CASE's operand and a WHEN value are equal, by the `=` of their types.
  func areEqual(
    _ left: (value: SQLValue, column: ResultColumn), _ right: (value: SQLValue, column: ResultColumn)
  ) throws -> Bool {
    if left.value.isNull || right.value.isNull { return false }
    let connection = Connection(handle: handle, session: session, database: database)
    let types = [left.column.known.type, right.column.known.type]
    for (index, side) in [left, right].enumerated() {
      connection.positionalTypes[.positional(index + 1)] = types[index]
      connection.variableValues[String(index + 1)] = try convert(side.value, from: side.column, to: types[index])
    }
    return try connection.query("select $1 = $2").rows.first?.first == .integer(1)
  }

  /// The elements of an array.
  func elements(of value: SQLValue, _ column: ResultColumn) throws -> (values: [SQLValue], column: ResultColumn) {
    let connection = Connection(handle: handle, session: session, database: database)
    connection.positionalTypes[.positional(1)] = column.type
    connection.variableValues["1"] = value
    let result = try connection.query("select * from unnest($1)")
    return (result.rows.map { $0[0] }, result.columns[0])
  }
}

extension Interpreter {
  /// What a routine gives when its outermost block has ended.
  func finish(_ flow: Flow) throws {
    switch flow {
    case .exit, .again:
      throw SQLError(.syntaxError, "\(flow == .next ? "" : "EXIT or CONTINUE") has no loop or block of that label")
    case .returned, .next: break
    }
    guard let routine else { return }
    if routine.returnsSet { return }
    if !routine.outputs.isEmpty {
      result.rows = [outputRow(routine)]
      return
    }
    if flow == .returned { return }
    guard routine.result == .void else {
      throw SQLError(SQLState(rawValue: "2F005"), "control reached end of function without RETURN")
        .adding(context: "PL/pgSQL function \(contextName)")
    }
    result.rows = [[.text("")]]
  }
}
