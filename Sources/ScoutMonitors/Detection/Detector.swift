#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Scores a series one value at a time.
///
/// A score is *surprise in decades*: 0 is ordinary, 3 is what chance would bring about once in a thousand rows, and
/// there is no upper end. It is computed from earlier values only, before the value itself is learned, so the scores of
/// a series do not change when more of it arrives. Memory is bounded, whatever the length of the series.
///
/// ```swift
/// var detector = AdaptiveDetector()
/// for point in series { print(detector.score(point.value, at: point.microseconds)) }
/// ```
public protocol Detector: Sendable {
  /// Scores the value, then learns it.
  ///
  /// - Parameters:
  ///   - value: Finite. What is not finite scores 0 and is not learned.
  ///   - microseconds: The event time since 1970-01-01 UTC. May repeat and may go back.
  /// - Returns: Surprise in decades, 0 or more and finite.
  mutating func score(_ value: Double, at microseconds: Int64) -> Double
}

/// The detectors by name.
public enum DetectorKind: String, CaseIterable, Sendable, Hashable {
  case adaptive, fixed, ratio, seasonal, ewma, cusum
  case pageHinkley = "page-hinkley"

  /// A detector with its documented settings.
  ///
  /// - Parameter threshold: Of `fixed`: the limit. Of `ratio`: how many times the trailing mean. Others ignore it.
  public func make(threshold: Double? = nil) -> any Detector {
    switch self {
    case .adaptive: AdaptiveDetector()
    case .fixed: FixedDetector(limit: threshold ?? 0)
    case .ratio: RatioDetector(factor: threshold ?? 2)
    case .seasonal: SeasonalDetector()
    case .ewma: EWMADetector()
    case .cusum: CUSUMDetector()
    case .pageHinkley: PageHinkleyDetector()
    }
  }
}

/// Turns surprise into a score from 0 to 1.
///
/// The score is s² / (s² + n²) for surprise s and sensitivity n, both in decades: monotone, 0 without surprise, and 0.5
/// where the surprise equals the sensitivity.
public struct AnomalyScale: Sendable, Hashable {
  /// 4 is eager, 7.5 is quiet.
  public static let normalSensitivity = 5.5
  public var sensitivity: Double

  public init(sensitivity: Double = Self.normalSensitivity) { self.sensitivity = sensitivity }

  public func score(_ surprise: Double) -> Double {
    guard surprise > 0, sensitivity > 0 else { return surprise > 0 ? 1 : 0 }
    let ratio = surprise / sensitivity
    // The square of a huge ratio overflows.
    return ratio > 1e6 ? 1 : ratio * ratio / (1 + ratio * ratio)
  }
}

/// Decades of a deviation of `z` standard deviations under a normal distribution: −log₁₀ of the two-sided tail.
///
/// Up to 8 by the complementary error function's bound erfc(x) ≈ e^(−x²)/(x√π) beyond x = 3 and a rational
/// approximation below; the error is under 0.01 decades (Abramowitz and Stegun, 7.1.26 and 7.1.23).
func normalDecades(_ z: Double) -> Double {
  guard z != 0 else { return 0 }
  let x = abs(z) / 2.0.squareRoot()
  guard x.isFinite else { return 300 }
  if x > 3 {
    let leading = x * x + log(x * Double.pi.squareRoot())
    return min((leading - log(1 - 1 / (2 * x * x) + 3 / (4 * x * x * x * x))) / log(10), 300)
  }
  let t = 1 / (1 + 0.327_591_1 * x)
  let polynomial =
    t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))))
  return max(-log10(max(polynomial * exp(-x * x), 1e-300)), 0)
}
