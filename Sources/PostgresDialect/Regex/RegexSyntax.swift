/// A regular expression as written.
indirect enum RegexSyntax: Sendable {
  case set(RegexSet)
  case sequence([RegexSyntax])
  case alternation([RegexSyntax])
  /// A group; the number of a capturing one.
  case group(Int?, RegexSyntax)
  case repetition(RegexSyntax, RegexBounds)
  case assertion(RegexAssertion)
  case look(RegexSyntax, isAhead: Bool, isNegated: Bool)
  case backReference(Int)

  static let empty = RegexSyntax.sequence([])
}

/// How often something is repeated, and whether as often as possible.
struct RegexBounds: Hashable, Sendable {
  var least: Int
  /// Nil: any number.
  var most: Int?
  /// Nil for `{m}`, which leaves the preference to what is repeated.
  var preference: RegexPreference?

  static let once = RegexBounds(least: 1, most: 1)
}

enum RegexPreference: Sendable { case longer, shorter }

/// What must hold at a place without taking a character.
enum RegexAssertion: Hashable, Sendable {
  case textStart, textEnd, lineStart, lineEnd
  case wordStart, wordEnd, wordBoundary, noWordBoundary
}

/// A set of characters.
struct RegexSet: Hashable, Sendable {
  enum Class: String, Hashable, Sendable {
    case alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl, xdigit, ascii, word
  }

  var ranges: [ClosedRange<UInt32>] = []
  var classes: Set<Class> = []
  /// `\D`, `\S` and `\W` inside brackets.
  var excludedClasses: Set<Class> = []
  var isNegated = false
  /// Whether letters stand for both their cases.
  var ignoresCase = false
  /// A negated set and the dot do not take a newline in the newline-sensitive modes.
  var refusesNewline = false

  static let newline = RegexSet(ranges: [10...10])
  static let word = RegexSet(classes: [.word])

  static func character(_ code: UInt32, ignoresCase: Bool) -> RegexSet {
    RegexSet(ranges: [code...code], ignoresCase: ignoresCase)
  }

  func contains(_ code: UInt32) -> Bool {
    if refusesNewline && code == 10 { return false }
    var isMember = lists(code)
    if !isMember && ignoresCase { isMember = RegexCase.variants(of: code).contains(where: lists) }
    return isMember != isNegated
  }

  private func lists(_ code: UInt32) -> Bool {
    ranges.contains { $0.contains(code) } || classes.contains { $0.contains(code) }
      || excludedClasses.contains { !$0.contains(code) }
  }
}

extension RegexSet.Class {
  /// As ICU classifies, which PostgreSQL asks under an ICU collation: by general categories, so `$` is no
  /// punctuation and every script's decimal digits are digits.
  func contains(_ code: UInt32) -> Bool {
    switch self {
    case .ascii: return code < 128
    case .xdigit: return code < 128 && Character(Unicode.Scalar(UInt8(code))).isHexDigit
    case .blank: return code == 32 || code == 9
    case .cntrl: return code < 32 || (127...159).contains(code)
    default: break
    }
    guard let scalar = Unicode.Scalar(code) else { return false }
    let category = scalar.properties.generalCategory
    switch self {
    case .alpha: return category.isLetter
    case .digit: return category == .decimalNumber
    case .alnum: return category.isLetter || category == .decimalNumber
    case .word: return category.isLetter || category == .decimalNumber || code == 95
    case .upper: return category == .uppercaseLetter
    case .lower: return category == .lowercaseLetter
    case .space: return (9...13).contains(code) || (28...31).contains(code) || code == 0x85 || category.isSeparator
    case .punct: return category.isPunctuation
    case .graph: return !category.isSeparator && ![.control, .surrogate, .unassigned].contains(category)
    case .print: return ![.control, .format, .surrogate, .unassigned, .privateUse].contains(category)
    case .ascii, .xdigit, .blank, .cntrl: return false
    }
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isLetter: Bool {
    switch self {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  fileprivate var isSeparator: Bool {
    self == .spaceSeparator || self == .lineSeparator || self == .paragraphSeparator
  }

  fileprivate var isPunctuation: Bool {
    switch self {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}

/// The other cases of characters, one character for one.
enum RegexCase {
  static func variants(of code: UInt32) -> [UInt32] {
    if code < 128 {
      return ASCII.isLetter(UInt8(code)) ? [code ^ 0x20] : []
    }
    guard let scalar = Unicode.Scalar(code) else { return [] }
    return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { mapping in
      let scalars = mapping.unicodeScalars
      guard scalars.count == 1, let other = scalars.first, other != scalar else { return nil }
      return other.value
    }
  }
}

/// The options of a regular expression, given as letters.
/// Source: <https://www.postgresql.org/docs/15/functions-matching.html#POSIX-EMBEDDED-OPTIONS-TABLE>
public struct RegexOptions: Hashable, Sendable {
  public var ignoresCase = false
  public var isExpanded = false
  /// The dot and negated sets do not take a newline.
  public var stopsAtNewline = false
  /// `^` and `$` also stand at newlines.
  public var anchorsAtNewline = false
  public var isLiteral = false
  /// `g`: all matches; not part of the expression.
  public var isGlobal = false

  public init() {}

  /// - Throws: 22023 for a letter that is no option, 0A000 for the older syntaxes.
  public init(flags: String) throws(SQLError) {
    self.init()
    for letter in flags.unicodeScalars {
      if letter == "g" {
        isGlobal = true
      } else if letter == "b" || letter == "e" || !apply(letter) {
        if letter == "b" || letter == "e" { throw Self.oldSyntax }
        throw SQLError(.invalidParameterValue, "invalid regular expression option: \"\(letter)\"")
      }
    }
  }

  static let oldSyntax = SQLError(
    .featureNotSupported, "basic and extended regular expressions are not supported",
    hint: "Use an advanced regular expression, without the option b or e.")

  /// Whether `letter` is an option.
  mutating func apply(_ letter: Unicode.Scalar) -> Bool {
    switch letter {
    case "c": ignoresCase = false
    case "i": ignoresCase = true
    case "m", "n": (stopsAtNewline, anchorsAtNewline) = (true, true)
    case "p": (stopsAtNewline, anchorsAtNewline) = (true, false)
    case "w": (stopsAtNewline, anchorsAtNewline) = (false, true)
    case "s": (stopsAtNewline, anchorsAtNewline) = (false, false)
    case "q": isLiteral = true
    case "x": isExpanded = true
    case "t": isExpanded = false
    default: return false
    }
    return true
  }
}
