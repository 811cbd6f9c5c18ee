/// What is true about a generated data set, known because the generator decided it.
///
/// The totals are those of the final state: of each transaction the version delivered last, nothing of voided ones,
/// nothing of malformed lines. A line without a product name counts as a pack of one, as silver reads it.
public struct GeneratorTruth: Sendable, Equatable {
  /// What was delivered.
  public struct Counts: Sendable, Equatable {
    /// Lines written, without the header of the CSV form.
    public var lines = 0
    /// Distinct transactions delivered in at least one readable version.
    public var transactions = 0
    /// Lines with the content of an earlier one: in the same bytes, or with other key order and whitespace.
    public var duplicates = 0
    public var reorderedDuplicates = 0
    public var corrections = 0
    public var voids = 0
    /// First deliveries that arrived at least five minutes after the sale.
    public var late = 0
    public var malformed = 0
    /// By reason, in a fixed order.
    public var malformedByReason: [(reason: String, count: Int)] = []
    /// Accepted versions that carry an enumeration value or a score outside the domain.
    public var unknownValues = 0

    public static func == (left: Counts, right: Counts) -> Bool {
      left.fields.map(\.value) == right.fields.map(\.value)
        && left.malformedByReason.map(\.count) == right.malformedByReason.map(\.count)
    }

    var fields: [(key: String, value: Int)] {
      [
        ("lines", lines), ("transactions", transactions), ("duplicates", duplicates),
        ("reordered_duplicates", reorderedDuplicates), ("corrections", corrections), ("voids", voids), ("late", late),
        ("malformed", malformed), ("unknown_values", unknownValues),
      ]
    }
  }

  /// Sums over the final state of some of the transactions.
  public struct Totals: Sendable, Equatable {
    /// Distinct transactions.
    public var transactions = 0
    public var lineItems = 0
    /// Pieces, returns counted negative.
    public var quantity = 0
    /// Pieces × pack size.
    public var units = 0
    public var netAmountCentavos = 0
    public var promotionLineItems = 0
    public var returnLineItems = 0
    public var substitutedLineItems = 0

    public init() {}

    /// Adds everything but the transactions, which the caller counts.
    mutating func add(_ line: Draft.Line, packCount: Int) {
      lineItems += 1
      quantity += line.quantity
      units += line.quantity * packCount
      netAmountCentavos += line.netAmount
      if line.isPromotion { promotionLineItems += 1 }
      if line.quantity < 0 { returnLineItems += 1 }
      if line.requested != nil { substitutedLineItems += 1 }
    }

    var fields: [(key: String, value: Int)] {
      [
        ("transactions", transactions), ("line_items", lineItems), ("qty", quantity), ("units", units),
        ("net_amount_centavos", netAmountCentavos), ("promo_line_items", promotionLineItems),
        ("return_line_items", returnLineItems), ("substituted_line_items", substitutedLineItems),
      ]
    }
  }

  /// Totals of one business date, and of each brand on it.
  public struct Day: Sendable, Equatable {
    public let date: CivilDate
    public var total = Totals()
    /// By position in ``GeneratorTruth/brands``.
    public var byBrand: [Totals]
  }

  public let configuration: GeneratorConfiguration
  /// Brand names in catalogue order.
  public let brands: [String]
  public internal(set) var counts = Counts()
  public internal(set) var total = Totals()
  /// By position in ``brands``.
  public internal(set) var byBrand: [Totals]
  /// Consecutive dates from the day before the period, which corrections can reach, to its last.
  public internal(set) var days: [Day]
  public let incidents: [PlantedIncident]
  public let promotions: [Promotion]

  /// An incident as a monitor should report it.
  public struct PlantedIncident: Sendable, Equatable {
    /// The monitor that should find it.
    public let monitor: String
    /// The key of the finding, in the monitor's column names.
    public let key: [(column: String, value: String)]
    /// Seconds since 1970-01-01 UTC; included.
    public let start: Int
    /// Seconds since 1970-01-01 UTC; excluded.
    public let end: Int
    public let description: String

    public static func == (left: PlantedIncident, right: PlantedIncident) -> Bool {
      left.monitor == right.monitor && left.start == right.start && left.end == right.end
        && left.description == right.description && left.key.map(\.column) == right.key.map(\.column)
        && left.key.map(\.value) == right.key.map(\.value)
    }
  }

  init(configuration: GeneratorConfiguration, catalogue: Catalogue, plan: Plan) {
    self.configuration = configuration
    brands = catalogue.brands.map(\.name)
    let noTotals = [Totals](repeating: Totals(), count: catalogue.brands.count)
    byBrand = noTotals
    days = (-1..<configuration.days).map { offset in
      Day(date: CivilDate(daysSinceEpoch: configuration.startDate.daysSinceEpoch + offset), byBrand: noTotals)
    }
    counts.malformedByReason = Malformation.allCases.map { ($0.name, 0) }
    incidents = (plan.incidents.map(PlantedIncident.init) + plan.promotions.compactMap(PlantedIncident.init))
      .sorted { ($0.start, $0.monitor) < ($1.start, $1.monitor) }
    promotions = plan.promotions
  }

  /// Adds the final version of a transaction that counts.
  mutating func add(_ draft: Draft, catalogue: Catalogue) {
    let local = draft.instant + configuration.utcOffsetMinutes * 60
    let day = floorDivide(local, by: 86_400) - configuration.startDate.daysSinceEpoch + 1
    total.transactions += 1
    days[day].total.transactions += 1
    for (position, line) in draft.lines.enumerated() {
      let product = catalogue.products[line.product]
      let packCount = line.hasName ? product.packCount : 1
      total.add(line, packCount: packCount)
      byBrand[product.brand].add(line, packCount: packCount)
      days[day].total.add(line, packCount: packCount)
      days[day].byBrand[product.brand].add(line, packCount: packCount)
      let isFirstOfBrand = !draft.lines[..<position].contains { catalogue.products[$0.product].brand == product.brand }
      if isFirstOfBrand {
        byBrand[product.brand].transactions += 1
        days[day].byBrand[product.brand].transactions += 1
      }
    }
  }
}

extension GeneratorTruth.PlantedIncident {
  init(_ incident: Incident) {
    start = incident.start
    end = incident.end
    switch incident.kind {
    case .demandSpike(let brand, let factor):
      monitor = "demand_spike_brand"
      key = [("brand", brand)]
      description = "demand for \(brand) is \(factor) times the usual in every store"
    case .shareLoss(let brand, let rival, let fraction):
      monitor = "share_loss_vs_rival"
      key = [("brand", brand), ("rival", rival)]
      description = "\(rival) takes \(Int((fraction * 100).rounded()))% of the demand for \(brand)"
    case .storeOutage(let store):
      monitor = "store_outage"
      key = [("store_id", store)]
      description = "\(store) sells nothing"
    case .salesDrop(let region, let remaining):
      monitor = "sales_drop"
      key = [("region", region)]
      description = "stores in \(region) keep \(Int((remaining * 100).rounded()))% of their transactions"
    case .stockoutSubstitution(let sku):
      monitor = "stockout_substitution"
      key = [("requested_sku", sku)]
      description = "\(sku) has run out; most who ask for it buy something else of its category"
    case .priceOutlier(let store, let sku, let factor):
      monitor = "price_outlier"
      key = [("store_id", store), ("sku", sku)]
      description = "\(store) rings up \(sku) at \(factor) times its price"
    case .basketShift(let region, let remaining):
      monitor = "basket_size_shift"
      key = [("region", region)]
      description =
        "baskets in \(region) keep \(Int((remaining * 100).rounded()))% of what goes beyond their first line"
    case .suggestionDrop(let region, let remaining):
      monitor = "suggestion_acceptance_drop"
      key = [("region", region)]
      description =
        "customers in \(region) accept \(Int((remaining * 100).rounded()))% of the suggestions they would have"
    case .deliveryGap:
      monitor = "data_freshness"
      key = []
      description = "nothing arrives"
    case .duplicateSurge(let share):
      monitor = "duplicate_reject_surge"
      key = [("kind", "duplicate")]
      description = "\(Int((share * 100).rounded()))% of the transactions arrive twice"
    case .rejectSurge(let share):
      monitor = "duplicate_reject_surge"
      key = [("kind", "reject")]
      description = "\(Int((share * 100).rounded()))% of the transactions come with a line that cannot be read"
    }
  }

  /// - Returns: `nil` for an ordinary promotion.
  init?(_ promotion: Promotion) {
    guard promotion.isAnomalous else { return nil }
    monitor = "promo_lift_anomaly"
    key = [("brand", promotion.brand)]
    start = promotion.start
    end = promotion.end
    description = "the promotion of \(promotion.brand) sells \(promotion.lift) times the usual pieces where it runs"
  }
}
