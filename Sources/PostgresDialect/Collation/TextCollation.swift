/// The order of texts as ICU's en_US collation has it, which Supabase's PostgreSQL 15 sorts and compares under.
///
/// Spaces come before punctuation, that before symbols, digits and letters; accents count only between texts whose
/// letters are the same, and capitals (after small letters) only where the accents are too. Texts that differ in none
/// of these compare by their bytes, so that equal texts are the same bytes. Exact for Latin, Greek, Cyrillic, kana,
/// punctuation, symbols and emoji; other scripts sort behind them by code point.
/// Source: <https://www.unicode.org/reports/tr10/>, <https://www.postgresql.org/docs/15/collation.html>
public enum TextCollation {
  /// Below zero when `left` comes first, zero only for the same bytes.
  ///
  /// - Complexity: One pass over ASCII texts up to their first difference in letters; texts with other characters are
  ///   turned into collation elements first.
  public static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let weights = CollationWeights.shared
    let order = weights.ascii.withUnsafeBufferPointer { compareASCII(left, right, $0) }
    switch order ?? compareElements(weights.elements(of: left), weights.elements(of: right)) {
    case 0: return left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    case let order: return order
    }
  }

  public static func compare(_ left: String, _ right: String) -> Int {
    var (left, right) = (left, right)
    return left.withUTF8 { a in right.withUTF8 { b in compare(a, b) } }
  }

  /// The order of ASCII texts by weights; nil once another character is met, since it may change what is before it.
  ///
  /// ASCII letters carry no accents, so their elements differ in the primary and the tertiary weight only.
  private static func compareASCII(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>,
    _ weights: UnsafeBufferPointer<CollationWeights.ASCIIWeight>
  ) -> Int? {
    var (i, j) = (0, 0)
    var tertiary = 0
    while true {
      while i < left.count, left[i] < 0x80, weights[Int(left[i])].primary == 0 { i += 1 }
      while j < right.count, right[j] < 0x80, weights[Int(right[j])].primary == 0 { j += 1 }
      guard i < left.count, j < right.count else { break }
      guard left[i] < 0x80, right[j] < 0x80 else { return nil }
      if left[i] != right[j] {
        let (a, b) = (weights[Int(left[i])], weights[Int(right[j])])
        // A character of another kind behind may join with this one.
        if a.primary != b.primary {
          let isPlain = (i + 1 == left.count || left[i + 1] < 0x80) && (j + 1 == right.count || right[j + 1] < 0x80)
          return isPlain ? (a.primary < b.primary ? -1 : 1) : nil
        }
        if tertiary == 0 { tertiary = a.tertiary < b.tertiary ? -1 : a.tertiary == b.tertiary ? 0 : 1 }
      }
      i += 1
      j += 1
    }
    if i < left.count { return left[i] < 0x80 ? 1 : nil }
    if j < right.count { return right[j] < 0x80 ? -1 : nil }
    return tertiary
  }

  /// Level by level: all primary weights, then all secondary ones, then the tertiary ones; zeros do not count.
  private static func compareElements(_ left: [CollationWeights.Element], _ right: [CollationWeights.Element]) -> Int {
    for level in [\CollationWeights.Element.primary, \.secondary, \.tertiary] {
      var (i, j) = (0, 0)
      while true {
        while i < left.count, left[i][keyPath: level] == 0 { i += 1 }
        while j < right.count, right[j][keyPath: level] == 0 { j += 1 }
        guard i < left.count, j < right.count else { break }
        let (a, b) = (left[i][keyPath: level], right[j][keyPath: level])
        if a != b { return a < b ? -1 : 1 }
        i += 1
        j += 1
      }
      if i < left.count { return 1 }
      if j < right.count { return -1 }
    }
    return 0
  }
}

/// The weights of ``CollationTable`` in a form to look up.
struct CollationWeights: Sendable {
  struct Element: Sendable {
    var primary: UInt32
    var secondary: UInt32
    var tertiary: UInt32
  }

  struct ASCIIWeight: Sendable {
    var primary: UInt16
    var tertiary: UInt16
  }

  static let shared = CollationWeights(CollationTable.words)

  /// Behind every rank of the table: what other characters' code points are added to.
  private static let firstImplicit: UInt32 = 0x10000

  /// Two characters that have elements together, and the one whose elements those are: Catalan's `l·` and a decomposed
  /// `й`.
  private static let contractions: [UInt64: UInt32] = [
    0x4C_0000_00B7: 0x13F, 0x6C_0000_00B7: 0x140, 0x418_0000_0306: 0x419, 0x438_0000_0306: 0x439,
  ]

  private(set) var ascii: [ASCIIWeight] = []
  private var elements: [UInt32: [Element]] = [:]

  private init(_ words: String) {
    var code: UInt32 = 0
    var rank: UInt32 = 0
    func number(_ text: Substring?, _ fallback: UInt32) -> UInt32 { text.flatMap { UInt32($0, radix: 36) } ?? fallback }
    func add(_ list: [Element]) {
      elements[code] = list
      rank = list.first?.primary ?? 0
      code += 1
    }
    for word in words.split(whereSeparator: \.isWhitespace) {
      if word.last == ":" {
        code = UInt32(word.dropLast(), radix: 16) ?? 0
      } else if word.first == "+" {
        for _ in 0..<number(word.dropFirst(), 0) { add([Element(primary: rank + 1, secondary: 5, tertiary: 5)]) }
      } else if word == "_" {
        add([])
      } else {
        add(
          word.split(separator: ",").map { element in
            let weights = element.split(separator: ".", omittingEmptySubsequences: false)
            return Element(
              primary: number(weights.first, 0), secondary: number(weights.dropFirst().first, 5),
              tertiary: number(weights.dropFirst(2).first, 5))
          })
      }
    }
    ascii = (UInt32(0)..<128).map { code in
      let element = elements[code]?.first
      return ASCIIWeight(
        primary: UInt16(truncatingIfNeeded: element?.primary ?? 0),
        tertiary: UInt16(truncatingIfNeeded: element?.tertiary ?? 0))
    }
  }

  /// The elements of a text, which is taken as it is: composed and decomposed letters have the same ones.
  func elements(of text: UnsafeBufferPointer<UInt8>) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(text.count)
    var scalars = String(decoding: text, as: UTF8.self).unicodeScalars.makeIterator()
    var previous: UInt32 = 0
    while let scalar = scalars.next() {
      if let both = Self.contractions[UInt64(previous) << 32 | UInt64(scalar.value)] {
        result.removeLast()
        result += elements[both] ?? []
      } else if let known = elements[scalar.value] {
        result += known
      } else {
        result.append(Element(primary: Self.firstImplicit + scalar.value, secondary: 5, tertiary: 5))
      }
      previous = scalar.value
    }
    return result
  }
}
