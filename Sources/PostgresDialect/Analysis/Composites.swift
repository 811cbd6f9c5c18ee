extension LoweringContext {
  /// A composite value of the fields: a record as SQLite holds it, whose names and types only the compiler knows.
  func composite(_ fields: [CompositeField], at range: SourceRange) -> TypedExpression {
    var kinds = ""
    var columns: [ResultColumn] = []
    var values: [SQLiteExpression] = []
    for field in fields {
      let value = field.value.type.isUnknown ? textOf(field.value) : field.value
      // Decimal and interval texts are marked, so that records compare by value.
      let isText = value.fixedPoint == nil && !value.type.isArray
      switch value.type.base {
      case .numeric where isText: kinds += "n"
      case .interval where isText: kinds += "i"
      case .text where isText && !value.isBytewise, .varchar where isText && !value.isBytewise: kinds += "t"
      default: kinds += "."
      }
      var column = ResultColumn(
        name: field.name, type: value.type, fixedPoint: value.fixedPoint, isNullable: value.isNullable)
      column.fields = value.fields
      columns.append(column)
      values.append(value.sql)
    }
    var result = TypedExpression(
      .call("pg_row", [.text(kinds)] + values), SQLType(.record), isNullable: false, at: range)
    result.fields = columns
    result.parts = fields.map(\.value)
    return result
  }

  /// The fields of a composite value with their names: what `to_jsonb`, `row_to_json`, `jsonb_agg` and their kin need
  /// to make an object of a record.
  ///
  /// For a value whose type is `record` and whose ``TypedExpression/fields`` are set, as every whole-row reference
  /// (`to_jsonb(t)`) and row constructor (`row(1, 'a')`, with names `f1`, `f2` …) has. Each field is an ordinary typed
  /// expression. The composite itself may be null, as a row that a left join did not find: an object made of the
  /// fields must be null then (`case when value.sql is not null then … end`, where ``TypedExpression/isNullable``).
  ///
  /// - Returns: Nil for a value that is no composite.
  func fields(of value: TypedExpression) -> [CompositeField]? {
    guard let columns = value.fields else { return nil }
    return columns.enumerated().map { index, column in
      var field = column.asExpression
      field.range = value.range
      if let parts = value.parts, parts.count == columns.count {
        field = parts[index]
      } else {
        field.sql = .call("pg_row_field", value.sql, .integer(Int64(index)))
        field.isNullable = field.isNullable || value.isNullable
      }
      return CompositeField(name: column.name, value: field)
    }
  }

  /// A record's text, `(1,abc,)`.
  func recordText(_ value: TypedExpression) -> SQLiteExpression {
    let texts = (fields(of: value) ?? []).map { booleanText($0.value).sql }
    let text = SQLiteExpression.call("pg_record_text", texts)
    guard value.isNullable else { return text }
    return .caseWhen(
      [SQLiteBranch(condition: .postfix(value.sql, "is not null"), result: text)], otherwise: nil)
  }
}

/// A field of a composite value.
struct CompositeField {
  var name: String
  var value: TypedExpression
}

extension Expression {
  /// Whether the expression is a row constructor: its comparisons are by the standard's rules for nulls, those of other
  /// composite values take nulls as equal.
  /// Source: <https://www.postgresql.org/docs/15/functions-comparisons.html#COMPOSITE-TYPE-COMPARISON>
  var isRow: Bool {
    if case .row(let elements, let isExplicit) = kind { isExplicit || elements.count > 1 } else { false }
  }
}

extension Analyzer {
  /// `row(a, b)` or `(a, b)`: fields `f1`, `f2` …; `t.*` inside stands for all of t's columns.
  func lowerRow(_ elements: [Expression], _ clause: Clause, _ scope: Scope, _ range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    var values: [TypedExpression] = []
    for element in elements {
      switch element.kind {
      case .star(let qualifier?):
        values += try relation(named: qualifier, scope, element.range).columns.map(\.expression)
      case .fieldStar(let operand):
        values += try compositeFields(lower(operand, clause, scope), element.range).map(\.value)
      default:
        values.append(try lower(element, clause, scope))
      }
    }
    let fields = values.enumerated().map { CompositeField(name: "f\($0 + 1)", value: $1) }
    return context.composite(fields, at: range)
  }

  /// The row that a FROM item's name stands for where no column has that name.
  func findWholeRow(_ name: QualifiedName, _ scope: Scope) throws(SQLError) -> TypedExpression? {
    var level: Scope? = scope
    while let current = level {
      let schema = name.schema
      if let relation = current.relations.first(where: {
        $0.name == name.name && (schema == nil || $0.schema == schema)
      }) {
        return try wholeRow(relation, name.range)
      }
      level = current.parent
    }
    return nil
  }

  func wholeRow(_ relation: ScopeRelation, _ range: SourceRange) throws(SQLError) -> TypedExpression {
    if relation.isScalarFunction, let column = relation.columns.first { return column.expression }
    var row = context.composite(
      relation.columns.map { CompositeField(name: $0.name, value: $0.expression) }, at: range)
    if let stored = relation.relation {
      row.type.rowOf = stored.schema == "public" ? stored.name : stored.qualifiedName
    }
    if relation.isNull {
      row.sql = .null
      row.isNullable = true
      row.parts = nil
      return row
    }
    guard relation.isNullExtended else { return row }
    // The row that an outer join did not find is null and not a row of nulls.
    let presence: SQLiteExpression
    if relation.relation != nil {
      presence = .postfix(.column(ColumnUse(table: relation.table, column: "rowid")), "is not null")
    } else {
      let isThere = relation.columns.map { SQLiteExpression.postfix($0.expression.sql, "is not null") }
      guard !isThere.isEmpty else { return row }
      presence = isThere.count == 1 ? isThere[0] : .chain("or", isThere)
    }
    row.sql = .caseWhen([SQLiteBranch(condition: presence, result: row.sql)], otherwise: nil)
    row.isNullable = true
    row.parts = nil
    return row
  }

  func compositeFields(_ value: TypedExpression, _ range: SourceRange) throws(SQLError) -> [CompositeField] {
    guard let fields = context.fields(of: value) else {
      throw SQLError(
        .wrongObjectType, "type \(value.type.displayName) is not composite", at: range)
    }
    return fields
  }

  /// `(composite).name`.
  func field(_ name: Identifier, of value: TypedExpression, _ operand: Expression, _ range: SourceRange)
    throws(SQLError) -> TypedExpression
  {
    guard let fields = context.fields(of: value) else {
      throw SQLError(
        .wrongObjectType,
        "column notation .\(name.name) applied to type \(value.type.displayName), which is not a composite type",
        at: range)
    }
    guard let field = fields.first(where: { $0.name == name.name }) else {
      var message = "could not identify column \"\(name.name)\" in record data type"
      if case .column(let relation) = operand.kind { message = "column \(relation.name).\(name.name) does not exist" }
      throw SQLError(.undefinedColumn, message, at: name.range)
    }
    return field.value
  }

  /// `value::relation`: a record, or null, as a row of a relation; nil when the name is no relation's.
  func compositeCast(_ operand: Expression, _ name: TypeName, _ clause: Clause, _ scope: Scope) throws(SQLError)
    -> TypedExpression?
  {
    guard name.arrayDimensions == 0, name.modifiers.isEmpty, !SQLType.isKnown(name),
      let relation = catalog.relation(schema: name.name.schema, name: name.name.name)
    else { return nil }
    let value = try lower(operand, clause, scope)
    let columns = scopeColumns(relation, "")
    var type = SQLType(.record)
    type.rowOf = relation.schema == "public" ? relation.name : relation.qualifiedName
    if case .null? = value.constant {
      var null = TypedExpression(.null, type, constant: .null, at: operand.range)
      null.fields = context.composite(
        columns.map { CompositeField(name: $0.name, value: $0.expression) }, at: operand.range
      ).fields?.map { field in
        var field = field
        field.isNullable = true
        return field
      }
      return null
    }
    guard let fields = context.fields(of: value) else {
      throw SQLError(
        .featureNotSupported, "a cast of \(value.type.displayName) to a row type is not supported yet",
        at: operand.range)
    }
    guard fields.count == columns.count else {
      throw SQLError(
        .cannotCoerce, "cannot cast type record to \(type.displayName)",
        detail: "Input has too \(fields.count < columns.count ? "few" : "many") columns.", at: operand.range)
    }
    var cast: [CompositeField] = []
    for (field, column) in zip(fields, columns) {
      var converted = try context.cast(field.value, to: column.expression.type, in: .explicit)
      if converted.type.isNumeric { converted = try represented(converted, as: converted.type.fixedPoint) }
      cast.append(CompositeField(name: column.name, value: converted))
    }
    var result = context.composite(cast, at: operand.range)
    result.type = type
    guard value.isNullable else { return result }
    result.sql = .caseWhen(
      [SQLiteBranch(condition: .postfix(value.sql, "is not null"), result: result.sql)], otherwise: nil)
    result.isNullable = true
    result.parts = nil
    return result
  }

  // MARK: Comparison

  /// `composite is null` is true when every field is null, `is not null` when none is.
  func compositeTest(_ value: TypedExpression, negated: Bool) -> SQLiteExpression {
    let fields = context.fields(of: value) ?? []
    let tests = fields.map { field -> SQLiteExpression in
      // A composite inside a composite counts as a value.
      .postfix(field.value.sql, negated ? "is not null" : "is null")
    }
    if tests.isEmpty { return .integer(negated ? 0 : 1) }
    return tests.count == 1 ? tests[0] : .chain("and", tests)
  }

  /// The fields of two composites, pair by pair, in forms that SQLite compares.
  func compositePair(_ left: TypedExpression, _ right: TypedExpression, _ symbol: String, _ range: SourceRange)
    throws(SQLError) -> [(left: SQLiteExpression, right: SQLiteExpression)]
  {
    let lefts = try compositeFields(left, range)
    let rights = try compositeFields(right, range)
    guard lefts.count == rights.count else {
      throw SQLError(.syntaxError, "unequal number of entries in row expressions", at: range)
    }
    var pairs: [(left: SQLiteExpression, right: SQLiteExpression)] = []
    for (a, b) in zip(lefts, rights) { pairs.append(try comparablePair(a.value, b.value, symbol, range)) }
    return pairs
  }

  func compareRows(
    _ symbol: String, _ left: TypedExpression, _ right: TypedExpression, bothAreRows: Bool, _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let symbol = symbol == "!=" ? "<>" : symbol
    guard ["=", "<>", "<", "<=", ">", ">="].contains(symbol) else {
      throw operatorMissing(symbol, left.type, right.type, range)
    }
    guard right.fields != nil, left.fields != nil else {
      throw operatorMissing(symbol, left.type, right.type, range)
    }
    let pairs = try compositePair(left, right, symbol, range)
    if bothAreRows, !pairs.isEmpty {
      let sql = SQLiteExpression.infix(symbol, .row(pairs.map(\.left)), .row(pairs.map(\.right)))
      return TypedExpression(sql, .boolean, at: range)
    }
    // Composite values have one order, in which nulls are equal to each other: that of the record's text.
    func record(_ value: TypedExpression, _ other: TypedExpression) throws(SQLError) -> SQLiteExpression {
      var fields = try compositeFields(value, range)
      for (index, field) in try compositeFields(other, range).enumerated() {
        let unified = try unify([fields[index].value, field.value], "row comparison", keepsScales: false)
        fields[index].value = unified.values[0]
      }
      let record = context.composite(fields, at: range)
      guard value.isNullable else { return record.comparable }
      let known = SQLiteBranch(condition: .postfix(value.sql, "is not null"), result: record.sql)
      return .collate(.caseWhen([known], otherwise: nil), "pg_record")
    }
    return TypedExpression(
      .infix(symbol, try record(left, right), try record(right, left)), .boolean,
      isNullable: left.isNullable || right.isNullable, at: range)
  }

  /// `(a, b) = (select x, y …)`: null when the subquery has no row.
  func compareRow(_ symbol: String, _ left: TypedExpression, _ query: Query, _ scope: Scope, _ range: SourceRange)
    throws(SQLError) -> TypedExpression
  {
    let lowered = try lower(query, parent: scope)
    let fields = left.fields ?? []
    guard lowered.columns.count == fields.count else {
      throw SQLError(
        .syntaxError, "subquery has too \(lowered.columns.count > fields.count ? "many" : "few") columns",
        at: query.range)
    }
    let table = uniqueAlias("row")
    let columns = zip(lowered.columns, lowered.storageColumns).map { column, storage in
      CompositeField(name: column.name, value: column.known.use(table, storage))
    }
    var right = context.composite(columns, at: range)
    let single = SQLiteSelect(
      items: [SQLiteItem(expression: .call(SQLiteCall(name: "pg_single", arguments: [right.sql])), alias: nil)],
      from: .subquery(lowered.named, alias: table))
    right.sql = .scalar(SQLiteQuery(body: .select(single)))
    right.isNullable = true
    right.parts = nil
    return try compareRows(symbol, left, right, bothAreRows: true, range)
  }

  // MARK: ANY and ALL over subqueries

  /// `x > all (select …)`: the subquery's values are collected and compared one by one.
  func lowerQuantified(
    _ value: TypedExpression, _ symbol: Operator, _ quantifier: Expression.Quantifier, _ query: Query, _ scope: Scope,
    _ range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    let name = symbol.symbol == "!=" ? "<>" : symbol.symbol
    guard ["=", "<>", "<", "<=", ">", ">="].contains(name) else {
      throw SQLError(
        .featureNotSupported, "\(symbol.symbol) with ANY or ALL of a subquery is not supported yet", at: range)
    }
    var lowered = try lower(query, parent: scope)
    guard lowered.columns.count == 1, value.fields == nil else {
      if value.fields != nil {
        throw SQLError(
          .featureNotSupported, "row values with ANY or ALL of a subquery are supported with = and <> only", at: range)
      }
      throw SQLError(.syntaxError, "subquery has too many columns", at: query.range)
    }
    var columns = lowered.columns.map(\.known)
    _ = try comparablePair(value, columns[0].asExpression, name, range)
    let unified = try unify([value, columns[0].asExpression], "ANY", keepsScales: false)
    columns[0].type = unified.type
    columns[0].fixedPoint = unified.fixedPoint
    lowered = try converted(lowered, to: columns, at: query.range)
    let table = uniqueAlias("collected")
    let column = SQLiteExpression.column(ColumnUse(table: table, column: lowered.storageColumns[0]))
    let collected = SQLiteSelect(
      items: [SQLiteItem(expression: FunctionLibrary.aggregateCall("pg_collect_rows", [column]), alias: "rows")],
      from: .subquery(lowered.named, alias: table))
    let collation = unified.fixedPoint == nil ? unified.type.orderCollation ?? "" : ""
    return TypedExpression(
      .call(
        "pg_quantified", .text(quantifier == .all ? "all" : "any"), .text(name), .text(collation),
        unified.values[0].sql, .scalar(SQLiteQuery(body: .select(collected)))), .boolean, at: range)
  }
}
