/// A priority queue that costs nothing where elements come in their order: its least element first.
///
/// Jobs of one kind mostly come by due time and with the same priority, so each is put behind the last one in O(1); one
/// that belongs before the last one goes into a heap beside, in O(log *n*).
struct ReadyQueue<Element: Comparable & Sendable>: Sendable {
  /// Ascending from `head` on.
  private var run: [Element] = []
  private var head = 0
  private var heap = PriorityHeap<Element>()

  var count: Int { run.count - head + heap.count }

  var first: Element? {
    guard head < run.count else { return heap.first }
    guard let other = heap.first else { return run[head] }
    return other < run[head] ? other : run[head]
  }

  mutating func insert(_ element: Element) {
    if let last = run.last, head < run.count, element < last {
      heap.insert(element)
    } else {
      run.append(element)
    }
  }

  mutating func removeFirst() {
    guard head < run.count else {
      heap.removeFirst()
      return
    }
    if let other = heap.first, other < run[head] {
      heap.removeFirst()
      return
    }
    head += 1
    // What has been given out goes when it is the larger part: each element is moved once on average.
    guard head >= 64, 2 * head >= run.count else { return }
    run.removeFirst(head)
    head = 0
  }
}
