/// A regular expression of PostgreSQL's advanced kind, compiled once and used for many texts.
///
/// A test for a match and the search for its range take time proportional to the text and the expression. Where
/// groups inside repetitions or back references make more necessary, work is bounded and exceeding the bound is an
/// error.
///
/// Not `Sendable`: states of its automata are made while matching.
///
/// Source: <https://www.postgresql.org/docs/15/functions-matching.html#FUNCTIONS-POSIX-REGEXP>
public final class PostgresRegex {
  public let options: RegexOptions
  public let groupCount: Int
  let tree: RegexNode
  let alphabet = RegexAlphabet()
  private let groups: [Int: RegexSyntax]

  /// - Throws: 2201B for an expression that cannot be read.
  public init(_ pattern: String, options: RegexOptions = RegexOptions()) throws(SQLError) {
    var parser = try RegexParser(pattern, options)
    let syntax = try parser.parse()
    self.options = parser.options
    groupCount = parser.groupCount
    tree = RegexNode.tree(syntax)
    var groups: [Int: RegexSyntax] = [:]
    Self.collect(syntax, &groups)
    self.groups = groups
    Self.register(syntax, alphabet)
    tree.machine = RegexMachine(try RegexProgram(syntax, alphabet, groups: groups), alphabet)
  }

  private static func collect(_ syntax: RegexSyntax, _ groups: inout [Int: RegexSyntax]) {
    switch syntax {
    case .group(let number, let inner):
      if let number { groups[number] = inner }
      collect(inner, &groups)
    case .sequence(let items), .alternation(let items): for item in items { collect(item, &groups) }
    case .repetition(let inner, _): collect(inner, &groups)
    case .look, .set, .assertion, .backReference: break
    }
  }

  private static func register(_ syntax: RegexSyntax, _ alphabet: RegexAlphabet) {
    switch syntax {
    case .set(let set): _ = alphabet.index(of: set)
    case .group(_, let inner), .repetition(let inner, _), .look(let inner, _, _): register(inner, alphabet)
    case .sequence(let items), .alternation(let items): for item in items { register(item, alphabet) }
    case .assertion, .backReference: break
    }
  }

  func machine(_ node: RegexNode) throws(SQLError) -> RegexMachine {
    if let machine = node.machine { return machine }
    let machine = RegexMachine(try RegexProgram(node.syntax, alphabet, groups: groups), alphabet)
    node.machine = machine
    return machine
  }

  /// Whether the expression matches somewhere in the text.
  public func matches(_ text: String) throws(SQLError) -> Bool {
    var search = RegexSearch(self, text.unicodeScalars.map(\.value))
    return try search.isMatch()
  }
}
