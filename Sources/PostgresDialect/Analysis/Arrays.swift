extension LoweringContext {
  /// The value as SQLite holds it inside an array: decimals as their texts.
  func elementSQL(_ value: TypedExpression) -> SQLiteExpression {
    value.type.isNumeric ? decimalText(value) : value.sql
  }

  /// An element taken out of an array.
  func element(_ sql: SQLiteExpression, of array: TypedExpression) -> TypedExpression {
    TypedExpression(sql, array.type.element, at: range)
  }

  /// The rows of an array, and the expression that stands for an element in each.
  ///
  /// - Parameter nullRow: Whether a null array has one row, a null, so that what is computed over its elements is null.
  mutating func rows(of array: TypedExpression, nullRow: Bool) -> (table: SQLiteTable, element: TypedExpression) {
    elementAliasCount += 1
    let alias = "element:\(elementAliasCount)"
    let rows = SQLiteExpression.call(nullRow ? "pg_array_items" : "pg_unnest", array.sql, array.type.elementKind)
    let element = TypedExpression(
      .column(ColumnUse(table: alias, column: "c1")), array.type.element.unmodified, at: array.range)
    return (.rows([SetExpansion.Call(rows: rows, width: 1)], alias: alias), element)
  }

  /// - Throws: 0A000 when the array is an aggregate's result, which a subquery over it cannot use in SQLite.
  func refuseAggregates(_ array: TypedExpression, _ what: String) throws(SQLError) {
    var found = false
    array.sql.walk { part in
      if case .call(let call) = part, call.isAggregate || call.window != nil { found = true }
      return !found
    }
    guard found else { return }
    throw SQLError(
      .featureNotSupported, "\(what) over an aggregate's array is not supported",
      hint: "Compute the array in a subquery.", at: array.range)
  }

  // MARK: Literals

  mutating func arrayLiteral(
    _ text: String, _ target: SQLType, in context: CastContext, at range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let lower = text.lowercased()
    let isTemporal = target.base == .date || target.base == .timestamp || target.base == .timestamptz
    // 'now' and 'today' mean the transaction's time: they stay a call, so that a cached statement stays right.
    if isTemporal, ["now", "today", "tomorrow", "yesterday"].contains(where: lower.contains) {
      return TypedExpression(arrayInput(.text(text), target, in: context), target, isNullable: false, at: range)
    }
    let value = try ArrayValue(
      literal: text, element: target.element, isExplicit: context == .explicit,
      in: DateTimeText.Session(zone: timeZone, now: 0))
    return TypedExpression(.text(value.json), target, isNullable: false, at: range)
  }

  private mutating func arrayInput(_ text: SQLiteExpression, _ target: SQLType, in context: CastContext)
    -> SQLiteExpression
  {
    let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
    return .call("pg_array_in", [text] + conversion(to: target, in: context) + [zone, now])
  }

  /// The target's element type as the array functions are told: name, precision, scale, and whether texts are cut.
  private func conversion(to target: SQLType, in context: CastContext) -> [SQLiteExpression] {
    func number(_ value: Int?) -> SQLiteExpression { value.map { .integer(Int64($0)) } ?? .integer(-1) }
    return [
      .text(target.base.rawValue), number(target.precision), number(target.scale),
      .integer(context == .explicit ? 1 : 0),
    ]
  }

  // MARK: Casts

  mutating func convertedArray(_ value: TypedExpression, to target: SQLType, in context: CastContext)
    throws(SQLError) -> TypedExpression
  {
    var result = value
    result.type = target
    result.constant = nil
    if !target.isArray { return limited(textOf(value), target, in: context) }
    if !value.type.isArray {
      result.sql = arrayInput(value.sql, target, in: context)
      return result
    }
    let (from, to) = (value.type.element, target.element)
    if Self.hasSameElements(from, to) { return result }
    if Self.convertsByText(from, to) {
      if case .text(let json) = value.sql, let array = ArrayValue(json: json), Self.isConstant(from),
        Self.isConstant(to) || to.base == .float8
      {
        let session = DateTimeText.Session(zone: timeZone, now: 0)
        let converted = try array.mapped { element throws(SQLError) in
          switch element {
          case .number(let text), .string(let text):
            try ArrayValue.Element(text, to, isExplicit: context == .explicit, in: session)
          case .boolean(let flag):
            try ArrayValue.Element(flag ? "true" : "false", to, isExplicit: context == .explicit, in: session)
          case .null: .null
          }
        }
        result.sql = .text(converted.json)
        return result
      }
      let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
      result.sql = .call(
        "pg_array_cast", [value.sql, .text(from.base.rawValue)] + conversion(to: target, in: context) + [zone, now])
      return result
    }
    try refuseAggregates(value, "a cast from \(value.type.displayName) to \(target.displayName)")
    let (table, element) = rows(of: value, nullRow: false)
    let cast = try cast(element, to: to, in: context)
    let elements = FunctionLibrary.aggregateCall("pg_array_agg", [elementSQL(cast), target.elementKind])
    let query = SQLiteSelect(items: [SQLiteItem(expression: elements, alias: nil)], from: table)
    // The new elements in the old array's shape.
    result.sql = .call("pg_array_shape", value.sql, .scalar(SQLiteQuery(body: .select(query))))
    return result
  }

  /// Whether the elements are stored alike in both types.
  private static func hasSameElements(_ from: SQLType, _ to: SQLType) -> Bool {
    if to.precision != nil { return from == to }
    if from.base == to.base { return true }
    if from.isString && to.isString { return true }
    if from.isOID && to.isInteger || from.isInteger && to.isOID { return true }
    switch (from.base, to.base) {
    case (.int2, .int4), (.int2, .int8), (.int4, .int8), (.int2, .float8), (.int4, .float8), (.float4, .float8),
      (.int2, .numeric), (.int4, .numeric), (.int8, .numeric):
      return true
    default: return false
    }
  }

  /// Whether the target's input function reads what the source's output function writes, as the cast would.
  private static func convertsByText(_ from: SQLType, _ to: SQLType) -> Bool {
    if from.isString || to.isString { return true }
    switch (from.base, to.base) {
    case (.numeric, .float8), (.numeric, .float4), (.numeric, .numeric), (.int8, .float8), (.int8, .float4),
      (.int4, .float4), (.int2, .numeric), (.int4, .numeric), (.int8, .numeric):
      return true
    default: return false
    }
  }

  /// Whether the stored element is its type's text, and reads the same in every session.
  private static func isConstant(_ type: SQLType) -> Bool {
    switch type.base {
    case .boolean, .int2, .int4, .int8, .numeric, .text, .varchar, .name, .uuid, .interval: true
    default: false
    }
  }
}

extension Analyzer {
  /// `array[…]`, with `type` for the elements where a cast around it says so.
  func lowerArray(
    _ elements: [Expression], as type: SQLType? = nil, _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    guard !elements.isEmpty else {
      guard let type else {
        throw SQLError(
          .indeterminateDatatype, "cannot determine type of empty array",
          hint: "Explicitly cast to the desired type, for example ARRAY[]::integer[].", at: range)
      }
      return TypedExpression(.text("[]"), type.array, isNullable: false, at: range)
    }
    var values: [TypedExpression] = []
    for element in elements {
      // The brackets inside brackets are arrays, and have the type of the whole.
      if case .array(let inner) = element.kind {
        values.append(try lowerArray(inner, as: type, clause, scope, element.range))
      } else {
        var value = try lower(element, clause, scope)
        if let type { value = try context.cast(value, to: value.type.isArray ? type.array : type, in: .explicit) }
        values.append(value)
      }
    }
    return try array(of: values, range)
  }

  func array(of values: [TypedExpression], _ range: SourceRange) throws(SQLError) -> TypedExpression {
    guard let common = CastRules.commonType(values.map(\.type)) else {
      _ = try unify(values, "ARRAY")
      throw SQLError(.datatypeMismatch, "ARRAY could not convert its elements to one type", at: range)
    }
    let isUniform = values.allSatisfy { $0.type == common }
    let target = isUniform ? common : common.unmodified
    try context.checkElement(target, values.first?.fields, at: range)
    let cast = try values.map { value throws(SQLError) in try context.cast(value, to: target, in: .implicit) }
    if target.isArray {
      return TypedExpression(
        context.chunked("pg_array_nest", "pg_array_join", cast.map(\.sql)), target, isNullable: false, at: range)
    }
    let parts = cast.map { context.elementSQL($0) }
    if let constant = constantArray(parts, target) {
      return TypedExpression(.text(constant.json), target.array, isNullable: false, at: range)
    }
    let sql = context.chunked("pg_array", "pg_array_cat", parts, kind: target.elementKind)
    return TypedExpression(sql, target.array, isNullable: false, at: range)
  }

  /// The array when every element is a literal.
  private func constantArray(_ parts: [SQLiteExpression], _ type: SQLType) -> ArrayValue? {
    guard parts.allSatisfy(\.isLiteral), type.base != .bytea else { return nil }
    return ArrayValue(
      parts.map { part in
        switch part {
        case .integer(let value): type.base == .boolean ? .boolean(value != 0) : .number(String(value))
        case .real(let value): ArrayValue.Element(value)
        case .text(let text): type.base == .numeric ? ArrayValue.Element(decimal: text) : .string(text)
        default: .null
        }
      })
  }

  /// `array(select …)`.
  func lowerArray(_ query: Query, _ scope: Scope, _ range: SourceRange) throws(SQLError) -> TypedExpression {
    let lowered = try lower(query, parent: scope)
    guard lowered.columns.count == 1 else {
      throw SQLError(.syntaxError, "subquery must return only one column", at: query.range)
    }
    let table = uniqueAlias("elements")
    let value = lowered.columns[0].known.use(table, lowered.storageColumns[0])
    context.range = range
    try context.checkElement(value.type, value.fields, at: query.range)
    let collected = context.collectedArray(value)
    let select = SQLiteSelect(
      items: [SQLiteItem(expression: .call("coalesce", collected, .text("[]")), alias: nil)],
      from: .subquery(lowered.named, alias: table))
    return TypedExpression(
      .scalar(SQLiteQuery(body: .select(select))), value.type.isArray ? value.type : value.type.array,
      isNullable: false, at: range)
  }

  // MARK: Subscripts

  /// `a[1]`, `a[1][2]`, `a[1:2]`; beside a slice, a subscript n means 1:n.
  /// Source: <https://www.postgresql.org/docs/15/arrays.html#ARRAYS-ACCESSING>
  func arrayElement(
    _ value: TypedExpression, _ subscripts: [Expression.Subscript], _ clause: Clause, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    if let elements = value.type.vectorArray {
      return try vectorElement(value, elements, subscripts, clause, scope, range)
    }
    guard value.type.isArray else {
      throw SQLError(
        .datatypeMismatch,
        "cannot subscript type \(value.type.displayName) because it does not support subscripting", at: range)
    }
    let isSlice = subscripts.contains { if case .slice = $0 { true } else { false } }
    let bounds = try arrayBounds(subscripts, isSlice: isSlice, clause, scope)
    if isSlice { return TypedExpression(.call("pg_array_slice", [value.sql] + bounds), value.type, at: range) }
    return TypedExpression(
      .call("pg_array_element", [value.sql, value.type.elementKind] + bounds), value.type.element, at: range)
  }

  /// The subscripts as integers, of a slice two for each dimension: an empty text where a bound is left out.
  func arrayBounds(
    _ subscripts: [Expression.Subscript], isSlice: Bool, _ clause: Clause, _ scope: Scope
  ) throws(SQLError) -> [SQLiteExpression] {
    guard subscripts.count <= ArrayValue.maximumDimensions else {
      throw ArrayValue.tooManyDimensions(subscripts.count)
    }
    func bound(_ expression: Expression?) throws(SQLError) -> SQLiteExpression {
      guard let expression else { return .text("") }
      let index = try lower(expression, clause, scope)
      guard let allowed = CastRules.context(from: index.type, to: .int4), allowed <= .assignment else {
        throw SQLError(.datatypeMismatch, "array subscript must have type integer", at: expression.range)
      }
      return try context.cast(index, to: .int4, in: .assignment).sql
    }
    var bounds: [SQLiteExpression] = []
    for subscript_ in subscripts {
      switch subscript_ {
      case .index(let index):
        if isSlice { bounds.append(.integer(1)) }
        bounds.append(try bound(index))
      case .slice(let low, let high):
        bounds.append(try bound(low))
        bounds.append(try bound(high))
      }
    }
    return bounds
  }

  // MARK: Concatenation

  /// `||` where one side is an array: two arrays, or an array and an element at its beginning or end.
  func concatenatedArrays(_ left: TypedExpression, _ right: TypedExpression, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    func asArray(_ value: TypedExpression) -> Bool { value.type.isArray || value.type.isUnknown }
    let elements = [left, right].map { $0.type.isArray ? $0.type.element : $0.type }
    guard let common = CastRules.commonType(elements)?.unmodified else {
      throw operatorMissing("||", left.type, right.type, range)
    }
    context.range = range
    let isNullable = left.isNullable && right.isNullable
    if asArray(left) && asArray(right) {
      let arrays = try [left, right].map { value throws(SQLError) in
        try context.cast(value, to: common.array, in: .implicit).sql
      }
      return TypedExpression(.call("pg_array_cat", arrays), common.array, isNullable: isNullable, at: range)
    }
    let isAppended = left.type.isArray
    let array = try context.cast(isAppended ? left : right, to: common.array, in: .implicit)
    let value = try context.cast(isAppended ? right : left, to: common, in: .implicit)
    return TypedExpression(
      .call(
        isAppended ? "pg_array_append" : "pg_array_prepend", array.sql, context.elementSQL(value), common.elementKind),
      common.array, isNullable: false, at: range)
  }

  // MARK: ANY and ALL

  /// `x = any (array)`: null when no element decides and one comparison, or the array, is null.
  func lowerQuantified(
    _ value: TypedExpression, _ symbol: Operator, _ quantifier: Expression.Quantifier, array: TypedExpression,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    var array = array
    if array.type.isUnknown {
      array = try context.cast(
        array, to: (value.type.isUnknown ? SQLType.text : value.type).unmodified.array, in: .implicit)
    }
    if let elements = array.type.vectorArray { array.type = elements }
    guard array.type.isArray else {
      throw SQLError(.wrongObjectType, "op ANY/ALL (array) requires array on right side", at: range)
    }
    let name = symbol.symbol == "!=" ? "<>" : symbol.symbol
    let (table, element) = context.rows(of: array, nullRow: true)
    let test = try binary(name, value, element, range)
    guard test.type == .boolean else {
      throw SQLError(.wrongObjectType, "op ANY/ALL (array) requires operator to yield boolean", at: range)
    }
    if ["=", "<>", "<", "<=", ">", ">="].contains(name), let common = comparisonType(value.type, element.type) {
      let value = try context.cast(value, to: common, in: .implicit)
      let array = try context.cast(array, to: common.array, in: .implicit)
      return try compareElements(value, name, quantifier, array, range)
    }
    try context.refuseAggregates(array, "\(name) \(quantifier == .all ? "ALL" : "ANY")")
    try context.refuseAggregates(value, "\(name) \(quantifier == .all ? "ALL" : "ANY")")
    let result = FunctionLibrary.aggregateCall(quantifier == .all ? "pg_every" : "pg_some", [test.sql])
    let query = SQLiteSelect(items: [SQLiteItem(expression: result, alias: nil)], from: table)
    return TypedExpression(.scalar(SQLiteQuery(body: .select(query))), .boolean, at: range)
  }

  private func compareElements(
    _ value: TypedExpression, _ name: String, _ quantifier: Expression.Quantifier, _ array: TypedExpression,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let isMembership = quantifier == .any && name == "="
    let isExclusion = quantifier == .all && name == "<>"
    // A constant list is an IN list, which an index can serve.
    if isMembership || isExclusion, case .text(let json) = array.sql, let elements = ArrayValue(json: json)?.elements,
      !elements.isEmpty, elements.count <= 500, let list = literals(elements, value.type, range)
    {
      return try membership(value, list, isExclusion, range)
    }
    let collation = (value.isBytewise ? value.type.collation : value.type.orderCollation) ?? ""
    return TypedExpression(
      .call(
        "pg_array_quantified", .text(quantifier == .all ? "all" : "any"), .text(name), .text(collation),
        context.elementSQL(value), array.sql, array.type.elementKind), .boolean, at: range)
  }

  private func literals(_ elements: [ArrayValue.Element], _ type: SQLType, _ range: SourceRange) -> [TypedExpression]? {
    var list: [TypedExpression] = []
    for element in elements {
      switch element {
      case .null: list.append(TypedExpression(.null, type, constant: .null, at: range))
      case .boolean(let flag): list.append(TypedExpression(.integer(flag ? 1 : 0), type, at: range))
      case .number(let digits):
        if type.isNumeric {
          guard let number = try? Numeric(digits), let literal = try? context.numericLiteral(number, type, at: range)
          else { return nil }
          list.append(literal)
        } else if type.isFloat {
          guard let number = Double(digits) else { return nil }
          list.append(TypedExpression(.real(number), type, at: range))
        } else {
          guard let number = Int64(digits) else { return nil }
          list.append(TypedExpression(.integer(number), type, constant: .integer(number), at: range))
        }
      case .string(let text):
        guard !type.isNumeric, !type.isFloat, type.base != .bytea else { return nil }
        list.append(TypedExpression(.text(text), type, at: range))
      }
    }
    return list
  }
}

extension LoweringContext {
  /// - Throws: 0A000 for types whose arrays are not supported.
  func checkElement(_ type: SQLType, _ fields: [ResultColumn]?, at range: SourceRange) throws(SQLError) {
    guard fields == nil, type.isElementType else {
      throw SQLError(
        .featureNotSupported, "arrays of type \(type.displayName) are not supported", at: range)
    }
  }

  /// The values of a group as an array; null for none.
  func collectedArray(_ value: TypedExpression) -> SQLiteExpression {
    if value.type.isArray { return FunctionLibrary.aggregateCall("pg_array_agg_arrays", [value.sql]) }
    return FunctionLibrary.aggregateCall("pg_array_agg", [elementSQL(value), value.type.elementKind])
  }

  /// A call over many arguments: SQLite passes no more than 127 to a function.
  func chunked(
    _ name: String, _ joining: String, _ arguments: [SQLiteExpression], kind: SQLiteExpression? = nil
  ) -> SQLiteExpression {
    let size = 100
    func part(_ arguments: ArraySlice<SQLiteExpression>) -> SQLiteExpression {
      .call(name, (kind.map { [$0] } ?? []) + arguments)
    }
    guard arguments.count > size else { return part(arguments[...]) }
    let parts = stride(from: 0, to: arguments.count, by: size).map {
      part(arguments[$0..<Swift.min($0 + size, arguments.count)])
    }
    return parts.dropFirst().reduce(parts[0]) { .call(joining, $0, $1) }
  }
}
