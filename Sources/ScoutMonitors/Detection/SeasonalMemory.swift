/// The values of the last days by time of day.
///
/// The day has slots of five minutes; a slot keeps the mean of its values for each of its last eight days. So one
/// value a second and one an hour need the same, bounded memory: 288 slots of eight days. Values that arrive for an
/// earlier day, as after a clock went back, join that day when it is still kept.
struct SeasonalMemory: Sendable {
  private struct Day: Sendable {
    var day: Int64
    var sum: Double
    var count: Double
  }

  static let day: Int64 = 86_400_000_000
  static let slot: Int64 = 300_000_000
  static let keptDays = 8
  private var slots: [[Day]] = Array(repeating: [], count: Int(day / slot))

  private static func place(_ microseconds: Int64) -> (slot: Int, day: Int64) {
    var day = microseconds / Self.day
    var rest = microseconds % Self.day
    if rest < 0 {
      rest += Self.day
      day -= 1
    }
    return (Int(rest / slot), day)
  }

  /// The median at this time of day on the eight days before; nil when none is known.
  func median(at microseconds: Int64) -> Double? {
    let (slot, day) = Self.place(microseconds)
    var values: [Double] = []
    values.reserveCapacity(Self.keptDays)
    for past in slots[slot] where past.day < day && past.day >= day - Int64(Self.keptDays) {
      values.append(past.sum / past.count)
    }
    guard !values.isEmpty else { return nil }
    values.sort()
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  mutating func append(_ value: Double, at microseconds: Int64) {
    let (slot, day) = Self.place(microseconds)
    if let index = slots[slot].lastIndex(where: { $0.day == day }) {
      slots[slot][index].sum += value
      slots[slot][index].count += 1
      return
    }
    let position = slots[slot].firstIndex { $0.day > day } ?? slots[slot].count
    slots[slot].insert(Day(day: day, sum: value, count: 1), at: position)
    // The current day and eight before it.
    if slots[slot].count > Self.keptDays + 1 { slots[slot].removeFirst() }
  }
}
