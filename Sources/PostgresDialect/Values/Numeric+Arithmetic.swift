extension Numeric {
  /// The number with the other sign.
  public var negated: Numeric {
    switch storage {
    case .small(let coefficient, let scale): Numeric(storage: .small(-coefficient, scale: scale))
    case .big(var big):
      {
        big.isNegative.toggle()
        return Numeric(storage: .big(big))
      }()
    case .nan: self
    case .positiveInfinity: .negativeInfinity
    case .negativeInfinity: .infinity
    }
  }

  /// The absolute value.
  public var absolute: Numeric { signum < 0 ? negated : self }

  /// -1, 0 or 1 as a number: `sign(numeric)`; NaN for NaN.
  public var sign: Numeric { isNaN ? .nan : Numeric(signum) }

  /// The sum; its scale is the greater of the two.
  ///
  /// - Throws: 22003 when the sum has too many digits, as all arithmetic here.
  public func adding(_ other: Numeric) throws(SQLError) -> Numeric {
    if case .small(let left, let leftScale) = storage, case .small(let right, let rightScale) = other.storage {
      if leftScale == rightScale {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if !overflow { return Numeric(coefficient: sum, scale: leftScale) }
      } else if let (a, b) = Self.aligned(left, leftScale, right, rightScale) {
        let (sum, overflow) = a.addingReportingOverflow(b)
        if !overflow { return Numeric(coefficient: sum, scale: max(leftScale, rightScale)) }
      }
    }
    guard let a = parts, let b = other.parts else { return Self.addNonFinite(self, other) }
    let scale = max(a.scale, b.scale)
    let (left, right) = (a.magnitude.scaledUp(by: scale - a.scale), b.magnitude.scaledUp(by: scale - b.scale))
    if a.isNegative == b.isNegative {
      return try Numeric(isNegative: a.isNegative, magnitude: left + right, scale: scale).checked()
    }
    let order = left.compare(right)
    return Numeric(
      isNegative: order < 0 ? b.isNegative : a.isNegative, magnitude: order < 0 ? right - left : left - right,
      scale: scale)
  }

  /// The difference; its scale is the greater of the two.
  public func subtracting(_ other: Numeric) throws(SQLError) -> Numeric { try adding(other.negated) }

  /// The product; its scale is the sum of the two, at most 16 383.
  public func multiplied(by other: Numeric) throws(SQLError) -> Numeric {
    if case .small(let left, let leftScale) = storage, case .small(let right, let rightScale) = other.storage,
      leftScale + rightScale <= Self.maximumScale
    {
      if let a = Int64(exactly: left), let b = Int64(exactly: right) {
        return Numeric(coefficient: Int128(a) &* Int128(b), scale: leftScale + rightScale)
      }
      let (product, overflow) = left.multipliedReportingOverflow(by: right)
      if !overflow { return Numeric(coefficient: product, scale: leftScale + rightScale) }
    }
    guard let a = parts, let b = other.parts else { return Self.multiplyNonFinite(self, other) }
    let product = Numeric(
      isNegative: a.isNegative != b.isNegative, magnitude: a.magnitude * b.magnitude, scale: a.scale + b.scale)
    return try (a.scale + b.scale > Self.maximumScale ? product.rescaled(to: Self.maximumScale) : product).checked()
  }

  /// The quotient, rounded half away from zero to the scale that ``quotientScale(_:_:)`` chooses.
  ///
  /// - Throws: 22012 for a zero divisor.
  public func divided(by divisor: Numeric) throws(SQLError) -> Numeric {
    if divisor.isZero && !isNaN { throw Self.divisionByZero }
    guard isFinite && divisor.isFinite else { return Self.divideNonFinite(self, divisor) }
    return try divided(by: divisor, scale: Self.quotientScale(self, divisor), .halfAwayFromZero).checked()
  }

  /// The quotient without its fraction: `div(numeric, numeric)`.
  public func dividedTruncating(by divisor: Numeric) throws(SQLError) -> Numeric {
    if divisor.isZero && !isNaN { throw Self.divisionByZero }
    guard isFinite && divisor.isFinite else { return Self.divideNonFinite(self, divisor) }
    return try divided(by: divisor, scale: 0, .towardZero).checked()
  }

  /// The rest of the truncated division; it has the sign of this number and the greater of the two scales.
  public func remainder(dividingBy divisor: Numeric) throws(SQLError) -> Numeric {
    if divisor.isZero && !isNaN { throw Self.divisionByZero }
    if case .small(let left, let leftScale) = storage, case .small(let right, let rightScale) = divisor.storage,
      let (a, b) = Self.aligned(left, leftScale, right, rightScale)
    {
      // The one quotient that overflows divides evenly, and coefficients stay short of it.
      return Numeric(storage: .small(a % b, scale: max(leftScale, rightScale)))
    }
    guard let a = parts, let b = divisor.parts else {
      if isNaN || divisor.isNaN || isInfinite { return .nan }
      return self
    }
    let scale = max(a.scale, b.scale)
    let (left, right) = (a.magnitude.scaledUp(by: scale - a.scale), b.magnitude.scaledUp(by: scale - b.scale))
    return Numeric(
      isNegative: a.isNegative, magnitude: left.quotientAndRemainder(dividingBy: right).remainder, scale: scale)
  }

  /// Two coefficients brought to one scale, unless that needs more than 128 bits.
  private static func aligned(
    _ left: Int128, _ leftScale: Int, _ right: Int128, _ rightScale: Int
  ) -> (Int128, Int128)? {
    let difference = leftScale - rightScale
    if difference == 0 { return (left, right) }
    if abs(difference) > PowersOfTen.maximumExponent { return nil }
    let (shorter, factor) = (difference < 0 ? left : right, PowersOfTen.wide(abs(difference)))
    if let a = Int64(exactly: shorter), abs(difference) <= 18 {
      let product = Int128(a) &* factor
      return difference < 0 ? (product, right) : (left, product)
    }
    let (product, overflow) = shorter.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    return difference < 0 ? (product, right) : (left, product)
  }
}

extension Numeric {
  /// How many digits after the point a quotient gets.
  ///
  /// At least 16 significant digits, and no fewer places than either operand shows. PostgreSQL counts in its
  /// groups of four digits: it estimates the group of the quotient's first digit from the first groups of the
  /// operands, so the number of significant digits is between 16 and 20 or so.
  static func quotientScale(_ dividend: Numeric, _ divisor: Numeric) -> Int {
    let (left, right) = (dividend.leadingGroup, divisor.leadingGroup)
    var group = left.weight - right.weight
    if left.value <= right.value { group -= 1 }
    let wanted = minimumSignificantDigits - group * 4
    return min(max(wanted, dividend.displayScale, divisor.displayScale, 0), maximumResultScale)
  }

  /// The highest group of four decimal digits (groups count from the point) and its power of 10 000.
  var leadingGroup: (value: Int, weight: Int) {
    let (count, scale) = digits
    if count == 0 { return (0, 0) }
    let high = count - 1 - scale
    let weight = high >> 2
    let digitsWanted = high - weight * 4 + 1
    return (leadingDigits(digitsWanted, of: count), weight)
  }

  /// The first `wanted` of the coefficient's `count` digits, as a number; zeros follow when there are fewer.
  func leadingDigits(_ wanted: Int, of count: Int) -> Int {
    switch storage {
    case .small(let coefficient, _):
      if count >= wanted {
        if let narrow = UInt64(exactly: coefficient.magnitude) {
          return Int(narrow / UInt64(PowersOfTen.small(count - wanted)))
        }
        return Int(coefficient.magnitude / UInt128(PowersOfTen.wide(count - wanted)))
      }
      return Int(coefficient.magnitude) * Int(PowersOfTen.small(wanted - count))
    case .big(let big):
      return Int(big.magnitude.scaledDown(by: count - wanted).quotient.uint128 ?? 0)
    default: return 0
    }
  }

  /// The quotient of two finite numbers with the given scale; the divisor is not zero.
  func divided(by divisor: Numeric, scale: Int, _ rule: RoundingRule) -> Numeric {
    if case .small(let left, let leftScale) = storage, case .small(let right, let rightScale) = divisor.storage {
      let shift = scale + rightScale - leftScale
      if shift >= 0 && shift <= PowersOfTen.maximumExponent {
        let (dividend, overflow) = left.multipliedReportingOverflow(by: PowersOfTen.wide(shift))
        if !overflow { return Numeric(coefficient: Self.divide(dividend, right, rule), scale: scale) }
      } else if shift < 0 && -shift <= PowersOfTen.maximumExponent {
        let (wide, overflow) = right.multipliedReportingOverflow(by: PowersOfTen.wide(-shift))
        if !overflow { return Numeric(coefficient: Self.divide(left, wide, rule), scale: scale) }
      }
    }
    guard let a = parts, let b = divisor.parts else { return .nan }
    let shift = scale + b.scale - a.scale
    let dividend = shift > 0 ? a.magnitude.scaledUp(by: shift) : a.magnitude
    let wide = shift < 0 ? b.magnitude.scaledUp(by: -shift) : b.magnitude
    var (quotient, rest) = dividend.quotientAndRemainder(dividingBy: wide)
    let isNegative = a.isNegative != b.isNegative
    if !rest.isZero {
      let order = (rest + rest).compare(wide)
      let cut: DecimalMagnitude.CutDigits = order < 0 ? .belowHalf : order == 0 ? .half : .aboveHalf
      if Self.roundsUp(cut, isNegative: isNegative, rule) { quotient = quotient + .one }
    }
    return Numeric(isNegative: isNegative, magnitude: quotient, scale: scale)
  }

  private static func divide(_ dividend: Int128, _ divisor: Int128, _ rule: RoundingRule) -> Int128 {
    let (quotient, rest) = dividend.magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
    let isNegative = (dividend < 0) != (divisor < 0)
    var size = quotient
    if rest != 0 {
      let other = divisor.magnitude - rest
      let cut: DecimalMagnitude.CutDigits = rest < other ? .belowHalf : rest == other ? .half : .aboveHalf
      if roundsUp(cut, isNegative: isNegative, rule) { size += 1 }
    }
    return isNegative ? 0 - Int128(truncatingIfNeeded: size) : Int128(truncatingIfNeeded: size)
  }

  private static func addNonFinite(_ left: Numeric, _ right: Numeric) -> Numeric {
    if left.isNaN || right.isNaN { return .nan }
    if left.isInfinite && right.isInfinite { return left.signum == right.signum ? left : .nan }
    return left.isInfinite ? left : right
  }

  private static func multiplyNonFinite(_ left: Numeric, _ right: Numeric) -> Numeric {
    if left.isNaN || right.isNaN { return .nan }
    let sign = left.signum * right.signum
    return sign == 0 ? .nan : sign < 0 ? .negativeInfinity : .infinity
  }

  private static func divideNonFinite(_ left: Numeric, _ right: Numeric) -> Numeric {
    if left.isNaN || right.isNaN || left.isInfinite && right.isInfinite { return .nan }
    if right.isInfinite { return .zero }
    return left.signum * right.signum < 0 ? .negativeInfinity : .infinity
  }
}
