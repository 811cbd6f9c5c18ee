/// How many consumer units one sold article holds, read from its name.
///
/// | name | count |
/// | --- | --- |
/// | `Oishi Ridges 6-pack`, `6 pack`, `6pk`, `six-pack` | 6 |
/// | `Pack of 12`, `box of 6`, `case of 24` | 12, 6, 24 |
/// | `Twin Pack`, `duo pack`, `triple pack` | 2, 2, 3 |
/// | `Zest-O 200ml 10s`, `12's`, `12 pcs`, `24 ct` | 10, 12, 12, 24 |
/// | `Water 500ml x6`, `33g x2`, `x 6` | 6, 2, 6 |
/// | `6 x 330ml`, `2x60g`, `4x6x250 ml` | 6, 2, 24 |
///
/// What is no count: a measure (`370ml`, `1.5L`, `10x15cm`), a number in a name (`7UP`, `C2`), bare dimensions
/// (`30x40`), a three-digit or longer `100s` (the length of cigarettes, a year), a decade (`50's Christmas`), and `set
/// of 3`, which is one article made of parts. Forms that are more explicit win over those that are less: the order of
/// the table above. Counts outside of 2…999 are read as 1.
public enum PackCount {
  /// The count in a product name; 1 when it shows none.
  public static func read(from name: String) -> Int32 {
    var name = name
    return name.withUTF8 { read(from: $0) }
  }

  static func read(from name: UnsafeBufferPointer<UInt8>) -> Int32 {
    // No digit and no "pack" in any form: the common case ends here.
    let tokens = tokens(of: name)
    guard tokens.count > 0 else { return 1 }
    return packWords(tokens) ?? multiplication(tokens) ?? suffix(tokens) ?? 1
  }

  private enum Token: Equatable {
    /// A whole number.
    case number(Int)
    /// A number with a decimal point.
    case decimal
    /// Letters, in lower case.
    case word(String)
    /// `×` and `*`, read as the letter.
    case blank
    case apostrophe
    case other
  }

  private static func tokens(of name: UnsafeBufferPointer<UInt8>) -> [Token] {
    var tokens: [Token] = []
    var isInteresting = false
    var position = 0
    while position < name.count {
      let byte = name[position]
      switch byte {
      case 0x30...0x39:
        isInteresting = true
        var value = 0
        var isDecimal = false
        while position < name.count {
          let next = name[position]
          if next &- 0x30 < 10 {
            value = Swift.min(value * 10 + Int(next - 0x30), 1_000_000)
          } else if next == 0x2E || next == 0x2C, position + 1 < name.count, name[position + 1] &- 0x30 < 10 {
            isDecimal = true
          } else {
            break
          }
          position += 1
        }
        tokens.append(isDecimal ? .decimal : .number(value))
      case 0x41...0x5A, 0x61...0x7A:
        var word = ""
        while position < name.count, (name[position] | 0x20) &- 0x61 < 26 {
          word.unicodeScalars.append(UnicodeScalar(name[position] | 0x20))
          position += 1
        }
        if word.hasSuffix("pack") || word.hasSuffix("packs") { isInteresting = true }
        tokens.append(.word(word))
      case 0x20, 0x2D, 0x09:
        if tokens.last != .blank { tokens.append(.blank) }
        position += 1
      case 0x27:
        tokens.append(.apostrophe)
        position += 1
      case 0xC3 where position + 1 < name.count && name[position + 1] == 0x97:
        tokens.append(.word("x"))
        position += 2
      case 0xE2 where position + 2 < name.count && name[position + 1] == 0x80 && name[position + 2] == 0x99:
        tokens.append(.apostrophe)
        position += 3
      case 0x2A:
        tokens.append(.word("x"))
        position += 1
      default:
        tokens.append(.other)
        position += 1
      }
    }
    return isInteresting ? tokens : []
  }

  private static func sane(_ value: Int) -> Int32? { (2...999).contains(value) ? Int32(value) : nil }

  private static let numberWords = [
    "twin": 2, "duo": 2, "double": 2, "dual": 2, "two": 2, "triple": 3, "trio": 3, "tri": 3, "three": 3, "four": 4,
    "quad": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12,
  ]
  private static let packs: Set<String> = ["pack", "packs", "pk", "pks", "pck"]
  private static let containers: Set<String> = ["pack", "packs", "pk", "box", "case", "carton", "bundle", "tray"]
  private static let pieces: Set<String> = ["s", "pcs", "pc", "ct", "count", "pieces"]
  private static let measures: Set<String> = [
    "g", "gm", "gms", "gr", "gram", "grams", "kg", "mg", "ml", "cl", "dl", "l", "lt", "ltr", "liter", "liters", "litre",
    "litres", "oz", "fl", "lb", "lbs", "sticks", "sachets", "bottles", "cans", "pcs", "s",
  ]

  private static func next(_ tokens: [Token], _ index: Int) -> Int {
    index < tokens.count && tokens[index] == .blank ? index + 1 : index
  }

  private static func word(_ tokens: [Token], _ index: Int) -> String? {
    if index >= 0, index < tokens.count, case .word(let word) = tokens[index] { return word }
    return nil
  }

  private static func number(_ tokens: [Token], _ index: Int) -> Int? {
    if index >= 0, index < tokens.count, case .number(let value) = tokens[index] { return value }
    return nil
  }

  /// `6-pack`, `pack of 6`, `twin pack`, `twinpack`.
  private static func packWords(_ tokens: [Token]) -> Int32? {
    for (index, token) in tokens.enumerated() {
      let follower = next(tokens, index + 1)
      switch token {
      case .number(let value):
        if let word = word(tokens, follower), packs.contains(word), let count = sane(value) { return count }
      case .word(let word):
        if let count = numberWords[word], let pack = self.word(tokens, follower), packs.contains(pack) {
          return Int32(count)
        }
        if word.hasSuffix("pack"), let count = numberWords[String(word.dropLast(4))] { return Int32(count) }
        if containers.contains(word), self.word(tokens, follower) == "of",
          let value = number(tokens, next(tokens, follower + 1)), let count = sane(value)
        {
          return count
        }
      default: break
      }
    }
    return nil
  }

  /// `6 x 330ml`, `2x6x60g`, `330ml x 6`, `x6`.
  private static func multiplication(_ tokens: [Token]) -> Int32? {
    var index = 0
    while index < tokens.count {
      if let value = number(tokens, index) {
        // A chain of counts that ends in a measure.
        var product = value
        var position = index
        while word(tokens, next(tokens, position + 1)) == "x" {
          let factor = next(tokens, next(tokens, position + 1) + 1)
          guard factor < tokens.count else { break }
          let isMeasured = word(tokens, next(tokens, factor + 1)).map(measures.contains) ?? false
          if case .decimal = tokens[factor] {
            if isMeasured, let count = sane(product) { return count }
            break
          }
          guard let other = number(tokens, factor) else { break }
          if isMeasured {
            if let count = sane(product) { return count }
            break
          }
          product = Swift.min(product * other, 1_000_000)
          position = factor
        }
        index = Swift.max(index, position)
      } else if word(tokens, index) == "x", let value = number(tokens, next(tokens, index + 1)) {
        // "x6" after a blank or a measure, with nothing measured behind it.
        let isAfterNumber =
          number(tokens, index - 1) != nil || number(tokens, index - 2) != nil && tokens[index - 1] == .blank
        let after = next(tokens, index + 1) + 1
        let isFree = after >= tokens.count || tokens[after] == .blank || tokens[after] == .other
        let isMeasured =
          word(tokens, next(tokens, after)).map { measures.contains($0) || lengths.contains($0) } ?? false
        if !isAfterNumber, isFree, !isMeasured, let count = sane(value) { return count }
      }
      index += 1
    }
    return nil
  }

  private static let lengths: Set<String> = ["cm", "mm", "m", "in", "inch", "inches", "ft"]

  /// `12s`, `12's`, `12 pcs`.
  private static func suffix(_ tokens: [Token]) -> Int32? {
    for index in tokens.indices {
      guard let value = number(tokens, index), value <= 999 else { continue }
      // Part of another word or number, such as "A4s".
      if index > 0, case .word = tokens[index - 1] { continue }
      var position = index + 1
      let hasApostrophe = position < tokens.count && tokens[position] == .apostrophe
      if hasApostrophe { position += 1 }
      let isJoined = position < tokens.count && tokens[position] != .blank
      position = next(tokens, position)
      guard let unit = word(tokens, position), pieces.contains(unit), isJoined || unit != "s" else { continue }
      if unit == "s" {
        guard value < 100 else { continue }
        // A decade: "50's Christmas", "80s Disco".
        let isDecade = value >= 20 && value % 10 == 0
        if isDecade, word(tokens, next(tokens, position + 1)) != nil { continue }
      }
      if let count = sane(value) { return count }
    }
    return nil
  }
}
