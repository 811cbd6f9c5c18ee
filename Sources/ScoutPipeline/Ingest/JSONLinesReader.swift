import PostgresDialect

/// Reads JSON Lines: one transaction per line, blank lines ignored.
final class JSONLinesReader: RecordReader {
  private let source: any ByteSource
  private let lines: LineReader
  private let decoder: TransactionDecoder
  private let limit: Int
  private var sawRecord = false
  /// Rewrites a line of another shape into DOMAIN.md's; nil when lines have that shape already.
  private let reshaper: JSONReshaper?

  init(_ source: any ByteSource, options: DecoderOptions, reshaper: JSONReshaper? = nil) {
    self.source = source
    limit = DecoderLimits.recordBytes(options)
    lines = LineReader(source, maximumLineBytes: limit, keptOfOversize: options.keptRejectBytes)
    decoder = TransactionDecoder(options)
    self.reshaper = reshaper
  }

  var bytesConsumed: Int64 { source.bytesConsumed }
  var totalBytes: Int64? { source.totalBytes }
  var position: DecodePosition { lines.position }

  var notices: [IngestNotice] {
    sawRecord ? [] : [IngestNotice(.emptyInput, source: source.name, "holds no records")]
  }

  func skip(to position: DecodePosition) throws(IngestError) {
    try lines.skip(to: position)
    if position.line > 0 { sawRecord = true }
  }

  func next(rowsRead: inout Int) throws(IngestError) -> DecodedRecord? {
    while let line = try lines.next() {
      if line.oversize == nil, line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      rowsRead += 1
      sawRecord = true
      return record(line)
    }
    return nil
  }

  private func record(_ line: InputLine) -> DecodedRecord {
    if let oversize = line.oversize {
      return .rejected(
        RejectedRecord(
          lineNumber: line.number, raw: Excerpt.storable(line.bytes),
          reason: "the line is \(oversize.byteCount) bytes long; the limit is \(limit)",
          byteCount: oversize.byteCount, rawSHA256: oversize.sha256))
    }
    var outcome: TransactionDecoder.Outcome
    if let reshaper {
      outcome = reshaper.reshape(line.bytes) { decoder.decode($0, lineNumber: line.number) }
    } else {
      outcome = decoder.decode(line.bytes, lineNumber: line.number)
    }
    switch outcome {
    case .accepted(let transaction):
      return .accepted(transaction)
    case .refused(let reason, _):
      return .rejected(
        RejectedRecord(
          lineNumber: line.number, raw: Excerpt.storable(line.bytes), reason: reasonFirst(line.bytes) ?? reason,
          byteCount: Int64(line.bytes.count), rawSHA256: nil))
    }
  }

  /// Damage to the bytes themselves explains more than the syntax error that follows from it.
  private func reasonFirst(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    if let offset = bytes.firstIndex(of: 0) { return "column \(offset + 1): a NUL byte in the line" }
    if let offset = UTF8Check.firstInvalid(bytes) { return "column \(offset + 1): invalid UTF-8" }
    return nil
  }
}
