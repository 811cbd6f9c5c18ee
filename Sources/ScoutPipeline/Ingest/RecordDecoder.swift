import PostgresDialect

/// What a decoder needs to know besides its input.
public struct DecoderOptions: Sendable {
  /// The project's time zone: of times without an offset, and of `business_date`.
  public var timeZone: TimeZoneRules
  /// Makes `customer_hash`.
  public var customerMask: CustomerMask
  /// The longest record in bytes; a longer one is rejected without being held in memory. 1…268,435,456.
  public var maximumRecordBytes = 16 << 20
  /// How much of a record that is too long is kept as `raw`.
  public var keptRejectBytes = 64 << 10
  /// CSV: how many bytes of rows may wait in memory for the rest of their transactions before they go to a temporary
  /// file.
  public var maximumWaitingBytes = 64 << 20

  public init(timeZone: TimeZoneRules, customerMask: CustomerMask) {
    self.timeZone = timeZone
    self.customerMask = customerMask
  }
}

/// Turns an input into batches of typed records, in the order of the input and in bounded memory.
///
/// ```swift
/// let decoder = try RecordDecoder.open(.path("sales.jsonl.gz"), options: options)
/// while let batch = try decoder.nextBatch(limit: 1000) { … }
/// ```
///
/// Not `Sendable`, on purpose: a decoder belongs to one thread at a time, and Swift's region isolation lets it be made
/// in one place and moved to another (`sending`). Its batches and records are `Sendable` values, so decoding may run
/// beside writing.
public final class RecordDecoder {
  private let reader: any RecordReader
  private var failure: IngestError?
  private var isFinished = false

  init(_ reader: any RecordReader) { self.reader = reader }

  /// What a person should know about the input; complete once ``nextBatch(limit:)`` has returned nil.
  public private(set) var notices: [IngestNotice] = []

  /// How many bytes of the underlying file were taken (compressed bytes for gzip).
  public var bytesConsumed: Int64 { reader.bytesConsumed }

  /// The size of the underlying file, where it is known.
  public var totalBytes: Int64? { reader.totalBytes }

  /// The place after the last record returned.
  public var position: DecodePosition { reader.position }

  /// Goes on where an earlier run stopped, at the ``DecodedBatch/end`` of its last stored batch.
  ///
  /// Call it before the first batch. A plain JSON Lines file is entered directly; otherwise the part before is read and
  /// dropped.
  ///
  /// - Throws: ``IngestError`` with code `position_past_end` when the file has become shorter.
  public func skip(to position: DecodePosition) throws(IngestError) { try reader.skip(to: position) }

  /// What a batch of large records may hold, in bytes of their texts; without this bound a few thousand records of the
  /// longest allowed kind would be gigabytes.
  static let batchBytes = 16 << 20

  /// The next records, at most `limit`; nil at the end.
  ///
  /// Fewer when they are large: a batch ends with the record that brings it to ``batchBytes``.
  ///
  /// - Throws: ``IngestError`` when the input breaks off or cannot be read further. Every record before that point has
  ///   been returned by then; the same error is thrown again by further calls.
  public func nextBatch(limit: Int) throws(IngestError) -> DecodedBatch? {
    if let failure { throw failure }
    if isFinished { return nil }
    var batch = DecodedBatch(
      records: [], end: reader.position, bytesConsumed: 0, rowsRead: 0, acceptedCount: 0, rejectedCount: 0)
    batch.records.reserveCapacity(Swift.min(Swift.max(limit, 1), 4096))
    do throws(IngestError) {
      var bytes = 0
      while batch.records.count < Swift.max(limit, 1), bytes < RecordDecoder.batchBytes {
        guard let record = try reader.next(rowsRead: &batch.rowsRead) else {
          isFinished = true
          notices += reader.notices
          break
        }
        switch record {
        case .accepted(let transaction):
          batch.acceptedCount += 1
          bytes += transaction.payload.count
        case .rejected(let rejected):
          batch.rejectedCount += 1
          bytes += rejected.raw.utf8.count
        }
        batch.records.append(record)
      }
    } catch {
      failure = error
      if batch.records.isEmpty { throw error }
    }
    guard !batch.records.isEmpty else { return nil }
    batch.end = reader.position
    batch.bytesConsumed = reader.bytesConsumed
    return batch
  }
}

/// One format's way of reading records.
protocol RecordReader: AnyObject {
  var bytesConsumed: Int64 { get }
  var totalBytes: Int64? { get }
  var position: DecodePosition { get }
  /// Read at the end.
  var notices: [IngestNotice] { get }
  func skip(to position: DecodePosition) throws(IngestError)
  func next(rowsRead: inout Int) throws(IngestError) -> DecodedRecord?
}

/// Bytes of one JSON object in the form of DOMAIN.md to a record; the step that all formats share.
final class TransactionDecoder {
  private let parser: TransactionParser
  private let builder: TransactionBuilder

  init(_ options: DecoderOptions) {
    parser = TransactionParser(maximumPayloadBytes: DecoderLimits.recordBytes(options) * 4 + 4096)
    builder = TransactionBuilder(zone: options.timeZone, mask: options.customerMask)
  }

  enum Outcome {
    case accepted(DecodedTransaction)
    /// The reason, and the index of the line item at fault.
    case refused(String, item: Int?)
  }

  func decode(_ bytes: UnsafeBufferPointer<UInt8>, lineNumber: Int64) -> Outcome {
    do throws(JSONTextError) {
      try parser.parse(bytes)
    } catch {
      return .refused(error.description, item: nil)
    }
    do throws(RecordProblem) {
      return .accepted(try builder.build(parser, source: bytes, lineNumber: lineNumber))
    } catch {
      return .refused(error.reason, item: error.item)
    }
  }
}

/// The options within the limits that the decoder can keep.
enum DecoderLimits {
  static func recordBytes(_ options: DecoderOptions) -> Int {
    Swift.min(Swift.max(1, options.maximumRecordBytes), TransactionParser.maximumRecordBytes)
  }
}
