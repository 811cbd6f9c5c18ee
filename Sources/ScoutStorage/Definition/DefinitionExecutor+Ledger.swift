import PostgresDialect

/// The ledger's tables stay, with all their rows, whatever a definition says; see ``StatementGuard`` for other statements.
extension DefinitionExecutor {
  private static let actions = "scout.platinum_agent_action_ledger"

  /// - Throws: 42501 when the object is one of the ledger's tables, the actions that it stands behind, or an index of
  ///   them. A database without a ledger has nothing to protect.
  func checkLedger(_ object: CatalogObject, verb: String = "drop") throws {
    let catalog = try catalog
    guard StatementGuard.sealed.contains(where: { catalog.relations[$0] != nil }) else { return }
    if catalog.privileges.isManaged, case .relation(let relation) = object, relation.qualifiedName == AuditLog.relation
    {
      throw SQLError(
        .insufficientPrivilege, "cannot drop \(object.description) because changes are entered in it",
        at: statement.range)
    }
    let table: String
    switch object {
    case .relation(let relation): table = relation.qualifiedName
    case .index(let index):
      guard let owner = catalog.relations.values.first(where: { $0.indexes.contains(index) }) else { return }
      table = owner.qualifiedName
    case .constraint(_, let relation), .defaultValue(_, let relation), .column(_, let relation):
      table = relation.qualifiedName
    case .sequence, .schema, .extension_: return
    }
    guard StatementGuard.sealed.contains(table) || table == Self.actions else { return }
    throw SQLError(
      .insufficientPrivilege, "cannot \(verb) \(object.description) because the action ledger requires it",
      at: statement.range)
  }

  /// - Throws: 42501 when TRUNCATE would empty one of the ledger's tables.
  func checkLedger(emptying relation: Relation) throws {
    if try relation.qualifiedName == AuditLog.relation && catalog.privileges.isManaged {
      throw SQLError(
        .insufficientPrivilege, "\(relation.qualifiedName) is append-only: only the engine adds to it",
        at: statement.range)
    }
    try StatementGuard.checkDefinition(on: relation.qualifiedName, at: statement.range)
    // The trigger that refuses deletions sees no empty relation; a bare database has neither.
    guard relation.qualifiedName == Self.actions,
      try connection.value(
        "select exists (select 1 from sqlite_schema where type = 'trigger' and name = ?1)",
        [.text(Self.actions + ".note_delete")]) == .integer(1)
    else { return }
    var error = StatementGuard.sealedError(relation.qualifiedName)
    error.range = statement.range
    throw error
  }
}
