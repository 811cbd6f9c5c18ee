/// The stores and their customers, all derived from the seed.
struct StoreNetwork: Sendable {
  struct Store: Sendable {
    let identifier: [UInt8]
    let place: Int
    /// Relative sales.
    let weight: Int
    /// Position in ``Vocabulary/storeTypes``.
    let type: Int
    /// How many people shop here.
    let customers: Int
    /// The store's prices relative to the catalogue, × 1000.
    let pricePermille: Int
  }

  let stores: [Store]
  let choice: WeightedChoice
  private let seed: UInt64

  init(_ configuration: GeneratorConfiguration, places: [Catalogue.Place]) {
    var random = RandomSource(seed: configuration.seed ^ 0x5354_4F52_4553)
    let types = WeightedChoice(Vocabulary.storeTypeWeights)
    stores = (0..<configuration.stores).map { index in
      let place = index < places.count ? index : random.below(places.count)
      let weight = places[place].sizePermille * random.within(85...115) / 100
      return Store(
        identifier: Array(storeIdentifier(index).utf8),
        place: place,
        weight: max(1, weight),
        type: types.draw(&random),
        // Fewer than the 100,000 numbers that each store has for its customers.
        customers: min(99_000, 40 + weight * Int(configuration.transactionsPerStorePerDay * 4) / 1000),
        pricePermille: [1000, 1000, 1020, 1040, 1060][random.below(5)])
    }
    choice = WeightedChoice(stores.map(\.weight))
    seed = configuration.seed
  }

  /// A customer of the store: one in five visits is by the keenest twentieth of them.
  func drawCustomer(store: Int, _ random: inout RandomSource) -> Int {
    let count = stores[store].customers
    let isRegular = random.below(5) == 0
    return store * 100_000 + random.below(isRegular ? max(1, count / 20) : count) + 1
  }

  /// Bits that never change for a customer; what is known about one is read from them.
  func traits(ofCustomer customer: Int) -> UInt64 {
    RandomSource.mix(seed &+ UInt64(truncatingIfNeeded: customer) &* 0x9E37_79B9_7F4A_7C15)
  }
}
