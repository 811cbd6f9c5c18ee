import Crypto

/// Turns a customer's id into a pseudonym that only holders of the secret can make again.
public struct CustomerMask: Sendable, CustomStringConvertible {
  /// Ready to take the id: the secret has been mixed in.
  private let primed: HMAC<SHA256>

  /// - Parameter secret: The project's secret; any length, also empty (then the mask hides nothing from a guesser).
  public init(secret: [UInt8]) {
    primed = HMAC(key: SymmetricKey(data: secret))
  }

  /// The UTF-8 bytes of a text as the secret.
  public init(secret: String) { self.init(secret: Array(secret.utf8)) }

  /// The first 32 hexadecimal digits of HMAC-SHA-256 (RFC 2104) of the id's UTF-8 bytes.
  public func hash(_ customerID: String) -> String {
    var customerID = customerID
    return customerID.withUTF8 { hash($0) }
  }

  func hash(_ customerID: UnsafeBufferPointer<UInt8>) -> String {
    var code = primed
    code.update(data: UnsafeRawBufferPointer(customerID))
    return code.finalize().withUnsafeBytes { Hex.text($0.prefix(16)) }
  }

  public var description: String { "CustomerMask(secret: hidden)" }
}

/// Lower-case hexadecimal text.
enum Hex {
  static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { output in
      let digits: StaticString = "0123456789abcdef"
      var position = 0
      for byte in bytes {
        output[position] = digits.utf8Start[Int(byte >> 4)]
        output[position + 1] = digits.utf8Start[Int(byte & 15)]
        position += 2
      }
      return position
    }
  }
}

/// SHA-256 in the forms that ingest needs.
public enum Digests {
  /// The first 32 hexadecimal digits of SHA-256: `payload_hash`.
  public static func payloadHash(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { payloadHash($0) } }

  static func payloadHash(_ bytes: UnsafeRawBufferPointer) -> String {
    var hasher = SHA256()
    hasher.update(bufferPointer: bytes)
    return hasher.finalize().withUnsafeBytes { Hex.text($0.prefix(16)) }
  }

  /// All 64 hexadecimal digits of the SHA-256 of a file's bytes as they lie on the disk; memory is bounded.
  ///
  /// - Throws: ``IngestError`` as for opening the file.
  public static func fileSHA256(path: String) throws(IngestError) -> String {
    try sha256(of: FileByteSource(path: path))
  }

  /// All 64 hexadecimal digits of the SHA-256 of whatever a source still has to give.
  public static func sha256(of source: any ByteSource) throws(IngestError) -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
    defer { buffer.deallocate() }
    var hasher = StreamingDigest()
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return hasher.finish() }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

/// SHA-256 of bytes that arrive in pieces.
struct StreamingDigest {
  private var hasher = SHA256()

  mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }

  func finish() -> String { hasher.finalize().withUnsafeBytes { Hex.text($0[...]) } }
}
