/// `count` with a comma between thousands: `12,345`.
public func humanCount(_ count: Int) -> String {
  let digits = String(count.magnitude)
  var text = count < 0 ? "-" : ""
  for (position, digit) in digits.enumerated() {
    if position > 0 && (digits.count - position).isMultiple(of: 3) { text += "," }
    text.append(digit)
  }
  return text
}

/// `byteCount` in decimal units with one digit after the point: `999 B`, `1.2 MB`.
public func humanBytes(_ byteCount: Int) -> String {
  let sign = byteCount < 0 ? "-" : ""
  guard byteCount.magnitude >= 1000 else { return "\(sign)\(byteCount.magnitude) B" }
  var tenths = Double(byteCount.magnitude) / 100
  var units = ["kB", "MB", "GB", "TB", "PB", "EB"][...]
  // Rounding comes first, so that 999,950 bytes are 1.0 MB and not 1000.0 kB.
  while tenths.rounded() >= 10_000 && units.count > 1 {
    tenths /= 1000
    units.removeFirst()
  }
  return "\(sign)\(oneDigit(tenths / 10)) \(units.first ?? "EB")"
}

/// `duration` in the one or two units that matter: `0.4 ms`, `250 ms`, `14.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
public func humanDuration(_ duration: Duration) -> String {
  let (whole, attoseconds) = duration.components
  let seconds = Double(whole) + Double(attoseconds) / 1e18
  let sign = seconds < 0 ? "-" : ""
  let size = seconds.magnitude
  if size < 0.000_05 { return "0 ms" }
  if size < 0.009_95 { return "\(sign)\(oneDigit(size * 1000)) ms" }
  if size < 0.999_5 { return "\(sign)\(Int((size * 1000).rounded())) ms" }
  if size < 59.95 { return "\(sign)\(oneDigit(size)) s" }
  // At most 2^63 seconds come in, and Double rounds that up to a number that Int cannot hold.
  let rounded = Int(exactly: size.rounded()) ?? Int.max
  func two(_ first: Int, _ firstUnit: String, _ second: Int, _ secondUnit: String) -> String {
    "\(sign)\(humanCount(first)) \(firstUnit)" + (second == 0 ? "" : " \(second) \(secondUnit)")
  }
  if rounded < 3600 { return two(rounded / 60, "min", rounded % 60, "s") }
  if rounded < 86_400 { return two(rounded / 3600, "h", rounded % 3600 / 60, "min") }
  return two(rounded / 86_400, "d", rounded % 86_400 / 3600, "h")
}

/// How long ago something happened: `just now`, `5 minutes ago`, `yesterday`, `in 3 days`.
///
/// Units are cut, not rounded: 119 seconds are 1 minute.
///
/// - Parameter age: The present minus the event; negative for an event to come.
public func relativeTime(_ age: Duration) -> String {
  let seconds = age.components.seconds
  let size = seconds.magnitude
  let isPast = seconds >= 0
  func phrase(_ count: UInt64, _ unit: String) -> String {
    let text = "\(count) \(unit)\(count == 1 ? "" : "s")"
    return isPast ? "\(text) ago" : "in \(text)"
  }
  switch size {
  case ..<10: return "just now"
  case ..<60: return phrase(size, "second")
  case ..<3600: return phrase(size / 60, "minute")
  case ..<86_400: return phrase(size / 3600, "hour")
  case ..<172_800: return isPast ? "yesterday" : "tomorrow"
  case ..<2_592_000: return phrase(size / 86_400, "day")
  case ..<31_536_000: return phrase(size / 2_592_000, "month")
  default: return phrase(size / 31_536_000, "year")
  }
}

/// `value`, neither negative nor beyond 2^53, rounded to one digit after the point.
private func oneDigit(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}
