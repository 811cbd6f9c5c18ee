/// A PostgreSQL type with its modifiers, such as `numeric(12,2)` or `text[]`.
public struct SQLType: Hashable, Sendable {
  /// The type without modifiers; the raw values are PostgreSQL's internal names.
  public enum Base: String, Hashable, Sendable, CaseIterable {
    case boolean = "bool"
    case int2, int4, int8, float4, float8, numeric
    case text, varchar, bpchar, name
    case uuid, bytea, json, jsonb, jsonpath
    /// Bit strings of a fixed and of a varying length.
    case bit, varbit
    case timestamptz, timestamp, date, time, timetz, interval
    /// The name of a type, as `pg_typeof` returns it.
    case regtype
    /// The number of a catalog entry.
    case oid
    /// Entries of the catalogs by name: held as the text that they show.
    case regclass, regproc, regprocedure, regrole, regnamespace
    /// Types that only the system catalogs use. Vectors are held as JSON arrays; their first element has the number 0.
    case char, xid, int2vector, oidvector, aclitem
    case nodeTree = "pg_node_tree"
    /// A string literal whose type is not decided yet, or a bare NULL.
    case unknown
    case void
    case record
    /// Only in signatures: any type, the same at every place of one signature.
    case anyelement
    /// Only in signatures: an array of `anyelement`.
    case anyarray
    /// Only in signatures: any type whatever.
    case any
  }

  public var base: Base
  public var isArray: Bool
  /// The length of varchar, bpchar and bit strings, the precision of numeric, the digits of seconds of times and intervals.
  public var precision: Int?
  /// The scale of numeric; set when `precision` is.
  public var scale: Int?
  /// The relation whose rows a composite type's values are, qualified unless it is in `public`.
  public var rowOf: String?

  public init(_ base: Base, isArray: Bool = false, precision: Int? = nil, scale: Int? = nil) {
    self.base = base
    self.isArray = isArray
    self.precision = precision
    self.scale = scale
  }

  public static let boolean = SQLType(.boolean)
  public static let int2 = SQLType(.int2)
  public static let int4 = SQLType(.int4)
  public static let int8 = SQLType(.int8)
  public static let float4 = SQLType(.float4)
  public static let float8 = SQLType(.float8)
  public static let numeric = SQLType(.numeric)
  public static let text = SQLType(.text)
  public static let varchar = SQLType(.varchar)
  public static let uuid = SQLType(.uuid)
  public static let json = SQLType(.json)
  public static let jsonb = SQLType(.jsonb)
  public static let timestamptz = SQLType(.timestamptz)
  public static let timestamp = SQLType(.timestamp)
  public static let date = SQLType(.date)
  public static let interval = SQLType(.interval)
  public static let unknown = SQLType(.unknown)
  public static let void = SQLType(.void)

  /// The type without its modifiers.
  public var unmodified: SQLType {
    var type = SQLType(base, isArray: isArray)
    type.rowOf = rowOf
    return type
  }
  /// The type of the array's elements; the type itself when it is no array.
  public var element: SQLType { SQLType(base, precision: precision, scale: scale) }

  /// PostgreSQL's `format_type` without modifiers: `timestamp with time zone`, `character varying`, `text[]`.
  public var displayName: String {
    let name =
      switch base {
      case .boolean: "boolean"
      case .int2: "smallint"
      case .int4: "integer"
      case .int8: "bigint"
      case .float4: "real"
      case .float8: "double precision"
      case .varchar: "character varying"
      case .bpchar: "character"
      case .varbit: "bit varying"
      case .timestamptz: "timestamp with time zone"
      case .timestamp: "timestamp without time zone"
      case .time: "time without time zone"
      case .timetz: "time with time zone"
      case .any: "\"any\""
      case .char: "\"char\""
      case .record: rowOf ?? "record"
      default: base.rawValue
      }
    return isArray ? name + "[]" : name
  }

  /// PostgreSQL's `format_type` with modifiers: `numeric(12,2)`, `character varying(20)`.
  public var declaration: String {
    guard let precision else { return displayName }
    let modifiers = base == .numeric ? "(\(precision),\(scale ?? 0))" : "(\(precision))"
    var element = SQLType(base).displayName
    // The digits of seconds stand inside the name: timestamp(3) with time zone.
    let blank = SQLType(base).category == .dateTime ? element.firstIndex(of: " ") : nil
    element.insert(contentsOf: modifiers, at: blank ?? element.endIndex)
    return isArray ? element + "[]" : element
  }

  /// PostgreSQL's type categories, which decide between overloads.
  /// Source: <https://www.postgresql.org/docs/15/catalog-pg-type.html#CATALOG-TYPCATEGORY-TABLE>
  public enum Category: Hashable, Sendable {
    case array, boolean, composite, dateTime, number, string, bitString, timespan, userDefined, unknown, pseudo
    /// Names of catalog entries, which PostgreSQL counts among the numbers.
    case reference
  }

  public var category: Category {
    if isArray { return .array }
    switch base {
    case .boolean: return .boolean
    case .int2, .int4, .int8, .float4, .float8, .numeric: return .number
    case .regtype, .oid, .regclass, .regproc, .regprocedure, .regrole, .regnamespace: return .reference
    case .text, .varchar, .bpchar, .name, .char, .nodeTree: return .string
    case .timestamptz, .timestamp, .date, .time, .timetz: return .dateTime
    case .interval: return .timespan
    case .uuid, .bytea, .json, .jsonb, .jsonpath, .xid, .int2vector, .oidvector, .aclitem: return .userDefined
    case .bit, .varbit: return .bitString
    case .unknown: return .unknown
    case .record: return .composite
    case .void, .anyelement, .anyarray, .any: return .pseudo
    }
  }

  /// Whether PostgreSQL prefers this type within its category.
  public var isPreferred: Bool {
    guard !isArray else { return false }
    return switch base {
    case .boolean, .float8, .text, .timestamptz, .interval, .varbit, .oid: true
    default: false
    }
  }

  public var isInteger: Bool { !isArray && (base == .int2 || base == .int4 || base == .int8) }
  public var isFloat: Bool { !isArray && (base == .float4 || base == .float8) }
  public var isNumeric: Bool { !isArray && base == .numeric }
  public var isString: Bool { category == .string }
  public var isUnknown: Bool { !isArray && base == .unknown }

  /// - Throws: 42883 for a type whose values cannot be told to be equal: json.
  func requireEquality(at range: SourceRange) throws(SQLError) {
    guard base == .json || base == .jsonpath else { return }
    throw SQLError(
      .undefinedFunction, "could not identify an equality operator for type \(displayName)", at: range)
  }

  /// - Throws: 42883 for a type whose values have no order: json.
  func requireOrder(at range: SourceRange) throws(SQLError) {
    guard base == .json || base == .jsonpath else { return }
    throw SQLError(
      .undefinedFunction, "could not identify an ordering operator for type \(displayName)",
      hint: "Use an explicit ordering operator or modify the query.", at: range)
  }

  /// The inclusive range of an integer type.
  public var integerBounds: ClosedRange<Int64>? {
    guard !isArray else { return nil }
    return switch base {
    case .int2: Int64(Int16.min)...Int64(Int16.max)
    case .int4: Int64(Int32.min)...Int64(Int32.max)
    case .int8: Int64.min...Int64.max
    default: nil
    }
  }
}

extension SQLType {
  /// The type that a written name stands for.
  ///
  /// - Throws: 42704 for a name that no type has, 22023 for modifiers out of range.
  public init(_ name: TypeName) throws(SQLError) {
    let written = name.name.name
    let schema = name.name.schema
    guard schema == nil || schema == "pg_catalog", let base = Self.names[written] else {
      let full = name.name.parts.map(\.name).joined(separator: ".")
      if schema == nil, Self.knownElsewhere.contains(written) {
        throw SQLError(.featureNotSupported, "type \(full) is not supported yet", at: name.range)
      }
      throw SQLError(
        .undefinedObject, "type \"\(full)\" does not exist",
        hint: nearest(written, in: Self.names.keys.sorted()).map { "Perhaps you meant the type \"\($0)\"." },
        at: name.range)
    }
    self.init(base, isArray: name.arrayDimensions > 0)
    switch base {
    case .numeric:
      guard let precision = name.modifiers.first else { break }
      let scale = name.modifiers.count > 1 ? name.modifiers[1] : 0
      guard (1...1000).contains(precision) else {
        throw SQLError(
          .invalidParameterValue, "NUMERIC precision \(precision) must be between 1 and 1000", at: name.range)
      }
      guard (-1000...1000).contains(scale) else {
        throw SQLError(
          .invalidParameterValue, "NUMERIC scale \(scale) must be between -1000 and 1000", at: name.range)
      }
      self.precision = precision
      self.scale = scale
    case .varchar, .bpchar, .bit, .varbit:
      guard let length = name.modifiers.first else { break }
      guard length >= 1 else {
        throw SQLError(
          .invalidParameterValue, "length for type \(base.rawValue) must be at least 1", at: name.range)
      }
      precision = length
    case .timestamptz, .timestamp, .time, .timetz, .interval:
      // Six digits are all that there are; PostgreSQL takes more for six.
      guard let digits = name.modifiers.first, digits < 6 else { break }
      guard digits >= 0 else {
        throw SQLError(
          .invalidParameterValue, "\(base.rawValue.uppercased())(\(digits)) precision must not be negative",
          at: name.range)
      }
      precision = digits
    default:
      break
    }
  }

  /// The type whose name a call may use for a cast: PostgreSQL's internal names, not SQL's spellings.
  static func castFunction(_ name: String) -> SQLType? {
    guard let base = Base(rawValue: name) else { return nil }
    switch base {
    case .unknown, .any, .anyelement, .anyarray, .void, .record, .nodeTree, .jsonpath: return nil
    default: return SQLType(base)
    }
  }

  /// Whether the name is a type's that PostgreSQL itself has.
  static func isKnown(_ name: TypeName) -> Bool {
    guard name.name.schema == nil || name.name.schema == "pg_catalog" else { return false }
    return names[name.name.name] != nil || knownElsewhere.contains(name.name.name)
  }

  /// PostgreSQL's types that the dialect has not.
  private static let knownElsewhere: Set<String> = [
    "inet", "cidr", "macaddr", "point", "box", "polygon", "circle", "money", "xml", "tsvector",
    "tsquery", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
  ]

  private static let names: [String: Base] = [
    "bool": .boolean, "boolean": .boolean,
    "int2": .int2, "smallint": .int2, "int4": .int4, "int": .int4, "integer": .int4, "int8": .int8, "bigint": .int8,
    "serial": .int4, "bigserial": .int8, "smallserial": .int2, "serial2": .int2, "serial4": .int4, "serial8": .int8,
    "float4": .float4, "real": .float4, "float8": .float8, "float": .float8,
    "numeric": .numeric, "decimal": .numeric,
    "text": .text, "varchar": .varchar, "bpchar": .bpchar, "name": .name, "citext": .text,
    "uuid": .uuid, "bytea": .bytea, "json": .json, "jsonb": .jsonb, "jsonpath": .jsonpath,
    "bit": .bit, "varbit": .varbit,
    "timestamptz": .timestamptz, "timestamp": .timestamp, "date": .date, "time": .time, "timetz": .timetz,
    "interval": .interval, "regtype": .regtype,
    "void": .void, "record": .record, "oid": .oid, "regclass": .regclass, "regproc": .regproc,
    "regprocedure": .regprocedure, "regrole": .regrole, "regnamespace": .regnamespace, "char": .char, "xid": .xid,
    "int2vector": .int2vector, "oidvector": .oidvector, "aclitem": .aclitem, "pg_node_tree": .nodeTree,
  ]
}

/// The candidate closest to `name`, if one is close enough to be a slip of the fingers.
///
/// - Complexity: O(candidates × length²).
package func nearest(_ name: String, in candidates: some Sequence<String>) -> String? {
  let target = Array(name.utf8)
  let limit = Swift.max(1, target.count / 3)
  var best: (distance: Int, name: String)?
  for candidate in candidates where candidate != name {
    let distance = editDistance(target, Array(candidate.utf8))
    if distance <= limit && distance < (best?.distance ?? Int.max) { best = (distance, candidate) }
  }
  return best?.name
}

/// Levenshtein's distance.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var previous = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var current = [i + 1]
    current.reserveCapacity(b.count + 1)
    for (j, y) in b.enumerated() {
      current.append(Swift.min(previous[j + 1] + 1, current[j] + 1, previous[j] + (x == y ? 0 : 1)))
    }
    previous = current
  }
  return previous[b.count]
}

extension SQLType {
  /// The type of a declaration such as `numeric(12,2)`.
  ///
  /// - Throws: 42704 or 42601.
  public init(declaration: String) throws(SQLError) {
    let expression = try Parser.parseExpression("null::" + declaration)
    guard case .cast(_, let name) = expression.kind else {
      throw SQLError(.syntaxError, "\"\(declaration)\" is no type")
    }
    try self.init(name)
  }
}
