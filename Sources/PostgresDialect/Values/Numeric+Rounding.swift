extension Numeric {
  /// What happens to the digits that are cut.
  enum RoundingRule {
    case halfAwayFromZero, towardZero, down, up
  }

  /// The number rounded half away from zero to `places` digits after the point, or before it when negative.
  ///
  /// The result shows `places` digits, none when `places` is negative: `round(numeric, integer)`.
  public func rounded(_ places: Int = 0) throws(SQLError) -> Numeric {
    try rescaled(to: min(max(places, -Self.maximumIntegerDigits - 1), Self.maximumScale), .halfAwayFromZero).checked()
  }

  /// The number cut after `places` digits: `trunc(numeric, integer)`.
  public func truncated(_ places: Int = 0) throws(SQLError) -> Numeric {
    try rescaled(to: min(max(places, -Self.maximumIntegerDigits - 1), Self.maximumScale), .towardZero).checked()
  }

  /// The least whole number that is not less: `ceil(numeric)`.
  public func ceiling() throws(SQLError) -> Numeric { try rescaled(to: 0, .up).checked() }

  /// The greatest whole number that is not greater: `floor(numeric)`.
  public func floor() throws(SQLError) -> Numeric { try rescaled(to: 0, .down).checked() }

  /// The number with `places` digits after the point; a negative count clears digits before it and shows none.
  func rescaled(to places: Int, _ rule: RoundingRule = .halfAwayFromZero) -> Numeric {
    switch storage {
    case .small(let coefficient, let scale):
      if places == scale { return self }
      if places > scale {
        if places - scale <= PowersOfTen.maximumExponent {
          let (product, overflow) = coefficient.multipliedReportingOverflow(by: PowersOfTen.wide(places - scale))
          if !overflow { return Numeric(coefficient: product, scale: places) }
        }
        return Numeric(
          isNegative: coefficient < 0, magnitude: DecimalMagnitude(coefficient.magnitude).scaledUp(by: places - scale),
          scale: places)
      }
      let rounded = Self.dropDigits(scale - places, of: coefficient, rule)
      if places >= 0 { return Numeric(storage: .small(rounded, scale: places)) }
      if rounded == 0 { return .zero }
      return Numeric(storage: .small(rounded, scale: 0)).timesPowerOfTen(-places)
    case .big(let big):
      if places >= big.scale {
        return Numeric(
          isNegative: big.isNegative, magnitude: big.magnitude.scaledUp(by: places - big.scale), scale: places)
      }
      var (quotient, cut) = big.magnitude.scaledDown(by: big.scale - places)
      if Self.roundsUp(cut, isNegative: big.isNegative, rule) { quotient = quotient + .one }
      return Numeric(
        isNegative: big.isNegative, magnitude: places < 0 ? quotient.scaledUp(by: -places) : quotient,
        scale: max(places, 0))
    default: return self
    }
  }

  /// This whole number times a power of ten.
  private func timesPowerOfTen(_ exponent: Int) -> Numeric { rescaled(to: exponent).withScale(0) }

  /// The same coefficient read with another scale.
  func withScale(_ scale: Int) -> Numeric {
    switch storage {
    case .small(let coefficient, _): Numeric(storage: .small(coefficient, scale: scale))
    case .big(let big): Numeric(isNegative: big.isNegative, magnitude: big.magnitude, scale: scale)
    default: self
    }
  }

  static func roundsUp(_ cut: DecimalMagnitude.CutDigits, isNegative: Bool, _ rule: RoundingRule) -> Bool {
    switch rule {
    case .towardZero: false
    case .halfAwayFromZero: cut == .half || cut == .aboveHalf
    case .down: isNegative && cut != .none
    case .up: !isNegative && cut != .none
    }
  }

  private static func dropDigits(_ count: Int, of coefficient: Int128, _ rule: RoundingRule) -> Int128 {
    let quotient: Int128
    let cut: DecimalMagnitude.CutDigits
    if count > PowersOfTen.maximumExponent {
      quotient = 0
      cut = coefficient == 0 ? .none : .belowHalf
    } else if count <= 18, let narrow = Int64(exactly: coefficient) {
      let unit = PowersOfTen.small(count)
      let (q, r) = narrow.quotientAndRemainder(dividingBy: unit)
      quotient = Int128(q)
      let size = r.magnitude
      let half = UInt64(unit) / 2
      cut = size == 0 ? .none : size < half ? .belowHalf : size == half ? .half : .aboveHalf
    } else {
      let unit = PowersOfTen.wide(count)
      let (q, r) = coefficient.quotientAndRemainder(dividingBy: unit)
      quotient = q
      let size = r.magnitude
      let half = UInt128(unit) / 2
      cut = size == 0 ? .none : size < half ? .belowHalf : size == half ? .half : .aboveHalf
    }
    if !roundsUp(cut, isNegative: coefficient < 0, rule) { return quotient }
    return coefficient < 0 ? quotient - 1 : quotient + 1
  }
}
