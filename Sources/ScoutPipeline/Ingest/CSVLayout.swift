import PostgresDialect

/// One CSV file's columns, tied to a mapping. Belongs to one thread.
final class CSVLayout {
  private let plan: MappingPlan
  /// The position in a row of each of the plan's columns; -1 when the file lacks it.
  private let positions: [Int]
  private let headerCount: Int
  private let encoding: TextEncoding
  private let dropsRepeats: Bool
  /// Rows under assembly are cut again with this.
  private var scanner: CSVRowScanner
  /// The current row's texts, by the plan's columns.
  private let texts = ByteSlab(capacity: 1024)
  private let firstTexts = ByteSlab(capacity: 1024)
  private let keyText = ByteSlab(capacity: 64)
  private let keyRow = ByteSlab(capacity: 64)

  /// - Parameters:
  ///   - header: The file's first row, with its fields.
  /// - Throws: ``IngestError`` with code `bad_header`, or `invalid_mapping` for an unknown time zone.
  init(
    _ header: CSVRowReader.Row, fields: [CSVField], delimiter: UInt8, mapping: SourceMapping, sourceName: String
  ) throws(IngestError) {
    if let fault = header.fault {
      throw IngestError(.badHeader, source: sourceName, "line \(header.line), the header: \(fault)")
    }
    let slab = ByteSlab(capacity: 256)
    var names: [String] = []
    for field in fields {
      slab.count = 0
      CSVLayout.append(field, of: header.bytes, mapping.encoding, to: slab)
      names.append(CSVLayout.trimmed(String(decoding: slab.bytes, as: UTF8.self)))
    }
    var numbers: [String: Int] = [:]
    for (number, name) in names.enumerated() where numbers[name] == nil { numbers[name] = number }
    plan = try MappingPlan(mapping) { numbers[$0] != nil }
    headerCount = names.count
    encoding = mapping.encoding
    dropsRepeats = mapping.repeats == .drop
    scanner = CSVRowScanner(delimiter: delimiter)
    positions = plan.columnNames.map { numbers[$0] ?? -1 }
    try CSVLayout.check(names, numbers, plan, mapping, sourceName)
  }

  private static func check(
    _ names: [String], _ numbers: [String: Int], _ plan: MappingPlan, _ mapping: SourceMapping, _ sourceName: String
  ) throws(IngestError) {
    var problems: [String] = []
    for name in plan.columnNames {
      if numbers[name] == nil {
        problems.append("there is no column \"\(name)\"" + NearMiss.suggestion(for: name, among: names))
      } else if names.filter({ $0 == name }).count > 1 {
        problems.append("the column \"\(name)\" occurs more than once")
      }
    }
    if mapping.allowsMissingColumns {
      for field in SourceMapping.requiredFields where numbers[field] == nil {
        problems.append("there is no column \"\(field)\"" + NearMiss.suggestion(for: field, among: names))
      }
    }
    if problems.isEmpty { return }
    let shown = names.prefix(30).map { "\"\($0)\"" }.joined(separator: ", ")
    let hint = mapping.allowsMissingColumns ? "; files with other names are read through a source mapping" : ""
    throw IngestError(
      .badHeader, source: sourceName,
      "\(problems.joined(separator: "; ")). The header has \(shown)\(hint)")
  }

  /// Guesses the delimiter: the one that makes the header hold most of the mapping's columns, then the one that occurs
  /// most.
  static func delimiter(of header: UnsafeBufferPointer<UInt8>, _ mapping: SourceMapping) -> UInt8 {
    let wanted = Set(mapping.rules.values.flatMap(\.columns))
    var best: (delimiter: UInt8, known: Int, count: Int) = (0x2C, -1, -1)
    for delimiter: UInt8 in [0x2C, 0x3B, 0x09, 0x7C] {
      var scanner = CSVRowScanner(delimiter: delimiter)
      _ = scanner.scan(header, isLast: true)
      let slab = ByteSlab(capacity: 256)
      var known = 0
      for field in scanner.fields {
        slab.count = 0
        append(field, of: header, mapping.encoding, to: slab)
        if wanted.contains(trimmed(String(decoding: slab.bytes, as: UTF8.self))) { known += 1 }
      }
      if (known, scanner.fields.count) > (best.known, best.count) { best = (delimiter, known, scanner.fields.count) }
    }
    return best.delimiter
  }

  // MARK: Rows

  /// The transaction that a row belongs to; nil when it shows none. Valid until the next call.
  func transactionID(_ row: CSVRowReader.Row, _ fields: [CSVField]) -> UnsafeBufferPointer<UInt8>? {
    keyRow.count = 0
    let found = plan.transactionID { column in
      let position = positions[column]
      guard position >= 0, position < fields.count else { return nil }
      let field = fields[position]
      // Of a row that was too long only the beginning is here.
      guard Int(field.end) <= row.bytes.count else { return nil }
      let bytes = UnsafeBufferPointer(rebasing: row.bytes[Int(field.start)..<Int(field.end)])
      if encoding == .utf8, !field.hasDoubledQuotes { return bytes }
      let start = keyRow.count
      CSVLayout.append(field, of: row.bytes, encoding, to: keyRow)
      return UnsafeBufferPointer(start: keyRow.base + start, count: keyRow.count - start)
    }
    guard let found else { return nil }
    keyText.count = 0
    keyText.append(UnsafeRawBufferPointer(found))
    return UnsafeBufferPointer(start: keyText.base, count: keyText.count)
  }

  func hash(_ id: UnsafeBufferPointer<UInt8>) -> UInt64 { id.baseAddress.map { ByteHash.hash($0, id.count) } ?? 0 }

  /// Why a well-quoted row cannot be used.
  func fault(of row: CSVRowReader.Row, _ fields: [CSVField]) -> String? {
    if fields.count != headerCount {
      return "the row has \(fields.count) field\(fields.count == 1 ? "" : "s"), the header \(headerCount)"
    }
    if row.bytes.contains(0) { return "a NUL byte in the row" }
    if encoding == .utf8, let offset = UTF8Check.firstInvalid(row.bytes) {
      return "column \(offset + 1): invalid UTF-8; if the file has another encoding, name it in a source mapping"
    }
    return nil
  }

  /// A transaction put together from its rows.
  struct Assembled {
    /// JSON in the form of DOMAIN.md, section 1.
    var bytes: [UInt8]
    /// The line of each item.
    var itemLines: [Int64]
    /// Where rows disagree.
    var issues: [DataQualityIssue]
  }

  func assemble(_ rows: [[UInt8]], lines: [Int64]) -> Assembled {
    let output = ByteSlab(capacity: 1024)
    var itemLines: [Int64] = []
    var issues: [DataQualityIssue] = []
    var seen: Set<[UInt8]> = []
    output.append(0x7B)
    var first = RowTexts()
    for (number, row) in rows.enumerated() {
      if dropsRepeats, !seen.insert(row).inserted { continue }
      if number == 0 {
        first = cut(row, into: firstTexts)
        plan.appendTransaction({ self.text($0, first, self.firstTexts) }, to: output)
        output.append(",\"items\":[")
        plan.appendItem({ self.text($0, first, self.firstTexts) }, to: output)
      } else {
        let texts = cut(row, into: self.texts)
        compare(texts, first, &issues)
        output.append(0x2C)
        plan.appendItem({ self.text($0, texts, self.texts) }, to: output)
      }
      itemLines.append(lines[number])
    }
    output.append("]}")
    return Assembled(bytes: output.array(), itemLines: itemLines, issues: issues)
  }

  private struct RowTexts {
    /// Start and end in a slab for each of the plan's columns.
    var ranges: [(start: Int, end: Int)] = []
  }

  private func cut(_ row: [UInt8], into slab: ByteSlab) -> RowTexts {
    slab.count = 0
    return row.withUnsafeBufferPointer { bytes in
      _ = scanner.scan(bytes, isLast: true)
      let fields = scanner.fields
      return RowTexts(
        ranges: positions.map { position in
          let start = slab.count
          if position >= 0, position < fields.count {
            CSVLayout.append(fields[position], of: bytes, encoding, to: slab)
          }
          return (start, slab.count)
        })
    }
  }

  private func text(_ column: Int, _ texts: RowTexts, _ slab: ByteSlab) -> UnsafeBufferPointer<UInt8>? {
    let range = texts.ranges[column]
    return UnsafeBufferPointer(start: slab.base + range.start, count: range.end - range.start)
  }

  private func compare(_ texts: RowTexts, _ first: RowTexts, _ issues: inout [DataQualityIssue]) {
    let differs = plan.transactionColumns.contains { column in
      guard let left = text(column, texts, self.texts), let right = text(column, first, firstTexts) else {
        return false
      }
      return !left.elementsEqual(right)
    }
    guard differs else { return }
    plan.compareTransactions(
      { self.text($0, first, self.firstTexts) }, { self.text($0, texts, self.texts) }
    ) { field, value, expected in
      // Once per field is enough: the first row that disagrees.
      if issues.contains(where: { $0.fieldName == field }) { return }
      let isPersonal = field == "customer_id"
      issues.append(
        DataQualityIssue(
          kind: .conflictingValue, fieldName: field, fieldValue: isPersonal ? nil : value.map(Excerpt.short),
          expectedValue: isPersonal ? nil : expected.map(Excerpt.short), severity: .warn))
    }
  }

  private static func append(
    _ field: CSVField, of row: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding, to output: ByteSlab
  ) {
    var start = Int(field.start)
    let end = Swift.min(Int(field.end), row.count)
    guard field.hasDoubledQuotes else {
      encoding.append(UnsafeBufferPointer(rebasing: row[start..<Swift.max(start, end)]), to: output)
      return
    }
    var position = start
    while position < end {
      if row[position] == 0x22 {
        // The first of two quotes stays, the second goes.
        encoding.append(UnsafeBufferPointer(rebasing: row[start...position]), to: output)
        position += 2
        start = position
      } else {
        position += 1
      }
    }
    if start < end { encoding.append(UnsafeBufferPointer(rebasing: row[start..<end]), to: output) }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
