/// Judges windows by a plan's conditions. Pure: what it says follows from the series alone.
struct WindowJudge {
  /// The middle and the spread of a measure over the windows of a baseline.
  struct Reference: Hashable {
    var middle: Double
    var deviation: Double
    var windows: Int
  }

  /// What a breach is explained with.
  struct Breach: Hashable, Sendable {
    var key: Int
    var start: Int64
    var end: Int64
    var severity: MonitorSeverity
    /// In the order in which they are shown: name and number.
    var fields: [(name: String, value: Double)]
    var isNoData: Bool

    static func == (a: Breach, b: Breach) -> Bool {
      a.key == b.key && a.end == b.end && a.severity == b.severity && a.isNoData == b.isNoData
        && a.fields.map(\.name) == b.fields.map(\.name) && a.fields.map(\.value) == b.fields.map(\.value)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(key)
      hasher.combine(end)
    }
  }

  let plan: WindowedPlan
  let threshold: Double
  let severity: MonitorSeverity
  /// Windows that are no baseline, by the key's JSON: those of acknowledged incidents, as half-open spans of ends.
  var excluded: [String: [(from: Int64, through: Int64)]] = [:]
  /// Those that are cheap first.
  private let order: [Int]
  private var detectors: DetectorBank
  private let hasBaseline: Bool

  init(_ plan: WindowedPlan, threshold: Double, severity: MonitorSeverity) {
    self.plan = plan
    self.threshold = threshold
    self.severity = severity
    hasBaseline =
      switch plan.baseline {
      case .fixed, nil: !plan.detectors.isEmpty
      default: true
      }
    func cost(_ quantity: WindowedPlan.Quantity) -> Int {
      if case .detector = quantity { return 2 }
      return quantity.needsBaseline ? 1 : 0
    }
    order = plan.conditions.indices.sorted {
      (cost(plan.conditions[$0].quantity), $0) < (cost(plan.conditions[$1].quantity), $1)
    }
    detectors = DetectorBank(plan)
  }

  /// The verdict on one window; a breach comes with its numbers.
  mutating func verdict(_ key: Int, _ position: Int, in series: WindowSeries) -> (LifeCycle.Verdict, Breach?) {
    var references: [Int: Reference] = [:]
    if series.keys[key].rows[position] == 0 {
      switch plan.noData {
      case .keep: return (.unknown, nil)
      case .ok: return (.clear, nil)
      case .zero:
        // Without a baseline nobody knows that the key should be there.
        if !hasBaseline { return (.clear, nil) }
      case .alert:
        guard let reference = reference(plan.conditions[0].measure, key, position, in: series) else {
          return (.clear, nil)
        }
        references[plan.conditions[0].measure] = reference
        return (.breach, breach(key, position, references, quantity: nil, in: series))
      }
    }
    var first = Double.nan
    for index in order {
      let condition = plan.conditions[index]
      var reference: Reference?
      if condition.quantity.needsBaseline {
        reference = references[condition.measure] ?? self.reference(condition.measure, key, position, in: series)
        guard let reference else { return (.clear, nil) }
        references[condition.measure] = reference
      }
      let quantity = quantity(condition, reference, key, position, in: series)
      if index == 0 { first = quantity }
      guard !quantity.isNaN, condition.comparison.holds(quantity, condition.limit ?? threshold) else {
        return (.clear, nil)
      }
    }
    return (.breach, breach(key, position, references, quantity: first, in: series))
  }

  /// What no longer holds after a row of that window changed.
  mutating func forget(key: Int) { detectors.forget(key: key) }

  // MARK: Quantities

  private mutating func quantity(
    _ condition: WindowedPlan.Condition, _ reference: Reference?, _ key: Int, _ position: Int, in series: WindowSeries
  ) -> Double {
    let value = series.keys[key].values[condition.measure][position]
    if case .detector(let kind) = condition.quantity {
      return detectors.score(kind, condition.measure, key, position, in: series)
    }
    guard let reference else { return condition.quantity == .value ? value : .nan }
    let middle = reference.middle
    switch condition.quantity {
    case .value, .detector: return value
    case .baseline: return middle
    case .ratio: return middle == 0 ? (value > 0 ? .infinity : .nan) : value / middle
    case .change: return value - middle
    case .percent: return middle == 0 ? .nan : 100 * (value - middle) / abs(middle)
    case .deviations: return value.isNaN ? .nan : (value - middle) / spread(condition.measure, reference)
    case .rise, .drop, .shift:
      if value.isNaN { return .nan }
      let isHigh = condition.quantity == .rise || condition.quantity == .shift && value > middle
      if plan.measures[condition.measure].isCount, value == value.rounded() {
        return TailProbability.decades(count: value, mean: middle, deviation: reference.deviation, isHigh: isHigh)
      }
      return TailProbability.decades(
        value: value, mean: middle, deviation: spread(condition.measure, reference), isHigh: isHigh)
    }
  }

  /// At least what chance gives a count, and never nothing. The mean of few windows is itself uncertain.
  private func spread(_ measure: Int, _ reference: Reference) -> Double {
    if plan.measures[measure].isCount {
      return max(reference.deviation, max(reference.middle, 0).squareRoot(), 1)
    }
    let floor = max(abs(reference.middle) * 0.01, 1e-9)
    return max(reference.deviation, floor) * (1 + 1 / Double(max(reference.windows, 1))).squareRoot()
  }

  // MARK: Baselines

  /// Nil when the baseline has fewer windows than the plan asks for.
  func reference(_ measure: Int, _ key: Int, _ position: Int, in series: WindowSeries) -> Reference? {
    if case .fixed(let value) = plan.baseline { return Reference(middle: value, deviation: 0, windows: 1) }
    var values: [Double] = []
    let own = series.keys[key]
    let spans = excluded[own.json]
    // Oldest first: what comes before the first row says nothing.
    forEachBaselinePosition(key, position, in: series) { other in
      if let spans {
        let end = series.end(other, of: key)
        if spans.contains(where: { $0.from <= end && end <= $0.through }) { return }
      }
      if own.rows[other] == 0 {
        if values.isEmpty || !plan.missingIsZero || !plan.measures[measure].isCount { return }
        values.append(0)
      } else {
        let value = own.values[measure][other]
        if !value.isNaN { values.append(value) }
      }
    }
    guard values.count >= max(plan.minimumBaseline, 1) else { return nil }
    return plan.isRobust ? Self.robust(values) : Self.moments(values)
  }

  private func forEachBaselinePosition(
    _ key: Int, _ position: Int, in series: WindowSeries, _ body: (Int) -> Void
  ) {
    let day: Int64 = 86_400_000_000
    func back(_ distance: Int64) {
      let other = position - Int(distance / plan.step)
      if other >= 0 { body(other) }
    }
    switch plan.baseline {
    case .fixed, nil: return
    case .sameTimeOfDay(let periods):
      for k in stride(from: Int64(periods), through: 1, by: -1) where k * day >= plan.width { back(k * day) }
    case .sameTimeOfWeek(let periods):
      for k in stride(from: Int64(periods), through: 1, by: -1) where k * 7 * day >= plan.width { back(k * 7 * day) }
    case .previous(let period): back(period)
    case .trailing(let length, let exclude):
      if plan.isRegular {
        for k in stride(from: length / plan.width, through: 1, by: -1) { back(exclude + k * plan.width) }
      } else {
        let limit = series.start(position, of: key) - exclude
        var first = position
        while first > 0, series.end(first - 1, of: key) > limit - length { first -= 1 }
        for other in first..<position where series.end(other, of: key) <= limit { body(other) }
      }
    }
  }

  private static func moments(_ values: [Double]) -> Reference {
    let mean = values.reduce(0, +) / Double(values.count)
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    let deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    return Reference(middle: mean, deviation: deviation, windows: values.count)
  }

  /// The median, and 1.4826 times the median absolute deviation, which is the standard deviation of a normal sample.
  private static func robust(_ values: [Double]) -> Reference {
    func median(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let half = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
    let middle = median(values)
    return Reference(
      middle: middle, deviation: 1.4826 * median(values.map { abs($0 - middle) }), windows: values.count)
  }

  // MARK: Explaining

  private func breach(
    _ key: Int, _ position: Int, _ references: [Int: Reference], quantity: Double?, in series: WindowSeries
  ) -> Breach {
    let primary = plan.conditions[0]
    let limit = primary.limit ?? threshold
    var fields: [(String, Double)] = []
    if let quantity, !quantity.isNaN {
      fields += [("value", quantity), ("limit", limit)]
    }
    if let reference = references[primary.measure] {
      fields += [("baseline", reference.middle), ("baseline_windows", Double(reference.windows))]
    }
    for (index, measure) in plan.measures.enumerated() {
      let value = series.keys[key].values[index][position]
      fields.append((measure.name, value))
      if let reference = references[index] { fields.append(("\(measure.name)_baseline", reference.middle)) }
    }
    var severity = severity
    if let quantity {
      for escalation in plan.escalations where primary.comparison.holds(quantity, escalation.limit) {
        severity = escalation.severity
      }
    }
    return Breach(
      key: key, start: series.start(position, of: key), end: series.end(position, of: key), severity: severity,
      fields: fields, isNoData: quantity == nil)
  }
}

/// The detectors of a plan, by key. A detector starts anew at multiples of a span and has then learned the span before,
/// so that what it says follows from the last one or two spans, whenever it was asked first.
struct DetectorBank {
  private struct Running {
    var detector: any Detector
    var anchor: Int64
    /// The next position that it has not seen.
    var next: Int
    /// The score of the last position.
    var last = 0.0
  }
  private struct Place: Hashable {
    var key: Int
    var measure: Int
    var kind: DetectorKind
  }

  private let plan: WindowedPlan
  private var running: [Place: Running] = [:]

  init(_ plan: WindowedPlan) { self.plan = plan }

  mutating func forget(key: Int) { running = running.filter { $0.key.key != key } }

  mutating func score(_ kind: DetectorKind, _ measure: Int, _ key: Int, _ position: Int, in series: WindowSeries)
    -> Double
  {
    let place = Place(key: key, measure: measure, kind: kind)
    let span = plan.detectorSpan
    let anchor = (floorDivision(series.end(position, of: key), span) - 1) * span
    if running[place].map({ $0.anchor != anchor || $0.next > position + 1 }) ?? true {
      let first = max(Int(floorDivision(anchor - series.firstEnd, plan.step)) + 1, 0)
      running[place] = Running(detector: kind.make(), anchor: anchor, next: first)
    }
    guard var state = running[place] else { return 0 }
    let own = series.keys[key]
    while state.next <= position {
      let value = own.values[measure][state.next]
      state.last = state.detector.score(value, at: series.end(state.next, of: key))
      state.next += 1
    }
    running[place] = state
    return state.last
  }
}
