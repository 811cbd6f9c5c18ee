import Crypto

/// A SHA-256 digest: an entry's hash, a payload's, or a node's of the Merkle tree.
public struct LedgerHash: Hashable, Sendable, CustomStringConvertible {
  /// The 32 bytes as they lie in memory: no hash costs an allocation.
  private let words: SIMD4<UInt64>

  /// - Returns: Nil unless there are 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    let copy = Array(bytes)
    guard let hash = copy.withUnsafeBytes({ LedgerHash(raw: $0) }) else { return nil }
    self = hash
  }

  /// - Returns: Nil unless there are 32 bytes.
  init?(raw bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    words = bytes.loadUnaligned(as: SIMD4<UInt64>.self)
  }

  /// The digest of `data`.
  public init(of data: [UInt8]) {
    words = SHA256.hash(data: data).withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
  }

  /// The digest of one byte, then a text of bytes.
  init(prefix: UInt8, _ data: [UInt8]) {
    self.init(prefix: prefix) { hasher in data.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
  }

  /// The digest of one byte, then two digests.
  init(prefix: UInt8, _ left: LedgerHash, _ right: LedgerHash) {
    self.init(prefix: prefix) { hasher in
      withUnsafeBytes(of: left.words) { hasher.update(bufferPointer: $0) }
      withUnsafeBytes(of: right.words) { hasher.update(bufferPointer: $0) }
    }
  }

  private init(prefix: UInt8, _ update: (inout SHA256) -> Void) {
    var hasher = SHA256()
    withUnsafeBytes(of: prefix) { hasher.update(bufferPointer: $0) }
    update(&hasher)
    words = hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
  }

  /// Always 32 bytes.
  public var bytes: [UInt8] { withBytes { Array($0) } }

  func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value { withUnsafeBytes(of: words, body) }

  static let byteCount = 32

  /// What stands before the first entry: 32 zero bytes.
  public static let zero = LedgerHash(words: .zero)

  private init(words: SIMD4<UInt64>) { self.words = words }

  /// 64 hexadecimal digits.
  public var description: String { Self.hexadecimal(bytes) }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
