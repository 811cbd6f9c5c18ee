/// An expression after analysis: what SQLite computes, and what PostgreSQL says it is.
public struct TypedExpression: Hashable, Sendable {
  public var sql: SQLiteExpression
  public var type: SQLType
  /// Set when a numeric is held as a scaled integer.
  public var fixedPoint: FixedPoint?
  public var isNullable: Bool
  /// The value, when it is known while compiling.
  public var constant: Constant?
  /// The fields of a composite value; see ``LoweringContext/fields(of:)``.
  public var fields: [ResultColumn]?
  /// The values of a row constructor's fields, as long as it is one.
  var parts: [TypedExpression]?
  public var range: SourceRange

  public enum Constant: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case numeric(Numeric)
    case string(String)
    case interval(Interval)
  }

  /// Whether the text was given the collation `C`, so that it sorts by its bytes.
  var isBytewise = false

  public init(
    _ sql: SQLiteExpression, _ type: SQLType, fixedPoint: FixedPoint? = nil, isNullable: Bool = true,
    constant: Constant? = nil, at range: SourceRange
  ) {
    self.sql = sql
    self.type = type
    self.fixedPoint = fixedPoint
    self.isNullable = isNullable
    self.constant = constant
    self.range = range
  }

  /// The expression with the collation under which it compares as PostgreSQL compares it.
  var comparable: SQLiteExpression {
    guard fixedPoint == nil, let collation = type.collation else { return sql }
    return .collate(sql, collation)
  }

  /// The collation under which the value is sorted, or compared by size.
  var orderCollation: String? {
    guard fixedPoint == nil else { return nil }
    return isBytewise || type.base == .name ? type.collation : type.orderCollation
  }

  /// The expression with the collation under which it sorts as PostgreSQL sorts it.
  var orderable: SQLiteExpression { orderCollation.map { .collate(sql, $0) } ?? sql }

  /// The digits and scale with which the value can take part in integer arithmetic on decimals; nil for floats and
  /// decimal texts.
  var fixedOrInteger: FixedPoint? {
    if let fixedPoint { return fixedPoint }
    if case .integer(let value)? = constant, type.isInteger {
      return FixedPoint(precision: Swift.max(1, String(value.magnitude).count), scale: 0)
    }
    guard !type.isArray else { return nil }
    switch type.base {
    case .int2: return FixedPoint(precision: 5, scale: 0)
    case .int4: return FixedPoint(precision: 10, scale: 0)
    case .int8: return FixedPoint(precision: 19, scale: 0)
    default: return nil
    }
  }

  /// The string of a literal that has no type yet.
  var unknownString: String? {
    guard type.isUnknown, case .string(let text)? = constant else { return nil }
    return text
  }
}

/// A column of a query's result.
public struct ResultColumn: Hashable, Sendable {
  public var name: String
  public var type: SQLType
  /// Set when the values are scaled integers.
  public var fixedPoint: FixedPoint?
  public var isNullable: Bool
  /// The fields of composite values.
  public var fields: [ResultColumn]?

  public init(name: String, type: SQLType, fixedPoint: FixedPoint? = nil, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.fixedPoint = fixedPoint
    self.isNullable = isNullable
  }
}
