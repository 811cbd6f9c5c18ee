import PostgresDialect

extension SQLState {
  fileprivate static let stringLengthMismatch = SQLState(rawValue: "22026")
}

extension FunctionRegistrar {
  /// Bit strings, which are texts of the digits 0 and 1.
  func registerBitStrings() {
    scalar("pg_bits_in", 1) { call throws(SQLError) in call.result(try ValueText.bits(call.text(0))) }
    // Bits, length, whether shorter is allowed, whether the length is made.
    scalar("pg_bits_fit", 4) { call throws(SQLError) in
      let bits = Array(call.utf8(0))
      let length = Int(call.integer(1))
      let isVarying = call.integer(2) != 0
      if bits.count == length || isVarying && bits.count < length { return call.result(text(bits)) }
      guard call.integer(3) != 0 else {
        if isVarying {
          throw SQLError(
            .stringDataRightTruncation, "bit string too long for type bit varying(\(length))")
        }
        throw SQLError(
          .stringLengthMismatch, "bit string length \(bits.count) does not match type bit(\(length))")
      }
      call.result(text(bits.prefix(length) + Array(repeating: zero, count: max(0, length - bits.count))))
    }
    // The low bits of an integer; its sign fills the bits beyond 64.
    scalar("pg_int_bit", 2) { call throws(SQLError) in
      let value = call.integer(0)
      let bits = (0..<Int(call.integer(1))).reversed().map { place in
        (value >> Int64(min(place, 63))) & 1 == 1 ? one : zero
      }
      call.result(text(bits))
    }
    scalar("pg_bits_int4", 1) { call throws(SQLError) in
      let bits = call.utf8(0)
      guard bits.count <= 32 else { throw SQLError(.numericValueOutOfRange, "integer out of range") }
      call.result(Int64(Int32(truncatingIfNeeded: number(bits))))
    }
    scalar("pg_bits_int8", 1) { call throws(SQLError) in
      let bits = call.utf8(0)
      guard bits.count <= 64 else { throw SQLError(.numericValueOutOfRange, "bigint out of range") }
      call.result(Int64(bitPattern: number(bits)))
    }
    registerBitOperators()
    scalar("pg_bits_octets", 1) { call throws(SQLError) in call.result(Int64((call.utf8(0).count + 7) / 8)) }
    scalar("pg_bits_count", 1) { call throws(SQLError) in call.result(Int64(call.utf8(0).count { $0 == one })) }
    scalar("pg_bits_get", 2) { call throws(SQLError) in
      let bits = call.utf8(0)
      call.result(bits[try place(call, bits.count)] == one)
    }
    scalar("pg_bits_set", 3) { call throws(SQLError) in
      var bits = Array(call.utf8(0))
      let index = try place(call, bits.count)
      bits[index] = try newBit(call) ? one : zero
      call.result(text(bits))
    }
  }

  private func registerBitOperators() {
    let operators: [(String, String, (Bool, Bool) -> Bool)] = [
      ("and", "AND", { $0 && $1 }), ("or", "OR", { $0 || $1 }), ("xor", "XOR", { $0 != $1 }),
    ]
    for (name, word, apply) in operators {
      scalar("pg_bits_\(name)", 2) { call throws(SQLError) in
        let (a, b) = (Array(call.utf8(0)), Array(call.utf8(1)))
        guard a.count == b.count else {
          throw SQLError(.stringLengthMismatch, "cannot \(word) bit strings of different sizes")
        }
        call.result(text(zip(a, b).map { apply($0 == one, $1 == one) ? one : zero }))
      }
    }
    scalar("pg_bits_not", 1) { call throws(SQLError) in call.result(text(call.utf8(0).map { $0 == one ? zero : one })) }
    for (name, sign) in [("left", 1), ("right", -1)] {
      scalar("pg_bits_shift_\(name)", 2) { call throws(SQLError) in
        let bits = Array(call.utf8(0))
        let distance = sign * Int(call.integer(1))
        call.result(
          text(
            bits.indices.map { index in
              let source = index + distance
              return bits.indices.contains(source) ? bits[source] : zero
            }))
      }
    }
  }
}

private let zero = UInt8(ascii: "0")
private let one = UInt8(ascii: "1")

private func text(_ bits: some Sequence<UInt8>) -> String { String(decoding: Array(bits), as: UTF8.self) }

private func number(_ bits: UnsafeBufferPointer<UInt8>) -> UInt64 {
  bits.reduce(0) { $0 << 1 | ($1 == one ? 1 : 0) }
}

/// The position that the second argument gives.
private func place(_ call: FunctionContext, _ count: Int) throws(SQLError) -> Int {
  let index = call.integer(1)
  guard index >= 0, index < Int64(count) else {
    throw SQLError(
      .arraySubscriptError,
      count == 0
        ? "bit index \(index) out of valid range (0..-1)" : "bit index \(index) out of valid range (0..\(count - 1))")
  }
  return Int(index)
}

private func newBit(_ call: FunctionContext) throws(SQLError) -> Bool {
  let bit = call.integer(2)
  guard bit == 0 || bit == 1 else { throw SQLError(.invalidParameterValue, "new bit must be 0 or 1") }
  return bit == 1
}

extension FunctionRegistrar {
  /// Bytes.
  func registerBytes() {
    scalar("pg_bytea_in", 1) { call throws(SQLError) in call.result(.blob(try ValueText.bytes(call.text(0)))) }
    scalar("pg_bytea_concat", 2) { call throws(SQLError) in call.result(.blob(call.bytes(0) + call.bytes(1))) }
    scalar("pg_bytea_get_byte", 2) { call throws(SQLError) in
      let bytes = call.bytes(0)
      call.result(Int64(bytes[try index(call, bytes.count)]))
    }
    scalar("pg_bytea_set_byte", 3) { call throws(SQLError) in
      var bytes = call.bytes(0)
      bytes[try index(call, bytes.count)] = UInt8(truncatingIfNeeded: call.integer(2))
      call.result(.blob(bytes))
    }
    // The first bit of a byte is its lowest.
    scalar("pg_bytea_get_bit", 2) { call throws(SQLError) in
      let bytes = call.bytes(0)
      let bit = try index(call, bytes.count * 8)
      call.result(Int64(bytes[bit / 8] >> UInt8(bit % 8) & 1))
    }
    scalar("pg_bytea_set_bit", 3) { call throws(SQLError) in
      var bytes = call.bytes(0)
      let bit = try index(call, bytes.count * 8)
      let mask = UInt8(1) << UInt8(bit % 8)
      if try newBit(call) { bytes[bit / 8] |= mask } else { bytes[bit / 8] &= ~mask }
      call.result(.blob(bytes))
    }
    scalar("pg_bytea_bit_count", 1) { call throws(SQLError) in
      call.result(Int64(call.bytes(0).reduce(0) { $0 + $1.nonzeroBitCount }))
    }
    // Bytes, start, and a length that may be left out.
    scalar("pg_bytea_substring", -1) { call throws(SQLError) in
      let bytes = call.bytes(0)
      let start = call.integer(1)
      var end = Int64.max
      if call.count > 2 {
        guard call.integer(2) >= 0 else {
          throw SQLError(SQLState(rawValue: "22011"), "negative substring length not allowed")
        }
        end = start.addingReportingOverflow(call.integer(2)).overflow ? .max : start + call.integer(2)
      }
      let low = Int(clamping: max(start, 1)) - 1
      let high = min(bytes.count, Int(clamping: max(end, 1)) - 1)
      call.result(.blob(low < high ? Array(bytes[low..<high]) : []))
    }
    scalar("pg_bytea_position", 2) { call throws(SQLError) in
      let (bytes, wanted) = (call.bytes(0), call.bytes(1))
      guard !wanted.isEmpty else { return call.result(Int64(1)) }
      var start = 0
      while start + wanted.count <= bytes.count {
        if bytes[start..<start + wanted.count].elementsEqual(wanted) { return call.result(Int64(start + 1)) }
        start += 1
      }
      call.result(Int64(0))
    }
  }
}

private func index(_ call: FunctionContext, _ count: Int) throws(SQLError) -> Int {
  let index = call.integer(1)
  guard index >= 0, index < Int64(count) else {
    throw SQLError(.arraySubscriptError, "index \(index) out of valid range, 0..\(count - 1)")
  }
  return Int(index)
}

extension FunctionContext {
  /// A `bytea` argument.
  fileprivate func bytes(_ index: Int) -> [UInt8] {
    if case .blob(let bytes) = value(index) { bytes } else { [] }
  }
}
