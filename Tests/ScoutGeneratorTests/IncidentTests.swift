import ScoutGenerator
import Testing

/// Each incident is compared with the same seed without it; clean rates, so that a line is a sale.
@Suite struct IncidentTests {
  private func sales(_ incident: Incident?, promotions: PromotionPlan = .none) throws -> [SlowReader.Transaction] {
    var configuration = base
    configuration.incidents = incident.map { .explicit([$0]) } ?? .none
    configuration.promotions = promotions
    let reader = SlowReader(utcOffsetMinutes: 480)
    return try lines(configuration, catalogue: shippedCatalogue()).lines.compactMap { reader.transaction($0.bytes) }
  }

  private var base: GeneratorConfiguration {
    var configuration = GeneratorConfiguration(
      startDate: CivilDate(daysSinceEpoch: 20_300), days: 6, stores: 12, transactionsPerStorePerDay: 40)
    configuration.rates = .clean
    return configuration
  }
  private var fourthDay: (start: Int, end: Int) { (base.start + 3 * 86_400, base.start + 4 * 86_400) }

  private func units(_ sales: [SlowReader.Transaction], brand: String, in range: (start: Int, end: Int)) -> Double {
    sales.filter { Double(range.start) <= $0.instant && $0.instant < Double(range.end) }
      .flatMap(\.lines).filter { $0.brand == brand }.reduce(0) { $0 + Double($1.quantity) }
  }

  @Test func `a demand spike multiplies the brand's demand while it lasts`() throws {
    let spike = Incident(.demandSpike(brand: "Oishi", factor: 4), start: fourthDay.start, end: fourthDay.end)
    let (with, without) = (try sales(spike), try sales(nil))
    let ratio = units(with, brand: "Oishi", in: fourthDay) / units(without, brand: "Oishi", in: fourthDay)
    #expect((3.2...4.8).contains(ratio), "\(ratio)")
    let before = (start: base.start, end: fourthDay.start)
    #expect(units(with, brand: "Oishi", in: before) == units(without, brand: "Oishi", in: before))
  }

  @Test func `in a share loss the rival gains what the brand loses`() throws {
    let loss = Incident(
      .shareLoss(brand: "Alaska", rival: "Bear Brand", fraction: 0.5), start: base.start, end: base.end)
    let (with, without) = (try sales(loss), try sales(nil))
    let period = (start: base.start, end: base.end)
    let kept = units(with, brand: "Alaska", in: period) / units(without, brand: "Alaska", in: period)
    #expect((0.43...0.57).contains(kept), "\(kept)")
    let lost = units(without, brand: "Alaska", in: period) - units(with, brand: "Alaska", in: period)
    let gained = units(with, brand: "Bear Brand", in: period) - units(without, brand: "Bear Brand", in: period)
    #expect((0.8...1.2).contains(gained / lost), "\(gained) \(lost)")
  }

  @Test func `a promotion marks its lines and lifts the pieces where it runs`() throws {
    let promotion = Promotion(
      brand: "Del Monte", start: base.start, end: base.end, storeModulus: 2, storeRemainder: 0, discountPercent: 10,
      lift: 3)
    let sales = try sales(nil, promotions: .explicit([promotion]))
    let promoted = sales.filter { $0.lines.contains(where: \.isPromotion) }
    #expect(promoted.flatMap(\.lines).filter(\.isPromotion).allSatisfy { $0.brand == "Del Monte" })
    #expect(promoted.allSatisfy { (Int($0.store.suffix(6)) ?? 0) % 2 == 1 })
    func mean(_ lines: [SlowReader.Line]) -> Double {
      Double(lines.reduce(0) { $0 + $1.quantity }) / Double(max(1, lines.count))
    }
    let ordinary = sales.flatMap(\.lines).filter { $0.brand == "Del Monte" && !$0.isPromotion && $0.quantity > 0 }
    let ratio = mean(promoted.flatMap(\.lines).filter(\.isPromotion)) / mean(ordinary)
    #expect((2.6...3.4).contains(ratio), "\(ratio)")
  }

  @Test func `a closed store sells nothing, and only while it is closed`() throws {
    let outage = Incident(.storeOutage(store: "STR000002"), start: fourthDay.start, end: fourthDay.end)
    let closed = try sales(outage).filter { $0.store == "STR000002" }
    let during = closed.filter { Double(fourthDay.start) <= $0.instant && $0.instant < Double(fourthDay.end) }
    #expect(during.isEmpty)
    #expect(closed.count > 100)
  }

  @Test func `in a regional drop its stores keep the stated share`() throws {
    let drop = Incident(.salesDrop(region: "NCR", remaining: 0.4), start: base.start, end: base.end)
    // The first seven places, and so the first seven stores, are in NCR.
    func count(_ sales: [SlowReader.Transaction]) -> Double {
      Double(sales.filter { (Int($0.store.suffix(6)) ?? 0) <= 7 }.count)
    }
    let ratio = try count(sales(drop)) / count(sales(nil))
    #expect((0.36...0.44).contains(ratio), "\(ratio)")
  }

  @Test func `a stock-out turns requests into substitutions`() throws {
    let stockout = Incident(.stockoutSubstitution(sku: "ALA-EVAP-370"), start: base.start, end: base.end)
    func substituted(_ sales: [SlowReader.Transaction]) -> Int {
      sales.flatMap(\.lines).filter(\.isSubstituted).count
    }
    let (with, without) = (try substituted(sales(stockout)), try substituted(sales(nil)))
    #expect(with > without + 100, "\(with) \(without)")
  }

  @Test func `a price outlier multiplies the price at one store`() throws {
    let outlier = Incident(
      .priceOutlier(store: "STR000001", sku: "JTI-WINR-1", factor: 10), start: base.start, end: base.end)
    let high = try sales(outlier).filter { sale in
      sale.lines.contains {
        $0.brand == "JTI" && $0.quantity > 0 && $0.units == $0.quantity && $0.netCentavos >= 9000 * $0.quantity
      }
    }
    #expect(!high.isEmpty)
    #expect(high.allSatisfy { $0.store == "STR000001" })
  }

  static let refusals: [(id: String, incident: Incident.Kind, message: String)] = [
    ("brand", .demandSpike(brand: "Nobody", factor: 2), "the catalogue has no brand \"Nobody\""),
    ("store", .storeOutage(store: "STR000013"), "the catalogue has no store \"STR000013\""),
    (
      "huge store", .storeOutage(store: "STR-9223372036854775808"),
      "the catalogue has no store \"STR-9223372036854775808\""
    ),
    ("sku", .stockoutSubstitution(sku: "X"), "the catalogue has no product \"X\""),
    ("region", .salesDrop(region: "Luna", remaining: 0.5), "the catalogue has no region \"Luna\""),
    (
      "rival", .shareLoss(brand: "Alaska", rival: "Oishi", fraction: 0.5),
      "\"Oishi\" sells nothing in a category of \"Alaska\", so it cannot take its demand"
    ),
    (
      "factor", .demandSpike(brand: "Oishi", factor: .nan),
      "incident.factor is out of range; expected 1 to 100"
    ),
  ]

  @Test(arguments: refusals)
  func `an incident that cannot be is refused`(
    _ refusal: (id: String, incident: Incident.Kind, message: String)
  ) throws {
    var configuration = base
    configuration.incidents = .explicit([Incident(refusal.incident, start: base.start, end: base.end)])
    let catalogue = try shippedCatalogue()
    let error = #expect(throws: GeneratorError.self) { try TransactionGenerator(configuration, catalogue: catalogue) }
    #expect(error?.description == "generator configuration: " + refusal.message)
  }

  @Test func `an incident outside the calendar is refused`() throws {
    var configuration = base
    configuration.incidents = .explicit([Incident(.storeOutage(store: "STR000001"), start: Int.min, end: Int.max)])
    let catalogue = try shippedCatalogue()
    #expect(throws: GeneratorError.outOfRange(field: "incident.start", expected: "in the years 1 to 9998")) {
      try TransactionGenerator(configuration, catalogue: catalogue)
    }
  }

  @Test func `the sample is the six weeks to the end of August 2025, with incidents at its end`() throws {
    let sample = GeneratorConfiguration.sample
    #expect(sample.startDate == CivilDate(year: 2025, month: 7, day: 21))
    #expect(sample.end == CivilDate("2025-09-01").map { $0.daysSinceEpoch * 86_400 - 8 * 3600 })
    let truth = try TransactionGenerator(sample, catalogue: shippedCatalogue()).truth
    let found = truth.incidents.map { "\($0.monitor) \($0.key.map(\.value).joined(separator: "/"))" }
    #expect(
      found == [
        "promo_lift_anomaly Del Monte", "promo_lift_anomaly Peerless", "demand_spike_brand Oishi",
        "share_loss_vs_rival Alaska/Bear Brand",
      ])
    #expect(truth.incidents.allSatisfy { $0.start >= sample.end - 14 * 86_400 && $0.end <= sample.end })
  }

  @Test(arguments: [1, 2, 3, 7, 30, 400])
  func `the default plan fits any period`(days: Int) throws {
    var configuration = GeneratorConfiguration(
      startDate: CivilDate(daysSinceEpoch: 20_000), days: days, stores: 1, transactionsPerStorePerDay: 1)
    configuration.incidents = .plantedExtended
    let truth = try TransactionGenerator(configuration, catalogue: shippedCatalogue()).truth
    for incident in truth.incidents {
      #expect(incident.start < incident.end && incident.end <= configuration.end, "\(incident)")
      #expect(incident.start >= configuration.start - 3 * 86_400, "\(incident)")
    }
  }

  @Test(arguments: ["days", "stores", "transactionsPerStorePerDay", "utcOffsetMinutes", "rates.late"])
  func `a configuration out of its limits is refused by field`(field: String) throws {
    var configuration = base
    switch field {
    case "days": configuration.days = 0
    case "stores": configuration.stores = 100_001
    case "transactionsPerStorePerDay": configuration.transactionsPerStorePerDay = .infinity
    case "utcOffsetMinutes": configuration.utcOffsetMinutes = 900
    default: configuration.rates.late = .nan
    }
    let catalogue = try shippedCatalogue()
    let error = #expect(throws: GeneratorError.self) { try TransactionGenerator(configuration, catalogue: catalogue) }
    guard case .outOfRange(field, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
