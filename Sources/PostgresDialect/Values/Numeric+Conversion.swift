extension Numeric {
  /// The nearest whole number, half away from zero: the cast to bigint.
  ///
  /// - Throws: 22003 outside the range, 0A000 for NaN and the infinities.
  public func int64() throws(SQLError) -> Int64 { try integer(Int64.self, typeName: "bigint") }

  /// The cast to integer.
  public func int32() throws(SQLError) -> Int32 { try integer(Int32.self, typeName: "integer") }

  /// The cast to smallint.
  public func int16() throws(SQLError) -> Int16 { try integer(Int16.self, typeName: "smallint") }

  private func integer<Value: FixedWidthInteger>(_ type: Value.Type, typeName: String) throws(SQLError) -> Value {
    switch storage {
    case .nan: throw SQLError(.featureNotSupported, "cannot convert NaN to \(typeName)")
    case .positiveInfinity, .negativeInfinity:
      throw SQLError(.featureNotSupported, "cannot convert infinity to \(typeName)")
    case .small, .big:
      if case .small(let coefficient, scale: 0) = rescaled(to: 0).storage, let value = Value(exactly: coefficient) {
        return value
      }
      throw SQLError(.numericValueOutOfRange, "\(typeName) out of range")
    }
  }

  /// The number × 10^`scale`, rounded half away from zero; nil when it is not finite or does not fit.
  public func scaledInteger(scale: Int) -> Int64? {
    guard scale >= 0, scale <= Self.maximumScale, case .small(let coefficient, _) = rescaled(to: scale).storage
    else { return nil }
    return Int64(exactly: coefficient)
  }

  /// The nearest double: the cast to double precision.
  ///
  /// - Throws: 22003 when the number is too large, or so small that it would become zero.
  public func double() throws(SQLError) -> Double {
    switch storage {
    case .nan: return .nan
    case .positiveInfinity: return .infinity
    case .negativeInfinity: return -.infinity
    case .small(let coefficient, let scale):
      // Both operands are exact, so that the one division rounds correctly.
      if coefficient.magnitude < 1 << 53, scale <= 22 {
        let value = Double(Int64(coefficient))
        return scale == 0 ? value : value / Self.exactPowersOfTen[scale]
      }
    case .big: break
    }
    return try ValueText.double(description)
  }

  private static let exactPowersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// A rough value for estimates: too large becomes infinity.
  var approximation: Double {
    switch storage {
    case .small(let coefficient, let scale) where scale <= 22: Double(coefficient) / Self.exactPowersOfTen[scale]
    case .small, .big: Double(description) ?? .nan
    case .positiveInfinity: .infinity
    case .negativeInfinity: -.infinity
    case .nan: .nan
    }
  }

  /// The double rounded to 15 significant digits: the cast from double precision.
  public init(_ value: Double) {
    self.init(value, significantDigits: 15)
  }

  /// The float rounded to 6 significant digits: the cast from real.
  public init(_ value: Float) {
    // Every float is a double, and the digits wanted are fewer than either has.
    self.init(Double(value), significantDigits: 6)
  }

  private init(_ value: Double, significantDigits wanted: Int) {
    guard value.isFinite else {
      self = value.isNaN ? .nan : value < 0 ? .negativeInfinity : .infinity
      return
    }
    if value.isSubnormal {
      // A subnormal double has fewer digits of its own than are shown.
      let exact = Self.exact(value.magnitude)
      let (count, scale) = exact.digits
      let rounded = exact.rescaled(to: scale - count + wanted).trimmed
      self = value < 0 ? rounded.negated : rounded
      return
    }
    let shortest = ShortestDecimal(value)
    var digits = shortest.digits
    var exponent = shortest.exponent
    if shortest.digitCount > wanted {
      // The shortest digits lie on the same side of the rounding boundary as the double itself, unless they
      // are the boundary, or the source has more digits than a double keeps apart.
      let unit = UInt64(PowersOfTen.small(shortest.digitCount - wanted))
      var (quotient, rest) = digits.quotientAndRemainder(dividingBy: unit)
      let roundsUp: Bool
      if rest == unit / 2 {
        let order = Self.exact(value.magnitude).compare(Self.exact(digits: digits, exponent: exponent))
        roundsUp = order > 0 || order == 0 && quotient & 1 == 1
      } else {
        roundsUp = rest > unit / 2
      }
      if roundsUp { quotient += 1 }
      digits = quotient
      exponent += shortest.digitCount - wanted
    }
    while digits != 0, exponent < 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    if digits == 0 { exponent = 0 }
    let magnitude = Self.exact(digits: digits, exponent: exponent)
    self = value < 0 ? magnitude.negated : magnitude
  }

  private static func exact(digits: UInt64, exponent: Int) -> Numeric {
    if exponent <= 0 { return Numeric(storage: .small(Int128(digits), scale: -exponent)) }
    return Numeric(storage: .small(Int128(digits), scale: 0)).rescaled(to: exponent).withScale(0)
  }

  /// All digits of a finite double.
  private static func exact(_ value: Double) -> Numeric {
    if value == 0 { return .zero }
    let significand = UInt128(value.significandBitPattern | (value.isNormal ? 1 << 52 : 0))
    let exponent = (value.isNormal ? Int(value.exponentBitPattern) - 1075 : -1074)
    var magnitude = DecimalMagnitude(significand)
    for _ in 0..<abs(exponent) { magnitude = magnitude.multiplied(by: exponent < 0 ? 5 : 2) }
    return Numeric(isNegative: false, magnitude: magnitude, scale: exponent < 0 ? -exponent : 0)
  }
}

extension Numeric {
  /// The number as a value of numeric(`precision`, `scale`), rounded half away from zero.
  ///
  /// - Throws: 22003 with PostgreSQL's detail when it does not fit, 22023 for a precision outside 1...1000 or a
  ///   scale outside -1000...1000.
  public func fitted(precision: Int, scale: Int) throws(SQLError) -> Numeric {
    if !(1...1000).contains(precision) {
      throw SQLError(.invalidParameterValue, "NUMERIC precision \(precision) must be between 1 and 1000")
    }
    if !(-1000...1000).contains(scale) {
      throw SQLError(.invalidParameterValue, "NUMERIC scale \(scale) must be between -1000 and 1000")
    }
    if isNaN { return self }
    if isInfinite {
      throw SQLError(
        .numericValueOutOfRange, "numeric field overflow",
        detail: "A field with precision \(precision), scale \(scale) cannot hold an infinite value.")
    }
    let rounded = rescaled(to: scale)
    let (count, shown) = rounded.digits
    if count - shown > precision - scale && count > 0 {
      let limit = precision == scale ? "1" : "10^\(precision - scale)"
      throw SQLError(
        .numericValueOutOfRange, "numeric field overflow",
        detail:
          "A field with precision \(precision), scale \(scale) must round to an absolute value less than \(limit)."
      )
    }
    return rounded
  }
}
