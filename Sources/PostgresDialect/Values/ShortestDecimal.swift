/// The shortest decimal digits that read back as the same binary float: ± digits × 10^exponent.
///
/// The digits are those of Swift's own description, which promises the same as PostgreSQL's algorithm (the fewest
/// digits, and among those the nearest to the value) except in one point: PostgreSQL does not use a decimal that
/// lies exactly half-way between two floats, though it would be read back right, as ties go to even.
struct ShortestDecimal {
  var isNegative: Bool
  /// The digits as a number without zeros at the end; 0 for zero.
  var digits: UInt64
  var exponent: Int

  var digitCount: Int { PowersOfTen.digitCount(UInt128(digits)) }

  /// The shortest digits of a finite double.
  init(_ value: Double) {
    self.init(description: value.description)
    if value.magnitude >= 0x1p53, exponent >= 0 {
      avoidMidpoint(
        significand: value.significandBitPattern | 1 << 52, exponent: Int(value.exponentBitPattern) - 1075,
        isPowerOfTwo: value.significandBitPattern == 0)
    }
  }

  /// The shortest digits of a finite float.
  init(_ value: Float) {
    self.init(description: value.description)
    if value.magnitude >= 0x1p24, exponent >= 0 {
      avoidMidpoint(
        significand: UInt64(value.significandBitPattern | 1 << 23), exponent: Int(value.exponentBitPattern) - 150,
        isPowerOfTwo: value.significandBitPattern == 0)
    }
  }

  private init(description: String) {
    var digits: UInt64 = 0
    var exponent = 0
    var isNegative = false
    var sawPoint = false
    var explicit = 0
    var explicitSign = 1
    var inExponent = false
    for byte in description.utf8 {
      switch byte {
      case ASCII.minus: if inExponent { explicitSign = -1 } else { isNegative = true }
      case ASCII.point: sawPoint = true
      case UInt8(ascii: "e"): inExponent = true
      case _ where !ASCII.isDigit(byte): break
      case _ where inExponent: explicit = explicit * 10 + Int(byte - ASCII.zero)
      default:
        digits = digits &* 10 &+ UInt64(byte - ASCII.zero)
        if sawPoint { exponent -= 1 }
      }
    }
    exponent += explicit * explicitSign
    while digits != 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    self.isNegative = isNegative
    self.digits = digits
    self.exponent = exponent
  }

  /// Takes more digits when these are half-way to a neighbour of significand × 2^exponent, a whole number.
  private mutating func avoidMidpoint(significand: UInt64, exponent binary: Int, isPowerOfTwo: Bool) {
    // In quarters of the last binary place: below a power of two the floats are twice as dense.
    let above = UInt128(significand) * 4 + 2
    let below = UInt128(significand) * 4 - (isPowerOfTwo ? 1 : 2)
    guard isEqual(to: above, timesTwoTo: binary - 2) || isEqual(to: below, timesTwoTo: binary - 2) else { return }
    var quarter = DecimalMagnitude.one
    for _ in 0..<max(0, binary - 2) { quarter = quarter.multiplied(by: 2) }
    let scale: UInt32 = binary >= 2 ? 1 : 4 >> UInt32(max(0, binary))
    // Everything is multiplied by `scale`, so that a quarter is whole.
    let value = quarter * DecimalMagnitude(UInt128(significand) * 4)
    let (high, low) = (quarter * DecimalMagnitude(above), quarter * DecimalMagnitude(below))
    for drop in (0..<exponent).reversed() {
      let unit = DecimalMagnitude.one.scaledUp(by: drop).multiplied(by: scale)
      var (candidate, rest) = value.quotientAndRemainder(dividingBy: unit)
      if (rest + rest).compare(unit) >= 0 { candidate = candidate + .one }
      let product = candidate * unit
      if product.compare(low) > 0, product.compare(high) < 0, let digits = candidate.uint128 {
        self.digits = UInt64(truncatingIfNeeded: digits)
        self.exponent = drop
        return
      }
    }
  }

  /// Whether the decimal is `odd` × 2^`power`.
  private func isEqual(to number: UInt128, timesTwoTo power: Int) -> Bool {
    // 5^exponent must divide a number of 56 bits.
    guard exponent <= 24 else { return false }
    var left = UInt128(digits)
    for _ in 0..<exponent { left *= 5 }
    let shift = power - exponent
    guard abs(shift) < 64 else { return false }
    // `number` has 56 bits, so that neither product loses any.
    return shift >= 0
      ? left == number << UInt128(shift) : left == number >> UInt128(-shift) && number % (1 << UInt128(-shift)) == 0
  }
}
