import PostgresDialect

/// Loops, RETURN, RAISE and diagnostics.
extension Interpreter {
  func count(
    _ label: String?, _ name: String, _ from: SQLFragment, _ to: SQLFragment, _ by: SQLFragment?, _ isReverse: Bool,
    _ body: [ProceduralStatement]
  ) throws -> Flow {
    func bound(_ fragment: SQLFragment, _ what: String) throws -> Int64 {
      guard let value = try evaluate(fragment, as: .int4).integer else {
        throw SQLError(SQLState(rawValue: "22004"), "\(what) of FOR loop cannot be null")
      }
      return value
    }
    var current = try bound(from, "lower bound")
    let end = try bound(to, "upper bound")
    let step = try by.map { try bound($0, "BY value") } ?? 1
    guard step > 0 else {
      throw SQLError(.invalidParameterValue, "BY value of FOR loop must be greater than zero")
    }
    let variable = ProceduralVariable(name, .int4, .null)
    frame.levels.append(ProceduralLevel(label: label, variables: [variable]))
    defer { frame.levels.removeLast() }
    var found = false
    var flow: Flow?
    while isReverse ? current >= end : current <= end {
      found = true
      variable.value = .integer(current)
      flow = try runBody(body, label)
      if flow != nil { break }
      current += isReverse ? -step : step
      guard Int32(exactly: current) != nil else { break }
    }
    setFound(found, count: Int(rowCount))
    return flow ?? .next
  }

  func loop(
    _ label: String?, _ targets: [ProceduralTarget], _ query: ProceduralQuery, _ body: [ProceduralStatement]
  ) throws -> Flow {
    let result = try rows(of: query)
    guard !result.columns.isEmpty else {
      throw SQLError(
        .syntaxError, "cannot open \(result.tag.isEmpty ? "multi-query plan" : result.tag) query as cursor")
    }
    var flow: Flow?
    for row in result.rows {
      try store(row: row, result.columns, targets)
      flow = try runBody(body, label)
      if flow != nil { break }
    }
    setFound(!result.rows.isEmpty, count: Int(rowCount))
    return flow ?? .next
  }

  func loop(_ label: String?, _ target: ProceduralTarget, _ array: SQLFragment, _ body: [ProceduralStatement]) throws
    -> Flow
  {
    let (value, column) = try evaluate(array)
    guard column.type.isArray else {
      throw SQLError(
        .datatypeMismatch, "FOREACH expression must yield an array, not type \(column.type.displayName)")
    }
    guard !value.isNull else {
      throw SQLError(SQLState(rawValue: "22004"), "FOREACH expression must not be null")
    }
    let elements = try connection.elements(of: value, column)
    let (variable, field) = try frame.find(target)
    var flow: Flow?
    for element in elements.values {
      try store(element, elements.column, in: variable, field)
      flow = try runBody(body, label)
      if flow != nil { break }
    }
    setFound(!elements.values.isEmpty, count: Int(rowCount))
    return flow ?? .next
  }

  // MARK: RETURN

  func returnValue(_ fragment: SQLFragment?) throws {
    guard let routine else {
      if fragment != nil {
        throw SQLError(.datatypeMismatch, "RETURN cannot have a parameter in function returning void")
      }
      return
    }
    if routine.returnsSet || !routine.outputs.isEmpty {
      if fragment != nil {
        throw SQLError(
          .datatypeMismatch,
          routine.returnsSet
            ? "RETURN cannot have a parameter in function returning set"
            : "RETURN cannot have a parameter in function with OUT parameters",
          hint: routine.returnsSet ? "Use RETURN NEXT or RETURN QUERY." : nil)
      }
      return
    }
    switch routine.result {
    case .void:
      if fragment != nil {
        throw SQLError(.datatypeMismatch, "RETURN cannot have a parameter in function returning void")
      }
      result.rows = [[.text("")]]
    case .trigger:
      guard let fragment else { throw SQLError(.syntaxError, "missing expression at or near \";\"") }
      if let record = try recordVariable(fragment) {
        triggerRow = record.row
      } else {
        let (value, _) = try evaluate(fragment)
        guard value.isNull else {
          throw SQLError(.datatypeMismatch, "cannot return non-composite value from function returning composite type")
        }
        triggerRow = nil
      }
      result.rows = [[]]
    case .scalar(let type):
      guard let fragment else { throw SQLError(.syntaxError, "missing expression at or near \";\"") }
      result.rows = [[try evaluate(fragment, as: type)]]
    case .row, .record:
      guard let fragment else { throw SQLError(.syntaxError, "missing expression at or near \";\"") }
      if let record = try recordVariable(fragment) {
        result.rows = [try converted(record.cells, record.columns)]
        return
      }
      let (value, _) = try evaluate(fragment)
      guard value.isNull else {
        throw SQLError(.featureNotSupported, "RETURN of a row value that is no variable is not supported yet")
      }
      result.rows = [result.columns.map { _ in .null }]
    }
  }

  func returnNext(_ fragment: SQLFragment?) throws {
    guard let routine, routine.returnsSet else {
      throw SQLError(.datatypeMismatch, "cannot use RETURN NEXT in a non-SETOF function")
    }
    guard let fragment else {
      guard !routine.outputs.isEmpty else { throw SQLError(.syntaxError, "missing expression at or near \";\"") }
      result.rows.append(outputRow(routine))
      return
    }
    if !routine.outputs.isEmpty {
      throw SQLError(.datatypeMismatch, "RETURN NEXT cannot have a parameter in function with OUT parameters")
    }
    if let record = try recordVariable(fragment) {
      result.rows.append(try converted(record.cells, record.columns))
    } else {
      let (value, column) = try evaluate(fragment)
      result.rows.append(try converted([value], [column]))
    }
  }

  func returnQuery(_ query: ProceduralQuery) throws {
    guard let routine, routine.returnsSet else {
      throw SQLError(.datatypeMismatch, "cannot use RETURN QUERY in a non-SETOF function")
    }
    let rows = try self.rows(of: query)
    func mismatch(_ detail: String) -> SQLError {
      SQLError(.datatypeMismatch, "structure of query does not match function result type", detail: detail)
    }
    guard rows.columns.count == result.columns.count else {
      throw mismatch(
        "Number of returned columns (\(rows.columns.count)) does not match expected column count "
          + "(\(result.columns.count)).")
    }
    for (index, (given, wanted)) in zip(rows.columns, result.columns).enumerated()
    where given.known.type.unmodified != wanted.type.unmodified {
      throw mismatch(
        "Returned type \(given.known.type.displayName) does not match expected type \(wanted.type.displayName) in "
          + "column \(index + 1).")
    }
    for row in rows.rows { result.rows.append(try converted(row, rows.columns)) }
    setFound(!rows.rows.isEmpty, count: rows.rows.count)
  }

  /// A row with the types of the result.
  private func converted(_ row: [SQLValue], _ columns: [ResultColumn]) throws -> [SQLValue] {
    guard row.count == result.columns.count else {
      throw SQLError(
        .datatypeMismatch, "returned record type does not match expected record type",
        detail: "Number of returned columns (\(row.count)) does not match expected column count "
          + "(\(result.columns.count)).")
    }
    return try row.enumerated().map { index, value in
      try connection.convert(value, from: columns[index], to: result.columns[index].type)
    }
  }

  /// The values of the OUT parameters.
  func outputRow(_ routine: Routine) -> [SQLValue] {
    routine.outputs.enumerated().map { index, output in
      frame.levels[0].variables.last { $0.name == output.name ?? "column\(index + 1)" }?.value ?? .null
    }
  }

  // MARK: RAISE and diagnostics

  func raise(_ raise: ProceduralRaise) throws {
    if raise.isAgain {
      guard let error = handled.last else {
        throw SQLError(
          SQLState(rawValue: "0Z002"), "RAISE without parameters cannot be used outside an exception handler")
      }
      throw error
    }
    var state = raise.state
    var message = try raise.format.map { try formatted($0, raise.arguments) }
    var detail: String?
    var hint: String?
    for option in raise.options {
      guard let text = try self.text(of: option.value) else {
        throw SQLError(SQLState(rawValue: "22004"), "RAISE statement option cannot be null")
      }
      switch option.name {
      case "message":
        if message != nil { throw SQLError(.syntaxError, "RAISE option already specified: MESSAGE") }
        message = text
      case "detail": detail = text
      case "hint": hint = text
      case "errcode":
        let isCode = text.utf8.count == 5 && text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        guard let known = isCode ? SQLState(rawValue: text) : ConditionNames.states(text).first else {
          throw SQLError(.undefinedObject, "unrecognized exception condition \"\(text)\"")
        }
        state = known
      default: break
      }
    }
    let raised = SQLError(
      state ?? SQLState(rawValue: raise.level == .exception ? "P0001" : raise.level == .warning ? "01000" : "00000"),
      message ?? state?.rawValue ?? "", detail: detail, hint: hint)
    if raise.level == .exception { throw raised }
    connection.session.notice(raise.level.rawValue.uppercased(), raised)
  }

  private func formatted(_ format: String, _ arguments: [SQLFragment]) throws -> String {
    var text = ""
    var values = arguments.makeIterator()
    var characters = format.makeIterator()
    while let character = characters.next() {
      guard character == "%" else {
        text.append(character)
        continue
      }
      var next = characters
      if next.next() == "%" {
        characters = next
        text.append("%")
      } else if let value = values.next() {
        text += try self.text(of: value) ?? "<NULL>"
      }
    }
    return text
  }

  func diagnose(_ diagnostic: ProceduralDiagnostic) throws {
    let (variable, field) = try frame.find(diagnostic.target)
    let value: SQLValue
    var type = SQLType.text
    switch diagnostic.item {
    case "row_count":
      value = .integer(rowCount)
      type = .int8
    case "pg_context": value = .text("PL/pgSQL function \(contextName)")
    default:
      guard let error = handled.last else {
        throw SQLError(
          SQLState(rawValue: "0Z002"), "GET STACKED DIAGNOSTICS cannot be used outside an exception handler")
      }
      switch diagnostic.item {
      case "returned_sqlstate": value = .text(error.state.rawValue)
      case "message_text": value = .text(error.message)
      case "pg_exception_detail": value = .text(error.detail ?? "")
      case "pg_exception_hint": value = .text(error.hint ?? "")
      case "pg_exception_context": value = .text(error.context.joined(separator: "\n"))
      default: value = .text("")
      }
    }
    try store(value, ResultColumn(name: diagnostic.item, type: type), in: variable, field)
  }
}
