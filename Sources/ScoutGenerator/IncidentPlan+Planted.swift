/// The default incidents and promotions, laid out over the period.
///
/// The last third of the period (at most 14 days) holds the incidents, so that what comes before is a baseline:
/// - the second focal brand of the catalogue has a demand spike on a weekday afternoon, 15:00 to 18:00 local time;
/// - the third and the fourth have a promotion with far too much and with no lift;
/// - the first loses a third of its demand to its first rival during the last days.
///
/// Ordinary promotions run before. A category is never disturbed twice at a time.
struct Plan: Sendable {
  var incidents: [Incident] = []
  var promotions: [Promotion] = []

  init(_ configuration: GeneratorConfiguration, catalogue: Catalogue) {
    let layout = Layout(configuration)
    let focal = catalogue.focalBrands
    switch configuration.incidents {
    case .none: break
    case .explicit(let incidents): self.incidents = incidents
    case .planted: incidents = Self.planted(focal, layout, catalogue)
    case .plantedExtended:
      incidents = Self.planted(focal, layout, catalogue) + Self.extended(focal, layout, catalogue)
    case .plantedAll:
      incidents =
        Self.planted(focal, layout, catalogue) + Self.extended(focal, layout, catalogue)
        + Self.operational(layout, catalogue)
    }
    switch configuration.promotions {
    case .none: break
    case .explicit(let promotions): self.promotions = promotions
    case .planned:
      promotions = Self.ordinary(focal, layout, catalogue)
      if configuration.incidents.isPlanted { promotions += Self.anomalous(focal, layout, catalogue) }
    }
  }

  /// Where things lie in the period, in days from its start.
  struct Layout {
    let configuration: GeneratorConfiguration
    /// First day of the stretch that holds the incidents.
    let incidentDay: Int
    /// First day of the share loss, which lasts to the end.
    let shareLossDay: Int
    /// Day of the demand spike: Tuesday to Thursday, away from a payday where there is a choice.
    let spikeDay: Int

    init(_ configuration: GeneratorConfiguration) {
      let days = configuration.days
      self.configuration = configuration
      incidentDay = days - min(14, max(1, days / 3))
      shareLossDay = max(incidentDay, days - max(1, min(8, days / 4)))
      let candidates = Array(incidentDay..<days).dropFirst(days - incidentDay > 4 ? 2 : 0)
      func day(_ offset: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: configuration.startDate.daysSinceEpoch + offset)
      }
      spikeDay =
        candidates.first { (1...3).contains(day($0).weekday) && !day($0).isPayday }
        ?? candidates.first ?? incidentDay
    }

    func instant(day: Int, hour: Int = 0) -> Int { configuration.start + day * 86_400 + hour * 3600 }
  }

  private static func planted(_ focal: [Int], _ layout: Layout, _ catalogue: Catalogue) -> [Incident] {
    var incidents: [Incident] = []
    if focal.count > 1 {
      incidents.append(
        Incident(
          .demandSpike(brand: catalogue.brands[focal[1]].name, factor: 4),
          start: layout.instant(day: layout.spikeDay, hour: 15), end: layout.instant(day: layout.spikeDay, hour: 18)))
    }
    if let loser = focal.first, let rival = catalogue.rivals(of: loser).first {
      incidents.append(
        Incident(
          .shareLoss(
            brand: catalogue.brands[loser].name, rival: catalogue.brands[rival].name, fraction: 1.0 / 3.0),
          start: layout.instant(day: layout.shareLossDay), end: layout.configuration.end))
    }
    return incidents
  }

  private static func extended(_ focal: [Int], _ layout: Layout, _ catalogue: Catalogue) -> [Incident] {
    let stores = layout.configuration.stores
    let midday = (layout.incidentDay + layout.configuration.days) / 2
    func day(_ offset: Int) -> Int { min(midday + offset, layout.configuration.days - 1) }
    var incidents = [
      Incident(
        .storeOutage(store: storeIdentifier(min(3, stores) - 1)),
        start: layout.instant(day: day(0)), end: layout.instant(day: day(0) + 1))
    ]
    if let place = catalogue.places.first {
      incidents.append(
        Incident(
          .salesDrop(region: place.region, remaining: 0.4), start: layout.instant(day: day(2)),
          end: layout.instant(day: day(2) + 1)))
    }
    if let last = focal.last, let product = catalogue.products.first(where: { $0.brand == last }) {
      incidents.append(
        Incident(
          .stockoutSubstitution(sku: product.sku), start: layout.instant(day: day(-3)),
          end: layout.instant(day: day(-3) + 3)))
    }
    if focal.count > 3, let product = catalogue.products.first(where: { $0.brand == focal[3] }) {
      incidents.append(
        Incident(
          .priceOutlier(store: storeIdentifier(0), sku: product.sku, factor: 10),
          start: layout.instant(day: day(-1)), end: layout.instant(day: day(-1) + 2)))
    }
    return incidents
  }

  /// Incidents of behaviour and of delivery, one after the other.
  private static func operational(_ layout: Layout, _ catalogue: Catalogue) -> [Incident] {
    let days = layout.configuration.days
    func at(_ back: Int, _ hour: Int = 0) -> Int {
      layout.instant(day: max(days - back, layout.incidentDay), hour: hour)
    }
    var incidents: [Incident] = []
    if let region = catalogue.places.first?.region {
      incidents.append(
        Incident(.basketShift(region: region, remaining: 0.25), start: at(4), end: at(3)))
      incidents.append(
        Incident(.suggestionDrop(region: region, remaining: 0.2), start: at(11), end: at(10)))
    }
    incidents.append(Incident(.deliveryGap, start: at(3, 8), end: at(3, 20)))
    incidents.append(Incident(.duplicateSurge(share: 0.6), start: at(12, 10), end: at(12, 22)))
    incidents.append(Incident(.rejectSurge(share: 0.5), start: at(9, 10), end: at(9, 22)))
    return incidents.filter { $0.start < $0.end }
  }

  /// One promotion of up to a week per promotable focal brand and per promotable first rival, before the incidents.
  private static func ordinary(_ focal: [Int], _ layout: Layout, _ catalogue: Catalogue) -> [Promotion] {
    let brands = (focal + focal.compactMap { catalogue.rivals(of: $0).first }).filter {
      catalogue.brands[$0].isPromotable
    }
    let duration = min(7, max(1, layout.incidentDay / 4))
    let firstDay = layout.incidentDay / 4
    let periods = max(1, (layout.incidentDay - firstDay) / duration)
    return brands.enumerated().map { index, brand in
      let day = firstDay + index % periods * duration
      return Promotion(
        brand: catalogue.brands[brand].name, start: layout.instant(day: day), end: layout.instant(day: day + duration),
        storeModulus: 4, storeRemainder: index % 4, discountPercent: 8 + index % 3 * 2,
        lift: 1.4 + Double(index % 3) / 10)
    }
  }

  private static func anomalous(_ focal: [Int], _ layout: Layout, _ catalogue: Catalogue) -> [Promotion] {
    let lifts = [4.0, 0.7]
    let duration = max(1, min(7, layout.configuration.days - layout.incidentDay))
    return zip(focal.dropFirst(2), lifts).filter { brand, _ in catalogue.brands[brand].isPromotable }.map {
      brand, lift in
      Promotion(
        brand: catalogue.brands[brand].name, start: layout.instant(day: layout.incidentDay),
        end: layout.instant(day: layout.incidentDay + duration), storeModulus: 4, storeRemainder: lift > 1 ? 1 : 3,
        discountPercent: 10, lift: lift, isAnomalous: true)
    }
  }
}

/// `STR000001` for the first store.
func storeIdentifier(_ index: Int) -> String {
  var bytes: [UInt8] = []
  bytes.append("STR")
  bytes.append(number: index + 1, width: 6)
  return String(decoding: bytes, as: UTF8.self)
}
