/// A decimal number read from text without going through binary floating point: `digits` × 10⁻`scale`.
struct ExactDecimal {
  /// All digits as one integer.
  var digits: Int128
  /// How many of them stand after the point; 0 or more.
  var scale: Int

  /// The most significant digits that are read; `digits` times any `Int32` still fits 128 bits.
  static let maximumDigits = 27

  enum Failure: Error { case notANumber, tooManyDigits }

  private static let powers: [Int128] = {
    var power: Int128 = 1
    return (0...38).map { exponent in
      if exponent > 0 { power *= 10 }
      return power
    }
  }()

  /// Reads `-12`, `12.50`, `.5`, `1e3` and the like; nothing else, no blanks, no thousands separators.
  init(parsing text: UnsafeBufferPointer<UInt8>) throws(Failure) {
    var position = 0
    var isNegative = false
    if let first = text.first, first == 0x2D || first == 0x2B {
      isNegative = first == 0x2D
      position = 1
    }
    // The common case: up to 18 digits in a machine word, no exponent.
    var small: UInt64 = 0
    var seen = 0
    var pointAt = -1
    var isPlain = text.count - position <= 19
    if isPlain {
      for index in position..<text.count {
        let byte = text[index]
        if byte &- 0x30 < 10 {
          small = small &* 10 &+ UInt64(byte &- 0x30)
          seen += 1
        } else if byte == 0x2E, pointAt < 0 {
          pointAt = index
        } else {
          isPlain = false
          break
        }
      }
    }
    if isPlain, seen > 0, seen <= 18 {
      digits = isNegative ? -Int128(small) : Int128(small)
      scale = pointAt < 0 ? 0 : text.count - 1 - pointAt
      return
    }
    (digits, scale) = try ExactDecimal.parseLong(text, from: position, isNegative: isNegative)
  }

  private static func parseLong(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isNegative: Bool
  ) throws(Failure) -> (Int128, Int) {
    var value: Int128 = 0
    var significant = 0
    var pendingZeros = 0
    var exponent = 0
    var sawDigit = false
    var sawPoint = false
    var position = start
    while position < text.count {
      let byte = text[position]
      if byte &- 0x30 < 10 {
        sawDigit = true
        if sawPoint { exponent -= 1 }
        if byte == 0x30 {
          // Zeros count only once another digit follows, so 1000…000 and 0.5000…000 are short numbers.
          if significant > 0 { pendingZeros += 1 }
        } else {
          significant += pendingZeros + 1
          guard significant <= maximumDigits else { throw .tooManyDigits }
          value = value * powers[pendingZeros + 1] + Int128(byte - 0x30)
          pendingZeros = 0
        }
      } else if byte == 0x2E, !sawPoint {
        sawPoint = true
      } else {
        break
      }
      position += 1
    }
    guard sawDigit else { throw .notANumber }
    exponent += pendingZeros
    if position < text.count {
      guard text[position] | 0x20 == 0x65 else { throw .notANumber }
      position += 1
      var exponentIsNegative = false
      if position < text.count, text[position] == 0x2B || text[position] == 0x2D {
        exponentIsNegative = text[position] == 0x2D
        position += 1
      }
      guard position < text.count else { throw .notANumber }
      var written = 0
      while position < text.count {
        guard text[position] &- 0x30 < 10 else { throw .notANumber }
        written = Swift.min(written * 10 + Int(text[position] - 0x30), 1_000_000)
        position += 1
      }
      exponent += exponentIsNegative ? -written : written
    }
    if value == 0 { return (0, 0) }
    if exponent >= 0 {
      guard significant + exponent <= maximumDigits else { throw .tooManyDigits }
      value *= powers[exponent]
      exponent = 0
    }
    guard -exponent <= maximumDigits else { throw .tooManyDigits }
    return (isNegative ? -value : value, -exponent)
  }

  init(digits: Int128, scale: Int) {
    self.digits = digits
    self.scale = scale
  }

  /// The value as an integer, when it is one: 2.0 is 2.
  var integer: Int128? {
    if scale == 0 { return digits }
    let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: ExactDecimal.powers[scale])
    return remainder == 0 ? quotient : nil
  }

  /// The value lies between 0 and 1, both included.
  var isShare: Bool { digits >= 0 && digits <= ExactDecimal.powers[scale] }

  /// The value in units of 10⁻`places`, rounded half away from zero as PostgreSQL's `round` does.
  func rounded(places: Int) -> Int128 {
    if scale == places { return digits }
    if scale < places { return digits * ExactDecimal.powers[places - scale] }
    let divisor = ExactDecimal.powers[scale - places]
    let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
    guard remainder.magnitude >= (divisor.magnitude + 1) / 2 else { return quotient }
    return digits < 0 ? quotient - 1 : quotient + 1
  }

  /// `quantity` × `price` − `discount`, exactly; nil when it needs more than 128 bits.
  static func lineAmount(quantity: Int32, price: ExactDecimal, discount: ExactDecimal) -> ExactDecimal? {
    let gross = price.digits * Int128(quantity)
    if discount.digits == 0 { return ExactDecimal(digits: gross, scale: price.scale) }
    let scale = Swift.max(price.scale, discount.scale)
    let (left, leftOverflow) = gross.multipliedReportingOverflow(by: powers[scale - price.scale])
    let (right, rightOverflow) = discount.digits.multipliedReportingOverflow(by: powers[scale - discount.scale])
    let (value, overflow) = left.subtractingReportingOverflow(right)
    return leftOverflow || rightOverflow || overflow ? nil : ExactDecimal(digits: value, scale: scale)
  }
}
