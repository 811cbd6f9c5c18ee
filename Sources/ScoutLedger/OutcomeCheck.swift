import PostgresDialect
import ScoutStorage

/// Whether an action helped: the days after it against the same weekdays of the four weeks before.
///
/// For each day after, the difference to the mean of its weekday's four days before; their mean is the effect. Its
/// standard error comes from the spread within weekdays before and after, so that a noisy series gives no verdict:
///
///     s² = pooled variance within weekdays, before and after
///     SE = s · sqrt(1/n + Σ (c_w/n)² / 4)     n days after, c_w of them on weekday w
///
/// *Success*: the effect reaches the wanted change, and its one-sided 97.5 % limit lies above zero. *Failure*: the limit
/// on the other side lies below the wanted change. Otherwise, and with fewer than four days after or a gap in the days
/// before, *inconclusive*. Without any effect, success is reported with a probability of at most 2.5 % under normal
/// errors; a test measures it.
public struct OutcomeCheck: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable { case success, failure, inconclusive }

  public var outcome: Outcome
  public var reason: String
  /// Means per day, and the wanted change in the same unit; nil where there are too few days.
  public var baseline: Double?
  public var observed: Double?
  public var effect: Double?
  /// The half width of the two-sided 95 % interval around the effect.
  public var uncertainty: Double?
  public var wanted: Double?

  static let baselineWeeks = 4
  static let minimumDays = 4

  /// - Parameters:
  ///   - before: One value per day for the 28 days that end the day before the action; the oldest first.
  ///   - after: One value per day from the day after the action on.
  ///   - offset: Days between the last of `before` and the first of `after`, at least 1.
  ///   - delta: The wanted change as a share of the baseline; negative for a wanted fall.
  public static func evaluate(before: [Double], after: [Double], offset: Int, delta: Double) -> OutcomeCheck {
    let inconclusive = { (reason: String) in OutcomeCheck(outcome: .inconclusive, reason: reason) }
    guard before.count == 7 * baselineWeeks else {
      return inconclusive("the baseline needs \(7 * baselineWeeks) days")
    }
    guard after.count >= minimumDays else { return inconclusive("there are only \(after.count) days after it") }
    // Weekdays are counted from the first day before.
    var means = [Double](repeating: 0, count: 7)
    for (day, value) in before.enumerated() { means[day % 7] += value / Double(baselineWeeks) }
    var squares = 0.0
    var freedom = 0
    for (day, value) in before.enumerated() { squares += (value - means[day % 7]) * (value - means[day % 7]) }
    freedom += before.count - 7
    var counts = [Int](repeating: 0, count: 7)
    var sums = [Double](repeating: 0, count: 7)
    let first = before.count - 1 + offset
    for (day, value) in after.enumerated() {
      counts[(first + day) % 7] += 1
      sums[(first + day) % 7] += value
    }
    for (day, value) in after.enumerated() {
      let weekday = (first + day) % 7
      guard counts[weekday] > 1 else { continue }
      let mean = sums[weekday] / Double(counts[weekday])
      squares += (value - mean) * (value - mean)
    }
    freedom += counts.reduce(0) { $0 + Swift.max($1 - 1, 0) }
    let n = Double(after.count)
    let baseline = zip(counts, means).reduce(0) { $0 + Double($1.0) * $1.1 } / n
    let observed = after.reduce(0, +) / n
    let share = counts.reduce(0) { $0 + (Double($1) / n) * (Double($1) / n) } / Double(baselineWeeks)
    let error = (squares / Double(freedom) * (1 / n + share)).squareRoot()
    let width = error * studentQuantile975(freedom)
    let effect = observed - baseline
    let wanted = delta * baseline.magnitude
    let sign: Double = delta < 0 ? -1 : 1
    var check = OutcomeCheck(
      outcome: .inconclusive, reason: "the days differ too much to tell", baseline: baseline, observed: observed,
      effect: effect, uncertainty: width, wanted: wanted)
    if effect * sign >= wanted * sign && effect * sign - width > 0 {
      check.outcome = .success
      check.reason = "the change was reached"
    } else if effect * sign + width < wanted * sign {
      check.outcome = .failure
      check.reason = "the change was not reached"
    }
    return check
  }

  init(
    outcome: Outcome, reason: String, baseline: Double? = nil, observed: Double? = nil, effect: Double? = nil,
    uncertainty: Double? = nil, wanted: Double? = nil
  ) {
    self.outcome = outcome
    self.reason = reason
    self.baseline = baseline
    self.observed = observed
    self.effect = effect
    self.uncertainty = uncertainty
    self.wanted = wanted
  }

  /// The 97.5 % quantile of Student's t distribution, to three digits from 5 degrees of freedom on.
  /// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
  static func studentQuantile975(_ freedom: Int) -> Double {
    let x = 1.959963984540054
    let n = Double(freedom)
    let (x3, x5, x7) = (x * x * x, x * x * x * x * x, x * x * x * x * x * x * x)
    return x + (x3 + x) / (4 * n) + (5 * x5 + 16 * x3 + 3 * x) / (96 * n * n)
      + (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * n * n * n)
  }
}

extension ActionLedger {
  /// What an action was to reach: `{"kpi": "net_amount", "delta": 0.1, "window": 7, "brand": "Alaska"}`.
  private struct Criteria {
    var kpi: String
    var delta: Double
    /// Days.
    var window: Int
    var filters: [(column: String, value: String)]
  }

  private static let kpis = ["net_amount", "units", "qty", "transactions"]

  /// Evaluates the actions that are due: those that succeeded `verify_after` ago and say what they were to reach.
  ///
  /// A failure proposes the rollback. The figures are in the entry.
  ///
  /// - Returns: Action and verdict, the oldest first.
  public func verifyDue(by actor: Principal) throws -> [(id: String, check: OutcomeCheck)] {
    var checks: [(String, OutcomeCheck)] = []
    for action in try actions(state: .succeeded, limit: .max).reversed() where action.successCriteria != nil {
      guard let done = try doneAt(action.id),
        try action.verifyAfter.added(toInstant: done.microseconds, in: zone) <= connection.now.microseconds
      else { continue }
      let check = try outcome(action, done: done)
      var payload = JSONObjectText()
      payload.set("outcome", check.outcome.rawValue)
      payload.set("reason", check.reason)
      for (name, value) in [
        ("baseline", check.baseline), ("observed", check.observed), ("effect", check.effect),
        ("uncertainty", check.uncertainty), ("wanted", check.wanted),
      ] {
        payload.set(name, raw: value.map(ValueText.text))
      }
      try enter(action, .verified, actor, payload)
      if check.outcome == .failure {
        do {
          _ = try rollBack(action.id, by: actor, reason: "its outcome check failed: \(check.reason)")
        } catch ActionError.notAllowed {
          // The policy has no rule for rollbacks by this actor; the verdict stands all the same.
        }
      }
      checks.append((action.id, check))
    }
    return checks
  }

  private func doneAt(_ id: String) throws -> Timestamp? {
    try connection.value(
      "select recorded_at from \"scout.ledger_entries\" where action_id = ?1 and kind = 'succeeded'", [.text(id)]
    ).integer.map { Timestamp(microseconds: $0) }
  }

  private func outcome(_ action: Action, done: Timestamp) throws -> OutcomeCheck {
    let criteria: Criteria
    switch try readCriteria(action.successCriteria, payload: action.payload) {
    case .success(let found): criteria = found
    case .failure(let problem): return OutcomeCheck(outcome: .inconclusive, reason: problem.reason)
    }
    let day = zone.local(fromUTC: done.microseconds).dividedDown(by: 86_400_000_000)
    let today = zone.local(fromUTC: connection.now.microseconds).dividedDown(by: 86_400_000_000)
    let end = Swift.min(day + Int64(criteria.window), today - 1)
    guard end > day else { return OutcomeCheck(outcome: .inconclusive, reason: "no day has passed since") }
    let values = try daily(criteria, from: day - 28, to: end)
    guard let firstSale = try firstDay(criteria), firstSale <= day - 28 else {
      return OutcomeCheck(outcome: .inconclusive, reason: "there are no figures for the four weeks before it")
    }
    return OutcomeCheck.evaluate(
      before: Array(values[..<28]), after: Array(values[29...]), offset: 2, delta: criteria.delta)
  }

  private struct CriteriaProblem: Error { var reason: String }

  /// - Throws: ``ActionError`` `invalid` for success criteria that no outcome could be checked against.
  func checkCriteria(of proposal: Proposal) throws {
    guard let criteria = proposal.successCriteria else { return }
    if case .failure(let problem) = try readCriteria(criteria, payload: proposal.payload) {
      throw ActionError.invalid(problem.reason)
    }
  }

  private func readCriteria(_ criteria: String?, payload: String) throws -> Result<Criteria, CriteriaProblem> {
    let text = SQLValue.text(criteria ?? "{}")
    func field(_ name: String) throws -> SQLValue {
      try connection.value("select json_extract(?1, ?2)", [text, .text("$.\(name)")])
    }
    guard let kpi = try field("kpi").text, Self.kpis.contains(kpi) else {
      return .failure(CriteriaProblem(reason: "success_criteria.kpi is none of " + Self.kpis.joined(separator: ", ")))
    }
    let delta: Double
    switch try field("delta") {
    case .real(let number): delta = number
    case .integer(let number): delta = Double(number)
    case .text(let text):
      guard let number = Double(text) else {
        return .failure(CriteriaProblem(reason: "success_criteria.delta is no number"))
      }
      delta = number
    default: return .failure(CriteriaProblem(reason: "success_criteria.delta is missing"))
    }
    var window = 7
    switch try field("window") {
    case .integer(let days): window = Int(clamping: days)
    case .text(let text):
      guard let interval = try? Interval(text), interval.months == 0 else {
        return .failure(CriteriaProblem(reason: "success_criteria.window is no number of days"))
      }
      window = Int(interval.days)
    default: break
    }
    guard (1...366).contains(window) else {
      return .failure(CriteriaProblem(reason: "success_criteria.window is not between 1 and 366 days"))
    }
    var filters: [(String, String)] = []
    for name in ["brand", "store_id"] {
      let own = try field(name).text
      let outer = try connection.value("select json_extract(?1, ?2)", [.text(payload), .text("$.\(name)")])
        .text
      if let value = own ?? outer { filters.append((name, value)) }
    }
    return .success(Criteria(kpi: kpi, delta: delta, window: window, filters: filters))
  }

  private func daily(_ criteria: Criteria, from start: Int64, to end: Int64) throws -> [Double] {
    let rows = try connection.rows(
      """
      select date, sum("\(criteria.kpi)") from "scout.gold_sales_daily"
      where date between ?1 and ?2 and (?3 is null or brand = ?3) and (?4 is null or store_id = ?4)
      group by date
      """, [.integer(start), .integer(end)] + filterValues(criteria))
    var values = [Double](repeating: 0, count: Int(end - start + 1))
    // net_amount is held in centavos; a share of it is the same in pesos.
    let scale = criteria.kpi == "net_amount" ? 100.0 : 1
    for row in rows {
      if let date = row[0].integer, let sum = row[1].integer { values[Int(date - start)] = Double(sum) / scale }
    }
    return values
  }

  private func firstDay(_ criteria: Criteria) throws -> Int64? {
    try connection.value(
      """
      select min(date) from "scout.gold_sales_daily"
      where (?1 is null or brand = ?1) and (?2 is null or store_id = ?2)
      """, filterValues(criteria)
    ).integer
  }

  private func filterValues(_ criteria: Criteria) -> [SQLValue] {
    ["brand", "store_id"].map { name in SQLValue(criteria.filters.first { $0.column == name }?.value) }
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity.
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}
