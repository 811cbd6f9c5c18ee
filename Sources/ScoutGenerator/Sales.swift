/// When and where sales happen: one quarter of an hour after another, in time order.
///
/// Stores open from 06:00 to 21:00 local time, with a morning, a noon and an evening peak. A week grows towards
/// Saturday, and the days of and after payday are busier. Counts vary about as a Poisson variable does.
struct Sales: Sendable {
  struct Sale: Sendable {
    let instant: Int
    let store: Int
    /// The brand that a shopper of a demand spike came for.
    let brand: Int?
  }

  private let configuration: GeneratorConfiguration
  private let network: StoreNetwork
  private let plan: ResolvedPlan
  private let factory: TransactionFactory
  /// 15 opening hours of 4 quarters.
  private var quarter = 0
  private(set) var conditions = TransactionFactory.Conditions()
  private var sales: [Sale] = []
  private var position = 0

  private static let openingHour = 6
  private static let quartersPerDay = 60
  private static let hourWeights = [50, 80, 75, 50, 45, 60, 85, 70, 50, 60, 70, 90, 100, 80, 45]
  private static let totalHourWeight = 1010.0
  /// Monday first; the mean is 1.
  private static let weekdayFactors = [0.93, 0.93, 0.95, 0.98, 1.07, 1.11, 1.03]
  private static let paydayFactor = 1.15

  init(
    _ configuration: GeneratorConfiguration, network: StoreNetwork, plan: ResolvedPlan, factory: TransactionFactory
  ) {
    self.configuration = configuration
    self.network = network
    self.plan = plan
    self.factory = factory
  }

  /// The next sale without taking it; `nil` after the last day.
  mutating func peek(_ random: inout RandomSource) -> Sale? {
    while position == sales.count {
      guard quarter < configuration.days * Self.quartersPerDay else { return nil }
      openQuarter(&random)
      quarter += 1
    }
    return sales[position]
  }

  /// Takes the sale that ``peek(_:)`` showed.
  mutating func advance() { position += 1 }

  private mutating func openQuarter(_ random: inout RandomSource) {
    let day = quarter / Self.quartersPerDay
    let hour = quarter % Self.quartersPerDay / 4
    let start = configuration.start + day * 86_400 + Self.openingHour * 3600 + quarter % Self.quartersPerDay * 900
    let date = CivilDate(daysSinceEpoch: configuration.startDate.daysSinceEpoch + day)
    let dayFactor = Self.weekdayFactors[date.weekday] * (date.isPayday ? Self.paydayFactor : 1)
    let hourShare = Double(Self.hourWeights[hour]) / Self.totalHourWeight / 4
    let mean = configuration.transactionsPerStorePerDay * Double(configuration.stores) * dayFactor * hourShare

    position = 0
    sales.removeAll(keepingCapacity: true)
    conditions = plan.conditions(at: start)
    conditions.dayPart = hour < 4 ? 0 : hour < 8 ? 1 : hour < 11 ? 2 : 3
    let absences = plan.absences(at: start)
    addSales(random.count(mean: mean), start: start, brand: nil, absences: absences, &random)
    for (brand, factor) in plan.spikes(at: start) {
      let share = factory.demandShare(ofBrand: brand, dayPart: conditions.dayPart)
      let lines = mean * Double(TransactionFactory.meanBasketPercent) / 100 * share
      // Not a chance count: an incident is to be as strong as the truth says.
      let extra = lines * (factor - 1)
      let count = Int(extra) + (random.happens(Chance(extra - extra.rounded(.down))) ? 1 : 0)
      addSales(count, start: start, brand: brand, absences: absences, &random)
    }
    // A total order, so that the result does not depend on the sorting algorithm.
    sales.sort { ($0.instant, $0.store, $0.brand ?? -1) < ($1.instant, $1.store, $1.brand ?? -1) }
  }

  private mutating func addSales(
    _ count: Int, start: Int, brand: Int?, absences: ResolvedPlan.Absences, _ random: inout RandomSource
  ) {
    for _ in 0..<count {
      let instant = start + random.below(900)
      let store = network.choice.draw(&random)
      if absences.closedStores.contains(store) { continue }
      if let remaining = absences.remainingByPlace[network.stores[store].place], !random.happens(remaining) { continue }
      sales.append(Sale(instant: instant, store: store, brand: brand))
    }
  }
}
