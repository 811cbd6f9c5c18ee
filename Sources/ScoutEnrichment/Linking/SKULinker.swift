import PostgresDialect
import ScoutStorage

/// Stores what a job found: `deep_research.sku_summary`, `sku_sightings` and `sku_matches`.
///
/// One row of the summary per SKU, whichever job or source saw it: the price range widens over the sightings, empty
/// fields are filled, and every sighting is kept, one per (SKU, job). So a job that is done twice leaves what it leaves
/// when it is done once.
public struct SKULinker {
  /// What storing did.
  public struct Result: Hashable, Sendable {
    public var new = 0
    public var seenAgain = 0
    public var matched = 0

    public init(new: Int = 0, seenAgain: Int = 0, matched: Int = 0) {
      self.new = new
      self.seenAgain = seenAgain
      self.matched = matched
    }
  }

  private let connection: Connection
  private let job: JobID
  private let source: String
  private let brandName: String
  private let brandID: String?
  private let brandKey: String
  private let matcher: ProductMatcher

  /// - Parameters:
  ///   - brand: The brand that the job asked for; it is found in `masterdata.brands` whatever the case, accents or legal
  ///     form.
  ///   - source: The source's name.
  public init(_ connection: Connection, job: JobID, brand: String, source: String) throws {
    self.connection = connection
    self.job = job
    self.source = source
    brandKey = BrandKey.key(brand)
    let known = try Self.brand(brand, on: connection)
    brandID = known?.id
    brandName = known?.name ?? brand
    let candidates = try known.map { known in
      try connection.rows(
        """
        select id, product_name, pack_size, upc from "masterdata.products" where brand_id = ?1 order by product_name, id
        """, [.text(known.id)]
      ).map { row in
        ProductMatcher.Candidate(
          id: row[0].text ?? "", name: row[1].text ?? "", packSize: row[2].text, upc: row[3].text, brand: known.name)
      }
    }
    matcher = ProductMatcher(candidates ?? [])
  }

  /// The brand of the master data with this name, or the brand of the company with this name when it has only one.
  public static func brand(_ name: String, on connection: Connection) throws -> (id: String, name: String)? {
    let key = BrandKey.key(name)
    guard !key.isEmpty else { return nil }
    var ofCompany: [(id: String, name: String)] = []
    for row in try connection.rows("select id, brand_name, company from \"masterdata.brands\" order by brand_name, id")
    {
      guard let id = row[0].text, let name = row[1].text else { continue }
      if BrandKey.key(name) == key { return (id, name) }
      if let company = row[2].text, BrandKey.key(company) == key { ofCompany.append((id, name)) }
    }
    return ofCompany.count == 1 ? ofCompany[0] : nil
  }

  /// Stores the products.
  public func store(_ products: [ExtractedProduct]) throws -> Result {
    var result = Result()
    var seen: Set<String> = []
    for product in products {
      let keys = [product.gtin?.key.map { "gtin:" + $0 }, ProductMatcher.nameKey(product, brand: brandName)]
        .compactMap(\.self)
      let known = try identity(keys)
      let id = known ?? connection.identifiers.uuid()
      // A page that lists a SKU twice has seen it once; its prices are both of this sighting.
      let isFirst = seen.insert(id).inserted
      if known == nil { try insert(product, id: id) } else { try complete(product, id: id) }
      for key in keys { try remember(key, id: id) }
      try sight(product, id: id)
      try widen(id)
      if isFirst { if known == nil { result.new += 1 } else { result.seenAgain += 1 } }
      if try link(product, id: id), isFirst { result.matched += 1 }
    }
    return result
  }

  // MARK: The summary

  /// The SKU of one of the keys. A number decides before a name; a name decides nothing between two numbers.
  private func identity(_ keys: [String]) throws -> String? {
    for key in keys {
      let isBesideNumber = key != keys[0]
      let found = try connection.value(
        """
        select i.sku_summary_id from "engine.sku_identities" i
        join "deep_research.sku_summary" s on s.id = i.sku_summary_id
        where i.brand_key = ?1 and i.sku_key = ?2 and (not ?3 or s.upc is null)
        """, [.text(brandKey), .text(key), SQLValue(isBesideNumber)]
      ).text
      if let found { return found }
    }
    return nil
  }

  private func remember(_ key: String, id: String) throws {
    try connection.run(
      """
      insert into "engine.sku_identities" (brand_key, sku_key, sku_summary_id) values (?1, ?2, ?3)
      on conflict (brand_key, sku_key) do nothing
      """, [.text(brandKey), .text(key), .text(id)])
  }

  private func insert(_ product: ExtractedProduct, id: String) throws {
    let meta = try JSONText.normalized(
      """
      {"source": \(JSONEscape.quoted(source)), "method": \(JSONEscape.quoted(product.method.rawValue))\
      \(product.sku.map { ", \"sku\": \(JSONEscape.quoted($0))" } ?? "")\
      \(product.availability.map { ", \"availability\": \(JSONEscape.quoted($0))" } ?? "")}
      """)
    try connection.run(
      """
      insert into "deep_research.sku_summary" (id, created_at, brand, sku_name, category, upc, size, pack, currency,
        image_url, source_url, meta, job_id, brand_id, brand_name)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
      """,
      [
        .text(id), SQLValue(connection.now), .text(brandName), .text(product.name), SQLValue(product.category),
        SQLValue(product.gtin?.digits), SQLValue(size(product)), SQLValue(pack(product)),
        .text(product.currency ?? "PHP"), SQLValue(product.imageURL), SQLValue(product.sourceURL), .text(meta),
        .text(job.description), SQLValue(brandID), .text(brandName),
      ])
  }

  private func size(_ product: ExtractedProduct) -> String? { product.size.flatMap { $0.size.isEmpty ? nil : $0.size } }
  private func pack(_ product: ExtractedProduct) -> String? {
    product.size.flatMap { $0.count > 1 ? "\($0.count)s" : nil }
  }

  /// Fills what is empty; what is there stays.
  private func complete(_ product: ExtractedProduct, id: String) throws {
    try connection.run(
      """
      update "deep_research.sku_summary" set category = coalesce(category, ?2), upc = coalesce(upc, ?3),
        size = coalesce(size, ?4), pack = coalesce(pack, ?5), image_url = coalesce(image_url, ?6),
        source_url = coalesce(?7, source_url), job_id = ?8, brand_id = coalesce(?9, brand_id)
      where id = ?1
      """,
      [
        .text(id), SQLValue(product.category), SQLValue(product.gtin?.digits), SQLValue(size(product)),
        SQLValue(pack(product)), SQLValue(product.imageURL), SQLValue(product.sourceURL), .text(job.description),
        SQLValue(brandID),
      ])
  }

  // MARK: Sightings

  private func sight(_ product: ExtractedProduct, id: String) throws {
    try connection.run(
      """
      insert into "deep_research.sku_sightings"
        (sku_summary_id, job_id, seen_at, source, price_min, price_max, currency, source_url)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      on conflict (sku_summary_id, job_id) do update set seen_at = excluded.seen_at, source = excluded.source,
        price_min = excluded.price_min, price_max = excluded.price_max, currency = excluded.currency,
        source_url = excluded.source_url
      """,
      [
        .text(id), .text(job.description), SQLValue(connection.now), .text(source),
        SQLValue(product.priceMin?.description), SQLValue((product.priceMax ?? product.priceMin)?.description),
        SQLValue(product.priceMin == nil ? nil : product.currency ?? "PHP"), SQLValue(product.sourceURL),
      ])
  }

  /// The range over all sightings in the SKU's currency, which is that of the last sighting with a price.
  private func widen(_ id: String) throws {
    let rows = try connection.rows(
      """
      select price_min, price_max, currency from "deep_research.sku_sightings"
      where sku_summary_id = ?1 and price_min is not null order by seen_at, job_id
      """, [.text(id)])
    guard let currency = rows.last?[2].text else { return }
    var low: Numeric?
    var high: Numeric?
    for row in rows where row[2].text == currency {
      if let price = row[0].text.flatMap({ try? Numeric($0) }), low.map({ price.compare($0) < 0 }) ?? true {
        low = price
      }
      if let price = row[1].text.flatMap({ try? Numeric($0) }), high.map({ price.compare($0) > 0 }) ?? true {
        high = price
      }
    }
    try connection.run(
      "update \"deep_research.sku_summary\" set price_min = ?2, price_max = ?3, currency = ?4 where id = ?1",
      [.text(id), SQLValue(low?.description), SQLValue(high?.description), .text(currency)])
  }

  // MARK: Matches

  /// - Returns: Whether the SKU has a product of the master catalogue.
  private func link(_ product: ExtractedProduct, id: String) throws -> Bool {
    guard let match = matcher.match(product, brand: brandName) else {
      return try connection.value(
        "select 1 from \"deep_research.sku_matches\" where sku_summary_id = ?1", [.text(id)]) != .null
    }
    let confidence = Numeric(scaled: Int64(match.confidence), scale: 3).trimmed.description
    let known = try connection.rows(
      "select id, product_id, confidence, method from \"deep_research.sku_matches\" where sku_summary_id = ?1 order by id",
      [.text(id)]
    ).first
    guard let known else {
      try connection.run(
        """
        insert into "deep_research.sku_matches" (sku_summary_id, product_id, confidence, method, created_at)
        values (?1, ?2, ?3, ?4, ?5)
        """,
        [.text(id), .text(match.product), .text(confidence), .text(match.method), SQLValue(connection.now)])
      return true
    }
    // A person's correction, or a better match, stays.
    let before = known[2].text.flatMap { try? Numeric($0) } ?? .zero
    if before.compare(Numeric(scaled: Int64(match.confidence), scale: 3)) < 0 {
      try connection.run(
        "update \"deep_research.sku_matches\" set product_id = ?2, confidence = ?3, method = ?4 where id = ?1",
        [known[0], .text(match.product), .text(confidence), .text(match.method)])
    }
    return true
  }
}
