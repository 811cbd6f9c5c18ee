/// Lines that arrive later than they were made, earliest arrival first; equal arrivals keep the order they were made in.
///
/// A binary heap. Its size is bounded by the lines that are late at one moment, not by the length of the period.
struct PendingLines: Sendable {
  struct Entry: Sendable {
    let arrival: Int
    fileprivate let order: Int
    let kind: GeneratedLine.Kind
    let bytes: [UInt8]

    fileprivate func precedes(_ other: Entry) -> Bool { (arrival, order) < (other.arrival, other.order) }
  }

  private var heap: [Entry] = []
  private var made = 0

  /// When the first line arrives; `nil` when none is pending.
  var firstArrival: Int? { heap.first?.arrival }

  mutating func insert(_ bytes: [UInt8], kind: GeneratedLine.Kind, arrival: Int) {
    heap.append(Entry(arrival: arrival, order: made, kind: kind, bytes: bytes))
    made += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[smallest]) {
        smallest = child
      }
      if smallest == parent { return first }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
