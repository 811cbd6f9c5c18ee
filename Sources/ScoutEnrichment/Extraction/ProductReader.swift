import PostgresDialect

/// Understands schema.org's products in ``LinkedData``.
/// Source: <https://schema.org/Product>
struct ProductReader {
  let data: LinkedData

  static let productTypes: Set<String> = [
    "Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts", "Book", "Vehicle", "Car",
    "Movie", "VideoGame", "MusicAlbum", "SoftwareApplication",
  ]
  private static let offerTypes: Set<String> = ["Offer", "AggregateOffer", "OfferForPurchase", "OfferForLease"]

  /// A product, and how much it looks like the page's own.
  struct Found {
    var product: ExtractedProduct
    var hasOffer: Bool
  }

  /// The products that stand by themselves or in a list, in the order of the page.
  func products(method: (Int) -> ExtractedProduct.Method) -> [Found] {
    var found: [Found] = []
    var seen: Set<Int> = []
    for root in data.roots {
      collect(root, depth: 0, &seen) { thing in
        guard found.count < 1000, let product = product(thing, method: method(thing)) else { return }
        found.append(product)
      }
    }
    return found
  }

  /// Looks for products in lists, pages and offers; not in those that are only related to another.
  private func collect(_ thing: Int, depth: Int, _ seen: inout Set<Int>, _ body: (Int) -> Void) {
    guard depth < 6, seen.insert(thing).inserted else { return }
    if data.isA(thing, Self.productTypes) {
      body(thing)
      return
    }
    for property in [
      "mainEntity", "mainEntityOfPage", "itemListElement", "item", "itemOffered", "offers", "about", "hasPart",
    ] {
      for inner in data.things(thing, property) { collect(inner, depth: depth + 1, &seen, body) }
    }
  }

  // MARK: One product

  private func product(_ thing: Int, method: ExtractedProduct.Method) -> Found? {
    let variants = data.things(thing, "hasVariant") + data.things(thing, "model")
    guard let name = data.text(thing, "name") ?? variants.lazy.compactMap({ data.text($0, "name") }).first else {
      return nil
    }
    var product = ExtractedProduct(name: HTMLText.withoutTags(HTMLText.unescapedTwice(name)), method: method)
    product.brand = (data.name(thing, "brand") ?? data.name(thing, "manufacturer")).map(HTMLText.unescapedTwice)
    product.category = data.name(thing, "category")
    product.gtin = gtin(thing) ?? identifier(thing) ?? (variants.count == 1 ? gtin(variants[0]) : nil)
    product.sku = data.text(thing, "sku") ?? data.text(thing, "productID")
    product.imageURL = image(thing)
    product.sourceURL = data.text(thing, "url")
    product.size = size(thing)
    var prices = Prices()
    for holder in [thing] + variants { readOffers(of: holder, &prices) }
    product.priceMin = prices.minimum
    product.priceMax = prices.maximum
    product.currency = prices.currency
    product.availability = prices.availability
    return Found(product: product, hasOffer: prices.minimum != nil)
  }

  private func gtin(_ thing: Int) -> GTIN? {
    for property in ["gtin", "gtin13", "gtin14", "gtin12", "gtin8", "ean", "upc", "isbn", "barcode"] {
      if let text = data.text(thing, property), let number = GTIN(machine: text) { return number }
    }
    // `productID` is `gtin13:…` or `upc:…` where it is a trade number.
    if let text = data.text(thing, "productID"), text.contains(":"), let number = GTIN(text) { return number }
    for offer in data.things(thing, "offers") {
      for property in ["gtin", "gtin13", "gtin14", "gtin12", "gtin8"] {
        if let text = data.text(offer, property), let number = GTIN(machine: text) { return number }
      }
    }
    return nil
  }

  /// A number that is named by a property of its own: `identifier`, `additionalProperty`.
  private func identifier(_ thing: Int) -> GTIN? {
    if let text = data.text(thing, "identifier"), text.contains(":"), let number = GTIN(text) { return number }
    for value in data.things(thing, "identifier") + data.things(thing, "additionalProperty") {
      let names = [data.text(value, "propertyID"), data.text(value, "name")].compactMap { $0?.lowercased() }
      guard names.contains(where: { name in ["gtin", "ean", "upc", "isbn", "barcode"].contains(where: name.contains) })
      else { continue }
      if let text = data.text(value, "value"), let number = GTIN(machine: text) { return number }
    }
    return nil
  }

  private func image(_ thing: Int) -> String? {
    if let text = data.text(thing, "image") { return text }
    for image in data.things(thing, "image") {
      if let text = data.text(image, "contentUrl") ?? data.text(image, "url") ?? data.things[image].id { return text }
    }
    return nil
  }

  private func size(_ thing: Int) -> PackSize? {
    for property in ["size", "weight", "netWeight"] {
      if let text = data.text(thing, property), let size = PackSize(text) { return size }
      for quantity in data.things(thing, property) {
        guard let value = data.text(quantity, "value"),
          let unit = data.text(quantity, "unitText") ?? data.text(quantity, "unitCode").map(Self.unitText)
        else { continue }
        if let size = PackSize("\(value) \(unit)") { return size }
      }
    }
    return nil
  }

  /// UN/CEFACT's codes. Source: <https://unece.org/trade/documents/2021/06/uncefact-rec20>
  private static func unitText(_ code: String) -> String {
    switch code {
    case "GRM": "g"
    case "KGM": "kg"
    case "MLT": "ml"
    case "LTR": "l"
    case "ONZ": "oz"
    case "LBR": "lb"
    default: code
    }
  }

  // MARK: Offers

  struct Prices {
    var minimum: Numeric?
    var maximum: Numeric?
    var currency: String?
    var availability: String?
    var offers = 0

    mutating func add(_ amount: Numeric?) {
      guard let amount, amount.signum >= 0 else { return }
      // Nothing is what stands where the price is not known, when there is another.
      if amount.signum == 0, minimum != nil { return }
      if minimum?.signum == 0 { (minimum, maximum) = (nil, nil) }
      if minimum.map({ amount.compare($0) < 0 }) ?? true { minimum = amount }
      if maximum.map({ amount.compare($0) > 0 }) ?? true { maximum = amount }
    }
  }

  /// The offer that stands beside the product and not in it, where there is one.
  func looseOffer() -> Prices {
    var prices = Prices()
    for root in data.roots where prices.minimum == nil && data.isA(root, Self.offerTypes) {
      readOffer(root, depth: 0, &prices)
    }
    return prices
  }

  private func readOffers(of thing: Int, _ prices: inout Prices) {
    // `offerDetails` is the word of data-vocabulary.org, which schema.org has replaced.
    for offer in data.things(thing, "offers") + data.things(thing, "offerDetails") {
      readOffer(offer, depth: 0, &prices)
    }
    // Offers without a thing around them: price on the product itself.
    if prices.minimum == nil { readOffer(thing, depth: 0, &prices) }
  }

  private func readOffer(_ offer: Int, depth: Int, _ prices: inout Prices) {
    guard depth < 4, prices.offers < 2000 else { return }
    prices.offers += 1
    prices.availability = prices.availability ?? data.text(offer, "availability").map(LinkedData.localName)
    currency(offer, &prices)
    var hasPrice = false
    for property in ["price", "lowPrice", "highPrice", "minPrice", "maxPrice"] {
      guard let text = data.text(offer, property) else { continue }
      let amount = amount(text, &prices)
      prices.add(amount)
      if amount?.signum ?? 0 > 0 { hasPrice = true }
    }
    for specification in data.things(offer, "priceSpecification") {
      // A list price is what is crossed out.
      let type = data.text(specification, "priceType").map(LinkedData.localName) ?? ""
      if ["ListPrice", "StrikethroughPrice", "SRP", "MSRP", "InvoicePrice", "MinimumAdvertisedPrice"].contains(type) {
        continue
      }
      // The price of a hundred grams is not the price.
      if !data.things(specification, "referenceQuantity").isEmpty || hasPrice { continue }
      readOffer(specification, depth: depth + 1, &prices)
    }
    for inner in data.things(offer, "offers") { readOffer(inner, depth: depth + 1, &prices) }
  }

  private func currency(_ offer: Int, _ prices: inout Prices) {
    guard prices.currency == nil, let text = data.text(offer, "priceCurrency") ?? data.text(offer, "currency") else {
      return
    }
    prices.currency =
      CurrencySign.code(text)
      ?? CurrencySign.first(in: Array(text.unicodeScalars)).flatMap {
        CurrencySign.code($0.text)
      }
  }

  private func amount(_ text: String, _ prices: inout Prices) -> Numeric? {
    if prices.currency == nil { prices.currency = PriceText(text).symbol.flatMap(CurrencySign.code) }
    return PriceText.machineAmount(text)
  }

  // MARK: Breadcrumbs

  /// The last category of the page's breadcrumbs that is not the product itself.
  func breadcrumb(except name: String) -> String? {
    for root in data.roots where data.isA(root, ["BreadcrumbList"]) {
      let names = data.things(root, "itemListElement").compactMap { element in
        data.text(element, "name") ?? data.name(element, "item")
      }
      if let last = names.last(where: { $0.lowercased() != name.lowercased() && $0.lowercased() != "home" }) {
        return HTMLText.unescapedTwice(last)
      }
    }
    return nil
  }
}

extension HTMLText {
  /// Decodes what was escaped once too often: `&amp;` in JSON.
  static func unescapedTwice(_ text: String) -> String {
    guard text.utf8.contains(0x26) else { return text }
    var text = text
    return text.withUTF8 { decoded($0) }.collapsingWhitespace()
  }

  /// Without the markup that some shops put into a name.
  static func withoutTags(_ text: String) -> String {
    guard text.utf8.contains(0x3C), text.utf8.contains(0x3E) else { return text }
    var text = text
    return text.withUTF8 { bytes in
      var tokenizer = HTMLTokenizer(bytes)
      var output: [UInt8] = []
      while true {
        switch tokenizer.next() {
        case .text: append(tokenizer.bytes(tokenizer.content), limit: LinkedData.maximumTextBytes, to: &output)
        case .startTag, .endTag: output.append(0x20)
        case .rawText: continue
        case .end: return String(decoding: output, as: UTF8.self).collapsingWhitespace()
        }
      }
    }
  }
}
