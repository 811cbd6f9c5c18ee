import PostgresDialect

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension FunctionRegistrar {
  func registerMath() {
    registerDivisors()
    registerBits()
    registerTrigonometry()
    registerDegrees()
    scalar("pg_log_base_numeric", 2) { call throws(SQLError) in
      call.result(try call.numeric(1).logarithm(base: call.numeric(0)))
    }
    scalar("pg_factorial", 1) { call throws(SQLError) in
      let count = call.integer(0)
      if count < 0 {
        throw SQLError(.numericValueOutOfRange, "factorial of a negative number is undefined")
      }
      if count > 32177 { throw SQLError(.numericValueOutOfRange, "value overflows numeric format") }
      var result = Numeric(1)
      for factor in stride(from: 2, through: count, by: 1) { result = try result.multiplied(by: Numeric(factor)) }
      call.result(result)
    }
    scalar("pg_scale", 1) { call throws(SQLError) in
      guard let scale = try call.numeric(0).scale else { return call.resultNull() }
      call.result(Int64(scale))
    }
    scalar("pg_min_scale", 1) { call throws(SQLError) in
      guard let scale = try call.numeric(0).minimumScale else { return call.resultNull() }
      call.result(Int64(scale))
    }
    scalar("pg_trim_scale", 1) { call throws(SQLError) in
      let value = try call.numeric(0)
      call.result(try value.minimumScale.map { scale throws(SQLError) in try value.rounded(scale) } ?? value)
    }
    scalar("pg_width_bucket_numeric", 4) { call throws(SQLError) in
      let (value, low, high) = (try call.numeric(0), try call.numeric(1), try call.numeric(2))
      if value.isNaN || low.isNaN || high.isNaN {
        throw SQLError(SQLState(rawValue: "2201G"), "operand, lower bound, and upper bound cannot be NaN")
      }
      if !low.isFinite || !high.isFinite {
        throw SQLError(SQLState(rawValue: "2201G"), "lower and upper bounds must be finite")
      }
      let count = try bucketCount(call, areEqual: low.compare(high) == 0)
      let isAscending = low.compare(high) < 0
      let (first, last) = isAscending ? (low, high) : (high, low)
      let position = isAscending ? value.compare(first) : -value.compare(last)
      if position < 0 { return call.result(Int64(0)) }
      if (isAscending ? value.compare(last) : -value.compare(first)) >= 0 { return call.result(count + 1) }
      let distance = try isAscending ? value.subtracting(first) : last.subtracting(value)
      let bucket = try distance.multiplied(by: Numeric(count)).dividedTruncating(by: last.subtracting(first))
      call.result(try bucket.int64() + 1)
    }
    scalar("pg_width_bucket_float8", 4) { call throws(SQLError) in
      let (value, low, high) = (call.real(0), call.real(1), call.real(2))
      if low.isInfinite || high.isInfinite {
        throw SQLError(SQLState(rawValue: "2201G"), "lower and upper bounds must be finite")
      }
      let count = try bucketCount(call, areEqual: low == high)
      let isBelow = low < high ? value < low : value > low
      let isAbove = low < high ? value >= high : value <= high
      if isBelow || isAbove { return call.result(isBelow ? Int64(0) : count + 1) }
      let bucket = Int64(Double(count) * ((value - low) / (high - low)))
      call.result(Swift.min(bucket, count - 1) + 1)
    }
    scalar("pg_setseed", 1, isPure: false) { call throws(SQLError) in
      let seed = call.real(0)
      guard (-1...1).contains(seed) else {
        throw SQLError(
          .invalidParameterValue, "setseed parameter \(ValueText.text(seed)) is out of allowed range [-1,1]")
      }
      call.session.identifiers = .seeded(seed.bitPattern)
      call.result("")
    }
  }

  private func registerDivisors() {
    func fit(_ value: UInt64, _ name: String, _ displayName: String) throws(SQLError) -> Int64 {
      guard value <= UInt64(name == "int4" ? Int64(Int32.max) : Int64.max) else {
        throw SQLError(.numericValueOutOfRange, "\(displayName) out of range")
      }
      return Int64(value)
    }
    for (name, displayName) in [("int4", "integer"), ("int8", "bigint")] {
      scalar("pg_gcd_\(name)", 2) { call throws(SQLError) in
        call.result(try fit(divisor(call.integer(0).magnitude, call.integer(1).magnitude), name, displayName))
      }
      scalar("pg_lcm_\(name)", 2) { call throws(SQLError) in
        let (a, b) = (call.integer(0).magnitude, call.integer(1).magnitude)
        if a == 0 || b == 0 { return call.result(Int64(0)) }
        let (product, overflow) = (a / divisor(a, b)).multipliedReportingOverflow(by: b)
        call.result(try fit(overflow ? .max : product, name, displayName))
      }
    }
    func common(_ a: Numeric, _ b: Numeric) throws(SQLError) -> Numeric {
      var (x, y) = (a.absolute, b.absolute)
      let scale = Swift.max(a.scale ?? 0, b.scale ?? 0)
      while !y.isZero { (x, y) = (y, try x.remainder(dividingBy: y)) }
      return try x.rounded(scale)
    }
    scalar("pg_gcd_numeric", 2) { call throws(SQLError) in
      let (a, b) = (try call.numeric(0), try call.numeric(1))
      guard a.isFinite, b.isFinite else { return call.result(Numeric.nan) }
      call.result(try common(a, b))
    }
    scalar("pg_lcm_numeric", 2) { call throws(SQLError) in
      let (a, b) = (try call.numeric(0), try call.numeric(1))
      guard a.isFinite, b.isFinite else { return call.result(Numeric.nan) }
      let scale = Swift.max(a.scale ?? 0, b.scale ?? 0)
      if a.isZero || b.isZero { return call.result(try Numeric(0).rounded(scale)) }
      let product = try a.absolute.dividedTruncating(by: common(a, b)).multiplied(by: b.absolute)
      call.result(try product.rounded(scale))
    }
  }

  private func registerBits() {
    scalar("pg_bit_xor", 2) { call throws(SQLError) in call.result(call.integer(0) ^ call.integer(1)) }
    // As the machine shifts: only the low bits of the distance count; a smallint is shifted as an integer and cut.
    for name in ["int2", "int4"] {
      func cut(_ value: Int32) -> Int64 { name == "int2" ? Int64(Int16(truncatingIfNeeded: value)) : Int64(value) }
      scalar("pg_shift_left_\(name)", 2) { call throws(SQLError) in
        call.result(cut(Int32(truncatingIfNeeded: call.integer(0)) &<< Int32(truncatingIfNeeded: call.integer(1))))
      }
      scalar("pg_shift_right_\(name)", 2) { call throws(SQLError) in
        call.result(cut(Int32(truncatingIfNeeded: call.integer(0)) &>> Int32(truncatingIfNeeded: call.integer(1))))
      }
    }
    scalar("pg_shift_left_int8", 2) { call throws(SQLError) in call.result(call.integer(0) &<< call.integer(1)) }
    scalar("pg_shift_right_int8", 2) { call throws(SQLError) in call.result(call.integer(0) &>> call.integer(1)) }
  }

  private func registerTrigonometry() {
    func function(_ name: String, _ compute: @escaping (Double) -> Double) {
      scalar("pg_\(name)_float8", 1) { call throws(SQLError) in
        let result = compute(call.real(0))
        if result.isNaN && !call.real(0).isNaN { throw SQLError(.numericValueOutOfRange, "input is out of range") }
        call.result(result)
      }
    }
    function("cbrt") { cbrt($0) }
    function("degrees") { $0 / (Double.pi / 180) }
    function("radians") { $0 * (Double.pi / 180) }
    function("sin") { sin($0) }
    function("cos") { cos($0) }
    function("tan") { tan($0) }
    function("cot") { 1 / tan($0) }
    function("asin") { asin($0) }
    function("acos") { acos($0) }
    function("atan") { atan($0) }
    function("sinh") { sinh($0) }
    function("cosh") { cosh($0) }
    function("tanh") { tanh($0) }
    function("asinh") { asinh($0) }
    function("acosh") { acosh($0) }
    function("atanh") { atanh($0) }
    scalar("pg_atan2_float8", 2) { call throws(SQLError) in call.result(atan2(call.real(0), call.real(1))) }
  }

  private func registerDegrees() {
    func function(_ name: String, _ compute: @escaping (Double) -> Double) {
      scalar("pg_\(name)_float8", 1) { call throws(SQLError) in
        guard !call.real(0).isInfinite || name == "atand" else {
          throw SQLError(.numericValueOutOfRange, "input is out of range")
        }
        let result = compute(call.real(0))
        if result.isNaN && !call.real(0).isNaN { throw SQLError(.numericValueOutOfRange, "input is out of range") }
        call.result(result)
      }
    }
    function("sind", Degrees.sine)
    function("cosd", Degrees.cosine)
    function("tand") { Degrees.tangent($0) }
    function("cotd") { Degrees.cotangent($0) }
    function("asind", Degrees.arcSine)
    function("acosd", Degrees.arcCosine)
    function("atand") { atan($0) / Degrees.atanOne * 45 }
    scalar("pg_atan2d_float8", 2) { call throws(SQLError) in
      call.result(atan2(call.real(0), call.real(1)) / Degrees.atanOne * 45)
    }
  }
}

private func bucketCount(_ call: FunctionContext, areEqual: Bool) throws(SQLError) -> Int64 {
  let count = call.integer(3)
  if count <= 0 { throw SQLError(SQLState(rawValue: "2201G"), "count must be greater than zero") }
  if areEqual { throw SQLError(SQLState(rawValue: "2201G"), "lower bound cannot equal upper bound") }
  return count
}

private func divisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return x
}

/// Trigonometry in degrees that is exact where the result is: at 30, 45, 60 and 90 degrees.
///
/// As PostgreSQL does, results are scaled by what the library's own functions give at those places.
private enum Degrees {
  private static let radian = Double.pi / 180
  private static let sine30 = sin(30 * radian)
  private static let oneMinusCosine60 = 1 - cos(60 * radian)
  private static let arcSineHalf = asin(0.5)
  private static let arcCosineHalf = acos(0.5)
  static let atanOne = atan(1.0)
  private static let tangent45 = firstSine(45) / firstCosine(45)
  private static let cotangent45 = firstCosine(45) / firstSine(45)

  private static func sineTo30(_ x: Double) -> Double { sin(x * radian) / sine30 / 2 }
  private static func cosineTo60(_ x: Double) -> Double { 1 - (1 - cos(x * radian)) / oneMinusCosine60 / 2 }
  /// Between 0 and 90 degrees.
  private static func firstSine(_ x: Double) -> Double { x <= 30 ? sineTo30(x) : cosineTo60(90 - x) }
  private static func firstCosine(_ x: Double) -> Double { x <= 60 ? cosineTo60(x) : sineTo30(90 - x) }

  static func sine(_ x: Double) -> Double {
    var x = fmod(x, 360)
    var sign = 1.0
    if x < 0 { (x, sign) = (-x, -sign) }
    if x > 180 { (x, sign) = (360 - x, -sign) }
    if x > 90 { x = 180 - x }
    return sign * firstSine(x)
  }

  static func cosine(_ x: Double) -> Double {
    var x = abs(fmod(x, 360))
    var sign = 1.0
    if x > 180 { x = 360 - x }
    if x > 90 { (x, sign) = (180 - x, -sign) }
    return sign * firstCosine(x)
  }

  /// The place in the first quadrant, and the sign there.
  private static func folded(_ x: Double) -> (Double, Double) {
    var x = fmod(x, 360)
    var sign = 1.0
    if x < 0 { (x, sign) = (-x, -sign) }
    if x > 180 { (x, sign) = (360 - x, -sign) }
    if x > 90 { (x, sign) = (180 - x, -sign) }
    return (x, sign)
  }

  static func tangent(_ x: Double) -> Double {
    let (x, sign) = folded(x)
    let result = sign * (firstSine(x) / firstCosine(x) / tangent45)
    return result == 0 ? 0 : result
  }

  static func cotangent(_ x: Double) -> Double {
    let (x, sign) = folded(x)
    let result = sign * (firstCosine(x) / firstSine(x) / cotangent45)
    return result == 0 ? 0 : result
  }

  private static func firstArcSine(_ x: Double) -> Double {
    x <= 0.5 ? asin(x) / arcSineHalf * 30 : 90 - acos(x) / arcCosineHalf * 60
  }

  static func arcSine(_ x: Double) -> Double {
    guard abs(x) <= 1 else { return .nan }
    return x >= 0 ? firstArcSine(x) : -firstArcSine(-x)
  }

  static func arcCosine(_ x: Double) -> Double {
    guard abs(x) <= 1 else { return .nan }
    if x < 0 { return 90 + firstArcSine(-x) }
    return x <= 0.5 ? 90 - asin(x) / arcSineHalf * 30 : acos(x) / arcCosineHalf * 60
  }
}
