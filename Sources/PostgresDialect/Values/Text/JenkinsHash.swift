/// Bob Jenkins' hash in PostgreSQL's form: what `hashtext` and its kin give.
/// Source: <https://burtleburtle.net/bob/c/lookup3.c>, with PostgreSQL's start value.
public struct JenkinsHash {
  private var a: UInt32
  private var b: UInt32
  private var c: UInt32

  private init(length: Int, seed: UInt64) {
    a = 0x9e37_79b9 &+ UInt32(truncatingIfNeeded: length) &+ 3_923_095
    (b, c) = (a, a)
    if seed != 0 {
      a &+= UInt32(truncatingIfNeeded: seed >> 32)
      b &+= UInt32(truncatingIfNeeded: seed)
      mix()
    }
  }

  /// The hash of bytes.
  public static func hash(_ bytes: some Collection<UInt8>) -> Int32 {
    Int32(bitPattern: run(bytes, seed: 0).c)
  }

  /// The 64-bit hash of bytes, different for each seed.
  public static func hash(_ bytes: some Collection<UInt8>, seed: Int64) -> Int64 {
    let state = run(bytes, seed: UInt64(bitPattern: seed))
    return Int64(bitPattern: UInt64(state.b) << 32 | UInt64(state.c))
  }

  /// The hash of an integer.
  public static func hash(_ value: UInt32) -> Int32 {
    var state = JenkinsHash(length: 4, seed: 0)
    state.a &+= value
    state.finish()
    return Int32(bitPattern: state.c)
  }

  /// The hash of a bigint, which is that of the integer where it is one.
  public static func hash(_ value: Int64) -> Int32 {
    let low = UInt32(truncatingIfNeeded: value)
    let high = UInt32(truncatingIfNeeded: value >> 32)
    return hash(low ^ (value >= 0 ? high : ~high))
  }

  private static func run(_ bytes: some Collection<UInt8>, seed: UInt64) -> JenkinsHash {
    var state = JenkinsHash(length: bytes.count, seed: seed)
    let bytes = Array(bytes)
    var index = 0
    func word(_ start: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
    while bytes.count - index >= 12 {
      state.a &+= word(index)
      state.b &+= word(index + 4)
      state.c &+= word(index + 8)
      state.mix()
      index += 12
    }
    for (offset, byte) in bytes[index...].enumerated() {
      let value = UInt32(byte)
      switch offset {
      case 0..<4: state.a &+= value << (8 * UInt32(offset))
      case 4..<8: state.b &+= value << (8 * UInt32(offset - 4))
      // The lowest byte is the length's.
      default: state.c &+= value << (8 * UInt32(offset - 7))
      }
    }
    state.finish()
    return state
  }

  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }

  private mutating func mix() {
    for (first, second) in [(UInt32(4), UInt32(6)), (16, 19)] {
      a = (a &- c) ^ Self.rotated(c, first)
      c = c &+ b
      b = (b &- a) ^ Self.rotated(a, second)
      a = a &+ c
      c = (c &- b) ^ Self.rotated(b, first == 4 ? 8 : 4)
      b = b &+ a
    }
  }

  private mutating func finish() {
    c = (c ^ b) &- Self.rotated(b, 14)
    a = (a ^ c) &- Self.rotated(c, 11)
    b = (b ^ a) &- Self.rotated(a, 25)
    c = (c ^ b) &- Self.rotated(b, 16)
    a = (a ^ c) &- Self.rotated(c, 4)
    b = (b ^ a) &- Self.rotated(a, 14)
    c = (c ^ b) &- Self.rotated(b, 24)
  }
}
