import PostgresDialect

/// Computes the rows of the system catalogs.
struct SystemRows {
  let system: SystemCatalog
  let connection: Connection

  var catalog: StorageCatalog { system.catalog }
  var searchPath: [String] { connection.session.settings.searchPath.filter(catalog.hasSchema) }
  var role: String { connection.session.role }

  typealias Row = SystemRelation.Row

  /// The rows of a relation in the order of its columns.
  func rows(of relation: SystemRelation) throws -> [[SQLValue]] {
    let rows =
      relation.relation.schema == "pg_catalog"
      ? try catalogRows(relation.name) : try standardRows(relation.name)
    return rows.map(relation.row)
  }

  private func catalogRows(_ name: String) throws -> [Row] {
    switch name {
    case "pg_class": system.classes.map(classRow)
    case "pg_namespace": namespaceRows()
    case "pg_attribute": attributeRows()
    case "pg_attrdef": defaultRows()
    case "pg_type": typeRows()
    case "pg_index": indexRows()
    case "pg_constraint": system.constraints.map(constraintRow)
    case "pg_proc": system.procedures.map(procedureRow)
    case "pg_trigger": system.triggers.map(triggerRow)
    case "pg_sequence": sequenceRows()
    case "pg_sequences": try sequenceViewRows()
    case "pg_description": try descriptionRows()
    case "pg_depend": dependencyRows()
    case "pg_am": accessMethodRows
    case "pg_language": languageRows
    case "pg_collation": collationRows
    case "pg_opclass": operatorClassRows
    case "pg_authid", "pg_roles": roleRows()
    case "pg_user", "pg_shadow": userRows()
    case "pg_group": groupRows()
    case "pg_auth_members": memberRows()
    case "pg_database": [databaseRow]
    case "pg_tablespace": tablespaceRows
    case "pg_extension": extensionRows()
    case "pg_available_extensions": availableExtensionRows()
    case "pg_tables": tableViewRows()
    case "pg_views": viewRows()
    case "pg_matviews": materializedViewRows()
    case "pg_indexes": indexViewRows()
    case "pg_settings": settingRows()
    case "pg_stat_user_tables", "pg_stat_all_tables": try tableStatisticsRows()
    case "pg_statio_user_tables": userTables().map { ["relid": .integer($0.oid)].merging(tableNames($0)) { $1 } }
    case "pg_stat_user_indexes": indexStatisticsRows()
    case "pg_stat_database":
      [
        [
          "datid": .integer(SystemCatalog.databaseOID), "datname": .text(SystemCatalog.databaseName),
          "numbackends": .integer(1),
        ]
      ]
    case "pg_stat_activity": [activityRow]
    case "pg_timezone_names": []
    case "pg_enum": try enumRows()
    case "pg_rewrite": ruleRows()
    default: []
    }
  }

  // MARK: Relations

  private func classRow(_ entry: SystemCatalog.Class) -> Row {
    var row: Row = [
      "oid": .integer(entry.oid), "relname": .text(entry.name), "relnamespace": number(entry.schema),
      "reltype": .integer(entry.rowType), "relowner": .integer(SystemCatalog.ownerOID), "reltuples": .real(-1),
      "relpersistence": .text("p"), "relkind": .text(entry.kind), "relreplident": .text("n"),
      "relispopulated": .integer(1), "relfilenode": .integer(entry.oid),
    ]
    switch entry.content {
    case .relation(let relation):
      let isView = entry.kind == "v"
      row["relam"] = .integer(isView ? 0 : 2)
      row["relfilenode"] = .integer(isView ? 0 : entry.oid)
      row["relnatts"] = .integer(Int64(relation.columns.count))
      row["relchecks"] = .integer(Int64(relation.constraints.count { $0.kind == .check }))
      row["relhasindex"] = SQLValue(!relation.indexes.isEmpty || relation.constraints.contains(where: \.isUniqueKey))
      row["relhasrules"] = SQLValue(isView || entry.kind == "m")
      row["relhastriggers"] = SQLValue(
        catalog.triggers[relation.qualifiedName]?.isEmpty == false
          || hasForeignKey(relation))
      row["relispopulated"] = SQLValue(relation.isPopulated)
      row["relreplident"] = .text(isView ? "n" : "d")
      row["relacl"] = accessList(.table, relation.qualifiedName)
    case .index(let index):
      row["relam"] = .integer(403)
      row["relnatts"] = .integer(Int64(index.keys.count))
      row["reltuples"] = .real(0)
    case .sequence(let sequence):
      row["relnatts"] = .integer(3)
      row["reltuples"] = .real(1)
      row["relacl"] = accessList(.sequence, sequence.qualifiedName)
    }
    return row
  }

  /// Whether a foreign key leaves from the relation or leads to it: PostgreSQL checks both ends by triggers.
  func hasForeignKey(_ relation: Relation) -> Bool {
    relation.constraints.contains { $0.kind == .foreignKey }
      || system.constraints.contains { $0.constraint.reference?.qualifiedName == relation.qualifiedName }
  }

  func number(_ schema: String) -> SQLValue { .integer(system.namespaceOIDs[schema] ?? 0) }

  /// An array of privileges such as `{owner=arwdDxt/owner,analyst=r/owner}`; null when nothing was granted.
  func accessList(_ kind: Privileges.Kind, _ object: String, column: String? = nil) -> SQLValue {
    let letters: [(String, String)] = [
      ("insert", "a"), ("select", "r"), ("update", "w"), ("delete", "d"), ("truncate", "D"), ("references", "x"),
      ("trigger", "t"), ("execute", "X"), ("usage", "U"), ("create", "C"),
    ]
    var rights: [String: [String: Bool]] = [:]
    for (key, isGrantable) in catalog.privileges.grants
    where key.kind == kind && key.object == object && key.column == column {
      rights[key.grantee, default: [:]][key.privilege] = isGrantable
    }
    guard !rights.isEmpty else { return .null }
    func item(_ grantee: String, _ held: [String: Bool]) -> String {
      let text = letters.compactMap { name, letter in held[name].map { letter + ($0 ? "*" : "") } }.joined()
      return "\(grantee == Privileges.everybody ? "" : SystemCatalog.quoted(grantee))=\(text)/\(Privileges.owner)"
    }
    var items: [String] = []
    if column == nil {
      items.append(
        item(Privileges.owner, Dictionary(uniqueKeysWithValues: Privileges.all(kind).map { ($0, false) })))
    }
    for (grantee, held) in rights.sorted(by: { $0.key < $1.key }) where grantee != Privileges.owner {
      let text = item(grantee, held)
      if !text.contains("=/") { items.append(text) }
    }
    return array(items)
  }

  /// An array of texts as it is stored.
  func array(_ texts: [String]) -> SQLValue {
    .text(ArrayValue(texts.map { .string($0) }).json)
  }

  /// An array of integers, or a vector, as it is stored.
  func array(_ numbers: [Int64]) -> SQLValue {
    .text("[" + numbers.map(String.init).joined(separator: ",") + "]")
  }

  private func namespaceRows() -> [Row] {
    system.namespaces.map { namespace in
      [
        "oid": .integer(namespace.oid), "nspname": .text(namespace.name),
        "nspowner": .integer(SystemCatalog.ownerOID), "nspacl": accessList(.schema, namespace.name),
      ]
    }
  }

  private func attributeRows() -> [Row] {
    var rows: [Row] = []
    for entry in system.classes {
      switch entry.content {
      case .relation(let relation):
        for (index, column) in relation.columns.enumerated() {
          var row = attribute(entry.oid, column.name, column.type, index + 1)
          row["attnotnull"] = SQLValue(column.isNotNull)
          row["atthasdef"] = SQLValue(system.defaultText(column, of: relation) != nil)
          row["attidentity"] = .text(identity(column, relation))
          row["attgenerated"] = .text(column.generatedExpression == nil ? "" : "s")
          row["attacl"] = accessList(.table, relation.qualifiedName, column: column.name)
          rows.append(row)
        }
      case .index(let index):
        for (place, key) in index.keys.enumerated() {
          let column = key.column.flatMap { name in index.table.columns.first { $0.name == name } }
          rows.append(attribute(entry.oid, key.column ?? "expr", column?.type ?? .text, place + 1))
        }
      case .sequence:
        for (place, (name, type)) in [("last_value", SQLType.int8), ("log_cnt", .int8), ("is_called", .boolean)]
          .enumerated()
        {
          var row = attribute(entry.oid, name, type, place + 1)
          row["attnotnull"] = .integer(1)
          rows.append(row)
        }
      }
    }
    return rows
  }

  private func attribute(_ relation: Int64, _ name: String, _ type: SQLType, _ number: Int) -> Row {
    let system = SystemType.of(type)
    return [
      "attrelid": .integer(relation), "attname": .text(name), "atttypid": .integer(SystemType.oid(of: type)),
      "attstattarget": .integer(-1), "attlen": .integer(system?.length ?? -1), "attnum": .integer(Int64(number)),
      "attndims": .integer(type.isArray ? 1 : 0), "attcacheoff": .integer(-1),
      "atttypmod": .integer(SystemType.modifier(of: type)), "attbyval": SQLValue(system?.isByValue ?? false),
      "attalign": .text(system?.alignment ?? "i"), "attstorage": .text(system?.storage ?? "x"),
      "attcompression": .text(""), "attidentity": .text(""), "attgenerated": .text(""), "attislocal": .integer(1),
      "attcollation": .integer(Self.collation(of: type)),
    ]
  }

  /// The number of a type's collation; zero for types that have none.
  static func collation(of type: SQLType) -> Int64 {
    switch type.base {
    case .text, .varchar, .bpchar: 100
    case .name, .nodeTree: 950
    default: 0
    }
  }

  /// `a` always, `d` by default; a serial column is none.
  func identity(_ column: RelationColumn, _ relation: Relation) -> String {
    guard column.isShownAsIdentity else { return "" }
    return column.isIdentityAlways ? "a" : "d"
  }

  private func defaultRows() -> [Row] {
    system.classes.flatMap { entry -> [Row] in
      guard let relation = entry.relation else { return [] }
      return relation.columns.enumerated().compactMap { index, column in
        guard let text = system.defaultText(column, of: relation) else { return nil }
        return [
          "oid": .integer(entry.oid + Int64(index + 1)), "adrelid": .integer(entry.oid),
          "adnum": .integer(Int64(index + 1)), "adbin": .text(text),
        ]
      }
    }
  }

  private func sequenceRows() -> [Row] {
    system.classes.compactMap { entry in
      guard case .sequence(let sequence) = entry.content else { return nil }
      return [
        "seqrelid": .integer(entry.oid), "seqtypid": .integer(SystemType.oid(of: sequence.type)),
        "seqstart": .integer(sequence.start), "seqincrement": .integer(sequence.increment),
        "seqmax": .integer(sequence.maximum), "seqmin": .integer(sequence.minimum), "seqcache": .integer(1),
        "seqcycle": SQLValue(sequence.cycles),
      ]
    }
  }

  private func sequenceViewRows() throws -> [Row] {
    try system.classes.compactMap { entry in
      guard case .sequence(let sequence) = entry.content else { return nil }
      return [
        "schemaname": .text(sequence.schema), "sequencename": .text(sequence.name),
        "sequenceowner": .text(Privileges.owner), "data_type": .text(sequence.type.displayName),
        "start_value": .integer(sequence.start), "min_value": .integer(sequence.minimum),
        "max_value": .integer(sequence.maximum), "increment_by": .integer(sequence.increment),
        "cycle": SQLValue(sequence.cycles), "cache_size": .integer(1),
        "last_value": SQLValue(try connection.storedValue(sequence).flatMap { $0.isCalled ? $0.last : nil }),
      ]
    }
  }
}
