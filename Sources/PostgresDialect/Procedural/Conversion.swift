extension CastRules {
  /// Whether a value may be assigned to a column or variable of the other type without being cast.
  public static func allowsAssignment(from source: SQLType, to target: SQLType) -> Bool {
    source.isUnknown || (context(from: source, to: target) ?? .explicit) <= .assignment
  }
}

extension Compiler {
  /// A statement that turns the parameter `:value`, held as a column holds it, into a value of a type, by PL/pgSQL's
  /// rules: an assignment cast where there is one, else the value's text read as the type.
  public func compileConversion(from column: ResultColumn, to type: SQLType) throws(SQLError) -> CompiledStatement {
    let analyzer = Analyzer(catalog: catalog, timeZone: timeZone)
    let range = SourceRange(start: 0, end: 0)
    var value = column.known.asExpression
    value.sql = .parameter(analyzer.context.parameters.number(of: .named("value")))
    value.range = range
    if CastRules.allowsAssignment(from: value.type, to: type) {
      value = try analyzer.context.cast(value, to: type, in: .assignment)
    } else {
      value = try analyzer.context.cast(value, to: .text, in: .explicit)
      value = try analyzer.context.cast(value, to: type, in: .explicit)
    }
    if type.isNumeric { value = try analyzer.represented(value, as: type.fixedPoint) }
    let select = SQLiteSelect(items: [SQLiteItem(expression: value.sql, alias: nil)])
    return CompiledStatement(
      kind: .query, sql: SQLitePrinter.print(SQLiteQuery(body: .select(select))),
      columns: [ResultColumn(name: "value", type: type, fixedPoint: type.fixedPoint)],
      parameters: analyzer.context.parameters.sources)
  }
}
