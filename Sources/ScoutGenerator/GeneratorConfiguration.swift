/// Everything that a generated data set depends on, besides the catalogue.
///
/// The same configuration and catalogue give the same bytes on any machine.
public struct GeneratorConfiguration: Sendable, Equatable {
  /// Start of every random draw.
  public var seed: UInt64 = 1
  /// First business date, in the stores' local time.
  public var startDate: CivilDate
  /// Number of business dates; 1…3660.
  public var days: Int
  /// Number of stores; 1…100,000.
  public var stores: Int
  /// Mean number of transactions of an average store on an average day; above 0, at most 10,000.
  public var transactionsPerStorePerDay: Double
  /// The stores' offset from UTC in minutes; Manila by default.
  public var utcOffsetMinutes = 480
  /// How often deliveries are late, repeated, wrong or unusual.
  public var rates = GeneratorRates()
  /// Price promotions.
  public var promotions: PromotionPlan = .planned
  /// Planted anomalies.
  public var incidents: IncidentPlan = .planted

  public init(startDate: CivilDate, days: Int, stores: Int, transactionsPerStorePerDay: Double) {
    self.startDate = startDate
    self.days = days
    self.stores = stores
    self.transactionsPerStorePerDay = transactionsPerStorePerDay
  }

  /// The shipped sample: six weeks to Sunday 2025-08-31, incidents in the last two weeks.
  public static let sample: GeneratorConfiguration = {
    // Monday 2025-07-21 is 20,290 days after 1970-01-01; a test compares it with the civil date.
    let start = CivilDate(daysSinceEpoch: 20_290)
    var sample = GeneratorConfiguration(startDate: start, days: 42, stores: 24, transactionsPerStorePerDay: 24)
    sample.seed = 20_250_831
    return sample
  }()

  /// The first instant of the period, in seconds since 1970-01-01 UTC.
  public var start: Int { startDate.daysSinceEpoch * 86_400 - utcOffsetMinutes * 60 }

  /// The first instant after the period, in seconds since 1970-01-01 UTC.
  public var end: Int { start + days * 86_400 }

  /// Checks the limits stated at each field.
  func validate() throws(GeneratorError) {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws(GeneratorError) {
      if !condition { throw GeneratorError.outOfRange(field: field, expected: expected) }
    }
    // Timestamps are written with four-digit years.
    try require((-719_162...2_900_000).contains(startDate.daysSinceEpoch), "startDate", "a day of the years 1 to 9900")
    try require((1...3660).contains(days), "days", "1 to 3660")
    try require((1...100_000).contains(stores), "stores", "1 to 100000")
    try require(
      transactionsPerStorePerDay > 0 && transactionsPerStorePerDay <= 10_000, "transactionsPerStorePerDay",
      "above 0, at most 10000")
    try require((-840...840).contains(utcOffsetMinutes), "utcOffsetMinutes", "-840 to 840")
    for (name, rate) in rates.named {
      try require(rate >= 0 && rate <= 1, "rates.\(name)", "0 to 1")
    }
  }
}

/// Probabilities, each of 0…1 and per transaction unless said otherwise.
public struct GeneratorRates: Sendable, Equatable {
  /// Delivered again with the same content (three tenths of them with other key order and whitespace).
  public var duplicates = 0.015
  /// Delivered again with other content; the later one is right.
  public var corrections = 0.006
  /// Withdrawn by a later line with status `void`.
  public var voids = 0.004
  /// Delivered minutes to weeks after the sale.
  public var late = 0.02
  /// A line that cannot be read or breaks a required rule is added.
  public var malformed = 0.003
  /// One line item of negative quantity.
  public var returns = 0.006
  /// Per line item: the customer asked for another product.
  public var substitutions = 0.03
  /// An enumeration carries a value that the domain does not know.
  public var unknownValues = 0.004
  /// The time is written otherwise: in UTC, without offset, as epoch seconds or milliseconds.
  public var alternativeTimestamps = 0.02
  /// Optional fields that have their default value are left out of the line items.
  public var compactItems = 0.15

  public init() {}

  /// No faults in delivery: every transaction arrives once, in order, readable and final.
  public static let clean: GeneratorRates = {
    var rates = GeneratorRates()
    (rates.duplicates, rates.corrections, rates.voids, rates.late, rates.malformed) = (0, 0, 0, 0, 0)
    (rates.unknownValues, rates.alternativeTimestamps, rates.compactItems) = (0, 0, 0)
    return rates
  }()

  /// Every rate under its name, in a fixed order.
  var named: [(name: String, rate: Double)] {
    [
      ("duplicates", duplicates), ("corrections", corrections), ("voids", voids), ("late", late),
      ("malformed", malformed), ("returns", returns), ("substitutions", substitutions),
      ("unknown_values", unknownValues), ("alternative_timestamps", alternativeTimestamps),
      ("compact_items", compactItems),
    ]
  }
}

/// Why a data set cannot be generated.
public enum GeneratorError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A field of the configuration lies outside its limits.
  case outOfRange(field: String, expected: String)
  /// An incident or promotion names something the catalogue does not hold.
  case unknownName(String, kind: String)
  /// The brand sells nothing, so it cannot take part in an incident or promotion.
  case brandWithoutProducts(String)
  /// Incidents of a kind that needs a pair of rivals in one category were given brands without one.
  case notRivals(String, String)

  public var description: String {
    switch self {
    case .outOfRange(let field, let expected): "generator configuration: \(field) is out of range; expected \(expected)"
    case .unknownName(let name, let kind): "generator configuration: the catalogue has no \(kind) \"\(name)\""
    case .brandWithoutProducts(let name): "generator configuration: the brand \"\(name)\" has no products"
    case .notRivals(let brand, let rival):
      "generator configuration: \"\(rival)\" sells nothing in a category of \"\(brand)\", so it cannot take its demand"
    }
  }
}
