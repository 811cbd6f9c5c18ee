/// ALTER and DROP.
extension Parser {
  func alter() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    switch token.keyword {
    case .table: return try alterRelation(.table, from: start)
    case .view: return try alterRelation(.view, from: start)
    case .index: return try alterRelation(.index, from: start)
    case .materialized:
      advance()
      guard at(.view) else { throw unexpected() }
      return try alterRelation(.materializedView, from: start)
    case .sequence: return try alterSequence()
    case .schema: return try alterSchema(from: start)
    case .type: return try alterType(from: start)
    case .domain: return try alterDomain(from: start)
    default: try throwUnsupportedObject("ALTER", from: start)
    }
  }

  private func alterRelation(_ kind: AlterTable.ObjectKind, from start: Int) throws(ParseFailure) -> Statement.Kind {
    advance()
    if at(.all) { throw unsupported("ALTER \(kind.rawValue.uppercased()) ALL", from: start) }
    let ifExists = ifExists()
    let table: QualifiedName
    if kind == .table {
      guard case .relation(let name, _, _) = try relationExpression() else { throw unexpected() }
      table = name
    } else {
      table = try qualifiedName()
    }
    var alter = AlterTable(kind: kind, table: table, ifExists: ifExists, actions: [])
    if let action = try relationAction() {
      alter.actions = [action]
      return .alterTable(alter)
    }
    if kind == .materializedView || kind == .index, at(.depends) || at(.no) || at(.attach) || at(.cluster) {
      advance()
      throw unsupported("This ALTER \(kind.rawValue.uppercased())", from: start)
    }
    repeat { alter.actions.append(try alterAction(of: start)) } while accept(.comma)
    return .alterTable(alter)
  }

  /// RENAME and SET SCHEMA, which stand alone; nil when something else follows.
  func relationAction() throws(ParseFailure) -> AlterTable.Action? {
    if at(.set), peek().keyword == .schema {
      skip(2)
      return .setSchema(try columnName())
    }
    guard accept(.rename) else { return nil }
    if accept(.to) { return .renameTable(try columnName()) }
    if accept(.constraint) {
      let name = try columnName()
      try expect(.to)
      return .renameConstraint(name, to: try columnName())
    }
    _ = accept(.column)
    let column = try columnName()
    try expect(.to)
    return .renameColumn(column, to: try columnName())
  }

  private func alterAction(of statement: Int) throws(ParseFailure) -> AlterTable.Action {
    let start = self.start
    switch token.keyword {
    case .add: return try addition()
    case .alter: return try columnChange()
    case .drop: return try dropping()
    case .owner:
      advance()
      try expect(.to)
      return .owner(try roleName())
    case .enable, .disable:
      let isEnabled = advance().keyword == .enable
      if at(.row) {
        advance()
        try expect(.level, .security)
        return .rowLevelSecurity(isEnabled)
      }
      if accept(.trigger) {
        if accept(.all) || accept(.user) { return .trigger(nil, isEnabled: isEnabled) }
        return .trigger(try columnName(), isEnabled: isEnabled)
      }
      guard at(.trigger) || at(.rule) || at(.always) || at(.replica) else { throw unexpected() }
    case .validate:
      advance()
      try expect(.constraint)
      return .validateConstraint(try columnName())
    case .set where peek().kind == .leftParenthesis, .reset where peek().kind == .leftParenthesis:
      advance()
      try parameterList()
      return .storage
    case .attach, .detach, .set, .reset, .inherit, .no, .of, .not, .cluster, .force, .replica: advance()
    default: throw unexpected()
    }
    throw unsupported("ALTER TABLE \(lexer.text(range(from: start)).uppercased())", from: statement)
  }

  private func addition() throws(ParseFailure) -> AlterTable.Action {
    advance()
    switch token.keyword {
    case .constraint, .check, .unique, .primary, .foreign: return .addConstraint(try tableConstraint(isAlter: true))
    default: break
    }
    _ = accept(.column)
    let ifNotExists = try ifNotExists()
    return .addColumn(try columnDefinition(), ifNotExists: ifNotExists)
  }

  private func columnChange() throws(ParseFailure) -> AlterTable.Action {
    let start = advance().start
    if at(.constraint) { throw unsupported("ALTER CONSTRAINT", from: start) }
    _ = accept(.column)
    let column = try columnName()
    if accept(.type) { return try typeChange(of: column) }
    if accept(.drop) {
      if accept(.default) { return .setDefault(column, nil) }
      if accept(.not) {
        try expect(.null)
        return .setNotNull(column, false)
      }
      if accept(.identity) { return .dropIdentity(column, ifExists: ifExists()) }
      guard accept(.expression) else { throw unexpected() }
      return .dropExpression(column, ifExists: ifExists())
    }
    if accept(.set) {
      if accept(.default) { return .setDefault(column, try expression()) }
      if accept(.not) {
        try expect(.null)
        return .setNotNull(column, true)
      }
      if accept(.data) {
        try expect(.type)
        return try typeChange(of: column)
      }
      if accept(.statistics) {
        _ = try signedNumber()
        return .storage
      }
      if accept(.storage) || accept(.compression) {
        guard !accept(.default) else { return .storage }
        _ = try unreservedName()
        return .storage
      }
      if at(.leftParenthesis) {
        try parameterList()
        return .storage
      }
      guard accept(.generated) else { throw unexpected() }
    } else if accept(.add) {
      guard at(.generated) else { throw unexpected() }
      advance()
      return .addIdentity(column, try generated())
    } else {
      guard accept(.reset) || accept(.restart) || accept(.options) else { throw unexpected() }
    }
    throw unsupported("This change of a column", from: start)
  }

  private func typeChange(of column: Identifier) throws(ParseFailure) -> AlterTable.Action {
    let type = try typeName()
    if at(.collate) {
      advance()
      throw unsupported("COLLATE in ALTER COLUMN TYPE", from: previous.start)
    }
    return .setType(column, type, using: accept(.using) ? try expression() : nil)
  }

  private func dropping() throws(ParseFailure) -> AlterTable.Action {
    advance()
    if accept(.constraint) {
      let ifExists = ifExists()
      let name = try columnName()
      return .dropConstraint(name, ifExists: ifExists, cascade: dropBehaviour())
    }
    _ = accept(.column)
    let ifExists = ifExists()
    let name = try columnName()
    return .dropColumn(name, ifExists: ifExists, cascade: dropBehaviour())
  }

  // MARK: Schemas and types

  private func alterSchema(from start: Int) throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try columnName()
    guard accept(.rename) else {
      guard at(.owner) else { throw unexpected() }
      throw unsupported("ALTER SCHEMA OWNER", from: start)
    }
    try expect(.to)
    return .alterSchema(name, to: try columnName())
  }

  private func alterType(from start: Int) throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try anyName()
    if accept(.add) {
      guard accept(.value) else {
        guard at(.attribute) else { throw unexpected() }
        throw unsupported("ALTER TYPE ADD ATTRIBUTE", from: start)
      }
      let ifNotExists = try ifNotExists()
      let label = try string()
      let before = accept(.before) ? try string() : nil
      let after = before == nil && accept(.after) ? try string() : nil
      return .alterType(
        AlterType(name: name, action: .addValue(label, ifNotExists: ifNotExists, before: before, after: after)))
    }
    if at(.rename), peek().keyword == .value {
      skip(2)
      let label = try string()
      try expect(.to)
      return .alterType(AlterType(name: name, action: .renameValue(label, to: try string())))
    }
    if let action = try typeAction() { return .alterType(AlterType(name: name, action: action)) }
    guard at(.alter) || at(.drop) || at(.set) || at(.rename) else { throw unexpected() }
    advance()
    throw unsupported("This ALTER TYPE", from: start)
  }

  private func alterDomain(from start: Int) throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try anyName()
    if let action = try typeAction() { return .alterType(AlterType(name: name, action: action, isDomain: true)) }
    guard at(.set) || at(.drop) || at(.add) || at(.validate) || at(.rename) else { throw unexpected() }
    advance()
    throw unsupported("This ALTER DOMAIN", from: start)
  }

  /// RENAME TO, SET SCHEMA and OWNER TO; nil when something else follows.
  private func typeAction() throws(ParseFailure) -> AlterType.Action? {
    if at(.rename), peek().keyword == .to {
      skip(2)
      return .rename(try columnName())
    }
    if at(.set), peek().keyword == .schema {
      skip(2)
      return .setSchema(try columnName())
    }
    guard accept(.owner) else { return nil }
    try expect(.to)
    return .owner(try roleName())
  }
}

// MARK: - DROP

extension Parser {
  func drop() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    let kind: Drop.ObjectKind
    switch token.keyword {
    case .table: kind = .table
    case .view: kind = .view
    case .materialized:
      advance()
      guard at(.view) else { throw unexpected() }
      kind = .materializedView
    case .index: kind = .index
    case .schema: kind = .schema
    case .sequence: kind = .sequence
    case .type: kind = .type
    case .domain: kind = .domain
    case .extension: kind = .extension_
    case .user where peek().keyword == .mapping: try throwUnsupportedObject("DROP", from: start)
    case .role, .user, .group: kind = .role
    case .function: kind = .function
    case .procedure: kind = .procedure
    case .trigger: kind = .trigger
    default: try throwUnsupportedObject("DROP", from: start)
    }
    advance()
    if kind == .index, at(.concurrently) { advance() }
    var drop = Drop(kind: kind, names: [], ifExists: ifExists())
    switch kind {
    case .function, .procedure:
      repeat {
        let (name, signature) = try routineSignature()
        drop.names.append(name)
        drop.signatures.append(signature)
      } while accept(.comma)
    case .trigger:
      drop.names = [QualifiedName([try columnName()])]
      try expect(.on)
      drop.table = try anyName()
    case .role:
      repeat { drop.names.append(QualifiedName([try roleName()])) } while accept(.comma)
      return .drop(drop)
    case .schema, .extension_:
      repeat { drop.names.append(QualifiedName([try columnName()])) } while accept(.comma)
    default:
      repeat {
        drop.names.append(kind == .type || kind == .domain ? try typeName().name : try anyName())
      } while accept(.comma)
    }
    drop.cascade = dropBehaviour()
    return .drop(drop)
  }

  /// `f`, `f()`, `f(int, text)`; only the types that are passed in count.
  func routineSignature() throws(ParseFailure) -> (QualifiedName, [TypeName]?) {
    let first = token
    guard first.isColumnName || first.isFunctionName else { throw unexpected() }
    var name = QualifiedName([try takeName()])
    while first.isColumnName, accept(.dot) { name.parts.append(try label()) }
    guard at(.leftParenthesis) else { return (name, nil) }
    guard first.isFunctionName || name.parts.count > 1 else { throw unexpected() }
    try open()
    var types: [TypeName] = []
    if !at(.rightParenthesis) {
      repeat {
        let parameter = try parameter(allowsDefault: false)
        if parameter.mode != .out { types.append(parameter.type) }
      } while accept(.comma)
    }
    try close()
    return (name, types)
  }
}
