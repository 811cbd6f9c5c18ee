/// A limit that somebody sets: the surprise is ``AnomalyScale/normalSensitivity`` at the limit and grows with the excess.
///
/// With v the value and c the limit: 5.5 · (1 + (v − c) / max(|c|, 1)) when v ≥ c, otherwise 0.
public struct FixedDetector: Detector {
  public var limit: Double

  public init(limit: Double) { self.limit = limit }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite, value >= limit else { return 0 }
    return min(AnomalyScale.normalSensitivity * (1 + (value - limit) / max(abs(limit), 1)), 300)
  }
}

/// A multiple of the mean of the last rows.
///
/// With m the mean of the last `rows` values and f the factor: 5.5 · (v / m) / f when v ≥ f · m, otherwise 0. Nothing
/// before ten rows, and nothing while the mean is not positive.
public struct RatioDetector: Detector {
  public var factor: Double
  private var trailing: TrailingMean

  /// - Parameters:
  ///   - factor: Greater than zero.
  ///   - rows: Of the baseline.
  public init(factor: Double = 2, rows: Int = 288) {
    self.factor = factor
    trailing = TrailingMean(rows: rows)
  }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite else { return 0 }
    defer { trailing.append(value) }
    guard trailing.count >= 10, trailing.mean > 0, factor > 0, value >= factor * trailing.mean else { return 0 }
    return min(AnomalyScale.normalSensitivity * value / trailing.mean / factor, 300)
  }
}

/// The mean of the last values of a stream.
struct TrailingMean: Sendable {
  private let rows: Int
  private var ring: [Double] = []
  private var oldest = 0
  private var sum = 0.0

  init(rows: Int) { self.rows = max(rows, 1) }

  var count: Int { ring.count }
  var mean: Double { ring.isEmpty ? 0 : sum / Double(ring.count) }

  mutating func append(_ value: Double) {
    if ring.count < rows {
      ring.append(value)
      sum += value
      return
    }
    sum += value - ring[oldest]
    ring[oldest] = value
    oldest = (oldest + 1) % rows
    // Once a round the sum is taken anew, so that rounding does not pile up.
    if oldest == 0 { sum = ring.reduce(0, +) }
  }
}

/// Exponentially weighted mean and variance: decades of the deviation under a normal distribution.
///
/// With d = v − m: m ← m + α·d and s² ← (1 − α)·(s² + α·d²); the score is −log₁₀ of the two-sided normal tail of
/// d / s before the update (Finch 2009, "Incremental calculation of weighted mean and variance", section 9; for control
/// charts Roberts 1959, Technometrics 1, 239–250).
public struct EWMADetector: Detector {
  private let weight: Double
  private let minimum: Int
  private var mean = 0.0
  private var variance = 0.0
  private var rows = 0

  /// - Parameters:
  ///   - weight: α, of a new value: from 0 to 1.
  ///   - minimum: Rows before the first score.
  public init(weight: Double = 0.05, minimum: Int = 30) {
    self.weight = weight
    self.minimum = minimum
  }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite else { return 0 }
    guard rows > 0 else {
      mean = value
      rows = 1
      return 0
    }
    let difference = value - mean
    var surprise = 0.0
    if rows >= minimum, difference != 0 {
      // A constant stretch has no variance: any change then counts, up to the limit.
      let deviation = max(variance.squareRoot(), abs(mean) * 1e-6, 1e-12)
      surprise = min(normalDecades(difference / deviation), 20)
    }
    mean += weight * difference
    variance = (1 - weight) * (variance + weight * difference * difference)
    rows += 1
    return surprise.isFinite ? surprise : 20
  }
}
