import PostgresDialect

extension DefinitionExecutor {
  func truncate(_ names: [QualifiedName], restartIdentity: Bool, cascade: Bool) throws -> QueryResult {
    let compiler = try connection.compiler()
    var tables: [Relation] = []
    for name in names {
      let relation = try compiler.resolve(name)
      guard relation.kind == .table else {
        throw SQLError(.wrongObjectType, "\"\(relation.name)\" is not a table", at: name.range)
      }
      if !tables.contains(relation) { tables.append(relation) }
    }
    let all = try catalog.relations.values.sorted { $0.qualifiedName < $1.qualifiedName }
    var index = 0
    while index < tables.count {
      let table = tables[index]
      for other in all where !tables.contains(where: { $0.qualifiedName == other.qualifiedName }) {
        guard other.constraints.contains(where: { $0.reference?.qualifiedName == table.qualifiedName }) else {
          continue
        }
        guard cascade else {
          throw SQLError(
            .featureNotSupported, "cannot truncate a table referenced in a foreign key constraint",
            detail: "Table \"\(other.name)\" references \"\(table.name)\".",
            hint: "Truncate table \"\(other.name)\" at the same time, or use TRUNCATE ... CASCADE.",
            at: statement.range)
        }
        tables.append(other)
      }
      index += 1
    }
    for table in tables { try checkLedger(emptying: table) }
    // Referencing tables go first, so that no key misses its rows; in a circle the check waits for the end.
    try connection.run("pragma defer_foreign_keys = on")
    for table in tables.reversed() { try connection.run("delete from " + SQLitePrinter.quoted(table.storageName)) }
    try connection.run("pragma defer_foreign_keys = off")
    if restartIdentity {
      for sequence in try catalog.sequences.values {
        guard let owner = sequence.owner,
          tables.contains(where: { $0.schema == sequence.schema && $0.name == owner.relation })
        else { continue }
        try connection.restart(sequence, at: sequence.start)
      }
    }
    return done("TRUNCATE TABLE")
  }
}
