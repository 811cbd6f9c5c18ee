import Foundation
import PostgresDialect

extension FunctionRegistrar {
  func registerStrings() {
    scalar("pg_format", -1, isStrict: false) { call throws(SQLError) in
      if call.isNull(0) { return call.resultNull() }
      call.result(
        try FormatText.text(call.text(0), (1..<call.count).map { call.isNull($0) ? nil : call.text($0) }))
    }
    for arity in [3, 4] {
      scalar("pg_overlay", arity) { call throws(SQLError) in
        let scalars = Array(call.text(0).unicodeScalars)
        let placed = call.text(1).unicodeScalars
        let start = call.integer(2)
        if start <= 0 { throw SQLError(SQLState(rawValue: "22011"), "negative substring length not allowed") }
        let length = arity == 4 ? call.integer(3) : Int64(placed.count)
        let rest = Int(clamping: Swift.max(0, start - 1 + length))
        call.result(
          String(scalars: Array(scalars.prefix(Int(clamping: start - 1))) + Array(placed) + scalars.dropFirst(rest)))
      }
    }
    scalar("pg_translate", 3) { call throws(SQLError) in
      let targets = Array(call.text(2).unicodeScalars)
      var map: [Unicode.Scalar: Unicode.Scalar?] = [:]
      for (index, scalar) in call.text(1).unicodeScalars.enumerated() where map[scalar] == nil {
        map[scalar] = .some(index < targets.count ? targets[index] : nil)
      }
      call.result(
        String(scalars: call.text(0).unicodeScalars.compactMap { scalar in map[scalar] ?? scalar }))
    }
    scalar("pg_quote_ident", 1) { call throws(SQLError) in call.result(QuotedText.identifier(call.text(0))) }
    scalar("pg_quote_literal", 1) { call throws(SQLError) in call.result(QuotedText.literal(call.text(0))) }
    scalar("pg_quote_nullable", 1, isStrict: false) { call throws(SQLError) in
      call.result(call.isNull(0) ? "NULL" : QuotedText.literal(call.text(0)))
    }
    scalar("pg_to_hex_int4", 1) { call throws(SQLError) in
      call.result(String(UInt32(truncatingIfNeeded: call.integer(0)), radix: 16))
    }
    scalar("pg_to_hex_int8", 1) { call throws(SQLError) in
      call.result(String(UInt64(bitPattern: call.integer(0)), radix: 16))
    }
    scalar("pg_bit_length", 1) { call throws(SQLError) in call.result(Int64(call.utf8(0).count) * 8) }
    scalar("pg_unistr", 1) { call throws(SQLError) in call.result(try unescaped(call.text(0))) }
    scalar("pg_unaccent", 1) { call throws(SQLError) in call.result(unaccented(call.text(0))) }
    for arity in [1, 2] {
      scalar("pg_normalize", arity) { call throws(SQLError) in
        call.result(try normalized(call.text(0), arity == 2 ? call.text(1) : "NFC"))
      }
      scalar("pg_is_normalized", arity) { call throws(SQLError) in
        let text = call.text(0)
        let form = try normalized(text, arity == 2 ? call.text(1) : "NFC")
        call.result(text.utf8.elementsEqual(form.utf8))
      }
    }
    registerNullCounts()
    scalar("pg_similarity", 2) { call throws(SQLError) in
      call.result(Double(Trigrams.similarity(call.text(0), call.text(1))))
    }
    scalar("pg_size_pretty_int8", 1) { call throws(SQLError) in
      call.result(try prettySize(Numeric(call.integer(0)), isInteger: true))
    }
    scalar("pg_size_pretty_numeric", 1) { call throws(SQLError) in
      call.result(try prettySize(call.numeric(0), isInteger: false))
    }
  }

  private func registerNullCounts() {
    scalar("pg_num_nulls", -1, isStrict: false) { call throws(SQLError) in
      call.result(Int64((0..<call.count).count { call.isNull($0) }))
    }
    scalar("pg_num_nonnulls", -1, isStrict: false) { call throws(SQLError) in
      call.result(Int64((0..<call.count).count { !call.isNull($0) }))
    }
  }
}

private func normalized(_ text: String, _ form: String) throws(SQLError) -> String {
  switch form.uppercased() {
  case "NFC": return text.precomposedStringWithCanonicalMapping
  case "NFD": return text.decomposedStringWithCanonicalMapping
  case "NFKC": return text.precomposedStringWithCompatibilityMapping
  case "NFKD": return text.decomposedStringWithCompatibilityMapping
  default: throw SQLError(.invalidParameterValue, "invalid normalization form: \(form)")
  }
}

/// Letters without their accents, and the ligatures that the extension's rules list for Latin scripts.
private func unaccented(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar.isASCII {
      result.append(scalar)
    } else if let plain = unaccentedLetters[scalar] {
      result.append(contentsOf: plain.unicodeScalars)
    } else {
      let first = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first
      if let first, first != scalar, first.properties.isAlphabetic {
        result.append(first)
      } else {
        result.append(scalar)
      }
    }
  }
  return String(result)
}

private let unaccentedLetters: [Unicode.Scalar: String] = [
  "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
  "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ħ": "h", "Ħ": "H", "ı": "i", "ĸ": "q", "ŋ": "N", "Ŋ": "N",
  "ŧ": "t", "Ŧ": "T", "ĳ": "ij", "Ĳ": "IJ", "ŀ": "l", "Ŀ": "L", "ŉ": "'n", "ſ": "s",
]

/// The escapes of `unistr`: `\XXXX`, `\+XXXXXX`, `\uXXXX`, `\UXXXXXXXX` and `\\`.
private func unescaped(_ text: String) throws(SQLError) -> String {
  let invalid = SQLError(
    .syntaxError, "invalid Unicode escape",
    hint: "Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.")
  let scalars = Array(text.unicodeScalars)
  var units: [UInt16] = []
  var index = 0
  while index < scalars.count {
    guard scalars[index] == "\\" else {
      units += Array(String(scalars[index]).utf16)
      index += 1
      continue
    }
    index += 1
    guard index < scalars.count else { throw invalid }
    if scalars[index] == "\\" {
      units.append(92)
      index += 1
      continue
    }
    var count = 4
    switch scalars[index] {
    case "+":
      count = 6
      index += 1
    case "u": index += 1
    case "U":
      count = 8
      index += 1
    default: break
    }
    guard index + count <= scalars.count,
      let value = UInt32(String(scalars: scalars[index..<(index + count)]), radix: 16)
    else { throw invalid }
    index += count
    if let scalar = Unicode.Scalar(value) {
      units += Array(String(scalar).utf16)
    } else if value < 0x10000 {
      units.append(UInt16(value))
    } else {
      throw SQLError(.syntaxError, "invalid Unicode code point: \(String(value, radix: 16, uppercase: true))")
    }
  }
  guard let result = String(validating: units, as: UTF16.self) else {
    throw SQLError(.syntaxError, "invalid Unicode surrogate pair")
  }
  return result
}

/// Sizes as PostgreSQL shows them: the next unit from 10240 of one.
private func prettySize(_ size: Numeric, isInteger: Bool) throws(SQLError) -> String {
  var value = size
  var units = ["bytes", "kB", "MB", "GB", "TB", "PB"][...]
  var isHalved = false
  while let unit = units.popFirst() {
    let limit = Numeric(isHalved ? 20_479 : 10_240)
    if units.isEmpty || value.absolute.compare(limit) < 0 {
      if isHalved {
        // Rounded to whole units, half away from zero.
        let step = Numeric(value.signum < 0 ? -1 : 1)
        value = try value.adding(step).dividedTruncating(by: Numeric(2))
      }
      return "\(value) \(unit)"
    }
    // One binary digit more than shown is kept, for rounding.
    let divisor = isHalved || unit == "bytes" ? Numeric(unit == "bytes" ? 512 : 1024) : Numeric(1024)
    value = try value.dividedTruncating(by: divisor)
    isHalved = true
  }
  return "\(value) bytes"
}

/// The three-letter pieces of words by which `pg_trgm` compares.
/// Source: <https://www.postgresql.org/docs/15/pgtrgm.html>
enum Trigrams {
  static func similarity(_ left: String, _ right: String) -> Float {
    let a = trigrams(of: left)
    let b = trigrams(of: right)
    let shared = a.intersection(b).count
    let total = a.count + b.count - shared
    return total == 0 ? 0 : Float(shared) / Float(total)
  }

  /// Each word in lower case with two blanks before it and one behind.
  private static func trigrams(of text: String) -> Set<String> {
    var result: Set<String> = []
    for word in text.lowercased().split(whereSeparator: { !($0.isLetter || $0.isNumber) }) {
      let scalars = Array("  \(word) ".unicodeScalars)
      for start in 0..<(scalars.count - 2) { result.insert(String(scalars: scalars[start..<(start + 3)])) }
    }
    return result
  }
}
