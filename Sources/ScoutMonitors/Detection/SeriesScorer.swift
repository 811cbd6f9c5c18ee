import PostgresDialect
import ScoutStorage

/// Scores a CSV series in one pass: one row out for each row in, in order.
///
/// The first row names the columns. The output's columns are `timestamp`, `value` (both as they came in) and
/// `anomaly_score`, from 0 to 1. A value that is empty, `NaN` or infinite scores 0 and is not learned.
///
/// ```swift
/// var scorer = SeriesScorer(file: "sales.csv", timeColumn: "ts", valueColumn: "units", detector: AdaptiveDetector())
/// try scorer.feed(bytes) { print(String(decoding: $0, as: UTF8.self), terminator: "") }
/// try scorer.finish { … }
/// ```
public struct SeriesScorer: Sendable {
  public let file: String
  private let timeColumn: String
  private let valueColumn: String
  private var detector: any Detector
  private let scale: AnomalyScale
  private let warmup: Int

  private var columns: (time: Int, value: Int)?
  private var rows = 0
  private var line = 1
  private var rowLine = 1
  private var fields: [[UInt8]] = [[]]
  private var isQuoted = false
  /// A quote inside quotes: the end of them, or the first of two.
  private var sawQuote = false
  private var isBlank = true
  private var output: [UInt8] = []

  /// - Parameters:
  ///   - file: Its name, for messages.
  ///   - warmup: The first rows, which are learned and score 0.
  public init(
    file: String, timeColumn: String, valueColumn: String, detector: any Detector, warmup: Int = 0,
    scale: AnomalyScale = AnomalyScale()
  ) {
    self.file = file
    self.timeColumn = timeColumn
    self.valueColumn = valueColumn
    self.detector = detector
    self.warmup = warmup
    self.scale = scale
  }

  /// Takes the next bytes and hands over the lines that they complete.
  ///
  /// - Throws: ``SeriesError`` with the line that cannot be read.
  public mutating func feed(_ bytes: some Sequence<UInt8>, _ write: ([UInt8]) throws -> Void) throws {
    for byte in bytes { try take(byte) }
    try write(output)
    output.removeAll(keepingCapacity: true)
  }

  /// Ends the series: a last line needs no line end.
  public mutating func finish(_ write: ([UInt8]) throws -> Void) throws {
    if isQuoted, !sawQuote { throw SeriesError(file: file, line: rowLine, message: "a quoted field has no end") }
    if !isBlank { try endRow() }
    guard columns != nil else { throw SeriesError(file: file, line: 1, message: "there is no header row") }
    try write(output)
    output.removeAll()
  }

  // MARK: CSV, RFC 4180

  private mutating func take(_ byte: UInt8) throws {
    if isQuoted, !sawQuote {
      if byte == UInt8(ascii: "\"") { sawQuote = true } else { append(byte) }
      if byte == UInt8(ascii: "\n") { line += 1 }
      return
    }
    if sawQuote {
      sawQuote = false
      if byte == UInt8(ascii: "\"") { return append(byte) }
      isQuoted = false
    }
    switch byte {
    case UInt8(ascii: "\"") where fields[fields.count - 1].isEmpty:
      isQuoted = true
      isBlank = false
    case UInt8(ascii: ","):
      isBlank = false
      fields.append([])
    case UInt8(ascii: "\r"): break
    case UInt8(ascii: "\n"):
      line += 1
      if !isBlank { try endRow() }
      rowLine = line
    default: append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) {
    isBlank = false
    fields[fields.count - 1].append(byte)
  }

  private mutating func endRow() throws {
    defer {
      fields = [[]]
      isQuoted = false
      sawQuote = false
      isBlank = true
    }
    guard let columns else { return try readHeader() }
    guard columns.time < fields.count, columns.value < fields.count else {
      throw SeriesError(
        file: file, line: rowLine,
        message: "the row has \(fields.count) fields; column \(max(columns.time, columns.value) + 1) is needed")
    }
    let time = try readTime(fields[columns.time])
    let value = try readValue(fields[columns.value])
    var surprise = value.isFinite ? detector.score(value, at: time) : 0
    if rows < warmup { surprise = 0 }
    rows += 1
    appendField(fields[columns.time])
    output.append(UInt8(ascii: ","))
    appendField(fields[columns.value])
    output.append(UInt8(ascii: ","))
    output += Array(scale.score(surprise).description.utf8)
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func readHeader() throws {
    var names = fields.map { trimmed(String(decoding: $0, as: UTF8.self)) }
    if names[0].unicodeScalars.first == "\u{FEFF}" { names[0] = trimmed(String(names[0].unicodeScalars.dropFirst())) }
    func index(_ column: String) throws -> Int {
      if let index = names.firstIndex(of: column) { return index }
      let suggestion = nearest(column, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
      throw SeriesError(
        file: file, line: rowLine,
        message: "there is no column \"\(column)\" among \(names.joined(separator: ", "))\(suggestion)")
    }
    columns = (try index(timeColumn), try index(valueColumn))
    output += Array("timestamp,value,anomaly_score\n".utf8)
  }

  private mutating func appendField(_ field: [UInt8]) {
    let needsQuotes = field.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
    }
    guard needsQuotes else { return output += field }
    output.append(UInt8(ascii: "\""))
    for byte in field {
      if byte == UInt8(ascii: "\"") { output.append(byte) }
      output.append(byte)
    }
    output.append(UInt8(ascii: "\""))
  }

  // MARK: Values

  /// ISO 8601, a date, or a number of seconds or milliseconds since 1970; a time without an offset is taken as UTC.
  private func readTime(_ field: [UInt8]) throws -> Int64 {
    if let time = field.withUnsafeBytes({ DateTimeText.parseISO($0) }) {
      return time.localMicroseconds - Int64(time.offsetSeconds ?? 0) * 1_000_000
    }
    let text = trimmed(String(decoding: field, as: UTF8.self))
    if let number = Double(text), number.isFinite, abs(number) < 1e14 {
      // Seconds reach 10¹¹ in the year 5138, milliseconds in 1973.
      return Int64((abs(number) < 1e11 ? number * 1e6 : number * 1e3).rounded())
    }
    if let time = try? Timestamp(text) { return time.microseconds }
    if text.utf8.count == 10, let time = try? Timestamp(text + " 00:00:00+00") { return time.microseconds }
    throw SeriesError(
      file: file, line: rowLine,
      message: "\"\(text.prefix(40))\" in column \"\(timeColumn)\" is no time; expected one like 2025-08-23 09:00:00")
  }

  private func readValue(_ field: [UInt8]) throws -> Double {
    let text = trimmed(String(decoding: field, as: UTF8.self))
    if text.isEmpty || text.lowercased() == "null" || text.lowercased() == "na" { return .nan }
    if let value = Double(text) { return value }
    throw SeriesError(
      file: file, line: rowLine,
      message: "\"\(text.prefix(40))\" in column \"\(valueColumn)\" is no number")
  }

  private func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}

/// What is wrong in a series' file.
public struct SeriesError: Error, Hashable, Sendable, CustomStringConvertible {
  public var file: String
  /// From 1; 0 when it is the file as a whole.
  public var line: Int
  public var message: String

  public init(file: String, line: Int, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  public var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}
