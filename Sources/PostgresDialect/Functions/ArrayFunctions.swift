extension FunctionLibrary {
  private static let anyArray = SQLType(.anyarray)
  private static let anyElement = SQLType(.anyelement)
  private static let textArray = SQLType(.text, isArray: true)
  private static let integerArray = SQLType(.int4, isArray: true)

  /// Array functions.
  /// Source: <https://www.postgresql.org/docs/15/functions-array.html>
  static let arrayFunctions: [FunctionDefinition] =
    arrayShapes + arraySearches + arrayChanges + arrayTexts + arraySets
    + arrayJSON

  private static let arrayShapes: [FunctionDefinition] = [
    function("array_ndims", [anyArray], .int4, as: "pg_array_ndims"),
    function("array_dims", [anyArray], .text, as: "pg_array_dims"),
    function("array_length", [anyArray, .int4], .int4, as: "pg_array_length"),
    function("array_lower", [anyArray, .int4], .int4, as: "pg_array_lower"),
    function("array_upper", [anyArray, .int4], .int4, as: "pg_array_length"),
    function("cardinality", [anyArray], .int4, as: "pg_array_cardinality"),
  ]

  private static let arraySearches: [FunctionDefinition] = [
    arrayFunction("array_position", [anyArray, anyElement], .int4, as: "pg_array_position"),
    arrayFunction("array_position", [anyArray, anyElement, .int4], .int4, as: "pg_array_position"),
    arrayFunction("array_positions", [anyArray, anyElement], integerArray, as: "pg_array_positions"),
    custom("width_bucket", [anyElement, anyArray], .int4) { (context, arguments) throws(SQLError) in
      let (value, array) = (arguments[0], arguments[1])
      return TypedExpression(
        .call(
          "pg_array_bucket", context.elementSQL(value), array.sql, array.type.elementKind,
          .text(value.type.orderCollation ?? "")), .int4, at: context.range)
    },
  ]

  private static let arrayChanges: [FunctionDefinition] = [
    arrayFunction("array_append", [anyArray, anyElement], nil, as: "pg_array_append", isNullable: false),
    custom("array_prepend", [anyElement, anyArray], anyArray) { (context, arguments) throws(SQLError) in
      let (value, array) = (arguments[0], arguments[1])
      return TypedExpression(
        .call("pg_array_prepend", array.sql, context.elementSQL(value), array.type.elementKind), array.type,
        isNullable: false, at: context.range)
    },
    arrayFunction("array_cat", [anyArray, anyArray], nil, as: "pg_array_cat", passesKind: false),
    arrayFunction("array_remove", [anyArray, anyElement], nil, as: "pg_array_remove"),
    arrayFunction("array_replace", [anyArray, anyElement, anyElement], nil, as: "pg_array_replace"),
    arrayFunction("trim_array", [anyArray, .int4], nil, as: "pg_array_trim", passesKind: false),
    filled([anyElement, integerArray]), filled([anyElement, integerArray, integerArray]),
  ]

  private static let arrayTexts: [FunctionDefinition] =
    [[anyArray, .text], [anyArray, .text, .text]].map { (types: [SQLType]) -> FunctionDefinition in
      custom("array_to_string", types, .text, volatility: .stable) { (context, arguments) throws(SQLError) in
        let array = arguments[0]
        let texts = arguments.dropFirst().map(\.sql)
        return TypedExpression(
          .call("pg_array_to_string", [array.sql, .text(array.type.base.rawValue), context.zone] + texts), .text,
          at: context.range)
      }
    } + [
      function("string_to_array", [.text, .text], textArray, as: "pg_string_to_array"),
      function("string_to_array", [.text, .text, .text], textArray, as: "pg_string_to_array"),
    ]

  private static let arrayJSON: [FunctionDefinition] = [
    custom("array_to_json", [anyArray], .json, volatility: .stable) { (context, arguments) throws(SQLError) in
      let array = arguments[0]
      return TypedExpression(
        .call("pg_json_array", array.sql, .text(array.type.base.rawValue), context.zone), .json, at: context.range)
    },
    custom("array_to_json", [anyArray, .boolean], .json, volatility: .stable) { (context, arguments) throws(SQLError) in
      let array = arguments[0]
      return TypedExpression(
        .call("pg_json_array", array.sql, .text(array.type.base.rawValue), context.zone, arguments[1].sql), .json,
        at: context.range)
    },
  ]

  private static let arraySets: [FunctionDefinition] = [
    FunctionDefinition(
      "unnest", [anyArray], anyElement, kind: .set, columns: setColumn(anyElement),
      lower: .rowSet { (_, arguments) throws(SQLError) in
        .call("pg_unnest", arguments[0].sql, arguments[0].type.elementKind)
      }),
    setFunction(
      "generate_subscripts", [anyArray, .int4, .boolean], optional: 1, setColumn(.int4, isNullable: false),
      as: "pg_array_subscripts"),
    setFunction("string_to_table", [.text, .text], setColumn(.text), as: "pg_string_to_table"),
    setFunction("string_to_table", [.text, .text, .text], setColumn(.text), as: "pg_string_to_table"),
  ]

  static let arrayAggregates: [FunctionDefinition] =
    [
      custom("array_agg", [anyElement], anyArray, kind: .aggregate) { (context, arguments) throws(SQLError) in
        let value = arguments[0]
        try context.checkElement(value.type, value.fields, at: value.range)
        return TypedExpression(
          context.collectedArray(value), value.type.isArray ? value.type : value.type.array, at: context.range)
      },
      percentiles("percentile_cont", .float8, "pg_percentiles_cont"),
      percentiles("percentile_cont", .interval, "pg_percentiles_cont_interval"),
      percentiles("percentile_disc", anyElement, "pg_percentiles_disc"),
    ]
    + ["min", "max"].map { name in
      custom(name, [anyArray], anyArray, kind: .aggregate) { (context, arguments) throws(SQLError) in
        TypedExpression(aggregateCall(name, [arguments[0].orderable]), arguments[0].type, at: context.range)
      }
    }

  /// A function whose first argument is an array, called with the elements' kind after its arguments.
  ///
  /// - Parameter result: Nil for the array's own type.
  @inline(never)
  private static func arrayFunction(
    _ name: String, _ arguments: [SQLType], _ result: SQLType?, as sqliteName: String, passesKind: Bool = true,
    isNullable: Bool = true
  ) -> FunctionDefinition {
    custom(name, arguments, result ?? anyArray) { (context, values) throws(SQLError) in
      let array = values[0]
      let sql = [array.sql] + values.dropFirst().map { context.elementSQL($0) }
      return TypedExpression(
        .call(sqliteName, passesKind ? sql + [array.type.elementKind] : sql), result ?? array.type,
        isNullable: isNullable, at: context.range)
    }
  }

  @inline(never)
  private static func filled(_ types: [SQLType]) -> FunctionDefinition {
    custom("array_fill", types, anyArray) { (context, arguments) throws(SQLError) in
      let value = arguments[0]
      try context.checkElement(value.type, value.fields, at: value.range)
      let shape = arguments.dropFirst().map(\.sql)
      return TypedExpression(
        .call("pg_array_fill", [context.elementSQL(value), value.type.elementKind] + shape), value.type.array,
        at: context.range)
    }
  }

  /// An ordered-set aggregate of several fractions at once.
  @inline(never)
  private static func percentiles(_ name: String, _ type: SQLType, _ sqliteName: String) -> FunctionDefinition {
    custom(name, [type, SQLType(.float8, isArray: true)], anyArray, kind: .aggregate) {
      (context, arguments) throws(SQLError) in
      let value = arguments[0]
      return TypedExpression(
        aggregateCall(sqliteName, [context.elementSQL(value), arguments[1].sql, value.type.elementKind]),
        value.type.unmodified.array, at: context.range)
    }
  }
}

extension OperatorLibrary {
  /// The operators of arrays; comparison and `||` are lowered apart.
  static let arrays: [FunctionDefinition] = [
    arrayTest("@>", "pg_array_contains", isSwapped: false),
    arrayTest("<@", "pg_array_contains", isSwapped: true),
    arrayTest("&&", "pg_array_overlaps", isSwapped: false),
  ]

  @inline(never)
  private static func arrayTest(_ symbol: String, _ name: String, isSwapped: Bool) -> FunctionDefinition {
    custom(symbol, SQLType(.anyarray), SQLType(.anyarray), .boolean) { (_, a, b) throws(SQLError) in
      let order = SQLiteExpression.text(a.type.collation ?? "")
      return isSwapped ? .call(name, b.sql, a.sql, order) : .call(name, a.sql, b.sql, order)
    }
  }
}
