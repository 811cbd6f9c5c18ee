/// Reads PostgreSQL's advanced regular expressions.
/// Source: <https://www.postgresql.org/docs/15/functions-matching.html#POSIX-SYNTAX-DETAILS>
struct RegexParser {
  let pattern: [UInt32]
  var options: RegexOptions
  var position = 0
  private(set) var groupCount = 0
  /// Groups that are closed: only they can be referred to.
  private var closedGroups: Set<Int> = []
  private var depth = 0
  /// Whether a lookaround is being read: its parentheses do not capture.
  private var isInsideLook = false

  init(_ text: String, _ options: RegexOptions) throws(SQLError) {
    pattern = text.unicodeScalars.map(\.value)
    self.options = options
    try readDirectors()
  }

  mutating func parse() throws(SQLError) -> RegexSyntax {
    if options.isLiteral {
      let rest = pattern[position...]
      return .sequence(rest.map { .set(.character($0, ignoresCase: options.ignoresCase)) })
    }
    let syntax = try alternation(closing: nil)
    if position < pattern.count { throw Self.fail("parentheses () not balanced") }
    return syntax
  }

  static func fail(_ reason: String) -> SQLError {
    SQLError(.invalidRegularExpression, "invalid regular expression: \(reason)")
  }

  // MARK: Reading

  var isAtEnd: Bool { position >= pattern.count }
  var current: UInt32? { position < pattern.count ? pattern[position] : nil }

  func isAt(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= pattern.count else { return false }
    return (0..<count).allSatisfy { pattern[position + $0] == UInt32(text.utf8Start[$0]) }
  }

  mutating func accept(_ text: StaticString) -> Bool {
    guard isAt(text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// `***:`, `***=` and `(?letters)` at the start.
  private mutating func readDirectors() throws(SQLError) {
    if accept("***=") {
      options.isLiteral = true
    } else if !options.isLiteral {
      if accept("***:") {
        // Advanced, as always here.
      } else if isAt("***") {
        throw Self.fail("quantifier operand invalid")
      }
      if isAt("(?"), position + 2 < pattern.count, isLetter(pattern[position + 2]) {
        position += 2
        while let code = current, isLetter(code), let letter = Unicode.Scalar(code) {
          if letter == "b" || letter == "e" { throw RegexOptions.oldSyntax }
          guard options.apply(letter) else { throw Self.fail("invalid embedded option") }
          position += 1
        }
        guard accept(")") else { throw Self.fail("invalid embedded option") }
      }
    }
  }

  private func isLetter(_ code: UInt32) -> Bool { code < 128 && ASCII.isLetter(UInt8(code)) }

  /// White space and comments, which stand for nothing.
  private mutating func skipIgnored() throws(SQLError) {
    while true {
      if options.isExpanded {
        while let code = current, code < 128, ASCII.isSpace(UInt8(code)) { position += 1 }
        if accept("#") {
          while let code = current, code != 10 { position += 1 }
          continue
        }
      }
      guard isAt("(?#") else { return }
      while let code = current, code != 41 { position += 1 }
      guard accept(")") else { throw Self.fail("parentheses () not balanced") }
    }
  }

  // MARK: Structure

  private mutating func alternation(closing: UInt32?) throws(SQLError) -> RegexSyntax {
    depth += 1
    defer { depth -= 1 }
    if depth > 250 { throw Self.fail("regular expression is too complex") }
    var branches = [try branch()]
    while accept("|") { branches.append(try branch()) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func branch() throws(SQLError) -> RegexSyntax {
    var items: [RegexSyntax] = []
    while true {
      try skipIgnored()
      guard let code = current, code != 124, code != 41 else { return .sequence(items) }
      items.append(try quantified())
    }
  }

  private mutating func quantified() throws(SQLError) -> RegexSyntax {
    let atom = try atom()
    try skipIgnored()
    switch atom {
    case .assertion, .look: return atom
    default: break
    }
    guard let bounds = try bounds() else { return atom }
    return .repetition(atom, bounds)
  }

  private mutating func bounds() throws(SQLError) -> RegexBounds? {
    func preference() -> RegexPreference { accept("?") ? .shorter : .longer }
    if accept("*") { return RegexBounds(least: 0, most: nil, preference: preference()) }
    if accept("+") { return RegexBounds(least: 1, most: nil, preference: preference()) }
    if accept("?") { return RegexBounds(least: 0, most: 1, preference: preference()) }
    guard isAt("{"), position + 1 < pattern.count, isDigit(pattern[position + 1]) else { return nil }
    position += 1
    let least = try count()
    var bounds = RegexBounds(least: least, most: least)
    if accept(",") {
      bounds.most = isAt("}") ? nil : try count()
      bounds.preference = .longer
    }
    guard !isAtEnd else { throw Self.fail("braces {} not balanced") }
    guard accept("}") else { throw Self.fail("invalid repetition count(s)") }
    if accept("?"), bounds.preference != nil { bounds.preference = .shorter }
    if let most = bounds.most, most < bounds.least { throw Self.fail("invalid repetition count(s)") }
    return bounds
  }

  private mutating func count() throws(SQLError) -> Int {
    guard let first = current else { throw Self.fail("braces {} not balanced") }
    guard isDigit(first) else { throw Self.fail("invalid repetition count(s)") }
    var value = 0
    while let code = current, isDigit(code) {
      value = value * 10 + Int(code - 48)
      if value > 255 { throw Self.fail("invalid repetition count(s)") }
      position += 1
    }
    return value
  }

  func isDigit(_ code: UInt32) -> Bool { (48...57).contains(code) }

  private mutating func atom() throws(SQLError) -> RegexSyntax {
    guard let code = current, let scalar = Unicode.Scalar(code) else { return .empty }
    switch scalar {
    case "*", "+", "?": throw Self.fail("quantifier operand invalid")
    case "{" where position + 1 < pattern.count && isDigit(pattern[position + 1]):
      throw Self.fail("quantifier operand invalid")
    case "(": return try group()
    case "[": return try brackets()
    case "\\":
      position += 1
      return try escape()
    default: break
    }
    position += 1
    switch scalar {
    case ".": return .set(RegexSet(isNegated: true, refusesNewline: options.stopsAtNewline))
    case "^": return .assertion(options.anchorsAtNewline ? .lineStart : .textStart)
    case "$": return .assertion(options.anchorsAtNewline ? .lineEnd : .textEnd)
    default: return character(code)
    }
  }

  func character(_ code: UInt32) -> RegexSyntax { .set(.character(code, ignoresCase: options.ignoresCase)) }

  private mutating func group() throws(SQLError) -> RegexSyntax {
    let looks: [(StaticString, isAhead: Bool, isNegated: Bool)] = [
      ("(?=", true, false), ("(?!", true, true), ("(?<=", false, false), ("(?<!", false, true),
    ]
    for look in looks where accept(look.0) {
      let outer = isInsideLook
      isInsideLook = true
      let inner = try closed()
      isInsideLook = outer
      return .look(inner, isAhead: look.isAhead, isNegated: look.isNegated)
    }
    if accept("(?:") { return .group(nil, try closed()) }
    if isAt("(?") { throw Self.fail("quantifier operand invalid") }
    position += 1
    if isInsideLook { return .group(nil, try closed()) }
    groupCount += 1
    let number = groupCount
    let inner = try closed()
    closedGroups.insert(number)
    return .group(number, inner)
  }

  private mutating func closed() throws(SQLError) -> RegexSyntax {
    let inner = try alternation(closing: 41)
    guard accept(")") else { throw Self.fail("parentheses () not balanced") }
    return inner
  }

  mutating func backReference(_ number: Int) throws(SQLError) -> RegexSyntax {
    guard closedGroups.contains(number), !isInsideLook else { throw Self.fail("invalid backreference number") }
    return .backReference(number)
  }
}
