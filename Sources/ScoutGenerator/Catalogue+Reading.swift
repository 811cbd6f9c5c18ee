extension Catalogue {
  static func readBrands(_ text: String) throws(CatalogueError) -> [Brand] {
    let columns = ["brand_name", "company", "category", "rival_of", "promotable"]
    var reader = try CatalogueReader(text, file: "brands.csv", columns: columns)
    var brands: [Brand] = []
    for row in reader.table.rows {
      let name = reader.required("brand_name", of: row)
      if brands.contains(where: { $0.name == name }) { reader.report(row, "brand \"\(name)\" appears twice") }
      let rivalOf = reader.table.field("rival_of", of: row)
      brands.append(
        Brand(
          name: name,
          company: reader.required("company", of: row),
          category: reader.required("category", of: row),
          rivalOf: rivalOf.isEmpty ? nil : rivalOf,
          isPromotable: reader.flag("promotable", of: row)))
    }
    for (brand, row) in zip(brands, reader.table.rows) {
      guard let focal = brand.rivalOf else { continue }
      if !brands.contains(where: { $0.name == focal && $0.rivalOf == nil }) {
        reader.report(row, "rival_of names \"\(focal)\", which is no brand of this file without a rival_of of its own")
      }
    }
    try reader.finish()
    return brands
  }

  static func readCategories(_ text: String) throws(CatalogueError) -> [Category] {
    let parts = ["morning", "midday", "afternoon", "evening"]
    var reader = try CatalogueReader(text, file: "categories.csv", columns: ["category"] + parts)
    var categories: [Category] = []
    for row in reader.table.rows {
      let name = reader.required("category", of: row)
      if categories.contains(where: { $0.name == name }) { reader.report(row, "category \"\(name)\" appears twice") }
      var demand: [Int] = []
      for part in parts { demand.append(reader.number(part, of: row)) }
      categories.append(Category(name: name, demand: demand))
    }
    try reader.finish()
    return categories
  }

  static func readPlaces(_ text: String) throws(CatalogueError) -> [Place] {
    let columns = ["region", "city", "barangay", "size_factor"]
    var reader = try CatalogueReader(text, file: "places.csv", columns: columns)
    var places: [Place] = []
    for row in reader.table.rows {
      places.append(
        Place(
          region: reader.required("region", of: row),
          city: reader.required("city", of: row),
          barangay: reader.required("barangay", of: row),
          sizePermille: reader.hundredths("size_factor", of: row) * 10))
    }
    try reader.finish()
    return places
  }

  static func readProducts(
    _ text: String, brands: [Brand], categories: [Category]
  ) throws(CatalogueError) -> [Product] {
    let columns = [
      "sku", "product_name", "brand", "company", "category", "subcategory", "pack_size", "unit_price", "weight",
      "is_rival", "companion_sku",
    ]
    var reader = try CatalogueReader(text, file: "products.csv", columns: columns)
    var positions: [String: Int] = [:]
    for (position, row) in reader.table.rows.enumerated() {
      let sku = reader.required("sku", of: row)
      if positions.updateValue(position, forKey: sku) != nil { reader.report(row, "sku \"\(sku)\" appears twice") }
    }
    var products: [Product] = []
    for row in reader.table.rows {
      let brandName = reader.required("brand", of: row)
      let categoryName = reader.required("category", of: row)
      let brand = brands.firstIndex { $0.name == brandName }
      let category = categories.firstIndex { $0.name == categoryName }
      if let brand {
        if reader.required("company", of: row) != brands[brand].company {
          reader.report(row, "company differs from that of \"\(brandName)\" in brands.csv")
        }
        if reader.flag("is_rival", of: row) != (brands[brand].rivalOf != nil) {
          reader.report(row, "is_rival contradicts rival_of of \"\(brandName)\" in brands.csv")
        }
      } else {
        reader.report(row, "brand \"\(brandName)\" is not in brands.csv")
      }
      if category == nil { reader.report(row, "category \"\(categoryName)\" is not in categories.csv") }
      let companionSKU = reader.table.field("companion_sku", of: row)
      let companion = companionSKU.isEmpty ? nil : positions[companionSKU]
      if companion == nil, !companionSKU.isEmpty {
        reader.report(row, "companion_sku \"\(companionSKU)\" is not in this file")
      }
      let name = reader.required("product_name", of: row)
      products.append(
        Product(
          sku: reader.required("sku", of: row),
          name: name,
          brand: brand ?? 0,
          category: category ?? 0,
          subcategory: reader.table.field("subcategory", of: row),
          packSize: reader.table.field("pack_size", of: row),
          unitPriceCentavos: reader.hundredths("unit_price", of: row),
          weight: reader.number("weight", of: row),
          packCount: packCount(ofProductName: name),
          companion: companion))
    }
    try reader.finish()
    return products
  }
}

/// Reads typed fields of one file and collects what is wrong, so that a file is reported whole.
private struct CatalogueReader {
  let table: CSVTable
  private var problems: [CatalogueError.Problem] = []

  init(_ text: String, file: String, columns: [String]) throws(CatalogueError) {
    table = try CSVTable(text, file: file, requiredColumns: columns)
    if table.rows.isEmpty { problems.append(.init(file: file, line: 1, message: "there are no rows under the header")) }
  }

  mutating func report(_ row: CSVTable.Row, _ message: String) {
    problems.append(.init(file: table.file, line: row.line, message: message))
  }

  mutating func required(_ column: String, of row: CSVTable.Row) -> String {
    let text = table.field(column, of: row)
    if text.isEmpty { report(row, "\(column) is empty") }
    return text
  }

  mutating func flag(_ column: String, of row: CSVTable.Row) -> Bool {
    let text = table.field(column, of: row)
    if text != "true", text != "false" { report(row, "\(column) is \"\(text)\"; expected true or false") }
    return text == "true"
  }

  /// A whole number from 1 to 10,000.
  mutating func number(_ column: String, of row: CSVTable.Row) -> Int {
    let text = table.field(column, of: row)
    if let number = Int(text), (1...10_000).contains(number) { return number }
    report(row, "\(column) is \"\(text)\"; expected a whole number from 1 to 10000")
    return 1
  }

  /// A decimal above zero with up to two decimals, × 100.
  mutating func hundredths(_ column: String, of row: CSVTable.Row) -> Int {
    let text = table.field(column, of: row)
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isDecimal =
      !text.isEmpty
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
      }
    if isDecimal, parts[0].count <= 7, parts.count == 1 || parts[1].count <= 2 {
      let fraction = parts.count == 2 ? parts[1] + String(repeating: "0", count: 2 - parts[1].count) : "00"
      if let whole = Int(parts[0]), let rest = Int(fraction), whole * 100 + rest > 0 { return whole * 100 + rest }
    }
    report(row, "\(column) is \"\(text)\"; expected a number above zero with at most two decimals, such as 45.00")
    return 1
  }

  func finish() throws(CatalogueError) {
    if !problems.isEmpty { throw CatalogueError(problems: problems.sorted { $0.line < $1.line }) }
  }
}
