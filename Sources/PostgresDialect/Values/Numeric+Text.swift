extension Numeric {
  /// Reads PostgreSQL's input syntax: `12`, `-1.50`, `.5`, `1e-7`, `NaN`, `Infinity`, with blanks around.
  ///
  /// - Throws: 22P02 for other text, 22003 for a number with too many digits.
  public init(_ text: String) throws(SQLError) {
    var copy = text
    let parsed = copy.withUTF8 { Self.parse($0) }
    switch parsed {
    case .value(let value): self = value
    case .malformed:
      throw SQLError(.invalidTextRepresentation, "invalid input syntax for type numeric: \"\(text)\"")
    case .tooLarge: throw Self.formatOverflow
    }
  }

  enum Parsed {
    case value(Numeric)
    case malformed
    case tooLarge
  }

  /// Reads a number from UTF-8; nil when it is malformed or out of range. Costs no allocation up to 38 digits.
  public init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
    guard case .value(let value) = Self.parse(bytes) else { return nil }
    self = value
  }

  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed {
    var end = bytes.count
    while end > 0, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
    var index = 0
    while index < end, ASCII.isSpace(bytes[index]) { index += 1 }
    var isNegative = false
    if index < end, bytes[index] == ASCII.minus || bytes[index] == ASCII.plus {
      isNegative = bytes[index] == ASCII.minus
      index += 1
    }
    let digitsStart = index
    var coefficient: UInt128 = 0
    var significant = 0
    var digitCount = 0
    var scale = 0
    var sawPoint = false
    while index < end {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        digitCount += 1
        if sawPoint { scale += 1 }
        if significant > 0 || byte != ASCII.zero {
          significant += 1
          if significant <= 38 { coefficient = coefficient &* 10 &+ UInt128(byte &- ASCII.zero) }
        }
      } else if byte == ASCII.point && !sawPoint {
        sawPoint = true
      } else {
        break
      }
      index += 1
    }
    let digitsEnd = index
    if digitCount == 0 { return parseWord(bytes, from: digitsStart, to: end, isNegative: isNegative, sawPoint) }
    var exponent = 0
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      guard let (value, next) = parseExponent(bytes, from: index, to: end) else { return .malformed }
      (exponent, index) = (value, next)
      if abs(exponent) >= Int(Int32.max) / 2 { return index == end ? .tooLarge : .malformed }
    }
    if index != end { return .malformed }
    let finalScale = max(0, scale - exponent)
    // Checked before anything is built, so that a short text with a huge exponent costs nothing.
    if finalScale > maximumScale { return .tooLarge }
    if significant > 0 && significant - scale + exponent > maximumIntegerDigits { return .tooLarge }
    let padding = max(0, exponent - scale)
    if significant + padding <= 38 {
      let value = Int128(coefficient) * (coefficient == 0 ? 1 : PowersOfTen.wide(padding))
      return .value(Numeric(storage: .small(isNegative ? -value : value, scale: finalScale)))
    }
    if significant == 0 { return .value(Numeric(storage: .small(0, scale: finalScale))) }
    let digits = bytes[digitsStart..<digitsEnd].filter { $0 != ASCII.point }
    let magnitude = DecimalMagnitude(asciiDigits: digits).scaledUp(by: padding)
    return .value(Numeric(isNegative: isNegative, magnitude: magnitude, scale: finalScale))
  }

  private static func parseExponent(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> (value: Int, next: Int)? {
    var index = start
    // The exponent is read as C's strtol would, which skips blanks.
    while index < end, ASCII.isSpace(bytes[index]) { index += 1 }
    var isNegative = false
    if index < end, bytes[index] == ASCII.minus || bytes[index] == ASCII.plus {
      isNegative = bytes[index] == ASCII.minus
      index += 1
    }
    guard index < end, ASCII.isDigit(bytes[index]) else { return nil }
    var value = 0
    while index < end, ASCII.isDigit(bytes[index]) {
      value = min(value * 10 + Int(bytes[index] - ASCII.zero), Int(Int32.max))
      index += 1
    }
    return (isNegative ? -value : value, index)
  }

  private static func parseWord(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, isNegative: Bool, _ sawPoint: Bool
  ) -> Parsed {
    if sawPoint { return .malformed }
    let hasSign = start > 0 && (bytes[start - 1] == ASCII.minus || bytes[start - 1] == ASCII.plus)
    let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
    if ASCII.equalsIgnoringCase(word, "nan") { return hasSign ? .malformed : .value(.nan) }
    if ASCII.equalsIgnoringCase(word, "infinity") || ASCII.equalsIgnoringCase(word, "inf") {
      return .value(isNegative ? .negativeInfinity : .infinity)
    }
    return .malformed
  }
}

extension Numeric: CustomStringConvertible {
  /// The text as PostgreSQL writes it: all digits of the scale, never an exponent.
  public var description: String {
    switch storage {
    case .nan: return "NaN"
    case .positiveInfinity: return "Infinity"
    case .negativeInfinity: return "-Infinity"
    case .big(let big):
      return Self.text(of: big.magnitude.asciiDigits, isNegative: big.isNegative, scale: big.scale)
    case .small(let coefficient, let scale):
      if scale > 40 {
        let digits = Array(String(coefficient.magnitude).utf8)
        return Self.text(of: digits, isNegative: coefficient < 0, scale: scale)
      }
      return Self.smallText(coefficient, scale: scale)
    }
  }

  /// Writes the digits from the last to the first into the string's own memory.
  private static func smallText(_ coefficient: Int128, scale: Int) -> String {
    let digitCount = max(PowersOfTen.digitCount(coefficient.magnitude), scale + 1)
    let length = digitCount + (scale > 0 ? 1 : 0) + (coefficient < 0 ? 1 : 0)
    return String(unsafeUninitializedCapacity: length) { buffer in
      var position = length
      var written = 0
      func put(_ digit: UInt64) {
        position -= 1
        buffer[position] = ASCII.zero + UInt8(truncatingIfNeeded: digit)
        written += 1
        if written == scale {
          position -= 1
          buffer[position] = ASCII.point
        }
      }
      var rest = coefficient.magnitude
      while rest > UInt128(UInt64.max) {
        let (high, low) = rest.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000)
        var chunk = UInt64(low)
        for _ in 0..<18 {
          put(chunk % 10)
          chunk /= 10
        }
        rest = high
      }
      var chunk = UInt64(rest)
      while written < digitCount {
        put(chunk % 10)
        chunk /= 10
      }
      if coefficient < 0 { buffer[0] = ASCII.minus }
      return length
    }
  }

  private static func text(of digits: [UInt8], isNegative: Bool, scale: Int) -> String {
    var result: [UInt8] = isNegative ? [ASCII.minus] : []
    result.reserveCapacity(max(digits.count, scale + 1) + 2)
    if digits.count <= scale {
      result.append(ASCII.zero)
      result.append(ASCII.point)
      result.append(contentsOf: repeatElement(ASCII.zero, count: scale - digits.count))
      result.append(contentsOf: digits)
    } else {
      result.append(contentsOf: digits.dropLast(scale))
      if scale > 0 {
        result.append(ASCII.point)
        result.append(contentsOf: digits.suffix(scale))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
