extension RegexParser {
  /// What an escape stands for.
  enum Escape {
    case character(UInt32)
    case set(RegexSet.Class, isNegated: Bool)
    case assertion(RegexAssertion)
    case backReference(Int)
  }

  /// An escape outside brackets; the backslash is read.
  mutating func escape() throws(SQLError) -> RegexSyntax {
    switch try escaped() {
    case .character(let code): return character(code)
    case .set(let set, let isNegated): return .set(RegexSet(classes: [set], isNegated: isNegated))
    case .assertion(let assertion): return .assertion(assertion)
    case .backReference(let number): return try backReference(number)
    }
  }

  /// Source: <https://www.postgresql.org/docs/15/functions-matching.html#POSIX-CHARACTER-ENTRY-ESCAPES-TABLE>
  mutating func escaped() throws(SQLError) -> Escape {
    guard let code = current, let scalar = Unicode.Scalar(code) else { throw Self.fail("invalid escape \\ sequence") }
    position += 1
    switch scalar {
    case "a": return .character(7)
    case "b": return .character(8)
    case "e": return .character(27)
    case "f": return .character(12)
    case "n": return .character(10)
    case "r": return .character(13)
    case "t": return .character(9)
    case "v": return .character(11)
    case "B": return .character(92)
    case "c":
      guard let next = current else { throw Self.fail("invalid escape \\ sequence") }
      position += 1
      return .character(next & 0x1F)
    case "u": return .character(try number(base: 16, digits: 4...4))
    case "U": return .character(try number(base: 16, digits: 8...8))
    case "x": return .character(try number(base: 16, digits: 1...255))
    case "0":
      position -= 1
      return .character(try number(base: 8, digits: 1...3))
    case "1"..."9":
      position -= 1
      let start = position
      let value = try number(base: 10, digits: 1...255)
      if position == start + 1 || (value > 0 && value <= groupCount) { return .backReference(Int(value)) }
      position = start
      return .character(try number(base: 8, digits: 1...3))
    case "d": return .set(.digit, isNegated: false)
    case "D": return .set(.digit, isNegated: true)
    case "s": return .set(.space, isNegated: false)
    case "S": return .set(.space, isNegated: true)
    case "w": return .set(.word, isNegated: false)
    case "W": return .set(.word, isNegated: true)
    case "A": return .assertion(.textStart)
    case "Z": return .assertion(.textEnd)
    case "m": return .assertion(.wordStart)
    case "M": return .assertion(.wordEnd)
    case "y": return .assertion(.wordBoundary)
    case "Y": return .assertion(.noWordBoundary)
    default:
      if code < 128 && ASCII.isAlphanumeric(UInt8(code)) { throw Self.fail("invalid escape \\ sequence") }
      return .character(code)
    }
  }

  private mutating func number(base: UInt32, digits: ClosedRange<Int>) throws(SQLError) -> UInt32 {
    var value: UInt32 = 0
    var count = 0
    while count < digits.upperBound, let code = current, code < 128,
      let digit = Character(Unicode.Scalar(UInt8(code))).hexDigitValue, digit < base
    {
      value = value &* base &+ UInt32(digit)
      count += 1
      position += 1
      if value > 0x10_FFFF { throw Self.fail("invalid escape \\ sequence") }
    }
    if count < digits.lowerBound { throw Self.fail("invalid escape \\ sequence") }
    return value
  }

  // MARK: Brackets

  /// A bracket expression; `[[:<:]]` and `[[:>:]]` are the ends of words.
  mutating func brackets() throws(SQLError) -> RegexSyntax {
    if accept("[[:<:]]") { return .assertion(.wordStart) }
    if accept("[[:>:]]") { return .assertion(.wordEnd) }
    position += 1
    var set = RegexSet(ignoresCase: options.ignoresCase)
    if accept("^") {
      set.isNegated = true
      set.refusesNewline = options.stopsAtNewline
    }
    var isFirst = true
    while true {
      guard !isAtEnd else { throw Self.fail("brackets [] not balanced") }
      if !isFirst, accept("]") { return .set(set) }
      try bracketItem(&set, isFirst: isFirst)
      isFirst = false
    }
  }

  private mutating func bracketItem(_ set: inout RegexSet, isFirst: Bool) throws(SQLError) {
    // A minus is itself at the start and at the end only.
    if isAt("-"), !isFirst, position + 1 < pattern.count, pattern[position + 1] != 93 {
      throw Self.fail("invalid character range")
    }
    guard let first = try bracketElement(&set) else {
      if isAt("-"), position + 1 < pattern.count, pattern[position + 1] != 93 {
        throw Self.fail("invalid character range")
      }
      return
    }
    guard isAt("-"), position + 1 < pattern.count, pattern[position + 1] != 93 else {
      set.ranges.append(first...first)
      return
    }
    position += 1
    guard let last = try bracketElement(&set), first <= last else { throw Self.fail("invalid character range") }
    set.ranges.append(first...last)
  }

  /// One character, or nil after a class that went into `set`.
  private mutating func bracketElement(_ set: inout RegexSet) throws(SQLError) -> UInt32? {
    if accept("[:") {
      let name = try bracketName(":]")
      guard var found = RegexSet.Class(rawValue: name) else { throw Self.fail("invalid character class") }
      if options.ignoresCase && (found == .upper || found == .lower) { found = .alpha }
      set.classes.insert(found)
      return nil
    }
    for (opening, closing) in [("[." as StaticString, ".]" as StaticString), ("[=", "=]")] where accept(opening) {
      let name = try bracketName(closing)
      guard let code = Self.collatingElement(name) else { throw Self.fail("invalid collating element") }
      return code
    }
    if accept("\\") {
      switch try escaped() {
      case .character(let code): return code
      case .set(let name, let isNegated):
        if isNegated { set.excludedClasses.insert(name) } else { set.classes.insert(name) }
        return nil
      case .assertion, .backReference: throw Self.fail("invalid escape \\ sequence")
      }
    }
    guard let code = current else { throw Self.fail("brackets [] not balanced") }
    position += 1
    return code
  }

  private mutating func bracketName(_ closing: StaticString) throws(SQLError) -> String {
    var name = ""
    while !isAt(closing) {
      guard let code = current, let scalar = Unicode.Scalar(code) else { throw Self.fail("brackets [] not balanced") }
      name.unicodeScalars.append(scalar)
      position += 1
    }
    position += 2
    return name
  }

  /// A single character, or a POSIX name of one.
  private static func collatingElement(_ name: String) -> UInt32? {
    let scalars = name.unicodeScalars
    if scalars.count == 1 { return scalars.first?.value }
    return collatingNames[name]
  }

  private static let collatingNames: [String: UInt32] = [
    "NUL": 0, "tab": 9, "newline": 10, "vertical-tab": 11, "form-feed": 12, "carriage-return": 13, "space": 32,
    "exclamation-mark": 33, "quotation-mark": 34, "number-sign": 35, "dollar-sign": 36, "percent-sign": 37,
    "ampersand": 38, "apostrophe": 39, "left-parenthesis": 40, "right-parenthesis": 41, "asterisk": 42,
    "plus-sign": 43, "comma": 44, "hyphen": 45, "hyphen-minus": 45, "period": 46, "full-stop": 46, "slash": 47,
    "solidus": 47, "zero": 48, "one": 49, "two": 50, "three": 51, "four": 52, "five": 53, "six": 54, "seven": 55,
    "eight": 56, "nine": 57, "colon": 58, "semicolon": 59, "less-than-sign": 60, "equals-sign": 61,
    "greater-than-sign": 62, "question-mark": 63, "commercial-at": 64, "left-square-bracket": 91, "backslash": 92,
    "reverse-solidus": 92, "right-square-bracket": 93, "circumflex": 94, "circumflex-accent": 94, "underscore": 95,
    "low-line": 95, "grave-accent": 96, "left-brace": 123, "left-curly-bracket": 123, "vertical-line": 124,
    "right-brace": 125, "right-curly-bracket": 125, "tilde": 126, "DEL": 127,
  ]
}
