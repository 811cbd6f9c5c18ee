/// What parentheses turned out to hold.
enum Parenthesised {
  case query(Query)
  case expressions([Expression])
}

/// Operands: literals, names, parentheses, prefix operators. Calls and SQL's special forms have files of their own.
extension Parser {
  /// Everything that an operator may stand behind, with its prefix operators.
  mutating func operand(_ isRestricted: Bool) throws(ParseFailure) -> Expression {
    switch token.kind {
    case .word: return try wordOperand(isRestricted)
    case .quotedName, .unicodeName: return try nameOperand()
    case .integerNumber, .decimalNumber: return numberOperand()
    case .string, .escapeString, .unicodeString, .dollarString: return try stringOperand()
    case .binaryString, .hexadecimalString:
      let token = advance()
      return Expression(.bitString(try lexer.bits(of: token)), at: token.range)
    case .positionalParameter, .namedParameter, .quotedParameter: return try parameterOperand()
    case .leftParenthesis:
      let start = self.start
      return try operand(from: try parenthesised(), start)
    case .plus, .minus: return try prefixed(.sign, isRestricted)
    case .otherOperator: return try prefixed(.otherOperator, isRestricted)
    default: throw unexpected()
    }
  }

  private mutating func numberOperand() -> Expression {
    let token = advance()
    let digits = lexer.text(token.range)
    return Expression(token.kind == .integerNumber ? .integer(digits) : .decimal(digits), at: token.range)
  }

  private mutating func stringOperand() throws(ParseFailure) -> Expression {
    let start = self.start
    let value = try string()
    return Expression(.string(value), at: range(from: start))
  }

  private mutating func prefixed(
    _ precedence: Precedence, _ isRestricted: Bool
  ) throws(ParseFailure) -> Expression {
    let start = self.start
    let symbol = try takeOperator()
    let operand = try expression(above: precedence, isRestricted: isRestricted)
    return Expression(.unary(symbol, operand), at: range(from: start))
  }

  private mutating func parameterOperand() throws(ParseFailure) -> Expression {
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

  private mutating func wordOperand(_ isRestricted: Bool) throws(ParseFailure) -> Expression {
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
      if at(.operator), peek().kind == .leftParenthesis { return try prefixed(.otherOperator, isRestricted) }
      return try nameOperand()
    default: return try nameOperand()
    }
  }

  private mutating func reservedOperand(_ isRestricted: Bool) throws(ParseFailure) -> Expression {
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
      throw unsupported("UNIQUE", from: tokens[position - 1].start)
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
  mutating func parenthesised(allowsList: Bool = true) throws(ParseFailure) -> Parenthesised {
    try open()
    if startsQuery {
      let query = try self.query()
      try close()
      return .query(query)
    }
    let first: Expression
    if at(.leftParenthesis) {
      try enter()
      let start = self.start
      let outerTallest = tallest
      tallest = 0
      let inner = try parenthesised()
      if case .query(let query) = inner, at(.rightParenthesis) || continuesQuery {
        let whole = try self.query(from: query, start)
        tallest = max(outerTallest, tallest)
        leave()
        try close()
        return .query(whole)
      }
      first = try continued(try operand(from: inner, start), from: start, above: .lowest, false)
      tallest = max(outerTallest, tallest)
      leave()
    } else {
      first = try expression()
    }
    var expressions = [first]
    while allowsList, accept(.comma) { expressions.append(try expression()) }
    try close()
    return .expressions(expressions)
  }

  /// The operand that parentheses make: a subquery, an expression or a row.
  private mutating func operand(
    from content: Parenthesised, _ start: Int
  ) throws(ParseFailure) -> Expression {
    switch content {
    case .query(let query):
      return try indirection(of: Expression(.subquery(query), at: range(from: start)), from: start)
    case .expressions(let list) where list.count == 1:
      return try indirection(of: list[0], from: start)
    case .expressions(let list):
      let row = Expression(.row(list, isExplicit: false), at: range(from: start))
      return at(.overlaps) && !isBareLabel ? try overlaps(row, from: start) : row
    }
  }

  /// `(a, b) overlaps (c, d)`, which PostgreSQL turns into a call.
  mutating func overlaps(_ left: Expression, from start: Int) throws(ParseFailure) -> Expression {
    let keyword = advance()
    let rightStart = self.start
    let right: Expression
    if at(.row), let row = try specialForm() {
      right = row
    } else if at(.leftParenthesis), case .expressions(let list) = try parenthesised(), list.count > 1 {
      right = Expression(.row(list, isExplicit: false), at: range(from: rightStart))
    } else {
      throw unexpected(tokens[max(position - 1, 0)])
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
  mutating func nameOperand() throws(ParseFailure) -> Expression {
    let first = token
    guard first.isColumnName || first.isFunctionName else { throw unexpected() }
    var name = QualifiedName([try takeName()])
    if first.isColumnName {
      while at(.dot) {
        if peek().kind == .star {
          position += 2
          try endStar()
          return Expression(.star(name), at: range(from: first.start))
        }
        advance()
        name.parts.append(try label())
      }
    }
    if first.isFunctionName || name.parts.count > 1 {
      if at(.leftParenthesis) { return try call(name) }
      if token.isString {
        let type = TypeName(name: name, range: name.range)
        let value = try string()
        return Expression(.typedLiteral(type, value), at: range(from: first.start))
      }
    }
    guard first.isColumnName else { throw unexpected() }
    let column = Expression(.column(name), at: name.range)
    return at(.leftBracket) ? try indirection(of: column, from: first.start) : column
  }

  /// `[1]`, `[1:2]`, `.field` and `.*` behind a value.
  mutating func indirection(of value: Expression, from start: Int) throws(ParseFailure) -> Expression {
    var value = value
    var height = 0
    while true {
      if at(.leftBracket) {
        var subscripts: [Expression.Subscript] = []
        while at(.leftBracket) { subscripts.append(try self.subscript()) }
        value = Expression(.subscript_(value, subscripts), at: range(from: start))
      } else if at(.dot), peek().kind == .star {
        position += 2
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
  private mutating func endStar() throws(ParseFailure) {
    guard at(.dot) || at(.leftBracket) else { return }
    while at(.dot) || at(.leftBracket) {
      if at(.leftBracket) {
        _ = try self.subscript()
      } else {
        advance()
        if !accept(.star) { _ = try label() }
      }
    }
    let place = at(.endOfText) ? "at end of input" : "at or near \"\(lexer.text(token.range))\""
    throw ParseFailure(.syntaxError, "improper use of \"*\" \(place)", at: token.range)
  }

  private mutating func `subscript`() throws(ParseFailure) -> Expression.Subscript {
    try open(.leftBracket)
    var lower: Expression?
    var isSlice = acceptSliceColon()
    if !isSlice {
      lower = try expression()
      isSlice = acceptSliceColon()
    }
    guard isSlice else {
      try close(.rightBracket)
      return lower.map { .index($0) } ?? .slice(nil, nil)
    }
    let upper = at(.rightBracket) ? nil : try expression()
    try close(.rightBracket)
    return .slice(lower, upper)
  }

  /// The colon of a slice; in `[1:n]` the lexer took it for the start of a parameter.
  private mutating func acceptSliceColon() -> Bool {
    if at(.namedParameter) {
      tokens[position] = lexer.word(at: token.start + 1)
      return true
    }
    return accept(.colon)
  }
}
