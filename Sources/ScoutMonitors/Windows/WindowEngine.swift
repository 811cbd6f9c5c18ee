/// Aggregates a stream of events by windows of event time and by key, incrementally.
///
/// The *watermark* is the latest event time less the allowed lateness, and never falls. A window closes when the
/// watermark reaches its end: then it has its result, once. An event older than the watermark is late: it is counted in
/// ``lateEvents`` and changes nothing.
///
/// ```swift
/// var engine = try WindowEngine<String>(.tumbling(width: 60_000_000), lateness: 5_000_000)
/// let closed = engine.add(WindowEvent(key: "Alaska", time: t, value: 3))
/// for window in closed { print(window.key, window.start, window.aggregate.sum) }
/// ```
///
/// - Complexity: an event costs O(log of the open panes); closing a window O(1) merges, amortised (two stacks). Memory per
///   key: one aggregate per pane, of which a window has width ÷ greatest common divisor of width and step, and
///   as many again for the lateness. Sliding windows have a pane per distinct time, sessions one aggregate each.
public struct WindowEngine<Key: Hashable & Comparable & Sendable>: Sendable {
  public let shape: WindowShape
  public let lateness: Int64
  public let maximumKeys: Int
  /// Events that came after their windows were closed.
  public private(set) var lateEvents = 0
  /// Events of keys beyond the allowed number.
  public private(set) var refusedEvents = 0
  /// Nil before the first event.
  public private(set) var watermark: Int64?
  private let options: WindowAggregate.Options
  private var keys: [Key: KeyWindows] = [:]
  private var arrivals = 0
  /// The earliest end of an open window over all keys: nothing closes before the watermark gets there.
  private var nextEnd = Int64.max

  /// - Parameters:
  ///   - lateness: How far behind the latest event an event may be, in microseconds.
  ///   - maximumKeys: Keys with open windows at one time.
  /// - Throws: ``WindowError`` for lengths that cannot be.
  public init(
    _ shape: WindowShape, lateness: Int64 = 0, options: WindowAggregate.Options = [], maximumKeys: Int = 100_000
  ) throws(WindowError) {
    try shape.validate()
    guard lateness >= 0, lateness < Int64.max / 8 else { throw WindowError.length }
    self.shape = shape
    self.lateness = lateness
    self.options = options
    self.maximumKeys = maximumKeys
  }

  /// Takes one event.
  ///
  /// - Returns: The windows that close now, by end, then start, then key; mostly none.
  public mutating func add(_ event: WindowEvent<Key>) -> [WindowResult<Key>] {
    let reached = max(watermark ?? .min, event.time - lateness)
    if let watermark, event.time < watermark {
      lateEvents += 1
      return []
    }
    // What the event itself closes is closed without it.
    let closed = reached > (watermark ?? .min) ? close(upTo: reached) : []
    // With a step greater than the width, an event between two windows belongs to none.
    if case .hopping(let width, let step) = shape, event.time - floorDivision(event.time, step) * step >= width,
      step > width
    {
      return closed
    }
    if keys[event.key] == nil {
      guard keys.count < maximumKeys else {
        refusedEvents += 1
        return closed
      }
      keys[event.key] = KeyWindows()
    }
    arrivals += 1
    let end = keys[event.key]?.add(event.time, shape, options) { [arrivals] aggregate in
      aggregate.add(
        event.value, divisor: event.divisor, identity: event.identity, time: event.time, arrival: arrivals)
    }
    nextEnd = min(nextEnd, end ?? .max)
    return closed
  }

  /// Moves the watermark, as when time passes without events. A watermark that goes back is ignored.
  public mutating func advance(to time: Int64) -> [WindowResult<Key>] {
    time > (watermark ?? .min) ? close(upTo: time) : []
  }

  /// Closes all that is open, as at the end of a stream.
  public mutating func finish() -> [WindowResult<Key>] { close(upTo: .max) }

  private mutating func close(upTo time: Int64) -> [WindowResult<Key>] {
    watermark = time
    guard nextEnd <= time else { return [] }
    var results: [WindowResult<Key>] = []
    nextEnd = .max
    for key in keys.keys.sorted() {
      keys[key]?.close(upTo: time, shape, options) { start, end, aggregate in
        results.append(WindowResult(key: key, start: start, end: end, aggregate: aggregate))
      }
      if let end = keys[key]?.nextEnd(shape) {
        nextEnd = min(nextEnd, end)
      } else if keys[key]?.isNeeded(after: time, shape) != true {
        keys[key] = nil
      }
    }
    results.sort { ($0.end, $0.start, $0.key) < ($1.end, $1.start, $1.key) }
    return results
  }
}

/// The open windows of one key.
private struct KeyWindows: Sendable {
  private struct Pane: Sendable {
    var start: Int64
    /// Of a session: after its last event. Otherwise the start of the next pane.
    var end: Int64
    var aggregate: WindowAggregate
  }

  /// By start; not yet part of a closed window.
  private var open: [Pane] = []
  /// Two stacks over the panes of closed windows that later windows share: `front` holds, at each pane, the aggregate of
  /// it and all newer ones in `front`; `back` the newest panes, with their aggregate beside them.
  private var front: [Pane] = []
  private var back: [Pane] = []
  private var backAggregate: WindowAggregate?
  /// The start of the last closed hopping window, which never closes twice.
  private var closedStart: Int64?

  /// Adds an event, and returns the end of the first window that holds it.
  mutating func add(
    _ time: Int64, _ shape: WindowShape, _ options: WindowAggregate.Options, _ apply: (inout WindowAggregate) -> Void
  ) -> Int64 {
    switch shape {
    case .session(let gap): return addToSession(time, gap, options, apply)
    case .tumbling(let width): addToPane(floorDivision(time, width) * width, width, options, apply)
    case .hopping(let width, let step):
      let pane = greatestCommonDivisor(width, step)
      addToPane(floorDivision(time, pane) * pane, pane, options, apply)
    case .sliding: addToPane(time, 1, options, apply)
    }
    return nextEnd(shape) ?? .max
  }

  private mutating func addToPane(
    _ start: Int64, _ width: Int64, _ options: WindowAggregate.Options, _ apply: (inout WindowAggregate) -> Void
  ) {
    let index = position(of: start)
    if index == open.count || open[index].start != start {
      open.insert(Pane(start: start, end: start + width, aggregate: WindowAggregate(options)), at: index)
    }
    apply(&open[index].aggregate)
  }

  private mutating func addToSession(
    _ time: Int64, _ gap: Int64, _ options: WindowAggregate.Options, _ apply: (inout WindowAggregate) -> Void
  ) -> Int64 {
    var session = Pane(start: time, end: time + gap, aggregate: WindowAggregate(options))
    apply(&session.aggregate)
    // Sessions that touch the event's own reach become one.
    var index = position(of: time)
    while index > 0, open[index - 1].end > session.start { index -= 1 }
    while index < open.count, open[index].start < session.end {
      session.start = min(session.start, open[index].start)
      session.end = max(session.end, open[index].end)
      session.aggregate.merge(open[index].aggregate)
      open.remove(at: index)
    }
    open.insert(session, at: index)
    return session.end
  }

  /// The first open pane that does not start before `start`.
  private func position(of start: Int64) -> Int {
    var low = 0
    var high = open.count
    while low < high {
      let middle = (low + high) / 2
      if open[middle].start < start { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The end of the next window; nil when there is none.
  func nextEnd(_ shape: WindowShape) -> Int64? { nextWindow(shape)?.end }

  /// Whether windows of events to come may hold something of what is here.
  func isNeeded(after time: Int64, _ shape: WindowShape) -> Bool {
    guard case .sliding(let width) = shape, let newest = back.last?.start ?? front.first?.start else { return false }
    return time < newest + width
  }

  private func nextWindow(_ shape: WindowShape) -> (start: Int64, end: Int64)? {
    switch shape {
    case .tumbling(let width): return open.first.map { ($0.start, $0.start + width) }
    case .sliding(let width): return open.first.map { ($0.start + 1 - width, $0.start + 1) }
    case .session: return open.min { $0.end < $1.end }.map { ($0.start, $0.end) }
    case .hopping(let width, let step):
      let held = front.last?.start ?? back.first?.start
      guard let oldest = [held, open.first?.start].compactMap(\.self).min() else { return nil }
      // The first window after the last closed one that still holds the oldest pane.
      let first = (floorDivision(oldest - width, step) + 1) * step
      var start = first
      if let closedStart { start = max(start, closedStart + step) }
      if start <= oldest { return (start, start + width) }
      // The oldest pane has no window left; the next one that holds something decides.
      let later =
        (front.dropLast().reversed().map(\.start) + (front.isEmpty ? back.dropFirst() : back[...]).map(\.start)
        + open.map(\.start)).first { $0 >= start }
      guard let later else { return nil }
      start = max(start, (floorDivision(later - width, step) + 1) * step)
      return (start, start + width)
    }
  }

  mutating func close(
    upTo time: Int64, _ shape: WindowShape, _ options: WindowAggregate.Options,
    _ emit: (Int64, Int64, WindowAggregate) -> Void
  ) {
    while let window = nextWindow(shape), window.end <= time {
      switch shape {
      case .tumbling: emit(window.start, window.end, open.removeFirst().aggregate)
      case .session:
        guard let index = open.firstIndex(where: { $0.end == window.end }) else { return }
        emit(window.start, window.end, open.remove(at: index).aggregate)
      case .hopping, .sliding:
        let count = open.firstIndex { $0.end > window.end } ?? open.count
        for pane in open[..<count] { push(pane, options) }
        open.removeFirst(count)
        evict(before: window.start, options)
        if let aggregate = combined(options), aggregate.count > 0 { emit(window.start, window.end, aggregate) }
        closedStart = window.start
        if case .hopping(_, let step) = shape { evict(before: window.start + step, options) }
      }
    }
  }

  // MARK: Two stacks

  private mutating func push(_ pane: Pane, _ options: WindowAggregate.Options) {
    back.append(pane)
    var aggregate = backAggregate ?? WindowAggregate(options)
    aggregate.merge(pane.aggregate)
    backAggregate = aggregate
  }

  private mutating func evict(before start: Int64, _ options: WindowAggregate.Options) {
    while true {
      if front.isEmpty {
        guard let oldest = back.first, oldest.start < start else { return }
        var aggregate = WindowAggregate(options)
        while var pane = back.popLast() {
          aggregate.merge(pane.aggregate)
          pane.aggregate = aggregate
          front.append(pane)
        }
        backAggregate = nil
      }
      guard let oldest = front.last, oldest.start < start else { return }
      front.removeLast()
    }
  }

  private func combined(_ options: WindowAggregate.Options) -> WindowAggregate? {
    guard var aggregate = front.last?.aggregate else { return backAggregate }
    if let backAggregate { aggregate.merge(backAggregate) }
    return aggregate
  }
}
