/// Reads a `jsonpath` by precedence: `||`, `&&`, comparisons, `+ -`, `* / %`, signs, steps.
struct JSONPathParser {
  private var lexer: JSONPathLexer
  private var token = JSONPathLexer.Token.end
  private var depth = 0
  /// How many operators and steps were read: chains of them are deep trees.
  private var size = 0
  /// Whether `@` and `last` have a meaning here.
  private var filterDepth = 0
  private var subscriptDepth = 0

  /// How many parentheses and filters may be open.
  private static let maximumDepth = 100
  private static let maximumSize = 500

  init(_ text: String) throws(SQLError) {
    lexer = JSONPathLexer(text)
    token = try lexer.next()
    if token == .end {
      throw SQLError(.invalidTextRepresentation, "invalid input syntax for type jsonpath: \"\(text)\"")
    }
  }

  mutating func parse() throws(SQLError) -> (isLax: Bool, JSONPathNode) {
    var isLax = true
    if isKeyword("strict") || isKeyword("lax") {
      isLax = isKeyword("lax")
      try advance()
    }
    let node = try disjunction()
    guard token == .end else { throw unexpected }
    return (isLax, node)
  }

  // MARK: Tokens

  private var unexpected: SQLError { lexer.failure("syntax error") }

  private mutating func advance() throws(SQLError) { token = try lexer.next() }

  private mutating func accept(_ symbol: String) throws(SQLError) -> Bool {
    guard token == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  private mutating func expect(_ symbol: String) throws(SQLError) {
    guard try accept(symbol) else { throw unexpected }
  }

  /// Keywords are read in any case, but `true`, `false` and `null` in lower case only.
  private func isKeyword(_ name: String) -> Bool {
    guard case .word(let word) = token else { return false }
    return ["true", "false", "null"].contains(name) ? word == name : word.lowercased() == name
  }

  private mutating func acceptKeyword(_ name: String) throws(SQLError) -> Bool {
    guard isKeyword(name) else { return false }
    try advance()
    return true
  }

  private mutating func enter() throws(SQLError) {
    depth += 1
    guard depth <= Self.maximumDepth else { throw JSONSyntax.tooDeep }
  }

  private mutating func count() throws(SQLError) {
    size += 1
    guard size <= Self.maximumSize else { throw JSONSyntax.tooDeep }
  }

  // MARK: Conditions

  private mutating func disjunction() throws(SQLError) -> JSONPathNode {
    var left = try conjunction()
    while token == .symbol("||") {
      guard left.isPredicate else { throw unexpected }
      try count()
      try advance()
      let right = try conjunction()
      guard right.isPredicate else { throw unexpected }
      left = .or(left, right)
    }
    return left
  }

  private mutating func conjunction() throws(SQLError) -> JSONPathNode {
    var left = try comparison()
    while token == .symbol("&&") {
      guard left.isPredicate else { throw unexpected }
      try count()
      try advance()
      let right = try comparison()
      guard right.isPredicate else { throw unexpected }
      left = .and(left, right)
    }
    return left
  }

  private mutating func comparison() throws(SQLError) -> JSONPathNode {
    if try accept("!") {
      try enter()
      defer { depth -= 1 }
      if isKeyword("exists") { return .not(try exists()) }
      guard token == .symbol("(") else { throw unexpected }
      try advance()
      let argument = try disjunction()
      guard argument.isPredicate else { throw unexpected }
      try expect(")")
      return .not(argument)
    }
    let left = try sum()
    if left.isPredicate { return left }
    if case .symbol(let symbol) = token, let comparison = JSONPathNode.Comparison(rawValue: symbol) {
      try advance()
      let right = try sum()
      guard !right.isPredicate else { throw unexpected }
      return .comparison(comparison, left, right)
    }
    if try acceptKeyword("starts") {
      guard try acceptKeyword("with") else { throw unexpected }
      switch token {
      case .string(let text):
        try advance()
        return .startsWith(left, .literal(.string(text)))
      case .variable(let name):
        try advance()
        return .startsWith(left, .variable(name))
      default: throw unexpected
      }
    }
    if try acceptKeyword("like_regex") { return try likeRegex(left) }
    return left
  }

  private mutating func exists() throws(SQLError) -> JSONPathNode {
    try advance()
    try expect("(")
    try enter()
    let argument = try disjunction()
    guard !argument.isPredicate else { throw unexpected }
    depth -= 1
    try expect(")")
    return .exists(argument)
  }

  private mutating func likeRegex(_ operand: JSONPathNode) throws(SQLError) -> JSONPathNode {
    guard case .string(let pattern) = token else { throw unexpected }
    try advance()
    var given = ""
    if try acceptKeyword("flag") {
      guard case .string(let flags) = token else { throw unexpected }
      given = flags
      try advance()
    }
    for flag in given where !"ismxq".contains(flag) {
      throw SQLError(
        .syntaxError, "invalid input syntax for type jsonpath",
        detail: "Unrecognized flag character \"\(flag)\" in LIKE_REGEX predicate.")
    }
    if given.contains("x"), !given.contains("q") {
      throw SQLError(
        .featureNotSupported, "XQuery \"x\" flag (expanded regular expressions) is not implemented")
    }
    var options = RegexOptions()
    options.ignoresCase = given.contains("i")
    options.isLiteral = given.contains("q")
    if !options.isLiteral {
      options.stopsAtNewline = !given.contains("s")
      options.anchorsAtNewline = given.contains("m")
    }
    let regex = JSONPathRegex(
      pattern: pattern, flags: "ismxq".filter { given.contains($0) },
      regex: try PostgresRegex(pattern, options: options))
    return .likeRegex(operand, regex)
  }

  // MARK: Arithmetic

  private mutating func sum() throws(SQLError) -> JSONPathNode {
    var left = try product()
    while case .symbol(let symbol) = token, symbol == "+" || symbol == "-" {
      left = try arithmetic(left, symbol == "+" ? .add : .subtract) { (parser) throws(SQLError) in
        try parser.product()
      }
    }
    return left
  }

  private mutating func product() throws(SQLError) -> JSONPathNode {
    var left = try signed()
    while case .symbol(let symbol) = token, ["*", "/", "%"].contains(symbol),
      let operation = JSONPathNode.Arithmetic(rawValue: symbol)
    {
      left = try arithmetic(left, operation) { (parser) throws(SQLError) in try parser.signed() }
    }
    return left
  }

  private mutating func arithmetic(
    _ left: JSONPathNode, _ operation: JSONPathNode.Arithmetic,
    _ operand: (inout JSONPathParser) throws(SQLError) -> JSONPathNode
  ) throws(SQLError) -> JSONPathNode {
    guard !left.isPredicate else { throw unexpected }
    try count()
    try advance()
    let right = try operand(&self)
    guard !right.isPredicate else { throw unexpected }
    return .binary(operation, left, right)
  }

  private mutating func signed() throws(SQLError) -> JSONPathNode {
    for sign in [JSONPathNode.Sign.plus, .minus] where token == .symbol(sign.rawValue) {
      try advance()
      try enter()
      let operand = try signed()
      depth -= 1
      guard !operand.isPredicate else { throw unexpected }
      // A sign before a number belongs to it.
      if case .literal(.number(let number)) = operand {
        return .literal(.number(sign == .minus ? number.negated : number))
      }
      return .unary(sign, operand)
    }
    return try accessed()
  }

  // MARK: Values and steps

  private mutating func accessed() throws(SQLError) -> JSONPathNode {
    let head: JSONPathNode
    if isKeyword("exists") { return try exists() }
    if try accept("(") {
      try enter()
      let inner = try disjunction()
      depth -= 1
      try expect(")")
      if inner.isPredicate, isKeyword("is") {
        try advance()
        guard try acceptKeyword("unknown") else { throw unexpected }
        return .isUnknown(inner)
      }
      head = inner
    } else {
      head = try primary()
    }
    var steps: [JSONPathStep] = []
    while let step = try step() {
      try count()
      steps.append(step)
    }
    guard !steps.isEmpty else { return head }
    if case .path(let inner, let first) = head { return .path(inner, first + steps) }
    return .path(head, steps)
  }

  private mutating func primary() throws(SQLError) -> JSONPathNode {
    let node: JSONPathNode
    switch token {
    case .string(let text): node = .literal(.string(text))
    case .number(let number, _): node = .literal(.number(number))
    case .variable(let name): node = .variable(name)
    case .symbol("$"): node = .root
    case .symbol("@"):
      guard filterDepth > 0 else { throw SQLError(.syntaxError, "@ is not allowed in root expressions") }
      node = .current
    case .word where isKeyword("true"): node = .literal(.boolean(true))
    case .word where isKeyword("false"): node = .literal(.boolean(false))
    case .word where isKeyword("null"): node = .literal(.null)
    case .word where isKeyword("last"):
      guard subscriptDepth > 0 else {
        throw SQLError(.syntaxError, "LAST is allowed only in array subscripts")
      }
      node = .last
    default: throw unexpected
    }
    try advance()
    return node
  }

  private mutating func step() throws(SQLError) -> JSONPathStep? {
    if try accept("?") {
      try expect("(")
      try enter()
      filterDepth += 1
      let predicate = try disjunction()
      guard predicate.isPredicate else { throw unexpected }
      filterDepth -= 1
      depth -= 1
      try expect(")")
      return .filter(predicate)
    }
    if try accept("[") { return try elements() }
    guard try accept(".") else { return nil }
    if try accept("*") { return .anyKey }
    if try accept("**") { return try descendants() }
    switch token {
    case .string(let name):
      try advance()
      return .key(name)
    case .word(let name):
      try advance()
      guard token == .symbol("(") else { return .key(name) }
      if let method = JSONPathStep.Method.allCases.first(where: { name.lowercased() == $0.rawValue }) {
        try advance()
        try expect(")")
        return .method(method)
      }
      guard name.lowercased() == "datetime" else { throw unexpected }
      try advance()
      var template: String?
      if case .string(let text) = token {
        template = text
        try advance()
      }
      try expect(")")
      return .datetime(template: template)
    default: throw unexpected
    }
  }

  private mutating func elements() throws(SQLError) -> JSONPathStep {
    if try accept("*") {
      try expect("]")
      return .anyElement
    }
    try enter()
    subscriptDepth += 1
    var ranges: [(from: JSONPathNode, to: JSONPathNode?)] = []
    repeat {
      let from = try sum()
      guard !from.isPredicate else { throw unexpected }
      var end: JSONPathNode?
      if try acceptKeyword("to") {
        let to = try sum()
        guard !to.isPredicate else { throw unexpected }
        end = to
      }
      ranges.append((from, end))
    } while try accept(",")
    subscriptDepth -= 1
    depth -= 1
    try expect("]")
    return .elements(ranges)
  }

  private mutating func descendants() throws(SQLError) -> JSONPathStep {
    guard try accept("{") else { return .descendants(first: 0, last: nil) }
    let first = try level()
    var last = first
    if try acceptKeyword("to") { last = try level() }
    try expect("}")
    return .descendants(first: first, last: last)
  }

  private mutating func level() throws(SQLError) -> UInt32? {
    if try acceptKeyword("last") { return nil }
    guard case .number(let number, true) = token else { throw unexpected }
    try advance()
    guard let level = try? number.int32() else {
      throw SQLError(
        .invalidTextRepresentation, "value \"\(number)\" is out of range for type integer")
    }
    return UInt32(level)
  }
}
