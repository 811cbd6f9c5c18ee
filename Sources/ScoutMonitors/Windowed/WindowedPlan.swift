/// A monitor declared as windowed aggregates: what is measured, in which windows, against which baseline, and when it
/// speaks.
///
/// Times are microseconds of the project's local time, so that a window of a day is a business day and "the same time of
/// day" survives a change of the clocks. All lengths are multiples of the step.
public struct WindowedPlan: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    case relation(String)
    /// One SELECT of PostgreSQL SQL.
    case query(String)
  }

  public enum Aggregate: Hashable, Sendable {
    case sum, count, mean, ratio, rate
    case min, max, deviation, distinct, first, last
    case quantile(Double)

    /// Whether the aggregate of a window follows from sums over its parts.
    var isAdditive: Bool {
      switch self {
      case .sum, .count, .mean, .ratio, .rate: true
      case .min, .max, .deviation, .distinct, .first, .last, .quantile: false
      }
    }
  }

  public struct Measure: Hashable, Sendable {
    public var name: String
    public var aggregate: Aggregate
    /// Nil for a count of rows.
    public var column: String?
    /// Of ``Aggregate/ratio``.
    public var divisor: String?

    /// Whether it counts things: then chance alone makes it vary by the square root.
    var isCount: Bool { aggregate == .sum || aggregate == .count || aggregate == .distinct }
  }

  public enum Baseline: Hashable, Sendable {
    /// The windows that end at the same time on so many days, or weeks, before.
    case sameTimeOfDay(periods: Int)
    case sameTimeOfWeek(periods: Int)
    /// The windows, one before the other, within a length before the tested one; `exclude` is left between.
    case trailing(length: Int64, exclude: Int64)
    /// The one window that ends so long before.
    case previous(Int64)
    case fixed(Double)
  }

  /// What a condition compares with its limit.
  public enum Quantity: Hashable, Sendable {
    case value, baseline, ratio, change, percent, deviations
    /// Decades of the chance of a value so high, or so low, given the baseline.
    case rise, drop
    /// The larger of rise and drop.
    case shift
    /// The surprise of a detector that has learned the windows before.
    case detector(DetectorKind)

    var needsBaseline: Bool {
      switch self {
      case .value, .detector: false
      case .baseline, .ratio, .change, .percent, .deviations, .rise, .drop, .shift: true
      }
    }

    var name: String {
      switch self {
      case .value: "value"
      case .baseline: "baseline"
      case .ratio: "ratio"
      case .change: "change"
      case .percent: "percent"
      case .deviations: "deviations"
      case .rise: "rise"
      case .drop: "drop"
      case .shift: "shift"
      case .detector(let kind): kind.rawValue
      }
    }
  }

  public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"

    func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .atLeast: value >= limit
      case .atMost: value <= limit
      case .above: value > limit
      case .below: value < limit
      }
    }
  }

  /// `units ratio >= threshold`.
  public struct Condition: Hashable, Sendable {
    /// The position in ``WindowedPlan/measures``.
    var measure: Int
    var quantity: Quantity
    var comparison: Comparison
    /// Nil: the monitor's threshold.
    var limit: Double?
  }

  /// What a window without a row means for a key that had some before.
  public enum NoData: String, Hashable, Sendable, CaseIterable {
    /// Sums and counts are 0; means and quotients have no value, and their conditions do not hold.
    case zero
    /// The verdict before stays.
    case keep
    /// Nothing is wrong.
    case ok
    /// That itself is what is wrong.
    case alert
  }

  /// A severity that holds when the first condition is met also by a harder limit.
  public struct Escalation: Hashable, Sendable {
    var limit: Double
    var severity: MonitorSeverity
  }

  public var source: Source
  /// The column of event time: a timestamptz, a timestamp or a date.
  public var time: String
  /// Columns with the texts that they must have.
  public var filter: [String: String]
  public var by: [String]
  public var measures: [Measure]
  public var shape: WindowShape
  public var baseline: Baseline?
  /// Fewer windows with a value are no baseline.
  public var minimumBaseline: Int
  /// Whether the middle of the baseline is its median, and its spread the median absolute deviation.
  public var isRobust: Bool
  /// Whether baseline windows without a row count as zero, once an earlier one had a row.
  public var missingIsZero: Bool
  /// All of them must hold; the first is the one that an event is about.
  public var conditions: [Condition]
  public var lateness: Int64
  public var noData: NoData
  public var escalations: [Escalation]

  /// The time from one window to the next; of sliding and session windows the resolution of the sweep.
  var step: Int64 {
    switch shape {
    case .tumbling(let width): width
    case .hopping(_, let step): step
    case .sliding, .session: 1_000_000
    }
  }

  var width: Int64 {
    switch shape {
    case .tumbling(let width), .hopping(let width, _), .sliding(let width): width
    case .session(let gap): gap
    }
  }

  var isRegular: Bool {
    switch shape {
    case .tumbling, .hopping: true
    case .sliding, .session: false
    }
  }

  /// Whether every measure follows from sums over panes.
  var isAdditive: Bool { isRegular && measures.allSatisfy(\.aggregate.isAdditive) }

  /// The columns that are read beside the time and the key, each once.
  var columns: [String] {
    var seen: Set<String> = []
    return measures.flatMap { [$0.column, $0.divisor] }.compactMap(\.self).filter { seen.insert($0).inserted }
  }

  var detectors: [(measure: Int, kind: DetectorKind)] {
    conditions.compactMap { condition in
      if case .detector(let kind) = condition.quantity { (condition.measure, kind) } else { nil }
    }
  }

  /// How long before the tested window its baseline begins.
  var lookback: Int64 {
    let day: Int64 = 86_400_000_000
    let length: Int64 =
      switch baseline {
      case .sameTimeOfDay(let periods): Int64(periods) * day
      case .sameTimeOfWeek(let periods): Int64(periods) * 7 * day
      case .trailing(let length, let exclude): length + exclude
      case .previous(let period): period
      case .fixed, nil: 0
      }
    return Swift.max(length, detectors.isEmpty ? 0 : 2 * detectorSpan)
  }

  /// A detector starts anew at multiples of this, and has learned one to two of them.
  var detectorSpan: Int64 {
    if case .trailing(let length, _) = baseline { return Swift.max(length / width, 1) * width }
    return Swift.max(28 * 86_400_000_000 / step, 1) * step
  }

  /// How a sweep moves on, in counts of steps.
  static let mostWindowsPerTick: Int64 = 2000
  /// Verdicts older than that are not revised.
  static let revisionSpan: Int64 = 7 * 86_400_000_000
}

/// When an incident begins and ends. Times are microseconds.
public struct LifeCycleRules: Hashable, Sendable {
  /// How long the conditions must have held.
  public var holdFor: Int64 = 0
  /// How long after the last breach an incident stays open.
  public var keepFiring: Int64 = 0
  /// How long after an incident's end the same key stays quiet.
  public var cooldown: Int64 = 0

  public init(holdFor: Int64 = 0, keepFiring: Int64 = 0, cooldown: Int64 = 0) {
    self.holdFor = holdFor
    self.keepFiring = keepFiring
    self.cooldown = cooldown
  }

  var isPlain: Bool { self == LifeCycleRules() }
}
