/// A windowed monitor as it moves on: judges the windows that closed, keeps the states of the keys, and notices when rows
/// that came late change a verdict. Live sweeps and backtests are both made of ``tick(upTo:touched:)``.
struct WindowedRun {
  /// Identifies a verdict.
  struct Place: Hashable {
    var key: String
    var end: Int64
  }

  /// A verdict that late rows changed.
  struct Revision: Hashable {
    var key: Int
    var end: Int64
    /// What was said of the window before and is now; nil: that nothing is wrong.
    var before: String?
    var after: WindowJudge.Breach?
    /// Whether the incident that rested on the verdict ended with it, or one opened.
    var transition: LifeCycle.Transition?
  }

  struct Outcome {
    /// The last breach of each key that fired, in the order in which they did.
    var fired: [WindowJudge.Breach] = []
    /// Keys whose incidents go on, and those whose ended; a key that fired may have ended as well.
    var continued: [Int] = []
    var resolved: [Int] = []
    var revisions: [Revision] = []

    /// The incidents that late rows brought to light, one for each key: with the last of its breaches, and whether it is
    /// over already.
    var revealed: [(breach: WindowJudge.Breach, isOver: Bool)] {
      let moved = Set(resolved + fired.map(\.key))
      var revealed: [(breach: WindowJudge.Breach, isOver: Bool)] = []
      for revision in revisions {
        guard let breach = revision.after else { continue }
        let isOver = revision.transition != .fires || moved.contains(revision.key)
        if let index = revealed.firstIndex(where: { $0.breach.key == revision.key }) {
          revealed[index] = (breach, isOver && revealed[index].isOver)
        } else {
          revealed.append((breach, isOver))
        }
      }
      return revealed
    }
  }

  var loaded: LoadedSeries
  var judge: WindowJudge
  let lifeCycle: LifeCycle
  /// By the number of the key.
  private(set) var states: [LifeCycle.State]
  /// The keys in the order of their texts, whatever the order of the rows.
  private var order: [Int] = []
  /// Of keys that the series does not hold.
  private(set) var otherStates: [String: LifeCycle.State] = [:]
  /// The breaches that may still be revised, with their rows.
  private(set) var breaches: [Place: String]
  /// The ends of the first and the last windows that were judged.
  private(set) var evaluatedFrom: Int64?
  private(set) var evaluatedTo: Int64?
  /// Writes the numbers of a breach as a row.
  let row: (WindowJudge.Breach, WindowSeries.Key) -> String

  init(
    loaded: LoadedSeries, judge: WindowJudge, rules: LifeCycleRules, states: [String: LifeCycle.State] = [:],
    breaches: [Place: String] = [:], evaluatedFrom: Int64? = nil, evaluatedTo: Int64? = nil,
    row: @escaping (WindowJudge.Breach, WindowSeries.Key) -> String
  ) {
    self.loaded = loaded
    self.judge = judge
    self.row = row
    lifeCycle = LifeCycle(rules: rules)
    self.breaches = breaches
    self.evaluatedFrom = evaluatedFrom
    self.evaluatedTo = evaluatedTo
    var rest = states
    self.states = loaded.series.keys.map { rest.removeValue(forKey: $0.json) ?? LifeCycle.State() }
    otherStates = rest
  }

  /// The states that have to be remembered, by key.
  func statesToKeep() -> [String: LifeCycle.State] {
    guard let time = evaluatedTo else { return [:] }
    var kept = otherStates
    for (key, state) in zip(loaded.series.keys, states) { kept[key.json] = state }
    return kept.filter { $0.value.isWorthKeeping(at: time, lifeCycle.rules) }
  }

  /// The end of the last window that is over at a local time.
  static func lastEnd(_ plan: WindowedPlan, at local: Int64) -> Int64 {
    floorDivision(local - plan.lateness, plan.step) * plan.step
  }

  /// The ends of the regular windows that a sweep up to `end` has to judge.
  static func ends(_ plan: WindowedPlan, after evaluated: Int64?, upTo end: Int64) -> [Int64] {
    guard let evaluated else { return [end] }
    guard end > evaluated else { return [] }
    let first = max(evaluated + plan.step, end - (WindowedPlan.mostWindowsPerTick - 1) * plan.step)
    return Array(stride(from: first, through: end, by: Int64.Stride(plan.step)))
  }

  /// Judges what closed since the last tick, and again what `touched` panes are part of.
  mutating func tick(upTo end: Int64, touched: [(key: Int, pane: Int)] = []) -> Outcome {
    while states.count < loaded.series.keys.count {
      let json = loaded.series.keys[states.count].json
      states.append(otherStates.removeValue(forKey: json) ?? LifeCycle.State())
    }
    if order.count < states.count {
      order = loaded.series.keys.indices.sorted { loaded.series.keys[$0].json < loaded.series.keys[$1].json }
    }
    var outcome = Outcome()
    if let evaluatedTo { revise(touched, evaluatedTo, &outcome) }
    var current: [Int: WindowJudge.Breach] = [:]
    if loaded.series.isRegular {
      for windowEnd in Self.ends(judge.plan, after: evaluatedTo, upTo: end) {
        if evaluatedFrom == nil { evaluatedFrom = windowEnd }
        guard let position = loaded.series.position(ofEnd: windowEnd) else { continue }
        for key in order { advance(key, position, windowEnd, &outcome, &current) }
        // A key that is not there any more has nothing that is wrong.
        for json in otherStates.keys.sorted() { advanceAbsent(json, windowEnd) }
      }
    } else {
      if evaluatedFrom == nil { evaluatedFrom = end }
      let from = evaluatedTo ?? end - judge.plan.width
      var windows: [(end: Int64, key: Int, position: Int)] = []
      for key in loaded.series.keys.indices {
        for position in 0..<loaded.series.count(of: key) {
          let windowEnd = loaded.series.end(position, of: key)
          if windowEnd > from, windowEnd <= end { windows.append((windowEnd, key, position)) }
        }
      }
      let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
      windows.sort { ($0.end, places[$0.key] ?? 0, $0.position) < ($1.end, places[$1.key] ?? 0, $1.position) }
      for window in windows { advance(window.key, window.position, window.end, &outcome, &current) }
    }
    outcome.fired = outcome.fired.map { current[$0.key] ?? $0 }
    evaluatedTo = max(evaluatedTo ?? end, end)
    let oldest = end - WindowedPlan.revisionSpan
    if breaches.contains(where: { $0.key.end < oldest }) { breaches = breaches.filter { $0.key.end >= oldest } }
    return outcome
  }

  /// Adds a row that came late, or takes one away.
  mutating func apply(key: Int, pane: Int, _ values: [Double], sign: Double) {
    loaded.table?.add(key: key, pane: pane, values, sign: sign)
    loaded.table?.update(&loaded.series, key: key, pane: pane)
    judge.forget(key: key)
  }

  private mutating func advance(
    _ key: Int, _ position: Int, _ end: Int64, _ outcome: inout Outcome, _ current: inout [Int: WindowJudge.Breach]
  ) {
    let (verdict, breach) = judge.verdict(key, position, in: loaded.series)
    if verdict == .clear, states[key].phase == .ok { return }
    if let breach {
      breaches[Place(key: loaded.series.keys[key].json, end: end)] = row(breach, loaded.series.keys[key])
    }
    switch lifeCycle.advance(&states[key], verdict, at: end) {
    case .fires:
      if let breach {
        outcome.fired.append(breach)
        current[key] = breach
      }
      outcome.resolved.removeAll { $0 == key }
    case .continues:
      if let breach, current[key] != nil { current[key] = breach }
      if !outcome.continued.contains(key) { outcome.continued.append(key) }
    case .resolves:
      outcome.continued.removeAll { $0 == key }
      outcome.resolved.append(key)
    case nil: break
    }
  }

  private mutating func advanceAbsent(_ json: String, _ end: Int64) {
    guard var state = otherStates[json] else { return }
    _ = lifeCycle.advance(&state, judge.plan.noData == .keep ? .unknown : .clear, at: end)
    otherStates[json] = state
  }

  // MARK: Late rows

  private mutating func revise(_ touched: [(key: Int, pane: Int)], _ last: Int64, _ outcome: inout Outcome) {
    guard let table = loaded.table, let first = evaluatedFrom else { return }
    let span = Int(judge.plan.width / judge.plan.step)
    var positions: Set<[Int]> = []
    for (key, pane) in touched {
      judge.forget(key: key)
      for position in max(pane - span + 1, 0)..<min(pane + 1, loaded.series.count) where span <= table.paneCount {
        let end = loaded.series.end(position, of: key)
        if end >= first, end <= last, end > last - WindowedPlan.revisionSpan { positions.insert([position, key]) }
      }
    }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
    for pair in positions.sorted(by: { ($0[0], places[$0[1]] ?? 0) < ($1[0], places[$1[1]] ?? 0) }) {
      let (position, key) = (pair[0], pair[1])
      let end = loaded.series.end(position, of: key)
      let place = Place(key: loaded.series.keys[key].json, end: end)
      let (verdict, breach) = judge.verdict(key, position, in: loaded.series)
      let before = breaches[place]
      guard verdict != .unknown, (before != nil) != (breach != nil) else { continue }
      var revision = Revision(key: key, end: end, before: before, after: breach)
      if let breach {
        breaches[place] = row(breach, loaded.series.keys[key])
        if end == last, states[key].phase != .firing {
          revision.transition = lifeCycle.advance(&states[key], .breach, at: end)
        }
      } else {
        breaches[place] = nil
        if states[key].phase == .firing, states[key].lastBreach == end {
          states[key].phase = .ok
          states[key].endedAt = end
          revision.transition = .resolves
        } else if states[key].phase == .pending, states[key].lastBreach == end {
          states[key].phase = .ok
        }
      }
      outcome.revisions.append(revision)
    }
  }
}
