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

  /// Reads one option; false when there is none.
  func sequenceOption(of options: inout SequenceOptions) throws(ParseFailure) -> Bool {
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
      } else if !accept(.maxvalue) {
        try expect(.minvalue)
      }
    case .start:
      advance()
      _ = accept(.with)
      options.start = try sequenceNumber()
    case .owned:
      advance()
      try expect(.by)
      options.ownedBy = try anyName()
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
