/// The number of a trade item that a page shows behind its label: `EAN: 4800016644931`, or a table's row `UPC | 0324…`.
struct LabelledNumber {
  private(set) var number: GTIN?
  /// Whether the last text was a label.
  private var isExpected = false

  /// How many labels are looked at: a page that shows more of them than this has none that is the product's.
  private var budget = 200

  static let labels: [StaticString] = ["gtin", "ean", "upc", "isbn", "barcode", "jan"]

  /// Looks at the page's next text; what is longer than a label or a number is of no interest.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard number == nil, budget > 0, bytes.count < 100, let start = bytes.firstIndex(where: { $0 > 0x20 }) else {
      return
    }
    if isExpected {
      isExpected = false
      if let found = Self.number(bytes) {
        number = found
        return
      }
    }
    guard Self.labels.contains(where: { Self.begins(bytes, start, $0) }) else { return }
    budget -= 1
    number = Self.number(bytes)
    isExpected = number == nil
  }

  /// Digits that check, behind the label and what belongs to it: `(EAN-13):`.
  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> GTIN? {
    guard bytes.count(where: { $0 &- 0x30 < 10 }) >= 8 else { return nil }
    let text = HTMLText.decoded(bytes).collapsingWhitespace()
    if let whole = GTIN(text) { return whole }
    return text.split(whereSeparator: { $0 == ":" || $0 == "#" || $0 == " " || $0 == "." }).last
      .flatMap { GTIN(String($0)) }
  }

  private static func begins(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ label: StaticString) -> Bool {
    let count = label.utf8CodeUnitCount
    guard start + count <= bytes.count else { return false }
    for offset in 0..<count where bytes[start + offset] | 0x20 != label.utf8Start[offset] { return false }
    // `Jan 5` is a day, `eanling` a word.
    guard start + count < bytes.count else { return true }
    return !((bytes[start + count] | 0x20) &- 0x61 < 26)
  }
}
