/// ALTER TABLE and DROP.
extension Parser {
  func alter() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    guard at(.table) else { try throwUnsupportedObject("ALTER", from: start) }
    advance()
    if at(.all) { throw unsupported("ALTER TABLE ALL", from: start) }
    let ifExists = ifExists()
    guard case .relation(let table, _, _) = try relationExpression() else { throw unexpected() }
    var alter = AlterTable(table: table, ifExists: ifExists, actions: [])
    if at(.rename) || at(.set) && peek().keyword == .schema {
      alter.actions = [try renaming()]
      return .alterTable(alter)
    }
    repeat { alter.actions.append(try alterAction(of: start)) } while accept(.comma)
    return .alterTable(alter)
  }

  /// RENAME and SET SCHEMA, which stand alone.
  private func renaming() throws(ParseFailure) -> AlterTable.Action {
    let start = self.start
    if accept(.set) {
      advance()
      return .setSchema(try columnName())
    }
    advance()
    if accept(.to) { return .renameTable(try columnName()) }
    if at(.constraint) {
      advance()
      throw unsupported("RENAME CONSTRAINT", from: start)
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
    case .attach, .detach, .validate, .set, .reset, .inherit, .no, .of, .not, .cluster, .force, .replica: advance()
    default: throw unexpected()
    }
    throw unsupported("ALTER TABLE \(lexer.text(range(from: start)).uppercased())", from: statement)
  }

  private func addition() throws(ParseFailure) -> AlterTable.Action {
    advance()
    switch token.keyword {
    case .constraint, .check, .unique, .primary, .foreign: return .addConstraint(try tableConstraint())
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
      guard accept(.identity) || accept(.expression) else { throw unexpected() }
    } else if accept(.set) {
      if accept(.default) { return .setDefault(column, try expression()) }
      if accept(.not) {
        try expect(.null)
        return .setNotNull(column, true)
      }
      if accept(.data) {
        try expect(.type)
        return try typeChange(of: column)
      }
      guard
        accept(.statistics) || accept(.storage) || accept(.compression) || accept(.generated) || at(.leftParenthesis)
      else { throw unexpected() }
    } else {
      guard accept(.add) || accept(.reset) || accept(.restart) || accept(.options) else { throw unexpected() }
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
    let start = advance().start
    if accept(.constraint) {
      let ifExists = ifExists()
      let name = try columnName()
      if dropBehaviour() { throw unsupported("DROP CONSTRAINT CASCADE", from: start) }
      return .dropConstraint(name, ifExists: ifExists)
    }
    _ = accept(.column)
    let ifExists = ifExists()
    let name = try columnName()
    return .dropColumn(name, ifExists: ifExists, cascade: dropBehaviour())
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
      repeat { drop.names.append(kind == .type ? try typeName().name : try anyName()) } while accept(.comma)
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
