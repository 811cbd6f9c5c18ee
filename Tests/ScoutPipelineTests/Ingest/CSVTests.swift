import ScoutTestSupport
import Testing

@testable import ScoutPipeline

@Suite struct CSVTests {
  private let header = "transaction_id,store_id,ts,sku,brand,category,qty,unit_price,product_name\n"

  private func row(_ id: String, _ sku: String, ts: String = "2025-08-01T09:00:00+08:00", qty: String = "1") -> String {
    "\(id),S,\(ts),\(sku),B,C,\(qty),1.50,\n"
  }

  @Test func `rows of one transaction become its lines, adjacent or not`() throws {
    let records = try decodeCSV(
      header + row("T1", "a") + row("T2", "b") + row("T1", "c") + row("T1", "a") + row("T3", "d"))
    let transactions = records.compactMap(\.accepted)
    // In the order of their last rows.
    #expect(transactions.map(\.transactionID) == ["T2", "T1", "T3"])
    #expect(transactions.map { $0.items.map(\.sku) } == [["b"], ["a", "c", "a"], ["d"]])
    #expect(transactions.map(\.lineNumber) == [3, 2, 6])
    #expect(transactions[1].silver?.netAmountHundredths == 450)
    #expect(
      transactions[0].payloadText
        == #"{"ts": "2025-08-01T09:00:00+08:00", "items": [{"qty": 1, "sku": "b", "brand": "B", "category": "C", "unit_price": 1.50}], "store_id": "S", "transaction_id": "T2"}"#
    )
  }

  @Test func `waiting rows beyond the limit move to a temporary file and come back`() throws {
    var text = header
    for line in 0..<5 { for id in 0..<40 { text += row("T\(id)", "sku-\(id)-\(line)") } }
    let options = try testOptions { $0.maximumWaitingBytes = 500 }
    let transactions = try decodeCSV(text, options: options).compactMap(\.accepted)
    #expect(transactions.map(\.transactionID) == (0..<40).map { "T\($0)" })
    #expect(transactions[17].items.map(\.sku) == (0..<5).map { "sku-17-\($0)" })
    #expect(try decodeCSV(text).compactMap(\.accepted) == transactions)
  }

  @Test func `quotes, line ends inside of fields, CRLF and a byte order mark`() throws {
    let text =
      "\u{FEFF}" + header.replacing("\n", with: "\r\n")
      + "T1,S,2025-08-01T09:00:00Z,a,B,C,1,1.00,\"He said \"\"hi\"\",\r\nthen left\"\r\n"
      + "\"T2\",\"S\",2025-08-01T09:00:00Z,\"a\",B,C,1,1.00,12\" ruler\r\n\r\n"
      + "T3,S,2025-08-01T09:00:00Z,a,B,C,1,1.00,\"\""
    for chunk in [1, 2, 3, 10, 1000] {
      let transactions = try RecordDecoder(
        BufferByteSource(text, chunkSize: chunk), format: .csv, options: testOptions()
      ).all().compactMap(\.accepted)
      #expect(
        transactions.map { $0.items[0].productName } == ["He said \"hi\",\r\nthen left", "12\" ruler", nil])
      #expect(transactions.map(\.lineNumber) == [2, 4, 6])
    }
  }

  @Test(arguments: [",", ";", "\t", "|"])
  func `the header shows the delimiter`(_ delimiter: String) throws {
    let text = (header + row("T1", "a")).replacing(",", with: delimiter)
    #expect(try decodeCSV(text).first?.accepted?.items.first?.sku == "a")
  }

  /// What comes behind the good rows T1 (line 2) and before T9; the reason.
  @Test(arguments: [
    ("ragged-short", "T5,S,2025-08-01T09:00:00Z,a\n", "line 3: the row has 4 fields, the header 9"),
    ("ragged-long", "T5,S,2025-08-01T09:00:00Z,a,B,C,1,1.00,,x\n", "line 3: the row has 10 fields, the header 9"),
    (
      "after-quote", "T5,S,2025-08-01T09:00:00Z,\"a\"b,B,C,1,1.00,\n",
      "line 3: column 30: expected a delimiter after the closing quote"
    ),
    ("nul", "T5,S,2025-08-01T09:00:00Z,a\0,B,C,1,1.00,\n", "line 3: a NUL byte in the row"),
    ("no-id", ",S,2025-08-01T09:00:00Z,a,B,C,1,1.00,\n", "transaction_id: required, and missing"),
    (
      "bad-qty", "T5,S,2025-08-01T09:00:00Z,a,B,C,1,1.00,\nT5,S,2025-08-01T09:00:00Z,a,B,C,two,1.00,\n",
      "line 4: items[1].qty: expected an integer other than zero, got \"two\""
    ),
    (
      "bad-ts", "T5,S,1 August,a,B,C,1,1.00,\n",
      "line 3: ts: expected an ISO 8601 date and time or epoch seconds or milliseconds, got \"1 August\""
    ),
    (
      "one-bad-row-spoils-the-transaction", "T5,S,2025-08-01T09:00:00Z,a,B,C,1,1.00,\nT5,S\n",
      "line 4: the row has 2 fields, the header 9"
    ),
  ])
  func `a bad row is rejected with its transaction, and reading goes on`(
    _ id: String, _ rows: String, _ reason: String
  ) throws {
    let records = try decodeCSV(header + row("T1", "a") + rows + row("T9", "z"))
    #expect(records.map { $0.accepted?.transactionID } == ["T1", nil, "T9"], "\(id)")
    let rejected = try #require(records[1].rejected)
    #expect(rejected.reason == reason)
    #expect(rejected.lineNumber == 3)
    #expect(rejected.raw == rows.dropLast().replacing("\0", with: "\u{FFFD}"))
  }

  @Test func `a quote that is never closed costs one line`() throws {
    let text = header + row("T1", "a") + "T2,S,2025-08-01T09:00:00Z,\"a,B,C,1,1.00,\n" + row("T3", "b") + row("T4", "c")
    let records = try decodeCSV(text)
    #expect(records.map { $0.accepted?.transactionID } == ["T1", nil, "T3", "T4"])
    #expect(
      records[1].rejected?.reason == "line 3: the quote that opens here is not closed before the end of the file")
    #expect(records[1].rejected?.raw == "T2,S,2025-08-01T09:00:00Z,\"a,B,C,1,1.00,")
  }

  @Test(arguments: [1, 9, 100_000])
  func `rows over the limit are rejected in bounded memory`(_ chunk: Int) throws {
    let long = "T2,S,2025-08-01T09:00:00Z,\(String(repeating: "x", count: 5000)),B,C,1,1.00,"
    let open = "T3,S,2025-08-01T09:00:00Z,\"open,B,C,1,1.00,"
    let text = header + row("T1", "a") + long + "\n" + open + "\n" + (0..<50).map { row("U\($0)", "b") }.joined()
    let options = try testOptions {
      $0.maximumRecordBytes = 1000
      $0.keptRejectBytes = 16
    }
    let records = try RecordDecoder(BufferByteSource(text, chunkSize: chunk), format: .csv, options: options).all()
    let rejected = records.compactMap(\.rejected)
    #expect(records.compactMap(\.accepted).count == 51)
    #expect(
      rejected.map(\.reason) == [
        "line 3: the row is \(long.utf8.count) bytes long; the limit is 1000",
        "line 4: the quote that opens here is not closed within 1000 bytes",
      ])
    #expect(rejected.map(\.lineNumber) == [3, 4])
    #expect(rejected.map(\.raw) == [String(long.prefix(16)), String(open.prefix(16))])
    #expect(rejected[0].rawSHA256 == Digests.wholeSHA256(of: long))
    #expect(rejected[0].byteCount == Int64(long.utf8.count))
  }

  @Test func `where rows disagree the first one's value stands, with an issue`() throws {
    let text =
      header + row("T1", "a", ts: "2025-08-01T09:00:00Z") + row("T1", "b", ts: "2025-08-01T09:01:00Z")
      + row("T1", "c", ts: "2025-08-01T09:02:00Z")
    let transaction = try #require(try decodeCSV(text).first?.accepted)
    #expect(transaction.items.count == 3)
    #expect(transaction.silver?.tsMicroseconds == 1_754_038_800_000_000)
    #expect(
      transaction.issues == [
        DataQualityIssue(
          kind: .conflictingValue, fieldName: "ts", fieldValue: "2025-08-01T09:01:00Z",
          expectedValue: "2025-08-01T09:00:00Z", severity: .warn)
      ])
  }

  @Test func `a header without a required column is an error with a near miss`() throws {
    let error = #expect(throws: IngestError.self) {
      try decodeCSV(header.replacing("brand", with: "brnd") + row("T", "a"))
    }
    #expect(error?.code == .badHeader)
    #expect(error?.message.hasPrefix("there is no column \"brand\"; did you mean \"brnd\"?. The header has ") == true)
  }

  @Test func `a void row needs only its id`() throws {
    let text = "transaction_id,status,store_id,ts,sku,brand,category,qty,unit_price\nT1,void,,,,,,,\n"
    #expect(try decodeCSV(text).first?.accepted?.isVoid == true)
  }

  @Test func `a pipe is spooled and read twice`() throws {
    let text = header + row("T1", "a") + row("T2", "b") + row("T1", "c")
    let decoder = try RecordDecoder(PipeSource(text), format: .csv, options: testOptions())
    #expect(try decoder.all().compactMap(\.accepted?.transactionID) == ["T2", "T1"])
    let zipped = try RecordDecoder(PipeSource(bytes: gzip(Array(text.utf8))), format: .csv, options: testOptions())
    #expect(try zipped.all().compactMap(\.accepted?.transactionID) == ["T2", "T1"])
  }

  @Test func `truncated gzip never delivers half a transaction`() throws {
    var random = SeededGenerator(seed: 5)
    var text = header
    for id in 0..<300 {
      for _ in 0..<4 { text += row("T\(id)", "sku\(UInt64.random(in: 0...UInt64.max, using: &random))") }
    }
    let whole = gzip(Array(text.utf8))
    let decoder = try RecordDecoder(
      BufferByteSource(Array(whole.prefix(whole.count / 2))), format: .csv, options: testOptions())
    var transactions: [DecodedTransaction] = []
    let error = #expect(throws: IngestError.self) {
      while let batch = try decoder.nextBatch(limit: 20) { transactions += batch.records.compactMap(\.accepted) }
    }
    #expect(error?.code == .truncatedGzip)
    #expect(transactions.count > 50 && transactions.count < 250)
    #expect(transactions.allSatisfy { $0.items.count == 4 })
  }

  @Test func `decoding goes on where it stopped, also inside of interleaved transactions`() throws {
    var text = header
    for line in 0..<3 {
      for id in 0..<12 { text += row("T\(id * line % 7)", "s\(line)-\(id)") + (id == 5 ? "bad\n" : "") }
    }
    let whole = try decodeCSV(text)
    for stop in 1..<whole.count {
      let first = try RecordDecoder(BufferByteSource(text), format: .csv, options: testOptions())
      let batch = try #require(try first.nextBatch(limit: stop))
      let second = try RecordDecoder(BufferByteSource(text), format: .csv, options: testOptions())
      try second.skip(to: batch.end)
      #expect(batch.records + (try second.all()) == whole)
    }
  }

  @Test func `what is written is read back, whatever the fields hold`() throws {
    let seed: UInt64 = 1187
    var random = SeededGenerator(seed: seed)
    let alphabet: [Character] = ["a", "b", ",", ";", "\"", "\n", "\r\n", " ", "é", "₱", "😀", "'", "\t", "|"]
    for _ in 0..<300 {
      let delimiter: Character = [",", ";", "\t", "|"].randomElement(using: &random) ?? ","
      let lineEnd = Bool.random(using: &random) ? "\n" : "\r\n"
      let width = Int.random(in: 1...5, using: &random)
      var rows: [[String]] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        var fields: [String] = []
        for _ in 0..<width {
          fields.append(
            String(
              (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" }))
        }
        // A row of one empty field would be a blank line.
        if width == 1, fields[0].isEmpty { fields[0] = "a" }
        rows.append(fields)
      }
      let quotesAll = Bool.random(using: &random)
      var text = rows.map { CSVTests.write($0, delimiter, quotesAll) }.joined(separator: lineEnd)
      if Bool.random(using: &random) { text += lineEnd }
      let reader = CSVRowReader(
        BufferByteSource(text, chunkSize: Int.random(in: 1...40, using: &random)),
        delimiter: delimiter.asciiValue ?? 0x2C, maximumRowBytes: 10_000, keptOfOversize: 100)
      var read: [[String]] = []
      while let row = try reader.next() {
        #expect(row.fault == nil)
        read.append(
          reader.fields.map { field in
            let text = String(decoding: row.bytes[Int(field.start)..<Int(field.end)], as: UTF8.self)
            return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
          })
      }
      #expect(read == rows, "seed \(seed): \(text.debugDescription)")
    }
  }

  private static func write(_ fields: [String], _ delimiter: Character, _ quotesAll: Bool) -> String {
    fields.map { field in
      let needsQuotes =
        field.unicodeScalars.contains { $0 == "\"" || $0 == "\n" || $0 == "\r" }
        || field.contains(delimiter)
      return quotesAll || needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: String(delimiter))
  }
}

/// A source that can be read only once, like a pipe.
final class PipeSource: ByteSource {
  private let base: BufferByteSource
  let name = "<pipe>"
  var bytesConsumed: Int64 { base.bytesConsumed }
  var totalBytes: Int64? { nil }

  init(bytes: [UInt8]) { base = BufferByteSource(bytes, chunkSize: 13) }
  convenience init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int { try base.read(into: buffer) }
  func seek(to offset: Int64) throws(IngestError) -> Bool { false }
}
