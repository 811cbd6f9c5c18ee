import PostgresDialect

/// How much is in a pack: `6 x 330ml`, `12s`, `1kg + 20% free`, `Twin Pack 2x60g`, `20 sticks`.
public struct PackSize: Hashable, Sendable, CustomStringConvertible {
  public enum Unit: String, Hashable, Sendable {
    case milligram = "mg"
    case gram = "g"
    case kilogram = "kg"
    case ounce = "oz"
    case pound = "lb"
    case millilitre = "ml"
    case centilitre = "cl"
    case decilitre = "dl"
    case litre = "l"
    case fluidOunce = "fl oz"
    case gallon = "gal"
    case piece = "pc"

    public enum Dimension: Hashable, Sendable { case mass, volume, count }

    public var dimension: Dimension {
      switch self {
      case .milligram, .gram, .kilogram, .ounce, .pound: .mass
      case .millilitre, .centilitre, .decilitre, .litre, .fluidOunce, .gallon: .volume
      case .piece: .count
      }
    }

    /// In grams, millilitres or pieces.
    /// Source: NIST Handbook 44, appendix C, <https://www.nist.gov/pml/owm/nist-handbook-44-current-edition>
    var factor: String {
      switch self {
      case .milligram: "0.001"
      case .gram, .millilitre, .piece: "1"
      case .kilogram, .litre: "1000"
      case .ounce: "28.349523125"
      case .pound: "453.59237"
      case .centilitre: "10"
      case .decilitre: "100"
      case .fluidOunce: "29.5735295625"
      case .gallon: "3785.411784"
      }
    }
  }

  /// Of one piece; 1 for pieces without a size.
  public var quantity: Numeric
  public var unit: Unit
  /// The pieces in the pack.
  public var count: Int
  /// What is free on top, in grams, millilitres or pieces.
  public var bonus: Numeric

  /// The whole content in grams, millilitres or pieces.
  public var total: Numeric {
    let factor = (try? Numeric(unit.factor)) ?? .one
    let content = (try? quantity.multiplied(by: factor).multiplied(by: Numeric(count))) ?? quantity
    return ((try? content.adding(bonus)) ?? content).trimmed
  }

  /// One piece: `330ml`; empty for pieces without a size.
  public var size: String { unit == .piece ? "" : "\(quantity.trimmed)\(unit.rawValue)" }

  public var description: String {
    if unit == .piece { return "\(count)s" }
    return count == 1 ? size : "\(count) x \(size)"
  }

  // MARK: Reading

  /// Reads what a product's name or a shop's size field says.
  ///
  /// - Returns: Nil when the text names no size and no count.
  public init?(_ text: String) {
    guard text.utf8.count <= 2000 else { return nil }
    let tokens = PackToken.tokens(of: text)
    var reader = PackReader(tokens: tokens)
    guard let size = reader.read() else { return nil }
    self = size
  }

  init(quantity: Numeric, unit: Unit, count: Int, bonus: Numeric = .zero) {
    self.quantity = quantity
    self.unit = unit
    self.count = count
    self.bonus = bonus
  }
}

/// A number, a word or a sign of a size.
enum PackToken: Hashable {
  case number(Numeric)
  case word(String)
  case times
  case plus
  case percent
  case open
  case close
  case hyphen
  case apostrophe
  case other

  static func tokens(of text: String) -> [PackToken] {
    let scalars = Array(text.lowercased().unicodeScalars)
    var tokens: [PackToken] = []
    var at = 0
    while at < scalars.count {
      let scalar = scalars[at]
      if scalar.value &- 0x30 < 10 {
        tokens.append(readNumber(scalars, &at))
        continue
      }
      if scalar.properties.isAlphabetic {
        let start = at
        while at < scalars.count, scalars[at].properties.isAlphabetic || scalars[at].properties.isDiacritic { at += 1 }
        var word = String.UnicodeScalarView()
        word.append(contentsOf: scalars[start..<at])
        // An x that follows a number, or stands alone, multiplies: 6x330ml, 6 x 330ml.
        let text = String(word)
        tokens.append(text == "x" || text == "х" ? .times : .word(text))
        continue
      }
      at += 1
      switch scalar {
      case "×", "*", "✕": tokens.append(.times)
      case "+": tokens.append(.plus)
      case "%": tokens.append(.percent)
      case "(", "[": tokens.append(.open)
      case ")", "]": tokens.append(.close)
      case "-", "–": tokens.append(.hyphen)
      case "'", "’": tokens.append(.apostrophe)
      default: if !scalar.properties.isWhitespace, scalar != "." { tokens.append(.other) }
      }
    }
    return tokens
  }

  private static func readNumber(_ scalars: [Unicode.Scalar], _ at: inout Int) -> PackToken {
    var digits = ""
    var hasPoint = false
    while at < scalars.count {
      let scalar = scalars[at]
      if scalar.value &- 0x30 < 10 {
        digits.unicodeScalars.append(scalar)
        at += 1
        continue
      }
      guard scalar == "." || scalar == ",", !hasPoint, at + 1 < scalars.count, scalars[at + 1].value &- 0x30 < 10 else {
        break
      }
      // 1,000g is a thousand; 2,5g is two and a half.
      var behind = 0
      while at + 1 + behind < scalars.count, scalars[at + 1 + behind].value &- 0x30 < 10 { behind += 1 }
      if scalar == ",", behind == 3, digits != "0" {
        at += 1
        continue
      }
      digits += "."
      hasPoint = true
      at += 1
    }
    guard digits.utf8.count <= 30, let number = try? Numeric(digits) else { return .other }
    return .number(number)
  }
}
