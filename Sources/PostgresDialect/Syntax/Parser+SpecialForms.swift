/// The calls that have a syntax of their own: CASE, CAST, EXTRACT, TRIM and their kin.
extension Parser {
  /// The form that a keyword such as COALESCE starts; nil when it is an ordinary name here.
  func specialForm() throws(ParseFailure) -> Expression? {
    guard peek().kind == .leftParenthesis, let keyword = token.keyword else { return nil }
    switch keyword {
    case .coalesce, .greatest, .least, .grouping: return try listForm()
    case .nullif: return try nullIf()
    case .row: return try row()
    case .exists:
      let start = advance().start
      let query = try parenthesisedQuery()
      return Expression(.exists(query), at: range(from: start))
    case .extract: return try extract()
    case .position: return try position_()
    case .substring: return try substring()
    case .overlay: return try overlay()
    case .trim: return try trim()
    case .normalize: return try normalize()
    case .treat, .xmlconcat, .xmlelement, .xmlexists, .xmlforest, .xmlparse, .xmlpi, .xmlroot, .xmlserialize:
      let word = advance()
      throw unsupported(keyword.rawValue.uppercased(), from: word.start)
    default: return nil
    }
  }

  /// An ordinary call under the name `name`, which stands at `start`.
  private func call(_ name: String, _ word: Token, _ arguments: [Expression]) -> Expression {
    let call = FunctionCall(
      name: QualifiedName([Identifier(name, at: word.range)]), arguments: arguments.map { FunctionArgument(value: $0) })
    return Expression(.call(call), at: range(from: word.start))
  }

  func expressions() throws(ParseFailure) -> [Expression] {
    var list = [try expression()]
    while accept(.comma) { list.append(try expression()) }
    return list
  }

  private func listForm() throws(ParseFailure) -> Expression {
    let word = advance()
    try open()
    let arguments = try expressions()
    try close()
    return call(lexer.name(of: word), word, arguments)
  }

  private func nullIf() throws(ParseFailure) -> Expression {
    let word = advance()
    try open()
    let first = try expression()
    try expect(.comma)
    let second = try expression()
    try close()
    return call("nullif", word, [first, second])
  }

  private func row() throws(ParseFailure) -> Expression {
    let start = advance().start
    try open()
    let fields = at(.rightParenthesis) ? [] : try expressions()
    try close()
    let row = Expression(.row(fields, isExplicit: true), at: range(from: start))
    return at(.overlaps) ? try overlaps(row, from: start) : row
  }

  private func extract() throws(ParseFailure) -> Expression {
    let start = advance().start
    try open()
    let field: String
    switch token.keyword {
    case .year, .month, .day, .hour, .minute, .second: field = try takeName().name
    default:
      if token.isString {
        field = try string()
      } else if token.wordClass == .name {
        field = try takeName().name
      } else {
        throw unexpected()
      }
    }
    try expect(.from)
    let source = try expression()
    try close()
    return Expression(.extract(field, source), at: range(from: start))
  }

  private func position_() throws(ParseFailure) -> Expression {
    let word = advance()
    try open()
    let part = try expression(isRestricted: true)
    try expect(.in)
    let whole = try expression(isRestricted: true)
    try close()
    return call("position", word, [whole, part])
  }

  /// `substring(s from a for b)` in any order, `substring(s similar p escape e)`, or with commas.
  private func substring() throws(ParseFailure) -> Expression {
    let word = advance()
    let name = QualifiedName([Identifier("substring", at: word.range)])
    if peek().kind == .rightParenthesis || isNamedArgument(1) {
      return Expression(.call(try application(of: name)), at: range(from: word.start))
    }
    try open()
    let outer = substringNesting
    try enter()
    substringNesting = nesting + 1
    var arguments = [try expression()]
    substringNesting = outer
    if accept(.similar) {
      arguments.append(try expression())
      try expect(.escape)
      arguments.append(try expression())
    } else if accept(.from) {
      arguments.append(try expression())
      if accept(.for) { arguments.append(try expression()) }
    } else if accept(.for) {
      let length = try expression()
      let first = Expression(.integer("1"), at: word.range)
      arguments.append(accept(.from) ? try expression() : first)
      arguments.append(length)
    } else {
      while accept(.comma) { arguments.append(try expression()) }
    }
    leave()
    try close()
    return call("substring", word, arguments)
  }

  private func isNamedArgument(_ distance: Int) -> Bool {
    let next = peek(distance + 1).kind
    return peek(distance).isFunctionName && (next == .arrow || next == .colonEquals)
  }

  private func overlay() throws(ParseFailure) -> Expression {
    let word = advance()
    let name = QualifiedName([Identifier("overlay", at: word.range)])
    if peek().kind == .rightParenthesis || isNamedArgument(1) {
      return Expression(.call(try application(of: name)), at: range(from: word.start))
    }
    try open()
    var arguments = [try expression()]
    if accept(.placing) {
      arguments.append(try expression())
      try expect(.from)
      arguments.append(try expression())
      if accept(.for) { arguments.append(try expression()) }
    } else {
      while accept(.comma) { arguments.append(try expression()) }
    }
    try close()
    return call("overlay", word, arguments)
  }

  /// `trim(leading x from s)` is `ltrim(s, x)`.
  private func trim() throws(ParseFailure) -> Expression {
    let word = advance()
    try open()
    var name = "btrim"
    if accept(.leading) {
      name = "ltrim"
    } else if accept(.trailing) {
      name = "rtrim"
    } else {
      _ = accept(.both)
    }
    var arguments: [Expression] = []
    if accept(.from) {
      arguments = try expressions()
    } else {
      let first = try expression()
      if accept(.from) {
        arguments = try expressions() + [first]
      } else {
        arguments = [first]
        while accept(.comma) { arguments.append(try expression()) }
      }
    }
    try close()
    return call(name, word, arguments)
  }

  private func normalize() throws(ParseFailure) -> Expression {
    let word = advance()
    try open()
    var arguments = [try expression()]
    if accept(.comma) {
      guard let form = normalForm() else { throw unexpected() }
      arguments.append(form)
    }
    try close()
    return call("normalize", word, arguments)
  }

  func collationFor() throws(ParseFailure) -> Expression {
    let word = advance()
    advance()
    try open()
    let value = try expression()
    try close()
    return call("pg_collation_for", word, [value])
  }
}

// MARK: - Forms without a call's shape

extension Parser {
  func caseWhen() throws(ParseFailure) -> Expression {
    let start = advance().start
    let operand = at(.when) ? nil : try expression()
    var branches: [CaseBranch] = []
    repeat {
      try expect(.when)
      let condition = try expression()
      try expect(.then)
      branches.append(CaseBranch(condition: condition, result: try expression()))
    } while at(.when)
    let otherwise = accept(.else) ? try expression() : nil
    try expect(.end)
    return Expression(
      .caseWhen(operand: operand, branches: branches, otherwise: otherwise), at: range(from: start))
  }

  func cast() throws(ParseFailure) -> Expression {
    let start = advance().start
    try open()
    let value = try expression()
    try expect(.as)
    let type = try typeName()
    try close()
    return Expression(.cast(value, type), at: range(from: start))
  }

  /// `array[…]` or `array(select …)`.
  func array() throws(ParseFailure) -> Expression {
    let start = advance().start
    guard at(.leftParenthesis) else { return try arrayElements(from: start) }
    let query = try parenthesisedQuery()
    return Expression(.arraySubquery(query), at: range(from: start))
  }

  /// The inner brackets of an array stand without the word: all elements have them, or none.
  private func arrayElements(from start: Int) throws(ParseFailure) -> Expression {
    try enter()
    let outerTallest = tallest
    tallest = 0
    try expect(.leftBracket)
    var elements: [Expression] = []
    if at(.leftBracket) {
      repeat { elements.append(try arrayElements(from: self.start)) } while accept(.comma)
    } else if !at(.rightBracket) {
      elements = try expressions()
    }
    try expect(.rightBracket)
    tallest = max(outerTallest, tallest + 1)
    leave()
    return Expression(.array(elements), at: range(from: start))
  }

  /// `current_date` and its kin without parentheses.
  func currentValue() -> Expression {
    let token = advance()
    return Expression(.currentValue(lexer.name(of: token), precision: nil), at: token.range)
  }

  /// `current_timestamp` and its kin, with a precision or without.
  func currentTime() throws(ParseFailure) -> Expression {
    let word = advance()
    var precision: Int?
    if at(.leftParenthesis) {
      try open()
      precision = try smallInteger()
      try close()
    }
    return Expression(.currentValue(lexer.name(of: word), precision: precision), at: range(from: word.start))
  }
}
