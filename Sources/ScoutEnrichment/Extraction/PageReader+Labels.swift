/// What an element's `id` and `class` say about the texts in it.
extension PageReader {
  private static let others: [StaticString] = [
    "related", "recommend", "similar", "upsell", "up-sell", "cross-sell", "crosssell", "recently", "sponsor", "also-",
    "minicart", "mini-cart", "basket",
  ]
  private static let former: [StaticString] = [
    "was-", "-was", "old-", "-old", "_old", "old_", "before", "original", "strike", "line-through", "msrp", "rrp",
  ]

  /// What an element's `id` and `class` say against the prices in it.
  func penalty(_ label: Range<Int>?, _ identifier: Range<Int>?) -> Int {
    for range in [label, identifier] {
      guard let range, range.count < 400 else { continue }
      if Self.former.contains(where: { contains($0, range) }) || equals("was", range) || equals("old", range) {
        return 30
      }
      if Self.others.contains(where: { contains($0, range) }) { return 25 }
    }
    return 0
  }

  mutating func readLabel(_ label: Range<Int>?, _ identifier: Range<Int>?, penalty: Int) {
    let hasPrice =
      (label.map { contains("price", $0) } ?? false) || (identifier.map { contains("price", $0) } ?? false)
    if hasPrice, prices.count < Self.maximumPrices {
      let text = [identifier, label].compactMap { $0.map { self.text($0) } }.joined(separator: " ").lowercased()
      capture(.price(label: text, offset: tokenizer.at, penalty: penalty), limit: 240)
      return
    }
    if labelledName.isEmpty, let identifier,
      contains("producttitle", identifier) || contains("product-title", identifier)
    {
      capture(.labelledName, limit: 1024)
    } else if labelledName.isEmpty, let label,
      contains("product-title", label) || contains("product-name", label) || contains("product_title", label)
    {
      capture(.labelledName, limit: 1024)
    }
    if labelledBrand.isEmpty, let identifier, contains("byline", identifier) || equals("brand", identifier) {
      capture(.labelledBrand, limit: 256)
    } else if labelledBrand.isEmpty, let label, contains("product-brand", label) || equals("brand", label) {
      capture(.labelledBrand, limit: 256)
    }
  }

  /// Whether the value has the word in it, whatever its case.
  func contains(_ word: StaticString, _ range: Range<Int>) -> Bool {
    let count = word.utf8CodeUnitCount
    guard range.count >= count else { return false }
    let first = word.utf8Start[0]
    var at = range.lowerBound
    let last = range.upperBound - count
    while at <= last {
      if tokenizer.base[at] | 0x20 == first, equals(word, at..<at + count) { return true }
      at += 1
    }
    return false
  }

  func equals(_ word: StaticString, _ range: Range<Int>) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count
    where tokenizer.base[range.lowerBound + offset] | 0x20 != word.utf8Start[offset] | 0x20 {
      return false
    }
    return true
  }
}
