import Foundation
import PostgresDialect
import ScoutTestSupport
import Testing

@testable import ScoutEnrichment

/// The labelled data of `Fixtures/`.
enum Labels {
  static let folder = Repository.folder + "/Tests/ScoutEnrichmentTests/Fixtures/"

  /// The lines of a file, each as its members; a name that ends in `.gz` is unpacked.
  static func lines(_ name: String, in folder: String = Labels.folder) throws -> [[String: Any]] {
    var bytes = try fileBytes(folder + name)
    if name.hasSuffix(".gz") { bytes = gunzip(bytes) }
    return try bytes.split(separator: 0x0A).map { line in
      try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
    }
  }

  /// A page, packed or not.
  static func page(_ id: String, in folder: String = Labels.folder + "product-pages") throws -> [UInt8] {
    let path = "\(folder)/\(id).html"
    if FileManager.default.fileExists(atPath: path) { return try fileBytes(path) }
    return gunzip(try fileBytes(path + ".gz"))
  }
}

/// The share of labels that extraction gets right; what it gets wrong is listed when a share is too small.
struct Score {
  private(set) var right = 0
  private(set) var wrong: [String] = []

  mutating func add(_ isRight: Bool, _ description: @autoclosure () -> String) {
    if isRight { right += 1 } else { wrong.append(description()) }
  }

  var share: Double { Double(right) / Double(max(1, right + wrong.count)) }
  var summary: String { "\(right) of \(right + wrong.count)" }
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
    print("amounts \(amounts.summary), currencies \(currencies.summary)")
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
    print("trade numbers \(score.summary)")
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
    print("brands \(score.summary)")
    #expect(score.share >= 0.95, "\(score.wrong.prefix(40))")
  }

  @Test func `hard pack sizes`() throws {
    for line in try Labels.lines("labels/packsize.jsonl") {
      let text = line["text"] as? String ?? ""
      let total = line["total_g_or_ml"] as? Double ?? 0
      let size = PackSize(text)
      #expect(try size?.total.double() == total, "\(text): \(size?.description ?? "-")")
    }
  }

  /// What `expected.jsonl` does not say: `names.tsv` has it, read from the pages by eye.
  private func seen() throws -> [String: [String: String]] {
    var seen: [String: [String: String]] = [:]
    for line in String(decoding: try fileBytes(Labels.folder + "product-pages/names.tsv"), as: UTF8.self)
      .split(separator: "\n").dropFirst()
    {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      seen[fields[0]] = Dictionary(
        uniqueKeysWithValues: zip(["name", "currency", "gtin", "price"], fields.dropFirst()))
    }
    return seen
  }

  @Test func `names, prices, currencies, brands and numbers of real product pages`() throws {
    let measure = try PageMeasure(folder: Labels.folder + "product-pages", more: try seen())
    print("with markup: \(measure.summary)")
    #expect(measure.wrong.isEmpty, "\(measure.wrong)")
    // What a page does not carry is not made up.
    for line in try Labels.lines("product-pages/expected.jsonl") {
      let id = line["id"] as? String ?? ""
      let product = try PageExtractor().products(in: Labels.page(id)).first
      let labels = try #require(try seen()[id])
      if labels["gtin"] == "" { #expect(product?.gtin == nil, "\(id)") }
      if labels["price"] == "", line["price"] as? String == nil { #expect(product?.priceMin == nil, "\(id)") }
    }
  }

  /// The pages with everything taken out that is marked up for machines: what is left is the heuristics'.
  ///
  /// Of three pages the price, and of two the name, stands in the markup only.
  @Test func `names and prices of the same pages without their markup`() throws {
    let measure = try PageMeasure(
      folder: Labels.folder + "product-pages", more: try seen(), change: PageMeasure.withoutMarkup)
    print("without markup: \(measure.summary)")
    #expect(measure.scores["name"]?.right ?? 0 >= 10, "\(measure.wrong)")
    #expect(measure.scores["price"]?.right ?? 0 >= 7, "\(measure.wrong)")
  }

  /// Other labelled pages: `SCOUT_PAGES=/path/to/product-pages swift test --filter LabelTests`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SCOUT_PAGES"] != nil))
  func `the pages of SCOUT_PAGES`() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["SCOUT_PAGES"])
    let measure = try PageMeasure(folder: folder)
    print("\(folder): \(measure.summary)\n\(measure.wrong.joined(separator: "\n"))")
    for field in ["name", "price", "currency", "gtin"] {
      #expect(measure.scores[field]?.share ?? 1 >= 0.95, "\(measure.wrong.filter { $0.contains(": \(field) ") })")
    }
  }
}
