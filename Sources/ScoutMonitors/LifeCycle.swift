/// The states of one monitor and key, and what moves it on.
///
/// ```
///          breach                      held for `for`
///   ok ─────────────▶ pending ──────────────────────▶ firing
///    ▲                  │ clear                          │ clear, and `keep firing` is over
///    └──────────────────┴────────────────────────────────┘ then quiet for `cooldown`
/// ```
///
/// Times are those of the verdicts: of a windowed monitor the window's end, of an SQL monitor the sweep's time.
struct LifeCycle: Hashable, Sendable {
  enum Phase: String, Hashable, Sendable, Codable {
    case ok, pending, firing
  }

  struct State: Hashable, Sendable {
    var phase = Phase.ok
    /// When the conditions began to hold.
    var since: Int64 = 0
    var lastBreach: Int64 = 0
    /// When the last incident ended.
    var endedAt: Int64?

    /// Whether it says something that a key without a state does not.
    func isWorthKeeping(at time: Int64, _ rules: LifeCycleRules) -> Bool {
      phase != .ok || endedAt.map { time < $0 + rules.cooldown } ?? false
    }
  }

  enum Verdict: Hashable, Sendable {
    case breach, clear
    /// Nothing is known; the state stays.
    case unknown
  }

  enum Transition: Hashable, Sendable {
    case fires, continues, resolves
  }

  var rules: LifeCycleRules

  /// Takes one verdict; those of one key come in the order of their times.
  func advance(_ state: inout State, _ verdict: Verdict, at time: Int64) -> Transition? {
    switch (state.phase, verdict) {
    case (_, .unknown): return nil
    case (.ok, .clear): return nil
    case (.ok, .breach):
      if let ended = state.endedAt, time < ended + rules.cooldown { return nil }
      state.since = time
      state.lastBreach = time
      state.phase = rules.holdFor > 0 ? .pending : .firing
      return rules.holdFor > 0 ? nil : .fires
    case (.pending, .breach):
      state.lastBreach = time
      guard time - state.since >= rules.holdFor else { return nil }
      state.phase = .firing
      return .fires
    case (.pending, .clear):
      state.phase = .ok
      return nil
    case (.firing, .breach):
      state.lastBreach = time
      return .continues
    case (.firing, .clear):
      if time - state.lastBreach < rules.keepFiring { return .continues }
      state.phase = .ok
      state.endedAt = time
      return .resolves
    }
  }
}
