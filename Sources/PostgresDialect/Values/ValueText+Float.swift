extension ValueText {
  /// The text of a double precision value: the shortest that reads back the same, with an exponent when the
  /// number is less than 0.0001 or has more than 15 digits before the point.
  ///
  /// Source: <https://www.postgresql.org/docs/15/datatype-numeric.html#DATATYPE-FLOAT>
  public static func text(_ value: Double) -> String {
    // In this range Swift writes the same, but for the point after whole numbers.
    if value.magnitude >= 0.0001 && value.magnitude < 1e15 { return withoutZeroFraction(value.description) }
    return text(ShortestDecimal(value), special: special(value), pointLimit: 15)
  }

  /// The text of a real value; the exponent appears with more than 6 digits before the point.
  public static func text(_ value: Float) -> String {
    if value.magnitude >= 0.0001 && value.magnitude < 1e6 { return withoutZeroFraction(value.description) }
    return text(ShortestDecimal(value), special: special(Double(value)), pointLimit: 6)
  }

  private static func withoutZeroFraction(_ text: String) -> String {
    text.utf8.suffix(2).elementsEqual([ASCII.point, ASCII.zero]) ? String(text.dropLast(2)) : text
  }

  private static func special(_ value: Double) -> String? {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return nil
  }

  private static func text(_ decimal: @autoclosure () -> ShortestDecimal, special: String?, pointLimit: Int) -> String {
    if let special { return special }
    let decimal = decimal()
    let sign = decimal.isNegative ? "-" : ""
    if decimal.digits == 0 { return sign + "0" }
    let digits = String(decimal.digits)
    let exponent = decimal.exponent + digits.utf8.count - 1
    if exponent < -4 || exponent >= pointLimit {
      let fraction = digits.dropFirst()
      let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + (exponent < 0 ? "e-" : "e+") + size
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let missing = exponent + 1 - digits.utf8.count
    if missing >= 0 { return sign + digits + String(repeating: "0", count: missing) }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// Reads a double precision value.
  ///
  /// - Throws: 22P02 for other text; 22003 when the number is too large or so small that it would become zero.
  public static func double(_ text: String) throws(SQLError) -> Double {
    try float(text, typeName: "double precision")
  }

  /// Reads a real value.
  public static func real(_ text: String) throws(SQLError) -> Float {
    try float(text, typeName: "real")
  }

  private static func float<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    _ text: String, typeName: String
  ) throws(SQLError) -> Value {
    let word = trimmed(text)
    let lower = ASCII.lowercased(word)
    switch lower {
    case "nan", "+nan", "-nan": return .nan
    case "inf", "infinity", "+inf", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: break
    }
    // Swift reads "nan(…)" and the like too; what is left here must look like a number.
    guard let first = lower.utf8.first(where: { $0 != ASCII.minus && $0 != ASCII.plus }),
      ASCII.isDigit(first) || first == ASCII.point, let value = Value(String(word))
    else { throw malformed(typeName, text) }
    let mantissa = lower.prefix { $0 != (lower.contains("x") ? "p" : "e") }
    if value.isInfinite || value.isZero && mantissa.utf8.contains(where: { $0 > ASCII.zero && $0 <= UInt8(ascii: "9") })
    {
      throw SQLError(.numericValueOutOfRange, "\"\(word)\" is out of range for type \(typeName)")
    }
    return value
  }
}
