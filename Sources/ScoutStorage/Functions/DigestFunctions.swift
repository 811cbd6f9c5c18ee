import Crypto
import PostgresDialect

extension FunctionRegistrar {
  /// Hashes and the text forms of bytes.
  func registerDigests() {
    func bytes(_ call: FunctionContext, _ index: Int) -> [UInt8] {
      if case .blob(let bytes) = call.value(index) { bytes } else { Array(call.utf8(index)) }
    }
    scalar("pg_encode", 2) { call throws(SQLError) in
      call.result(try BinaryText.encode(bytes(call, 0), call.text(1)))
    }
    scalar("pg_decode", 2) { call throws(SQLError) in
      call.result(.blob(try BinaryText.decode(call.text(0), call.text(1))))
    }
    scalar("pg_convert_from", 2) { call throws(SQLError) in
      try checkEncoding(call.text(1))
      guard let text = String(validating: bytes(call, 0), as: UTF8.self), !text.utf8.contains(0) else {
        throw SQLError(.characterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\"")
      }
      call.result(text)
    }
    scalar("pg_convert_to", 2) { call throws(SQLError) in
      try checkEncoding(call.text(1))
      call.result(.blob(Array(call.utf8(0))))
    }
    scalar("pg_md5", 1) { call throws(SQLError) in
      call.result(BinaryText.hex(Insecure.MD5.hash(data: bytes(call, 0))))
    }
    scalar("pg_digest", 2) { call throws(SQLError) in
      call.result(.blob(try digest(bytes(call, 0), call.text(1))))
    }
    scalar("pg_hmac", 3) { call throws(SQLError) in
      call.result(.blob(try authentication(bytes(call, 0), key: bytes(call, 1), call.text(2))))
    }
    scalar("pg_hashtext", 1) { call throws(SQLError) in call.result(Int64(JenkinsHash.hash(call.utf8(0)))) }
    scalar("pg_hashtextextended", 2) { call throws(SQLError) in
      call.result(JenkinsHash.hash(call.utf8(0), seed: call.integer(1)))
    }
    scalar("pg_hashint4", 1) { call throws(SQLError) in
      call.result(Int64(JenkinsHash.hash(UInt32(truncatingIfNeeded: call.integer(0)))))
    }
    scalar("pg_hashint8", 1) { call throws(SQLError) in call.result(Int64(JenkinsHash.hash(call.integer(0)))) }
  }
}

private func checkEncoding(_ name: String) throws(SQLError) {
  guard ["utf8", "utf-8", "unicode"].contains(name.lowercased()) else {
    throw SQLError(.featureNotSupported, "encoding \"\(name)\" is not supported", hint: "Use UTF8.")
  }
}

private func digest(_ bytes: [UInt8], _ algorithm: String) throws(SQLError) -> [UInt8] {
  switch algorithm.lowercased() {
  case "md5": return Array(Insecure.MD5.hash(data: bytes))
  case "sha1": return Array(Insecure.SHA1.hash(data: bytes))
  case "sha224": return SHA224.hash(bytes)
  case "sha256": return Array(SHA256.hash(data: bytes))
  case "sha384": return Array(SHA384.hash(data: bytes))
  case "sha512": return Array(SHA512.hash(data: bytes))
  default:
    throw SQLError(
      .invalidParameterValue, "Cannot use \"\(algorithm)\": No such hash algorithm")
  }
}

/// RFC 2104, for whatever hash is named.
private func authentication(_ bytes: [UInt8], key: [UInt8], _ algorithm: String) throws(SQLError) -> [UInt8] {
  let blockSize = ["sha384", "sha512"].contains(algorithm.lowercased()) ? 128 : 64
  var key = key.count > blockSize ? try digest(key, algorithm) : key
  key += Array(repeating: 0, count: blockSize - key.count)
  let inner = try digest(key.map { $0 ^ 0x36 } + bytes, algorithm)
  return try digest(key.map { $0 ^ 0x5c } + inner, algorithm)
}

/// SHA-224, which swift-crypto has not: SHA-256 from another start, cut to 28 bytes.
/// Source: <https://doi.org/10.6028/NIST.FIPS.180-4>
private enum SHA224 {
  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [
      0xc105_9ed8, 0x367c_d507, 0x3070_dd17, 0xf70e_5939, 0xffc0_0b31, 0x6858_1511, 0x64f9_8fa7, 0xbefa_4fa4,
    ]
    var message = bytes + [0x80]
    message += Array(repeating: 0, count: (120 - message.count % 64) % 64)
    message += (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bytes.count) * 8 >> (56 - 8 * UInt64($0))) }
    for block in stride(from: 0, to: message.count, by: 64) {
      var words = (0..<16).map { index in
        (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(message[block + index * 4 + $1]) }
      }
      for index in 16..<64 {
        let a = words[index - 15], b = words[index - 2]
        let first = rotated(a, 7) ^ rotated(a, 18) ^ (a >> 3)
        let second = rotated(b, 17) ^ rotated(b, 19) ^ (b >> 10)
        words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
      }
      var v = state
      for index in 0..<64 {
        let big = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
        let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
        let first = v[7] &+ big &+ choice &+ constants[index] &+ words[index]
        let small = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
        let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
        v = [first &+ small &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
      }
      for index in 0..<8 { state[index] &+= v[index] }
    }
    return state.prefix(7).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
  }

  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = {
    var primes: [UInt64] = []
    var candidate: UInt64 = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map { prime in
      // ⌊∛(prime × 2^96)⌋ by bisection; its low 32 bits are the fraction.
      var low: UInt64 = 0, high: UInt64 = 8 << 32
      let target = UInt128(prime) << 96
      while high - low > 1 {
        let middle = (low + high) / 2
        if UInt128(middle) * UInt128(middle) * UInt128(middle) <= target { low = middle } else { high = middle }
      }
      return UInt32(truncatingIfNeeded: low)
    }
  }()
}
