/// What is sold, by whom, and where: the generator's world, read from CSV text.
///
/// Products and places are data (`schemas/masterdata/`); no brand or product is named in Swift.
public struct Catalogue: Sendable {
  /// A brand, its maker and the brand it competes with.
  public struct Brand: Sendable, Equatable {
    public let name: String
    public let company: String
    public let category: String
    /// The focal brand that this one rivals; `nil` for a focal brand.
    public let rivalOf: String?
    /// Whether the brand may run price promotions (tobacco may not).
    public let isPromotable: Bool
  }

  /// One thing that a shop sells.
  public struct Product: Sendable, Equatable {
    public let sku: String
    public let name: String
    /// Position in ``Catalogue/brands``.
    public let brand: Int
    /// Position in ``Catalogue/categories``.
    public let category: Int
    public let subcategory: String
    public let packSize: String
    /// Pesos × 100, above zero.
    public let unitPriceCentavos: Int
    /// How often it is bought relative to the others of its category; above zero.
    public let weight: Int
    /// Units in one piece, as the name says; see ``packCount(ofProductName:)``.
    public let packCount: Int
    /// Position of the product that is often bought along; `nil` when none.
    public let companion: Int?
  }

  /// A product category and how much of the demand it takes in each part of the day.
  public struct Category: Sendable, Equatable {
    public let name: String
    /// Relative weights for morning (6–10), midday (10–14), afternoon (14–17) and evening (17–21).
    public let demand: [Int]
  }

  /// A neighbourhood that has shops.
  public struct Place: Sendable, Equatable {
    public let region: String
    public let city: String
    public let barangay: String
    /// Sales of a shop here relative to an average one, × 1000.
    public let sizePermille: Int
  }

  public let brands: [Brand]
  public let categories: [Category]
  public let products: [Product]
  public let places: [Place]

  /// Reads the four files.
  ///
  /// - Parameters: The text of each file; the columns are those of `schemas/masterdata/*.csv`, in any order.
  /// - Throws: ``CatalogueError`` naming file and line of every problem of the first file that has any
  ///   (brands, categories, places, products, in that order).
  public init(brandsCSV: String, categoriesCSV: String, placesCSV: String, productsCSV: String) throws(CatalogueError) {
    brands = try Self.readBrands(brandsCSV)
    categories = try Self.readCategories(categoriesCSV)
    places = try Self.readPlaces(placesCSV)
    products = try Self.readProducts(productsCSV, brands: brands, categories: categories)
  }

  /// The brands that rivals are measured against, in file order.
  var focalBrands: [Int] { brands.indices.filter { brands[$0].rivalOf == nil } }

  /// The rivals of a brand, in file order.
  func rivals(of brand: Int) -> [Int] { brands.indices.filter { brands[$0].rivalOf == brands[brand].name } }

  /// The position of a brand by its exact name.
  public func brandIndex(named name: String) -> Int? { brands.firstIndex { $0.name == name } }
}
