#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension NumberFormat {
  public func text(_ value: Numeric) throws(SQLError) -> String {
    if isEmpty { return "" }
    if layout.flags.contains(.roman) { return try finished(try roman(value.rounded().int32()), before: 0) }
    if layout.flags.contains(.exponent) { return value.isFinite ? try scientific(value) : unfinishedScientific }
    let isShifted = layout.flags.contains(.shift)
    let scaled = isShifted ? try value.multiplied(by: Numeric(10).power(Numeric(layout.shifted))) : value
    return try filled(try scaled.rounded(layout.after).description, before: layout.before + layout.shifted)
  }

  public func text(_ value: Int32) throws(SQLError) -> String {
    if isEmpty { return "" }
    if layout.flags.contains(.roman) { return try finished(roman(value), before: 0) }
    // PostgreSQL prints an integer here as a float, a bigint as a decimal: only the rounding up to ten differs.
    if layout.flags.contains(.exponent) { return try text(Double(value)) }
    guard layout.flags.contains(.shift) else { return try integer(Int64(value), before: layout.before) }
    // PostgreSQL multiplies without a check here.
    let factor = layout.shifted > 9 ? Int32.min : Int32(Self.power(layout.shifted))
    let shifted = value &* factor
    return try integer(Int64(shifted), before: layout.before + layout.shifted)
  }

  public func text(_ value: Int64) throws(SQLError) -> String {
    if isEmpty { return "" }
    if layout.flags.contains(.roman) {
      guard let small = Int32(exactly: value) else { throw SQLError(.numericValueOutOfRange, "integer out of range") }
      return try finished(roman(small), before: 0)
    }
    if layout.flags.contains(.exponent) { return try scientific(Numeric(value)) }
    guard layout.flags.contains(.shift) else { return try integer(value, before: layout.before) }
    let (shifted, overflow) = value.multipliedReportingOverflow(by: Self.power(layout.shifted))
    if overflow || layout.shifted > 18 { throw SQLError(.numericValueOutOfRange, "bigint out of range") }
    return try integer(shifted, before: layout.before + layout.shifted)
  }

  /// - Parameter digits: How many digits the type holds: 15 for `double precision`, 6 for `real`.
  public func text(_ value: Double, digits: Int = 15) throws(SQLError) -> String {
    if isEmpty { return "" }
    if layout.flags.contains(.roman) {
      guard let number = Int32(exactly: value.rounded(.toNearestOrEven)) else {
        throw SQLError(.numericValueOutOfRange, "integer out of range")
      }
      return try finished(roman(number), before: 0)
    }
    if layout.flags.contains(.exponent) {
      guard value.isFinite else { return unfinishedScientific }
      let text = printed(value, "e", places: layout.after)
      return text.hasPrefix("-") ? text : " " + text
    }
    var scaled = value
    if layout.flags.contains(.shift) { scaled *= pow(10, Double(layout.shifted)) }
    let before = layout.before + layout.shifted
    guard scaled.isFinite else {
      return try filled(scaled.isNaN ? "NaN" : scaled < 0 ? "-Infinity" : "Infinity", before: before)
    }
    var after = layout.after
    let whole = printed(abs(scaled), "f", places: 0).utf8.count
    if whole >= digits {
      after = 0
    } else if whole + after > digits {
      after = digits - whole
    }
    return try filled(printed(scaled, "f", places: after), before: before, after: after)
  }

  private static func power(_ exponent: Int) -> Int64 {
    (0..<Swift.min(exponent, 18)).reduce(1) { value, _ in value * 10 }
  }

  private func integer(_ value: Int64, before: Int) throws(SQLError) -> String {
    let zeros = layout.after > 0 ? "." + String(repeating: "0", count: layout.after) : ""
    return try filled(String(value) + zeros, before: before)
  }

  /// The number's text laid out, or `##.#` where it has more digits than the format.
  private func filled(_ number: String, before: Int, after: Int? = nil) throws(SQLError) -> String {
    let isNegative = number.hasPrefix("-")
    var digits = Array((isNegative ? number.dropFirst() : number[...]).utf8)
    let whole = digits.firstIndex(of: ASCII.point) ?? digits.count
    let after = after ?? layout.after
    if whole > before {
      digits = Array(repeating: UInt8(ascii: "#"), count: before + after + 1)
      digits[before] = ASCII.point
    }
    return try finished(
      String(decoding: digits, as: UTF8.self), before: before, after: after, spaces: Swift.max(0, before - whole),
      isNegative: isNegative)
  }

  private func finished(
    _ number: String, before: Int, after: Int? = nil, spaces: Int = 0, isNegative: Bool = false
  ) throws(SQLError) -> String {
    var writer = NumberFormatWriter(
      layout: layout, number: Array(number.utf8), before: before, after: after ?? layout.after, spaces: spaces,
      isNegative: isNegative)
    return try writer.text(pieces)
  }

  // MARK: Scientific and Roman numbers

  private var unfinishedScientific: String {
    " " + String(repeating: "#", count: layout.before) + "." + String(repeating: "#", count: layout.after + 4)
  }

  /// One digit, the point, and a power of ten; a rounding up to ten stays `10e+00`, as in PostgreSQL.
  private func scientific(_ value: Numeric) throws(SQLError) -> String {
    let digits = value.description.utf8.filter { $0 != ASCII.minus }
    let point = digits.firstIndex(of: ASCII.point) ?? digits.count
    var exponent = 0
    if let first = digits.firstIndex(where: { $0 != ASCII.zero && $0 != ASCII.point }) {
      exponent = first < point ? point - first - 1 : point - first
    }
    var significand = Array(digits.filter { $0 != ASCII.point }.drop { $0 == ASCII.zero })
    if significand.isEmpty { significand = [ASCII.zero] }
    let scaled = significand.prefix(1) + [ASCII.point] + significand.dropFirst() + [ASCII.zero]
    let rounded = try Numeric(String(decoding: scaled, as: UTF8.self)).rounded(layout.after).description
    let sign = value.signum < 0 ? "-" : " "
    return sign + rounded + "e" + (exponent < 0 ? "-" : "+") + DateTimeFormat.zeroPadded(abs(exponent), 2)
  }

  private func roman(_ value: Int32) -> String {
    guard (1...3999).contains(value) else { return String(repeating: "#", count: 15) }
    let numerals: [(Int32, String)] = [
      (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
      (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ]
    var rest = value
    var text = ""
    for (worth, numeral) in numerals {
      while rest >= worth {
        text += numeral
        rest -= worth
      }
    }
    return text
  }
}

/// Writes a number's digits along the pieces of a format.
///
/// Digits are taken one by one from `number`; the places before it, for which the number has no digit, are blank or
/// zero. The sign is written once, right before the first digit or blank that is part of the number.
private struct NumberFormatWriter {
  var layout: NumberFormat.Layout
  let number: [UInt8]
  /// Places without a digit before the number.
  let spaces: Int
  let isNegative: Bool
  private let wholeDigits: Int
  /// Where the digits that matter end under `FM`: trailing zeros after the point are left out.
  private var lastRelevant: Int?
  private var isSignWritten = false
  private var placeCount = 0
  private var place = 0
  private var digit = 0
  private var isInside = false
  private var output: [UInt8] = []
  private let afterCount: Int

  init(layout: NumberFormat.Layout, number: [UInt8], before: Int, after: Int, spaces: Int, isNegative: Bool) {
    self.layout = layout
    self.number = number
    self.isNegative = isNegative
    if layout.flags.contains(.roman) {
      self.layout.flags = layout.flags.intersection([.fill, .roman])
      (wholeDigits, afterCount, self.spaces) = (0, 0, 0)
      self.layout.signPlace = .none
    } else {
      (wholeDigits, afterCount, self.spaces) = (before, after, spaces)
    }
  }

  mutating func text(_ pieces: [FormatPiece<NumberFormat.Field>]) throws(SQLError) -> String {
    prepare()
    for piece in pieces {
      guard let field = piece.field else {
        output += piece.text
        continue
      }
      try write(field)
    }
    // A digit beyond the number ends the text.
    let end = output.firstIndex(of: 0) ?? output.count
    return String(decoding: output[..<end], as: UTF8.self)
  }

  private var isFill: Bool { layout.flags.contains(.fill) }

  private mutating func prepare() {
    if layout.zeroStart > 0 { layout.zeroStart -= 1 }
    if !layout.flags.isDisjoint(with: [.plus, .minus]) {
      // MI and SG write the sign themselves.
      isSignWritten = layout.flags.contains(.minus)
    } else {
      if !isNegative && isFill { layout.flags.remove(.brackets) }
      isSignWritten = !isNegative && isFill && !layout.flags.contains(.sign) && !layout.flags.contains(.roman)
      if layout.signPlace == .before && wholeDigits == layout.digitsBeforeSign { layout.signPlace = .after }
    }
    placeCount = afterCount + wholeDigits - 1
    if isFill && layout.flags.contains(.decimal), let point = number.firstIndex(of: ASCII.point) {
      var last = number[point...].lastIndex { $0 != ASCII.zero } ?? point
      if layout.zeroEnd > spaces { last = Swift.max(last, Swift.min(number.count - 1, layout.zeroEnd - spaces)) }
      lastRelevant = last
    }
    if !isSignWritten && spaces == 0 { placeCount += 1 }
  }

  private mutating func write(_ field: NumberFormat.Field) throws(SQLError) {
    let blank: [UInt8] = isFill ? [] : [ASCII.space]
    let firstIsHash = number.first == UInt8(ascii: "#")
    switch field {
    case .nine, .zero, .point, .localPoint: writePlace(isZero: { if case .zero = field { true } else { false } }())
    case .comma, .localGroup: output += isInside ? [UInt8(ascii: ",")] : blank
    case .currency: output.append(ASCII.space)
    case .roman(let isUpper):
      let shown = isUpper ? number : number.map { ASCII.lowercased($0) }
      if !isFill { output += Array(repeating: ASCII.space, count: Swift.max(0, 15 - shown.count)) }
      output += shown
    case .ordinal(let isUpper):
      let isOrdinal = !layout.flags.contains(.roman) && !firstIsHash && !isNegative && !layout.flags.contains(.decimal)
      if isOrdinal { output += Array(try ordinalEnding(number, isUpper: isUpper).utf8) }
    case .minus: output += isNegative ? [ASCII.minus] : blank
    case .plus: output += isNegative ? blank : [ASCII.plus]
    case .plusMinus: output.append(isNegative ? ASCII.minus : ASCII.plus)
    case .sign, .brackets, .fill, .blank, .shift, .exponent, .spelled: break
    }
  }

  /// Whether the next digit is the zero of `0.5`, which a 9 does not show.
  private var isLeadingZero: Bool {
    !layout.flags.contains(.zero) && digit == 0 && number.first == ASCII.zero && afterCount != 0
  }

  private var next: UInt8 { digit < number.count ? number[digit] : 0 }
  private var endsAtPoint: Bool { lastRelevant.map { number[$0] == ASCII.point } ?? false }

  private mutating func writePlace(isZero: Bool) {
    if layout.flags.contains(.roman) { return }
    isInside = false
    let hasZeros = layout.flags.contains(.zero)
    if !isSignWritten, place >= spaces || (hasZeros && layout.zeroStart == place), !isLeadingZero || endsAtPoint {
      writeSign()
    }
    if place < spaces && (layout.zeroStart > place || !hasZeros) {
      if !isFill { output.append(ASCII.space) }
    } else if hasZeros && place < spaces {
      output.append(ASCII.zero)
      isInside = true
    } else {
      if next == ASCII.point {
        output.append(ASCII.point)
      } else if let lastRelevant, digit > lastRelevant, !isZero {
        // Left out.
      } else if isLeadingZero {
        if !isFill {
          output.append(ASCII.space)
        } else if endsAtPoint {
          output.append(ASCII.zero)
        }
      } else {
        output.append(next)
        isInside = true
      }
      if digit < number.count { digit += 1 }
    }
    var end = placeCount + (spaces > 0 ? 1 : 0) + (layout.flags.contains(.decimal) ? 1 : 0)
    if let lastRelevant, lastRelevant == digit { end = place }
    if place + 1 == end {
      if isSignWritten && layout.flags.contains(.brackets) {
        output.append(isNegative ? UInt8(ascii: ">") : ASCII.space)
      } else if layout.flags.contains(.sign) && layout.signPlace == .after {
        output.append(isNegative ? ASCII.minus : ASCII.plus)
      }
    }
    place += 1
  }

  private mutating func writeSign() {
    if layout.flags.contains(.sign) {
      if layout.signPlace == .before {
        output.append(isNegative ? ASCII.minus : ASCII.plus)
        isSignWritten = true
      }
    } else if layout.flags.contains(.brackets) {
      output.append(isNegative ? UInt8(ascii: "<") : ASCII.space)
      isSignWritten = true
    } else {
      if isNegative {
        output.append(ASCII.minus)
      } else if !isFill {
        output.append(ASCII.space)
      }
      isSignWritten = true
    }
  }
}

/// The number as C's `printf` writes it with the conversion `e` or `f`.
private func printed(_ value: Double, _ conversion: Character, places: Int) -> String {
  withVaList([Int32(clamping: places), value]) { arguments in
    // A double has at most 309 digits before its point.
    var buffer = [CChar](repeating: 0, count: 330 + Swift.max(0, places))
    let count = vsnprintf(&buffer, buffer.count, "%.*\(conversion)", arguments)
    return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
