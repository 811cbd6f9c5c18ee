import PostgresDialect
import Synchronization

/// The stored functions of a database, parsed when they are first asked for.
final class StoredRoutines: Sendable {
  struct Record: Sendable {
    var id: Int64
    var schema: String
    var name: String
    var owner: String
    /// The text of CREATE FUNCTION.
    var source: String
  }

  private let records: [String: [Record]]
  private let parsed = Mutex<[String: [Routine]]>([:])

  init(_ records: [Record] = []) { self.records = Dictionary(grouping: records) { "\($0.schema).\($0.name)" } }

  /// The qualified names that routines have.
  var names: [String] { records.keys.sorted() }

  /// The routines of a qualified name.
  func routines(_ name: String, _ catalog: StorageCatalog) -> [Routine] {
    guard let records = records[name] else { return [] }
    if let known = parsed.withLock({ $0[name] }) { return known }
    let routines = records.compactMap { record -> Routine? in
      guard let statement = try? Parser.parseStatement(record.source), case .createFunction(let create) = statement.kind
      else { return nil }
      return try? Routine(create, id: record.id, schema: record.schema, owner: record.owner, catalog: catalog)
    }
    parsed.withLock { $0[name] = routines }
    return routines
  }

  /// The text of CREATE FUNCTION.
  func source(_ id: Int64) -> String? {
    for list in records.values {
      if let record = list.first(where: { $0.id == id }) { return record.source }
    }
    return nil
  }

  /// The routine of that number.
  func routine(_ id: Int64, _ catalog: StorageCatalog) -> Routine? {
    for (name, records) in records where records.contains(where: { $0.id == id }) {
      return routines(name, catalog).first { $0.id == id }
    }
    return nil
  }
}

extension StoredRoutines {
  convenience init(reading connection: Connection) throws {
    guard try connection.sqliteTableExists("engine.routines") else {
      self.init()
      return
    }
    self.init(
      try connection.rows("select id, schema, name, owner, source from \"engine.routines\" order by id").map {
        Record(
          id: $0[0].integer ?? 0, schema: $0[1].text ?? "", name: $0[2].text ?? "", owner: $0[3].text ?? "",
          source: $0[4].text ?? "")
      })
  }
}

extension Migrations {
  /// Functions and procedures, as their statements; the columns beside `source` are for the system catalogs.
  @Sendable static func createRoutineTables(_ connection: Connection) throws {
    try connection.run(
      """
      create table "engine.routines" (
        id integer primary key autoincrement, schema text not null, name text not null,
        -- The input types, separated by commas, as pg_get_function_identity_arguments has them without names.
        arguments text not null, result text not null, kind text not null, language text not null,
        volatility text not null, owner text not null, source text not null, unique (schema, name, arguments)
      ) strict
      """)
    for event in ["insert", "update", "delete"] {
      try connection.run(
        """
        create trigger "engine.routines.\(event)" after \(event) on "engine.routines" begin
          update "engine.catalog_version" set version = version + 1;
        end
        """)
    }
  }
}

extension Connection {
  /// Statements about functions and blocks of PL/pgSQL; nil for all others.
  func executeRoutineStatement(_ statement: Statement, sql: String) throws -> QueryResult? {
    try checkPrivileges(statement)
    if let result = try executeRoleStatement(statement) { return result }
    switch statement.kind {
    case .createFunction(let create):
      try createRoutine(create, statement: statement, sql: sql)
      return done(create.isProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION")
    case .drop(let drop) where drop.kind == .function || drop.kind == .procedure:
      try dropRoutines(drop)
      return done("DROP \(drop.kind.rawValue.uppercased())")
    case .doBlock(let body, let language):
      guard language.lowercased() == "plpgsql" else {
        throw SQLError(
          ["sql"].contains(language.lowercased()) ? .featureNotSupported : .undefinedObject,
          language.lowercased() == "sql"
            ? "language \"sql\" does not support inline code execution" : "language \"\(language)\" does not exist",
          at: statement.range)
      }
      try runBlock(body)
      return done("DO")
    case .createTrigger(let create):
      try createTrigger(create, statement: statement, sql: sql)
      return done("CREATE TRIGGER")
    case .drop(let drop) where drop.kind == .trigger:
      try dropTrigger(drop)
      return done("DROP TRIGGER")
    case .alterTable(let alter):
      return try alterTriggers(alter) ? done("ALTER TABLE") : nil
    case .call(let call):
      return try callProcedure(call, statement: statement, sql: sql)
    default:
      return nil
    }
  }

  func done(_ tag: String) -> QueryResult {
    QueryResult(columns: [], rows: [], rowCount: 0, tag: tag, timeZone: timeZone)
  }

  private func createRoutine(_ create: CreateFunction, statement: Statement, sql: String) throws {
    let catalog = try database.catalog(self)
    let schema = try create.name.schema ?? database.catalog(self).searchPath.first ?? "public"
    guard catalog.hasSchema(schema) else {
      throw SQLError(.invalidSchemaName, "schema \"\(schema)\" does not exist", at: create.name.range)
    }
    guard schema != "pg_catalog", schema != "information_schema" else {
      throw SQLError(.insufficientPrivilege, "permission denied for schema \(schema)", at: create.name.range)
    }
    var routine = try Routine(create, id: 0, schema: schema, owner: session.role, catalog: catalog)
    try validate(routine)
    let arguments = routine.inputs.map(\.type.displayName).joined(separator: ",")
    let key: [SQLValue] = [.text(schema), .text(create.name.name), .text(arguments)]
    let existing = catalog.routines(schema: schema, name: create.name.name).first { $0.hasSameArguments(as: routine) }
    if let existing {
      guard create.orReplace else {
        throw SQLError(
          SQLState(rawValue: "42723"),
          "function \"\(create.name.name)\" already exists with same argument types", at: create.name.range)
      }
      guard existing.isProcedure == routine.isProcedure else {
        throw SQLError(.wrongObjectType, "cannot change routine kind", at: create.name.range)
      }
      guard existing.result == routine.result, existing.returnsSet == routine.returnsSet else {
        throw SQLError(
          .invalidFunctionDefinition, "cannot change return type of existing function",
          hint: "Use DROP FUNCTION \(routine.signature) first.", at: create.name.range)
      }
      routine.owner = existing.owner
    }
    let values: [SQLValue] =
      key + [
        .text(routine.result.name), .text(routine.isProcedure ? "procedure" : "function"), .text(routine.language),
        .text(routine.volatility.rawValue), .text(routine.owner), .text(sql.text(statement.range)),
      ]
    try run(
      """
      insert into "engine.routines" (schema, name, arguments, result, kind, language, volatility, owner, source)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      on conflict (schema, name, arguments) do update set result = ?4, kind = ?5, language = ?6, volatility = ?7,
        source = ?9
      """, values)
    database.invalidateCatalog()
  }

  /// Reads the body as PostgreSQL does when a function is made; what the dialect does not support shows at the call.
  private func validate(_ routine: Routine) throws {
    do {
      if routine.language == "plpgsql" {
        _ = try ProceduralParser.parse(routine.body)
        return
      }
      let variables = routine.sqlVariables
      var compiler = try self.compiler()
      compiler.variables = variables.variables
      compiler.parameterTypes = variables.positional
      let statements = try Parser.parse(routine.body)
      for (index, statement) in statements.enumerated() {
        guard case .statement(let compiled) = try compiler.compile(statement, sql: routine.body) else { continue }
        if index == statements.count - 1 { try routine.check(compiled.columns) }
      }
      if statements.isEmpty { try routine.check([]) }
    } catch let error as SQLError where error.state == .featureNotSupported {
    } catch let error as SQLError {
      throw error.range == nil ? error : error.moved(by: routine.bodyRange.start)
    }
  }

  private func dropRoutines(_ drop: Drop) throws {
    for (index, name) in drop.names.enumerated() {
      let signature = drop.signatures.indices.contains(index) ? drop.signatures[index] : nil
      let found = try routines(name, signature, isProcedure: drop.kind == .procedure)
      let shown = name.parts.map(\.name).joined(separator: ".")
      guard let routine = found.first else {
        if drop.ifExists { continue }
        let arguments = try signature.map {
          "(" + (try $0.map { try SQLType($0).displayName }).joined(separator: ", ") + ")"
        }
        throw SQLError(
          .undefinedFunction,
          arguments.map { "\(drop.kind.rawValue) \(shown)\($0) does not exist" }
            ?? "could not find a \(drop.kind.rawValue) named \"\(shown)\"", at: name.range)
      }
      guard found.count == 1 else {
        throw SQLError(
          .ambiguousFunction, "\(drop.kind.rawValue) name \"\(shown)\" is not unique",
          hint: "Specify the argument list to select the \(drop.kind.rawValue) unambiguously.", at: name.range)
      }
      try run("delete from \"engine.routines\" where id = ?1", [.integer(routine.id)])
      database.invalidateCatalog()
    }
  }

  /// The stored routines that a name, with or without argument types, means.
  func routines(_ name: QualifiedName, _ signature: [TypeName]?, isProcedure: Bool = false) throws -> [Routine] {
    let all = try database.catalog(self).routines(schema: name.schema, name: name.name)
      .filter { $0.isProcedure == isProcedure }
    guard let signature else { return all }
    let types = try signature.map { try SQLType($0).unmodified }
    return all.filter { $0.inputs.map(\.type.unmodified) == types }
  }
}

extension Routine.Result {
  /// As the catalog keeps it.
  var name: String {
    switch self {
    case .void: "void"
    case .trigger: "trigger"
    case .record: "record"
    case .scalar(let type): type.displayName
    case .row: "record"
    }
  }
}
