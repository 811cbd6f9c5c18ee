/// Robust score by time of week: how far from the median of the same hour of the week, in median absolute deviations.
///
/// z = (v − median) / max(1.4826 · MAD, 5 % of |median|, 2 % of the range), over the last 40 values of the same hour of
/// the week, or, while that hour has fewer than eight, of the same hour of any day; the score is −log₁₀ of the two-sided
/// normal tail of z (Iglewicz and Hoaglin 1993, "How to detect and handle outliers": the modified z-score; 1.4826 makes
/// the MAD of a normal distribution its standard deviation).
///
/// - Complexity: memory of at most 192 windows of 40 values.
public struct SeasonalDetector: Detector {
  private static let hour: Int64 = 3_600_000_000
  private var byWeek: [SortedWindow]
  private var byDay: [SortedWindow]
  private var low = Double.infinity
  private var high = -Double.infinity

  public init(history: Int = 40) {
    byWeek = Array(repeating: SortedWindow(capacity: history), count: 168)
    byDay = Array(repeating: SortedWindow(capacity: history), count: 24)
  }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite else { return 0 }
    var hour = microseconds / Self.hour
    if microseconds % Self.hour < 0 { hour -= 1 }
    let week = Int((hour % 168 + 168) % 168)
    let day = week % 24
    let history = byWeek[week].count >= 8 ? byWeek[week] : byDay[day]
    var surprise = 0.0
    if history.count >= 8 {
      let median = history.quantile(0.5)
      let deviation = max(
        1.4826 * history.medianDeviation(from: median), 0.05 * abs(median), 0.02 * (high - low))
      if deviation > 0 { surprise = min(normalDecades((value - median) / deviation), 20) }
    }
    byWeek[week].append(value)
    byDay[day].append(value)
    low = min(low, value)
    high = max(high, value)
    return surprise
  }
}
