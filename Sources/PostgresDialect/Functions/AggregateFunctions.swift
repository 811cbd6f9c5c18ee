extension FunctionLibrary {
  /// Sums and averages of integers and short decimals are integer sums: exact, and the same in any order.
  static let aggregates: [FunctionDefinition] =
    [
      FunctionDefinition("count", [SQLType(.any)], .int8, kind: .aggregate, lower: aggregate("count", .int8)),
      FunctionDefinition("sum", [.int2], .int8, kind: .aggregate, lower: aggregate("sum", .int8)),
      FunctionDefinition("sum", [.int4], .int8, kind: .aggregate, lower: aggregate("sum", .int8)),
      FunctionDefinition(
        "sum", [.int8], .numeric, kind: .aggregate,
        lower: aggregate("sum", .numeric, fixedPoint: FixedPoint(precision: 19, scale: 0))),
      custom("sum", [.numeric], .numeric, kind: .aggregate) { (context, arguments) throws(SQLError) in
        guard let fixed = arguments[0].fixedPoint else {
          return TypedExpression(aggregateCall("pg_sum_numeric", [arguments[0].sql]), .numeric, at: context.range)
        }
        // How far a sum grows is not known here: with the full precision no further integer arithmetic is done on it.
        return TypedExpression(
          aggregateCall("sum", [arguments[0].sql]), .numeric, fixedPoint: FixedPoint(precision: 19, scale: fixed.scale),
          at: context.range)
      },
      FunctionDefinition("sum", [.float4], .float4, kind: .aggregate, lower: aggregate("pg_sum_float4", .float4)),
      FunctionDefinition("sum", [.float8], .float8, kind: .aggregate, lower: aggregate("pg_sum_float8", .float8)),
      FunctionDefinition(
        "sum", [.interval], .interval, kind: .aggregate, lower: aggregate("pg_sum_interval", .interval)),
      FunctionDefinition(
        "avg", [.interval], .interval, kind: .aggregate, lower: aggregate("pg_avg_interval", .interval)),
      FunctionDefinition("avg", [.float8], .float8, kind: .aggregate, lower: aggregate("pg_avg_float8", .float8)),
      FunctionDefinition("bool_and", [.boolean], .boolean, kind: .aggregate, lower: aggregate("min", .boolean)),
      FunctionDefinition("every", [.boolean], .boolean, kind: .aggregate, lower: aggregate("min", .boolean)),
      FunctionDefinition("bool_or", [.boolean], .boolean, kind: .aggregate, lower: aggregate("max", .boolean)),
      FunctionDefinition(
        "string_agg", [.text, .text], .text, kind: .aggregate, lower: aggregate("group_concat", .text)),
    ] + ["min", "max"].flatMap(extremes)
    + [SQLType.int2, .int4, .int8, .numeric].map { type in
      custom("avg", [type], .numeric, kind: .aggregate) { (context, arguments) throws(SQLError) in
        statistic("avg", arguments[0], context)
      }
    }
    + ["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"].flatMap { name in
      let sqliteName = name == "stddev" ? "stddev_samp" : name == "variance" ? "var_samp" : name
      return [SQLType.int2, .int4, .int8, .numeric].map { type in
        custom(name, [type], .numeric, kind: .aggregate) { (context, arguments) throws(SQLError) in
          statistic(sqliteName, arguments[0], context)
        }
      } + [
        FunctionDefinition(
          name, [.float8], .float8, kind: .aggregate, lower: aggregate("pg_\(sqliteName)_float8", .float8))
      ]
    }

  @inline(never)
  private static func extremes(_ name: String) -> [FunctionDefinition] {
    let types: [SQLType] = [
      .int2, .int4, .int8, .float4, .float8, .numeric, .text, .date, .timestamp, .timestamptz, SQLType(.time),
      .interval, SQLType(.oid),
    ]
    return types.map { type in
      custom(name, [type], type, kind: .aggregate) { (context, arguments) throws(SQLError) in
        TypedExpression(
          aggregateCall(name, [arguments[0].orderable]), type, fixedPoint: arguments[0].fixedPoint, at: context.range)
      }
    }
  }

  /// An exact statistic of integers or decimals; scaled integers are accumulated as such.
  @inline(never)
  private static func statistic(_ name: String, _ value: TypedExpression, _ context: LoweringContext)
    -> TypedExpression
  {
    let sql: SQLiteExpression
    if let fixed = value.fixedOrInteger {
      sql = aggregateCall("pg_\(name)_fixed", [value.sql, .integer(Int64(fixed.scale))])
    } else {
      sql = aggregateCall("pg_\(name)_numeric", [value.sql])
    }
    return TypedExpression(sql, .numeric, at: context.range)
  }

  /// Aggregates with WITHIN GROUP: its expression is the first argument here, the direct argument the second.
  static let orderedSetAggregates: [FunctionDefinition] =
    [
      FunctionDefinition(
        "percentile_cont", [.float8, .float8], .float8, kind: .aggregate,
        lower: aggregate("pg_percentile_cont", .float8)),
      FunctionDefinition(
        "percentile_cont", [.interval, .float8], .interval, kind: .aggregate,
        lower: aggregate("pg_percentile_cont_interval", .interval)),
      custom("percentile_disc", [SQLType(.anyelement), .float8], SQLType(.anyelement), kind: .aggregate) {
        (context, arguments) throws(SQLError) in
        chosen("pg_percentile_disc", arguments[0], arguments[1].sql)
      },
      custom("mode", [SQLType(.anyelement)], SQLType(.anyelement), kind: .aggregate) {
        (context, arguments) throws(SQLError) in
        let collation = arguments[0].fixedPoint == nil ? arguments[0].type.collation ?? "" : ""
        return chosen("pg_mode", arguments[0], .text(collation))
      },
    ]

  /// One of the values, in the form that they have.
  @inline(never)
  private static func chosen(_ name: String, _ value: TypedExpression, _ argument: SQLiteExpression) -> TypedExpression
  {
    var result = value
    result.sql = aggregateCall(name, [value.sql, argument])
    result.isNullable = true
    result.constant = nil
    return result
  }

  static let windowFunctions: [FunctionDefinition] =
    ["row_number", "rank", "dense_rank"].map {
      FunctionDefinition($0, [], .int8, kind: .window, lower: windowCall($0, .int8))
    }
    + ["percent_rank", "cume_dist"].map {
      FunctionDefinition($0, [], .float8, kind: .window, lower: windowCall($0, .float8))
    }
    + [FunctionDefinition("ntile", [.int4], .int4, kind: .window, lower: windowCall("ntile", .int4))]
    + ["first_value", "last_value"].map { valueFunction($0, [SQLType(.anyelement)]) }
    + [valueFunction("nth_value", [SQLType(.anyelement), .int4])]
    + ["lag", "lead"].flatMap { name in
      [
        valueFunction(name, [SQLType(.anyelement)]),
        valueFunction(name, [SQLType(.anyelement), .int4]),
        valueFunction(name, [SQLType(.anyelement), .int4, SQLType(.anyelement)]),
      ]
    }

  @inline(never)
  private static func windowCall(_ name: String, _ result: SQLType) -> FunctionDefinition.Lowering {
    .custom { (context, arguments) throws(SQLError) in
      TypedExpression(.call(name, arguments.map(\.sql)), result, isNullable: false, at: context.range)
    }
  }

  /// A window function whose result has its first argument's type and form.
  @inline(never)
  private static func valueFunction(_ name: String, _ arguments: [SQLType]) -> FunctionDefinition {
    custom(name, arguments, SQLType(.anyelement), kind: .window) { (context, values) throws(SQLError) in
      var result = values[0]
      var sql = values.map(\.sql)
      if values.count == 3, result.type.isNumeric, values[0].fixedPoint != values[2].fixedPoint {
        sql[0] = context.decimalText(values[0])
        sql[2] = context.decimalText(values[2])
        result.fixedPoint = nil
      }
      result.sql = .call(name, sql)
      result.isNullable = true
      result.constant = nil
      return result
    }
  }
}
