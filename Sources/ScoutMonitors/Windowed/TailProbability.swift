#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How improbable a window's value is, given the windows of its baseline, in decades.
enum TailProbability {
  /// Of a count: under a Poisson distribution with the baseline's mean, or, where the baseline varies more than that, under
  /// a negative binomial distribution with its mean and variance.
  ///
  /// - Returns: −log₁₀ of the chance of a value at least so high (or at most so low); 0 to 300.
  static func decades(count value: Double, mean: Double, deviation: Double, isHigh: Bool) -> Double {
    let mean = max(mean, 0.05)
    let variance = deviation * deviation
    guard value >= 0, mean < 10_000 else {
      let spread = max(deviation, mean.squareRoot())
      return decades(value: value, mean: mean, deviation: spread, isHigh: isHigh)
    }
    let x = isHigh ? value.rounded(.up) : value.rounded(.down)
    if isHigh ? x <= mean : x >= mean { return 0 }
    // The probability of x itself, and of its neighbours relative to it.
    let size = variance > mean * 1.000_1 ? mean * mean / (variance - mean) : .infinity
    let share = size.isFinite ? size / (size + mean) : 1
    var term: Double
    if size.isFinite {
      term =
        lgamma(x + size) - lgamma(size) - lgamma(x + 1) + size * log(share) + (x == 0 ? 0 : x * log(1 - share))
    } else {
      term = x * log(mean) - mean - lgamma(x + 1)
    }
    var sum = 1.0
    var relative = 1.0
    var k = x
    while isHigh || k > 0 {
      if isHigh {
        relative *= size.isFinite ? (k + size) / (k + 1) * (1 - share) : mean / (k + 1)
        k += 1
      } else {
        relative *= size.isFinite ? k / ((k - 1 + size) * (1 - share)) : k / mean
        k -= 1
      }
      sum += relative
      if relative < sum * 1e-12 { break }
    }
    term += log(sum)
    return min(max(-term / log(10), 0), 300)
  }

  /// Of any other value: under a normal distribution.
  static func decades(value: Double, mean: Double, deviation: Double, isHigh: Bool) -> Double {
    let distance = isHigh ? value - mean : mean - value
    guard distance > 0 else { return 0 }
    guard deviation > 0 else { return 300 }
    // One-sided: half of the two-sided tail.
    return min(normalDecades(distance / deviation) + 0.301_029_995_663_981, 300)
  }
}
