import PostgresDialect

/// The roles that a database has from the start.
extension Connection {
  /// Makes roles with their rights, and from now on enters changes of sensitive tables in ``AuditLog``.
  ///
  /// - Parameter roles: By name, the GRANT and REVOKE statements that give a role its rights. A role that somebody has
  ///   made already stays as it is.
  public func manageAccess(_ roles: [(name: String, grants: String)]) throws {
    for role in roles where try !database.catalog(self).privileges.exists(role.name) {
      try run(
        "insert into \"engine.roles\" values (?1, ?2)", [.text(role.name), .text(Privileges.predefined)])
      database.invalidateCatalog()
      try execute(role.grants)
    }
    try run("insert or ignore into \"engine.settings\" (name, value) values ('access', '1')")
    try run("update \"engine.catalog_version\" set version = version + 1")
    try AuditLog(self).install()
  }

  /// Lets the predefined roles that read a schema read a derived relation of it that is new.
  func grantToPredefined(_ relation: Relation) throws {
    try run(
      """
      insert or ignore into "engine.grants"
      select 'table', ?1, '', r.name, 'select', ?3, 0
      from "engine.roles" r
      where r.options = ?4 and r.name = 'scout_analyst' and ?2 = 'scout'
      """,
      [
        .text(relation.qualifiedName), .text(relation.schema), .text(Privileges.owner), .text(Privileges.predefined),
      ])
  }
}
