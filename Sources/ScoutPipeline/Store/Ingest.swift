import PostgresDialect
import ScoutStorage

/// What one file's ingestion did.
public struct IngestReport: Sendable {
  public enum Outcome: Hashable, Sendable {
    case complete
    /// The same file was ingested before: nothing was read again.
    case alreadyIngested
    /// The file broke off: what came before is stored, and the same command goes on once the file is mended.
    case failed(IngestError)
  }

  public var source: String
  public var outcome: Outcome
  /// JSON objects or CSV rows read.
  public var rowsRead = 0
  /// Transactions new to bronze, corrections and voids among them.
  public var accepted = 0
  /// Transactions whose content was in bronze already.
  public var duplicates = 0
  public var rejected = 0
  /// The line after which an interrupted earlier run was continued; nil for a run from the start.
  public var resumedAfterLine: Int64?
  public var bytes: Int64 = 0
  public var notices: [IngestNotice] = []
}

/// How far an ingestion has come.
public struct IngestProgress: Sendable {
  public var source: String
  public var rowsRead: Int
  public var bytesRead: Int64
  /// Nil for standard input.
  public var totalBytes: Int64?
}

/// Streams files into bronze and silver.
///
/// Records are written in batches, one transaction each, and the place in the file is stored with them: an interrupted
/// run goes on behind the last batch, and running the same file again does nothing. The next batch is decoded while
/// the one before is written.
public struct Ingestion: Sendable {
  public var database: Database
  public var options: DecoderOptions
  /// Records per transaction.
  public var batchSize: Int

  public init(database: Database, options: DecoderOptions, batchSize: Int = 5000) {
    self.database = database
    self.options = options
    self.batchSize = Swift.max(1, batchSize)
  }

  /// Ingests one file or standard input.
  ///
  /// - Parameters:
  ///   - source: The name under which its records are kept; the mapping's, else the file's, when nil.
  ///   - progress: Called after each batch.
  /// - Throws: ``IngestError`` when the file cannot be opened, ``SQLError`` when the database refuses; batches
  ///   acknowledged before stay.
  public func ingest(
    _ file: InputFile, format: RecordFormat? = nil, mapping: SourceMapping? = nil, source: String? = nil,
    progress: (IngestProgress) -> Void = { _ in }
  ) async throws -> IngestReport {
    let sourceID = source ?? mapping?.source ?? defaultSource(file)
    let digest: String? = if case .path(let path) = file { try Digests.fileSHA256(path: path) } else { nil }
    func open() throws(IngestError) -> RecordDecoder {
      try RecordDecoder.open(file, format: format, mapping: mapping, options: options)
    }
    let decoder = try open()
    var report = IngestReport(source: file.name, outcome: .complete)

    var batch = try startBatch(sourceID: sourceID, file: file, digest: digest)
    if batch.isComplete {
      report.outcome = .alreadyIngested
      return report
    }
    if batch.position != .start { report.resumedAfterLine = batch.position.line }
    var isAtEnd = try await read(decoder, &batch, &report, progress)
    while !isAtEnd { isAtEnd = try await read(try open(), &batch, &report, progress) }
    try finish(batch, report)
    return report
  }

  /// Stores what a decoder gives from the batch's position on.
  ///
  /// - Returns: False when another process that ingests the same file came in between: the batch's position is now
  ///   its, and reading goes on from there.
  private func read(
    _ decoder: sending RecordDecoder, _ batch: inout Batch, _ report: inout IngestReport,
    _ progress: (IngestProgress) -> Void
  ) async throws -> Bool {
    if batch.position != .start { try decoder.skip(to: batch.position) }
    let totalBytes = decoder.totalBytes
    let source = DecoderActor(decoder)
    do {
      var next = try await source.nextBatch(limit: batchSize)
      while let decoded = next {
        async let following = source.nextBatch(limit: batchSize)
        do {
          guard try write(decoded, &batch, &report) else {
            _ = try? await following
            return false
          }
        } catch {
          _ = try? await following
          throw error
        }
        progress(
          IngestProgress(
            source: report.source, rowsRead: report.rowsRead, bytesRead: decoded.bytesConsumed, totalBytes: totalBytes))
        next = try await following
      }
      report.notices = await source.notices
    } catch let error as IngestError {
      report.outcome = .failed(error)
    }
    report.bytes = await source.bytesConsumed
    return true
  }

  /// `sales.jsonl.gz` is the source `sales`.
  private func defaultSource(_ file: InputFile) -> String {
    if case .standardInput = file { return "stdin" }
    let path = file.name
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  // MARK: The batch's record

  private struct Batch {
    var id: String
    var sourceID: String
    var fileName: String?
    var position: DecodePosition
    var isComplete: Bool
  }

  /// The unfinished record of the same file, or a new one.
  private func startBatch(sourceID: String, file: InputFile, digest: String?) throws -> Batch {
    let fileName: String? = if case .path(let path) = file { path } else { nil }
    return try database.write(isDurable: true) { connection in
      if let digest {
        let known = try connection.rows(
          """
          select batch_id, status, position_line, position_byte from "scout.ingest_batches"
          where file_sha256 = ?1 and source_id = ?2 order by status = 'complete' desc, started_at desc limit 1
          """, [.text(digest), .text(sourceID)])
        if let row = known.first {
          return Batch(
            id: row[0].text ?? "", sourceID: sourceID, fileName: fileName,
            position: DecodePosition(line: row[2].integer ?? 0, byteOffset: row[3].integer ?? 0),
            isComplete: row[1].text == "complete")
        }
      }
      let id = connection.identifiers.uuid()
      try connection.run(
        """
        insert into "scout.ingest_batches" (batch_id, source_id, file_name, file_sha256, rows_read, rows_accepted,
          rows_duplicate, rows_rejected, started_at, status, position_line, position_byte)
        values (?1, ?2, ?3, ?4, 0, 0, 0, 0, ?5, 'running', 0, 0)
        """,
        [.text(id), .text(sourceID), SQLValue(fileName), SQLValue(digest), SQLValue(connection.now)])
      return Batch(id: id, sourceID: sourceID, fileName: fileName, position: .start, isComplete: false)
    }
  }

  /// Stores a decoded batch with the position behind it, in one transaction.
  ///
  /// - Returns: False when another process has stored a part of it.
  private func write(_ decoded: DecodedBatch, _ batch: inout Batch, _ report: inout IngestReport) throws -> Bool {
    let id = batch.id
    let sourceID = batch.sourceID
    let fileName = batch.fileName
    let expected = batch.position
    let written = try database.write(isDurable: true) { connection -> (DecodePosition, TransactionStore.Counts?) in
      let position = try self.position(of: id, connection)
      guard position == expected else { return (position, nil) }
      let store = try TransactionStore(connection: connection, sourceID: sourceID, batchID: id)
      for record in decoded.records { try store.store(record, fileName: fileName) }
      try connection.run(
        """
        update "scout.ingest_batches" set rows_read = rows_read + ?2, rows_accepted = rows_accepted + ?3,
          rows_duplicate = rows_duplicate + ?4, rows_rejected = rows_rejected + ?5, position_line = ?6,
          position_byte = ?7, status = 'running'
        where batch_id = ?1
        """,
        [
          .text(id), .integer(Int64(decoded.rowsRead)), .integer(Int64(store.counts.accepted)),
          .integer(Int64(store.counts.duplicates)), .integer(Int64(store.counts.rejected)),
          .integer(decoded.end.line), .integer(decoded.end.byteOffset),
        ])
      return (decoded.end, store.counts)
    }
    batch.position = written.0
    guard let counts = written.1 else {
      // Exactly this batch, most of the time: then the next one follows on.
      return batch.position == decoded.end
    }
    report.rowsRead += decoded.rowsRead
    report.accepted += counts.accepted
    report.duplicates += counts.duplicates
    report.rejected += counts.rejected
    return true
  }

  private func position(of batchID: String, _ connection: Connection) throws -> DecodePosition {
    let row = try connection.rows(
      "select position_line, position_byte from \"scout.ingest_batches\" where batch_id = ?1", [.text(batchID)]
    ).first
    return DecodePosition(line: row?[0].integer ?? 0, byteOffset: row?[1].integer ?? 0)
  }

  private func finish(_ batch: Batch, _ report: IngestReport) throws {
    let status = if case .failed = report.outcome { "failed" } else { "complete" }
    try database.write(isDurable: true) { connection in
      try connection.run(
        "update \"scout.ingest_batches\" set status = ?2, finished_at = ?3 where batch_id = ?1",
        [.text(batch.id), .text(status), SQLValue(connection.now)])
    }
  }
}

/// Lets the decoder run beside the writer.
private actor DecoderActor {
  private let decoder: RecordDecoder

  init(_ decoder: sending RecordDecoder) { self.decoder = decoder }

  func nextBatch(limit: Int) throws -> DecodedBatch? { try decoder.nextBatch(limit: limit) }

  var notices: [IngestNotice] { decoder.notices }
  var bytesConsumed: Int64 { decoder.bytesConsumed }
}
