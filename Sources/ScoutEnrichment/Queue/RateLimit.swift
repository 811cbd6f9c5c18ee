import ScoutStorage

/// So many starts per second on average, and so many at once.
public struct RateLimit: Hashable, Sendable {
  public var perSecond: Double
  public var burst: Int

  /// - Parameters:
  ///   - perSecond: Greater than 0; at most one million.
  ///   - burst: At least 1.
  public init(perSecond: Double, burst: Int = 1) {
    self.perSecond = min(max(perSecond, 1e-6), 1_000_000)
    self.burst = max(burst, 1)
  }

  /// Microseconds between two starts on average.
  var interval: Int64 { Int64((1_000_000 / perSecond).rounded()) }
}

/// A token bucket as one number, in whole microseconds.
///
/// It keeps the time at which the next token would be there if tokens were taken one by one (the generic cell rate
/// algorithm); taking one ahead of that is allowed as far as the burst reaches. Nothing is refilled by a timer.
/// Source: ITU-T I.371, <https://www.itu.int/rec/T-REC-I.371>
struct TokenBucket: Hashable, Sendable {
  let limit: RateLimit
  private var arrival: Int64 = .min

  init(_ limit: RateLimit) { self.limit = limit }

  /// From when on a token can be taken.
  var nextToken: Timestamp {
    guard arrival != .min else { return Timestamp(microseconds: .min) }
    return Timestamp(microseconds: arrival).advanced(byMicroseconds: -limit.interval * Int64(limit.burst - 1))
  }

  /// Takes a token if there is one.
  mutating func take(at now: Timestamp) -> Bool {
    guard nextToken <= now else { return false }
    arrival = max(arrival, now.microseconds) + limit.interval
    return true
  }

  /// No token before that time: what a server's `Retry-After` asks for.
  mutating func pause(until time: Timestamp) {
    arrival = max(arrival, time.advanced(byMicroseconds: limit.interval * Int64(limit.burst - 1)).microseconds)
  }
}
