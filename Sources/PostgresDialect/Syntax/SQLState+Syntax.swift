/// The codes that only the lexer and the parser raise.
extension SQLState {
  static let invalidEscapeSequence = SQLState(rawValue: "22025")
  static let reservedName = SQLState(rawValue: "42939")
  static let invalidFunctionDefinition = SQLState(rawValue: "42P13")
}
