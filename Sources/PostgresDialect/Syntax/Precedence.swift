/// How tightly operators bind, from loosest to tightest.
///
/// Source: <https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-PRECEDENCE>
enum Precedence: UInt8, Comparable {
  case lowest
  case or
  case and
  case not
  /// IS, ISNULL, NOTNULL.
  case test
  /// `<`, `>`, `=`, `<=`, `>=`, `<>`; they do not chain.
  case comparison
  /// BETWEEN, IN, LIKE, ILIKE, SIMILAR; they do not chain.
  case membership
  /// All operators that are not named here.
  case otherOperator
  case additive
  case multiplicative
  case power
  case atTimeZone
  case collate
  case sign
  case cast

  static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
}

/// What continues an expression to the right of its first operand.
enum Infix {
  case symbol
  case qualifiedOperator
  case and
  case or
  case test
  case membership
  case atTimeZone
  case collate
  case cast
}
