/// Operators: precedence climbing over the operands of Parser+Operands.
extension Parser {
  /// An expression of operators that bind tighter than `minimum`.
  ///
  /// `isRestricted` is PostgreSQL's `b_expr`: no AND, OR, NOT, IN, LIKE, BETWEEN, IS NULL, COLLATE and AT TIME ZONE, so
  /// that a keyword behind it belongs to the construct around.
  func expression(
    above minimum: Precedence = .lowest, isRestricted: Bool = false
  ) throws(ParseFailure) -> Expression {
    try enter()
    let outerTallest = tallest
    tallest = 0
    let start = self.start
    let first = try operand(isRestricted)
    let whole = try continued(first, from: start, above: minimum, isRestricted)
    tallest = max(outerTallest, tallest)
    leave()
    return whole
  }

  /// `first` and the operators that follow it; `tallest` tells the height of what `first` was made of, and then of all.
  func continued(
    _ first: Expression, from start: Int, above minimum: Precedence, _ isRestricted: Bool
  ) throws(ParseFailure) -> Expression {
    var left = first
    var height = tallest + 1
    while let (infix, precedence) = infix(isRestricted), precedence > minimum, !isBareLabel {
      tallest = 0
      left = try apply(infix, precedence, to: left, from: start, isRestricted)
      height = max(height, tallest) + 1
      try checkHeight(height)
    }
    tallest = height
    return left
  }

  /// What the current token does behind an operand; nil when it ends the expression.
  private func infix(_ isRestricted: Bool) -> (Infix, Precedence)? {
    switch token.kind {
    case .cast: return (.cast, .cast)
    case .caret: return (.symbol, .power)
    case .star, .slash, .percent: return (.symbol, .multiplicative)
    case .plus, .minus: return (.symbol, .additive)
    case .less, .greater, .equals, .lessOrEqual, .greaterOrEqual, .notEqual: return (.symbol, .comparison)
    case .otherOperator: return (.symbol, .otherOperator)
    case .word:
      return wordInfix(isRestricted)
    default: return nil
    }
  }

  private func wordInfix(_ isRestricted: Bool) -> (Infix, Precedence)? {
    switch token.keyword {
    case .is: return (.test, .test)
    case .operator where peek().kind == .leftParenthesis || nesting != labelNesting:
      return (.qualifiedOperator, .otherOperator)
    case _ where isRestricted: return nil
    case .and: return (.and, .and)
    case .or: return (.or, .or)
    case .isnull, .notnull: return (.test, .test)
    case .between, .in, .like, .ilike: return (.membership, .membership)
    // `substring(a similar b escape c)` has no TO.
    case .similar where peek().keyword == .to || nesting != substringNesting: return (.membership, .membership)
    case .not:
      switch peek().keyword {
      case .between, .in, .like, .ilike, .similar: return (.membership, .membership)
      default: return nil
      }
    case .at: return (.atTimeZone, .atTimeZone)
    case .collate: return (.collate, .collate)
    default: return nil
    }
  }

  /// Whether the current word labels a column of a select list, as in `select 1 is from t`: the list goes on, or ends,
  /// right behind it. Within parentheses or a right operand the word is always an operator.
  var isBareLabel: Bool { nesting == labelNesting && token.isBareLabel && endsSelectItem(peek()) }

  private func endsSelectItem(_ token: Token) -> Bool {
    switch token.kind {
    case .endOfText, .comma, .semicolon, .rightParenthesis: return true
    case .word:
      switch token.keyword {
      case .from, .where, .group, .having, .window, .union, .intersect, .except, .order, .limit, .offset, .fetch, .for,
        .into, .on, .returning:
        return true
      default: return false
      }
    default: return false
    }
  }

  private func apply(
    _ infix: Infix, _ precedence: Precedence, to left: Expression, from start: Int, _ isRestricted: Bool
  ) throws(ParseFailure) -> Expression {
    switch infix {
    case .symbol, .qualifiedOperator: return try binary(left, precedence, from: start, isRestricted)
    case .and: return try chain(left, .and, .and, from: start)
    case .or: return try chain(left, .or, .or, from: start)
    case .test: return try test(left, from: start, isRestricted)
    case .membership: return try membership(left, from: start)
    case .atTimeZone: return try atTimeZone(left, from: start)
    case .collate:
      advance()
      let collation = try anyName()
      return Expression(.collate(left, collation), at: range(from: start))
    case .cast:
      advance()
      let type = try typeName()
      return Expression(.cast(left, type), at: range(from: start))
    }
  }

  /// Operands joined by AND or by OR; the result is flat, so that long conditions make no deep tree.
  private func chain(
    _ first: Expression, _ keyword: Keyword, _ precedence: Precedence, from start: Int
  ) throws(ParseFailure) -> Expression {
    var operands = [first]
    while at(keyword), !isBareLabel {
      advance()
      operands.append(try expression(above: precedence))
    }
    return Expression(keyword == .and ? .and(operands) : .or(operands), at: range(from: start))
  }

  private func binary(
    _ left: Expression, _ precedence: Precedence, from start: Int, _ isRestricted: Bool
  ) throws(ParseFailure) -> Expression {
    let symbol = try takeOperator()
    if !isRestricted, let quantifier = quantifier() {
      return try quantified(left, symbol, quantifier, from: start)
    }
    let right = try expression(above: precedence, isRestricted: isRestricted)
    if precedence == .comparison { try refuseChain(precedence, isRestricted) }
    return Expression(.binary(symbol, left, right), at: range(from: start))
  }

  /// `a < b < c` and `a like b like c` are syntax errors at the second operator.
  private func refuseChain(_ precedence: Precedence, _ isRestricted: Bool) throws(ParseFailure) {
    if let (_, next) = infix(isRestricted), next == precedence { throw unexpected() }
  }

  private func atTimeZone(_ left: Expression, from start: Int) throws(ParseFailure) -> Expression {
    advance()
    try expect(.time, .zone)
    let zone = try expression(above: .atTimeZone)
    return Expression(.atTimeZone(left, zone: zone), at: range(from: start))
  }
}

// MARK: - Symbols

extension Parser {
  /// An operator, plain or as `operator(schema.symbol)`.
  func takeOperator() throws(ParseFailure) -> Operator {
    guard at(.operator) else {
      let token = advance()
      return Operator(token.kind == .notEqual ? "<>" : lexer.text(token.range), at: token.range)
    }
    let start = advance().start
    try expect(.leftParenthesis)
    var schema: String?
    while !isOperator(token) {
      schema = try columnName().name
      try expect(.dot)
    }
    var symbol = try takeOperator()
    try expect(.rightParenthesis)
    symbol.schema = schema
    symbol.range = range(from: start)
    return symbol
  }

  func isOperator(_ token: Token) -> Bool {
    switch token.kind {
    case .plus, .minus, .star, .slash, .percent, .caret, .less, .greater, .equals, .lessOrEqual, .greaterOrEqual,
      .notEqual, .otherOperator:
      true
    default: false
    }
  }

  func quantifier() -> Expression.Quantifier? {
    switch token.keyword {
    case .any, .some_: .any
    case .all: .all
    default: nil
    }
  }

  /// `= any (…)` with a query or an array in the parentheses.
  func quantified(
    _ left: Expression, _ symbol: Operator, _ quantifier: Expression.Quantifier, from start: Int
  ) throws(ParseFailure) -> Expression {
    advance()
    try enter()
    let operand: Expression.QuantifiedOperand =
      switch try parenthesised(allowsList: false) {
      case .query(let query): .query(query)
      case .expressions(let list): .array(list[0])
      }
    leave()
    return Expression(.quantified(left, symbol, quantifier, operand), at: range(from: start))
  }
}

// MARK: - Tests and memberships

extension Parser {
  /// IS with all that may follow it, ISNULL and NOTNULL.
  private func test(
    _ left: Expression, from start: Int, _ isRestricted: Bool
  ) throws(ParseFailure) -> Expression {
    if accept(.isnull) { return Expression(.test(left, .null, negated: false), at: range(from: start)) }
    if accept(.notnull) { return Expression(.test(left, .null, negated: true), at: range(from: start)) }
    try expect(.is)
    let negated = accept(.not)
    if accept(.distinct) {
      try expect(.from)
      let right = try expression(above: .test, isRestricted: isRestricted)
      try refuseChain(.test, isRestricted)
      return Expression(.isDistinct(left, from: right, negated: negated), at: range(from: start))
    }
    if at(.document) {
      advance()
      throw unsupported("IS DOCUMENT", from: start)
    }
    guard !isRestricted else { throw unexpected() }
    let test: Expression.Test
    switch token.keyword {
    case .null: test = .null
    case .true: test = .true_
    case .false: test = .false_
    case .unknown: test = .unknown
    default: return try normalisation(left, negated: negated, from: start)
    }
    advance()
    return Expression(.test(left, test, negated: negated), at: range(from: start))
  }

  /// `is nfc normalized`, which PostgreSQL turns into a call.
  private func normalisation(
    _ left: Expression, negated: Bool, from start: Int
  ) throws(ParseFailure) -> Expression {
    var arguments = [FunctionArgument(value: left)]
    if let form = normalForm() { arguments.append(FunctionArgument(value: form)) }
    let keyword = token
    try expect(.normalized)
    let name = QualifiedName([Identifier("is_normalized", at: keyword.range)])
    let call = Expression(.call(FunctionCall(name: name, arguments: arguments)), at: range(from: start))
    return negated ? Expression(.not(call), at: call.range) : call
  }

  /// `nfc` and its kin as a string.
  func normalForm() -> Expression? {
    switch token.keyword {
    case .nfc, .nfd, .nfkc, .nfkd:
      let token = advance()
      return Expression(.string(lexer.text(token.range).uppercased()), at: token.range)
    default: return nil
    }
  }

  /// BETWEEN, IN, LIKE, ILIKE and SIMILAR TO, each with or without NOT.
  private func membership(_ left: Expression, from start: Int) throws(ParseFailure) -> Expression {
    let first = token
    let negated = accept(.not)
    switch token.keyword {
    case .between: return try between(left, negated: negated, from: start)
    case .in:
      advance()
      try enter()
      let content = try parenthesised()
      leave()
      switch content {
      case .query(let query):
        return Expression(.inSubquery(left, query, negated: negated), at: range(from: start))
      case .expressions(let list):
        return Expression(.inList(left, list, negated: negated), at: range(from: start))
      }
    case .like: return try like(left, .like, negated: negated, first, from: start)
    case .ilike: return try like(left, .ilike, negated: negated, first, from: start)
    default: return try like(left, .similar, negated: negated, first, from: start)
    }
  }

  private func between(
    _ left: Expression, negated: Bool, from start: Int
  ) throws(ParseFailure) -> Expression {
    advance()
    let symmetric = accept(.symmetric)
    if !symmetric { _ = accept(.asymmetric) }
    let low = try expression(isRestricted: true)
    try expect(.and)
    let high = try expression(above: .membership)
    try refuseChain(.membership, false)
    return Expression(
      .between(left, low: low, high: high, symmetric: symmetric, negated: negated), at: range(from: start))
  }

  private func like(
    _ left: Expression, _ kind: Expression.LikeKind, negated: Bool, _ first: Token, from start: Int
  ) throws(ParseFailure) -> Expression {
    advance()
    if kind == .similar {
      try expect(.to)
    } else if let quantifier = quantifier() {
      let symbol = (negated ? "!~~" : "~~") + (kind == .ilike ? "*" : "")
      return try quantified(left, Operator(symbol, at: range(from: first.start)), quantifier, from: start)
    }
    let pattern = try expression(above: .membership)
    var escape: Expression?
    if accept(.escape) { escape = try expression(above: .membership) }
    try refuseChain(.membership, false)
    return Expression(
      .like(kind, left, pattern: pattern, escape: escape, negated: negated), at: range(from: start))
  }
}
