import PostgresDialect

/// A function that an application adds to SQL, such as `scout.run_monitors()`.
///
/// It runs on the connection and in the transaction of the statement that calls it.
public struct ApplicationFunction: Sendable {
  public var schema: String
  public var name: String
  public var arguments: [SQLType]
  public var result: SQLType
  /// What a role must hold to call it, as if the function's statements ran under the role.
  public var needs: [(privilege: TablePrivilege, relation: String)]
  /// Whether only the engine calls it, from its triggers: then nothing is asked of the role.
  public var isInternal: Bool
  public var body: @Sendable (Connection, [SQLValue]) throws -> SQLValue

  public init(
    schema: String, name: String, arguments: [SQLType] = [], result: SQLType,
    needs: [(privilege: TablePrivilege, relation: String)] = [], isInternal: Bool = false,
    body: @escaping @Sendable (Connection, [SQLValue]) throws -> SQLValue
  ) {
    self.schema = schema
    self.name = name
    self.arguments = arguments
    self.result = result
    self.needs = needs
    self.isInternal = isInternal
    self.body = body
  }

  var qualifiedName: String { "\(schema).\(name)" }

  /// The SQLite function behind it; no name of PostgreSQL's or SQLite's starts so.
  public var sqliteName: String { "app_\(schema)_\(name)" }

  var definition: FunctionDefinition {
    FunctionDefinition(name, arguments, result, volatility: .volatile, lower: .call(sqliteName))
  }
}

/// A right to the rows of a table.
public enum TablePrivilege: String, Sendable, CaseIterable { case select, insert, update, delete }

/// The relations of a database at one version of its schema.
struct StorageCatalog: Catalog {
  var relations: [String: Relation] = [:]
  var schemas: Set<String> = []
  var applicationFunctions: [String: [FunctionDefinition]] = [:]
  var storedRoutines = StoredRoutines()
  /// By their relation's qualified name.
  var triggers: [String: [StoredTrigger]] = [:]
  var privileges = Privileges()
  /// By qualified name.
  var sequences: [String: SequenceDefinition] = [:]
  var extensions: Set<String> = []

  /// The schemas of the session's search path that exist.
  var searchPath = ["public"]
  /// What the system catalogs show of this version.
  let systemCache = SystemCatalogCache()

  func relation(schema: String?, name: String) -> Relation? {
    if let system = SystemRelation.named(schema: schema, name: name) { return system }
    if let schema { return relations["\(schema).\(name)"] }
    return searchPath.lazy.compactMap { relations["\($0).\(name)"] }.first
  }

  func isUnsupportedSystemRelation(schema: String?, name: String) -> Bool {
    SystemRelation.isUnsupported(schema: schema, name: name)
  }

  var relationNames: [String] { relations.keys.sorted() }

  func hasSchema(_ name: String) -> Bool { schemas.contains(name) }

  func hasRelationName(schema: String, name: String) -> Bool {
    relations["\(schema).\(name)"] != nil || sequences["\(schema).\(name)"] != nil
      || index(schema: schema, name: name) != nil
      || relations.values.contains {
        $0.schema == schema && $0.constraints.contains { $0.isUniqueKey && $0.name == name }
      }
  }

  /// The index of that name and its table; those behind constraints are not among them.
  func index(schema: String?, name: String) -> (relation: Relation, index: RelationIndex)? {
    for schema in schema.map({ [$0] }) ?? searchPath {
      for relation in relations.values where relation.schema == schema {
        if let index = relation.indexes.first(where: { $0.name == name }) { return (relation, index) }
      }
    }
    return nil
  }

  func sequence(schema: String?, name: String) -> SequenceDefinition? {
    (schema.map { [$0] } ?? searchPath).lazy.compactMap { sequences["\($0).\(name)"] }.first
  }

  func functions(schema: String?, name: String) -> [FunctionDefinition] {
    // A stored function stands before the application's own of the same name and arguments.
    let stored = routines(schema: schema, name: name).filter { !$0.isProcedure }.map(\.definition)
    let schemas = schema.map { [$0] } ?? searchPath
    let own = schemas.flatMap { schema in
      (applicationFunctions["\(schema).\(name)"] ?? []) + (Self.engineFunctions["\(schema).\(name)"] ?? [])
    }
    return stored + own.filter { own in !stored.contains { $0.arguments == own.arguments } }
  }

  /// Supabase's own, there in every database: the caller's number from the request, null outside of one.
  private static let engineFunctions: [String: [FunctionDefinition]] = [
    "auth.uid": [FunctionDefinition("uid", [], .uuid, volatility: .stable, lower: .call("pg_auth_uid"))]
  ]

  func routines(schema: String?, name: String) -> [Routine] {
    (schema.map { [$0] } ?? searchPath).flatMap { storedRoutines.routines("\($0).\(name)", self) }
  }

  /// Every stored function and procedure.
  var allRoutines: [Routine] { storedRoutines.names.flatMap { storedRoutines.routines($0, self) } }

  func routine(_ id: Int64) -> Routine? { storedRoutines.routine(id, self) }
}

extension StorageCatalog {
  /// Reads the catalog tables; empty for a file that has none yet.
  init(reading connection: Connection, functions: [ApplicationFunction]) throws {
    applicationFunctions = Dictionary(grouping: functions, by: \.qualifiedName).mapValues { $0.map(\.definition) }
    schemas = ["public", "pg_catalog", "information_schema"]
    guard try connection.sqliteTableExists("engine.relations") else { return }
    storedRoutines = try StoredRoutines(reading: connection)
    triggers = try Self.readTriggers(connection)
    privileges = try Privileges(reading: connection)
    for row in try connection.rows("select name from \"engine.schemas\"") { schemas.insert(row[0].text ?? "") }
    for row in try connection.rows(
      "select schema, name, kind, primary_key, definition from \"engine.relations\" order by schema, name")
    {
      let relation = Relation(
        schema: row[0].text ?? "", name: row[1].text ?? "", kind: Relation.Kind(rawValue: row[2].text ?? "") ?? .table,
        columns: [], primaryKey: (row[3].text ?? "").split(separator: ",").map(String.init), definition: row[4].text)
      relations[relation.qualifiedName] = relation
    }
    for row in try connection.rows(
      """
      select schema, relation, name, type, precision, scale, is_array, is_not_null, default_expression, identity
      from "engine.columns" order by schema, relation, position
      """)
    {
      guard let base = SQLType.Base(rawValue: row[3].text ?? "") else { continue }
      let type = SQLType(
        base, isArray: row[6].integer == 1, precision: row[4].integer.map { Int($0) },
        scale: row[5].integer.map { Int($0) })
      var column = RelationColumn(
        name: row[2].text ?? "", type: type, isNotNull: row[7].integer == 1, defaultExpression: row[8].text,
        isIdentity: row[9].text != nil, isIdentityAlways: row[9].text == "always")
      column.isSerial = row[9].text == "serial"
      relations["\(row[0].text ?? "").\(row[1].text ?? "")"]?.columns.append(column)
    }
    if try connection.sqliteTableExists("engine.constraints") { try readObjects(connection) }
  }
}

extension Connection {
  /// Creates a derived table that only a refresh writes.
  public func createDerivedTable(_ relation: Relation) throws {
    var relation = relation
    relation.kind = .materializedView
    var sql = "create table " + SQLitePrinter.quoted(relation.storageName) + " ("
    sql += relation.columns.map { column in
      SQLitePrinter.quoted(column.name) + " " + column.type.storageClass
    }.joined(separator: ", ")
    sql += ") strict"
    try run(sql)
    if !relation.primaryKey.isEmpty {
      let keys = relation.primaryKey.map(SQLitePrinter.quoted).joined(separator: ", ")
      let index = SQLitePrinter.quoted(relation.storageName + ".grain")
      try run("create unique index \(index) on \(SQLitePrinter.quoted(relation.storageName)) (\(keys))")
    }
    try recordRelation(relation, origin: "model")
    try grantToPredefined(relation)
    database.invalidateCatalog()
  }

  /// Removes a derived table and its catalog entry.
  public func dropDerivedTable(_ relation: Relation) throws {
    try run("drop table if exists " + SQLitePrinter.quoted(relation.storageName))
    try forgetRelation(relation)
    database.invalidateCatalog()
  }
}
