/// The types of the system catalogs: numbers of entries, their names, and the catalogs' own kinds of lists.
/// Source: <https://www.postgresql.org/docs/15/datatype-oid.html>
extension SQLType {
  /// Whether values are entries of the catalogs by name, held as the text that they show.
  var isCatalogName: Bool {
    guard !isArray else { return false }
    return switch base {
    case .regclass, .regproc, .regprocedure, .regrole, .regnamespace, .regtype: true
    default: false
    }
  }

  var isOID: Bool { !isArray && base == .oid }

  /// The array that a vector is when its elements are asked for; nil for all other types.
  package var vectorArray: SQLType? {
    guard !isArray else { return nil }
    return switch base {
    case .int2vector: SQLType(.int2, isArray: true)
    case .oidvector: SQLType(.oid, isArray: true)
    default: nil
    }
  }
}

extension CastRules {
  /// The casts of the catalogs' types; nil for all others.
  static func referenceContext(from source: SQLType, to target: SQLType) -> CastContext? {
    if source.isOID, target.isCatalogName || target.isInteger { return target.isInteger ? .assignment : .implicit }
    if source.isCatalogName, target.isOID || target.isInteger { return target.isOID ? .implicit : .assignment }
    if source.isInteger, target.isOID || target.isCatalogName { return .implicit }
    if source.base == .text || source.base == .varchar, target.base == .regclass { return .implicit }
    switch (source.base, target.base) {
    case (.char, .text), (.nodeTree, .text): return .implicit
    case (.char, .int4), (.int4, .char): return .explicit
    default: return nil
    }
  }
}

extension LoweringContext {
  /// A cast from or to a type of the catalogs; nil for all others.
  ///
  /// Names are looked up while the statement runs: the compiler knows no numbers.
  func convertedReference(_ value: TypedExpression, to target: SQLType) -> SQLiteExpression? {
    let source = value.type
    if target.isCatalogName {
      if source.isOID || source.isInteger { return .call("pg_\(target.base.rawValue)_name", value.sql) }
      if source.isString { return .call("pg_\(target.base.rawValue)_in", textOf(value).sql) }
      return nil
    }
    if source.isCatalogName, target.isOID || target.isInteger {
      return .call("pg_\(source.base.rawValue)_oid", value.sql)
    }
    if target.isOID || target.base == .xid {
      if source.isInteger { return .call("pg_int8_oid", value.sql) }
      if source.isString { return .call("pg_oid_in", textOf(value).sql) }
    }
    if source.isOID, target.isInteger { return value.sql }
    switch (source.base, target.base) {
    case (.char, .int4): return .call("unicode", value.sql)
    case (.int4, .char): return .call("char", value.sql)
    case (_, .char) where source.isString: return .call("substr", textOf(value).sql, .integer(1), .integer(1))
    default: return nil
    }
  }

  /// An untyped literal of a type of the catalogs; nil for all others.
  func referenceLiteral(_ text: String, _ target: SQLType) throws(SQLError) -> SQLiteExpression? {
    if target.isCatalogName, target.base != .regtype {
      return .call("pg_\(target.base.rawValue)_in", .text(text))
    }
    switch target.base {
    case .oid, .xid:
      guard let number = UInt32(text.filter { !$0.isWhitespace }) else {
        throw SQLError(
          .invalidTextRepresentation, "invalid input syntax for type \(target.displayName): \"\(text)\"")
      }
      return .integer(Int64(number))
    case .char: return .text(String(text.prefix(1)))
    case .int2vector, .oidvector:
      let numbers = try text.split(separator: " ").map { part throws(SQLError) in
        target.base == .oidvector ? try ValueText.int64(String(part)) : Int64(try ValueText.int16(String(part)))
      }
      return .text("[" + numbers.map(String.init).joined(separator: ",") + "]")
    case .aclitem: return .text(text)
    default: return nil
    }
  }
}

extension Analyzer {
  /// `vector[i]`: as of an array whose first element has the number 0.
  func vectorElement(
    _ value: TypedExpression, _ elements: SQLType, _ subscripts: [Expression.Subscript], _ clause: Clause,
    _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    guard subscripts.count == 1, case .index(let index) = subscripts[0] else {
      throw SQLError(.featureNotSupported, "slices of \(value.type.displayName) are not supported", at: range)
    }
    let number = try context.cast(lower(index, clause, scope), to: .int4, in: .assignment)
    return TypedExpression(
      .call("pg_array_element", value.sql, elements.elementKind, .infix("+", number.sql, .integer(1))),
      elements.element, at: range)
  }
}
