import PostgresDialect

/// Roles, the database, settings and statistics, and PostgreSQL's plain views over its catalogs.
extension SystemRows {
  static let operatorClasses: [(name: String, oid: Int64, type: String)] = [
    ("array_ops", 10000, "anyarray"), ("bit_ops", 10002, "bit"), ("bool_ops", 10003, "bool"),
    ("bpchar_ops", 10004, "bpchar"), ("bytea_ops", 10006, "bytea"), ("char_ops", 10007, "char"),
    ("date_ops", 3122, "date"), ("float4_ops", 10012, "float4"), ("float8_ops", 3123, "float8"),
    ("int2_ops", 1979, "int2"), ("int4_ops", 1978, "int4"), ("int8_ops", 3124, "int8"),
    ("interval_ops", 10022, "interval"), ("name_ops", 10028, "name"), ("numeric_ops", 3125, "numeric"),
    ("oid_ops", 1981, "oid"), ("text_ops", 3126, "text"), ("time_ops", 10038, "time"),
    ("timestamptz_ops", 3127, "timestamptz"), ("timetz_ops", 10041, "timetz"), ("varbit_ops", 10043, "varbit"),
    ("timestamp_ops", 3128, "timestamp"), ("uuid_ops", 10065, "uuid"), ("jsonb_ops", 10088, "jsonb"),
  ]

  static func operatorClass(of type: SQLType) -> Int64 {
    if type.isArray { return 10000 }
    let name = type.base == .varchar ? "text" : type.base.rawValue
    return operatorClasses.first { $0.type == name }?.oid ?? 3126
  }

  var operatorClassRows: [Row] {
    Self.operatorClasses.map {
      [
        "oid": .integer($0.oid), "opcmethod": .integer(403), "opcname": .text($0.name), "opcnamespace": .integer(11),
        "opcowner": .integer(SystemCatalog.ownerOID), "opcintype": .integer(SystemType.byName[$0.type]?.oid ?? 0),
        "opcdefault": .integer(1),
      ]
    }
  }

  var accessMethodRows: [Row] {
    [
      ["oid": .integer(2), "amname": .text("heap"), "amhandler": .text("heap_tableam_handler"), "amtype": .text("t")],
      ["oid": .integer(403), "amname": .text("btree"), "amhandler": .text("bthandler"), "amtype": .text("i")],
    ]
  }

  var languageRows: [Row] {
    [("internal", 12, false), ("c", 13, false), ("sql", 14, false), ("plpgsql", 13563, true)].map {
      (name: String, oid: Int64, isProcedural: Bool) in
      [
        "oid": .integer(oid), "lanname": .text(name), "lanowner": .integer(SystemCatalog.ownerOID),
        "lanispl": SQLValue(isProcedural), "lanpltrusted": SQLValue(name == "sql" || isProcedural),
      ]
    }
  }

  var collationRows: [Row] {
    [("default", 100, "d"), ("C", 950, "c"), ("POSIX", 951, "c"), ("en-US-x-icu", 12578, "i")].map {
      (name: String, oid: Int64, provider: String) in
      [
        "oid": .integer(oid), "collname": .text(name), "collnamespace": .integer(11),
        "collowner": .integer(SystemCatalog.ownerOID), "collprovider": .text(provider),
        "collisdeterministic": .integer(1), "collencoding": .integer(-1),
        "collcollate": SQLValue(provider == "c" ? name : nil), "collctype": SQLValue(provider == "c" ? name : nil),
        "colliculocale": SQLValue(provider == "i" ? "en-US" : nil),
      ]
    }
  }

  // MARK: Roles

  func roleRows() -> [Row] {
    system.roles.map { role in
      func has(_ option: String) -> SQLValue { SQLValue(role.isSuperuser || role.options.contains(option)) }
      return [
        "oid": .integer(role.oid), "rolname": .text(role.name), "rolsuper": SQLValue(role.isSuperuser),
        "rolinherit": SQLValue(!role.options.contains("noinherit")), "rolcreaterole": has("createrole"),
        "rolcreatedb": has("createdb"),
        "rolcanlogin": SQLValue(role.name == Privileges.owner || role.options.contains("login")),
        "rolreplication": has("replication"), "rolbypassrls": has("bypassrls"), "rolconnlimit": .integer(-1),
        "rolpassword": .text("********"),
      ]
    }
  }

  func userRows() -> [Row] {
    system.roles.filter { $0.name == Privileges.owner || $0.options.contains("login") }.map { role in
      [
        "usename": .text(role.name), "usesysid": .integer(role.oid),
        "usecreatedb": SQLValue(role.isSuperuser || role.options.contains("createdb")),
        "usesuper": SQLValue(role.isSuperuser), "userepl": SQLValue(role.isSuperuser),
        "usebypassrls": SQLValue(role.isSuperuser), "passwd": .text("********"),
      ]
    }
  }

  func groupRows() -> [Row] {
    system.roles.filter { $0.name != Privileges.owner && !$0.options.contains("login") }.map { role in
      let members = system.roles.filter { catalog.privileges.memberships[$0.name]?.contains(role.name) == true }
      return ["groname": .text(role.name), "grosysid": .integer(role.oid), "grolist": array(members.map(\.oid))]
    }
  }

  func memberRows() -> [Row] {
    catalog.privileges.memberships.sorted { $0.key < $1.key }.flatMap { member, groups in
      groups.sorted().map { group in
        [
          "roleid": .integer(system.role(group)?.oid ?? 0), "member": .integer(system.role(member)?.oid ?? 0),
          "grantor": .integer(SystemCatalog.ownerOID),
        ]
      }
    }
  }

  // MARK: The database

  var databaseRow: Row {
    [
      "oid": .integer(SystemCatalog.databaseOID), "datname": .text(SystemCatalog.databaseName),
      "datdba": .integer(SystemCatalog.ownerOID), "encoding": .integer(6), "datlocprovider": .text("i"),
      "datallowconn": .integer(1), "datconnlimit": .integer(-1), "dattablespace": .integer(1663),
      "datcollate": .text("C.UTF-8"), "datctype": .text("C.UTF-8"), "daticulocale": .text("en-US"),
    ]
  }

  var tablespaceRows: [Row] {
    [("pg_default", 1663), ("pg_global", 1664)].map { (name: String, oid: Int64) in
      ["oid": .integer(oid), "spcname": .text(name), "spcowner": .integer(SystemCatalog.ownerOID)]
    }
  }

  func extensionRows() -> [Row] {
    (["plpgsql"] + catalog.extensions.sorted()).enumerated().map { place, name in
      [
        "oid": .integer(Int64(13_600 + place)), "extname": .text(name),
        "extowner": .integer(SystemCatalog.ownerOID), "extnamespace": .integer(name == "plpgsql" ? 11 : 2200),
        "extversion": .text("1.0"),
      ]
    }
  }

  func availableExtensionRows() -> [Row] {
    (["plpgsql"] + catalog.extensions.sorted()).map {
      ["name": .text($0), "default_version": .text("1.0"), "installed_version": .text("1.0")]
    }
  }

  func settingRows() -> [Row] {
    SettingDefinition.sorted.map { definition in
      let value = connection.session.setting(definition.name) ?? definition.initial
      var row: Row = [
        "name": .text(definition.name), "setting": .text(value), "short_desc": .text(definition.description),
        "context": .text("user"), "source": .text(value == definition.initial ? "default" : "session"),
        "boot_val": .text(definition.initial), "reset_val": .text(definition.initial), "category": .text("Scout"),
        "vartype": .text("string"), "sourceline": .null,
      ]
      switch definition.kind {
      case .boolean: row["vartype"] = .text("bool")
      case .integer(let range, let unit):
        row["vartype"] = .text("integer")
        row["min_val"] = .text(String(range.lowerBound))
        row["max_val"] = .text(String(range.upperBound))
        if let unit {
          row["unit"] = .text(unit.name)
          for column in ["setting", "boot_val", "reset_val"] {
            row[column] = .text(String(unit.value(row[column]?.text ?? "0")))
          }
        }
      case .real(let range):
        row["vartype"] = .text("real")
        row["min_val"] = .text("\(range.lowerBound)")
        row["max_val"] = .text("\(range.upperBound)")
      case .enumeration(let values, _):
        row["vartype"] = .text("enum")
        row["enumvals"] = array(values)
      case .readOnly: row["context"] = .text("internal")
      case .text, .timeZone, .searchPath, .dateStyle: break
      }
      return row
    }
  }

  var activityRow: Row {
    let time = SQLValue(connection.session.statementTime)
    return [
      "datid": .integer(SystemCatalog.databaseOID), "datname": .text(SystemCatalog.databaseName), "pid": .integer(1),
      "leader_pid": .null, "client_port": .null, "backend_xid": .null, "backend_xmin": .null,
      "usesysid": .integer(system.role(role)?.oid ?? SystemCatalog.ownerOID), "usename": .text(role),
      "application_name": .text(connection.session.setting("application_name") ?? ""), "backend_start": time,
      "xact_start": SQLValue(connection.session.transactionTime), "query_start": time, "state_change": time,
      "state": .text("active"), "query": .text(connection.session.statementText),
      "backend_type": .text("client backend"),
    ]
  }

  // MARK: Views over relations

  /// The relations of a kind, those of the system included.
  private func relations(_ kind: String) -> [(entry: SystemCatalog.Class, relation: Relation)] {
    system.classes.compactMap { entry in
      guard let relation = entry.relation, entry.kind == kind else { return nil }
      return (entry, relation)
    }
  }

  func tableViewRows() -> [Row] {
    relations("r").map { _, relation in
      [
        "schemaname": .text(relation.schema), "tablename": .text(relation.name),
        "tableowner": .text(Privileges.owner), "hasrules": .integer(0),
        "hasindexes": SQLValue(!relation.indexes.isEmpty || relation.constraints.contains(where: \.isUniqueKey)),
        "hastriggers": SQLValue(
          catalog.triggers[relation.qualifiedName]?.isEmpty == false
            || hasForeignKey(relation)),
      ]
    }
  }

  func viewRows() -> [Row] {
    relations("v").map { _, relation in
      [
        "schemaname": .text(relation.schema), "viewname": .text(relation.name), "viewowner": .text(Privileges.owner),
        "definition": SQLValue(SystemCatalog.viewDefinition(relation)),
      ]
    }
  }

  func materializedViewRows() -> [Row] {
    relations("m").map { _, relation in
      [
        "schemaname": .text(relation.schema), "matviewname": .text(relation.name),
        "matviewowner": .text(Privileges.owner),
        "hasindexes": SQLValue(!relation.indexes.isEmpty || relation.constraints.contains(where: \.isUniqueKey)),
        "ispopulated": SQLValue(relation.isPopulated), "definition": SQLValue(SystemCatalog.viewDefinition(relation)),
      ]
    }
  }

  // MARK: Statistics

  func userTables() -> [SystemCatalog.Class] {
    system.classes.filter { ["r", "m"].contains($0.kind) && $0.relation?.isSystem == false }
  }

  func tableNames(_ entry: SystemCatalog.Class) -> Row {
    ["schemaname": .text(entry.schema), "relname": .text(entry.name)].merging(
      [
        "seq_scan", "seq_tup_read", "idx_scan", "idx_tup_fetch", "n_tup_ins", "n_tup_upd", "n_tup_del",
        "n_tup_hot_upd", "n_dead_tup", "n_mod_since_analyze", "n_ins_since_vacuum", "vacuum_count",
        "autovacuum_count", "analyze_count", "autoanalyze_count", "heap_blks_read", "heap_blks_hit",
      ].map { ($0, .integer(0)) }
    ) { $1 }
  }

  /// The rows that are there are counted; SQLite keeps no other statistics.
  func tableStatisticsRows() throws -> [Row] {
    try userTables().map { entry in
      var row = tableNames(entry)
      row["relid"] = .integer(entry.oid)
      let table = SQLitePrinter.quoted(Relation.storageName(schema: entry.schema, name: entry.name))
      row["n_live_tup"] = try connection.value("select count(*) from \(table)")
      return row
    }
  }

  func indexStatisticsRows() -> [Row] {
    system.classes.compactMap { entry in
      guard case .index(let index) = entry.content else { return nil }
      return [
        "relid": .integer(index.tableOID), "indexrelid": .integer(entry.oid), "schemaname": .text(entry.schema),
        "relname": .text(index.table.name), "indexrelname": .text(entry.name), "idx_scan": .integer(0),
        "idx_tup_read": .integer(0), "idx_tup_fetch": .integer(0),
      ]
    }
  }
}
