extension Analyzer {
  func lower(_ reference: WindowReference, _ scope: Scope, _ range: SourceRange) throws(SQLError) -> SQLiteWindow {
    switch reference {
    case .named(let name): return try lower(try window(name, scope), scope)
    case .inline(let specification): return try lower(extended(specification, scope), scope)
    }
  }

  private func window(_ name: Identifier, _ scope: Scope) throws(SQLError) -> WindowSpecification {
    guard let found = scope.windows[name.name] else {
      throw SQLError(
        .undefinedObject, "window \"\(name.name)\" does not exist",
        hint: nearest(name.name, in: scope.windows.keys.sorted()).map { "Perhaps you meant the window \"\($0)\"." },
        at: name.range)
    }
    return found
  }

  /// The specification together with that of the window which it extends.
  func extended(_ specification: WindowSpecification, _ scope: Scope) throws(SQLError) -> WindowSpecification {
    guard let base = specification.base else { return specification }
    let inherited = try window(base, scope)
    if !specification.partitionBy.isEmpty {
      throw SQLError(
        .windowingError, "cannot override PARTITION BY clause of window \"\(base.name)\"", at: base.range)
    }
    if !specification.orderBy.isEmpty && !inherited.orderBy.isEmpty {
      throw SQLError(
        .windowingError, "cannot override ORDER BY clause of window \"\(base.name)\"", at: base.range)
    }
    if inherited.frame != nil {
      let isBare = specification.orderBy.isEmpty && specification.frame == nil
      throw SQLError(
        .windowingError, "cannot copy window \"\(base.name)\" because it has a frame clause",
        hint: isBare ? "Omit the parentheses in this OVER clause." : nil, at: base.range)
    }
    var result = specification
    result.base = nil
    result.partitionBy = inherited.partitionBy
    if !inherited.orderBy.isEmpty { result.orderBy = inherited.orderBy }
    return result
  }

  private func lower(_ specification: WindowSpecification, _ scope: Scope) throws(SQLError) -> SQLiteWindow {
    var window = SQLiteWindow(partitionBy: [], orderBy: [])
    for expression in specification.partitionBy {
      window.partitionBy.append(try lower(expression, .windowDefinition, scope).comparable)
    }
    var keys: [TypedExpression] = []
    for item in specification.orderBy {
      let value = try lower(item.expression, .windowDefinition, scope)
      keys.append(value)
      window.orderBy.append(try orderTerm(value.sql, value, item))
    }
    guard let frame = specification.frame else { return window }
    guard frame.unit == .range, frame.hasOffset else {
      window.frame = try text(of: frame, scope) { offset, name throws(SQLError) in
        try self.rowCount(offset, name, frame, scope)
      }
      return window
    }
    guard keys.count == 1, let key = keys.first, let item = specification.orderBy.first else {
      throw SQLError(
        .windowingError, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column", at: frame.range)
    }
    var isNative = true
    let native = try text(of: frame, scope) { offset, _ throws(SQLError) in
      let distance = try self.distance(offset, key, scope)
      if distance == nil { isNative = false }
      return distance ?? ""
    }
    if isNative {
      window.frame = native
    } else {
      guard frame.exclusion == nil else {
        throw SQLError(
          .featureNotSupported, "EXCLUDE with this RANGE offset is not supported", at: frame.range)
      }
      window.range = try range(frame, key, item, scope)
    }
    return window
  }

  /// Windows over a frame that SQLite lacks are computed for aggregates that need no order of their rows.
  func checkFrame(_ window: SQLiteWindow, _ expression: SQLiteExpression, _ range: SourceRange) throws(SQLError) {
    guard window.range != nil else { return }
    var isComputable = true
    expression.walk { part in
      guard case .call(let call) = part, call.window != nil else { return true }
      let isSum = ["_float8", "_float4", "_interval"].contains(where: call.name.hasSuffix)
      isComputable = call.isAggregate && (isSum || AggregateOrder.isIrrelevant(to: call.name))
      return false
    }
    guard isComputable else {
      throw SQLError(
        .featureNotSupported, "this RANGE offset is supported for sums, counts, averages, min and max only", at: range)
    }
  }

  /// The frame clause with its offsets as `offset` writes them.
  private func text(
    of frame: WindowFrame, _ scope: Scope, _ offset: (Expression, String) throws(SQLError) -> String
  ) throws(SQLError) -> String {
    func bound(_ bound: WindowFrame.Bound, _ name: String) throws(SQLError) -> String {
      switch bound {
      case .unboundedPreceding: "unbounded preceding"
      case .unboundedFollowing: "unbounded following"
      case .currentRow: "current row"
      case .preceding(let expression): try offset(expression, name) + " preceding"
      case .following(let expression): try offset(expression, name) + " following"
      }
    }
    let unit =
      switch frame.unit {
      case .rows: "rows"
      case .range: "range"
      case .groups: "groups"
      }
    var text = "\(unit) between \(try bound(frame.start, "starting")) and \(try bound(frame.end, "ending"))"
    switch frame.exclusion {
    case .currentRow: text += " exclude current row"
    case .group: text += " exclude group"
    case .ties: text += " exclude ties"
    case nil: break
    }
    return text
  }

  /// The offset of ROWS or GROUPS: the same for all rows.
  private func rowCount(_ offset: Expression, _ name: String, _ frame: WindowFrame, _ scope: Scope) throws(SQLError)
    -> String
  {
    let unit = frame.unit == .rows ? "ROWS" : "GROUPS"
    let value = try context.cast(lower(offset, .windowDefinition, scope), to: .int8, in: .implicit)
    if value.sql.uses(scope.tables) {
      throw SQLError(
        .invalidColumnReference, "argument of \(unit) must not contain variables", at: offset.range)
    }
    if case .null? = value.constant {
      throw SQLError(SQLState(rawValue: "22004"), "frame \(name) offset must not be null", at: offset.range)
    }
    if let count = offset.constantInteger {
      guard count >= 0 else {
        throw SQLError(SQLState(rawValue: "22013"), "frame \(name) offset must not be negative", at: offset.range)
      }
      return String(count)
    }
    // SQLite takes nothing that it would have to compute.
    guard case .parameter = value.sql else {
      throw SQLError(
        .featureNotSupported, "this offset of \(unit) is not supported", hint: "Write a number or a parameter.",
        at: offset.range)
    }
    return SQLitePrinter.print(value.sql)
  }

  /// The constant offset of RANGE in the units in which SQLite stores the key; nil when there is none.
  private func distance(_ offset: Expression, _ key: TypedExpression, _ scope: Scope) throws(SQLError) -> String? {
    let written = try lower(offset, .windowDefinition, scope)
    let value = try rangeOffset(written, key)
    switch value.constant {
    case .interval(let interval)? where key.type.category == .dateTime:
      // A day is 24 hours only where clocks never change, a month is never of fixed length.
      let isDate = key.type.base == .date
      guard let microseconds = interval.fixedMicroseconds,
        interval.days == 0 || isDate || key.type.base == .timestamp || context.timeZone.fixedOffsetSeconds != nil
      else { return nil }
      return String(isDate ? microseconds / 86_400_000_000 : microseconds)
    case .integer(let number)? where key.type.isInteger || key.fixedPoint != nil:
      guard let fixed = key.fixedPoint else { return String(number) }
      let (scaled, overflow) = number.multipliedReportingOverflow(by: powerOfTen(fixed.scale))
      return overflow ? nil : String(scaled)
    case .numeric(let number)?:
      return key.fixedPoint.flatMap { number.scaledInteger(scale: $0.scale) }.map { String($0) }
    default:
      if key.type.isFloat {
        switch written.constant {
        case .integer(let number)?: return String(Double(number))
        case .numeric(let number)?: return Double(number.description).map { "\($0)" }
        default: return nil
        }
      }
      return nil
    }
  }

  /// The offset of RANGE with the type that goes with the key's.
  private func rangeOffset(_ written: TypedExpression, _ key: TypedExpression) throws(SQLError) -> TypedExpression {
    let isTemporal = key.type.category == .dateTime || key.type.category == .timespan
    guard isTemporal || key.type.category == .number else {
      throw SQLError(
        .featureNotSupported,
        "RANGE with offset PRECEDING/FOLLOWING is not supported for column type \(key.type.displayName)",
        at: written.range)
    }
    let wanted: SQLType = isTemporal ? .interval : key.type.isNumeric ? .numeric : key.type.unmodified
    guard CastRules.context(from: written.type, to: wanted) == .implicit else {
      throw SQLError(
        .featureNotSupported,
        "RANGE with offset PRECEDING/FOLLOWING is not supported for column type \(key.type.unmodified.displayName) "
          + "and offset type \(written.type.displayName)", hint: "Cast the offset value to an appropriate type.",
        at: written.range)
    }
    let value = try context.cast(
      written, to: isTemporal ? .interval : key.type.isNumeric ? .numeric : key.type.unmodified, in: .implicit)
    let isNegative =
      switch value.constant {
      case .interval(let interval)?: interval < .zero
      case .integer(let number)?: number < 0
      case .numeric(let number)?: number.signum < 0
      default: false
      }
    if isNegative {
      throw SQLError(
        SQLState(rawValue: "22013"), "invalid preceding or following size in window function", at: written.range)
    }
    return value
  }

  /// A frame of values around the current row's as a condition, for offsets that SQLite cannot add to the key.
  ///
  /// A row whose key is null has the other nulls for peers, and no distance from them to anything else.
  private func range(_ frame: WindowFrame, _ key: TypedExpression, _ item: OrderItem, _ scope: Scope)
    throws(SQLError) -> SQLiteFrameRange
  {
    var other = key
    other.sql = SQLiteFrameRange.otherKey
    other.constant = nil
    let isDescending = item.isDescending
    let nullsFirst = item.nullsFirst ?? isDescending
    func edge(_ bound: WindowFrame.Bound) throws(SQLError) -> TypedExpression? {
      let (offset, isBefore): (Expression, Bool)
      switch bound {
      case .unboundedPreceding, .unboundedFollowing: return nil
      case .currentRow: return key
      case .preceding(let expression): (offset, isBefore) = (expression, true)
      case .following(let expression): (offset, isBefore) = (expression, false)
      }
      let distance = try rangeOffset(lower(offset, .windowDefinition, scope), key)
      return try binary(isBefore != isDescending ? "-" : "+", key, distance, offset.range)
    }
    let otherIsNull = SQLiteExpression.postfix(other.sql, "is null")
    func condition(_ edge: TypedExpression, isStart: Bool) throws(SQLError) -> SQLiteExpression {
      let symbol = isStart != isDescending ? ">=" : "<="
      let within = try compare(symbol, other, edge, at: frame.range).sql
      let reachesNulls = isStart != nullsFirst
      return .caseWhen(
        [
          SQLiteBranch(
            condition: .postfix(key.sql, "is null"), result: reachesNulls ? otherIsNull : .integer(1)),
          SQLiteBranch(condition: otherIsNull, result: .integer(reachesNulls ? 1 : 0)),
        ], otherwise: within)
    }
    var conditions: [SQLiteExpression] = []
    if let start = try edge(frame.start) { conditions.append(try condition(start, isStart: true)) }
    if let end = try edge(frame.end) { conditions.append(try condition(end, isStart: false)) }
    return SQLiteFrameRange(
      key: key.sql, condition: conditions.count > 1 ? .chain("and", conditions) : conditions.first)
  }
}

extension Expression {
  /// The value of an integer expression of literals; nil where it is none or overflows.
  fileprivate var constantInteger: Int64? {
    switch kind {
    case .integer(let digits): return Int64(digits)
    case .unary(let symbol, let operand):
      guard let value = operand.constantInteger else { return nil }
      return symbol.symbol == "-" ? -value : symbol.symbol == "+" ? value : nil
    case .binary(let symbol, let left, let right):
      guard let a = left.constantInteger, let b = right.constantInteger else { return nil }
      let (result, overflow): (Int64, Bool)
      switch symbol.symbol {
      case "+": (result, overflow) = a.addingReportingOverflow(b)
      case "-": (result, overflow) = a.subtractingReportingOverflow(b)
      case "*": (result, overflow) = a.multipliedReportingOverflow(by: b)
      default: return nil
      }
      return overflow ? nil : result
    case .row(let elements, let isExplicit) where elements.count == 1 && !isExplicit:
      return elements[0].constantInteger
    case .cast(let operand, let type) where ["int2", "int4", "int8"].contains(type.name.name):
      return operand.constantInteger
    default: return nil
    }
  }
}

extension WindowFrame {
  fileprivate var hasOffset: Bool {
    [start, end].contains { bound in
      switch bound {
      case .preceding, .following: true
      default: false
      }
    }
  }
}

extension SelectPlan {
  /// Computes the windows whose frames SQLite lacks as subqueries over the rows of the partition.
  ///
  /// - Parameters:
  ///   - alias: For the rows, and for the common table that holds them.
  ///   - other: For the rows of a frame.
  /// - Returns: The common table; nil when there is no such window.
  /// - Complexity: O(rows²) in a partition.
  mutating func expandRanges(alias: String, other: String) -> SQLiteCommonTable? {
    var isNeeded = false
    rewrite { part in
      if case .call(let call) = part, call.window?.range != nil { isNeeded = true }
      return nil
    }
    guard isNeeded else { return nil }
    var items: [SQLiteItem] = []
    var names: [SQLiteExpression: String] = [:]
    func name(_ expression: SQLiteExpression) -> String {
      if let name = names[expression] { return name }
      let name = "h\(items.count + 1)"
      items.append(SQLiteItem(expression: expression, alias: name))
      names[expression] = name
      return name
    }
    func column(_ table: String, _ expression: SQLiteExpression) -> SQLiteExpression {
      if case .collate(let operand, let name) = expression { return .collate(column(table, operand), name) }
      if expression.isConstant { return expression }
      return .column(ColumnUse(table: table, column: name(expression)))
    }
    let later = Set(expansions.map(\.alias))
    rewrite { part in
      if part.isConstant { return part }
      if case .collate = part { return nil }
      if case .call(var call) = part, let window = call.window, let range = window.range {
        call.window = nil
        call.arguments = call.arguments.map { column(other, $0) }
        call.filter = call.filter.map { column(other, $0) }
        var conditions = window.partitionBy.map { SQLiteExpression.infix("is", column(other, $0), column(alias, $0)) }
        if let condition = range.condition {
          conditions.append(
            condition.rewritten { part in
              if part == SQLiteFrameRange.otherKey { return column(other, range.key) }
              if part == range.key { return column(alias, range.key) }
              return nil
            })
        }
        let rows = SQLiteTable.relation(alias, alias: other)
        var select = SQLiteSelect(items: [SQLiteItem(expression: .call(call), alias: nil)], from: rows)
        select.condition = conditions.count > 1 ? .chain("and", conditions) : conditions.first
        return .scalar(SQLiteQuery(body: .select(select)))
      }
      var hasRange = false
      part.walk { inner in
        if case .call(let call) = inner, call.window?.range != nil { hasRange = true }
        return !hasRange
      }
      if hasRange { return nil }
      if part.uses(later) {
        if case .column = part { return part }
        return nil
      }
      return column(alias, part)
    }
    if items.isEmpty { items.append(SQLiteItem(expression: .integer(1), alias: "none")) }
    core.items = items
    let table = SQLiteCommonTable(
      name: alias, columns: items.compactMap(\.alias), isMaterialized: true,
      query: SQLiteQuery(body: .select(core)))
    core = SQLiteSelect(items: [], from: .relation(alias, alias: alias))
    return table
  }
}
