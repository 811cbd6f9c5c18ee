import PostgresDialect
import Testing

@testable import ScoutPipeline

@Suite struct JSONLinesTests {
  @Test func `line ends, blank lines, a byte order mark and a missing last line end`() throws {
    let text = "\u{FEFF}" + record("A") + "\r\n\n  \n" + record("B") + "\n\r\n" + record("C")
    let records = try decodeLines(text)
    #expect(records.compactMap(\.accepted?.transactionID) == ["A", "B", "C"])
    #expect(records.compactMap(\.accepted?.lineNumber) == [1, 4, 6])
  }

  @Test func `every way of cutting the input into pieces gives the same records`() throws {
    let text =
      "\u{FEFF}" + record("A", #","city":"Parañaque \u20b1""#) + "\r\nbroken\r\n\n" + record("B") + "\n" + record("C")
      + "\r"
    let whole = try RecordDecoder(BufferByteSource(text), format: .jsonLines, options: testOptions()).all()
    #expect(whole.count == 4)
    for chunk in 1...text.utf8.count {
      let source = BufferByteSource(text, chunkSize: chunk)
      #expect(try RecordDecoder(source, format: .jsonLines, options: testOptions()).all(limit: chunk % 3 + 1) == whole)
    }
  }

  @Test func `NUL bytes and invalid UTF-8 are rejected by line, and reading goes on`() throws {
    let good = Array(record("A").utf8)
    var bytes = good.map { $0 == UInt8(ascii: "S") ? 0 : $0 } + [0x0A]
    bytes += good.map { $0 == UInt8(ascii: "S") ? 0xFF : $0 } + [0x0A] + good
    let records = try RecordDecoder(BufferByteSource(bytes), format: .jsonLines, options: testOptions()).all()
    #expect(
      records.map { $0.rejected?.reason } == ["column 35: a NUL byte in the line", "column 35: invalid UTF-8", nil])
    #expect(records[0].rejected?.raw.contains("\u{FFFD}") == true)
    #expect(records[0].rejected?.raw.utf8.contains(0) == false)
    #expect(records[1].rejected?.raw.contains("\u{FFFD}") == true)
    #expect(records[2].accepted?.lineNumber == 3)
  }

  @Test(arguments: [1, 5, 64, 1_000_000])
  func `a line over the limit is rejected by its length, and reading goes on`(_ chunk: Int) throws {
    let limit = record("A").utf8.count
    let long = String(repeating: "x", count: 3000)
    let text = record("A") + "\r\n" + long + "\r\n" + record("B") + "\n" + long
    let options = try testOptions {
      $0.maximumRecordBytes = limit
      $0.keptRejectBytes = 10
    }
    let records = try RecordDecoder(
      BufferByteSource(text, chunkSize: chunk), format: .jsonLines, options: options
    ).all()
    #expect(records.map { $0.accepted?.transactionID } == ["A", nil, "B", nil])
    for (index, line) in [(1, 2), (3, 4)] as [(Int, Int64)] {
      #expect(
        records[index].rejected
          == RejectedRecord(
            lineNumber: line, raw: "xxxxxxxxxx", reason: "the line is 3000 bytes long; the limit is \(limit)",
            byteCount: 3000, rawSHA256: Digests.wholeSHA256(of: long)))
    }
  }

  @Test func `an oversized line does not grow memory`() throws {
    // 40 MB in one line, in pieces; the window stays near the limit of 1 MB.
    let source = RepeatingSource(byte: 0x78, count: 40_000_000)
    let options = try testOptions { $0.maximumRecordBytes = 1 << 20 }
    let records = try RecordDecoder(source, format: .jsonLines, options: options).all()
    #expect(records.map { $0.rejected?.byteCount } == [40_000_000])
    #expect(records.first?.rejected?.raw.utf8.count == 65_536)
  }

  @Test(arguments: [false, true])
  func `decoding goes on where it stopped`(_ compressed: Bool) throws {
    let lines = (1...50).map { $0 % 7 == 0 ? "broken \($0)" : record("T\($0)") }.joined(separator: "\n")
    let bytes = compressed ? gzip(Array(lines.utf8)) : Array(lines.utf8)
    let whole = try RecordDecoder(BufferByteSource(bytes), format: .jsonLines, options: testOptions()).all()
    for stop in 0...50 {
      let first = try RecordDecoder(BufferByteSource(bytes), format: .jsonLines, options: testOptions())
      var records: [DecodedRecord] = []
      var position = DecodePosition.start
      if stop > 0, let batch = try first.nextBatch(limit: stop) {
        records = batch.records
        position = batch.end
        #expect(position.line == Int64(stop))
      }
      let second = try RecordDecoder(BufferByteSource(bytes), format: .jsonLines, options: testOptions())
      try second.skip(to: position)
      records += try second.all()
      #expect(records == whole)
    }
  }

  @Test func `a position behind the end is an error`() throws {
    let decoder = try RecordDecoder(
      BufferByteSource(gzip(Array(record().utf8))), format: .jsonLines, options: testOptions())
    let error = #expect(throws: IngestError.self) { try decoder.skip(to: DecodePosition(line: 9, byteOffset: 99_999)) }
    #expect(error?.code == .positionPastEnd)
  }

  @Test func `a decoder can be moved to a task while its maker goes on`() async throws {
    let decoder = try RecordDecoder(
      BufferByteSource((1...100).map { record("T\($0)") }.joined(separator: "\n")), format: .jsonLines,
      options: testOptions())
    let count = try await Task {
      var count = 0
      while let batch = try decoder.nextBatch(limit: 9) { count += batch.acceptedCount }
      return count
    }.value
    #expect(count == 100)
  }

  @Test func `batches count and report positions`() throws {
    let text = record("A") + "\n\nbroken\n" + record("B") + "\n"
    let decoder = try RecordDecoder(BufferByteSource(text), format: .jsonLines, options: testOptions())
    let first = try #require(try decoder.nextBatch(limit: 2))
    #expect(first.acceptedCount == 1 && first.rejectedCount == 1 && first.rowsRead == 2)
    #expect(first.end == DecodePosition(line: 3, byteOffset: Int64((record("A") + "\n\nbroken\n").utf8.count)))
    #expect(first.bytesConsumed == Int64(text.utf8.count))
    #expect(try decoder.nextBatch(limit: 2)?.records.count == 1)
    #expect(try decoder.nextBatch(limit: 2) == nil)
    #expect(try decoder.nextBatch(limit: 2) == nil)
    #expect(decoder.notices.isEmpty)
  }
}

/// Many equal bytes that nobody holds.
final class RepeatingSource: ByteSource {
  let name = "<repeating>"
  private let byte: UInt8
  private var left: Int
  private(set) var bytesConsumed: Int64 = 0
  var totalBytes: Int64? { nil }

  init(byte: UInt8, count: Int) {
    self.byte = byte
    left = count
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
    let count = min(buffer.count, left)
    for index in 0..<count { buffer[index] = byte }
    left -= count
    bytesConsumed += Int64(count)
    return count
  }

  func seek(to offset: Int64) throws(IngestError) -> Bool { false }
}

extension Digests {
  static func wholeSHA256(of text: String) -> String? { try? sha256(of: BufferByteSource(text)) }
}
