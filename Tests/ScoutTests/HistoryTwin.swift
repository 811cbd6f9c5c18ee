import Foundation
import ScoutGenerator

/// The slow, obvious twin of the pipeline: a dictionary of transactions, recounted from scratch.
///
/// It shares no code with the engine: records are read by Foundation, gold is a loop.
struct HistoryTwin {
  private struct Line: Hashable {
    var sku: String
    var name: String?
    var brand: String
    var category: String
    var quantity: Int
    var packCount: Int
    var price: Int
    var discount: Int
    var promotion: Bool
    var requested: String?

    var units: Int { quantity * packCount }
    var net: Int { quantity * price - discount }
  }

  private struct Sale {
    var store: String
    var region: String?
    /// Seconds since 1970-01-01 UTC.
    var time: Int
    var lines: [Line]

    /// The date in Manila.
    var date: Int { (time + 8 * 3600) / 86_400 }
  }

  private let packCounts: [String: Int]
  private var seen: Set<String> = []
  private var sales: [String: Sale] = [:]
  private(set) var duplicates = 0
  private(set) var accepted = 0

  init(_ catalogue: Catalogue) {
    packCounts = Dictionary(catalogue.products.map { ($0.name, $0.packCount) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Deliveries

  /// A readable record arrives.
  mutating func deliver(_ bytes: [UInt8]) throws {
    guard let record = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
      let id = record["transaction_id"] as? String
    else { throw Unreadable() }
    let content = String(
      decoding: try JSONSerialization.data(withJSONObject: record, options: .sortedKeys), as: UTF8.self)
    guard seen.insert(content).inserted else {
      duplicates += 1
      return
    }
    accepted += 1
    if record["status"] as? String == "void" {
      sales[id] = nil
      return
    }
    guard let store = record["store_id"] as? String, let items = record["items"] as? [[String: Any]] else {
      throw Unreadable()
    }
    sales[id] = Sale(
      store: store, region: record["region"] as? String, time: try time(record["ts"]), lines: try items.map(line))
  }

  struct Unreadable: Error {}

  private func line(_ item: [String: Any]) throws -> Line {
    guard let sku = item["sku"] as? String, let brand = item["brand"] as? String,
      let category = item["category"] as? String, let quantity = item["qty"] as? Int
    else { throw Unreadable() }
    func centavos(_ value: Any?) -> Int { Int((((value as? NSNumber)?.doubleValue ?? 0) * 100).rounded()) }
    let name = item["product_name"] as? String
    return Line(
      sku: sku, name: name, brand: brand, category: category, quantity: quantity,
      packCount: name.flatMap { packCounts[$0] } ?? 1, price: centavos(item["unit_price"]),
      discount: centavos(item["discount"]), promotion: item["promo"] as? Bool ?? false,
      requested: item["requested_sku"] as? String)
  }

  /// Epoch seconds or milliseconds, or `2025-08-01T09:14:05` with `Z`, an offset, or Manila's time.
  private func time(_ value: Any?) throws -> Int {
    if let number = value as? NSNumber {
      return number.intValue > 100_000_000_000 ? number.intValue / 1000 : number.intValue
    }
    guard let text = value as? String else { throw Unreadable() }
    let digits = text.prefix(19).split { !$0.isNumber }.compactMap { Int($0) }
    guard digits.count == 6, let date = CivilDate(year: digits[0], month: digits[1], day: digits[2]) else {
      throw Unreadable()
    }
    let local = date.daysSinceEpoch * 86_400 + digits[3] * 3600 + digits[4] * 60 + digits[5]
    switch text.dropFirst(19) {
    case "", "+08:00": return local - 8 * 3600
    case "Z": return local
    default: throw Unreadable()
    }
  }

  // MARK: What each relation should hold, a row a line, sorted

  private func each(_ body: (String, Sale, Int, Line) -> Void) {
    for (id, sale) in sales { for (index, line) in sale.lines.enumerated() { body(id, sale, index + 1, line) } }
  }

  var silverTransactions: [String] {
    sales.map { id, sale in
      joined([
        id, sale.store, sale.time * 1_000_000, sale.date, sale.region ?? "∅", sale.lines.count,
        sale.lines.map(\.units).reduce(0, +), sale.lines.map(\.net).reduce(0, +),
      ])
    }.sorted()
  }

  static let silverTransactionsSQL = """
    select transaction_id, store_id, ts, business_date, region, basket_size, units, net_amount
    from "scout.silver_transactions"
    """

  var silverLineItems: [String] {
    var rows: [String] = []
    each { id, sale, number, line in
      rows.append(
        joined([
          id, number, sale.time * 1_000_000, sale.date, sale.store, sale.region ?? "∅", line.sku, line.name ?? "∅",
          line.brand, line.category, line.quantity, line.packCount, line.units, line.price, line.discount, line.net,
          line.promotion ? 1 : 0, line.requested ?? "∅", line.requested.map { $0 != line.sku } == true ? 1 : 0,
        ]))
    }
    return rows.sorted()
  }

  static let silverLineItemsSQL = """
    select transaction_id, line_no, ts, business_date, store_id, region, sku, product_name, brand, category, qty,
      pack_count, units, unit_price, discount, net_amount, promo_flag, requested_sku, is_substituted
    from "scout.silver_line_items"
    """

  private struct Measures {
    var units = 0
    var quantity = 0
    var net = 0
    var transactions: Set<String> = []
    var stores: Set<String> = []
  }

  private func measures(_ key: (Sale, Line) -> [String]) -> [[String]: Measures] {
    var groups: [[String]: Measures] = [:]
    each { id, sale, _, line in
      var group = groups[key(sale, line)] ?? Measures()
      group.units += line.units
      group.quantity += line.quantity
      group.net += line.net
      group.transactions.insert(id)
      group.stores.insert(sale.store)
      groups[key(sale, line)] = group
    }
    return groups
  }

  var goldQuarterHours: [String] {
    measures { sale, line in [String(sale.time / 900 * 900 * 1_000_000), line.brand] }.map { key, group in
      joined(key + [group.units, group.quantity, group.net, group.transactions.count, group.stores.count])
    }.sorted()
  }

  static let goldQuarterHoursSQL =
    "select ts, brand, units, qty, net_amount, transactions, stores from \"scout.gold_sales_15min\""

  var goldDaily: [String] {
    measures { sale, line in [String(sale.date), sale.store, line.brand, line.promotion ? "1" : "0"] }
      .map { key, group in joined(key + [group.units, group.quantity, group.net, group.transactions.count]) }.sorted()
  }

  static let goldDailySQL =
    "select date, store_id, brand, promo_flag, units, qty, net_amount, transactions from \"scout.gold_sales_daily\""

  /// Shares to fifteen digits; SQL may have more.
  var goldShares: [String] {
    let brands = measures { sale, line in [String(sale.date), line.category, line.brand] }
    let categories = measures { sale, line in [String(sale.date), line.category] }
    return brands.map { key, group in
      let whole = categories[Array(key.prefix(2))]?.net ?? 0
      let share = whole == 0 ? "∅" : Self.digits(Double(group.net) / Double(whole))
      return joined(key + [group.units, group.net, share])
    }.sorted()
  }

  static let goldSharesSQL =
    "select date, category, brand, units, net_amount, share from \"scout.gold_brand_share_daily\""

  /// A share as ``goldShares`` writes it.
  static func digits(_ share: Double) -> String { String(format: "%.13f", share == 0 ? 0 : share) }

  private func joined(_ values: [Any]) -> String { values.map { "\($0)" }.joined(separator: "|") }
}
