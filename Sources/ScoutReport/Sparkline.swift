/// A row of bars, one per value, from `▁` for the least to `█` for the greatest.
///
/// ```swift
/// sparkline([1, 2, nil, 4, 8])  // "▁▂ ▄█"
/// ```
///
/// - Parameters:
///   - values: The values from left to right; nil, infinite values and not-a-number leave a gap.
///   - range: What the lowest and the highest bar stand for; by default the least and greatest value. Values beyond it
///     get the nearest bar.
///   - width: With more values than this, neighbours share a bar that shows their mean.
/// - Returns: One character per bar; values that are all equal get bars of middle height.
public func sparkline(_ values: [Double?], in range: ClosedRange<Double>? = nil, width: Int? = nil) -> String {
  let bars = Array("▁▂▃▄▅▆▇█")
  let shown = means(of: values.map { $0.flatMap { $0.isFinite ? $0 : nil } }, count: width ?? values.count)
  let present = shown.compactMap { $0 }
  let low = range?.lowerBound ?? present.min() ?? 0
  let high = range?.upperBound ?? present.max() ?? 0
  // Halves, since the distance between two finite values may be infinite.
  let extent = high / 2 - low / 2
  let text = shown.map { value -> Character in
    guard let value else { return " " }
    guard extent > 0 else { return bars[3] }
    let height = (min(max(value, low), high) / 2 - low / 2) / extent
    return bars[Int((height * Double(bars.count - 1)).rounded())]
  }
  return String(text)
}

/// The means of `count` groups of neighbours whose sizes differ by at most one; nil for groups without a value.
private func means(of values: [Double?], count: Int) -> [Double?] {
  guard count < values.count else { return values }
  guard count > 0 else { return [] }
  return (0..<count).map { group in
    let members = values[group * values.count / count..<(group + 1) * values.count / count].compactMap { $0 }
    return members.isEmpty ? nil : members.reduce(0) { $0 + $1 / Double(members.count) }
  }
}
