/// Roles, GRANT, REVOKE and COMMENT.
extension Parser {
  /// A role; `current_user` and its kin keep their names.
  func roleName() throws(ParseFailure) -> Identifier {
    switch token.keyword {
    case .current_user, .current_role, .session_user: return try takeName()
    case .none_:
      throw ParseFailure(.reservedName, "role name \"none\" is reserved", at: token.range)
    default: return try unreservedName()
    }
  }

  func createRole(options: [String]) throws(ParseFailure) -> Statement.Kind {
    advance()
    let word = token
    let name = try roleName()
    if name.name == "public" {
      throw ParseFailure(.reservedName, "role name \"public\" is reserved", at: name.range)
    }
    if word.wordClass == .reserved {
      let spelling = name.name.uppercased()
      throw ParseFailure(.reservedName, "\(spelling) cannot be used as a role name here", at: name.range)
    }
    _ = accept(.with)
    var options = options
    while let option = try roleOption() { options.append(option) }
    return .createRole(name, options: options)
  }

  /// One option in lower case, such as `login` or `connection limit 5`; a password is not kept.
  private func roleOption() throws(ParseFailure) -> String? {
    switch token.keyword {
    case .encrypted, .password:
      if accept(.encrypted) { guard at(.password) else { throw unexpected() } }
      advance()
      if !accept(.null) { _ = try string() }
      return "password"
    case .inherit:
      advance()
      return "inherit"
    case .connection:
      advance()
      try expect(.limit)
      return "connection limit " + (try signedNumber())
    case .valid:
      advance()
      try expect(.until)
      return "valid until " + (try string())
    case .sysid:
      advance()
      return "sysid \(try smallInteger())"
    case .admin, .role, .user, .in:
      var words = lexer.name(of: advance())
      if words == "in" {
        guard at(.role) || at(.group) else { throw unexpected() }
        words += " " + lexer.name(of: advance())
      }
      let roles = try roleList().map(\.name)
      return words + " " + roles.joined(separator: ", ")
    default:
      guard token.kind == .word, token.wordClass == .name else { return nil }
      let start = self.start
      let word = try takeName().name
      guard Parser.roleFlags.contains(word) else {
        throw ParseFailure(.syntaxError, "unrecognized role option \"\(word)\"", at: range(from: start))
      }
      return word
    }
  }

  private static let roleFlags: Set<String> = [
    "superuser", "nosuperuser", "createrole", "nocreaterole", "replication", "noreplication", "createdb", "nocreatedb",
    "login", "nologin", "bypassrls", "nobypassrls", "noinherit",
  ]

  private func roleList() throws(ParseFailure) -> [Identifier] {
    var roles = [try roleName()]
    while accept(.comma) { roles.append(try roleName()) }
    return roles
  }
}

// MARK: - GRANT and REVOKE

extension Parser {
  func grant() throws(ParseFailure) -> Statement.Kind {
    advance()
    let privileges = try self.privileges()
    if at(.to) {
      let roles = try grantedRoles(privileges)
      advance()
      var grant = Grant(isRevoke: false, privileges: [], target: .roles(roles), grantees: try roleList())
      if accept(.with) {
        try expect(.admin, .option)
        grant.withGrantOption = true
      }
      try grantedBy()
      return .grant(grant)
    }
    let target = try grantTarget()
    try expect(.to)
    var grant = Grant(isRevoke: false, privileges: privileges, target: target, grantees: try grantees())
    if accept(.with) {
      try expect(.grant, .option)
      grant.withGrantOption = true
    }
    try grantedBy()
    return .grant(grant)
  }

  func revoke() throws(ParseFailure) -> Statement.Kind {
    advance()
    var isOption = false
    var isAdmin = false
    if at(.grant) || at(.admin, .option) {
      isAdmin = advance().keyword == .admin
      try expect(.option, .for)
      isOption = true
    }
    let privileges = try self.privileges()
    var grant: Grant
    if at(.from) {
      guard !isOption || isAdmin else { throw unexpected() }
      let roles = try grantedRoles(privileges)
      advance()
      grant = Grant(isRevoke: true, privileges: [], target: .roles(roles), grantees: try roleList())
    } else {
      guard !isAdmin else { throw unexpected() }
      let target = try grantTarget()
      try expect(.from)
      grant = Grant(isRevoke: true, privileges: privileges, target: target, grantees: try grantees())
    }
    try grantedBy()
    grant.withGrantOption = isOption
    grant.cascade = dropBehaviour()
    return .grant(grant)
  }

  private func grantedBy() throws(ParseFailure) {
    guard accept(.granted) else { return }
    try expect(.by)
    _ = try roleName()
  }

  /// Before TO and FROM, the same words are roles.
  private func grantedRoles(_ privileges: [Grant.Privilege]) throws(ParseFailure) -> [Identifier] {
    guard privileges.allSatisfy({ $0.columns.isEmpty && $0.name != "all" }) else { throw unexpected() }
    return privileges.map { Identifier($0.name, at: $0.range) }
  }

  private func privileges() throws(ParseFailure) -> [Grant.Privilege] {
    if at(.all) {
      let word = advance()
      _ = accept(.privileges)
      return [Grant.Privilege(name: "all", columns: try optionalColumnList(), range: word.range)]
    }
    var list: [Grant.Privilege] = []
    repeat {
      let name: Identifier
      switch token.keyword {
      case .select, .references, .create: name = try takeName()
      default: name = try columnName()
      }
      list.append(Grant.Privilege(name: name.name, columns: try optionalColumnList(), range: name.range))
    } while accept(.comma)
    return list
  }

  private func grantees() throws(ParseFailure) -> [Identifier] {
    var list: [Identifier] = []
    repeat {
      _ = accept(.group)
      list.append(try roleName())
    } while accept(.comma)
    return list
  }

  private func grantTarget() throws(ParseFailure) -> Grant.Target {
    try expect(.on)
    let start = self.start
    // The words for kinds of objects may also name a table.
    let next = peek()
    if token.isColumnName, next.kind == .comma || next.kind == .dot || next.keyword == .to || next.keyword == .from {
      return .tables(try qualifiedNames())
    }
    switch token.keyword {
    case .schema:
      advance()
      return .schemas(try names())
    case .sequence:
      advance()
      return .sequences(try qualifiedNames())
    case .function, .procedure, .routine:
      advance()
      var names: [QualifiedName] = []
      var signatures: [[TypeName]?] = []
      repeat {
        let (name, signature) = try routineSignature()
        names.append(name)
        signatures.append(signature)
      } while accept(.comma)
      return .functions(names, signatures: signatures)
    case .all:
      advance()
      return try allInSchemas()
    case .database, .domain, .language, .large, .parameter, .tablespace, .type, .foreign:
      let word = advance()
      throw unsupported("A privilege on a \(lexer.name(of: word))", from: start)
    default: break
    }
    _ = accept(.table)
    return .tables(try qualifiedNames())
  }

  private func allInSchemas() throws(ParseFailure) -> Grant.Target {
    let kind = token
    guard accept(.tables) || accept(.sequences) || accept(.functions) || accept(.procedures) || accept(.routines)
    else { throw unexpected() }
    try expect(.in, .schema)
    let schemas = try names()
    switch kind.keyword {
    case .tables: return .allTables(inSchemas: schemas)
    case .sequences: return .allSequences(inSchemas: schemas)
    default: return .allFunctions(inSchemas: schemas)
    }
  }

  private func names() throws(ParseFailure) -> [Identifier] {
    var list = [try columnName()]
    while accept(.comma) { list.append(try columnName()) }
    return list
  }

  private func qualifiedNames() throws(ParseFailure) -> [QualifiedName] {
    var list = [try qualifiedName()]
    while accept(.comma) { list.append(try qualifiedName()) }
    return list
  }
}

// MARK: - COMMENT

extension Parser {
  func comment() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    try expect(.on)
    let target = try commentTarget(from: start)
    try expect(.is)
    return .comment(target, text: accept(.null) ? nil : try string())
  }

  private func commentTarget(from start: Int) throws(ParseFailure) -> CommentTarget {
    guard let keyword = token.keyword else { throw unexpected() }
    switch keyword {
    case .table, .view, .index, .sequence:
      advance()
      return .relation(keyword.rawValue, try anyName())
    case .materialized:
      advance()
      try expect(.view)
      return .relation("materialized view", try anyName())
    case .column:
      advance()
      return .column(try anyName())
    case .schema, .extension, .role, .database:
      advance()
      let name = keyword == .role ? try roleName() : try columnName()
      return .other(keyword.rawValue, QualifiedName([name]))
    case .type:
      advance()
      return .other("type", try typeName().name)
    case .function, .procedure, .routine:
      advance()
      return .other(keyword.rawValue, try routineSignature().0)
    case .trigger, .constraint:
      advance()
      let name = try columnName()
      try expect(.on)
      if keyword == .constraint, at(.domain) { throw unsupported("COMMENT ON CONSTRAINT ON DOMAIN", from: start) }
      // The table comes first, as it does in `table.column`.
      let table = try anyName()
      return .other(keyword.rawValue, QualifiedName(table.parts + [name]))
    default: try throwUnsupportedObject("COMMENT ON", from: start)
    }
  }
}
