import Scout
import ScoutTestSupport
import Testing

@Suite struct CatalogueTests {
  @Test func `generated catalogues of the five brands, once`() throws {
    let scout = try Scout.make()
    let generated = try scout.generateCatalogue().map { "\($0.brand) \($0.products)" }
    #expect(generated == ["Alaska 29", "Oishi 64", "Del Monte 48", "Peerless 13", "JTI 19"])
    #expect(try scout.generateCatalogue(brands: ["OISHI"]).map(\.products) == [0])
    #expect(
      try scout.query(
        "select upc, pack_size, metadata from masterdata.products where product_name = 'Evaporada 370ml Singles'"
      ).texts == [["0146341087413", "370ml Singles", #"{"auto": true}"#]])
    #expect(throws: SourceError.self) { try scout.generateCatalogue(brands: ["Nobody"]) }
  }

  @Test func `a synthetic number is what PostgreSQL 15 computes with production's function`() throws {
    let scout = try Scout.make()
    for (text, number) in [
      ("Alaska:Evaporada 370ml Singles", "0146341087413"), ("", "0203758118571"),
      ("Oishi:Pillows Ube", "0520716034613"),
      ("Del Monte:Piña 240ml", "0282532183950"),
    ] {
      #expect(SyntheticNumber.upc(text) == number)
      #expect(
        try scout.query("select masterdata.synthetic_upc('\(text)')").texts == [[number]], "\(text)")
      #expect(GTIN(number) != nil, "\(text)")
    }
  }

  @Test func `generating and importing give the same products through SQL`() throws {
    let scout = try Scout.make()
    _ = try scout.generateCatalogue(brands: ["Peerless"])
    let products = "select product_name, category, subcategory, pack_size, upc, metadata from masterdata.products"
    let generated = try scout.query(products + " where metadata ? 'auto' order by 1").texts
    #expect(generated.count == 13)
    let other = try Scout.make()
    let families = try CatalogueRecord.read(Repository.folder + "/schemas/masterdata/catalogue.csv")
      .compactMap { ProductFamily($0) }
    func array(_ list: [String]) -> String {
      "array[" + list.map { "'" + $0.replacing("'", with: "''") + "'" }.joined(separator: ", ") + "]::text[]"
    }
    var count = 0
    for family in families where family.brand == "Peerless" {
      let answer = try other.query(
        """
        select masterdata.generate_catalog('\(family.brand)', '\(family.category)', '\(family.subcategory)',
          \(array(family.bases)), \(array(family.flavors)), \(array(family.sizes)), \(array(family.packs)),
          \(family.limit))
        """)
      count += answer.texts.first?.first?.flatMap { Int($0) } ?? 0
    }
    #expect(count == 13)
    #expect(try other.query(products + " where metadata ? 'auto' order by 1").texts == generated)
  }

  @Test func `an import adds brands and products, and twice changes nothing`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      sku,product_name,brand_name,category_name,pack_size,unit_type,list_price,barcode,manufacturer,is_active
      N-1,Nova 40g,Nova,Snacks,40g,Chips,19.00,4800016644931,URC,true
      N-2,Nova 80g,NOVA,Snacks,80g,Chips,37.00,UNKNOWN,URC,false
      A-1,Alaska Evaporada 370ml,ALASKA,Dairy,370 ml,Evaporated Milk,46.00,,,
      bad,,Nova,,,,,,,
      bad,Nova 1g,Nova,,,,cheap,,,
      """, as: "upload.csv")
    let scout = try Scout.make()
    let first = try scout.importCatalogue(path)
    #expect(first.rows == 3 && first.brands == 1 && first.products == 3)
    #expect(
      first.problems == [
        "\(path):5: needs a product_name and a brand_name", "\(path):6: list_price \"cheap\" is no number",
      ])
    let products = try scout.catalogueProducts(brand: "nova").texts
    #expect(products.map { $0[1] } == ["Nova 40g", "Nova 80g"])
    #expect(products[0][5] == "4800016644931")
    #expect(products[1][5].flatMap { GTIN($0) } != nil)
    // A known product is brought up to date and keeps its number.
    #expect(
      try scout.query(
        "select pack_size, metadata->>'list_price' from masterdata.products where product_name = 'Alaska Evaporada 370ml'"
      )
      .texts == [["370 ml", "46.00"]])
    let again = try scout.importCatalogue(path)
    #expect(again.brands == 0 && again.products == 3)
    #expect(try scout.catalogueProducts(brand: "nova").texts == products)
    #expect(try scout.catalogueBrands(search: "nov").texts.map { $0[4] } == ["2"])
  }
}
