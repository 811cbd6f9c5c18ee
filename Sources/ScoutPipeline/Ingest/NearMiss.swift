/// "Did you mean …?" for names that somebody mistyped.
enum NearMiss {
  /// `; did you mean "…"?` with the nearest candidate, or nothing when none is near.
  static func suggestion(for name: String, among candidates: [String]) -> String {
    guard let near = nearest(to: name, among: candidates) else { return "" }
    return "; did you mean \"\(near)\"?"
  }

  static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let limit = Swift.max(1, wanted.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate.count <= 200 {
      let distance = distance(wanted, Array(candidate.lowercased()))
      if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.name
  }

  /// Damerau's distance with adjacent swaps (optimal string alignment).
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var cost = Swift.min(
          last[column + 1] + 1, current[column] + 1, last[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = Swift.min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
