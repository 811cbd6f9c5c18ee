import Testing

@testable import PostgresDialect

@Suite struct NumericTests {
  @Test(arguments: [
    ["+", "-", "*"], ["/"], ["%", "div"], ["cmp"], ["round", "trunc"], ["ceil", "floor", "abs", "sign"],
    ["trim_scale", "min_scale", "scale"], ["int8", "int4", "int2"], ["float8", "from_float8"], ["typmod"], ["in"],
    ["sqrt"], ["power"], ["exp"], ["ln", "log", "logb"],
  ])
  func `answers as PostgreSQL 15 did`(_ operations: [String]) throws {
    try Recorded.check("numeric", where: { operations.contains($0.operation) }, Self.evaluate)
  }

  static func evaluate(_ recorded: Recorded) throws -> String? {
    let arguments = recorded.arguments
    if recorded.operation == "from_float8" { return Numeric(try ValueText.double(arguments[0])).description }
    let a = try Numeric(arguments[0])
    func second() throws -> Numeric { try Numeric(arguments[1]) }
    func integer(_ index: Int) -> Int { Int(arguments[index]) ?? 0 }
    let result: Numeric
    switch recorded.operation {
    case "+": result = try a.adding(second())
    case "-": result = try a.subtracting(second())
    case "*": result = try a.multiplied(by: second())
    case "/": result = try a.divided(by: second())
    case "%": result = try a.remainder(dividingBy: second())
    case "div": result = try a.dividedTruncating(by: second())
    case "cmp": return try a < second() ? "<" : a == second() ? "=" : ">"
    case "round": result = try a.rounded(integer(1))
    case "trunc": result = try a.truncated(integer(1))
    case "ceil": result = try a.ceiling()
    case "floor": result = try a.floor()
    case "abs": result = a.absolute
    case "sign": result = a.sign
    case "trim_scale": result = a.trimmed
    case "min_scale": return a.minimumScale.map { "\($0)" }
    case "scale": return a.scale.map { "\($0)" }
    case "int8": return "\(try a.int64())"
    case "int4": return "\(try a.int32())"
    case "int2": return "\(try a.int16())"
    case "float8": return ValueText.text(try a.double())
    case "sqrt": result = try a.squareRoot()
    case "power": result = try a.power(second())
    case "exp": result = try a.exponential()
    case "ln": result = try a.naturalLogarithm()
    case "log": result = try a.logarithm()
    case "logb": result = try second().logarithm(base: a)
    case "typmod": result = try a.fitted(precision: integer(1), scale: integer(2))
    case "in":
      let text = a.description
      return "\(text.count):\(text.prefix(60))"
    default: return "no such operation"
    }
    return result.description
  }
}

@Suite struct NumericBoundsTests {
  @Test func `equal numbers hash alike whatever they show`() throws {
    let wide = try Numeric("1" + String(repeating: "0", count: 45)).multiplied(by: Numeric("1.00"))
    let exponent = try Numeric("1e45")
    #expect(Set([try Numeric("2.5"), try Numeric("2.50"), try Numeric("2.500000")]).count == 1)
    #expect(Set([wide, exponent]).count == 1)
    #expect(Set([Numeric.nan, .nan, .infinity]).count == 2)
    #expect(Numeric.infinity < .nan)
  }

  @Test func `numbers beyond the type's digits are an error`() throws {
    let largest = try Numeric("9e131071")
    for operation in [
      { try largest.adding(largest) }, { try largest.multiplied(by: Numeric(10)) },
      { try largest.divided(by: Numeric("0.1")) }, { try Numeric(10).power(Numeric(131_072)) },
      { try Numeric(6000).exponential() }, { try Numeric("1e2000000000") }, { try Numeric("1e-20000") },
    ] as [() throws -> Numeric] {
      #expect(throws: SQLError(.numericValueOutOfRange, "value overflows numeric format")) { try operation() }
    }
    #expect(try Numeric("1e-16383").multiplied(by: Numeric("0.1")).isZero)
  }

  @Test func `the root of a number of 20 000 digits is exact`() throws {
    let root = try Numeric("1e9999").adding(Numeric(7))
    let square = try root.multiplied(by: root)
    #expect(try square.squareRoot() == root)
    #expect(try square.subtracting(.one).squareRoot() == root)
    let quotient = try square.dividedTruncating(by: root)
    #expect(quotient == root)
    #expect(try square.remainder(dividingBy: root).isZero)
  }

  @Test func `division undoes multiplication for numbers of any size`() throws {
    var random = SplitMix(seed: 42)
    for round in 0..<2000 {
      func number(_ digits: Int) throws -> Numeric {
        // Runs of nines and zeros make the estimates of long division wrong on purpose.
        let text = (0..<(1 + digits)).map { _ in
          "0999"[random.next(below: 6) < 4 ? random.next(below: 4) : -1, random.next(below: 10)]
        }
        return try Numeric("1" + text.joined())
      }
      let (a, b) = (try number(random.next(below: 120)), try number(random.next(below: 60)))
      let rest = try a.remainder(dividingBy: b)
      let product = try a.dividedTruncating(by: b).multiplied(by: b)
      #expect(try product.adding(rest) == a, "round \(round), seed 42")
      #expect(rest < b, "round \(round), seed 42")
      #expect(try a.multiplied(by: b).divided(by: b) == a, "round \(round), seed 42")
    }
  }

  @Test func `scaled integers come and go`() throws {
    #expect(Numeric(scaled: 123_450, scale: 2).description == "1234.50")
    #expect(try Numeric("-1234.505").scaledInteger(scale: 2) == -123_451)
    #expect(try Numeric("1e19").scaledInteger(scale: 0) == nil)
    #expect(Numeric.nan.scaledInteger(scale: 2) == nil)
    #expect(Numeric(UInt64.max).description == "18446744073709551615")
  }
}

extension String {
  /// The character at `index`, or the digit when there is no such index.
  fileprivate subscript(index: Int, digit: Int) -> String {
    index < 0 ? "\(digit)" : String(self[self.index(startIndex, offsetBy: index)])
  }
}

@Suite struct ValueTextTests {
  @Test(arguments: ["float8", "float4", "bool", "int2", "int4", "int8", "uuid"])
  func `reads and writes as PostgreSQL 15 did`(_ type: String) throws {
    try Recorded.check("texts", where: { $0.operation == type }) { recorded in
      let text = recorded.arguments[0]
      switch recorded.operation {
      case "float8": return ValueText.text(try ValueText.double(text))
      case "float4": return ValueText.text(try ValueText.real(text))
      case "bool": return ValueText.castText(try ValueText.boolean(text))
      case "int2": return "\(try ValueText.int16(text))"
      case "int4": return "\(try ValueText.int32(text))"
      case "int8": return "\(try ValueText.int64(text))"
      default: return try ValueText.uuid(text)
      }
    }
  }
}
