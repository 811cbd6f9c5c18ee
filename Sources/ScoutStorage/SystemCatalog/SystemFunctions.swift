import PostgresDialect

/// The functions over the system catalogs.
extension FunctionRegistrar {
  func registerSystemCatalog() {
    SystemTable.register(on: handle, session: session)
    registerReferences()
    registerDefinitions()
    registerDescriptions()
    registerSizes()
    scalar("pg_vector_text", 1) { call throws(SQLError) in call.result(ArrayValue.vectorText(call.text(0))) }
    scalar("pg_int8_oid", 1) { call throws(SQLError) in
      let value = call.integer(0)
      guard value >= Int64(Int32.min), value <= Int64(UInt32.max) else {
        throw SQLError(.numericValueOutOfRange, "OID out of range")
      }
      call.result(value < 0 ? value + 1 << 32 : value)
    }
    scalar("pg_oid_in", 1) { call throws(SQLError) in
      let text = call.text(0)
      guard let number = UInt32(text.filter { !$0.isWhitespace }) else {
        throw SQLError(.invalidTextRepresentation, "invalid input syntax for type oid: \"\(text)\"")
      }
      call.result(Int64(number))
    }
    scalar("pg_no_rows", 1) { call throws(SQLError) in call.resultNull() }
    scalar("pg_expand_array", 1) { call throws(SQLError) in
      guard let array = ArrayValue(json: call.text(0)) else { return call.resultNull() }
      var rows = RowSet(width: 2)
      for (index, element) in array.elements.enumerated() {
        let value: SQLValue =
          switch element {
          case .number(let text): Int64(text).map(SQLValue.integer) ?? .text(text)
          case .string(let text): .text(text)
          case .boolean(let flag): .integer(flag ? 1 : 0)
          case .null: .null
          }
        rows.append([value, .integer(Int64(index + 1))])
      }
      call.result(rows)
    }
    // PostgreSQL's numbers of encodings; source: src/include/mb/pg_wchar.h.
    scalar("pg_encoding_to_char", 1) { call throws(SQLError) in
      call.result(call.integer(0) == 6 ? "UTF8" : call.integer(0) == 0 ? "SQL_ASCII" : "")
    }
    scalar("pg_char_to_encoding", 1) { call throws(SQLError) in
      call.result(Int64(["utf8", "utf-8", "unicode"].contains(call.text(0).lowercased()) ? 6 : -1))
    }
    asking("pg_get_userbyid", 1) { source, call in
      let oid = call.integer(0)
      return .text(source.system.role(oid)?.name ?? "unknown (OID=\(oid))")
    }
    asking("pg_current_schemas", 1) { source, call in
      let path = source.searchPath
      let implicit = call.integer(0) != 0 && !path.contains("pg_catalog") ? ["pg_catalog"] : []
      return source.array(implicit + path)
    }
  }

  /// A function over the catalogs as of the statement's snapshot.
  func asking(
    _ name: String, _ arity: Int, isStrict: Bool = true,
    _ body: @escaping (SystemRows, FunctionContext) throws -> SQLValue
  ) {
    scalar(name, arity, isStrict: isStrict, isPure: false) { call throws(SQLError) in
      let value = try onConnection(call) { connection in
        let catalog = try connection.database.catalog(connection)
        return try body(
          SystemRows(system: catalog.systemCache.system(catalog), connection: connection), call)
      }
      call.result(value)
    }
  }

  // MARK: Names and numbers of entries

  private func registerReferences() {
    /// The three functions behind a type such as `regclass`, and the one that gives null for what does not exist.
    func reference(
      _ type: String, number: @escaping (SystemRows, String) throws -> Int64?,
      name: @escaping (SystemRows, Int64) -> String?, missing: @escaping (String) -> SQLError
    ) {
      func resolved(_ source: SystemRows, _ text: String) throws -> Int64 {
        if text == "-" { return 0 }
        if let oid = Int64(text) { return oid }
        guard let found = try number(source, text) else { throw missing(text) }
        return found
      }
      func shown(_ source: SystemRows, _ oid: Int64) -> SQLValue {
        .text(oid == 0 ? "-" : name(source, oid) ?? String(oid))
      }
      asking("pg_\(type)_in", 1) { source, call in shown(source, try resolved(source, call.text(0))) }
      asking("pg_\(type)_oid", 1) { source, call in .integer(try resolved(source, call.text(0))) }
      asking("pg_\(type)_name", 1) { source, call in shown(source, call.integer(0)) }
      asking("pg_to_\(type)", 1) { source, call in
        let text = call.text(0)
        guard Int64(text) == nil, let oid = try? number(source, text) else { return .null }
        return shown(source, oid)
      }
    }
    reference(
      "regclass", number: { source, text in try source.entry(text)?.oid },
      name: { source, oid in
        source.system.find(oid).map { source.system.visibleName($0.schema, $0.name, source.searchPath) }
      }, missing: { SQLError(.undefinedTable, "relation \"\(SystemRows.plain($0))\" does not exist") })
    reference(
      "regnamespace", number: { source, text in source.system.namespaceOIDs[SystemRows.plain(text)] },
      name: { source, oid in source.system.namespace(oid).map { SystemCatalog.quoted($0.name) } },
      missing: { SQLError(.invalidSchemaName, "schema \"\(SystemRows.plain($0))\" does not exist") })
    reference(
      "regrole", number: { source, text in source.system.role(SystemRows.plain(text))?.oid },
      name: { source, oid in source.system.role(oid).map { SystemCatalog.quoted($0.name) } },
      missing: { SQLError(.undefinedObject, "role \"\(SystemRows.plain($0))\" does not exist") })
    reference(
      "regtype", number: { source, text in try source.typeNumber(text) },
      name: { source, oid in source.typeName(oid, modifier: nil) },
      missing: { SQLError(.undefinedObject, "type \"\(SystemRows.plain($0))\" does not exist") })
    reference(
      "regproc", number: { source, text in try source.procedures(text, arguments: nil) },
      name: { source, oid in
        source.system.procedure(oid).map {
          $0.schema == "pg_catalog" || source.searchPath.contains($0.schema)
            ? SystemCatalog.quoted($0.name) : SystemCatalog.qualified($0.schema, $0.name)
        }
      }, missing: { SQLError(.undefinedFunction, "function \"\(SystemRows.plain($0))\" does not exist") })
    reference(
      "regprocedure",
      number: { source, text in
        guard case .drop(let drop) = try Parser.parseStatement("drop function \(text)").kind,
          let name = drop.names.first
        else { return nil }
        let arguments = try drop.signatures.first.flatMap { $0 }?.map { try SQLType($0) } ?? []
        return try source.procedures(name.parts.map(\.name).joined(separator: "."), arguments: arguments)
      },
      name: { source, oid in
        source.system.procedure(oid).map { entry in
          let isVisible = entry.schema == "pg_catalog" || source.searchPath.contains(entry.schema)
          let types = entry.routine?.inputs.map(\.type) ?? entry.definition?.arguments ?? []
          return (isVisible ? SystemCatalog.quoted(entry.name) : SystemCatalog.qualified(entry.schema, entry.name))
            + "(\(types.map(\.displayName).joined(separator: ",")))"
        }
      }, missing: { SQLError(.undefinedFunction, "function \"\($0)\" does not exist") })
    asking("pg_format_type", 2, isStrict: false) { source, call in
      guard !call.isNull(0) else { return .null }
      return .text(source.typeName(call.integer(0), modifier: call.isNull(1) ? nil : call.integer(1)) ?? "???")
    }
    asking("pg_table_is_visible", 1) { source, call in
      guard let entry = source.system.find(call.integer(0)) else { return .null }
      return SQLValue(source.system.isVisible(entry.schema, entry.name, source.searchPath))
    }
    asking("pg_type_is_visible", 1) { source, call in
      if SystemType.type(call.integer(0), modifier: nil) != nil { return .integer(1) }
      guard let entry = source.system.relation(ofType: call.integer(0)) else { return .null }
      return SQLValue(source.searchPath.contains(entry.schema))
    }
    asking("pg_function_is_visible", 1) { source, call in
      guard let entry = source.system.procedure(call.integer(0)) else { return .null }
      return SQLValue(entry.schema == "pg_catalog" || source.searchPath.contains(entry.schema))
    }
  }
}

extension SystemRows {
  /// A name without the quotes around its parts, as messages show it.
  static func plain(_ text: String) -> String {
    guard case .column(let name)? = (try? Parser.parseExpression(text))?.kind else { return text }
    return name.parts.map(\.name).joined(separator: ".")
  }

  /// The entry of `pg_class` that a written name stands for.
  ///
  /// - Throws: 42602 for a text that is no name.
  func entry(_ text: String) throws -> SystemCatalog.Class? {
    if let oid = Int64(text) { return system.find(oid) }
    // A word of SQL, such as `user`, is a name here too.
    let expression = try? Parser.parseExpression(text)
    var parts = [text]
    if case .column(let name)? = expression?.kind {
      parts = name.parts.map(\.name)
    } else if text.contains(where: \.isWhitespace) {
      throw SQLError(SQLState(rawValue: "42602"), "invalid name syntax")
    }
    guard let name = parts.last, parts.count <= 3 else {
      throw SQLError(SQLState(rawValue: "42602"), "invalid name syntax")
    }
    if parts.count > 1 {
      guard catalog.hasSchema(parts[parts.count - 2]) else {
        throw SQLError(.invalidSchemaName, "schema \"\(parts[parts.count - 2])\" does not exist")
      }
      return system.find(parts[parts.count - 2], name)
    }
    return (["pg_catalog"] + searchPath).lazy.compactMap { system.find($0, name) }.first
  }

  func typeNumber(_ text: String) throws -> Int64? {
    if let type = try? SQLType(declaration: text) { return SystemType.oid(of: type) }
    return try entry(text).flatMap { $0.rowType == 0 ? nil : $0.rowType }
  }

  /// `format_type`: the name of a type with its modifier.
  func typeName(_ oid: Int64, modifier: Int64?) -> String? {
    if oid == 0 { return "-" }
    if let found = SystemType.builtIn.first(where: { $0.oid == oid }), SQLType.Base(rawValue: found.name) == nil {
      return found.name
    }
    if let type = SystemType.type(oid, modifier: modifier) {
      // A length-less character is shown by its internal name where a modifier was asked for.
      return type.base == .bpchar && type.precision == nil && modifier == -1 ? "bpchar" : type.declaration
    }
    guard let entry = system.relation(ofType: oid) else { return nil }
    let name = system.visibleName(entry.schema, entry.name, searchPath)
    return entry.rowType == oid ? name : name + "[]"
  }

  /// The function of that name.
  ///
  /// - Throws: 42725 when there are several and no argument types.
  func procedures(_ text: String, arguments: [SQLType]?) throws -> Int64? {
    let parts = Self.plain(text).split(separator: ".").map(String.init)
    guard let name = parts.last else { return nil }
    let schemas = parts.count > 1 ? [parts[parts.count - 2]] : ["pg_catalog"] + searchPath
    for schema in schemas {
      let found = system.procedures.filter { entry in
        guard entry.schema == schema, entry.name == name else { return false }
        guard let arguments else { return true }
        return (entry.routine?.inputs.map(\.type) ?? entry.definition?.arguments ?? []).map(\.unmodified)
          == arguments.map(\.unmodified)
      }
      if found.count > 1 { throw SQLError(.ambiguousFunction, "more than one function named \"\(text)\"") }
      if let entry = found.first { return entry.oid }
    }
    return nil
  }
}
