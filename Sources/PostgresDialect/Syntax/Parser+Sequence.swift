/// CREATE SEQUENCE, and the same options behind identity columns.
extension Parser {
  func createSequence() throws(ParseFailure) -> Statement.Kind {
    advance()
    let ifNotExists = try ifNotExists()
    let name = try qualifiedName()
    var options = SequenceOptions()
    while try sequenceOption(of: &options) {}
    return .createSequence(name, ifNotExists: ifNotExists, options: options)
  }

  /// ALTER SEQUENCE; renaming and moving are those of relations.
  func alterSequence() throws(ParseFailure) -> Statement.Kind {
    let start = self.start
    advance()
    let ifExists = ifExists()
    let name = try anyName()
    if let action = try relationAction() {
      return .alterTable(AlterTable(kind: .sequence, table: name, ifExists: ifExists, actions: [action]))
    }
    if at(.set), peek().keyword == .logged || peek().keyword == .unlogged {
      throw unsupported("ALTER SEQUENCE SET LOGGED", from: start)
    }
    var options = SequenceOptions()
    guard try sequenceOption(of: &options, isAlter: true) else { throw unexpected() }
    while try sequenceOption(of: &options, isAlter: true) {}
    return .alterSequence(name, ifExists: ifExists, options: options)
  }

  /// Reads one option; false when there is none.
  func sequenceOption(of options: inout SequenceOptions, isAlter: Bool = false) throws(ParseFailure) -> Bool {
    let start = self.start
    switch token.keyword {
    case .as:
      advance()
      options.type = try typeName()
    case .cache:
      advance()
      options.cache = try sequenceNumber()
    case .cycle:
      advance()
      options.cycles = true
    case .increment:
      advance()
      _ = accept(.by)
      options.increment = try sequenceNumber()
    case .maxvalue:
      advance()
      options.maximum = try sequenceNumber()
    case .minvalue:
      advance()
      options.minimum = try sequenceNumber()
    case .no:
      advance()
      if accept(.cycle) {
        options.cycles = false
      } else if accept(.maxvalue) {
        options.maximum = nil
        options.clearsMaximum = true
      } else {
        try expect(.minvalue)
        options.minimum = nil
        options.clearsMinimum = true
      }
    case .start:
      advance()
      _ = accept(.with)
      options.start = try sequenceNumber()
    case .owned:
      advance()
      try expect(.by)
      options.ownedBy = try anyName()
    case .restart where isAlter:
      advance()
      let hasValue = accept(.with) || at(.integerNumber) || at(.minus) || at(.plus)
      options.restart = hasValue ? .at(try sequenceNumber()) : .atStart
    case .restart, .sequence:
      advance()
      throw unsupported(lexer.text(previous.range).uppercased(), from: start)
    default: return false
    }
    return true
  }

  private func sequenceNumber() throws(ParseFailure) -> Int64 {
    let start = self.start
    let digits = try signedNumber()
    guard let number = Int64(digits) else {
      throw ParseFailure(
        .invalidTextRepresentation, "invalid input syntax for type bigint: \"\(digits)\"", at: range(from: start))
    }
    return number
  }
}
