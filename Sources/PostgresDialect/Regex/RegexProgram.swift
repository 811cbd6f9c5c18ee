/// A nondeterministic automaton (Thompson's construction) for a part of a regular expression.
/// Source: <https://swtch.com/~rsc/regexp/regexp1.html>
struct RegexProgram {
  enum Instruction {
    /// Takes a character of the set and goes on behind.
    case set(Int)
    case split(Int, Int)
    case jump(Int)
    case assertion(RegexAssertion)
    case look(Int)
    case match
  }

  struct Look {
    var machine: RegexMachine
    var isAhead: Bool
    var isNegated: Bool
  }

  private(set) var instructions: [Instruction] = []
  private(set) var looks: [Look] = []
  /// Whether the text's ends are all that assertions ask for, so that a deterministic automaton can serve.
  private(set) var isContextFree = true

  static let limit = 60_000

  init(_ syntax: RegexSyntax, _ regex: RegexAlphabet, groups: [Int: RegexSyntax]) throws(SQLError) {
    var builder = Builder(alphabet: regex, groups: groups)
    try builder.add(syntax)
    builder.instructions.append(.match)
    instructions = builder.instructions
    looks = builder.looks
    isContextFree = builder.isContextFree
  }

  private struct Builder {
    let alphabet: RegexAlphabet
    /// The expressions of the groups: a back reference is first taken for any match of its group.
    let groups: [Int: RegexSyntax]
    var instructions: [Instruction] = []
    var looks: [Look] = []
    var isContextFree = true
    /// A repeated reference is matched without the assertions of its group.
    private var isWithinReference = false

    init(alphabet: RegexAlphabet, groups: [Int: RegexSyntax]) {
      self.alphabet = alphabet
      self.groups = groups
    }

    mutating func add(_ syntax: RegexSyntax) throws(SQLError) {
      if instructions.count > RegexProgram.limit { throw RegexParser.fail("regular expression is too complex") }
      switch syntax {
      case .set(let set): instructions.append(.set(alphabet.index(of: set)))
      case .sequence(let items): for item in items { try add(item) }
      case .group(_, let inner): try add(inner)
      case .alternation(let branches): try add(branches[...])
      case .repetition(let inner, let bounds): try add(inner, bounds)
      case .backReference(let number):
        let outer = isWithinReference
        isWithinReference = true
        try add(groups[number] ?? .empty)
        isWithinReference = outer
      case .assertion(let assertion):
        if isWithinReference { return }
        if assertion != .textStart && assertion != .textEnd { isContextFree = false }
        instructions.append(.assertion(assertion))
      case .look(let inner, let isAhead, let isNegated):
        if isWithinReference { return }
        isContextFree = false
        let program = try RegexProgram(inner, alphabet, groups: groups)
        looks.append(Look(machine: RegexMachine(program, alphabet), isAhead: isAhead, isNegated: isNegated))
        instructions.append(.look(looks.count - 1))
      }
    }

    private mutating func add(_ branches: ArraySlice<RegexSyntax>) throws(SQLError) {
      guard let first = branches.first else { return }
      guard branches.count > 1 else { return try add(first) }
      let split = instructions.count
      instructions.append(.jump(0))
      try add(first)
      let exit = instructions.count
      instructions.append(.jump(0))
      instructions[split] = .split(split + 1, instructions.count)
      try add(branches.dropFirst())
      instructions[exit] = .jump(instructions.count)
    }

    private mutating func add(_ inner: RegexSyntax, _ bounds: RegexBounds) throws(SQLError) {
      for _ in 0..<bounds.least { try add(inner) }
      guard let most = bounds.most else {
        let split = instructions.count
        instructions.append(.jump(0))
        try add(inner)
        instructions.append(.jump(split))
        instructions[split] = .split(split + 1, instructions.count)
        return
      }
      var splits: [Int] = []
      for _ in bounds.least..<Swift.max(most, bounds.least) {
        splits.append(instructions.count)
        instructions.append(.jump(0))
        try add(inner)
      }
      for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }
  }
}

/// The character sets of an expression, and the characters sorted by which of them they belong to: to the automata
/// all characters of one colour are the same.
final class RegexAlphabet {
  /// Set 0 are the characters of words, set 1 is the newline: assertions need them.
  private(set) var sets: [RegexSet] = [.word, .newline]
  private var indices: [RegexSet: Int] = [.word: 0, .newline: 1]
  private var colours: [[Bool]: Int32] = [:]
  private(set) var members: [[Bool]] = []
  private var ascii = [Int32](repeating: -1, count: 128)
  private var others: [UInt32: Int32] = [:]

  /// The index of a set. All sets are asked for before the first character is looked up.
  func index(of set: RegexSet) -> Int {
    if let index = indices[set] { return index }
    indices[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }

  func colour(of code: UInt32) -> Int32 {
    if code < 128 {
      let known = ascii[Int(code)]
      if known >= 0 { return known }
    } else if let known = others[code] {
      return known
    }
    let membership = sets.map { $0.contains(code) }
    let colour: Int32
    if let known = colours[membership] {
      colour = known
    } else {
      colour = Int32(members.count)
      colours[membership] = colour
      members.append(membership)
    }
    if code < 128 { ascii[Int(code)] = colour } else { others[code] = colour }
    return colour
  }
}
