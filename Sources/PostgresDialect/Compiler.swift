/// A PostgreSQL statement as SQLite runs it.
public struct CompiledStatement: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case query, insert, update, delete, merge
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

  package init(
    kind: Kind, sql: String, columns: [ResultColumn] = [], parameters: [ParameterList.Source] = [],
    tracksRows: Bool = false, numberedRelation: String? = nil
  ) {
    self.kind = kind
    self.sql = sql
    self.columns = columns
    self.parameters = parameters
    self.tracksRows = tracksRows
    self.numberedRelation = numberedRelation
  }
}

/// What a statement asks for, beside rows.
public enum CompiledCommand: Hashable, Sendable {
  case statement(CompiledStatement)
  /// A command that takes more than one statement: each is compiled when those before it have run.
  case steps(CommandSteps)
  /// Such a step, when it takes more than one statement of SQLite's.
  case write(CompiledWrite)
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
  /// What the statement sees as a step of a command.
  public var step = StepEnvironment()

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
    if statement.writesInWith { return .steps(try steps(of: statement, sql: sql)) }
    let analyzer = Analyzer(
      catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes, variables: variables, step: step)
    if let lowered = try analyzer.lowerWrite(statement) {
      if !lowered.isOneStatement, !step.isStep {
        return .steps(
          CommandSteps(steps: [
            CommandSteps.Step(statement: statement, starts: [statement], description: lowered.description)
          ]))
      }
      return compiled(lowered, analyzer)
    }
    switch statement.kind {
    case .query(let query):
      return .statement(compiled(try analyzer.lowerStatement(query), analyzer))
    case .createTable, .createTableAs, .createIndex, .createSchema, .createView, .refreshMaterializedView, .truncate,
      .createSequence, .drop, .comment, .alterTable, .alterSequence, .alterSchema:
      return .definition
    case .transaction(let command): return .transaction(command)
    default:
      throw SQLError(.featureNotSupported, "\(statement.commandName) is not supported yet", at: statement.range)
    }
  }

  private func compiled(_ lowered: LoweredQuery, _ analyzer: Analyzer) -> CompiledStatement {
    CompiledStatement(
      kind: .query, sql: SQLitePrinter.print(lowered.query), columns: lowered.columns.map(\.known),
      parameters: analyzer.context.parameters.sources)
  }

  private func compiled(_ lowered: LoweredWrite, _ analyzer: Analyzer) -> CompiledCommand {
    let returning = lowered.returning.map { compiled($0, analyzer) }
    if let rows = lowered.rows {
      let source = CompiledWrite.CollectedRows(query: compiled(rows, analyzer), actions: lowered.actions)
      return .write(
        CompiledWrite(
          kind: lowered.kind, relation: lowered.relation, source: .collected(source), returning: returning))
    }
    let statement = CompiledStatement(
      kind: lowered.kind, sql: lowered.sql, columns: lowered.columns, parameters: analyzer.context.parameters.sources,
      tracksRows: lowered.tracksRows, numberedRelation: lowered.numberedRelation)
    guard returning != nil else { return .statement(statement) }
    return .write(
      CompiledWrite(
        kind: lowered.kind, relation: lowered.relation, source: .statement(statement), returning: returning))
  }

  /// What a step of a command reads and returns.
  func describe(_ statement: Statement, in environment: StepEnvironment, sql: String) throws(SQLError)
    -> StepDescription
  {
    try DeepStack.run { () throws(SQLError) in
      let analyzer = Analyzer(
        catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes, variables: variables, step: environment)
      if let lowered = try analyzer.lowerWrite(statement) { return lowered.description }
      guard case .query(let query) = statement.kind else {
        throw SQLError(.syntaxError, "\(statement.commandName) cannot have WITH", at: statement.range)
      }
      let lowered = try analyzer.lowerStatement(query)
      return StepDescription(
        columns: lowered.columns.map(\.known), reads: analyzer.readTables, returningReads: [])
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

  /// The relations that a statement reads, its targets and common tables left out.
  public static func dependencies(of statement: Statement) -> [QualifiedName] {
    var names: [QualifiedName] = []
    SyntaxWalker.relations(in: statement, commonTables: [], &names)
    return names
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
  func numbersRows(of relation: Relation) -> Bool {
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
  /// The name of the relation that INSERT, UPDATE, DELETE or MERGE writes.
  public var target: QualifiedName? {
    switch kind {
    case .insert(let insert): insert.table
    case .update(let update): update.table
    case .delete(let delete): delete.table
    case .merge(let merge): merge.table
    default: nil
    }
  }

  /// The name of the relation that INSERT, UPDATE, DELETE or MERGE writes, as the statement has it.
  public var writtenRelation: String? { target.map { $0.parts.map(\.name).joined(separator: ".") } }

  /// The names of all relations that the statement writes, also in WITH.
  public var writtenRelations: [String] {
    (with?.tables ?? []).flatMap(\.statement.writtenRelations) + (writtenRelation.map { [$0] } ?? [])
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
