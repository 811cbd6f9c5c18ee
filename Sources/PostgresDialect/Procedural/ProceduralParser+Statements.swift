extension ProceduralParser {
  func statements(until words: Set<String>) throws(SQLError) -> [ProceduralStatement] {
    var statements: [ProceduralStatement] = []
    while !words.contains(word(token)) {
      if token.kind == .endOfText { throw unexpected() }
      statements.append(try statement())
    }
    return statements
  }

  private func statement() throws(SQLError) -> ProceduralStatement {
    let line = self.line(token)
    let label = try self.label()
    let kind = try statementKind(label)
    return ProceduralStatement(kind: kind, line: line)
  }

  private func statementKind(_ label: String?) throws(SQLError) -> ProceduralStatement.Kind {
    switch word(token) {
    case "declare", "begin":
      let block = try self.block(label: label)
      try expect(.semicolon)
      return .block(block)
    case "loop": return .loop(label: label, try loopBody(label))
    case "while":
      advance()
      let condition = try expression(words: ["loop"], kinds: [])
      return .whileLoop(label: label, condition, try loopBody(label))
    case "for": return try forLoop(label)
    case "foreach": return try elementLoop(label)
    default:
      if label != nil { throw unexpected() }
    }
    // A word before := or = or a dot or bracket is a variable, whatever else it may mean.
    let next = peek()
    if token.isLabel, next.kind == .colonEquals || next.kind == .equals || isFieldAssignment { return try assignment() }
    switch word(token) {
    case "if": return try ifElse()
    case "case": return try choose()
    case "exit", "continue":
      let isContinue = word(advance()) == "continue"
      var label: String?
      if token.kind != .semicolon, !at("when") { label = try name() }
      let condition = accept("when") ? try expression() : nil
      try expect(.semicolon)
      return .exit(isContinue: isContinue, label: label, condition: condition)
    case "return": return try returning()
    case "raise": return try raise()
    case "assert":
      advance()
      let condition = try expression(kinds: [.semicolon, .comma])
      let message = accept(.comma) ? try expression() : nil
      try expect(.semicolon)
      return .assert(condition, message: message)
    case "perform":
      advance()
      let query = try expression()
      try expect(.semicolon)
      return .perform(query)
    case "execute": return try execute()
    case "get": return try diagnostics()
    case "null" where next.kind == .semicolon:
      advance()
      advance()
      return .nothing
    case "open", "fetch", "move", "close":
      throw SQLError(.featureNotSupported, "cursors are not supported yet", at: token.range)
    default: return try sqlStatement()
    }
  }

  /// `a.b := …`; a bracket directly behind a name is an array element, which is refused where it is assigned.
  private var isFieldAssignment: Bool {
    var distance = 1
    while peek(distance).kind == .dot, peek(distance + 1).isLabel {
      distance += 2
      if peek(distance).kind == .colonEquals || peek(distance).kind == .equals { return true }
    }
    return peek(distance).kind == .leftBracket
  }

  private func assignment() throws(SQLError) -> ProceduralStatement.Kind {
    let target = try self.target()
    if token.kind == .leftBracket {
      throw SQLError(.featureNotSupported, "assignment to an array element is not supported yet", at: token.range)
    }
    guard accept(.colonEquals) || accept(.equals) else { throw unexpected() }
    let value = try expression()
    try expect(.semicolon)
    return .assign(target, value)
  }

  func target() throws(SQLError) -> ProceduralTarget {
    let start = token
    var path: [String] = []
    if token.kind == .positionalParameter {
      path = [lexer.text(advance().range)]
    } else {
      path = [try name()]
      while accept(.dot) { path.append(try name()) }
    }
    return ProceduralTarget(path: path, range: SourceRange(start: start.start, end: tokens[position - 1].end))
  }

  func targets() throws(SQLError) -> [ProceduralTarget] {
    var targets = [try target()]
    while accept(.comma) { targets.append(try target()) }
    return targets
  }

  private func loopBody(_ label: String?) throws(SQLError) -> [ProceduralStatement] {
    try expect("loop")
    let body = try statements(until: ["end"])
    try expect("end")
    try expect("loop")
    try endLabel(label)
    try expect(.semicolon)
    return body
  }

  private func forLoop(_ label: String?) throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    let targets = try self.targets()
    try expect("in")
    let isReverse = at("reverse")
    let isRange = try isRange()
    if isRange {
      if isReverse { advance() }
      guard targets.count == 1, targets[0].path.count == 1 else {
        throw SQLError(.syntaxError, "integer FOR loop must have only one target variable", at: targets[0].range)
      }
      let from = try expression(kinds: [.dotDot])
      try expect(.dotDot)
      let to = try expression(words: ["loop", "by"], kinds: [])
      let by = accept("by") ? try expression(words: ["loop"], kinds: []) : nil
      return .countLoop(
        label: label, variable: targets[0].path[0], from: from, to: to, by: by, isReverse: isReverse,
        try loopBody(label))
    }
    let query: ProceduralQuery
    if accept("execute") {
      let text = try expression(words: ["loop", "using"], kinds: [])
      query = .dynamic(text, using: accept("using") ? try list(words: ["loop"], kinds: []) : [])
    } else {
      query = .fixed(try sql(words: ["loop"], kinds: []))
    }
    return .queryLoop(label: label, targets, query, try loopBody(label))
  }

  /// Whether `..` stands before LOOP, outside brackets.
  private func isRange() throws(SQLError) -> Bool {
    let last = try end(words: ["loop"], kinds: [])
    var depth = 0
    for index in position..<last {
      switch tokens[index].kind {
      case .leftParenthesis, .leftBracket: depth += 1
      case .rightParenthesis, .rightBracket: depth -= 1
      case .dotDot where depth == 0: return true
      default: break
      }
    }
    return false
  }

  private func elementLoop(_ label: String?) throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    let target = try self.target()
    if at("slice") { throw SQLError(.featureNotSupported, "FOREACH … SLICE is not supported yet", at: token.range) }
    try expect("in")
    try expect("array")
    let array = try expression(words: ["loop"], kinds: [])
    return .elementLoop(label: label, target, array, try loopBody(label))
  }

  /// SQL up to a word or kind, as it stands.
  private func sql(words: Set<String> = [], kinds: Set<Token.Kind> = [.semicolon]) throws(SQLError) -> SQLFragment {
    let last = try end(words: words, kinds: kinds)
    guard last > position else { throw unexpected() }
    let range = SourceRange(start: token.start, end: tokens[last - 1].end)
    move(to: last)
    return try fragment(lexer.text(range), at: range.start)
  }

  private func list(words: Set<String> = [], kinds: Set<Token.Kind> = [.semicolon]) throws(SQLError) -> [SQLFragment] {
    var values = [try expression(words: words, kinds: kinds.union([.comma]))]
    while accept(.comma) { values.append(try expression(words: words, kinds: kinds.union([.comma]))) }
    return values
  }

  private func ifElse() throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    var branches: [ProceduralBranch] = []
    var otherwise: [ProceduralStatement] = []
    repeat {
      let condition = try expression(words: ["then"], kinds: [])
      try expect("then")
      branches.append(
        ProceduralBranch(condition: condition, body: try statements(until: ["elsif", "elseif", "else", "end"])))
    } while accept("elsif") || accept("elseif")
    if accept("else") { otherwise = try statements(until: ["end"]) }
    try expect("end")
    try expect("if")
    try expect(.semicolon)
    return .ifElse(branches, otherwise: otherwise)
  }

  private func choose() throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    let operand = at("when") ? nil : try expression(words: ["when"], kinds: [])
    var branches: [ProceduralBranch] = []
    while accept("when") {
      let conditions =
        operand == nil ? [try expression(words: ["then"], kinds: [])] : try list(words: ["then"], kinds: [])
      try expect("then")
      let body = try statements(until: ["when", "else", "end"])
      for condition in conditions { branches.append(ProceduralBranch(condition: condition, body: body)) }
    }
    guard !branches.isEmpty else { throw unexpected() }
    let otherwise = accept("else") ? try statements(until: ["end"]) : nil
    try expect("end")
    try expect("case")
    try expect(.semicolon)
    return .choose(operand: operand, branches, otherwise: otherwise)
  }

  private func returning() throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    if accept("next") {
      let value = token.kind == .semicolon ? nil : try expression()
      try expect(.semicolon)
      return .returnNext(value)
    }
    if accept("query") {
      let query: ProceduralQuery
      if accept("execute") {
        let text = try expression(words: ["using"])
        query = .dynamic(text, using: accept("using") ? try list() : [])
      } else {
        query = .fixed(try sql())
      }
      try expect(.semicolon)
      return .returnQuery(query)
    }
    let value = token.kind == .semicolon ? nil : try expression()
    try expect(.semicolon)
    return .returnValue(value)
  }

  private func raise() throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    var raise = ProceduralRaise(
      level: .exception, format: nil, arguments: [], state: nil, options: [], isAgain: false)
    if accept(.semicolon) {
      raise.isAgain = true
      return .raise(raise)
    }
    if let level = ProceduralRaise.Level(rawValue: word(token)) {
      raise.level = level
      advance()
    }
    if token.isString {
      let range = token.range
      raise.format = try string()
      while accept(.comma) { raise.arguments.append(try expression(words: ["using"], kinds: [.semicolon, .comma])) }
      let places = Self.placeCount(raise.format ?? "")
      guard places == raise.arguments.count else {
        throw SQLError(
          .syntaxError,
          places > raise.arguments.count
            ? "too few parameters specified for RAISE"
            : "too many parameters specified for RAISE", at: range)
      }
    } else if accept("sqlstate") {
      raise.state = SQLState(rawValue: try string())
    } else if token.kind != .semicolon, !at("using") {
      let range = token.range
      let name = try self.name()
      guard let state = ConditionNames.states(name).first else {
        throw SQLError(.undefinedObject, "unrecognized exception condition \"\(name)\"", at: range)
      }
      raise.state = state
    }
    if accept("using") {
      repeat {
        let range = token.range
        let name = try self.name()
        guard Self.raiseOptions.contains(name) else {
          throw SQLError(.syntaxError, "unrecognized RAISE statement option at or near \"\(name)\"", at: range)
        }
        guard accept(.equals) || accept(.colonEquals) else { throw unexpected() }
        raise.options.append(
          ProceduralRaiseOption(name: name, value: try expression(kinds: [.semicolon, .comma])))
      } while accept(.comma)
    }
    try expect(.semicolon)
    return .raise(raise)
  }

  private static let raiseOptions: Set<String> = [
    "message", "detail", "hint", "errcode", "column", "constraint", "datatype", "table", "schema",
  ]

  /// How many `%` take a value; `%%` is a percent sign.
  private static func placeCount(_ format: String) -> Int {
    var count = 0
    var characters = format.makeIterator()
    while let character = characters.next() {
      guard character == "%" else { continue }
      var next = characters
      if next.next() == "%" { characters = next } else { count += 1 }
    }
    return count
  }

  private func execute() throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    let text = try expression(words: ["into", "using"])
    var into: [ProceduralTarget] = []
    var using: [SQLFragment] = []
    var isStrict = false
    while token.kind != .semicolon {
      if accept("into") {
        isStrict = accept("strict")
        into = try targets()
      } else {
        try expect("using")
        using = try list(words: ["into"])
      }
    }
    try expect(.semicolon)
    return .execute(text, into: into, isStrict: isStrict, using: using)
  }

  private func diagnostics() throws(SQLError) -> ProceduralStatement.Kind {
    advance()
    let isStacked = accept("stacked")
    if !isStacked { _ = accept("current") }
    try expect("diagnostics")
    var items: [ProceduralDiagnostic] = []
    repeat {
      let target = try self.target()
      guard accept(.colonEquals) || accept(.equals) else { throw unexpected() }
      let range = token.range
      let item = try name()
      guard (isStacked ? Self.stackedItems : Self.currentItems).contains(item) else {
        throw SQLError(.syntaxError, "unrecognized GET DIAGNOSTICS item at or near \"\(item)\"", at: range)
      }
      items.append(ProceduralDiagnostic(target: target, item: item))
    } while accept(.comma)
    try expect(.semicolon)
    return .diagnostics(isStacked: isStacked, items)
  }

  private static let currentItems = items("row_count pg_context")

  private static let stackedItems = items(
    """
    returned_sqlstate column_name constraint_name pg_datatype_name message_text table_name schema_name
    pg_exception_detail pg_exception_hint pg_exception_context
    """)

  private static func items(_ words: String) -> Set<String> {
    Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  /// Any other statement is SQL; `into` outside brackets names the variables that receive its first row.
  private func sqlStatement() throws(SQLError) -> ProceduralStatement.Kind {
    let start = position
    let last = try end(words: [])
    guard last > start else { throw unexpected() }
    let range = SourceRange(start: token.start, end: tokens[last - 1].end)
    var text = Array(lexer.text(range).utf8)
    var into: [ProceduralTarget] = []
    var isStrict = false
    let isCreation = ["create", "alter", "grant", "comment"].contains(word(token))
    var depth = 0
    var index = start
    while index < last, !isCreation {
      switch tokens[index].kind {
      case .leftParenthesis, .leftBracket: depth += 1
      case .rightParenthesis, .rightBracket: depth -= 1
      default: break
      }
      let before = index > start ? word(tokens[index - 1]) : ""
      guard depth == 0, word(tokens[index]) == "into", !["insert", "merge"].contains(before) else {
        index += 1
        continue
      }
      guard into.isEmpty else {
        throw SQLError(.syntaxError, "INTO specified more than once", at: tokens[index].range)
      }
      move(to: index + 1)
      isStrict = accept("strict")
      into = try targets()
      // Blanks keep the places of what follows.
      for place in tokens[index].start..<tokens[position - 1].end where text[place - range.start] != UInt8(ascii: "\n")
      {
        text[place - range.start] = UInt8(ascii: " ")
      }
      index = position
    }
    move(to: last)
    let fragment = try self.fragment(String(decoding: text, as: UTF8.self), at: range.start)
    try expect(.semicolon)
    return .sql(fragment, into: into, isStrict: isStrict)
  }
}
