/// CREATE: what is created, and the kinds that need no file of their own.
extension Parser {
  func create() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    if accept(.or) { return try createOrReplace(from: start) }
    let isTemporary = try acceptTemporary()
    switch token.keyword {
    case .table: return try createTable(isTemporary: isTemporary)
    case .view: return try createView(orReplace: false, isTemporary: isTemporary)
    case .sequence:
      if isTemporary { throw unsupported("CREATE TEMPORARY SEQUENCE", from: start) }
      return try createSequence()
    case .recursive:
      advance()
      try expect(.view)
      throw unsupported("CREATE RECURSIVE VIEW", from: start)
    case _ where isTemporary: throw unexpected()
    case .unlogged:
      advance()
      if at(.view) { throw unsupported("CREATE UNLOGGED VIEW", from: start) }
      if at(.materialized) { return try createMaterializedView() }
      return at(.sequence) ? try createSequence() : try createTable(isTemporary: false)
    case .materialized: return try createMaterializedView()
    case .index, .unique: return try createIndex()
    case .schema: return try createSchema()
    case .type: return try createType(from: start)
    case .domain: return try createDomain()
    case .extension: return try createExtension()
    case .role, .group: return try createRole(options: [])
    case .user:
      if peek().keyword == .mapping { break }
      return try createRole(options: ["login"])
    case .function, .procedure: return try createFunction(orReplace: false)
    case .trigger: return try createTrigger(orReplace: false)
    case .constraint where peek().keyword == .trigger: break
    default: break
    }
    try throwUnsupportedObject("CREATE", from: start)
  }

  private func createOrReplace(from start: Int) throws(ParseFailure) -> Statement.Kind {
    try expect(.replace)
    let isTemporary = try acceptTemporary()
    switch token.keyword {
    case .view: return try createView(orReplace: true, isTemporary: isTemporary)
    case .recursive:
      advance()
      try expect(.view)
      throw unsupported("CREATE RECURSIVE VIEW", from: start)
    case _ where isTemporary: throw unexpected()
    case .function, .procedure: return try createFunction(orReplace: true)
    case .trigger: return try createTrigger(orReplace: true)
    case .aggregate, .rule, .transform, .language, .trusted, .procedural, .constraint:
      try throwUnsupportedObject("CREATE", from: start)
    default: throw unexpected()
    }
  }

  private func acceptTemporary() throws(ParseFailure) -> Bool {
    let hasScope = accept(.local) || accept(.global)
    if accept(.temporary) || accept(.temp) { return true }
    guard !hasScope else { throw unexpected() }
    return false
  }

  /// Refuses the kinds of objects that PostgreSQL has and this dialect has not; other words are syntax errors.
  func throwUnsupportedObject(_ command: String, from start: Int) throws(ParseFailure) -> Never {
    guard let keyword = token.keyword, let words = Parser.unsupportedObjects[keyword] else { throw unexpected() }
    advance()
    throw unsupported("\(command) \(words)", from: start)
  }

  private static let unsupportedObjects: [Keyword: String] = [
    .access: "ACCESS METHOD", .aggregate: "AGGREGATE", .cast: "CAST", .collation: "COLLATION",
    .constraint: "CONSTRAINT TRIGGER", .conversion: "CONVERSION", .database: "DATABASE",
    .default: "DEFAULT PRIVILEGES", .event: "EVENT TRIGGER", .extension: "EXTENSION",
    .foreign: "FOREIGN TABLE", .function: "FUNCTION", .group: "GROUP", .index: "INDEX", .language: "LANGUAGE",
    .large: "LARGE OBJECT", .materialized: "MATERIALIZED VIEW", .operator: "OPERATOR", .owned: "OWNED",
    .policy: "POLICY", .procedural: "LANGUAGE", .procedure: "PROCEDURE", .publication: "PUBLICATION", .role: "ROLE",
    .routine: "ROUTINE", .rule: "RULE", .schema: "SCHEMA", .sequence: "SEQUENCE", .server: "SERVER",
    .statistics: "STATISTICS", .subscription: "SUBSCRIPTION", .system: "SYSTEM", .tablespace: "TABLESPACE",
    .text: "TEXT SEARCH", .transform: "TRANSFORM", .trigger: "TRIGGER", .trusted: "LANGUAGE", .type: "TYPE",
    .user: "USER", .view: "VIEW",
  ]

  private func createSchema() throws(ParseFailure) -> Statement.Kind {
    advance()
    let ifNotExists = try ifNotExists()
    var name: Identifier?
    if !at(.authorization) { name = try columnName() }
    if accept(.authorization) {
      let role = try roleName()
      name = name ?? role
    }
    guard let name else { throw unexpected() }
    if at(.create) || at(.grant) { throw unsupported("CREATE SCHEMA with elements", from: start) }
    return .createSchema(name, ifNotExists: ifNotExists)
  }

  private func createType(from start: Int) throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try anyName()
    guard accept(.as) else {
      guard at(.leftParenthesis) || at(.semicolon) || at(.endOfText) else { throw unexpected() }
      throw unsupported("CREATE TYPE of a base type", from: start)
    }
    if at(.leftParenthesis) { throw unsupported("CREATE TYPE of a composite type", from: start) }
    if at(.range) { throw unsupported("CREATE TYPE of a range", from: start) }
    try expect(.enum)
    try open()
    var labels: [String] = []
    if !at(.rightParenthesis) {
      repeat { labels.append(try string()) } while accept(.comma)
    }
    try close()
    return .createEnum(name, labels: labels)
  }

  private func createDomain() throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try anyName()
    _ = accept(.as)
    var domain = CreateDomain(name: name, type: try typeName())
    while true {
      let start = self.start
      let constraint = accept(.constraint) ? try columnName() : nil
      switch token.keyword {
      case .default where constraint == nil:
        advance()
        domain.defaultValue = try expression(isRestricted: true)
      case .not:
        advance()
        try expect(.null)
        domain.isNotNull = true
      case .null: advance()
      case .check:
        advance()
        try open()
        domain.checks.append(CreateDomain.Check(name: constraint, condition: try expression()))
        try close()
      case .collate where constraint == nil:
        advance()
        throw unsupported("COLLATE of a domain", from: start)
      default:
        guard constraint == nil else { throw unexpected() }
        return .createDomain(domain)
      }
    }
  }

  private func createExtension() throws(ParseFailure) -> Statement.Kind {
    advance()
    let ifNotExists = try ifNotExists()
    let name = try columnName()
    _ = accept(.with)
    while true {
      if accept(.schema) {
        _ = try columnName()
      } else if accept(.version) {
        _ = try wordOrString()
      } else if !accept(.cascade) {
        return .createExtension(name, ifNotExists: ifNotExists)
      }
    }
  }

  private func createView(orReplace: Bool, isTemporary: Bool) throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    let name = try qualifiedName()
    let columns = try optionalColumnList()
    if at(.with) { try storageParameters() }
    try expect(.as)
    let query = try definingQuery()
    if accept(.with) {
      if !accept(.cascaded) { _ = accept(.local) }
      try expect(.check, .option)
      throw unsupported("WITH CHECK OPTION", from: start)
    }
    return .createView(
      CreateView(name: name, orReplace: orReplace, isTemporary: isTemporary, columns: columns, query: query))
  }

  private func createMaterializedView() throws(ParseFailure) -> Statement.Kind {
    let start = self.start
    try expect(.materialized, .view)
    let ifNotExists = try ifNotExists()
    let name = try qualifiedName()
    let columns = try optionalColumnList()
    try relationOptions(from: start)
    try expect(.as)
    let query = try definingQuery()
    return .createView(
      CreateView(
        name: name, isMaterialized: true, ifNotExists: ifNotExists, columns: columns, query: query,
        withData: try withData()))
  }

  /// A query behind AS.
  func definingQuery() throws(ParseFailure) -> Query {
    guard at(.leftParenthesis) || at(.values) || startsQuery else { throw unexpected() }
    return try query()
  }

  private func createIndex() throws(ParseFailure) -> Statement.Kind {
    let start = self.start
    let isUnique = accept(.unique)
    try expect(.index)
    let concurrently = accept(.concurrently)
    let ifNotExists = try ifNotExists()
    let name = ifNotExists || !at(.on) ? try columnName() : nil
    try expect(.on)
    guard case .relation(let table, _, _) = try relationExpression() else { throw unexpected() }
    let method = accept(.using) ? try columnName().name : nil
    var index = CreateIndex(
      name: name, table: table, isUnique: isUnique, ifNotExists: ifNotExists, concurrently: concurrently,
      method: method, keys: try indexKeys())
    if accept(.include) { index.included = try columnList() }
    if try nullsDistinct() == false { throw unsupported("NULLS NOT DISTINCT", from: start) }
    if at(.with) { try storageParameters() }
    if at(.tablespace) { throw unsupported("TABLESPACE", from: self.start) }
    index.condition = try whereClause()
    return .createIndex(index)
  }

  /// The keys of an index or of ON CONFLICT; classes of operators and their options are accepted and say nothing here.
  func indexKeys() throws(ParseFailure) -> [OrderItem] {
    try open()
    var keys: [OrderItem] = []
    repeat { keys.append(try indexKey()) } while accept(.comma)
    try close()
    return keys
  }

  private func indexKey() throws(ParseFailure) -> OrderItem {
    let start = self.start
    var expression: Expression
    if at(.leftParenthesis) {
      try open()
      expression = try self.expression()
      try close()
    } else if let call = try tableFunction() {
      expression = Expression(.call(call), at: range(from: start))
    } else {
      let column = try columnName()
      expression = Expression(.column(QualifiedName([column])), at: column.range)
    }
    if accept(.collate) { expression = Expression(.collate(expression, try anyName()), at: range(from: start)) }
    if token.isColumnName, !at(.nulls) || peek().keyword != .first && peek().keyword != .last {
      _ = try anyName()
      if at(.leftParenthesis) { try parameterList() }
    }
    let isDescending = accept(.desc)
    if !isDescending { _ = accept(.asc) }
    return OrderItem(expression: expression, isDescending: isDescending, nullsFirst: nullsOrder())
  }

  /// `nulls distinct` or `nulls not distinct`; nil when nothing is said.
  func nullsDistinct() throws(ParseFailure) -> Bool? {
    guard accept(.nulls) else { return nil }
    let negated = accept(.not)
    try expect(.distinct)
    return !negated
  }
}
