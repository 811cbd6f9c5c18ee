extension FunctionLibrary {
  private static let time = SQLType(.time)

  /// Dates and times from their fields, and tests on them.
  /// Source: <https://www.postgresql.org/docs/15/functions-datetime.html>
  static let timeConstructors: [FunctionDefinition] =
    [
      function("make_date", [.int4, .int4, .int4], .date, as: "pg_make_date"),
      function("make_time", [.int4, .int4, .float8], time, as: "pg_make_time"),
      function("make_timestamp", [.int4, .int4, .int4, .int4, .int4, .float8], .timestamp, as: "pg_make_timestamp"),
      custom(
        "make_timestamptz", [.int4, .int4, .int4, .int4, .int4, .float8], .timestamptz, volatility: .stable
      ) { (context, arguments) throws(SQLError) in
        TypedExpression(
          .call("pg_make_timestamptz", arguments.map(\.sql) + [context.zone]), .timestamptz, at: context.range)
      },
      function(
        "make_timestamptz", [.int4, .int4, .int4, .int4, .int4, .float8, .text], .timestamptz,
        as: "pg_make_timestamptz", volatility: .stable),
      FunctionDefinition(
        "make_interval", [.int4, .int4, .int4, .int4, .int4, .int4, .float8], optional: 7, .interval,
        lower: .custom { (context, arguments) throws(SQLError) in
          TypedExpression(.call("pg_make_interval", arguments.map(\.sql)), .interval, at: context.range)
        }),
      function("timezone", [.interval, .timestamptz], .timestamp, as: "pg_at_offset"),
      function("timezone", [.interval, .timestamp], .timestamptz, as: "pg_from_offset"),
      function("isfinite", [.date], .boolean, as: "pg_isfinite_date"),
      function("isfinite", [.timestamp], .boolean, as: "pg_isfinite"),
      function("isfinite", [.timestamptz], .boolean, as: "pg_isfinite"),
      function("isfinite", [.interval], .boolean, as: "pg_isfinite_interval"),
    ]
    + [SQLType.timestamptz, .timestamp, time].flatMap { (type: SQLType) -> [FunctionDefinition] in
      [
        overlaps([type, type, type, type]), overlaps([type, .interval, type, .interval]),
        overlaps([type, type, type, .interval]), overlaps([type, .interval, type, type]),
      ]
    }

  /// `(start, end) overlaps (start, length)`: a length is added to its start.
  @inline(never)
  private static func overlaps(_ types: [SQLType]) -> FunctionDefinition {
    custom("overlaps", types, .boolean) { (context, arguments) throws(SQLError) in
      var sql = arguments.map(\.sql)
      for index in [1, 3] where types[index] == .interval {
        switch types[0].base {
        case .timestamptz: sql[index] = .call("pg_timestamptz_add", sql[index - 1], sql[index], context.zone)
        case .timestamp: sql[index] = .call("pg_timestamp_add", sql[index - 1], sql[index])
        default: sql[index] = .call("pg_time_add", sql[index - 1], sql[index])
        }
      }
      return TypedExpression(.call("pg_overlaps", sql), .boolean, at: context.range)
    }
  }

  /// The parameters of functions that people call by their names, with the defaults of those that may be left out.
  static let namedParameters: [String: [(name: String, defaultValue: Expression.Kind?)]] =
    timeParameters.merging(jsonParameters) { first, _ in first }

  private static let zero = Expression.Kind.integer("0")

  private static let timeParameters: [String: [(name: String, defaultValue: Expression.Kind?)]] = [
    "make_date": [("year", nil), ("month", nil), ("day", nil)],
    "make_time": [("hour", nil), ("min", nil), ("sec", nil)],
    "make_timestamp": [("year", nil), ("month", nil), ("mday", nil), ("hour", nil), ("min", nil), ("sec", nil)],
    "make_timestamptz": [
      ("year", nil), ("month", nil), ("mday", nil), ("hour", nil), ("min", nil), ("sec", nil), ("timezone", nil),
    ],
    "make_interval": [
      ("years", zero), ("months", zero), ("weeks", zero), ("days", zero), ("hours", zero), ("mins", zero),
      ("secs", zero),
    ],
  ]
}

extension Analyzer {
  /// The call of a built-in function with its named arguments at their places, and defaults before the last of them.
  ///
  /// - Returns: The call as it is when it names none, or when a name is unknown: its resolution fails then.
  func positional(_ call: FunctionCall, _ clause: Clause, _ scope: Scope) throws(SQLError) -> FunctionCall {
    guard let firstNamed = call.arguments.firstIndex(where: { $0.name != nil }),
      call.name.schema == nil || call.name.schema == "pg_catalog",
      let parameters = FunctionLibrary.namedParameters[call.name.name]
    else { return call }
    var values: [Expression?] = call.arguments[..<firstNamed].map(\.value)
    for argument in call.arguments[firstNamed...] {
      if argument.name == nil {
        throw SQLError(.syntaxError, "positional argument cannot follow named argument", at: argument.value.range)
      }
      guard let name = argument.name, let place = parameters.firstIndex(where: { $0.name == name.name }),
        place >= firstNamed
      else { throw try missing(call, clause, scope) }
      while values.count <= place { values.append(nil) }
      if values[place] != nil {
        throw SQLError(.syntaxError, "argument name \"\(name.name)\" used more than once", at: name.range)
      }
      values[place] = argument.value
    }
    var result = call
    result.arguments = []
    for (value, parameter) in zip(values, parameters) {
      guard let known = value ?? parameter.defaultValue.map({ Expression($0, at: call.name.range) })
      else { throw try missing(call, clause, scope) }
      result.arguments.append(FunctionArgument(value: known))
    }
    return result
  }

  private func missing(_ call: FunctionCall, _ clause: Clause, _ scope: Scope) throws(SQLError) -> SQLError {
    var shown: [String] = []
    for argument in call.arguments {
      let type = try lower(argument.value, clause, scope).type.displayName
      shown.append((argument.name.map { "\($0.name) => " } ?? "") + type)
    }
    return SQLError(
      .undefinedFunction, "function \(call.name.name)(\(shown.joined(separator: ", "))) does not exist",
      hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
      at: call.name.range)
  }
}
