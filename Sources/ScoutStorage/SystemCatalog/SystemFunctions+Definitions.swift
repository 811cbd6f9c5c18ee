import PostgresDialect

/// `pg_get_…def`, descriptions and sizes.
extension FunctionRegistrar {
  func registerDefinitions() {
    for arity in [1, 2] {
      asking("pg_get_constraintdef", arity) { source, call in
        // Only the short form leaves out schemas that are on the search path.
        SQLValue(
          source.system.constraint(call.integer(0)).map {
            source.system.definition(of: $0.constraint, source.searchPath)
          })
      }
      asking("pg_get_viewdef", arity) { source, call in
        SQLValue(source.system.find(call.integer(0))?.relation.flatMap(SystemCatalog.viewDefinition))
      }
      asking("pg_get_viewdef_name", arity) { source, call in
        guard let entry = try source.entry(call.text(0)) else {
          throw SQLError(.undefinedTable, "relation \"\(call.text(0))\" does not exist")
        }
        return SQLValue(entry.relation.flatMap(SystemCatalog.viewDefinition))
      }
      asking("pg_get_triggerdef", arity) { source, call in SQLValue(source.triggerDefinition(call.integer(0))) }
    }
    for arity in [1, 3] {
      asking("pg_get_indexdef", arity) { source, call in
        guard let entry = source.system.find(call.integer(0)), case .index(let index) = entry.content else {
          return .null
        }
        let column = arity == 3 ? Int(call.integer(1)) : 0
        if column == 0 { return .text(source.system.definition(of: index, named: entry)) }
        return SQLValue(index.keys[safe: column - 1].map(SystemCatalog.text))
      }
    }
    asking("pg_get_functiondef", 1) { source, call in
      SQLValue(source.system.procedure(call.integer(0)).flatMap(source.functionDefinition))
    }
    asking("pg_get_function_result", 1) { source, call in
      guard let entry = source.system.procedure(call.integer(0)) else { return .null }
      return SQLValue(source.result(of: entry))
    }
    asking("pg_get_function_arguments", 1) { source, call in
      guard let entry = source.system.procedure(call.integer(0)) else { return .null }
      return .text(source.arguments(of: entry, withDefaults: true))
    }
    asking("pg_get_function_identity_arguments", 1) { source, call in
      guard let entry = source.system.procedure(call.integer(0)) else { return .null }
      return .text(source.arguments(of: entry, withDefaults: false))
    }
    asking("pg_get_serial_sequence", 2) { source, call in
      guard let entry = try source.entry(call.text(0)), let relation = entry.relation else {
        throw SQLError(.undefinedTable, "relation \"\(SystemRows.plain(call.text(0)))\" does not exist")
      }
      let column = call.text(1)
      guard relation.columns.contains(where: { $0.name == column }) else {
        throw SQLError(
          .undefinedColumn, "column \"\(column)\" of relation \"\(relation.name)\" does not exist")
      }
      let sequence = source.catalog.sequences.values.first {
        $0.schema == relation.schema && $0.owner?.relation == relation.name && $0.owner?.column == column
      }
      return SQLValue(sequence.map { SystemCatalog.qualified($0.schema, $0.name) })
    }
  }

  func registerDescriptions() {
    func description(_ source: SystemRows, _ oid: Int64, _ catalog: Int64?, _ number: Int64) throws -> SQLValue {
      for row in try source.descriptionRows() where row["objoid"] == .integer(oid) {
        guard row["objsubid"] == .integer(number), catalog == nil || row["classoid"] == .integer(catalog ?? 0) else {
          continue
        }
        return row["description"] ?? .null
      }
      return .null
    }
    asking("pg_obj_description", 1) { source, call in try description(source, call.integer(0), nil, 0) }
    asking("pg_obj_description", 2) { source, call in
      try description(source, call.integer(0), SystemRelation.numbers[call.text(1)] ?? 0, 0)
    }
    asking("pg_col_description", 2) { source, call in
      try description(source, call.integer(0), 1259, call.integer(1))
    }
    asking("pg_shobj_description", 2) { source, call in
      let names: [(String, String?)] = [
        ("role", source.system.role(call.integer(0))?.name),
        ("database", call.integer(0) == SystemCatalog.databaseOID ? SystemCatalog.databaseName : nil),
      ]
      for case (let kind, let name?) in names where call.text(1) == (kind == "role" ? "pg_authid" : "pg_database") {
        return try source.connection.value(
          "select comment from \"engine.comments\" where kind = ?1 and object = ?2", [.text(kind), .text(name)])
      }
      return .null
    }
  }

  // MARK: Sizes

  func registerSizes() {
    func entry(_ source: SystemRows, _ text: String) throws -> SystemCatalog.Class {
      guard let entry = try source.entry(text) else {
        throw SQLError(.undefinedTable, "relation \"\(SystemRows.plain(text))\" does not exist")
      }
      return entry
    }
    asking("pg_relation_size", 1) { source, call in .integer(try source.size(entry(source, call.text(0)))) }
    asking("pg_relation_size", 2) { source, call in
      guard ["main", "fsm", "vm", "init"].contains(call.text(1)) else {
        throw SQLError(
          .invalidParameterValue, "invalid fork name",
          hint: "Valid fork names are \"main\", \"fsm\", \"vm\", and \"init\".")
      }
      return .integer(call.text(1) == "main" ? try source.size(entry(source, call.text(0))) : 0)
    }
    asking("pg_table_size", 1) { source, call in .integer(try source.size(entry(source, call.text(0)))) }
    asking("pg_indexes_size", 1) { source, call in .integer(try source.indexSize(entry(source, call.text(0)))) }
    asking("pg_total_relation_size", 1) { source, call in
      let entry = try entry(source, call.text(0))
      return .integer(try source.size(entry) + source.indexSize(entry))
    }
    asking("pg_database_size", 1) { source, call in
      try source.connection.value("select page_count * page_size from pragma_page_count, pragma_page_size")
    }
    asking("pg_relation_is_updatable", 2) { source, call in
      let entry = try entry(source, call.text(0))
      return .integer(entry.kind == "r" && entry.relation?.isSystem == false ? 28 : 0)
    }
    asking("pg_column_is_updatable", 3) { source, call in
      let entry = try entry(source, call.text(0))
      return SQLValue(entry.kind == "r" && entry.relation?.isSystem == false)
    }
    asking("pg_sequence_last_value", 1) { source, call in
      guard case .sequence(let sequence) = try entry(source, call.text(0)).content else { return .null }
      return SQLValue(try source.connection.storedValue(sequence).flatMap { $0.isCalled ? $0.last : nil })
    }
    scalar("pg_size_bytes", 1) { call throws(SQLError) in call.result(try SizeText.bytes(call.text(0))) }
  }
}

/// Sizes as PostgreSQL reads them: `10 MB`.
/// Source: src/backend/utils/adt/dbsize.c
enum SizeText {
  static func bytes(_ text: String) throws(SQLError) -> Int64 {
    let trimmed = text.drop { $0 == " " }
    let number = trimmed.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    guard let value = Double(number) else {
      throw SQLError(.invalidParameterValue, "invalid size: \"\(text)\"")
    }
    let name = trimmed.dropFirst(number.count).filter { $0 != " " }.lowercased()
    let factors = ["": 0, "bytes": 0, "kb": 10, "mb": 20, "gb": 30, "tb": 40, "pb": 50]
    guard let bits = factors[name] else {
      throw SQLError(
        .invalidParameterValue, "invalid size: \"\(text)\"",
        detail: "Invalid size unit: \"\(trimmed.dropFirst(number.count).drop { $0 == " " })\".",
        hint: "Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".")
    }
    let product = (value * Double(1 << Int64(bits))).rounded()
    guard product.magnitude < 9.2e18 else { throw SQLError(.numericValueOutOfRange, "bigint out of range") }
    return Int64(product)
  }
}

extension SystemRows {
  /// The bytes of a table or an index in the file; a view has none.
  func size(_ entry: SystemCatalog.Class) throws -> Int64 {
    switch entry.content {
    case .relation(let relation):
      guard !relation.isSystem, relation.kind != .view else { return 0 }
      return try pages(relation.storageName)
    case .index(let index):
      return try pages(storageName(index, entry))
    case .sequence: return 0
    }
  }

  /// What SQLite calls an index; empty when the table itself is it, as with an integer key.
  private func storageName(_ index: SystemCatalog.Index, _ entry: SystemCatalog.Class) throws -> String {
    guard index.constraint != nil else { return Relation.storageName(schema: entry.schema, name: entry.name) }
    let columns = index.keys.compactMap(\.column)
    for row in try connection.rows("select name from pragma_index_list(?1)", [.text(index.table.storageName)]) {
      let found = try connection.rows("select name from pragma_index_info(?1) order by seqno", [row[0]])
      if found.compactMap({ $0[0].text }) == columns { return row[0].text ?? "" }
    }
    return ""
  }

  func indexSize(_ table: SystemCatalog.Class) throws -> Int64 {
    guard let relation = table.relation, !relation.isSystem else { return 0 }
    return try connection.rows("select name from pragma_index_list(?1)", [.text(relation.storageName)])
      .reduce(0) { try $0 + pages($1[0].text ?? "") }
  }

  /// Source: <https://www.sqlite.org/dbstat.html>
  private func pages(_ name: String) throws -> Int64 {
    try connection.value("select sum(pgsize) from dbstat where aggregate = 1 and name = ?1", [.text(name)]).integer ?? 0
  }

  // MARK: Routines and triggers

  func arguments(of entry: SystemCatalog.Procedure, withDefaults: Bool) -> String {
    if let routine = entry.routine {
      return SystemCatalog.arguments(
        of: routine, withDefaults: withDefaults, catalog.storedRoutines.source(routine.id))
    }
    guard let function = entry.definition else { return "" }
    return (function.arguments.map(\.displayName) + (function.variadic.map { ["VARIADIC \($0.displayName)[]"] } ?? []))
      .joined(separator: ", ")
  }

  func result(of entry: SystemCatalog.Procedure) -> String? {
    if let routine = entry.routine {
      if case .row = routine.result, !routine.parameters.contains(where: { $0.mode == .table }),
        let name = SystemCatalog.returnedRelation(catalog.storedRoutines.source(routine.id)),
        let relation = catalog.relation(schema: name.schema, name: name.name)
      {
        return (routine.returnsSet ? "SETOF " : "")
          + system.visibleName(relation.schema, relation.name, searchPath)
      }
      return SystemCatalog.result(of: routine)
    }
    return entry.definition.map { ($0.kind == .set ? "SETOF " : "") + $0.result.displayName }
  }

  func functionDefinition(_ entry: SystemCatalog.Procedure) -> String? {
    guard let routine = entry.routine else { return nil }
    var text = "CREATE OR REPLACE \(routine.isProcedure ? "PROCEDURE" : "FUNCTION") "
    text += "\(SystemCatalog.qualified(entry.schema, entry.name))(\(arguments(of: entry, withDefaults: true)))\n"
    if let result = result(of: entry) { text += " RETURNS \(result)\n" }
    text += " LANGUAGE \(routine.language)\n"
    var attributes: [String] = []
    if routine.volatility != .volatile { attributes.append(routine.volatility.rawValue.uppercased()) }
    if routine.isStrict { attributes.append("STRICT") }
    if routine.isSecurityDefiner { attributes.append("SECURITY DEFINER") }
    if !attributes.isEmpty { text += " " + attributes.joined(separator: " ") + "\n" }
    let kind = routine.isProcedure ? "procedure" : "function"
    var delimiter = "$\(kind)$"
    while routine.body.contains(delimiter) { delimiter = delimiter.dropLast() + "x$" }
    return text + "AS \(delimiter)\(routine.body)\(delimiter)\n"
  }

  func triggerDefinition(_ oid: Int64) -> String? {
    guard let entry = system.trigger(oid) else { return nil }
    let definition = entry.trigger.definition
    let events = definition.events.map { event -> String in
      guard case .update(let columns) = event, !columns.isEmpty else { return event.operation.rawValue }
      return "UPDATE OF " + columns.map { SystemCatalog.quoted($0.name) }.joined(separator: ", ")
    }
    var text = "CREATE TRIGGER \(SystemCatalog.quoted(entry.trigger.name)) "
    text += "\(definition.timing.rawValue.uppercased()) \(events.joined(separator: " OR ")) ON "
    text += SystemCatalog.qualified(entry.table.schema, entry.table.name)
    text += " FOR EACH \(definition.isForEachRow ? "ROW" : "STATEMENT")"
    if let condition = definition.condition {
      let bytes = Array(entry.trigger.source.utf8)
      let range = condition.range.start..<Swift.min(condition.range.end, bytes.count)
      text += " WHEN (\(String(decoding: bytes[range], as: UTF8.self)))"
    }
    let name = definition.function.name
    text += " EXECUTE FUNCTION "
    text +=
      searchPath.contains(entry.trigger.functionSchema)
      ? SystemCatalog.quoted(name) : SystemCatalog.qualified(entry.trigger.functionSchema, name)
    return text + "(" + definition.arguments.map { QuotedText.literal($0) }.joined(separator: ", ") + ")"
  }
}
