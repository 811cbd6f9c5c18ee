extension Analyzer {
  /// An expression with its type.
  func lower(_ expression: Expression, _ clause: Clause, _ scope: Scope) throws(SQLError) -> TypedExpression {
    let range = expression.range
    var result = try lowerKind(expression, clause, scope)
    result.range = range
    return result
  }

  private func lowerKind(_ expression: Expression, _ clause: Clause, _ scope: Scope) throws(SQLError)
    -> TypedExpression
  {
    let range = expression.range
    func boolean(_ sql: SQLiteExpression, nullable: Bool = true) -> TypedExpression {
      TypedExpression(sql, .boolean, isNullable: nullable, at: range)
    }
    switch expression.kind {
    case .null:
      return TypedExpression(.null, .unknown, constant: .null, at: range)
    case .boolean(let value):
      return TypedExpression(.integer(value ? 1 : 0), .boolean, isNullable: false, constant: .boolean(value), at: range)
    case .integer(let digits):
      return try integerLiteral(digits, range)
    case .decimal(let text):
      return try located(range) { () throws(SQLError) in
        try self.context.numericLiteral(Numeric(text), .numeric, at: range)
      }
    case .string(let text):
      return TypedExpression(.text(text), .unknown, isNullable: false, constant: .string(text), at: range)
    case .bitString(let bits):
      return TypedExpression(.text(bits), SQLType(.bit), isNullable: false, at: range)
    case .typedLiteral(let name, let text):
      return try typedLiteral(name, text, range)
    case .parameter(let parameter):
      return try lowerParameter(parameter, range)
    case .column(let name):
      return try resolveColumn(name, scope)
    case .star(let qualifier?):
      return try wholeRow(try relation(named: qualifier, scope, range), range)
    case .star:
      throw SQLError(.syntaxError, "* is not allowed here", at: range)
    case .unary(let symbol, let operand):
      // PostgreSQL reads a minus and its number as one literal: -2147483648 is an integer, though 2147483648 is not.
      if symbol.symbol == "-", case .integer(let digits) = operand.kind {
        return try integerLiteral("-" + digits, range)
      }
      let value = try lower(operand, clause, scope)
      return try placed(at: symbol, insteadOf: range) { () throws(SQLError) in try unary(symbol, value, range) }
    case .binary(let symbol, let left, let right):
      return try lowerBinary(symbol, left, right, clause, scope, range)
    case .not(let operand):
      let value = try booleanOperand(operand, "NOT", clause, scope)
      return boolean(.prefix("not", value.sql), nullable: value.isNullable)
    case .and(let operands), .or(let operands):
      let isAnd = if case .and = expression.kind { true } else { false }
      let values = try operands.map { operand throws(SQLError) in
        try booleanOperand(operand, isAnd ? "AND" : "OR", clause, scope)
      }
      return boolean(
        .chain(isAnd ? "and" : "or", values.map(\.sql)), nullable: values.contains { $0.isNullable })
    case .test(let operand, let test, let negated):
      return try lowerTest(operand, test, negated, clause, scope)
    case .isDistinct(let left, let right, let negated):
      let (a, b) = (try lower(left, clause, scope), try lower(right, clause, scope))
      if a.fields != nil, b.fields != nil {
        let same = try compositePair(a, b, "=", range).map { SQLiteExpression.infix("is", $0.left, $0.right) }
        let all: SQLiteExpression = same.count == 1 ? same[0] : .chain("and", same)
        return boolean(negated ? all : .prefix("not", all), nullable: false)
      }
      let pair = try comparablePair(a, b, "=", range)
      return boolean(.infix(negated ? "is" : "is not", pair.left, pair.right), nullable: false)
    case .between(let operand, let low, let high, let symmetric, let negated):
      return try lowerBetween(operand, low, high, symmetric, negated, clause, scope, range)
    case .inList(let operand, let elements, let negated):
      return try lowerIn(operand, elements, negated, clause, scope, range)
    case .inSubquery(let operand, let query, let negated):
      return try lowerIn(operand, query, negated, clause, scope, range)
    case .quantified(let operand, let symbol, let quantifier, let right):
      return try lowerQuantified(operand, symbol, quantifier, right, clause, scope, range)
    case .like(let kind, let operand, let pattern, let escape, let negated):
      return try lowerLike(kind, operand, pattern, escape, negated, clause, scope, range)
    case .caseWhen(let operand, let branches, let otherwise):
      return try lowerCase(operand, branches, otherwise, clause, scope, range)
    case .cast(let operand, let name):
      if let value = try compositeCast(operand, name, clause, scope) { return value }
      let target = try SQLType(name)
      if name.intervalFields != nil {
        throw SQLError(
          .featureNotSupported, "casts to intervals with fields are not supported yet", at: name.range)
      }
      if case .array(let elements) = operand.kind, target.isArray {
        let array = try lowerArray(elements, as: target.element, clause, scope, operand.range)
        return try context.cast(array, to: target, in: .explicit)
      }
      return try context.cast(lower(operand, clause, scope), to: target, in: .explicit)
    case .collate(let operand, let name):
      return try collated(lower(operand, clause, scope), name, range)
    case .atTimeZone(let operand, let zone):
      return try call("timezone", [lower(zone, clause, scope), lower(operand, clause, scope)], range, isSyntax: true)
    case .extract(let field, let operand):
      let name = TypedExpression(.text(field), .unknown, isNullable: false, constant: .string(field), at: range)
      return try call("extract", [name, lower(operand, clause, scope)], range, isSyntax: true)
    case .call(let call):
      return try lower(call, clause, scope, range)
    case .currentValue(let name, let precision):
      return try currentValue(name, precision, range)
    case .subquery(let query):
      let lowered = try lower(query, parent: scope)
      guard lowered.columns.count == 1 else {
        throw SQLError(.syntaxError, "subquery must return only one column", at: range)
      }
      var value = lowered.columns[0].known.asExpression
      value.sql = .scalar(try singleRow(lowered))
      value.isNullable = true
      return value
    case .exists(let query):
      return boolean(.exists(try lower(query, parent: scope).query), nullable: false)
    case .row(let elements, let isExplicit) where !isExplicit && elements.count == 1:
      return try lower(elements[0], clause, scope)
    case .row(let elements, _):
      return try lowerRow(elements, clause, scope, range)
    case .field(let operand, let name):
      return try field(name, of: lower(operand, clause, scope), operand, range)
    case .subscript_(let operand, let subscripts):
      let value = try lower(operand, clause, scope)
      if value.type == .jsonb { return try jsonbElement(value, subscripts, clause, scope, range) }
      return try arrayElement(value, subscripts, clause, scope, range)
    case .array(let elements):
      return try lowerArray(elements, clause, scope, range)
    case .arraySubquery(let query):
      return try lowerArray(query, scope, range)
    case .fieldStar:
      throw SQLError(.featureNotSupported, "row expansion via \"*\" is not supported here", at: range)
    case .defaultValue:
      throw SQLError(.syntaxError, "DEFAULT is not allowed in this context", at: range)
    }
  }

  /// SQLite takes the first of several rows where PostgreSQL raises 21000: a second row must become an error.
  private func singleRow(_ lowered: LoweredQuery) throws(SQLError) -> SQLiteQuery {
    if lowered.isAggregate { return lowered.query }
    if case .integer(1)? = lowered.query.limit { return lowered.query }
    if case .select(let select) = lowered.query.body, select.from == nil { return lowered.query }
    if lowered.hasOuterAggregates {
      throw SQLError(
        .featureNotSupported, "an aggregate of an outer query in a subquery of several rows is not supported",
        hint: "Add limit 1 to the subquery.")
    }
    let table = uniqueAlias("scalar")
    let column = SQLiteExpression.column(ColumnUse(table: table, column: lowered.storageColumns[0]))
    let single = SQLiteCall(name: "pg_single", arguments: [column])
    let select = SQLiteSelect(
      items: [SQLiteItem(expression: .call(single), alias: nil)], from: .subquery(lowered.query, alias: table))
    return SQLiteQuery(body: .select(select))
  }

  private func booleanOperand(_ operand: Expression, _ name: String, _ clause: Clause, _ scope: Scope) throws(SQLError)
    -> TypedExpression
  {
    let value = try lower(operand, clause, scope)
    guard value.type.isUnknown || value.type == .boolean else {
      throw SQLError(
        .datatypeMismatch, "argument of \(name) must be type boolean, not type \(value.type.displayName)",
        at: operand.range)
    }
    return try context.cast(value, to: .boolean, in: .implicit)
  }

  /// Runs `body` with errors that have no place given this one.
  func located<Value>(_ range: SourceRange, _ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
    do throws(SQLError) {
      return try body()
    } catch {
      var located = error
      located.range = located.range ?? range
      throw located
    }
  }

  // MARK: Literals and parameters

  private func integerLiteral(_ digits: String, _ range: SourceRange) throws(SQLError) -> TypedExpression {
    if let value = Int64(digits) {
      let type: SQLType = Int32(exactly: value) == nil ? .int8 : .int4
      return TypedExpression(.integer(value), type, isNullable: false, constant: .integer(value), at: range)
    }
    return try located(range) { () throws(SQLError) in
      try self.context.numericLiteral(Numeric(digits), .numeric, at: range)
    }
  }

  private func typedLiteral(_ name: TypeName, _ text: String, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    let type = try SQLType(name)
    if type == .interval, let fields = name.intervalFields {
      let value = try located(range) { () throws(SQLError) in
        try Interval(text, fields: Interval.Fields(declaration: fields))
      }
      return TypedExpression(
        .text(value.description), .interval, isNullable: false, constant: .interval(value), at: range)
    }
    let literal = TypedExpression(.text(text), .unknown, isNullable: false, constant: .string(text), at: range)
    return try context.cast(literal, to: type, in: .explicit)
  }

  private func lowerParameter(_ parameter: Expression.Parameter, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    let source: ParameterList.Source
    let type: SQLType
    switch parameter {
    case .positional(let number):
      source = .positional(number)
      type = parameterTypes[source] ?? .text
    case .named(let name):
      source = .named(name)
      guard let known = parameterTypes[source] else {
        throw SQLError(
          .undefinedParameter, "there is no parameter :\(name)",
          hint: nearest(name, in: parameterNames).map { "Perhaps you meant :\($0)." }, at: range)
      }
      type = known
    }
    return TypedExpression(
      .parameter(context.parameters.number(of: source)), type, fixedPoint: type.fixedPoint, at: range)
  }

  private func currentValue(_ name: String, _ precision: Int?, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    let now = transactionTime(range)
    func current(_ base: SQLType.Base) throws(SQLError) -> TypedExpression {
      let type = SQLType(base, precision: precision.flatMap { $0 < 6 ? $0 : nil })
      return try context.cast(now, to: type, in: .explicit)
    }
    switch name {
    case "current_timestamp": return try current(.timestamptz)
    case "localtimestamp": return try current(.timestamp)
    case "current_time": return try current(.timetz)
    case "localtime": return try current(.time)
    case "current_date": return try context.cast(now, to: .date, in: .explicit)
    case "current_user", "user", "current_role":
      return TypedExpression(.call("pg_current_user"), SQLType(.name), isNullable: false, at: range)
    case "session_user":
      return TypedExpression(.call("pg_session_user"), SQLType(.name), isNullable: false, at: range)
    case "current_catalog":
      return TypedExpression(.call("pg_current_database"), SQLType(.name), isNullable: false, at: range)
    case "current_schema":
      return FunctionLibrary.currentSchema(context, at: range)
    default:
      throw SQLError(.featureNotSupported, "\(name) is not supported yet", at: range)
    }
  }

  func transactionTime(_ range: SourceRange) -> TypedExpression {
    TypedExpression(
      .parameter(context.parameters.number(of: .transactionTime)), .timestamptz, isNullable: false, at: range)
  }

  // MARK: Columns

  enum ScopeLevels { case current, all }

  func resolveColumn(_ name: QualifiedName, _ scope: Scope) throws(SQLError) -> TypedExpression {
    if name.name == Compiler.rowNumberName { return try rowNumber(name, scope) }
    if let found = try findColumn(name, scope, levels: .all) {
      try refuseVariable(name)
      return found
    }
    if let variable = try findVariable(name) { return variable }
    if let row = try findWholeRow(name, scope) { return row }
    if let record = recordVariable(name) { return try wholeRow(record, name.range) }
    if let column = try systemColumn(name, scope) { return column }
    if name.parts.count > 1 {
      let qualifier = QualifiedName(Array(name.parts.dropLast()))
      let relation = try relation(named: qualifier, scope, qualifier.range)
      throw SQLError(
        .undefinedColumn, "column \(relation.name).\(name.name) does not exist",
        hint: columnHint(name.name, [relation]), at: name.range)
    }
    throw SQLError(
      .undefinedColumn, "column \"\(name.name)\" does not exist", hint: columnHint(name.name, scope.visibleRelations),
      at: name.range)
  }

  private func columnHint(_ name: String, _ relations: [ScopeRelation]) -> String? {
    for relation in relations {
      if let near = nearest(name, in: relation.columns.map(\.name)) {
        return "Perhaps you meant to reference the column \"\(relation.name).\(near)\"."
      }
    }
    return nil
  }

  func findColumn(_ name: QualifiedName, _ scope: Scope, levels: ScopeLevels) throws(SQLError) -> TypedExpression? {
    var level: Scope? = scope
    while let current = level {
      if let found = try findColumn(name, in: current) { return found }
      if levels == .current { return nil }
      level = current.parent
    }
    return nil
  }

  private func findColumn(_ name: QualifiedName, in scope: Scope) throws(SQLError) -> TypedExpression? {
    var matches: [ScopeColumn] = []
    if name.parts.count == 1 {
      matches = scope.merged.filter { $0.name == name.name }
      if matches.isEmpty {
        matches = scope.relations.flatMap { relation in
          relation.columns.filter { $0.name == name.name && !$0.isMerged }
        }
      }
    } else {
      let qualifier = name.parts[name.parts.count - 2].name
      let schema = name.parts.count > 2 ? name.parts[name.parts.count - 3].name : nil
      matches = scope.relations.filter { $0.name == qualifier && (schema == nil || $0.schema == schema) }
        .flatMap { relation in relation.columns.filter { $0.name == name.name } }
    }
    guard let match = matches.first else { return nil }
    guard matches.count == 1 else {
      throw SQLError(.ambiguousColumn, "column reference \"\(name.name)\" is ambiguous", at: name.range)
    }
    noteUse(match.origin, of: name)
    var found = match.expression
    if case .column(var use) = found.sql {
      use.range = name.range
      found.sql = .column(use)
    }
    return found
  }

  // MARK: Predicates

  private func lowerTest(
    _ operand: Expression, _ test: Expression.Test, _ negated: Bool, _ clause: Clause, _ scope: Scope
  ) throws(SQLError) -> TypedExpression {
    func boolean(_ sql: SQLiteExpression) -> TypedExpression {
      TypedExpression(sql, .boolean, isNullable: false, at: operand.range)
    }
    if test == .null {
      let value = try lower(operand, clause, scope)
      if value.fields != nil { return boolean(compositeTest(value, negated: negated)) }
      return boolean(.postfix(value.sql, negated ? "is not null" : "is null"))
    }
    let value = try booleanOperand(operand, "IS \(test == .unknown ? "UNKNOWN" : "TRUE")", clause, scope).sql
    switch test {
    case .true_: return boolean(.infix(negated ? "is not" : "is", value, .integer(1)))
    case .false_: return boolean(.infix(negated ? "is not" : "is", value, .integer(0)))
    case .unknown, .null: return boolean(.postfix(value, negated ? "is not null" : "is null"))
    }
  }

  private func lowerBetween(
    _ operand: Expression, _ low: Expression, _ high: Expression, _ symmetric: Bool, _ negated: Bool,
    _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let value = try lower(operand, clause, scope)
    let bounds = [try lower(low, clause, scope), try lower(high, clause, scope)]
    func within(_ low: TypedExpression, _ high: TypedExpression) throws(SQLError) -> SQLiteExpression {
      let above = try compare(">=", value, low, at: range).sql
      let below = try compare("<=", value, high, at: range).sql
      // One BETWEEN evaluates its operand once and lets SQLite use an index range.
      if case .infix(_, let a, let lowSQL) = above, case .infix(_, let b, let highSQL) = below, a == b {
        return .between(a, lowSQL, highSQL, negated: false)
      }
      return .chain("and", [above, below])
    }
    var sql = try within(bounds[0], bounds[1])
    if symmetric { sql = .chain("or", [sql, try within(bounds[1], bounds[0])]) }
    return TypedExpression(negated ? .prefix("not", sql) : sql, .boolean, at: range)
  }

  private func lowerIn(
    _ operand: Expression, _ elements: [Expression], _ negated: Bool, _ clause: Clause, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    if case .row(let parts, _) = operand.kind, parts.count > 1 {
      var alternatives: [SQLiteExpression] = []
      let value = try lower(operand, clause, scope)
      for element in elements {
        alternatives.append(
          try compareRows("=", value, lower(element, clause, scope), bothAreRows: element.isRow, range).sql)
      }
      let sql: SQLiteExpression = alternatives.count == 1 ? alternatives[0] : .chain("or", alternatives)
      return TypedExpression(negated ? .prefix("not", sql) : sql, .boolean, at: range)
    }
    let value = try lower(operand, clause, scope)
    let list = try elements.map { element throws(SQLError) in try lower(element, clause, scope) }
    return try membership(value, list, negated, range)
  }

  /// The elements of `array[…]`: untyped literals alone are texts before anything is compared with them.
  private func arrayElements(_ elements: [Expression], _ clause: Clause, _ scope: Scope) throws(SQLError)
    -> [TypedExpression]
  {
    var list = try elements.map { element throws(SQLError) in try lower(element, clause, scope) }
    if list.allSatisfy(\.type.isUnknown) {
      for index in list.indices { list[index] = try context.cast(list[index], to: .text, in: .implicit) }
    }
    return list
  }

  /// - Parameter symbol: The operator of `= any (array[…])` and `<> all (array[…])`; errors point at it.
  func membership(
    _ value: TypedExpression, _ list: [TypedExpression], _ negated: Bool, _ range: SourceRange,
    of symbol: Operator? = nil
  ) throws(SQLError) -> TypedExpression {
    for element in list {
      _ = try comparablePair(value, element, negated && symbol != nil ? "<>" : "=", symbol?.range ?? element.range)
    }
    let unified = try unify([value] + list, "IN", keepsScales: false)
    let sql = SQLiteExpression.inList(
      unified.values[0].comparable, unified.values.dropFirst().map(\.sql), negated: negated)
    return TypedExpression(sql, .boolean, at: range)
  }

  private func lowerIn(
    _ operand: Expression, _ query: Query, _ negated: Bool, _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    var operands = [operand]
    if case .row(let parts, _) = operand.kind, parts.count > 1 { operands = parts }
    var lowered = try lower(query, parent: scope)
    guard lowered.columns.count == operands.count else {
      throw SQLError(
        .syntaxError, "subquery has too \(lowered.columns.count > operands.count ? "many" : "few") columns",
        at: query.range)
    }
    var values: [SQLiteExpression] = []
    // An untyped literal in the subquery's list is text by the time it is compared.
    var columns = lowered.columns.map(\.known)
    for (index, operand) in operands.enumerated() {
      let value = try lower(operand, clause, scope)
      _ = try comparablePair(value, columns[index].asExpression, "=", range)
      guard let type = CastRules.commonType([value.type, columns[index].type]) else {
        throw operatorMissing("=", value.type, columns[index].type, range)
      }
      var cast = try context.cast(value, to: type, in: .implicit)
      if type.isNumeric {
        let fixed = commonFixedPoint([value, columns[index].asExpression])
        cast = try represented(cast, as: fixed)
        columns[index].fixedPoint = fixed
      }
      columns[index].type = type
      values.append(cast.comparable)
    }
    lowered = try converted(lowered, to: columns, at: query.range)
    let left: SQLiteExpression = values.count == 1 ? values[0] : .row(values)
    return TypedExpression(.inQuery(left, lowered.query, negated: negated), .boolean, at: range)
  }

  private func lowerQuantified(
    _ operand: Expression, _ symbol: Operator, _ quantifier: Expression.Quantifier,
    _ right: Expression.QuantifiedOperand, _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let isMembership = quantifier == .any && symbol.symbol == "="
    let isExclusion = quantifier == .all && (symbol.symbol == "<>" || symbol.symbol == "!=")
    switch right {
    case .query(let query) where isMembership || isExclusion:
      return try lowerIn(operand, query, isExclusion, clause, scope, range)
    case .array(let array):
      if case .array(let elements) = array.kind, isMembership || isExclusion, !elements.isEmpty, !operand.isRow,
        !elements.contains(where: { if case .array = $0.kind { true } else { false } })
      {
        let value = try lower(operand, clause, scope)
        return try placed(at: symbol, insteadOf: range) { () throws(SQLError) in
          try membership(value, try arrayElements(elements, clause, scope), isExclusion, range, of: symbol)
        }
      }
      let (value, list) = (try lower(operand, clause, scope), try lower(array, clause, scope))
      return try placed(at: symbol, insteadOf: range) { () throws(SQLError) in
        try lowerQuantified(value, symbol, quantifier, array: list, range)
      }
    case .query(let query):
      return try lowerQuantified(lower(operand, clause, scope), symbol, quantifier, query, scope, range)
    }
  }

  private func lowerLike(
    _ kind: Expression.LikeKind, _ operand: Expression, _ pattern: Expression, _ escape: Expression?,
    _ negated: Bool, _ clause: Clause, _ scope: Scope, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let name = kind == .like ? "~~" : kind == .ilike ? "~~*" : "SIMILAR TO"
    var arguments: [SQLiteExpression] = []
    let operands = [operand, pattern] + (escape.map { [$0] } ?? [])
    for (index, operand) in operands.enumerated() {
      let value = try lower(operand, clause, scope)
      guard value.type.isString || value.type.isUnknown else {
        throw operatorMissing(name, index == 0 ? value.type : .text, index == 0 ? .text : value.type, range)
      }
      // What is matched keeps the blanks of a character(n).
      let isPadded = index == 0 && value.type.base == .bpchar
      arguments.append(isPadded ? value.sql : try context.cast(value, to: .text, in: .implicit).sql)
    }
    let function = kind == .like ? "pg_like" : kind == .ilike ? "pg_ilike" : "pg_similar"
    let sql = SQLiteExpression.call(function, arguments)
    return TypedExpression(negated ? .prefix("not", sql) : sql, .boolean, at: range)
  }

  private func lowerCase(
    _ operand: Expression?, _ branches: [CaseBranch], _ otherwise: Expression?, _ clause: Clause, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let tested = try operand.map { operand throws(SQLError) in try lower(operand, clause, scope) }
    var conditions: [SQLiteExpression] = []
    var results: [TypedExpression] = []
    for branch in branches {
      if let tested {
        let value = try lower(branch.condition, clause, scope)
        conditions.append(try compare("=", tested, value, at: branch.condition.range).sql)
      } else {
        conditions.append(try condition(branch.condition, clause, scope, name: "CASE/WHEN"))
      }
      results.append(try lower(branch.result, clause, scope))
    }
    // ELSE stands first where the types differ in rank.
    if let otherwise { results.insert(try lower(otherwise, clause, scope), at: 0) }
    try refuseSets(results + (tested.map { [$0] } ?? []), in: "CASE", scope)
    let unified = try unify(results, "CASE")
    let branchValues = unified.values.suffix(conditions.count)
    let sql = SQLiteExpression.caseWhen(
      zip(conditions, branchValues).map { SQLiteBranch(condition: $0, result: $1.sql) },
      otherwise: otherwise == nil ? nil : unified.values.first?.sql)
    var result = TypedExpression(
      sql, unified.type, fixedPoint: unified.fixedPoint,
      isNullable: otherwise == nil || results.contains { $0.isNullable }, at: range)
    result.fields = unified.fields
    return result
  }

  // MARK: One type for several values

  struct Unified {
    var type: SQLType
    var fixedPoint: FixedPoint?
    var values: [TypedExpression]
    /// The fields of composite values.
    var fields: [ResultColumn]? { values.lazy.compactMap(\.fields).first }
  }

  /// Brings values to their common type and, for decimals, to one form.
  ///
  /// - Parameter keepsScales: Whether the values themselves are the result, so that each must keep its own scale:
  ///   `coalesce(2.50, 0)` shows 0 and not 0.00. Only compared, they may be scaled integers of a common scale.
  func unify(_ values: [TypedExpression], _ construct: String, keepsScales: Bool = true) throws(SQLError) -> Unified {
    guard let type = CastRules.commonType(values.map(\.type)) else {
      let known = values.filter { !$0.type.isUnknown }
      let first = known.first?.type ?? .text
      let other = known.first { CastRules.commonType([first, $0.type]) == nil } ?? known[known.count - 1]
      throw SQLError(
        .datatypeMismatch,
        "\(construct) types \(first.displayName) and \(other.type.displayName) cannot be matched", at: other.range)
    }
    let target = values.allSatisfy { $0.type == type || $0.type.isUnknown } ? type : type.unmodified
    var cast = try values.map { value throws(SQLError) in
      try context.cast(value, to: target.unmodified, in: .implicit)
    }
    var fixed: FixedPoint?
    if type.isNumeric {
      fixed = keepsScales ? equalFixedPoint(cast) : commonFixedPoint(cast)
      cast = try cast.map { value throws(SQLError) in try represented(value, as: fixed) }
    }
    return Unified(type: target, fixedPoint: fixed, values: cast)
  }

  /// The scaled-integer form of values that all have the same scale; nil when they differ.
  func equalFixedPoint(_ values: [TypedExpression]) -> FixedPoint? {
    guard let common = commonFixedPoint(values) else { return nil }
    for value in values where !value.type.isUnknown {
      if case .null? = value.constant { continue }
      guard value.fixedOrInteger?.scale == common.scale else { return nil }
    }
    return common
  }

  /// The scaled-integer form that can hold all the values; nil when one is a decimal text or the digits do not fit.
  func commonFixedPoint(_ values: [TypedExpression]) -> FixedPoint? {
    var scale = 0
    var digits = 0
    for value in values {
      if case .null? = value.constant { continue }
      if value.type.isUnknown { continue }
      guard let fixed = value.fixedOrInteger else { return nil }
      scale = Swift.max(scale, fixed.scale)
      digits = Swift.max(digits, fixed.precision - fixed.scale)
    }
    let precision = digits + scale
    return precision <= FixedPoint.maximumPrecision ? FixedPoint(precision: precision, scale: scale) : nil
  }

  /// The decimal in the given form: a scaled integer of that scale, or decimal text.
  func represented(_ value: TypedExpression, as fixed: FixedPoint?) throws(SQLError) -> TypedExpression {
    var result = value
    result.fixedPoint = fixed
    if case .null? = value.constant { return result }
    if let fixed, let current = value.fixedOrInteger {
      guard current.scale <= fixed.scale else {
        throw SQLError(.internalError, "a decimal would lose digits", at: value.range)
      }
      result.sql = context.scaledUp(value.sql, by: fixed.scale - current.scale)
    } else if fixed == nil {
      result.sql = context.decimalText(value)
    }
    return result
  }
}

extension Scope {
  /// The FROM items of this level and of those around it.
  var visibleRelations: [ScopeRelation] { relations + (parent?.visibleRelations ?? []) }
}
