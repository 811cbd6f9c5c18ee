import PostgresDialect

/// A mapping made ready for one file: fields in a fixed order, columns as numbers.
///
/// Belongs to one thread.
final class MappingPlan {
  /// A column's text in the current row or item, in UTF-8; nil when there is none.
  typealias Column = (Int) -> UnsafeBufferPointer<UInt8>?

  private enum Shape { case text, number, boolean, time }

  /// A class, so that visiting the fields of every row copies nothing.
  private final class Field: Sendable {
    let name: String
    /// `"name":`
    let label: [UInt8]
    let shape: Shape
    let rule: SourceMapping.Rule
    let columns: [Int]
    /// Only trimming: the bytes are used as they are.
    let isPlain: Bool
    /// The longest prefix first, so that the first that fits is the one meant.
    let prefixes: [(prefix: String, value: String)]

    init(name: String, shape: Shape, rule: SourceMapping.Rule, columns: [Int]) {
      self.name = name
      label = Array("\"\(name)\":".utf8)
      self.shape = shape
      self.rule = rule
      self.columns = columns
      isPlain =
        rule.stripPrefix == nil && rule.stripSuffix == nil && rule.remove == nil && rule.letterCase == nil
        && rule.map == nil && rule.startsWith == nil
      prefixes = (rule.startsWith ?? [:]).map { (prefix: $0.key, value: $0.value) }
        .sorted { ($1.prefix.utf8.count, $0.prefix) < ($0.prefix.utf8.count, $1.prefix) }
    }
  }

  /// The names of the columns, by their numbers.
  private(set) var columnNames: [String] = []
  /// The columns from which transaction fields are read.
  private(set) var transactionColumns: [Int] = []
  private var keyField: Field?
  private var transactionFields: [Field] = []
  private var itemFields: [Field] = []
  private let timeFormat: SourceMapping.TimeFormat
  private let timeZone: TimeZoneRules?
  private let value = ByteSlab(capacity: 256)

  /// - Parameter isPresent: Which columns the input has; nil when that cannot be known beforehand.
  /// - Throws: ``IngestError`` with code `invalid_mapping` for an unknown time zone.
  init(_ mapping: SourceMapping, isPresent: ((String) -> Bool)? = nil) throws(IngestError) {
    timeFormat = mapping.timeFormat
    if let name = mapping.timeZone {
      do { timeZone = try TimeZoneRules(identifier: name) } catch {
        throw IngestError(
          .invalidMapping, source: mapping.source,
          "time.zone: \"\(name)\" is no time zone of the IANA database; use a name such as Asia/Manila")
      }
    } else {
      timeZone = nil
    }
    transactionFields = SourceMapping.transactionFields.compactMap { field($0, mapping, isPresent) }
    itemFields = SourceMapping.itemFields.compactMap { field($0, mapping, isPresent) }
    keyField = transactionFields.first { $0.name == "transaction_id" }
    for field in transactionFields {
      for column in field.columns where !transactionColumns.contains(column) { transactionColumns.append(column) }
    }
  }

  private func field(_ name: String, _ mapping: SourceMapping, _ isPresent: ((String) -> Bool)?) -> Field? {
    guard var rule = mapping.rules[name] else { return nil }
    if mapping.allowsMissingColumns, let isPresent { rule.columns = rule.columns.filter(isPresent) }
    if rule.columns.isEmpty, rule.defaultValue == nil { return nil }
    let shape: Shape =
      switch name {
      case "ts": .time
      case "qty", "unit_price", "discount", "duration_seconds", "handshake_score": .number
      case "suggestion_accepted", "campaign_influenced", "promo": .boolean
      default: .text
      }
    return Field(name: name, shape: shape, rule: rule, columns: rule.columns.map(column))
  }

  private func column(_ name: String) -> Int {
    if let known = columnNames.firstIndex(of: name) { return known }
    columnNames.append(name)
    return columnNames.count - 1
  }

  /// The transaction's id in a row, cleaned as the mapping says; nil when it is empty.
  func transactionID(_ text: Column) -> UnsafeBufferPointer<UInt8>? {
    keyField.flatMap { evaluate($0, text) }
  }

  /// Appends the transaction's members: `"transaction_id":"…","store_id":"…",…`, empty fields left out.
  func appendTransaction(_ text: Column, to output: ByteSlab) { append(transactionFields, text, to: output) }

  /// Appends one item with its braces.
  func appendItem(_ text: Column, to output: ByteSlab) {
    output.append(0x7B)
    append(itemFields, text, to: output)
    output.append(0x7D)
  }

  /// Calls `found` for each transaction field in which two rows disagree, with the values of the second and the first
  /// row.
  func compareTransactions(
    _ first: Column, _ second: Column, found: (_ field: String, _ value: String?, _ expected: String?) -> Void
  ) {
    for field in transactionFields {
      let expected = evaluate(field, first).map { String(decoding: $0, as: UTF8.self) }
      let value = evaluate(field, second).map { String(decoding: $0, as: UTF8.self) }
      if value != expected { found(field.name, value, expected) }
    }
  }

  private func append(_ fields: [Field], _ text: Column, to output: ByteSlab) {
    var isFirst = true
    for field in fields {
      guard let value = evaluate(field, text) else { continue }
      if !isFirst { output.append(0x2C) }
      isFirst = false
      output.append(field.label)
      append(value, field.shape, to: output)
    }
  }

  private func append(_ value: UnsafeBufferPointer<UInt8>, _ shape: Shape, to output: ByteSlab) {
    switch shape {
    case .number where isNumber(value):
      output.append(UnsafeRawBufferPointer(value))
    case .boolean:
      if let flag = MappingPlan.boolean(value) {
        output.append(flag ? "true" : "false")
      } else {
        JSONEscape.appendQuoted(UnsafeRawBufferPointer(value), to: output)
      }
    case .time:
      appendTime(value, to: output)
    default:
      // What does not look like the field's type goes on as text: the decoder judges it and its message shows it.
      JSONEscape.appendQuoted(UnsafeRawBufferPointer(value), to: output)
    }
  }

  private func isNumber(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = value.first, first == 0x2D || first &- 0x30 < 10 else { return false }
    var cursor = JSONCursor(value)
    return (try? cursor.number()) != nil && cursor.at == cursor.end
  }

  private static func boolean(_ value: UnsafeBufferPointer<UInt8>) -> Bool? {
    guard value.count <= 5 else { return nil }
    switch String(decoding: value, as: UTF8.self).lowercased() {
    case "true", "t", "yes", "y", "1": return true
    case "false", "f", "no", "n", "0": return false
    default: return nil
    }
  }

  private func appendTime(_ value: UnsafeBufferPointer<UInt8>, to output: ByteSlab) {
    var local: Int64?
    switch timeFormat {
    case .iso:
      if isNumber(value) {
        output.append(UnsafeRawBufferPointer(value))
        return
      }
      if timeZone != nil, let parsed = ISOTimestamp.parse(value), parsed.offsetSeconds == nil {
        local = parsed.localMicroseconds
      }
    case .pattern(let pattern):
      local = pattern.localMicroseconds(value)
    case .epochSeconds, .epochMilliseconds:
      // Written out as an instant, because a bare number would be read by its size.
      let places = timeFormat == .epochSeconds ? 6 : 3
      if isNumber(value), let number = try? ExactDecimal(parsing: value), number.rounded(places: 0).magnitude < 1 << 50,
        let utc = Int64(exactly: number.rounded(places: places)), TimestampReader.sane.contains(utc)
      {
        output.append(0x22)
        output.append(text: TimeOfRecord.isoText(localMicroseconds: utc, zone: nil))
        output.append("Z\"")
        return
      }
    }
    if let local, local > -100_000_000_000_000_000, local < 200_000_000_000_000_000 {
      output.append(0x22)
      output.append(text: TimeOfRecord.isoText(localMicroseconds: local, zone: timeZone))
      output.append(0x22)
    } else {
      JSONEscape.appendQuoted(UnsafeRawBufferPointer(value), to: output)
    }
  }

  /// A field's text by its rule; nil when it is empty. Valid until the next call, or as long as the row.
  private func evaluate(_ field: Field, _ text: Column) -> UnsafeBufferPointer<UInt8>? {
    var found: UnsafeBufferPointer<UInt8>?
    for column in field.columns {
      guard let bytes = text(column) else { continue }
      let candidate = field.rule.trim ? MappingPlan.trimmed(bytes) : bytes
      if !candidate.isEmpty {
        found = candidate
        break
      }
    }
    guard let found else { return keep(field.rule.defaultValue) }
    if field.isPlain { return found }
    return transformed(String(decoding: found, as: UTF8.self), field)
  }

  private func transformed(_ text: String, _ field: Field) -> UnsafeBufferPointer<UInt8>? {
    let rule = field.rule
    var text = text
    if let prefix = rule.stripPrefix, text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
    if let suffix = rule.stripSuffix, text.hasSuffix(suffix) { text.removeLast(suffix.count) }
    if let remove = rule.remove, !remove.isEmpty { text = text.split(separator: remove).joined() }
    switch rule.letterCase {
    case .lower: text = text.lowercased()
    case .upper: text = text.uppercased()
    case nil: break
    }
    if text.isEmpty { return keep(rule.defaultValue) }
    if let mapped = rule.map?[text] { return keep(mapped) }
    if let match = field.prefixes.first(where: { text.hasPrefix($0.prefix) }) { return keep(match.value) }
    if rule.map != nil || rule.startsWith != nil, let other = rule.defaultValue { return keep(other) }
    return keep(text)
  }

  private func keep(_ text: String?) -> UnsafeBufferPointer<UInt8>? {
    guard let text, !text.isEmpty else { return nil }
    value.count = 0
    value.append(text: text)
    return UnsafeBufferPointer(start: value.base, count: value.count)
  }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }
}
