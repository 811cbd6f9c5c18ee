import PostgresDialect

/// A type as `pg_type` shows it.
struct SystemType: Sendable {
  var name: String
  var oid: Int64
  /// The number of its array type; zero for none.
  var arrayOID: Int64
  var length: Int64
  var isByValue: Bool
  var category: String
  var isPreferred: Bool
  var alignment: String
  var storage: String
  var elementOID: Int64
  /// `b` base, `c` composite, `p` pseudo.
  var kind: String

  /// PostgreSQL's own types with PostgreSQL's numbers.
  static let builtIn: [SystemType] = table.split(separator: "\n").map { line in
    let words = line.split(separator: " ").map(String.init)
    return SystemType(
      name: words[0], oid: Int64(words[1]) ?? 0, arrayOID: Int64(words[2]) ?? 0, length: Int64(words[3]) ?? -1,
      isByValue: words[4] == "t", category: words[5], isPreferred: words[6] == "t", alignment: words[7],
      storage: words[8], elementOID: Int64(words[9]) ?? 0, kind: words[10])
  }

  static let byName = Dictionary(uniqueKeysWithValues: builtIn.map { ($0.name, $0) })

  /// Name, number, number of the array type, length, by value, category, preferred, alignment, storage, element, kind.
  /// Source: `pg_type` of a PostgreSQL 15.18.
  private static let table = """
    bool 16 1000 1 t B t c p 0 b
    bytea 17 1001 -1 f U f i x 0 b
    char 18 1002 1 t Z f c p 0 b
    name 19 1003 64 f S f c p 18 b
    int8 20 1016 8 t N f d p 0 b
    int2 21 1005 2 t N f s p 0 b
    int2vector 22 1006 -1 f A f i p 21 b
    int4 23 1007 4 t N f i p 0 b
    regproc 24 1008 4 t N f i p 0 b
    text 25 1009 -1 f S t i x 0 b
    oid 26 1028 4 t N t i p 0 b
    tid 27 1010 6 f U f s p 0 b
    xid 28 1011 4 t U f i p 0 b
    oidvector 30 1013 -1 f A f i p 26 b
    json 114 199 -1 f U f i x 0 b
    xml 142 143 -1 f U f i x 0 b
    pg_node_tree 194 0 -1 f Z f i x 0 b
    float4 700 1021 4 t N f i p 0 b
    float8 701 1022 8 t N t d p 0 b
    unknown 705 0 -2 f X f c p 0 p
    money 790 791 8 t N f d p 0 b
    inet 869 1041 -1 f I t i m 0 b
    aclitem 1033 1034 12 f U f i p 0 b
    bpchar 1042 1014 -1 f S f i x 0 b
    varchar 1043 1015 -1 f S f i x 0 b
    date 1082 1182 4 t D f i p 0 b
    time 1083 1183 8 t D f d p 0 b
    timestamp 1114 1115 8 t D f d p 0 b
    timestamptz 1184 1185 8 t D t d p 0 b
    interval 1186 1187 16 f T t d p 0 b
    timetz 1266 1270 12 f D f d p 0 b
    bit 1560 1561 -1 f V f i x 0 b
    varbit 1562 1563 -1 f V t i x 0 b
    numeric 1700 1231 -1 f N f i m 0 b
    regprocedure 2202 2207 4 t N f i p 0 b
    regoper 2203 2208 4 t N f i p 0 b
    regoperator 2204 2209 4 t N f i p 0 b
    regclass 2205 2210 4 t N f i p 0 b
    regtype 2206 2211 4 t N f i p 0 b
    record 2249 2287 -1 f P f d x 0 p
    cstring 2275 1263 -2 f P f c p 0 p
    any 2276 0 4 t P f i p 0 p
    anyarray 2277 0 -1 f P f d x 0 p
    void 2278 0 4 t P f i p 0 p
    trigger 2279 0 4 t P f i p 0 p
    internal 2281 0 8 t P f d p 0 p
    anyelement 2283 0 4 t P f i p 0 p
    anynonarray 2776 0 4 t P f i p 0 p
    uuid 2950 2951 16 f U f c p 0 b
    jsonb 3802 3807 -1 f U f i x 0 b
    jsonpath 4072 4073 -1 f U f i x 0 b
    regnamespace 4089 4090 4 t N f i p 0 b
    regrole 4096 4097 4 t N f i p 0 b
    regcollation 4191 4192 4 t N f i p 0 b
    xid8 5069 271 8 t U f d p 0 b
    anycompatible 5077 0 4 t P f i p 0 p
    """

  /// The type's column in `pg_attribute` and its kin.
  static func oid(of type: SQLType) -> Int64 {
    guard let found = byName[type.base.rawValue] else { return byName["text"]?.oid ?? 25 }
    return type.isArray ? found.arrayOID : found.oid
  }

  static func of(_ type: SQLType) -> SystemType? {
    guard let found = byName[type.base.rawValue] else { return nil }
    return type.isArray ? found.array : found
  }

  /// The array type over this one; nil when there is none.
  var array: SystemType? {
    guard arrayOID != 0 else { return nil }
    return SystemType(
      name: "_" + name, oid: arrayOID, arrayOID: 0, length: -1, isByValue: false, category: "A", isPreferred: false,
      alignment: alignment == "d" ? "d" : "i", storage: "x", elementOID: oid, kind: kind == "p" ? "p" : "b")
  }

  /// The modifier as `atttypmod` holds it; -1 for none.
  static func modifier(of type: SQLType) -> Int64 {
    guard let precision = type.precision else { return -1 }
    return switch type.base {
    case .numeric: Int64(precision) << 16 | Int64((type.scale ?? 0) & 0x7FF) + 4
    case .varchar, .bpchar: Int64(precision) + 4
    case .interval: 0x7FFF_0000 | Int64(precision)
    default: Int64(precision)
    }
  }

  /// The type that a number and a modifier stand for; nil for a number that is none of PostgreSQL's.
  static func type(_ oid: Int64, modifier: Int64?) -> SQLType? {
    let element = builtIn.first { $0.arrayOID == oid && oid != 0 }
    guard let found = element ?? builtIn.first(where: { $0.oid == oid }),
      let base = SQLType.Base(rawValue: found.name)
    else { return nil }
    var type = SQLType(base, isArray: element != nil)
    guard let modifier, modifier >= 0 else { return type }
    switch base {
    case .numeric:
      type.precision = Int((modifier - 4) >> 16)
      let scale = (modifier - 4) & 0x7FF
      type.scale = Int(scale > 1023 ? scale - 2048 : scale)
    case .varchar, .bpchar: type.precision = Int(modifier - 4)
    case .interval: type.precision = Int(modifier & 0xFFFF)
    case .bit, .varbit, .time, .timetz, .timestamp, .timestamptz: type.precision = Int(modifier)
    default: break
    }
    return type
  }
}
