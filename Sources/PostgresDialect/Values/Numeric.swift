/// PostgreSQL's `numeric`: an exact decimal number of any size with a display scale, or NaN or an infinity.
///
/// The display scale is how many digits are shown after the point: `2.50` and `2.5` are equal, hash alike and
/// print differently. Values of up to 38 digits are one machine integer and cost no allocation; the others are
/// arrays of digits. Every operation has PostgreSQL's result scale.
///
/// A number has at most 131 072 digits before and 16 383 after the point; what is beyond is the error 22003, so
/// no input makes a value of unbounded size.
///
/// Source: <https://www.postgresql.org/docs/15/datatype-numeric.html>
public struct Numeric: Sendable {
  /// The cases are disjoint: what fits ``small`` is never ``big``.
  enum Storage: Sendable {
    /// coefficient × 10^-scale, the coefficient less than 10^38 in size.
    case small(Int128, scale: Int)
    case big(BigDecimal)
    case nan
    case positiveInfinity
    case negativeInfinity
  }

  /// A number that needs more than 38 digits.
  struct BigDecimal: Sendable {
    var isNegative: Bool
    var magnitude: DecimalMagnitude
    /// The value is the magnitude × 10^-scale.
    var scale: Int
  }

  var storage: Storage

  init(storage: Storage) { self.storage = storage }

  /// The most digits before the point.
  static let maximumIntegerDigits = 131_072
  /// The most digits after the point.
  static let maximumScale = 16_383
  /// The most digits after the point that a division or a function chooses by itself.
  static let maximumResultScale = 1000
  /// The significant digits that a division or a function has at least.
  static let minimumSignificantDigits = 16

  public static let zero = Numeric(storage: .small(0, scale: 0))
  public static let one = Numeric(storage: .small(1, scale: 0))
  public static let nan = Numeric(storage: .nan)
  public static let infinity = Numeric(storage: .positiveInfinity)
  public static let negativeInfinity = Numeric(storage: .negativeInfinity)

  @inlinable
  public init(_ value: some FixedWidthInteger) {
    self.init(integer: Int128(truncatingIfNeeded: value))
  }

  @usableFromInline
  init(integer: Int128) {
    storage = .small(integer, scale: 0)
  }

  /// The number `scaled` × 10^-`scale`, with that display scale: how numeric(p,s) is kept in an integer.
  ///
  /// - Parameter scale: 0...16 383; a value outside is moved to the nearest bound.
  public init(scaled: Int64, scale: Int) {
    storage = .small(Int128(scaled), scale: min(max(scale, 0), Self.maximumScale))
  }

  /// The number with this magnitude and scale, whatever its size; not checked against the bounds.
  init(isNegative: Bool, magnitude: DecimalMagnitude, scale: Int) {
    if magnitude.limbs.count <= 5, let value = magnitude.uint128, value < UInt128(PowersOfTen.wide(38)) {
      storage = .small(isNegative ? -Int128(value) : Int128(value), scale: scale)
    } else {
      storage = .big(BigDecimal(isNegative: isNegative, magnitude: magnitude, scale: scale))
    }
  }

  /// The number with this coefficient, which may be any, and scale.
  init(coefficient: Int128, scale: Int) {
    if coefficient.magnitude < UInt128(PowersOfTen.wide(38)) {
      self.init(storage: .small(coefficient, scale: scale))
    } else {
      self.init(isNegative: coefficient < 0, magnitude: DecimalMagnitude(coefficient.magnitude), scale: scale)
    }
  }

  /// Refuses a number with more digits before the point than the type holds; digits after it that are too many
  /// are rounded away by the operations themselves.
  func checked() throws(SQLError) -> Numeric {
    if case .big(let big) = storage,
      big.magnitude.digitCount - big.scale > Self.maximumIntegerDigits || big.scale > Self.maximumScale
    {
      throw Self.formatOverflow
    }
    return self
  }

  static let formatOverflow = SQLError(.numericValueOutOfRange, "value overflows numeric format")
  static let divisionByZero = SQLError(.divisionByZero, "division by zero")

  /// Any finite number as sign, magnitude and scale; nil for NaN and the infinities.
  var parts: BigDecimal? {
    switch storage {
    case .small(let coefficient, let scale):
      BigDecimal(isNegative: coefficient < 0, magnitude: DecimalMagnitude(coefficient.magnitude), scale: scale)
    case .big(let big): big
    case .nan, .positiveInfinity, .negativeInfinity: nil
    }
  }
}

extension Numeric {
  public var isNaN: Bool { if case .nan = storage { true } else { false } }

  public var isInfinite: Bool {
    switch storage {
    case .positiveInfinity, .negativeInfinity: true
    default: false
    }
  }

  /// Neither NaN nor infinite.
  public var isFinite: Bool {
    switch storage {
    case .small, .big: true
    default: false
    }
  }

  public var isZero: Bool {
    if case .small(0, _) = storage { true } else { false }
  }

  /// -1, 0 or 1; NaN gives 0.
  public var signum: Int {
    switch storage {
    case .small(let coefficient, _): coefficient == 0 ? 0 : coefficient < 0 ? -1 : 1
    case .big(let big): big.isNegative ? -1 : 1
    case .positiveInfinity: 1
    case .negativeInfinity: -1
    case .nan: 0
    }
  }

  /// The number of digits shown after the point: `scale(numeric)`; nil for NaN and the infinities.
  public var scale: Int? {
    switch storage {
    case .small(_, let scale): scale
    case .big(let big): big.scale
    default: nil
    }
  }

  /// The display scale, 0 for NaN and the infinities.
  var displayScale: Int { scale ?? 0 }

  /// The fewest digits after the point that show the number exactly: `min_scale(numeric)`.
  public var minimumScale: Int? {
    switch storage {
    case .small(var coefficient, var scale):
      if coefficient == 0 { return 0 }
      while scale > 0, coefficient % 10 == 0 {
        coefficient /= 10
        scale -= 1
      }
      return scale
    case .big(let big): return max(0, big.scale - big.magnitude.trailingZeroCount)
    default: return nil
    }
  }

  /// The number with the fewest digits after the point: `trim_scale(numeric)`.
  public var trimmed: Numeric {
    guard let minimumScale else { return self }
    return rescaled(to: minimumScale)
  }

  /// The number of digits of the coefficient and the scale; (0, scale) for zero.
  var digits: (count: Int, scale: Int) {
    switch storage {
    case .small(let coefficient, let scale): (PowersOfTen.digitCount(coefficient.magnitude), scale)
    case .big(let big): (big.magnitude.digitCount, big.scale)
    default: (0, 0)
    }
  }
}

extension Numeric: Hashable, Comparable {
  /// PostgreSQL's order: by value, then infinity, then NaN, which equals itself.
  public static func < (left: Numeric, right: Numeric) -> Bool { left.compare(right) < 0 }

  public static func == (left: Numeric, right: Numeric) -> Bool { left.compare(right) == 0 }

  /// Negative, zero or positive as this number comes before, with or after `other`.
  public func compare(_ other: Numeric) -> Int {
    switch (storage, other.storage) {
    case (.small(let left, let leftScale), .small(let right, let rightScale)):
      if leftScale == rightScale { return left < right ? -1 : left == right ? 0 : 1 }
      return Self.compareAligned(left, leftScale, right, rightScale)
    case (.small, .big), (.big, .small), (.big, .big):
      return Self.compareParts(self, other)
    default:
      return rank - other.rank
    }
  }

  private var rank: Int {
    switch storage {
    case .negativeInfinity: 0
    case .small, .big: 1
    case .positiveInfinity: 2
    case .nan: 3
    }
  }

  private static func compareAligned(_ left: Int128, _ leftScale: Int, _ right: Int128, _ rightScale: Int) -> Int {
    let difference = leftScale - rightScale
    if abs(difference) <= PowersOfTen.maximumExponent {
      let factor = PowersOfTen.wide(abs(difference))
      let (aligned, overflow) = (difference < 0 ? left : right).multipliedReportingOverflow(by: factor)
      if !overflow {
        let (left, right) = difference < 0 ? (aligned, right) : (left, aligned)
        return left < right ? -1 : left == right ? 0 : 1
      }
    }
    return compareParts(
      Numeric(storage: .small(left, scale: leftScale)), Numeric(storage: .small(right, scale: rightScale)))
  }

  private static func compareParts(_ left: Numeric, _ right: Numeric) -> Int {
    if left.signum != right.signum { return left.signum - right.signum }
    guard let a = left.parts, let b = right.parts, left.signum != 0 else { return 0 }
    // The position of the highest digit decides most cases without shifting anything.
    let (highA, highB) = (a.magnitude.digitCount - a.scale, b.magnitude.digitCount - b.scale)
    let order: Int
    if highA != highB {
      order = highA - highB
    } else {
      let scale = max(a.scale, b.scale)
      order = a.magnitude.scaledUp(by: scale - a.scale).compare(b.magnitude.scaledUp(by: scale - b.scale))
    }
    return a.isNegative ? -order : order
  }

  public func hash(into hasher: inout Hasher) {
    let trimmed = trimmed
    switch trimmed.storage {
    case .small(let coefficient, let scale):
      hasher.combine(coefficient)
      hasher.combine(scale)
    case .big(let big):
      hasher.combine(big.isNegative)
      hasher.combine(big.magnitude)
      hasher.combine(big.scale)
    default: hasher.combine(rank)
    }
  }
}
