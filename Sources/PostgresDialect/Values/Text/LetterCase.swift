/// Capitals and small letters as ICU makes them, which PostgreSQL asks under an ICU collation.
public enum LetterCase {
  /// Small letters; a sigma at the end of a word has a form of its own.
  public static func lower(_ text: String) -> String {
    guard text.utf8.contains(0xCE) else { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (index, scalar) in zip(scalars.indices, scalars) {
      let isFinal =
        scalar == "Σ" && index > 0 && scalars[index - 1].properties.isCased
        && !(index + 1 < scalars.count && scalars[index + 1].properties.isCased)
      result += isFinal ? "ς" : scalar.properties.lowercaseMapping
    }
    return result
  }

  /// What `initcap` gives: each word with a capital first.
  ///
  /// Words are those of Unicode's text segmentation: an apostrophe or full stop between two letters does not end
  /// one, nor does an underscore, so `o'neil` becomes `O'neil`.
  /// Source: <https://www.unicode.org/reports/tr29/#Word_Boundary_Rules>
  public static func initialCapitals(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var word: [Unicode.Scalar] = []
    func finish() {
      if let first = word.first {
        result.append(contentsOf: first.properties.titlecaseMapping.unicodeScalars)
        var rest = String.UnicodeScalarView()
        rest.append(contentsOf: word.dropFirst())
        result.append(contentsOf: lower(String(rest)).unicodeScalars)
      }
      word = []
    }
    for (index, scalar) in zip(scalars.indices, scalars) {
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      if isPartOfWord(scalar) || (!word.isEmpty && joins(scalar, word[word.count - 1], next)) {
        word.append(scalar)
      } else {
        finish()
        result.append(scalar)
      }
    }
    finish()
    return String(result)
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark, .format:
      true
    default: false
    }
  }

  /// Whether a mark holds what stands before and behind it together as one word.
  private static func joins(_ mark: Unicode.Scalar, _ before: Unicode.Scalar, _ next: Unicode.Scalar) -> Bool {
    let letters = before.properties.isAlphabetic && next.properties.isAlphabetic
    let digits = isDigit(before) && isDigit(next)
    switch mark {
    case "'", ".", "\u{2018}", "\u{2019}", "\u{2024}", "\u{FE52}", "\u{FF07}", "\u{FF0E}": return letters || digits
    case ":", "\u{B7}", "\u{387}", "\u{55F}", "\u{5F4}", "\u{2027}", "\u{FE13}", "\u{FE55}", "\u{FF1A}":
      return letters
    case ",", ";", "\u{37E}", "\u{589}", "\u{60C}", "\u{60D}", "\u{66C}", "\u{7F8}", "\u{2044}", "\u{FE10}",
      "\u{FE14}", "\u{FE50}", "\u{FE54}", "\u{FF0C}", "\u{FF1B}":
      return digits
    default: return false
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .decimalNumber }
}
