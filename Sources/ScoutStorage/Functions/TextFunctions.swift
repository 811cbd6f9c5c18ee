import PostgresDialect

extension FunctionRegistrar {
  func registerTexts() {
    scalar("pg_lower", 1) { call throws(SQLError) in call.result(LetterCase.lower(call.text(0))) }
    scalar("pg_upper", 1) { call throws(SQLError) in call.result(call.text(0).uppercased()) }
    scalar("pg_initcap", 1) { call throws(SQLError) in call.result(LetterCase.initialCapitals(call.text(0))) }
    scalar("pg_replace", 3) { call throws(SQLError) in
      // SQLite's own replace is not null when the second text is empty and the third is null.
      let parts = pieces(of: call.utf8(0), between: call.utf8(1))
      call.result(String(decoding: Array(parts.joined(separator: call.utf8(2))), as: UTF8.self))
    }
    scalar("pg_ascii", 1) { call throws(SQLError) in
      call.result(Int64(call.text(0).unicodeScalars.first?.value ?? 0))
    }
    scalar("pg_chr", 1) { call throws(SQLError) in
      if call.integer(0) < 0 { throw SQLError(.invalidParameterValue, "character number must be positive") }
      if call.integer(0) == 0 { throw SQLError(.programLimitExceeded, "null character not permitted") }
      guard let code = UInt32(exactly: call.integer(0)), let scalar = Unicode.Scalar(code) else {
        throw SQLError(
          .programLimitExceeded, "requested character not valid for encoding: \(call.integer(0))")
      }
      call.result(String(scalar))
    }
    scalar("pg_octet_length", 1) { call throws(SQLError) in call.result(Int64(call.utf8(0).count)) }
    scalar("pg_reverse", 1) { call throws(SQLError) in
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: call.text(0).unicodeScalars.reversed())
      call.result(String(scalars))
    }
    scalar("pg_repeat", 2) { call throws(SQLError) in
      let count = Swift.max(0, call.integer(1))
      let (size, overflow) = Int64(call.utf8(0).count).multipliedReportingOverflow(by: count)
      // PostgreSQL's own limit for one value is a gigabyte.
      if overflow || size > 1 << 30 {
        throw SQLError(.programLimitExceeded, "requested length too large")
      }
      call.result(String(repeating: call.text(0), count: Int(count)))
    }
    scalar("pg_starts_with", 2) { call throws(SQLError) in call.result(call.utf8(0).starts(with: call.utf8(1))) }
    for arity in [2, 3] {
      scalar("pg_substr", arity) { call throws(SQLError) in
        call.result(try substring(call.text(0), from: call.integer(1), count: arity == 3 ? call.integer(2) : nil))
      }
      scalar("pg_lpad", arity) { call throws(SQLError) in
        call.result(padded(call.text(0), call.integer(1), arity == 3 ? call.text(2) : " ", isLeft: true))
      }
      scalar("pg_rpad", arity) { call throws(SQLError) in
        call.result(padded(call.text(0), call.integer(1), arity == 3 ? call.text(2) : " ", isLeft: false))
      }
    }
    scalar("pg_left", 2) { call throws(SQLError) in
      let characters = Array(call.text(0).unicodeScalars)
      let count = Int(clamping: call.integer(1))
      call.result(String(scalars: characters.prefix(count < 0 ? Swift.max(0, characters.count + count) : count)))
    }
    scalar("pg_right", 2) { call throws(SQLError) in
      let characters = Array(call.text(0).unicodeScalars)
      let count = Int(clamping: call.integer(1))
      call.result(String(scalars: characters.suffix(count < 0 ? Swift.max(0, characters.count + count) : count)))
    }
    scalar("pg_split_part", 3) { call throws(SQLError) in
      call.result(try splitPart(pieces(of: call.utf8(0), between: call.utf8(1)), call.integer(2)))
    }
    scalar("pg_concat", -1, isStrict: false) { call throws(SQLError) in
      call.result((0..<call.count).filter { !call.isNull($0) }.map(call.text).joined())
    }
    scalar("pg_concat_ws", -1, isStrict: false) { call throws(SQLError) in
      if call.isNull(0) { return call.resultNull() }
      call.result((1..<call.count).filter { !call.isNull($0) }.map(call.text).joined(separator: call.text(0)))
    }
    scalar("pg_like", 2) { call throws(SQLError) in
      call.result(try LikePattern.matches(call.utf8(0), call.utf8(1), escape: UInt8(ascii: "\\")))
    }
    scalar("pg_like", 3) { call throws(SQLError) in
      call.result(try LikePattern.matches(call.utf8(0), call.utf8(1), escape: try LikePattern.escape(call.utf8(2))))
    }
    scalar("pg_ilike", 2) { call throws(SQLError) in
      call.result(try LikePattern.matchesFolded(call.text(0), call.text(1), escape: UInt8(ascii: "\\")))
    }
    scalar("pg_ilike", 3) { call throws(SQLError) in
      call.result(
        try LikePattern.matchesFolded(call.text(0), call.text(1), escape: try LikePattern.escape(call.utf8(2))))
    }
    scalar("pg_char_cut", 3) { call throws(SQLError) in
      call.result(fitted(call.text(0), Int(clamping: call.integer(1)), isPadded: call.integer(2) != 0))
    }
    scalar("pg_char_check", 3) { call throws(SQLError) in
      let text = call.text(0)
      let length = Int(clamping: call.integer(1))
      let isPadded = call.integer(2) != 0
      // Blanks beyond the length are cut without a word, as the standard wants it.
      guard text.unicodeScalars.dropFirst(length).allSatisfy({ $0 == " " }) else {
        throw SQLError(
          .stringDataRightTruncation,
          "value too long for type character\(isPadded ? "" : " varying")(\(length))")
      }
      call.result(fitted(text, length, isPadded: isPadded))
    }
    scalar("pg_boolean_in", 1) { call throws(SQLError) in call.result(try ValueText.boolean(call.text(0))) }
    scalar("pg_bool_in", 1) { call throws(SQLError) in call.result(try ValueText.boolean(call.text(0))) }
    scalar("pg_uuid_in", 1) { call throws(SQLError) in call.result(try ValueText.uuid(call.text(0))) }
    scalar("pg_gen_random_uuid", 0, isPure: false) { call throws(SQLError) in
      call.result(call.session.identifiers.uuid())
    }
    scalar("pg_limit", 2, isStrict: false) { call throws(SQLError) in
      // LIMIT NULL is no limit; SQLite says that with a negative number.
      let name = call.text(1)
      if call.isNull(0) { return call.result(Int64(name == "LIMIT" ? -1 : 0)) }
      if call.integer(0) < 0 {
        throw SQLError(SQLState(rawValue: name == "LIMIT" ? "2201W" : "2201X"), "\(name) must not be negative")
      }
      call.result(call.integer(0))
    }
    registerExtremes()
    registerJSON()
    aggregate("pg_single", 1) { SingleValue() }
  }

  /// GREATEST and LEAST, which ignore nulls; the first argument names the collation, or is empty.
  private func registerExtremes() {
    for (name, sign) in [("pg_greatest", 1), ("pg_least", -1)] {
      scalar(name, -1, isStrict: false) { call throws(SQLError) in
        let kind = call.text(0)
        var best: Int?
        for index in 1..<call.count where !call.isNull(index) {
          guard let current = best else {
            best = index
            continue
          }
          let order: Int
          switch kind {
          case "pg_numeric": order = try call.numeric(index).compare(try call.numeric(current))
          case "pg_interval":
            let a = try call.interval(index), b = try call.interval(current)
            order = a < b ? -1 : a == b ? 0 : 1
          default:
            order = call.value(index).compare(call.value(current), call.session.collations[kind])
          }
          if order * sign > 0 { best = index }
        }
        guard let best else { return call.resultNull() }
        call.result(call.value(best))
      }
    }
  }
}

/// The value of a scalar subquery: a second row is PostgreSQL's error 21000.
private final class SingleValue: AggregateState {
  private var single: SQLValue?

  func step(_ call: FunctionContext) throws(SQLError) {
    if single != nil {
      throw SQLError(.cardinalityViolation, "more than one row returned by a subquery used as an expression")
    }
    single = call.value(0)
  }

  func inverse(_ call: FunctionContext) throws(SQLError) { single = nil }

  func value() throws(SQLError) -> SQLValue { single ?? .null }
}

extension String {
  init(scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}

/// SQL's substring: positions count from 1 and may lie outside the text.
private func substring(_ text: String, from start: Int64, count: Int64?) throws(SQLError) -> String {
  let scalars = text.unicodeScalars
  if let count, count < 0 {
    throw SQLError(SQLState(rawValue: "22011"), "negative substring length not allowed")
  }
  let (end, overflow) = count.map { start.addingReportingOverflow($0) } ?? (Int64.max, false)
  let first = Swift.max(start, 1)
  let last = overflow ? Int64.max : end
  guard last > first else { return "" }
  return String(
    scalars: scalars.dropFirst(Int(clamping: first - 1)).prefix(Int(clamping: last - first)))
}

private func padded(_ text: String, _ length: Int64, _ fill: String, isLeft: Bool) -> String {
  let scalars = Array(text.unicodeScalars)
  let length = Int(clamping: Swift.min(Swift.max(length, 0), 1 << 24))
  if scalars.count >= length { return String(scalars: scalars.prefix(length)) }
  let filling = Array(fill.unicodeScalars)
  guard !filling.isEmpty else { return text }
  let missing = (0..<(length - scalars.count)).map { filling[$0 % filling.count] }
  return String(scalars: isLeft ? missing + scalars : scalars + missing)
}

/// The parts of a text between the occurrences of a separator, found byte by byte: in valid UTF-8 that is the same
/// as character by character, and nothing is taken for equal that only looks so.
private func pieces(of text: UnsafeBufferPointer<UInt8>, between separator: UnsafeBufferPointer<UInt8>)
  -> [Slice<UnsafeBufferPointer<UInt8>>]
{
  guard let first = separator.first else { return [text[...]] }
  var pieces: [Slice<UnsafeBufferPointer<UInt8>>] = []
  var start = 0
  var position = 0
  while position + separator.count <= text.count {
    if text[position] == first, text[position..<(position + separator.count)].elementsEqual(separator) {
      pieces.append(text[start..<position])
      position += separator.count
      start = position
    } else {
      position += 1
    }
  }
  pieces.append(text[start...])
  return pieces
}

private func splitPart(_ parts: [Slice<UnsafeBufferPointer<UInt8>>], _ position: Int64) throws(SQLError) -> String {
  guard position != 0 else {
    throw SQLError(.invalidParameterValue, "field position must not be zero")
  }
  let index = Int(clamping: position > 0 ? position - 1 : Int64(parts.count).addingReportingOverflow(position).0)
  return parts.indices.contains(index) ? String(decoding: parts[index], as: UTF8.self) : ""
}

private func fitted(_ text: String, _ length: Int, isPadded: Bool) -> String {
  let scalars = text.unicodeScalars.prefix(length)
  let missing = isPadded ? Swift.max(0, length - scalars.count) : 0
  return String(scalars: scalars) + String(repeating: " ", count: missing)
}
