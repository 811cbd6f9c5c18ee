/// A binary heap: its least element first.
///
/// Elements that are no longer wanted stay until they come up; the scheduler recognises them by their generation.
struct PriorityHeap<Element: Comparable & Sendable>: Sendable {
  private(set) var elements: [Element] = []

  var count: Int { elements.count }
  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard element < elements[parent] else { break }
      elements[child] = elements[parent]
      child = parent
    }
    elements[child] = element
  }

  @discardableResult
  mutating func removeFirst() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let result = elements.first else { return last }
    // The hole goes down to where `last` fits.
    var hole = 0
    let count = elements.count
    while true {
      var child = 2 * hole + 1
      guard child < count else { break }
      if child + 1 < count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < last else { break }
      elements[hole] = elements[child]
      hole = child
    }
    elements[hole] = last
    return result
  }

  /// Keeps only what is still wanted. O(*n*).
  mutating func compact(_ isWanted: (Element) -> Bool) {
    elements.removeAll { !isWanted($0) }
    // A sorted array is a heap.
    elements.sort()
  }
}
