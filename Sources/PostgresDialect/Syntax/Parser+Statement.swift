/// Statements: which one it is, by its first words.
extension Parser {
  func statement() throws(ParseFailure) -> Statement {
    let start = self.start
    guard at(.word), let keyword = token.keyword else { return try preparableStatement() }
    let kind: Statement.Kind
    switch keyword {
    case .create: kind = try create()
    case .alter: kind = try alter()
    case .drop: kind = try drop()
    case .truncate: kind = try truncate()
    case .refresh: kind = try refresh()
    case .grant: kind = try grant()
    case .revoke: kind = try revoke()
    case .comment: kind = try comment()
    case .explain: kind = try explain()
    case .do: kind = try doBlock()
    case .call: kind = try callProcedure()
    case .set: kind = try set()
    case .reset: kind = try reset()
    case .show: kind = try show()
    case .discard: kind = try discard()
    case .deallocate: kind = try deallocate()
    case .prepare where !at(.prepare, .transaction): kind = try prepare()
    case .execute: kind = try execute()
    case .copy:
      throw ParseFailure(
        .featureNotSupported, "COPY is not supported",
        hint: "Load transactions with scout ingest, other rows with INSERT; write a query to a file with \\copy in the "
          + "shell or scout sql --format csv.", at: advance().range)
    case .begin, .start, .commit, .end, .rollback, .abort, .savepoint, .release: kind = try transaction(keyword)
    default:
      guard let words = Parser.unsupportedStatements[keyword] else { return try preparableStatement() }
      advance()
      throw unsupported(words, from: start)
    }
    return Statement(kind, at: range(from: start))
  }

  /// What PostgreSQL knows and this dialect does not, by the first word.
  private static let unsupportedStatements: [Keyword: String] = [
    .analyse: "ANALYZE", .analyze: "ANALYZE", .checkpoint: "CHECKPOINT", .close: "CLOSE", .cluster: "CLUSTER",
    .declare: "DECLARE",
    .fetch: "FETCH", .import: "IMPORT FOREIGN SCHEMA", .listen: "LISTEN", .load: "LOAD", .lock: "LOCK",
    .move: "MOVE", .notify: "NOTIFY", .prepare: "PREPARE", .reassign: "REASSIGN OWNED", .reindex: "REINDEX",
    .security: "SECURITY LABEL", .unlisten: "UNLISTEN", .vacuum: "VACUUM",
  ]

  private func prepare() throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try columnName()
    var types: [TypeName] = []
    if accept(.leftParenthesis) {
      repeat { types.append(try typeName()) } while accept(.comma)
      try close()
    }
    try expect(.as)
    return .prepare(PrepareStatement(name: name, types: types, statement: try preparableStatement()))
  }

  private func execute() throws(ParseFailure) -> Statement.Kind {
    advance()
    let name = try columnName()
    guard accept(.leftParenthesis) else { return .execute(name, []) }
    let arguments = try expressions()
    try close()
    return .execute(name, arguments)
  }

  /// What may stand in WITH, behind EXPLAIN and in a prepared statement.
  func preparableStatement() throws(ParseFailure) -> Statement {
    let start = self.start
    let with = at(.with) ? try withClause() : nil
    let kind: Statement.Kind
    switch token.keyword {
    case .insert: kind = try insert(with: with)
    case .update: kind = try update(with: with)
    case .delete: kind = try delete(with: with)
    case .merge: kind = try merge(with: with)
    case .select, .values, .table: kind = .query(try query(with: with, from: start))
    default:
      guard at(.leftParenthesis) else { throw unexpected() }
      kind = .query(try query(with: with, from: start))
    }
    return Statement(kind, at: range(from: start))
  }

  private func truncate() throws(ParseFailure) -> Statement.Kind {
    advance()
    _ = accept(.table)
    var names: [QualifiedName] = []
    repeat {
      if case .relation(let name, _, _) = try relationExpression() { names.append(name) }
    } while accept(.comma)
    let restartIdentity = accept(.restart)
    if restartIdentity {
      try expect(.identity)
    } else if accept(.continue) {
      try expect(.identity)
    }
    return .truncate(names, restartIdentity: restartIdentity, cascade: dropBehaviour())
  }

  private func refresh() throws(ParseFailure) -> Statement.Kind {
    advance()
    try expect(.materialized, .view)
    let concurrently = accept(.concurrently)
    let name = try qualifiedName()
    return .refreshMaterializedView(name, concurrently: concurrently, withData: try withData())
  }

  /// CASCADE or RESTRICT, which is what nothing means.
  func dropBehaviour() -> Bool {
    if accept(.cascade) { return true }
    _ = accept(.restrict)
    return false
  }

  /// WITH DATA or WITH NO DATA; data when nothing is said.
  func withData() throws(ParseFailure) -> Bool {
    guard accept(.with) else { return true }
    let isEmpty = accept(.no)
    try expect(.data)
    return !isEmpty
  }

  func ifExists() -> Bool {
    // `if` may also name the object.
    accept(.if, .exists)
  }

  func ifNotExists() throws(ParseFailure) -> Bool {
    guard accept(.if, .not) else { return false }
    try expect(.exists)
    return true
  }

  private func explain() throws(ParseFailure) -> Statement.Kind {
    advance()
    var options: [String] = []
    if at(.leftParenthesis), !isQuery(behindParentheses: 0) {
      try open()
      repeat { options.append(try explainOption()) } while accept(.comma)
      try close()
    } else {
      if accept(.analyze) || accept(.analyse) { options.append("analyze") }
      if accept(.verbose) { options.append("verbose") }
    }
    switch token.keyword {
    case .create:
      switch peek().keyword {
      case .table, .materialized, .unlogged, .temporary, .temp, .local, .global: break
      default: throw unexpected(peek())
      }
      let statement = try self.statement()
      if case .createTable(let table) = statement.kind {
        // Only CREATE TABLE AS has a plan; a column's type is where the two part.
        let fault = table.columns.first?.type.range.start
        throw unexpected(tokens[..<position].last { $0.start == fault } ?? token)
      }
      return .explain(statement, options: options)
    case .refresh, .declare, .execute: return .explain(try statement(), options: options)
    default: return .explain(try preparableStatement(), options: options)
    }
  }

  /// Whether the parentheses from here on hold a query.
  func isQuery(behindParentheses distance: Int) -> Bool {
    var distance = distance
    while peek(distance).kind == .leftParenthesis { distance += 1 }
    switch peek(distance).keyword {
    case .select, .with, .table: return true
    case .values: return peek(distance + 1).kind == .leftParenthesis
    default: return false
    }
  }

  /// `analyze`, `format json`, `costs off`.
  private func explainOption() throws(ParseFailure) -> String {
    var name: String
    if at(.analyse) {
      advance()
      name = "analyze"
    } else if at(.analyze) {
      name = try takeName().name
    } else {
      name = try unreservedName().name
    }
    if !at(.comma), !at(.rightParenthesis) { name += " " + (try settingValue()) }
    return name
  }

  private func doBlock() throws(ParseFailure) -> Statement.Kind {
    let start = advance().start
    var body: String?
    var language = "plpgsql"
    repeat {
      if accept(.language) {
        language = try wordOrString()
      } else {
        body = try string()
      }
    } while at(.language) || token.isString
    if body == nil { postpone(.syntaxError, "no inline code specified", at: range(from: start)) }
    return .doBlock(body: body ?? "", language: language)
  }

  private func callProcedure() throws(ParseFailure) -> Statement.Kind {
    advance()
    guard token.isColumnName || token.isFunctionName else { throw unexpected() }
    let first = token
    var name = QualifiedName([try takeName()])
    while first.isColumnName, accept(.dot) { name.parts.append(try label()) }
    guard first.isFunctionName || name.parts.count > 1 else { throw unexpected() }
    guard at(.leftParenthesis) else { throw unexpected() }
    return .call(try application(of: name))
  }

  /// A word that is not reserved, or a string.
  func wordOrString() throws(ParseFailure) -> String {
    token.isString ? try string() : try unreservedName().name
  }
}
