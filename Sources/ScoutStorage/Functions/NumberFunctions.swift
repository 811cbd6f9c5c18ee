import PostgresDialect

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension FunctionRegistrar {
  func registerNumbers() {
    registerIntegers(Int16.self, "int2", "smallint")
    registerIntegers(Int32.self, "int4", "integer")
    registerIntegers(Int64.self, "int8", "bigint")
    registerFloats()
    registerDecimals()
    registerFixedPoint()
  }

  // MARK: Integers

  private func registerIntegers<Integer: FixedWidthInteger & Sendable>(
    _: Integer.Type, _ name: String, _ displayName: String
  ) {
    let outOfRange = SQLError(.numericValueOutOfRange, "\(displayName) out of range")
    func fit(_ value: Int64) throws(SQLError) -> Integer {
      guard let fitted = Integer(exactly: value) else { throw outOfRange }
      return fitted
    }
    func operation(_ symbol: String, _ apply: @escaping (Integer, Integer) -> (Integer, Bool)) {
      // A chain such as a + b + c is one call with three arguments.
      scalar("pg_\(symbol)_\(name)", -1) { call throws(SQLError) in
        var result = try fit(call.integer(0))
        for index in 1..<call.count {
          let (value, overflow) = apply(result, try fit(call.integer(index)))
          if overflow { throw outOfRange }
          result = value
        }
        call.result(Int64(result))
      }
    }
    operation("add") { $0.addingReportingOverflow($1) }
    operation("sub") { $0.subtractingReportingOverflow($1) }
    operation("mul") { $0.multipliedReportingOverflow(by: $1) }
    scalar("pg_div_\(name)", 2) { call throws(SQLError) in
      let divisor = call.integer(1)
      if divisor == 0 { throw divisionByZero }
      let (value, overflow) = try fit(call.integer(0)).dividedReportingOverflow(by: try fit(divisor))
      if overflow { throw outOfRange }
      call.result(Int64(value))
    }
    scalar("pg_mod_\(name)", 2) { call throws(SQLError) in
      let divisor = call.integer(1)
      if divisor == 0 { throw divisionByZero }
      call.result(divisor == -1 ? 0 : call.integer(0) % divisor)
    }
    scalar("pg_abs_\(name)", 1) { call throws(SQLError) in
      let value = try fit(call.integer(0))
      if value == Integer.min { throw outOfRange }
      call.result(abs(Int64(value)))
    }
    scalar("pg_int8_\(name)", 1) { call throws(SQLError) in call.result(Int64(try fit(call.integer(0)))) }
    scalar("pg_real_\(name)", 1) { call throws(SQLError) in
      // PostgreSQL rounds halves of floats to even.
      guard let value = Integer(exactly: call.real(0).rounded(.toNearestOrEven)) else { throw outOfRange }
      call.result(Int64(value))
    }
    scalar("pg_numeric_\(name)", 1) { call throws(SQLError) in
      let value = try call.numeric(0)
      do throws(SQLError) {
        call.result(Int64(try fit(try value.int64())))
      } catch {
        throw error.state == .numericValueOutOfRange ? outOfRange : error
      }
    }
    scalar("pg_\(name)_in", 1) { call throws(SQLError) in
      switch Integer.bitWidth {
      case 16: call.result(Int64(try ValueText.int16(call.text(0))))
      case 32: call.result(Int64(try ValueText.int32(call.text(0))))
      default: call.result(try ValueText.int64(call.text(0)))
      }
    }
  }

  // MARK: Floats

  private func registerFloats() {
    func operation(_ symbol: String, _ apply: @escaping (Double, Double) -> Double) {
      for name in ["float4", "float8"] {
        scalar("pg_\(symbol)_\(name)", -1) { call throws(SQLError) in
          var result = call.real(0)
          for index in 1..<call.count {
            let operand = call.real(index)
            if symbol == "div" && operand == 0 && !result.isNaN { throw divisionByZero }
            let value = name == "float4" ? Double(Float(apply(result, operand))) : apply(result, operand)
            if value.isInfinite && result.isFinite && operand.isFinite {
              throw SQLError(.numericValueOutOfRange, "value out of range: overflow")
            }
            result = value
          }
          call.result(result)
        }
      }
    }
    operation("add", +)
    operation("sub", -)
    operation("mul", *)
    operation("div", /)
    scalar("pg_pow_float8", 2) { call throws(SQLError) in
      let base = call.real(0), exponent = call.real(1)
      if base == 0 && exponent < 0 {
        throw SQLError(SQLState(rawValue: "2201F"), "zero raised to a negative power is undefined")
      }
      if base < 0 && exponent.rounded() != exponent {
        throw SQLError(
          SQLState(rawValue: "2201F"), "a negative number raised to a non-integer power yields a complex result")
      }
      let value = pow(base, exponent)
      if base.isFinite && exponent.isFinite {
        if value.isInfinite { throw SQLError(.numericValueOutOfRange, "value out of range: overflow") }
        if value == 0 && base != 0 { throw SQLError(.numericValueOutOfRange, "value out of range: underflow") }
      }
      call.result(value)
    }
    scalar("pg_negate_float8", 1) { call throws(SQLError) in call.result(-call.real(0)) }
    scalar("pg_abs_float8", 1) { call throws(SQLError) in call.result(call.real(0).magnitude) }
    scalar("pg_rint", 1) { call throws(SQLError) in call.result(call.real(0).rounded(.toNearestOrEven)) }
    scalar("pg_ceil_float8", 1) { call throws(SQLError) in call.result(call.real(0).rounded(.up)) }
    scalar("pg_floor_float8", 1) { call throws(SQLError) in call.result(call.real(0).rounded(.down)) }
    scalar("pg_trunc_float8", 1) { call throws(SQLError) in call.result(call.real(0).rounded(.towardZero)) }
    scalar("pg_sign_float8", 1) { call throws(SQLError) in
      let value = call.real(0)
      call.result(value > 0 ? 1.0 : value < 0 ? -1.0 : 0.0)
    }
    scalar("pg_sqrt_float8", 1) { call throws(SQLError) in
      if call.real(0) < 0 {
        throw SQLError(SQLState(rawValue: "2201F"), "cannot take square root of a negative number")
      }
      call.result(call.real(0).squareRoot())
    }
    scalar("pg_exp_float8", 1) { call throws(SQLError) in
      let value = exp(call.real(0))
      if value.isInfinite && call.real(0).isFinite {
        throw SQLError(.numericValueOutOfRange, "value out of range: overflow")
      }
      if value == 0 && call.real(0).isFinite {
        throw SQLError(.numericValueOutOfRange, "value out of range: underflow")
      }
      call.result(value)
    }
    scalar("pg_ln_float8", 1) { call throws(SQLError) in call.result(log(try positive(call.real(0)))) }
    scalar("pg_log_float8", 1) { call throws(SQLError) in call.result(log10(try positive(call.real(0)))) }
    scalar("pg_pi", 0) { call throws(SQLError) in call.result(Double.pi) }
    scalar("pg_random", 0, isPure: false) { call throws(SQLError) in
      call.result(Double(call.session.identifiers.next().0 >> 11) * 0x1p-53)
    }
    scalar("pg_real_text", 1) { call throws(SQLError) in call.result(ValueText.text(call.real(0))) }
    scalar("pg_real_float4", 1) { call throws(SQLError) in call.result(Double(Float(call.real(0)))) }
    scalar("pg_float8_in", 1) { call throws(SQLError) in call.result(try ValueText.double(call.text(0))) }
    scalar("pg_float4_in", 1) { call throws(SQLError) in call.result(Double(try ValueText.real(call.text(0)))) }
  }

  // MARK: Decimals

  private func registerDecimals() {
    func operation(_ symbol: String, _ apply: @escaping (Numeric, Numeric) throws(SQLError) -> Numeric) {
      scalar("pg_\(symbol)_numeric", -1) { call throws(SQLError) in
        var result = try call.numeric(0)
        for index in 1..<call.count { result = try apply(result, try call.numeric(index)) }
        call.result(result)
      }
    }
    operation("add") { a, b throws(SQLError) in try a.adding(b) }
    operation("sub") { a, b throws(SQLError) in try a.subtracting(b) }
    operation("mul") { a, b throws(SQLError) in try a.multiplied(by: b) }
    operation("div") { a, b throws(SQLError) in try a.divided(by: b) }
    operation("mod") { a, b throws(SQLError) in try a.remainder(dividingBy: b) }
    operation("quotient") { a, b throws(SQLError) in try a.dividedTruncating(by: b) }
    operation("pow") { a, b throws(SQLError) in try a.power(b) }

    func unary(_ name: String, _ apply: @escaping (Numeric) throws(SQLError) -> Numeric) {
      scalar("pg_\(name)_numeric", 1) { call throws(SQLError) in call.result(try apply(try call.numeric(0))) }
    }
    unary("negate") { $0.negated }
    unary("abs") { $0.absolute }
    unary("sign") { $0.sign }
    unary("ceil") { value throws(SQLError) in try value.ceiling() }
    unary("floor") { value throws(SQLError) in try value.floor() }
    unary("sqrt") { value throws(SQLError) in try value.squareRoot() }
    unary("exp") { value throws(SQLError) in try value.exponential() }
    unary("ln") { value throws(SQLError) in try value.naturalLogarithm() }
    unary("log") { value throws(SQLError) in try value.logarithm() }
    unary("trunc") { value throws(SQLError) in try value.truncated() }

    scalar("pg_trunc_numeric", 2) { call throws(SQLError) in
      call.result(try call.numeric(0).truncated(Int(clamping: call.integer(1))))
    }
    scalar("pg_round_numeric", 2) { call throws(SQLError) in
      call.result(try call.numeric(0).rounded(Int(clamping: call.integer(1))))
    }
    scalar("pg_numeric_in", 1) { call throws(SQLError) in call.result(try Numeric(call.text(0))) }
    scalar("pg_real_numeric", 1) { call throws(SQLError) in call.result(Numeric(call.real(0))) }
    scalar("pg_numeric_real", 1) { call throws(SQLError) in call.result(try call.numeric(0).double()) }
    scalar("pg_numeric_typmod", 3) { call throws(SQLError) in
      call.result(
        try call.numeric(0).fitted(precision: Int(clamping: call.integer(1)), scale: Int(clamping: call.integer(2))))
    }
    scalar("pg_numeric_fixed", 2) { call throws(SQLError) in
      guard let scaled = try call.numeric(0).scaledInteger(scale: Int(clamping: call.integer(1))) else {
        throw SQLError(.numericValueOutOfRange, "numeric field overflow")
      }
      call.result(scaled)
    }
  }

  // MARK: Scaled integers

  private func registerFixedPoint() {
    scalar("pg_fixed_text", 2) { call throws(SQLError) in
      call.result(Numeric(scaled: call.integer(0), scale: Int(clamping: call.integer(1))).description)
    }
    scalar("pg_fixed_round", 2) { call throws(SQLError) in
      call.result(roundedQuotient(call.integer(0), call.integer(1)))
    }
    scalar("pg_fixed_rescale", 4) { call throws(SQLError) in
      let value = Numeric(scaled: call.integer(0), scale: Int(clamping: call.integer(1)))
      let scale = Int(clamping: call.integer(2))
      let fitted = try value.fitted(precision: Int(clamping: call.integer(3)), scale: scale)
      guard let scaled = fitted.scaledInteger(scale: scale) else {
        throw SQLError(.numericValueOutOfRange, "numeric field overflow")
      }
      call.result(scaled)
    }
  }
}

/// `value / divisor` rounded half away from zero; the divisor is positive.
private func roundedQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: Swift.max(divisor, 1))
  return remainder.magnitude >= (divisor.magnitude + 1) / 2 ? quotient + value.signum() : quotient
}

private func positive(_ value: Double) throws(SQLError) -> Double {
  guard value > 0 || value.isNaN else {
    throw SQLError(
      SQLState(rawValue: "2201E"), "cannot take logarithm of \(value == 0 ? "zero" : "a negative number")")
  }
  return value
}

let divisionByZero = SQLError(.divisionByZero, "division by zero")
