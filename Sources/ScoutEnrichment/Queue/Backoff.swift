/// How long a job waits after an attempt that failed: exponential, with full jitter.
///
/// The wait is drawn evenly from 0 to min(maximum, base · 2^(attempt−1)), so that jobs which failed together do not
/// come back together.
/// Source: <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
public struct Backoff: Hashable, Sendable {
  public var base: Duration
  public var maximum: Duration

  public init(base: Duration = .seconds(5), maximum: Duration = .seconds(3600)) {
    self.base = base
    self.maximum = maximum
  }

  /// The longest wait after that attempt, in microseconds.
  func ceiling(attempt: Int) -> Int64 {
    let limit = max(0, maximum.microseconds)
    let shift = min(max(attempt, 1) - 1, 40)
    let (product, overflow) = max(0, base.microseconds).multipliedReportingOverflow(by: 1 << Int64(shift))
    return overflow ? limit : min(limit, product)
  }

  func wait(attempt: Int, using random: inout QueueRandom) -> Int64 {
    Int64.random(in: 0...ceiling(attempt: attempt), using: &random)
  }
}

/// The queue's random numbers: a sequence that follows from its seed.
///
/// Steele, Lea and Flood's SplitMix64, <https://doi.org/10.1145/2660193.2660195>.
public struct QueueRandom: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
