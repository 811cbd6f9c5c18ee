/// Names of brands and products in a form in which they are compared.
public enum BrandKey {
  /// Legal forms and countries at the end of a company's name.
  private static let suffixes: Set<String> = [
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "plc", "gmbh", "ag", "sa",
    "spa", "bv", "nv", "ab", "oy", "kg", "pty", "pte", "sdn", "bhd", "phils", "philippines", "phil", "ph", "tm", "the",
  ]

  /// The key of a brand's name: without case, accents, signs, and a legal form at its end.
  ///
  /// `ALASKA`, `Aláska®` and `Alaska, Inc.` are one; `Del Monte Philippines, Inc.` is `delmonte`.
  public static func key(_ name: String) -> String {
    var words = words(name)
    while words.count > 1, let last = words.last, suffixes.contains(last) { words.removeLast() }
    if words.count > 1, words.first == "the" { words.removeFirst() }
    return words.joined()
  }

  /// Whether a product is of a brand: it says so, or its name begins with the brand's.
  static func isOf(_ brand: String, _ product: ExtractedProduct) -> Bool {
    let wanted = key(brand)
    if let own = product.brand {
      let own = key(own)
      if own == wanted || own.hasPrefix(wanted) || (own.count >= 3 && wanted.hasPrefix(own)) { return true }
    }
    return words(product.name).joined().hasPrefix(wanted)
  }

  /// The words of a name in lower case, without accents and signs.
  ///
  /// An apostrophe divides nothing: `Leslie's` is `leslies`.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      if scalar == "'" || scalar == "’" || scalar == "®" || scalar == "™" { continue }
      if scalar.value < 0x80 {
        let byte = UInt8(scalar.value)
        if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 {
          word.unicodeScalars.append(byte &- 0x41 < 26 ? Unicode.Scalar(byte | 0x20) : scalar)
        } else if !word.isEmpty {
          words.append(word)
          word = ""
        }
        continue
      }
      let category = scalar.properties.generalCategory
      if category == .nonspacingMark || category == .format { continue }
      guard scalar.properties.isAlphabetic || category == .decimalNumber else {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      word += base(of: scalar)
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// A Latin letter without what is on it, which its name tells: LATIN SMALL LETTER E WITH ACUTE.
  private static func base(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "ß": return "ss"
    case "æ", "Æ": return "ae"
    case "œ", "Œ": return "oe"
    default:
      guard let name = scalar.properties.name, name.hasPrefix("LATIN "), let range = name.firstRange(of: " LETTER ")
      else { return scalar.properties.lowercaseMapping }
      let letter = name[range.upperBound...].prefix { $0 != " " }
      return letter.count == 1 ? letter.lowercased() : scalar.properties.lowercaseMapping
    }
  }
}
