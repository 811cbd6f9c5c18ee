/// A number of a trade item: digits whose last one checks the others.
///
/// Source: GS1 General Specifications, 7.9, <https://www.gs1.org/services/how-calculate-check-digit-manually>
public struct GTIN: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    case gtin8, upc, gtin13, gtin14
    case isbn10, isbn13, issn, ismn
  }

  /// As it is written, without hyphens and spaces; an ISBN-10 or ISSN may end in X.
  public var digits: String
  public var kind: Kind

  /// 14 digits, by which numbers of different lengths are compared: UPC 036000291452 and EAN 0036000291452 are one.
  /// Nil for an ISSN, which is no trade item's.
  public var key: String? {
    switch kind {
    case .issn: return nil
    case .isbn10:
      // The same book's ISBN-13 begins with 978 and has another check digit.
      let body = "978" + digits.dropLast()
      return "0" + body + String(Self.checkDigit(Array(body.utf8)))
    default: return String(repeating: "0", count: max(0, 14 - digits.count)) + digits
    }
  }

  public var description: String { digits }

  private static let labels = ["isbn", "ean", "gtin", "upc", "jan", "issn", "barcode"]

  /// Reads a number, with or without a label before it: `EAN13: 8808993650040`, `978-1-933624-76-1`.
  ///
  /// - Returns: Nil when there is none whose check digit is right.
  public init?(_ text: String) {
    guard text.utf8.count <= 200 else { return nil }
    let lower = text.lowercased()
    let compact = lower.utf8.filter { $0 &- 0x30 < 10 || $0 &- 0x61 < 26 }
    var characters = Array(compact)
    var hasLabel = false
    for label in Self.labels where characters.starts(with: Array(label.utf8)) {
      characters.removeFirst(label.utf8.count)
      hasLabel = true
      break
    }
    if let whole = Self(characters: characters) {
      self = whole
      return
    }
    // The label's own number: EAN13, ISBN-10, GTIN14.
    guard hasLabel else { return nil }
    for length in [2, 1] where characters.count > length {
      guard ["8", "10", "12", "13", "14"].contains(String(decoding: characters[..<length], as: UTF8.self)),
        let rest = Self(characters: Array(characters[length...]))
      else { continue }
      self = rest
      return
    }
    return nil
  }

  /// Digits only, as a machine writes them; a leading zero that a spreadsheet dropped is put back.
  init?(machine text: String) {
    if let number = GTIN(text) {
      self = number
      return
    }
    let digits = Array(text.utf8.filter { $0 &- 0x30 < 10 })
    guard digits.count == 11 || digits.count == 7, let number = Self(characters: [0x30] + digits) else { return nil }
    self = number
  }

  private init?(characters: [UInt8]) {
    let count = characters.count
    let isDigits = characters.allSatisfy { $0 &- 0x30 < 10 }
    let kind: Kind
    switch count {
    case 8 where isDigits && Self.isValid(characters): kind = .gtin8
    case 8 where Self.isModulo11(characters, weights: 8): kind = .issn
    case 10 where Self.isModulo11(characters, weights: 10): kind = .isbn10
    case 12 where isDigits && Self.isValid(characters): kind = .upc
    case 13 where isDigits && Self.isValid(characters):
      let prefix = String(decoding: characters[..<4], as: UTF8.self)
      kind = prefix == "9790" ? .ismn : prefix.hasPrefix("978") || prefix.hasPrefix("979") ? .isbn13 : .gtin13
    case 14 where isDigits && Self.isValid(characters): kind = .gtin14
    default: return nil
    }
    // 0000000000000 is what a form without a number sends.
    guard characters.contains(where: { $0 != characters[0] }) else { return nil }
    digits = String(decoding: characters, as: UTF8.self).uppercased()
    self.kind = kind
  }

  /// The digit that completes the others.
  static func checkDigit(_ digits: [UInt8]) -> Int {
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() {
      sum += Int(digit - 0x30) * (index.isMultiple(of: 2) ? 3 : 1)
    }
    return (10 - sum % 10) % 10
  }

  private static func isValid(_ digits: [UInt8]) -> Bool {
    guard let last = digits.last else { return false }
    return checkDigit(Array(digits.dropLast())) == Int(last - 0x30)
  }

  /// ISBN-10 and ISSN: each digit times its weight, the last with weight 1 and X for ten, is a multiple of 11.
  private static func isModulo11(_ characters: [UInt8], weights: Int) -> Bool {
    var sum = 0
    for (index, character) in characters.enumerated() {
      let value: Int
      if character &- 0x30 < 10 {
        value = Int(character - 0x30)
      } else if character == 0x78, index == characters.count - 1 {
        value = 10
      } else {
        return false
      }
      sum += value * (weights - index)
    }
    return sum.isMultiple(of: 11)
  }
}
