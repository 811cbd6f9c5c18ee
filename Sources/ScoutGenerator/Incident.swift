/// Something unusual that the generator plants, so that a monitor can be judged by whether it finds it.
///
/// Brands and products are given by name; `start` is included and `end` excluded, in seconds since 1970-01-01 UTC.
public struct Incident: Sendable, Equatable {
  /// What happens between ``Incident/start`` and ``Incident/end``.
  public enum Kind: Sendable, Equatable {
    /// More shoppers buy the brand: its demand is multiplied in every store.
    case demandSpike(brand: String, factor: Double)
    /// A rival takes this share (0…1) of the brand's demand.
    case shareLoss(brand: String, rival: String, fraction: Double)
    /// The store sells nothing.
    case storeOutage(store: String)
    /// The stores of a region keep this share (0…1) of their transactions.
    case salesDrop(region: String, remaining: Double)
    /// The product is asked for and, mostly, another of its category is sold instead.
    case stockoutSubstitution(sku: String)
    /// A store rings up the product at a multiple of its price, as when a decimal point slips.
    case priceOutlier(store: String, sku: String, factor: Int)
    /// Visitors of a region's stores keep this share (0…1) of the lines beyond the first of their baskets.
    case basketShift(region: String, remaining: Double)
    /// Customers of a region's stores accept this share (0…1) of the suggestions that they would have accepted.
    case suggestionDrop(region: String, remaining: Double)
    /// Nothing arrives; all of it comes after the end.
    case deliveryGap
    /// This share (0…1) of the transactions is delivered twice, at once.
    case duplicateSurge(share: Double)
    /// This share (0…1) of the transactions comes with a line that cannot be read.
    case rejectSurge(share: Double)
  }

  public var kind: Kind
  public var start: Int
  public var end: Int

  public init(_ kind: Kind, start: Int, end: Int) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// A price promotion of one brand in some stores.
///
/// Lift comes from buyers taking more pieces at a time, not from more transactions, so a promotion does not look like
/// a rush of shoppers.
public struct Promotion: Sendable, Equatable {
  public var brand: String
  /// First instant, seconds since 1970-01-01 UTC.
  public var start: Int
  /// First instant after the promotion.
  public var end: Int
  /// Stores whose number, modulo `storeModulus`, is `storeRemainder` take part.
  public var storeModulus: Int
  public var storeRemainder: Int
  /// Percent off the price, 0…90.
  public var discountPercent: Int
  /// Pieces sold relative to no promotion; 0…20. Under 1, buyers turn to another brand of the category.
  public var lift: Double
  /// Whether the lift is meant to be found abnormal.
  public var isAnomalous: Bool

  public init(
    brand: String, start: Int, end: Int, storeModulus: Int, storeRemainder: Int, discountPercent: Int, lift: Double,
    isAnomalous: Bool = false
  ) {
    self.brand = brand
    self.start = start
    self.end = end
    self.storeModulus = storeModulus
    self.storeRemainder = storeRemainder
    self.discountPercent = discountPercent
    self.lift = lift
    self.isAnomalous = isAnomalous
  }
}

/// Which incidents a data set holds.
public enum IncidentPlan: Sendable, Equatable {
  case none
  /// A demand spike and a share loss (and, with planned promotions, two abnormal ones), scaled to the period.
  case planted
  /// Also a store outage, a regional drop, a stock-out and a price outlier.
  case plantedExtended
  /// Also a basket shift, fewer accepted suggestions, a delivery gap, and surges of duplicates and rejects: one case at
  /// least for each monitor that ships.
  case plantedAll
  /// Exactly these.
  case explicit([Incident])

  var isPlanted: Bool { self == .planted || self == .plantedExtended || self == .plantedAll }
}

/// Which promotions a data set holds.
public enum PromotionPlan: Sendable, Equatable {
  case none
  /// One ordinary promotion per promotable brand, and two abnormal ones when incidents are planted.
  case planned
  /// Exactly these.
  case explicit([Promotion])
}
