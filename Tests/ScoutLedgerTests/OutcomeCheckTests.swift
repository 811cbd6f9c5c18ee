import Testing

@testable import ScoutLedger

@Suite struct OutcomeCheckTests {
  /// Normal errors by the polar method, from a seed.
  struct Normal {
    var state: UInt64
    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    mutating func next() -> Double {
      while true {
        let (a, b) = (uniform() * 2 - 1, uniform() * 2 - 1)
        let s = a * a + b * b
        if s > 0 && s < 1 { return a * (-2 * log(s) / s).squareRoot() }
      }
    }
    private func log(_ x: Double) -> Double {
      // ln by the series of the area hyperbolic tangent, after taking powers of two out.
      let exponent = Double(x.exponent)
      let y = (x.significand - 1) / (x.significand + 1)
      var (term, sum, k) = (y, 0.0, 1.0)
      while term.magnitude > 1e-18 {
        sum += term / k
        term *= y * y
        k += 2
      }
      return exponent * 0.6931471805599453 + 2 * sum
    }
  }

  private func series(_ normal: inout Normal, effect: Double, days: Int = 7) -> ([Double], [Double]) {
    let week = [100.0, 90, 95, 100, 130, 180, 150]
    func value(_ day: Int, _ factor: Double) -> Double { (week[day % 7] + 8 * normal.next()) * factor }
    let before = (0..<28).map { value($0, 1) }
    return (before, (0..<days).map { value(29 + $0, 1 + effect) })
  }

  @Test func `without an effect success is rare, within its bound`() {
    for days in [7, 14] {
      var normal = Normal(state: 2025)
      var (successes, failures) = (0, 0)
      let runs = 20_000
      for _ in 0..<runs {
        let (before, after) = series(&normal, effect: 0, days: days)
        switch OutcomeCheck.evaluate(before: before, after: after, offset: 2, delta: 0.01).outcome {
        case .success: successes += 1
        case .failure: failures += 1
        case .inconclusive: break
        }
      }
      print("outcome check, \(days) days: \(successes) of \(runs) A/A pairs called a success")
      // 2.5 %, and four standard errors of the estimate.
      #expect(Double(successes) / Double(runs) < 0.025 + 0.0045)
      #expect(failures > 0)
    }
  }

  @Test func `a real effect is found, and its absence too`() {
    var normal = Normal(state: 7)
    var outcomes: [OutcomeCheck.Outcome: Int] = [:]
    for _ in 0..<500 {
      let (before, after) = series(&normal, effect: 0.3)
      outcomes[OutcomeCheck.evaluate(before: before, after: after, offset: 2, delta: 0.2).outcome, default: 0] += 1
    }
    #expect(outcomes[.success, default: 0] > 450)
    outcomes = [:]
    for _ in 0..<500 {
      let (before, after) = series(&normal, effect: 0)
      outcomes[OutcomeCheck.evaluate(before: before, after: after, offset: 2, delta: 0.3).outcome, default: 0] += 1
    }
    #expect(outcomes[.failure, default: 0] > 450)
    var falling = Normal(state: 9)
    let (before, after) = series(&falling, effect: -0.4)
    #expect(OutcomeCheck.evaluate(before: before, after: after, offset: 2, delta: -0.2).outcome == .success)
  }

  @Test func `too few days give no verdict`() {
    let few = OutcomeCheck.evaluate(
      before: Array(repeating: 1, count: 28), after: [1, 1, 1], offset: 2, delta: 0.1)
    #expect(few.outcome == .inconclusive)
    #expect(OutcomeCheck.evaluate(before: [1], after: [1, 1, 1, 1], offset: 2, delta: 0.1).outcome == .inconclusive)
  }

  @Test func `Student's quantile is the tabulated one`() {
    for (freedom, value) in [(10, 2.228), (21, 2.080), (30, 2.042), (120, 1.980)] {
      #expect((OutcomeCheck.studentQuantile975(freedom) - value).magnitude < 0.001)
    }
  }
}
