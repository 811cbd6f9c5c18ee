/// The text that an expression is matched against.
final class RegexInput {
  let scalars: [UInt32]
  let colours: [Int32]
  let alphabet: RegexAlphabet
  /// Characters looked at so far, over all parts of the expression.
  private(set) var steps = 0

  init(_ scalars: [UInt32], _ alphabet: RegexAlphabet) {
    self.scalars = scalars
    self.alphabet = alphabet
    colours = scalars.map { alphabet.colour(of: $0) }
  }

  var count: Int { scalars.count }

  /// Beyond it a match is given up: expressions with back references or groups inside repetitions may need time
  /// that grows exponentially with the text.
  static let limit = 40_000_000

  func spend(_ count: Int) throws(SQLError) {
    steps += count
    if steps > Self.limit {
      throw SQLError(
        .programLimitExceeded, "regular expression needs too many steps",
        hint: "Use simpler groups, or a shorter text.")
    }
  }

  func isWord(_ position: Int) -> Bool {
    position >= 0 && position < count && alphabet.members[Int(colours[position])][0]
  }

  func isNewline(_ position: Int) -> Bool { position >= 0 && position < count && scalars[position] == 10 }

  func holds(_ assertion: RegexAssertion, at position: Int) -> Bool {
    switch assertion {
    case .textStart: position == 0
    case .textEnd: position == count
    case .lineStart: position == 0 || isNewline(position - 1)
    case .lineEnd: position == count || isNewline(position)
    case .wordStart: !isWord(position - 1) && isWord(position)
    case .wordEnd: isWord(position - 1) && !isWord(position)
    case .wordBoundary: isWord(position - 1) != isWord(position)
    case .noWordBoundary: isWord(position - 1) == isWord(position)
    }
  }
}

/// Runs a program over a text: deterministic states are made on the way and kept, unless an assertion depends on
/// what stands around it.
final class RegexMachine {
  private let program: RegexProgram
  private let alphabet: RegexAlphabet

  init(_ program: RegexProgram, _ alphabet: RegexAlphabet) {
    self.program = program
    self.alphabet = alphabet
  }

  // MARK: Questions

  /// The longest match that starts at `start` and ends at `limit` or before.
  func longest(_ input: RegexInput, from start: Int, limit: Int) throws(SQLError) -> Int? {
    try run(input, from: start, limit: limit, isUnanchored: false) { _ in false }.last
  }

  /// The shortest match that starts at `start` and ends between `least` and `limit`.
  func shortest(_ input: RegexInput, from start: Int, least: Int, limit: Int) throws(SQLError) -> Int? {
    let ends = try run(input, from: start, limit: limit, isUnanchored: false) { $0 >= least }
    return ends.last.flatMap { $0 >= least ? $0 : nil }
  }

  /// Whether the part matches exactly there.
  func matches(_ input: RegexInput, from start: Int, to end: Int) throws(SQLError) -> Bool {
    try longest(input, from: start, limit: end) == end
  }

  /// Where the first match to be completed ends, and a place before which no match starts.
  func search(_ input: RegexInput, from start: Int) throws(SQLError) -> (end: Int, cold: Int)? {
    let found = try run(input, from: start, limit: input.count, isUnanchored: true) { _ in true }
    return found.last.map { ($0, found.cold) }
  }

  /// Whether some match that starts at 0 or later ends exactly at `position`.
  fileprivate func endsAt(_ position: Int, _ input: RegexInput) throws(SQLError) -> Bool {
    // Matches are looked for from the front, so that each lookbehind costs the text before it.
    var current = try context(closing: [0], input, 0)
    for place in 0..<position {
      try input.spend(1 + current.count)
      current = try context(closing: step(current, input.colours[place]) + [0], input, place + 1)
    }
    return current.contains { if case .match = program.instructions[Int($0)] { true } else { false } }
  }

  // MARK: Running

  private func run(
    _ input: RegexInput, from start: Int, limit: Int, isUnanchored: Bool, _ stops: (Int) -> Bool
  ) throws(SQLError) -> (last: Int?, cold: Int) {
    program.isContextFree
      ? try runStates(input, from: start, limit: limit, isUnanchored: isUnanchored, stops)
      : try runSets(input, from: start, limit: limit, isUnanchored: isUnanchored, stops)
  }

  private func runStates(
    _ input: RegexInput, from start: Int, limit: Int, isUnanchored: Bool, _ stops: (Int) -> Bool
  ) throws(SQLError) -> (last: Int?, cold: Int) {
    if states.count > Self.stateLimit { reset() }
    var last: Int?
    var cold = start
    var position = start
    let end = input.count
    let initial = initialState(atStart: start == 0, isUnanchored: isUnanchored)
    var state = initial
    let restart = isUnanchored ? initialState(atStart: false, isUnanchored: true) : -1
    while true {
      let accepts = position == end ? states[state].acceptsAtEnd : states[state].accepts
      if accepts {
        last = position
        if stops(position) { break }
      }
      if position >= limit || (states[state].kernel.isEmpty && !isUnanchored) { break }
      let colour = Int(input.colours[position])
      let known = colour < states[state].next.count ? states[state].next[colour] : -1
      state = known >= 0 ? Int(known) : successor(of: state, colour, isUnanchored: isUnanchored)
      position += 1
      if state == restart { cold = position }
    }
    try input.spend(position - start + 1)
    return (last, cold)
  }

  private func runSets(
    _ input: RegexInput, from start: Int, limit: Int, isUnanchored: Bool, _ stops: (Int) -> Bool
  ) throws(SQLError) -> (last: Int?, cold: Int) {
    var last: Int?
    var position = start
    var current = try context(closing: [0], input, position)
    while true {
      try input.spend(1 + current.count)
      if current.contains(where: { if case .match = program.instructions[Int($0)] { true } else { false } }) {
        last = position
        if stops(position) { break }
      }
      if position >= limit || (current.isEmpty && !isUnanchored) { break }
      let next = step(current, input.colours[position])
      position += 1
      current = try context(closing: isUnanchored ? next + [0] : next, input, position)
    }
    return (last, start)
  }

  // MARK: Sets of instructions

  /// The instructions behind those that take a character of the colour.
  private func step(_ current: [Int32], _ colour: Int32) -> [Int32] {
    var next: [Int32] = []
    let member = alphabet.members[Int(colour)]
    for index in current {
      if case .set(let set) = program.instructions[Int(index)], member[set] { next.append(index + 1) }
    }
    return next
  }

  private var marks: [Int] = []
  private var mark = 0

  /// What the instructions lead to without taking a character.
  ///
  /// - Parameter holds: Whether an assertion or lookaround lets pass.
  private func closure(_ starts: [Int32], _ holds: (RegexProgram.Instruction) -> Bool) -> [Int32] {
    if marks.isEmpty { marks = [Int](repeating: 0, count: program.instructions.count) }
    mark += 1
    var result: [Int32] = []
    var pending = Array(starts.reversed())
    while let index = pending.popLast() {
      if marks[Int(index)] == mark { continue }
      marks[Int(index)] = mark
      switch program.instructions[Int(index)] {
      case .set, .match: result.append(index)
      case .jump(let target): pending.append(Int32(target))
      case .split(let first, let second): pending += [Int32(second), Int32(first)]
      case .assertion, .look:
        if holds(program.instructions[Int(index)]) { pending.append(index + 1) }
      }
    }
    return result
  }

  /// The closure in a text, lookarounds included: they are asked before, as they run machines of their own.
  private func context(closing starts: [Int32], _ input: RegexInput, _ position: Int) throws(SQLError) -> [Int32] {
    var answers: [Bool?] = Array(repeating: nil, count: program.looks.count)
    while true {
      var missing: Int?
      let result = closure(starts) { instruction in
        switch instruction {
        case .assertion(let kind): return input.holds(kind, at: position)
        case .look(let index):
          if answers[index] == nil { missing = index }
          return answers[index] ?? false
        default: return false
        }
      }
      guard let index = missing else { return result }
      let look = program.looks[index]
      let holds =
        look.isAhead
        ? try look.machine.shortest(input, from: position, least: position, limit: input.count) != nil
        : try look.machine.endsAt(position, input)
      answers[index] = holds != look.isNegated
    }
  }

  // MARK: Deterministic states

  private struct State {
    /// The instructions that take a character.
    var kernel: [Int32]
    var accepts: Bool
    var acceptsAtEnd: Bool
    /// The state after each colour; -1 where it is not known yet.
    var next: [Int32] = []
  }

  private struct Key: Hashable {
    var starts: [Int32]
    var atStart: Bool
    var isUnanchored: Bool
  }

  private var states: [State] = []
  private var numbers: [Key: Int] = [:]

  /// Beyond it the states are forgotten before the next run.
  private static let stateLimit = 3000

  private func reset() {
    states = []
    numbers = [:]
  }

  private func initialState(atStart: Bool, isUnanchored: Bool) -> Int {
    state(Key(starts: [0], atStart: atStart, isUnanchored: isUnanchored))
  }

  private func state(_ key: Key) -> Int {
    if let known = numbers[key] { return known }
    func closed(atEnd: Bool) -> [Int32] {
      closure(key.starts) { instruction in
        guard case .assertion(let kind) = instruction else { return false }
        return kind == .textStart ? key.atStart : atEnd
      }
    }
    func accepts(_ set: [Int32]) -> Bool {
      set.contains { if case .match = program.instructions[Int($0)] { true } else { false } }
    }
    let inside = closed(atEnd: false)
    states.append(
      State(
        kernel: inside.filter { if case .set = program.instructions[Int($0)] { true } else { false } },
        accepts: accepts(inside), acceptsAtEnd: accepts(closed(atEnd: true))))
    numbers[key] = states.count - 1
    return states.count - 1
  }

  private func successor(of state: Int, _ colour: Int, isUnanchored: Bool) -> Int {
    var starts = Set(step(states[state].kernel, Int32(colour)))
    if isUnanchored { starts.insert(0) }
    let next = self.state(Key(starts: starts.sorted(), atStart: false, isUnanchored: isUnanchored))
    let missing = colour + 1 - states[state].next.count
    if missing > 0 { states[state].next += Array(repeating: -1, count: missing) }
    states[state].next[colour] = Int32(next)
    return next
  }
}
