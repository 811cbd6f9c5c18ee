extension FunctionLibrary {
  static let timeFunctions: [FunctionDefinition] =
    ["now", "transaction_timestamp"].map { name in
      custom(name, [], .timestamptz, volatility: .stable) { (context, _) throws(SQLError) in
        time(.transactionTime, &context)
      }
    }
    + [
      custom("statement_timestamp", [], .timestamptz, volatility: .stable) { (context, _) throws(SQLError) in
        time(.statementTime, &context)
      },
      FunctionDefinition(
        "clock_timestamp", [], .timestamptz, volatility: .volatile, lower: .call("pg_clock_timestamp")),

      custom("date_trunc", [.text, .timestamptz], .timestamptz) { (context, arguments) throws(SQLError) in
        try truncated(arguments, zone: context.timeZone == .utc ? nil : context.zone, context)
      },
      custom("date_trunc", [.text, .timestamp], .timestamp) { (context, arguments) throws(SQLError) in
        try truncated(arguments, zone: nil, context)
      },
      custom("date_trunc", [.text, .timestamptz, .text], .timestamptz) { (context, arguments) throws(SQLError) in
        try truncated(arguments, zone: arguments[2].sql, context)
      },
      function("date_trunc", [.text, .interval], .interval, as: "pg_date_trunc_interval"),
      custom("date_bin", [.interval, .timestamptz, .timestamptz], .timestamptz, binned),
      custom("date_bin", [.interval, .timestamp, .timestamp], .timestamp, binned),

      extraction("extract", .date), extraction("extract", .timestamp), extraction("extract", .timestamptz),
      extraction("extract", .interval), extraction("extract", SQLType(.time)),
      extraction("date_part", .date), extraction("date_part", .timestamp), extraction("date_part", .timestamptz),
      extraction("date_part", .interval), extraction("date_part", SQLType(.time)),

      // AT TIME ZONE is timezone(zone, value).
      function("timezone", [.text, .timestamptz], .timestamp, as: "pg_at_zone"),
      function("timezone", [.text, .timestamp], .timestamptz, as: "pg_from_zone"),

      custom("age", [.timestamptz, .timestamptz], .interval) { (context, arguments) throws(SQLError) in
        age(arguments.map { context.utcToLocal($0.sql) }, context)
      },
      custom("age", [.timestamp, .timestamp], .interval) { (context, arguments) throws(SQLError) in
        age(arguments.map(\.sql), context)
      },
      custom("age", [.timestamptz], .interval, volatility: .stable) { (context, arguments) throws(SQLError) in
        let now = context.utcToLocal(.parameter(context.parameters.number(of: .transactionTime)))
        let midnight = SQLiteExpression.infix("*", context.daysOf(now), .integer(86_400_000_000))
        return age([midnight, context.utcToLocal(arguments[0].sql)], context)
      },
      custom("to_timestamp", [.float8], .timestamptz) { (context, arguments) throws(SQLError) in
        TypedExpression(.call("pg_to_timestamp", arguments[0].sql), .timestamptz, at: context.range)
      },
      function("justify_days", [.interval], .interval, as: "pg_justify_days"),
      function("justify_hours", [.interval], .interval, as: "pg_justify_hours"),
      function("justify_interval", [.interval], .interval, as: "pg_justify_interval"),
    ]

  private static func time(_ source: ParameterList.Source, _ context: inout LoweringContext) -> TypedExpression {
    TypedExpression(
      .parameter(context.parameters.number(of: source)), .timestamptz, isNullable: false, at: context.range)
  }

  private static func age(_ local: [SQLiteExpression], _ context: LoweringContext) -> TypedExpression {
    TypedExpression(.call("pg_age", local), .interval, at: context.range)
  }

  @inline(never)
  private static func extraction(_ name: String, _ type: SQLType) -> FunctionDefinition {
    let result: SQLType = name == "extract" ? .numeric : .float8
    return custom(name, [.text, type], result) { (context, arguments) throws(SQLError) in
      let suffix = name == "extract" ? "" : "_float8"
      var sql = arguments.map(\.sql)
      var source = type
      if name == "date_part", type == .date {
        // PostgreSQL's date_part sees a date as its midnight, and so has hours; extract refuses them.
        source = .timestamp
        sql[1] = .call("pg_midnight", sql[1])
      }
      if type.base == .timestamptz { sql.append(context.zone) }
      // Whole-number fields are checked while compiling, so that a misspelt one is reported with its place.
      if case .string(let field)? = arguments[0].constant {
        _ = try DateTimeUnit.extraction(field, from: source.unitSource)
      }
      return TypedExpression(
        .call("pg_extract_\(source.base.rawValue)\(suffix)", sql), result, isNullable: arguments[1].isNullable,
        at: context.range)
    }
  }

  /// Truncation to units of fixed length is integer arithmetic; months and longer, and zones, need the calendar.
  private static func truncated(
    _ arguments: [TypedExpression], zone: SQLiteExpression?, _ context: LoweringContext
  ) throws(SQLError) -> TypedExpression {
    var result = arguments[1]
    result.range = context.range
    result.constant = nil
    if case .string(let unit)? = arguments[0].constant {
      _ = try DateTimeUnit.truncation(unit, of: arguments[1].type.unitSource)
      if zone == nil, let width = fixedWidths[unit.lowercased()] {
        result.sql = context.truncated(arguments[1].sql, to: width)
        return result
      }
    }
    if let zone {
      result.sql = .call("pg_date_trunc_zone", arguments[0].sql, arguments[1].sql, zone)
    } else {
      result.sql = .call("pg_date_trunc", arguments[0].sql, arguments[1].sql)
    }
    return result
  }

  private static let fixedWidths: [String: Int64] = [
    "microseconds": 1, "milliseconds": 1000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000,
    "day": 86_400_000_000,
  ]

  /// `date_bin` with a constant stride and origin is integer arithmetic, also before the origin.
  @Sendable private static func binned(_ context: inout LoweringContext, _ arguments: [TypedExpression])
    throws(SQLError)
    -> TypedExpression
  {
    var result = arguments[1]
    result.range = context.range
    result.constant = nil
    result.isNullable = arguments.contains { $0.isNullable }
    if case .interval(let stride)? = arguments[0].constant, stride.months == 0,
      case .integer(let origin)? = arguments[2].constant
    {
      guard let width = stride.fixedMicroseconds, width > 0, origin != .max, origin != .min else {
        result.sql = .call("pg_date_bin", arguments.map(\.sql))
        return result
      }
      let offset = origin % width
      result.sql = context.truncated(arguments[1].sql, to: width, offset: offset < 0 ? offset + width : offset)
      return result
    }
    result.sql = .call("pg_date_bin", arguments.map(\.sql))
    return result
  }
}

/// Operators other than comparison and the arithmetic of numbers.
enum OperatorLibrary {
  static let binary: [String: [FunctionDefinition]] = Dictionary(
    grouping: [shifts("+"), shifts("-"), temporal, text, regex, bits, json, jsonPath, arrays, bitStrings].flatMap {
      $0
    },
    by: \.name)

  @inline(never)
  static func custom(
    _ name: String, _ left: SQLType, _ right: SQLType, _ result: SQLType,
    _ lower:
      @escaping @Sendable (inout LoweringContext, TypedExpression, TypedExpression) throws(SQLError) ->
      SQLiteExpression
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, [left, right], result,
      lower: .custom { (context, arguments) throws(SQLError) in
        TypedExpression(
          try lower(&context, arguments[0], arguments[1]), result, isNullable: arguments.contains { $0.isNullable },
          at: context.range)
      })
  }

  /// `+` and `-` with a time at the left. The lists are apart, and their types written out, for the type checker's sake.
  private static func shifts(_ symbol: String) -> [FunctionDefinition] {
    [
      custom(symbol, .date, .int4, .date) { (_, a, b) throws(SQLError) in
        .call(symbol == "+" ? "pg_date_add" : "pg_date_subtract", a.sql, b.sql)
      },
      custom(symbol, .date, .interval, .timestamp) { (context, a, b) throws(SQLError) in
        shifted(symbol, .call("pg_midnight", a.sql), b, zone: nil, context)
      },
      custom(symbol, .timestamp, .interval, .timestamp) { (context, a, b) throws(SQLError) in
        shifted(symbol, a.sql, b, zone: nil, context)
      },
      custom(symbol, .timestamptz, .interval, .timestamptz) { (context, a, b) throws(SQLError) in
        shifted(symbol, a.sql, b, zone: context.timeZone == .utc ? nil : context.zone, context)
      },
      custom(symbol, SQLType(.time), .interval, SQLType(.time)) { (_, a, b) throws(SQLError) in
        .call(symbol == "+" ? "pg_time_add" : "pg_time_subtract", a.sql, b.sql)
      },
      custom(symbol, .interval, .interval, .interval) { (_, a, b) throws(SQLError) in
        .call(symbol == "+" ? "pg_interval_add" : "pg_interval_subtract", a.sql, b.sql)
      },
    ]
  }

  private static let temporal: [FunctionDefinition] = [
    custom("+", .date, SQLType(.time), .timestamp) { (_, a, b) throws(SQLError) in
      .call("pg_time_shift", .call("pg_midnight", a.sql), b.sql)
    },
    custom("+", SQLType(.time), .date, .timestamp) { (_, a, b) throws(SQLError) in
      .call("pg_time_shift", .call("pg_midnight", b.sql), a.sql)
    },
    custom("+", .interval, SQLType(.time), SQLType(.time)) { (_, a, b) throws(SQLError) in
      .call("pg_time_add", b.sql, a.sql)
    },
    custom("+", SQLType(.timetz), .interval, SQLType(.timetz)) { (_, a, b) throws(SQLError) in
      .call("pg_timetz_add", a.sql, b.sql)
    },
    custom("-", SQLType(.timetz), .interval, SQLType(.timetz)) { (_, a, b) throws(SQLError) in
      .call("pg_timetz_add", a.sql, .call("pg_interval_negate", b.sql))
    },
    custom("+", .date, SQLType(.timetz), .timestamptz) { (_, a, b) throws(SQLError) in
      .call("pg_date_timetz", a.sql, b.sql)
    },
    custom("-", SQLType(.time), SQLType(.time), .interval) { (_, a, b) throws(SQLError) in
      .call("pg_time_interval", .infix("-", a.sql, b.sql))
    },
    custom("+", .int4, .date, .date) { (_, a, b) throws(SQLError) in .call("pg_date_add", b.sql, a.sql) },
    custom("+", .interval, .date, .timestamp) { (context, a, b) throws(SQLError) in
      shifted("+", .call("pg_midnight", b.sql), a, zone: nil, context)
    },
    custom("+", .interval, .timestamp, .timestamp) { (context, a, b) throws(SQLError) in
      shifted("+", b.sql, a, zone: nil, context)
    },
    custom("+", .interval, .timestamptz, .timestamptz) { (context, a, b) throws(SQLError) in
      shifted("+", b.sql, a, zone: context.timeZone == .utc ? nil : context.zone, context)
    },
    custom("-", .date, .date, .int4) { (_, a, b) throws(SQLError) in .call("pg_date_difference", a.sql, b.sql) },
    custom("-", .timestamp, .timestamp, .interval) { (_, a, b) throws(SQLError) in
      .call("pg_timestamp_difference", a.sql, b.sql)
    },
    custom("-", .timestamptz, .timestamptz, .interval) { (_, a, b) throws(SQLError) in
      .call("pg_timestamp_difference", a.sql, b.sql)
    },
    custom("*", .interval, .float8, .interval) { (_, a, b) throws(SQLError) in
      .call("pg_interval_multiply", a.sql, b.sql)
    },
    custom("*", .float8, .interval, .interval) { (_, a, b) throws(SQLError) in
      .call("pg_interval_multiply", b.sql, a.sql)
    },
    custom("/", .interval, .float8, .interval) { (_, a, b) throws(SQLError) in
      .call("pg_interval_divide", a.sql, b.sql)
    },
  ]

  /// A time moved by an interval: constant hours and less need no calendar, nor do days without a zone.
  private static func shifted(
    _ symbol: String, _ time: SQLiteExpression, _ interval: TypedExpression, zone: SQLiteExpression?,
    _ context: LoweringContext
  ) -> SQLiteExpression {
    if case .interval(let constant)? = interval.constant,
      constant.days == 0 || zone == nil || context.timeZone.fixedOffsetSeconds != nil,
      let distance = constant.fixedMicroseconds, distance != .min
    {
      return .call("pg_time_shift", time, .integer(symbol == "+" ? distance : -distance))
    }
    let amount = symbol == "+" ? interval.sql : SQLiteExpression.call("pg_interval_negate", interval.sql)
    if let zone { return .call("pg_timestamptz_add", time, amount, zone) }
    return .call("pg_timestamp_add", time, amount)
  }

  private static let text: [FunctionDefinition] =
    [
      custom("||", .text, .text, .text) { (_, a, b) throws(SQLError) in .infix("||", a.sql, b.sql) },
      custom("||", .text, SQLType(.any), .text) { (context, a, b) throws(SQLError) in
        .infix("||", a.sql, context.textOf(b).sql)
      },
      custom("||", SQLType(.any), .text, .text) { (context, a, b) throws(SQLError) in
        .infix("||", context.textOf(a).sql, b.sql)
      },
    ]
    + [
      custom("^@", .text, .text, .boolean) { (_, a, b) throws(SQLError) in .call("pg_starts_with", a.sql, b.sql) }
    ]
    + [("~~", "pg_like"), ("~~*", "pg_ilike")].flatMap { (symbol: String, name: String) -> [FunctionDefinition] in
      [
        custom(symbol, .text, .text, .boolean) { (_, a, b) throws(SQLError) in .call(name, a.sql, b.sql) },
        custom("!" + symbol, .text, .text, .boolean) { (_, a, b) throws(SQLError) in
          .prefix("not", .call(name, a.sql, b.sql))
        },
      ]
    }
}

extension Interval {
  /// The length of an interval without months, a day taken as 24 hours; nil when there are months or no room.
  var fixedMicroseconds: Int64? {
    guard months == 0 else { return nil }
    let (length, overflow) = (Int64(days) * 86_400).multipliedReportingOverflow(by: 1_000_000)
    let (sum, sumOverflow) = length.addingReportingOverflow(microseconds)
    return overflow || sumOverflow ? nil : sum
  }
}

extension SQLType {
  /// The type under the name that units know it by.
  fileprivate var unitSource: DateTimeUnit.Source {
    switch base {
    case .date: .date
    case .timestamp: .timestamp
    case .time: .time
    case .interval: .interval
    default: .timestampWithTimeZone
    }
  }
}
