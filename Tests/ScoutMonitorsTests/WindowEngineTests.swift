import ScoutMonitors
import ScoutTestSupport
import Testing

/// The engine beside a slow twin that keeps every event and looks through all of them for each window.
@Suite struct WindowEngineTests {
  private struct Row: Hashable {
    var key: Int
    var start: Int64
    var end: Int64
    var values: [Double]
  }

  private func floorMultiple(_ value: Int64, _ step: Int64) -> Int64 {
    let rest = value % step
    return value - (rest < 0 ? rest + step : rest)
  }

  private func spans(_ times: [Int64], _ shape: WindowShape) -> [(Int64, Int64)] {
    guard let low = times.min(), let high = times.max() else { return [] }
    switch shape {
    case .tumbling(let width): return Set(times.map { floorMultiple($0, width) }).map { ($0, $0 + width) }
    case .hopping(let width, let step):
      return stride(from: floorMultiple(low - width, step), through: high, by: Int64.Stride(step))
        .map { ($0, $0 + width) }
    case .sliding(let width): return Set(times).map { ($0 + 1 - width, $0 + 1) }
    case .session(let gap):
      var result: [(Int64, Int64)] = []
      for time in times.sorted() {
        if let last = result.last, time < last.1 {
          result[result.count - 1].1 = time + gap
        } else {
          result.append((time, time + gap))
        }
      }
      return result
    }
  }

  private func twin(_ events: [WindowEvent<Int>], _ shape: WindowShape, _ lateness: Int64) -> (rows: [Row], late: Int) {
    var kept: [WindowEvent<Int>] = []
    var watermark = Int64.min
    for event in events where event.time >= watermark {
      watermark = max(watermark, event.time - lateness)
      kept.append(event)
    }
    var rows: [Row] = []
    for key in Set(kept.map(\.key)) {
      let own = kept.filter { $0.key == key }
      for (start, end) in spans(own.map(\.time), shape) {
        let inside = own.filter { $0.time >= start && $0.time < end }
        guard !inside.isEmpty else { continue }
        let values = inside.map(\.value).sorted()
        let ordered = inside.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        let sum = values.reduce(0, +)
        let mean = sum / Double(values.count)
        let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        let divisor = inside.map(\.divisor).reduce(0, +)
        let place = 0.9 * Double(values.count - 1)
        let rank = Int(place)
        let next = values[min(rank + 1, values.count - 1)]
        rows.append(
          Row(
            key: key, start: start, end: end,
            values: [
              Double(values.count), sum, mean, values[0], values[values.count - 1],
              values.count < 2 ? -1 : (squares / Double(values.count - 1)).squareRoot(),
              ordered[0].element.value, ordered[ordered.count - 1].element.value, divisor == 0 ? -1 : sum / divisor,
              Double(Set(inside.map(\.identity)).count), values[rank] + (next - values[rank]) * (place - Double(rank)),
              sum / (Double(end - start) / 1e6),
            ]))
      }
    }
    return (rows.sorted { ($0.end, $0.start, $0.key) < ($1.end, $1.start, $1.key) }, events.count - kept.count)
  }

  private func row(_ result: WindowResult<Int>) -> Row {
    let aggregate = result.aggregate
    return Row(
      key: result.key, start: result.start, end: result.end,
      values: [
        Double(aggregate.count), aggregate.sum, aggregate.average ?? .nan, aggregate.min ?? .nan,
        aggregate.max ?? .nan, aggregate.standardDeviation ?? -1, aggregate.first ?? .nan, aggregate.last ?? .nan,
        aggregate.ratio ?? -1, Double(aggregate.distinct ?? -1), aggregate.quantile(0.9) ?? .nan, result.rate,
      ])
  }

  static let shapes: [WindowShape] = [
    .tumbling(width: 10), .hopping(width: 12, step: 4), .hopping(width: 10, step: 4), .hopping(width: 3, step: 7),
    .sliding(width: 9), .session(gap: 6),
  ]

  @Test(arguments: shapes) func `random streams give what the slow twin gives`(_ shape: WindowShape) throws {
    for seed in UInt64(1)...60 {
      var random = SeededGenerator(seed: seed)
      let lateness = Int64.random(in: 0...15, using: &random)
      let stepLimit: Int64 = seed % 3 == 0 ? 30 : 4
      var time: Int64 = -50
      var events: [WindowEvent<Int>] = []
      for _ in 0..<Int.random(in: 1...80, using: &random) {
        time += Int64.random(in: 0...stepLimit, using: &random)
        events.append(
          WindowEvent(
            key: Int.random(in: 0...2, using: &random), time: time - Int64.random(in: 0...12, using: &random),
            value: Double(Int.random(in: -20...20, using: &random)),
            divisor: Double(Int.random(in: 0...3, using: &random)),
            identity: String(Int.random(in: 0...9, using: &random))))
      }
      var engine = try WindowEngine<Int>(shape, lateness: lateness, options: [.distinct, .quantiles])
      var results: [WindowResult<Int>] = []
      for event in events {
        let closed = engine.add(event)
        #expect(closed.allSatisfy { $0.end <= engine.watermark ?? .min })
        results += closed
      }
      results += engine.finish()
      let rows = results.map(row).sorted { ($0.end, $0.start, $0.key) < ($1.end, $1.start, $1.key) }
      let expected = twin(events, shape, lateness)
      #expect(engine.lateEvents == expected.late, "seed \(seed)")
      let isSame =
        rows.count == expected.rows.count
        && zip(rows, expected.rows).allSatisfy { row, other in
          (row.key, row.start, row.end) == (other.key, other.start, other.end)
            && zip(row.values, other.values).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }
        }
      #expect(isSame, "seed \(seed), lateness \(lateness)")
    }
  }

  @Test func `an event on the edge opens the next window`() throws {
    var engine = try WindowEngine<String>(.tumbling(width: 10))
    #expect(engine.add(WindowEvent(key: "a", time: 9, value: 1)).isEmpty)
    let closed = engine.add(WindowEvent(key: "a", time: 10, value: 2))
    #expect(closed.map(\.start) == [0] && closed.map(\.aggregate.sum) == [1])
    #expect(engine.finish().map(\.start) == [10])
  }

  @Test func `time alone closes windows, and never goes back`() throws {
    var engine = try WindowEngine<String>(.session(gap: 5), lateness: 100)
    _ = engine.add(WindowEvent(key: "a", time: 0, value: 1))
    #expect(engine.advance(to: 4).isEmpty)
    #expect(engine.advance(to: 5).count == 1)
    #expect(engine.advance(to: 3).isEmpty && engine.watermark == 5)
    #expect(engine.add(WindowEvent(key: "a", time: 4, value: 1)).isEmpty && engine.lateEvents == 1)
  }

  @Test func `more keys than allowed are counted and not kept`() throws {
    var engine = try WindowEngine<Int>(.tumbling(width: 10), maximumKeys: 2)
    for key in 0..<5 { _ = engine.add(WindowEvent(key: key, time: 0, value: 1)) }
    #expect(engine.refusedEvents == 3 && engine.finish().map(\.key) == [0, 1])
  }

  @Test(arguments: [
    WindowShape.tumbling(width: 0), .hopping(width: 10, step: -1), .session(gap: 0), .sliding(width: .max),
    .hopping(width: 86_400_000_001, step: 7),
  ]) func `lengths that cannot be are refused`(_ shape: WindowShape) {
    #expect(throws: WindowError.self) { try WindowEngine<Int>(shape) }
  }

  // MARK: Sketches

  @Test(arguments: UInt64(1)...4) func `sketches stay within their stated error, merged or not`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var parts = (0..<8).map { _ in WindowAggregate([.distinct, .quantiles]) }
    var whole = WindowAggregate([.distinct, .quantiles])
    var values: [Double] = []
    for index in 0..<20_000 {
      let value = Double.random(in: -1...1, using: &random)
      let skewed = value * value * value * 1e6
      values.append(skewed)
      parts[index % 8].add(skewed, divisor: 0, identity: "c\(index % 9000)", time: Int64(index), arrival: index)
      whole.add(skewed, divisor: 0, identity: "c\(index % 9000)", time: Int64(index), arrival: index)
    }
    values.sort()
    var merged = WindowAggregate([.distinct, .quantiles])
    for part in parts { merged.merge(part) }
    for aggregate in [whole, merged] {
      for share in [0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1] {
        let exact = values[Int((share * 19_999).rounded())]
        #expect(abs((aggregate.quantile(share) ?? .nan) - exact) <= 0.0101 * abs(exact), "seed \(seed), share \(share)")
      }
      // Four standard errors.
      #expect(abs((aggregate.distinct ?? 0) - 9000) <= 576, "seed \(seed): \(aggregate.distinct ?? 0)")
    }
    #expect(whole.distinct == merged.distinct)
  }

  @Test func `a sum keeps small values beside huge ones`() {
    var aggregate = WindowAggregate()
    for (index, value) in [1e16, 1, 1, -1e16].enumerated() {
      aggregate.add(value, divisor: 0, identity: nil, time: 0, arrival: index)
    }
    #expect(aggregate.sum == 2)
  }
}
