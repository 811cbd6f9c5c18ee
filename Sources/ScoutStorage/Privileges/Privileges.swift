import PostgresDialect

/// The roles of a database and what they may do.
struct Privileges: Sendable {
  enum Kind: String, Sendable { case table, sequence, schema, function }

  /// What is granted: an object, or one column of it.
  struct Key: Hashable, Sendable {
    var kind: Kind
    /// `schema.name`, for functions with the argument types.
    var object: String
    var column: String?
    var grantee: String
    var privilege: String
  }

  /// The role whose session owns every object and may do everything.
  static let owner = "owner"
  static let everybody = "public"

  /// The option of a role that Scout made: CREATE ROLE of its name takes it over once, with the rights that follow there.
  static let predefined = "predefined"

  /// Raw deliveries, which may hold personal data: `all tables` never means them, so that whoever reads them was named.
  static let personal: Set<String> = ["scout.bronze_transactions", "scout.bronze_rejects"]

  /// Whether the database has Scout's roles and its audit log, as every one but a bare one does.
  var isManaged = false
  /// The options of CREATE ROLE, such as `login`.
  var roles: [String: [String]] = [:]
  /// The roles that a role is a member of.
  var memberships: [String: Set<String>] = [:]
  /// The grants; true for one that may be passed on.
  var grants: [Key: Bool] = [:]

  func exists(_ role: String) -> Bool { role == Self.owner || roles[role] != nil }

  func isSuperuser(_ role: String) -> Bool {
    role == Self.owner || roles[role]?.contains("superuser") == true
  }

  /// The role and all roles whose rights it has.
  func effectiveRoles(_ role: String) -> Set<String> {
    var found: Set<String> = [role]
    var open = [role]
    while let next = open.popLast() {
      // A role that does not inherit has its groups' rights only after SET ROLE.
      if next == role, roles[role]?.contains("noinherit") == true { continue }
      for group in memberships[next] ?? [] where found.insert(group).inserted { open.append(group) }
    }
    return found
  }

  /// Whether `member` is `role`, or belongs to it over any number of steps.
  func isMember(_ member: String, of role: String) -> Bool {
    if isSuperuser(member) || member == role { return true }
    var seen: Set<String> = [member]
    var open = [member]
    while let next = open.popLast() {
      for group in memberships[next] ?? [] where seen.insert(group).inserted {
        if group == role { return true }
        open.append(group)
      }
    }
    return false
  }

  /// Whether a role may do something with an object, or with one column of it.
  func allows(
    _ role: String, _ privilege: String, _ kind: Kind, _ object: String, column: String? = nil,
    withGrantOption: Bool = false
  ) -> Bool {
    if isSuperuser(role) { return true }
    let grantees = effectiveRoles(role).union([Self.everybody])
    if grantees.contains(where: isSuperuser) { return true }
    func isGranted(_ column: String?) -> Bool {
      grantees.contains { grantee in
        let key = Key(kind: kind, object: object, column: column, grantee: grantee, privilege: privilege)
        return grants[key].map { $0 || !withGrantOption } ?? false
      }
    }
    if isGranted(nil) { return true }
    if let column, isGranted(column) { return true }
    guard !withGrantOption else { return false }
    // What PostgreSQL gives to everybody from the start.
    switch (kind, privilege) {
    case (.schema, "usage"): return ["public", "pg_catalog", "information_schema"].contains(object)
    case (.function, "execute"):
      let taken = Key(
        kind: .function, object: object, column: nil, grantee: Self.everybody, privilege: Self.takenExecute)
      return grants[taken] == nil
    case (.table, "select"): return object.hasPrefix("pg_catalog.") || object.hasPrefix("information_schema.")
    default: return false
    }
  }

  /// Marks a function whose EXECUTE was revoked from everybody, who has it from the start.
  static let takenExecute = "no execute"

  /// The privileges of a kind of object, as ALL means them.
  static func all(_ kind: Kind) -> [String] {
    switch kind {
    case .table: ["select", "insert", "update", "delete", "truncate", "references", "trigger"]
    case .sequence: ["usage", "select", "update"]
    case .schema: ["usage", "create"]
    case .function: ["execute"]
    }
  }
}

extension Privileges {
  init(reading connection: Connection) throws {
    guard try connection.sqliteTableExists("engine.grants") else { return }
    isManaged = try connection.value("select 1 from \"engine.settings\" where name = 'access'") != .null
    for row in try connection.rows("select name, options from \"engine.roles\"") {
      roles[row[0].text ?? ""] = (row[1].text ?? "").split(separator: ",").map(String.init)
    }
    for row in try connection.rows("select member, role from \"engine.role_members\"") {
      memberships[row[0].text ?? "", default: []].insert(row[1].text ?? "")
    }
    for row in try connection.rows(
      "select kind, object, part, grantee, privilege, is_grantable from \"engine.grants\"")
    {
      guard let kind = Kind(rawValue: row[0].text ?? "") else { continue }
      let column = row[2].text ?? ""
      let key = Key(
        kind: kind, object: row[1].text ?? "", column: column.isEmpty ? nil : column, grantee: row[3].text ?? "",
        privilege: row[4].text ?? "")
      grants[key] = row[5].integer == 1
    }
  }
}

extension Migrations {
  @Sendable static func createRoleTables(_ connection: Connection) throws {
    for sql in [
      "create table \"engine.roles\" (name text primary key, options text not null) strict",
      """
      create table "engine.role_members" (
        role text not null, member text not null, is_admin integer not null, primary key (role, member)
      ) strict
      """,
      """
      create table "engine.grants" (
        kind text not null, object text not null, part text not null, grantee text not null, privilege text not null,
        grantor text not null, is_grantable integer not null, primary key (kind, object, part, grantee, privilege)
      ) strict
      """,
    ] {
      try connection.run(sql)
    }
    for table in ["roles", "role_members", "grants"] {
      for event in ["insert", "update", "delete"] {
        try connection.run(
          """
          create trigger "engine.\(table).\(event)" after \(event) on "engine.\(table)" begin
            update "engine.catalog_version" set version = version + 1;
          end
          """)
      }
    }
  }
}
