import PostgresDialect
import Synchronization

/// A moment: microseconds since 1970-01-01 00:00 UTC, as the database stores it.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Reads what PostgreSQL reads as `timestamptz`; without an offset the time is one of `zone`.
  ///
  /// - Throws: ``SQLError`` with 22007 or 22008.
  public init(_ text: String, zone: TimeZoneRules = .utc) throws {
    microseconds = try DateTimeText.timestampWithTimeZone(text, in: DateTimeText.Session(zone: zone, now: 0))
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// PostgreSQL's text in UTC: `2025-08-23 09:00:00+00`.
  public var description: String { text(in: .utc) }

  /// PostgreSQL's text in a zone: `2025-08-23 17:00:00+08`.
  public func text(in zone: TimeZoneRules) -> String {
    DateTimeText.text(timestampWithTimeZone: microseconds, in: zone)
  }

  /// The time plus so many minutes.
  public func adding(minutes: Int) -> Timestamp {
    Timestamp(microseconds: microseconds &+ Int64(minutes) &* 60_000_000)
  }
}

/// Where the engine's time comes from; nothing in it reads the wall clock on its own.
public struct EngineClock: Sendable {
  public var now: @Sendable () -> Timestamp
  /// Whether the time is set by somebody and does not run: then the same input gives the same content, identifiers
  /// included.
  public var isSet: Bool

  public init(isSet: Bool = false, now: @escaping @Sendable () -> Timestamp) {
    self.isSet = isSet
    self.now = now
  }

  /// Always the same moment: for tests, `--now`, and repeatable runs.
  public static func fixed(_ time: Timestamp) -> EngineClock { EngineClock(isSet: true) { time } }
}

/// Where random identifiers come from.
public struct IdentifierSource: Sendable {
  /// The next 128 bits.
  public var next: @Sendable () -> (UInt64, UInt64)

  public init(next: @escaping @Sendable () -> (UInt64, UInt64)) { self.next = next }

  /// The system's random generator.
  public static let random = IdentifierSource {
    var generator = SystemRandomNumberGenerator()
    return (generator.next(), generator.next())
  }

  /// The same sequence for the same seed.
  public static func seeded(_ seed: UInt64) -> IdentifierSource {
    let generator = Mutex(SplitMix64(state: seed))
    return IdentifierSource {
      generator.withLock { generator in (generator.next(), generator.next()) }
    }
  }

  /// A version-4 UUID in PostgreSQL's text form.
  public func uuid() -> String {
    var (high, low) = next()
    high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: digits - text.count) + text
    }
    return [
      hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4), hex(low >> 48, 4),
      hex(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }
}

/// Steele, Lea and Flood's generator: one 64-bit state, every seed good.
/// Source: <https://doi.org/10.1145/2660193.2660195>
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
