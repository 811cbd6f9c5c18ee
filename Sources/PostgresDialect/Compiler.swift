/// A PostgreSQL statement as SQLite runs it.
public struct CompiledStatement: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case query, insert, update, delete
  }

  public var kind: Kind
  /// The text for SQLite, with numbered parameters `?1`, `?2` ….
  public var sql: String
  /// Empty for a statement that returns no rows.
  public var columns: [ResultColumn]
  /// What is bound to the parameters, in the order of their numbers.
  public var parameters: [ParameterList.Source]
  /// Whether the text asks which rows the statement has written so far (`pg_write_once`).
  public var tracksRows = false
  /// The relation whose rows SQLite numbers, when an INSERT leaves that to it; its sequence moves on.
  public var numberedRelation: String?
}

/// What a statement asks for, beside rows.
public enum CompiledCommand: Hashable, Sendable {
  case statement(CompiledStatement)
  /// A statement that changes the catalog: the storage carries it out, with the help of ``Compiler``.
  case definition
  case transaction(TransactionCommand)
}

/// Compiles PostgreSQL statements to SQLite.
///
/// The stages: ``Parser`` makes the syntax tree; the analyzer resolves names and types against a ``Catalog`` and lowers
/// to SQLite's tree; ``SQLitePrinter`` writes that. What cannot be translated faithfully is refused with SQLSTATE,
/// message and place.
public struct Compiler: Sendable {
  public var catalog: any Catalog
  /// The session's time zone.
  public var timeZone: TimeZoneRules
  /// The types of the parameters that the caller binds.
  public var parameterTypes: [ParameterList.Source: SQLType]
  /// The variables of the routine around the statement.
  public var variables: RoutineVariables?

  public init(
    catalog: any Catalog, timeZone: TimeZoneRules = .utc, parameterTypes: [ParameterList.Source: SQLType] = [:]
  ) {
    self.catalog = catalog
    self.timeZone = timeZone
    self.parameterTypes = parameterTypes
  }

  /// One statement.
  ///
  /// - Parameter sql: The text from which `statement` was parsed: defaults and views keep their source.
  public func compile(_ statement: Statement, sql: String) throws(SQLError) -> CompiledCommand {
    let length = statement.range.end - statement.range.start
    if length <= DeepStack.shallowTextLength { return try analyze(statement, sql: sql) }
    return try DeepStack.run { () throws(SQLError) in try analyze(statement, sql: sql) }
  }

  private func analyze(_ statement: Statement, sql: String) throws(SQLError) -> CompiledCommand {
    let analyzer = Analyzer(
      catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes, variables: variables)
    func write(_ kind: CompiledStatement.Kind, _ lowered: LoweredWrite) -> CompiledCommand {
      .statement(
        CompiledStatement(
          kind: kind, sql: lowered.sql, columns: lowered.columns, parameters: analyzer.context.parameters.sources,
          tracksRows: lowered.tracksRows))
    }
    switch statement.kind {
    case .query(let query):
      let lowered = try analyzer.lower(query, parent: nil)
      return .statement(
        CompiledStatement(
          kind: .query, sql: SQLitePrinter.print(lowered.query), columns: lowered.columns.map(\.known),
          parameters: analyzer.context.parameters.sources))
    case .insert(let insert):
      let command = write(.insert, try analyzer.lower(insert, range: statement.range))
      guard case .statement(var compiled) = command else { return command }
      compiled.numberedRelation = catalog.relation(schema: insert.table.schema, name: insert.table.name)
        .flatMap { insert.numbersRows(of: $0) ? $0.qualifiedName : nil }
      return .statement(compiled)
    case .update(let update): return write(.update, try analyzer.lower(update, range: statement.range))
    case .delete(let delete): return write(.delete, try analyzer.lower(delete, range: statement.range))
    case .createTable, .createTableAs, .createIndex, .createSchema, .createView, .refreshMaterializedView, .truncate,
      .createSequence, .drop, .comment, .alterTable, .alterSequence, .alterSchema:
      return .definition
    case .transaction(let command): return .transaction(command)
    default:
      throw SQLError(.featureNotSupported, "\(statement.commandName) is not supported yet", at: statement.range)
    }
  }

  /// The one query in `sql`.
  public func compileQuery(_ sql: String) throws(SQLError) -> CompiledStatement {
    let statement = try Parser.parseStatement(sql)
    guard case .query = statement.kind, case .statement(let compiled) = try compile(statement, sql: sql) else {
      throw SQLError(.syntaxError, "a query is expected here, not \(statement.commandName)", at: statement.range)
    }
    return compiled
  }

  /// The rows of a query on their way into a relation that only the engine writes.
  ///
  /// - Throws: 42804 where a column of the query has another type than the relation's.
  public func compileInsert(into relation: Relation, query: Query) throws(SQLError) -> CompiledStatement {
    try DeepStack.run { () throws(SQLError) in
      let analyzer = Analyzer(catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes)
      let sql = try analyzer.lowerInsert(into: relation, query)
      return CompiledStatement(kind: .insert, sql: sql, columns: [], parameters: analyzer.context.parameters.sources)
    }
  }

  /// The rows of a query as a relation that only the engine writes would store them: SQLite's tree, so that a caller
  /// can follow where they come from.
  ///
  /// The result's columns are called "0", "1" and so on, in the relation's order.
  ///
  /// - Throws: 42804 where a column of the query has another type than the relation's.
  public func lowerDerived(into relation: Relation, query: Query) throws(SQLError) -> (
    query: SQLiteQuery, parameters: [ParameterList.Source]
  ) {
    try DeepStack.run { () throws(SQLError) in
      let analyzer = Analyzer(catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes)
      let tree = try analyzer.lowerDerived(into: relation, query)
      return (tree, analyzer.context.parameters.sources)
    }
  }

  /// The relations that a query reads, common tables left out; for the order in which models are refreshed.
  public static func dependencies(of query: Query) -> [QualifiedName] {
    var names: [QualifiedName] = []
    SyntaxWalker.relations(in: query, commonTables: [], &names)
    return names
  }
}

extension Insert {
  /// Whether the last row gets its number from SQLite.
  fileprivate func numbersRows(of relation: Relation) -> Bool {
    guard let key = relation.rowKey?.name else { return false }
    let names = columns.isEmpty ? relation.columns.map(\.name) : columns.map(\.name)
    guard let place = names.firstIndex(of: key), case .query(let query) = source else { return true }
    guard case .values(let rows) = query.body, let last = rows.last else { return false }
    guard place < last.count else { return true }
    return last[place].kind == .defaultValue
  }
}

extension TransactionCommand {
  /// The command as its tag names it.
  public var name: String {
    switch self {
    case .begin: "BEGIN"
    case .commit: "COMMIT"
    case .rollback, .rollbackTo: "ROLLBACK"
    case .savepoint: "SAVEPOINT"
    case .release: "RELEASE"
    }
  }
}

extension Statement {
  /// The qualified name of the relation that INSERT, UPDATE or DELETE writes.
  public var writtenRelation: String? {
    let name: QualifiedName
    switch kind {
    case .insert(let insert): name = insert.table
    case .update(let update): name = update.table
    case .delete(let delete): name = delete.table
    default: return nil
    }
    return name.parts.map(\.name).joined(separator: ".")
  }

  /// The command as its tag names it: `CREATE TRIGGER`.
  public var commandName: String {
    switch kind {
    case .query: "SELECT"
    case .insert: "INSERT"
    case .update: "UPDATE"
    case .delete: "DELETE"
    case .merge: "MERGE"
    case .truncate: "TRUNCATE TABLE"
    case .explain: "EXPLAIN"
    case .transaction(let command): command.name
    case .set: "SET"
    case .show: "SHOW"
    case .discard(let what): "DISCARD \(what.uppercased())"
    case .deallocate(let name): name == nil ? "DEALLOCATE ALL" : "DEALLOCATE"
    case .createTable: "CREATE TABLE"
    case .createTableAs: "CREATE TABLE AS"
    case .createView(let view): view.isMaterialized ? "CREATE MATERIALIZED VIEW" : "CREATE VIEW"
    case .refreshMaterializedView: "REFRESH MATERIALIZED VIEW"
    case .createIndex: "CREATE INDEX"
    case .createSchema: "CREATE SCHEMA"
    case .createSequence: "CREATE SEQUENCE"
    case .createEnum: "CREATE TYPE"
    case .createExtension: "CREATE EXTENSION"
    case .createRole: "CREATE ROLE"
    case .createFunction: "CREATE FUNCTION"
    case .createTrigger: "CREATE TRIGGER"
    case .alterTable(let alter): "ALTER \(alter.kind.rawValue.uppercased())"
    case .alterSequence: "ALTER SEQUENCE"
    case .alterSchema: "ALTER SCHEMA"
    case .alterType(let alter): alter.isDomain ? "ALTER DOMAIN" : "ALTER TYPE"
    case .createDomain: "CREATE DOMAIN"
    case .prepare: "PREPARE"
    case .execute: "EXECUTE"
    case .drop(let drop): "DROP \(drop.kind.rawValue.uppercased())"
    case .grant(let grant): grant.isRevoke ? "REVOKE" : "GRANT"
    case .comment: "COMMENT"
    case .doBlock: "DO"
    case .call: "CALL"
    }
  }
}
