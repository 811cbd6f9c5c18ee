import ScoutGenerator
import Testing

@Suite struct CatalogueTests {
  static let brands =
    "brand_name,company,category,rival_of,promotable\nAda,Ada Inc,Dairy,,true\nBo,\"Bo, Ltd\",Dairy,Ada,false\n"
  static let categories = "category,morning,midday,afternoon,evening\nDairy,1,2,3,4\n"
  static let places = "region,city,barangay,size_factor\nNCR,Pasig,Kapitolyo,1.05\n"
  static let header =
    "sku,product_name,brand,company,category,subcategory,pack_size,unit_price,weight,is_rival,companion_sku\n"
  static let products =
    header + "A-1,Ada Milk 6-pack,Ada,Ada Inc,Dairy,Milk,1L,45.5,3,false,B-1\n"
    + "B-1,\"Bo \"\"Gold\"\"\",Bo,\"Bo, Ltd\",Dairy,Milk,1L,12,1,true,\n"

  @Test func `a catalogue is read field by field`() throws {
    let catalogue = try Catalogue(
      brandsCSV: Self.brands, categoriesCSV: Self.categories, placesCSV: Self.places, productsCSV: Self.products)
    #expect(catalogue.brands.map(\.company) == ["Ada Inc", "Bo, Ltd"])
    #expect(catalogue.brands.map(\.rivalOf) == [nil, "Ada"])
    #expect(catalogue.products.map(\.name) == ["Ada Milk 6-pack", "Bo \"Gold\""])
    #expect(catalogue.products.map(\.unitPriceCentavos) == [4550, 1200])
    #expect(catalogue.products.map(\.packCount) == [6, 1])
    #expect(catalogue.products.map(\.companion) == [1, nil])
    #expect(catalogue.places.map(\.sizePermille) == [1050])
  }

  /// One mistake per case, with the exact message.
  static let mistakes: [(id: String, products: String, message: String)] = [
    ("empty", "", "products.csv:1: the file is empty; expected a header row"),
    ("no rows", header, "products.csv:1: there are no rows under the header"),
    ("short row", header + "A-1,Ada\n", "products.csv:2: 2 fields where the header has 11"),
    (
      "price", header + "\nA-1,Milk,Ada,Ada Inc,Dairy,Milk,1L,45.505,3,false,\n",
      "products.csv:3: unit_price is \"45.505\"; expected a number above zero with at most two decimals, such as 45.00"
    ),
    (
      "weight", header + "A-1,Milk,Ada,Ada Inc,Dairy,Milk,1L,45,-3,false,\n",
      "products.csv:2: weight is \"-3\"; expected a whole number from 1 to 10000"
    ),
    (
      "weight too large", header + "A-1,Milk,Ada,Ada Inc,Dairy,Milk,1L,45,10001,false,\n",
      "products.csv:2: weight is \"10001\"; expected a whole number from 1 to 10000"
    ),
    (
      "brand", header + "A-1,Milk,Eve,Eve Inc,Dairy,Milk,1L,45,3,false,\n",
      "products.csv:2: brand \"Eve\" is not in brands.csv"
    ),
    (
      "rival", header + "A-1,Milk,Ada,Ada Inc,Dairy,Milk,1L,45,3,true,\n",
      "products.csv:2: is_rival contradicts rival_of of \"Ada\" in brands.csv"
    ),
    (
      "companion", header + "A-1,Milk,Ada,Ada Inc,Dairy,Milk,1L,45,3,false,Z-9\n",
      "products.csv:2: companion_sku \"Z-9\" is not in this file"
    ),
    (
      "two mistakes on the second and third line",
      header + "A-1,Milk,Ada,Ada Inc,Dairy,Milk,1L,45,3,maybe,\nA-1,\"M\n1\",Ada,Ada Inc,Dairy,Milk,1L,45,3,false,\n",
      "products.csv:2: is_rival is \"maybe\"; expected true or false\nproducts.csv:3: sku \"A-1\" appears twice"
    ),
    (
      "open quote", header + "A-1,\"Milk\n",
      "products.csv:2: a quoted field is never closed\nproducts.csv:2: 2 fields where the header has 11"
    ),
    ("missing column", "sku,product_name\n", missingColumns),
  ]
  static let missingColumns = [
    "brand", "company", "category", "subcategory", "pack_size", "unit_price", "weight", "is_rival", "companion_sku",
  ].map { "products.csv:1: column \"\($0)\" is missing from the header" }.joined(separator: "\n")

  @Test(arguments: mistakes)
  func `a mistake is named with its line`(_ mistake: (id: String, products: String, message: String)) {
    let error = #expect(throws: CatalogueError.self) {
      try Catalogue(
        brandsCSV: Self.brands, categoriesCSV: Self.categories, placesCSV: Self.places, productsCSV: mistake.products)
    }
    #expect(error?.description == mistake.message)
  }

  @Test(arguments: [
    ("Pillows 24g 6-pack", 6), ("Winston Red 20s", 20), ("Skyflakes 10's", 10), ("Fit 'n Right 330ml x6", 6),
    ("Bear Brand 33g Twin Pack", 2), ("Soap Triple Pack", 3), ("Cola 12 PACK", 12), ("Alaska Classic 1L", 1),
    ("C2 Green Tea 230ml", 1), ("Winston Red 1 stick", 1), ("Chips x0", 1), ("Snack Pack", 1), ("", 1),
  ])
  func `a product name tells its pack size`(_ name: String, _ count: Int) {
    #expect(packCount(ofProductName: name) == count)
  }

  @Test func `the shipped catalogue has the seed brands, each with rivals of its own category`() throws {
    let catalogue = try shippedCatalogue()
    let focal = catalogue.brands.filter { $0.rivalOf == nil }.map(\.name)
    #expect(focal == ["Alaska", "Oishi", "Del Monte", "Peerless", "JTI"])
    #expect((60...100).contains(catalogue.products.count))
    for brand in focal {
      #expect(catalogue.brands.contains { $0.rivalOf == brand }, "\(brand)")
      #expect(catalogue.products.contains { catalogue.brands[$0.brand].name == brand }, "\(brand)")
    }
  }
}
