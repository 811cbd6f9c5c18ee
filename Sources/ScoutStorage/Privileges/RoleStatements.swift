import PostgresDialect

/// CREATE ROLE, DROP ROLE, GRANT, REVOKE, and the check behind SET ROLE.
extension Connection {
  func executeRoleStatement(_ statement: Statement) throws -> QueryResult? {
    switch statement.kind {
    case .createRole(let name, let options):
      try createRole(name, options)
      return done("CREATE ROLE")
    case .drop(let drop) where drop.kind == .role:
      for name in drop.names { try dropRole(name, ifExists: drop.ifExists) }
      return done("DROP ROLE")
    case .grant(let grant):
      try execute(grant)
      return done(grant.isRevoke ? "REVOKE" : "GRANT")
    default: return nil
    }
  }

  private var privileges: Privileges { get throws { try database.catalog(self).privileges } }

  private func missing(_ role: Identifier) -> SQLError {
    SQLError(.undefinedObject, "role \"\(role.name)\" does not exist", at: role.range)
  }

  private func createRole(_ name: Identifier, _ options: [String]) throws {
    guard try privileges.isSuperuser(session.role) || privileges.roles[session.role]?.contains("createrole") == true
    else { throw SQLError(.insufficientPrivilege, "permission denied to create role") }
    let isTakenOver = try privileges.roles[name.name]?.contains(Privileges.predefined) == true
    if try privileges.exists(name.name), !isTakenOver {
      throw SQLError(.duplicateObject, "role \"\(name.name)\" already exists", at: name.range)
    }
    var kept: [String] = []
    var groups: [String] = []
    var members: [String] = []
    for option in options {
      let list = option.split(separator: " ", maxSplits: option.hasPrefix("in ") ? 2 : 1).last.map(String.init) ?? ""
      let names = list.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
      if option.hasPrefix("in role ") || option.hasPrefix("in group ") {
        groups += names
      } else if option.hasPrefix("role ") || option.hasPrefix("user ") || option.hasPrefix("admin ") {
        members += names
      } else {
        kept.append(option.replacing(",", with: ""))
      }
    }
    for other in groups + members where try !privileges.exists(other) {
      throw SQLError(.undefinedObject, "role \"\(other)\" does not exist", at: name.range)
    }
    if isTakenOver {
      try run("delete from \"engine.grants\" where grantee = ?1", [.text(name.name)])
      try run("delete from \"engine.roles\" where name = ?1", [.text(name.name)])
      session.notices.append(
        SQLNotice(
          .notice, SQLState(rawValue: "00000"),
          "role \"\(name.name)\" was predefined; from now on it has the rights that it is granted"))
    }
    try run(
      "insert into \"engine.roles\" values (?1, ?2)", [.text(name.name), .text(kept.joined(separator: ","))])
    for (role, member) in groups.map({ ($0, name.name) }) + members.map({ (name.name, $0) }) {
      try run("insert or ignore into \"engine.role_members\" values (?1, ?2, 0)", [.text(role), .text(member)])
    }
    database.invalidateCatalog()
  }

  private func dropRole(_ name: QualifiedName, ifExists: Bool) throws {
    let role = name.name
    guard try privileges.roles[role] != nil else {
      if role == Privileges.owner {
        throw SQLError(.objectInUse, "current user cannot be dropped", at: name.range)
      }
      if ifExists { return }
      throw SQLError(.undefinedObject, "role \"\(role)\" does not exist", at: name.range)
    }
    guard try privileges.isSuperuser(session.role) else {
      throw SQLError(.insufficientPrivilege, "permission denied to drop role", at: name.range)
    }
    if try privileges.grants.keys.contains(where: { $0.grantee == role }) {
      throw SQLError(
        SQLState(rawValue: "2BP01"), "role \"\(role)\" cannot be dropped because some objects depend on it",
        hint: "Revoke its privileges first.", at: name.range)
    }
    try run("delete from \"engine.roles\" where name = ?1", [.text(role)])
    try run("delete from \"engine.role_members\" where role = ?1 or member = ?1", [.text(role)])
    database.invalidateCatalog()
  }

  /// SET ROLE: for the session, or outside of one for every connection of this database object.
  ///
  /// - Parameter name: Nil or `none` for the role that the session began with.
  /// - Throws: 42704, or 42501 for a role of which the session's own is no member.
  func setRole(_ name: String?, isLocal: Bool) throws {
    let name = name == "none" ? nil : name
    if let name {
      guard try privileges.exists(name) else {
        throw SQLError(.undefinedObject, "role \"\(name)\" does not exist")
      }
      guard try privileges.isMember(session.sessionRole, of: name) else {
        throw SQLError(.insufficientPrivilege, "permission denied to set role \"\(name)\"")
      }
    }
    if session.belongsToSession {
      try session.set("role", to: name, isLocal: isLocal)
    } else {
      database.role = name ?? database.configuration.role
      session.role = database.role
    }
  }

  // MARK: GRANT and REVOKE

  private func execute(_ grant: Grant) throws {
    let privileges = try self.privileges
    for grantee in grant.grantees where !privileges.exists(grantee.name) {
      guard grantee.name == Privileges.everybody, !isRoleGrant(grant) else { throw missing(grantee) }
    }
    if case .roles(let roles) = grant.target { return try grantRoles(roles, grant) }
    for object in try objects(of: grant.target) {
      if case .allTables = grant.target, !grant.isRevoke, privileges.isManaged,
        Privileges.personal.contains(object.name)
      {
        session.notices.append(
          SQLNotice(
            .warning, SQLState(rawValue: "01007"), "no privileges were granted for \"\(object.shortName)\"",
            hint: "It may hold personal data: grant it by its name, to those who must read it."))
        continue
      }
      for privilege in grant.privileges {
        let names = privilege.name == "all" ? Privileges.all(object.kind) : [privilege.name]
        for name in names {
          // A sequence may be granted as a table is, and has USAGE beside.
          guard Privileges.all(object.kind).contains(name) else {
            throw SQLError(
              SQLState(rawValue: "0LP01"), "invalid privilege type \(name.uppercased()) for \(object.kind.title)",
              at: privilege.range)
          }
          guard privileges.allows(session.role, name, object.kind, object.name, withGrantOption: true) else {
            throw SQLError(
              .insufficientPrivilege, "permission denied for \(object.kind.rawValue) \(object.shortName)")
          }
          let columns = privilege.columns.isEmpty ? [nil] : privilege.columns.map(Optional.some)
          for column in columns {
            if let column, let relation = object.relation,
              !relation.columns.contains(where: { $0.name == column.name })
            {
              throw SQLError(
                .undefinedColumn, "column \"\(column.name)\" of relation \"\(relation.name)\" does not exist",
                at: column.range)
            }
            for grantee in grant.grantees {
              try record(grant, object, name, column?.name, grantee.name)
            }
          }
        }
      }
    }
    database.invalidateCatalog()
  }

  private func isRoleGrant(_ grant: Grant) -> Bool { if case .roles = grant.target { true } else { false } }

  private func record(
    _ grant: Grant, _ object: GrantedObject, _ privilege: String, _ column: String?, _ grantee: String
  )
    throws
  {
    let key: [SQLValue] = [
      .text(object.kind.rawValue), .text(object.name), .text(column ?? ""), .text(grantee), .text(privilege),
    ]
    let isExecute = object.kind == .function && grantee == Privileges.everybody
    let takenKey = Array(key.dropLast()) + [SQLValue.text(Privileges.takenExecute)]
    let condition = "kind = ?1 and object = ?2 and part = ?3 and grantee = ?4 and privilege = ?5"
    if grant.isRevoke {
      if grant.withGrantOption {
        try run("update \"engine.grants\" set is_grantable = 0 where \(condition)", key)
        return
      }
      try run("delete from \"engine.grants\" where \(condition)", key)
      // Taking a privilege on the table takes it on its columns.
      if column == nil {
        try run(
          "delete from \"engine.grants\" where kind = ?1 and object = ?2 and grantee = ?3 and privilege = ?4",
          [key[0], key[1], key[3], key[4]])
      }
      if isExecute {
        try run(
          "insert or ignore into \"engine.grants\" values (?1, ?2, ?3, ?4, ?5, ?6, 0)", takenKey + [.text(session.role)]
        )
      }
      return
    }
    if isExecute { try run("delete from \"engine.grants\" where \(condition)", takenKey) }
    try run(
      """
      insert into "engine.grants" values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      on conflict do update set is_grantable = max(is_grantable, excluded.is_grantable)
      """, key + [.text(session.role), SQLValue(grant.withGrantOption)])
  }

  private func grantRoles(_ roles: [Identifier], _ grant: Grant) throws {
    let privileges = try self.privileges
    guard privileges.isSuperuser(session.role) else {
      throw SQLError(.insufficientPrivilege, "must have admin option on role \"\(roles.first?.name ?? "")\"")
    }
    for role in roles {
      guard privileges.exists(role.name) else { throw missing(role) }
      for member in grant.grantees {
        let pair: [SQLValue] = [.text(role.name), .text(member.name)]
        if grant.isRevoke {
          try run("delete from \"engine.role_members\" where role = ?1 and member = ?2", pair)
          continue
        }
        if privileges.roles[role.name] != nil,
          role.name == member.name || privileges.isMember(role.name, of: member.name)
        {
          throw SQLError(
            SQLState(rawValue: "0LP01"), "role \"\(role.name)\" is a member of role \"\(member.name)\"",
            at: member.range)
        }
        try run(
          "insert into \"engine.role_members\" values (?1, ?2, ?3) on conflict do update set is_admin = ?3",
          pair + [SQLValue(grant.withGrantOption)])
      }
    }
    database.invalidateCatalog()
  }

  struct GrantedObject {
    var kind: Privileges.Kind
    /// `schema.name`, with argument types for a function.
    var name: String
    var shortName: String
    var relation: Relation?
  }

  private func objects(of target: Grant.Target) throws -> [GrantedObject] {
    let catalog = try database.catalog(self)
    func schemas(_ names: [Identifier]) throws -> Set<String> {
      for name in names where !catalog.hasSchema(name.name) {
        throw SQLError(.invalidSchemaName, "schema \"\(name.name)\" does not exist", at: name.range)
      }
      return Set(names.map(\.name))
    }
    switch target {
    case .roles: return []
    case .tables(let names):
      return try names.map { name in
        guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
          throw SQLError(
            .undefinedTable, "relation \"\(name.parts.map(\.name).joined(separator: "."))\" does not exist",
            at: name.range)
        }
        return GrantedObject(
          kind: .table, name: relation.qualifiedName, shortName: relation.name, relation: relation)
      }
    case .allTables(let names):
      let wanted = try schemas(names)
      return catalog.relations.values.filter { wanted.contains($0.schema) }
        .sorted { $0.qualifiedName < $1.qualifiedName }
        .map { GrantedObject(kind: .table, name: $0.qualifiedName, shortName: $0.name, relation: $0) }
    case .schemas(let names):
      return try schemas(names).map { GrantedObject(kind: .schema, name: $0, shortName: $0) }
    case .sequences(let names):
      return names.map {
        GrantedObject(kind: .sequence, name: "\($0.schema ?? "public").\($0.name)", shortName: $0.name)
      }
    case .allSequences(let names):
      _ = try schemas(names)
      return []
    case .functions(let names, let signatures):
      return try zip(names, signatures).map { name, signature in
        guard let found = try grantedFunction(name, signature) else {
          throw SQLError(
            .undefinedFunction,
            "function \(name.parts.map(\.name).joined(separator: "."))() does not exist", at: name.range)
        }
        return GrantedObject(kind: .function, name: found, shortName: name.name)
      }
    case .allFunctions(let names):
      let wanted = try schemas(names)
      let stored = catalog.allRoutines.filter { wanted.contains($0.schema) }
        .map { GrantedObject(kind: .function, name: $0.privilegeName, shortName: $0.name) }
      let own = database.configuration.functions.filter { wanted.contains($0.schema) }
        .map { GrantedObject(kind: .function, name: $0.privilegeName, shortName: $0.name) }
      return stored + own.filter { own in !stored.contains { $0.name == own.name } }
    }
  }

  /// The name under which a function has privileges; nil when there is none.
  func grantedFunction(_ name: QualifiedName, _ signature: [TypeName]?) throws -> String? {
    if let routine = try (routines(name, signature) + routines(name, signature, isProcedure: true)).first {
      return routine.privilegeName
    }
    let types = try signature?.map { try SQLType($0).unmodified }
    let schemas = try name.schema.map { [$0] } ?? database.catalog(self).searchPath
    return database.configuration.functions.first {
      $0.name == name.name && schemas.contains($0.schema) && (types == nil || $0.arguments.map(\.unmodified) == types)
    }?.privilegeName
  }
}

extension Privileges.Kind {
  var title: String { self == .table ? "relation" : rawValue }
}

extension Routine {
  /// The function as privileges name it.
  var privilegeName: String { "\(schema).\(signature)" }
}

extension ApplicationFunction {
  /// The function as privileges name it.
  var privilegeName: String { "\(qualifiedName)(\(arguments.map(\.displayName).joined(separator: ",")))" }
}

extension SQLState {
  static let objectInUse = SQLState(rawValue: "55006")
}
