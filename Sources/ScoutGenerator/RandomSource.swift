/// A probability, held as the threshold that a 53-bit draw is compared with.
///
/// Converting once keeps the hot path to one comparison and makes the outcome the same on every machine.
struct Chance: Sendable {
  private let threshold: UInt64

  /// - Parameter probability: Clamped to 0…1.
  init(_ probability: Double) {
    threshold = UInt64(max(0, min(1, probability)) * 9_007_199_254_740_992)
  }

  /// Whether a uniform 64-bit draw falls under the probability.
  func isMet(by draw: UInt64) -> Bool { draw >> 11 < threshold }
}

/// The generator's only source of randomness: xoshiro256**, seeded through SplitMix64.
///
/// Written out here rather than taken from a library, because the bytes of a generated file depend on every draw.
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", <https://prng.di.unimi.it>.
struct RandomSource: Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  init(seed: UInt64) {
    var counter = seed
    state = (
      Self.splitMix(&counter), Self.splitMix(&counter), Self.splitMix(&counter), Self.splitMix(&counter)
    )
  }

  /// Advances a SplitMix64 counter and returns its next output.
  static func splitMix(_ counter: inout UInt64) -> UInt64 {
    counter &+= 0x9E37_79B9_7F4A_7C15
    return mix(counter)
  }

  /// The output function of SplitMix64, also used to derive stable attributes from an identifier.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// A whole number in `0 ..< bound`; 0 when the bound is 0.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(0, bound))).high)
  }

  /// A whole number in the closed range.
  mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  mutating func happens(_ chance: Chance) -> Bool { chance.isMet(by: next()) }

  /// A count with the given mean and about the spread of a Poisson variable, from additions and bit counts only.
  ///
  /// `exp` and `log` differ in their last digit between C libraries, which would make files differ between machines.
  /// Up to 32 the count is binomial with 16 trials per expected event (variance 15/16 of the mean). Above, it is the mean
  /// plus a centred binomial of four fair bits per expected event, whose variance is the mean.
  mutating func count(mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    if mean <= 32 {
      let trials = 16 * Int(mean.rounded(.up))
      let chance = Chance(mean / Double(trials))
      var count = 0
      for _ in 0..<trials where happens(chance) { count += 1 }
      return count
    }
    let whole = Int(mean)
    let bits = 4 * whole
    var ones = 0
    for _ in 0..<bits / 64 { ones += next().nonzeroBitCount }
    if bits % 64 > 0 { ones += (next() >> UInt64(64 - bits % 64)).nonzeroBitCount }
    let remainder = happens(Chance(mean - Double(whole))) ? 1 : 0
    return max(0, whole + remainder + ones - bits / 2)
  }
}

/// Draws an index in proportion to whole-number weights.
struct WeightedChoice: Sendable {
  private let cumulative: [Int]
  let total: Int

  /// - Parameter weights: Not negative. An empty or all-zero list always draws 0.
  init(_ weights: [Int]) {
    var sum = 0
    cumulative = weights.map { weight in
      sum += weight
      return sum
    }
    total = sum
  }

  func draw(_ random: inout RandomSource) -> Int { index(at: random.below(total)) }

  /// The index whose share of `0 ..< total` holds the point.
  func index(at point: Int) -> Int {
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > point { high = middle } else { low = middle + 1 }
    }
    return max(0, low)
  }
}
