/// Draws the content of transactions: who buys what, where, at which price, under which incidents.
struct TransactionFactory: Sendable {
  /// What holds during one quarter of an hour.
  struct Conditions: Sendable {
    var dayPart = 0
    /// By brand: the rival that takes a share of its demand.
    var diversions: [Int: (rival: Int, chance: Chance)] = [:]
    /// By brand.
    var promotions: [Int: Promotion] = [:]
    /// Products that have run out.
    var stockouts: Set<Int> = []
    var priceOutliers: [(store: Int, product: Int, factor: Int)] = []
    /// The chance that a further line stays in the basket, and that an accepted suggestion is accepted, by place.
    var basketsByPlace: [Int: Chance] = [:]
    var suggestionsByPlace: [Int: Chance] = [:]
    var duplicates: Chance?
    var rejects: Chance?
  }

  private let catalogue: Catalogue
  private let network: StoreNetwork
  /// By part of the day: every product.
  private let demand: [WeightedChoice]
  /// By category, and by brand and category: products and their choice.
  private let byCategory: [(products: [Int], choice: WeightedChoice)]
  private let byBrand: [(products: [Int], choice: WeightedChoice)]
  private let byBrandAndCategory: [[(products: [Int], choice: WeightedChoice)]]

  private static let basketSizes = WeightedChoice([38, 30, 16, 9, 5, 2])
  /// Mean of the basket sizes × 100, used to scale a brand's demand to transactions.
  static let meanBasketPercent = 216
  private static let quantities = [1, 2, 3, 4]
  private static let quantityChoice = WeightedChoice([76, 18, 5, 1])
  private let requestModes = WeightedChoice(Vocabulary.requestModes.weights)
  private let requestTypes = WeightedChoice(Vocabulary.requestTypes.weights)
  private let genders = WeightedChoice(Vocabulary.genders.weights)
  private let ageBrackets = WeightedChoice(Vocabulary.ageBrackets.weights)
  private let customerTypes = WeightedChoice(Vocabulary.customerTypeWeights)
  private let economicClasses = WeightedChoice(Vocabulary.economicClassWeights)
  private let payments = Vocabulary.paymentWeights.map { WeightedChoice($0) }
  private let chances:
    (
      returns: Chance, substitutions: Chance, unknown: Chance, timestamps: Chance, compact: Chance
    )

  init(catalogue: Catalogue, network: StoreNetwork, rates: GeneratorRates) {
    self.catalogue = catalogue
    self.network = network
    let products = catalogue.products
    func selection(_ isIncluded: (Catalogue.Product) -> Bool) -> (products: [Int], choice: WeightedChoice) {
      let indices = products.indices.filter { isIncluded(products[$0]) }
      return (indices, WeightedChoice(indices.map { products[$0].weight }))
    }
    let byCategory = catalogue.categories.indices.map { category in selection { $0.category == category } }
    // The weight of a product within its category, of the category within the part of the day: × 10,000.
    demand = (0..<4).map { part in
      WeightedChoice(
        products.map { product in
          catalogue.categories[product.category].demand[part] * product.weight * 10_000
            / max(1, byCategory[product.category].choice.total)
        })
    }
    self.byCategory = byCategory
    byBrand = catalogue.brands.indices.map { brand in selection { $0.brand == brand } }
    byBrandAndCategory = catalogue.brands.indices.map { brand in
      catalogue.categories.indices.map { category in selection { $0.brand == brand && $0.category == category } }
    }
    chances = (
      Chance(rates.returns), Chance(rates.substitutions), Chance(rates.unknownValues),
      Chance(rates.alternativeTimestamps), Chance(rates.compactItems)
    )
  }

  /// The share of all line items that are of the brand in a part of the day, 0…1.
  func demandShare(ofBrand brand: Int, dayPart: Int) -> Double {
    let weights = byBrand[brand].products.reduce(0) { sum, index in
      let product = catalogue.products[index]
      return sum + catalogue.categories[product.category].demand[dayPart] * product.weight * 10_000
        / max(1, byCategory[product.category].choice.total)
    }
    return Double(weights) / Double(max(1, demand[dayPart].total))
  }

  /// Fills the draft with a new transaction.
  ///
  /// - Parameter brand: A brand the customer came for; `nil` for an ordinary visit.
  func fill(
    _ draft: inout Draft, number: Int, store: Int, instant: Int, brand: Int?, conditions: Conditions,
    _ random: inout RandomSource
  ) {
    draft.number = number
    draft.store = store
    draft.instant = instant
    draft.unknownValues = 0
    draft.isCompact = random.happens(chances.compact)
    draft.timeForm = .offset
    if random.happens(chances.timestamps) {
      draft.timeForm = [.utc, .utc, .local, .local, .epochSeconds, .epochMilliseconds][random.below(6)]
    }
    fillLines(&draft, brand: brand, conditions: conditions, &random)
    fillCustomer(&draft, &random)
    fillService(&draft, conditions: conditions, &random)
    if random.happens(chances.unknown) { addUnknownValue(&draft, &random) }
  }

  // MARK: Line items

  private func fillLines(
    _ draft: inout Draft, brand: Int?, conditions: Conditions, _ random: inout RandomSource
  ) {
    draft.lines.removeAll(keepingCapacity: true)
    if random.happens(chances.returns) {
      let product = demand[conditions.dayPart].draw(&random)
      draft.lines.append(Draft.Line(product: product, quantity: -1, unitPrice: price(product, store: draft.store)))
      return
    }
    // A shopper who came for one brand buys little else.
    let size = brand == nil ? Self.basketSizes.draw(&random) + 1 : random.within(1...2)
    for position in 0..<size {
      if position > 0, let kept = conditions.basketsByPlace[network.stores[draft.store].place], !random.happens(kept) {
        continue
      }
      var product = demand[conditions.dayPart].draw(&random)
      if position == 0, let brand {
        product = byBrand[brand].products[byBrand[brand].choice.draw(&random)]
      } else if position > 0, let last = draft.lines.last, random.below(4) == 0,
        let companion = catalogue.products[last.product].companion
      {
        product = companion
      }
      appendLine(product, to: &draft, conditions: conditions, &random)
    }
  }

  private func appendLine(
    _ wanted: Int, to draft: inout Draft, conditions: Conditions, _ random: inout RandomSource
  ) {
    var product = wanted
    if let (rival, chance) = conditions.diversions[catalogue.products[product].brand], random.happens(chance) {
      let selection = byBrandAndCategory[rival][catalogue.products[product].category]
      if !selection.products.isEmpty { product = selection.products[selection.choice.draw(&random)] }
    }
    var copies = 1
    var promotion: Promotion?
    if let active = conditions.promotions[catalogue.products[product].brand],
      draft.store % active.storeModulus == active.storeRemainder
    {
      copies = Int(active.lift)
      if random.happens(Chance(active.lift - Double(copies))) { copies += 1 }
      if copies == 0 {
        product = otherBrand(than: product, &random)
        copies = 1
      } else {
        promotion = active
      }
    }
    var requested: Int?
    if conditions.stockouts.contains(product), random.below(20) < 17 {
      requested = product
      product = substitute(for: product, &random)
      promotion = nil
    } else if random.happens(chances.substitutions) {
      // The customer asked for something else of the category; what is sold follows the usual demand.
      let other = substitute(for: product, &random)
      if other != product { requested = other }
    }
    guard !draft.lines.contains(where: { $0.product == product }) else { return }

    var line = Draft.Line(product: product, quantity: 0, unitPrice: price(product, store: draft.store))
    for _ in 0..<copies { line.quantity += Self.quantities[Self.quantityChoice.draw(&random)] }
    line.requested = requested
    line.hasName = !(draft.isCompact && random.below(40) == 0)
    for outlier in conditions.priceOutliers where outlier.store == draft.store && outlier.product == product {
      line.unitPrice *= outlier.factor
    }
    if let promotion {
      line.isPromotion = true
      line.discount = (line.quantity * line.unitPrice * promotion.discountPercent + 50) / 100
    }
    draft.lines.append(line)
  }

  /// The store's price in centavos, to the next quarter of a peso.
  private func price(_ product: Int, store: Int) -> Int {
    let thousandths = catalogue.products[product].unitPriceCentavos * network.stores[store].pricePermille
    return (thousandths + 12_500) / 25_000 * 25
  }

  private func substitute(for product: Int, _ random: inout RandomSource) -> Int {
    let selection = byCategory[catalogue.products[product].category]
    for _ in 0..<8 {
      let other = selection.products[selection.choice.draw(&random)]
      if other != product { return other }
    }
    return product
  }

  private func otherBrand(than product: Int, _ random: inout RandomSource) -> Int {
    let selection = byCategory[catalogue.products[product].category]
    for _ in 0..<16 {
      let other = selection.products[selection.choice.draw(&random)]
      if catalogue.products[other].brand != catalogue.products[product].brand { return other }
    }
    return product
  }

  // MARK: Customer and service

  private func fillCustomer(_ draft: inout Draft, _ random: inout RandomSource) {
    let customer = network.drawCustomer(store: draft.store, &random)
    let traits = network.traits(ofCustomer: customer)
    func trait(_ choice: WeightedChoice, _ shift: UInt64) -> Int {
      choice.index(at: Int((traits >> shift) & 0xFFFF) % max(1, choice.total))
    }
    draft.customer = random.below(4) == 0 ? nil : customer
    draft.gender = trait(genders, 0)
    draft.ageBracket = trait(ageBrackets, 16)
    draft.customerType = trait(customerTypes, 32)
    let economicClass = trait(economicClasses, 48)
    draft.economicClass = economicClass
    draft.payment = payments[economicClass].draw(&random)
    // Some devices do not observe the customer at all, and few send the place, which the owner knows anyway.
    let observed = random.below(100)
    if observed < 6 { (draft.gender, draft.ageBracket) = (nil, nil) }
    if observed >= 96 { draft.customerType = nil }
    if observed % 25 == 7 { draft.economicClass = nil }
    draft.hasPlace = observed % 33 != 8
    draft.hasStoreType = observed % 33 != 9
  }

  private func fillService(_ draft: inout Draft, conditions: Conditions, _ random: inout RandomSource) {
    let bits = random.next()
    func part(_ shift: UInt64, _ bound: Int) -> Int { Int((bits >> shift) & 0xFFFF) % bound }
    draft.requestMode = requestModes.index(at: part(0, requestModes.total))
    draft.requestType = requestTypes.index(at: part(16, requestTypes.total))
    let suggestion = part(32, 100)
    draft.suggestionAccepted = suggestion < 30 ? nil : suggestion < 56
    if draft.suggestionAccepted == true, let kept = conditions.suggestionsByPlace[network.stores[draft.store].place],
      !random.happens(kept)
    {
      draft.suggestionAccepted = false
    }
    draft.campaignInfluenced =
      draft.lines.contains { $0.isPromotion } ? part(48, 10) < 4 : part(48, 100) < 5
    draft.durationSeconds = 12 + 9 * draft.lines.count + random.below(60)
    draft.handshake = random.below(8) == 0 ? nil : 40 + random.below(31) + random.below(31)
    if random.below(50) == 0 { (draft.durationSeconds, draft.campaignInfluenced) = (nil, nil) }
  }

  private func addUnknownValue(_ draft: inout Draft, _ random: inout RandomSource) {
    func unknown(_ field: Vocabulary.Field) -> Int { field.known.count + random.below(field.unknown.count) }
    switch random.below(6) {
    case 0: draft.payment = unknown(Vocabulary.paymentMethods)
    case 1: draft.requestMode = unknown(Vocabulary.requestModes)
    case 2: draft.requestType = unknown(Vocabulary.requestTypes)
    case 3: draft.gender = unknown(Vocabulary.genders)
    case 4: draft.ageBracket = unknown(Vocabulary.ageBrackets)
    default: draft.handshake = 100 + random.within(5...70)
    }
    draft.unknownValues = 1
  }
}
