/// Powers of ten as table look-ups.
enum PowersOfTen {
  /// 10 to the power of 0...38, all that 128 bits hold.
  private static let table: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// The greatest exponent of ``wide(_:)``.
  static let maximumExponent = 38

  /// 10 to the power of `exponent`, which is at most ``maximumExponent``.
  static func wide(_ exponent: Int) -> Int128 {
    if exponent <= 18 { return Int128(small(exponent)) }
    return table[exponent]
  }

  /// 10 to the power of `exponent`, which is at most 18.
  static func small(_ exponent: Int) -> Int64 {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    case 10: 10_000_000_000
    case 11: 100_000_000_000
    case 12: 1_000_000_000_000
    case 13: 10_000_000_000_000
    case 14: 100_000_000_000_000
    case 15: 1_000_000_000_000_000
    case 16: 10_000_000_000_000_000
    case 17: 100_000_000_000_000_000
    default: 1_000_000_000_000_000_000
    }
  }

  /// The number of decimal digits of a value; 0 for zero.
  static func digitCount(_ value: UInt128) -> Int {
    if value == 0 { return 0 }
    let bits = UInt128.bitWidth - value.leadingZeroBitCount
    // log10(2) is 1233 / 4096 to five places, so the estimate is right or one too small.
    let estimate = (bits * 1233) >> 12
    if estimate > maximumExponent { return estimate }
    return value >= UInt128(wide(estimate)) ? estimate + 1 : estimate
  }
}
