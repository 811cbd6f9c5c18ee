/// The codes that only the lexer and the parser raise.
extension SQLState {
  public static let invalidEscapeSequence = SQLState(rawValue: "22025")
  public static let reservedName = SQLState(rawValue: "42939")
  public static let invalidFunctionDefinition = SQLState(rawValue: "42P13")
}
