extension Analyzer {
  /// `value collate name`.
  ///
  /// - Throws: 42804 for a value that is no text, 0A000 for a collation other than `C` and English's, 42704 for a name
  ///   that is none.
  func collated(_ operand: TypedExpression, _ name: QualifiedName, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    var value = operand.type.isUnknown ? try context.cast(operand, to: .text, in: .implicit) : operand
    guard value.type.isString else {
      throw SQLError(
        .datatypeMismatch, "collations are not supported by type \(value.type.displayName)", at: range)
    }
    switch name.name {
    case "C", "POSIX", "ucs_basic": value.isBytewise = true
    case "default", "en-US-x-icu", "en-x-icu", "und-x-icu", "unicode": value.isBytewise = false
    case let other where other.hasSuffix("-x-icu") || other.contains("_"):
      throw SQLError(
        .featureNotSupported, "collation \"\(other)\" is not supported", hint: "Texts compare as in US English.",
        at: range)
    case let other:
      throw SQLError(
        .undefinedObject, "collation \"\(other)\" for encoding \"UTF8\" does not exist", at: range)
    }
    return value
  }
}
