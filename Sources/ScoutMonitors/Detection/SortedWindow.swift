/// The last values of a stream, in order of size.
///
/// Chunks of a few hundred values: adding, removing, ranks and partial sums touch one chunk and the list of chunks.
///
/// - Complexity: O(√*n*) per operation in practice; memory 16 bytes per value.
struct SortedWindow: Sendable {
  private struct Chunk: Sendable {
    var values: [Double]
    var sum: Double
  }

  private static let chunkSize = 512
  let capacity: Int
  private(set) var count = 0
  private var chunks: [Chunk] = []
  /// The values in order of arrival, a ring once the window is full.
  private var arrivals: [Double] = []
  private var oldest = 0

  /// - Parameter capacity: At least 1; the oldest value leaves when it is exceeded.
  init(capacity: Int) { self.capacity = Swift.max(capacity, 1) }

  mutating func append(_ value: Double) {
    if arrivals.count < capacity {
      arrivals.append(value)
    } else {
      remove(arrivals[oldest])
      arrivals[oldest] = value
      oldest = (oldest + 1) % capacity
    }
    insert(value)
  }

  var min: Double? { chunks.first?.values.first }
  var max: Double? { chunks.last?.values.last }

  /// The value at a rank from 0.
  subscript(rank: Int) -> Double {
    var rest = rank
    for chunk in chunks {
      if rest < chunk.values.count { return chunk.values[rest] }
      rest -= chunk.values.count
    }
    return .nan
  }

  /// The quantile by linear interpolation between ranks, as PostgreSQL's percentile_cont.
  func quantile(_ share: Double) -> Double {
    guard count > 0 else { return .nan }
    let place = share * Double(count - 1)
    let rank = Int(place)
    let low = self[rank]
    guard place > Double(rank), rank + 1 < count else { return low }
    return low + (self[rank + 1] - low) * (place - Double(rank))
  }

  /// How many values are smaller than this.
  func countBelow(_ value: Double) -> Int {
    var total = 0
    for chunk in chunks {
      if let last = chunk.values.last, last < value {
        total += chunk.values.count
      } else {
        return total + Self.lowerBound(chunk.values, value)
      }
    }
    return total
  }

  /// How many values are at most this.
  func countAtMost(_ value: Double) -> Int {
    var total = 0
    for chunk in chunks {
      if let last = chunk.values.last, last <= value {
        total += chunk.values.count
      } else {
        return total + Self.upperBound(chunk.values, value)
      }
    }
    return total
  }

  /// The mean of how far values lie above a limit; 0 when none does.
  func meanExcess(above limit: Double) -> Double {
    var sum = 0.0
    var number = 0
    for chunk in chunks.reversed() {
      guard let first = chunk.values.first else { continue }
      if first > limit {
        sum += chunk.sum
        number += chunk.values.count
        continue
      }
      let start = Self.upperBound(chunk.values, limit)
      for value in chunk.values[start...] { sum += value }
      number += chunk.values.count - start
      break
    }
    return number == 0 ? 0 : Swift.max(sum / Double(number) - limit, 0)
  }

  /// The mean of how far values lie below a limit; 0 when none does.
  func meanExcess(below limit: Double) -> Double {
    var sum = 0.0
    var number = 0
    for chunk in chunks {
      guard let last = chunk.values.last else { continue }
      if last < limit {
        sum += chunk.sum
        number += chunk.values.count
        continue
      }
      let end = Self.lowerBound(chunk.values, limit)
      for value in chunk.values[..<end] { sum += value }
      number += end
      break
    }
    return number == 0 ? 0 : Swift.max(limit - sum / Double(number), 0)
  }

  /// The median of the distances from `center`.
  func medianDeviation(from center: Double) -> Double {
    guard count > 0 else { return .nan }
    // The distances to both sides of the center are sorted already: walk outwards from it.
    var right = countBelow(center)
    var left = right - 1
    let flat = chunks.count == 1 ? chunks[0].values : chunks.flatMap(\.values)
    let wanted = count / 2
    var before = 0.0
    var current = 0.0
    for _ in 0...wanted {
      before = current
      let leftDistance = left >= 0 ? center - flat[left] : .infinity
      let rightDistance = right < count ? flat[right] - center : .infinity
      if leftDistance <= rightDistance {
        current = leftDistance
        left -= 1
      } else {
        current = rightDistance
        right += 1
      }
    }
    return count % 2 == 1 ? current : (before + current) / 2
  }

  // MARK: Chunks

  private mutating func insert(_ value: Double) {
    count += 1
    guard !chunks.isEmpty else {
      chunks = [Chunk(values: [value], sum: value)]
      return
    }
    let index = chunkIndex(for: value)
    chunks[index].values.insert(value, at: Self.upperBound(chunks[index].values, value))
    chunks[index].sum += value
    if chunks[index].values.count > Self.chunkSize * 2 {
      let half = chunks[index].values.count / 2
      let upper = Array(chunks[index].values[half...])
      chunks[index].values.removeSubrange(half...)
      chunks[index].sum = chunks[index].values.reduce(0, +)
      chunks.insert(Chunk(values: upper, sum: upper.reduce(0, +)), at: index + 1)
    }
  }

  private mutating func remove(_ value: Double) {
    let index = chunkIndex(for: value)
    let position = Self.lowerBound(chunks[index].values, value)
    count -= 1
    chunks[index].values.remove(at: position)
    // A difference of sums keeps the rounding of values that have left; a huge one would leave nothing else.
    chunks[index].sum = chunks[index].values.reduce(0, +)
    if chunks[index].values.isEmpty { chunks.remove(at: index) }
  }

  /// The first chunk whose last value is not below.
  private func chunkIndex(for value: Double) -> Int {
    var low = 0
    var high = chunks.count - 1
    while low < high {
      let middle = (low + high) / 2
      if let last = chunks[middle].values.last, last < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func lowerBound(_ values: [Double], _ value: Double) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func upperBound(_ values: [Double], _ value: Double) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
