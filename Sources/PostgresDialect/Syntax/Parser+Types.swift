/// Type names, brought to PostgreSQL's internal spellings.
///
/// Source: <https://www.postgresql.org/docs/15/datatype.html>
extension Parser {
  /// A type with its array brackets.
  func typeName() throws(ParseFailure) -> TypeName {
    let start = self.start
    let isSet = accept(.setof)
    var type = try simpleType(isLiteral: false)
    if accept(.array) {
      type.arrayDimensions = 1
      if accept(.leftBracket) {
        _ = try smallInteger()
        try expect(.rightBracket)
      }
    } else {
      while accept(.leftBracket) {
        type.arrayDimensions += 1
        if !at(.rightBracket) { _ = try smallInteger() }
        try expect(.rightBracket)
      }
    }
    type.isSet = isSet
    type.range = range(from: start)
    return type
  }

  /// `timestamp '2025-08-23'`: a literal behind one of the types that are keywords.
  func typedLiteral() throws(ParseFailure) -> Expression {
    let start = self.start
    var type = try simpleType(isLiteral: true)
    let value = try string()
    if type.name.name == "interval", type.modifiers.isEmpty { try intervalFields(of: &type) }
    return Expression(.typedLiteral(type, value), at: range(from: start))
  }

  /// Whether a keyword that may also name a column starts a typed literal here.
  func startsTypedLiteral() -> Bool {
    let next = peek()
    let hasModifier = next.kind == .leftParenthesis
    switch token.keyword {
    case .int, .integer, .smallint, .bigint, .real, .boolean: return next.isString
    case .float, .decimal, .dec, .numeric, .varchar, .interval: return next.isString || hasModifier
    case .bit, .char, .character, .nchar: return next.isString || hasModifier || next.keyword == .varying
    case .national: return next.keyword == .character || next.keyword == .char
    case .time, .timestamp:
      return next.isString || hasModifier || next.keyword == .without
        || (next.keyword == .with && peek(2).keyword == .time)
    default: return false
    }
  }

  /// A type without brackets; literals of `char` and `bit` have no default length.
  private func simpleType(isLiteral: Bool) throws(ParseFailure) -> TypeName {
    let start = self.start
    guard let keyword = token.keyword else { return try namedType() }
    switch keyword {
    case .int, .integer: return plain("int4")
    case .smallint: return plain("int2")
    case .bigint: return plain("int8")
    case .real: return plain("float4")
    case .boolean: return plain("bool")
    case .double where peek().keyword == .precision:
      advance()
      return plain("float8", from: start)
    case .float: return try float()
    case .decimal, .dec, .numeric:
      advance()
      return type("numeric", try optionalModifiers(), from: start)
    case .bit:
      advance()
      let isVarying = accept(.varying)
      let modifiers = try optionalModifiers()
      return type(
        isVarying ? "varbit" : "bit", modifiers.isEmpty && !isVarying && !isLiteral ? [1] : modifiers, from: start)
    case .char, .character, .nchar, .national, .varchar: return try character(isLiteral: isLiteral)
    case .time, .timestamp: return try time()
    case .interval: return try interval(isLiteral: isLiteral)
    default: return try namedType()
    }
  }

  private func plain(_ name: String, from start: Int? = nil) -> TypeName {
    let word = advance()
    return type(name, [], from: start ?? word.start)
  }

  private func type(_ name: String, _ modifiers: [Int], from start: Int) -> TypeName {
    let range = range(from: start)
    return TypeName(name: QualifiedName([Identifier(name, at: range)]), modifiers: modifiers, range: range)
  }

  private func namedType() throws(ParseFailure) -> TypeName {
    let start = self.start
    var name = QualifiedName([try functionName()])
    while accept(.dot) { name.parts.append(try label()) }
    let modifiers = try optionalModifiers()
    return TypeName(name: name, modifiers: modifiers, range: range(from: start))
  }

  private func optionalModifiers() throws(ParseFailure) -> [Int] {
    guard at(.leftParenthesis) else { return [] }
    try enter()
    try open()
    let values = try expressions()
    try close()
    leave()
    var modifiers: [Int] = []
    for value in values { modifiers.append(modifier(value)) }
    return modifiers
  }

  /// The number that a type's modifier stands for.
  func modifier(_ value: Expression) -> Int {
    switch value.kind {
    case .integer(let digits):
      if let number = Int32(digits) { return Int(number) }
    case .unary(let sign, let operand):
      if sign.symbol == "-", case .integer(let digits) = operand.kind, let number = Int32(digits) {
        return -Int(number)
      }
    default: break
    }
    postpone(.syntaxError, "type modifiers must be simple constants or identifiers", at: value.range)
    return 0
  }

  private func float() throws(ParseFailure) -> TypeName {
    let start = advance().start
    guard at(.leftParenthesis) else { return type("float8", [], from: start) }
    try open()
    let number = token
    let precision = try smallInteger()
    try close()
    guard precision >= 1 else {
      throw ParseFailure(
        .invalidParameterValue, "precision for type float must be at least 1 bit", at: number.range)
    }
    guard precision <= 53 else {
      throw ParseFailure(
        .invalidParameterValue, "precision for type float must be less than 54 bits", at: number.range)
    }
    return type(precision <= 24 ? "float4" : "float8", [], from: start)
  }

  private func character(isLiteral: Bool) throws(ParseFailure) -> TypeName {
    let start = self.start
    let isVarchar = accept(.varchar)
    var isVarying = isVarchar
    if !isVarchar {
      if accept(.national) {
        guard accept(.character) || accept(.char) else { throw unexpected() }
      } else {
        advance()
      }
      isVarying = accept(.varying)
    }
    var modifiers: [Int] = []
    if at(.leftParenthesis) {
      try open()
      modifiers = [try smallInteger()]
      try close()
    } else if !isVarying, !isLiteral {
      modifiers = [1]
    }
    return type(isVarying ? "varchar" : "bpchar", modifiers, from: start)
  }

  private func time() throws(ParseFailure) -> TypeName {
    let word = advance()
    var modifiers: [Int] = []
    if at(.leftParenthesis) {
      try open()
      modifiers = [try smallInteger()]
      try close()
    }
    var hasZone = false
    if at(.with, .time) || at(.without) {
      hasZone = advance().keyword == .with
      try expect(.time, .zone)
    }
    let name = word.keyword == .time ? "time" : "timestamp"
    return type(hasZone ? name + "tz" : name, modifiers, from: word.start)
  }

  private func interval(isLiteral: Bool) throws(ParseFailure) -> TypeName {
    let start = advance().start
    if at(.leftParenthesis) {
      try open()
      let precision = try smallInteger()
      try close()
      return type("interval", [precision], from: start)
    }
    var type = self.type("interval", [], from: start)
    if !isLiteral { try intervalFields(of: &type) }
    return type
  }

  /// `year to month`, `second(3)` and their kin; the last field may be finer than the first.
  private func intervalFields(of type: inout TypeName) throws(ParseFailure) {
    let finer: [Keyword]
    switch token.keyword {
    case .year: finer = [.month]
    case .day: finer = [.hour, .minute, .second]
    case .hour: finer = [.minute, .second]
    case .minute: finer = [.second]
    case .month, .second: finer = []
    default: return
    }
    var last = advance()
    var fields = lexer.name(of: last)
    if !finer.isEmpty, accept(.to) {
      guard let keyword = token.keyword, finer.contains(keyword) else { throw unexpected() }
      last = advance()
      fields += " to " + lexer.name(of: last)
    }
    if last.keyword == .second, at(.leftParenthesis) {
      try open()
      type.modifiers = [try smallInteger()]
      try close()
    }
    type.intervalFields = fields
    type.range = range(from: type.range.start)
  }
}
