#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The result scales are PostgreSQL's, and it estimates them with doubles and its groups of four digits; the
// digits themselves are computed here with a few more than that and rounded once, so that they are right
// to the last place. PostgreSQL's own may differ in the last place in rare cases.

extension Numeric {
  /// Digits that intermediate results carry beyond those that are wanted.
  private static let guardDigits = 10

  /// The square root, with at least 16 significant digits, rounded half up.
  ///
  /// - Throws: 2201F for a negative number.
  public func squareRoot() throws(SQLError) -> Numeric {
    if signum < 0 {
      throw SQLError(SQLState(rawValue: "2201F"), "cannot take square root of a negative number")
    }
    guard isFinite else { return self }
    let weight = leadingGroup.weight
    let wanted = Self.minimumSignificantDigits - ((weight + 1) * 4 / 2 - 1)
    return try squareRoot(scale: min(max(wanted, displayScale, 0), Self.maximumResultScale))
  }

  /// The square root with that many digits after the point, rounded half up.
  ///
  /// - Throws: 2201F for a negative number.
  public func squareRoot(scale: Int) throws(SQLError) -> Numeric {
    if signum < 0 {
      throw SQLError(SQLState(rawValue: "2201F"), "cannot take square root of a negative number")
    }
    guard isFinite else { return self }
    if isZero { return Numeric(storage: .small(0, scale: scale)) }
    // With N the number at twice the scale, floor(√N) is exact, and what is left tells the next digit.
    let radicand = rescaled(to: 2 * scale, .towardZero).withScale(0)
    if case .small(let value, _) = radicand.storage {
      let root = Self.squareRoot(value.magnitude)
      let roundsUp = value.magnitude - root * root > root
      return Numeric(coefficient: Int128(root) + (roundsUp ? 1 : 0), scale: scale)
    }
    guard let magnitude = radicand.parts?.magnitude else { return .nan }
    let root = magnitude.squareRoot
    let roundsUp = (magnitude - root * root).compare(root) > 0
    return Numeric(isNegative: false, magnitude: roundsUp ? root + .one : root, scale: scale)
  }

  /// The integer part of a square root: a double gives 53 bits, and one step of Newton the rest.
  private static func squareRoot(_ value: UInt128) -> UInt128 {
    if value == 0 { return 0 }
    var root = UInt128(Double(value).squareRoot())
    root = max(1, (root + value / max(root, 1)) / 2)
    while root * root > value { root -= 1 }
    while (root + 1) * (root + 1) <= value { root += 1 }
    return root
  }

  /// e to the power of this number.
  public func exponential() throws(SQLError) -> Numeric {
    guard isFinite else { return signum < 0 ? .zero : self }
    let weight = min(max(approximation * 0.434294481903252, -2000), 2000)
    let scale = Self.functionScale(significant: Int(weight), [self])
    return try Self.exponential(self, scale: scale)
  }

  /// The natural logarithm.
  ///
  /// - Throws: 2201E for zero and negative numbers.
  public func naturalLogarithm() throws(SQLError) -> Numeric {
    try checkLogarithm()
    guard isFinite else { return self }
    return Self.logarithm(self, scale: Self.functionScale(significant: logarithmWeight, [self]))
  }

  /// The logarithm to `base`: `log(base, x)`.
  public func logarithm(base: Numeric = Numeric(10)) throws(SQLError) -> Numeric {
    if isNaN || base.isNaN { return .nan }
    try base.checkLogarithm()
    try checkLogarithm()
    switch (isFinite, base.isFinite) {
    case (true, true): break
    case (true, false): return .zero
    case (false, true): return .infinity
    case (false, false): return .nan
    }
    let (baseWeight, weight) = (base.logarithmWeight, logarithmWeight)
    let scale = Self.functionScale(significant: weight - baseWeight, [self, base])
    let baseLogarithm = Self.logarithm(base, scale: max(0, scale + weight - 2 * baseWeight + 8))
    if baseLogarithm.isZero { throw Self.divisionByZero }
    let logarithm = Self.logarithm(self, scale: max(0, scale - baseWeight + 8))
    return try logarithm.divided(by: baseLogarithm, scale: scale, .halfAwayFromZero).checked()
  }

  /// This number to the power of `exponent`.
  ///
  /// - Throws: 2201F for zero to a negative power and a negative number to a fractional one, 22003 for a result
  ///   that is too large.
  public func power(_ exponent: Numeric) throws(SQLError) -> Numeric {
    if !isFinite || !exponent.isFinite { return try Self.powerNonFinite(self, exponent) }
    let isInteger = exponent.minimumScale == 0
    if isZero && exponent.signum < 0 {
      throw SQLError(SQLState(rawValue: "2201F"), "zero raised to a negative power is undefined")
    }
    if signum < 0 && !isInteger {
      throw SQLError(
        SQLState(rawValue: "2201F"), "a negative number raised to a non-integer power yields a complex result")
    }
    if isInteger, case .small(let value, _) = exponent.rescaled(to: 0).storage, let power = Int32(exactly: value) {
      let scale = min(max(Self.minimumSignificantDigits, displayScale, exponent.displayScale), Self.maximumResultScale)
      return try Self.power(self, Int(power), scale: scale)
    }
    if isZero { return Numeric(storage: .small(0, scale: Self.minimumSignificantDigits)) }
    return try Self.fractionalPower(self, exponent)
  }

  private func checkLogarithm() throws(SQLError) {
    if isNaN || signum > 0 { return }
    throw SQLError(
      SQLState(rawValue: "2201E"),
      isZero ? "cannot take logarithm of zero" : "cannot take logarithm of a negative number")
  }

  /// 16 digits less those before the point, but no fewer than the arguments show.
  private static func functionScale(significant weight: Int, _ arguments: [Numeric]) -> Int {
    let shown = arguments.map(\.displayScale).max() ?? 0
    return min(max(minimumSignificantDigits - weight, shown, 0), maximumResultScale)
  }
}

extension Numeric {
  /// The power of ten of the first digit of the natural logarithm, estimated as PostgreSQL does.
  private var logarithmWeight: Int {
    guard signum > 0 else { return 0 }
    let nearOne = Numeric(scaled: 9, scale: 1) <= self && self <= Numeric(scaled: 11, scale: 1)
    if nearOne {
      // ln(1 + x) is about x.
      guard let distance = try? subtracting(.one), !distance.isZero else { return 0 }
      let group = distance.leadingGroup
      return group.weight * 4 + Int(log10(Double(group.value)))
    }
    let group = leadingGroup
    var leading = Double(group.value)
    var weight = group.weight * 4
    let (count, scale) = digits
    let inFirst = count - 1 - scale - weight + 1
    if count > inFirst {
      leading = Double(leadingDigits(inFirst + 4, of: count))
      weight -= 4
    }
    let estimate = log(leading) + Double(weight) * 2.302585092994046
    return estimate == 0 ? 0 : Int(log10(abs(estimate)))
  }

  /// The product rounded to `scale`; the operands are finite.
  private static func product(_ left: Numeric, _ right: Numeric, scale: Int) -> Numeric {
    if case .small(let a, let s) = left.storage, case .small(let b, let t) = right.storage,
      let x = Int64(exactly: a), let y = Int64(exactly: b)
    {
      return Numeric(coefficient: Int128(x) * Int128(y), scale: s + t).rescaled(to: scale)
    }
    guard let a = left.parts, let b = right.parts else { return .nan }
    return Numeric(
      isNegative: a.isNegative != b.isNegative, magnitude: a.magnitude * b.magnitude, scale: a.scale + b.scale
    ).rescaled(to: scale)
  }

  /// The sum of two finite numbers, however large.
  private static func sum(_ left: Numeric, _ right: Numeric) -> Numeric { (try? left.adding(right)) ?? .nan }

  /// e^x to `scale` places: e^x = (e^(x / 2^k))^(2^k), with Taylor's series for the small argument.
  private static func exponential(_ x: Numeric, scale: Int) throws(SQLError) -> Numeric {
    let estimate = x.approximation
    // PostgreSQL's limit: 2606 digits, far fewer than the type holds, but their computation has to end.
    if estimate >= 6000 { throw formatOverflow }
    if estimate <= -6000 { return Numeric(storage: .small(0, scale: scale)) }
    let integerDigits = max(0, Int(estimate * 0.4342944819032518) + 1)
    var halvings = 0
    var size = abs(estimate)
    while size > 0.01 {
      size /= 2
      halvings += 1
    }
    // Each squaring may double the error, and the error counts against the whole result.
    let working = scale + integerDigits + halvings / 3 + guardDigits
    let small = halvings == 0 ? x.rescaled(to: working) : divide(x, byPowerOfTwo: halvings, scale: working)
    var result = sum(.one, small).rescaled(to: working)
    var term = small
    var index: Int64 = 2
    while true {
      term = product(term, small, scale: working)
      term = term.divided(by: Numeric(index), scale: working, .halfAwayFromZero)
      if term.isZero { break }
      result = sum(result, term)
      index += 1
    }
    for step in 0..<halvings {
      // The digits before the point grow from step to step, so those after it may shrink.
      let remaining = Double(1 << min(halvings - step - 1, 62))
      let before = max(0, Int(estimate / remaining * 0.4342944819032518))
      result = product(result, result, scale: max(scale + guardDigits / 2, working - before))
    }
    return try result.rescaled(to: scale).checked()
  }

  private static func divide(_ x: Numeric, byPowerOfTwo exponent: Int, scale: Int) -> Numeric {
    x.divided(by: Numeric(Int64(1) << Int64(min(exponent, 62))), scale: scale, .halfAwayFromZero)
  }

  /// ln x to `scale` places, x > 0.
  ///
  /// x is brought near 1 by a power of ten; then Halley's iteration on e^y = x triples the digits of a double
  /// with each step.
  private static func logarithm(_ x: Numeric, scale: Int) -> Numeric {
    if x == .one { return Numeric(storage: .small(0, scale: scale)) }
    let working = scale + guardDigits
    let (count, xScale) = x.digits
    var exponent = count - xScale
    // The mantissa is in 0.1 ..< 1; below a third the next power is nearer.
    var mantissa = x.withScale(count)
    if exponent == 1 || mantissa < Numeric(scaled: 3, scale: 1) {
      exponent -= 1
      mantissa = count >= 1 ? x.withScale(count - 1) : x
    }
    let fraction = logarithmNearOne(mantissa, scale: working + 6)
    if exponent == 0 { return fraction.rescaled(to: scale) }
    let ten = logarithmNearOne(Numeric(scaled: 10, scale: 0), scale: working + 6)
    return sum(fraction, product(ten, Numeric(exponent), scale: working + 6)).rescaled(to: scale)
  }

  /// ln x for x about 0.1...10.
  private static func logarithmNearOne(_ x: Numeric, scale: Int) -> Numeric {
    var y = Numeric(log(x.approximation)).rescaled(to: min(scale, 18))
    var correct = 14
    while correct < scale {
      correct *= 3
      let working = min(scale, correct) + 6
      guard let power = try? exponential(y, scale: working) else { return .nan }
      let numerator = sum(x, power.negated)
      let correction = sum(numerator, numerator).divided(by: sum(x, power), scale: working, .halfAwayFromZero)
      y = sum(y, correction).rescaled(to: working)
    }
    return y.rescaled(to: scale)
  }

  /// A whole power, by squaring, with the significant digits that the result shows and some more.
  private static func power(_ base: Numeric, _ exponent: Int, scale: Int) throws(SQLError) -> Numeric {
    switch exponent {
    case 0: return Numeric.one.rescaled(to: scale)
    case 1: return base.rescaled(to: scale)
    case -1: return try one.divided(by: base, scale: scale, .halfAwayFromZero).checked()
    case 2: return try product(base, base, scale: scale).checked()
    default: break
    }
    if base.isZero { return Numeric(storage: .small(0, scale: scale)) }
    let (count, baseScale) = base.digits
    let leading = min(count, 16)
    let mantissa = Double(base.leadingDigits(leading, of: count))
    let weight = Double(exponent) * (log10(mantissa) + Double(count - leading - baseScale))
    if weight > Double(maximumIntegerDigits) + 1 { throw formatOverflow }
    if weight + 1 < Double(-scale) { return Numeric(storage: .small(0, scale: scale)) }
    let significant = max(1, scale + Int(weight)) + 12 + PowersOfTen.digitCount(UInt128(exponent.magnitude))
    var result = one
    var square = base
    var mask = exponent.magnitude
    while mask > 0 {
      if mask & 1 == 1 { result = limited(product: result, square, significant: significant) }
      mask >>= 1
      if mask > 0 { square = limited(product: square, square, significant: significant) }
      if square.isZero || square.digits.count - square.digits.scale > 2 * maximumIntegerDigits {
        if (square.isZero) != (exponent < 0) { return Numeric(storage: .small(0, scale: scale)) }
        throw formatOverflow
      }
    }
    if exponent < 0 { return try one.divided(by: result, scale: scale, .halfAwayFromZero).checked() }
    return try result.rescaled(to: scale).checked()
  }

  /// The product with no more than `significant` digits; exact while it has fewer.
  private static func limited(product left: Numeric, _ right: Numeric, significant: Int) -> Numeric {
    let exactScale = left.displayScale + right.displayScale
    let wanted = product(left, right, scale: exactScale)
    let (count, _) = wanted.digits
    return count > significant && exactScale > 0
      ? wanted.rescaled(to: max(0, exactScale - (count - significant))) : wanted
  }

  private static func fractionalPower(_ base: Numeric, _ exponent: Numeric) throws(SQLError) -> Numeric {
    let sign = base.signum < 0
    let base = base.absolute
    let baseWeight = base.logarithmWeight
    let rough = max(0, 8 - baseWeight)
    let estimate = product(logarithm(base, scale: rough), exponent, scale: rough).approximation
    if abs(estimate) > 6020 {
      if estimate > 0 { throw formatOverflow }
      return Numeric(storage: .small(0, scale: maximumResultScale))
    }
    let weight = Int(estimate * 0.434294481903252)
    let scale = functionScale(significant: weight, [base, exponent])
    let local = max(0, scale + weight - baseWeight + 8)
    let exponentDigits = max(0, exponent.digits.count - exponent.digits.scale)
    let argument = product(logarithm(base, scale: local + exponentDigits), exponent, scale: local + 4)
    let result = try exponential(argument, scale: scale)
    // Only a huge whole exponent brings a negative base here; it is odd when its last digit is.
    let isOdd = sign && exponent.rescaled(to: 0).parts.map(\.magnitude.isOdd) == true
    return isOdd ? result.negated : result
  }

  private static func powerNonFinite(_ base: Numeric, _ exponent: Numeric) throws(SQLError) -> Numeric {
    // As in POSIX: 1 to any power and anything to the power 0 are 1, even for NaN.
    if base.isNaN { return exponent.isZero ? one : nan }
    if exponent.isNaN { return base == one ? one : nan }
    if base.isZero && exponent.signum < 0 {
      throw SQLError(SQLState(rawValue: "2201F"), "zero raised to a negative power is undefined")
    }
    if base.signum < 0, base.isFinite || exponent.isFinite, exponent.isFinite, exponent.minimumScale != 0 {
      throw SQLError(
        SQLState(rawValue: "2201F"), "a negative number raised to a non-integer power yields a complex result")
    }
    if base == one || exponent.isZero { return one }
    if base.isZero && exponent.signum > 0 { return zero }
    if exponent.isInfinite {
      let size = base.absolute
      if size == one { return one }
      return (size > one) == (exponent.signum > 0) ? infinity : zero
    }
    if exponent.signum < 0 { return zero }
    if base.signum > 0 { return infinity }
    let isOdd = exponent.rescaled(to: 0).parts.map(\.magnitude.isOdd) == true
    return isOdd ? negativeInfinity : infinity
  }
}
