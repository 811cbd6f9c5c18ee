import PostgresDialect

/// Carries out the statements that change the catalog, in the transaction of their connection.
///
/// One instance carries out one statement. The work is spread over extensions by the kind of object. All of it is
/// SQLite statements and rows of the catalog tables, so a rollback undoes it.
struct DefinitionExecutor {
  let connection: Connection
  let statement: Statement
  /// The text from which the statement was parsed.
  let sql: String

  var catalog: StorageCatalog {
    get throws { try connection.database.catalog(connection) }
  }

  func run() throws -> QueryResult {
    defer { connection.database.invalidateCatalog() }
    switch statement.kind {
    case .createTable(let create): return try createTable(create)
    case .createTableAs(let create): return try createTable(create)
    case .createIndex(let create): return try createIndex(create)
    case .createSchema(let name, let ifNotExists): return try createSchema(name, ifNotExists)
    case .createView(let view): return try view.isMaterialized ? createMaterializedView(view) : createView(view)
    case .refreshMaterializedView(let name, let concurrently, let withData):
      return try refresh(name, concurrently: concurrently, withData: withData)
    case .truncate(let tables, let restartIdentity, let cascade):
      return try truncate(tables, restartIdentity: restartIdentity, cascade: cascade)
    case .createSequence(let name, let ifNotExists, let options):
      return try createSequence(name, ifNotExists, options)
    case .drop(let drop): return try self.drop(drop)
    case .alterTable(let alter): return try self.alter(alter)
    case .alterSequence(let name, let ifExists, let options):
      return try alterSequence(name, ifExists: ifExists, options)
    case .alterSchema(let name, let new): return try renameSchema(name, to: new)
    case .comment(let target, let text): return try comment(on: target, text)
    default:
      throw SQLError(.featureNotSupported, "\(statement.commandName) is not supported yet", at: statement.range)
    }
  }

  func done(_ tag: String, _ rowCount: Int = 0) -> QueryResult {
    QueryResult(columns: [], rows: [], rowCount: rowCount, tag: tag, timeZone: connection.timeZone)
  }

  /// Tells the caller what the statement did not do.
  func notice(_ message: String, _ state: SQLState = SQLState(rawValue: "00000")) {
    connection.session.notices.append(SQLNotice(.notice, state, message))
  }

  /// - Throws: 42P07 when the name is taken.
  /// - Returns: Whether the object is to be made; false when it exists and need not.
  func isFree(_ name: QualifiedName, ifNotExists: Bool) throws -> Bool {
    let schema = try connection.compiler().creationSchema(name)
    guard try catalog.hasRelationName(schema: schema, name: name.name) else { return true }
    if ifNotExists {
      notice("relation \"\(name.name)\" already exists, skipping", .duplicateTable)
      return false
    }
    throw SQLError(.duplicateTable, "relation \"\(name.name)\" already exists", at: statement.range)
  }

  // MARK: Schemas

  private func createSchema(_ name: Identifier, _ ifNotExists: Bool) throws -> QueryResult {
    if try catalog.hasSchema(name.name) {
      if ifNotExists {
        notice("schema \"\(name.name)\" already exists, skipping", .duplicateSchema)
        return done("CREATE SCHEMA")
      }
      throw SQLError(.duplicateSchema, "schema \"\(name.name)\" already exists", at: statement.range)
    }
    try checkSchemaName(name)
    try connection.run("insert into \"engine.schemas\" (name) values (?1)", [.text(name.name)])
    return done("CREATE SCHEMA")
  }

  func checkSchemaName(_ name: Identifier) throws {
    guard !name.name.hasPrefix("pg_"), name.name != "engine" else {
      throw SQLError(
        SQLState(rawValue: "42939"), "unacceptable schema name \"\(name.name)\"",
        detail: name.name == "engine"
          ? "The name \"engine\" is reserved for the engine's own tables."
          : "The prefix \"pg_\" is reserved for system schemas.", at: name.range)
    }
  }

  // MARK: Tables

  private func createTable(_ create: CreateTable) throws -> QueryResult {
    guard try isFree(create.name, ifNotExists: create.ifNotExists) else { return done("CREATE TABLE") }
    let definition = try connection.compiler().table(create, sql: sql, at: statement.range)
    try make(definition)
    if let like = create.like {
      try copyComments(from: like, to: definition.relation, create.likeOptions)
    }
    return done("CREATE TABLE")
  }

  /// Makes a table, its indexes and its sequences, and records them.
  func make(_ definition: TableDefinition) throws {
    let relation = definition.relation
    let compiler = try connection.compiler()
    for sql in try compiler.tableSQL(relation) { try connection.run(sql) }
    for index in relation.indexes { try connection.run(try compiler.indexSQL(index, on: relation)) }
    try connection.recordRelation(relation)
    for sequence in definition.sequences {
      try connection.recordSequence(sequence)
      if sequence.owner?.isRowKey == true, sequence.start > 1 {
        try connection.run(
          "insert into sqlite_sequence (name, seq) values (?1, ?2)",
          [.text(relation.storageName), .integer(sequence.start - 1)])
      }
    }
    connection.database.invalidateCatalog()
  }

  private func createTable(_ create: CreateTableAs) throws -> QueryResult {
    if create.isTemporary {
      throw SQLError(.featureNotSupported, "CREATE TABLE TEMPORARY is not supported yet", at: statement.range)
    }
    guard try isFree(create.name, ifNotExists: create.ifNotExists) else { return done("CREATE TABLE AS") }
    let compiler = try connection.compiler()
    let relation = try compiler.relation(create.name, .table, columns: create.columns, query: create.query, sql: sql)
    let query = Statement(.query(create.query), at: create.query.range)
    let fill = query.writesInWith ? nil : try compiler.compileFill(relation, query: create.query)
    try make(TableDefinition(relation: relation))
    guard create.withData else { return done("CREATE TABLE AS") }
    let count: Int
    if let fill {
      count = try connection.execute(fill).rowCount
    } else {
      // Common tables that write stand in front of the INSERT, where they may.
      let insert = Statement(.insert(create.query.insert(into: create.name)), at: create.query.range)
      count = try connection.execute(StatementCall(statement: insert, sql: sql, parameters: [:], rowLimit: .max))
        .rowCount
    }
    return done("SELECT \(count)", count)
  }

  // MARK: Indexes

  private func createIndex(_ create: CreateIndex) throws -> QueryResult {
    let compiler = try connection.compiler()
    let (relation, index) = try compiler.index(create, sql: sql, at: statement.range)
    if index.isUnique { try StatementGuard.checkDefinition(on: relation.qualifiedName, at: statement.range) }
    if try catalog.hasRelationName(schema: index.schema, name: index.name) {
      if create.ifNotExists { return done("CREATE INDEX") }
      throw SQLError(.duplicateTable, "relation \"\(index.name)\" already exists", at: statement.range)
    }
    try makeIndex(index, on: relation)
    try connection.recordIndex(index, on: relation)
    return done("CREATE INDEX")
  }
}

extension Relation {
  /// `(a, b)=(1, x)`, as PostgreSQL shows a key in the details of an error.
  func keyText(_ names: [String], _ values: [SQLValue], zone: TimeZoneRules) -> String {
    let texts = zip(names, values).map { name, value in text(name, value, zone: zone) ?? "null" }
    return "(\(names.joined(separator: ", ")))=(\(texts.joined(separator: ", ")))"
  }

  /// A stored value of a column as PostgreSQL prints it; nil for null.
  func text(_ name: String, _ value: SQLValue, zone: TimeZoneRules) -> String? {
    guard let column = columns.first(where: { $0.name == name }) else { return nil }
    return ResultColumn(name: name, type: column.type, fixedPoint: column.type.fixedPoint).text(value, zone: zone)
  }
}

extension Query {
  /// An INSERT of the rows with the query's common tables.
  fileprivate func insert(into table: QualifiedName) -> Insert {
    var query = self
    query.with = nil
    return Insert(with: with, table: table, source: .query(query))
  }
}
