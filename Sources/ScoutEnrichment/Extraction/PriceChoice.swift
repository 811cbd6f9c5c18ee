import PostgresDialect

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Chooses the price among the texts of a page that has no structured data.
///
/// What counts, in points: an `id` or `class` that says it is the price to pay, and not a crossed-out one, a saving, a
/// delivery fee or a price per unit; a currency sign; nearness to the page's heading. Ties go to the earlier text.
enum PriceChoice {
  private static let good: [(StaticString, Int)] = [
    ("ourprice", 40), ("our-price", 40), ("saleprice", 30), ("sale-price", 30), ("dealprice", 35), ("currentprice", 30),
    ("current-price", 30), ("finalprice", 30), ("final-price", 30), ("special-price", 30), ("pdp", 15), ("product", 12),
    ("selling", 20), ("offer", 8), ("priceblock", 25), ("buybox", 20), ("main", 6), ("now", 10), ("pricetopay", 40),
    ("price-value", 15), ("listing", 30), ("price-current", 30), ("price-now", 30), ("price-final", 30),
    ("price-sale", 30), ("price-special", 30), ("hero", 15), ("primary", 10), ("customer", 10),
  ]
  private static let bad: [(StaticString, Int)] = [
    ("old", 40), ("was", 40), ("list", 30), ("strike", 40), ("regular", 20), ("msrp", 40), ("srp", 20), ("sav", 30),
    ("discount", 20), ("ship", 40), ("deliver", 40), ("unit", 25), ("perunit", 25), ("per-", 15), ("related", 40),
    ("recommend", 40), ("similar", 40), ("carousel", 40), ("sponsor", 40), ("accessor", 30), ("total", 15),
    ("cart", 20), ("filter", 40), ("range", 15), ("compare", 30), ("tax", 20), ("month", 30), ("install", 30),
    ("warranty", 30), ("used", 20), ("tile", 20), ("bundle", 20),
    ("coupon", 30), ("voucher", 30), ("cashback", 30), ("point", 20), ("reward", 30), ("before", 30), ("original", 30),
    ("upsell", 40), ("recent", 30), ("rrp", 40),
  ]

  /// The price to pay, or the range of it.
  struct Choice {
    var low: Numeric
    var high: Numeric
    var symbol: String?
  }

  /// Bytes, because comparing characters took most of the time of a page.
  private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count >= count else { return false }
    var at = 0
    while at <= bytes.count - count {
      if bytes[at] == word.utf8Start[0], let base = bytes.baseAddress, memcmp(base + at, word.utf8Start, count) == 0 {
        return true
      }
      at += 1
    }
    return false
  }

  /// The price to pay; nil when no text looks like one.
  ///
  /// - Parameter isLabelled: Whether only texts count whose element says that they are prices.
  static func best(_ candidates: [PageReader.PriceCandidate], near heading: Int?, isLabelled: Bool = false) -> Choice? {
    var best: (score: Int, choice: Choice)?
    for candidate in candidates where !isLabelled || !candidate.label.isEmpty {
      let price = PriceText(candidate.text)
      // A number apart from its currency, in a sentence, may be anything.
      let letters = candidate.text.unicodeScalars.filter { $0.properties.isAlphabetic }.count
      guard let amount = price.amount, amount.signum > 0,
        price.isBesideSymbol || !candidate.label.isEmpty && letters <= 6
      else { continue }
      var score = (candidate.label.isEmpty ? 0 : 20) - candidate.penalty
      var label = candidate.label
      label.withUTF8 { bytes in
        for (word, points) in good where contains(bytes, word) { score += points }
        for (word, points) in bad where contains(bytes, word) { score -= points }
      }
      // A bare number near a price may be anything: a count, a day, a rating.
      score += price.symbol != nil ? 15 : -15
      // Much text around it is a sentence, not a price.
      score -= candidate.text.count / 6
      if candidate.label.isEmpty { score -= letters }
      if let heading {
        let distance = candidate.offset - heading
        if distance >= 0, distance < 20_000 { score += 12 } else if distance < 0 { score -= 6 }
      }
      if score > (best?.score ?? 9) {
        best = (score, range(candidate.text) ?? Choice(low: amount, high: amount, symbol: price.symbol))
      }
    }
    return best?.choice
  }

  /// `₱45.00 – ₱60.00`: both ends with their currency, or the first of them.
  private static func range(_ text: String) -> Choice? {
    let parts = text.split(whereSeparator: { $0 == "-" || $0 == "–" || $0 == "—" || $0 == "~" })
    guard parts.count == 2 else { return nil }
    let (low, high) = (PriceText(String(parts[0])), PriceText(String(parts[1])))
    guard low.isBesideSymbol, high.isBesideSymbol || parts[1].allSatisfy({ !$0.isLetter }), let first = low.amount,
      let second = high.amount, first.signum > 0, first.compare(second) < 0, high.symbol ?? low.symbol == low.symbol
    else { return nil }
    return Choice(low: first, high: second, symbol: low.symbol)
  }
}
