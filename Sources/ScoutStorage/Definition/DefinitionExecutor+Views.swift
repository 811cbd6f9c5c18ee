import PostgresDialect

extension DefinitionExecutor {
  func createView(_ view: CreateView) throws -> QueryResult {
    if view.isTemporary {
      throw SQLError(.featureNotSupported, "CREATE TEMPORARY VIEW is not supported yet", at: statement.range)
    }
    let compiler = try connection.compiler()
    let relation = try compiler.relation(view.name, .view, columns: view.columns, query: view.query, sql: sql)
    if let old = try catalog.relations[relation.qualifiedName], view.orReplace {
      guard old.kind == .view else {
        throw SQLError(.wrongObjectType, "\"\(old.name)\" is not a view", at: view.name.range)
      }
      try checkReplacement(of: old, by: relation)
      try connection.forgetRelation(old)
    } else {
      _ = try isFree(view.name, ifNotExists: false)
    }
    try connection.recordRelation(relation)
    connection.database.invalidateCatalog()
    if view.orReplace {
      // A view that now contains itself shows only when it is used.
      _ = try connection.compiler().compileQuery("select * from " + relation.quotedName)
    }
    return done("CREATE VIEW")
  }

  /// The columns of the old view keep their names and types; new ones come after them.
  private func checkReplacement(of old: Relation, by new: Relation) throws {
    guard new.columns.count >= old.columns.count else {
      throw SQLError(.invalidTableDefinition, "cannot drop columns from view", at: statement.range)
    }
    for (a, b) in zip(old.columns, new.columns) {
      if a.name != b.name {
        throw SQLError(
          .invalidTableDefinition, "cannot change name of view column \"\(a.name)\" to \"\(b.name)\"",
          hint: "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.", at: statement.range)
      }
      if a.type != b.type {
        throw SQLError(
          .invalidTableDefinition,
          "cannot change data type of view column \"\(a.name)\" from \(a.type.declaration) to \(b.type.declaration)",
          at: statement.range)
      }
    }
  }

  // MARK: Materialized views

  func createMaterializedView(_ view: CreateView) throws -> QueryResult {
    guard try isFree(view.name, ifNotExists: view.ifNotExists) else { return done("CREATE MATERIALIZED VIEW") }
    let compiler = try connection.compiler()
    var relation = try compiler.relation(
      view.name, .materializedView, columns: view.columns, query: view.query, sql: sql)
    relation.isPopulated = view.withData
    let fill = try compiler.compileFill(relation, query: view.query)
    try make(TableDefinition(relation: relation))
    guard view.withData else { return done("CREATE MATERIALIZED VIEW") }
    let count = try connection.execute(fill).rowCount
    return done("SELECT \(count)", count)
  }

  /// Computes a materialized view's rows anew.
  ///
  /// Readers of other connections see the old rows until the transaction ends, so CONCURRENTLY differs only in what
  /// it demands.
  func refresh(_ name: QualifiedName, concurrently: Bool, withData: Bool) throws -> QueryResult {
    if concurrently, !withData {
      throw SQLError(
        .syntaxError, "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together", at: statement.range)
    }
    let relation = try connection.compiler().resolve(name)
    guard relation.kind == .materializedView else {
      throw SQLError(.wrongObjectType, "\"\(relation.name)\" is not a materialized view", at: name.range)
    }
    guard let definition = relation.definition else {
      if withData, let refreshModel = connection.database.configuration.refreshModel {
        try refreshModel(connection, relation)
        return done("REFRESH MATERIALIZED VIEW")
      }
      throw SQLError(
        .featureNotSupported, "\"\(relation.qualifiedName)\" is computed from a model, not from a query",
        hint: "Run `scout refresh`.", at: name.range)
    }
    if concurrently {
      if !relation.isPopulated {
        throw SQLError(
          .featureNotSupported, "CONCURRENTLY cannot be used when the materialized view is not populated",
          at: statement.range)
      }
      guard relation.indexes.contains(where: { $0.isUnique && $0.condition == nil && $0.columns != nil }) else {
        throw SQLError(
          .objectNotInPrerequisiteState,
          "cannot refresh materialized view \"\(relation.qualifiedName)\" concurrently",
          hint: "Create a unique index with no WHERE clause on one or more columns of the materialized view.",
          at: statement.range)
      }
    }
    guard case .query(let query) = try Parser.parseStatement(definition).kind else {
      throw SQLError(.internalError, "the definition of \"\(relation.qualifiedName)\" is no query")
    }
    try connection.run("delete from " + SQLitePrinter.quoted(relation.storageName))
    if withData { _ = try connection.execute(try connection.compiler().compileFill(relation, query: query)) }
    if withData != relation.isPopulated {
      let key: [SQLValue] = [.text(relation.schema), .text(relation.name)]
      try connection.run(
        withData
          ? "delete from \"engine.unpopulated\" where schema = ?1 and name = ?2"
          : "insert into \"engine.unpopulated\" (schema, name) values (?1, ?2)", key)
    }
    return done("REFRESH MATERIALIZED VIEW")
  }
}

extension Relation {
  /// The name as a statement writes it.
  var quotedName: String {
    SQLType.quotedIdentifier(schema) + "." + SQLType.quotedIdentifier(name)
  }
}
