import PostgresDialect
import ScoutStorage

/// The windows of a source, and, where sums suffice, the panes that they are made of.
struct LoadedSeries {
  var series: WindowSeries
  /// Nil for windows whose aggregates are no sums.
  var table: PaneTable?
}

/// Loads what a judge needs.
struct SeriesLoader {
  let plan: WindowedPlan
  let scan: SourceScan

  /// At most so many numbers are held at a time: 240 MB.
  static let mostCells = 30_000_000

  init(_ plan: WindowedPlan, zone: TimeZoneRules, on connection: Connection) throws {
    self.plan = plan
    scan = try SourceScan(plan, zone: zone, isOrdered: !plan.isAdditive, on: connection)
  }

  /// Every window that ends in `ends`, and those that are their baselines.
  ///
  /// - Parameter isWhole: Also what lies between, as a replay needs it.
  func load(ends: [Int64], isWhole: Bool) throws -> LoadedSeries {
    let first = ends.min() ?? 0
    let last = ends.max() ?? 0
    guard plan.isAdditive else { return LoadedSeries(series: try stream(from: first, to: last), table: nil) }
    let start = floorDivision(first - plan.width - plan.lookback, plan.step) * plan.step
    let paneCount = Int((last - start) / plan.step)
    var table = PaneTable(plan, start: start, paneCount: paneCount, units: scan.units)
    let spans = isWhole ? [(start, last)] : spans(ends)
    var values: [Double] = []
    for (from, to) in spans {
      try scan.rows(from: from, to: to) { key, time, row, _ in
        if key >= table.keys.count { try addKeys(to: &table) }
        guard let pane = table.pane(of: time) else { return }
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: row)
        table.add(key: key, pane: pane, values)
      }
    }
    // Also those that only the late log knows.
    try addKeys(to: &table)
    return LoadedSeries(series: table.series(), table: table)
  }

  /// Gives every key of the scan its place in the table.
  func addKeys(to table: inout PaneTable) throws {
    while table.keys.count < scan.keys.count {
      let key = scan.keys[table.keys.count]
      _ = table.addKey(key.json, key.fields)
      if table.keys.count * table.paneCount * (table.accumulators.count + plan.measures.count + 1) > Self.mostCells {
        throw SQLError(
          .programLimitExceeded, "the monitor has too many keys for the length of its baseline",
          hint: "Group by fewer columns, take a wider step, or a shorter baseline.")
      }
    }
  }

  /// The spans of time that the windows and their baselines cover, joined where they touch.
  private func spans(_ ends: [Int64]) -> [(Int64, Int64)] {
    let day: Int64 = 86_400_000_000
    var spans: [(Int64, Int64)] = []
    for end in ends {
      spans.append((end - plan.width, end))
      switch plan.baseline {
      case .sameTimeOfDay(let periods):
        for k in 1...Int64(periods) { spans.append((end - k * day - plan.width, end - k * day)) }
      case .sameTimeOfWeek(let periods):
        for k in 1...Int64(periods) { spans.append((end - k * 7 * day - plan.width, end - k * 7 * day)) }
      case .previous(let period): spans.append((end - period - plan.width, end - period))
      case .trailing(let length, let exclude):
        spans.append((end - plan.width - exclude - length, end - plan.width - exclude))
      case .fixed, nil: break
      }
      if !plan.detectors.isEmpty { spans.append((end - plan.width - 2 * plan.detectorSpan, end)) }
    }
    spans.sort { $0 < $1 }
    var joined: [(Int64, Int64)] = []
    for span in spans {
      if let last = joined.last, span.0 <= last.1 {
        joined[joined.count - 1].1 = max(last.1, span.1)
      } else {
        joined.append(span)
      }
    }
    return joined
  }

  // MARK: Aggregates that are no sums

  /// Through the window engine, one for each measure and one that counts rows.
  private func stream(from first: Int64, to last: Int64) throws -> WindowSeries {
    let day: Int64 = 86_400_000_000
    let start = first - plan.width - plan.lookback - (plan.isRegular ? 0 : day)
    var engines: [WindowEngine<Int>] = []
    for measure in plan.measures {
      var options: WindowAggregate.Options = []
      if case .distinct = measure.aggregate { options.insert(.distinct) }
      if case .quantile = measure.aggregate { options.insert(.quantiles) }
      engines.append(try WindowEngine<Int>(plan.shape, options: options))
    }
    var counter = try WindowEngine<Int>(plan.shape)
    let columns = plan.columns
    let places = plan.measures.map { measure in
      (measure.column.flatMap { columns.firstIndex(of: $0) }, measure.divisor.flatMap { columns.firstIndex(of: $0) })
    }
    var collector = WindowCollector(plan: plan, start: start, last: last)
    try scan.rows(from: start, to: last) { [scan] key, time, values, handle in
      while collector.keyCount <= key { collector.addKey(scan.keys[collector.keyCount]) }
      collector.take(counter.add(WindowEvent(key: key, time: time, value: 0)))
      for (index, place) in places.enumerated() {
        var event = WindowEvent(key: key, time: time, value: 1)
        if let column = place.0 {
          let value = values[column] / scan.units[column]
          if case .distinct = plan.measures[index].aggregate {
            event.identity = scan.identity(handle, column: column)
            if event.identity == nil { continue }
          } else if case .count = plan.measures[index].aggregate {
            if scan.identity(handle, column: column) == nil { continue }
          } else {
            if value.isNaN { continue }
            event.value = value
          }
        }
        if let column = place.1 { event.divisor = values[column].isNaN ? 0 : values[column] / scan.units[column] }
        collector.take(engines[index].add(event), measure: index)
      }
    }
    collector.take(counter.advance(to: last))
    for index in engines.indices { collector.take(engines[index].advance(to: last), measure: index) }
    return collector.finished()
  }
}

/// Puts the closed windows of several engines side by side.
private struct WindowCollector {
  private struct Place: Hashable {
    var key: Int
    var end: Int64
  }

  let plan: WindowedPlan
  private var series = WindowSeries()
  private var positions: [Place: Int] = [:]
  private var values: [(place: Place, measure: Int, value: Double)] = []

  init(plan: WindowedPlan, start: Int64, last: Int64) {
    self.plan = plan
    series.isRegular = plan.isRegular
    series.step = plan.step
    series.width = plan.width
    if plan.isRegular {
      series.firstEnd = floorDivision(start + plan.width + plan.step - 1, plan.step) * plan.step
      series.count = max(Int((last - series.firstEnd) / plan.step) + 1, 0)
    }
  }

  var keyCount: Int { series.keys.count }

  mutating func addKey(_ key: (json: String, fields: [(name: String, text: String?)])) {
    let count = series.isRegular ? series.count : 0
    series.keys.append(
      WindowSeries.Key(
        json: key.json, fields: key.fields,
        values: Array(repeating: Array(repeating: .nan, count: count), count: plan.measures.count),
        rows: Array(repeating: 0, count: count)))
  }

  /// The windows as such, with their counts of rows.
  mutating func take(_ results: [WindowResult<Int>]) {
    for result in results {
      if series.isRegular {
        guard let position = series.position(ofEnd: result.end) else { continue }
        series.keys[result.key].rows[position] = Double(result.aggregate.count)
      } else {
        positions[Place(key: result.key, end: result.end)] = series.keys[result.key].ends.count
        series.keys[result.key].ends.append(result.end)
        series.keys[result.key].starts.append(result.start)
        series.keys[result.key].rows.append(Double(result.aggregate.count))
        for measure in plan.measures.indices { series.keys[result.key].values[measure].append(.nan) }
      }
    }
  }

  mutating func take(_ results: [WindowResult<Int>], measure: Int) {
    for result in results {
      let aggregate = result.aggregate
      let value: Double? =
        switch plan.measures[measure].aggregate {
        case .sum: aggregate.sum
        case .count: Double(aggregate.count)
        case .mean: aggregate.average
        case .ratio: aggregate.ratio
        case .rate: result.rate
        case .min: aggregate.min
        case .max: aggregate.max
        case .deviation: aggregate.standardDeviation
        case .distinct: aggregate.distinct.map(Double.init)
        case .first: aggregate.first
        case .last: aggregate.last
        case .quantile(let share): aggregate.quantile(share)
        }
      values.append((Place(key: result.key, end: result.end), measure, value ?? .nan))
    }
  }

  mutating func finished() -> WindowSeries {
    for (place, measure, value) in values {
      let position = series.isRegular ? series.position(ofEnd: place.end) : positions[place]
      if let position { series.keys[place.key].values[measure][position] = value }
    }
    // Sums and counts of windows without a row are 0.
    for (index, measure) in plan.measures.enumerated() where measure.isCount && series.isRegular {
      for key in series.keys.indices {
        for position in 0..<series.count where series.keys[key].rows[position] == 0 {
          series.keys[key].values[index][position] = 0
        }
      }
    }
    return series
  }
}
