import Crypto

/// A SHA-256 digest: an entry's hash, a payload's, or a node's of the Merkle tree.
public struct LedgerHash: Hashable, Sendable, CustomStringConvertible {
  /// Always 32 bytes.
  public let bytes: [UInt8]

  /// - Returns: Nil unless there are 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// The digest of `data`.
  public init(of data: [UInt8]) { bytes = Array(SHA256.hash(data: data)) }

  /// The digest of one byte, then the parts in order.
  init(prefix: UInt8, _ parts: [UInt8]...) {
    var hasher = SHA256()
    withUnsafeBytes(of: prefix) { hasher.update(bufferPointer: $0) }
    for part in parts { part.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
    bytes = Array(hasher.finalize())
  }

  static let byteCount = 32

  /// What stands before the first entry: 32 zero bytes.
  public static let zero = LedgerHash(unchecked: Array(repeating: 0, count: byteCount))

  private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// 64 hexadecimal digits.
  public var description: String { Self.hexadecimal(bytes) }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
