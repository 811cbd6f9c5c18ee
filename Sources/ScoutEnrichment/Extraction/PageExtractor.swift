import PostgresDialect

/// Finds the products of a page.
///
/// JSON-LD first, then microdata and RDFa, then OpenGraph's product tags, then what the page only shows: its heading,
/// and the texts that look like its price. A later source fills what an earlier one left out. Where the page's own
/// price tag is below the one of its structured data, the tag is the one that buyers pay.
///
/// ```swift
/// let products = try PageExtractor().products(in: bytes, contentType: "text/html; charset=utf-8")
/// print(products[0].name, products[0].priceMin ?? .nan, products[0].currency ?? "")
/// ```
///
/// Bounded in time and memory by the size of the page, whatever is on it.
public struct PageExtractor: Sendable {
  /// A larger page is refused.
  public var maximumBytes: Int
  /// The currency of prices that name none; nil leaves it open.
  public var defaultCurrency: String?

  public init(maximumBytes: Int = 32 << 20, defaultCurrency: String? = nil) {
    self.maximumBytes = maximumBytes
    self.defaultCurrency = defaultCurrency
  }

  /// The products of a page, its own first; empty when it has none.
  ///
  /// - Parameters:
  ///   - bytes: The page, in the encoding that it or `contentType` declares.
  ///   - contentType: The transport's header.
  ///   - url: Where the page is from.
  public func products(in bytes: [UInt8], contentType: String? = nil, url: String? = nil) throws(ExtractionError)
    -> [ExtractedProduct]
  {
    guard bytes.count <= maximumBytes else { throw .tooLarge(bytes: bytes.count, limit: maximumBytes) }
    let text = PageText.utf8(bytes, contentType: contentType)
    let page = text.withUnsafeBufferPointer { PageReader.read($0) }
    return products(of: page, url: url)
  }

  private func products(of page: PageReader, url: String?) -> [ExtractedProduct] {
    let tags = PageTags(page)
    let reader = ProductReader(data: page.data)
    let found = merged(reader.products { page.data.isFromScript($0) ? .jsonLD : .microdata })
    guard let main = mainIndex(found, tags, page) else {
      if found.count > 1 { return found.map { completed($0.product, url: url) } }
      return byItself(page, tags, reader).map { [completed($0, url: url)] } ?? []
    }
    var product = found[main].product
    fill(&product, from: tags)
    if product.priceMin == nil { fill(&product, from: reader.looseOffer()) }
    if product.priceMin == nil, found.count == 1 { fillPrice(&product, from: page, isLabelled: true) }
    if product.brand == nil { product.brand = brand(page) }
    product.gtin = product.gtin ?? page.labelledNumber.number
    product.category = product.category ?? reader.breadcrumb(except: product.name)
    product.sourceURL = product.sourceURL ?? page.canonical ?? tags.url
    var others = found
    others.remove(at: main)
    return [completed(product, url: url)] + others.map { completed($0.product, url: url) }
  }

  // MARK: The page's own product

  /// Products that JSON-LD and microdata both tell of are one.
  private func merged(_ found: [ProductReader.Found]) -> [ProductReader.Found] {
    var result: [ProductReader.Found] = []
    var places: [String: Int] = [:]
    for item in found {
      let key = item.product.name.lowercased()
      guard let place = places[key] else {
        places[key] = result.count
        result.append(item)
        continue
      }
      var first = result[place].product
      let other = item.product
      first.brand = first.brand ?? other.brand
      first.category = first.category ?? other.category
      first.gtin = first.gtin ?? other.gtin
      first.sku = first.sku ?? other.sku
      first.size = first.size ?? other.size
      first.imageURL = first.imageURL ?? other.imageURL
      first.sourceURL = first.sourceURL ?? other.sourceURL
      if first.priceMin == nil {
        (first.priceMin, first.priceMax, first.currency) = (other.priceMin, other.priceMax, other.currency)
      }
      first.currency = first.currency ?? other.currency
      first.availability = first.availability ?? other.availability
      result[place].product = first
      result[place].hasOffer = first.priceMin != nil
    }
    return result
  }

  /// Which product the page is about; nil when it is a list, or has none.
  private func mainIndex(_ found: [ProductReader.Found], _ tags: PageTags, _ page: PageReader) -> Int? {
    guard found.count > 1 else { return found.isEmpty ? nil : 0 }
    let titles = [tags.title, page.heading, page.title].compactMap { $0?.lowercased() }.filter { !$0.isEmpty }
    let named = found.indices.filter { index in
      let name = found[index].product.name.lowercased()
      return titles.contains { $0 == name || $0.contains(name) || ($0.count > 8 && name.contains($0)) }
    }
    if let best = named.first(where: { found[$0].hasOffer }) ?? named.first { return best }
    return tags.isProduct ? found.firstIndex { $0.hasOffer } ?? 0 : nil
  }

  private func fill(_ product: inout ExtractedProduct, from tags: PageTags) {
    product.brand = product.brand ?? tags.brand
    product.category = product.category ?? tags.category
    product.gtin = product.gtin ?? tags.gtin
    product.imageURL = product.imageURL ?? tags.image
    product.availability = product.availability ?? tags.availability
    if let price = tags.price { fill(&product, price: price, currency: tags.currency) }
    product.currency = product.currency ?? tags.currency
  }

  private func fill(_ product: inout ExtractedProduct, from offer: ProductReader.Prices) {
    guard offer.minimum != nil else { return }
    (product.priceMin, product.priceMax) = (offer.minimum, offer.maximum)
    product.currency = offer.currency ?? product.currency
    product.availability = product.availability ?? offer.availability
  }

  private func fill(_ product: inout ExtractedProduct, price: Numeric, currency: String?) {
    guard price.signum > 0 else { return }
    guard let known = product.priceMin else {
      (product.priceMin, product.priceMax, product.method) = (price, price, .openGraph)
      return
    }
    if let currency, let other = product.currency, currency != other {
      // The structured data is converted for the visitor; the tag is the seller's own.
      (product.priceMin, product.priceMax, product.currency, product.method) = (price, price, currency, .openGraph)
    } else if price.compare(known) < 0 {
      // The list price in one place and the sale price in the other; of a range the tag is the lower end.
      let isRange = product.priceMax.map { $0.compare(known) > 0 } ?? false
      product.priceMin = price
      if !isRange { product.priceMax = price }
    }
  }

  /// A product without structured data: tags and what the page shows.
  private func byItself(_ page: PageReader, _ tags: PageTags, _ reader: ProductReader) -> ExtractedProduct? {
    let isTitled = HeadingChoice.agrees(page.heading, with: tags.title ?? page.title)
    let shown = page.labelledName.isEmpty || isTitled ? page.heading : page.labelledName
    let title = tags.title.map { PageTags.withoutSite($0, site: tags.site) }
    guard
      let name = [title, shown, PageTags.withoutSite(page.title, site: tags.site)].compactMap(\.self)
        .first(where: { !$0.isEmpty })
    else { return nil }
    var product = ExtractedProduct(
      name: shown.isEmpty || tags.isProduct && !isTitled ? name : shown, sourceURL: page.canonical ?? tags.url,
      method: tags.price == nil ? .heuristic : .openGraph)
    fill(&product, from: tags)
    if product.priceMin == nil { fillPrice(&product, from: page) }
    product.brand = product.brand ?? brand(page)
    product.gtin = product.gtin ?? page.labelledNumber.number
    product.category = product.category ?? reader.breadcrumb(except: product.name)
    // A page that names no price and does not call itself a product's is none.
    guard product.priceMin != nil || tags.isProduct else { return nil }
    return product
  }

  private func fillPrice(_ product: inout ExtractedProduct, from page: PageReader, isLabelled: Bool = false) {
    guard let best = PriceChoice.best(page.prices, near: page.headingOffset, isLabelled: isLabelled) else { return }
    product.priceMin = best.low
    product.priceMax = best.high
    product.currency =
      product.currency ?? page.looseCurrency ?? CurrencySign.code(best.symbol, onPageOf: page.scriptCurrency)
    product.method = .heuristic
  }

  private func brand(_ page: PageReader) -> String? {
    BrandText.brand(page.labelledBrand)
  }

  private func completed(_ product: ExtractedProduct, url: String?) -> ExtractedProduct {
    var product = product
    product.size = product.size ?? PackSize(product.name)
    product.sourceURL = url ?? product.sourceURL
    if let image = product.imageURL, !image.contains(":") {
      product.imageURL = product.sourceURL.flatMap { WebAddress($0)?.resolving(image)?.description } ?? image
    }
    if product.priceMin != nil { product.currency = product.currency ?? defaultCurrency }
    if product.brand?.isEmpty ?? false { product.brand = nil }
    return product
  }
}

/// OpenGraph's and Twitter's tags.
/// Source: <https://ogp.me/>, <https://developers.facebook.com/docs/marketing-api/catalog/guides/microdata-tags>
struct PageTags {
  var title: String?
  var site: String?
  var brand: String?
  var category: String?
  var gtin: GTIN?
  var image: String?
  var url: String?
  var price: Numeric?
  var currency: String?
  var availability: String?
  var isProduct = false

  init(_ page: PageReader) {
    var contents: [String: String] = [:]
    for meta in page.metas where !meta.content.isEmpty && contents[meta.name] == nil {
      contents[meta.name] = meta.content
    }
    func first(_ names: String...) -> String? { names.lazy.compactMap { contents[$0] }.first }
    title = first("og:title", "twitter:title")
    site = first("og:site_name")
    brand = first("product:brand", "og:brand", "brand")
    category = first("product:category")
    gtin =
      ["product:gtin", "product:ean", "product:upc", "product:isbn", "og:upc", "og:ean", "og:gtin", "og:isbn"].lazy
      .compactMap { contents[$0].flatMap(GTIN.init(machine:)) }.first
    image = first("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
    url = first("og:url")
    availability = first("product:availability", "og:availability")
    let type = first("og:type") ?? ""
    isProduct = type.contains("product") || contents["product:price:amount"] != nil
    let text = first(
      "product:sale_price:amount", "product:price:amount", "og:price:amount", "product:price", "og:price")
    price = text.flatMap(PriceText.machineAmount)
    currency =
      first("product:sale_price:currency", "product:price:currency", "og:price:currency").flatMap {
        CurrencySign.code($0)
      } ?? text.flatMap { PriceText($0).symbol }.flatMap(CurrencySign.code)
    // Twitter's product card: `label1` says what `data1` is.
    if price == nil, let label = first("twitter:label1"), label.lowercased().contains("price"),
      let data = first("twitter:data1")
    {
      let text = PriceText(data)
      price = text.amount
      currency = currency ?? text.symbol.flatMap(CurrencySign.code)
    }
  }

  /// A title without the shop's name at its end: `Evaporada 370ml | Alaska Store`.
  static func withoutSite(_ title: String, site: String?) -> String {
    var title = title
    for separator in [" | ", " – ", " — ", " - ", " : "] {
      guard let range = title.ranges(of: separator).last else { continue }
      let tail = title[range.upperBound...].lowercased()
      let isSite = site.map { tail.contains($0.lowercased()) || $0.lowercased().contains(tail) } ?? false
      if isSite || separator == " | " && tail.count < 30 { title = String(title[..<range.lowerBound]) }
    }
    return title.collapsingWhitespace()
  }
}

/// The text that names a brand.
enum BrandText {
  /// - Returns: Nil for a text too long to be a name.
  static func brand(_ text: String) -> String? {
    var text = text.collapsingWhitespace()
    for prefix in ["Brand:", "brand:", "by ", "By ", "Visit the "] where text.hasPrefix(prefix) {
      text = String(text.dropFirst(prefix.count)).collapsingWhitespace()
    }
    if text.hasSuffix(" Store") { text = String(text.dropLast(6)) }
    return text.isEmpty || text.count > 50 ? nil : text
  }

  /// The brand that a piece of HTML shows: its text, or without text the picture's description.
  static func brand(html: String) -> String? {
    var html = html
    let (text, alternative) = html.withUTF8 { bytes in
      var tokenizer = HTMLTokenizer(bytes)
      var text: [UInt8] = []
      var alternative: String?
      scan: while true {
        switch tokenizer.next() {
        case .text: HTMLText.append(tokenizer.bytes(tokenizer.content), limit: 512, to: &text)
        case .startTag where tokenizer.name == HTMLName.img:
          if alternative == nil, let value = tokenizer.value(HTMLName.alt) {
            let description = HTMLText.decoded(tokenizer.bytes(value), isAttribute: true).collapsingWhitespace()
            if !description.isEmpty { alternative = description }
          }
        case .startTag, .endTag: text.append(0x20)
        case .rawText: continue
        case .end: break scan
        }
      }
      return (String(decoding: text, as: UTF8.self), alternative)
    }
    return brand(text) ?? alternative.flatMap { $0.count > 50 ? nil : $0 }
  }
}
