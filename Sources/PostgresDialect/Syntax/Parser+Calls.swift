/// What stood in the parentheses of a call: smaller than a `FunctionCall` while the arguments are read.
private struct Arguments {
  var list: [FunctionArgument] = []
  var orderBy: [OrderItem] = []
  var isStar = false
  var isDistinct = false
  var isVariadic = false

  func call(of name: QualifiedName) -> FunctionCall {
    FunctionCall(
      name: name, arguments: list, isStar: isStar, isDistinct: isDistinct, isVariadic: isVariadic, orderBy: orderBy)
  }
}

/// Function calls with what may stand in and behind their parentheses, and windows.
extension Parser {
  /// The call of `name`, whose parenthesis opens here.
  func call(_ name: QualifiedName) throws(ParseFailure) -> Expression {
    let arguments = try self.arguments()
    return try call(name, arguments)
  }

  /// The call with what follows its parentheses.
  private func call(_ name: QualifiedName, _ arguments: Arguments) throws(ParseFailure) -> Expression {
    var call = arguments.call(of: name)
    let start = name.range.start
    if token.isString, !call.isStar, !call.isDistinct, !call.isVariadic, !call.arguments.isEmpty {
      return try literal(after: call, from: start)
    }
    if at(.within) { call.withinGroup = try withinGroup(of: call) }
    if at(.filter) { call.filter = try filter() }
    if accept(.over) { call.over = try over() }
    return Expression(.call(call), at: range(from: start))
  }

  private func filter() throws(ParseFailure) -> Expression {
    advance()
    try enter()
    try open()
    try expect(.where)
    let condition = try expression()
    try close()
    leave()
    return condition
  }

  /// A name and its arguments, as it may also stand in FROM.
  func application(of name: QualifiedName) throws(ParseFailure) -> FunctionCall {
    let arguments = try self.arguments()
    return arguments.call(of: name)
  }

  private func arguments() throws(ParseFailure) -> Arguments {
    var arguments = Arguments()
    try open()
    if accept(.star) {
      arguments.isStar = true
    } else if !at(.rightParenthesis) {
      arguments.isDistinct = accept(.distinct)
      let hasQuantifier = arguments.isDistinct || accept(.all)
      repeat {
        arguments.isVariadic = !hasQuantifier && accept(.variadic)
        try argument(into: &arguments)
      } while !arguments.isVariadic && accept(.comma)
      if at(.order) { arguments.orderBy = try orderBy() }
    }
    try close()
    return arguments
  }

  private func argument(into arguments: inout Arguments) throws(ParseFailure) {
    let name = try argumentName()
    let value = try expression()
    arguments.list.append(FunctionArgument(name: name, value: value))
  }

  /// `name =>` or `name :=`.
  private func argumentName() throws(ParseFailure) -> Identifier? {
    guard token.isFunctionName, peek().kind == .arrow || peek().kind == .colonEquals else { return nil }
    let name = try takeName()
    advance()
    return name
  }

  /// `name(3) 'text'`: what looked like a call is a type with modifiers.
  private func literal(after call: FunctionCall, from start: Int) throws(ParseFailure) -> Expression {
    if let named = call.arguments.first(where: { $0.name != nil }) {
      throw ParseFailure(
        .syntaxError, "type modifier cannot have parameter name", at: named.name?.range ?? named.value.range)
    }
    if let item = call.orderBy.first {
      throw ParseFailure(.syntaxError, "type modifier cannot have ORDER BY", at: item.expression.range)
    }
    var modifiers: [Int] = []
    for argument in call.arguments { modifiers.append(modifier(argument.value)) }
    let type = TypeName(name: call.name, modifiers: modifiers, range: range(from: start))
    let value = try string()
    return Expression(.typedLiteral(type, value), at: range(from: start))
  }

  private func withinGroup(of call: FunctionCall) throws(ParseFailure) -> [OrderItem] {
    let start = self.start
    try expect(.within, .group)
    try open()
    guard at(.order) else { throw unexpected() }
    let items = try orderBy()
    try close()
    let conflict: String? =
      if !call.orderBy.isEmpty {
        "cannot use multiple ORDER BY clauses with WITHIN GROUP"
      } else if call.isDistinct {
        "cannot use DISTINCT with WITHIN GROUP"
      } else if call.isVariadic {
        "cannot use VARIADIC with WITHIN GROUP"
      } else {
        nil
      }
    if let conflict { throw ParseFailure(.syntaxError, conflict, at: range(from: start)) }
    return items
  }
}

// MARK: - Windows

extension Parser {
  private func over() throws(ParseFailure) -> WindowReference {
    at(.leftParenthesis) ? .inline(try windowSpecification()) : .named(try columnName())
  }

  func windowSpecification() throws(ParseFailure) -> WindowSpecification {
    let start = self.start
    try enter()
    try open()
    var window = WindowSpecification(range: range(from: start))
    switch token.keyword {
    case .partition, .range, .rows, .groups: break
    default: if token.isColumnName { window.base = try takeName() }
    }
    if accept(.partition) {
      try expect(.by)
      window.partitionBy = try expressions()
    }
    if at(.order) { window.orderBy = try orderBy() }
    switch token.keyword {
    case .range: window.frame = try frame(.range)
    case .rows: window.frame = try frame(.rows)
    case .groups: window.frame = try frame(.groups)
    default: break
    }
    try close()
    leave()
    window.range = range(from: start)
    return window
  }

  private func frame(_ unit: WindowFrame.Unit) throws(ParseFailure) -> WindowFrame {
    let start = advance().start
    var first = WindowFrame.Bound.unboundedPreceding
    var last = WindowFrame.Bound.currentRow
    if accept(.between) {
      let firstStart = self.start
      first = try frameBound()
      let firstRange = range(from: firstStart)
      try expect(.and)
      let lastStart = self.start
      last = try frameBound()
      try check(first, at: firstRange, to: last, at: range(from: lastStart))
    } else {
      let firstStart = self.start
      first = try frameBound()
      try check(first, at: range(from: firstStart), to: nil, at: range(from: firstStart))
    }
    var exclusion: WindowFrame.Exclusion?
    if accept(.exclude) {
      if accept(.current) {
        try expect(.row)
        exclusion = .currentRow
      } else if accept(.group) {
        exclusion = .group
      } else if accept(.ties) {
        exclusion = .ties
      } else {
        try expect(.no)
        try expect(.others)
      }
    }
    return WindowFrame(unit: unit, start: first, end: last, exclusion: exclusion, range: range(from: start))
  }

  private func frameBound() throws(ParseFailure) -> WindowFrame.Bound {
    if accept(.unbounded, .preceding) { return .unboundedPreceding }
    if accept(.unbounded, .following) { return .unboundedFollowing }
    if accept(.current, .row) { return .currentRow }
    let distance = try expression()
    if accept(.preceding) { return .preceding(distance) }
    try expect(.following)
    return .following(distance)
  }

  /// Refuses frames that end before they start, where the words alone tell.
  private func check(
    _ first: WindowFrame.Bound, at firstRange: SourceRange, to last: WindowFrame.Bound?, at lastRange: SourceRange
  ) throws(ParseFailure) {
    var fault: (String, SourceRange)?
    switch (first, last) {
    case (.unboundedFollowing, _): fault = ("frame start cannot be UNBOUNDED FOLLOWING", firstRange)
    case (.following, nil): fault = ("frame starting from following row cannot end with current row", firstRange)
    case (_, .unboundedPreceding?): fault = ("frame end cannot be UNBOUNDED PRECEDING", lastRange)
    case (.currentRow, .preceding?): fault = ("frame starting from current row cannot have preceding rows", lastRange)
    case (.following, .preceding?), (.following, .currentRow?):
      fault = ("frame starting from following row cannot have preceding rows", lastRange)
    default: break
    }
    if let (message, range) = fault { throw ParseFailure(.windowingError, message, at: range) }
  }
}
