import PostgresDialect

/// Runs one call of a PL/pgSQL routine.
///
/// Every SQL text inside goes the way of any other statement of the connection, with the routine's variables in sight.
/// Loops over queries read all rows first, so that what the body writes does not change what the loop sees, as
/// PostgreSQL's snapshot does.
/// Source: <https://www.postgresql.org/docs/15/plpgsql-control-structures.html>
final class Interpreter {
  /// How a statement ends.
  enum Flow: Equatable {
    case next
    case exit(String?)
    case again(String?)
    case returned
  }

  let connection: Connection
  /// Nil in a DO block.
  let routine: Routine?
  var frame = ProceduralFrame()
  /// What RETURN, RETURN NEXT and RETURN QUERY gave.
  var result = RoutineResult()
  /// The row that a trigger function returns; nil when it returned null.
  var triggerRow: [SQLValue]?
  var rowCount: Int64 = 0
  /// The errors under handling, the innermost last.
  var handled: [SQLError] = []
  private var parsed: [Int: Statement] = [:]
  private var savepoints = 0

  init(_ connection: Connection, _ routine: Routine?) {
    self.connection = Connection(handle: connection.handle, session: connection.session, database: connection.database)
    self.routine = routine
  }

  /// The name in CONTEXT: `f(integer)`.
  var contextName: String { routine?.signature ?? "inline_code_block" }

  // MARK: Statements

  func run(_ statements: [ProceduralStatement]) throws -> Flow {
    for statement in statements {
      let flow: Flow
      do {
        flow = try run(statement)
      } catch let error as SQLError {
        // Blocks and loops pass on what their statements said.
        switch statement.kind {
        case .block, .ifElse, .choose, .loop, .whileLoop, .countLoop, .queryLoop, .elementLoop:
          if error.isLocated { throw error }
        default: break
        }
        var located = error.adding(
          context: "PL/pgSQL function \(contextName) line \(statement.line) at \(statement.kind.contextName)")
        located.isLocated = true
        throw located
      }
      if flow != .next { return flow }
    }
    return .next
  }

  private func run(_ statement: ProceduralStatement) throws -> Flow {
    switch statement.kind {
    case .nothing: return .next
    case .block(let block): return try run(block)
    case .assign(let target, let value):
      try assign(target, value)
      return .next
    case .ifElse(let branches, let otherwise):
      for branch in branches where try isTrue(branch.condition) { return try run(branch.body) }
      return try run(otherwise)
    case .choose(let operand, let branches, let otherwise):
      return try choose(operand, branches, otherwise)
    case .loop(let label, let body):
      while true {
        if let flow = try runBody(body, label) { return flow }
      }
    case .whileLoop(let label, let condition, let body):
      while try isTrue(condition) {
        if let flow = try runBody(body, label) { return flow }
      }
      return .next
    case .countLoop(let label, let variable, let from, let to, let by, let isReverse, let body):
      return try count(label, variable, from, to, by, isReverse, body)
    case .queryLoop(let label, let targets, let query, let body):
      return try loop(label, targets, query, body)
    case .elementLoop(let label, let target, let array, let body):
      return try loop(label, target, array, body)
    case .exit(let isContinue, let label, let condition):
      if let condition, try !isTrue(condition) { return .next }
      return isContinue ? .again(label) : .exit(label)
    case .returnValue(let value):
      try returnValue(value)
      return .returned
    case .returnNext(let value):
      try returnNext(value)
      return .next
    case .returnQuery(let query):
      try returnQuery(query)
      return .next
    case .raise(let raise):
      try self.raise(raise)
      return .next
    case .assert(let condition, let message):
      if try !isTrue(condition) {
        var text: String?
        if let message { text = try self.text(of: message) }
        throw SQLError(SQLState(rawValue: "P0004"), text ?? "assertion failed")
      }
      return .next
    case .sql(let fragment, let into, let isStrict):
      try runSQL(fragment, into: into, isStrict: isStrict)
      return .next
    case .perform(let fragment):
      let result = try execute(fragment)
      setFound(!result.rows.isEmpty, count: result.rows.count)
      return .next
    case .execute(let fragment, let into, let isStrict, let using):
      let result = try executeDynamic(fragment, using)
      rowCount = Int64(result.rowCount)
      if !into.isEmpty { try store(result, into, isStrict: isStrict) }
      return .next
    case .diagnostics(_, let items):
      for item in items { try diagnose(item) }
      return .next
    }
  }

  /// One turn of a loop.
  ///
  /// - Returns: How the loop ends, nil when it goes on.
  func runBody(_ body: [ProceduralStatement], _ label: String?) throws -> Flow? {
    switch try run(body) {
    case .next: return nil
    case .exit(let name): return name == nil || name == label ? .next : .exit(name)
    case .again(let name): return name == nil || name == label ? nil : .again(name)
    case .returned: return .returned
    }
  }

  private func choose(
    _ operand: SQLFragment?, _ branches: [ProceduralBranch], _ otherwise: [ProceduralStatement]?
  ) throws -> Flow {
    if let operand {
      let value = try evaluate(operand)
      for branch in branches {
        let candidate = try evaluate(branch.condition)
        if try connection.areEqual(value, candidate) { return try run(branch.body) }
      }
    } else {
      for branch in branches where try isTrue(branch.condition) { return try run(branch.body) }
    }
    guard let otherwise else {
      throw SQLError(
        SQLState(rawValue: "20000"), "case not found", hint: "CASE statement is missing ELSE part.")
    }
    return try run(otherwise)
  }

  // MARK: Blocks

  func run(_ block: ProceduralBlock) throws -> Flow {
    frame.levels.append(ProceduralLevel(label: block.label))
    let depth = frame.levels.count
    defer { frame.levels.removeLast(frame.levels.count - depth + 1) }
    for declaration in block.declarations { try declare(declaration) }
    let flow: Flow
    if block.handlers.isEmpty {
      flow = try run(block.statements)
    } else {
      flow = try runHandled(block, depth)
    }
    if case .exit(let name?) = flow, name == block.label { return .next }
    return flow
  }

  /// The statements of a block with handlers: a savepoint takes back what they did when a handler takes over.
  private func runHandled(_ block: ProceduralBlock, _ depth: Int) throws -> Flow {
    savepoints += 1
    let name = "\"plpgsql \(connection.session.routines.depth) \(savepoints)\""
    defer { savepoints -= 1 }
    do {
      try connection.run("savepoint \(name)")
    } catch let error as SQLError where error.message.contains("SQL statements in progress") {
      throw SQLError(
        .featureNotSupported,
        "a block with EXCEPTION in a function that a writing statement calls is not supported yet",
        hint: "Call the function in a SELECT of its own.")
    }
    do {
      let flow = try run(block.statements)
      try connection.run("release \(name)")
      return flow
    } catch let error as SQLError {
      try connection.run("rollback to \(name)")
      try connection.run("release \(name)")
      connection.session.pendingError = nil
      connection.database.invalidateCatalog()
      frame.levels.removeLast(frame.levels.count - depth)
      // A query that was cancelled is not caught by OTHERS, nor is a failed assertion.
      guard let handler = block.handlers.first(where: { $0.catches(error.state) }) else { throw error }
      handled.append(error)
      frame.levels.append(
        ProceduralLevel(
          label: nil,
          variables: [
            ProceduralVariable("sqlstate", .text, .text(error.state.rawValue)),
            ProceduralVariable("sqlerrm", .text, .text(error.message)),
          ]))
      defer {
        handled.removeLast()
        frame.levels.removeLast(frame.levels.count - depth)
      }
      return try run(handler.body)
    }
  }

  // MARK: SQL

  /// The statement of a fragment.
  func statement(_ fragment: SQLFragment) throws -> Statement {
    if let known = parsed[fragment.number] { return known }
    let statement = try Parser.parseStatement(fragment.text)
    parsed[fragment.number] = statement
    return statement
  }

  /// Runs a fragment with the variables in sight.
  func execute(_ fragment: SQLFragment) throws -> QueryResult {
    try execute(try statement(fragment), fragment.text)
  }

  func execute(_ statement: Statement, _ text: String) throws -> QueryResult {
    if case .transaction = statement.kind {
      throw SQLError(
        .featureNotSupported, "unsupported transaction command in PL/pgSQL",
        hint: "Use a PL/pgSQL block with an EXCEPTION clause instead.")
    }
    try routine?.checkWrites(statement)
    let names = frame.names
    connection.variables = names.variables
    connection.variableValues = names.values
    defer { connection.variables = nil }
    return try connection.execute(statement, sql: text)
  }

  /// An expression's value with its type.
  func evaluate(_ fragment: SQLFragment) throws -> (value: SQLValue, column: ResultColumn) {
    let result = try execute(fragment)
    guard result.columns.count == 1 else {
      throw SQLError(.syntaxError, "query returned \(result.columns.count) columns")
    }
    guard result.rows.count <= 1 else {
      throw SQLError(.cardinalityViolation, "query returned more than one row")
    }
    return (result.rows.first?[0] ?? .null, result.columns[0])
  }

  func evaluate(_ fragment: SQLFragment, as type: SQLType) throws -> SQLValue {
    let (value, column) = try evaluate(fragment)
    return try connection.convert(value, from: column, to: type)
  }

  func isTrue(_ fragment: SQLFragment) throws -> Bool { try evaluate(fragment, as: .boolean) == .integer(1) }

  /// An expression's value as text.
  func text(of fragment: SQLFragment) throws -> String? {
    let (value, column) = try evaluate(fragment)
    return column.text(value, zone: connection.timeZone)
  }

  func setFound(_ found: Bool, count: Int) {
    frame.levels[0].variables[0].value = .integer(found ? 1 : 0)
    rowCount = Int64(count)
  }

  private func runSQL(_ fragment: SQLFragment, into: [ProceduralTarget], isStrict: Bool) throws {
    let statement = try statement(fragment)
    let result: QueryResult
    do {
      result = try execute(statement, fragment.text)
    } catch let error as SQLError {
      throw error.adding(context: "SQL statement \"\(fragment.text)\"")
    }
    if case .query = statement.kind, into.isEmpty {
      throw SQLError(
        .syntaxError, "query has no destination for result data",
        hint: "If you want to discard the results of a SELECT, use PERFORM instead.")
    }
    if into.isEmpty, !result.columns.isEmpty {
      throw SQLError(.syntaxError, "query has no destination for result data")
    }
    let isQuery = if case .query = statement.kind { true } else { false }
    let count = isQuery ? Swift.min(1, result.rows.count) : result.rowCount
    setFound(isQuery ? !result.rows.isEmpty : result.rowCount > 0, count: count)
    if !into.isEmpty {
      // A writing statement with INTO must return one row at most, strict or not.
      if !isQuery, result.rows.count > 1 {
        throw SQLError(SQLState(rawValue: "P0003"), "query returned more than one row")
      }
      try store(result, into, isStrict: isStrict)
    }
  }

  func executeDynamic(_ fragment: SQLFragment, _ using: [SQLFragment]) throws -> QueryResult {
    guard let text = try self.text(of: fragment) else {
      throw SQLError(SQLState(rawValue: "22004"), "query string argument of EXECUTE is null")
    }
    let inner = Connection(handle: connection.handle, session: connection.session, database: connection.database)
    for (index, fragment) in using.enumerated() {
      let (value, column) = try evaluate(fragment)
      let type = column.known.type
      inner.positionalTypes[.positional(index + 1)] = type
      inner.variableValues[String(index + 1)] = try connection.convert(value, from: column, to: type)
    }
    do {
      var result = connection.done("")
      for statement in try Parser.parse(text) {
        try routine?.checkWrites(statement)
        if case .transaction = statement.kind {
          throw SQLError(.featureNotSupported, "EXECUTE of transaction commands is not implemented")
        }
        result = try inner.execute(statement, sql: text)
      }
      return result
    } catch let error as SQLError {
      throw error.adding(context: "SQL statement \"\(text)\"")
    }
  }

  func rows(of query: ProceduralQuery) throws -> QueryResult {
    switch query {
    case .fixed(let fragment): return try execute(fragment)
    case .dynamic(let fragment, let using): return try executeDynamic(fragment, using)
    }
  }
}

extension ProceduralHandler {
  func catches(_ state: SQLState) -> Bool {
    conditions.contains { condition in
      switch condition {
      case .others: return state != .queryCanceled && state.rawValue != "P0004"
      case .state(let wanted):
        if wanted == state { return true }
        return wanted.rawValue.hasSuffix("000") && state.rawValue.hasPrefix(wanted.rawValue.prefix(2))
      }
    }
  }
}

extension ResultColumn {
  /// The column with text for an untyped literal.
  var known: ResultColumn {
    var column = self
    if column.type.isUnknown { column.type = .text }
    return column
  }
}
