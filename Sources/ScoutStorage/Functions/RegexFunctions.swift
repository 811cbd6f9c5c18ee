import PostgresDialect

extension FunctionRegistrar {
  /// The functions and operators of regular expressions.
  func registerRegexes() {
    let cache = RegexCache()
    scalar("pg_regex", 2) { call throws(SQLError) in
      call.result(try cache.regex(call.utf8(1)).matches(call.text(0)))
    }
    scalar("pg_regex_folded", 2) { call throws(SQLError) in
      call.result(try cache.regex(call.utf8(1), folded).matches(call.text(0)))
    }
    scalar("pg_regexp_like", -1) { call throws(SQLError) in
      let options = try options(call, 2, "regexp_like()")
      call.result(try cache.regex(call.utf8(1), options).matches(call.text(0)))
    }
    scalar("pg_regexp_substring", 2) { call throws(SQLError) in
      result(call, try cache.regex(call.utf8(1)).substring(call.text(0)))
    }
    for arity in [2, 3] {
      scalar("pg_similar", arity) { call throws(SQLError) in
        let regex = try cache.similar(call.utf8(1), arity == 3 ? call.text(2) : "\\")
        call.result(try regex.matches(call.text(0)))
      }
    }
    scalar("pg_similar_substring", 3) { call throws(SQLError) in
      result(call, try cache.similar(call.utf8(1), call.text(2)).substring(call.text(0)))
    }
    scalar("pg_similar_to_escape", -1) { call throws(SQLError) in
      call.result(try SimilarPattern.regex(call.text(0), escape: call.count > 1 ? call.text(1) : "\\"))
    }
    registerMatches(cache)
    registerReplacement(cache)
    registerPositions(cache)
    scalar("pg_regexp_split_to_table", -1) { call throws(SQLError) in
      let options = try options(call, 2, "regexp_split_to_table()")
      var rows = RowSet(width: 1)
      for part in try cache.regex(call.utf8(1), options).split(call.text(0)) { try rows.appendChecked([.text(part)]) }
      call.result(rows)
    }
  }

  private func registerMatches(_ cache: RegexCache) {
    func array(_ parts: [String?]) -> ArrayValue { ArrayValue(parts.map { $0.map { .string($0) } ?? .null }) }
    scalar("pg_regexp_match", -1) { call throws(SQLError) in
      if call.count > 2, try RegexOptions(flags: call.text(2)).isGlobal {
        throw SQLError(
          .invalidParameterValue, "regexp_match() does not support the \"global\" option",
          hint: "Use the regexp_matches function instead.")
      }
      let options = try options(call, 2, "regexp_match()")
      call.result(try cache.regex(call.utf8(1), options).firstGroups(call.text(0)).map(array))
    }
    scalar("pg_regexp_matches", -1) { call throws(SQLError) in
      let options = call.count > 2 ? try RegexOptions(flags: call.text(2)) : RegexOptions()
      var rows = RowSet(width: 1)
      let regex = try cache.regex(call.utf8(1), options)
      for groups in try regex.allGroups(call.text(0), isGlobal: options.isGlobal) {
        try rows.appendChecked([.text(array(groups).json)])
      }
      call.result(rows)
    }
    scalar("pg_regexp_split_to_array", -1) { call throws(SQLError) in
      let options = try options(call, 2, "regexp_split_to_array()")
      call.result(array(try cache.regex(call.utf8(1), options).split(call.text(0))))
    }
  }

  private func registerReplacement(_ cache: RegexCache) {
    scalar("pg_regexp_replace", -1) { call throws(SQLError) in
      let start = call.count > 3 ? try positive(call, 3, "start") : 1
      let options = call.count > 5 ? try RegexOptions(flags: call.text(5)) : RegexOptions()
      let occurrence = call.count > 4 ? call.integer(4) : options.isGlobal ? 0 : 1
      if occurrence < 0 { throw invalid(occurrence, "n") }
      call.result(
        try cache.regex(call.utf8(1), options).replacing(
          call.text(0), with: call.text(2), start: start - 1, occurrence: Int(occurrence)))
    }
    scalar("pg_regexp_replace_flags", 4) { call throws(SQLError) in
      let flags = call.text(3)
      if let first = flags.unicodeScalars.first, ("0"..."9").contains(first) {
        throw SQLError(
          .invalidParameterValue, "invalid regular expression option: \"\(first)\"",
          hint: "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer "
            + "explicitly.")
      }
      let options = try RegexOptions(flags: flags)
      call.result(
        try cache.regex(call.utf8(1), options).replacing(
          call.text(0), with: call.text(2), occurrence: options.isGlobal ? 0 : 1))
    }
  }

  private func registerPositions(_ cache: RegexCache) {
    scalar("pg_regexp_count", -1) { call throws(SQLError) in
      let start = call.count > 2 ? try positive(call, 2, "start") : 1
      let regex = try cache.regex(call.utf8(1), options(call, 3, "regexp_count()"))
      call.result(Int64(try regex.count(call.text(0), from: start - 1)))
    }
    scalar("pg_regexp_instr", -1) { call throws(SQLError) in
      let start = call.count > 2 ? try positive(call, 2, "start") : 1
      let occurrence = call.count > 3 ? try positive(call, 3, "n") : 1
      let end = call.count > 4 ? call.integer(4) : 0
      guard end == 0 || end == 1 else { throw invalid(end, "endoption") }
      let group = call.count > 6 ? call.integer(6) : 0
      if group < 0 { throw invalid(group, "subexpr") }
      let regex = try cache.regex(call.utf8(1), options(call, 5, "regexp_instr()"))
      let range = try regex.range(call.text(0), from: start - 1, occurrence: occurrence, group: Int(group))
      call.result(Int64(range.map { (end == 1 ? $0.upperBound : $0.lowerBound) + 1 } ?? 0))
    }
    scalar("pg_regexp_substr", -1) { call throws(SQLError) in
      let start = call.count > 2 ? try positive(call, 2, "start") : 1
      let occurrence = call.count > 3 ? try positive(call, 3, "n") : 1
      let group = call.count > 5 ? call.integer(5) : 0
      if group < 0 { throw invalid(group, "subexpr") }
      let regex = try cache.regex(call.utf8(1), options(call, 4, "regexp_substr()"))
      result(
        call, try regex.substring(call.text(0), from: start - 1, occurrence: occurrence, group: Int(group)))
    }
  }
}

private let folded: RegexOptions = {
  var options = RegexOptions()
  options.ignoresCase = true
  return options
}()

private func result(_ call: FunctionContext, _ text: String?) {
  if let text { call.result(text) } else { call.resultNull() }
}

private func invalid(_ value: Int64, _ name: String) -> SQLError {
  SQLError(.invalidParameterValue, "invalid value for parameter \"\(name)\": \(value)")
}

private func positive(_ call: FunctionContext, _ index: Int, _ name: String) throws(SQLError) -> Int {
  let value = call.integer(index)
  if value <= 0 { throw invalid(value, name) }
  return Int(value)
}

/// The options in argument `index`, when there is one; all matches are not for this function to give.
private func options(_ call: FunctionContext, _ index: Int, _ function: String) throws(SQLError) -> RegexOptions {
  guard call.count > index else { return RegexOptions() }
  let options = try RegexOptions(flags: call.text(index))
  if options.isGlobal {
    throw SQLError(.invalidParameterValue, "\(function) does not support the \"global\" option")
  }
  return options
}

/// The expressions of a connection's statements, compiled.
final class RegexCache {
  private struct Key: Hashable {
    var pattern: [UInt8]
    var options: RegexOptions
    /// The escape of a SIMILAR TO pattern.
    var escape: String?
  }

  private var last: (key: Key, regex: PostgresRegex)?
  private var known: [Key: PostgresRegex] = [:]

  /// A statement that takes its patterns from a table may have any number of them.
  private static let limit = 100

  func regex(_ pattern: UnsafeBufferPointer<UInt8>, _ options: RegexOptions = RegexOptions()) throws(SQLError)
    -> PostgresRegex
  {
    try find(pattern, options, nil)
  }

  func similar(_ pattern: UnsafeBufferPointer<UInt8>, _ escape: String) throws(SQLError) -> PostgresRegex {
    try find(pattern, RegexOptions(), escape)
  }

  private func find(_ pattern: UnsafeBufferPointer<UInt8>, _ options: RegexOptions, _ escape: String?)
    throws(SQLError) -> PostgresRegex
  {
    if let last, last.key.options == options, last.key.escape == escape, last.key.pattern.elementsEqual(pattern) {
      return last.regex
    }
    let key = Key(pattern: Array(pattern), options: options, escape: escape)
    let regex: PostgresRegex
    if let found = known[key] {
      regex = found
    } else {
      var text = String(decoding: pattern, as: UTF8.self)
      if let escape { text = try SimilarPattern.regex(text, escape: escape) }
      regex = try PostgresRegex(text, options: options)
      if known.count >= Self.limit { known = [:] }
      known[key] = regex
    }
    last = (key, regex)
    return regex
  }
}
