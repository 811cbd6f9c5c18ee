import PostgresDialect

/// What a page says about one product.
public struct ExtractedProduct: Hashable, Sendable {
  /// Where a value came from; the earlier in this list, the more it is trusted.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    case jsonLD = "json-ld"
    case microdata
    case openGraph = "opengraph"
    case heuristic
    case catalogue
  }

  public var name: String
  public var brand: String?
  public var category: String?
  public var gtin: GTIN?
  /// The seller's own number.
  public var sku: String?
  public var size: PackSize?
  public var priceMin: Numeric?
  public var priceMax: Numeric?
  /// ISO 4217.
  public var currency: String?
  public var imageURL: String?
  public var sourceURL: String?
  /// `InStock` and its like, schema.org's words.
  public var availability: String?
  /// How the price, or without one the name, was found.
  public var method: Method

  public init(
    name: String, brand: String? = nil, category: String? = nil, gtin: GTIN? = nil, sku: String? = nil,
    size: PackSize? = nil, priceMin: Numeric? = nil, priceMax: Numeric? = nil, currency: String? = nil,
    imageURL: String? = nil, sourceURL: String? = nil, availability: String? = nil, method: Method
  ) {
    self.name = name
    self.brand = brand
    self.category = category
    self.gtin = gtin
    self.sku = sku
    self.size = size
    self.priceMin = priceMin
    self.priceMax = priceMax
    self.currency = currency
    self.imageURL = imageURL
    self.sourceURL = sourceURL
    self.availability = availability
    self.method = method
  }
}

/// Why a page gave no products.
public enum ExtractionError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooLarge(bytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .tooLarge(let bytes, let limit): "the page has \(bytes) bytes; at most \(limit) are read"
    }
  }
}
