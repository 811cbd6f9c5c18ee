/// Settings and transactions.
extension Parser {
  func set() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    if at(.constraints) {
      advance()
      throw unsupported("SET CONSTRAINTS", from: start)
    }
    var isLocal = false
    if at(.local), startsSetting(peek()) {
      advance()
      isLocal = true
    } else if at(.session), peek().keyword != .authorization, startsSetting(peek()) {
      advance()
      if at(.characteristics), peek().keyword == .as {
        skip(2)
        try expect(.transaction)
        guard startsMode else { throw unexpected() }
        return .set(SetCommand(name: "session characteristics", value: try transactionModes(), isLocal: false))
      }
    }
    return .set(try setting(isLocal: isLocal, from: start))
  }

  /// Not when the word before is itself the setting's name: `set local = 1`.
  private func startsSetting(_ token: Token) -> Bool { token.isLabel && token.keyword != .to }

  private func setting(isLocal: Bool, from start: Int) throws(ParseFailure) -> SetCommand {
    func command(_ name: String, _ value: String?) -> SetCommand {
      SetCommand(name: name, value: value, isLocal: isLocal)
    }
    switch token.keyword {
    case .time where peek().keyword == .zone:
      skip(2)
      return command("timezone", try zone())
    case .transaction
    where peek().keyword == .isolation || peek().keyword == .read || peek().keyword == .not
      || peek().keyword == .deferrable:
      advance()
      return command("transaction", try transactionModes())
    case .transaction where peek().keyword == .snapshot, .xml where peek().keyword == .option:
      skip(2)
      throw unsupported(lexer.text(range(from: start)).uppercased(), from: start)
    case .role where peek().isUnreservedWord && peek().keyword != .to || peek().isString:
      advance()
      return command("role", try wordOrString())
    case .schema where peek().isString:
      advance()
      return command("search_path", try string())
    case .names where peek().keyword != .to && peek().kind != .equals:
      advance()
      return command("client_encoding", try optionalEncoding())
    case .catalog where peek().isString:
      skip(2)
      throw unsupported("SET CATALOG", from: start)
    case .session where peek().keyword == .authorization:
      skip(2)
      return command("session_authorization", accept(.default) ? nil : try wordOrString())
    default: break
    }
    let name = try settingName()
    if accept(.from) {
      try expect(.current)
      throw unsupported("SET FROM CURRENT", from: start)
    }
    guard accept(.to) || accept(.equals) else { throw unexpected() }
    if accept(.default) { return command(name, nil) }
    var values = [try settingValue()]
    while accept(.comma) { values.append(try settingValue()) }
    return command(name, values.joined(separator: ", "))
  }

  /// The encoding behind SET NAMES; nil for the default.
  private func optionalEncoding() throws(ParseFailure) -> String? {
    if token.isString { return try string() }
    _ = accept(.default)
    return nil
  }

  /// `search_path`, `my.setting`; always in lower case.
  private func settingName() throws(ParseFailure) -> String {
    var name = try columnName().name
    while accept(.dot) { name += "." + (try columnName().name) }
    return name
  }

  func settingValue() throws(ParseFailure) -> String {
    if at(.plus) || at(.minus) || at(.integerNumber) || at(.decimalNumber) { return try signedNumber() }
    if at(.true) || at(.false) || at(.on) { return lexer.name(of: advance()) }
    return try wordOrString()
  }

  func signedNumber() throws(ParseFailure) -> String {
    let sign = at(.minus) ? "-" : ""
    if !accept(.plus) { _ = accept(.minus) }
    guard at(.integerNumber) || at(.decimalNumber) else { throw unexpected() }
    return sign + lexer.text(advance().range)
  }

  /// A name, a number of hours or an interval.
  private func zone() throws(ParseFailure) -> String? {
    if accept(.default) || accept(.local) { return nil }
    if at(.plus) || at(.minus) || at(.integerNumber) || at(.decimalNumber) { return try signedNumber() }
    if at(.interval) {
      let literal = try typedLiteral()
      guard case .typedLiteral(_, let value) = literal.kind else { throw unexpected() }
      return value
    }
    if token.isString { return try string() }
    guard token.wordClass == .name else { throw unexpected() }
    return try takeName().name
  }

  func reset() throws(ParseFailure) -> Statement.Kind {
    advance()
    return .set(SetCommand(name: try shownSetting(), value: nil, isLocal: false))
  }

  func show() throws(ParseFailure) -> Statement.Kind {
    advance()
    return .show(try shownSetting())
  }

  func discard() throws(ParseFailure) -> Statement.Kind {
    advance()
    switch token.keyword {
    case .all, .plans, .sequences, .temp: return .discard(lexer.name(of: advance()))
    case .temporary:
      advance()
      return .discard("temp")
    default: throw unexpected()
    }
  }

  func deallocate() throws(ParseFailure) -> Statement.Kind {
    advance()
    if at(.prepare), peek().isColumnName || peek().keyword == .all { advance() }
    return .deallocate(accept(.all) ? nil : try columnName())
  }

  /// The setting of SHOW and RESET, some of which have names of several words.
  private func shownSetting() throws(ParseFailure) -> String {
    if accept(.all) { return "all" }
    if accept(.time, .zone) { return "timezone" }
    if accept(.session, .authorization) { return "session_authorization" }
    if accept(.transaction, .isolation) {
      try expect(.level)
      return "transaction_isolation"
    }
    return try settingName()
  }
}

// MARK: - Transactions

extension Parser {
  func transaction(_ keyword: Keyword) throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    switch keyword {
    case .savepoint: return .transaction(.savepoint(try columnName()))
    case .release:
      if at(.savepoint), peek().isColumnName { advance() }
      return .transaction(.release(try columnName()))
    case .start:
      try expect(.transaction)
      return .transaction(.begin(TransactionModes(try transactionModes())))
    case .begin:
      acceptWork()
      return .transaction(.begin(TransactionModes(startsMode ? try transactionModes() : "")))
    default: break
    }
    if at(.prepared), keyword == .commit || keyword == .rollback {
      advance()
      throw unsupported("\(keyword.rawValue.uppercased()) PREPARED", from: start)
    }
    acceptWork()
    if keyword == .rollback, accept(.to) {
      if at(.savepoint), peek().isColumnName { advance() }
      return .transaction(.rollbackTo(try columnName()))
    }
    if accept(.and) {
      let isNegated = accept(.no)
      try expect(.chain)
      if !isNegated { throw unsupported("AND CHAIN", from: start) }
    }
    return .transaction(keyword == .rollback || keyword == .abort ? .rollback : .commit)
  }

  private func acceptWork() {
    if !accept(.work) { _ = accept(.transaction) }
  }

  private var startsMode: Bool {
    switch token.keyword {
    case .isolation, .read, .deferrable, .not: true
    default: false
    }
  }

  /// The modes in lower case, such as `isolation level serializable, read only`; empty when there are none.
  private func transactionModes() throws(ParseFailure) -> String {
    var modes: [String] = []
    while startsMode {
      let first = position
      switch advance().keyword {
      case .isolation:
        try expect(.level)
        if accept(.read) {
          guard accept(.committed) || accept(.uncommitted) else { throw unexpected() }
        } else if accept(.repeatable) {
          try expect(.read)
        } else {
          try expect(.serializable)
        }
      case .read:
        guard accept(.only) || accept(.write) else { throw unexpected() }
      case .not: try expect(.deferrable)
      default: break
      }
      modes.append(tokens[first..<position].map { lexer.name(of: $0) }.joined(separator: " "))
      if at(.comma) {
        advance()
        guard startsMode else { throw unexpected() }
      }
    }
    return modes.joined(separator: ", ")
  }
}
