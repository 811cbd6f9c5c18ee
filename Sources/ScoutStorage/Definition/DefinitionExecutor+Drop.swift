import PostgresDialect

/// An object of the catalog that may go, and on which others may depend.
enum CatalogObject: Hashable {
  case relation(Relation)
  case index(RelationIndex)
  case sequence(SequenceDefinition)
  case constraint(String, of: Relation)
  case defaultValue(String, of: Relation)
  case column(String, of: Relation)
  case schema(String)
  case extension_(String)

  /// As PostgreSQL names it in details: `constraint b_a_fkey on table b`.
  var description: String {
    switch self {
    case .relation(let relation): "\(relation.kind.rawValue) \(relation.visibleName)"
    case .index(let index): "index \(Relation.visibleName(index.schema, index.name))"
    case .sequence(let sequence): "sequence \(Relation.visibleName(sequence.schema, sequence.name))"
    case .constraint(let name, let relation):
      "constraint \(SQLType.quotedIdentifier(name)) on table \(relation.visibleName)"
    case .defaultValue(let column, let relation):
      "default value for column \(SQLType.quotedIdentifier(column)) of table \(relation.visibleName)"
    case .column(let column, let relation):
      "column \(SQLType.quotedIdentifier(column)) of \(relation.kind.rawValue) \(relation.visibleName)"
    case .schema(let name): "schema \(SQLType.quotedIdentifier(name))"
    case .extension_(let name): "extension \(SQLType.quotedIdentifier(name))"
    }
  }
}

extension CatalogObject {
  /// As PostgreSQL names it in details as what another object needs: of a key its index.
  fileprivate var supportDescription: String {
    if case .constraint(let name, let relation) = self, relation.constraint(named: name)?.isUniqueKey == true {
      return "index \(Relation.visibleName(relation.schema, name))"
    }
    return description
  }
}

extension Relation {
  /// The name as messages give it: without its schema when that is in the search path.
  var visibleName: String { Self.visibleName(schema, name) }

  static func visibleName(_ schema: String, _ name: String) -> String {
    let name = SQLType.quotedIdentifier(name)
    return schema == "public" ? name : SQLType.quotedIdentifier(schema) + "." + name
  }
}

extension DefinitionExecutor {
  func drop(_ drop: Drop) throws -> QueryResult {
    var objects: [CatalogObject] = []
    for name in drop.names {
      if let object = try find(name, drop) { objects.append(object) }
    }
    try remove(objects, cascade: drop.cascade)
    return done("DROP \(drop.kind.rawValue.uppercased())")
  }

  // MARK: Finding

  private func find(_ name: QualifiedName, _ drop: Drop) throws -> CatalogObject? {
    let catalog = try catalog
    let written = name.parts.map(\.name).joined(separator: ".")
    func missing(_ state: SQLState, _ message: String) throws -> CatalogObject? {
      if drop.ifExists { return nil }
      if let schema = name.schema, !catalog.hasSchema(schema) {
        throw SQLError(.invalidSchemaName, "schema \"\(schema)\" does not exist", at: name.range)
      }
      throw SQLError(state, message, at: name.range)
    }
    switch drop.kind {
    case .table, .view, .materializedView, .index, .sequence:
      let found = relationLike(name, catalog)
      guard let found else {
        let state: SQLState = drop.kind == .index ? .undefinedObject : .undefinedTable
        return try missing(state, "\(drop.kind.rawValue) \"\(name.name)\" does not exist")
      }
      if case .relation(let relation) = found.object, relation.isSystem {
        throw SQLError(
          .insufficientPrivilege, "permission denied: \"\(relation.name)\" is a system catalog", at: name.range)
      }
      guard found.kind == drop.kind.rawValue else {
        let article = drop.kind == .index ? "an" : "a"
        throw SQLError(
          .wrongObjectType, "\"\(name.name)\" is not \(article) \(drop.kind.rawValue)",
          hint: "Use DROP \(found.kind.uppercased()) to remove a\(found.kind == "index" ? "n" : "") \(found.kind).",
          at: name.range)
      }
      if case .constraint(let constraint, let relation) = found.object {
        throw SQLError(
          .dependentObjectsStillExist,
          "cannot drop index \(Relation.visibleName(relation.schema, constraint)) because "
            + "\(found.object.description) requires it",
          hint: "You can drop \(found.object.description) instead.", at: name.range)
      }
      if case .sequence(let sequence) = found.object, let owner = sequence.owner,
        let relation = catalog.relation(schema: sequence.schema, name: owner.relation),
        relation.columns.first(where: { $0.name == owner.column })?.isIdentity == true, owner.isRowKey
      {
        let column = "default value for column \(owner.column) of table \(relation.visibleName)"
        throw SQLError(
          .dependentObjectsStillExist,
          "cannot drop \(found.object.description) because other objects depend on it",
          detail: "\(column) depends on \(found.object.description)", hint: Self.cascadeHint, at: name.range)
      }
      return found.object
    case .schema:
      guard catalog.schemas.contains(name.name) else {
        if drop.ifExists { return nil }
        throw SQLError(.invalidSchemaName, "schema \"\(name.name)\" does not exist", at: name.range)
      }
      guard !["pg_catalog", "information_schema"].contains(name.name) else {
        throw SQLError(
          .dependentObjectsStillExist,
          "cannot drop schema \(name.name) because it is required by the database system", at: name.range)
      }
      return .schema(name.name)
    case .extension_:
      guard catalog.extensions.contains(name.name) else {
        return try missing(.undefinedObject, "extension \"\(name.name)\" does not exist")
      }
      return .extension_(name.name)
    case .type, .domain:
      return try missing(.undefinedObject, "type \"\(written)\" does not exist")
    case .role, .function, .procedure, .trigger:
      throw SQLError(.featureNotSupported, "\(statement.commandName) is not supported yet", at: statement.range)
    }
  }

  /// The object in the common name space of tables, views, indexes and sequences, with its kind.
  func relationLike(_ name: QualifiedName, _ catalog: StorageCatalog) -> (object: CatalogObject, kind: String)? {
    if let relation = catalog.relation(schema: name.schema, name: name.name) {
      return (.relation(relation), relation.kind.rawValue)
    }
    if let found = catalog.index(schema: name.schema, name: name.name) { return (.index(found.index), "index") }
    if let sequence = catalog.sequence(schema: name.schema, name: name.name) {
      return (.sequence(sequence), "sequence")
    }
    for relation in catalog.relations.values where relation.schema == name.schema ?? "public" {
      if relation.constraints.contains(where: { $0.isUniqueKey && $0.name == name.name }) {
        return (.constraint(name.name, of: relation), "index")
      }
    }
    return nil
  }

  // MARK: Dependencies

  static let cascadeHint = "Use DROP ... CASCADE to drop the dependent objects too."

  /// What needs `object` and does not simply go with it.
  func dependents(of object: CatalogObject) throws -> [CatalogObject] {
    let catalog = try catalog
    let relations = catalog.relations.values.sorted { $0.qualifiedName < $1.qualifiedName }
    var found: [CatalogObject] = []
    switch object {
    case .relation(let relation):
      for other in relations {
        for constraint in other.constraints
        where constraint.reference?.qualifiedName == relation.qualifiedName
          && other.qualifiedName != relation.qualifiedName
        {
          found.append(.constraint(constraint.name, of: other))
        }
        if try reads(other, catalog).contains(relation.qualifiedName) { found.append(.relation(other)) }
      }
      for sequence in catalog.sequences.values
      where sequence.schema == relation.schema
        && sequence.owner?.relation == relation.name
      {
        found += try dependents(of: .sequence(sequence)).filter { dependent in
          if case .defaultValue(_, let table) = dependent { return table.qualifiedName != relation.qualifiedName }
          return true
        }
      }
    case .index(let index):
      guard index.isUnique, let columns = index.columns,
        let table = relations.first(where: { $0.indexes.contains(index) }),
        table.uniqueKeys.count(where: { Set($0) == Set(columns) }) == 1
      else { break }
      found = references(to: table, columns, relations)
    case .constraint(let name, let table):
      guard let constraint = table.constraint(named: name), constraint.isUniqueKey else { break }
      found = references(to: table, constraint.columns, relations)
    case .sequence(let sequence):
      for relation in relations {
        for column in relation.columns {
          guard let text = column.defaultExpression, text.contains("nextval"),
            Self.sequenceName(in: text, catalog)?.qualifiedName == sequence.qualifiedName
          else { continue }
          found.append(.defaultValue(column.name, of: relation))
        }
      }
    case .schema(let name):
      found = relations.filter { $0.schema == name }.map { .relation($0) }
      found += catalog.sequences.values.filter { $0.schema == name && $0.owner == nil }
        .sorted { $0.name < $1.name }.map { .sequence($0) }
    case .column(let name, let table):
      for other in relations where other.qualifiedName != table.qualifiedName {
        for constraint in other.constraints
        where constraint.reference?.qualifiedName == table.qualifiedName
          && constraint.reference?.columns.contains(name) == true
        {
          found.append(.constraint(constraint.name, of: other))
        }
      }
      found += try views(using: name, of: table).map { .relation($0) }
      found += try generatedColumns(from: name, of: table).map { .column($0, of: table) }
      if let sequence = catalog.sequence(numbering: name, of: table) {
        found += try dependents(of: .sequence(sequence)).filter { $0 != .defaultValue(name, of: table) }
      }
    case .defaultValue, .extension_:
      break
    }
    return found
  }

  private func references(to table: Relation, _ columns: [String], _ relations: [Relation]) -> [CatalogObject] {
    relations.flatMap { other in
      other.constraints.filter {
        $0.reference?.qualifiedName == table.qualifiedName && Set($0.reference?.columns ?? []) == Set(columns)
      }.map { .constraint($0.name, of: other) }
    }
  }

  /// The qualified names of the relations that a view's query reads.
  func reads(_ relation: Relation, _ catalog: StorageCatalog) throws -> Set<String> {
    guard let definition = relation.definition, relation.kind != .table,
      case .query(let query) = try Parser.parseStatement(definition).kind
    else { return [] }
    return Set(
      Compiler.dependencies(of: query).compactMap { name in
        catalog.relation(schema: name.schema, name: name.name)?.qualifiedName
      })
  }

  /// The sequence of `nextval('s')`.
  static func sequenceName(in expression: String, _ catalog: StorageCatalog) -> SequenceDefinition? {
    guard let start = expression.firstIndex(of: "'") else { return nil }
    let rest = expression[expression.index(after: start)...]
    guard let end = rest.firstIndex(of: "'"), let name = try? Parser.parseExpression(String(rest[..<end])),
      case .column(let qualified) = name.kind
    else { return nil }
    return catalog.sequence(schema: qualified.schema, name: qualified.name)
  }

  // MARK: Removing

  /// Removes the objects, with CASCADE also what depends on them.
  ///
  /// - Throws: 2BP01 with what depends on them.
  func remove(_ objects: [CatalogObject], cascade: Bool) throws {
    var doomed = objects
    var lines: [String] = []
    var index = 0
    while index < doomed.count {
      for dependent in try dependents(of: doomed[index]) where !doomed.contains(dependent) && !isPart(dependent, doomed)
      {
        doomed.append(dependent)
        lines.append("\(dependent.description) depends on \(doomed[index].supportDescription)")
      }
      index += 1
    }
    if !lines.isEmpty, !cascade {
      let subject =
        objects.count == 1 ? "cannot drop \(objects[0].description)" : "cannot drop desired object(s)"
      throw SQLError(
        .dependentObjectsStillExist, "\(subject) because other objects depend on it",
        detail: lines.joined(separator: "\n"), hint: Self.cascadeHint, at: statement.range)
    }
    if !lines.isEmpty { noticeCascade(doomed.dropFirst(objects.count)) }
    for object in doomed { try checkLedger(object) }
    // What depends goes before what it depends on: constraints and views before tables, tables before schemas.
    for object in doomed.reversed() {
      if case .constraint(let name, let relation) = object {
        try removeConstraint(name, of: relation, droppedTables: doomed)
      }
      if case .defaultValue(let column, let relation) = object, !doomed.contains(.relation(relation)) {
        try connection.run(
          "update \"engine.columns\" set default_expression = null where schema = ?1 and relation = ?2 and name = ?3",
          [.text(relation.schema), .text(relation.name), .text(column)])
      }
    }
    connection.database.invalidateCatalog()
    for object in doomed.reversed() { try removeObject(object) }
  }

  private func noticeCascade(_ dependents: ArraySlice<CatalogObject>) {
    guard let first = dependents.first else { return }
    if dependents.count == 1 { return notice("drop cascades to \(first.description)") }
    connection.session.notices.append(
      SQLNotice(
        .notice, SQLState(rawValue: "00000"), "drop cascades to \(dependents.count) other objects",
        detail: dependents.map { "drop cascades to \($0.description)" }.joined(separator: "\n")))
  }

  /// Whether the object goes anyway with a table that goes.
  private func isPart(_ object: CatalogObject, _ doomed: [CatalogObject]) -> Bool {
    switch object {
    case .constraint(_, let relation), .defaultValue(_, let relation), .column(_, let relation):
      doomed.contains {
        if case .relation(let other) = $0 { return other.qualifiedName == relation.qualifiedName }
        return false
      }
    default: false
    }
  }

  private func removeObject(_ object: CatalogObject) throws {
    switch object {
    case .relation(let relation):
      if relation.kind != .view {
        // Rows that other tables of this command still reference go too; what remains is checked at the end.
        try dropTable(relation)
      }
      try connection.forgetRelation(relation)
      for sequence in try catalog.sequences.values
      where sequence.schema == relation.schema && sequence.owner?.relation == relation.name {
        try connection.forgetSequence(sequence)
      }
      try forgetComments(relation.kind.rawValue, relation.qualifiedName)
      let key: [SQLValue] = [.text(relation.schema), .text(relation.name), .text(relation.qualifiedName)]
      try connection.run("delete from \"engine.triggers\" where schema = ?1 and relation = ?2", Array(key[..<2]))
      try connection.run("delete from \"engine.grants\" where kind = 'table' and object = ?1", [key[2]])
    case .index(let index):
      try connection.run("drop index " + SQLitePrinter.quoted(index.storageName))
      try connection.forgetIndex(index)
      try forgetComments("index", index.qualifiedName)
    case .sequence(let sequence):
      try connection.forgetSequence(sequence)
      try forgetComments("sequence", sequence.qualifiedName)
    case .schema(let name):
      try connection.run("delete from \"engine.schemas\" where name = ?1", [.text(name)])
      try forgetComments("schema", name)
    case .extension_(let name):
      try connection.run("delete from \"engine.extensions\" where name = ?1", [.text(name)])
    case .column(let name, let relation): try removeColumn(name, of: relation)
    case .constraint, .defaultValue:
      break
    }
    connection.database.invalidateCatalog()
  }

  /// SQLite empties a table before it drops it, which would set off the foreign keys that point to it.
  private func dropTable(_ relation: Relation) throws {
    let children = try catalog.relations.values.filter { other in
      other.qualifiedName != relation.qualifiedName
        && other.constraints.contains { $0.reference?.qualifiedName == relation.qualifiedName }
    }
    for child in children { try rewriteSchema(of: child, without: relation.qualifiedName) }
    try connection.run("drop table " + SQLitePrinter.quoted(relation.storageName))
  }
}
