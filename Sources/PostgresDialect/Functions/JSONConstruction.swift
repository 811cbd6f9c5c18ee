extension FunctionLibrary {
  /// Values and rows as `json` and `jsonb`.
  /// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-JSON-CREATION-TABLE>
  static let jsonConstruction: [FunctionDefinition] =
    [SQLType.json, .jsonb].flatMap { (type: SQLType) -> [FunctionDefinition] in
      let prefix = type.base.rawValue
      return [
        custom("to_" + prefix, [SQLType(.anyelement)], type) { (context, arguments) throws(SQLError) in
          TypedExpression(
            try context.json(arguments[0], as: type), type, isNullable: arguments[0].isNullable, at: context.range)
        },
        FunctionDefinition(
          prefix + "_build_object", [], variadic: SQLType(.any), type, volatility: .stable,
          lower: .custom { (context, arguments) throws(SQLError) in try buildObject(&context, arguments, type) }),
        FunctionDefinition(
          prefix + "_build_array", [], variadic: SQLType(.any), type, volatility: .stable,
          lower: .custom { (context, arguments) throws(SQLError) in
            var elements: [SQLiteExpression] = []
            for argument in arguments { elements.append(try context.json(argument, as: type)) }
            return TypedExpression(.call("pg_json_build_array", elements), type, isNullable: false, at: context.range)
          }),
        function(prefix + "_object", [SQLType(.text, isArray: true)], type, as: "pg_\(prefix)_object_texts"),
        function(
          prefix + "_object", [SQLType(.text, isArray: true), SQLType(.text, isArray: true)], type,
          as: "pg_\(prefix)_object_texts"),
      ]
    } + [
      custom("row_to_json", [SQLType(.record)], .json) { (context, arguments) throws(SQLError) in
        TypedExpression(
          try context.json(arguments[0], as: .json), .json, isNullable: arguments[0].isNullable, at: context.range)
      },
      custom("row_to_json", [SQLType(.record), .boolean], .json) { (context, arguments) throws(SQLError) in
        TypedExpression(
          try context.json(arguments[0], as: .json, lineFeeds: arguments[1].sql), .json, at: context.range)
      },
    ]

  private static func buildObject(
    _ context: inout LoweringContext, _ arguments: [TypedExpression], _ type: SQLType
  ) throws(SQLError) -> TypedExpression {
    let prefix = type.base.rawValue
    guard arguments.count.isMultiple(of: 2) else {
      throw SQLError(
        .invalidParameterValue, "argument list must have even number of elements",
        hint: "The arguments of \(prefix)_build_object() must consist of alternating keys and values.",
        at: context.range)
    }
    var parts: [SQLiteExpression] = []
    for (index, argument) in arguments.enumerated() {
      parts.append(
        index.isMultiple(of: 2) ? try context.jsonKey(argument) : try context.json(argument, as: type))
    }
    return TypedExpression(.call("pg_\(prefix)_build_object", parts), type, isNullable: false, at: context.range)
  }

  /// `json_agg` and its kin; nulls are elements too.
  static let jsonAggregates: [FunctionDefinition] = [SQLType.json, .jsonb].flatMap {
    (type: SQLType) -> [FunctionDefinition] in
    let prefix = type.base.rawValue
    return [
      custom(prefix + "_agg", [SQLType(.anyelement)], type, kind: .aggregate) { (context, arguments) throws(SQLError) in
        // json_agg puts every row and every array on a line of its own.
        let isLong = type == .json && (arguments[0].fields != nil || arguments[0].type.isArray)
        let value = try context.json(arguments[0], as: type)
        return TypedExpression(
          aggregateCall("pg_json_agg", [value, .text(isLong ? ", \n " : ", ")]), type, at: context.range)
      },
      custom(prefix + "_object_agg", [SQLType(.any), SQLType(.any)], type, kind: .aggregate) {
        (context, arguments) throws(SQLError) in
        TypedExpression(
          aggregateCall(
            "pg_\(prefix)_object_agg", [try context.jsonKey(arguments[0]), try context.json(arguments[1], as: type)]),
          type, at: context.range)
      },
    ]
  }
}

extension LoweringContext {
  /// A value as `json` or `jsonb`; null stays null.
  ///
  /// - Parameter lineFeeds: Whether the fields of a record stand on lines of their own; a boolean expression.
  mutating func json(_ value: TypedExpression, as type: SQLType, lineFeeds: SQLiteExpression = .integer(0))
    throws(SQLError) -> SQLiteExpression
  {
    if let fields = fields(of: value) {
      var parts: [SQLiteExpression] = type == .json ? [lineFeeds] : []
      for field in fields {
        parts.append(.text(JSONEscape.quoted(field.name)))
        parts.append(try json(field.value, as: type))
      }
      let object = SQLiteExpression.call(type == .json ? "pg_json_record" : "pg_jsonb_build_object", parts)
      guard value.isNullable else { return object }
      return .caseWhen([SQLiteBranch(condition: .postfix(value.sql, "is not null"), result: object)], otherwise: nil)
    }
    if value.type.isUnknown { return .call("pg_json_string", value.sql) }
    if value.type.isArray {
      return .call("pg_\(type.base.rawValue)_array", value.sql, .text(value.type.base.rawValue), zone)
    }
    switch value.type.base {
    case .jsonb: return value.sql
    case .json: return type == .json ? value.sql : .call("pg_jsonb_in", value.sql)
    case .boolean:
      return .caseWhen(
        [
          SQLiteBranch(condition: .postfix(value.sql, "is null"), result: .null),
          SQLiteBranch(condition: value.sql, result: .text("true")),
        ], otherwise: .text("false"))
    case .int2, .int4, .int8: return try cast(value, to: .text, in: .explicit).sql
    case .float4, .float8, .numeric:
      // NaN and the infinities are no JSON numbers: they become strings.
      return .call("pg_\(type.base.rawValue)_number", textOf(value).sql)
    case .timestamptz, .timestamp:
      // ISO 8601 with a T, and an offset with minutes.
      return .call("pg_json_time", textOf(value).sql)
    case .void:
      return .text("\"\"")
    default: return .call("pg_json_string", textOf(value).sql)
    }
  }

  /// A value as an object's key, in quotes.
  mutating func jsonKey(_ value: TypedExpression) throws(SQLError) -> SQLiteExpression {
    if value.fields != nil || value.type.isArray || value.type == .json || value.type == .jsonb {
      throw SQLError(
        .invalidParameterValue, "key value must be scalar, not array, composite, or json", at: value.range)
    }
    return .call("pg_json_key", try json(value, as: .json))
  }
}
