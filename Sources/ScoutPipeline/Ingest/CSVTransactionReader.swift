import PostgresDialect

/// Reads CSV: the rows that share a transaction id are one transaction, its lines in file order, adjacent or not.
///
/// The file is read twice. The first pass notes in which row each transaction ends; the second gathers rows and
/// delivers a transaction as soon as its last row has come, so records come in the order of their last rows. What
/// cannot be read twice (a pipe) is copied to a temporary file first.
///
/// Memory: the window of the longest row, 32 bytes per distinct transaction, 24 bytes per waiting row, and waiting rows
/// up to ``DecoderOptions/maximumWaitingBytes``, which then move to a temporary file.
///
/// A row that cannot be used (ragged, a stray quote, invalid text, a wrong value) refuses its whole transaction:
/// without that row the transaction's total would be silently wrong. All of the transaction's rows go to the reject. A
/// row that shows no transaction id is rejected alone.
final class CSVTransactionReader: RecordReader {
  private let source: any ByteSource
  private let mapping: SourceMapping
  private let options: DecoderOptions
  private let decoder: TransactionDecoder
  private let store: RowStore
  private var index = LastRowIndex()
  private var rows: CSVRowReader?
  private var layout: CSVLayout?
  private var resumeLine: Int64 = 0
  /// Records that one row completed, in order.
  private var ready: [DecodedRecord] = []
  private var readyNext = 0
  private(set) var position = DecodePosition.start
  private var sawRow = false

  init(_ source: any ByteSource, mapping: SourceMapping, options: DecoderOptions) throws(IngestError) {
    self.source = try CSVTransactionReader.rewindable(source)
    self.mapping = mapping
    self.options = options
    decoder = TransactionDecoder(options)
    store = RowStore(limit: options.maximumWaitingBytes)
  }

  var bytesConsumed: Int64 { source.bytesConsumed }
  var totalBytes: Int64? { source.totalBytes }

  var notices: [IngestNotice] {
    sawRow ? [] : [IngestNotice(.emptyInput, source: source.name, "holds no rows")]
  }

  /// Rows before the position are read again, because transactions that end behind it may have begun before it.
  func skip(to position: DecodePosition) throws(IngestError) {
    resumeLine = position.line
    self.position = position
  }

  func next(rowsRead: inout Int) throws(IngestError) -> DecodedRecord? {
    if rows == nil { try begin() }
    guard let rows, let layout else { return nil }
    while true {
      if readyNext < ready.count {
        defer {
          readyNext += 1
          if readyNext == ready.count { position = rows.window.position }
        }
        return ready[readyNext]
      }
      ready.removeAll(keepingCapacity: true)
      readyNext = 0
      guard let row = try rows.next() else {
        // Only an id whose hash another one shares can still wait here.
        for group in store.takeAll() { ready.append(try record(of: group, layout)) }
        if ready.isEmpty { return nil }
        continue
      }
      sawRow = true
      if row.line > resumeLine { rowsRead += 1 }
      try accept(row, rows, layout)
    }
  }

  // MARK: Two passes

  private static func rewindable(_ source: any ByteSource) throws(IngestError) -> any ByteSource {
    if try source.seek(to: 0) { return source }
    let file = try SystemFile(temporaryIn: SystemFile.temporaryFolder)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { break }
      try file.writeBytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    try file.seek(to: 0)
    return FileByteSource(file: file, name: source.name)
  }

  private func makeRows() throws(IngestError) -> (CSVRowReader, CSVLayout)? {
    _ = try source.seek(to: 0)
    let rows = CSVRowReader(
      GzipByteSource(source), delimiter: mapping.delimiter ?? 0x2C,
      maximumRowBytes: DecoderLimits.recordBytes(options), keptOfOversize: options.keptRejectBytes)
    if mapping.delimiter == nil {
      rows.use(delimiter: CSVLayout.delimiter(of: try rows.firstLine(), mapping))
    }
    guard let header = try rows.next() else { return nil }
    let layout = try CSVLayout(
      header, fields: rows.fields, delimiter: rows.scanner.delimiter, mapping: mapping, sourceName: source.name)
    return (rows, layout)
  }

  private func begin() throws(IngestError) {
    guard let (first, layout) = try makeRows() else { return }
    do throws(IngestError) {
      while let row = try first.next() {
        guard let id = layout.transactionID(row, first.fields) else { continue }
        index.note(layout.hash(id), line: row.line)
      }
      index.finish(isWhole: true)
    } catch {
      // The second pass meets the same end, and reports it after what came before.
      index.finish(isWhole: false)
    }
    guard let second = try makeRows() else { return }
    rows = second.0
    self.layout = second.1
    if position == .start { position = second.0.window.position }
  }

  // MARK: Rows

  private func accept(_ row: CSVRowReader.Row, _ rows: CSVRowReader, _ layout: CSVLayout) throws(IngestError) {
    guard let idBytes = layout.transactionID(row, rows.fields) else {
      if row.line > resumeLine {
        let fault = row.fault ?? layout.fault(of: row, rows.fields) ?? "transaction_id: required, and missing"
        ready.append(.rejected(reject([Array(row.bytes)], row.line, fault, row.oversize)))
      }
      return
    }
    let id = Array(idBytes)
    let hash = layout.hash(idBytes)
    let last = index.line(of: hash) ?? row.line
    if last <= resumeLine { return }
    let fault = row.fault ?? layout.fault(of: row, rows.fields)
    try store.add(row, fault: fault, to: id)
    guard last <= row.line else { return }
    if let group = store.take(id) { ready.append(try record(of: group, layout)) }
  }

  private func record(of group: RowStore.Group, _ layout: CSVLayout) throws(IngestError) -> DecodedRecord {
    let rows = try store.rows(of: group)
    let lines = group.lines
    if let fault = group.fault { return .rejected(reject(rows, lines[0], fault, group.oversize)) }
    let assembled = layout.assemble(rows, lines: lines)
    let outcome = assembled.bytes.withUnsafeBufferPointer { decoder.decode($0, lineNumber: lines[0]) }
    switch outcome {
    case .accepted(var transaction):
      transaction.issues += assembled.issues
      return .accepted(transaction)
    case .refused(let reason, let item):
      let line = item.flatMap { $0 < assembled.itemLines.count ? assembled.itemLines[$0] : nil } ?? lines[0]
      return .rejected(reject(rows, lines[0], "line \(line): \(reason)", nil))
    }
  }

  private func reject(
    _ rows: [[UInt8]], _ line: Int64, _ reason: String, _ oversize: InputLine.Oversize?
  ) -> RejectedRecord {
    let whole = Array(rows.joined(separator: [0x0A]))
    let text = ByteSlab(capacity: whole.count + 64)
    let isLong = whole.count > DecoderLimits.recordBytes(options)
    let shown = isLong ? Array(whole.prefix(options.keptRejectBytes)) : whole
    shown.withUnsafeBufferPointer { mapping.encoding.append($0, to: text) }
    var digest: String?
    if isLong {
      var hasher = StreamingDigest()
      whole.withUnsafeBytes { hasher.update($0) }
      digest = hasher.finish()
    }
    return RejectedRecord(
      lineNumber: line,
      raw: Excerpt.storable(UnsafeBufferPointer(start: UnsafePointer(text.base), count: text.count)), reason: reason,
      byteCount: oversize?.byteCount ?? Int64(whole.count), rawSHA256: oversize?.sha256 ?? digest)
  }
}
