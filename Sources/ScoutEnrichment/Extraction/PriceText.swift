import PostgresDialect

/// A price as a page shows it: `₱1,299.00`, `1 298,00 €`, `Php 45`.
public struct PriceText: Hashable, Sendable {
  /// Exact; nil when the text has no number.
  public var amount: Numeric?
  /// The currency as it is written; nil when there is none.
  public var symbol: String?
  /// Whether the number touches the currency.
  var isBesideSymbol = false

  /// Reads a price.
  ///
  /// Which sign is the decimal one follows from the number's shape: behind the last sign stand one or two digits, or
  /// more than three; three digits are thousands, except in currencies with three decimals.
  ///
  /// - Parameters:
  ///   - text: What the page shows.
  ///   - hint: A text beside it that may name the currency.
  public init(_ text: String, hint: String? = nil) {
    let scalars = Array(text.unicodeScalars)
    let own = CurrencySign.first(in: scalars)
    let beside = own == nil ? hint.flatMap { CurrencySign.first(in: Array($0.unicodeScalars)) } : nil
    symbol = own?.text ?? beside?.text
    let places = CurrencySign.decimals(symbol)
    let neighbour = own.flatMap { Self.number(beside: $0.range, in: scalars) }
    isBesideSymbol = neighbour != nil
    let number = neighbour ?? Self.number(in: scalars, from: 0)
    amount = number.flatMap { Self.value(scalars[$0], decimals: places) }
    if amount == nil, symbol == nil, text.lowercased().contains("free") { amount = .zero }
  }

  /// A number as a machine writes it: `34.000` is 34 here, and `1,299.00` and `48,00` are understood.
  static func machineAmount(_ text: String) -> Numeric? {
    let text = text.collapsingWhitespace()
    let bytes = Array(text.utf8)
    if !bytes.isEmpty, bytes.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E }), bytes.filter({ $0 == 0x2E }).count <= 1 {
      return bytes.count <= 40 ? try? Numeric(text) : nil
    }
    return PriceText(text).amount
  }

  // MARK: Finding the number

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value &- 0x30 < 10 }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  private static func isInNumber(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || isSpace(scalar) || scalar == "." || scalar == "," || scalar == "'" || scalar == "’"
  }

  /// The number that touches the currency sign: the one before it, else the one behind.
  private static func number(beside sign: Range<Int>, in scalars: [Unicode.Scalar]) -> Range<Int>? {
    var end = sign.lowerBound
    while end > 0, isSpace(scalars[end - 1]) || scalars[end - 1] == "." || scalars[end - 1] == "," { end -= 1 }
    if end > 0, isDigit(scalars[end - 1]) {
      var start = end
      while start > 0, isInNumber(scalars[start - 1]) {
        if isSpace(scalars[start - 1]), !isGroup(scalars, start, end) { break }
        start -= 1
      }
      return trimmed(start..<end, scalars)
    }
    var start = sign.upperBound
    while start < scalars.count, isSpace(scalars[start]) || scalars[start] == ":" { start += 1 }
    let digit = scalars[start...].firstIndex { $0 != "." } ?? start
    guard digit < scalars.count, isDigit(scalars[digit]) else { return nil }
    return number(in: scalars, from: start)
  }

  /// The first number from a place on that is no percentage.
  private static func number(in scalars: [Unicode.Scalar], from first: Int) -> Range<Int>? {
    var start = first
    while start < scalars.count {
      guard isDigit(scalars[start]) else {
        start += 1
        continue
      }
      var end = start
      while end < scalars.count, isInNumber(scalars[end]) {
        if isSpace(scalars[end]), end + 1 < scalars.count, !isSpace(scalars[end + 1]),
          scalars[start..<end].contains(where: { $0 == "." || $0 == "," }) || !isGroup(scalars, end + 1, scalars.count)
        {
          break
        }
        end += 1
      }
      let next = scalars[end...].first { !isSpace($0) }
      if next != "%" {
        let hasPoint = start > first && scalars[start - 1] == "."
        return trimmed((hasPoint ? start - 1 : start)..<end, scalars)
      }
      start = end
    }
    return nil
  }

  /// Whether thousands go on there: three digits and no more, or the decimal sign. `45.00 12` are two numbers.
  private static func isGroup(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int) -> Bool {
    guard start < end, isDigit(scalars[start]) else { return true }
    let digits = scalars[start..<min(end, start + 4)].prefix(while: isDigit)
    return digits.count == 3
  }

  /// Without spaces and signs that only stand at the ends; the point of `.75` stays.
  private static func trimmed(_ range: Range<Int>, _ scalars: [Unicode.Scalar]) -> Range<Int>? {
    var start = range.lowerBound
    var end = range.upperBound
    while end > start, !isDigit(scalars[end - 1]) { end -= 1 }
    while start < end, !isDigit(scalars[start]),
      scalars[start] != "." || start + 1 >= end || !isDigit(scalars[start + 1])
    {
      start += 1
    }
    return start < end ? start..<end : nil
  }

  // MARK: Its value

  private static func value(_ scalars: ArraySlice<Unicode.Scalar>, decimals: Int) -> Numeric? {
    let compact = scalars.filter { !isSpace($0) && $0 != "'" && $0 != "’" }
    guard compact.count <= 60 else { return nil }
    let last = compact.lastIndex { $0 == "." || $0 == "," }
    let digitsBehind = last.map { compact.count - 1 - $0 } ?? 0
    // A sign that comes twice divides thousands: 1.144.000.
    let isRepeated = last.map { place in compact[..<place].contains(compact[place]) } ?? false
    let isDecimal: Bool =
      switch digitsBehind {
      case 0: false
      case 3: decimals == 3 || compact.first == "." && last == 0
      default: !isRepeated || compact.first == "."
      }
    var text = ""
    for (place, scalar) in compact.enumerated() {
      if isDigit(scalar) { text.unicodeScalars.append(scalar) }
      if isDecimal, place == last { text += text.isEmpty ? "0." : "." }
    }
    return try? Numeric(text)
  }
}

/// Currencies as shops write them.
enum CurrencySign {
  /// Signs that need nothing around them, longest first among those that begin alike.
  private static let signs: [[Unicode.Scalar]] = [
    "US$", "AU$", "CA$", "HK$", "NT$", "NZ$", "MX$", "A$", "C$", "R$", "S$", "$", "€", "£", "₤", "¥", "￥", "₱", "₹",
    "₽", "₪", "฿", "₫", "₩", "₶", "₴", "₺", "₦", "₲", "₡", "₵", "₸", "원", "円", "元",
  ].map { Array($0.unicodeScalars) }

  /// Words, which must not have a letter beside them.
  private static let words: [[Unicode.Scalar]] = [
    "руб.", "руб", "р.", "Р", "грн.", "грн", "zł", "Kč", "Ft", "lei", "kr.", "kr", "Rp.", "Rp", "RM", "KD", "Php",
    "php",
    "Pesos", "pesos", "جنيه", "درهم", "ريال",
  ].map { Array($0.unicodeScalars) }

  private static let codes: Set<String> = Set(
    """
    AED AFN ALL AMD ARS AUD AZN BAM BDT BGN BHD BND BOB BRL BYN CAD CHF CLP CNY COP CRC CZK DEM DKK DOP DZD EGP ESP EUR
    FRF GBP GEL GHS GTQ HKD HNL HRK HUF IDR ILS INR IQD IRR ISK ITL JOD JPY KES KHR KRW KWD KZT LBP LKR LTL LVL LYD MAD
    MDL MKD MMK MNT MOP MUR MXN MYR NGN NIO NLG NOK NPR NZD OMR PAB PEN PHP PKR PLN PTE PYG QAR RON RSD RUB SAR SEK SGD
    SIT SKK SYP THB TND TRY TWD TZS UAH UGX USD UYU UZS VEF VND XAF XCD XOF YER ZAR
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// The first currency in a text, and where it stands.
  static func first(in scalars: [Unicode.Scalar]) -> (text: String, range: Range<Int>)? {
    for start in scalars.indices {
      if let end = match(scalars, start) {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<end])
        return (String(text), start..<end)
      }
    }
    return nil
  }

  private static func match(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
    let first = scalars[start]
    // Digits and spaces make up most of what is looked at.
    if first.value &- 0x30 < 10 || first == " " { return nil }
    func has(_ sign: [Unicode.Scalar]) -> Bool {
      start + sign.count <= scalars.count && scalars[start..<start + sign.count].elementsEqual(sign)
    }
    let isAtStart = start == 0 || !scalars[start - 1].properties.isAlphabetic
    for sign in signs where has(sign) {
      if sign.count > 1, !isAtStart { continue }
      return start + sign.count
    }
    guard isAtStart else { return nil }
    func isFree(_ end: Int) -> Bool { end >= scalars.count || !scalars[end].properties.isAlphabetic }
    for word in words where has(word) {
      let end = start + word.count
      // рублей and рубля begin with the sign.
      if isFree(end) || word.count >= 3 && word[0] == "р" { return end }
    }
    if start + 3 <= scalars.count, isFree(start + 3) {
      var code = String.UnicodeScalarView()
      code.append(contentsOf: scalars[start..<start + 3])
      if codes.contains(String(code)) { return start + 3 }
    }
    // P45.00, as sari-sari stores write it.
    if first == "P", start + 1 < scalars.count, scalars[start + 1].value &- 0x30 < 10 { return start + 1 }
    return nil
  }

  /// How many digits a currency has behind the point, as far as it is not two.
  static func decimals(_ symbol: String?) -> Int {
    ["KD", "KWD", "BHD", "OMR", "JOD", "TND", "LYD", "IQD"].contains(symbol ?? "") ? 3 : 2
  }

  /// The ISO 4217 code; nil for an unknown sign.
  ///
  /// A sign that several countries use, such as `$`, is the one that most pages mean by it.
  static func code(_ symbol: String) -> String? {
    let upper = symbol.uppercased()
    if codes.contains(upper) { return upper }
    return switch symbol {
    case "₱", "P", "Pesos", "pesos": "PHP"
    case "$", "US$": "USD"
    case "AU$", "A$": "AUD"
    case "CA$", "C$": "CAD"
    case "HK$": "HKD"
    case "NT$": "TWD"
    case "NZ$": "NZD"
    case "MX$": "MXN"
    case "R$": "BRL"
    case "S$": "SGD"
    case "€": "EUR"
    case "£", "₤": "GBP"
    case "¥", "￥", "円": "JPY"
    case "元": "CNY"
    case "₹": "INR"
    case "₽", "руб.", "руб", "р.", "Р": "RUB"
    case "₪": "ILS"
    case "฿": "THB"
    case "₫": "VND"
    case "₩", "원": "KRW"
    case "₴", "грн.", "грн": "UAH"
    case "₺": "TRY"
    case "₦": "NGN"
    case "zł": "PLN"
    case "Kč": "CZK"
    case "Ft": "HUF"
    case "lei": "RON"
    case "Rp", "Rp.": "IDR"
    case "RM": "MYR"
    case "KD": "KWD"
    default: nil
    }
  }
}
