/// A half-open range of UTF-8 offsets in a SQL text; it travels from the lexer to the caret that a user sees.
public struct SourceRange: Hashable, Sendable {
  /// The offset of the first byte.
  public var start: Int
  /// The offset after the last byte.
  public var end: Int

  public init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  /// The smallest range that holds both.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(start: Swift.min(start, other.start), end: Swift.max(end, other.end))
  }
}

/// One of PostgreSQL's five-character error codes.
///
/// The list grows with the dialect, so it is a struct with constants and not an enum.
/// Source: <https://www.postgresql.org/docs/15/errcodes-appendix.html>
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }

  public static let syntaxError = SQLState(rawValue: "42601")
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  public static let undefinedTable = SQLState(rawValue: "42P01")
  public static let undefinedColumn = SQLState(rawValue: "42703")
  public static let undefinedFunction = SQLState(rawValue: "42883")
  public static let undefinedObject = SQLState(rawValue: "42704")
  public static let undefinedParameter = SQLState(rawValue: "42P02")
  public static let ambiguousColumn = SQLState(rawValue: "42702")
  public static let ambiguousFunction = SQLState(rawValue: "42725")
  public static let ambiguousAlias = SQLState(rawValue: "42P09")
  public static let duplicateAlias = SQLState(rawValue: "42712")
  public static let duplicateColumn = SQLState(rawValue: "42701")
  public static let duplicateTable = SQLState(rawValue: "42P07")
  public static let duplicateObject = SQLState(rawValue: "42710")
  public static let duplicateSchema = SQLState(rawValue: "42P06")
  public static let invalidSchemaName = SQLState(rawValue: "3F000")
  public static let invalidColumnReference = SQLState(rawValue: "42P10")
  public static let invalidTableDefinition = SQLState(rawValue: "42P16")
  public static let invalidObjectDefinition = SQLState(rawValue: "42P17")
  public static let wrongObjectType = SQLState(rawValue: "42809")
  public static let groupingError = SQLState(rawValue: "42803")
  public static let windowingError = SQLState(rawValue: "42P20")
  public static let invalidRecursion = SQLState(rawValue: "42P19")
  public static let datatypeMismatch = SQLState(rawValue: "42804")
  public static let indeterminateDatatype = SQLState(rawValue: "42P18")
  public static let cannotCoerce = SQLState(rawValue: "42846")
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  public static let divisionByZero = SQLState(rawValue: "22012")
  public static let numericValueOutOfRange = SQLState(rawValue: "22003")
  public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
  public static let invalidDatetimeFormat = SQLState(rawValue: "22007")
  public static let datetimeFieldOverflow = SQLState(rawValue: "22008")
  public static let intervalFieldOverflow = SQLState(rawValue: "22015")
  public static let arraySubscriptError = SQLState(rawValue: "2202E")
  public static let invalidParameterValue = SQLState(rawValue: "22023")
  public static let invalidRegularExpression = SQLState(rawValue: "2201B")
  public static let characterNotInRepertoire = SQLState(rawValue: "22021")
  public static let stringDataRightTruncation = SQLState(rawValue: "22001")
  public static let cardinalityViolation = SQLState(rawValue: "21000")
  public static let notNullViolation = SQLState(rawValue: "23502")
  public static let foreignKeyViolation = SQLState(rawValue: "23503")
  public static let uniqueViolation = SQLState(rawValue: "23505")
  public static let checkViolation = SQLState(rawValue: "23514")
  public static let activeTransaction = SQLState(rawValue: "25001")
  public static let noActiveTransaction = SQLState(rawValue: "25P01")
  public static let failedTransaction = SQLState(rawValue: "25P02")
  public static let invalidSavepoint = SQLState(rawValue: "3B001")
  public static let serializationFailure = SQLState(rawValue: "40001")
  public static let readOnlyTransaction = SQLState(rawValue: "25006")
  public static let statementTooComplex = SQLState(rawValue: "54001")
  public static let dependentObjectsStillExist = SQLState(rawValue: "2BP01")
  public static let objectNotInPrerequisiteState = SQLState(rawValue: "55000")
  public static let programLimitExceeded = SQLState(rawValue: "54000")
  public static let queryCanceled = SQLState(rawValue: "57014")
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  public static let diskFull = SQLState(rawValue: "53100")
  public static let ioError = SQLState(rawValue: "58030")
  public static let internalError = SQLState(rawValue: "XX000")
  public static let dataCorrupted = SQLState(rawValue: "XX001")
}

/// What is wrong with a statement or a value, in PostgreSQL's terms.
///
/// The type keeps facts; ``rendered(in:)`` is the one place that turns them into the lines a person reads.
public struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// PostgreSQL's code: what a program branches on.
  public var state: SQLState
  /// What is wrong, in PostgreSQL's wording where that is known.
  public var message: String
  /// More facts about this case, when there are any.
  public var detail: String?
  /// What to do next, when that is known.
  public var hint: String?
  /// The part of the statement at fault; nil for errors that arise while rows are computed.
  public var range: SourceRange?
  /// Where inside functions the error arose, the innermost first: PostgreSQL's CONTEXT.
  public var context: [String] = []
  /// Whether the last line of `context` is that of the routine whose statement is running.
  package var isLocated = false

  public init(
    _ state: SQLState, _ message: String, detail: String? = nil, hint: String? = nil, at range: SourceRange? = nil
  ) {
    self.state = state
    self.message = message
    self.detail = detail
    self.hint = hint
    self.range = range
  }

  public var description: String {
    var text = "\(message) (SQLSTATE \(state))"
    if let detail { text += "; \(detail)" }
    if let hint { text += "; \(hint)" }
    return text
  }

  /// The line and column of the error in `sql`, both from 1, the column counted in characters.
  public func position(in sql: String) -> (line: Int, column: Int)? {
    guard let range else { return nil }
    let utf8 = sql.utf8
    let offset = Swift.min(Swift.max(range.start, 0), utf8.count)
    let index = utf8.index(utf8.startIndex, offsetBy: offset)
    let before = sql[..<index]
    let line = before.utf8.reduce(into: 1) { if $1 == UInt8(ascii: "\n") { $0 += 1 } }
    let lineStart = before.lastIndex(of: "\n").map { before.index(after: $0) } ?? before.startIndex
    return (line, before[lineStart...].count + 1)
  }

  /// The message with the offending line and a caret under the offending place.
  ///
  /// ```
  /// ERROR:  42703: column "busines_date" does not exist
  /// LINE 1: select busines_date from scout.gold_sales_daily
  ///                ^
  /// HINT:  Perhaps you meant to reference the column "gold_sales_daily.business_date".
  /// ```
  public func rendered(in sql: String) -> String {
    var lines = ["ERROR:  \(state): \(message)"]
    if let position = position(in: sql) {
      let source = sql.split(separator: "\n", omittingEmptySubsequences: false)[position.line - 1]
      // A statement on one enormous line is cut around the error, so that the caret stays on the screen.
      let skipped = Swift.max(0, position.column - 1 - 60)
      let shown = source.dropFirst(skipped).prefix(120)
      let label = "LINE \(position.line): " + (skipped > 0 ? "..." : "")
      lines.append(label + shown.map { $0 == "\t" ? " " : String($0) }.joined())
      lines.append(String(repeating: " ", count: label.count + position.column - 1 - skipped) + "^")
    }
    if let detail { lines.append("DETAIL:  \(detail)") }
    if let hint { lines.append("HINT:  \(hint)") }
    if !context.isEmpty { lines.append("CONTEXT:  " + context.joined(separator: "\n")) }
    return lines.joined(separator: "\n")
  }
}
