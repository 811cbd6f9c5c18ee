/// CREATE FUNCTION, CREATE PROCEDURE and CREATE TRIGGER.
///
/// Source: <https://www.postgresql.org/docs/15/sql-createfunction.html>
extension Parser {
  func createFunction(orReplace: Bool) throws(ParseFailure) -> Statement.Kind {
    let start = self.start
    let isProcedure = advance().keyword == .procedure
    var function = CreateFunction(
      name: try routineName(), orReplace: orReplace, isProcedure: isProcedure, parameters: [], returns: nil,
      language: "", body: "", bodyRange: SourceRange(start: start, end: start), attributes: [])
    try open()
    if !at(.rightParenthesis) {
      repeat { function.parameters.append(try parameter(allowsDefault: true)) } while accept(.comma)
    }
    try close()
    if !isProcedure, accept(.returns) {
      if accept(.table) {
        try open()
        repeat {
          let name = try functionName()
          function.parameters.append(FunctionParameter(mode: .table, name: name, type: try parameterType()))
        } while accept(.comma)
        try close()
      } else {
        function.returns = try parameterType()
      }
    }
    var hasBody = false
    while try routineOption(of: &function, &hasBody) {}
    if at(.return) || at(.begin) { throw unsupported("A function body outside a string", from: self.start) }
    if !hasBody {
      postpone(.invalidFunctionDefinition, "no function body specified", at: function.name.range)
    } else if function.language.isEmpty {
      postpone(.invalidFunctionDefinition, "no language specified", at: function.name.range)
    }
    return .createFunction(function)
  }

  /// The name of a function: one word that may name a function, or several with dots.
  func routineName() throws(ParseFailure) -> QualifiedName {
    let first = token
    guard first.isColumnName || first.isFunctionName else { throw unexpected() }
    var name = QualifiedName([try takeName()])
    while first.isColumnName, accept(.dot) { name.parts.append(try label()) }
    guard first.isFunctionName || name.parts.count > 1 else { throw unexpected() }
    return name
  }

  func parameter(allowsDefault: Bool) throws(ParseFailure) -> FunctionParameter {
    var mode = parameterMode()
    var name: Identifier?
    if startsParameterName {
      name = try takeName()
      if mode == nil { mode = parameterMode() }
    }
    var parameter = FunctionParameter(mode: mode ?? .in_, name: name, type: try parameterType())
    if allowsDefault, accept(.default) || accept(.equals) { parameter.defaultValue = try expression() }
    return parameter
  }

  private func parameterMode() -> FunctionParameter.Mode? {
    if accept(.in) { return accept(.out) ? .inout_ : .in_ }
    if accept(.out) { return .out }
    if accept(.inout) { return .inout_ }
    return accept(.variadic) ? .variadic : nil
  }

  /// A word before a type is a parameter's name; alone it is the type.
  private var startsParameterName: Bool {
    guard token.isFunctionName, !at(.double, .precision) else { return false }
    let next = peek()
    switch next.keyword {
    case .in, .out, .inout, .variadic, .setof: return true
    default: return next.wordClass == .columnName || next.isFunctionName
    }
  }

  /// A type, or `table.column%type`, which is refused.
  private func parameterType() throws(ParseFailure) -> TypeName {
    let start = self.start
    let type = try typeName()
    if type.name.parts.count > 1, accept(.percent) {
      try expect(.type)
      throw unsupported("%TYPE", from: start)
    }
    return type
  }

  /// Reads one option behind the parameters; false when there is none.
  private func routineOption(
    of function: inout CreateFunction, _ hasBody: inout Bool
  ) throws(ParseFailure) -> Bool {
    let start = self.start
    switch token.keyword {
    case .as:
      advance()
      let body = token
      function.body = try string()
      function.bodyRange = bodyRange(of: body)
      hasBody = true
      if accept(.comma) {
        _ = try string()
        throw unsupported("A function in a shared library", from: start)
      }
      return true
    case .language:
      advance()
      function.language = try wordOrString()
      return true
    case .immutable, .stable, .volatile, .strict, .leakproof, .window: advance()
    case .not:
      advance()
      try expect(.leakproof)
    case .called:
      advance()
      try nullInput()
    case .returns:
      advance()
      try expect(.null)
      try nullInput()
    case .external, .security:
      if accept(.external) { guard at(.security) else { throw unexpected() } }
      advance()
      guard accept(.definer) || accept(.invoker) else { throw unexpected() }
      function.attributes.append("security \(lexer.name(of: previous))")
      return true
    case .cost, .rows:
      advance()
      _ = try signedNumber()
    case .parallel:
      advance()
      _ = try columnName()
    case .set:
      let command = try set()
      guard case .set(let setting) = command else { throw unexpected() }
      function.attributes.append("set \(setting.name) to \(setting.value ?? "default")")
      return true
    case .transform, .support, .reset:
      advance()
      throw unsupported(lexer.text(previous.range).uppercased(), from: start)
    default: return false
    }
    function.attributes.append(words(from: start))
    return true
  }

  private func nullInput() throws(ParseFailure) {
    try expect(.on, .null)
    try expect(.input)
  }

  /// The words from `start` on in lower case, one blank between them.
  private func words(from start: Int) -> String {
    var first = position
    while first > 0, tokens[first - 1].start >= start { first -= 1 }
    return tokens[first..<position].map { lexer.name(of: $0) }.joined(separator: " ")
  }

  private func bodyRange(of token: Token) -> SourceRange {
    switch token.kind {
    case .dollarString: lexer.dollarBody(of: token)
    case .escapeString: SourceRange(start: token.start + 2, end: token.end - 1)
    default: SourceRange(start: token.start + 1, end: token.end - 1)
    }
  }
}

// MARK: - Triggers

extension Parser {
  func createTrigger(orReplace: Bool) throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    let name = try columnName()
    let timing: CreateTrigger.Timing
    if accept(.before) {
      timing = .before
    } else if accept(.after) {
      timing = .after
    } else {
      try expect(.instead)
      try expect(.of)
      timing = .insteadOf
    }
    var events: [CreateTrigger.Event] = []
    repeat { events.append(try triggerEvent()) } while accept(.or)
    try expect(.on)
    let table = try qualifiedName()
    if at(.from) || at(.deferrable) || at(.initially) { throw unexpected() }
    if at(.referencing) {
      advance()
      throw unsupported("REFERENCING", from: start)
    }
    var isForEachRow = false
    if accept(.for) {
      _ = accept(.each)
      isForEachRow = accept(.row)
      if !isForEachRow { try expect(.statement) }
    }
    var condition: Expression?
    if accept(.when) {
      try open()
      condition = try expression()
      try close()
    }
    try expect(.execute)
    guard accept(.function) || accept(.procedure) else { throw unexpected() }
    let function = try routineName()
    let arguments = try triggerArguments()
    return .createTrigger(
      CreateTrigger(
        name: name, orReplace: orReplace, timing: timing, events: events, table: table, isForEachRow: isForEachRow,
        condition: condition, function: function, arguments: arguments))
  }

  private func triggerEvent() throws(ParseFailure) -> CreateTrigger.Event {
    if accept(.insert) { return .insert }
    if accept(.delete) { return .delete }
    if accept(.truncate) { return .truncate }
    try expect(.update)
    guard accept(.of) else { return .update(of: []) }
    var columns = [try columnName()]
    while accept(.comma) { columns.append(try columnName()) }
    return .update(of: columns)
  }

  private func triggerArguments() throws(ParseFailure) -> [String] {
    try open()
    var arguments: [String] = []
    if !at(.rightParenthesis) {
      repeat {
        if at(.integerNumber) || at(.decimalNumber) {
          arguments.append(lexer.text(advance().range))
        } else {
          arguments.append(token.isString ? try string() : try label().name)
        }
      } while accept(.comma)
    }
    try close()
    return arguments
  }
}
