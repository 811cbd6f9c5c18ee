import PostgresDialect

/// A relation of `pg_catalog` or `information_schema`: a table that SQLite asks Swift code for.
///
/// Its rows are computed from the engine's catalog when a statement reads them, so that there is no second truth. Each is
/// an eponymous virtual table under its qualified name; see ``SystemTable``.
struct SystemRelation: Sendable {
  var relation: Relation
  /// Named columns of one row; those left out have their type's plain value, see ``row(_:)``.
  typealias Row = [String: SQLValue]

  /// How long rows stay right.
  enum Lifetime: Sendable {
    /// Until the catalog changes.
    case catalog
    /// Until something is written.
    case data
    /// For one scan.
    case scan
  }

  var name: String { relation.name }

  /// A row in the order of the columns. What is left out is false, zero or empty for the types that PostgreSQL never
  /// leaves null in its catalogs (numbers, flags), and null for all others.
  func row(_ row: Row) -> [SQLValue] {
    relation.columns.map { column in
      if let value = row[column.name] { return value }
      guard relation.schema == "pg_catalog", !column.type.isArray else { return .null }
      return switch column.type.base {
      case .boolean, .oid, .int2, .int4, .xid: .integer(0)
      default: .null
      }
    }
  }
}

extension SystemRelation {
  /// By qualified name.
  static let all: [String: SystemRelation] = {
    var all: [String: SystemRelation] = [:]
    for (schema, text) in [
      ("pg_catalog", postgresCatalogColumns), ("information_schema", informationSchemaColumns),
      ("pg_catalog", emptyCatalogColumns), ("information_schema", emptyInformationSchemaColumns),
    ] {
      for relation in declarations(text, schema) { all[relation.relation.qualifiedName] = relation }
    }
    return all
  }()

  static let sorted = all.values.sorted { $0.relation.qualifiedName < $1.relation.qualifiedName }

  static func named(schema: String?, name: String) -> Relation? {
    if let schema {
      guard schema == "pg_catalog" || schema == "information_schema" else { return nil }
      return all["\(schema).\(name)"]?.relation
    }
    guard name.hasPrefix("pg_") else { return nil }
    return all["pg_catalog.\(name)"]?.relation
  }

  /// Whether PostgreSQL has a relation of that name in its system schemas that is not here.
  static func isUnsupported(schema: String?, name: String) -> Bool {
    unsupportedSystemRelations.contains("\(schema ?? "pg_catalog").\(name)")
  }

  /// Reads declarations such as `pg_am: oid oid, amname name`.
  private static func declarations(_ text: String, _ schema: String) -> [SystemRelation] {
    var paragraphs: [String] = []
    for line in text.split(separator: "\n") {
      if line.first == " ", let last = paragraphs.popLast() {
        paragraphs.append(last + " " + line.drop { $0 == " " })
      } else {
        paragraphs.append(String(line))
      }
    }
    return paragraphs.map { paragraph in
      let parts = paragraph.split(separator: ":", maxSplits: 1)
      let columns = parts[1].split(separator: ",").map { part -> RelationColumn in
        let words = part.split(separator: " ")
        let isArray = words[1].hasSuffix("[]")
        let base = SQLType.Base(rawValue: String(isArray ? words[1].dropLast(2) : words[1])) ?? .text
        return RelationColumn(name: String(words[0]), type: SQLType(base, isArray: isArray))
      }
      return SystemRelation(
        relation: Relation(schema: schema, name: String(parts[0]), kind: .view, columns: columns))
    }
  }

  /// PostgreSQL's own numbers of its catalogs.
  static let numbers: [String: Int64] = [
    "pg_default_acl": 826, "pg_tablespace": 1213, "pg_type": 1247, "pg_attribute": 1249, "pg_proc": 1255,
    "pg_class": 1259, "pg_authid": 1260, "pg_auth_members": 1261, "pg_database": 1262, "pg_foreign_server": 1417,
    "pg_sequence": 2224, "pg_shdescription": 2396, "pg_aggregate": 2600, "pg_am": 2601, "pg_attrdef": 2604,
    "pg_cast": 2605, "pg_constraint": 2606, "pg_depend": 2608, "pg_description": 2609, "pg_index": 2610,
    "pg_inherits": 2611, "pg_language": 2612, "pg_namespace": 2615, "pg_opclass": 2616, "pg_operator": 2617,
    "pg_rewrite": 2618, "pg_trigger": 2620, "pg_db_role_setting": 2964, "pg_extension": 3079,
    "pg_foreign_table": 3118, "pg_policy": 3256, "pg_partitioned_table": 3350, "pg_statistic_ext": 3381,
    "pg_collation": 3456, "pg_event_trigger": 3466, "pg_enum": 3501, "pg_range": 3541, "pg_publication": 6104,
    "pg_publication_rel": 6106, "pg_publication_namespace": 6237,
  ]

  var lifetime: Lifetime {
    switch name {
    case "pg_settings", "pg_stat_activity", "pg_locks", "pg_prepared_statements", "pg_cursors", "pg_timezone_names":
      .scan
    case "pg_stat_user_tables", "pg_stat_all_tables", "pg_statio_user_tables", "pg_stat_database", "pg_sequences",
      "pg_description", "pg_stat_user_indexes":
      .data
    default: .catalog
    }
  }
}
