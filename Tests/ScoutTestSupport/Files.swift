import CZlib
import Foundation

/// The repository that these sources lie in.
public enum Repository {
  public static let folder: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  public static var sample: String { folder + "/sample-data/transactions.jsonl.gz" }
  public static var truth: String { folder + "/sample-data/truth.json" }
  public static var onlineRetail: String { folder + "/Tests/ScoutPipelineTests/Fixtures/online-retail" }
}

/// A folder for one test, removed when the test is over.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("scout-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  public subscript(name: String) -> String { path + "/" + name }

  /// Writes a file and gives its path.
  @discardableResult
  public func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
    return self[name]
  }

  @discardableResult
  public func write(_ text: String, as name: String) throws -> String { try write(Array(text.utf8), as: name) }

  public func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self[name], withIntermediateDirectories: true)
    return self[name]
  }
}

public func fileBytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

/// One gzip member.
public func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  guard deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0, ZLIB_VERSION, size) == Z_OK else { return [] }
  defer { deflateEnd(&stream) }
  return run(&stream, bytes, capacity: bytes.count + 1024) { deflate(&$0, Z_FINISH) }
}

/// The content of one gzip member of at most `capacity` bytes.
public func gunzip(_ bytes: [UInt8], capacity: Int = 64 << 20) -> [UInt8] {
  var stream = z_stream()
  guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return [] }
  defer { inflateEnd(&stream) }
  return run(&stream, bytes, capacity: capacity) { inflate(&$0, Z_FINISH) }
}

private func run(
  _ stream: inout z_stream, _ bytes: [UInt8], capacity: Int, _ body: (inout z_stream) -> Int32
) -> [UInt8] {
  var input = bytes
  var output = [UInt8](repeating: 0, count: capacity)
  let left = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      _ = body(&stream)
      return Int(stream.avail_out)
    }
  }
  return Array(output.prefix(capacity - left))
}

/// A small generator with a seed, so that a failing case can be made again (Steele, Lea, Flood: SplitMix64).
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
