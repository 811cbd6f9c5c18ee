/// Two-sided cumulative sum: finds a small shift that lasts.
///
/// Values are standardised by the mean and deviation of the first `reference` rows:
/// z = (v − m) / s; S⁺ ← max(0, S⁺ + z − k) and S⁻ ← max(0, S⁻ − z − k). The score is 5.5 · max(S⁺, S⁻) / h; when it
/// reaches 5.5 the change is reported, both sums start again, and the new level is learned from the next rows (Page
/// 1954, Biometrika 41, 100–115). k is half of the shift to find in deviations, h the decision limit.
public struct CUSUMDetector: Detector {
  private let slack: Double
  private let limit: Double
  private var reference: Reference
  private var up = 0.0
  private var down = 0.0

  public init(slack: Double = 0.5, limit: Double = 12, reference: Int = 200) {
    self.slack = slack
    self.limit = limit
    self.reference = Reference(rows: reference)
  }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite, let z = reference.standardised(value) else { return 0 }
    // One wild value is an outlier, not a change of level.
    let bounded = min(max(z, -6), 6)
    up = max(0, up + bounded - slack)
    down = max(0, down - bounded - slack)
    let surprise = AnomalyScale.normalSensitivity * max(up, down) / limit
    if surprise >= AnomalyScale.normalSensitivity {
      up = 0
      down = 0
      reference.restart()
    }
    return surprise
  }
}

/// Page and Hinkley's test, both ways: the cumulative deviation from the running mean, against its extreme so far.
///
/// With the running mean x̄: U ← U + z − x̄ − δ, and the statistic is U − min U; the mirror image finds a fall. The score is
/// 5.5 · statistic / λ; at 5.5 the change is reported and the test starts again (Hinkley 1971, Biometrika 58, 509–523;
/// in this form Gama et al. 2014, ACM Computing Surveys 46, 44).
public struct PageHinkleyDetector: Detector {
  private let tolerance: Double
  private let limit: Double
  private var reference: Reference
  private var mean = 0.0
  private var rows = 0.0
  private var rise = 0.0
  private var fall = 0.0

  public init(tolerance: Double = 0.25, limit: Double = 20, reference: Int = 200) {
    self.tolerance = tolerance
    self.limit = limit
    self.reference = Reference(rows: reference)
  }

  public mutating func score(_ value: Double, at microseconds: Int64) -> Double {
    guard value.isFinite, let z = reference.standardised(value) else { return 0 }
    let bounded = min(max(z, -6), 6)
    rows += 1
    mean += (bounded - mean) / rows
    // U − min U, kept as one number.
    rise = max(0, rise + bounded - mean - tolerance)
    fall = max(0, fall - bounded + mean - tolerance)
    let surprise = AnomalyScale.normalSensitivity * max(rise, fall) / limit
    if surprise >= AnomalyScale.normalSensitivity {
      rise = 0
      fall = 0
      mean = 0
      rows = 0
      reference.restart()
    }
    return surprise
  }
}

/// The level and spread that a change is measured against: learned from the first rows after a start.
private struct Reference: Sendable {
  private let rows: Int
  private var count = 0
  private var mean = 0.0
  private var squares = 0.0

  init(rows: Int) { self.rows = max(rows, 2) }

  mutating func restart() {
    count = 0
    mean = 0
    squares = 0
  }

  /// The value in deviations from the reference; nil while that is learned.
  mutating func standardised(_ value: Double) -> Double? {
    if count < rows {
      // Welford 1962, Technometrics 4, 419–420.
      count += 1
      let difference = value - mean
      mean += difference / Double(count)
      squares += difference * (value - mean)
      return nil
    }
    let deviation = max((squares / Double(rows - 1)).squareRoot(), abs(mean) * 1e-6, 1e-12)
    return (value - mean) / deviation
  }
}
