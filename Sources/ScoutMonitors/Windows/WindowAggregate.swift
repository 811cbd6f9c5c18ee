/// The aggregates of a set of events, mergeable: merging the parts of a set gives the aggregates of the whole.
///
/// Mean and variance merge by Chan, Golub and LeVeque (1979, Stanford STAN-CS-79-773); the sum is compensated (Neumaier
/// 1974, ZAMM 54, 39–51). Memory is bounded: about 120 bytes, and those of the sketches that are asked for.
public struct WindowAggregate: Sendable {
  /// What costs memory and therefore is asked for.
  public struct Options: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Distinct identities: exact up to 1,024, then within 1.6 % (standard error).
    public static let distinct = Options(rawValue: 1)
    /// Quantiles: exact up to 512 values, then within 1 % of the value.
    public static let quantiles = Options(rawValue: 2)
  }

  public private(set) var count = 0
  /// Nil without events, like those below.
  public private(set) var min: Double?
  public private(set) var max: Double?
  public var first: Double? { firstEvent?.value }
  public var last: Double? { lastEvent?.value }
  private var total = CompensatedSum()
  private var divisorTotal = CompensatedSum()
  private var mean = 0.0
  private var squares = 0.0
  private var firstEvent: Place?
  private var lastEvent: Place?
  private var distinctSketch: DistinctSketch?
  private var quantileSketch: QuantileSketch?

  /// An event's value with its place in the stream: by time, then by arrival.
  private struct Place: Sendable {
    var time: Int64
    var arrival: Int
    var value: Double
  }

  public init(_ options: Options = []) {
    if options.contains(.distinct) { distinctSketch = DistinctSketch() }
    if options.contains(.quantiles) { quantileSketch = QuantileSketch() }
  }

  public var sum: Double { total.value }
  public var average: Double? { count == 0 ? nil : mean }
  /// The sample's standard deviation; nil below two events.
  public var standardDeviation: Double? {
    count < 2 ? nil : (Swift.max(squares, 0) / Double(count - 1)).squareRoot()
  }
  /// The sum of the value divided by the sum of the divisor; nil where that is 0.
  public var ratio: Double? { divisorTotal.value == 0 ? nil : sum / divisorTotal.value }
  /// The number of distinct identities; nil when it was not asked for.
  public var distinct: Int? { distinctSketch?.count }

  /// The quantile of the values; nil without events, or when quantiles were not asked for.
  public func quantile(_ share: Double) -> Double? { quantileSketch?.quantile(share) }

  /// - Parameter arrival: Orders events of the same time.
  public mutating func add(_ value: Double, divisor: Double, identity: String?, time: Int64, arrival: Int) {
    count += 1
    min = Swift.min(min ?? value, value)
    max = Swift.max(max ?? value, value)
    total.add(value)
    divisorTotal.add(divisor)
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
    let place = Place(time: time, arrival: arrival, value: value)
    keepEnds(place, place)
    if let identity { distinctSketch?.add(identity) }
    quantileSketch?.add(value)
  }

  public mutating func merge(_ other: WindowAggregate) {
    guard other.count > 0 else { return }
    let (own, others) = (Double(count), Double(other.count))
    let difference = other.mean - mean
    count += other.count
    mean += difference * others / (own + others)
    squares += other.squares + difference * difference * own * others / (own + others)
    if let low = other.min { min = Swift.min(min ?? low, low) }
    if let high = other.max { max = Swift.max(max ?? high, high) }
    total.merge(other.total)
    divisorTotal.merge(other.divisorTotal)
    if let first = other.firstEvent, let last = other.lastEvent { keepEnds(first, last) }
    if let sketch = other.distinctSketch { distinctSketch?.merge(sketch) }
    if let sketch = other.quantileSketch { quantileSketch?.merge(sketch) }
  }

  private mutating func keepEnds(_ first: Place, _ last: Place) {
    if firstEvent.map({ (first.time, first.arrival) < ($0.time, $0.arrival) }) ?? true { firstEvent = first }
    if lastEvent.map({ (last.time, last.arrival) > ($0.time, $0.arrival) }) ?? true { lastEvent = last }
  }
}

/// A sum that keeps what rounding takes away.
struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var lost = 0.0

  var value: Double { sum + lost }

  mutating func add(_ value: Double) {
    let next = sum + value
    lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
    sum = next
  }

  mutating func merge(_ other: CompensatedSum) {
    add(other.sum)
    lost += other.lost
  }
}
