/// A family of products: each combination of base, flavour, size and pack is one.
public struct ProductFamily: Hashable, Sendable {
  public var brand: String
  public var category: String
  public var subcategory: String
  public var bases: [String]
  public var flavors: [String]
  public var sizes: [String]
  public var packs: [String]
  /// At most so many products of each base; 0: all.
  public var limit: Int

  public init(
    brand: String, category: String, subcategory: String, bases: [String], flavors: [String] = [],
    sizes: [String] = [], packs: [String] = [], limit: Int = 0
  ) {
    self.brand = brand
    self.category = category
    self.subcategory = subcategory
    self.bases = bases
    self.flavors = flavors
    self.sizes = sizes
    self.packs = packs
    self.limit = limit
  }

  /// Reads a row of `masterdata/catalogue.csv`, whose lists are divided by `|`.
  public init?(_ record: CatalogueRecord) {
    guard let brand = record.first(["brand"]), let bases = record.first(["bases"]) else { return nil }
    func list(_ name: String) -> [String] { record.first([name])?.split(separator: "|").map(String.init) ?? [] }
    self.init(
      brand: brand, category: record.first(["category"]) ?? "", subcategory: record.first(["subcategory"]) ?? "",
      bases: bases.split(separator: "|").map(String.init), flavors: list("flavors"), sizes: list("sizes"),
      packs: list("packs"), limit: record.first(["limit"]).flatMap { Int($0) } ?? 0)
  }

  public struct Product: Hashable, Sendable {
    public var name: String
    public var packSize: String?
    public var flavor: String?
    public var upc: String
  }

  /// The products, in the order of the lists; a name that comes twice is one product.
  ///
  /// - Parameter brandName: What the numbers are made from, with the product's name.
  public func products(brandName: String) -> [Product] {
    var products: [Product] = []
    var seen: Set<String> = []
    func orEmpty(_ list: [String]) -> [String] { list.isEmpty ? [""] : list }
    for base in bases {
      var count = 0
      for flavor in orEmpty(flavors) {
        for size in orEmpty(sizes) {
          for pack in orEmpty(packs) {
            count += 1
            guard limit <= 0 || count <= limit else { continue }
            let name = [base, flavor, size, pack].filter { !$0.isEmpty }.joined(separator: " ")
            let packSize = [size, pack].filter { !$0.isEmpty }.joined(separator: " ")
            guard seen.insert(name).inserted else { continue }
            products.append(
              Product(
                name: name, packSize: packSize.isEmpty ? nil : packSize, flavor: flavor.isEmpty ? nil : flavor,
                upc: SyntheticNumber.upc(brandName + ":" + name)))
          }
        }
      }
    }
    return products
  }
}
