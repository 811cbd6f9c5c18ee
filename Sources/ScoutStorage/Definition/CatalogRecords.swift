import PostgresDialect

/// Names in one text, one a line.
private func joined(_ names: [String]) -> SQLValue { .text(names.joined(separator: "\n")) }

private func names(_ value: SQLValue) -> [String] {
  value.text.map { $0.split(separator: "\n").map(String.init) } ?? []
}

extension StorageCatalog {
  /// Reads constraints, indexes, sequences and what else hangs on relations.
  mutating func readObjects(_ connection: Connection) throws {
    for row in try connection.rows(
      """
      select schema, relation, name, kind, columns, expression, target_schema, target_relation, target_columns,
        on_delete, on_update, is_deferrable, is_deferred
      from "engine.constraints" order by schema, relation, position
      """)
    {
      guard let kind = RelationConstraint.Kind(rawValue: row[3].text ?? "") else { continue }
      var constraint = RelationConstraint(
        name: row[2].text ?? "", kind: kind, columns: names(row[4]), expression: row[5].text,
        isDeferrable: row[11].integer == 1, isInitiallyDeferred: row[12].integer == 1)
      if let schema = row[6].text, let relation = row[7].text {
        constraint.reference = RelationConstraint.Reference(
          schema: schema, relation: relation, columns: names(row[8]), onDelete: row[9].text, onUpdate: row[10].text)
      }
      relations["\(row[0].text ?? "").\(row[1].text ?? "")"]?.constraints.append(constraint)
    }
    var keys: [String: [RelationIndex.Key]] = [:]
    for row in try connection.rows(
      """
      select schema, name, expression, column_name, is_descending, nulls_first
      from "engine.index_keys" order by schema, name, position
      """)
    {
      keys["\(row[0].text ?? "").\(row[1].text ?? "")", default: []].append(
        RelationIndex.Key(
          expression: row[2].text ?? "", column: row[3].text, isDescending: row[4].integer == 1,
          nullsFirst: row[5].integer.map { $0 == 1 }))
    }
    for row in try connection.rows(
      "select schema, name, relation, is_unique, condition from \"engine.indexes\" order by schema, name")
    {
      var index = RelationIndex(
        schema: row[0].text ?? "", name: row[1].text ?? "", isUnique: row[3].integer == 1, keys: [],
        condition: row[4].text)
      index.keys = keys[index.qualifiedName] ?? []
      relations["\(index.schema).\(row[2].text ?? "")"]?.indexes.append(index)
    }
    for row in try connection.rows("select schema, relation, name, expression from \"engine.generated_columns\"") {
      let relation = "\(row[0].text ?? "").\(row[1].text ?? "")"
      if let place = relations[relation]?.columns.firstIndex(where: { $0.name == row[2].text }) {
        relations[relation]?.columns[place].generatedExpression = row[3].text
      }
    }
    for row in try connection.rows("select schema, name from \"engine.unpopulated\"") {
      relations["\(row[0].text ?? "").\(row[1].text ?? "")"]?.isPopulated = false
    }
    for row in try connection.rows(
      """
      select schema, name, type, start, increment, minimum, maximum, cycles, owner_relation, owner_column, is_row_key
      from "engine.sequences"
      """)
    {
      var sequence = SequenceDefinition(
        schema: row[0].text ?? "", name: row[1].text ?? "",
        type: SQLType(SQLType.Base(rawValue: row[2].text ?? "") ?? .int8), start: row[3].integer ?? 1,
        increment: row[4].integer ?? 1, minimum: row[5].integer ?? 1, maximum: row[6].integer ?? .max,
        cycles: row[7].integer == 1)
      if let relation = row[8].text, let column = row[9].text {
        sequence.owner = SequenceDefinition.Owner(
          relation: relation, column: column, isRowKey: row[10].integer == 1)
      }
      sequences[sequence.qualifiedName] = sequence
    }
    for row in try connection.rows("select name from \"engine.extensions\"") { extensions.insert(row[0].text ?? "") }
  }
}

extension Connection {
  /// Records a relation with all that belongs to it.
  func recordRelation(_ relation: Relation, origin: String = "sql") throws {
    try run(
      """
      insert into "engine.relations" (schema, name, kind, primary_key, definition, origin) values (?1, ?2, ?3, ?4, ?5, ?6)
      """,
      [
        .text(relation.schema), .text(relation.name), .text(relation.kind.rawValue),
        .text(relation.primaryKey.joined(separator: ",")), SQLValue(relation.definition), .text(origin),
      ])
    for (index, column) in relation.columns.enumerated() {
      try run(
        """
        insert into "engine.columns" (schema, relation, position, name, type, precision, scale, is_array, is_not_null,
          default_expression, identity) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """,
        [
          .text(relation.schema), .text(relation.name), .integer(Int64(index + 1)), .text(column.name),
          .text(column.type.base.rawValue), SQLValue(column.type.precision.map(Int64.init)),
          SQLValue(column.type.scale.map(Int64.init)), SQLValue(column.type.isArray), SQLValue(column.isNotNull),
          SQLValue(column.defaultExpression),
          column.isIdentity ? .text(column.identityName) : .null,
        ])
      if let expression = column.generatedExpression {
        try run(
          "insert into \"engine.generated_columns\" values (?1, ?2, ?3, ?4)",
          [.text(relation.schema), .text(relation.name), .text(column.name), .text(expression)])
      }
    }
    if !relation.isPopulated {
      try run("insert into \"engine.unpopulated\" values (?1, ?2)", [.text(relation.schema), .text(relation.name)])
    }
    try recordConstraints(relation)
    for index in relation.indexes { try recordIndex(index, on: relation) }
  }

  /// Records the constraints; a file from before their catalog gets them with it.
  func recordConstraints(_ relation: Relation) throws {
    guard !relation.constraints.isEmpty, try sqliteTableExists("engine.constraints") else { return }
    for (position, constraint) in relation.constraints.enumerated() {
      let reference = constraint.reference
      try run(
        """
        insert into "engine.constraints" (schema, relation, position, name, kind, columns, expression, target_schema,
          target_relation, target_columns, on_delete, on_update, is_deferrable, is_deferred)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """,
        [
          .text(relation.schema), .text(relation.name), .integer(Int64(position)), .text(constraint.name),
          .text(constraint.kind.rawValue), joined(constraint.columns), SQLValue(constraint.expression),
          SQLValue(reference?.schema), SQLValue(reference?.relation), reference.map { joined($0.columns) } ?? .null,
          SQLValue(reference?.onDelete), SQLValue(reference?.onUpdate), SQLValue(constraint.isDeferrable),
          SQLValue(constraint.isInitiallyDeferred),
        ])
    }
  }

  func recordIndex(_ index: RelationIndex, on relation: Relation) throws {
    guard try sqliteTableExists("engine.indexes") else { return }
    let schema = SQLValue.text(index.schema)
    try run(
      "insert into \"engine.indexes\" (schema, name, relation, is_unique, condition) values (?1, ?2, ?3, ?4, ?5)",
      [schema, .text(index.name), .text(relation.name), SQLValue(index.isUnique), SQLValue(index.condition)])
    for (position, key) in index.keys.enumerated() {
      try run(
        """
        insert into "engine.index_keys" (schema, name, position, expression, column_name, is_descending, nulls_first)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """,
        [
          schema, .text(index.name), .integer(Int64(position)), .text(key.expression), SQLValue(key.column),
          SQLValue(key.isDescending), SQLValue(key.nullsFirst),
        ])
    }
  }

  /// Removes everything that ``recordRelation(_:origin:)`` wrote; sequences stay.
  func forgetRelation(_ relation: Relation) throws {
    let key: [SQLValue] = [.text(relation.schema), .text(relation.name)]
    try run("delete from \"engine.relations\" where schema = ?1 and name = ?2", key)
    try run("delete from \"engine.columns\" where schema = ?1 and relation = ?2", key)
    guard try sqliteTableExists("engine.constraints") else { return }
    for table in ["constraints", "generated_columns"] {
      try run("delete from \"engine.\(table)\" where schema = ?1 and relation = ?2", key)
    }
    try run("delete from \"engine.unpopulated\" where schema = ?1 and name = ?2", key)
    for index in relation.indexes { try forgetIndex(index) }
  }

  func forgetIndex(_ index: RelationIndex) throws {
    for table in ["indexes", "index_keys"] {
      try run(
        "delete from \"engine.\(table)\" where schema = ?1 and name = ?2", [.text(index.schema), .text(index.name)])
    }
  }

  func recordSequence(_ sequence: SequenceDefinition) throws {
    guard try sqliteTableExists("engine.sequences") else { return }
    try run(
      """
      insert into "engine.sequences" (schema, name, type, start, increment, minimum, maximum, cycles, owner_relation,
        owner_column, is_row_key) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """,
      [
        .text(sequence.schema), .text(sequence.name), .text(sequence.type.base.rawValue), .integer(sequence.start),
        .integer(sequence.increment), .integer(sequence.minimum), .integer(sequence.maximum),
        SQLValue(sequence.cycles), SQLValue(sequence.owner?.relation), SQLValue(sequence.owner?.column),
        SQLValue(sequence.owner?.isRowKey ?? false),
      ])
  }

  func forgetSequence(_ sequence: SequenceDefinition) throws {
    let key: [SQLValue] = [.text(sequence.schema), .text(sequence.name)]
    try run("delete from \"engine.sequences\" where schema = ?1 and name = ?2", key)
    try run("delete from \"engine.sequence_values\" where schema = ?1 and name = ?2", key)
  }
}

extension RelationColumn {
  /// How the catalog says who numbers the column.
  fileprivate var identityName: String { isSerial ? "serial" : isIdentityAlways ? "always" : "by default" }
}
