/// One token: what it is and where it stands, without its text.
///
/// A token takes twelve bytes, so that the tokens of a large script stay smaller than a few times its text.
struct Token: Sendable {
  enum Kind: UInt8, Sendable {
    /// Behind the last token.
    case endOfText
    /// Where the text is no SQL at all; the parser reports it when it gets there, as PostgreSQL does.
    case invalid

    // Words. `word` may be a keyword; the others are always names.
    case word, quotedName, unicodeName

    // Literals.
    case integerNumber, decimalNumber
    case string, escapeString, unicodeString, dollarString
    case binaryString, hexadecimalString

    // `$1`, `:name`, `:'name'`.
    case positionalParameter, namedParameter, quotedParameter

    // Punctuation.
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket
    case comma, semicolon, colon, dot, dotDot, colonEquals, arrow, cast

    // Operators: the ones with a precedence of their own, then all others.
    case plus, minus, star, slash, percent, caret
    case less, greater, equals, lessOrEqual, greaterOrEqual, notEqual
    case otherOperator
  }

  /// What a word may stand for; PostgreSQL's four classes of keywords.
  enum WordClass: UInt8, Sendable {
    case notWord
    /// No keyword, or quoted.
    case name
    case unreserved
    case columnName
    case typeOrFunction
    case reserved
  }

  var kind: Kind
  var wordClass: WordClass = .notWord
  /// May stand behind a column as its label without AS.
  var isBareLabel = false
  var keyword: Keyword?
  private var startOffset: UInt32
  private var endOffset: UInt32

  /// The offset of the first byte.
  var start: Int { Int(startOffset) }
  /// The offset after the last byte.
  var end: Int { Int(endOffset) }
  var range: SourceRange { SourceRange(start: start, end: end) }

  /// - Precondition: the offsets fit 32 bits; the lexer refuses longer texts.
  init(_ kind: Kind, start: Int, end: Int) {
    self.kind = kind
    startOffset = UInt32(truncatingIfNeeded: start)
    endOffset = UInt32(truncatingIfNeeded: end)
  }

  /// May name a column, a table or any other object (`ColId` in PostgreSQL's grammar).
  var isColumnName: Bool {
    wordClass == .name || wordClass == .unreserved || wordClass == .columnName
  }

  /// May name a function, a type or a parameter (`type_function_name`).
  var isFunctionName: Bool {
    wordClass == .name || wordClass == .unreserved || wordClass == .typeOrFunction
  }

  /// May name a role, a language or a setting's value (`NonReservedWord`).
  var isUnreservedWord: Bool { wordClass != .notWord && wordClass != .reserved }

  /// May follow AS or a dot (`ColLabel`).
  var isLabel: Bool { wordClass != .notWord }

  var isString: Bool {
    switch kind {
    case .string, .escapeString, .unicodeString, .dollarString: true
    default: false
    }
  }
}

/// Why the parser stopped.
///
/// It is a reference to the error and not the error itself, so that it takes one word: a recursive parser's frames hold a
/// slot for every call that may throw, and `SQLError` takes ninety bytes.
final class ParseFailure: Error {
  /// What more text could mend.
  enum Cause: Sendable {
    case openQuote, openDoubleQuote, openDollarQuote, openComment
  }

  let error: SQLError
  let cause: Cause?

  init(
    _ state: SQLState, _ message: String, hint: String? = nil, at range: SourceRange? = nil, cause: Cause? = nil
  ) {
    error = SQLError(state, message, hint: hint, at: range)
    self.cause = cause
  }
}
