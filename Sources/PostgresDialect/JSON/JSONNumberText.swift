/// Numbers as PostgreSQL's `numeric` prints them: no exponent, no sign on zero, the scale kept.
package enum JSONNumberText {
  /// The most digits of a `numeric` before and after the decimal point.
  /// Source: <https://www.postgresql.org/docs/15/datatype-numeric.html>
  package static let maximumIntegerDigits = 131_072
  package static let maximumScale = 16_383

  package static func checkSize(_ token: JSONNumberToken, of cursor: JSONCursor) throws(JSONTextError) {
    var position = token.start
    while position < token.end, cursor.base[position] != 0x2E { position += 1 }
    if position - token.start > maximumIntegerDigits + 1 || token.end - position > maximumScale + 1 {
      throw JSONTextError(offset: token.start, reason: "the number is too long for PostgreSQL's numeric")
    }
  }

  package static func append(
    _ token: JSONNumberToken, of cursor: JSONCursor, to output: ByteSlab, maximumBytes: Int
  ) throws(JSONTextError) {
    let base = cursor.base
    var position = token.start
    let isNegative = base[position] == 0x2D
    if isNegative { position += 1 }
    let integerStart = position
    while position < token.end, base[position] &- 0x30 < 10 { position += 1 }
    let integerEnd = position
    var fractionStart = position
    if position < token.end, base[position] == 0x2E {
      position += 1
      fractionStart = position
      while position < token.end, base[position] &- 0x30 < 10 { position += 1 }
    }
    let fractionEnd = position
    var exponent = 0
    if position < token.end {
      position += 1
      let exponentIsNegative = base[position] == 0x2D
      if base[position] == 0x2B || base[position] == 0x2D { position += 1 }
      while position < token.end {
        // Saturated well outside of what numeric holds, well inside of Int.
        exponent = Swift.min(exponent * 10 + Int(base[position] - 0x30), 10_000_000)
        position += 1
      }
      if exponentIsNegative { exponent = -exponent }
    }

    let integerCount = integerEnd - integerStart
    let digitCount = integerCount + fractionEnd - fractionStart
    func digit(_ index: Int) -> UInt8 {
      index < integerCount ? base[integerStart + index] : base[fractionStart + index - integerCount]
    }
    var firstNonzero = 0
    while firstNonzero < digitCount, digit(firstNonzero) == 0x30 { firstNonzero += 1 }
    let isZero = firstNonzero == digitCount
    let scale = Swift.max(0, fractionEnd - fractionStart - exponent)
    /// How many of the digits, zeros appended if need be, stand before the point.
    let pointAfter = integerCount + exponent
    let integerDigits = isZero ? 0 : Swift.max(0, pointAfter - firstNonzero)
    guard scale <= maximumScale, integerDigits <= maximumIntegerDigits else {
      throw JSONTextError(offset: token.start, reason: "the number overflows PostgreSQL's numeric")
    }
    guard output.count + integerDigits + scale + 3 <= maximumBytes else {
      throw JSONTextError(
        offset: token.start, reason: "the value is longer than \(maximumBytes) bytes once written out")
    }
    if isNegative, !isZero { output.append(0x2D) }
    if integerDigits == 0 {
      output.append(0x30)
    } else {
      for index in firstNonzero..<firstNonzero + integerDigits {
        output.append(index < digitCount ? digit(index) : 0x30)
      }
    }
    if scale > 0 {
      output.append(0x2E)
      for offset in 0..<scale {
        let index = pointAfter + offset
        output.append(index >= 0 && index < digitCount ? digit(index) : 0x30)
      }
    }
  }
}
