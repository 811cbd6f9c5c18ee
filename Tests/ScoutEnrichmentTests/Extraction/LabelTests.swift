import Foundation
import PostgresDialect
import ScoutTestSupport
import Testing

@testable import ScoutEnrichment

/// The labelled data of `Fixtures/`.
enum Labels {
  static let folder = Repository.folder + "/Tests/ScoutEnrichmentTests/Fixtures/"

  /// The lines of a file, each as its members; a name that ends in `.gz` is unpacked.
  static func lines(_ name: String) throws -> [[String: Any]] {
    var bytes = try fileBytes(folder + name)
    if name.hasSuffix(".gz") { bytes = gunzip(bytes) }
    return try bytes.split(separator: 0x0A).map { line in
      try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
    }
  }

  static func page(_ id: String) throws -> [UInt8] { gunzip(try fileBytes(folder + "product-pages/\(id).html.gz")) }
}

/// The share of labels that extraction gets right; what it gets wrong is listed when a share is too small.
struct Score {
  private(set) var right = 0
  private(set) var wrong: [String] = []

  mutating func add(_ isRight: Bool, _ description: @autoclosure () -> String) {
    if isRight { right += 1 } else { wrong.append(description()) }
  }

  var share: Double { Double(right) / Double(max(1, right + wrong.count)) }
}

@Suite struct LabelTests {
  @Test func `prices and currencies of published examples`() throws {
    var amounts = Score()
    var currencies = Score()
    for line in try Labels.lines("labels/price.jsonl") {
      let text = line["text"] as? String ?? ""
      let hint = line["currency_hint"] as? String
      let price = PriceText(text, hint: hint)
      let amount = try (line["amount"] as? String).map { try Numeric($0) }
      amounts.add(
        price.amount == amount, "\(text): \(price.amount?.description ?? "-"), not \(amount?.description ?? "-")")
      let currency = line["currency"] as? String
      currencies.add(price.symbol == currency, "\(text), \(hint ?? ""): \(price.symbol ?? "-"), not \(currency ?? "-")")
    }
    #expect(amounts.share >= 0.98, "\(amounts.wrong)")
    #expect(currencies.share >= 0.98, "\(currencies.wrong)")
  }

  @Test func `numbers of trade items, their kinds and check digits`() throws {
    var score = Score()
    for line in try Labels.lines("labels/gtin.jsonl") {
      let text = line["text"] as? String ?? ""
      let expected = line["expected"] as? String
      let number = GTIN(text)
      let isRight =
        line["set"] as? String == "GTIN_IDS" ? number?.digits == expected : number?.kind.rawValue == expected
      score.add(isRight, "\(text): \(number?.kind.rawValue ?? "-") \(number?.digits ?? ""), not \(expected ?? "-")")
    }
    #expect(score.share >= 0.98, "\(score.wrong)")
  }

  @Test func `brands of pieces of HTML`() throws {
    var score = Score()
    for line in try Labels.lines("labels/brand_html.jsonl.gz") {
      let html = line["html"] as? String ?? ""
      let expected = line["value"] as? String
      let brand = BrandText.brand(html: html)
      score.add(brand == expected, "\(html.prefix(200)): \(brand ?? "-"), not \(expected ?? "-")")
    }
    #expect(score.share >= 0.95, "\(score.share): \(score.wrong.prefix(40))")
  }

  @Test func `hard pack sizes`() throws {
    for line in try Labels.lines("labels/packsize.jsonl") {
      let text = line["text"] as? String ?? ""
      let total = line["total_g_or_ml"] as? Double ?? 0
      let size = PackSize(text)
      #expect(try size?.total.double() == total, "\(text): \(size?.description ?? "-")")
    }
  }

  @Test func `names, prices, currencies, brands and numbers of real product pages`() throws {
    var score = Score()
    var names: [String: [String]] = [:]
    for line in String(decoding: try fileBytes(Labels.folder + "product-pages/names.tsv"), as: UTF8.self)
      .split(separator: "\n").dropFirst()
    {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      names[fields[0]] = fields
    }
    for line in try Labels.lines("product-pages/expected.jsonl") {
      let id = line["id"] as? String ?? ""
      let product = try PageExtractor().products(in: Labels.page(id)).first
      let fields = try #require(names[id])
      score.add(product?.name == fields[1], "\(id): name \(product?.name ?? "-")")
      score.add(product?.currency == (fields[2].isEmpty ? nil : fields[2]), "\(id): \(product?.currency ?? "-")")
      score.add(
        product?.gtin?.digits == (fields[3].isEmpty ? nil : fields[3]), "\(id): \(product?.gtin?.digits ?? "-")")
      // Where the label has no price although the page shows one, the page counts.
      let label = line["price"] as? String ?? (fields[4].isEmpty ? nil : fields[4])
      let price = try label.map { try Numeric($0) }
      score.add(product?.priceMin == price, "\(id): \(product?.priceMin?.description ?? "-"), not \(label ?? "-")")
      if let currency = line["currency"] as? String { score.add(product?.currency == currency, "\(id): currency") }
      if let brand = line["brand"] as? String { score.add(product?.brand == brand, "\(id): \(product?.brand ?? "-")") }
    }
    #expect(score.wrong.isEmpty, "\(score.wrong)")
  }
}
