import PostgresDialect
import ScoutStorage
import Testing

@testable import ScoutEnrichment

@Suite struct LinkingTests {
  let file = JobFile()

  init() throws {
    _ = try file.rows(
      """
      insert into masterdata.brands (id, brand_name, company) values
        ('00000000-0000-4000-8000-000000000001', 'Alaska', 'Alaska Milk Corp'),
        ('00000000-0000-4000-8000-000000000002', 'Nescafé', 'Nestlé Philippines, Inc.');
      insert into masterdata.products (brand_id, product_name, pack_size, upc) values
        ('00000000-0000-4000-8000-000000000001', 'Evaporada 370ml Singles', '370ml Singles', '4800016644931'),
        ('00000000-0000-4000-8000-000000000001', 'Alaska Condensada 300ml', '300ml', null),
        ('00000000-0000-4000-8000-000000000001', 'Alaska Condensada 168ml', '168ml', null),
        ('00000000-0000-4000-8000-000000000001', 'Alaska Powdered Milk Drink 33g Twin Pack', '33g x2', null);
      insert into deep_research.sku_jobs (id, task_payload) values ('00000000-0000-0000-0000-000000000001', '{}'),
        ('00000000-0000-0000-0000-000000000002', '{}'), ('00000000-0000-0000-0000-000000000003', '{}')
      """)
  }

  private func store(_ products: [ExtractedProduct], job: UInt64, brand: String = "ALASKA") throws -> SKULinker.Result {
    try file.database().write { connection in
      try SKULinker(connection, job: JobID(high: 0, low: job), brand: brand, source: "test").store(products)
    }
  }

  private func product(_ name: String, gtin: String? = nil, price: String? = nil) throws -> ExtractedProduct {
    let price = try price.map { try Numeric($0) }
    return ExtractedProduct(
      name: name, gtin: gtin.flatMap { GTIN($0) }, priceMin: price, priceMax: price, currency: "PHP", method: .jsonLD)
  }

  @Test(arguments: [
    ("Alaska", "ALASKA"), ("Alaska", "Aláska®"), ("Alaska", "Alaska, Inc."),
    ("Del Monte", "DEL MONTE PHILIPPINES, INC."),
    ("Nescafé", "nescafe"), ("Leslie's", "LESLIES"), ("Jack 'n Jill", "jack n jill"), ("Strauß", "Strauss"),
    ("Zest-O", "zest o corp."),
  ]) func `a brand is one brand whatever the case, accents or legal form`(_ a: String, _ b: String) {
    #expect(BrandKey.key(a) == BrandKey.key(b))
  }

  @Test func `different brands are different`() {
    #expect(BrandKey.key("Alaska") != BrandKey.key("Alaskan"))
    #expect(BrandKey.key("Inc") != "")
    #expect(BrandKey.key("味の素") == "味の素")
  }

  @Test func `by number, by name and size, and not at all`() throws {
    let result = try store(
      [
        product("Alaska Evap Milk", gtin: "4800016644931", price: "45"),
        product("ALASKA Condensada 300 mL", price: "52.50"),
        product("Powdered Milk Drink Twin Pack 33g", price: "25"), product("Alaska Condensada 1kg"),
        product("Alaska Butter 200g"),
      ], job: 1)
    #expect(result == SKULinker.Result(new: 5, seenAgain: 0, matched: 3))
    #expect(
      try file.rows(
        """
        select s.sku_name, p.product_name, m.confidence, m.method from deep_research.sku_matches m
        join deep_research.sku_summary s on s.id = m.sku_summary_id join masterdata.products p on p.id = m.product_id
        order by s.sku_name
        """) == [
          "ALASKA Condensada 300 mL|Alaska Condensada 300ml|0.95|name_size",
          "Alaska Evap Milk|Evaporada 370ml Singles|1|gtin",
          "Powdered Milk Drink Twin Pack 33g|Alaska Powdered Milk Drink 33g Twin Pack|0.95|name_size",
        ])
    #expect(
      try file.rows(
        "select distinct b.brand_name, s.brand from deep_research.sku_summary s join masterdata.brands b on b.id = s.brand_id"
      ) == ["Alaska|Alaska"])
  }

  @Test func `a job done twice leaves what it leaves done once`() throws {
    let products = try [product("Alaska Condensada 300ml", price: "52.50"), product("Evap", gtin: "4800016644931")]
    _ = try store(products, job: 1)
    let tables = ["sku_summary", "sku_sightings", "sku_matches"]
    let before = try tables.map { try file.rows("select * from deep_research.\($0) order by 1, 2") }
    #expect(try store(products, job: 1) == SKULinker.Result(new: 0, seenAgain: 2, matched: 2))
    #expect(try tables.map { try file.rows("select * from deep_research.\($0) order by 1, 2") } == before)
  }

  @Test func `the price range widens over the sightings, which are kept`() throws {
    _ = try store([product("Alaska Condensada 300ml", price: "52.50")], job: 1)
    file.clock.advance(seconds: 60)
    _ = try store([product("alaska condensada 300 ml", price: "49")], job: 2)
    file.clock.advance(seconds: 60)
    _ = try store([product("Alaska Condensada 300ml", price: "55.75")], job: 3)
    _ = try store([product("Alaska Condensada 300ml", price: "51")], job: 3)
    #expect(
      try file.rows("select sku_name, price_min, price_max, currency from deep_research.sku_summary")
        == ["Alaska Condensada 300ml|49|52.50|PHP"])
    #expect(
      try file.rows("select price_min from deep_research.sku_sightings order by seen_at, job_id") == [
        "52.50", "49", "51",
      ])
  }

  @Test func `a number joins the SKU that had none, and divides those that have different ones`() throws {
    _ = try store([product("Alaska Condensada 300ml")], job: 1)
    _ = try store([product("Alaska Condensada 300ml", gtin: "4800016644931")], job: 2)
    _ = try store([product("Alaska Condensada 300ml", gtin: "036000291452")], job: 3)
    #expect(
      try file.rows("select upc from deep_research.sku_summary order by upc") == ["036000291452", "4800016644931"])
  }

  @Test func `two products that fit equally well are none`() {
    let twins = ["a", "b"].map {
      ProductMatcher.Candidate(id: $0, name: "Condensada 300ml", packSize: nil, upc: nil, brand: "Alaska")
    }
    let product = ExtractedProduct(name: "Condensada 300ml", method: .jsonLD)
    #expect(ProductMatcher(twins).match(product, brand: "Alaska") == nil)
    #expect(ProductMatcher([twins[0]]).match(product, brand: "Alaska")?.confidence == 950)
  }

  @Test func `a brand that nobody knows is stored under its own name`() throws {
    _ = try store([product("X 1kg", price: "1")], job: 1, brand: "Nobody")
    #expect(try file.rows("select brand, brand_id from deep_research.sku_summary") == ["Nobody|∅"])
  }
}
