import PostgresDialect

/// What a call of a routine gave.
struct RoutineResult {
  var columns: [ResultColumn] = []
  var rows: [[SQLValue]] = []
}

/// What the routines of one session share.
final class RoutineState {
  /// How many calls lie within each other.
  var depth = 0
  fileprivate var conversions: [Conversion: CompiledStatement] = [:]
  fileprivate var trees: [Int64: (body: String, tree: ProceduralBlock)] = [:]

  fileprivate struct Conversion: Hashable {
    var source: SQLType
    var fixedPoint: FixedPoint?
    var target: SQLType
  }

  /// Each level takes interpreter, analysis and SQLite on the stack of one thread.
  static let maximumDepth = 64
}

extension Routine {
  /// The parameters as the variables of a body in SQL.
  var sqlVariables: (variables: RoutineVariables, positional: [ParameterList.Source: SQLType]) {
    var level = RoutineVariables.Level(label: name)
    var positional: [ParameterList.Source: SQLType] = [:]
    for (index, input) in inputs.enumerated() {
      positional[.positional(index + 1)] = input.type
      if let name = input.name {
        level.scalars.append(RoutineVariables.Scalar(name: name, type: input.type, key: String(index + 1)))
      }
    }
    return (RoutineVariables(levels: [level], columnsHideVariables: true), positional)
  }

  /// Whether the last statement of a body in SQL gives what the function returns.
  ///
  /// - Throws: 42P13.
  func check(_ columns: [ResultColumn]) throws {
    func mismatch(_ detail: String) -> SQLError {
      let type =
        switch result {
        case .scalar(let type): type.displayName
        default: "record"
        }
      return SQLError(
        .invalidFunctionDefinition, "return type mismatch in function declared to return \(type)", detail: detail)
    }
    let expected: [ResultColumn]
    switch result {
    case .void, .trigger, .record: return
    case .scalar(let type): expected = [ResultColumn(name: name, type: type)]
    case .row(let fields): expected = fields
    }
    if columns.isEmpty {
      throw mismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.")
    }
    guard columns.count == expected.count else {
      if case .scalar = result { throw mismatch("Final statement must return exactly one column.") }
      throw mismatch("Final statement returns too \(columns.count > expected.count ? "many" : "few") columns.")
    }
    for (index, (given, wanted)) in zip(columns, expected).enumerated() {
      guard CastRules.allowsAssignment(from: given.type, to: wanted.type) else {
        if case .scalar = result { throw mismatch("Actual return type is \(given.type.displayName).") }
        throw mismatch(
          "Final statement returns \(given.type.displayName) instead of \(wanted.type.displayName) at column "
            + "\(index + 1).")
      }
    }
  }
}

extension Connection {
  /// Runs a routine with values for its inputs, in the form in which parameters of their types are bound.
  func call(_ routine: Routine, _ arguments: [SQLValue]) throws -> RoutineResult {
    if routine.isStrict, arguments.contains(.null) {
      return RoutineResult(rows: routine.returnsSet ? [] : [[.null]])
    }
    try checkExecute(routine)
    guard routine.result != .trigger else {
      throw SQLError(.featureNotSupported, "trigger functions can only be called as triggers")
    }
    return try nested {
      // A definer's function does what its owner may do.
      let caller = session.role
      if routine.isSecurityDefiner { session.role = routine.owner }
      defer { session.role = caller }
      do {
        return routine.language == "sql" ? try callSQL(routine, arguments) : try interpret(routine, arguments)
      } catch let error as SQLError {
        var error = error
        error.range = nil
        throw error
      }
    }
  }

  /// Bounds how deep routines call each other.
  func nested<Value>(_ body: () throws -> Value) throws -> Value {
    guard session.routines.depth < RoutineState.maximumDepth else {
      throw SQLError(
        .statementTooComplex, "stack depth limit exceeded",
        hint: "Functions may call each other \(RoutineState.maximumDepth) levels deep.")
    }
    session.routines.depth += 1
    defer { session.routines.depth -= 1 }
    return try body()
  }

  private func callSQL(_ routine: Routine, _ arguments: [SQLValue]) throws -> RoutineResult {
    let connection = Connection(handle: handle, session: session, database: database)
    let names = routine.sqlVariables
    connection.variables = names.variables
    connection.positionalTypes = names.positional
    for (index, value) in arguments.enumerated() { connection.variableValues[String(index + 1)] = value }
    var last: QueryResult?
    for statement in try Parser.parse(routine.body) {
      do {
        try routine.checkWrites(statement)
        last = try connection.execute(statement, sql: routine.body)
      } catch let error as SQLError {
        throw error.adding(context: "SQL function \"\(routine.name)\" statement 1")
      }
    }
    return try connection.result(of: routine, last)
  }

  /// The last statement's rows as the routine's result type has them.
  private func result(of routine: Routine, _ last: QueryResult?) throws -> RoutineResult {
    var result = RoutineResult()
    switch routine.result {
    case .void, .trigger:
      return RoutineResult(rows: routine.returnsSet ? [] : [[.text("")]])
    case .record:
      result.columns = last?.columns ?? []
    case .scalar(let type):
      result.columns = [ResultColumn(name: routine.name, type: type, fixedPoint: type.fixedPoint)]
    case .row(let fields):
      result.columns = fields
    }
    guard let last else { return RoutineResult(columns: result.columns, rows: routine.returnsSet ? [] : [[.null]]) }
    try routine.check(last.columns)
    for row in routine.returnsSet ? last.rows : Array(last.rows.prefix(1)) {
      result.rows.append(
        try result.columns.enumerated().map { index, column in
          try convert(row[index], from: last.columns[index], to: column.type)
        })
    }
    if result.rows.isEmpty, !routine.returnsSet { result.rows = [result.columns.map { _ in .null }] }
    return result
  }

  /// A value of a result column as a variable of a type holds it, by an assignment cast or through its text.
  ///
  /// - Throws: The cast's own error.
  func convert(_ value: SQLValue, from column: ResultColumn, to type: SQLType) throws -> SQLValue {
    let column = column.type.isUnknown ? ResultColumn(name: column.name, type: .text) : column
    if value.isNull || (column.type == type && column.fixedPoint == type.fixedPoint) { return value }
    let key = RoutineState.Conversion(source: column.type, fixedPoint: column.fixedPoint, target: type)
    let compiled: CompiledStatement
    if let known = session.routines.conversions[key] {
      compiled = known
    } else {
      compiled = try compiler().compileConversion(from: column, to: type)
      session.routines.conversions[key] = compiled
    }
    return try execute(compiled, values: ["value": value]).rows.first?.first ?? .null
  }

  /// The tree of a body; parsed once per session.
  func tree(of routine: Routine) throws -> ProceduralBlock {
    if let known = session.routines.trees[routine.id], known.body == routine.body { return known.tree }
    // TG_ARGV is the one array of PL/pgSQL that counts from 0.
    let body =
      routine.result == .trigger
      ? routine.body.replacing(/(?i)\btg_argv\s*\[/, with: "tg_argv[1+") : routine.body
    let tree = try ProceduralParser.parse(body)
    session.routines.trees[routine.id] = (routine.body, tree)
    return tree
  }

  func callProcedure(_ call: FunctionCall, statement: Statement, sql: String) throws -> QueryResult {
    let all = try routines(call.name, nil, isProcedure: true)
    let name = call.name.parts.map(\.name).joined(separator: ".")
    let fitting = all.filter { routine in
      let required = routine.inputs.filter { $0.defaultValue == nil }.count
      return (required...max(required, routine.inputs.count)).contains(call.arguments.count)
    }
    guard let routine = fitting.first, fitting.count == 1 else {
      let isFunction = try !routines(call.name, nil).isEmpty
      throw SQLError(
        fitting.count > 1 ? .ambiguousFunction : isFunction ? .wrongObjectType : .undefinedFunction,
        fitting.count > 1
          ? "procedure \(name) is not unique"
          : isFunction ? "\(name) is not a procedure" : "procedure \(name) does not exist", at: call.name.range)
    }
    var values: [SQLValue] = []
    for (index, input) in routine.inputs.enumerated() {
      let given =
        call.arguments.first { $0.name?.name == input.name && $0.name != nil }
        ?? (call.arguments.indices.contains(index) && call.arguments[index].name == nil ? call.arguments[index] : nil)
      guard let expression = given?.value ?? input.defaultValue else {
        throw SQLError(.undefinedFunction, "procedure \(name) does not exist", at: call.name.range)
      }
      let select = Select(items: [SelectItem(expression: expression)], range: statement.range)
      let query = Query(body: .select(select), range: statement.range)
      let result = try execute(Statement(.query(query), at: statement.range), sql: sql)
      values.append(try convert(result.rows.first?.first ?? .null, from: result.columns[0], to: input.type))
    }
    let result = try self.call(routine, values)
    guard !routine.outputs.isEmpty else { return done("CALL") }
    return QueryResult(
      columns: result.columns, rows: result.rows, rowCount: result.rows.count, tag: "CALL", timeZone: timeZone)
  }
}

extension Routine {
  /// - Throws: 0A000 for a statement that writes in a function that promised not to.
  func checkWrites(_ statement: Statement) throws {
    guard volatility != .volatile else { return }
    if case .query = statement.kind { return }
    throw SQLError(.featureNotSupported, "\(statement.commandName) is not allowed in a non-volatile function")
  }
}

extension SQLError {
  /// The error with one line more of where it arose, the innermost first.
  func adding(context line: String) -> SQLError {
    var error = self
    error.context.append(line)
    error.range = nil
    return error
  }
}

extension FunctionRegistrar {
  /// The calls of stored functions: the first argument is the routine's number.
  func registerRoutines() {
    scalar("pg_auth_uid", 0, isStrict: false, isPure: false) { call throws(SQLError) in call.resultNull() }
    for name in ["app_routine", "pg_routine"] {
      scalar(name, -1, isStrict: false, isPure: false) { call throws(SQLError) in
        let result = try callRoutine(call)
        call.result(result.rows.first?.first ?? .null)
      }
    }
    for name in ["app_routine_rows", "pg_routine_rows"] {
      scalar(name, -1, isStrict: false, isPure: false) { call throws(SQLError) in
        let result = try callRoutine(call)
        var rows = RowSet(width: result.columns.count)
        for row in result.rows { try rows.appendChecked(row) }
        call.result(rows)
      }
    }
  }

  private func callRoutine(_ call: FunctionContext) throws(SQLError) -> RoutineResult {
    guard let database = call.session.database?() else {
      throw SQLError(.internalError, "the database is closed")
    }
    let connection = Connection(handle: handle, session: call.session, database: database)
    do {
      guard let routine = try database.catalog(connection).routine(call.integer(0)) else {
        throw SQLError(.undefinedFunction, "the function does not exist any more")
      }
      return try connection.call(routine, (1..<call.count).map(call.value))
    } catch let error as SQLError {
      throw error
    } catch {
      throw SQLError(.internalError, "\(error)")
    }
  }
}
