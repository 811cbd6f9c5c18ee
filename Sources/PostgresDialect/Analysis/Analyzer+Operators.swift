extension Analyzer {
  func lowerBinary(
    _ symbol: Operator, _ left: Expression, _ right: Expression, _ clause: Clause, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    if left.isRow, case .subquery(let query) = right.kind {
      return try compareRow(symbol.symbol, lower(left, clause, scope), query, scope, range)
    }
    let (first, second) = (try lower(left, clause, scope), try lower(right, clause, scope))
    return try placed(at: symbol, insteadOf: range) { () throws(SQLError) in
      if first.fields != nil, second.fields != nil {
        return try compareRows(symbol.symbol, first, second, bothAreRows: left.isRow && right.isRow, range)
      }
      return try binary(symbol.symbol, first, second, range)
    }
  }

  /// PostgreSQL's errors about an operator point at it, not at the expression that it makes.
  func placed<Value>(at symbol: Operator, insteadOf range: SourceRange, _ body: () throws(SQLError) -> Value)
    throws(SQLError) -> Value
  {
    do throws(SQLError) {
      return try body()
    } catch {
      var placed = error
      let isAboutOperator =
        [.undefinedFunction, .ambiguousFunction, .syntaxError, .wrongObjectType].contains(error.state)
      if isAboutOperator, error.range == range { placed.range = symbol.range }
      throw placed
    }
  }

  func binary(_ symbol: String, _ left: TypedExpression, _ right: TypedExpression, _ range: SourceRange)
    throws(SQLError) -> TypedExpression
  {
    switch symbol {
    case "=", "<>", "!=", "<", "<=", ">", ">=":
      return try compare(symbol == "!=" ? "<>" : symbol, left, right, at: range)
    case "||" where left.type.isArray || right.type.isArray:
      return try concatenatedArrays(left, right, range)
    case "+", "-", "*", "/", "%", "^":
      if let result = try arithmetic(symbol, left, right, range) { return result }
    default:
      break
    }
    if isUnsupported(symbol, left.type, right.type) {
      throw SQLError(
        .featureNotSupported,
        "operator \(left.type.displayName) \(symbol) \(right.type.displayName) is not supported yet", at: range)
    }
    var left = left
    // What is matched against a pattern keeps the blanks of a character(n).
    if left.type.base == .bpchar, !left.type.isArray, symbol.contains("~") { left.type = .text }
    let candidates = OperatorLibrary.binary[symbol] ?? []
    switch OverloadResolution.resolve(candidates, assumingSameType(left, right, candidates)) {
    case .chosen(let function, let types):
      context.range = range
      return try lowerCall(function, [left, right], types, range)
    case .ambiguous:
      throw SQLError(
        .ambiguousFunction,
        "operator is not unique: \(left.type.displayName) \(symbol) \(right.type.displayName)",
        hint: "Could not choose a best candidate operator. You might need to add explicit type casts.", at: range)
    case .none:
      throw operatorMissing(symbol, left.type, right.type, range)
    }
  }

  /// An untyped literal beside a typed operand is first taken for the same type, if there is such an operator.
  /// Source: <https://www.postgresql.org/docs/15/typeconv-oper.html>, step 2a.
  private func assumingSameType(
    _ left: TypedExpression, _ right: TypedExpression, _ candidates: [FunctionDefinition]
  ) -> [SQLType] {
    let types = [left.type, right.type]
    guard left.type.isUnknown != right.type.isUnknown else { return types }
    let known = (left.type.isUnknown ? right.type : left.type).unmodified
    return candidates.contains { $0.arguments == [known, known] } ? [known, known] : types
  }

  /// Whether PostgreSQL may have this operator although the dialect has not.
  private func isUnsupported(_ symbol: String, _ left: SQLType, _ right: SQLType) -> Bool {
    switch symbol {
    case "&&":
      return !left.isArray && !right.isArray
    case "@>", "<@":
      return ![left.base, right.base].contains { $0 == .json || $0 == .jsonb } && !left.isArray && !right.isArray
    default:
      return false
    }
  }

  func operatorMissing(_ symbol: String, _ left: SQLType, _ right: SQLType, _ range: SourceRange) -> SQLError {
    SQLError(
      .undefinedFunction, "operator does not exist: \(left.displayName) \(symbol) \(right.displayName)",
      hint: "No operator matches the given name and argument types. You might need to add explicit type casts.",
      at: range)
  }

  func unary(_ symbol: Operator, _ operand: TypedExpression, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    if operand.type.isUnknown {
      throw SQLError(
        .ambiguousFunction, "operator is not unique: \(symbol.symbol) unknown",
        hint: "Could not choose a best candidate operator. You might need to add explicit type casts.", at: range)
    }
    switch symbol.symbol {
    case "+" where operand.type.category == .number:
      return operand
    case "-" where operand.type.category == .number:
      return try negated(operand, range)
    case "-" where operand.type == .interval:
      return TypedExpression(.call("pg_interval_negate", operand.sql), .interval, at: range)
    case "~" where operand.type.isInteger:
      return TypedExpression(
        .prefix("~", operand.sql), operand.type.unmodified, isNullable: operand.isNullable, at: range)
    case "|/" where operand.type.category == .number:
      return try call("sqrt", [context.cast(operand, to: .float8, in: .implicit)], range)
    case "||/" where operand.type.category == .number:
      return try call("cbrt", [context.cast(operand, to: .float8, in: .implicit)], range)
    case "~" where operand.type.category == .bitString:
      return TypedExpression(
        .call("pg_bits_not", operand.sql), SQLType(.bit), isNullable: operand.isNullable, at: range)
    case "@" where operand.type.category == .number:
      return try call("abs", [operand], range)
    default:
      throw SQLError(
        .undefinedFunction, "operator does not exist: \(symbol.symbol) \(operand.type.displayName)",
        hint: "No operator matches the given name and argument type. You might need to add an explicit type cast.",
        at: range)
    }
  }

  private func negated(_ operand: TypedExpression, _ range: SourceRange) throws(SQLError) -> TypedExpression {
    var result = operand
    result.range = range
    result.constant = nil
    switch operand.constant {
    case .integer(let value)? where value != Int64.min && operand.type.isInteger:
      result.sql = .integer(-value)
      result.constant = .integer(-value)
    case .numeric(let value)?:
      var negative = try context.numericLiteral(value.negated, .numeric, at: range)
      // -2147483648 is read as the negation of a bigint, -9223372036854775808 as that of a numeric.
      if let fixed = negative.fixedPoint, fixed.scale == 0, operand.fixedPoint == nil { negative.fixedPoint = nil }
      return negative
    default:
      if operand.type.isInteger {
        result.sql = .call("pg_sub_\(operand.type.base.rawValue)", .integer(0), operand.sql)
      } else if operand.type.isNumeric && (operand.fixedPoint?.precision ?? .max) > FixedPoint.maximumPrecision {
        result.sql = .call("pg_negate_numeric", context.decimalText(operand))
        result.fixedPoint = nil
      } else if operand.type.isFloat {
        // A call, since NaN is a text to SQLite.
        if case .real(let value) = operand.sql {
          result.sql = .real(-value)
        } else {
          result.sql = .call("pg_negate_float8", operand.sql)
        }
      } else {
        result.sql = .prefix("-", operand.sql)
      }
    }
    return result
  }

  // MARK: Comparison

  func compare(_ symbol: String, _ left: TypedExpression, _ right: TypedExpression, at range: SourceRange)
    throws(SQLError) -> TypedExpression
  {
    let pair = try comparablePair(left, right, symbol, range)
    return TypedExpression(
      .infix(symbol, pair.left, pair.right), .boolean, isNullable: left.isNullable || right.isNullable, at: range)
  }

  /// Both operands in one form that SQLite compares as PostgreSQL does.
  func comparablePair(_ left: TypedExpression, _ right: TypedExpression, _ symbol: String, _ range: SourceRange)
    throws(SQLError) -> (left: SQLiteExpression, right: SQLiteExpression)
  {
    guard let type = comparisonType(left.type, right.type) else {
      throw operatorMissing(symbol, left.type, right.type, range)
    }
    if type.base == .json || type.base == .jsonpath {
      if type.isArray { try type.element.requireEquality(at: range) }
      throw operatorMissing(symbol, left.type, right.type, range)
    }
    let values = [
      try context.cast(left, to: type, in: .implicit), try context.cast(right, to: type, in: .implicit),
    ]
    guard type.isNumeric else {
      guard ["<", "<=", ">", ">="].contains(symbol) else { return (values[0].comparable, values[1].comparable) }
      let isBytewise = [left, right].contains { $0.isBytewise || $0.type.base == .name }
      let ordered = values.map { value in
        var value = value
        value.isBytewise = isBytewise
        return value.orderable
      }
      return (ordered[0], ordered[1])
    }
    let fixed = commonFixedPoint(values)
    return (try represented(values[0], as: fixed).comparable, try represented(values[1], as: fixed).comparable)
  }

  /// The type under which two operands compare; nil when PostgreSQL has no such operator.
  func comparisonType(_ left: SQLType, _ right: SQLType) -> SQLType? {
    if left.isUnknown && right.isUnknown { return .text }
    if left.isUnknown { return right.unmodified }
    if right.isUnknown { return left.unmodified }
    if left.category == .reference || right.category == .reference {
      // The number of an entry decides, unless both sides name entries of one kind.
      if left.base == right.base { return left.unmodified }
      let isComparable = [left, right].allSatisfy { $0.category == .reference || $0.isInteger }
      if isComparable { return SQLType(.oid) }
      return left.base == .regclass && right.isString || right.base == .regclass && left.isString
        ? SQLType(.regclass) : nil
    }
    if let a = left.vectorArray { return comparisonType(a, right) }
    if let b = right.vectorArray { return comparisonType(left, b) }
    guard left.category == right.category else { return nil }
    // Beside a text, a character(n) is one, without its blanks.
    if left.base == .bpchar && right.base == .text || left.base == .text && right.base == .bpchar { return .text }
    if left.category == .userDefined || left.category == .array {
      return left.unmodified == right.unmodified ? left.unmodified : nil
    }
    return CastRules.commonType([left.unmodified, right.unmodified])
  }

  // MARK: Arithmetic of numbers

  /// The result for two numbers; nil when an operand is no number, so that other operators are tried.
  private func arithmetic(_ symbol: String, _ left: TypedExpression, _ right: TypedExpression, _ range: SourceRange)
    throws(SQLError) -> TypedExpression?
  {
    var operands = [left, right]
    for (index, other) in [(0, right), (1, left)] where operands[index].type.isUnknown {
      guard other.type.category == .number else { return nil }
      operands[index] = try context.cast(operands[index], to: other.type.unmodified, in: .implicit)
    }
    guard operands.allSatisfy({ $0.type.category == .number }) else { return nil }
    guard var type = CastRules.commonType(operands.map(\.type.unmodified)) else { return nil }
    if symbol == "^" && !type.isNumeric { type = .float8 }
    if type.base == .float4 && operands.contains(where: { $0.type.base != .float4 }) { type = .float8 }
    if symbol == "%" && type.isFloat { throw operatorMissing(symbol, left.type, right.type, range) }
    let isNullable = operands.contains { $0.isNullable }
    if type.isNumeric {
      var result = try decimalArithmetic(symbol, operands, range)
      result.isNullable = isNullable
      return result
    }
    let cast = try operands.map { operand throws(SQLError) in try context.cast(operand, to: type, in: .implicit) }
    let names = ["+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod", "^": "pow"]
    // Functions and not SQLite's operators: SQLite turns an overflow into a float and a division by zero into null.
    let sql = chained(symbol, "pg_\(names[symbol] ?? "add")_\(type.base.rawValue)", cast.map(\.sql))
    return TypedExpression(sql, type, isNullable: isNullable, at: range)
  }

  /// `a + b + c` as one call: SQLite's parser gives up at about thirty nested ones.
  private func chained(_ symbol: String, _ name: String, _ operands: [SQLiteExpression]) -> SQLiteExpression {
    if ["+", "-", "*"].contains(symbol), case .call(let inner) = operands[0], inner.name == name,
      inner.arguments.count < 100
    {
      return .call(name, inner.arguments + operands.dropFirst())
    }
    return .call(name, operands)
  }

  private func decimalArithmetic(_ symbol: String, _ operands: [TypedExpression], _ range: SourceRange)
    throws(SQLError) -> TypedExpression
  {
    let values = try operands.map { value throws(SQLError) in try context.cast(value, to: .numeric, in: .implicit) }
    if let a = values[0].fixedOrInteger, let b = values[1].fixedOrInteger {
      // Scaled integers whose result provably fits in 18 digits need no function: SQLite's own arithmetic is exact.
      switch symbol {
      case "+", "-":
        let scale = Swift.max(a.scale, b.scale)
        let precision = Swift.max(a.precision - a.scale, b.precision - b.scale) + 1 + scale
        guard precision <= FixedPoint.maximumPrecision else { break }
        let left = context.scaledUp(values[0].sql, by: scale - a.scale)
        let right = context.scaledUp(values[1].sql, by: scale - b.scale)
        return TypedExpression(
          .infix(symbol, left, right), .numeric, fixedPoint: FixedPoint(precision: precision, scale: scale), at: range)
      case "*":
        let result = FixedPoint(precision: a.precision + b.precision, scale: a.scale + b.scale)
        guard result.precision <= FixedPoint.maximumPrecision else { break }
        return TypedExpression(
          .infix("*", values[0].sql, values[1].sql), .numeric, fixedPoint: result, at: range)
      default:
        break
      }
    }
    let names = ["+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod", "^": "pow"]
    let texts = values.map { context.decimalText($0) }
    return TypedExpression(chained(symbol, "pg_\(names[symbol] ?? "add")_numeric", texts), .numeric, at: range)
  }
}
