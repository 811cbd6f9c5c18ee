import ScoutGenerator
import ScoutStorage

/// The seed brands and products of `schemas/masterdata/`.
enum MasterData {
  static func install(_ definitions: Definitions, on connection: Connection) throws {
    guard let catalogue = try definitions.catalogue() else { return }
    var brandIDs: [Int: String] = [:]
    for (index, brand) in catalogue.brands.enumerated() {
      let id = connection.identifiers.uuid()
      brandIDs[index] = id
      try connection.run(
        """
        insert into "masterdata.brands" (id, created_at, brand_name, company, category, region, metadata)
        values (?1, ?2, ?3, ?4, ?5, 'PH', '{}') on conflict (brand_name) do nothing
        """,
        [.text(id), SQLValue(connection.now), .text(brand.name), .text(brand.company), .text(brand.category)])
    }
    for product in catalogue.products {
      try connection.run(
        """
        insert into "masterdata.products" (id, created_at, brand_id, product_name, category, subcategory, pack_size, metadata)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, '{}') on conflict (brand_id, product_name) do nothing
        """,
        [
          .text(connection.identifiers.uuid()), SQLValue(connection.now), SQLValue(brandIDs[product.brand]),
          .text(product.name), .text(catalogue.categories[product.category].name), .text(product.subcategory),
          .text(product.packSize),
        ])
    }
  }
}

extension Definitions {
  /// The catalogue that the generator draws from; nil when the definitions have none.
  public func catalogue() throws -> Catalogue? {
    guard let brands = text("masterdata/brands.csv"), let categories = text("masterdata/categories.csv"),
      let places = text("masterdata/places.csv"), let products = text("masterdata/products.csv")
    else { return nil }
    return try Catalogue(brandsCSV: brands, categoriesCSV: categories, placesCSV: places, productsCSV: products)
  }
}
