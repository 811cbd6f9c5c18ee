/// A function, aggregate or operator as the compiler resolves and lowers it.
public struct FunctionDefinition: Sendable {
  public enum Kind: Sendable {
    case scalar, aggregate, window
    /// Returns rows: allowed in FROM.
    case set
  }

  public enum Volatility: Sendable { case immutable, stable, volatile }

  public var name: String
  public var kind: Kind
  public var arguments: [SQLType]
  /// The type of any number of further arguments.
  public var variadic: SQLType?
  /// How many of `arguments` may be left out, from the right.
  public var optionalCount: Int
  public var result: SQLType
  public var volatility: Volatility
  /// The columns of a set-returning function's rows; a single one without a name is called as the function or its
  /// alias. A column of `anyelement` has the type that the arguments give it.
  public var columns: [ResultColumn]
  /// Turns the typed arguments, already cast to the signature, into the SQLite expression.
  public var lower: Lowering

  /// How a call becomes SQLite.
  public enum Lowering: Sendable {
    /// A call of the SQLite function of that name; decimals are passed as decimal texts.
    case call(String)
    /// A set-returning function: an expression whose value is a row set of the storage's (`pg_series_integer(…)`),
    /// with the definition's `columns`; null stands for no rows.
    case rowSet(@Sendable (inout LoweringContext, [TypedExpression]) throws(SQLError) -> SQLiteExpression)
    /// A set-returning function whose columns the statement gives, as in `as t(a int, b text)`: the row set has them.
    case recordSet(
      @Sendable (inout LoweringContext, [TypedExpression], [ResultColumn]) throws(SQLError) -> SQLiteExpression)
    /// Anything else.
    case custom(@Sendable (inout LoweringContext, [TypedExpression]) throws(SQLError) -> TypedExpression)
  }

  // Never inlined, as the registry's shorthands: hundreds of copies in one initialiser cost the optimiser minutes.
  @inline(never)
  public init(
    _ name: String, _ arguments: [SQLType], variadic: SQLType? = nil, optional: Int = 0, _ result: SQLType,
    kind: Kind = .scalar, volatility: Volatility = .immutable, columns: [ResultColumn] = [], lower: Lowering
  ) {
    self.name = name
    self.kind = kind
    self.arguments = arguments
    self.variadic = variadic
    self.optionalCount = optional
    self.result = result
    self.volatility = volatility
    self.columns = columns
    self.lower = lower
  }

  /// The signature as PostgreSQL prints it in messages.
  public var signature: String {
    "\(name)(\((arguments + (variadic.map { [$0] } ?? [])).map(\.displayName).joined(separator: ", ")))"
  }
}

/// What a lowering may know beside its arguments.
public struct LoweringContext: Sendable {
  /// The session's time zone, by name.
  public var timeZone: TimeZoneRules
  public var range: SourceRange
  public var parameters: ParameterList
  /// How many rows of arrays' elements the statement has, for their names.
  var elementAliasCount = 0
  /// The schemas of the search path that exist.
  public var searchPath: [String] = []

  /// A literal of the session's time zone.
  var zone: SQLiteExpression { .text(timeZone.identifier) }
}

/// The numbered parameters of the SQLite statement.
public struct ParameterList: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// The statement's own parameter `$n`.
    case positional(Int)
    /// The statement's own parameter `:name`.
    case named(String)
    /// The transaction's time in microseconds since 1970-01-01 UTC.
    case transactionTime
    /// The statement's start in microseconds since 1970-01-01 UTC.
    case statementTime
    /// The rows that another step of the command has returned, as a row set.
    case rows(String)
  }

  public private(set) var sources: [Source] = []

  /// The number, from 1, under which `source` is bound.
  public mutating func number(of source: Source) -> Int {
    if let index = sources.firstIndex(of: source) { return index + 1 }
    sources.append(source)
    return sources.count
  }
}

/// Chooses among overloads as PostgreSQL does.
/// Source: <https://www.postgresql.org/docs/15/typeconv-func.html>
enum OverloadResolution {
  enum Outcome {
    case chosen(FunctionDefinition, [SQLType])
    case none
    case ambiguous
  }

  static func resolve(_ candidates: [FunctionDefinition], _ actual: [SQLType]) -> Outcome {
    var viable: [(function: FunctionDefinition, types: [SQLType])] = []
    for function in candidates {
      guard let types = expanded(function, count: actual.count, actual: actual) else { continue }
      if zip(actual, types).allSatisfy({ $0.unmodified == $1 }) && function.variadic == nil {
        return .chosen(function, types)
      }
      if zip(actual, types).allSatisfy({ CastRules.context(from: $0, to: $1) == .implicit || $1.base == .any }) {
        viable.append((function, types))
      }
    }
    if viable.isEmpty { return .none }
    if viable.count == 1 { return .chosen(viable[0].function, viable[0].types) }

    /// Keeps the candidates that score highest.
    func keepBest(_ score: ([SQLType]) -> Int) {
      let scores = viable.map { score($0.types) }
      let best = scores.max() ?? 0
      viable = zip(viable, scores).filter { $0.1 == best }.map(\.0)
    }
    keepBest { types in zip(actual, types).count { $0.0.unmodified == $0.1 && !$0.0.isUnknown } }
    if viable.count > 1 {
      keepBest { types in
        zip(actual, types).count { given, wanted in
          !given.isUnknown && (given.unmodified == wanted || (given.category == wanted.category && wanted.isPreferred))
        }
      }
    }
    if viable.count > 1 {
      // Untyped literals: text when any candidate takes text there, else the one category that all agree on.
      for position in actual.indices where actual[position].isUnknown && viable.count > 1 {
        let categories = Set(viable.map { $0.types[position].category })
        let category: SQLType.Category? =
          categories.contains(.string) ? .string : categories.count == 1 ? categories.first : nil
        guard let category else { continue }
        let fitting = viable.filter { $0.types[position].category == category }
        let preferred = fitting.filter { $0.types[position].isPreferred }
        viable = preferred.isEmpty ? fitting : preferred
      }
    }
    if viable.count > 1 {
      // The last resort: an untyped literal has the type that all the others have.
      let known = Set(actual.filter { !$0.isUnknown }.map(\.unmodified))
      if known.count == 1, let type = known.first {
        let fitting = viable.filter { candidate in
          candidate.types.allSatisfy { CastRules.context(from: type, to: $0) == .implicit }
        }
        if fitting.count == 1 { viable = fitting }
      }
    }
    return viable.count == 1 ? .chosen(viable[0].function, viable[0].types) : .ambiguous
  }

  /// The signature for `count` arguments with its polymorphic places filled from the actual types.
  private static func expanded(_ function: FunctionDefinition, count: Int, actual: [SQLType]) -> [SQLType]? {
    let required = function.arguments.count - function.optionalCount
    guard count >= required else { return nil }
    var types = Array(function.arguments.prefix(count))
    if count > function.arguments.count {
      guard let variadic = function.variadic else { return nil }
      types += Array(repeating: variadic, count: count - function.arguments.count)
    }
    guard types.contains(where: { $0.base == .anyelement || $0.base == .anyarray }) else { return types }
    var elements: [SQLType] = []
    for (given, wanted) in zip(actual, types) {
      if wanted.base == .anyelement { elements.append(given) }
      if wanted.base == .anyarray {
        guard given.isArray || given.isUnknown else { return nil }
        elements.append(given.isUnknown ? given : given.element.unmodified)
      }
    }
    guard let element = CastRules.commonType(elements) else { return nil }
    return types.map { type in
      switch type.base {
      case .anyelement: element.unmodified
      case .anyarray: element.unmodified.array
      default: type
      }
    }
  }
}
