/// What the compiler asks about the database: it knows no database itself.
public protocol Catalog: Sendable {
  /// The relation of that name; an unqualified name is looked up in the search path.
  func relation(schema: String?, name: String) -> Relation?
  /// Every relation's qualified name, for "did you mean".
  var relationNames: [String] { get }
  func hasSchema(_ name: String) -> Bool
  /// The schemas in which unqualified names are looked up, those that exist, without the implicit `pg_catalog`.
  var searchPath: [String] { get }
  /// Functions that the application adds, such as `scout.run_monitors()`.
  func functions(schema: String?, name: String) -> [FunctionDefinition]
  /// The functions and procedures that CREATE FUNCTION made; an unqualified name is looked up in the search path.
  func routines(schema: String?, name: String) -> [Routine]
  /// Whether an index, a sequence or another object with a relation's kind of name has that name.
  func hasRelationName(schema: String, name: String) -> Bool
  /// Whether PostgreSQL's system schemas have a relation of that name that the catalog has not.
  func isUnsupportedSystemRelation(schema: String?, name: String) -> Bool
}

extension Catalog {
  public func routines(schema: String?, name: String) -> [Routine] { [] }

  public func isUnsupportedSystemRelation(schema: String?, name: String) -> Bool { false }

  public func hasRelationName(schema: String, name: String) -> Bool { relation(schema: schema, name: name) != nil }
}

extension Catalog {
  public var searchPath: [String] { ["public"] }
  /// Where an unqualified name is created; empty, as the name of no schema, when the search path leads nowhere.
  var creationSchema: String { searchPath.first ?? "" }
}

/// A table or view as the compiler sees it.
public struct Relation: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case table, view
    /// A derived table that only a refresh writes.
    case materializedView = "materialized view"
  }

  public var schema: String
  public var name: String
  public var kind: Kind
  public var columns: [RelationColumn]
  /// Column names; empty when there is none.
  public var primaryKey: [String]
  /// The query of a view, in PostgreSQL SQL.
  public var definition: String?
  public var constraints: [RelationConstraint] = []
  /// The indexes that are not behind a constraint.
  public var indexes: [RelationIndex] = []
  /// False for a materialized view WITH NO DATA.
  public var isPopulated = true

  public init(
    schema: String, name: String, kind: Kind = .table, columns: [RelationColumn], primaryKey: [String] = [],
    definition: String? = nil
  ) {
    self.schema = schema
    self.name = name
    self.kind = kind
    self.columns = columns
    self.primaryKey = primaryKey
    self.definition = definition
  }

  public var qualifiedName: String { "\(schema).\(name)" }

  /// Whether the relation shows the catalogs themselves: nobody writes it.
  public var isSystem: Bool { schema == "pg_catalog" || schema == "information_schema" }

  /// The name of the table in the SQLite file: the qualified name as it stands, so that it reads the same in every
  /// SQLite tool (`select * from "scout.gold_sales_daily"`) and leads back to schema and name without a list.
  public var storageName: String { Self.storageName(schema: schema, name: name) }

  public static func storageName(schema: String, name: String) -> String { "\(schema).\(name)" }
}

public struct RelationColumn: Hashable, Sendable {
  public var name: String
  public var type: SQLType
  public var isNotNull: Bool
  /// The default as PostgreSQL SQL.
  public var defaultExpression: String?
  /// Filled by SQLite's rowid when no value is given.
  public var isIdentity: Bool
  /// An identity column to which a statement may not give a value.
  public var isIdentityAlways: Bool
  /// Numbered by `serial`: a default, which may be changed, and no identity.
  public var isSerial = false
  /// What a stored generated column computes, as PostgreSQL SQL.
  public var generatedExpression: String?

  public init(
    name: String, type: SQLType, isNotNull: Bool = false, defaultExpression: String? = nil, isIdentity: Bool = false,
    isIdentityAlways: Bool = false, generatedExpression: String? = nil
  ) {
    self.generatedExpression = generatedExpression
    self.name = name
    self.type = type
    self.isNotNull = isNotNull
    self.defaultExpression = defaultExpression
    self.isIdentity = isIdentity
    self.isIdentityAlways = isIdentityAlways
  }
}

/// How a numeric is held as a 64-bit integer: the value times 10^scale, never more than `precision` digits.
///
/// `numeric(p,s)` up to 18 digits is stored so: sums are SQLite's own integer sums, exact and in any order, and
/// comparisons are integer comparisons. Every other numeric is a decimal text under the collation `pg_numeric`.
public struct FixedPoint: Hashable, Sendable {
  public var precision: Int
  public var scale: Int

  public init(precision: Int, scale: Int) {
    self.precision = precision
    self.scale = scale
  }

  /// 10^18 is the largest power of ten below 2^63.
  static let maximumPrecision = 18
}

extension SQLType {
  /// How a column of this type holds its values as scaled integers; nil for all but short numerics.
  public var fixedPoint: FixedPoint? {
    guard isNumeric, let precision, let scale, precision <= FixedPoint.maximumPrecision, (0...18).contains(scale)
    else { return nil }
    return FixedPoint(precision: Swift.max(precision, scale), scale: scale)
  }

  /// The storage class that SQLite's STRICT tables check.
  public var storageClass: String {
    if isArray { return "TEXT" }
    switch base {
    case .boolean, .int2, .int4, .int8, .timestamptz, .timestamp, .date, .time, .oid, .xid: return "INTEGER"
    case .float4, .float8: return "REAL"
    case .numeric: return fixedPoint == nil ? "TEXT" : "INTEGER"
    case .bytea: return "BLOB"
    default: return "TEXT"
    }
  }

  /// The collation under which values of this type are sorted and compared by size. Texts need one here only: they are
  /// equal where their bytes are.
  var orderCollation: String? {
    switch base {
    case .text, .varchar, .bpchar: isArray ? "pg_array_text" : "pg_text"
    default: collation
    }
  }

  /// The collation under which values of this type compare as PostgreSQL compares them, where bytes do not.
  var collation: String? {
    if isArray { return base == .interval ? "pg_array_interval" : base == .jsonb ? "pg_array_jsonb" : "pg_array" }
    return switch base {
    case .numeric: "pg_numeric"
    case .interval: "pg_interval"
    case .timetz: "pg_timetz"
    // Blanks at the end of a character(n) count nothing.
    case .bpchar: "rtrim"
    case .record: "pg_record"
    case .jsonb: "pg_jsonb"
    default: nil
    }
  }
}
