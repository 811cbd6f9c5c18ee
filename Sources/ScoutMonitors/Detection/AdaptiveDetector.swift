#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The default: needs no baseline, no season and no scale told to it.
///
/// Surprise is the sum of four terms in decades, each 0 until it has history:
///
/// 1. *Tail of the value* in the last 20,000 rows. Between the 5 % and the 95 % quantile −log₁₀ of the share of history
///    at least as extreme; beyond a quantile q, log₁₀(20) + ((distance past q) / max(mean excess past q, 2 % of the
///    range)) / ln 10, which is the tail of an exponential distribution with the observed mean excess (peaks over
///    threshold: Pickands 1975, Annals of Statistics 3, 119–131).
/// 2. *Tail of the seasonal residual*, likewise: the value less the median of the values at the same time of day on the
///    eight days before.
/// 3. *New ground*: min(distance outside the range so far ÷ range ÷ 5 %, 2).
/// 4. *Local*: half of min(|robust z| among the last 300 rows, 4), with the median absolute deviation at least 1 % of the
///    range.
///
/// A row keeps its score only when it exceeds the raw score of each of the last ``Settings/cooldown`` rows, so that a
/// long incident counts once.
///
/// - Complexity: a few microseconds per row; memory at most 0.7 MB.
public struct AdaptiveDetector: Detector {
  public struct Settings: Sendable, Hashable {
    /// Rows of history for the tails.
    public var history = 20_000
    /// A term has nothing to say before so many rows.
    public var minimumHistory = 50
    /// Rows of the local term.
    public var local = 300
    /// Rows in which only a record counts; 0 keeps every score.
    public var cooldown = 100
    public var usesLocal = true

    public init() {}
  }

  private let settings: Settings
  private var values: TailModel
  private var residuals: TailModel
  private var recent: SortedWindow
  private var season = SeasonalMemory()
  private var low = Double.infinity
  private var high = -Double.infinity
  private var rows = 0
  private var records: SlidingMaximum

  public init(_ settings: Settings = Settings()) {
    self.settings = settings
    values = TailModel(capacity: settings.history, minimum: settings.minimumHistory)
    residuals = TailModel(capacity: settings.history, minimum: settings.minimumHistory)
    recent = SortedWindow(capacity: settings.local)
    records = SlidingMaximum(rows: settings.cooldown)
  }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite else { return 0 }
    var surprise = values.surprise(of: value)
    if let usual = season.median(at: microseconds) {
      let residual = value - usual
      surprise += residuals.surprise(of: residual)
      residuals.append(residual)
    }
    if rows >= settings.minimumHistory {
      let range = high - low
      let outside = max(low - value, value - high, 0)
      if outside > 0 { surprise += range > 0 ? min(outside / range / 0.05, 2) : 2 }
      if settings.usesLocal { surprise += localTerm(value, range: range) }
    }
    values.append(value)
    recent.append(value)
    season.append(value, at: microseconds)
    low = min(low, value)
    high = max(high, value)
    rows += 1
    guard settings.cooldown > 0 else { return surprise }
    let record = records.current ?? -1
    records.append(surprise)
    return surprise > record ? surprise : 0
  }

  private func localTerm(_ value: Double, range: Double) -> Double {
    let median = recent.quantile(0.5)
    let deviation = max(1.4826 * recent.medianDeviation(from: median), 0.01 * range)
    guard deviation > 0 else { return value == median ? 0 : 2 }
    return min(abs(value - median) / deviation, 4) / 2
  }
}

/// How far out in its own history a value lies.
struct TailModel: Sendable {
  private var history: SortedWindow
  private let minimum: Int
  /// Where the exponential tail takes over: log₁₀(20) decades.
  private static let tail = 0.05
  private static let tailDecades = 1.301_029_995_663_981
  /// No finite history supports more.
  private static let longest = 12.0

  init(capacity: Int, minimum: Int) {
    history = SortedWindow(capacity: capacity)
    self.minimum = minimum
  }

  mutating func append(_ value: Double) { history.append(value) }

  func surprise(of value: Double) -> Double {
    guard history.count >= minimum, let low = history.min, let high = history.max else { return 0 }
    let lower = history.quantile(Self.tail)
    let upper = history.quantile(1 - Self.tail)
    let floor = 0.02 * (high - low)
    if value > upper { return beyond(value - upper, max(history.meanExcess(above: upper), floor)) }
    if value < lower { return beyond(lower - value, max(history.meanExcess(below: lower), floor)) }
    let below = history.countAtMost(value)
    let above = history.count - history.countBelow(value)
    let share = Double(min(below, above)) / Double(history.count)
    return share > 0 ? max(-log10(share), 0) : Self.tailDecades
  }

  private func beyond(_ distance: Double, _ scale: Double) -> Double {
    guard scale > 0 else { return Self.longest }
    return min(Self.tailDecades + distance / scale / log(10), Self.longest)
  }
}

/// The largest of the last values: a monotonic queue.
struct SlidingMaximum: Sendable {
  private let rows: Int
  private var queue: [(row: Int, value: Double)] = []
  private var head = 0
  private var row = 0

  init(rows: Int) { self.rows = rows }

  var current: Double? { head < queue.count ? queue[head].value : nil }

  mutating func append(_ value: Double) {
    while queue.count > head, let last = queue.last, last.value <= value { queue.removeLast() }
    queue.append((row, value))
    row += 1
    while head < queue.count, queue[head].row + rows < row { head += 1 }
    if head > 64, head * 2 > queue.count {
      queue.removeFirst(head)
      head = 0
    }
  }
}
