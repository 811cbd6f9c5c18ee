/// Scripts and shells: where statements end, also when some of them are faulty.
public enum SQLScript {
  /// The ranges of a script's statements, without their semicolons and without the blanks and comments around them.
  ///
  /// Nothing is parsed: a faulty statement hides none of the following ones, so that a script can be run and reported
  /// statement by statement. Semicolons in quotes and comments separate nothing. A quote or comment that is never closed
  /// makes the rest of the script one statement, whose parse then names the fault.
  ///
  /// - Returns: In order; empty statements are left out.
  public static func split(_ sql: String) -> [SourceRange] {
    guard var lexer = try? Lexer(sql) else {
      return sql.isEmpty ? [] : [SourceRange(start: 0, end: sql.utf8.count)]
    }
    var ranges: [SourceRange] = []
    var current: SourceRange?
    while true {
      let piece: (range: SourceRange, kind: Token.Kind)
      do {
        let token = try lexer.next()
        piece = (token.range, token.kind)
      } catch {
        // The lexer stands behind the fault; the statement that holds it will say what it is.
        let start = error.error.range?.start ?? lexer.offset
        piece = (SourceRange(start: start, end: max(start, lexer.offset)), .invalid)
      }
      if piece.kind == .semicolon || piece.kind == .endOfText {
        if let range = current { ranges.append(range) }
        current = nil
        if piece.kind == .endOfText { return ranges }
      } else {
        current = current?.union(piece.range) ?? piece.range
      }
    }
  }

  /// Whether a shell should run what was typed so far or ask for another line.
  public enum Completeness: Hashable, Sendable {
    /// Only blanks and comments.
    case empty
    /// The last statement ends with a semicolon, or is faulty in a way that more text cannot mend.
    case complete
    case incomplete(Missing)
  }

  /// What a shell's prompt may show.
  public enum Missing: Hashable, Sendable {
    case semicolon
    case closingParenthesis
    case closingQuote
    case closingDoubleQuote
    case closingDollarQuote
    case closingComment
  }

  /// Tells whether `sql` ends with a whole statement.
  ///
  /// - Complexity: O(*n*); called for every line of a statement of many lines it reads the first lines again.
  public static func completeness(of sql: String) -> Completeness {
    guard var lexer = try? Lexer(sql) else { return .complete }
    var openParentheses = 0
    var last: Token.Kind?
    while true {
      do {
        let token = try lexer.next()
        switch token.kind {
        case .endOfText:
          guard let last else { return .empty }
          if last == .semicolon { return .complete }
          return .incomplete(openParentheses > 0 ? .closingParenthesis : .semicolon)
        case .leftParenthesis: openParentheses += 1
        case .rightParenthesis: openParentheses -= 1
        case .semicolon: openParentheses = 0
        default: break
        }
        last = token.kind
      } catch {
        if lexer.offset >= lexer.count, let missing = missing(error) { return .incomplete(missing) }
        last = .invalid
      }
    }
  }

  private static func missing(_ failure: ParseFailure) -> Missing? {
    switch failure.cause {
    case .openQuote: .closingQuote
    case .openDoubleQuote: .closingDoubleQuote
    case .openDollarQuote: .closingDollarQuote
    case .openComment: .closingComment
    case nil: nil
    }
  }
}
