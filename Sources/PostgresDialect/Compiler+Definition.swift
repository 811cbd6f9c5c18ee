/// What the storage asks while it carries out a statement that changes the catalog.
extension Compiler {
  func analyzed<Value>(_ body: (Analyzer) throws(SQLError) -> Value) throws(SQLError) -> Value {
    try DeepStack.run { () throws(SQLError) in
      try body(Analyzer(catalog: catalog, timeZone: timeZone, parameterTypes: parameterTypes))
    }
  }

  /// The table that CREATE TABLE describes.
  ///
  /// - Parameter sql: The text from which `create` was parsed: defaults and checks keep their source.
  public func table(_ create: CreateTable, sql: String, at range: SourceRange) throws(SQLError) -> TableDefinition {
    try analyzed { analyzer throws(SQLError) in try analyzer.define(create, sql: sql, range: range) }
  }

  /// The SQLite statements that make a table, in order, the last ones its unique indexes.
  public func tableSQL(_ relation: Relation) throws(SQLError) -> [String] {
    try analyzed { analyzer throws(SQLError) in
      let indexes = relation.constraints.filter { $0.kind == .unique }.map { analyzer.uniqueIndexSQL($0, relation) }
      return [try analyzer.tableSQL(relation)] + indexes
    }
  }

  /// The SQLite statement that makes the index behind a UNIQUE constraint.
  public func uniqueIndexSQL(_ constraint: RelationConstraint, on relation: Relation) throws(SQLError) -> String {
    try analyzed { analyzer throws(SQLError) in analyzer.uniqueIndexSQL(constraint, relation) }
  }

  /// An index and the relation that it is on.
  public func index(_ create: CreateIndex, sql: String, at range: SourceRange) throws(SQLError)
    -> (relation: Relation, index: RelationIndex)
  {
    try analyzed { analyzer throws(SQLError) in try analyzer.define(create, sql: sql, range: range) }
  }

  /// The SQLite statement that makes an index.
  public func indexSQL(_ index: RelationIndex, on relation: Relation) throws(SQLError) -> String {
    try analyzed { analyzer throws(SQLError) in try analyzer.indexSQL(index, relation) }
  }

  /// The schema in which a new object of that name goes.
  ///
  /// - Throws: 3F000 when there is no such schema.
  public func creationSchema(_ name: QualifiedName) throws(SQLError) -> String {
    try analyzed { analyzer throws(SQLError) in try analyzer.creationSchema(name) }
  }

  /// The relation that a query defines: a view, a materialized view, or the table of CREATE TABLE AS.
  ///
  /// - Parameter sql: The text of which `query` is a part; the relation keeps it.
  public func relation(
    _ name: QualifiedName, _ kind: Relation.Kind, columns names: [Identifier], query: Query, sql: String
  ) throws(SQLError) -> Relation {
    let isTable = kind == .table
    let command = Statement(.query(query), at: query.range)
    guard !command.writesInWith || isTable else {
      throw SQLError(
        .featureNotSupported,
        kind == .view
          ? "views must not contain data-modifying statements in WITH"
          : "materialized views must not use data-modifying statements in WITH", at: query.range)
    }
    let described = command.writesInWith ? try steps(of: command, sql: sql).columns : nil
    return try analyzed { analyzer throws(SQLError) in
      let schema = try analyzer.creationSchema(name)
      var result = described ?? []
      if described == nil { result = try analyzer.lower(query, parent: nil).columns }
      guard
        isTable || analyzer.context.parameters.sources.allSatisfy({ $0 == .transactionTime || $0 == .statementTime })
      else {
        throw SQLError(.undefinedParameter, "a view has no parameters", at: name.range)
      }
      guard names.count <= result.count else {
        let message =
          isTable || kind == .materializedView
          ? "too many column names were specified" : "CREATE VIEW specifies more column names than columns"
        throw SQLError(.syntaxError, message, at: names[result.count].range)
      }
      var columns = result.map {
        RelationColumn(name: $0.name, type: $0.known.type, isNotNull: kind == .view && !$0.isNullable)
      }
      for (index, name) in names.enumerated() { columns[index].name = name.name }
      for (index, column) in columns.enumerated() where columns[..<index].contains(where: { $0.name == column.name }) {
        throw SQLError(.duplicateColumn, "column \"\(column.name)\" specified more than once", at: name.range)
      }
      var edits = analyzer.starExpansions
      if !isTable { edits.merge(qualifications(in: query)) { star, _ in star } }
      let definition = isTable ? nil : sql.replacing(edits, in: query.range)
      return Relation(schema: schema, name: name.name, kind: kind, columns: columns, definition: definition)
    }
  }

  /// What unqualified names of relations mean now, so that a view does not depend on the search path of its users.
  private func qualifications(in query: Query) -> [SourceRange: String] {
    var collector = ReferenceCollector()
    collector.visit(query)
    var edits: [SourceRange: String] = [:]
    for (name, alias) in collector.relations where name.parts.count == 1 {
      guard let relation = catalog.relation(schema: nil, name: name.name) else { continue }
      edits[name.range] =
        "\(SQLType.quotedIdentifier(relation.schema)).\(SQLType.quotedIdentifier(relation.name))"
        + (alias == nil ? " as " + SQLType.quotedIdentifier(name.name) : "")
    }
    return edits
  }

  /// The rows of a query on their way into the relation that it defines.
  public func compileFill(_ relation: Relation, query: Query) throws(SQLError) -> CompiledStatement {
    try analyzed { analyzer throws(SQLError) in
      let sql = try analyzer.lowerInsert(into: relation, query, isChecked: false)
      return CompiledStatement(kind: .insert, sql: sql, columns: [], parameters: analyzer.context.parameters.sources)
    }
  }

  /// A sequence as CREATE SEQUENCE or a column describes it.
  public func sequence(_ name: QualifiedName, _ options: SequenceOptions) throws(SQLError) -> SequenceDefinition {
    try analyzed { analyzer throws(SQLError) in
      try SequenceDefinition(
        schema: try analyzer.creationSchema(name), name: name.name, options: options, at: name.range)
    }
  }

  /// The sequence of a column that becomes an identity.
  public func sequence(
    ofColumn column: RelationColumn, of relation: Relation, _ options: SequenceOptions, at range: SourceRange
  ) throws(SQLError) -> SequenceDefinition {
    let name = Relation.objectName(relation.name, column.name, "seq") { candidate in
      catalog.hasRelationName(schema: relation.schema, name: candidate)
    }
    return try SequenceDefinition(
      schema: relation.schema, name: name, options: options, columnType: column.type, at: range)
  }

  /// A sequence after ALTER SEQUENCE.
  public func sequence(_ sequence: SequenceDefinition, changedBy options: SequenceOptions, at range: SourceRange)
    throws(SQLError) -> SequenceDefinition
  {
    try sequence.changed(by: options, at: range)
  }

  /// The relation of that name.
  ///
  /// - Throws: 42P01 with the nearest name.
  public func resolve(_ name: QualifiedName) throws(SQLError) -> Relation {
    try analyzed { analyzer throws(SQLError) in try analyzer.resolveRelation(name) }
  }
}

extension String {
  /// A part of the text in which each star is what it stood for when the statement was analysed, so that a view keeps
  /// its columns when its tables get more.
  fileprivate func replacing(_ edits: [SourceRange: String], in range: SourceRange) -> String {
    let inside = edits.filter { $0.key.start >= range.start && $0.key.end <= range.end }
    var moved: [SourceRange: String] = [:]
    for (edit, text) in inside {
      moved[SourceRange(start: edit.start - range.start, end: edit.end - range.start)] = text
    }
    return text(range).replacing(moved)
  }
}
