extension FunctionLibrary {
  static let setFunctions: [FunctionDefinition] = series

  /// A set-returning function that is one call of a registered function; decimals are passed as decimal texts.
  @inline(never)
  static func setFunction(
    _ name: String, _ arguments: [SQLType], optional: Int = 0, _ columns: [ResultColumn], as sqliteName: String,
    volatility: FunctionDefinition.Volatility = .immutable
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, arguments, optional: optional, columns.count == 1 ? columns[0].type : SQLType(.record), kind: .set,
      volatility: volatility, columns: columns,
      lower: .rowSet { (context, values) throws(SQLError) in
        .call(sqliteName, values.map { $0.type.isNumeric ? context.decimalText($0) : $0.sql })
      })
  }

  /// The column of a function that returns plain values: it is called as the function or its alias.
  @inline(never)
  static func setColumn(_ type: SQLType, isNullable: Bool = true) -> [ResultColumn] {
    [ResultColumn(name: "", type: type, isNullable: isNullable)]
  }

  private static let series: [FunctionDefinition] =
    [SQLType.int4, .int8].map { type in
      FunctionDefinition(
        "generate_series", [type, type, type], optional: 1, type, kind: .set,
        columns: setColumn(type, isNullable: false),
        lower: .rowSet { (_, values) throws(SQLError) in
          .call("pg_series_integer", values[0].sql, values[1].sql, values.count > 2 ? values[2].sql : .integer(1))
        })
    } + [
      FunctionDefinition(
        "generate_series", [.numeric, .numeric, .numeric], optional: 1, .numeric, kind: .set,
        columns: setColumn(.numeric, isNullable: false),
        lower: .rowSet { (context, values) throws(SQLError) in
          let texts = values.map { context.decimalText($0) }
          return .call("pg_series_numeric", texts[0], texts[1], texts.count > 2 ? texts[2] : .text("1"))
        }),
      FunctionDefinition(
        "generate_series", [.timestamp, .timestamp, .interval], .timestamp, kind: .set,
        columns: setColumn(.timestamp, isNullable: false),
        lower: .rowSet { (_, values) throws(SQLError) in .call("pg_series_time", values.map(\.sql)) }),
      FunctionDefinition(
        "generate_series", [.timestamptz, .timestamptz, .interval], .timestamptz, kind: .set, volatility: .stable,
        columns: setColumn(.timestamptz, isNullable: false),
        lower: .rowSet { (context, values) throws(SQLError) in
          .call("pg_series_time", values.map(\.sql) + [context.zone])
        }),
    ]
}
