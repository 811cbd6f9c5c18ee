/// How event time is cut into windows. A window includes its start and excludes its end. Times are microseconds.
public enum WindowShape: Hashable, Sendable {
  /// One window after the other, starting at multiples of the width.
  case tumbling(width: Int64)
  /// Windows of one width that start at multiples of `step`; with a smaller step they overlap.
  case hopping(width: Int64, step: Int64)
  /// One window per distinct event time t: [t + 1 − width, t + 1), the last `width` microseconds up to the event.
  case sliding(width: Int64)
  /// Events of a key that follow each other by less than `gap`; the window ends `gap` after the last of them.
  case session(gap: Int64)

  /// The most panes that a window may consist of.
  static let mostPanes: Int64 = 100_000

  /// - Throws: ``WindowError`` for a length that is not positive, or a step that cuts a window into too many pieces.
  func validate() throws(WindowError) {
    let lengths: [Int64] =
      switch self {
      case .tumbling(let width), .sliding(let width): [width]
      case .hopping(let width, let step): [width, step]
      case .session(let gap): [gap]
      }
    guard lengths.allSatisfy({ $0 > 0 && $0 < Int64.max / 8 }) else { throw WindowError.length }
    if case .hopping(let width, let step) = self, width / greatestCommonDivisor(width, step) > Self.mostPanes {
      throw WindowError.tooFine
    }
  }
}

/// Why windows cannot be had.
public enum WindowError: Error, Hashable, Sendable, CustomStringConvertible {
  case length
  case tooFine

  public var description: String {
    switch self {
    case .length: "the lengths of a window are greater than zero"
    case .tooFine:
      "the step and the width have so small a common divisor that a window falls into more than "
        + "\(WindowShape.mostPanes) pieces"
    }
  }
}

/// One event of a stream.
public struct WindowEvent<Key: Hashable & Comparable & Sendable>: Sendable {
  public var key: Key
  /// Microseconds since 1970-01-01 UTC.
  public var time: Int64
  public var value: Double
  /// The second measure, of ``WindowAggregate/ratio``.
  public var divisor: Double
  /// What a distinct count counts; nil counts nothing.
  public var identity: String?

  public init(key: Key, time: Int64, value: Double, divisor: Double = 0, identity: String? = nil) {
    self.key = key
    self.time = time
    self.value = value
    self.divisor = divisor
    self.identity = identity
  }
}

/// One closed window of one key.
public struct WindowResult<Key: Hashable & Comparable & Sendable>: Sendable {
  public var key: Key
  /// Included.
  public var start: Int64
  /// Excluded.
  public var end: Int64
  public var aggregate: WindowAggregate

  /// The sum of the value per second of the window.
  public var rate: Double { aggregate.sum / (Double(end - start) / 1e6) }
}

func greatestCommonDivisor(_ first: Int64, _ second: Int64) -> Int64 {
  var (a, b) = (first, second)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

/// The largest multiple of `divisor` that is not above `value`, divided by it.
func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}
