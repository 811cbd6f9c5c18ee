/// What parentheses turned out to hold.
indirect enum Parenthesised {
  case query(Query)
  case expressions([Expression])
}

/// Operands: literals, names, parentheses, prefix operators. Calls and SQL's special forms have files of their own.
extension Parser {
  /// Everything that an operator may stand behind, with its prefix operators.
  func operand(_ isRestricted: Bool) throws(ParseFailure) -> Expression {
    switch token.kind {
    case .word: return try wordOperand(isRestricted)
    case .quotedName, .unicodeName: return try nameOperand()
    case .integerNumber, .decimalNumber: return numberOperand()
    case .string, .escapeString, .unicodeString, .dollarString: return try stringOperand()
    case .binaryString, .hexadecimalString:
      return bitOperand()
    case .positionalParameter, .namedParameter, .quotedParameter: return try parameterOperand()
    case .leftParenthesis:
      let start = self.start
      return try operand(from: try parenthesised(), start)
    case .plus, .minus: return try prefixed(.sign, isRestricted)
    case .otherOperator: return try prefixed(.otherOperator, isRestricted)
    default: throw unexpected()
    }
  }

  private func numberOperand() -> Expression {
    let token = advance()
    let digits = lexer.text(token.range)
    return Expression(token.kind == .integerNumber ? .integer(digits) : .decimal(digits), at: token.range)
  }

  /// PostgreSQL looks at the digits only after it has read everything.
  private func bitOperand() -> Expression {
    let token = advance()
    do {
      return Expression(.bitString(try lexer.bits(of: token)), at: token.range)
    } catch {
      postponed = postponed ?? error
      return Expression(.bitString(""), at: token.range)
    }
  }

  private func stringOperand() throws(ParseFailure) -> Expression {
    let start = self.start
    let value = try string()
    return Expression(.string(value), at: range(from: start))
  }

  private func prefixed(
    _ precedence: Precedence, _ isRestricted: Bool
  ) throws(ParseFailure) -> Expression {
    let start = self.start
    let symbol = try takeOperator()
    let operand = try expression(above: precedence, isRestricted: isRestricted)
    return Expression(.unary(symbol, operand), at: range(from: start))
  }

  private func parameterOperand() throws(ParseFailure) -> Expression {
    let token = advance()
    let parameter: Expression.Parameter
    if token.kind == .positionalParameter {
      let digits = lexer.text(SourceRange(start: token.start + 1, end: token.end))
      guard let number = Int32(digits) else {
        throw ParseFailure(.undefinedParameter, "there is no parameter $\(digits)", at: token.range)
      }
      parameter = .positional(Int(number))
    } else {
      parameter = .named(lexer.parameterName(of: token))
    }
    return try indirection(of: Expression(.parameter(parameter), at: token.range), from: token.start)
  }

  private func wordOperand(_ isRestricted: Bool) throws(ParseFailure) -> Expression {
    switch token.wordClass {
    case .reserved: return try reservedOperand(isRestricted)
    case .columnName:
      if startsTypedLiteral() { return try typedLiteral() }
      if let form = try specialForm() { return form }
      return try nameOperand()
    case .typeOrFunction:
      if at(.current_schema), peek().kind != .leftParenthesis { return currentValue() }
      if at(.collation, .for) { return try collationFor() }
      return try nameOperand()
    case .unreserved:
      if at(.double, .precision) { return try typedLiteral() }
      // NULLS before FIRST or LAST is never a name.
      if at(.nulls, .first) || at(.nulls, .last) { throw unexpected() }
      if at(.operator), peek().kind == .leftParenthesis { return try prefixed(.otherOperator, isRestricted) }
      return try nameOperand()
    default: return try nameOperand()
    }
  }

  private func reservedOperand(_ isRestricted: Bool) throws(ParseFailure) -> Expression {
    switch token.keyword {
    case .null: return Expression(.null, at: advance().range)
    case .true: return Expression(.boolean(true), at: advance().range)
    case .false: return Expression(.boolean(false), at: advance().range)
    case .not where !isRestricted:
      let start = advance().start
      let operand = try expression(above: .not)
      return Expression(.not(operand), at: range(from: start))
    case .default where !isRestricted: return Expression(.defaultValue, at: advance().range)
    case .case: return try caseWhen()
    case .cast: return try cast()
    case .array: return try array()
    case .current_date, .current_role, .current_user, .session_user, .user, .current_catalog: return currentValue()
    case .current_time, .current_timestamp, .localtime, .localtimestamp: return try currentTime()
    case .unique where !isRestricted:
      advance()
      throw unsupported("UNIQUE", from: previous.start)
    default: throw unexpected()
    }
  }
}

// MARK: - Parentheses

extension Parser {
  /// What stands in the parentheses that open here.
  ///
  /// Only the end tells `((select 1) union select 2)`, a query, from `((select 1) + 1)`, an expression; so the content is
  /// read once, and what follows each part decides.
  func parenthesised(allowsList: Bool = true) throws(ParseFailure) -> Parenthesised {
    try open()
    if startsQuery {
      let query = try self.query()
      try close()
      return .query(query)
    }
    var expressions: [Expression] = []
    repeat {
      if expressions.isEmpty, at(.leftParenthesis) {
        switch try innerParentheses() {
        case .query(let query):
          try close()
          return .query(query)
        case .expressions(let first): expressions = first
        }
      } else {
        expressions.append(try expression())
      }
    } while allowsList && accept(.comma)
    try close()
    return .expressions(expressions)
  }

  /// Parentheses at the start of parentheses, with what follows them: a query, or one expression.
  private func innerParentheses() throws(ParseFailure) -> Parenthesised {
    try enter()
    let start = self.start
    let outerTallest = tallest
    tallest = 0
    let inner = try parenthesised()
    let whole = try continued(inner, from: start)
    tallest = max(outerTallest, tallest)
    leave()
    return whole
  }

  private func continued(_ inner: Parenthesised, from start: Int) throws(ParseFailure) -> Parenthesised {
    if case .query(let query) = inner, at(.rightParenthesis) || continuesQuery {
      return .query(try self.query(from: query, start))
    }
    let first = try operand(from: inner, start)
    return .expressions([try continued(first, from: start, above: .lowest, false)])
  }

  /// The operand that parentheses make: a subquery, an expression or a row.
  private func operand(
    from content: Parenthesised, _ start: Int
  ) throws(ParseFailure) -> Expression {
    switch content {
    case .query(let query):
      return try indirection(of: Expression(.subquery(query), at: range(from: start)), from: start)
    case .expressions(let list) where list.count == 1:
      return try indirection(of: list[0], from: start)
    case .expressions(let list):
      let row = Expression(.row(list, isExplicit: false), at: range(from: start))
      return at(.overlaps) ? try overlaps(row, from: start) : row
    }
  }

  /// `(a, b) overlaps (c, d)`, which PostgreSQL turns into a call.
  func overlaps(_ left: Expression, from start: Int) throws(ParseFailure) -> Expression {
    let keyword = advance()
    let rightStart = self.start
    let right: Expression
    if at(.row), let row = try specialForm() {
      right = row
    } else {
      guard at(.leftParenthesis) else { throw unexpected() }
      guard case .expressions(let list) = try parenthesised(), list.count > 1 else { throw unexpected(previous) }
      right = Expression(.row(list, isExplicit: false), at: range(from: rightStart))
    }
    var arguments: [FunctionArgument] = []
    for (side, row) in [("left", left), ("right", right)] {
      guard case .row(let fields, _) = row.kind, fields.count == 2 else {
        throw ParseFailure(
          .syntaxError, "wrong number of parameters on \(side) side of OVERLAPS expression", at: row.range)
      }
      arguments += fields.map { FunctionArgument(value: $0) }
    }
    let name = QualifiedName([Identifier("overlaps", at: keyword.range)])
    return Expression(.call(FunctionCall(name: name, arguments: arguments)), at: range(from: start))
  }
}

// MARK: - Names and what hangs on them

extension Parser {
  /// A column, a call or a literal with its type before it: all begin with a name.
  func nameOperand() throws(ParseFailure) -> Expression {
    let first = token
    let operand = try namedOperand(first)
    guard case .column(let name) = operand.kind else { return operand }
    if at(.leftParenthesis), first.isFunctionName || name.parts.count > 1 { return try call(name) }
    return at(.leftBracket) ? try indirection(of: operand, from: first.start) : operand
  }

  /// What begins with the name `first`, up to a parenthesis or a bracket.
  private func namedOperand(_ first: Token) throws(ParseFailure) -> Expression {
    guard first.isColumnName || first.isFunctionName else { throw unexpected() }
    var name = QualifiedName([try takeName()])
    if first.isColumnName {
      while at(.dot) {
        if peek().kind == .star {
          skip(2)
          try endStar()
          return Expression(.star(name), at: range(from: first.start))
        }
        advance()
        name.parts.append(try label())
      }
    }
    let namesFunction = first.isFunctionName || name.parts.count > 1
    if namesFunction, token.isString { return try literal(of: name) }
    guard namesFunction && at(.leftParenthesis) || first.isColumnName else { throw unexpected() }
    return Expression(.column(name), at: name.range)
  }

  private func literal(of name: QualifiedName) throws(ParseFailure) -> Expression {
    let type = TypeName(name: name, range: name.range)
    let value = try string()
    return Expression(.typedLiteral(type, value), at: range(from: name.range.start))
  }

  /// `[1]`, `[1:2]`, `.field` and `.*` behind a value.
  func indirection(of value: Expression, from start: Int) throws(ParseFailure) -> Expression {
    var value = value
    var height = 0
    while true {
      if at(.leftBracket) {
        var subscripts: [Expression.Subscript] = []
        while at(.leftBracket) { subscripts.append(try self.subscript()) }
        value = Expression(.subscript_(value, subscripts), at: range(from: start))
      } else if at(.dot), peek().kind == .star {
        skip(2)
        try endStar()
        return Expression(.fieldStar(value), at: range(from: start))
      } else if accept(.dot) {
        let field = try label()
        value = Expression(.field(value, field), at: range(from: start))
      } else {
        tallest += height
        return value
      }
      height += 1
      try checkHeight(tallest + height)
    }
  }

  /// A star ends what hangs on a name; PostgreSQL reads on and complains behind the whole.
  private func endStar() throws(ParseFailure) {
    guard try skipIndirection() else { return }
    throw fault("improper use of \"*\"", at: token)
  }

  /// Subscripts and stars hang on columns only; PostgreSQL notices behind the whole.
  func refuseIndirection() throws(ParseFailure) {
    if try skipIndirection() { throw unexpected() }
  }

  private func skipIndirection() throws(ParseFailure) -> Bool {
    guard at(.dot) || at(.leftBracket) else { return false }
    while at(.dot) || at(.leftBracket) {
      if at(.leftBracket) {
        _ = try self.subscript()
      } else {
        advance()
        if !accept(.star) { _ = try label() }
      }
    }
    return true
  }

  func `subscript`() throws(ParseFailure) -> Expression.Subscript {
    try enter()
    defer { leave() }
    try expect(.leftBracket)
    var lower: Expression?
    var isSlice = acceptSliceColon()
    if !isSlice {
      lower = try expression()
      isSlice = acceptSliceColon()
    }
    guard isSlice else {
      try expect(.rightBracket)
      return lower.map { .index($0) } ?? .slice(nil, nil)
    }
    let upper = at(.rightBracket) ? nil : try expression()
    try expect(.rightBracket)
    return .slice(lower, upper)
  }

  /// The colon of a slice; in `[1:n]` the lexer took it for the start of a parameter.
  private func acceptSliceColon() -> Bool {
    if at(.namedParameter) {
      var lexer = self.lexer
      replaceToken(by: lexer.word(at: token.start + 1))
      return true
    }
    return accept(.colon)
  }
}
