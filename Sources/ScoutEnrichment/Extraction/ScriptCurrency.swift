/// The currency that a page's scripts agree on: `"currency": "CAD"`, `priceCurrency:'PHP'`, `currencyCode = "SGD"`.
///
/// Only for pages that mark up none: `$` is a dozen countries' sign, and the shop's own scripts know whose it is.
enum ScriptCurrency {
  /// - Returns: Nil when there is none, or when several are named.
  static func find(_ bytes: UnsafeBufferPointer<UInt8>, in scripts: [Range<Int>]) -> String? {
    var found: String?
    for script in scripts {
      var at = script.lowerBound
      while let place = next(bytes, from: at, to: script.upperBound) {
        at = place
        guard let code = code(bytes, from: place, to: script.upperBound) else { continue }
        if let found, found != code { return nil }
        found = code
      }
    }
    return found
  }

  private static let word = Array("urrency".utf8)

  /// The place behind the next `urrency`, whatever the case of the letter before.
  private static func next(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
    var at = start
    while at + word.count < end {
      // The last letter is rarer than the first.
      guard bytes[at + 6] == 0x79 else {
        at += 1
        continue
      }
      if (0..<6).allSatisfy({ bytes[at + $0] == word[$0] }) { return at + word.count }
      at += 1
    }
    return nil
  }

  /// The code that is assigned to the name which ends here, or goes on with `Code` or `_code`.
  private static func code(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> String? {
    var at = start
    func skip(_ isWanted: (UInt8) -> Bool, atMost limit: Int) {
      let first = at
      while at < end, at - first < limit, isWanted(bytes[at]) { at += 1 }
    }
    skip({ ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F }, atMost: 8)
    skip({ $0 == 0x22 || $0 == 0x27 || $0 == 0x5C || $0 <= 0x20 }, atMost: 8)
    guard at < end, bytes[at] == 0x3A || bytes[at] == 0x3D else { return nil }
    at += 1
    skip({ $0 == 0x5C || $0 <= 0x20 }, atMost: 8)
    guard at + 4 < end, bytes[at] == 0x22 || bytes[at] == 0x27 else { return nil }
    let letters = bytes[at + 1..<at + 4]
    let close = bytes[at + 4]
    guard letters.allSatisfy({ $0 &- 0x41 < 26 }), close == bytes[at] || close == 0x5C else { return nil }
    return CurrencySign.code(String(decoding: letters, as: UTF8.self))
  }
}

extension CurrencySign {
  /// The code of a sign; of one that several countries have, the page's own if it is one of theirs.
  static func code(_ symbol: String?, onPageOf hint: String?) -> String? {
    guard let symbol else { return hint }
    guard let hint, let family = families[symbol], family.contains(hint) else { return code(symbol) }
    return hint
  }

  private static let families: [String: Set<String>] = [
    "$": ["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "CLP", "COP", "ARS", "UYU", "BND", "XCD"],
    "kr": ["SEK", "NOK", "DKK", "ISK"], "kr.": ["SEK", "NOK", "DKK", "ISK"], "¥": ["JPY", "CNY"],
    "Rs": ["INR", "PKR", "LKR", "NPR"], "£": ["GBP", "EGP"], "₩": ["KRW"],
  ]
}
