/// Where a cast stands decides which casts PostgreSQL allows there.
/// Source: <https://www.postgresql.org/docs/15/sql-createcast.html>
public enum CastContext: Int, Comparable, Sendable {
  /// Operands and arguments: only casts that lose nothing.
  case implicit
  /// Values on their way into a column.
  case assignment
  /// Written out as `::` or `cast`.
  case explicit

  public static func < (a: CastContext, b: CastContext) -> Bool { a.rawValue < b.rawValue }
}

public enum CastRules {
  /// The weakest context in which `source` becomes `target`; nil when no cast exists.
  static func context(from source: SQLType, to target: SQLType) -> CastContext? {
    if source.isArray || target.isArray {
      guard source.isArray && target.isArray else {
        if source.isUnknown || source.vectorArray == target.unmodified { return .implicit }
        if source.isArray && target.isString { return .assignment }
        return source.isString && target.isArray ? .explicit : nil
      }
      return context(from: source.element, to: target.element)
    }
    if source.base == target.base || source.isUnknown { return .implicit }
    if let reference = referenceContext(from: source, to: target) { return reference }
    if let listed = matrix[source.base]?[target.base] { return listed }
    // Every type has a text form: casts to text are assignment casts, casts from text are explicit ones.
    if target.isString { return source.base == .void ? nil : .assignment }
    if source.isString { return target.base == .void ? nil : .explicit }
    return nil
  }

  private static let matrix: [SQLType.Base: [SQLType.Base: CastContext]] = [
    .int2: [
      .int4: .implicit, .int8: .implicit, .numeric: .implicit, .float4: .implicit, .float8: .implicit,
    ],
    .int4: [
      .int2: .assignment, .int8: .implicit, .numeric: .implicit, .float4: .implicit, .float8: .implicit,
      .boolean: .explicit, .bit: .explicit,
    ],
    .int8: [
      .int2: .assignment, .int4: .assignment, .bit: .explicit, .numeric: .implicit, .float4: .implicit,
      .float8: .implicit,
    ],
    .numeric: [
      .int2: .assignment, .int4: .assignment, .int8: .assignment, .float4: .implicit, .float8: .implicit,
    ],
    .float4: [
      .int2: .assignment, .int4: .assignment, .int8: .assignment, .numeric: .assignment, .float8: .implicit,
    ],
    .float8: [
      .int2: .assignment, .int4: .assignment, .int8: .assignment, .numeric: .assignment, .float4: .assignment,
    ],
    .boolean: [.int4: .explicit],
    .text: [.varchar: .implicit, .bpchar: .implicit, .name: .implicit],
    .varchar: [.text: .implicit, .bpchar: .implicit, .name: .implicit],
    .bpchar: [.text: .implicit, .varchar: .implicit, .name: .implicit],
    .name: [.text: .implicit, .varchar: .assignment, .bpchar: .assignment],
    .date: [.timestamp: .implicit, .timestamptz: .implicit],
    .timestamp: [.timestamptz: .implicit, .date: .assignment, .time: .assignment],
    .timestamptz: [.timestamp: .assignment, .date: .assignment, .time: .assignment, .timetz: .assignment],
    .time: [.interval: .implicit, .timetz: .implicit],
    .timetz: [.time: .assignment],
    .interval: [.time: .assignment],
    .bit: [.varbit: .implicit, .int4: .explicit, .int8: .explicit],
    .varbit: [.bit: .implicit],
    .json: [.jsonb: .assignment],
    .jsonb: [
      .json: .assignment, .boolean: .explicit, .int2: .explicit, .int4: .explicit, .int8: .explicit,
      .numeric: .explicit, .float4: .explicit, .float8: .explicit,
    ],
  ]

  /// The type to which all of a CASE's, COALESCE's, UNION's or IN list's values are brought.
  ///
  /// PostgreSQL's rule: the first type, until one of the same category comes to which it casts implicitly but not
  /// back; a preferred type stays.
  /// Source: <https://www.postgresql.org/docs/15/typeconv-union-case.html>
  ///
  /// - Returns: Nil when the types have no common type; text when all are unknown.
  static func commonType(_ types: [SQLType]) -> SQLType? {
    let known = types.filter { !$0.isUnknown }
    guard var candidate = known.first else { return .text }
    if known.allSatisfy({ $0 == candidate }) { return candidate }
    candidate = candidate.unmodified
    for type in known.dropFirst() {
      let type = type.unmodified
      if type == candidate { continue }
      // PostgreSQL counts the references among the numbers, the number of an entry before integers.
      if type.isInteger && candidate.category == .reference || candidate.isInteger && type.category == .reference {
        candidate = SQLType(.oid)
        continue
      }
      guard type.category == candidate.category else { return nil }
      if !candidate.isPreferred && context(from: candidate, to: type) == .implicit
        && context(from: type, to: candidate) != .implicit
      {
        candidate = type
      }
    }
    return candidate
  }
}
