import PostgresDialect

/// ALTER TABLE, VIEW, MATERIALIZED VIEW, INDEX and SEQUENCE.
/// Source: <https://www.postgresql.org/docs/15/sql-altertable.html>
extension DefinitionExecutor {
  func alter(_ alter: AlterTable) throws -> QueryResult {
    let tag = statement.commandName
    guard let object = try find(alter) else {
      notice("relation \"\(alter.table.name)\" does not exist, skipping")
      return done(tag)
    }
    switch object {
    case .relation(let relation):
      try checkAlteration(of: relation, alter)
      for action in alter.actions.inPasses { try perform(action, on: relation.qualifiedName) }
    case .index(let index): try perform(alter, on: index)
    case .sequence(let sequence): try perform(alter, on: sequence)
    case .constraint(let name, let relation): try perform(alter, onIndexOf: name, relation)
    default: break
    }
    return done(tag)
  }

  /// - Throws: 42P01, 42809.
  /// - Returns: Nil with IF EXISTS.
  private func find(_ alter: AlterTable) throws -> CatalogObject? {
    let written = alter.table.parts.map(\.name).joined(separator: ".")
    guard let found = relationLike(alter.table, try catalog) else {
      if alter.ifExists { return nil }
      if alter.kind == .table || alter.kind == .view || alter.kind == .materializedView {
        // With the nearest name.
        _ = try connection.compiler().resolve(alter.table)
      }
      throw SQLError(.undefinedTable, "relation \"\(written)\" does not exist", at: alter.table.range)
    }
    guard alter.kind == .table || found.kind == alter.kind.rawValue else {
      let article = alter.kind == .index ? "an" : "a"
      throw SQLError(
        .wrongObjectType, "\"\(alter.table.name)\" is not \(article) \(alter.kind.rawValue)", at: alter.table.range)
    }
    return found.object
  }

  /// - Throws: 42809 for what a view cannot have, 42501 for the ledger's tables, 0A000 for relations of models.
  private func checkAlteration(of relation: Relation, _ alter: AlterTable) throws {
    for action in alter.actions {
      if relation.kind != .table, let name = action.tableName {
        let kinds = relation.kind == .view ? "views" : "materialized views"
        throw SQLError(
          .wrongObjectType, "ALTER action \(name) cannot be performed on relation \"\(relation.name)\"",
          detail: "This operation is not supported for \(kinds).", at: alter.table.range)
      }
      switch action {
      case .trigger, .storage, .owner: break
      default:
        try checkLedger(.relation(relation), verb: "alter")
        if relation.kind == .materializedView, relation.definition == nil {
          throw SQLError(
            .featureNotSupported, "\"\(relation.qualifiedName)\" is defined by a model, not by a statement",
            hint: "Change the model's file and run `scout refresh`.", at: alter.table.range)
        }
      }
    }
  }

  /// Carries out one action on the relation as the actions before left it.
  private func perform(_ action: AlterTable.Action, on name: String) throws {
    connection.database.invalidateCatalog()
    guard let relation = try catalog.relations[name] else { return }
    switch action {
    case .addColumn(let column, let ifNotExists): try addColumn(column, ifNotExists: ifNotExists, to: relation)
    case .dropColumn(let column, let ifExists, let cascade):
      try dropColumn(column, ifExists: ifExists, cascade: cascade, of: relation)
    case .renameColumn(let column, let new): try renameColumn(column, to: new, of: relation)
    case .renameTable(let new): try rename(relation, to: new)
    case .renameConstraint(let constraint, let new): try renameConstraint(constraint, to: new, of: relation)
    case .setSchema(let schema): try move(relation, to: schema)
    case .setDefault(let column, let value): try setDefault(of: column, to: value, relation)
    case .setNotNull(let column, let isNotNull): try setNotNull(column, isNotNull, relation)
    case .setType(let column, let type, let using): try setType(of: column, type, using: using, relation)
    case .addIdentity(let column, let generated): try addIdentity(to: column, generated, relation)
    case .dropIdentity(let column, let ifExists): try dropIdentity(of: column, ifExists: ifExists, relation)
    case .dropExpression(let column, let ifExists): try dropExpression(of: column, ifExists: ifExists, relation)
    case .addConstraint(let constraint): try addConstraint(constraint, to: relation)
    case .dropConstraint(let constraint, let ifExists, let cascade):
      try dropConstraint(constraint, ifExists: ifExists, cascade: cascade, of: relation)
    case .validateConstraint(let constraint): try validateConstraint(constraint, of: relation)
    case .rowLevelSecurity(let isEnabled):
      guard isEnabled else { return }
      throw SQLError(
        .featureNotSupported, "row level security is not supported",
        hint: "Grant rights on views that show only some rows.", at: statement.range)
    case .owner(let role): try checkOwner(role)
    case .trigger(let trigger, let isEnabled):
      try connection.enableTriggers(trigger?.name, of: relation, isEnabled)
    case .storage: break
    }
  }

  /// Everything belongs to the owner of the file: only roles that may do everything can be named.
  func checkOwner(_ role: Identifier) throws {
    let privileges = try catalog.privileges
    let name = ["current_user", "session_user", "current_role"].contains(role.name) ? connection.role : role.name
    guard privileges.exists(name) else {
      throw SQLError(.undefinedObject, "role \"\(role.name)\" does not exist", at: role.range)
    }
    guard privileges.isSuperuser(name) else {
      throw SQLError(
        .featureNotSupported, "objects that belong to a role are not supported",
        hint: "Everything belongs to the role \"owner\"; use GRANT to give rights.", at: role.range)
    }
  }

  /// The column of that name.
  ///
  /// - Throws: 42703.
  func column(_ name: Identifier, of relation: Relation) throws -> RelationColumn {
    guard let column = relation.columns.first(where: { $0.name == name.name }) else {
      throw SQLError(
        .undefinedColumn, "column \"\(name.name)\" of relation \"\(relation.name)\" does not exist", at: name.range)
    }
    return column
  }

  // MARK: Indexes and sequences

  private func perform(_ alter: AlterTable, on index: RelationIndex) throws {
    for action in alter.actions {
      switch action {
      case .renameTable(let new):
        try checkFree(new, in: index.schema)
        try checkLedger(.index(index), verb: "alter")
        guard let relation = try catalog.relations.values.first(where: { $0.indexes.contains(index) }) else { return }
        var renamed = index
        renamed.name = new.name
        try connection.run("drop index " + SQLitePrinter.quoted(index.storageName))
        try makeIndex(renamed, on: relation)
        try connection.forgetIndex(index)
        try connection.recordIndex(renamed, on: relation)
        try moveComments("index", index.qualifiedName, to: renamed.qualifiedName)
      case .storage: break
      case .owner(let role): try checkOwner(role)
      default: throw unsupportedAction(alter)
      }
    }
  }

  /// The index behind a constraint is renamed with it.
  private func perform(_ alter: AlterTable, onIndexOf name: String, _ relation: Relation) throws {
    for action in alter.actions {
      switch action {
      case .renameTable(let new):
        try renameConstraint(Identifier(name, at: alter.table.range), to: new, of: relation)
      case .storage: break
      default: throw unsupportedAction(alter)
      }
    }
  }

  private func perform(_ alter: AlterTable, on sequence: SequenceDefinition) throws {
    for action in alter.actions {
      switch action {
      case .renameTable(let new):
        try checkFree(new, in: sequence.schema)
        var renamed = sequence
        renamed.name = new.name
        try replace(sequence, by: renamed)
      case .setSchema(let schema):
        guard try catalog.hasSchema(schema.name) else { throw missingSchema(schema) }
        guard sequence.owner == nil else {
          throw SQLError(
            .featureNotSupported, "cannot move an owned sequence into another schema",
            detail: "Sequence \"\(sequence.name)\" is linked to table \"\(sequence.owner?.relation ?? "")\".",
            at: statement.range)
        }
        guard schema.name != sequence.schema else { return }
        try checkFree(Identifier(sequence.name, at: schema.range), in: schema.name, mentioningSchema: true)
        var moved = sequence
        moved.schema = schema.name
        try replace(sequence, by: moved)
      case .owner(let role): try checkOwner(role)
      default: throw unsupportedAction(alter)
      }
    }
  }

  private func unsupportedAction(_ alter: AlterTable) -> SQLError {
    SQLError(
      .wrongObjectType, "this action cannot be performed on \(alter.kind.rawValue) \"\(alter.table.name)\"",
      at: statement.range)
  }

  func missingSchema(_ name: Identifier) -> SQLError {
    SQLError(.invalidSchemaName, "schema \"\(name.name)\" does not exist", at: name.range)
  }

  /// - Throws: 42P07 when a relation has the name.
  func checkFree(_ name: Identifier, in schema: String, mentioningSchema: Bool = false) throws {
    guard try catalog.hasRelationName(schema: schema, name: name.name) else { return }
    throw SQLError(
      .duplicateTable,
      "relation \"\(name.name)\" already exists" + (mentioningSchema ? " in schema \"\(schema)\"" : ""), at: name.range)
  }
}

extension [AlterTable.Action] {
  /// In the order in which PostgreSQL carries them out: what goes before what comes.
  fileprivate var inPasses: [AlterTable.Action] {
    enumerated().sorted { ($0.element.pass, $0.offset) < ($1.element.pass, $1.offset) }.map(\.element)
  }
}

extension AlterTable.Action {
  /// Source: the passes of `src/backend/commands/tablecmds.c`.
  fileprivate var pass: Int {
    switch self {
    case .dropColumn, .dropConstraint: 0
    case .setType: 1
    case .addColumn: 2
    case .setDefault, .setNotNull, .addIdentity, .dropIdentity, .dropExpression: 3
    case .addConstraint(let constraint):
      switch constraint.kind {
      case .primaryKey, .unique: 4
      case .check, .foreignKey: 5
      }
    default: 6
    }
  }

  /// The name of an action that only tables have; nil for those of views too.
  fileprivate var tableName: String? {
    switch self {
    case .addColumn: "ADD COLUMN"
    case .dropColumn: "DROP COLUMN"
    case .setNotNull(_, let isNotNull): "ALTER COLUMN ... \(isNotNull ? "SET" : "DROP") NOT NULL"
    case .setDefault: "ALTER COLUMN ... SET DEFAULT"
    case .setType: "ALTER COLUMN ... SET DATA TYPE"
    case .addIdentity: "ALTER COLUMN ... ADD IDENTITY"
    case .dropIdentity: "ALTER COLUMN ... DROP IDENTITY"
    case .dropExpression: "ALTER COLUMN ... DROP EXPRESSION"
    case .addConstraint: "ADD CONSTRAINT"
    case .dropConstraint: "DROP CONSTRAINT"
    case .validateConstraint: "VALIDATE CONSTRAINT"
    case .rowLevelSecurity(let isEnabled): "\(isEnabled ? "ENABLE" : "DISABLE") ROW SECURITY"
    case .trigger(_, let isEnabled): "\(isEnabled ? "ENABLE" : "DISABLE") TRIGGER"
    case .renameColumn, .renameTable, .renameConstraint, .setSchema, .owner, .storage: nil
    }
  }
}
