import Foundation

/// Reads transactions the slow and obvious way, from DOMAIN.md alone: no type of the generator is used.
struct SlowReader {
  struct Line {
    var brand: String
    var quantity: Int
    var units: Int
    var netCentavos: Int
    var isSubstituted: Bool
    var isPromotion: Bool
  }
  struct Transaction {
    var identifier: String
    var instant: Double
    var store: String
    var isVoid: Bool
    var lines: [Line]
  }

  private let utcOffsetMinutes: Int
  private let dates = DateFormatter()
  private let instants = ISO8601DateFormatter()

  init(utcOffsetMinutes: Int) {
    self.utcOffsetMinutes = utcOffsetMinutes
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(secondsFromGMT: utcOffsetMinutes * 60)
    dates.dateFormat = "yyyy-MM-dd"
  }

  /// - Returns: `nil` for a line that must be rejected.
  func transaction(_ bytes: [UInt8]) -> Transaction? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
      let identifier = object["transaction_id"] as? String, let store = object["store_id"] as? String,
      let time = object["ts"], let instant = instant(time),
      let items = object["items"] as? [[String: Any]], !items.isEmpty
    else { return nil }
    var lines: [Line] = []
    for item in items {
      guard let sku = item["sku"] as? String, let brand = item["brand"] as? String, item["category"] is String,
        let quantity = item["qty"] as? NSNumber, quantity.doubleValue == Double(quantity.intValue),
        quantity.intValue != 0, let price = item["unit_price"] as? NSNumber
      else { return nil }
      let discount = (item["discount"] as? NSNumber)?.doubleValue ?? 0
      let net =
        quantity.intValue * Int((price.doubleValue * 100).rounded()) - Int((discount * 100).rounded())
      let requested = item["requested_sku"] as? String
      lines.append(
        Line(
          brand: brand, quantity: quantity.intValue,
          units: quantity.intValue * pack(item["product_name"] as? String ?? ""), netCentavos: net,
          isSubstituted: requested != nil && requested != sku, isPromotion: item["promo"] as? Bool ?? false))
    }
    return Transaction(
      identifier: identifier, instant: instant, store: store, isVoid: object["status"] as? String == "void",
      lines: lines)
  }

  func date(_ instant: Double) -> String {
    dates.string(from: Date(timeIntervalSince1970: instant))
  }

  private func instant(_ value: Any) -> Double? {
    if let number = value as? NSNumber {
      return number.doubleValue > 1e11 ? number.doubleValue / 1000 : number.doubleValue
    }
    guard var text = value as? String else { return nil }
    if text.count == 19 {
      let magnitude = abs(utcOffsetMinutes)
      text += (utcOffsetMinutes < 0 ? "-" : "+") + String(format: "%02d:%02d", magnitude / 60, magnitude % 60)
    }
    return instants.date(from: text)?.timeIntervalSince1970
  }

  /// The pack sizes that the shipped catalogue uses, by regular expression.
  private func pack(_ name: String) -> Int {
    if name.contains("Twin Pack") { return 2 }
    for expression in [#"(\d+)-pack"#, #" (\d+)s$"#, #" x(\d+)$"#] {
      guard let range = name.range(of: expression, options: .regularExpression) else { continue }
      return Int(name[range].filter(\.isNumber)) ?? 1
    }
    return 1
  }
}
