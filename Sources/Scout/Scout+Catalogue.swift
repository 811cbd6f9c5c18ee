import ScoutEnrichment

/// The master catalogue: brands and products.
extension Scout {
  /// What an import did.
  public struct CatalogueImport: Hashable, Sendable {
    public var rows: Int
    /// Brands that were not known before.
    public var brands: Int
    /// Products that are new or were brought up to date.
    public var products: Int
    /// The lines that were left out, with their reasons; at most a hundred.
    public var problems: [String]
  }

  /// The brands, by name.
  ///
  /// - Parameter search: Only those whose name has this text in it, whatever the case.
  public func catalogueBrands(search: String? = nil, limit: Int = 1000) throws -> QueryResult {
    try catalogueQuery(
      """
      select b.brand_name, b.company, b.category, b.region,
        (select count(*) from masterdata.products p where p.brand_id = b.id) as products
      from masterdata.brands b
      where :search::text is null or b.brand_name ilike '%' || :search || '%'
      order by b.brand_name limit :limit
      """, ["search": (.text, SQLValue(search)), "limit": (.int4, .integer(Int64(limit)))])
  }

  /// The products, by brand and name.
  ///
  /// - Parameters:
  ///   - brand: Only those of this brand, whatever the case, accents or legal form.
  ///   - search: Only those whose name has this text in it, whatever the case.
  public func catalogueProducts(brand: String? = nil, search: String? = nil, limit: Int = 1000) throws -> QueryResult {
    let known = try brand.map { brand in try database.read { try SKULinker.brand(brand, on: $0)?.name ?? brand } }
    return try catalogueQuery(
      """
      select b.brand_name as brand, p.product_name, p.category, p.subcategory, p.pack_size, p.upc,
        (p.metadata->>'list_price')::numeric as list_price
      from masterdata.products p join masterdata.brands b on b.id = p.brand_id
      where (:brand::text is null or b.brand_name = :brand)
        and (:search::text is null or p.product_name ilike '%' || :search || '%')
      order by b.brand_name, p.product_name, p.id limit :limit
      """,
      [
        "brand": (.text, SQLValue(known)), "search": (.text, SQLValue(search)),
        "limit": (.int4, .integer(Int64(limit))),
      ])
  }

  private func catalogueQuery(_ sql: String, _ parameters: [String: (type: SQLType, value: SQLValue)]) throws
    -> QueryResult
  {
    try database.read { try $0.query(sql, parameters: parameters) }
  }

  /// Brings a catalogue's file into `staging.sku_catalog_upload` and from there into brands and products, by the rules
  /// of `masterdata.import_sku_catalog()`.
  ///
  /// The columns are those of the staging table; `brand`, `category`, `subcategory`, `upc`, `price` and `company` are
  /// understood as `brand_name`, `category_name`, `unit_type`, `barcode`, `list_price` and `manufacturer`. Products that
  /// are known are brought up to date; importing a file twice changes nothing.
  ///
  /// - Throws: ``SourceError`` when the file cannot be read; nothing is stored then.
  public func importCatalogue(_ path: String) throws -> CatalogueImport {
    try startRun()
    let records = try CatalogueRecord.read(path)
    return try database.write(isDurable: true) { connection in
      try connection.run("delete from \"staging.sku_catalog_upload\"")
      var result = CatalogueImport(rows: 0, brands: 0, products: 0, problems: [])
      let insert = try connection.prepare(
        """
        insert into "staging.sku_catalog_upload" (product_key, sku, product_name, brand_id, brand_name, category_id,
          category_name, pack_size, unit_type, list_price, barcode, manufacturer, is_active, halal_certified,
          product_description, price_source)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        """)
      for record in records {
        func field(_ names: String...) -> String? { record.first(names) }
        func leaveOut(_ reason: String) {
          if result.problems.count < 100 { result.problems.append("\(path):\(record.line): \(reason)") }
        }
        guard let name = field("product_name", "sku_name", "name"), let brand = field("brand_name", "brand") else {
          leaveOut("needs a product_name and a brand_name")
          continue
        }
        let price = field("list_price", "unit_price", "price")
        if let price, (try? Numeric(price)) == nil {
          leaveOut("list_price \"\(price)\" is no number")
          continue
        }
        let isActive = field("is_active").map { !["false", "f", "0", "no", "n"].contains($0.lowercased()) } ?? true
        insert.bind([
          .integer(field("product_key").flatMap { Int64($0) } ?? Int64(record.line)), SQLValue(field("sku")),
          .text(name), SQLValue(field("brand_id")), .text(brand), SQLValue(field("category_id")),
          SQLValue(field("category_name", "category")), SQLValue(field("pack_size", "size")),
          SQLValue(field("unit_type", "subcategory")), SQLValue(price),
          .text(field("barcode", "upc", "gtin", "ean") ?? "UNKNOWN"), SQLValue(field("manufacturer", "company")),
          SQLValue(isActive), SQLValue(field("halal_certified")), SQLValue(field("product_description", "description")),
          SQLValue(field("price_source")),
        ])
        try insert.runOnce()
        result.rows += 1
      }
      (result.brands, result.products) = try Self.importStaging(connection)
      return result
    }
  }

  /// The staging table's brands that are not known yet, and its products: of several rows for one product the last
  /// counts.
  private static func importStaging(_ connection: Connection) throws -> (brands: Int, products: Int) {
    // SQLite takes the other columns from the row of the least key. Source: <https://sqlite.org/lang_select.html>
    let brands = try connection.rows(
      """
      select brand_name, coalesce(manufacturer, brand_name), min(product_key) from "staging.sku_catalog_upload" u
      where not exists (select 1 from "masterdata.brands" b where lower(b.brand_name) = lower(u.brand_name))
      group by lower(brand_name)
      """)
    for brand in brands {
      try connection.run(
        """
        insert into "masterdata.brands" (id, created_at, brand_name, company, region, metadata)
        values (?1, ?2, ?3, ?4, 'PH', '{}')
        """, [.text(connection.identifiers.uuid()), SQLValue(connection.now), brand[0], brand[1]])
    }
    let rows = try connection.rows(
      """
      select b.id, u.product_name, u.category_name, u.unit_type, u.pack_size, nullif(u.barcode, 'UNKNOWN'),
        u.brand_name, u.sku, u.list_price, u.is_active, max(u.product_key)
      from "staging.sku_catalog_upload" u join "masterdata.brands" b on lower(b.brand_name) = lower(u.brand_name)
      group by b.id, u.product_name order by b.id, u.product_name
      """)
    let insert = try connection.prepare(
      """
      insert into "masterdata.products"
        (id, created_at, brand_id, product_name, category, subcategory, pack_size, upc, metadata)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      on conflict (brand_id, product_name) do update set category = excluded.category,
        subcategory = excluded.subcategory, pack_size = excluded.pack_size, metadata = excluded.metadata
      """)
    for row in rows {
      let known = try connection.value(
        "select metadata from \"masterdata.products\" where brand_id = ?1 and product_name = ?2", [row[0], row[1]]
      ).text
      let details =
        "{\"sku\": \(json(row[7])), \"list_price\": \(row[8].text ?? "null"), "
        + "\"is_active\": \(row[9].integer == 0 ? "false" : "true")}"
      let synthetic = "\(row[6].text ?? ""):\(row[1].text ?? ""):\(row[4].text ?? "")"
      insert.bind([
        .text(connection.identifiers.uuid()), SQLValue(connection.now), row[0], row[1], row[2], row[3], row[4],
        .text(row[5].text ?? SyntheticNumber.upc(synthetic)), .text(try merged(known ?? "{}", details)),
      ])
      try insert.runOnce()
    }
    return (brands.count, rows.count)
  }

  /// PostgreSQL's `||` of two objects: the members of the second win, as `jsonb` keeps the last of repeated keys.
  private static func merged(_ first: String, _ second: String) throws -> String {
    let old = first.dropFirst().dropLast()
    let comma = old.allSatisfy(\.isWhitespace) ? "" : ", "
    return try JSONText.normalized("{" + old + comma + second.dropFirst())
  }

  /// A text as a JSON string, null for anything else.
  private static func json(_ value: SQLValue) -> String { value.text.map { JSONEscape.quoted($0) } ?? "null" }

  /// Expands the definitions' `masterdata/catalogue.csv` into products, by the rules of `masterdata.generate_catalog(…)`.
  ///
  /// Products that are there already stay as they are, so generating twice adds nothing.
  ///
  /// - Parameter brands: Only these; empty: all that the definitions have.
  /// - Returns: Each brand with the number of its new products, in the order of the definitions.
  /// - Throws: ``SourceError`` for a brand that the definitions or the database do not have; nothing is stored then.
  public func generateCatalogue(brands: [String] = []) throws -> [(brand: String, products: Int)] {
    try startRun()
    let families = CatalogueRecord.read(csv: try definitions().text("masterdata/catalogue.csv") ?? "").compactMap {
      ProductFamily($0)
    }
    for brand in brands where !families.contains(where: { BrandKey.key($0.brand) == BrandKey.key(brand) }) {
      let known = Set(families.map(\.brand)).sorted().joined(separator: ", ")
      throw SourceError.permanent("there is no catalogue of \"\(brand)\"; known are \(known)")
    }
    let wanted = Set(brands.map(BrandKey.key))
    return try database.write(isDurable: true) { connection in
      var result: [(brand: String, products: Int)] = []
      for family in families where wanted.isEmpty || wanted.contains(BrandKey.key(family.brand)) {
        let count = try Self.generate(family, on: connection)
        if result.last?.brand == family.brand {
          result[result.count - 1].products += count
        } else {
          result.append((family.brand, count))
        }
      }
      return result
    }
  }

  private static func generate(_ family: ProductFamily, on connection: Connection) throws -> Int {
    guard let brand = try SKULinker.brand(family.brand, on: connection) else {
      throw SourceError.permanent("brand \(family.brand) not found")
    }
    var count = 0
    for product in family.products(brandName: family.brand) {
      let flavor = product.flavor.map { ", \"flavor\": \(JSONEscape.quoted($0))" } ?? ""
      try connection.run(
        """
        insert into "masterdata.products"
          (id, created_at, brand_id, product_name, category, subcategory, pack_size, upc, metadata)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict (brand_id, product_name) do nothing
        """,
        [
          .text(connection.identifiers.uuid()), SQLValue(connection.now), .text(brand.id), .text(product.name),
          .text(family.category), .text(family.subcategory), SQLValue(product.packSize), .text(product.upc),
          .text(try JSONText.normalized("{\"auto\": true\(flavor)}")),
        ])
      count += connection.changedRowCount
    }
    return count
  }
}
