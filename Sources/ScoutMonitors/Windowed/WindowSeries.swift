/// The windows of every key, ready to be judged: by key, by measure, by position, oldest first.
///
/// Of tumbling and hopping windows position 0 is the first window that ends after the table's start, and each further
/// one a step later; sliding and session windows have the ends that their events gave them.
struct WindowSeries {
  struct Key {
    /// A JSON object, as incidents are told apart.
    var json: String
    /// The columns with their texts.
    var fields: [(name: String, text: String?)]
    /// By measure, by window; NaN where there is no value.
    var values: [[Double]]
    /// By window: rows, or zero.
    var rows: [Double]
    /// Of irregular windows: their ends and starts.
    var ends: [Int64] = []
    var starts: [Int64] = []
  }

  var keys: [Key] = []
  /// The end of the window at position 0, of regular windows.
  var firstEnd: Int64 = 0
  var step: Int64 = 1
  var width: Int64 = 1
  /// Of regular windows.
  var count = 0
  var isRegular = true

  func count(of key: Int) -> Int { isRegular ? count : keys[key].ends.count }
  func end(_ position: Int, of key: Int) -> Int64 {
    isRegular ? firstEnd + Int64(position) * step : keys[key].ends[position]
  }
  func start(_ position: Int, of key: Int) -> Int64 {
    isRegular ? end(position, of: key) - width : keys[key].starts[position]
  }
  /// The position of the regular window with that end.
  func position(ofEnd end: Int64) -> Int? {
    let offset = end - firstEnd
    guard offset >= 0, offset % step == 0, offset / step < Int64(count) else { return nil }
    return Int(offset / step)
  }
}

/// Sums over panes, from which those of windows follow. A pane is the time from one possible edge of a window to the
/// next: the step.
///
/// What is summed is integers where the columns are (money in its smallest unit), so that sums are exact and do not depend
/// on the order in which rows came.
struct PaneTable {
  /// What is added up for one measure.
  struct Accumulator: Hashable {
    enum Kind: Hashable { case sum, count }
    var kind: Kind
    /// The position among the plan's columns; nil for rows.
    var column: Int?
  }

  let plan: WindowedPlan
  /// The start of pane 0, a multiple of the step.
  let start: Int64
  let paneCount: Int
  let accumulators: [Accumulator]
  /// 10 to the scale of each of the plan's columns.
  var units: [Double]
  private(set) var keys: [(json: String, fields: [(name: String, text: String?)])] = []
  /// By key: accumulators × panes; the first accumulator counts rows.
  private(set) var panes: [[Double]] = []
  private let parts: [(numerator: Int, divisor: Int?)]

  init(_ plan: WindowedPlan, start: Int64, paneCount: Int, units: [Double]) {
    self.plan = plan
    self.start = start
    self.paneCount = paneCount
    self.units = units
    let columns = plan.columns
    var accumulators = [Accumulator(kind: .count, column: nil)]
    func place(_ kind: Accumulator.Kind, _ column: String?) -> Int {
      let wanted = Accumulator(kind: kind, column: column.flatMap { columns.firstIndex(of: $0) })
      if let index = accumulators.firstIndex(of: wanted) { return index }
      accumulators.append(wanted)
      return accumulators.count - 1
    }
    parts = plan.measures.map { measure in
      switch measure.aggregate {
      case .count: (place(.count, measure.column), nil)
      case .mean: (place(.sum, measure.column), place(.count, measure.column))
      case .ratio: (place(.sum, measure.column), place(.sum, measure.divisor))
      default: (place(.sum, measure.column), nil)
      }
    }
    self.accumulators = accumulators
  }

  mutating func addKey(_ json: String, _ fields: [(name: String, text: String?)]) -> Int {
    keys.append((json, fields))
    panes.append(Array(repeating: 0, count: paneCount * accumulators.count))
    return keys.count - 1
  }

  /// The pane of a time; nil outside the table.
  func pane(of time: Int64) -> Int? {
    let pane = floorDivision(time - start, plan.step)
    return pane >= 0 && pane < Int64(paneCount) ? Int(pane) : nil
  }

  /// Adds a row, or takes it away with the sign -1.
  ///
  /// - Parameter values: By column of the plan; NaN for null.
  mutating func add(key: Int, pane: Int, _ values: [Double], sign: Double = 1) {
    for (index, accumulator) in accumulators.enumerated() {
      let slot = index * paneCount + pane
      guard let column = accumulator.column else {
        panes[key][slot] += sign
        continue
      }
      let value = values[column]
      if value.isNaN { continue }
      panes[key][slot] += accumulator.kind == .count ? sign : sign * value
    }
  }

  /// All windows that lie within the table.
  func series() -> WindowSeries {
    var series = WindowSeries()
    let span = Int(plan.width / plan.step)
    series.step = plan.step
    series.width = plan.width
    series.firstEnd = start + plan.width
    series.count = max(paneCount - span + 1, 0)
    for key in keys.indices {
      var own = WindowSeries.Key(
        json: keys[key].json, fields: keys[key].fields,
        values: Array(repeating: Array(repeating: .nan, count: series.count), count: plan.measures.count),
        rows: Array(repeating: 0, count: series.count))
      fill(&own, key, 0..<series.count)
      series.keys.append(own)
    }
    return series
  }

  /// Computes the windows that hold a pane anew.
  func update(_ series: inout WindowSeries, key: Int, pane: Int) {
    let span = Int(plan.width / plan.step)
    let positions = max(pane - span + 1, 0)..<min(pane + 1, series.count)
    if positions.isEmpty { return }
    fill(&series.keys[key], key, positions)
  }

  /// A key that came after ``series()``.
  func appendKey(to series: inout WindowSeries) {
    let key = series.keys.count
    series.keys.append(
      WindowSeries.Key(
        json: keys[key].json, fields: keys[key].fields,
        values: Array(repeating: Array(repeating: .nan, count: series.count), count: plan.measures.count),
        rows: Array(repeating: 0, count: series.count)))
    fill(&series.keys[key], key, 0..<series.count)
  }

  /// The sums of the windows at some positions: that of the first added up, each further one from the one before.
  private func fill(_ own: inout WindowSeries.Key, _ key: Int, _ positions: Range<Int>) {
    guard let first = positions.first else { return }
    let span = Int(plan.width / plan.step)
    var sums = Array(repeating: 0.0, count: accumulators.count)
    let seconds = Double(plan.width) / 1e6
    panes[key].withUnsafeBufferPointer { panes in
      for index in sums.indices {
        for pane in first..<(first + span) { sums[index] += panes[index * paneCount + pane] }
      }
      for position in positions {
        if position > first {
          for index in sums.indices {
            sums[index] += panes[index * paneCount + position + span - 1] - panes[index * paneCount + position - 1]
          }
        }
        own.rows[position] = sums[0]
        for (measure, part) in parts.enumerated() {
          var value = sums[part.numerator] / unit(part.numerator)
          if let divisor = part.divisor {
            let below = sums[divisor] / unit(divisor)
            value = below == 0 ? .nan : value / below
          } else if plan.measures[measure].aggregate == .rate {
            value /= seconds
          }
          own.values[measure][position] = value
        }
      }
    }
  }

  @inline(__always)
  private func unit(_ index: Int) -> Double {
    let accumulator = accumulators[index]
    guard accumulator.kind == .sum, let column = accumulator.column else { return 1 }
    return units[column]
  }
}
