import CZlib
import PostgresDialect
import Testing

@testable import ScoutPipeline

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where this file's package lies, found from the place of this source file.
enum TestFiles {
  static let folder: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    parts.removeLast(2)
    return parts.joined(separator: "/")
  }()

  static var fixtures: String { folder + "/Fixtures" }
  static var package: String { folder + "/../.." }

  static func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(fixtures)/\(name)", encoding: .utf8)
  }

  /// The rows of a tab-separated fixture; lines that begin with `#` explain it.
  static func table(_ name: String) throws -> [[String]] {
    try text(name).split(separator: "\n").filter { !$0.hasPrefix("# ") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }

  /// A folder for one test, removed by `body`'s end.
  static func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scout-decode-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
  }
}

/// The options that tests share: Manila, and a known secret.
func testOptions(_ change: (inout DecoderOptions) -> Void = { _ in }) throws -> DecoderOptions {
  var options = DecoderOptions(
    timeZone: try TimeZoneRules(identifier: "Asia/Manila"), customerMask: CustomerMask(secret: "test secret"))
  change(&options)
  return options
}

extension RecordDecoder {
  /// Everything that is left, in batches of `limit`.
  func all(limit: Int = 7) throws -> [DecodedRecord] {
    var records: [DecodedRecord] = []
    while let batch = try nextBatch(limit: limit) {
      #expect(batch.records.count <= limit)
      #expect(batch.acceptedCount + batch.rejectedCount == batch.records.count)
      records += batch.records
    }
    return records
  }
}

extension DecodedRecord {
  var accepted: DecodedTransaction? {
    if case .accepted(let transaction) = self { return transaction }
    return nil
  }

  var rejected: RejectedRecord? {
    if case .rejected(let record) = self { return record }
    return nil
  }
}

extension DecodedTransaction {
  var payloadText: String { String(decoding: payload, as: UTF8.self) }
}

/// Decodes JSON Lines from memory.
func decodeLines(_ text: String, options: DecoderOptions? = nil) throws -> [DecodedRecord] {
  try RecordDecoder(BufferByteSource(text), format: .jsonLines, options: options ?? testOptions()).all()
}

/// Decodes CSV from memory.
func decodeCSV(
  _ text: String, mapping: SourceMapping? = nil, options: DecoderOptions? = nil
) throws -> [DecodedRecord] {
  try RecordDecoder(BufferByteSource(text), format: .csv, mapping: mapping, options: options ?? testOptions()).all()
}

/// A record with one item, as text; each argument replaces a member or, when nil, leaves it out.
func record(_ id: String = "T", _ more: String = "", items: String? = nil) -> String {
  let items = items ?? #"[{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":1.00}]"#
  return #"{"transaction_id":"\#(id)","store_id":"S","ts":"2025-08-01T09:14:05+08:00"\#(more),"items":\#(items)}"#
}

/// Compresses with zlib as one gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  guard deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { return [] }
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  let room = output.count
  input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(room)
      _ = deflate(&stream, Z_FINISH)
    }
  }
  return Array(output.prefix(room - Int(stream.avail_out)))
}
