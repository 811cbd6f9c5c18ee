import PostgresDialect

/// A configuration parameter: what SET accepts for it and how SHOW writes it.
///
/// Parameters that steer PostgreSQL's planner or its server are accepted and kept, without effect here; values that
/// would change how results look, and that the engine does not follow, are refused.
/// Source: <https://www.postgresql.org/docs/15/runtime-config-client.html>
struct SettingDefinition: Sendable {
  enum Unit: Sendable { case milliseconds, kilobytes }

  enum Kind: Sendable {
    case boolean
    case integer(ClosedRange<Int64>, Unit?)
    case real(ClosedRange<Double>)
    case text
    /// The values there are, and those of them that are refused here.
    case enumeration([String], refused: [String])
    case timeZone, searchPath, dateStyle
    case readOnly
  }

  /// As SHOW heads its column.
  var name: String
  var kind: Kind
  var initial: String
  var description: String

  init(_ name: String, _ kind: Kind, _ initial: String, _ description: String) {
    self.name = name
    self.kind = kind
    self.initial = initial
    self.description = description
  }

  /// By name in lower case.
  static let all: [String: SettingDefinition] = Dictionary(
    uniqueKeysWithValues: list.map { ($0.name.lowercased(), $0) })

  /// In the order of SHOW ALL.
  static let sorted = list.sorted { $0.name.lowercased() < $1.name.lowercased() }

  private static let levels = ["serializable", "repeatable read", "read committed", "read uncommitted"]
  private static let messageLevels = [
    "debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error",
  ]

  private static let list: [SettingDefinition] = client + server + planner

  private static let client: [SettingDefinition] = [
    SettingDefinition("application_name", .text, "", "Sets the application name to be reported."),
    SettingDefinition(
      "bytea_output", .enumeration(["escape", "hex"], refused: ["escape"]), "hex", "Sets the output format for bytea."),
    SettingDefinition("check_function_bodies", .boolean, "on", "Check routine bodies during CREATE FUNCTION."),
    SettingDefinition(
      "client_encoding",
      .enumeration(["utf8", "utf-8", "unicode", "sql_ascii", "latin1"], refused: ["sql_ascii", "latin1"]),
      "UTF8", "Sets the client's character set encoding."),
    SettingDefinition(
      "client_min_messages", .enumeration(messageLevels, refused: []), "notice",
      "Sets the message levels that are sent to the client."),
    SettingDefinition("DateStyle", .dateStyle, "ISO, MDY", "Sets the display format for date and time values."),
    SettingDefinition(
      "default_table_access_method", .text, "heap", "Sets the default table access method for new tables."),
    SettingDefinition(
      "default_transaction_deferrable", .boolean, "off", "Sets the default deferrable status of new transactions."),
    SettingDefinition(
      "default_transaction_isolation", .enumeration(levels, refused: []), "read committed",
      "Sets the transaction isolation level of each new transaction."),
    SettingDefinition(
      "default_transaction_read_only", .boolean, "off", "Sets the default read-only status of new transactions."),
    SettingDefinition(
      "extra_float_digits", .integer(1...3, nil), "1", "Sets the number of digits displayed for floating-point values."),
    SettingDefinition(
      "idle_in_transaction_session_timeout", .integer(0...2_147_483_647, .milliseconds), "0",
      "Sets the maximum allowed idle time between queries, when in a transaction."),
    SettingDefinition(
      "IntervalStyle",
      .enumeration(
        ["postgres", "postgres_verbose", "sql_standard", "iso_8601"],
        refused: ["postgres_verbose", "sql_standard", "iso_8601"]), "postgres",
      "Sets the display format for interval values."),
    SettingDefinition("lc_messages", .text, "C", "Sets the language in which messages are displayed."),
    SettingDefinition("lc_monetary", .text, "C", "Sets the locale for formatting monetary amounts."),
    SettingDefinition("lc_numeric", .text, "C", "Sets the locale for formatting numbers."),
    SettingDefinition("lc_time", .text, "C", "Sets the locale for formatting date and time values."),
    SettingDefinition(
      "lock_timeout", .integer(0...2_147_483_647, .milliseconds), "0",
      "Sets the maximum allowed duration of any wait for a lock."),
    SettingDefinition("role", .text, "none", "Sets the current role."),
    SettingDefinition("row_security", .boolean, "on", "Enable row security."),
    SettingDefinition(
      "search_path", .searchPath, "\"$user\", public",
      "Sets the schema search order for names that are not schema-qualified."),
    SettingDefinition("session_authorization", .text, "", "Sets the session user name."),
    SettingDefinition(
      "standard_conforming_strings", .enumeration(["on", "off", "true", "false"], refused: ["off", "false"]), "on",
      "Causes '...' strings to treat backslashes literally."),
    SettingDefinition(
      "statement_timeout", .integer(0...2_147_483_647, .milliseconds), "0",
      "Sets the maximum allowed duration of any statement."),
    SettingDefinition("TimeZone", .timeZone, "UTC", "Sets the time zone for displaying and interpreting time stamps."),
    SettingDefinition(
      "transaction_deferrable", .boolean, "off", "Whether to defer a read-only serializable transaction."),
    SettingDefinition(
      "transaction_isolation", .enumeration(levels, refused: []), "read committed",
      "Sets the current transaction's isolation level."),
    SettingDefinition("transaction_read_only", .boolean, "off", "Sets the current transaction's read-only status."),
    SettingDefinition(
      "xmloption", .enumeration(["content", "document"], refused: []), "content", "Sets whether XML data is a document."
    ),
  ]

  private static let server: [SettingDefinition] = [
    SettingDefinition("block_size", .readOnly, "8192", "Shows the size of a disk block."),
    SettingDefinition("integer_datetimes", .readOnly, "on", "Shows whether datetimes are integer based."),
    SettingDefinition("in_hot_standby", .readOnly, "off", "Shows whether hot standby is currently active."),
    SettingDefinition("is_superuser", .readOnly, "on", "Shows whether the current user is a superuser."),
    SettingDefinition("lc_collate", .readOnly, "C", "Shows the collation order locale."),
    SettingDefinition(
      "lc_ctype", .readOnly, "C.UTF-8", "Shows the character classification and case conversion locale."),
    SettingDefinition("max_connections", .readOnly, "100", "Sets the maximum number of concurrent connections."),
    SettingDefinition("max_identifier_length", .readOnly, "63", "Shows the maximum identifier length."),
    SettingDefinition("max_index_keys", .readOnly, "32", "Shows the maximum number of index keys."),
    SettingDefinition("server_encoding", .readOnly, "UTF8", "Shows the server (database) character set encoding."),
    SettingDefinition("server_version", .readOnly, "15.0", "Shows the server version."),
    SettingDefinition("server_version_num", .readOnly, "150000", "Shows the server version as an integer."),
    SettingDefinition("wal_level", .readOnly, "replica", "Sets the level of information written to the WAL."),
  ]

  private static let planner: [SettingDefinition] =
    [
      "enable_bitmapscan", "enable_gathermerge", "enable_hashagg", "enable_hashjoin", "enable_indexonlyscan",
      "enable_indexscan", "enable_material", "enable_memoize", "enable_mergejoin", "enable_nestloop",
      "enable_parallel_append", "enable_parallel_hash", "enable_partition_pruning", "enable_seqscan", "enable_sort",
      "enable_tidscan", "jit", "synchronize_seqscans", "quote_all_identifiers", "escape_string_warning",
      "default_toast_compression_warning",
    ].map { SettingDefinition($0, .boolean, $0 == "quote_all_identifiers" ? "off" : "on", "Accepted without effect.") }
    + [
      SettingDefinition("cpu_tuple_cost", .real(0...1e300), "0.01", "Accepted without effect."),
      SettingDefinition(
        "effective_cache_size", .integer(1...2_147_483_647, .kilobytes), "4GB", "Accepted without effect."),
      SettingDefinition("effective_io_concurrency", .integer(0...1000, nil), "1", "Accepted without effect."),
      SettingDefinition("from_collapse_limit", .integer(1...2_147_483_647, nil), "8", "Accepted without effect."),
      SettingDefinition("join_collapse_limit", .integer(1...2_147_483_647, nil), "8", "Accepted without effect."),
      SettingDefinition(
        "maintenance_work_mem", .integer(1024...2_147_483_647, .kilobytes), "64MB", "Accepted without effect."),
      SettingDefinition("max_parallel_workers_per_gather", .integer(0...1024, nil), "2", "Accepted without effect."),
      SettingDefinition("random_page_cost", .real(0...1e300), "4", "Accepted without effect."),
      SettingDefinition("seq_page_cost", .real(0...1e300), "1", "Accepted without effect."),
      SettingDefinition(
        "synchronous_commit", .enumeration(["local", "remote_write", "remote_apply", "on", "off"], refused: []), "on",
        "Accepted without effect: a statement that writes is on the disk when it is acknowledged."),
      SettingDefinition("temp_buffers", .integer(100...1_073_741_823, .kilobytes), "8MB", "Accepted without effect."),
      SettingDefinition("work_mem", .integer(64...2_147_483_647, .kilobytes), "4MB", "Accepted without effect."),
    ]
}

// MARK: - Values

extension SettingDefinition {
  /// The value as SHOW writes it.
  ///
  /// - Throws: 22023 for a value that PostgreSQL rejects too, 0A000 for one that the engine does not follow, 55P02 for
  ///   a parameter that nobody sets.
  func normalized(_ value: String) throws(SQLError) -> String {
    switch kind {
    case .readOnly:
      throw SQLError(SQLState(rawValue: "55P02"), "parameter \"\(name)\" cannot be changed")
    case .text: return value
    case .boolean:
      guard let isOn = Self.boolean(value) else {
        throw SQLError(.invalidParameterValue, "parameter \"\(name)\" requires a Boolean value")
      }
      return isOn ? "on" : "off"
    case .integer(let range, let unit): return try integer(value, range, unit)
    case .real(let range):
      guard let number = Double(value), number.isFinite else { throw invalid(value) }
      guard range.contains(number) else {
        throw SQLError(
          .invalidParameterValue,
          "\(value) is outside the valid range for parameter \"\(name)\" (\(range.lowerBound) .. \(range.upperBound))")
      }
      return number == number.rounded() && number.magnitude < 1e15 ? String(Int64(number)) : "\(number)"
    case .enumeration(let values, let refused):
      let lower = value.lowercased()
      guard values.contains(lower) else {
        throw SQLError(
          .invalidParameterValue, "invalid value for parameter \"\(name)\": \"\(value)\"",
          hint: "Available values: \(values.joined(separator: ", ")).")
      }
      if refused.contains(lower) {
        throw SQLError(.featureNotSupported, "\(name) = \(lower) is not supported")
      }
      switch name {
      case "client_encoding": return "UTF8"
      case "standard_conforming_strings": return "on"
      default: return lower
      }
    case .timeZone: return try TimeZoneRules(setting: value).identifier
    case .searchPath:
      return Self.path(value).map(Self.quoted).joined(separator: ", ")
    case .dateStyle: return try dateStyle(value)
    }
  }

  private func invalid(_ value: String) -> SQLError {
    SQLError(.invalidParameterValue, "invalid value for parameter \"\(name)\": \"\(value)\"")
  }

  /// `on`, `true`, `yes`, `1` and their beginnings, as PostgreSQL reads them.
  static func boolean(_ text: String) -> Bool? {
    let lower = text.lowercased()
    if lower.isEmpty { return nil }
    if "true".hasPrefix(lower) || "yes".hasPrefix(lower) || lower == "on" || lower == "1" { return true }
    if "false".hasPrefix(lower) || "no".hasPrefix(lower) || lower == "off" || lower == "of" || lower == "0" {
      return false
    }
    return nil
  }

  private func integer(_ value: String, _ range: ClosedRange<Int64>, _ unit: Unit?) throws(SQLError) -> String {
    let text = value.filter { !$0.isWhitespace }
    let digits = text.prefix { $0.isNumber || $0 == "-" || $0 == "+" || $0 == "." }
    let suffix = String(text.dropFirst(digits.count))
    guard let number = Double(digits) else { throw invalid(value) }
    var factor = 1.0
    if !suffix.isEmpty {
      guard let unit, let found = unit.factors.first(where: { $0.name == suffix }) else {
        var error = invalid(value)
        error.hint = unit?.hint
        throw error
      }
      factor = found.factor
    }
    let scaled = (number * factor).rounded()
    guard scaled.magnitude < 9e18 else { throw invalid(value) }
    let result = Int64(scaled)
    guard range.contains(result) else {
      let shown = unit.map { "\(result) \($0.name)" } ?? "\(result)"
      throw SQLError(
        name == "extra_float_digits" ? .featureNotSupported : .invalidParameterValue,
        name == "extra_float_digits"
          ? "extra_float_digits below 1 is not supported"
          : "\(shown) is outside the valid range for parameter \"\(name)\" (\(range.lowerBound) .. \(range.upperBound))"
      )
    }
    return unit?.text(result) ?? String(result)
  }

  private func dateStyle(_ value: String) throws(SQLError) -> String {
    for part in value.split(separator: ",") {
      let word = part.filter { !$0.isWhitespace }.lowercased()
      switch word {
      case "iso", "mdy", "us", "noneuro", "noneuropean", "default": continue
      case "sql", "postgres", "german", "dmy", "euro", "european", "ymd":
        throw SQLError(
          .featureNotSupported, "DateStyle \"\(word)\" is not supported",
          hint: "Use \"ISO, MDY\", or to_char for a form of its own.")
      default: throw invalid(value)
      }
    }
    return "ISO, MDY"
  }

  /// The schemas of a search path as written: `"$user", public`.
  static func path(_ value: String) -> [String] {
    value.split(separator: ",").map { part in
      var name = part
      while name.first?.isWhitespace == true { name.removeFirst() }
      while name.last?.isWhitespace == true { name.removeLast() }
      guard name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") else { return String(name) }
      return String(name.dropFirst().dropLast()).replacing("\"\"", with: "\"")
    }
  }

  /// An identifier with quotes where it needs them.
  static func quoted(_ name: String) -> String {
    let isPlain =
      name.first.map { $0.isLowercase || $0 == "_" } == true
      && name.utf8.allSatisfy { ASCII.isLowercaseIdentifier($0) }
    if isPlain { return name }
    return "\"\(name.replacing("\"", with: "\"\""))\""
  }
}

private enum ASCII {
  static func isLowercaseIdentifier(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      || byte == UInt8(ascii: "_")
  }
}

extension SettingDefinition.Unit {
  var name: String { self == .milliseconds ? "ms" : "kB" }

  var hint: String {
    self == .milliseconds
      ? "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\"."
      : "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\"."
  }

  /// From the smallest to the largest.
  var factors: [(name: String, factor: Double)] {
    switch self {
    case .milliseconds:
      [("us", 0.001), ("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    case .kilobytes:
      [("B", 1.0 / 1024), ("kB", 1), ("MB", 1024), ("GB", 1_048_576), ("TB", 1_073_741_824)]
    }
  }

  /// In the largest unit that divides it: `90s`, `2min`; zero without one.
  func text(_ value: Int64) -> String {
    if value <= 0 { return String(value) }
    let fitting = factors.filter { $0.factor >= 1 && value % Int64($0.factor) == 0 }.last
    guard let fitting else { return String(value) }
    return "\(value / Int64(fitting.factor))\(fitting.name)"
  }

  /// What ``text(_:)`` wrote, in the base unit.
  func value(_ text: String) -> Int64 {
    let digits = text.prefix { $0.isNumber || $0 == "-" }
    let suffix = text.dropFirst(digits.count)
    let factor = factors.first { $0.name == suffix }?.factor ?? 1
    return Int64((Double(digits) ?? 0) * factor)
  }
}
