/// One match of one expression in one text.
struct RegexMatch: Sendable {
  var range: Range<Int>
  /// The groups from 1; nil where a group took no part.
  var groups: [Range<Int>?]
}

/// Finds matches in one text, in PostgreSQL's sense: the first, and of those that start there the longest or the
/// shortest.
struct RegexSearch {
  let regex: PostgresRegex
  let input: RegexInput
  private var groups: [Range<Int>?]

  init(_ regex: PostgresRegex, _ scalars: [UInt32]) {
    self.regex = regex
    input = RegexInput(scalars, regex.alphabet)
    groups = Array(repeating: nil, count: regex.groupCount)
  }

  /// Whether there is a match at all.
  mutating func isMatch() throws(SQLError) -> Bool {
    if regex.tree.traits.contains(.refersBack) { return try first(from: 0) != nil }
    return try regex.machine(regex.tree).search(input, from: 0) != nil
  }

  /// The first match that starts at `start` or later.
  mutating func first(from start: Int, needsGroups: Bool = true) throws(SQLError) -> RegexMatch? {
    let tree = regex.tree
    let machine = try regex.machine(tree)
    guard start <= input.count, let found = try machine.search(input, from: start) else { return nil }
    let prefersShort = tree.traits.contains(.shorter)
    let refersBack = tree.traits.contains(.refersBack)
    var begin = found.cold
    while begin <= (refersBack ? input.count : found.end) {
      var least = begin
      var limit = input.count
      while true {
        let end =
          prefersShort
          ? try machine.shortest(input, from: begin, least: least, limit: limit)
          : try machine.longest(input, from: begin, limit: limit)
        guard let end else { break }
        groups = Array(repeating: nil, count: regex.groupCount)
        if !needsGroups && !refersBack { return RegexMatch(range: begin..<end, groups: groups) }
        if try divide(tree, begin, end) { return RegexMatch(range: begin..<end, groups: groups) }
        if prefersShort {
          if end == limit { break }
          least = end + 1
        } else {
          if end == begin { break }
          limit = end - 1
        }
      }
      begin += 1
    }
    return nil
  }

  // MARK: Division

  /// Divides a range that the part matches among the parts inside, and sets the groups.
  private mutating func divide(_ node: RegexNode, _ begin: Int, _ end: Int) throws(SQLError) -> Bool {
    let isDivided: Bool
    switch node.kind {
    case .plain: isDivided = true
    case .wrapper(let inner): isDivided = try divide(inner, begin, end)
    case .concatenation(let left, let right): isDivided = try divide(left, right, begin, end)
    case .alternatives(let nodes): isDivided = try divideFirst(of: nodes, begin, end)
    case .iteration(let inner, let bounds):
      isDivided =
        inner.traits.contains(.shorter)
        ? try repeatShortest(inner, bounds, begin, end) : try repeatLongest(inner, bounds, begin, end)
    case .backReference(let number, let bounds): isDivided = try refers(to: number, bounds, begin, end)
    }
    if isDivided, let group = node.group { groups[group - 1] = begin..<end }
    return isDivided
  }

  private mutating func forget(_ node: RegexNode) {
    for group in node.groups { groups[group - 1] = nil }
  }

  private mutating func divide(_ left: RegexNode, _ right: RegexNode, _ begin: Int, _ end: Int) throws(SQLError)
    -> Bool
  {
    let first = try regex.machine(left)
    let second = try regex.machine(right)
    let isShort = left.traits.contains(.shorter)
    var middle =
      isShort
      ? try first.shortest(input, from: begin, least: begin, limit: end)
      : try first.longest(input, from: begin, limit: end)
    while let place = middle {
      if try second.matches(input, from: place, to: end) {
        if try divide(left, begin, place), try divide(right, place, end) { return true }
        forget(left)
        forget(right)
      }
      if isShort {
        if place == end { return false }
        middle = try first.shortest(input, from: begin, least: place + 1, limit: end)
      } else {
        if place == begin { return false }
        middle = try first.longest(input, from: begin, limit: place - 1)
      }
    }
    return false
  }

  private mutating func divideFirst(of nodes: [RegexNode], _ begin: Int, _ end: Int) throws(SQLError) -> Bool {
    for node in nodes where try regex.machine(node).matches(input, from: begin, to: end) {
      if try divide(node, begin, end) { return true }
      forget(node)
    }
    return false
  }

  /// The bounds of a repetition over a range: at least one round, and no more rounds than characters unless needed.
  private func rounds(_ bounds: RegexBounds, _ length: Int) -> (least: Int, most: Int) {
    let least = Swift.max(bounds.least, 1)
    return (least, Swift.max(least, Swift.min(length, bounds.most ?? length)))
  }

  private mutating func repeatLongest(_ node: RegexNode, _ bounds: RegexBounds, _ begin: Int, _ end: Int)
    throws(SQLError) -> Bool
  {
    let (least, most) = rounds(bounds, end - begin)
    let machine = try regex.machine(node)
    var ends = [begin] + Array(repeating: begin, count: most)
    var verified = 0
    var round = 1
    var limit = end
    while round > 0 {
      var mustShorten = false
      if let place = try machine.longest(input, from: ends[round - 1], limit: limit) {
        ends[round] = place
        verified = Swift.min(verified, round - 1)
        if place != end {
          if round >= most {
            round -= 1
            mustShorten = true
          } else if place == ends[round - 1] && (round >= least || least - round < end - place) {
            mustShorten = true
          } else {
            round += 1
            limit = end
            continue
          }
        } else if round < least {
          mustShorten = true
        } else {
          let failed = try verify(node, ends, verified, round)
          guard let failed else { return true }
          verified = failed - 1
          round = failed
          mustShorten = true
        }
      } else {
        round -= 1
        mustShorten = true
      }
      guard mustShorten else { continue }
      while round > 0 {
        let before = ends[round - 1]
        if ends[round] > before {
          limit = ends[round] - 1
          if limit > before || (round < least && least - round >= end - before) { break }
        }
        round -= 1
      }
    }
    // No round at all.
    return bounds.least == 0 && begin == end
  }

  private mutating func repeatShortest(_ node: RegexNode, _ bounds: RegexBounds, _ begin: Int, _ end: Int)
    throws(SQLError) -> Bool
  {
    // Unlike the greedy repetition, this one takes no round where none is needed.
    if bounds.least == 0 && begin == end { return true }
    let (least, most) = rounds(bounds, end - begin)
    let machine = try regex.machine(node)
    var ends = [begin] + Array(repeating: begin, count: most)
    var verified = 0
    var round = 1
    var limit = begin
    while round > 0 {
      // A round takes a character unless empty rounds are needed; the last allowed one must reach the end.
      if limit == ends[round - 1] && limit != end && (round >= least || least - round < end - limit) { limit += 1 }
      if round >= most { limit = end }
      var mustLengthen = true
      if let place = try machine.shortest(input, from: ends[round - 1], least: limit, limit: end) {
        ends[round] = place
        verified = Swift.min(verified, round - 1)
        if place != end {
          if round >= most {
            round -= 1
          } else {
            round += 1
            limit = place
            mustLengthen = false
          }
        } else if round >= least {
          let failed = try verify(node, ends, verified, round)
          guard let failed else { return true }
          verified = failed - 1
          round = failed
        }
      } else {
        round -= 1
      }
      guard mustLengthen else { continue }
      while round > 0 {
        if ends[round] < end {
          limit = ends[round] + 1
          break
        }
        round -= 1
      }
    }
    return false
  }

  /// Divides the rounds that are not verified yet.
  ///
  /// - Returns: The round that cannot be divided; nil when all can.
  private mutating func verify(_ node: RegexNode, _ ends: [Int], _ verified: Int, _ last: Int) throws(SQLError)
    -> Int?
  {
    for round in (verified + 1)...last {
      forget(node)
      if !(try divide(node, ends[round - 1], ends[round])) { return round }
    }
    return nil
  }

  private func refers(to number: Int, _ bounds: RegexBounds, _ begin: Int, _ end: Int) throws(SQLError) -> Bool {
    guard let group = groups[number - 1] else { return false }
    let length = end - begin
    try input.spend(length + 1)
    if group.isEmpty { return length == 0 }
    if length == 0 { return bounds.least == 0 }
    guard length % group.count == 0 else { return false }
    let count = length / group.count
    guard count >= bounds.least, count <= bounds.most ?? count else { return false }
    return (0..<length).allSatisfy { offset in
      same(input.scalars[begin + offset], input.scalars[group.lowerBound + offset % group.count])
    }
  }

  private func same(_ a: UInt32, _ b: UInt32) -> Bool {
    a == b || (regex.options.ignoresCase && RegexCase.variants(of: a).contains(b))
  }
}
