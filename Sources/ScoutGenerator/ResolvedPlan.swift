/// The plan with every name looked up, asked once per quarter of an hour.
struct ResolvedPlan: Sendable {
  /// Stores that sell nothing or less.
  struct Absences: Sendable {
    var closedStores: Set<Int> = []
    var remainingByPlace: [Int: Chance] = [:]
  }

  private enum Effect: Sendable {
    case spike(brand: Int, factor: Double)
    case diversion(brand: Int, rival: Int, chance: Chance)
    case outage(store: Int)
    case drop(places: [Int], remaining: Chance)
    case stockout(product: Int)
    case price(store: Int, product: Int, factor: Int)
    case baskets(places: [Int], remaining: Chance)
    case suggestions(places: [Int], remaining: Chance)
    case gap
    case duplicates(Chance)
    case rejects(Chance)
  }

  private let effects: [(start: Int, end: Int, effect: Effect)]
  private let promotions: [(brand: Int, promotion: Promotion)]

  /// - Throws: ``GeneratorError`` for a name that the catalogue does not hold, or a number outside its limits.
  init(_ plan: Plan, configuration: GeneratorConfiguration, catalogue: Catalogue) throws(GeneratorError) {
    func brand(_ name: String) throws(GeneratorError) -> Int {
      guard let index = catalogue.brandIndex(named: name) else { throw .unknownName(name, kind: "brand") }
      guard catalogue.products.contains(where: { $0.brand == index }) else { throw .brandWithoutProducts(name) }
      return index
    }
    func product(_ sku: String) throws(GeneratorError) -> Int {
      guard let index = catalogue.products.firstIndex(where: { $0.sku == sku }) else {
        throw .unknownName(sku, kind: "product")
      }
      return index
    }
    func store(_ identifier: String) throws(GeneratorError) -> Int {
      guard identifier.hasPrefix("STR"), let number = Int(identifier.dropFirst(3)),
        (1...configuration.stores).contains(number), storeIdentifier(number - 1) == identifier
      else { throw .unknownName(identifier, kind: "store") }
      return number - 1
    }
    func places(_ region: String) throws(GeneratorError) -> [Int] {
      let places = catalogue.places.indices.filter { catalogue.places[$0].region == region }
      guard !places.isEmpty else { throw .unknownName(region, kind: "region") }
      return places
    }
    func require(_ condition: Bool, _ field: String, _ expected: String) throws(GeneratorError) {
      if !condition { throw .outOfRange(field: field, expected: expected) }
    }

    /// The years 1 to 9998, in seconds: what a timestamp with four digits can show in any zone.
    func requirePeriod(_ start: Int, _ end: Int, _ field: String) throws(GeneratorError) {
      try require(start < end, field, "before its end")
      try require(start >= -62_135_500_000 && end <= 253_370_700_000, field, "in the years 1 to 9998")
    }

    var effects: [(start: Int, end: Int, effect: Effect)] = []
    for incident in plan.incidents {
      try requirePeriod(incident.start, incident.end, "incident.start")
      let effect: Effect
      switch incident.kind {
      case .demandSpike(let name, let factor):
        try require(factor >= 1 && factor <= 100, "incident.factor", "1 to 100")
        effect = .spike(brand: try brand(name), factor: factor)
      case .shareLoss(let name, let rivalName, let fraction):
        try require(fraction >= 0 && fraction <= 1, "incident.fraction", "0 to 1")
        let (loser, rival) = (try brand(name), try brand(rivalName))
        let categories = catalogue.products.filter { $0.brand == loser }.map(\.category)
        guard catalogue.products.contains(where: { $0.brand == rival && categories.contains($0.category) }) else {
          throw .notRivals(name, rivalName)
        }
        effect = .diversion(brand: loser, rival: rival, chance: Chance(fraction))
      case .storeOutage(let identifier):
        effect = .outage(store: try store(identifier))
      case .salesDrop(let region, let remaining):
        try require(remaining >= 0 && remaining <= 1, "incident.remaining", "0 to 1")
        effect = .drop(places: try places(region), remaining: Chance(remaining))
      case .basketShift(let region, let remaining):
        try require(remaining >= 0 && remaining <= 1, "incident.remaining", "0 to 1")
        effect = .baskets(places: try places(region), remaining: Chance(remaining))
      case .suggestionDrop(let region, let remaining):
        try require(remaining >= 0 && remaining <= 1, "incident.remaining", "0 to 1")
        effect = .suggestions(places: try places(region), remaining: Chance(remaining))
      case .deliveryGap:
        effect = .gap
      case .duplicateSurge(let share):
        try require(share >= 0 && share <= 1, "incident.share", "0 to 1")
        effect = .duplicates(Chance(share))
      case .rejectSurge(let share):
        try require(share >= 0 && share <= 1, "incident.share", "0 to 1")
        effect = .rejects(Chance(share))
      case .stockoutSubstitution(let sku):
        effect = .stockout(product: try product(sku))
      case .priceOutlier(let identifier, let sku, let factor):
        try require((2...1000).contains(factor), "incident.factor", "2 to 1000")
        effect = .price(store: try store(identifier), product: try product(sku), factor: factor)
      }
      effects.append((incident.start, incident.end, effect))
    }
    var promotions: [(brand: Int, promotion: Promotion)] = []
    for promotion in plan.promotions {
      try requirePeriod(promotion.start, promotion.end, "promotion.start")
      try require(promotion.lift >= 0 && promotion.lift <= 20, "promotion.lift", "0 to 20")
      try require((0...90).contains(promotion.discountPercent), "promotion.discountPercent", "0 to 90")
      try require(promotion.storeModulus >= 1, "promotion.storeModulus", "at least 1")
      promotions.append((try brand(promotion.brand), promotion))
    }
    self.effects = effects
    self.promotions = promotions
  }

  func conditions(at instant: Int) -> TransactionFactory.Conditions {
    var conditions = TransactionFactory.Conditions()
    for (start, end, effect) in effects where start <= instant && instant < end {
      switch effect {
      case .diversion(let brand, let rival, let chance): conditions.diversions[brand] = (rival, chance)
      case .stockout(let product): conditions.stockouts.insert(product)
      case .price(let store, let product, let factor): conditions.priceOutliers.append((store, product, factor))
      case .baskets(let places, let remaining):
        for place in places { conditions.basketsByPlace[place] = remaining }
      case .suggestions(let places, let remaining):
        for place in places { conditions.suggestionsByPlace[place] = remaining }
      case .duplicates(let share): conditions.duplicates = share
      case .rejects(let share): conditions.rejects = share
      case .spike, .outage, .drop, .gap: break
      }
    }
    for (brand, promotion) in promotions where promotion.start <= instant && instant < promotion.end {
      conditions.promotions[brand] = promotion
    }
    return conditions
  }

  /// When what would arrive at an instant does arrive: after the gap that it falls into.
  func arrival(at instant: Int) -> Int {
    var arrival = instant
    for (start, end, effect) in effects {
      if case .gap = effect, start <= arrival, arrival < end { arrival = end }
    }
    return arrival
  }

  func absences(at instant: Int) -> Absences {
    var absences = Absences()
    for (start, end, effect) in effects where start <= instant && instant < end {
      switch effect {
      case .outage(let store): absences.closedStores.insert(store)
      case .drop(let places, let remaining):
        for place in places { absences.remainingByPlace[place] = remaining }
      default: break
      }
    }
    return absences
  }

  func spikes(at instant: Int) -> [(brand: Int, factor: Double)] {
    effects.compactMap { start, end, effect in
      guard start <= instant, instant < end, case .spike(let brand, let factor) = effect else { return nil }
      return (brand, factor)
    }
  }
}
