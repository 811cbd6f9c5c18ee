#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Counts distinct texts: exactly up to 1,024, then by HyperLogLog with 4,096 registers, whose standard error is
/// 1.04 / √4096 = 1.6 % (Flajolet et al. 2007, "HyperLogLog", AOFA, 127–146). At most 12 KB.
struct DistinctSketch: Sendable {
  static let exactLimit = 1024
  private static let bits = 12
  private var exact: Set<UInt64> = []
  private var registers: [UInt8] = []

  var count: Int {
    guard !registers.isEmpty else { return exact.count }
    let m = Double(registers.count)
    var sum = 0.0
    var zeros = 0
    for register in registers {
      sum += pow(2, -Double(register))
      if register == 0 { zeros += 1 }
    }
    let raw = 0.7213 / (1 + 1.079 / m) * m * m / sum
    // Few registers are used: linear counting is better there.
    let estimate = raw <= 2.5 * m && zeros > 0 ? m * log(m / Double(zeros)) : raw
    return Int(estimate.rounded())
  }

  mutating func add(_ text: String) { add(Self.hash(text)) }

  mutating func merge(_ other: DistinctSketch) {
    for hash in other.exact { add(hash) }
    guard !other.registers.isEmpty else { return }
    spill()
    for (index, register) in other.registers.enumerated() where register > registers[index] {
      registers[index] = register
    }
  }

  private mutating func add(_ hash: UInt64) {
    if registers.isEmpty {
      exact.insert(hash)
      if exact.count > Self.exactLimit { spill() }
      return
    }
    let index = Int(hash >> (64 - UInt64(Self.bits)))
    let rank = UInt8(Swift.min((hash << UInt64(Self.bits)).leadingZeroBitCount, 64 - Self.bits) + 1)
    if rank > registers[index] { registers[index] = rank }
  }

  private mutating func spill() {
    guard registers.isEmpty else { return }
    registers = Array(repeating: 0, count: 1 << Self.bits)
    let kept = exact
    exact = []
    for hash in kept { add(hash) }
  }

  /// FNV-1a, then a finalizer that spreads it over all bits: the same in every run, unlike Swift's own hashing.
  private static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }
}

/// Quantiles: exact up to 512 values (interpolated as PostgreSQL's percentile_cont), then by logarithmic buckets, whose
/// answer is within 1 % of the value at that rank (Masson, Rim and Lee 2019, "DDSketch", PVLDB 12, 2195–2205). Holds at
/// most 2,048 buckets per sign; beyond them those nearest to zero are joined and lose the bound.
struct QuantileSketch: Sendable {
  static let exactLimit = 512
  static let relativeError = 0.01
  private static let gamma = (1 + relativeError) / (1 - relativeError)
  private static let logGamma = log(gamma)
  private static let bucketLimit = 2048
  private var exact: [Double] = []
  private var isExact = true
  private var positive: [Int: Int] = [:]
  private var negative: [Int: Int] = [:]
  private var zeros = 0
  private var total = 0

  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    total += 1
    if isExact {
      exact.append(value)
      if exact.count > Self.exactLimit { spill() }
    } else {
      place(value, 1)
    }
  }

  mutating func merge(_ other: QuantileSketch) {
    if other.isExact {
      for value in other.exact { add(value) }
      return
    }
    spill()
    total += other.total
    zeros += other.zeros
    positive.merge(other.positive) { $0 + $1 }
    negative.merge(other.negative) { $0 + $1 }
    Self.bound(&positive)
    Self.bound(&negative)
  }

  /// - Parameter share: From 0 to 1.
  func quantile(_ share: Double) -> Double? {
    guard total > 0, (0...1).contains(share) else { return nil }
    let place = share * Double(total - 1)
    if isExact {
      let sorted = exact.sorted()
      let rank = Int(place)
      guard rank + 1 < sorted.count else { return sorted[rank] }
      return sorted[rank] + (sorted[rank + 1] - sorted[rank]) * (place - Double(rank))
    }
    var rest = Int(place.rounded())
    for index in negative.keys.sorted(by: >) {
      rest -= negative[index] ?? 0
      if rest < 0 { return -Self.value(index) }
    }
    rest -= zeros
    if rest < 0 { return 0 }
    for index in positive.keys.sorted() {
      rest -= positive[index] ?? 0
      if rest < 0 { return Self.value(index) }
    }
    return positive.keys.max().map(Self.value) ?? 0
  }

  private mutating func spill() {
    guard isExact else { return }
    isExact = false
    for value in exact { place(value, 1) }
    exact = []
  }

  private mutating func place(_ value: Double, _ count: Int) {
    // Below the smallest normal number a logarithm has no use.
    if abs(value) < 1e-300 {
      zeros += count
    } else if value > 0 {
      positive[Self.index(value), default: 0] += count
      Self.bound(&positive)
    } else {
      negative[Self.index(-value), default: 0] += count
      Self.bound(&negative)
    }
  }

  private static func index(_ value: Double) -> Int { Int((log(value) / logGamma).rounded(.up)) }
  private static func value(_ index: Int) -> Double { 2 * exp(Double(index) * logGamma) / (gamma + 1) }

  private static func bound(_ buckets: inout [Int: Int]) {
    guard buckets.count > bucketLimit else { return }
    let order = buckets.keys.sorted()
    let surplus = order.count - bucketLimit
    for index in order[..<surplus] { buckets[order[surplus], default: 0] += buckets.removeValue(forKey: index) ?? 0 }
  }
}
