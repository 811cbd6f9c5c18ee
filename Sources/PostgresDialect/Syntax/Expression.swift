/// A name as PostgreSQL sees it: folded to lower case unless it was quoted.
public struct Identifier: Hashable, Sendable {
  public var name: String
  public var range: SourceRange

  public init(_ name: String, at range: SourceRange) {
    self.name = name
    self.range = range
  }
}

/// A name with its qualifiers, such as `scout.gold_sales_daily`; at least one part.
public struct QualifiedName: Hashable, Sendable {
  public var parts: [Identifier]

  public init(_ parts: [Identifier]) { self.parts = parts }

  /// The last part.
  public var name: String { parts.last?.name ?? "" }
  /// The part before the last, when there is one.
  public var schema: String? { parts.count > 1 ? parts[parts.count - 2].name : nil }
  public var range: SourceRange {
    guard let first = parts.first, let last = parts.last else { return SourceRange(start: 0, end: 0) }
    return first.range.union(last.range)
  }
}

/// A type as written: `numeric(12,2)`, `timestamp with time zone`, `text[]`, `interval day to second(3)`.
public struct TypeName: Hashable, Sendable {
  /// The name, with SQL's spellings already brought to PostgreSQL's internal ones: `int4`, `timestamptz`, `varchar`,
  /// `bpchar`, `float8`, `bool`. User types and other names stay as written.
  public var name: QualifiedName
  /// The numbers in parentheses.
  public var modifiers: [Int]
  /// How many pairs of brackets follow.
  public var arrayDimensions: Int
  /// The `day to second` of an interval, in lower case.
  public var intervalFields: String?
  /// `setof` before a function's return type.
  public var isSet: Bool
  public var range: SourceRange

  public init(
    name: QualifiedName, modifiers: [Int] = [], arrayDimensions: Int = 0, intervalFields: String? = nil,
    isSet: Bool = false, range: SourceRange
  ) {
    self.name = name
    self.modifiers = modifiers
    self.arrayDimensions = arrayDimensions
    self.intervalFields = intervalFields
    self.isSet = isSet
    self.range = range
  }
}

/// An expression as written, before any name or type is known.
public struct Expression: Hashable, Sendable {
  public var kind: Kind
  public var range: SourceRange

  public init(_ kind: Kind, at range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  public indirect enum Kind: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// Digits without a point; may be larger than any integer type.
    case integer(String)
    /// A number with a point or an exponent, as written.
    case decimal(String)
    /// An untyped string literal, its escapes resolved.
    case string(String)
    /// `b'101'` or `x'1F'`, as binary digits.
    case bitString(String)
    /// `date '2025-08-23'`, `interval '1 day'`, `numeric(3,1) '2.5'`.
    case typedLiteral(TypeName, String)
    case parameter(Parameter)
    /// `column`, `table.column`, `schema.table.column`.
    case column(QualifiedName)
    /// `*` or `table.*`, where a row is allowed.
    case star(QualifiedName?)
    case unary(Operator, Expression)
    case binary(Operator, Expression, Expression)
    case not(Expression)
    /// Two or more operands: chains are flat.
    case and([Expression])
    /// Two or more operands: chains are flat.
    case or([Expression])
    case test(Expression, Test, negated: Bool)
    case isDistinct(Expression, from: Expression, negated: Bool)
    case between(Expression, low: Expression, high: Expression, symmetric: Bool, negated: Bool)
    case inList(Expression, [Expression], negated: Bool)
    case inSubquery(Expression, Query, negated: Bool)
    case quantified(Expression, Operator, Quantifier, QuantifiedOperand)
    case like(LikeKind, Expression, pattern: Expression, escape: Expression?, negated: Bool)
    case caseWhen(operand: Expression?, branches: [CaseBranch], otherwise: Expression?)
    case cast(Expression, TypeName)
    case collate(Expression, QualifiedName)
    case atTimeZone(Expression, zone: Expression)
    /// `extract(field from expression)`; the field in lower case.
    case extract(String, Expression)
    case call(FunctionCall)
    /// `current_date`, `current_timestamp(0)`, `current_user` and their kin, in lower case.
    case currentValue(String, precision: Int?)
    case subquery(Query)
    case exists(Query)
    case arraySubquery(Query)
    case array([Expression])
    case row([Expression], isExplicit: Bool)
    case subscript_(Expression, [Subscript])
    /// `(composite).field`.
    case field(Expression, Identifier)
    /// `(composite).*`.
    case fieldStar(Expression)
    /// `default` in VALUES and SET.
    case defaultValue
  }

  public enum Parameter: Hashable, Sendable {
    /// `$1`, counted from 1.
    case positional(Int)
    /// `:name`.
    case named(String)
  }

  public enum Test: Hashable, Sendable {
    case null, true_, false_, unknown
  }

  public enum Quantifier: Hashable, Sendable {
    case any, all
  }

  public enum QuantifiedOperand: Hashable, Sendable {
    case query(Query)
    case array(Expression)
  }

  public enum LikeKind: Hashable, Sendable {
    case like, ilike, similar
  }

  public enum Subscript: Hashable, Sendable {
    case index(Expression)
    case slice(Expression?, Expression?)
  }
}

/// An operator's symbol, such as `+`, `->>` or `~*`.
public struct Operator: Hashable, Sendable {
  public var symbol: String
  /// The schema in `operator(schema.symbol)`.
  public var schema: String?
  public var range: SourceRange

  public init(_ symbol: String, schema: String? = nil, at range: SourceRange) {
    self.symbol = symbol
    self.schema = schema
    self.range = range
  }
}

public struct CaseBranch: Hashable, Sendable {
  public var condition: Expression
  public var result: Expression

  public init(condition: Expression, result: Expression) {
    self.condition = condition
    self.result = result
  }
}

/// A function call with everything that may stand in and after its parentheses.
///
/// The parser brings SQL's special forms (`position(a in b)`, `substring(s from n for m)`, `trim(both x from s)`,
/// `overlay(…)`, `coalesce`, `nullif`, `greatest`, `least`) to ordinary calls with the argument order of
/// PostgreSQL's functions: `position(substring, string)` is `strpos`-like `position(b, a)` as in pg_catalog,
/// `trim(leading x from s)` is `ltrim(s, x)`.
public struct FunctionCall: Hashable, Sendable {
  public var name: QualifiedName
  public var arguments: [FunctionArgument]
  /// `count(*)`.
  public var isStar: Bool
  public var isDistinct: Bool
  /// `variadic` before the last argument.
  public var isVariadic: Bool
  /// `order by` inside the parentheses.
  public var orderBy: [OrderItem]
  /// `within group (order by …)`.
  public var withinGroup: [OrderItem]
  public var filter: Expression?
  public var over: WindowReference?

  public init(
    name: QualifiedName, arguments: [FunctionArgument] = [], isStar: Bool = false, isDistinct: Bool = false,
    isVariadic: Bool = false, orderBy: [OrderItem] = [], withinGroup: [OrderItem] = [], filter: Expression? = nil,
    over: WindowReference? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.isStar = isStar
    self.isDistinct = isDistinct
    self.isVariadic = isVariadic
    self.orderBy = orderBy
    self.withinGroup = withinGroup
    self.filter = filter
    self.over = over
  }
}

public struct FunctionArgument: Hashable, Sendable {
  /// `name => value` or `name := value`.
  public var name: Identifier?
  public var value: Expression

  public init(name: Identifier? = nil, value: Expression) {
    self.name = name
    self.value = value
  }
}

public struct OrderItem: Hashable, Sendable {
  public var expression: Expression
  public var isDescending: Bool
  /// As written; PostgreSQL's default (last when ascending, first when descending) applies when nil.
  public var nullsFirst: Bool?

  public init(expression: Expression, isDescending: Bool = false, nullsFirst: Bool? = nil) {
    self.expression = expression
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

/// What follows `over`.
public enum WindowReference: Hashable, Sendable {
  case named(Identifier)
  case inline(WindowSpecification)
}

public struct WindowSpecification: Hashable, Sendable {
  /// The window that this one extends: `(w order by …)`.
  public var base: Identifier?
  public var partitionBy: [Expression]
  public var orderBy: [OrderItem]
  public var frame: WindowFrame?
  public var range: SourceRange

  public init(
    base: Identifier? = nil, partitionBy: [Expression] = [], orderBy: [OrderItem] = [], frame: WindowFrame? = nil,
    range: SourceRange
  ) {
    self.base = base
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
    self.range = range
  }
}

public struct WindowFrame: Hashable, Sendable {
  public enum Unit: Hashable, Sendable { case rows, range, groups }
  public enum Exclusion: Hashable, Sendable { case currentRow, group, ties }
  public indirect enum Bound: Hashable, Sendable {
    case unboundedPreceding, unboundedFollowing, currentRow
    case preceding(Expression), following(Expression)
  }

  public var unit: Unit
  public var start: Bound
  /// `currentRow` when only a start was written.
  public var end: Bound
  public var exclusion: Exclusion?
  public var range: SourceRange

  public init(unit: Unit, start: Bound, end: Bound, exclusion: Exclusion? = nil, range: SourceRange) {
    self.unit = unit
    self.start = start
    self.end = end
    self.exclusion = exclusion
    self.range = range
  }
}
