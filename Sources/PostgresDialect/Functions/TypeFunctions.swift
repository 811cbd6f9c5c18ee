extension FunctionLibrary {
  /// What a value's type is.
  static let typeFunctions: [FunctionDefinition] = [
    custom("pg_typeof", [SQLType(.any)], SQLType(.regtype), volatility: .stable) {
      (context, arguments) throws(SQLError) in
      let value = arguments[0]
      let name = SQLiteExpression.text(value.type.displayName)
      // The argument stays where it decides how many rows there are.
      var isComputed = false
      value.sql.walk { part in
        if case .call(let call) = part, call.isAggregate || call.window != nil { isComputed = true }
        if case .column = part { isComputed = true }
        return !isComputed
      }
      return TypedExpression(
        isComputed ? .call("pg_typeof", value.sql, name) : name, SQLType(.regtype), isNullable: false,
        at: context.range)
    }
  ]
}

extension Analyzer {
  /// `f(a, variadic array)`: the array's elements as arguments.
  ///
  /// - Throws: 0A000 for an array whose elements are not written out, but for `concat` and `concat_ws`.
  func lowerVariadic(_ call: FunctionCall, _ clause: Clause, _ scope: Scope, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    var plain = call
    plain.isVariadic = false
    let name = call.name.name
    guard let last = call.arguments.last else { return try lower(plain, clause, scope, range) }
    if case .array(let elements) = last.value.kind, !elements.isEmpty {
      let array = try lower(last.value, clause, scope)
      plain.arguments.removeLast()
      plain.arguments += elements.map { element in
        // Every argument has the array's type.
        guard let type = array.type.element.writtenName(at: element.range) else {
          return FunctionArgument(value: element)
        }
        return FunctionArgument(value: Expression(.cast(element, type), at: element.range))
      }
      return try lower(plain, clause, scope, range)
    }
    let array = try lower(last.value, clause, scope)
    guard array.type.isArray else {
      throw SQLError(.datatypeMismatch, "VARIADIC argument must be an array", at: last.value.range)
    }
    let base = SQLiteExpression.text(array.type.base.rawValue)
    switch (name, call.arguments.count) {
    case ("concat", 1):
      return TypedExpression(
        .call("pg_array_to_string", array.sql, base, context.zone, .text("")), .text, at: range)
    case ("concat_ws", 2):
      let separator = try context.cast(lower(call.arguments[0].value, clause, scope), to: .text, in: .implicit)
      return TypedExpression(
        .call("pg_array_to_string", array.sql, base, context.zone, separator.sql), .text, at: range)
    default:
      throw SQLError(
        .featureNotSupported, "VARIADIC with an array whose elements are not written out is not supported",
        at: last.value.range)
    }
  }
}

extension SQLType {
  /// The type as it is written in a statement; nil for types that have no name of their own.
  func writtenName(at range: SourceRange) -> TypeName? {
    guard isElementType else { return nil }
    return TypeName(name: QualifiedName([Identifier(base.rawValue, at: range)]), range: range)
  }
}
